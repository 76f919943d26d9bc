/* The canonical form: rows of before and after; then, on the golden files and the cities' own, properties under random
 * changes of the source that must change nothing: indentation and character width. */
#include "unit.h"

#include "base/utf8.h"
#include "language/syntax.h"
#include "support/language.h"
#include "support/random.h"

#define ROUNDS 20

typedef struct Row {
        const char *before, *after;
} Row;

static void one_spelling(void **state) {
        (void) state;
        static const Row rows[] = {
                { "实体 人,量词 人;实体 户", "实体 人，量词 人\n实体 户" },
                { "政策 甲\n对象:人\n条件:\n•乙\n·  丙\n— 丁", "政策 甲\n  对象：人\n  条件：\n    - 乙\n    - 丙\n    - 丁" },
                { "政策 甲;条件:;- 以下之一:;+乙 ,由 街道", "政策 甲\n  条件：\n    - 以下之一：\n      + 乙，由 街道" },
                { "政策 甲\n待遇 乙:贷款\n额度:较小（ 1元，2元 ）\n贴息:\n- 第1至2年:100％",
                  "政策 甲\n  待遇 乙：贷款\n    额度：较小(1元, 2元)\n    贴息：\n      - 第1至2年：100%" },
                { "例 甲\n成员 人:\n- 张三:乙=是 、丙=-1", "例 甲\n  成员 人：\n    - 张三：乙 = 是、丙 = -1" },
                { "定义 甲:整数=任一(乙,其中 丙,非空,按 丁,1)-(2)", "定义 甲：整数 = 任一(乙，其中 丙，非空，按 丁, 1) - (2)" },
                { "定义 甲:金额 / 月=１０元/月*２÷－３ - 4", "定义 甲：金额 / 月 = 10元/月 × 2 ÷ -3 - 4" },
                { "定义 甲:整数=利息(1,实际/365)", "定义 甲：整数 = 利息(1, 实际/365)" },
                { "定义 甲:真假=非(乙)且(丙>=1 或 丁!=2)", "定义 甲：真假 = 非 (乙) 且 (丙 ≥ 1 或 丁 ≠ 2)" },
                { "定义 甲:真假 =乙 等于\"丙\"且 需人工认定 “丁”", "定义 甲：真假 = 乙 等于 “丙” 且 需人工认定“丁”" },
                { "定义 甲:文本=\"他说”好\"", "定义 甲：文本 = \"他说”好\"" },
                { "事实 人.甲:真假,问 \"乙\",源 s:1=是、2=否", "事实 人.甲：真假，问“乙”，源 s：1 = 是、2 = 否" },
                { "表 甲:乙、丙->金额\n- 丁、戊:1元", "表 甲：乙、丙 → 金额\n  - 丁、戊：1元" },
                { "引入\"common\"", "引入 “common”" },
                { "政策 甲\n列支:  失业 保险，依据“乙”", "政策 甲\n  列支：失业 保险，依据“乙”" },
                { "例 甲  乙（丙）\n政策:甲", "例 甲  乙（丙）\n  政策：甲" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                Str after = language_fenced(arena, str_from(rows[i].after));
                assert_str(language_formatted(arena, language_fenced(arena, str_from(rows[i].before))), after.data);
                assert_str(language_formatted(arena, after), after.data);
        }
}

static void blank_lines_and_comments(void **state) {
        (void) state;
        static const Row rows[] = {
                { "\n\n实体 人\n\n\n\n实体 户\n\n", "实体 人\n\n实体 户" },
                { "参数 甲：金额\n- 自 2018-01-01：1元\n参数 乙：金额，待定", "参数 甲：金额\n  - 自 2018-01-01：1元\n参数 乙：金额，待定" },
                { "实体 人\n政策 甲\n对象：人\n实体 户", "实体 人\n\n政策 甲\n  对象：人\n\n实体 户" },
                { "实体 人\n#甲\n政策 乙 #丙\n对象：人\n#丁\n\n  # 戊\n实体 户",
                  "实体 人\n\n#甲\n政策 乙  #丙\n  对象：人\n  #丁\n\n# 戊\n实体 户" },
                { "实体 人；#甲  \n实体 户", "实体 人  #甲  \n实体 户" },
                { "定义 甲：真假 = 乙 且 # 丙\n# 丁\n  戊\n或 己", "定义 甲：真假 = 乙 且  # 丙\n    # 丁\n    戊\n    或 己" },
                { "# 只有注释", "# 只有注释" },
                { "实体 人\n# 最后", "实体 人\n# 最后" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                Str after = language_fenced(arena, str_from(rows[i].after));
                assert_str(language_formatted(arena, language_fenced(arena, str_from(rows[i].before))), after.data);
                assert_str(language_formatted(arena, after), after.data);
        }
}

static void prose_stays_byte_for_byte(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
#define ABOVE "\xEF\xBB\xBF#  甲,乙 \r\n\r\n\r\n  ，；（  \r\n```text\n政策:\n```\n   ``` leye \r\n"
#define BELOW "\r\n#丙\r\n```\r\n末尾"
        Str before = STR(ABOVE "实体 人,量词 人" BELOW), after = STR(ABOVE "实体 人，量词 人" BELOW);
#undef ABOVE
#undef BELOW
        assert_str(language_formatted(arena, before), after.data);
        assert_str(language_formatted(arena, STR("没有代码")), "没有代码");
        assert_str(language_formatted(arena, STR("```leye\n```")), "```leye\n```");
}

static void broken_files_are_refused(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        Str text = STR("甲\n```leye\n对象：人\n```\n");
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        uint32_t file = diagnostics_add_file(&diagnostics, STR("t"), text);
        CLEAN(buffer_free) Buffer out = buffer_new(1 << 20);
        assert_int_equal(syntax_format(arena, text, file, &diagnostics, &out), RC_INVALID);
        assert_int_equal(out.length, 0);
        assert_int_equal(diagnostics.errors, 1);
}

/* ---- properties ---- */

/* Where a character of code stands: quotes, comments and prose are left alone. */
typedef struct Walk {
        Random *random;
        Buffer *out;
        bool in_fence, line_start;
        uint32_t quote;                /* the closing quote waited for; '\n' in a comment; 0 outside */
} Walk;

static void add_character(Buffer *out, uint32_t character) {
        char bytes[4];
        size_t length;
        utf8_encode(character, bytes, &length);
        buffer_add(out, (Str){ bytes, length });
}

static uint32_t closing_quote(uint32_t opening) {
        static const uint32_t PAIRS[][2] = { { 0x201C, 0x201D }, { 0x300C, 0x300D }, { '"', '"' }, { '#', '\n' } };
        for (size_t i = 0; i < ARRAY_LENGTH(PAIRS); i++) {
                if (PAIRS[i][0] == opening)
                        return PAIRS[i][1];
        }
        return 0;
}

/* Half width to full width and back, by the toss of a coin. */
static uint32_t other_width(Random *random, uint32_t character) {
        if (!random_chance(random, 50))
                return character;
        if (utf8_narrow(character) != character)
                return utf8_narrow(character);
        return character > 0x20 && character < 0x7F ? character + 0xFEE0 : character == ' ' ? 0x3000 : character;
}

static void disturb_character(Walk *walk, uint32_t character) {
        if (walk->quote != 0) {
                walk->quote = character == walk->quote ? 0 : walk->quote;
                add_character(walk->out, character);
        } else if (closing_quote(character) != 0) {
                walk->quote = closing_quote(character);
                add_character(walk->out, character);
        } else {
                add_character(walk->out, other_width(walk->random, character));
        }
}

/* The text with other widths and, in fences, random indentation; it must mean the same. */
static Str disturbed(Arena *arena, Str text, Random *random) {
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        Walk walk = { .random = random, .out = &out };
        while (text.length > 0) {
                Str line = str_cut(&text, '\n'), bare = str_trim(line);
                if (str_starts(bare, STR("```"))) {
                        walk.in_fence = !walk.in_fence;
                        buffer_format(&out, "%.*s\n", STR_ARG(bare));
                        continue;
                }
                walk.quote = 0;
                if (walk.in_fence)
                        buffer_repeat(&out, ' ', random_below(random, 6));
                for (size_t at = 0; at < bare.length && walk.in_fence;)
                        disturb_character(&walk, utf8_next(bare, &at));
                if (!walk.in_fence)
                        buffer_add(&out, line);
                buffer_byte(&out, '\n');
        }
        return str_copy(arena, buffer_str(&out));
}

static void check_same_tree(Arena *arena, Str expected, Str text) {
        Diagnostics diagnostics;
        Str dump = language_dump(arena, text, &diagnostics);
        language_expect_clean(&diagnostics);
        assert_true(expected.length > 0);
        assert_str(dump, expected.data);
}

static void check_file(Str path, Random *random) {
        for (uint32_t round = 0; round < ROUNDS; round++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
                Diagnostics diagnostics;
                Str text = language_file(arena, path), tree = language_dump(arena, text, &diagnostics);
                language_expect_clean(&diagnostics);
                Str other = disturbed(arena, text, random);
                check_same_tree(arena, tree, other);
                Str formatted = language_formatted(arena, other);
                check_same_tree(arena, tree, formatted);
                assert_str(language_formatted(arena, formatted), formatted.data);
        }
}

static void disturbing_the_source_changes_nothing(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        static const char *const folders[] = { "test/language/parse/ok", "cities/common", "cities/jinan" };
        Random random = { 20171230 };
        for (size_t i = 0; i < ARRAY_LENGTH(folders); i++) {
                FileList files = language_files(arena, folders[i], ".md");
                for (uint32_t k = 0; k < files.count; k++)
                        check_file(files.paths[k], &random);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(one_spelling),
                cmocka_unit_test(blank_lines_and_comments),
                cmocka_unit_test(prose_stays_byte_for_byte),
                cmocka_unit_test(broken_files_are_refused),
                cmocka_unit_test(disturbing_the_source_changes_nothing),
        };
        return cmocka_run_group_tests_name("language format", tests, NULL, NULL);
}
