/* What every file of the project may use: result codes, assertions that stay on, scope cleanup.
 *
 * Errors are of three kinds (doc/architecture.md, "Errors"): the user's fault is a diagnostic
 * (base/diagnostic.h) and RC_INVALID; the world's fault is another Rc; our own bug is a MUST. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a function that can fail returns. Outputs named ret_... are set on RC_OK only. */
typedef enum Rc {
        RC_OK = 0,
        RC_INVALID,   /* the user's input is wrong; diagnostics say where */
        RC_MISSING,   /* the thing asked for is not there */
        RC_DENIED,    /* not allowed */
        RC_CONFLICT,  /* somebody else changed it */
        RC_TOOBIG,    /* over a stated limit */
        RC_IO,        /* disk, network, database */
} Rc;

#define CHECKED __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first) __attribute__((format(printf, format_index, first)))
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Runs `destroy(&variable)` when the variable leaves its scope. */
#define CLEAN(destroy) __attribute__((cleanup(destroy)))

/* An assertion about our own code. It stays on in release builds: prints the place and aborts. */
#define MUST(condition) ((condition) ? (void) 0 : must_fail(#condition, __FILE__, __LINE__, __func__))

_Noreturn void must_fail(const char *condition, const char *file, int line, const char *function);

/* A short English name of a result code, for logs. */
const char *rc_name(Rc rc);
