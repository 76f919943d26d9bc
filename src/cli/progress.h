/* "读取数据 2.3 秒" on standard error while a long piece of work runs: on a terminal from the first second on, elsewhere
 * one line when it is over and took longer than that. Work with a watch says how far it is, and SIGINT and SIGTERM stop it. */
#pragma once

#include <pthread.h>
#include <signal.h>

#include "base/log.h"
#include "records/watch.h"

typedef struct CliProgress {
        Progress  progress;
        pthread_t thread;
        int       ends[2];               /* of the pipe by which the thread is told to stop */
        bool      ticking;
        Watch    *watch;
        int       signals;               /* where they are read; -1: nobody does */
        int       stopped_by;            /* the signal, when one came; behind cli_progress_end */
        sigset_t  before;                /* what was blocked */
} CliProgress;

/* Begins; *progress must stay where it is until cli_progress_end. Nothing can fail: without a thread it is silent. */
void cli_progress_begin(CliProgress *progress, const char *what);
void cli_progress_watch(CliProgress *progress, const char *what, Watch *watch);
void cli_progress_end(CliProgress *progress);
