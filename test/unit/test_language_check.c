/* The checker: goldens (test/language/check), figures of constant expressions, settings, and hostile sizes.
 *
 * ok/NAME.md compiles to ok/NAME.dump; bad/NAME.md says in <!-- expect CODE LINE:COLUMN --> which findings it gives.
 * Both may import “common” (check/common.md). LEYE_UPDATE=1 rewrites the dumps. */
#include "unit.h"

#include "language/diagnostics.h"
#include "support/compile.h"

/* ---- goldens ------------------------------------------------------------------------------------------- */

static void compile_golden(Arena *arena, Str text, Compiled *ret_compiled) {
        const char *source = getenv("LEYE_SOURCE");
        assert_non_null(source);
        const Str names[] = { STR("pack"), STR("common") };
        const Str texts[] = { text, language_file(arena, str_format(arena, "%s/test/language/check/common.md", source)) };
        compile_modules(arena, names, texts, 2, NULL, ret_compiled);
}

static void good_files_have_their_dump(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        FileList files = language_files(arena, "test/language/check/ok", ".md");
        for (uint32_t i = 0; i < files.count; i++) {
                Compiled compiled;
                compile_golden(arena, language_file(arena, files.paths[i]), &compiled);
                language_expect_clean(&compiled.diagnostics);
                Str dump = compile_dump(arena, &compiled);
                Str stem = str_slice(files.paths[i], 0, files.paths[i].length - sizeof("md") + 1);
                Str path = str_format(arena, "%.*sdump", STR_ARG(stem));
                if (getenv("LEYE_UPDATE") != NULL)
                        assert_int_equal(file_write(path.data, dump), RC_OK);
                assert_true(str_equal(dump, language_file(arena, path)));
        }
}

/* "CODE LINE:COLUMN" of each expectation, one a line. */
static Str expectations(Arena *arena, Str text) {
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        static const Str OPEN = STR_INIT("<!-- expect ");
        for (size_t at = 0, found; str_find(str_slice(text, at, text.length), OPEN, &found);) {
                Str rest = str_slice(text, at + found + OPEN.length, text.length);
                size_t end = 0;
                assert_true(str_find(rest, STR(" -->"), &end));
                buffer_add(&out, str_slice(rest, 0, end));
                buffer_byte(&out, '\n');
                at += found + OPEN.length + end;
        }
        return str_copy(arena, buffer_str(&out));
}

/* Codes that need more than one file of ordinary size; the tests below raise them. */
static bool raised_elsewhere(Str code) {
        static const Str CODES[] = { STR_INIT("L0322"), STR_INIT("L0328"), STR_INIT("L0410") };
        for (uint32_t i = 0; i < ARRAY_LENGTH(CODES); i++) {
                if (str_equal(CODES[i], code))
                        return true;
        }
        return false;
}

static void bad_files_give_their_findings(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        FileList files = language_files(arena, "test/language/check/bad", ".md");
        bool raised[CODE_COUNT] = { 0 };
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < files.count; i++) {
                Compiled compiled;
                Str text = language_file(arena, files.paths[i]);
                compile_golden(arena, text, &compiled);
                for (const Diagnostic *d = compiled.diagnostics.first; d != NULL; d = d->next) {
                        LanguageCode code;
                        assert_true(language_code_find(d->code, &code) && d->message.length > 0);
                        raised[code] = true;
                }
                Str found = compile_findings(arena, &compiled), expected = expectations(arena, text);
                if (str_equal(found, expected))
                        continue;
                print_error("%.*s expects\n%.*sbut gives\n%.*s", STR_ARG(files.paths[i]), STR_ARG(expected), STR_ARG(found));
                wrong++;
        }
        assert_int_equal(wrong, 0);
        for (uint32_t i = 0; i < CODE_COUNT; i++) {
                Str code = str_from(language_code_text((LanguageCode) i));
                if (!str_starts(code, STR("L01")) && !raised[i] && !raised_elsewhere(code))
                        fail_msg("no bad file raises %.*s", STR_ARG(code));
        }
}

/* ---- figures of constant expressions --------------------------------------------------------------------- */

typedef struct Figure {
        const char *type, *expression, *shown;
} Figure;

static void constant_expressions_have_their_figure(void **state) {
        (void) state;
        static const Figure FIGURES[] = {
                { "金额", "1.5万元 + 0.05元", "15000.05元" },
                { "金额", "100元 × 2 ÷ 3", "66.666667元" },
                { "金额", "-100元 × 2 ÷ 3", "-66.666667元" },
                { "金额", "取整(100元 × 2 ÷ 3, 分, 四舍五入)", "66.67元" },
                { "金额", "取整(100元 × 2 ÷ 3, 元, 向下)", "66元" },
                { "金额", "取整(1201元, 百元, 向上)", "1300元" },
                { "金额", "较大(100元, 较小(300元, 200元))", "200元" },
                { "月数", "3年 - 1个月", "35个月" },
                { "月数", "1.5年", "18个月" },
                { "比率", "1 - 20%", "80%" },
                { "比率", "5% - 2个百分点", "3%" },
                { "年利率", "3.1% + 2个百分点", "5.1%" },
                { "金额/月", "1200元 ÷ 3个月", "400元/月" },
                { "金额", "300元/月/人 × 2人 × 2个月", "1200元" },
                { "岁", "周岁(2000-02-29, 2018-02-28)", "18岁" },
                { "月数", "满月数(2024-01-31, 2024-02-29)", "1个月" },
                { "日期", "加月(2024-01-31, 1个月)", "2024-02-29" },
                { "日期", "减月(2024年3月31日, 1个月)", "2024-02-29" },
                { "日期", "减天(年初(2024-05-06), 1天)", "2023-12-31" },
                { "天数", "相隔天数(2024-02-28, 2024-03-01)", "2天" },
                { "整数", "年份(2024-02-28) × 100 + 月份(2024-02-28)", "202402" },
                { "金额", "利息(10万元, 3.6%, 2024-01-01, 2024-12-31, 实际/360)", "3650元" },
                { "金额", "利息(10万元, 3.65%, 2024-01-01, 2024-12-31, 实际/365)", "3650元" },
                { "金额", "利息(10万元, 3.6%, 2024-01-01, 2024-12-31, 月/12)", "3300元" },
                { "金额", "若 3元 大于 2元 则 1元 否则 2元", "1元" },
                { "真假", "10元 ÷ 3 大于 3.333333元", "是" },
                { "真假", "10元 ÷ 3 介于 3元 至 3.333333元", "否" },
                { "真假", "1元 ÷ 3 等于 2元 ÷ 6", "是" },
                { "真假", "3元 不等于 3.00元 或 非 3元 不少于 3元", "否" },
                { "真假", "红 等于 颜色.红 且 颜色.红 属于 (红、绿)", "是" },
                { "真假", "颜色.红 不属于 (红、绿)", "否" },
                { "真假", "(是 等于 否) = 否", "是" },
                { "颜色", "若 是 则 绿 否则 红", "绿" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(FIGURES); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                CLEAN(buffer_free) Buffer shown = buffer_new(1000);
                Compiled compiled;
                compile_clean(arena, language_fenced(arena, str_format(arena, "枚举 颜色：红、绿；定义 甲：%s = %s", FIGURES[i].type,
                                                                       FIGURES[i].expression)),
                              &compiled);
                assert_int_equal(compiled.program.definition_count, 1);
                const Step *step = &compiled.program.steps[compiled.program.definitions[0].step];
                assert_int_equal(step->op, OP_CONSTANT);
                value_print(&compiled.program, step->type, step->imm, &shown);
                if (!str_equal(buffer_str(&shown), str_from(FIGURES[i].shown)))
                        fail_msg("%s is %.*s", FIGURES[i].expression, STR_ARG(buffer_str(&shown)));
        }
}

/* ---- settings --------------------------------------------------------------------------------------------- */

static const char SETTING_PACK[] = "```leye\n"
                                   "参数 标准：金额，待定，不少于 100元，由 市局\n"
                                   "参数 月数：月数\n- 自 2020-01-01：12个月\n"
                                   "```\n";

static Rc compile_setting(Arena *arena, const char *name, const char *value, Compiled *ret_compiled) {
        ParameterSetting setting = { .name = str_from(name), .value = str_from(value) };
        CompileOptions options = { &setting, 1 };
        compile_modules(arena, &STR("pack"), &STR(SETTING_PACK), 1, &options, ret_compiled);
        return ret_compiled->rc;
}

static void settings_stand_in_place_of_versions(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        Compiled compiled;
        assert_int_equal(compile_setting(arena, "标准", "1.5万", &compiled), RC_OK);
        const Parameter *parameter = &compiled.program.parameters[0];
        assert_false(parameter->pending);
        assert_int_equal(parameter_at(parameter, 0, NULL), 1500000);
        assert_int_equal(compile_setting(arena, "月数", "500个月", &compiled), RC_OK);
        assert_int_equal(parameter_at(&compiled.program.parameters[1], DATE_MIN, NULL), 500);
        assert_true(compiled.program.parameters[1].high >= 500);
        assert_int_equal(compile_setting(arena, "标谁", "1元", &compiled), RC_INVALID);
        assert_str(compiled.diagnostics.first->code, "L0328");
        assert_str(compiled.diagnostics.first->hint, "是否想写 标准");
        assert_int_equal(compile_setting(arena, "标准", "许多", &compiled), RC_INVALID);
        assert_str(compiled.diagnostics.first->code, "L0328");
}

/* ---- hostile sizes ------------------------------------------------------------------------------------------ */

static void compile_text(Arena *arena, const Buffer *code, Compiled *ret_compiled) {
        Str text = language_fenced(arena, buffer_str(code));
        compile_modules(arena, &STR("pack"), &text, 1, NULL, ret_compiled);
}

static void a_long_cycle_is_reported_once(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        CLEAN(buffer_free) Buffer code = buffer_new(1 << 20);
        Compiled compiled;
        for (uint32_t i = 0; i < 1000; i++)
                buffer_format(&code, "定义 甲%u：整数 = 甲%u + 1\n", i, (i + 1) % 1000);
        compile_text(arena, &code, &compiled);
        assert_int_equal(compiled.diagnostics.errors, 1);
        assert_str(compiled.diagnostics.first->code, "L0401");
        size_t at;
        assert_true(str_find(compiled.diagnostics.first->message, STR("甲0 → 甲1 → 甲2"), &at));
        assert_true(str_find(compiled.diagnostics.first->message, STR("甲999 → 甲0"), &at));
        assert_true(compiled.diagnostics.first->message.length < 2000);
}

static void a_long_chain_compiles(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 4 << 30);
        CLEAN(buffer_free) Buffer code = buffer_new(1 << 20);
        Compiled compiled;
        buffer_add(&code, STR("实体 人；事实 人.起：整数，范围 0 至 10\n"));
        for (uint32_t i = 0; i < 20000; i++)
                buffer_format(&code, "定义 人.甲%u：整数 = 甲%u + 1\n", i, i + 1);
        buffer_add(&code, STR("定义 人.甲20000：整数 = 起"));
        compile_text(arena, &code, &compiled);
        assert_int_equal(compiled.rc, RC_OK);
        const Step *last = &compiled.program.steps[compiled.program.definitions[0].step];
        assert_int_equal(last->low, 20000);
        assert_int_equal(last->high, 20010);
}

static void expect_code(const Buffer *code, const char *expected) {
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 4 << 30);
        Compiled compiled;
        compile_text(arena, code, &compiled);
        assert_int_equal(compiled.rc, RC_INVALID);
        assert_str(compiled.diagnostics.first->code, expected);
}

static void sizes_are_limited(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer code = buffer_new(1 << 20);
        buffer_add(&code, STR("枚举 大："));
        for (uint32_t i = 0; i < 4097; i++)
                buffer_format(&code, "%s项%u", i > 0 ? "、" : "", i);
        expect_code(&code, "L0322");
        buffer_clear(&code);
        buffer_add(&code, STR("枚举 甲："));
        for (uint32_t i = 0; i < 300; i++)
                buffer_format(&code, "%s项%u", i > 0 ? "、" : "", i);
        buffer_add(&code, STR("\n表 大：甲、甲 → 金额\n- 项1、项1：1元"));
        expect_code(&code, "L0322");
        buffer_clear(&code);
        buffer_add(&code, STR("枚举 甲：项0\n实体 人；事实 人.选：甲\n定义 人.乙：真假 = 选 属于 (项0"));
        for (uint32_t i = 0; i < 64; i++)
                buffer_add(&code, STR("、项0"));
        buffer_add(&code, STR(")"));
        expect_code(&code, "L0322");
        buffer_clear(&code);
        buffer_add(&code, STR("实体 人；事实 人.甲：整数，范围 0 至 9"));
        for (uint32_t i = 0; i < 1200; i++) {
                buffer_format(&code, "\n定义 人.乙%u：整数 = 甲", i);
                for (uint32_t k = 0; k < 90; k++)
                        buffer_format(&code, "+%u", 1000000 + 90 * i + k);
        }
        expect_code(&code, "L0410");
}

/* Chains of comparisons inside each other must not be lowered again and again. */
static void nesting_costs_no_more_than_its_length(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        CLEAN(buffer_free) Buffer code = buffer_new(1 << 20);
        Compiled compiled;
        buffer_add(&code, STR("实体 人；事实 人.甲：整数，范围 1 至 9；定义 人.乙：真假 = "));
        for (uint32_t i = 0; i < 40; i++)
                buffer_add(&code, STR("(若 1 ÷ "));
        buffer_add(&code, STR("甲"));
        for (uint32_t i = 0; i < 40; i++)
                buffer_add(&code, STR(" 介于 1 至 2 则 1 否则 2)"));
        buffer_add(&code, STR(" 大于 1"));
        compile_text(arena, &code, &compiled);
        assert_int_equal(compiled.rc, RC_OK);
        assert_true(compiled.program.step_count < 500);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(good_files_have_their_dump),
                cmocka_unit_test(bad_files_give_their_findings),
                cmocka_unit_test(constant_expressions_have_their_figure),
                cmocka_unit_test(settings_stand_in_place_of_versions),
                cmocka_unit_test(a_long_cycle_is_reported_once),
                cmocka_unit_test(a_long_chain_compiles),
                cmocka_unit_test(sizes_are_limited),
                cmocka_unit_test(nesting_costs_no_more_than_its_length),
        };
        return cmocka_run_group_tests_name("language check", tests, NULL, NULL);
}
