/* One JSON line per event on standard error. Only web/ and cli/ log; libraries return results. */
#pragma once

#include "base/str.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR } LogLevel;

void log_event(LogLevel level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);

/* "12.3 s" style progress on standard error for work over a second; silent when it is not a terminal
 * unless `always`. Call with done == total to end the line; total 0: how much there is to do is not known, and a
 * done other than 0 ends the line. */
typedef struct Progress {
        const char *what;
        int64_t     started_ns, printed_ns;
        bool        always;
} Progress;
Progress progress_begin(const char *what);
void     progress_step(Progress *progress, uint64_t done, uint64_t total);

/* Monotonic nanoseconds, for durations. */
int64_t clock_ns(void);
