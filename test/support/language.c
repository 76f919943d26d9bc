/* What the tests of the language floor share; failures are cmocka failures of the test that calls. */
#include "support/language.h"

#include <dirent.h>
#include <string.h>

#include "language/syntax_dump.h"
#include "unit/unit.h"

Str language_fenced(Arena *arena, Str code) {
        return str_format(arena, "```leye\n%.*s\n```\n", STR_ARG(code));
}

Str language_dump(Arena *arena, Str text, Diagnostics *diagnostics) {
        diagnostics_init(diagnostics, arena);
        uint32_t file = diagnostics_add_file(diagnostics, STR("test.md"), text);
        Syntax syntax;
        Rc rc = syntax_parse(arena, text, file, diagnostics, &syntax);
        assert_int_equal(rc, diagnostics->errors > 0 ? RC_INVALID : RC_OK);
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        syntax_dump(&syntax, &out);
        return str_copy(arena, buffer_str(&out));
}

void language_expect_clean(const Diagnostics *diagnostics) {
        if (diagnostics->errors == 0 && diagnostics->warnings == 0)
                return;
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        diagnostics_print(diagnostics, &out);
        fail_msg("%.*s", STR_ARG(buffer_str(&out)));
}

Str language_formatted(Arena *arena, Str text) {
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        uint32_t file = diagnostics_add_file(&diagnostics, STR("test.md"), text);
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        Rc rc = syntax_format(arena, text, file, &diagnostics, &out);
        language_expect_clean(&diagnostics);
        assert_int_equal(rc, RC_OK);
        return str_copy(arena, buffer_str(&out));
}

static int compare_paths(const void *a, const void *b) {
        return str_compare(*(const Str *) a, *(const Str *) b);
}

FileList language_files(Arena *arena, const char *folder, const char *suffix) {
        const char *source = getenv("LEYE_SOURCE");
        assert_non_null(source);
        Str path = str_format(arena, "%s/%s", source, folder);
        DIR *directory = opendir(path.data);
        assert_non_null(directory);
        FileList list = { 0 };
        for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
                if (str_ends(str_from(entry->d_name), str_from(suffix)))
                        *ARENA_PUSH(arena, list.paths, list.count, list.capacity) =
                                str_format(arena, "%.*s/%s", STR_ARG(path), entry->d_name);
        }
        assert_int_equal(closedir(directory), 0);
        assert_true(list.count > 0);
        qsort(list.paths, list.count, sizeof(Str), compare_paths);
        return list;
}

Str language_file(Arena *arena, Str path) {
        Str text;
        assert_int_equal(file_read(arena, path.data, LANGUAGE_TEST_MEMORY, &text), RC_OK);
        return text;
}
