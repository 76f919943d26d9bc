/* A long piece of work as seen from another thread: how far it is, and the word to stop it. The work sets the counts and looks
 * for the word every few hundred rows; whoever waits reads and sets the rest. All zero is a beginning. */
#pragma once

#include <stdatomic.h>

#include "base/base.h"

typedef struct Watch {
        _Atomic uint64_t done, total;    /* rows; total 0: not counted yet */
        _Atomic uint64_t faults;
        _Atomic bool     stop;           /* the work ends with RC_DENIED, and nothing of it is kept */
} Watch;

/* NULL is nobody who waits. */
static inline bool watch_stopped(const Watch *watch) {
        return watch && atomic_load(&watch->stop);
}

static inline void watch_set(Watch *watch, uint64_t done, uint64_t faults) {
        if (!watch)
                return;
        atomic_store(&watch->done, done);
        atomic_store(&watch->faults, faults);
}
