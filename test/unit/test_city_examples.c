/* Running examples: what is right passes, and every way to be wrong fails and says how. */
#include "unit.h"

#include <string.h>

#include "city/examples.h"
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
                cmocka_unit_test(the_situation_becomes_rows),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
