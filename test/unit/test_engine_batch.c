/* The batch evaluator against the scalar one: every step of random programs, every figure of a result, rows as the
 * sink sees them, before and after; at sizes around a chunk and with one to three threads. */
#include "engine/batch_plan.h"

#include "support/random_program.h"
#include "support/small_program.h"
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

/* Every row in the group of its fact, whatever reads the fact. */
static void check_groups(const Case *at, const Frame *after, const BatchPolicyChange *change, const BatchGroup *by) {
        const Policy *policy = &at->program->policies[change->policy];
        uint32_t fact = by ? by[policy->entity].fact : NONE;
        if (fact == NONE)
                return;
        uint32_t      count = at->program->enumerations[at->program->facts[fact].type.of].member_count + 1;
        BatchChange  *groups = calloc(count, sizeof *groups);
        assert_non_null(groups);
        assert_int_equal(change->group_count, count);
        for (uint32_t row = 0; row < rows_of(at, policy->entity); row++) {
                int64_t code = population_cell(at->population, fact, row);
                naive_change(&groups[code == UNKNOWN ? count - 1 : (uint32_t) code],
                             frame_answer(at->frame, change->policy, row), frame_answer(after, change->policy, row),
                             naive_money(at->frame, policy, row), naive_money(after, policy, row));
        }
        assert_memory_equal(groups, change->groups, count * sizeof *groups);
        free(groups);
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

/* Groups by the county's step, or, for an even `seed`, by the entity's last code fact. */
static BatchGroup *some_groups(Arena *arena, const Program *program, uint64_t seed) {
        BatchGroup *groups = ARENA_NEW(arena, BatchGroup, program->entity_count);
        for (uint32_t i = 0; i < program->entity_count; i++)
                groups[i] = (BatchGroup){ NONE, seed % 2 ? program->entities[i].county : NONE };
        for (uint32_t i = 0; i < program->fact_count && seed % 2 == 0; i++)
                if (program->facts[i].type.kind == TYPE_CODE)
                        groups[program->facts[i].entity].fact = i;
        return groups;
}

static void test_compare(void **state) {
        uint32_t unread = 0;
        for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
                Arena *arena = *state;
                arena_reset(arena);
                Case   at = case_make(arena, seed);
                Run    changed = changed_run(arena, &at, seed);
                Frame *after = frame_new(arena, at.program, at.population);
                scalar_evaluate(&changed, after);
                const BatchGroup *groups = seed % 4 == 0 ? NULL : some_groups(arena, at.program, seed);
                BatchOptions options = { .threads = 1 + (uint32_t) seed % 3 };
                const BatchComparison *comparison = batch_compare(arena, &at.run, &changed, &options,
                                                                  groups, at.population);
                if (seed % 5 == 0)
                        assert_int_equal(comparison->policy_count, at.program->policy_count);
                for (uint32_t i = 0; i < comparison->policy_count; i++) {
                        uint32_t fact = groups ? groups[at.program->policies[comparison->policies[i].policy].entity].fact : NONE;
                        unread += fact != NONE && at.program->facts[fact].step == NONE;
                        check_change(&at, after, &comparison->policies[i]);
                        check_groups(&at, after, &comparison->policies[i], groups);
                }
        }
        assert_true(unread > 0);   /* some grouped by what no step reads */
}

/* ---- sizes and links --------------------------------------------------------------------------------- */

/* People in households: quantifiers, counts and sums over members, seen again from the members. */
static const Program *family_program(Arena *arena) {
        Small    small = small_begin(arena);
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint32_t link = small_link(&small, person, home, "所在户", "成员");
        uint32_t works = small_truth(&small, person, "就业", NULL);
        uint32_t income = small_fact(&small, person, "收入", type_number(2, UNIT_YUAN), 0, 5000000, NULL);
        uint32_t poor = small_truth(&small, home, "低保", NULL);
        Builder *builder = small.builder;
        uint32_t any = build_gather(builder, link, build_reduce(builder, OP_ANY, link, works, NONE));
        uint32_t all = build_gather(builder, link, build_reduce(builder, OP_ALL, link, works, NONE));
        uint32_t sum = build_gather(builder, link, build_reduce(builder, OP_SUM, link, works, income));
        uint32_t count = build_gather(builder, link, build_reduce(builder, OP_COUNT, link, works, NONE));
        uint32_t largest = build_gather(builder, link, build_reduce(builder, OP_LARGEST, link, works, income));
        uint32_t policy = small_policy(&small, person, "甲"), other = small_policy(&small, person, "乙");
        small_condition(&small, policy, build_not(builder, any), "无人就业");
        small_condition(&small, policy, build_gather(builder, link, poor), "低保");
        small_condition(&small, other, build_or(builder, all, build_compare(builder, OP_LESS, sum, largest)), "全部就业");
        uint32_t one = small_number(&small, 1, 0, UNIT_NONE);
        small_condition(&small, other, build_compare(builder, OP_AT_LEAST, count, one), "有人就业");
        small_benefit(&small, policy, "金额", small_number(&small, 30000, 2, UNIT_YUAN), "300元");
        small_benefit(&small, other, "金额", build_arithmetic(builder, OP_MINIMUM, sum, income, UNIT_YUAN), "合计");
        return small_finish(&small);
}

static Population *family(Arena *arena, const Program *program, uint32_t persons, uint32_t homes, bool sorted) {
        Random      random = { persons * 7919u + homes };
        Population *population = population_new(arena, program, (uint32_t[]){ persons, homes });
        for (uint32_t i = 0; i < persons; i++) {
                if (random_chance(&random, 90))
                        population_set(population, 0, i, random_chance(&random, 40) ? TRUTH_YES : TRUTH_NO);
                if (random_chance(&random, 95))
                        population_set(population, 1, i, random_between(&random, 0, 5000000));
                uint32_t parent = homes == 0 || random_chance(&random, 5) ? NONE
                                  : sorted ? (uint32_t) ((uint64_t) i * homes / persons) : random_below(&random, homes);
                population_link(population, 0, i, parent);
        }
        for (uint32_t i = 0; i < homes; i++) {
                population_set(population, 2, i, random_chance(&random, 30) ? TRUTH_YES : TRUTH_NO);
                population_complete(population, 0, i, random_chance(&random, 80));
        }
        population_index(population);
        return population;
}

static void test_sizes(void **state) {
        static const uint32_t counts[] = { 0, 1, 63, 64, 511, 512, 513, 1023, 1024, 1025, 3000, 9001 };
        for (uint32_t i = 0; i < ARRAY_LENGTH(counts) * 3 * 2 * 3; i++) {
                Arena *arena = *state;
                arena_reset(arena);
                uint32_t persons = counts[i % ARRAY_LENGTH(counts)], homes[] = { 0, persons / 2 + 1, 2 * persons + 1 };
                Case at = { .program = family_program(arena), .run = { .base_date = 20000, .apply_date = 20000 } };
                at.run.program = at.program;
                at.population = family(arena, at.program, persons, homes[i / ARRAY_LENGTH(counts) % 3], i % 5 < 3);
                at.frame = frame_new(arena, at.program, at.population);
                scalar_evaluate(&at.run, at.frame);
                BatchOptions options = { .threads = 1 + i % 3, .by_county = true, .by_condition = true, .keep_steps = i % 2 == 0 };
                const BatchResult *result = batch_run(batch_plan_new(arena, &at.run, &options), at.population, arena);
                check_totals(&at, result);
                if (options.keep_steps)
                        check_steps(&at, i, result);
        }
}

/* ---- ages as dates ----------------------------------------------------------------------------------- */

/* Every birthday of a hundred years on days around month ends: years are never counted, and yet right. */
static void test_ages(void **state) {
        static const int32_t days[][3] = { { 2024, 2, 28 }, { 2024, 2, 29 }, { 2023, 2, 28 }, { 2024, 3, 1 }, { 2025, 6, 30 },
                                           { 2025, 1, 31 }, { 2000, 12, 31 } };
        for (uint32_t i = 0; i < ARRAY_LENGTH(days); i++) {
                Arena *arena = *state;
                arena_reset(arena);
                Small    small = small_begin(arena);
                uint16_t person = small_entity(&small, "人", "人");
                int32_t  first = date_from_civil(1925, 1, 1), last = date_from_civil(2026, 1, 1);
                uint32_t birth = small_fact(&small, person, "出生日期", type_date(), first, last, NULL);
                Builder *builder = small.builder;
                uint32_t base = build_base_date(builder), policy = small_policy(&small, person, "甲");
                uint32_t age = build_date(builder, OP_FULL_YEARS, birth, base, UNIT_AGE);
                uint32_t months = build_date(builder, OP_FULL_MONTHS, birth, base, UNIT_MONTHS);
                uint32_t later = build_date(builder, OP_ADD_MONTHS, birth, small_number(&small, 193, 0, UNIT_MONTHS), 0);
                small_condition(&small, policy, build_between(builder, age, small_number(&small, 16, 0, UNIT_AGE),
                                                              small_number(&small, 59, 0, UNIT_AGE)), "年龄");
                uint32_t limit = small_number(&small, 191, 0, UNIT_MONTHS), thirty = small_number(&small, 30, 0, UNIT_AGE);
                small_condition(&small, policy, build_compare(builder, OP_MORE, months, limit), "月");
                small_condition(&small, policy, build_compare(builder, OP_AT_MOST, later, base), "日");
                small_condition(&small, policy, build_compare(builder, OP_NOT_EQUAL, age, thirty), "非三十");
                small_benefit(&small, policy, "金额", small_number(&small, 100, 2, UNIT_YUAN), "1元");
                Case at = { .program = small_finish(&small) };
                int32_t today = date_from_civil(days[i][0], days[i][1], days[i][2]);
                at.run = (Run){ .program = at.program, .base_date = today, .apply_date = today };
                at.population = population_new(arena, at.program, (uint32_t[]){ (uint32_t) (last - first) + 2 });
                for (int32_t day = first; day <= last; day++)
                        population_set(at.population, 0, (uint32_t) (day - first), day);
                at.frame = frame_new(arena, at.program, at.population);
                scalar_evaluate(&at.run, at.frame);
                const BatchPlan *plan = batch_plan_new(arena, &at.run, &(BatchOptions){ .by_condition = true });
                for (uint32_t j = 0; j < 4; j++) {
                        const Node *condition = &plan->nodes[plan->policies[0].conditions[j]];
                        assert_int_equal(condition->kind, NODE_COMPUTE);
                        assert_int_equal(plan->nodes[condition->in[0]].kind, NODE_FACT);
                }
                check_totals(&at, batch_run(plan, at.population, arena));
                plan = batch_plan_new(arena, &at.run, &(BatchOptions){ .keep_steps = true });
                check_steps(&at, i, batch_run(plan, at.population, arena));
        }
}

/* ---- 互斥 and 预算 ------------------------------------------------------------------------------------ */

/* Two policies: each pays what its own fact says to whom its own truth holds. */
static const Program *rival_program(Arena *arena, ExclusiveRule rule, bool ordered, int64_t limit) {
        Small    small = small_begin(arena);
        uint16_t person = small_entity(&small, "人", "人");
        for (uint32_t i = 0; i < 2; i++) {
                uint32_t holds = small_truth(&small, person, i ? "乙可" : "甲可", NULL);
                uint32_t pays = small_fact(&small, person, i ? "乙额" : "甲额", type_number(2, UNIT_YUAN), 0, 100000, NULL);
                uint32_t policy = small_policy(&small, person, i ? "乙" : "甲");
                small_condition(&small, policy, holds, "可");
                small_benefit(&small, policy, "金额", pays, "额");
        }
        uint32_t asked = small_fact(&small, person, "申请日", type_date(), 0, 30000, NULL);
        small.program->policies[0].budget = small_number(&small, limit, 2, UNIT_YUAN);
        small.program->policies[0].budget_order = ordered ? asked : NONE;
        small.program->exclusives = ARENA_NEW(arena, Exclusive, 1);
        small.program->exclusives[0] = (Exclusive){ .name = STR("择一"), .policy_count = 2, .rule = rule,
                                                    .policies = ARENA_NEW(arena, uint32_t, 2) };
        small.program->exclusives[0].policies[1] = 1;
        small.program->exclusive_count = 1;
        return small_finish(&small);
}

#define Y TRUTH_YES
#define N TRUTH_NO
#define U TRUTH_UNKNOWN
static const int64_t rivals[][5] = {   /* 甲可, 甲额, 乙可, 乙额, 申请日 */
        { Y, 100, Y, 300, 50 },
        { Y, 500, Y, 300, 40 },
        { Y, 200, Y, 200, 30 },        /* equal: the first named */
        { Y, 700, N, 900, 20 },
        { Y, 100, U, 900, 10 },        /* could be higher */
        { N, 100, Y, UNKNOWN, 60 },
        { N, 100, N, 100, 70 },
        { Y, 400, N, 100, UNKNOWN },   /* no order date */
};

static const BatchResult *run_rivals(Arena *arena, ExclusiveRule rule, bool ordered, int64_t limit) {
        const Program *program = rival_program(arena, rule, ordered, limit);
        Population    *population = population_new(arena, program, (uint32_t[]){ ARRAY_LENGTH(rivals) });
        for (uint32_t row = 0; row < ARRAY_LENGTH(rivals); row++)
                for (uint32_t fact = 0; fact < 5; fact++)
                        population_set(population, fact, row, rivals[row][fact]);
        Run run = { .program = program, .base_date = 20000, .apply_date = 20000 };
        return batch_run(batch_plan_new(arena, &run, &(BatchOptions){ .by_order = true }), population, arena);
}

static void test_highest(void **state) {
        const BatchResult *result = run_rivals(*state, EXCLUSIVE_HIGHEST, true, 0);
        assert_int_equal(result->exclusive_count, 1);
        const BatchExclusive *settled = result->exclusives;
        assert_int_equal(settled->conflicts, 3);
        assert_int_equal(settled->undecided, 2);
        assert_int_equal(settled->needs_order + settled->needs_choice, 0);
        assert_int_equal(settled->shares[0].kept, 4);
        assert_int_equal(settled->shares[0].kept_sum, 500 + 200 + 700 + 400);
        assert_int_equal(settled->shares[0].dropped, 1);
        assert_int_equal(settled->shares[0].dropped_sum, 100);
        assert_int_equal(settled->shares[1].kept, 1);
        assert_int_equal(settled->shares[1].kept_sum, 300);
        assert_int_equal(settled->shares[1].dropped, 2);
        assert_int_equal(settled->shares[1].dropped_sum, 500);
}

static void test_order_and_choice(void **state) {
        const BatchExclusive *first = run_rivals(*state, EXCLUSIVE_FIRST, true, 0)->exclusives;
        assert_int_equal(first->conflicts, 3);
        assert_int_equal(first->needs_order, 3);
        assert_int_equal(first->needs_choice, 0);
        assert_int_equal(first->shares[0].kept, 3);
        const BatchExclusive *choice = run_rivals(*state, EXCLUSIVE_CHOICE, true, 0)->exclusives;
        assert_int_equal(choice->needs_order, 0);
        assert_int_equal(choice->needs_choice, 3);
        assert_int_equal(choice->shares[1].dropped, 0);
}

/* By date: 100, 700, 200, 500, 100, and one without a date. */
static void test_budget(void **state) {
        static const struct {
                bool     ordered;
                int64_t  limit;
                uint64_t paid, refused;
                int64_t  paid_sum, refused_sum;
                uint64_t unplaced;
                int64_t  last_date;
        } cases[] = {
                { true, 1000, 3, 2, 1000, 600, 1, 30 },
                { true, 999, 2, 3, 800, 800, 1, 20 },   /* 200 does not fit: nor does anybody after it */
                { true, 0, 0, 5, 0, 1600, 1, UNKNOWN },
                { false, 1000, 3, 3, 800, 1200, 0, UNKNOWN },
                { true, UNKNOWN, 0, 0, 0, 0, 1, UNKNOWN },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                const BatchResult *result = run_rivals(*state, EXCLUSIVE_HIGHEST, cases[i].ordered, cases[i].limit);
                assert_int_equal(result->budget_count, 1);
                const BatchBudget *budget = result->budgets;
                assert_true(budget->limit == cases[i].limit);
                assert_int_equal(budget->paid, cases[i].paid);
                assert_int_equal(budget->refused, cases[i].refused);
                assert_true(budget->paid_sum == cases[i].paid_sum && budget->refused_sum == cases[i].refused_sum);
                assert_int_equal(budget->unplaced, cases[i].unplaced);
                assert_true(budget->last_date == cases[i].last_date);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
                cmocka_unit_test_setup_teardown(test_totals, setup, teardown),
                cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
                cmocka_unit_test_setup_teardown(test_compare, setup, teardown),
                cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
                cmocka_unit_test_setup_teardown(test_ages, setup, teardown),
                cmocka_unit_test_setup_teardown(test_highest, setup, teardown),
                cmocka_unit_test_setup_teardown(test_order_and_choice, setup, teardown),
                cmocka_unit_test_setup_teardown(test_budget, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
