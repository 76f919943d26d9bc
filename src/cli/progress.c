/* Progress of long work: a thread that shows on the terminal how long it has been going on, and how far it is where the work says
 * so. Signals are read by that thread, like everything else it waits for. */
#include "cli/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_MILLISECONDS 200

static void show(CliProgress *progress) {
        uint64_t total = progress->watch ? atomic_load(&progress->watch->total) : 0;
        uint64_t done = total ? atomic_load(&progress->watch->done) : 0;
        progress_step(&progress->progress, total && done >= total ? total - 1 : done, total);   /* the end is cli_progress_end's */
}

static void *tick(void *context) {
        CliProgress *progress = context;
        struct pollfd from[] = { { .fd = progress->ends[0], .events = POLLIN }, { .fd = progress->signals, .events = POLLIN } };
        for (;;) {
                struct signalfd_siginfo about;
                int ready = poll(from, ARRAY_LENGTH(from), TICK_MILLISECONDS);
                if (ready > 0 && from[0].revents)
                        return NULL;
                if (ready > 0 && from[1].revents && read(progress->signals, &about, sizeof about) == sizeof about) {
                        progress->stopped_by = (int) about.ssi_signo;
                        atomic_store(&progress->watch->stop, true);
                }
                show(progress);
        }
}

/* The signals stay blocked until the end, so that they come to the thread alone. */
static void take_signals(CliProgress *progress) {
        sigset_t stop;
        sigemptyset(&stop);
        sigaddset(&stop, SIGINT);
        sigaddset(&stop, SIGTERM);
        MUST(pthread_sigmask(SIG_BLOCK, &stop, &progress->before) == 0);
        progress->signals = signalfd(-1, &stop, SFD_CLOEXEC);
        if (progress->signals < 0)
                MUST(pthread_sigmask(SIG_SETMASK, &progress->before, NULL) == 0);
}

void cli_progress_watch(CliProgress *progress, const char *what, Watch *watch) {
        *progress = (CliProgress){ .progress = progress_begin(what), .ends = { -1, -1 }, .watch = watch, .signals = -1 };
        if ((isatty(STDERR_FILENO) != 1 && !watch) || pipe2(progress->ends, O_CLOEXEC) != 0)
                return;
        if (watch)
                take_signals(progress);
        progress->ticking = pthread_create(&progress->thread, NULL, tick, progress) == 0;
}

void cli_progress_begin(CliProgress *progress, const char *what) {
        cli_progress_watch(progress, what, NULL);
}

void cli_progress_end(CliProgress *progress) {
        if (progress->ends[1] >= 0)
                (void) close(progress->ends[1]);     /* the thread sees the end of the pipe */
        if (progress->ticking)
                MUST(pthread_join(progress->thread, NULL) == 0);
        if (progress->ends[0] >= 0)
                (void) close(progress->ends[0]);
        if (progress->signals >= 0) {
                (void) close(progress->signals);
                MUST(pthread_sigmask(SIG_SETMASK, &progress->before, NULL) == 0);
        }
        progress->progress.always = true;
        progress_step(&progress->progress, 1, 0);
        *progress = (CliProgress){ .ends = { -1, -1 }, .signals = -1, .stopped_by = progress->stopped_by };
}
