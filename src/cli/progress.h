/* "读取数据 2.3 秒" on standard error while a long piece of work runs: on a terminal from the first second on, elsewhere
 * one line when it is over and took longer than that. */
#pragma once

#include <pthread.h>

#include "base/log.h"

typedef struct CliProgress {
        Progress  progress;
        pthread_t thread;
        int       ends[2];               /* of the pipe by which the thread is told to stop */
        bool      ticking;
} CliProgress;

/* Begins; *progress must stay where it is until cli_progress_end. Nothing can fail: without a thread it is silent. */
void cli_progress_begin(CliProgress *progress, const char *what);
void cli_progress_end(CliProgress *progress);
