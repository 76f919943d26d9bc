/* Running examples: what is right passes, and every way to be wrong fails and says how. */
#include "unit.h"

#include <string.h>

#include "city/examples.h"
#include "engine/measure.h"
#include "support/packs.h"

/* A policy with a fact, a judgement, an open parameter and a list of members. */
static const char RULES[] = "实体 人，量词 人\n"
                            "实体 户，量词 户\n"
                            "关系 户.成员：多个 人，反向 所在户，齐全\n"
                            "事实 人.年龄：岁，问“您几岁？”\n"
                            "事实 人.就业：真假，问“您在就业吗？”\n"
                            "参数 标准：金额，待定，由 市人社局\n"
                            "政策 补贴\n"
                            "  对象：人\n"
                            "  条件：\n"
                            "    - 年龄 不少于 16岁\n"
                            "    - 非 任一(所在户.成员，其中 就业)\n"
                            "    - 需人工认定“确有困难”，由 街道\n"
                            "待遇 生活补贴：一次性\n"
                            "  金额：标准 × 2\n";

#define SUBJECT "例 甲\n  政策：补贴\n  基准日：2018-06-01\n"
#define MEMBERS "成员 所在户.成员：\n  - 乙：就业 = 否\n"

/* Runs the one example of a pack; what it got, in `arena`. */
static Str run_one(Arena *arena, const char *example, bool *ret_passed) {
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md", str_format(packs.arena, "%s%s", RULES, example).data);
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_str(packs_findings(&packs, pack), "");
        assert_int_equal(pack->program.example_count, 1);
        ExampleOutcome outcome = example_run(pack, arena, &pack->program.examples[0]);
        Str got = str_copy(arena, outcome.got);
        *ret_passed = outcome.passed;
        pack_free(pack);
        packs_remove(&packs);
        return got;
}

static const struct {
        const char *example, *got;       /* got "": it passes */
} cases[] = {
        { SUBJECT "  已知：年龄 = 15岁\n  期望：资格 = 否\n", "" },
        { SUBJECT "  已知：年龄 = 15岁\n  期望：资格 = 是\n", "期望 资格 = 是，得到 否" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 否\n" MEMBERS "  期望：资格 = 需人工认定\n", "" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 否\n" MEMBERS "  期望：资格 = 未知\n", "" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 否\n" MEMBERS "  期望：资格 = 待定\n", "期望 资格 = 待定，得到 需人工认定" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 是\n" MEMBERS "  期望：资格 = 否\n", "" },
        { SUBJECT "  取值：标准 = 5元\n  已知：年龄 = 16岁、就业 = 否、认定.确有困难 = 是\n" MEMBERS
                  "  期望：资格 = 是、生活补贴.金额 = 10元\n", "" },
        { SUBJECT "  取值：标准 = 5元\n  已知：年龄 = 16岁、就业 = 否、认定.确有困难 = 是\n" MEMBERS
                  "  期望：资格 = 是、生活补贴.金额 = 11元\n", "期望 生活补贴.金额 = 11元，得到 10元" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 否、认定.确有困难 = 是\n" MEMBERS "  期望：资格 = 是、生活补贴.金额 = 未知\n", "" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 否、认定.确有困难 = 是\n" MEMBERS "  期望：资格 = 是、生活补贴.金额 = 10元\n",
          "期望 生活补贴.金额 = 10元，得到 未知" },
        { SUBJECT "  已知：年龄 = 16岁\n" MEMBERS "  期望：资格 = 缺事实\n  应问：就业\n", "" },
        { SUBJECT "  已知：年龄 = 16岁\n" MEMBERS "  期望：资格 = 缺事实\n  应问：年龄\n", "应问 年龄，却没有问\n多问了 就业" },
        { SUBJECT "  已知：就业 = 否\n" MEMBERS "  期望：资格 = 缺事实\n  应问：年龄、就业\n", "应问 就业，却没有问" },
        { SUBJECT "  已知：年龄 = 15岁\n  期望：资格 = 否\n  应问：无\n", "" },
        { SUBJECT "  已知：年龄 = 16岁、就业 = 未知\n" MEMBERS "  期望：资格 = 缺事实\n  应问：无\n", "多问了 就业" },
};

static void every_expectation_is_held_against_the_outcome(void **state) {
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 64 << 20);
                bool passed = false;
                Str got = run_one(arena, cases[i].example, &passed);
                assert_str(got, cases[i].got);
                assert_int_equal(passed, strlen(cases[i].got) == 0);
        }
}

/* ---- indicators ---- */

static const char RECORDS[] = "单位 期\n单位 平方米\n"
                              "枚举 类型：创业、技能\n枚举 县：甲县、乙县、丙县\n"
                              "实体 人，量词 人\n实体 班级，量词 期\n实体 学员，量词 人次\n"
                              "关系 班级.学员们：多个 学员，反向 班级\n"
                              "关系 人.参训：多个 学员，反向 本人记录\n"
                              "事实 人.出生日期：日期\n"
                              "事实 班级.类型：类型\n事实 班级.区县：县\n"
                              "事实 班级.面积：数量(平方米)\n"
                              "事实 学员.结业日期：日期\n事实 学员.合格：真假\n事实 学员.补贴：金额\n"
                              "定义 人.年龄：岁 = 周岁(出生日期, 基准日)\n"
                              "定义 学员.区县：县 = 班级.区县\n"
                              "指标 人次：人次\n  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末)\n"
                              "指标 成年人数：人\n  来源：计算 计数(学员，其中 结业日期 介于 期初 至 期末 且 本人记录.年龄 不少于 18岁，按 人)\n"
                              "指标 种类：期\n  来源：计算 计数(学员，按 班级.类型)\n"
                              "指标 补贴额：金额\n  来源：计算 合计(学员，其中 合格，补贴)\n"
                              "指标 总面积：数量(平方米)\n  来源：计算 合计(班级, 面积)\n"
                              "指标 合格率：比率\n  来源：计算 计数(学员，其中 合格) ÷ 计数(学员，其中 合格 或 非 合格)\n"
                              "指标 人均：金额/人次\n  来源：计算 合计(学员，补贴) ÷ 计数(学员)\n";

#define OF(name) "例 一\n  指标：" name "\n  期间：自 2022-01-01 至 2022-12-31\n"
#define PEOPLE_ROWS "成员 人：\n  - 张三：出生日期 = 2004-12-31\n  - 李四：出生日期 = 2005-01-01\n"
#define CLASSES "成员 班级：\n  - 甲班：类型 = 创业、区县 = 甲县、面积 = 100平方米\n  - 乙班：类型 = 技能、区县 = 乙县\n"

static const struct {
        const char *example, *got;
} measured[] = {
        /* both ends of the period count; who never finished is told apart */
        { OF("人次") "成员 学员：\n  - 一：结业日期 = 2022-01-01\n  - 二：结业日期 = 2022-12-31\n  - 三：结业日期 = 2023-01-01\n"
                     "  - 四：结业日期 = 2021-12-31\n  期望：指标值 = 2人次\n", "" },
        { OF("人次") "成员 学员：\n  - 一：结业日期 = 2022-01-01\n  - 二\n  期望：指标值 = 2人次\n",
          "期望 指标值 = 2人次，得到 1人次（另有 1 条记录缺事实，没有数）" },
        { OF("人次") "  期望：指标值 = 0人次\n", "" },
        /* ages are taken at the end of the period: one turns 18 that very day */
        { OF("成年人数") PEOPLE_ROWS "成员 学员：\n  - 一：本人记录 = 张三、结业日期 = 2022-01-01\n"
                         "  - 二：本人记录 = 张三、结业日期 = 2022-06-01\n  - 三：本人记录 = 李四、结业日期 = 2022-06-01\n"
                         "  期望：指标值 = 1人\n", "" },
        { OF("种类") CLASSES "成员 学员：\n  - 一：班级 = 甲班\n  - 二：班级 = 甲班\n  - 三：班级 = 乙班\n  期望：指标值 = 2期\n", "" },
        { OF("补贴额") "成员 学员：\n  - 一：合格 = 是、补贴 = 0.05元\n  - 二：合格 = 否、补贴 = 7元\n  - 三：合格 = 是、补贴 = 10元\n"
                       "  期望：指标值 = 10.05元\n", "" },
        { OF("补贴额") "成员 学员：\n  - 一：合格 = 是\n  期望：指标值 = 1元\n",
          "期望 指标值 = 1元，得到 0元（另有 1 条记录缺事实，没有数）" },
        { OF("总面积") CLASSES "  期望：指标值 = 100平方米\n", "" },
        { OF("合格率") "成员 学员：\n  - 一：合格 = 是\n  - 二：合格 = 否\n  - 三：合格 = 是\n  期望：指标值 = 66.6667%\n", "" },
        { OF("合格率") "  期望：指标值 = 未知\n", "" },
        { OF("合格率") "  期望：指标值 = 0%\n", "期望 指标值 = 0%，得到 未知" },
        { OF("人均") "成员 学员：\n  - 一：补贴 = 1元\n  - 二：补贴 = 1元\n  - 三：补贴 = 0元\n  期望：指标值 = 0.67元/人次\n", "" },
};

static Pack *load_records(Packs *packs, const char *example) {
        Rc rc;
        packs_write_fence(packs, "city", "a.md", str_format(packs->arena, "%s%s", RECORDS, example).data);
        Pack *pack = packs_load(packs, "city", NULL, &rc);
        assert_str(packs_findings(packs, pack), "");
        return pack;
}

static void indicators_are_held_against_their_figure(void **state) {
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(measured); i++) {
                Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 64 << 20);
                Packs packs = packs_new();
                Pack *pack = load_records(&packs, measured[i].example);
                ExampleOutcome outcome = example_run(pack, arena, &pack->program.examples[0]);
                assert_str(outcome.got, measured[i].got);
                assert_int_equal(outcome.passed, strlen(measured[i].got) == 0);
                pack_free(pack);
                packs_remove(&packs);
        }
}

/* Each county by itself, with rows of no county in none of them; together they are the whole but for those. */
static void an_indicator_splits_by_county(void **state) {
        (void) state;
        static const struct {
                uint32_t indicator;
                int64_t  county, value, undecided, numerator, denominator;
        } expected[] = {
                { 0, -1, 3, 1, 0, 0 }, { 0, 0, 2, 0, 0, 0 }, { 0, 1, 0, 1, 0, 0 }, { 0, 2, 0, 0, 0, 0 },
                { 5, -1, 500000, 2, 1, 2 }, { 5, 0, 500000, 0, 1, 2 }, { 5, 1, UNKNOWN, 2, 0, 0 },
        };
        Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 64 << 20);
        Packs packs = packs_new();
        Pack *pack = load_records(&packs, OF("人次") CLASSES
                                          "成员 学员：\n  - 一：班级 = 甲班、结业日期 = 2022-01-01、合格 = 是\n"
                                          "  - 二：班级 = 甲班、结业日期 = 2022-02-01、合格 = 否\n  - 三：班级 = 乙班\n"
                                          "  - 四：结业日期 = 2022-02-01\n  期望：指标值 = 3人次\n");
        const Program *program = &pack->program;
        const Example *example = &program->examples[0];
        Run run = { .program = program, .base_date = example->base_date, .apply_date = example->apply_date };
        Population *population = example_population(program, arena, example, &run.parameters);
        /* 四 has 合格 unknown and no county, 三 has it unknown in 乙县: both counts of the ratio miss the row */
        for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
                IndicatorValue value;
                assert_int_equal(indicator_evaluate(population, &run, &program->indicators[expected[i].indicator], expected[i].county,
                                                    arena, &value), RC_OK);
                assert_true(value.value == expected[i].value);
                assert_int_equal(value.numerator, expected[i].numerator);
                assert_int_equal(value.denominator, expected[i].denominator);
                if (expected[i].indicator == 0)
                        assert_int_equal(value.undecided, expected[i].undecided);
                else
                        assert_int_equal(value.undecided > 0, expected[i].undecided > 0);
        }
        pack_free(pack);
        packs_remove(&packs);
}

/* The situation as rows: 本人 is row 0, lists that were given are whole, others are not. */
static void the_situation_becomes_rows(void **state) {
        (void) state;
        Packs packs = packs_new();
        packs_write_fence(&packs, "city", "a.md",
                          str_format(packs.arena, "%s%s", RULES,
                                     SUBJECT "  取值：标准 = 5元\n  已知：年龄 = 16岁\n" MEMBERS "  期望：资格 = 未知\n").data);
        Rc rc;
        Pack *pack = packs_load(&packs, "city", NULL, &rc);
        assert_int_equal(rc, RC_OK);
        const int64_t *parameters;
        const Population *population = example_population(&pack->program, packs.arena, &pack->program.examples[0], &parameters);
        uint32_t person = pack_entity(pack, STR("人")), household = pack_entity(pack, STR("户"));
        assert_int_equal(population->entities[person].count, 2);
        assert_int_equal(population->entities[household].count, 1);
        assert_str(rows_key(&population->entities[person], 1), "乙");
        assert_int_equal(population_cell(population, 0, 0), 16);
        assert_int_equal(population_cell(population, 0, 1), UNKNOWN);
        assert_true(population_is_complete(population, 0, 0));
        assert_int_equal(population->links[0].offsets[1], 2);
        assert_int_equal(parameters[0], 500);
        pack_free(pack);
        packs_remove(&packs);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_expectation_is_held_against_the_outcome),
                cmocka_unit_test(indicators_are_held_against_their_figure),
                cmocka_unit_test(an_indicator_splits_by_county),
                cmocka_unit_test(the_situation_becomes_rows),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
