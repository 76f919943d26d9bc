/* The batch evaluator against the scalar one: every step of random programs, every figure of a result, rows as the
 * sink sees them, before and after; at sizes around a chunk and with one to three threads. */
#include "engine/batch.h"

#include "support/random_program.h"
#include "unit.h"

#include <string.h>

#define PROGRAMS 300

static int setup(void **state) {
        *state = arena_new((size_t) 2 << 30);
        return 0;
}

static int teardown(void **state) {
        *state = arena_free(*state);
        return 0;
}

static const uint32_t sizes[] = { 8, 40, 700, 1024, 2049, 5000 };

/* A random program with its run, its population and the scalar evaluator's values. */
typedef struct Case {
        const Program *program;
        Run            run;
        Population    *population;
        Frame         *frame;
} Case;

/* Any code step serves as a county. */
static void choose_counties(const Program *program) {
        for (uint32_t i = 0; i < program->step_count; i++) {
                const Step *step = &program->steps[i];
                if (step->entity != ENTITY_NONE && step->type.kind == TYPE_CODE)
                        program->entities[step->entity].county = i;
        }
}

static Case case_make(Arena *arena, uint64_t seed) {
        Case made = { .program = random_program(arena, (RandomShape){ .seed = seed }) };
        choose_counties(made.program);
        made.run = random_run(arena, made.program, seed);
        made.population = random_population(arena, made.program, seed, sizes[seed % ARRAY_LENGTH(sizes)]);
        made.frame = frame_new(arena, made.program, made.population);
        scalar_evaluate(&made.run, made.frame);
        return made;
}

static uint32_t rows_of(const Case *at, uint16_t entity) {
        return at->population->entities[entity].count;
}

/* ---- steps ------------------------------------------------------------------------------------------- */

static void check_steps(const Case *at, uint64_t seed, const BatchResult *result) {
        for (uint32_t step = 0; step < at->program->step_count; step++) {
                const Step *about = &at->program->steps[step];
                uint32_t rows = about->entity == ENTITY_NONE ? 1 : rows_of(at, about->entity);
                for (uint32_t row = 0; row < rows; row++) {
                        int64_t expected = frame_cell(at->frame, step, row), actual = batch_cell(result, step, row);
                        if (expected != actual)
                                fail_msg("seed %lu, step %u %s, row %u of %u: %ld, not %ld", (unsigned long) seed, step,
                                         op_name(about->op), row, rows, (long) actual, (long) expected);
                }
        }
}

static void test_steps(void **state) {
        for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
                Arena *arena = *state;
                arena_reset(arena);
                Case at = case_make(arena, seed);
                BatchOptions options = { .threads = 1 + (uint32_t) seed % 3, .keep_steps = true };
                check_steps(&at, seed, batch_run(batch_plan_new(arena, &at.run, &options), at.population, arena));
        }
}

/* ---- totals ------------------------------------------------------------------------------------------ */

static uint32_t naive_bucket(const Case *at, uint16_t entity, uint32_t row) {
        uint32_t county = at->program->entities[entity].county;
        if (county == NONE)
                return 0;
        uint32_t members = at->program->enumerations[at->program->steps[county].type.of].member_count;
        int64_t code = frame_cell(at->frame, county, row);
        return code < 0 || code >= members ? members : (uint32_t) code;
}

static void check_answers(const Case *at, const BatchPolicy *policy) {
        uint16_t entity = at->program->policies[policy->policy].entity;
        uint64_t (*answers)[5] = calloc(policy->bucket_count, sizeof *answers);
        assert_non_null(answers);
        for (uint32_t row = 0; row < rows_of(at, entity); row++) {
                uint32_t bucket = naive_bucket(at, entity, row);
                assert_true(bucket < policy->bucket_count);
                answers[bucket][frame_answer(at->frame, policy->policy, row)]++;
        }
        assert_memory_equal(answers, policy->answers, policy->bucket_count * sizeof *answers);
        free(answers);
}

static void check_output(const Case *at, const BatchPolicy *policy, const BatchOutput *output) {
        const Policy  *about = &at->program->policies[policy->policy];
        const Benefit *benefit = &about->benefits[output->benefit];
        const Output  *source = &benefit->outputs[output->output];
        BatchMoney *money = calloc(policy->bucket_count, sizeof *money);
        assert_non_null(money);
        for (uint32_t row = 0; row < rows_of(at, about->entity); row++) {
                BatchMoney *to = &money[naive_bucket(at, about->entity, row)];
                int64_t amount = frame_cell(at->frame, source->step, row);
                int64_t floor = source->floor == NONE ? UNKNOWN : frame_cell(at->frame, source->floor, row);
                if (frame_cell(at->frame, benefit->when, row) != TRUTH_YES)
                        continue;
                to->rows += amount != UNKNOWN;
                to->sum += amount != UNKNOWN ? amount : 0;
                to->unknown += amount == UNKNOWN;
                to->floor_rows += amount == UNKNOWN && floor != UNKNOWN;
                to->floor_sum += amount == UNKNOWN && floor != UNKNOWN ? floor : 0;
        }
        for (uint32_t i = 0; i < policy->bucket_count; i++) {
                const BatchMoney *actual = &output->counties[i];
                assert_true(money[i].sum == actual->sum && money[i].floor_sum == actual->floor_sum);
                assert_int_equal(money[i].rows, actual->rows);
                assert_int_equal(money[i].unknown, actual->unknown);
                assert_int_equal(money[i].floor_rows, actual->floor_rows);
        }
        free(money);
}

static void check_condition(const Case *at, const BatchPolicy *policy, uint32_t number) {
        const Policy  *about = &at->program->policies[policy->policy];
        BatchCondition expected = { 0 };
        for (uint32_t row = 0; row < rows_of(at, about->entity); row++) {
                int64_t truth = frame_cell(at->frame, about->conditions[number].step, row);
                bool others = true;
                for (uint32_t i = 0; i < about->condition_count; i++)
                        others = others && (i == number || frame_cell(at->frame, about->conditions[i].step, row) == TRUTH_YES);
                expected.failed += truth == TRUTH_NO;
                expected.undecided += truth == TRUTH_UNKNOWN;
                expected.sole += truth == TRUTH_NO && others;
        }
        assert_int_equal(expected.failed, policy->conditions[number].failed);
        assert_int_equal(expected.undecided, policy->conditions[number].undecided);
        assert_int_equal(expected.sole, policy->conditions[number].sole);
        if (policy->worst == NONE)
                assert_int_equal(expected.failed, 0);
        else
                assert_true(expected.failed <= policy->conditions[policy->worst].failed);
}

static void check_totals(const Case *at, const BatchResult *result) {
        assert_int_equal(result->policy_count, at->program->policy_count);
        for (uint32_t i = 0; i < result->policy_count; i++) {
                const BatchPolicy *policy = &result->policies[i];
                check_answers(at, policy);
                for (uint32_t j = 0; j < policy->output_count; j++)
                        check_output(at, policy, &policy->outputs[j]);
                for (uint32_t j = 0; j < at->program->policies[policy->policy].condition_count; j++)
                        check_condition(at, policy, j);
        }
}

static void test_totals(void **state) {
        for (uint64_t seed = 1; seed <= 2 * PROGRAMS; seed++) {
                Arena *arena = *state;
                arena_reset(arena);
                Case at = case_make(arena, seed);
                BatchOptions options = { .threads = 1 + (uint32_t) seed % 3, .by_county = true, .by_condition = true };
                check_totals(&at, batch_run(batch_plan_new(arena, &at.run, &options), at.population, arena));
        }
}

/* ---- rows -------------------------------------------------------------------------------------------- */

typedef struct Seen {
        const Case *at;
        uint32_t   *next;        /* per policy: the row that must come next */
} Seen;

static void see_rows(void *context, const BatchRows *rows) {
        const Seen   *seen = context;
        const Case   *at = seen->at;
        const Policy *policy = &at->program->policies[rows->policy];
        assert_int_equal(rows->first, seen->next[rows->policy]);
        seen->next[rows->policy] += rows->count;
        assert_int_equal(rows->mask_words, (policy->condition_count + 63) / 64);
        for (uint32_t i = 0; i < rows->count; i++) {
                uint32_t row = rows->first + i, output = 0;
                assert_int_equal(rows->answers[i], frame_answer(at->frame, rows->policy, row));
                for (uint32_t j = 0; j < policy->condition_count; j++) {
                        int64_t truth = frame_cell(at->frame, policy->conditions[j].step, row);
                        size_t  word = (size_t) i * rows->mask_words + j / 64;
                        assert_int_equal(rows->failed[word] >> j % 64 & 1, truth == TRUTH_NO);
                        assert_int_equal(rows->undecided[word] >> j % 64 & 1, truth == TRUTH_UNKNOWN);
                }
                for (uint32_t j = 0; j < policy->benefit_count; j++)
                        for (uint32_t k = 0; k < policy->benefits[j].output_count; k++, output++) {
                                bool due = frame_cell(at->frame, policy->benefits[j].when, row) == TRUTH_YES;
                                int64_t amount = frame_cell(at->frame, policy->benefits[j].outputs[k].step, row);
                                assert_true(rows->amounts[output][i] == (due ? amount : BATCH_NOTHING));
                        }
                assert_int_equal(output, rows->output_count);
        }
}

static void test_rows(void **state) {
        for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
                Arena *arena = *state;
                arena_reset(arena);
                Case at = case_make(arena, seed);
                Seen seen = { &at, ARENA_NEW(arena, uint32_t, at.program->policy_count) };
                BatchOptions options = { .threads = 1 + (uint32_t) seed % 3, .sink = see_rows, .sink_context = &seen };
                (void) batch_run(batch_plan_new(arena, &at.run, &options), at.population, arena);
                for (uint32_t i = 0; i < at.program->policy_count; i++)
                        assert_int_equal(seen.next[i], rows_of(&at, at.program->policies[i].entity));
        }
}

/* ---- before and after -------------------------------------------------------------------------------- */

static int64_t naive_money(const Frame *frame, const Policy *policy, uint32_t row) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                for (uint32_t j = 0; j < policy->benefits[i].output_count; j++) {
                        int64_t amount = frame_cell(frame, policy->benefits[i].outputs[j].step, row);
                        if (frame_cell(frame, policy->benefits[i].when, row) == TRUTH_YES)
                                sum = sum == UNKNOWN || amount == UNKNOWN ? UNKNOWN : kernel_add(sum, amount);
                }
        return sum;
}

static void naive_change(BatchChange *to, Answer was, Answer is, int64_t before, int64_t after) {
        to->before += was == ANSWER_YES && before != UNKNOWN ? before : 0;
        to->after += is == ANSWER_YES && after != UNKNOWN ? after : 0;
        to->entered += was != ANSWER_YES && is == ANSWER_YES;
        to->left += was == ANSWER_YES && is != ANSWER_YES;
        to->eased += was == ANSWER_NO && is != ANSWER_NO && is != ANSWER_YES;
        to->hardened += was != ANSWER_NO && was != ANSWER_YES && is == ANSWER_NO;
        if (was != ANSWER_YES || is != ANSWER_YES)
                return;
        to->unclear += (before == UNKNOWN) != (after == UNKNOWN);
        to->more += before != UNKNOWN && after != UNKNOWN && after > before;
        to->less += before != UNKNOWN && after != UNKNOWN && after < before;
}

static void check_change(const Case *at, const Frame *after, const BatchPolicyChange *change) {
        const Policy *policy = &at->program->policies[change->policy];
        BatchChange  *counties = calloc(change->bucket_count, sizeof *counties), all = { 0 };
        assert_non_null(counties);
        for (uint32_t row = 0; row < rows_of(at, policy->entity); row++)
                naive_change(&counties[naive_bucket(at, policy->entity, row)], frame_answer(at->frame, change->policy, row),
                             frame_answer(after, change->policy, row), naive_money(at->frame, policy, row),
                             naive_money(after, policy, row));
        assert_memory_equal(counties, change->counties, change->bucket_count * sizeof *counties);
        for (uint32_t i = 0; i < change->group_count; i++) {
                all.entered += change->groups[i].entered;
                all.left += change->groups[i].left;
        }
        for (uint32_t i = 0; i < change->bucket_count; i++) {
                all.entered -= counties[i].entered;
                all.left -= counties[i].left;
        }
        assert_int_equal(all.entered, 0);
        assert_int_equal(all.left, 0);
        free(counties);
}

/* Another value for every parameter within its range, or another day. */
static Run changed_run(Arena *arena, const Case *at, uint64_t seed) {
        Random random = { seed };
        Run run = at->run;
        if (seed % 5 == 0) {
                run.base_date += 400;
                return run;
        }
        int64_t *parameters = ARENA_NEW(arena, int64_t, at->program->parameter_count);
        for (uint32_t i = 0; i < at->program->parameter_count; i++)
                parameters[i] = random_between(&random, at->program->parameters[i].low, at->program->parameters[i].high);
        run.parameters = parameters;
        return run;
}

static void test_compare(void **state) {
        for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
                Arena *arena = *state;
                arena_reset(arena);
                Case   at = case_make(arena, seed);
                Run    changed = changed_run(arena, &at, seed);
                Frame *after = frame_new(arena, at.program, at.population);
                scalar_evaluate(&changed, after);
                uint32_t *groups = ARENA_NEW(arena, uint32_t, at.program->entity_count);
                for (uint32_t i = 0; i < at.program->entity_count; i++)
                        groups[i] = at.program->entities[i].county;
                BatchOptions options = { .threads = 1 + (uint32_t) seed % 3 };
                const BatchComparison *comparison = batch_compare(arena, &at.run, &changed, &options,
                                                                  seed % 2 ? groups : NULL, at.population);
                if (seed % 5 == 0)
                        assert_int_equal(comparison->policy_count, at.program->policy_count);
                for (uint32_t i = 0; i < comparison->policy_count; i++)
                        check_change(&at, after, &comparison->policies[i]);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
                cmocka_unit_test_setup_teardown(test_totals, setup, teardown),
                cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
                cmocka_unit_test_setup_teardown(test_compare, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
