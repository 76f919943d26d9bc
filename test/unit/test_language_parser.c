/* Lines to trees: each row is code and the dump expected. Then the label table, clauses, limits and hostile input. */
#include "unit.h"

#include <string.h>

#include "language/label.h"
#include "language/markdown.h"
#include "language/syntax_dump.h"
#include "support/language.h"

typedef struct Row {
        const char *code, *tree;
} Row;

static void check_rows(const Row *rows, size_t count) {
        for (size_t i = 0; i < count; i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                Diagnostics diagnostics;
                Str tree = language_dump(arena, language_fenced(arena, str_from(rows[i].code)), &diagnostics);
                language_expect_clean(&diagnostics);
                assert_str(tree, rows[i].tree);
        }
}

static void declarations(void **state) {
        (void) state;
        static const Row rows[] = {
                { "引入 “common”", "引入 common \"common\"\n" },
                { "实体 人，量词 人，源 persons.csv，键 person_id", "实体 人 ,量词 人 ,源\"persons.csv\" ,键 person_id\n" },
                { "实体 户，派生自 人.所在户；实体 企业", "实体 户 ,派生自 人.所在户\n实体 企业\n" },
                { "关系 户.成员：多个 人，反向 所在户，齐全", "关系 户.成员 多个 :人 ,反向 所在户 ,齐全\n" },
                { "枚举 等级：初级、\n  「4050人员」", "枚举 等级 初级 4050人员\n" },
                { "单位 平方米", "单位 平方米 平方米\n" },
                { "单位 名、位 = 人", "单位 名 名 位 =人\n" },
                { "事实 人.面积：数量( 平方米 )，范围 -1 至 3，空即无", "事实 人.面积 :数量(平方米) ,范围 (负 1) 至 3 ,空即无\n" },
                { "事实 人.状态：状态，源 s：2 = 单位就业、“x” = 是、丙 = 未知",
                  "事实 人.状态 :状态 ,源\"s\" 2=单位就业 \"x\"=是 丙=未知\n" },
                { "参数 甲：金额 / 月 / 人，待定，不少于 300元/月/人，由 市局",
                  "参数 甲 :金额/月/人 ,待定 ,不少于 300[元/月/人] ,由 市局\n" },
                { "参数 甲：年利率\n- 自 2015-10-24 至 2016年1月2日：4.75%，依据“银”\n- 自 2016-01-03：待定，由 市局",
                  "参数 甲 :年利率\n  - 自 2015-10-24 至 2016-01-02: 475e-4% ,依据\"银\"\n  - 自 2016-01-03: ,待定 ,由 市局\n" },
                { "表 丙：等级、地区 → 金额\n- 初级、市区：1000元", "表 丙 :等级 :地区 :金额\n  - 初级 市区: 1000[元]\n" },
                { "定义 人.年龄：岁 = 周岁(出生日期, 基准日)，内部", "定义 人.年龄 :岁 = (周岁 出生日期 基准日) ,内部\n" },
                { "定义 甲：月数\n一般：1个月\n例外 乙 优先于 丙、丁：2个月，当 戊",
                  "定义 甲 :月数\n  一般: 1[个月]\n  例外 乙 >丙 >丁: 2[个月] ,当 戊\n" },
                { "互斥 甲：乙、丙，择高", "互斥 甲 乙 丙 ,择高\n" },
                { "补充 政策 甲，依据“第三条”\n对象扩大：乙", "补充 政策 甲 ,依据\"第三条\"\n  对象扩大:\n    - 乙\n" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

static void fields_and_inner_heads(void **state) {
        (void) state;
        static const Row rows[] = {
                { "政策 甲；对象：人；施行：自 2017-12-30，按 申请日；列支：失业保险 基金，依据“乙”",
                  "政策 甲\n  对象: 人\n  施行: 2017-12-30 ,按 申请日\n  列支: \"失业保险 基金\" ,依据\"乙\"\n" },
                { "政策 甲\n预算：100万元，按 申请日\n条件：- 无", "政策 甲\n  预算: 1000000[元] ,按 申请日\n  条件:\n    - 无\n" },
                { "政策 甲\n条件：\n- 以下之一，因“乙”：\n+ 丙，由 街道\n+ 丁\n- 戊\n排除：\n- 以下全部：；+ 己",
                  "政策 甲\n  条件:\n    - (之一 丙{ ,由 街道} 丁) ,因\"乙\"\n    - 戊\n  排除:\n    - (全部项 己)\n" },
                { "政策 甲\n待遇 乙：贷款\n额度：1元\n贴息：\n- 第1至2年：100%\n- 第三年 至 第4年：50%\n说明：丙\n待遇 丁：按月\n每月：2元/月",
                  "政策 甲\n  说明: \"丙\"\n  待遇 乙: 贷款\n    额度: 1[元]\n    贴息:\n      - 第1年 …第2年: 100e-2%\n"
                  "      - 第3年 …第4年: 50e-2%\n  待遇 丁: 按月\n    每月: 2[元/月]\n" },
                { "政策 甲\n待遇 乙：按月\n取整：元，向上，依据“丙”\n逐个：用工，其中 可补",
                  "政策 甲\n  待遇 乙: 按月\n    取整: 元 向上 ,依据\"丙\"\n    逐个: 用工 ,其中 可补\n" },
                { "例 已满 3年\n政策：甲\n已知：乙 = 1、丙.丁 = 是\n- 戊 = 否\n成员 己：\n- 张三：乙 = 未知\n- 乙 = 2、丙 = 3\n- 李四\n"
                  "成员 庚：无\n期望：资格 = 需人工认定\n应问：无",
                  "例 已满 3年\n  政策: 甲\n  已知:\n    - 乙: 1\n    - 丙.丁: 是\n    - 戊: 否\n  期望:\n    - 资格: 需人工认定\n"
                  "  应问:\n  成员  己\n    - 张三: 乙=未知\n    - 乙=2 丙=3\n    - 李四:\n  成员  庚\n    - 无\n" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

/* The dump of one expression, as the value of a definition. */
static void expressions(void **state) {
        (void) state;
        static const Row rows[] = {
                { "1 + 2 × 3 - 4 ÷ 5", "(- (+ 1 (× 2 3)) (÷ 4 5))" },
                { "-1 - -2", "(- (负 1) (负 2))" },
                { "(1 + 2) × 3", "(× (+ 1 2) 3)" },
                { "甲 或 乙 且 非 丙 等于 丁", "(或 甲 (且 乙 (非 (= 丙 丁))))" },
                { "若 甲 则 1 否则 若 乙 则 2 否则 3", "(若 甲 1 (若 乙 2 3))" },
                { "甲 介于 1 + 1 至 5 且 乙", "(且 (介于 甲 (+ 1 1) 5) 乙)" },
                { "甲 属于 (乙、丙) 或 甲 不属于 (丁, 戊)", "(或 (属于 甲 乙 丙) (不属于 甲 丁 戊))" },
                { "利率 于 合同日 + 2个百分点", "(+ (于 利率 合同日) 2e-2pp)" },
                { "标准[等级, 地区] 于 2018-01-01", "(于 ([] 标准 等级 地区) 2018-01-01)" },
                { "任一(成员，非空，按 人，其中 本.年龄 不足 3岁，值)", "(任一 成员 其中:(< 本.年龄 3[岁]) 按:人 非空 值:值)" },
                { "计数(所在户.成员)", "(计数 所在户.成员)" },
                { "空函数()", "(空函数)" },
                { "利息(甲, 实际/365)", "(利息 甲 (÷ 实际 365))" },
                { "甲.期限 + 乙.且", "(+ 甲.期限 乙.且)" },
                { "1.50万元 + 1.23456亿 + 3万亿 + 0.5%", "(+ (+ (+ 15000[元] 123456000) 3000000000000) 5e-3%)" },
                { "9223372036854775807", "9223372036854775807" },
                { "0.000000001", "1e-9" },
                { "100百分点", "100e-2pp" },
                { "第十二年", "第12年" },
                { "“甲，乙”", "\"甲，乙\"" },
                { "1900-01-01 早于 2199年12月31日", "(< 1900-01-01 2199-12-31)" },
        };
        static const Row comparisons[] = {
                { "等于", "=" },   { "=", "=" },      { "不等于", "≠" }, { "≠", "≠" },      { "不少于", "≥" }, { "不低于", "≥" },
                { "不早于", "≥" }, { "≥", "≥" },      { "不超过", "≤" }, { "不高于", "≤" }, { "不多于", "≤" }, { "不晚于", "≤" },
                { "≤", "≤" },      { "超过", ">" },   { "高于", ">" },   { "多于", ">" },   { "大于", ">" },   { "晚于", ">" },
                { ">", ">" },      { "低于", "<" },   { "少于", "<" },   { "小于", "<" },   { "不足", "<" },   { "不满", "<" },
                { "早于", "<" },   { "<", "<" },
        };
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Str code = str_format(arena, "定义 甲：整数 = %s", rows[i].code);
                Str tree = str_format(arena, "定义 甲 :整数 = %s\n", rows[i].tree);
                check_rows(&(Row){ code.data, tree.data }, 1);
        }
        for (size_t i = 0; i < ARRAY_LENGTH(comparisons); i++) {
                Str code = str_format(arena, "定义 甲：整数 = 乙 %s 3", comparisons[i].code);
                Str tree = str_format(arena, "定义 甲 :整数 = (%s 乙 3)\n", comparisons[i].tree);
                check_rows(&(Row){ code.data, tree.data }, 1);
        }
}

/* ---- the word table ---- */

static void labels_of_inner_and_outer_heads_are_disjoint(void **state) {
        (void) state;
        for (uint32_t i = 0; i < LABEL_COUNT; i++) {
                const LabelRow *row = label_row((Label) i);
                Label found;
                assert_true(label_find(row->owner, row->text, &found));
                assert_int_equal(found, i);   /* no owner has a label twice */
                for (uint32_t k = 0; k < INNER_COUNT; k++) {
                        if (row->owner == owner_of_inner((InnerHead) k))
                                assert_false(label_find(owner_of_head(inner_owner((InnerHead) k)), row->text, &found));
                }
        }
}

/* A line that begins with a head is never read as a label unless ： follows at once: 例's 政策 and 指标, 目标's 指标 and
 * 名录's 实体 need that. */
static void heads_are_no_labels(void **state) {
        (void) state;
        Label label;
        InnerHead inner;
        for (uint32_t i = 0; i < HEAD_COUNT; i++) {
                bool is_label = label_find_any(head_text((Head) i), &label);
                assert_int_equal(is_label, i == HEAD_POLICY || i == HEAD_INDICATOR || i == HEAD_ENTITY);
                assert_false(inner_find(head_text((Head) i), &inner));
        }
        for (uint32_t i = 0; i < INNER_COUNT; i++)
                assert_false(label_find_any(inner_text((InnerHead) i), &label));
}

static void words_that_may_not_be_declared(void **state) {
        (void) state;
        static const char *const reserved[] = { "政策", "待遇", "指标", "且", "介于", "计数", "需人工认定", "以下之一", "补充" };
        static const char *const free_words[] = { "年龄", "政策甲", "条件", "来源", "由", "期初", "" };
        for (size_t i = 0; i < ARRAY_LENGTH(reserved); i++)
                assert_true(word_is_reserved(str_from(reserved[i])));
        for (size_t i = 0; i < ARRAY_LENGTH(free_words); i++)
                assert_false(word_is_reserved(str_from(free_words[i])));
}

static void reference_names_every_word(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer out = buffer_new(1 << 20);
        syntax_reference(&out);
        size_t at;
        for (uint32_t i = 0; i < LABEL_COUNT; i++)
                assert_true(str_find(buffer_str(&out), label_text((Label) i), &at));
        for (uint32_t i = 0; i < TAILKIND_COUNT; i++)
                assert_true(str_find(buffer_str(&out), tail_text((TailKind) i), &at));
        for (uint32_t i = 0; i < HEAD_COUNT; i++)
                assert_true(str_find(buffer_str(&out), head_text((Head) i), &at));
}

/* ---- Markdown ---- */

static void clause_numbers(void **state) {
        (void) state;
        static const Row rows[] = {
                { "（九）进一步拓宽融资渠道", "（九）" }, { "(九) 拓宽", "（九）" }, { "（１２）拓宽", "（１２）" },
                { "二、支持创业", "二、" },            { "第三条 条件", "第三条" },  { "第十二章", "第十二章" },
                { "1.支持", "1." },                    { "1.2.3 支持", "1.2.3" },    { "12、支持", "12、" },
                { "三 促进", "三" },                   { "③ 促进", "③" },            { "2017年意见", "" },
                { "关于（九）的说明", "" },            { "（甲）", "" },             { "（九", "" },
                { "", "" },
        };
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 16);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                assert_str(clause_number(arena, str_from(rows[i].code)), rows[i].tree);
}

static void only_our_fences_count(void **state) {
        (void) state;
        static const char text[] = "\xEF\xBB\xBF# 一、甲\n"
                                   "> # 引文不是标题\n> ```leye\n> 政策 无\n> ```\n"
                                   "```text\n# 不是标题\n政策 无\n```\n"
                                   "   ##乙 ##\n"
                                   "~~~~  LEYE  title\n政策 丙\n~~~\n~~~~~  \n"
                                   "<!-- \n# 注释\n```leye\n政策 无\n``` -->\n"
                                   "### （二）丁\r\n  ```leye\r\n政策 戊\r\n  ```\r\n"
                                   "## C#\n```leye\n政策 己\n```";
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        uint32_t file = diagnostics_add_file(&diagnostics, STR("t"), STR(text));
        Syntax syntax;
        assert_int_equal(syntax_parse(arena, STR(text), file, &diagnostics, &syntax), RC_INVALID);
        assert_int_equal(diagnostics.errors, 1);   /* ~~~ inside ~~~~ is no fence, but a bad line */
        assert_int_equal(syntax.clause_count, 5);
        assert_int_equal(syntax.declaration_count, 3);
        assert_str(syntax.clauses[1].title, "一、甲");
        assert_str(syntax.clauses[2].title, "乙");
        assert_str(syntax.clauses[3].number, "（二）");
        assert_str(syntax.clauses[4].title, "C#");
        assert_int_equal(syntax.clauses[3].parent, 2);
        assert_int_equal(syntax.clauses[2].parent, 1);
        assert_int_equal(syntax.clauses[4].parent, 1);
        assert_int_equal(syntax.first->clause, 2);
        assert_int_equal(syntax.first->next->clause, 3);
        assert_str(syntax.first->next->next->name, "己");
}

/* ---- limits and hostile input ---- */

static uint32_t errors_of(Arena *arena, Str text, const char *code) {
        Diagnostics diagnostics;
        (void) language_dump(arena, text, &diagnostics);   /* the tree is not asked about */
        if (diagnostics.errors > 0)
                assert_str(diagnostics.first->code, code);
        return diagnostics.errors;
}

/* `before`, then `unit` `count` times, then `behind`, in a fence. */
static Str repeated(Arena *arena, const char *before, const char *unit, size_t count, const char *behind) {
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        buffer_format(&out, "```leye\n%s", before);
        for (size_t i = 0; i < count; i++)
                buffer_add(&out, str_from(unit));
        buffer_format(&out, "%s\n```\n", behind);
        return str_copy(arena, buffer_str(&out));
}

static void limits_hold_on_both_sides(void **state) {
        (void) state;
        static const struct {
                const char *before, *unit;
                size_t fits;
                const char *behind, *code;
        } rows[] = {
                { "定义 甲：整数 = ", "1+", 199, "1", "L0122" },
                { "定义 甲：整数 = ", "非 ", 199, "甲", "L0122" },
                { "定义 甲：整数 = ", "-", 199, "1", "L0122" },
                { "政策 甲\n条件：\n- ", "甲 且 ", 199, "甲", "L0122" },
                { "政策 甲\n条件：\n- 以下之一：\n+ ", "非 ", 198, "甲", "L0122" },
                { "实体 ", "一", 20, "", "L0121" },
                { "实体 ", "a", 63, "", "L0121" },
                { "定义 甲：整数 = 1", "9", 18, "", "L0117" },
                { "定义 甲：整数 = 0.", "1", 9, "", "L0117" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                Str fits = repeated(arena, rows[i].before, rows[i].unit, rows[i].fits, rows[i].behind);
                Str over = repeated(arena, rows[i].before, rows[i].unit, rows[i].fits + 1, rows[i].behind);
                assert_int_equal(errors_of(arena, fits, ""), 0);
                assert_int_equal(errors_of(arena, over, rows[i].code), 1);
        }
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        Str brackets = repeated(arena, "定义 甲：整数 = ", "(", 199, "1");
        assert_int_equal(errors_of(arena, brackets, "L0125"), 1);
        Str deep = repeated(arena, "定义 甲：整数 = ", "(", 201, "1");
        assert_int_equal(errors_of(arena, deep, "L0122"), 1);
        Str large = repeated(arena, "", "# 注释\n", SYNTAX_SOURCE_MAX / sizeof("# 注释"), "");
        assert_int_equal(errors_of(arena, str_slice(large, 0, SYNTAX_SOURCE_MAX), "L0103"), 1);
        assert_int_equal(errors_of(arena, repeated(arena, "", "a", SYNTAX_SOURCE_MAX, ""), "L0101"), 1);
        assert_int_equal(errors_of(arena, STR("a\xFF"), "L0102"), 1);
        assert_int_equal(errors_of(arena, STR("a\0b"), "L0102"), 1);
}

/* A megabyte of each: no crash, no quadratic time (the suite's time limit), memory within the stated bound. */
static void hostile_megabytes(void **state) {
        (void) state;
        static const Row rows[] = {
                { "政策 甲\n条件：\n- ", "(" },      { "政策 甲\n条件：\n- ", "1+" },       { "政策 甲\n条件：\n- ", "甲，" },
                { "", "甲：\n" },                    { "", "政策甲\n" },                    { "政策 甲\n条件：\n- ", "f(" },
                { "", "- " },                        { "政策 甲\n条件：\n", "- 1\n" },      { "枚举 甲：", "a、" },
                { "政策 甲\n条件：\n- ", "非 " },    { "", "甲" },                          { "", "；" },
                { "政策 甲\n条件：\n- 以下之一：\n", "+ a\n" }, { "", "9" },                { "定义 甲：整数 = f(1", ",1" },
                { "表 a：", "b、" },                 { "表 a：", "b/" },                    { "实体 a，源 ", "b." },
                { "政策 甲\n条件：\n- a", ".a" },    { "", "例外 甲\n" },                   { "", "“" },
                { "例 甲\n已知：a=1", "、a=1" },     { "政策 甲\n条件：\n- ", "(\n" },      { "政策 甲\n", "说明：a\n" },
                { "", "#\n" },                       { "", "\n" },                          { "", "甲 且\n" },
                { "实体 甲，源 a：", "1=b、" },      { "政策 甲\n", "对像：a\n" },          { "```\n", "# 1.2\n" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                size_t size = SYNTAX_SOURCE_MAX - strlen(rows[i].code) - 32;
                CLEAN(arena_cleanup) Arena *texts = arena_new(LANGUAGE_TEST_MEMORY);
                Str text = repeated(texts, rows[i].code, rows[i].tree, size / strlen(rows[i].tree), "");
                CLEAN(arena_cleanup) Arena *arena = arena_new(SYNTAX_MEMORY_MAX);
                Diagnostics diagnostics;
                diagnostics_init(&diagnostics, texts);
                uint32_t file = diagnostics_add_file(&diagnostics, STR("t"), text);
                Syntax syntax;
                Rc rc = syntax_parse(arena, text, file, &diagnostics, &syntax);
                assert_int_equal(rc, diagnostics.errors > 0 ? RC_INVALID : RC_OK);
        }
}

static void every_line_gets_its_own_finding(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        Diagnostics diagnostics;
        Str tree = language_dump(arena, STR("```leye\n政策 甲\n  对像：人\n  条件：\n    - 甲 且\n    - 乙 大于\n    - 丙\n"
                                            "政策乙\n  对象：人\n```\n"),
                                 &diagnostics);
        assert_int_equal(diagnostics.errors, 4);
        assert_str(tree, "政策 甲\n  条件:\n    - ?\n    - ?\n    - 丙\n政策 乙\n  对象: 人\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(declarations),
                cmocka_unit_test(fields_and_inner_heads),
                cmocka_unit_test(expressions),
                cmocka_unit_test(labels_of_inner_and_outer_heads_are_disjoint),
                cmocka_unit_test(heads_are_no_labels),
                cmocka_unit_test(words_that_may_not_be_declared),
                cmocka_unit_test(reference_names_every_word),
                cmocka_unit_test(clause_numbers),
                cmocka_unit_test(only_our_fences_count),
                cmocka_unit_test(limits_hold_on_both_sides),
                cmocka_unit_test(hostile_megabytes),
                cmocka_unit_test(every_line_gets_its_own_finding),
        };
        return cmocka_run_group_tests_name("language parser", tests, NULL, NULL);
}
