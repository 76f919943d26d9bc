/* Usage: bench_batch [--persons N]... [--rounds N] [--json] [--cpu] [--csv FOLDER]
 *
 * Measures the batch evaluator on the policies of world.c beside the hand-fused loop of fused.c and a bare read of the
 * same columns, in turns, so that a busy machine slows all of them alike; checks that all totals are equal, and prints
 * medians. Without --persons: 1,000,000. --cpu counts processor time instead of the clock on the wall, for a machine
 * that is busy with other things; of two threads it then counts both. --csv measures nothing: it writes the people for
 * other engines, every cell as a number (days, codes, fen, 0/1; empty: unknown), and the totals they must find. */
#include "engine/batch.h"
#include "engine/parallel.h"
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

static bool equal_policy(const FusedTotals *fused, uint32_t p, const BatchPolicy *policy) {
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

static void check_equal(const FusedTotals *fused, const BatchResult *result) {
        for (uint32_t p = 0; p < WORLD_POLICIES; p++)
                if (!equal_policy(fused, p, &result->policies[p])) {
                        (void) fprintf(stderr, "bench_batch: policy %u differs from the fused loop\n", p);
                        exit(EXIT_FAILURE);
                }
}

/* ---- measuring --------------------------------------------------------------------------------------- */

static int compare_times(const void *a, const void *b) {
        int64_t left = *(const int64_t *) a, right = *(const int64_t *) b;
        return (left > right) - (left < right);
}

typedef struct Bench {
        World        world;
        Arena       *arena;
        uint8_t     *scratch;          /* for two threads, a byte a household each */
        FusedTotals  fused;
        BatchOptions options;
        uint64_t     sink;
        bool         cpu;
} Bench;

static void read_columns(Bench *bench) {
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

static void run_fused(Bench *bench) {
        fused_run(&bench->world, bench->scratch, &bench->fused);
}

/* The rows from `first` on, as a world of its own. */
static World world_part(World world, uint32_t first, uint32_t count) {
        world.county += first, world.status += first, world.education += first, world.level += first;
        world.local += first, world.registered += first, world.disabled += first, world.received += first;
        world.birth += first, world.jobless_since += first, world.graduation += first, world.business_since += first;
        world.income += first, world.loan += first, world.insured += first, world.staff += first, world.training += first;
        world.household += first;
        world.persons = count;
        return world;
}

typedef struct Halves {
        World       worlds[2];
        FusedTotals totals[2];
        uint8_t    *scratch;
} Halves;

static void run_half(void *context, uint32_t part, uint32_t parts) {
        Halves *halves = context;
        const World *world = &halves->worlds[part];
        MUST(parts == 2);
        fused_run(world, halves->scratch + (size_t) part * world->households, &halves->totals[part]);
}

/* By hand in two threads: cut where a household ends, so that the halves have nothing in common. */
static void run_fused_halves(Bench *bench) {
        const World *world = &bench->world;
        Halves   halves = { .scratch = bench->scratch };
        uint32_t cut = world->persons / 2, last = NONE;
        for (uint32_t i = cut; i > 0 && last == NONE; i--)
                last = world->household[i - 1];
        while (cut < world->persons && (world->household[cut] == last || world->household[cut] == NONE))
                cut++;
        halves.worlds[0] = world_part(*world, 0, cut);
        halves.worlds[1] = world_part(*world, cut, world->persons - cut);
        parallel_run(2, run_half, &halves);
        for (uint32_t p = 0; p < WORLD_POLICIES; p++)
                for (uint32_t county = 0; county <= COUNTIES; county++) {
                        const FusedCell *cell = &halves.totals[1].cells[p][county];
                        FusedCell *all = &halves.totals[0].cells[p][county];
                        *all = (FusedCell){ .yes = all->yes + cell->yes, .ask = all->ask + cell->ask,
                                            .sum = all->sum + cell->sum, .unknown = all->unknown + cell->unknown };
                }
        MUST(memcmp(halves.totals[0].cells, bench->fused.cells, sizeof bench->fused.cells) == 0);
}

static void run_fused_conditions(Bench *bench) {
        fused_run_conditions(&bench->world, bench->scratch, &bench->fused);
}

static void run_batch(Bench *bench) {
        arena_reset(bench->arena);
        Run run = { .program = bench->world.program, .base_date = bench->world.base_date, .apply_date = bench->world.base_date };
        const BatchPlan *plan = batch_plan_new(bench->arena, &run, &bench->options);
        check_equal(&bench->fused, batch_run(plan, bench->world.population, bench->arena));
}

static void run_compare(Bench *bench) {
        arena_reset(bench->arena);
        Run     before = { .program = bench->world.program, .base_date = bench->world.base_date, .apply_date = bench->world.base_date };
        Run     after = before;
        int64_t parameters[] = { 90000 };
        after.parameters = parameters;
        const BatchComparison *comparison = batch_compare(bench->arena, &before, &after, &bench->options, NULL, bench->world.population);
        MUST(comparison->policy_count == 1 && comparison->policies[0].counties[0].more > 0);
}

static int64_t now_ns(const Bench *bench) {
        struct timespec time = { 0 };
        if (!bench->cpu)
                return clock_ns();
        MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
        return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

typedef struct Job {
        const char *name;
        void      (*once)(Bench *bench);
        uint32_t    threads;
        bool        by_condition;
} Job;

/* In this order each round: an evaluator is held against the hand-written totals made just before it. */
enum { READ, FUSED, FUSED_2, BATCH, BATCH_2, COMPARE, COMPARE_2, FUSED_CONDITIONS, BATCH_CONDITIONS, BATCH_CONDITIONS_2, JOBS };

static const Job jobs[JOBS] = {
        [READ] = { "memory_read", read_columns, 1, false },
        [FUSED] = { "fused_1_thread", run_fused, 1, false },
        [FUSED_2] = { "fused_2_threads", run_fused_halves, 2, false },
        [BATCH] = { "batch_1_thread", run_batch, 1, false },
        [BATCH_2] = { "batch_2_threads", run_batch, 2, false },
        [COMPARE] = { "compare_1_thread", run_compare, 1, false },
        [COMPARE_2] = { "compare_2_threads", run_compare, 2, false },
        [FUSED_CONDITIONS] = { "fused_conditions_1_thread", run_fused_conditions, 1, true },
        [BATCH_CONDITIONS] = { "batch_conditions_1_thread", run_batch, 1, true },
        [BATCH_CONDITIONS_2] = { "batch_conditions_2_threads", run_batch, 2, true },
};

/* Medians in nanoseconds; one round before the others warms up. */
static void measure(Bench *bench, uint32_t rounds, int64_t medians[JOBS]) {
        int64_t times[JOBS][ROUNDS_MAX];
        for (uint32_t round = 0; round <= rounds; round++)
                for (uint32_t job = 0; job < JOBS; job++) {
                        bench->options = (BatchOptions){ .threads = jobs[job].threads, .by_county = true,
                                                         .by_condition = jobs[job].by_condition };
                        int64_t started = now_ns(bench);
                        jobs[job].once(bench);
                        times[job][round == 0 ? 0 : round - 1] = now_ns(bench) - started;
                }
        for (uint32_t job = 0; job < JOBS; job++) {
                qsort(times[job], rounds, sizeof *times[job], compare_times);
                medians[job] = times[job][rounds / 2];
        }
}

/* ---- report ------------------------------------------------------------------------------------------ */

static void print_text(const Bench *bench, const int64_t medians[JOBS]) {
        printf("%u persons, %u households, %.1f bytes a person\n", bench->world.persons, bench->world.households,
               (double) bench->world.bytes / bench->world.persons);
        for (uint32_t i = 0; i < JOBS; i++)
                printf("  %-34s %9.2f ms %7.2f ns/person %6.2fx fused %6.2fx read\n", jobs[i].name, (double) medians[i] / 1e6,
                       (double) medians[i] / bench->world.persons,
                       (double) medians[i] / (double) medians[jobs[i].by_condition ? FUSED_CONDITIONS : FUSED],
                       (double) medians[i] / (double) medians[READ]);
        printf("  two threads: %.2fx one, with conditions %.2fx\n", (double) medians[BATCH] / (double) medians[BATCH_2],
               (double) medians[BATCH_CONDITIONS] / (double) medians[BATCH_CONDITIONS_2]);
}

static void print_json(const Bench *bench, const int64_t medians[JOBS], Json *json) {
        json_open_object(json);
        json_key(json, "persons");
        json_int(json, bench->world.persons);
        json_key(json, "bytes");
        json_int(json, (int64_t) bench->world.bytes);
        for (uint32_t i = 0; i < JOBS; i++) {
                json_key(json, jobs[i].name);
                json_int(json, medians[i]);
        }
        json_end(json);
}

static Arena *city_arena(uint32_t persons) {
        return arena_new((size_t) persons * 160 + ((size_t) 64 << 20));
}

static void bench_size(uint32_t persons, const Settings *settings, Json *json) {
        Arena  *city = city_arena(persons);
        Bench   bench = { .world = world_make(city, persons, 42), .arena = arena_new((size_t) 256 << 20), .cpu = settings->cpu };
        int64_t medians[JOBS];
        bench.scratch = malloc((size_t) bench.world.households * 2);
        MUST(bench.scratch != NULL);
        measure(&bench, settings->rounds, medians);
        if (settings->json)
                print_json(&bench, medians, json);
        else
                print_text(&bench, medians);
        free(bench.scratch);
        arena_free(bench.arena);
        arena_free(city);
}

/* ---- CSV --------------------------------------------------------------------------------------------- */

static FILE *open_file(const char *folder, Str name) {
        Buffer path = buffer_new(4096);
        buffer_format(&path, "%s/%.*s%c", folder, STR_ARG(name), 0);
        FILE *file = fopen(buffer_str(&path).data, "w");
        buffer_free(&path);
        if (file == NULL) {
                perror(folder);
                exit(EXIT_FAILURE);
        }
        return file;
}

static void close_file(FILE *file, const char *folder) {
        bool failed = ferror(file) != 0;
        if (fclose(file) != 0 || failed) {
                perror(folder);
                exit(EXIT_FAILURE);
        }
}

static void write_cell(FILE *file, const World *world, uint32_t fact, uint32_t row) {
        Type    type = world->program->facts[fact].type;
        int64_t cell = population_cell(world->population, fact, row);
        if (cell == type_unknown(type))
                (void) fputc(',', file);
        else
                (void) fprintf(file, ",%lld", (long long) (type.kind == TYPE_TRUTH ? cell / TRUTH_YES : cell));
}

static void write_entity(const World *world, const char *folder, uint16_t entity) {
        Buffer name = buffer_new(4096);
        buffer_format(&name, "%.*s.csv", STR_ARG(world->program->entities[entity].name));
        FILE *file = open_file(folder, buffer_str(&name));
        buffer_free(&name);
        (void) fprintf(file, "编号%s", entity == 0 ? ",户编号" : "");
        for (uint32_t fact = 0; fact < world->program->fact_count; fact++)
                if (world->program->facts[fact].entity == entity)
                        (void) fprintf(file, ",%.*s", STR_ARG(world->program->facts[fact].name));
        for (uint32_t row = 0; row < world->population->entities[entity].count; row++) {
                (void) fprintf(file, "\n%u", row);
                if (entity == 0 && world->household[row] != NONE)
                        (void) fprintf(file, ",%u", world->household[row]);
                else if (entity == 0)
                        (void) fputc(',', file);
                for (uint32_t fact = 0; fact < world->program->fact_count; fact++)
                        if (world->program->facts[fact].entity == entity)
                                write_cell(file, world, fact, row);
        }
        (void) fputc('\n', file);
        close_file(file, folder);
}

/* Per policy and county (the last: county unknown) how many 是, how many undecided, fen, and amounts not known. */
static void write_totals(const World *world, const char *folder) {
        static FusedTotals totals;
        uint8_t *scratch = malloc(world->households);
        MUST(scratch != NULL);
        fused_run(world, scratch, &totals);
        free(scratch);
        FILE *file = open_file(folder, STR("totals.json"));
        (void) fprintf(file, "{\"persons\": %u, \"households\": %u, \"base_date\": %d, \"policies\": [", world->persons,
                       world->households, world->base_date);
        for (uint32_t p = 0; p < WORLD_POLICIES; p++)
                for (uint32_t county = 0; county <= COUNTIES; county++) {
                        const FusedCell *cell = &totals.cells[p][county];
                        (void) fprintf(file, "%s[%llu, %llu, %lld, %llu]%s", county == 0 ? p == 0 ? "\n[" : ",\n[" : ", ",
                                       (unsigned long long) cell->yes, (unsigned long long) cell->ask, (long long) cell->sum,
                                       (unsigned long long) cell->unknown, county == COUNTIES ? "]" : "");
                }
        (void) fprintf(file, "]}\n");
        close_file(file, folder);
}

/* ---- main -------------------------------------------------------------------------------------------- */

static bool parse_arguments(int count, char **arguments, Settings *settings) {
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

int main(int count, char **arguments) {
        Settings settings = { .rounds = 7 };
        if (!parse_arguments(count, arguments, &settings)) {
                (void) fprintf(stderr, "usage: bench_batch [--persons N]... [--rounds N] [--json] [--cpu] [--csv FOLDER]\n");
                return 2;
        }
        if (settings.size_count == 0)
                settings.sizes[settings.size_count++] = 1000000;
        if (settings.folder) {
                Arena *city = city_arena(settings.sizes[0]);
                World  world = world_make(city, settings.sizes[0], 42);
                write_entity(&world, settings.folder, 0);
                write_entity(&world, settings.folder, 1);
                write_totals(&world, settings.folder);
                arena_free(city);
                return 0;
        }
        Buffer out = buffer_new((size_t) 1 << 20);
        Json   json = json_begin(&out);
        json_open_array(&json);
        for (uint32_t i = 0; i < settings.size_count; i++)
                bench_size(settings.sizes[i], &settings, &json);
        json_end(&json);
        if (settings.json)
                printf("%.*s\n", STR_ARG(buffer_str(&out)));
        buffer_free(&out);
        return 0;
}
