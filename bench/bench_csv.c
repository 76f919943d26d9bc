/* Usage: bench_csv [--persons N] [--threads N] [--rounds N] [--only PART] FOLDER
 *
 * Makes a synthetic city in FOLDER (unless its files are there), then measures, as medians: loading 人.csv alone and
 * the whole folder, and the steps below. bench/duckdb_csv.mjs measures DuckDB on the same files. */
#include "engine/csv.h"
#include "engine/load.h"
#include "engine/snapshot.h"
#include "engine/synth.h"
#include "support/registry.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 99

static const SynthCounty counties[] = { { STR_INIT("东城区"), 30 }, { STR_INIT("西城区"), 25 }, { STR_INIT("河口县"), 25 },
                                        { STR_INIT("山前县"), 20 } };

typedef struct Run {
        Program    *program;
        Str         folder, snapshot;
        LoadOptions options;
        uint32_t    rows;
        uint64_t    problems, bytes;
        const char *only;            /* a part of a measurement's name; NULL: all of them */
} Run;

static int compare_times(const void *a, const void *b) {
        const int64_t *left = a, *right = b;
        return (*left > *right) - (*left < *right);
}

/* Processor time of all threads: what a shared machine disturbs least. */
static int64_t processor_ns(void) {
        struct timespec now;
        MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
        return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void measure(const char *what, uint32_t rounds, void (*once)(Run *run), Run *run) {
        int64_t times[ROUNDS_MAX], processor[ROUNDS_MAX];
        if (run->only != NULL && strstr(what, run->only) == NULL)
                return;
        for (uint32_t i = 0; i < rounds; i++) {
                int64_t started = clock_ns(), worked = processor_ns();
                once(run);
                times[i] = clock_ns() - started;
                processor[i] = processor_ns() - worked;
        }
        qsort(processor, rounds, sizeof(*processor), compare_times);
        qsort(times, rounds, sizeof(*times), compare_times);
        int64_t median = times[rounds / 2];
        printf("%-28s threads %u  median %8.2f ms  best %8.2f ms  cpu %8.2f ms  rows %u  problems %llu  %.0f MB/s\n", what,
               run->options.threads, (double) median / 1e6, (double) times[0] / 1e6,
               (double) processor[0] / 1e6, run->rows,
               (unsigned long long) run->problems, (double) run->bytes / ((double) median / 1e9) / 1e6);
}

static void load_once(Run *run) {
        Arena *arena = arena_new(SIZE_MAX / 2);
        LoadReport report = { 0 };
        Population *population = NULL;
        MUST(population_load(arena, run->program, run->folder, &run->options, &report, &population) == RC_OK);
        run->rows = population->entities[PERSON].count;
        run->problems = report.problems;
        run->bytes = report.bytes;
        arena_free(arena);
}

static void survey_once(Run *run) {
        CsvText text = { 0 };
        Arena *arena = arena_new((size_t) 1 << 20);
        Str path = str_format(arena, "%.*s/人.csv", STR_ARG(run->folder));
        MUST(csv_open(path.data, csv_level_best(), run->options.threads, &text) == RC_OK);
        run->bytes = text.text.length;
        run->rows = (uint32_t) text.survey.newlines;
        csv_close(&text);
        arena_free(arena);
}

static void scan_once(Run *run) {
        CsvText text = { 0 };
        CsvChunk chunk = { 0 };
        Arena *arena = arena_new((size_t) 1 << 30);
        Str path = str_format(arena, "%.*s/人.csv", STR_ARG(run->folder));
        MUST(csv_open(path.data, csv_level_best(), run->options.threads, &text) == RC_OK);
        CsvReader reader = csv_reader(&text, 0, text.text.length, 25, STR(""), arena);
        for (run->rows = 0; csv_next(&reader, &chunk);)
                run->rows += chunk.rows;
        csv_close(&text);
        arena_free(arena);
}

static void open_once(Run *run) {
        Arena *arena = arena_new((size_t) 1 << 30);
        Snapshot snapshot = { 0 };
        Population *population = NULL;
        Str why = { 0 };
        MUST(population_open(arena, run->program, run->snapshot, false, &snapshot, &population, &why) == RC_OK);
        run->rows = population->entities[PERSON].count;
        snapshot_close(&snapshot);
        arena_free(arena);
}

static void bench_snapshot(Run *run, uint32_t rounds) {
        Arena *arena = arena_new(SIZE_MAX / 2);
        LoadReport report = { 0 };
        Population *population = NULL;
        struct stat status;
        if (run->only != NULL && strstr("snapshot", run->only) == NULL)
                return;
        MUST(population_load(arena, run->program, run->folder, &run->options, &report, &population) == RC_OK);
        run->snapshot = str_format(arena, "%.*s/人口.leye", STR_ARG(run->folder));
        int64_t started = clock_ns();
        MUST(population_save(population, run->snapshot) == RC_OK);
        printf("snapshot written in %.1f ms", (double) (clock_ns() - started) / 1e6);
        MUST(stat(run->snapshot.data, &status) == 0);
        printf(", %.1f bytes a person\n", (double) status.st_size / population->entities[PERSON].count);
        measure("snapshot open", rounds, open_once, run);
        arena_free(arena);
}

int main(int count, char **arguments) {
        Arena *arena = arena_new((size_t) 1 << 26);
        uint32_t persons = 1000000, threads = 1, rounds = 9;
        const char *folder = NULL, *only = NULL;
        for (int i = 1; i < count; i++) {
                uint32_t *number = strcmp(arguments[i], "--persons") == 0   ? &persons
                                   : strcmp(arguments[i], "--threads") == 0 ? &threads
                                   : strcmp(arguments[i], "--rounds") == 0  ? &rounds
                                                                            : NULL;
                if (number != NULL && i + 1 < count)
                        *number = (uint32_t) strtoul(arguments[++i], NULL, 10);
                else if (strcmp(arguments[i], "--only") == 0 && i + 1 < count)
                        only = arguments[++i];
                else
                        folder = arguments[i];
        }
        if (folder == NULL || rounds == 0 || rounds > ROUNDS_MAX) {
                (void) fprintf(stderr, "usage: bench_csv [--persons N] [--threads N] [--rounds 1..%d] [--only PART] FOLDER\n", ROUNDS_MAX);
                return 2;
        }
        Run run = { .program = registry_program(arena), .folder = str_from(folder), .options = { .threads = threads }, .only = only };
        if (access(str_format(arena, "%s/人.csv", folder).data, R_OK) != 0) {
                SynthOptions options = { .persons = persons, .seed = 1, .base_date = date_from_civil(2018, 6, 30),
                                         .counties = counties, .county_count = ARRAY_LENGTH(counties), .threads = threads };
                uint64_t rows[SYNTH_FILE_TOTAL];
                int64_t started = clock_ns();
                MUST(synth_write(&options, run.folder, rows) == RC_OK);
                printf("synth: %u persons in %.2f s\n", persons, (double) (clock_ns() - started) / 1e9);
        }
        measure("survey 人.csv", rounds, survey_once, &run);
        measure("survey and scan 人.csv", rounds, scan_once, &run);
        Program *whole = run.program, person = *whole;
        person.entity_count = 2;   /* 人, and 户 from its keys alone */
        person.link_count = 1;
        person.entities = ARENA_NEW(arena, Entity, 2);
        memcpy(person.entities, whole->entities, sizeof(Entity) * 2);
        person.entities[HOUSEHOLD].derived_from = LIVES_IN;
        person.facts = ARENA_NEW(arena, Fact, whole->fact_count);
        person.fact_count = 0;
        for (uint32_t i = 0; i < whole->fact_count; i++)
                if (whole->facts[i].entity == PERSON)
                        person.facts[person.fact_count++] = whole->facts[i];
        run.program = &person;
        measure("load 人.csv", rounds, load_once, &run);
        bench_snapshot(&run, rounds);
        person.link_count = 0;
        person.entity_count = 1;
        measure("load 人.csv, no link", rounds, load_once, &run);
        run.program = whole;
        measure("load all", rounds, load_once, &run);
        bench_snapshot(&run, rounds);
        arena_free(arena);
        return 0;
}
