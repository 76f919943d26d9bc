/* What every unit test includes: cmocka with what it needs, and a few helpers for slices and aborts. */
#pragma once

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"

/* Compares a Str with a C string, showing both. */
#define assert_str(actual, expected) assert_str_at((actual), (expected), __FILE__, __LINE__)

static inline void assert_str_at(Str actual, const char *expected, const char *file, int line) {
        if (str_equal(actual, str_from(expected)))
                return;
        print_error("\"%.*s\" != \"%s\"\n", STR_ARG(actual), expected);
        _fail(file, line);
}

/* Runs `body(context)` in a child; true when it ended by abort, as a broken MUST does. */
static inline bool aborts(void (*body)(void *context), void *context) {
        (void) fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
                if (freopen("/dev/null", "w", stderr) == NULL)
                        _exit(2);
                body(context);
                _exit(0);
        }
        int status = 0;
        return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
