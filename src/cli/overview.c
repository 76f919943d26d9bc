/* Loads an invented population once and keeps the totals only. */
#include "cli/overview.h"

#include <sys/stat.h>

#include "cli/scan.h"

#define OVERVIEW_ARENA ((size_t) 1 << 30)
#define POPULATION_ARENA ((size_t) 64 << 30)
#define OVERVIEW_THREADS 2

OverviewData *overview_free(OverviewData *data) {
        if (data) {
                Arena *arena = data->arena;
                pack_free(data->pack);
                arena_free(arena);
        }
        return NULL;
}

/* Where the city's data is; empty when there is none. */
static Str find_data(Arena *arena, Str folder, Str name) {
        struct stat status;
        Str snapshot = str_format(arena, "%.*s/%.*s.snapshot", STR_ARG(folder), STR_ARG(name));
        if (stat(snapshot.data, &status) == 0)
                return snapshot;
        Str files = str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
        return stat(files.data, &status) == 0 && S_ISDIR(status.st_mode) ? files : (Str){ 0 };
}

static void compute(OverviewData *data, const Population *population, int32_t date) {
        const Program *program = &data->pack->program;
        uint32_t count;
        const uint32_t *policies = scan_policies(program, data->arena, &count);
        Run run = { .program = program, .base_date = date, .apply_date = date };
        const BatchOptions options = { .policies = policies, .policy_count = count, .threads = OVERVIEW_THREADS,
                                       .by_county = true, .by_condition = true };
        uint64_t *rows = ARENA_NEW(data->arena, uint64_t, program->entity_count);
        for (uint32_t i = 0; i < program->entity_count; i++)
                rows[i] = population->entities[i].count;
        data->overview = (Overview){
                .pack = data->pack,
                .result = batch_run(batch_plan_new(data->arena, &run, &options), population, data->arena),
                .row_counts = rows, .day = date,
        };
}

/* The day, or the last one of the pack's documents when all of them have ended: nobody could get anything after it. */
static int32_t day_in_force(const Pack *pack, int32_t day) {
        int32_t last = DATE_MIN;
        for (uint32_t i = 0; i < pack->program.document_count; i++)
                last = pack->program.documents[i].to > last ? pack->program.documents[i].to : last;
        return last == DATE_MIN || day < last ? day : last;
}

int overview_load(Str city, Str folder, int32_t date, OverviewData **ret_data) {
        *ret_data = NULL;
        Arena *arena = arena_new(OVERVIEW_ARENA);
        OverviewData *data = ARENA_NEW(arena, OverviewData, 1);
        data->arena = arena;
        data->pack = pack_new();
        Arena *scratch CLEAN(arena_cleanup) = arena_new(POPULATION_ARENA);
        int code = cli_load(data->pack, city, &(PackOptions){ .demonstration = true }, false, true);
        Str path = code == EXIT_DONE ? find_data(scratch, folder, data->pack->name) : (Str){ 0 };
        if (path.length == 0) {
                overview_free(data);
                return code;
        }
        ScanData loaded CLEAN(scan_close) = { 0 };
        code = scan_load(&data->pack->program, scratch, path, OVERVIEW_THREADS, true, &loaded);
        if (code != EXIT_DONE) {
                overview_free(data);
                return code;
        }
        compute(data, loaded.population, day_in_force(data->pack, date));
        *ret_data = data;
        return EXIT_DONE;
}
