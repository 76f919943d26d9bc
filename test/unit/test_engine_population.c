/* Populations: widths, cells, links in both directions, completeness, and the closure of one subject. */
#include "engine/population.h"

#include "support/small_program.h"
#include "unit.h"

static int setup(void **state) {
        *state = arena_new((size_t) 64 << 20);
        return 0;
}

static int teardown(void **state) {
        *state = arena_free(*state);
        return 0;
}

static void test_widths(void **state) {
        (void) state;
        static const struct {
                TypeKind kind;
                int64_t  low, high;
                uint8_t  width;
        } cases[] = {
                { TYPE_TRUTH, 0, 2, 1 },
                { TYPE_NUMBER, -127, 127, 1 },
                { TYPE_NUMBER, -128, 0, 2 },
                { TYPE_NUMBER, 0, 128, 2 },
                { TYPE_NUMBER, -32767, 32767, 2 },
                { TYPE_NUMBER, -32768, 0, 4 },
                { TYPE_DATE, DATE_MIN, DATE_MAX, 4 },
                { TYPE_NUMBER, -INT32_MAX, INT32_MAX, 4 },
                { TYPE_NUMBER, INT32_MIN, 0, 8 },
                { TYPE_NUMBER, 0, (int64_t) INT32_MAX + 1, 8 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
                assert_int_equal(column_width((Type){ .kind = cases[i].kind }, cases[i].low, cases[i].high),
                                 cases[i].width);
}

/* What is set is read back at every width, ends of the range included; the rest stays unknown. */
static void test_cells(void **state) {
        static const int64_t ranges[][2] = {
                { -127, 127 }, { -32767, 32767 }, { -INT32_MAX, INT32_MAX }, { -INT64_MAX, INT64_MAX }
        };
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人");
        for (uint32_t i = 0; i < 4; i++)
                small_fact(&small, person, "数", type_number(0, 0), ranges[i][0], ranges[i][1], NULL);
        small_truth(&small, person, "真", NULL);
        Population *population = population_new(*state, small.program, (uint32_t[]){ 5 });
        for (uint32_t fact = 0; fact < 4; fact++) {
                assert_true(population_cell(population, fact, 4) == UNKNOWN);
                population_set(population, fact, 1, ranges[fact][0]);
                population_set(population, fact, 2, ranges[fact][1]);
                population_set(population, fact, 3, 7);
                population_set(population, fact, 3, UNKNOWN);
                assert_int_equal((uintptr_t) population->columns[fact].cells % 64, 0);
                assert_true(population_cell(population, fact, 0) == UNKNOWN);
                assert_true(population_cell(population, fact, 1) == ranges[fact][0]);
                assert_true(population_cell(population, fact, 2) == ranges[fact][1]);
                assert_true(population_cell(population, fact, 3) == UNKNOWN);
        }
        assert_int_equal(population_cell(population, 4, 0), TRUTH_UNKNOWN);
        population_set(population, 4, 2, TRUTH_NO);
        assert_int_equal(population_cell(population, 4, 1), TRUTH_UNKNOWN);
        assert_int_equal(population_cell(population, 4, 2), TRUTH_NO);
}

static void set_out_of_range(void *population) {
        population_set(population, 0, 0, 11);
}

static void test_out_of_range_is_our_bug(void **state) {
        Small small = small_begin(*state);
        small_fact(&small, small_entity(&small, "人", "人"), "数", type_number(0, 0), 0, 10, NULL);
        assert_true(aborts(set_out_of_range, population_new(*state, small.program, (uint32_t[]){ 1 })));
}

static void test_texts(void **state) {
        Small       small = small_begin(*state);
        Population *population = population_new(*state, small.program, (uint32_t[]){ 0 });
        assert_int_equal(population_text(population, STR("甲")), 0);
        assert_int_equal(population_text(population, STR("乙")), 1);
        assert_int_equal(population_text(population, STR("甲")), 0);
        for (int i = 0; i < 200; i++)
                assert_int_equal(population_text(population, str_format(*state, "文%d", i)), i + 2);
        assert_str(population->texts[150], "文148");
}

static void test_links(void **state) {
        static const uint32_t partners[] = { 2, 0, NONE, 2, 0, 2 };
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint32_t link = small_link(&small, person, home, "所在户", "成员");
        Population *population = population_new(*state, small.program, (uint32_t[]){ 6, 3 });
        for (uint32_t row = 0; row < 6; row++)
                population_link(population, link, row, partners[row]);
        population_index(population);
        const LinkRows *rows = &population->links[link];
        static const uint32_t offsets[] = { 0, 2, 2, 5 }, members[] = { 1, 4, 0, 3, 5 };
        assert_memory_equal(rows->offsets, offsets, sizeof(offsets));
        assert_memory_equal(rows->members, members, sizeof(members));
        assert_false(rows->sorted);
        assert_false(population_is_complete(population, link, 1));
        population_complete(population, link, 1, true);
        assert_true(population_is_complete(population, link, 1));
        assert_false(population_is_complete(population, link, 0));

        population = population_new(*state, small.program, (uint32_t[]){ 3, 2 });
        population_link(population, link, 0, 0);
        population_link(population, link, 1, 1);
        population_link(population, link, 2, 1);
        population_index(population);
        assert_true(population->links[link].sorted);
}

/* A person's closure has the household and its members, not the neighbours, and not what no step looks at. */
static void test_around(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人"), home = small_entity(&small, "户", "户");
        uint16_t firm = small_entity(&small, "企业", "家");
        uint32_t link = small_link(&small, person, home, "所在户", "成员");
        uint32_t job = small_link(&small, person, firm, "单位", "员工");
        uint32_t working = small_truth(&small, person, "就业中", NULL);
        small_truth(&small, firm, "小微企业", NULL);
        uint32_t policy = small_policy(&small, person, "政策");
        uint32_t any = build_reduce(small.builder, OP_ANY, link, working, NONE);
        small_condition(&small, policy, build_gather(small.builder, link, any), "有人就业");
        const Program *program = small_finish(&small);

        Population *city = population_new(*state, program, (uint32_t[]){ 6, 2, 1 });
        Str         keys[] = { STR("甲"), STR("乙"), STR("丙"), STR("丁"), STR("戊"), STR("己") };
        city->entities[person].keys = keys;
        for (uint32_t row = 0; row < 6; row++) {
                population_link(city, link, row, row % 2);
                population_link(city, job, row, 0);
                population_set(city, 0, row, row == 5 ? TRUTH_YES : TRUTH_NO);
        }
        population_complete(city, link, 1, true);
        population_index(city);
        uint32_t    row = NONE;
        Population *around = population_around(*state, city, person, 3, &row);
        assert_int_equal(row, 0);
        assert_int_equal(around->entities[person].count, 3);
        assert_int_equal(around->entities[home].count, 1);
        assert_int_equal(around->entities[firm].count, 0);
        assert_str(rows_key(&around->entities[person], 0), "丁");
        assert_true(population_is_complete(around, link, 0));
        int64_t working_members = 0;
        for (uint32_t at = 0; at < 3; at++) {
                assert_int_equal(around->links[link].partner[at], 0);
                working_members += population_cell(around, 0, at) == TRUTH_YES;
        }
        assert_int_equal(working_members, 1);

        around = population_around(*state, city, person, 0, &row);
        assert_false(population_is_complete(around, link, 0));
}

/* Nobody's closure is a city: what does not fit makes the list incomplete instead of wrong. */
static void test_around_is_bounded(void **state) {
        Small    small = small_begin(*state);
        uint16_t person = small_entity(&small, "人", "人"), firm = small_entity(&small, "企业", "家");
        uint32_t link = small_link(&small, person, firm, "单位", "员工");
        uint32_t policy = small_policy(&small, firm, "政策");
        uint32_t working = small_truth(&small, person, "就业中", NULL);
        small_condition(&small, policy, build_reduce(small.builder, OP_ANY, link, working, NONE), "有人就业");
        const Program *program = small_finish(&small);
        Population    *city = population_new(*state, program, (uint32_t[]){ 50000, 1 });
        for (uint32_t row = 0; row < 50000; row++)
                population_link(city, link, row, 0);
        population_complete(city, link, 0, true);
        population_index(city);
        uint32_t    row = NONE;
        Population *around = population_around(*state, city, firm, 0, &row);
        assert_in_range(around->entities[person].count, 10000, 20000);
        assert_false(population_is_complete(around, link, 0));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_widths, setup, teardown),
                cmocka_unit_test_setup_teardown(test_cells, setup, teardown),
                cmocka_unit_test_setup_teardown(test_out_of_range_is_our_bug, setup, teardown),
                cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
                cmocka_unit_test_setup_teardown(test_links, setup, teardown),
                cmocka_unit_test_setup_teardown(test_around, setup, teardown),
                cmocka_unit_test_setup_teardown(test_around_is_bounded, setup, teardown),
        };
        return cmocka_run_group_tests_name("engine_population", tests, NULL, NULL);
}
