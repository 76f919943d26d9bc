/* Measures as statements: the text of each shape in both dialects against test/unit/sql (LEYE_BLESS=1 rewrites them), the
 * index that suits them, and what is refused. That the figures are right is test/differential/measure's business. */
#include "unit.h"

#include "engine/measure.h"
#include "support/small_program.h"

#define ARENA_CAP ((size_t) 64 << 20)
#define TEXT_CAP ((size_t) 1 << 20)
#define FIRST_DAY 18628           /* 2021-01-01 */

enum { DATED, JOINED, SUM, DISTINCT, STOCK, MEMBERS, RATIO_OF_PARTNERS, MEASURES };

typedef struct Fixture {
        Arena         *arena;
        const Program *program;
        Diagnostics    diagnostics;
        Buffer         out;
} Fixture;

/* Trainees of classes, persons with a birthday and spells of employment: what the plans count. */
static Fixture fixture_new(void) {
        Fixture fixture = { .arena = arena_new(ARENA_CAP), .out = buffer_new(TEXT_CAP) };
        Small small = small_begin(fixture.arena);
        Builder *builder = small.builder;
        static Str members[] = { STR_INIT("任城"), STR_INIT("兖州") };
        small.program->enumerations[0] = (Enumeration){ .name = STR("区县"), .members = members, .member_count = 2 };
        small.program->enumeration_count = 1;
        Type code = { .kind = TYPE_CODE };
        uint16_t class = small_entity(&small, "班级", "期"), trainee = small_entity(&small, "学员", "人次"),
                 person = small_entity(&small, "人", "人"), household = small_entity(&small, "户", "户");
        uint32_t of_class = small_link(&small, trainee, class, "班级", "学员们"),
                 of_person = small_link(&small, trainee, person, "劳动者", "参训"),
                 of_household = small_link(&small, person, household, "所在户", "家庭成员");
        small.program->links[of_household].complete = true;
        uint32_t kind = small_fact(&small, class, "类别", code, 0, 1, NULL);
        uint32_t county = small_fact(&small, class, "区县", code, 0, 1, NULL);
        uint32_t day = small_fact(&small, trainee, "结业日期", type_date(), DATE_MIN, DATE_MAX, NULL);
        uint32_t passed = small_truth(&small, trainee, "合格", NULL);
        uint32_t fee = small_fact(&small, trainee, "费用", type_number(2, UNIT_YUAN), 0, 1000000, NULL);
        uint32_t birth = small_fact(&small, person, "出生日期", type_date(), DATE_MIN, DATE_MAX, NULL);
        uint32_t working = small_truth(&small, person, "就业", NULL), registered = small_truth(&small, household, "登记\"户", NULL);
        small.program->facts[3].blank_is_no = true;
        uint32_t starting = build_gather(builder, of_class, build_in_set(builder, kind, 1));
        uint32_t age = build_date(builder, OP_FULL_YEARS, birth, build_base_date(builder), UNIT_AGE);
        uint32_t adult = build_compare(builder, OP_AT_LEAST, age, small_number(&small, 16, 0, UNIT_AGE));
        uint32_t idle = build_not(builder, build_reduce(builder, OP_ANY, of_household, working, NONE));
        uint32_t nobody = build_and(builder, idle, registered);
        uint32_t young = build_gather(builder, of_person, build_not(builder, adult));
        small.program->entities[trainee].county = build_gather(builder, of_class, county);
        const Measure measures[MEASURES] = {
                [DATED] = { .entity = trainee, .rest = passed, .dated = day },
                [JOINED] = { .entity = trainee, .rest = build_and(builder, passed, starting), .dated = day },
                [SUM] = { .kind = MEASURE_SUM, .entity = trainee, .rest = starting, .dated = day, .value = fee },
                [DISTINCT] = { .kind = MEASURE_DISTINCT, .entity = trainee, .rest = NONE, .dated = day,
                               .distinct = build_link(builder, of_person) },
                [STOCK] = { .entity = person, .where = adult, .dated = NONE, .rest = NONE },
                [MEMBERS] = { .entity = household, .where = nobody, .dated = NONE, .rest = NONE },
                [RATIO_OF_PARTNERS] = { .entity = trainee, .rest = young, .dated = day },
        };
        small.program->indicators = ARENA_NEW(fixture.arena, Indicator, MEASURES);
        small.program->indicator_count = MEASURES;
        for (uint32_t i = 0; i < MEASURES; i++) {
                Indicator *indicator = &small.program->indicators[i];
                *indicator = (Indicator){ .name = STR("指标"), .type = type_number(0, 0), .measure = measures[i],
                                          .finest = CYCLE_MONTH, .same_as = NONE };
                indicator->divisor = (Measure){ .entity = ENTITY_NONE, .where = NONE, .dated = NONE, .rest = NONE,
                                                .value = NONE, .distinct = NONE };
                if (measures[i].dated != NONE)
                        indicator->measure.where = build_and(
                                builder, build_between(builder, day, build_apply_date(builder), build_base_date(builder)),
                                measures[i].rest == NONE ? build_constant(builder, type_truth(), TRUTH_YES) : measures[i].rest);
                if (indicator->measure.kind != MEASURE_SUM)
                        indicator->measure.value = NONE;
                if (indicator->measure.kind != MEASURE_DISTINCT)
                        indicator->measure.distinct = NONE;
        }
        fixture.program = small_finish(&small);
        diagnostics_init(&fixture.diagnostics, fixture.arena);
        return fixture;
}

static void fixture_free(Fixture *fixture) {
        buffer_free(&fixture->out);
        fixture->arena = arena_free(fixture->arena);
}

static const Measure *measure_of(const Fixture *fixture, uint32_t number) {
        return &fixture->program->indicators[number].measure;
}

/* Every shape once, each as a statement of its own. */
static void statements_are_as_blessed(void **state) {
        (void) state;
        static const struct {
                const char *name;
                uint32_t    measure;
                bool        by_county, one_county, rows;
        } shapes[] = {
                { "dated count, whole city", DATED, false, false, false },
                { "dated count, the county is the class's", JOINED, true, false, false },
                { "dated sum", SUM, true, false, false },
                { "different persons", DISTINCT, true, false, false },
                { "different persons of a county", DISTINCT, true, true, false },
                { "dated count of a county, which is the class's", JOINED, true, true, false },
                { "adults at the period's end", STOCK, true, false, false },
                { "households without work", MEMBERS, false, false, false },
                { "a partner's age at the period's end", RATIO_OF_PARTNERS, false, false, false },
                { "the rows of a county", JOINED, true, false, true },
                { "the rows of the sum", SUM, false, false, true },
        };
        static const char *const names[] = { [SQL_SQLITE] = "sqlite", [SQL_POSTGRES] = "postgres" };
        for (uint32_t dialect = SQL_SQLITE; dialect <= SQL_POSTGRES; dialect++) {
                Fixture fixture = fixture_new();
                for (uint32_t i = 0; i < ARRAY_LENGTH(shapes); i++) {
                        MeasureSql options = { .dialect = (SqlDialect) dialect, .from = FIRST_DAY, .to = FIRST_DAY + 364,
                                               .by_county = shapes[i].by_county, .one_county = shapes[i].one_county,
                                               .rows = shapes[i].rows };
                        buffer_format(&fixture.out, "-- %s\n", shapes[i].name);
                        assert_int_equal(measure_sql(fixture.program, measure_of(&fixture, shapes[i].measure), &options, fixture.arena,
                                                     &fixture.out, &fixture.diagnostics), RC_OK);
                        buffer_add(&fixture.out, STR(";\n"));
                }
                const char *source = getenv("LEYE_SOURCE");
                assert_non_null(source);
                Str path = str_format(fixture.arena, "%s/test/unit/sql/measure.%s.sql", source, names[dialect]);
                Str golden = { NULL, 0 };
                if (getenv("LEYE_BLESS"))
                        assert_int_equal(file_write(path.data, buffer_str(&fixture.out)), RC_OK);
                assert_int_equal(file_read(fixture.arena, path.data, TEXT_CAP, &golden), RC_OK);
                assert_str(buffer_str(&fixture.out), str_copy(fixture.arena, golden).data);
                fixture_free(&fixture);
        }
}

static void the_index_starts_with_the_day(void **state) {
        (void) state;
        static const struct {
                uint32_t    measure;
                const char *columns;
        } rows[] = {
                { DATED, "结业日期 班级 合格" },   { JOINED, "结业日期 班级 合格" }, { SUM, "结业日期 班级 费用" },
                { DISTINCT, "结业日期 班级 劳动者" }, { STOCK, "出生日期" },          { RATIO_OF_PARTNERS, "结业日期 班级 劳动者" },
        };
        Fixture fixture = fixture_new();
        for (uint32_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Str *columns = NULL;
                uint32_t count = measure_index(fixture.program, measure_of(&fixture, rows[i].measure), fixture.arena, &columns);
                buffer_clear(&fixture.out);
                for (uint32_t k = 0; k < count; k++)
                        buffer_format(&fixture.out, k > 0 ? " %.*s" : "%.*s", STR_ARG(columns[k]));
                assert_str(buffer_str(&fixture.out), rows[i].columns);
        }
        fixture_free(&fixture);
}

static void expect_refusal(Fixture *fixture, const Measure *measure, SqlDialect dialect, const char *code) {
        MeasureSql options = { .dialect = dialect, .by_county = true };
        buffer_add(&fixture->out, STR("before"));
        assert_int_equal(measure_sql(fixture->program, measure, &options, fixture->arena, &fixture->out, &fixture->diagnostics),
                         RC_INVALID);
        assert_str(buffer_str(&fixture->out), "before");
        assert_int_equal(fixture->diagnostics.errors, 1);
        assert_str(fixture->diagnostics.first->code, code);
}

static void what_has_no_records_is_refused(void **state) {
        (void) state;
        Fixture fixture = fixture_new();
        Measure measure = *measure_of(&fixture, MEMBERS);
        fixture.program->entities[measure.entity].derived_from = 2;
        expect_refusal(&fixture, &measure, SQL_SQLITE, "S0110");
        fixture_free(&fixture);
        fixture = fixture_new();
        measure = *measure_of(&fixture, MEMBERS);
        fixture.program->links[2].one_name = STR("");
        expect_refusal(&fixture, &measure, SQL_POSTGRES, "S0110");
        fixture_free(&fixture);
}

/* Each smaller-of doubles the text: fifteen of them do not fit a statement. */
static void a_text_that_doubles_is_refused(void **state) {
        (void) state;
        Fixture fixture = fixture_new();
        Program *program = ARENA_NEW(fixture.arena, Program, 1);
        Measure measure = *measure_of(&fixture, SUM);
        *program = *fixture.program;
        program->steps = ARENA_NEW(fixture.arena, Step, program->step_count + 15);
        for (uint32_t i = 0; i < program->step_count; i++)
                program->steps[i] = fixture.program->steps[i];
        for (uint32_t i = 0; i < 15; i++) {
                Step step = program->steps[measure.value];
                step.op = OP_MINIMUM;
                step.a = step.b = measure.value;
                measure.value = program->step_count;
                program->steps[program->step_count++] = step;
        }
        fixture.program = program;
        expect_refusal(&fixture, &measure, SQL_SQLITE, "S0109");
        fixture_free(&fixture);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(statements_are_as_blessed),
                cmocka_unit_test(the_index_starts_with_the_day),
                cmocka_unit_test(what_has_no_records_is_refused),
                cmocka_unit_test(a_text_that_doubles_is_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
