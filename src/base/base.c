/* Failing loudly, and naming result codes. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

void must_fail(const char *condition, const char *file, int line, const char *function) {
        (void) fprintf(stderr, "%s:%d: %s: MUST(%s) does not hold\n", file, line, function, condition);
        abort();
}

const char *rc_name(Rc rc) {
        switch (rc) {
        case RC_OK:
                return "ok";
        case RC_INVALID:
                return "invalid";
        case RC_MISSING:
                return "missing";
        case RC_DENIED:
                return "denied";
        case RC_CONFLICT:
                return "conflict";
        case RC_TOOBIG:
                return "too big";
        case RC_IO:
                return "input/output";
        }
        return "unknown";
}
