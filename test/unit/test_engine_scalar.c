/* The scalar evaluator: every operation with known and unknown operands, groups of every shape, the five answers,
 * provisional marks, the law that an answer never flips a known result, and its speed (run with "speed"). */
#include "engine/scalar.h"

#include "base/log.h"
#include "support/random_program.h"
#include "support/small_program.h"
#include "unit.h"

#define U UNKNOWN
#define NO TRUTH_NO
#define MAYBE TRUTH_UNKNOWN
#define YES TRUTH_YES

static int setup(void **state) {
        *state = arena_new((size_t) 1 << 30);
        return 0;
}

static int teardown(void **state) {
        *state = arena_free(*state);
        return 0;
}

static const Run day = { .base_date = 20000, .apply_date = 20001 };

/* ---- single operations ------------------------------------------------------------------------------- */

typedef enum Kind { N = TYPE_NUMBER, T = TYPE_TRUTH, D = TYPE_DATE, C = TYPE_CODE } Kind;

/* result and operand kinds; operands; imm; expected */
static const struct {
        Op      op;
        Kind    result, operand;
        int64_t a, b, c, imm, expected;
} operations[] = {
        { OP_ADD, N, N, 2, 3, 0, 0, 5 },
        { OP_ADD, N, N, 2, U, 0, 0, U },
        { OP_ADD, N, N, INT64_MAX, 1, 0, 0, U },
        { OP_ADD, N, N, -INT64_MAX, -1, 0, 0, U },
        { OP_SUBTRACT, N, N, 2, 3, 0, 0, -1 },
        { OP_SUBTRACT, N, N, U, 3, 0, 0, U },
        { OP_SUBTRACT, N, N, -INT64_MAX, 2, 0, 0, U },
        { OP_MULTIPLY, N, N, 6, -7, 0, 0, -42 },
        { OP_MULTIPLY, N, N, 0, U, 0, 0, U },
        { OP_MULTIPLY, N, N, INT64_MAX, 2, 0, 0, U },
        { OP_NEGATE, N, N, 5, 0, 0, 0, -5 },
        { OP_NEGATE, N, N, U, 0, 0, 0, U },
        { OP_SCALE_UP, N, N, 15, 0, 0, 1000, 15000 },
        { OP_SCALE_UP, N, N, INT64_MAX / 10, 0, 0, 1000, U },
        { OP_SCALE_DOWN, N, N, 15, 0, 0, 10, 2 },
        { OP_SCALE_DOWN, N, N, -15, 0, 0, 10, -2 },
        { OP_SCALE_DOWN, N, N, 14, 0, 0, 10, 1 },
        { OP_MINIMUM, N, N, 3, 2, 0, 0, 2 },
        { OP_MINIMUM, N, N, 3, U, 0, 0, U },
        { OP_MAXIMUM, N, N, 3, 2, 0, 0, 3 },
        { OP_MAXIMUM, N, N, U, 2, 0, 0, U },
        { OP_MULTIPLY_DIVIDE, N, N, 10, 1, 3, 2, 333 },
        { OP_MULTIPLY_DIVIDE, N, N, 20, 1, 3, 0, 7 },
        { OP_MULTIPLY_DIVIDE, N, N, -5, 1, 2, 0, -3 },
        { OP_MULTIPLY_DIVIDE, N, N, 5, 1, 0, 0, U },
        { OP_MULTIPLY_DIVIDE, N, N, 5, 1, U, 0, U },
        { OP_MULTIPLY_DIVIDE, N, N, INT64_MAX, INT64_MAX, 1, 0, U },
        { OP_ROUND_HALF_UP, N, N, 250, 0, 0, 100, 300 },
        { OP_ROUND_HALF_UP, N, N, 249, 0, 0, 100, 200 },
        { OP_ROUND_UP, N, N, 201, 0, 0, 100, 300 },
        { OP_ROUND_UP, N, N, -201, 0, 0, 100, -200 },
        { OP_ROUND_DOWN, N, N, 299, 0, 0, 100, 200 },
        { OP_ROUND_DOWN, N, N, -201, 0, 0, 100, -300 },
        { OP_ROUND_DOWN, N, N, U, 0, 0, 100, U },
        { OP_ADD_DAYS, D, N, 100, 5, 0, 0, 105 },
        { OP_ADD_DAYS, D, N, DATE_MAX, 1, 0, 0, U },
        { OP_ADD_MONTHS, D, N, 30 /* 1970-01-31 */, 1, 0, 0, 58 },
        { OP_ADD_MONTHS, D, N, 30, U, 0, 0, U },
        { OP_FULL_MONTHS, N, D, 0, 58, 0, 0, 1 },
        { OP_FULL_MONTHS, N, D, U, 58, 0, 0, U },
        { OP_FULL_YEARS, N, D, 0, 365, 0, 0, 1 },
        { OP_FULL_YEARS, N, D, 0, 364, 0, 0, 0 },
        { OP_DAYS_BETWEEN, N, D, 10, 25, 0, 0, 15 },
        { OP_DAYS_BETWEEN, N, D, 10, U, 0, 0, U },
        { OP_YEAR_OF, N, D, 365, 0, 0, 0, 1971 },
        { OP_MONTH_OF, N, D, 58, 0, 0, 0, 2 },
        { OP_YEAR_START, D, D, 400, 0, 0, 0, 365 },
        { OP_EQUAL, T, N, 3, 3, 0, 0, YES },
        { OP_EQUAL, T, N, 3, 4, 0, 0, NO },
        { OP_EQUAL, T, N, 3, U, 0, 0, MAYBE },
        { OP_NOT_EQUAL, T, N, 3, 4, 0, 0, YES },
        { OP_NOT_EQUAL, T, N, U, U, 0, 0, MAYBE },
        { OP_LESS, T, N, 3, 4, 0, 0, YES },
        { OP_LESS, T, N, 4, 4, 0, 0, NO },
        { OP_LESS, T, N, U, 4, 0, 0, MAYBE },
        { OP_AT_MOST, T, N, 4, 4, 0, 0, YES },
        { OP_AT_MOST, T, N, 5, 4, 0, 0, NO },
        { OP_AT_MOST, T, N, 5, U, 0, 0, MAYBE },
        { OP_MORE, T, N, 5, 4, 0, 0, YES },
        { OP_MORE, T, N, 4, 4, 0, 0, NO },
        { OP_MORE, T, N, U, 0, 0, 0, MAYBE },
        { OP_AT_LEAST, T, N, 4, 4, 0, 0, YES },
        { OP_AT_LEAST, T, N, 3, 4, 0, 0, NO },
        { OP_AT_LEAST, T, N, U, 4, 0, 0, MAYBE },
        { OP_AND, T, T, YES, YES, 0, 0, YES },
        { OP_AND, T, T, YES, MAYBE, 0, 0, MAYBE },
        { OP_AND, T, T, MAYBE, NO, 0, 0, NO },
        { OP_OR, T, T, NO, NO, 0, 0, NO },
        { OP_OR, T, T, NO, MAYBE, 0, 0, MAYBE },
        { OP_OR, T, T, MAYBE, YES, 0, 0, YES },
        { OP_NOT, T, T, YES, 0, 0, 0, NO },
        { OP_NOT, T, T, MAYBE, 0, 0, 0, MAYBE },
        { OP_ASSUME_YES, T, T, MAYBE, YES, 0, 0, YES },
        { OP_ASSUME_YES, T, T, MAYBE, NO, 0, 0, MAYBE },
        { OP_ASSUME_YES, T, T, NO, YES, 0, 0, NO },
        { OP_ASSUME_NO, T, T, MAYBE, YES, 0, 0, NO },
        { OP_ASSUME_NO, T, T, MAYBE, MAYBE, 0, 0, MAYBE },
        { OP_ASSUME_NO, T, T, YES, YES, 0, 0, YES },
        { OP_BETWEEN, T, N, 16, 16, 59, 0, YES },
        { OP_BETWEEN, T, N, 60, 16, 59, 0, NO },
        { OP_BETWEEN, T, N, 60, U, 59, 0, NO },
        { OP_BETWEEN, T, N, 20, U, 59, 0, MAYBE },
        { OP_BETWEEN, T, N, U, 16, 59, 0, MAYBE },
        { OP_BETWEEN, T, N, 15, 16, U, 0, NO },
        { OP_IN_SET, T, C, 2, 0, 0, 6, YES },
        { OP_IN_SET, T, C, 0, 0, 0, 6, NO },
        { OP_IN_SET, T, C, U, 0, 0, 6, MAYBE },
        { OP_KNOWN, T, N, 0, 0, 0, 0, YES },
        { OP_KNOWN, T, N, U, 0, 0, 0, NO },
        { OP_KNOWN, T, T, NO, 0, 0, 0, YES },
        { OP_KNOWN, T, T, MAYBE, 0, 0, 0, NO },
        { OP_DEFAULT, N, N, 5, 7, 0, 0, 5 },
        { OP_DEFAULT, N, N, U, 7, 0, 0, 7 },
        { OP_DEFAULT, N, N, U, U, 0, 0, U },
        { OP_DEFAULT, T, T, MAYBE, NO, 0, 1, NO },
        { OP_DEFAULT, T, T, YES, NO, 0, 1, YES },
};

/* Three constants and the operation on them. */
static Program one_operation(Arena *arena, Op op, Type result, const Type *operands, const int64_t *cells,
                             int64_t imm) {
        Program program = { .steps = ARENA_NEW(arena, Step, 4), .step_count = 4 };
        for (uint32_t at = 0; at < 3; at++)
                program.steps[at] = (Step){ .op = OP_CONSTANT, .entity = ENTITY_NONE, .type = operands[at], .a = NONE,
                                            .b = NONE, .c = NONE, .imm = cells[at] };
        uint32_t count = op_operands(op);
        program.steps[3] = (Step){ .op = op, .entity = ENTITY_NONE, .type = result, .a = 0, .b = count > 1 ? 1 : NONE,
                                   .c = count > 2 ? 2 : NONE, .imm = imm };
        return program;
}

static int64_t evaluate_one(Arena *arena, const Program *program, const Run *run) {
        Population *population = population_new(arena, program, (uint32_t[]){ 0 });
        Frame      *frame = frame_new(arena, program, population);
        scalar_evaluate(run, frame);
        return frame_cell(frame, program->step_count - 1, 0);
}

static void test_operations(void **state) {
        bool covered[OP_TOTAL] = { false };
        for (size_t i = 0; i < ARRAY_LENGTH(operations); i++) {
                Type operand = { .kind = (TypeKind) operations[i].operand },
                     result = { .kind = (TypeKind) operations[i].result };
                Type    second = operations[i].result == D && operations[i].operand == N ? type_number(0, 0) : operand;
                Program program = one_operation(*state, operations[i].op, result, (Type[]){ operand, second, second },
                                                (int64_t[]){ operations[i].a, operations[i].b, operations[i].c },
                                                operations[i].imm);
                int64_t got = evaluate_one(*state, &program, &day);
                if (got != operations[i].expected)
                        print_error("case %zu: %s gave %lld\n", i, op_name(operations[i].op), (long long) got);
                assert_true(got == operations[i].expected);
                covered[operations[i].op] = true;
        }
        for (uint32_t op = 0; op < OP_TOTAL; op++)
                if (op_class((Op) op) != CLASS_LEAF && op_class((Op) op) != CLASS_CROSS && op != OP_SELECT)
                        assert_true(covered[op]);
}

static void test_select(void **state) {
        static const int64_t cases[][4] = { { YES, 5, 6, 5 }, { NO, 5, 6, 6 }, { MAYBE, 5, 6, U }, { MAYBE, 5, 5, 5 },
                                            { YES, U, 6, U }, { NO, U, 6, 6 }, { MAYBE, U, 6, U } };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                Program program =
                        one_operation(*state, OP_SELECT, type_number(0, 0),
                                      (Type[]){ type_truth(), type_number(0, 0), type_number(0, 0) }, cases[i], 0);
                assert_true(evaluate_one(*state, &program, &day) == cases[i][3]);
        }
        Program truths =
                one_operation(*state, OP_SELECT, type_truth(), (Type[]){ type_truth(), type_truth(), type_truth() },
                              (int64_t[]){ MAYBE, YES, NO }, 0);
        assert_true(evaluate_one(*state, &truths, &day) == MAYBE);
}

static void test_ignored_defaults(void **state) {
        static const int64_t cells[] = { U, 7, 0 };
        static const Type    types[] = { { .kind = TYPE_NUMBER }, { .kind = TYPE_NUMBER }, { .kind = TYPE_NUMBER } };
        const Run ignoring = { .base_date = 20000, .apply_date = 20000, .ignore_defaults = true };
        Program   provisional = one_operation(*state, OP_DEFAULT, type_number(0, 0), types, cells, 0);
        Program   settled = one_operation(*state, OP_DEFAULT, type_number(0, 0), types, cells, 1);
        assert_true(evaluate_one(*state, &provisional, &ignoring) == U);
        assert_true(evaluate_one(*state, &settled, &ignoring) == 7);
}

/* ---- leaves ------------------------------------------------------------------------------------------ */

static void test_leaves(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        uint32_t rate = small_parameter(&small, "利率", type_number(4, UNIT_PERCENT), 0, 10000, 475);
        Parameter *parameter = &small.program->parameters[rate];
        parameter->versions = ARENA_NEW(*state, ParameterVersion, 2);
        parameter->versions[0] = (ParameterVersion){ .from = 1000, .to = 1999, .value = 435 };
        parameter->versions[1] = (ParameterVersion){ .from = 2000, .to = 3000, .value = 475 };
        parameter->version_count = 2;
        uint32_t signed_on = small_fact(&small, person, "签订日", type_date(), DATE_MIN, DATE_MAX, NULL);
        uint32_t policy = small_policy(&small, person, "政策");
        small_condition(&small, policy, build_constant(small.builder, type_truth(), TRUTH_YES), "总是");
        Benefit *benefit = small_benefit(&small, policy, "利率", build_parameter(small.builder, rate, signed_on), "利率");
        Benefit *waiting = small_benefit(&small, policy, "天数",
                                         build_date(small.builder, OP_DAYS_BETWEEN, build_base_date(small.builder),
                                                    build_apply_date(small.builder), 0), "相隔天数");
        const Program *program = small_finish(&small);
        static const int64_t dates[][2] = { { 999, U },    { 1000, 435 }, { 1999, 435 },
                                            { 2000, 475 }, { 3001, U },   { U, U } };
        Population *population = population_new(*state, program, (uint32_t[]){ 6 });
        Frame      *frame = frame_new(*state, program, population);
        for (uint32_t row = 0; row < 6; row++)
                population_set(population, 0, row, dates[row][0]);
        scalar_evaluate(&day, frame);
        for (uint32_t row = 0; row < 6; row++)
                assert_true(frame_cell(frame, benefit->outputs[0].step, row) == dates[row][1]);
        assert_int_equal(frame_cell(frame, waiting->outputs[0].step, 0), 1);
        int64_t replaced = 500;
        scalar_evaluate(&(Run){ .base_date = 1, .apply_date = 1, .parameters = &replaced }, frame);
        for (uint32_t row = 0; row < 6; row++)
                assert_int_equal(frame_cell(frame, benefit->outputs[0].step, row), 500);
        replaced = UNKNOWN;
        scalar_evaluate(&(Run){ .base_date = 1, .apply_date = 1, .parameters = &replaced }, frame);
        assert_int_equal(frame_cell(frame, benefit->outputs[0].step, 1), 435);
}

static void test_table(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        small.program->enumerations[0] =
                (Enumeration){ .name = STR("等级"), .members = (Str[]){ STR("初"), STR("中") }, .member_count = 2 };
        small.program->enumeration_count = 1;
        Table table = { .name = STR("标准"), .keys = { 0 }, .key_count = 1, .type = type_number(0, UNIT_YUAN), .low = 0,
                        .high = 5000, .cells = (int64_t[]){ 1000, UNKNOWN }, .cell_count = 2 };
        small.program->tables = &table;
        small.program->table_count = 1;
        uint32_t level = small_fact(&small, person, "等级", (Type){ .kind = TYPE_CODE }, 0, 1, NULL);
        uint32_t policy = small_policy(&small, person, "政策");
        Benefit *benefit = small_benefit(&small, policy, "金额", build_table(small.builder, 0, &level), "标准[等级]");
        const Program *program = small_finish(&small);
        Population    *population = population_new(*state, program, (uint32_t[]){ 3 });
        Frame         *frame = frame_new(*state, program, population);
        population_set(population, 0, 0, 0);
        population_set(population, 0, 1, 1);
        scalar_evaluate(&day, frame);
        assert_int_equal(frame_cell(frame, benefit->outputs[0].step, 0), 1000);
        assert_true(frame_cell(frame, benefit->outputs[0].step, 1) == UNKNOWN);
        assert_true(frame_cell(frame, benefit->outputs[0].step, 2) == UNKNOWN);
}

/* ---- groups ------------------------------------------------------------------------------------------ */

/* A household's members: filters, values, whether the list is whole; expected any, all, count, sum, largest, smallest,
 * distinct. */
#define GROUP_MAX 4
static const struct {
        uint32_t count;
        int64_t  filters[GROUP_MAX], values[GROUP_MAX];
        bool     complete;
        int64_t  expected[7];
} groups[] = {
        { 3, { YES, NO, YES }, { 5, U, 5 }, true, { YES, NO, 2, 10, 5, 5, 1 } },
        { 3, { YES, YES, YES }, { 5, 3, 9 }, true, { YES, YES, 3, 17, 9, 3, 3 } },
        { 3, { NO, NO, NO }, { 5, 3, 9 }, true, { NO, NO, 0, 0, U, U, 0 } },
        { 3, { NO, NO, NO }, { 5, 3, 9 }, false, { MAYBE, NO, U, U, U, U, U } },
        { 3, { YES, YES, YES }, { 5, 3, 9 }, false, { YES, MAYBE, U, U, U, U, U } },
        { 3, { YES, MAYBE, NO }, { 5, 3, 9 }, true, { YES, NO, U, U, U, U, U } },
        { 2, { MAYBE, NO }, { 5, 3 }, true, { MAYBE, NO, U, U, U, U, U } },
        { 2, { MAYBE, YES }, { 5, 3 }, true, { YES, MAYBE, U, U, U, U, U } },
        { 2, { YES, YES }, { U, 3 }, true, { YES, YES, 2, U, U, U, U } },
        { 0, { 0 }, { 0 }, true, { NO, NO, 0, 0, U, U, 0 } },
        { 0, { 0 }, { 0 }, false, { MAYBE, MAYBE, U, U, U, U, U } },
        { 4, { YES, YES, YES, YES }, { INT64_MAX, INT64_MAX, -INT64_MAX, -INT64_MAX }, true,
          { YES, YES, 4, 0, INT64_MAX, -INT64_MAX, 2 } },
        { 2, { YES, YES }, { INT64_MAX, 1 }, true, { YES, YES, 2, U, INT64_MAX, 1, 2 } },
};

static void test_groups(void **state) {
        static const Op ops[] = { OP_ANY, OP_ALL, OP_COUNT, OP_SUM, OP_LARGEST, OP_SMALLEST, OP_COUNT_DISTINCT };
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint32_t link = small_link(&small, person, home, "所在户", "成员");
        uint32_t filter = small_truth(&small, person, "算", NULL);
        uint32_t value = small_fact(&small, person, "数", type_number(0, 0), -INT64_MAX, INT64_MAX, NULL);
        uint32_t policy = small_policy(&small, home, "政策"), of_person = small_policy(&small, person, "本人政策");
        Benefit *benefits[ARRAY_LENGTH(ops)], *gathered;
        for (size_t at = 0; at < ARRAY_LENGTH(ops); at++)
                benefits[at] = small_benefit(
                        &small, policy, op_name(ops[at]),
                        build_reduce(small.builder, ops[at], link, filter, op_operands(ops[at]) == 1 ? NONE : value),
                        "");
        gathered = small_benefit(&small, of_person, "户数",
                                 build_gather(small.builder, link, benefits[3]->outputs[0].step), "");
        const Program *program = small_finish(&small);
        uint32_t       people = 1, homes = ARRAY_LENGTH(groups);
        for (uint32_t group = 0; group < homes; group++)
                people += groups[group].count;
        Population *population = population_new(*state, program, (uint32_t[]){ people, homes });
        uint32_t    row = 1;     /* row 0 lives nowhere */
        for (uint32_t group = 0; group < homes; group++) {
                population_complete(population, link, group, groups[group].complete);
                for (uint32_t at = 0; at < groups[group].count; at++, row++) {
                        population_link(population, link, row, group);
                        population_set(population, 0, row, groups[group].filters[at]);
                        population_set(population, 1, row, groups[group].values[at]);
                }
        }
        population_index(population);
        Frame *frame = frame_new(*state, program, population);
        scalar_evaluate(&day, frame);
        for (uint32_t group = 0; group < homes; group++)
                for (size_t at = 0; at < ARRAY_LENGTH(ops); at++) {
                        int64_t got = frame_cell(frame, benefits[at]->outputs[0].step, group);
                        if (got != groups[group].expected[at])
                                print_error("group %u: %s gave %lld\n", group, op_name(ops[at]), (long long) got);
                        assert_true(got == groups[group].expected[at]);
                }
        assert_true(frame_cell(frame, gathered->outputs[0].step, 0) == U);
        assert_int_equal(frame_cell(frame, gathered->outputs[0].step, 1), 10);
}

/* ---- answers and marks ------------------------------------------------------------------------------- */

static void test_answers(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        uint32_t age = small_fact(&small, person, "年龄", type_number(0, UNIT_AGE), 0, 150, "年龄？");
        uint32_t honest = small_manual(&small, person, "信誉良好", "街道");
        uint32_t limit = small_parameter(&small, "上限", type_number(0, UNIT_AGE), 0, 100, UNKNOWN);
        uint32_t below = build_compare(small.builder, OP_AT_MOST, age,
                                       build_parameter(small.builder, limit, build_base_date(small.builder)));
        uint32_t adult = build_compare(small.builder, OP_AT_LEAST, age, small_number(&small, 16, 0, UNIT_AGE));
        uint32_t judged = small_policy(&small, person, "认定"), open = small_policy(&small, person, "待定"),
                 both = small_policy(&small, person, "都");
        small_condition(&small, judged, adult, "年满十六");
        small_condition(&small, judged, honest, "信誉良好");
        small_condition(&small, open, adult, "年满十六");
        small_condition(&small, open, below, "不超过上限");
        small_condition(&small, both, below, "不超过上限");
        small_condition(&small, both, honest, "信誉良好");
        const Program *program = small_finish(&small);
        static const struct {
                int64_t age, honest;
                Answer  judged, open, both;
        } cases[] = {
                { U, MAYBE, ANSWER_ASK, ANSWER_ASK, ANSWER_ASK },
                { 20, MAYBE, ANSWER_JUDGE, ANSWER_OPEN, ANSWER_OPEN },
                { 20, YES, ANSWER_YES, ANSWER_OPEN, ANSWER_OPEN },
                { 20, NO, ANSWER_NO, ANSWER_OPEN, ANSWER_NO },
                { 15, MAYBE, ANSWER_NO, ANSWER_NO, ANSWER_OPEN },
                { U, YES, ANSWER_ASK, ANSWER_ASK, ANSWER_ASK },
        };
        Population *population = population_new(*state, program, (uint32_t[]){ ARRAY_LENGTH(cases) });
        for (uint32_t row = 0; row < ARRAY_LENGTH(cases); row++) {
                population_set(population, 0, row, cases[row].age);
                population_set(population, 1, row, cases[row].honest);
        }
        Frame *frame = frame_new(*state, program, population);
        scalar_evaluate(&day, frame);
        for (uint32_t row = 0; row < ARRAY_LENGTH(cases); row++) {
                assert_int_equal(frame_answer(frame, judged, row), cases[row].judged);
                assert_int_equal(frame_answer(frame, open, row), cases[row].open);
                assert_int_equal(frame_answer(frame, both, row), cases[row].both);
        }
        assert_str(answer_text(ANSWER_JUDGE), "需人工认定");
}

/* Values of x (default 是), y and z; whether a default decided. */
static void test_provisional(void **state) {
        enum { OWN, BOTH, EITHER, CHOICE, SAME, COUNTS };
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        uint32_t x = build_default(small.builder, small_truth(&small, person, "甲", "甲？"),
                                   build_constant(small.builder, type_truth(), YES), true);
        uint32_t y = small_truth(&small, person, "乙", "乙？");
        uint32_t steps[COUNTS], policies[COUNTS];
        steps[OWN] = x;
        steps[BOTH] = build_and(small.builder, x, y);
        steps[EITHER] = build_or(small.builder, x, y);
        steps[CHOICE] = build_compare(
                small.builder, OP_AT_LEAST,
                build_select(small.builder, x, small_number(&small, 1, 0, 0), small_number(&small, 2, 0, 0)),
                small_number(&small, 2, 0, 0));
        steps[SAME] = build_select(small.builder, x, y, y);
        for (uint32_t at = 0; at < COUNTS; at++) {
                policies[at] = small_policy(&small, person, "政策");
                small_condition(&small, policies[at], steps[at], "条件");
        }
        const Program *program = small_finish(&small);
        static const struct {
                int64_t x, y, values[COUNTS];
                bool    marks[COUNTS];
        } cases[] = {
                { MAYBE, MAYBE, { YES, MAYBE, YES, NO, MAYBE }, { true, false, true, true, false } },
                { MAYBE, NO, { YES, NO, YES, NO, NO }, { true, false, true, true, false } },
                { MAYBE, YES, { YES, YES, YES, NO, YES }, { true, true, false, true, false } },
                { YES, YES, { YES, YES, YES, NO, YES }, { false, false, false, false, false } },
                { NO, YES, { NO, NO, YES, YES, YES }, { false, false, false, false, false } },
        };
        Population *population = population_new(*state, program, (uint32_t[]){ ARRAY_LENGTH(cases) });
        for (uint32_t row = 0; row < ARRAY_LENGTH(cases); row++) {
                population_set(population, 0, row, cases[row].x);
                population_set(population, 1, row, cases[row].y);
        }
        Frame *frame = frame_new(*state, program, population);
        scalar_evaluate(&day, frame);
        for (uint32_t row = 0; row < ARRAY_LENGTH(cases); row++)
                for (uint32_t at = 0; at < COUNTS; at++) {
                        uint32_t step = program->policies[policies[at]].eligible;
                        assert_int_equal(frame_cell(frame, step, row), cases[row].values[at]);
                        assert_int_equal(frame_provisional(frame, step, row), cases[row].marks[at]);
                }
}

/* ---- the law ----------------------------------------------------------------------------------------- */

#define LAW_PROGRAMS 2100
#define LAW_SITUATIONS 10

/* Steps that say something about not knowing: no rule of a pack does, only the variants for judgements and bounds. */
static bool *asks_about_unknowns(Arena *arena, const Program *program) {
        bool *tainted = ARENA_NEW(arena, bool, program->step_count);
        for (uint32_t at = 0; at < program->step_count; at++) {
                const Step *step = &program->steps[at];
                tainted[at] = step->op == OP_ASSUME_YES || step->op == OP_ASSUME_NO ||
                              (step->op == OP_DEFAULT && step->imm == 1) ||
                              (step->op == OP_KNOWN && program->steps[step->a].op != OP_LINK) ||
                              (step->a != NONE && tainted[step->a]) || (step->b != NONE && tainted[step->b]) ||
                              (step->c != NONE && tainted[step->c]);
        }
        return tainted;
}

static bool answer_some(Random *random, Population *population) {
        const Program *program = population->program;
        bool           any = false;
        for (uint32_t fact = 0; fact < program->fact_count; fact++)
                for (uint32_t row = 0; row < population->entities[program->facts[fact].entity].count; row++) {
                        const Fact *about = &program->facts[fact];
                        if (population_cell(population, fact, row) != type_unknown(about->type) ||
                            random_chance(random, 60))
                                continue;
                        int64_t cell = about->type.kind == TYPE_TRUTH ? (int64_t) random_below(random, 2) * 2
                                                                     : random_between(random, about->low, about->high);
                        population_set(population, fact, row, cell);
                        any = true;
                }
        return any;
}

static void test_law(void **state) {
        (void) state;
        uint64_t held = 0, changed = 0, situations = 0;
        for (uint32_t seed = 0; seed < LAW_PROGRAMS; seed++) {
                Arena         *arena = arena_new((size_t) 256 << 20);
                const Program *program = random_program(arena, (RandomShape){ .seed = seed, .depth = 2 + seed % 3 });
                const bool    *tainted = asks_about_unknowns(arena, program);
                for (uint32_t round = 0; round < LAW_SITUATIONS; round++) {
                        Random      random = { seed * 1000 + round };
                        Population *population = random_population(arena, program, random_bits(&random), 8);
                        Run         run = random_run(arena, program, random_bits(&random));
                        Frame *before = frame_new(arena, program, population),
                              *after = frame_new(arena, program, population);
                        scalar_evaluate(&run, before);
                        if (!answer_some(&random, population))
                                continue;
                        situations++;
                        scalar_evaluate(&run, after);
                        for (uint32_t step = 0; step < program->step_count; step++) {
                                uint32_t rows = program->steps[step].entity == ENTITY_NONE
                                                        ? 1
                                                        : population->entities[program->steps[step].entity].count;
                                for (uint32_t row = 0; row < rows && !tainted[step]; row++) {
                                        bool known = frame_cell(before, step, row) !=
                                                     type_unknown(program->steps[step].type);
                                        bool same = frame_cell(before, step, row) == frame_cell(after, step, row);
                                        changed += !known && !same;
                                        held += known;
                                        if (known && !same && !frame_provisional(before, step, row))
                                                fail_msg("seed %u round %u: step %u (%s) flipped", seed, round, step,
                                                         op_name(program->steps[step].op));
                                }
                        }
                }
                arena_free(arena);
        }
        print_message("# law: %llu situations, %llu known values held, %llu unknown became known\n",
                      (unsigned long long) situations, (unsigned long long) held, (unsigned long long) changed);
        assert_true(situations >= 20000 && changed > 10000);
}

/* ---- speed ------------------------------------------------------------------------------------------- */

/* About 500 steps on four people of one household: a person's conditions, a household's aggregate, amounts. */
static const Program *typical(Arena *arena) {
        Small    small = small_begin(arena);
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint32_t link = small_link(&small, person, home, "所在户", "成员");
        uint32_t facts[20], truths[12];
        Random   random = { 7 };
        for (uint32_t at = 0; at < 12; at++)
                truths[at] = small_truth(&small, person, "真", "问？");
        for (uint32_t at = 0; at < 20; at++)
                facts[at] = small_fact(&small, person, "数", type_number(0, 0), 0, at % 2 ? 150 : 100000, "问？");
        for (uint32_t at = 0; at < 24; at++) {
                uint32_t policy = small_policy(&small, person, "政策");
                for (uint32_t condition = 0; condition < 5; condition++) {
                        uint32_t a = build_compare(small.builder, OP_AT_LEAST, facts[random_below(&random, 20)],
                                                   small_number(&small, random_below(&random, 150), 0, 0));
                        uint32_t b = truths[random_below(&random, 12)];
                        small_condition(&small, policy, random_chance(&random, 50) ? build_or(small.builder, a, b) : a,
                                        "条件");
                }
                uint32_t amount = build_arithmetic(small.builder, OP_MINIMUM,
                                                   build_arithmetic(small.builder, OP_MULTIPLY,
                                                                    facts[random_below(&random, 10) * 2],
                                                                    small_number(&small, 2 + at, 0, 0), 0),
                                                   small_number(&small, 100000 + at, 0, 0), 0);
                small_benefit(&small, policy, "金额", build_round(small.builder, OP_ROUND_UP, amount, 10, 0), "");
                if (at % 6 == 0)
                        small_condition(&small, policy,
                                        build_gather(small.builder, link,
                                                     build_reduce(small.builder, OP_ALL, link,
                                                                  build_not(small.builder, truths[at / 6]), NONE)),
                                        "零就业");
        }
        return small_finish(&small);
}

static void test_speed(void **state) {
        const Program *program = typical(*state);
        Population    *population = population_new(*state, program, (uint32_t[]){ 4, 1 });
        Random         random = { 3 };
        for (uint32_t row = 0; row < 4; row++)
                population_link(population, 0, row, 0);
        population_complete(population, 0, 0, true);
        population_index(population);
        for (uint32_t fact = 0; fact < program->fact_count; fact++)
                for (uint32_t row = 0; row < 4; row++)
                        population_set(population, fact, row,
                                       program->facts[fact].type.kind == TYPE_TRUTH
                                               ? (int64_t) random_below(&random, 3)
                                               : random_between(&random, 0, program->facts[fact].high));
        Frame   *frame = frame_new(*state, program, population);
        uint32_t rounds = 20000;
        int64_t  best = INT64_MAX;
        for (int trial = 0; trial < 5; trial++) {
                int64_t start = clock_ns();
                for (uint32_t round = 0; round < rounds; round++)
                        scalar_evaluate(&day, frame);
                int64_t took = (clock_ns() - start) / rounds;
                best = took < best ? took : best;
        }
        print_message("# speed: %u steps, 4 people: %lld ns an evaluation of everything\n", program->step_count,
                      (long long) best);
        assert_true(best > 0);
}

int main(int argument_count, char **arguments) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_operations, setup, teardown),
                cmocka_unit_test_setup_teardown(test_select, setup, teardown),
                cmocka_unit_test_setup_teardown(test_ignored_defaults, setup, teardown),
                cmocka_unit_test_setup_teardown(test_leaves, setup, teardown),
                cmocka_unit_test_setup_teardown(test_table, setup, teardown),
                cmocka_unit_test_setup_teardown(test_groups, setup, teardown),
                cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
                cmocka_unit_test_setup_teardown(test_provisional, setup, teardown),
                cmocka_unit_test_setup_teardown(test_law, setup, teardown),
        };
        const struct CMUnitTest speed[] = { cmocka_unit_test_setup_teardown(test_speed, setup, teardown) };
        if (argument_count > 1 && str_equal(str_from(arguments[1]), STR("speed")))
                return cmocka_run_group_tests_name("engine_scalar_speed", speed, NULL, NULL);
        return cmocka_run_group_tests_name("engine_scalar", tests, NULL, NULL);
}
