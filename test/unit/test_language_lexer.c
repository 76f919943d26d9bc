/* Characters to tokens: each row is a source text and the tokens expected, one letter a kind, words and numbers with
 * their text. Line breaks that end a line show as " / ". */
#include "unit.h"

#include "language/token.h"

#define MEMORY ((size_t) 64 << 20)

static const char *const MARKS[] = {
        [TOKEN_END] = "", [TOKEN_END_LINE] = "/", [TOKEN_BAD] = "BAD", [TOKEN_WORD] = "w", [TOKEN_NAME] = "n",
        [TOKEN_STRING] = "s", [TOKEN_RAW] = "raw", [TOKEN_SKIP] = "skip", [TOKEN_NUMBER] = "#", [TOKEN_DATE] = "d",
        [TOKEN_YEAR] = "y", [TOKEN_YEARS] = "yy", [TOKEN_ITEM] = "ITEM", [TOKEN_SUBITEM] = "SUB", [TOKEN_COLON] = ":",
        [TOKEN_COMMA] = ",", [TOKEN_LIST] = "、", [TOKEN_DOT] = ".", [TOKEN_OPEN] = "(", [TOKEN_CLOSE] = ")",
        [TOKEN_OPEN_SQUARE] = "[", [TOKEN_CLOSE_SQUARE] = "]", [TOKEN_ARROW] = "->", [TOKEN_EQUAL] = "=",
        [TOKEN_NOT_EQUAL] = "!=", [TOKEN_LESS] = "<", [TOKEN_AT_MOST] = "<=", [TOKEN_MORE] = ">",
        [TOKEN_AT_LEAST] = ">=", [TOKEN_PLUS] = "+", [TOKEN_MINUS] = "-", [TOKEN_TIMES] = "*", [TOKEN_DIVIDE] = "÷",
        [TOKEN_SLASH] = "div",
};

static Lexer lex(Arena *arena, Str text) {
        Lexer lexer = { .arena = arena, .text = text };
        lexer_read_fence(&lexer, 0, (uint32_t) text.length);
        return lexer;
}

static Str show(Arena *arena, Str text) {
        Lexer lexer = lex(arena, text);
        CLEAN(buffer_free) Buffer out = buffer_new(MEMORY);
        for (uint32_t i = 0; i + 1 < lexer.tokens.count; i++) {
                const Token *token = &lexer.tokens.items[i];
                Str part = token_fold(arena, str_slice(text, token->start, token->end));
                if (i > 0)
                        buffer_byte(&out, ' ');
                buffer_add(&out, str_from(MARKS[token->kind]));
                if (token->kind == TOKEN_BAD)
                        buffer_add(&out, str_from(language_code_text((LanguageCode) token->problem)));
                if (token->kind >= TOKEN_BAD && token->kind <= TOKEN_YEARS)
                        buffer_format(&out, "{%.*s}", STR_ARG(part));
        }
        return str_copy(arena, buffer_str(&out));
}

typedef struct Row {
        const char *source, *tokens;
} Row;

static void check_rows(const Row *rows, size_t count) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(MEMORY);
        for (size_t i = 0; i < count; i++)
                assert_str(show(arena, str_from(rows[i].source)), rows[i].tokens);
}

static void words_are_whole_runs(void **state) {
        (void) state;
        static const Row rows[] = {
                { "年龄 不少于 16岁", "w{年龄} w{不少于} #{16岁} /" },
                { "年龄大于16岁", "w{年龄大于16岁} /" },
                { "status_2 ａＢ９", "w{status_2} w{aB9} /" },
                { "「4050人员」且 甲", "n{「4050人员」} w{且} w{甲} /" },
                { "户.成员〇一", "w{户} . w{成员〇一} /" },
                { "𠮷甲", "w{𠮷甲} /" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
        assert_int_equal(keyword_find(STR("不少于")), KEYWORD_NOT_LESS_THAN);
        assert_int_equal(keyword_find(STR("不少于甲")), KEYWORD_NONE_AT_ALL);
}

static void numbers_take_a_glued_unit(void **state) {
        (void) state;
        static const Row rows[] = {
                { "1.5万元", "#{1.5万元} /" },
                { "800元/月/人 × 2", "#{800元/月/人} * #{2} /" },
                { "800元 / 月数", "#{800元} div w{月数} /" },
                { "800元/2", "#{800元} div #{2} /" },
                { "800/月", "#{800} div w{月} /" },
                { "４．７５％", "#{4.75%} /" },
                { "2个百分点", "#{2个百分点} /" },
                { "3.甲", "#{3} . w{甲} /" },
                { "12 个月", "#{12} w{个月} /" },
                { "1,000元", "BADL0116{1,000元} /" },
                { "1, 000元", "#{1} , #{000元} /" },
                { "1,0000", "#{1} , #{0000} /" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

static void dates_and_years_are_one_token(void **state) {
        (void) state;
        static const Row rows[] = {
                { "2025-06-10", "d{2025-06-10} /" },
                { "２０２５－６－１", "d{2025-6-1} /" },
                { "2025年6月10日", "d{2025年6月10日} /" },
                { "2025年", "#{2025年} /" },
                { "2025-06-100", "#{2025} - #{06} - #{100} /" },
                { "2025 - 06 - 10", "#{2025} - #{06} - #{10} /" },
                { "第1年 至 第2年", "y{第1年} w{至} y{第2年} /" },
                { "第1至2年", "yy{第1至2年} /" },
                { "第１年至第２年", "yy{第1年至第2年} /" },
                { "第一年", "y{第一年} /" },
                { "第十二至二十年", "yy{第十二至二十年} /" },
                { "第一年度", "w{第一年度} /" },
                { "第年", "w{第年} /" },
                { "第1至年", "w{第1至年} /" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

static void both_widths_and_all_spellings_of_signs(void **state) {
        (void) state;
        static const Row rows[] = {
                { "，,：:（(）)［[］]", ", , : : ( ( ) ) [ [ ] ] /" },
                { "= ＝ == ≠ != <> < ＜ ≤ <= ≦ > ≥ >= ＞＝", "= = = != != != < < <= <= <= > >= >= >= /" },
                { "a + ＋ - － − × * ＊ ÷ / ／ → ->", "w{a} + + - - - * * * ÷ div div -> -> /" },
                { "a\xC2\xA0" "b\xE3\x80\x80" "c\xE2\x80\x8B" "d", "w{a} w{b} w{c} w{d} /" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

static void quotes_and_comments(void **state) {
        (void) state;
        static const Row rows[] = {
                { "“甲，#乙”", "s{“甲,#乙”} /" },
                { "\"甲；乙\"丙", "s{\"甲;乙\"} w{丙} /" },
                { "＂甲＂", "s{\"甲\"} /" },
                { "甲 # 乙；丙\n丁", "w{甲} / w{丁} /" },
                { "甲＃乙", "w{甲} /" },
                { "“甲\n乙", "BADL0115{“甲} / w{乙} /" },
                { "「甲\n", "BADL0115{「甲} /" },
                { "甲。", "w{甲} BADL0128{。} /" },
                { "@", "BADL0114{@} /" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
        CLEAN(arena_cleanup) Arena *arena = arena_new(MEMORY);
        Str text = STR("甲 # 乙\r\n# 丙");
        Lexer lexer = lex(arena, text);
        assert_int_equal(lexer.comments.count, 2);
        assert_str(str_slice(text, lexer.comments.items[0].start, lexer.comments.items[0].end), "# 乙");
        assert_str(str_slice(text, lexer.comments.items[1].start, lexer.comments.items[1].end), "# 丙");
}

static void item_marks_open_lines(void **state) {
        (void) state;
        static const Row rows[] = {
                { "- 甲\n• 乙\n· 丙\n— 丁\n－戊", "ITEM w{甲} / ITEM w{乙} / ITEM w{丙} / ITEM w{丁} / ITEM w{戊} /" },
                { "条件：- 甲；- 乙", "w{条件} : / ITEM w{甲} / ITEM w{乙} /" },
                { "保底：-5元", "w{保底} : - #{5元} /" },
                { "甲：\n + 乙 + 丙", "w{甲} : / SUB w{乙} + w{丙} /" },
                { "甲 - 乙", "w{甲} - w{乙} /" },
                { "甲 +\n- 乙", "w{甲} + / ITEM w{乙} /" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

static void lines_go_on_only_by_the_rules(void **state) {
        (void) state;
        static const Row rows[] = {
                { "甲 且\n乙", "w{甲} w{且} w{乙} /" },
                { "甲\n\n  且 乙", "w{甲} w{且} w{乙} /" },
                { "甲\n乙", "w{甲} / w{乙} /" },
                { "甲；且 乙", "w{甲} / w{且} w{乙} /" },
                { "甲(\n1,\n2\n)", "w{甲} ( #{1} , #{2} ) /" },
                { "甲(\n1\n2)", "w{甲} ( #{1} / #{2} ) /" },
                { "甲、 # 乙\n丙", "w{甲} 、 w{丙} /" },
                { "甲，\n- 乙", "w{甲} , / ITEM w{乙} /" },
                { "甲，\n政策 乙", "w{甲} , / w{政策} w{乙} /" },
                { "甲，\n条件：", "w{甲} , / w{条件} : /" },
                { "甲，\n补充 政策 乙", "w{甲} , / w{补充} w{政策} w{乙} /" },
                { "甲 =\n单位.乙", "w{甲} = w{单位} . w{乙} /" },
                { "甲 非\n乙", "w{甲} w{非} w{乙} /" },
                { "；；\n；", "" },
        };
        check_rows(rows, ARRAY_LENGTH(rows));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(words_are_whole_runs),
                cmocka_unit_test(numbers_take_a_glued_unit),
                cmocka_unit_test(dates_and_years_are_one_token),
                cmocka_unit_test(both_widths_and_all_spellings_of_signs),
                cmocka_unit_test(quotes_and_comments),
                cmocka_unit_test(item_marks_open_lines),
                cmocka_unit_test(lines_go_on_only_by_the_rules),
        };
        return cmocka_run_group_tests_name("language lexer", tests, NULL, NULL);
}
