/* The SQL generator's surface: every refusal by a program that deserves it, what `partial` leaves out, and the whole
 * script of a small program in both dialects against test/unit/sql (LEYE_BLESS=1 rewrites them). That the scripts
 * compute what the evaluators do is the differential test's business. */
#include "unit.h"

#include "engine/sql.h"
#include "program/builder.h"

#define BASE_DATE 20000
#define SCRIPT_CAP ((size_t) 8 << 20)

/* ---- a small program: persons with facts of every kind, households known only by a key --------------- */

enum { FACT_AGE, FACT_SAVINGS, FACT_BIRTH, FACT_JUDGED, FACT_STATUS, FACT_OWED, FACT_PLACE, FACT_WIDE, FACT_COUNT };

typedef struct Fixture {
        Arena   *arena;
        Program *program;
        Builder *builder;
        uint32_t facts[FACT_COUNT];
} Fixture;

static const Type truth = { .kind = TYPE_TRUTH }, whole = { .kind = TYPE_NUMBER };

static void declare_schema(Arena *arena, Program *program) {
        static Str members[] = { STR_INIT("失业"), STR_INIT("单位就业"), STR_INIT("灵活就业") };
        static CodeMapping codes[] = { { STR_INIT("2"), 1 }, { STR_INIT("it's 3"), 2 } };
        program->units = ARENA_NEW(arena, Unit, 1);
        program->unit_count = 1;
        program->clauses = ARENA_NEW(arena, DocumentClause, 1);
        program->clause_count = 1;
        program->enumerations = ARENA_NEW(arena, Enumeration, 1);
        program->enumeration_count = 1;
        program->enumerations[0] = (Enumeration){ .name = STR("就业状态"), .members = members, .member_count = 3 };
        program->entities = ARENA_NEW(arena, Entity, 2);
        program->entity_count = 2;
        program->entities[0] = (Entity){ .name = STR("人"), .counter = STR("人"), .file = STR("人.csv"), .key = STR("编号"),
                                         .derived_from = NONE, .county = NONE };
        program->entities[1] = (Entity){ .name = STR("户"), .counter = STR("户"), .file = STR(""), .key = STR("户号"),
                                         .derived_from = 0, .county = NONE };
        program->links = ARENA_NEW(arena, Link, 1);
        program->link_count = 1;
        program->links[0] = (Link){ .child = 0, .parent = 1, .one_name = STR("所在户"), .many_name = STR("成员"),
                                    .column = STR("户\"号"), .complete = true };
        const Fact facts[FACT_COUNT] = {
                [FACT_AGE] = { .name = STR("年龄"), .type = whole, .high = 150 },
                [FACT_SAVINGS] = { .name = STR("月收入"),
                                   .type = { .kind = TYPE_NUMBER, .scale = 2 },
                                   .high = 10000000 },
                [FACT_BIRTH] = { .name = STR("出生日期"),
                                 .type = { .kind = TYPE_DATE },
                                 .low = DATE_MIN,
                                 .high = 30000 },
                [FACT_JUDGED] = { .name = STR("信誉良好"),
                                  .type = truth,
                                  .high = 2,
                                  .manual = true,
                                  .decider = STR("街道") },
                [FACT_STATUS] = { .name = STR("状态"),
                                  .type = { .kind = TYPE_CODE },
                                  .high = 2,
                                  .codes = codes,
                                  .code_count = 2 },
                [FACT_OWED] = { .name = STR("有欠缴"), .type = truth, .high = 2, .blank_is_no = true },
                [FACT_PLACE] = { .name = STR("籍贯"), .type = { .kind = TYPE_TEXT }, .high = INT32_MAX },
                [FACT_WIDE] = { .name = STR("很大"), .type = whole, .low = -INT64_MAX, .high = INT64_MAX },
        };
        program->facts = ARENA_NEW(arena, Fact, FACT_COUNT);
        program->fact_count = FACT_COUNT;
        for (uint32_t i = 0; i < FACT_COUNT; i++) {
                program->facts[i] = facts[i];
                program->facts[i].column = facts[i].name;
                program->facts[i].guard = program->facts[i].step = NONE;
        }
}

static Fixture fixture_new(void) {
        Fixture fixture = { .arena = arena_new((size_t) 64 << 20) };
        fixture.program = ARENA_NEW(fixture.arena, Program, 1);
        fixture.program->arena = fixture.arena;
        declare_schema(fixture.arena, fixture.program);
        fixture.builder = builder_new(fixture.arena, fixture.program);
        for (uint32_t i = 0; i < FACT_COUNT; i++)
                fixture.facts[i] = build_fact(fixture.builder, i);
        return fixture;
}

static uint32_t number(Fixture *fixture, int64_t cell) {
        return build_constant(fixture->builder, whole, cell);
}

/* One policy with these conditions and one benefit of this amount (NONE: no benefit). */
static Policy *add_policy(Fixture *fixture, const uint32_t *conditions, uint32_t count, uint32_t amount) {
        Arena *arena = fixture->arena;
        Policy *policy = ARENA_NEW(arena, Policy, 1);
        *policy = (Policy){ .name = STR("求职\n补贴"),
                            .entity = 0,
                            .condition_count = count,
                            .budget = NONE,
                            .budget_order = NONE,
                            .conditions = ARENA_NEW(arena, Condition, count),
                            .anchor = build_base_date(fixture->builder) };
        for (uint32_t i = 0; i < count; i++) {
                policy->conditions[i] = (Condition){ .step = conditions[i], .text = STR("条件") };
                policy->eligible = i == 0 ? conditions[0]
                                          : build_and(fixture->builder, policy->eligible, conditions[i]);
        }
        policy->eligible_if_judged = build_favourable(fixture->builder, policy->eligible, false);
        policy->eligible_if_open = build_favourable(fixture->builder, policy->eligible, true);
        policy->benefits = ARENA_NEW(arena, Benefit, 1);
        policy->benefits[0] = (Benefit){ .name = STR("补贴"), .when = policy->eligible, .each = NONE, .each_when = NONE,
                                         .each_output = NONE, .outputs = ARENA_NEW(arena, Output, 1) };
        policy->benefit_count = amount != NONE;
        policy->benefits[0].output_count = amount != NONE;
        policy->benefits[0].outputs[0] =
                (Output){ .label = STR("金额"), .step = amount, .floor = NONE, .ceiling = NONE, .money = true };
        fixture->program->policies = policy;
        fixture->program->policy_count = 1;
        return policy;
}

static Rc generate(Fixture *fixture, const SqlOptions *options, Buffer *out, Diagnostics *diagnostics) {
        assert_int_equal(builder_finish(fixture->builder), RC_OK);
        diagnostics_init(diagnostics, fixture->arena);
        return sql_generate(fixture->program, options, out, diagnostics);
}

/* ---- refusals ----------------------------------------------------------------------------------------- */

static uint32_t grown_up(Fixture *fixture) {
        return build_compare(fixture->builder, OP_AT_LEAST, fixture->facts[FACT_AGE], number(fixture, 16));
}

static void refuse_overflow(Fixture *fixture) {
        uint32_t sum = build_arithmetic(fixture->builder, OP_ADD, fixture->facts[FACT_WIDE], fixture->facts[FACT_AGE],
                                        0);
        uint32_t condition = build_compare(fixture->builder, OP_MORE, sum, number(fixture, 5));
        (void) add_policy(fixture, &condition, 1, NONE);
}

static void refuse_schedule(Fixture *fixture) {
        uint32_t condition = grown_up(fixture);
        Benefit *benefit = add_policy(fixture, &condition, 1, number(fixture, 100))->benefits;
        benefit->interest = ARENA_NEW(fixture->arena, InterestYears, 1);
        benefit->interest[0] = (InterestYears){ .from_year = 1, .to_year = 2, .share = number(fixture, 1) };
        benefit->interest_count = 1;
}

static void refuse_each(Fixture *fixture) {
        Builder *builder = fixture->builder;
        uint32_t condition = build_compare(
                builder, OP_AT_LEAST, build_reduce(builder, OP_COUNT, 0, grown_up(fixture), NONE), number(fixture, 1));
        Policy *policy = add_policy(fixture, &condition, 1, number(fixture, 100));
        policy->entity = 1;
        policy->benefits[0].each = 0;
        policy->benefits[0].each_when = grown_up(fixture);
        policy->benefits[0].each_output = fixture->facts[FACT_SAVINGS];
}

static void refuse_exclusive(Fixture *fixture) {
        static uint32_t both[] = { 0 };
        uint32_t condition = grown_up(fixture);
        (void) add_policy(fixture, &condition, 1, NONE);
        fixture->program->exclusives = ARENA_NEW(fixture->arena, Exclusive, 1);
        fixture->program->exclusives[0] = (Exclusive){ .name = STR("互斥"), .policies = both, .policy_count = 1 };
        fixture->program->exclusive_count = 1;
}

static void refuse_budget(Fixture *fixture) {
        uint32_t condition = grown_up(fixture);
        Policy *policy = add_policy(fixture, &condition, 1, NONE);
        policy->budget = build_constant(fixture->builder, (Type){ .kind = TYPE_NUMBER, .scale = 2 }, 5000000);
}

static void refuse_wide_division(Fixture *fixture) {
        uint32_t wide = fixture->facts[FACT_WIDE];
        uint32_t quotient = build_multiply_divide(fixture->builder, wide, fixture->facts[FACT_SAVINGS], wide, 0);
        uint32_t condition = build_compare(
                fixture->builder, OP_MORE, quotient,
                build_constant(fixture->builder, (Type){ .kind = TYPE_NUMBER, .scale = 6 }, 5));
        (void) add_policy(fixture, &condition, 1, NONE);
}

static void refuse_mask(Fixture *fixture) {
        uint32_t conditions[63];
        for (uint32_t i = 0; i < 63; i++)
                conditions[i] = build_compare(fixture->builder, OP_AT_LEAST, fixture->facts[FACT_AGE],
                                              number(fixture, i + 1));
        (void) add_policy(fixture, conditions, 63, NONE);
}

static void refuse_width(Fixture *fixture) {
        uint32_t condition = grown_up(fixture);
        Policy *policy = add_policy(fixture, &condition, 1, number(fixture, 100));
        Output *outputs = ARENA_NEW(fixture->arena, Output, 1600);
        for (uint32_t i = 0; i < 1600; i++)
                outputs[i] = policy->benefits[0].outputs[0];
        policy->benefits[0].outputs = outputs;
        policy->benefits[0].output_count = 1600;
}

static const struct {
        const char *code;
        void (*make)(Fixture *);
        bool        postgres_too, whole_policy, fatal;   /* whole_policy: partial leaves the policy out */
} refusals[] = {
        { "S0101", refuse_overflow, true, true, false },    { "S0102", refuse_schedule, true, false, false },
        { "S0103", refuse_each, true, false, false },       { "S0104", refuse_exclusive, true, false, false },
        { "S0105", refuse_budget, true, false, false },     { "S0106", refuse_wide_division, false, true, false },
        { "S0107", refuse_mask, true, true, false },        { "S0108", refuse_width, true, false, true },
};

static void every_refusal_is_raised(void **state) {
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++)
                for (uint32_t dialect = SQL_SQLITE; dialect <= SQL_POSTGRES; dialect++) {
                        Fixture fixture = fixture_new();
                        Buffer out = buffer_new(SCRIPT_CAP);
                        Diagnostics diagnostics;
                        refusals[i].make(&fixture);
                        SqlOptions options = { .dialect = (SqlDialect) dialect,
                                               .base_date = BASE_DATE,
                                               .apply_date = BASE_DATE };
                        bool expected = dialect == SQL_SQLITE || refusals[i].postgres_too;
                        Rc rc = generate(&fixture, &options, &out, &diagnostics);
                        assert_int_equal(rc, expected ? RC_INVALID : RC_OK);
                        assert_int_equal(diagnostics.errors > 0, expected);
                        assert_int_equal(out.length == 0, expected);
                        if (expected) {
                                assert_str(diagnostics.first->code, refusals[i].code);
                                assert_true(diagnostics.first->message.length > 0 &&
                                            diagnostics.first->hint.length > 0);
                        }
                        buffer_free(&out);
                        (void) arena_free(fixture.arena);
                }
}

static void the_refused_is_left_out_on_request(void **state) {
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
                Fixture fixture = fixture_new();
                Buffer out = buffer_new(SCRIPT_CAP);
                Diagnostics diagnostics;
                size_t at = 0;
                refusals[i].make(&fixture);
                SqlOptions options = {
                        .dialect = SQL_SQLITE, .base_date = BASE_DATE, .apply_date = BASE_DATE, .partial = true
                };
                assert_int_equal(generate(&fixture, &options, &out, &diagnostics),
                                 refusals[i].fatal ? RC_INVALID : RC_OK);
                assert_str(diagnostics.first->code, refusals[i].code);
                assert_int_equal(diagnostics.errors > 0, refusals[i].fatal);
                assert_int_equal(str_find(buffer_str(&out), STR("p0_eligible"), &at),
                                 !refusals[i].fatal && !refusals[i].whole_policy);
                buffer_free(&out);
                (void) arena_free(fixture.arena);
        }
}

static void a_function_lifts_the_wide_division(void **state) {
        (void) state;
        Fixture fixture = fixture_new();
        Buffer out = buffer_new(SCRIPT_CAP);
        Diagnostics diagnostics;
        size_t at = 0;
        refuse_wide_division(&fixture);
        SqlOptions options = {
                .dialect = SQL_SQLITE, .base_date = BASE_DATE, .apply_date = BASE_DATE, .functions = true
        };
        assert_int_equal(generate(&fixture, &options, &out, &diagnostics), RC_OK);
        assert_true(str_find(buffer_str(&out), STR("needs the function leye_multiply_divide"), &at));
        assert_true(str_find(buffer_str(&out), STR("leye_multiply_divide(t."), &at));
        buffer_free(&out);
        (void) arena_free(fixture.arena);
}

static void a_long_name_is_cut_and_told_apart(void **state) {
        (void) state;
        Fixture fixture = fixture_new();
        Buffer out = buffer_new(SCRIPT_CAP);
        Diagnostics diagnostics;
        size_t first = 0, second = 0;
        fixture.program->facts[FACT_AGE].column = STR("一二三四五六七八九十一二三四五六七八九十一二三");
        fixture.program->facts[FACT_SAVINGS].column = STR("一二三四五六七八九十一二三四五六七八九十一二四");
        uint32_t amount = fixture.facts[FACT_SAVINGS], condition = grown_up(&fixture);
        (void) add_policy(&fixture, &condition, 1, amount);
        SqlOptions options = { .dialect = SQL_POSTGRES, .base_date = BASE_DATE, .apply_date = BASE_DATE };
        assert_int_equal(generate(&fixture, &options, &out, &diagnostics), RC_OK);
        Str cut = STR("\"一二三四五六七八九十一二三四五六七八_");
        assert_true(str_find(buffer_str(&out), cut, &first));
        Str hash = str_slice(buffer_str(&out), first + cut.length, first + cut.length + 9);
        assert_int_equal(hash.data[8], '"');
        Str rest = str_slice(buffer_str(&out), first + cut.length, out.length);
        assert_true(str_find(rest, cut, &second));
        while (str_starts(str_slice(rest, second + cut.length, rest.length), hash)) {
                rest = str_slice(rest, second + cut.length, rest.length);
                assert_true(str_find(rest, cut, &second));   /* the other name has another hash */
        }
        buffer_free(&out);
        (void) arena_free(fixture.arena);
}

/* ---- goldens ------------------------------------------------------------------------------------------ */

static void make_golden(Fixture *fixture) {
        Builder *builder = fixture->builder;
        const uint32_t *facts = fixture->facts;
        uint32_t age = build_date(builder, OP_FULL_YEARS, facts[FACT_BIRTH], build_base_date(builder), 0);
        uint32_t everyone = build_constant(builder, truth, TRUTH_YES);
        uint32_t income = build_reduce(builder, OP_SUM, 0, everyone, facts[FACT_SAVINGS]);
        uint32_t members = build_reduce(builder, OP_COUNT, 0, everyone, NONE);
        uint32_t each = build_multiply_divide(builder, income, number(fixture, 1), members, 0);
        uint32_t limit = build_constant(builder, (Type){ .kind = TYPE_NUMBER, .scale = 6 }, 1000000000);
        uint32_t working = build_in_set(builder, facts[FACT_STATUS], 6);
        uint32_t moved = build_date(builder, OP_ADD_MONTHS, facts[FACT_BIRTH], number(fixture, 723), 0);
        const uint32_t conditions[] = {
                build_between(builder, age, number(fixture, 16), number(fixture, 59)),
                build_gather(builder, 0, build_compare(builder, OP_AT_MOST, each, limit)),
                build_not(builder, build_gather(builder, 0, build_reduce(builder, OP_ANY, 0, working, NONE))),
                build_not(builder, facts[FACT_OWED]),
                facts[FACT_JUDGED],
                build_known(builder, facts[FACT_PLACE]),
                build_compare(builder, OP_MORE, moved, build_base_date(builder)),
        };
        uint32_t doubled = build_arithmetic(builder, OP_MULTIPLY, facts[FACT_SAVINGS], number(fixture, 2), 0);
        uint32_t capped = build_arithmetic(builder, OP_MINIMUM, doubled,
                                           build_constant(builder, (Type){ .kind = TYPE_NUMBER, .scale = 2 }, 200000),
                                           0);
        uint32_t amount = build_select(builder, working,
                                       build_constant(builder, (Type){ .kind = TYPE_NUMBER, .scale = 2 }, 0), capped);
        (void) add_policy(fixture, conditions, ARRAY_LENGTH(conditions), amount);
}

/* The golden file runs by itself: tables first, so that test/differential can feed it to the databases' shells. */
static void scripts_are_as_blessed(void **state) {
        (void) state;
        static const char *const names[] = { [SQL_SQLITE] = "sqlite", [SQL_POSTGRES] = "postgres" };
        const char *source = getenv("LEYE_SOURCE");
        assert_non_null(source);
        for (uint32_t dialect = SQL_SQLITE; dialect <= SQL_POSTGRES; dialect++) {
                Fixture fixture = fixture_new();
                Buffer out = buffer_new(SCRIPT_CAP);
                Diagnostics diagnostics;
                make_golden(&fixture);
                SqlOptions options = { .dialect = (SqlDialect) dialect,
                                       .base_date = BASE_DATE,
                                       .apply_date = BASE_DATE };
                sql_generate_tables(fixture.program, &options, &out);
                assert_int_equal(generate(&fixture, &options, &out, &diagnostics), RC_OK);
                Str path = str_format(fixture.arena, "%s/test/unit/sql/small.%s.sql", source, names[dialect]),
                    golden = { NULL, 0 };
                if (getenv("LEYE_BLESS"))
                        assert_int_equal(file_write(path.data, buffer_str(&out)), RC_OK);
                assert_int_equal(file_read(fixture.arena, path.data, SCRIPT_CAP, &golden), RC_OK);
                assert_str(buffer_str(&out), str_copy(fixture.arena, golden).data);
                buffer_free(&out);
                (void) arena_free(fixture.arena);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_refusal_is_raised),
                cmocka_unit_test(the_refused_is_left_out_on_request),
                cmocka_unit_test(a_function_lifts_the_wide_division),
                cmocka_unit_test(a_long_name_is_cut_and_told_apart),
                cmocka_unit_test(scripts_are_as_blessed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
