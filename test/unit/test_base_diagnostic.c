/* Diagnostics: what the author of a pack sees. */
#include "unit.h"

#include "base/diagnostic.h"

#include <string.h>

typedef struct Fixture {
        Arena      *arena;
        Diagnostics diagnostics;
        Buffer      out;
} Fixture;

static int set_up(void **state) {
        Fixture *fixture = calloc(1, sizeof(Fixture));
        if (fixture == NULL)
                return -1;
        fixture->arena = arena_new((size_t) 1 << 24);
        fixture->out = buffer_new((size_t) 1 << 24);
        diagnostics_init(&fixture->diagnostics, fixture->arena);
        *state = fixture;
        return 0;
}

static int tear_down(void **state) {
        Fixture *fixture = *state;
        (void) arena_free(fixture->arena);
        buffer_free(&fixture->out);
        free(fixture);
        return 0;
}

/* The span of the first `needle` in the text. */
static Span span_of(uint32_t file, Str text, Str needle) {
        size_t at = 0;
        assert_true(str_find(text, needle, &at));
        return (Span){ file, (uint32_t) at, (uint32_t) (at + needle.length) };
}

static void carets_stand_under_wide_characters(void **state) {
        Fixture *fixture = *state;
        Str text = STR("政策 甲\n\t条件 年令 不少于 60岁\r\n受理机关 x\n");
        uint32_t file = diagnostics_add_file(&fixture->diagnostics, STR("济南/甲.leye"), text);
        diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_ERROR, "L0201", span_of(file, text, STR("年令")),
                        STR("是否想写“年龄”？"), "没有叫“%s”的事实", "年令");
        diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_WARNING, "L0202", span_of(file, text, STR("x")), STR(""),
                        "没有用到");
        diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_ERROR, "L0100", (Span){ 0 }, STR(""), "缺少文件");
        diagnostics_print(&fixture->diagnostics, &fixture->out);
        assert_str(buffer_str(&fixture->out),
                   "error[L0100]: 缺少文件\n"
                   "济南/甲.leye:2:5: error[L0201]: 没有叫“年令”的事实\n"
                   "  \t条件 年令 不少于 60岁\n"
                   "  \t     ^~~~\n"
                   "  提示：是否想写“年龄”？\n"
                   "济南/甲.leye:3:6: warning[L0202]: 没有用到\n"
                   "  受理机关 x\n"
                   "           ^\n");
        assert_int_equal(fixture->diagnostics.errors, 2);
        assert_int_equal(fixture->diagnostics.warnings, 1);
}

static void findings_are_sorted_and_notes_stay_behind(void **state) {
        Fixture *fixture = *state;
        Str text = STR("abcdef");
        Diagnostics *diagnostics = &fixture->diagnostics;
        uint32_t one = diagnostics_add_file(diagnostics, STR("one"), text);
        uint32_t two = diagnostics_add_file(diagnostics, STR("two"), text);
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "L5", (Span){ two, 0, 1 }, STR(""), "5");
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "L3", (Span){ one, 4, 5 }, STR(""), "3");
        diagnostics_add(diagnostics, DIAGNOSTIC_NOTE, "L4", (Span){ one, 0, 1 }, STR(""), "4");
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "L1", (Span){ one, 2, 3 }, STR(""), "1");
        diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, "L2", (Span){ one, 2, 4 }, STR(""), "2");
        diagnostics_print(diagnostics, &fixture->out);
        assert_str(buffer_str(&fixture->out), "one:1:3: error[L1]: 1\n  abcdef\n    ^\n"
                                              "one:1:3: warning[L2]: 2\n  abcdef\n    ^~\n"
                                              "one:1:5: error[L3]: 3\n  abcdef\n      ^\n"
                                              "one:1:1: note[L4]: 4\n  abcdef\n  ^\n"
                                              "two:1:1: error[L5]: 5\n  abcdef\n  ^\n");
}

static void edges_of_the_text(void **state) {
        static const struct {
                Str         text;
                uint32_t    start, end;
                const char *printed;
        } rows[] = {
                { STR_INIT(""), 0, 0, "f:1:1: error[L1]: m\n  \n  ^\n" },
                { STR_INIT("ab"), 2, 2, "f:1:3: error[L1]: m\n  ab\n    ^\n" },
                { STR_INIT("ab\n"), 3, 3, "f:2:1: error[L1]: m\n  \n  ^\n" },
                { STR_INIT("ab\ncd"), 2, 3, "f:1:3: error[L1]: m\n  ab\n    ^\n" },
                { STR_INIT("ab\ncd\nef"), 1, 7, "f:1:2: error[L1]: m\n  ab\n   ^\n" },
                { STR_INIT("ab"), 1, 99, "f:1:2: error[L1]: m\n  ab\n   ^\n" },
                { STR_INIT("ab"), 77, 99, "f:1:3: error[L1]: m\n  ab\n    ^\n" },
                { STR_INIT("\x1B[2Ja\xFF" "b"), 5, 6,
                  "f:1:6: error[L1]: m\n  \xEF\xBF\xBD[2Ja\xEF\xBF\xBD" "b\n       ^\n" },
                { STR_INIT("\xE2\x80\xAE" "ab"), 3, 5, "f:1:2: error[L1]: m\n  \xEF\xBF\xBD" "ab\n   ^~\n" },
                { STR_INIT("e\xCC\x81x"), 3, 4, "f:1:3: error[L1]: m\n  e\xCC\x81x\n   ^\n" },
        };
        (void) state;
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                void *fresh = NULL;
                assert_int_equal(set_up(&fresh), 0);
                Fixture *fixture = fresh;
                uint32_t file = diagnostics_add_file(&fixture->diagnostics, STR("f"), rows[i].text);
                diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_ERROR, "L1",
                                (Span){ file, rows[i].start, rows[i].end }, STR(""), "m");
                diagnostics_print(&fixture->diagnostics, &fixture->out);
                assert_str(buffer_str(&fixture->out), rows[i].printed);
                assert_int_equal(tear_down(&fresh), 0);
        }
}

static void a_long_line_is_shown_in_part(void **state) {
        Fixture *fixture = *state;
        CLEAN(buffer_free) Buffer line = buffer_new((size_t) 1 << 21);
        for (int i = 0; i < 300000; i++)
                buffer_add(&line, STR("长"));
        Str text = buffer_str(&line);
        uint32_t file = diagnostics_add_file(&fixture->diagnostics, STR("f"), text);
        diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_ERROR, "L1", (Span){ file, 450000, 450003 }, STR(""), "m");
        diagnostics_print(&fixture->diagnostics, &fixture->out);
        Str printed = buffer_str(&fixture->out);
        assert_true(printed.length < 1000);
        assert_str(str_cut(&printed, '\n'), "f:1:150001: error[L1]: m");
        Str shown = str_cut(&printed, '\n');
        assert_true(str_starts(shown, STR("  …长")));
        assert_true(str_ends(shown, STR("长…")));
        size_t bad = 0, caret = 0;
        assert_true(str_find(printed, STR("^~\n"), &caret));
        /* 54 wide characters stand before: 160 bytes rounded to the character's start */
        assert_int_equal(caret, 2 + 1 + 54 * 2);
        assert_false(str_find(shown, STR("\xEF\xBF\xBD"), &bad));
}

static void the_rest_is_counted(void **state) {
        Fixture *fixture = *state;
        Diagnostics *diagnostics = &fixture->diagnostics;
        diagnostics->limit = 2;
        for (int i = 0; i < 7; i++)
                diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "L1", (Span){ 0 }, STR(""), "%d", i);
        diagnostics_add(diagnostics, DIAGNOSTIC_NOTE, "L1", (Span){ 0 }, STR(""), "note");
        diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, "L2", (Span){ 0 }, STR(""), "w");
        assert_int_equal(diagnostics->errors, 7);
        diagnostics_print(diagnostics, &fixture->out);
        assert_str(buffer_str(&fixture->out), "error[L1]: 0\nerror[L1]: 1\nwarning[L2]: w\n"
                                              "另有 5 个错误、0 个警告没有列出。\n");
}

static void as_json(void **state) {
        Fixture *fixture = *state;
        diagnostics_json(&fixture->diagnostics, &fixture->out);
        assert_str(buffer_str(&fixture->out), "[]");
        buffer_clear(&fixture->out);
        Str text = STR("甲\n乙\"丙");
        uint32_t file = diagnostics_add_file(&fixture->diagnostics, STR("a.leye"), text);
        diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_ERROR, "L1", span_of(file, text, STR("\"丙")), STR("改"),
                        "\"错\"");
        diagnostics_add(&fixture->diagnostics, DIAGNOSTIC_NOTE, "L2", (Span){ 0 }, STR(""), "注");
        diagnostics_json(&fixture->diagnostics, &fixture->out);
        assert_str(buffer_str(&fixture->out),
                   "[{\"level\":\"error\",\"code\":\"L1\",\"file\":\"a.leye\",\"line\":2,\"column\":2,\"endLine\":2,"
                   "\"endColumn\":4,\"message\":\"\\\"错\\\"\",\"hint\":\"改\"},"
                   "{\"level\":\"note\",\"code\":\"L2\",\"message\":\"注\",\"hint\":\"\"}]");
}

static void positions(void **state) {
        (void) state;
        static const struct {
                uint32_t offset, line, column;
        } rows[] = { { 0, 1, 1 }, { 3, 1, 2 }, { 4, 2, 1 }, { 5, 3, 1 }, { 8, 3, 2 }, { 9, 3, 3 }, { 999, 3, 3 } };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Position position = position_of(STR("甲\n\n乙x"), rows[i].offset);
                assert_int_equal(position.line, rows[i].line);
                assert_int_equal(position.column, rows[i].column);
        }
}

static void nearest_names(void **state) {
        (void) state;
        static const Str names[] = { STR_INIT("年龄"),     STR_INIT("户籍所在地"), STR_INIT("户籍所属地"),
                                     STR_INIT("就业困难人员"), STR_INIT("age"),    STR_INIT("household") };
        static const struct {
                Str         wrong;
                const char *nearest;   /* NULL: none */
        } rows[] = {
                { STR_INIT("年令"), "年龄" },
                { STR_INIT("龄年"), "年龄" },
                { STR_INIT("户籍所地"), "户籍所在地" },
                { STR_INIT("户口所在地"), "户籍所在地" },
                { STR_INIT("户籍所X地"), "户籍所在地" },
                { STR_INIT("就业困难人"), "就业困难人员" },
                { STR_INIT("就业困难的人员"), "就业困难人员" },
                { STR_INIT("houshold"), "household" },
                { STR_INIT("huosehold"), "household" },
                { STR_INIT("aeg"), "age" },
                { STR_INIT("年龄"), NULL },
                { STR_INIT("性别"), NULL },
                { STR_INIT("年"), NULL },
                { STR_INIT(""), NULL },
                { STR_INIT("困难就业"), NULL },
                { STR_INIT("aXXXehold"), NULL },
                { STR_INIT("\xFF\xFE"), NULL },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Str nearest = STR("untouched");
                bool found = nearest_name(rows[i].wrong, names, ARRAY_LENGTH(names), &nearest);
                assert_str(nearest, rows[i].nearest == NULL ? "untouched" : rows[i].nearest);
                assert_int_equal(found, rows[i].nearest != NULL);
        }
        char longest[300];
        memset(longest, 'a', sizeof(longest));
        Str too_long = { longest, sizeof(longest) }, nearest = STR("untouched");
        assert_false(nearest_name(too_long, names, ARRAY_LENGTH(names), &nearest));
        assert_false(nearest_name(STR("ab"), &too_long, 1, &nearest));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(carets_stand_under_wide_characters, set_up, tear_down),
                cmocka_unit_test_setup_teardown(findings_are_sorted_and_notes_stay_behind, set_up, tear_down),
                cmocka_unit_test(edges_of_the_text),
                cmocka_unit_test_setup_teardown(a_long_line_is_shown_in_part, set_up, tear_down),
                cmocka_unit_test_setup_teardown(the_rest_is_counted, set_up, tear_down),
                cmocka_unit_test_setup_teardown(as_json, set_up, tear_down),
                cmocka_unit_test(positions),
                cmocka_unit_test(nearest_names),
        };
        return cmocka_run_group_tests_name("base/diagnostic", tests, NULL, NULL);
}
