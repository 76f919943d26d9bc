/* Progress of work that cannot say how far it is: a thread that shows on the terminal how long it has been going on. */
#include "cli/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#define TICK_MILLISECONDS 200

static void *tick(void *context) {
        CliProgress *progress = context;
        struct pollfd end = { .fd = progress->ends[0], .events = POLLIN };
        while (poll(&end, 1, TICK_MILLISECONDS) == 0)
                progress_step(&progress->progress, 0, 0);
        return NULL;
}

void cli_progress_begin(CliProgress *progress, const char *what) {
        *progress = (CliProgress){ .progress = progress_begin(what), .ends = { -1, -1 } };
        if (isatty(STDERR_FILENO) != 1 || pipe2(progress->ends, O_CLOEXEC) != 0)
                return;
        progress->ticking = pthread_create(&progress->thread, NULL, tick, progress) == 0;
}

void cli_progress_end(CliProgress *progress) {
        if (progress->ends[1] >= 0)
                (void) close(progress->ends[1]);     /* the thread sees the end of the pipe */
        if (progress->ticking)
                MUST(pthread_join(progress->thread, NULL) == 0);
        if (progress->ends[0] >= 0)
                (void) close(progress->ends[0]);
        progress->progress.always = true;
        progress_step(&progress->progress, 1, 0);
        *progress = (CliProgress){ .ends = { -1, -1 } };
}
