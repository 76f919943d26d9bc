/* Threads for the length of one call. */
#include "engine/parallel.h"

#include <pthread.h>
#include <unistd.h>

typedef struct Part {
        void (*work)(void *context, uint32_t part, uint32_t parts);
        void     *context;
        uint32_t  part, parts;
        pthread_t thread;
        bool      started;
} Part;

uint32_t parallel_threads(uint32_t wanted, size_t pieces) {
        long machine = sysconf(_SC_NPROCESSORS_ONLN);
        size_t count = wanted > 0 ? wanted : machine > 0 ? (size_t) machine : 1;
        if (count > pieces)
                count = pieces;
        if (count > PARALLEL_MAX)
                count = PARALLEL_MAX;
        return count > 0 ? (uint32_t) count : 1;
}

static void *run_part(void *argument) {
        const Part *part = argument;
        part->work(part->context, part->part, part->parts);
        return NULL;
}

void parallel_run(uint32_t parts, void (*work)(void *context, uint32_t part, uint32_t parts), void *context) {
        Part all[PARALLEL_MAX];
        MUST(parts > 0 && parts <= PARALLEL_MAX);
        for (uint32_t i = 0; i < parts; i++) {
                all[i] = (Part){ .work = work, .context = context, .part = i, .parts = parts };
                if (i + 1 < parts)
                        all[i].started = pthread_create(&all[i].thread, NULL, run_part, &all[i]) == 0;
        }
        for (uint32_t i = parts; i-- > 0;)
                if (!all[i].started)
                        (void) run_part(&all[i]);
        for (uint32_t i = 0; i < parts; i++)
                if (all[i].started)
                        MUST(pthread_join(all[i].thread, NULL) == 0);
}
