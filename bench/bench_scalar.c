/* Usage: bench_scalar [--rounds N] [--json] CITY_FOLDER
 *
 * Measures the scalar evaluator, with every step kept for its trace, on all policies of a city's pack: invented
 * households of three with one row of everything else, evaluated one after the other on one core, and every policy's
 * answer read. Then the same with what an interview adds: which policies an answer can still change, and what to ask
 * for them. Medians of rounds of some thousand evaluations, in processor time: one thread's is that of one core. */
#include "city/pack.h"
#include "engine/relevance.h"
#include "support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 99
#define SITUATIONS 64
#define EVALUATIONS 4096            /* a round */
#define MEMBERS 3
#define UNKNOWN_PERCENT 10

typedef struct Situation {
        Population *population;
        Frame      *frame;
        Relevance  *relevance;
} Situation;

typedef struct Bench {
        const Program *program;
        Run            run;
        Situation      situations[SITUATIONS];
        AskList        asks;
        uint64_t       answers[5];
} Bench;

static uint16_t find_entity(const Program *program, Str name) {
        for (uint16_t entity = 0; entity < program->entity_count; entity++)
                if (str_equal(program->entities[entity].name, name))
                        return entity;
        return ENTITY_NONE;
}

/* Facts drawn from their ranges, some unknown; everything belongs to the first row of what it can belong to. */
static Population *make_population(Arena *arena, const Program *program, Random *random) {
        uint32_t *counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        uint16_t  person = find_entity(program, STR("人"));
        for (uint16_t entity = 0; entity < program->entity_count; entity++)
                counts[entity] = entity == person ? MEMBERS : 1;
        Population *population = population_new(arena, program, counts);
        for (uint32_t fact = 0; fact < program->fact_count; fact++) {
                const Fact *at = &program->facts[fact];
                for (uint32_t row = 0; row < counts[at->entity] && at->type.kind != TYPE_TEXT; row++) {
                        if (random_chance(random, UNKNOWN_PERCENT))
                                continue;
                        bool truth = at->type.kind == TYPE_TRUTH;
                        population_set(population, fact, row, truth ? random_below(random, 2) * TRUTH_YES
                                                                    : random_between(random, at->low, at->high));
                }
        }
        for (uint32_t link = 0; link < program->link_count; link++)
                for (uint32_t child = 0; child < counts[program->links[link].child]; child++)
                        population_link(population, link, child, 0);
        population_index(population);
        return population;
}

static void evaluate(Bench *bench, Situation *situation) {
        scalar_evaluate(&bench->run, situation->frame);
        for (uint32_t policy = 0; policy < bench->program->policy_count; policy++)
                bench->answers[frame_answer(situation->frame, policy, 0)]++;
}

static void evaluate_and_ask(Bench *bench, Situation *situation) {
        evaluate(bench, situation);
        relevance_evaluate(situation->relevance, &bench->run, situation->frame);
        bench->asks.count = 0;
        for (uint32_t policy = 0; policy < bench->program->policy_count; policy++)
                if (relevance_undecided(situation->relevance, policy, 0))
                        relevance_of_policy(situation->relevance, policy, 0, true, &bench->asks);
}

static int compare_times(const void *a, const void *b) {
        const int64_t *left = a, *right = b;
        return (*left > *right) - (*left < *right);
}

static int64_t processor_ns(void) {
        struct timespec time = { 0 };
        MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
        return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Nanoseconds an evaluation, the median of the rounds after a first one. */
static int64_t measure(Bench *bench, void (*once)(Bench *bench, Situation *situation), uint32_t rounds) {
        int64_t times[ROUNDS_MAX + 1];
        for (uint32_t round = 0; round <= rounds; round++) {
                int64_t started = processor_ns();
                for (uint32_t i = 0; i < EVALUATIONS; i++)
                        once(bench, &bench->situations[i % SITUATIONS]);
                times[round] = (processor_ns() - started) / EVALUATIONS;
        }
        qsort(times + 1, rounds, sizeof *times, compare_times);
        return times[1 + rounds / 2];
}

static int bench_pack(Str folder, uint32_t rounds, bool json) {
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        if (pack_load(pack, folder, &(PackOptions){ .demonstration = false }) != RC_OK) {
                (void) fprintf(stderr, "bench_scalar: the pack does not load; leye check says why\n");
                return EXIT_FAILURE;
        }
        Arena *arena = arena_new((size_t) 1 << 30);
        Random random = { 42 };
        int32_t date = date_from_civil(2018, 6, 30);
        Bench  bench = { .program = &pack->program, .asks = { .arena = arena },
                         .run = { .program = &pack->program, .base_date = date, .apply_date = date } };
        const Asking *nobody = ARENA_NEW(arena, Asking, 1);
        for (uint32_t i = 0; i < SITUATIONS; i++) {
                Population *population = make_population(arena, bench.program, &random);
                bench.situations[i] = (Situation){ population, frame_new(arena, bench.program, population),
                                                   relevance_new(arena, bench.program, population, nobody) };
        }
        int64_t plain = measure(&bench, evaluate, rounds), asked = measure(&bench, evaluate_and_ask, rounds);
        MUST(bench.answers[ANSWER_YES] > 0 && bench.answers[ANSWER_NO] > 0 && bench.answers[ANSWER_ASK] > 0);
        if (json)
                printf("{\"policies\": %u, \"steps\": %u, \"evaluate\": %lld, \"evaluate_and_ask\": %lld}\n",
                       bench.program->policy_count, bench.program->step_count, (long long) plain, (long long) asked);
        else
                printf("%u policies, %u steps: %lld ns an evaluation, %lld ns with what to ask\n", bench.program->policy_count,
                       bench.program->step_count, (long long) plain, (long long) asked);
        arena_free(arena);
        return EXIT_SUCCESS;
}

int main(int count, char **arguments) {
        const char *folder = NULL;
        int64_t     rounds = 9;
        bool        json = false, good = true;
        for (int i = 1; i < count && good; i++) {
                if (strcmp(arguments[i], "--json") == 0)
                        json = true;
                else if (strcmp(arguments[i], "--rounds") == 0 && i + 1 < count)
                        good = str_to_int(str_from(arguments[++i]), &rounds) && rounds > 0 && rounds <= ROUNDS_MAX;
                else if (arguments[i][0] != '-' && folder == NULL)
                        folder = arguments[i];
                else
                        good = false;
        }
        if (!good || folder == NULL) {
                (void) fprintf(stderr, "usage: bench_scalar [--rounds N] [--json] CITY_FOLDER\n");
                return 2;
        }
        return bench_pack(str_from(folder), (uint32_t) rounds, json);
}
