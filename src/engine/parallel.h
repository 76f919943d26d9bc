/* The same work on parts of the data, one thread a part. */
#pragma once

#include "base/base.h"

#define PARALLEL_MAX 64

/* How many threads to use: as many as wanted (0: as the machine has), never more than there are pieces of work. */
uint32_t parallel_threads(uint32_t wanted, size_t pieces);

/* Runs work(context, part, parts) for every part and waits for all. The last part runs in the calling thread; when
 * a thread cannot be started its part runs here too. */
void parallel_run(uint32_t parts, void (*work)(void *context, uint32_t part, uint32_t parts), void *context);
