/* Usage: bench_batch [--persons N]... [--rounds N] [--json] [--cpu] [--csv FOLDER]
 *
 * Measures the batch evaluator on the policies of world.c beside the hand-fused loop of fused.c and a bare read of the
 * same columns, checks that all totals are equal, and prints medians. --csv writes the people for other engines and
 * measures nothing. Without --persons: 1,000,000. --cpu counts processor time instead of the clock on the wall, for a
 * machine that is busy with other things; of two threads it then counts both. */
#include "engine/batch.h"
#include "world.h"

#include "base/json.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 99
#define SIZES_MAX 4

typedef struct Settings {
        uint32_t    sizes[SIZES_MAX], size_count, rounds;
        bool        json, cpu;
        const char *folder;
} Settings;

/* ---- equality ---------------------------------------------------------------------------------------- */

static bool equal_policy(const FusedTotals *fused, uint32_t p, const BatchPolicy *policy)
{
        for (uint32_t county = 0; county <= COUNTIES; county++) {
                const FusedCell  *cell = &fused->cells[p][county];
                const BatchMoney *money = &policy->outputs[0].counties[county];
                const uint64_t   *answers = policy->answers[county];
                if (answers[ANSWER_YES] != cell->yes || answers[ANSWER_ASK] != cell->ask ||
                    answers[ANSWER_NO] != fused->rows[county] - cell->yes - cell->ask || money->sum != cell->sum ||
                    money->unknown != cell->unknown)
                        return false;
        }
        for (uint32_t i = 0; policy->conditions && i < 8; i++) {
                const FusedCondition *condition = &fused->conditions[p][i];
                if (condition->failed + condition->undecided + condition->sole > 0 &&
                    (policy->conditions[i].failed != condition->failed || policy->conditions[i].sole != condition->sole ||
                     policy->conditions[i].undecided != condition->undecided))
                        return false;
        }
        return true;
}

static void check_equal(const FusedTotals *fused, const BatchResult *result)
{
        for (uint32_t p = 0; p < WORLD_POLICIES; p++)
                if (!equal_policy(fused, p, &result->policies[p])) {
                        (void) fprintf(stderr, "bench_batch: policy %u differs from the fused loop\n", p);
                        exit(EXIT_FAILURE);
                }
}

/* ---- measuring --------------------------------------------------------------------------------------- */

static int compare_times(const void *a, const void *b)
{
        int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
        return (left > right) - (left < right);
}

typedef struct Bench {
        World        world;
        Arena       *arena;
        uint8_t     *scratch;
        FusedTotals  fused;
        BatchOptions options;
        uint64_t     sink;
        bool         cpu;
} Bench;

typedef void Job(Bench *bench);

static void read_columns(Bench *bench)
{
        const Population *population = bench->world.population;
        uint64_t sum = 0;
        for (uint32_t i = 0; i < population->program->fact_count; i++) {
                const Column   *column = &population->columns[i];
                const uint64_t *words = column->cells;
                size_t count = (size_t) population->entities[population->program->facts[i].entity].count * column->width / 8;
                for (size_t at = 0; at < count; at++)
                        sum += words[at];
        }
        for (uint32_t i = 0; i < bench->world.persons; i++)
                sum += bench->world.household[i];
        bench->sink += sum;
}

static void run_fused(Bench *bench)
{
        fused_run(&bench->world, bench->scratch, &bench->fused);
}

static void run_fused_conditions(Bench *bench)
{
        fused_run_conditions(&bench->world, bench->scratch, &bench->fused);
}

static void run_batch(Bench *bench)
{
        arena_reset(bench->arena);
        Run run = { .program = bench->world.program, .base_date = bench->world.base_date, .apply_date = bench->world.base_date };
        const BatchPlan *plan = batch_plan_new(bench->arena, &run, &bench->options);
        check_equal(&bench->fused, batch_run(plan, bench->world.population, bench->arena));
}

static void run_compare(Bench *bench)
{
        arena_reset(bench->arena);
        Run     before = { .program = bench->world.program, .base_date = bench->world.base_date, .apply_date = bench->world.base_date };
        Run     after = before;
        int64_t parameters[] = { 90000 };
        after.parameters = parameters;
        const BatchComparison *comparison = batch_compare(bench->arena, &before, &after, &bench->options, NULL, bench->world.population);
        MUST(comparison->policy_count == 1 && comparison->policies[0].counties[0].more > 0);
}

static int64_t now_ns(const Bench *bench)
{
        struct timespec time = { 0 };
        if (!bench->cpu)
                return clock_ns();
        MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
        return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

/* The median of some rounds, in nanoseconds; one round before them warms up. */
static int64_t median(Bench *bench, Job *job, uint32_t rounds)
{
        int64_t times[ROUNDS_MAX];
        job(bench);
        for (uint32_t i = 0; i < rounds; i++) {
                int64_t started = now_ns(bench);
                job(bench);
                times[i] = now_ns(bench) - started;
        }
        qsort(times, rounds, sizeof *times, compare_times);
        return times[rounds / 2];
}

/* ---- report ------------------------------------------------------------------------------------------ */

typedef struct Measure {
        const char *name;
        int64_t     ns;
} Measure;

enum { READ, FUSED, BATCH_1, BATCH_2, FUSED_CONDITIONS, BATCH_CONDITIONS_1, BATCH_CONDITIONS_2, COMPARE_1, COMPARE_2, MEASURES };

static void print_text(const Bench *bench, const Measure *measures)
{
        printf("%u persons, %u households, %.1f bytes a person\n", bench->world.persons, bench->world.households,
               (double) bench->world.bytes / bench->world.persons);
        for (uint32_t i = 0; i < MEASURES; i++) {
                const Measure *fused = &measures[i < FUSED_CONDITIONS || i >= COMPARE_1 ? FUSED : FUSED_CONDITIONS];
                printf("  %-34s %9.2f ms %7.2f ns/person %6.2fx fused %6.2fx read\n", measures[i].name, (double) measures[i].ns / 1e6,
                       (double) measures[i].ns / bench->world.persons, (double) measures[i].ns / (double) fused->ns,
                       (double) measures[i].ns / (double) measures[READ].ns);
        }
        printf("  two threads: %.2fx one, with conditions %.2fx\n", (double) measures[BATCH_1].ns / (double) measures[BATCH_2].ns,
               (double) measures[BATCH_CONDITIONS_1].ns / (double) measures[BATCH_CONDITIONS_2].ns);
}

static void print_json(const Bench *bench, const Measure *measures, Json *json)
{
        json_object(json);
        json_key(json, "persons");
        json_int(json, bench->world.persons);
        json_key(json, "bytes");
        json_int(json, (int64_t) bench->world.bytes);
        for (uint32_t i = 0; i < MEASURES; i++) {
                json_key(json, measures[i].name);
                json_int(json, measures[i].ns);
        }
        json_end(json);
}

static void bench_size(uint32_t persons, const Settings *settings, Json *json)
{
        Arena *city = arena_new((size_t) persons * 160 + ((size_t) 64 << 20));
        Bench  bench = { .world = world_make(city, persons, 42), .arena = arena_new((size_t) 256 << 20),
                         .cpu = settings->cpu };
        Measure measures[MEASURES] = { [READ] = { "memory_read", 0 }, [FUSED] = { "fused", 0 },
                [BATCH_1] = { "batch_1_thread", 0 }, [BATCH_2] = { "batch_2_threads", 0 },
                [FUSED_CONDITIONS] = { "fused_conditions", 0 }, [BATCH_CONDITIONS_1] = { "batch_conditions_1_thread", 0 },
                [BATCH_CONDITIONS_2] = { "batch_conditions_2_threads", 0 }, [COMPARE_1] = { "compare_1_thread", 0 },
                [COMPARE_2] = { "compare_2_threads", 0 } };
        bench.scratch = malloc(bench.world.households + 1);
        MUST(bench.scratch != NULL);
        measures[READ].ns = median(&bench, read_columns, settings->rounds);
        measures[FUSED].ns = median(&bench, run_fused, settings->rounds);
        bench.options = (BatchOptions){ .threads = 1, .by_county = true };
        measures[BATCH_1].ns = median(&bench, run_batch, settings->rounds);
        measures[COMPARE_1].ns = median(&bench, run_compare, settings->rounds);
        bench.options.threads = 2;
        measures[BATCH_2].ns = median(&bench, run_batch, settings->rounds);
        measures[COMPARE_2].ns = median(&bench, run_compare, settings->rounds);
        measures[FUSED_CONDITIONS].ns = median(&bench, run_fused_conditions, settings->rounds);
        bench.options.by_condition = true;
        measures[BATCH_CONDITIONS_2].ns = median(&bench, run_batch, settings->rounds);
        bench.options.threads = 1;
        measures[BATCH_CONDITIONS_1].ns = median(&bench, run_batch, settings->rounds);
        if (settings->json)
                print_json(&bench, measures, json);
        else
                print_text(&bench, measures);
        free(bench.scratch);
        arena_free(bench.arena);
        arena_free(city);
}

/* ---- CSV --------------------------------------------------------------------------------------------- */

static void write_cell(FILE *file, const World *world, uint32_t fact, uint32_t row)
{
        Type    type = world->program->facts[fact].type;
        int64_t cell = population_cell(world->population, fact, row);
        Buffer  text = buffer_new(64);
        if (cell != type_unknown(type))
                value_print(world->program, type, cell, &text);
        (void) fprintf(file, "%.*s", STR_ARG(buffer_str(&text)));
        buffer_free(&text);
}

static void write_entity(const World *world, const char *folder, uint16_t entity)
{
        Buffer path = buffer_new(4096);
        buffer_format(&path, "%s/%.*s.csv%c", folder, STR_ARG(world->program->entities[entity].name), 0);
        FILE *file = fopen(buffer_str(&path).data, "w");
        buffer_free(&path);
        if (file == NULL) {
                perror(folder);
                exit(EXIT_FAILURE);
        }
        (void) fprintf(file, "编号%s", entity == 0 ? ",户编号" : "");
        for (uint32_t fact = 0; fact < world->program->fact_count; fact++)
                if (world->program->facts[fact].entity == entity)
                        (void) fprintf(file, ",%.*s", STR_ARG(world->program->facts[fact].name));
        for (uint32_t row = 0; row < world->population->entities[entity].count; row++) {
                (void) fprintf(file, "\n%u", row);
                if (entity == 0 && world->household[row] != NONE)
                        (void) fprintf(file, ",%u", world->household[row]);
                else if (entity == 0)
                        (void) fprintf(file, ",");
                for (uint32_t fact = 0; fact < world->program->fact_count; fact++)
                        if (world->program->facts[fact].entity == entity) {
                                (void) fprintf(file, ",");
                                write_cell(file, world, fact, row);
                        }
        }
        (void) fprintf(file, "\n");
        if (ferror(file) || fclose(file) != 0) {
                perror(folder);
                exit(EXIT_FAILURE);
        }
}

/* ---- main -------------------------------------------------------------------------------------------- */

static bool parse_arguments(int count, char **arguments, Settings *settings)
{
        for (int i = 1; i < count; i++) {
                int64_t number = 0;
                bool    more = i + 1 < count && str_to_int(str_from(arguments[i + 1]), &number);
                if (strcmp(arguments[i], "--json") == 0)
                        settings->json = true;
                else if (strcmp(arguments[i], "--cpu") == 0)
                        settings->cpu = true;
                else if (strcmp(arguments[i], "--persons") == 0 && more && number > 0 && number <= 100000000 &&
                         settings->size_count < SIZES_MAX)
                        settings->sizes[settings->size_count++] = (uint32_t) number, i++;
                else if (strcmp(arguments[i], "--rounds") == 0 && more && number > 0 && number <= ROUNDS_MAX)
                        settings->rounds = (uint32_t) number, i++;
                else if (strcmp(arguments[i], "--csv") == 0 && i + 1 < count)
                        settings->folder = arguments[++i];
                else
                        return false;
        }
        return true;
}

int main(int count, char **arguments)
{
        Settings settings = { .rounds = 7 };
        if (!parse_arguments(count, arguments, &settings)) {
                (void) fprintf(stderr, "usage: bench_batch [--persons N]... [--rounds N] [--json] [--cpu] [--csv FOLDER]\n");
                return 2;
        }
        if (settings.size_count == 0)
                settings.sizes[settings.size_count++] = 1000000;
        if (settings.folder) {
                Arena *city = arena_new((size_t) settings.sizes[0] * 160 + ((size_t) 64 << 20));
                World  world = world_make(city, settings.sizes[0], 42);
                write_entity(&world, settings.folder, 0);
                write_entity(&world, settings.folder, 1);
                arena_free(city);
                return 0;
        }
        Buffer out = buffer_new((size_t) 1 << 20);
        Json   json = json_begin(&out);
        json_array(&json);
        for (uint32_t i = 0; i < settings.size_count; i++)
                bench_size(settings.sizes[i], &settings, &json);
        json_end(&json);
        if (settings.json)
                printf("%.*s\n", STR_ARG(buffer_str(&out)));
        buffer_free(&out);
        return 0;
}
