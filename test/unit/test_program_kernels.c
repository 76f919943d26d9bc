/* Every kernel of ops.def against the plain arithmetic of test/support/program_world.c: all pairs of edge values, many
 * random ones, and for dates a calendar made of tables. */
#include "unit.h"

#include "support/program_world.h"

static const int64_t edges[] = {
        INT64_MIN + 1, INT64_MIN + 2, -4611686018427387904, -3037000500, -1000001, -1000000, -10001, -10000, -366,
                -100, -13,
        -12, -11, -10, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 15, 99, 100, 366, 9999,
                10000,
        10001, 999999, 1000000, 1000001, 3037000499, 3037000500, 4611686018427387904, INT64_MAX - 1, INT64_MAX, UNKNOWN,
};

static const int64_t dates[] = {
        DATE_MIN, DATE_MIN + 1, DATE_MIN + 58, DATE_MIN + 59, DATE_MIN + 364, -1, 0, 1, 58, 59, 789, 10956, 11015,
                11016,
        11017, 17166, 19782, 19783, 19784, 20148, 47540, 47541, 47542, 83976, DATE_MAX - 31, DATE_MAX - 1, DATE_MAX,
                UNKNOWN,
};

static Type type_for(Op op, bool operand) {
        bool truth = op_class(op) == CLASS_LOGIC || (!operand && op_class(op) == CLASS_COMPARE);
        bool choice_truth = !operand && (op == OP_BETWEEN || op == OP_IN_SET || op == OP_KNOWN);
        return (Type){ .kind = truth || choice_truth ? TYPE_TRUTH : TYPE_NUMBER };
}

static void check(Op op, Type type, Type a_type, int64_t imm, int64_t a, int64_t b, int64_t c) {
        uint32_t operands = op_operands(op);
        Step step = { .op = op, .type = type, .imm = imm, .a = 0, .b = operands > 1 ? 1 : NONE,
                      .c = operands > 2 ? 2 : NONE };
        b = operands > 1 ? b : 0;
        c = operands > 2 ? c : 0;
        int64_t actual = step_fold(&step, a_type, a, b, c), expected = naive_apply(&step, a_type, a, b, c);
        if (actual != expected)
                fail_msg("%s(%lld, %lld, %lld) imm %lld: %lld, expected %lld", op_name(op), (long long) a,
                         (long long) b,
                         (long long) c, (long long) imm, (long long) actual, (long long) expected);
}

static void arithmetic_and_comparison_agree_at_every_pair_of_edges(void **state) {
        (void) state;
        static const Op ops[] = { OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_NEGATE, OP_MINIMUM, OP_MAXIMUM, OP_EQUAL,
                                  OP_NOT_EQUAL,
                                  OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST, OP_DEFAULT, OP_KNOWN };
        for (size_t o = 0; o < ARRAY_LENGTH(ops); o++)
                for (size_t i = 0; i < ARRAY_LENGTH(edges); i++)
                        for (size_t k = 0; k < ARRAY_LENGTH(edges); k++)
                                check(ops[o], type_for(ops[o], false), type_for(ops[o], true), 0, edges[i], edges[k],
                                      0);
}

static void scaling_and_rounding_agree(void **state) {
        (void) state;
        static const int64_t quanta[] = { 1, 2, 3, 7, 10, 25, 100, 1000000, 1000000000, 1000000000000000000,
                                          INT64_MAX };
        static const Op ops[] = { OP_ROUND_HALF_UP, OP_ROUND_UP, OP_ROUND_DOWN, OP_SCALE_UP, OP_SCALE_DOWN };
        Random random = { 11 };
        for (size_t o = 0; o < ARRAY_LENGTH(ops); o++)
                for (size_t q = 0; q < ARRAY_LENGTH(quanta); q++) {
                        for (size_t i = 0; i < ARRAY_LENGTH(edges); i++)
                                check(ops[o], type_for(ops[o], false), type_for(ops[o], true), quanta[q], edges[i], 0,
                                      0);
                        for (int i = 0; i < 2000; i++)
                                check(ops[o], type_for(ops[o], false), type_for(ops[o], true), quanta[q],
                                      random_between(&random, -5000, 5000), 0, 0);
                }
}

static void multiply_divide_agrees(void **state) {
        (void) state;
        Random random = { 12 };
        Type number = { .kind = TYPE_NUMBER };
        for (size_t i = 0; i < ARRAY_LENGTH(edges); i++)
                for (size_t k = 0; k < ARRAY_LENGTH(edges); k++)
                        for (size_t d = 0; d < ARRAY_LENGTH(edges); d++)
                                for (int exponent = -18; exponent <= 18; exponent += 6)
                                        check(OP_MULTIPLY_DIVIDE, number, number, exponent, edges[i], edges[k],
                                              edges[d]);
        for (int i = 0; i < 200000; i++) {
                int64_t most = i % 2 ? 1000 : INT64_MAX;
                check(OP_MULTIPLY_DIVIDE, number, number, random_between(&random, -6, 6),
                      random_between(&random, -most, most),
                      random_between(&random, -most, most), random_between(&random, -most, most));
        }
}

static void logic_agrees_on_every_truth(void **state) {
        (void) state;
        static const Op ops[] = { OP_AND, OP_OR, OP_NOT, OP_ASSUME_YES, OP_ASSUME_NO, OP_SELECT, OP_DEFAULT, OP_KNOWN };
        Type truth = { .kind = TYPE_TRUTH };
        for (size_t o = 0; o < ARRAY_LENGTH(ops); o++)
                for (int64_t code = 0; code < 27; code++)
                        check(ops[o], truth, truth, 0, code / 9, code / 3 % 3, code % 3);
}

static void choices_agree(void **state) {
        (void) state;
        Type truth = { .kind = TYPE_TRUTH }, number = { .kind = TYPE_NUMBER };
        Random random = { 13 };
        for (size_t i = 0; i < ARRAY_LENGTH(edges); i++)
                for (size_t k = 0; k < ARRAY_LENGTH(edges); k++) {
                        for (size_t m = 0; m < ARRAY_LENGTH(edges); m++)
                                check(OP_BETWEEN, truth, number, 0, edges[i], edges[k], edges[m]);
                        for (int64_t a = 0; a <= 2; a++)
                                check(OP_SELECT, number, truth, 0, a, edges[i], edges[k]);
                }
        for (int i = 0; i < 1000; i++) {
                int64_t mask = (int64_t) random_bits(&random);
                for (int64_t code = 0; code < 64; code++)
                        check(OP_IN_SET, truth, number, mask, code, 0, 0);
                check(OP_IN_SET, truth, number, mask, UNKNOWN, 0, 0);
        }
}

static void dates_agree_with_a_calendar_of_tables(void **state) {
        (void) state;
        static const Op with_amount[] = { OP_ADD_MONTHS, OP_ADD_DAYS };
        static const Op with_date[] = { OP_FULL_MONTHS, OP_FULL_YEARS, OP_DAYS_BETWEEN, OP_YEAR_OF, OP_MONTH_OF,
                                        OP_YEAR_START };
        Type number = { .kind = TYPE_NUMBER };
        Random random = { 14 };
        for (size_t i = 0; i < ARRAY_LENGTH(dates); i++) {
                for (size_t o = 0; o < ARRAY_LENGTH(with_amount); o++)
                        for (size_t k = 0; k < ARRAY_LENGTH(edges); k++)
                                check(with_amount[o], number, number, 0, dates[i], edges[k], 0);
                for (size_t o = 0; o < ARRAY_LENGTH(with_date); o++)
                        for (size_t k = 0; k < ARRAY_LENGTH(dates); k++)
                                check(with_date[o], number, number, 0, dates[i], dates[k], 0);
        }
        for (int i = 0; i < 3000; i++) {
                int64_t a = random_between(&random, DATE_MIN, DATE_MAX),
                        b = random_between(&random, DATE_MIN, DATE_MAX);
                for (size_t o = 0; o < ARRAY_LENGTH(with_date); o++)
                        check(with_date[o], number, number, 0, a, b, 0);
                check(OP_ADD_MONTHS, number, number, 0, a, random_between(&random, -800, 800), 0);
                check(OP_ADD_DAYS, number, number, 0, a, random_between(&random, -40000, 40000), 0);
        }
}

static void the_law_in_figures(void **state) {
        (void) state;
        /* 31 January plus a month; the 29th of February's birthday; the day before a birthday */
        assert_int_equal(kernel_add_months(date_from_civil(2023, 1, 31), 1), date_from_civil(2023, 2, 28));
        assert_int_equal(kernel_full_years(date_from_civil(2000, 2, 29), date_from_civil(2016, 2, 29)), 16);
        assert_int_equal(kernel_full_years(date_from_civil(2000, 2, 29), date_from_civil(2018, 2, 28)), 18);
        assert_int_equal(kernel_full_years(date_from_civil(2001, 6, 10), date_from_civil(2017, 6, 9)), 15);
        assert_int_equal(kernel_full_years(date_from_civil(2001, 6, 10), date_from_civil(2017, 6, 10)), 16);
        assert_int_equal(kernel_scale_down(25, 10), 3);
        assert_int_equal(kernel_scale_down(-25, 10), -3);
        assert_int_equal(kernel_round_up(-25, 10), -20);
        assert_int_equal(kernel_round_down(-25, 10), -30);
        assert_true(kernel_multiply_divide(INT64_MAX, INT64_MAX, INT64_MAX, 0) == INT64_MAX);
        assert_true(kernel_multiply_divide(INT64_MAX, 3, 2, 0) == UNKNOWN);
        assert_true(kernel_multiply_divide(1, 1, 0, 0) == UNKNOWN);
}

static void every_op_has_a_name_of_its_own(void **state) {
        (void) state;
        for (Op i = 0; i < OP_TOTAL; i++) {
                assert_true(op_operands(i) <= 3);
                assert_true(op_operands(i) > 0 || op_class(i) == CLASS_LEAF);
                for (Op k = 0; k < i; k++)
                        assert_false(str_equal(str_from(op_name(i)), str_from(op_name(k))));
        }
        assert_int_equal(op_operands(OP_MULTIPLY_DIVIDE), 3);
        assert_int_equal(op_class(OP_AT_LEAST), CLASS_COMPARE);
        assert_int_equal(op_class(OP_SUM), CLASS_CROSS);
}

static void figures_are_looked_up_by_date_and_code(void **state) {
        (void) state;
        Arena *arena = arena_new(1u << 20);
        Program *program = world_program(arena);
        Parameter *rate = &program->parameters[PARAMETER_RATE];
        uint32_t version = 7;
        assert_int_equal(parameter_at(rate, DATE_MIN, &version), 45000);
        assert_int_equal(version, 0);
        assert_int_equal(parameter_at(rate, 15000, NULL), 45000);
        assert_true(parameter_at(rate, 15001, &version) == UNKNOWN);
        assert_int_equal(version, NONE);
        assert_true(parameter_at(rate, 15099, NULL) == UNKNOWN);
        assert_int_equal(parameter_at(rate, 15100, &version), 37500);
        assert_int_equal(version, 1);
        assert_true(parameter_at(rate, UNKNOWN, &version) == UNKNOWN);
        assert_int_equal(version, NONE);
        assert_true(parameter_at(&program->parameters[PARAMETER_OPEN], 17011, &version) == UNKNOWN);
        assert_int_equal(version, 1);
        assert_int_equal(table_at(program, &program->tables[0], 2, 0, 0), 500000);
        assert_true(table_at(program, &program->tables[0], 1, 0, 0) == UNKNOWN);
        assert_true(table_at(program, &program->tables[0], UNKNOWN, 0, 0) == UNKNOWN);
        Table wide = { .keys = { 0, 0, 0 }, .key_count = 3, .type = program->tables[0].type, .cell_count = 64 };
        wide.cells = ARENA_NEW(arena, int64_t, 64);
        for (int64_t i = 0; i < 64; i++)
                wide.cells[i] = i;
        assert_int_equal(table_at(program, &wide, 3, 1, 2), 3 * 16 + 4 + 2);
        arena_free(arena);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(arithmetic_and_comparison_agree_at_every_pair_of_edges),
                cmocka_unit_test(scaling_and_rounding_agree),
                cmocka_unit_test(multiply_divide_agrees),
                cmocka_unit_test(logic_agrees_on_every_truth),
                cmocka_unit_test(choices_agree),
                cmocka_unit_test(dates_agree_with_a_calendar_of_tables),
                cmocka_unit_test(the_law_in_figures),
                cmocka_unit_test(every_op_has_a_name_of_its_own),
                cmocka_unit_test(figures_are_looked_up_by_date_and_code),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
