/* The reference texts in doc/ are what the tables of the language say: LEYE_WRITE_DOCS=1 rewrites them. */
#include "unit.h"

#include "base/buffer.h"
#include "language/diagnostics.h"
#include "language/syntax.h"

#define DOCUMENT_CAP ((size_t) 4 << 20)

static const char LABELS_HEADING[] = "## Labels\n\n";

static const char *document(Arena *arena, const char *name) {
        return str_format(arena, "%s/doc/%s", getenv("LEYE_SOURCE"), name).data;
}

/* Holds the document's text against `expected`, or writes it. */
static void compare(Arena *arena, const char *name, Str expected) {
        const char *path = document(arena, name);
        if (getenv("LEYE_WRITE_DOCS"))
                assert_int_equal(file_write(path, expected), RC_OK);
        Str text;
        assert_int_equal(file_read(arena, path, DOCUMENT_CAP, &text), RC_OK);
        assert_true(str_equal(text, expected));
}

static void test_labels(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(DOCUMENT_CAP * 4);
        Str text;
        assert_int_equal(file_read(arena, document(arena, "language.md"), DOCUMENT_CAP, &text), RC_OK);
        size_t at;
        assert_true(str_find(text, str_from(LABELS_HEADING), &at));
        Buffer expected CLEAN(buffer_free) = buffer_new(DOCUMENT_CAP);
        buffer_add(&expected, str_slice(text, 0, at + sizeof LABELS_HEADING - 1));
        syntax_reference(&expected);
        compare(arena, "language.md", buffer_str(&expected));
}

static void test_diagnostics(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(DOCUMENT_CAP * 4);
        Buffer expected CLEAN(buffer_free) = buffer_new(DOCUMENT_CAP);
        buffer_add(&expected, STR("# Diagnostics\n\nEvery code the language can give, with its meaning and the way out.\n\n"));
        language_codes_reference(&expected);
        compare(arena, "diagnostics.md", buffer_str(&expected));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_labels),
                cmocka_unit_test(test_diagnostics),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
