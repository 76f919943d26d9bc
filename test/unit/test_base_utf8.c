/* UTF-8 and GB18030: every class of malformed sequence, every character round trip, widths. */
#include "unit.h"

#include "base/utf8.h"

static void well_formed_text(void **state) {
        (void) state;
        static const Str rows[] = {
                STR_INIT(""),           STR_INIT("plain ascii, more than eight bytes"),
                STR_INIT("济南市就业"), STR_INIT("\xF0\xA0\xAE\xB7"), /* U+20BB7 */
                STR_INIT("\xC2\x80"),   STR_INIT("\xDF\xBF"),
                STR_INIT("\xE0\xA0\x80"), STR_INIT("\xED\x9F\xBF"),
                STR_INIT("\xEE\x80\x80"), STR_INIT("\xEF\xBF\xBF"),
                STR_INIT("\xF0\x90\x80\x80"), STR_INIT("\xF4\x8F\xBF\xBF"),
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                size_t at = 4711;
                assert_true(utf8_check(rows[i], &at));
                assert_int_equal(at, 4711);
        }
}

static void malformed_text_is_placed(void **state) {
        (void) state;
        static const struct {
                Str    text;
                size_t at;
        } rows[] = {
                { STR_INIT("\x80"), 0 },                      /* a lone continuation */
                { STR_INIT("ab\xBF"), 2 },
                { STR_INIT("\xC0\x80"), 0 },                  /* overlong NUL */
                { STR_INIT("\xC1\xBF"), 0 },
                { STR_INIT("a\xE0\x80\x80"), 1 },             /* overlong, three bytes */
                { STR_INIT("\xE0\x9F\xBF"), 0 },
                { STR_INIT("\xF0\x80\x80\x80"), 0 },          /* overlong, four bytes */
                { STR_INIT("\xF0\x8F\xBF\xBF"), 0 },
                { STR_INIT("\xED\xA0\x80"), 0 },              /* surrogates */
                { STR_INIT("\xED\xBF\xBF"), 0 },
                { STR_INIT("\xF4\x90\x80\x80"), 0 },          /* above U+10FFFF */
                { STR_INIT("\xF5\x80\x80\x80"), 0 },
                { STR_INIT("\xFE"), 0 },
                { STR_INIT("\xFF"), 0 },
                { STR_INIT("济\xE6\xB5"), 3 },                /* cut short */
                { STR_INIT("\xF0\xA0\xAE"), 0 },
                { STR_INIT("\xC2"), 0 },
                { STR_INIT("\xE6\xB5\x41"), 0 },              /* interrupted */
                { STR_INIT("a\0b"), 1 },                      /* NUL */
                { STR_INIT("12345678\0"), 8 },
                { STR_INIT("1234567\0" "12345678"), 7 },      /* NUL inside a plain word */
                { STR_INIT("12345678" "1234\x80" "678"), 12 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                size_t at = 4711;
                assert_false(utf8_check(rows[i].text, &at));
                assert_int_equal(at, rows[i].at);
                size_t steps = 0;
                for (size_t next = 0; next < rows[i].text.length; steps++)
                        (void) utf8_next(rows[i].text, &next);
                assert_int_equal(steps, utf8_count(rows[i].text));
        }
}

static void every_character_makes_the_round_trip(void **state) {
        (void) state;
        for (uint32_t character = 1; character <= 0x10FFFF; character++) {
                if (character == 0xD800)
                        character = 0xE000;
                char bytes[4];
                size_t length = 0, at = 0, bad = 0;
                utf8_encode(character, bytes, &length);
                Str text = { bytes, length };
                assert_true(utf8_check(text, &bad));
                assert_int_equal(utf8_next(text, &at), character);
                assert_int_equal(at, length);
        }
}

static void malformed_bytes_read_as_replacement(void **state) {
        (void) state;
        Str text = STR("a\xE6\xB5南\xFF");
        static const uint32_t expected[] = { 'a', 0xFFFD, 0xFFFD, 0x5357, 0xFFFD };
        size_t at = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(expected); i++)
                assert_int_equal(utf8_next(text, &at), expected[i]);
        assert_int_equal(at, text.length);
}

static void encode_surrogate(void *context) {
        (void) context;
        char bytes[4];
        size_t length = 0;
        utf8_encode(0xD800, bytes, &length);
}

static void surrogates_are_never_written(void **state) {
        (void) state;
        assert_true(aborts(encode_surrogate, NULL));
}

static void classes_and_widths(void **state) {
        (void) state;
        static const struct {
                uint32_t character, narrow;
                bool     han;
                int      width;
        } rows[] = {
                { 'a', 'a', false, 1 },          { 0x4E00, 0x4E00, true, 2 },   { 0x9FFF, 0x9FFF, true, 2 },
                { 0x3007, 0x3007, true, 2 },     { 0x3400, 0x3400, true, 2 },   { 0x20BB7, 0x20BB7, true, 2 },
                { 0x3000, ' ', false, 2 },       { 0xFF01, '!', false, 2 },     { 0xFF11, '1', false, 2 },
                { 0xFF5E, '~', false, 2 },       { 0xFF1A, ':', false, 2 },     { 0x3002, 0x3002, false, 2 },
                { 0x0301, 0x0301, false, 0 },    { 0xE9, 0xE9, false, 1 },      { 0x3042, 0x3042, false, 2 },
                { 0x2265, 0x2265, false, 1 },    { 0xFFFD, 0xFFFD, false, 1 },  { 0xFF5F, 0xFF5F, false, 2 },
                { 0x33FF, 0x33FF, false, 2 },    { 0xA000, 0xA000, false, 2 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                assert_int_equal(utf8_narrow(rows[i].character), rows[i].narrow);
                assert_int_equal(utf8_is_han(rows[i].character), rows[i].han);
                assert_int_equal(utf8_width(rows[i].character), rows[i].width);
        }
}

static void gb18030(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(10000);
        static const struct {
                Str         text;
                const char *utf8;   /* NULL: invalid */
                size_t      at;
        } rows[] = {
                { STR_INIT(""), "", 0 },
                { STR_INIT("abc"), "abc", 0 },
                { STR_INIT("\xBC\xC3\xC4\xCF,\xC4\xEA\xC1\xE4"), "济南,年龄", 0 },
                { STR_INIT("\x95\x32\x82\x36"), "\xF0\xA0\x80\x80", 0 },   /* U+20000, four bytes */
                { STR_INIT("ab\xFF"), NULL, 2 },
                { STR_INIT("\xBC\xC3\xC4"), NULL, 2 },                     /* cut short */
                { STR_INIT("\xBC\x20"), NULL, 0 },
                { STR_INIT("a\0b"), NULL, 1 },
                { STR_INIT("\xFFz\0"), NULL, 0 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                Str utf8 = STR("untouched");
                size_t at = 4711;
                Rc rc = gb18030_to_utf8(arena, rows[i].text, &utf8, &at);
                assert_int_equal(rc, rows[i].utf8 == NULL ? RC_INVALID : RC_OK);
                assert_int_equal(at, rows[i].utf8 == NULL ? rows[i].at : 4711);
                assert_str(utf8, rows[i].utf8 == NULL ? "untouched" : rows[i].utf8);
        }
}

static uint32_t only(const char *text) {
        size_t at = 0;
        return utf8_next(str_from(text), &at);
}

static void folding(void **state) {
        (void) state;
        static const struct {
                const char *from, *to;
        } rows[] = {
                { "創", "创" }, { "業", "业" }, { "貸", "贷" }, { "濟", "济" }, { "寧", "宁" }, { "淮", "淮" }, { "後", "后" },
                { "裡", "里" }, { "臺", "台" }, { "爲", "为" }, { "為", "为" }, { "薴", "苎" }, { "㑯", "㑔" }, { "Ａ", "a" },
                { "Z", "z" },   { "９", "9" },  { "\xE3\x80\x80", " " }, { "（", "(" },  { "。", "。" }, { "é", "é" },   { "创", "创" },
                { "\xF0\xA0\xAE\xB7", "\xF0\xA0\xAE\xB7" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                if (utf8_fold(only(rows[i].from)) != only(rows[i].to))
                        fail_msg("%s folds to U+%04X", rows[i].from, utf8_fold(only(rows[i].from)));
        uint32_t changed = 0;
        for (uint32_t character = 1; character < 0x30000; character++) {
                if (character >= 0xD800 && character <= 0xDFFF)
                        continue;
                uint32_t once = utf8_fold(character);
                assert_int_equal(utf8_fold(once), once);
                changed += utf8_simplify(character) != character;
        }
        assert_int_equal(changed, 2966);         /* each pair is found: the table is sorted, and no pair is one character twice */
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(well_formed_text),
                cmocka_unit_test(malformed_text_is_placed),
                cmocka_unit_test(every_character_makes_the_round_trip),
                cmocka_unit_test(malformed_bytes_read_as_replacement),
                cmocka_unit_test(surrogates_are_never_written),
                cmocka_unit_test(classes_and_widths),
                cmocka_unit_test(folding),
                cmocka_unit_test(gb18030),
        };
        return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
