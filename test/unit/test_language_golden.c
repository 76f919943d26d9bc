/* Walks test/language/parse. ok/NAME.md is canonical and has the tree NAME.tree. bad/NAME.md says in lines
 * <!-- expect CODE LINE:COLUMN --> which findings it must give, no others, in order of place. Every parsing code but
 * L0101 (a file over a mebibyte; see the parser's limits) must be raised by one of them. */
#include "unit.h"

#include "language/diagnostics.h"
#include "support/language.h"

static void good_files_have_their_tree(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        FileList files = language_files(arena, "test/language/parse/ok", ".md");
        for (uint32_t i = 0; i < files.count; i++) {
                Diagnostics diagnostics;
                Str text = language_file(arena, files.paths[i]);
                Str stem = str_slice(files.paths[i], 0, files.paths[i].length - sizeof("md") + 1);
                Str tree = language_file(arena, str_format(arena, "%.*stree", STR_ARG(stem)));
                Str dump = language_dump(arena, text, &diagnostics);
                language_expect_clean(&diagnostics);
                assert_str(dump, tree.data);
                assert_str(language_formatted(arena, text), text.data);
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

/* The same of what was found; in source order, because the parser finds in that order but for unclosed blocks. */
static Str findings(Arena *arena, Str text, const Diagnostics *diagnostics, bool *raised) {
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        for (const Diagnostic *d = diagnostics->first; d != NULL; d = d->next) {
                Position position = position_of(text, d->at.start);
                LanguageCode code;
                buffer_format(&out, "%.*s %u:%u\n", STR_ARG(d->code), position.line, position.column);
                assert_true(language_code_find(d->code, &code));
                assert_true(d->message.length > 0 && d->at.end <= text.length);
                raised[code] = true;
        }
        return str_copy(arena, buffer_str(&out));
}

static void bad_files_give_their_findings(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(LANGUAGE_TEST_MEMORY);
        FileList files = language_files(arena, "test/language/parse/bad", ".md");
        bool raised[CODE_COUNT] = { 0 };
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < files.count; i++) {
                Diagnostics diagnostics;
                Str text = language_file(arena, files.paths[i]);
                (void) language_dump(arena, text, &diagnostics);   /* the findings are what counts */
                Str found = findings(arena, text, &diagnostics, raised), expected = expectations(arena, text);
                if (str_equal(found, expected))
                        continue;
                print_error("%.*s expects\n%.*sbut gives\n%.*s", STR_ARG(files.paths[i]), STR_ARG(expected),
                            STR_ARG(found));
                wrong++;
        }
        assert_int_equal(wrong, 0);
        for (uint32_t i = 0; i < CODE_COUNT; i++) {
                const char *code = language_code_text((LanguageCode) i);
                if (str_starts(str_from(code), STR("L01")) && !str_equal(str_from(code), STR("L0101")) && !raised[i])
                        fail_msg("no bad file raises %s", code);
        }
}

static void codes_are_in_order_and_explained(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer out = buffer_new(1 << 20);
        language_codes_reference(&out);
        for (uint32_t i = 0; i < CODE_COUNT; i++) {
                LanguageCode found;
                Str code = str_from(language_code_text((LanguageCode) i));
                assert_true(language_code_find(code, &found) && found == (LanguageCode) i);
                assert_true(i == 0 || str_compare(str_from(language_code_text((LanguageCode) (i - 1))), code) < 0);
                assert_true(language_code_title(found).length > 0 && language_code_explanation(found).length > 0);
                size_t at;
                assert_true(str_find(buffer_str(&out), code, &at));
        }
        LanguageCode none;
        assert_false(language_code_find(STR("L9999"), &none));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(good_files_have_their_tree),
                cmocka_unit_test(bad_files_give_their_findings),
                cmocka_unit_test(codes_are_in_order_and_explained),
        };
        return cmocka_run_group_tests_name("language golden", tests, NULL, NULL);
}
