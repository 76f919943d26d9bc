/* Rules in plain words: every function and word of the table, what hangs on an operand, and text that is no rule. */
#include "engine/plain.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

static const char *CASES[][2] = {
        { "申请日 不晚于 加月(毕业日期, 24个月)", "申请日不晚于毕业日期后 24个月" },
        { "加天(甲, 3天) 早于 减月(乙, 2个月)", "甲后 3天早于乙前 2个月" },
        { "较小(申请额度, 10万元)", "申请额度与 10万元中较小的一个" },
        { "较小（申请额度，10万元）", "申请额度与 10万元中较小的一个" },
        { "较大(月收入 - 最低档缴费额, 0元/月)", "（月收入 - 最低档缴费额）与 0元/月中较大的一个" },
        { "较小(甲, 较大(乙, 丙))", "甲与（乙与丙中较大的一个）中较小的一个" },
        { "周岁(出生日期, 基准日) 介于 16岁 至 59岁", "从出生日期到基准日的周岁数介于 16岁至 59岁" },
        { "满月数(入职日期, 申请日) 不少于 12个月", "从入职日期到申请日的整月数不少于 12个月" },
        { "相隔天数(甲, 乙) > 年份(丙)", "从甲到乙的天数 > 丙的年份" },
        { "取整(社保缴费额 × 40%, 元, 向上)", "（社保缴费额 × 40%）（向上取整到元）" },
        { "利息(本金, 基准利率, 甲, 乙, “实际/365”)", "本金从甲到乙按基准利率算的利息（“实际/365”）" },
        { "类型 属于 (个体工商户、小微企业)", "类型属于个体工商户、小微企业之一" },
        { "类型 不属于 (甲、乙)", "类型不属于甲、乙中的任何一个" },
        { "就业状态 不等于 单位就业 且 (甲 或 非 乙)", "就业状态不是单位就业，并且（甲，或者并非乙）" },
        { "若 月数 不超过 12个月 则 甲 否则 乙", "如果月数不超过 12个月，则为甲；否则为乙" },
        { "贷款基准利率 于 合同签订日 + 2个百分点", "合同签订日的贷款基准利率 + 2个百分点" },
        { "标准 于 加月(甲, 1个月)", "甲后 1个月的标准" },
        { "技能标准[持有证书等级] × 1.5", "持有证书等级对应的技能标准 × 1.5" },
        { "用人方.类型 等于 社会组织", "用人方的类型是社会组织" },
        { "「4050人员」 或 在职", "4050人员，或者在职" },
        { "需人工认定“稳定 经营” 且 甲", "“稳定经营”（由工作人员认定），并且甲" },
        { "任一(用工记录，其中 在职 且 已缴社保)", "用工记录中至少有一个符合“在职，并且已缴社保”" },
        { "全部(成员，非空，其中 就业中)", "成员（至少有一个）全都符合“就业中”" },
        { "合计(成员, 计入收入) ÷ 计数(成员)", "成员的计入收入合计 ÷ 成员的个数" },
        { "计数(用工记录，其中 在职，按 劳动者)", "用工记录中符合“在职”的个数（同一个劳动者只算一次）" },
        { "最大(成员，其中 在职, 月收入)", "成员中符合“在职”的月收入中最大的一个" },
        { "施行：自 2017-12-30，按 申请日", "施行：自 2017年12月30日起，以申请日为准" },
        { "累计不超过：36个月，已享受 已补月数", "累计不超过：36个月，减去已补月数" },
        { "以下之一：甲；\n\t乙 等于 0次", "以下之一：甲；乙是 0次" },
        { "1200元/月", "1200元/月" },
        { "", "" },
        /* no rules: as they are */
        { "较小(甲", "较小(甲" },
        { "较小(甲)", "较小(甲)" },
        { "较小(甲, 乙, 丙, 丁, 戊, 己)", "较小(甲, 乙, 丙, 丁, 戊, 己)" },
        { "(甲]", "(甲]" },
        { "甲) 乙", "甲) 乙" },
        { "“没有完", "“没有完" },
        { "于 甲", "于甲" },
        { "2018-13-45 之后", "2018-13-45 之后" },
};

static void test_words(void **state) {
        for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
                Str words = plain_words(*state, str_from(CASES[i][0]), NULL);
                if (!str_equal(words, str_from(CASES[i][1])))
                        fail_msg("%s: “%.*s”, not “%s”", CASES[i][0], STR_ARG(words), CASES[i][1]);
        }
}

static bool find_value(void *context, Str name, Str *ret_value) {
        ++*(uint32_t *) context;
        *ret_value = STR("15万元");
        return str_equal(name, STR("额度"));
}

static void test_values(void **state) {
        uint32_t asked = 0;
        const PlainValues values = { find_value, &asked };
        Str words = plain_words(*state, STR("较小(人.额度, 10万元) + 额度 × 年数"), &values);
        assert_true(str_equal(words, STR("人的额度（15万元）与 10万元中较小的一个 + 额度（15万元）× 年数")));
        assert_int_equal(asked, 4);      /* 人, 额度, 额度, 年数: figures have no name */
}

static void test_deep_and_long(void **state) {
        enum { MANY = 3000 };
        char *text = malloc(MANY * 2 + 1);
        assert_non_null(text);
        memset(text, '(', MANY);
        memset(text + MANY, ')', MANY);
        for (size_t depth = 1; depth <= MANY; depth = depth * 3 + 1) {
                Str brackets = { text + MANY - depth, 2 * depth };
                Str words = plain_words(*state, brackets, NULL);
                if (depth > 100)
                        assert_true(str_equal(words, brackets));
                else
                        assert_int_equal(words.length, 2 * depth * strlen("（"));
        }
        free(text);
}

/* Every piece of every case, cut at any byte: nothing breaks. */
static void test_pieces(void **state) {
        for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
                Str text = str_from(CASES[i][0]);
                for (size_t end = 0; end <= text.length; end++) {
                        char *piece = malloc(end + 1);
                        assert_non_null(piece);
                        memcpy(piece, text.data, end);
                        Str words = plain_words(*state, (Str){ piece, end }, NULL);
                        assert_true(words.length <= 8 * end + 64);
                        free(piece);
                }
        }
}

static int setup(void **state) {
        *state = arena_new((size_t) 1 << 30);
        return 0;
}

static int teardown(void **state) {
        arena_free(*state);
        return 0;
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_words),
                cmocka_unit_test(test_values),
                cmocka_unit_test(test_deep_and_long),
                cmocka_unit_test(test_pieces),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
