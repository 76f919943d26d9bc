/* The byte builder at its cap, and whole files in and out. */
#include "unit.h"

#include "base/buffer.h"

#include <sys/stat.h>

static void appends(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer buffer = buffer_new(1 << 20);
        assert_int_equal(buffer_str(&buffer).length, 0);
        buffer_add(&buffer, STR("年龄"));
        buffer_add(&buffer, (Str){ NULL, 0 });
        buffer_byte(&buffer, ' ');
        buffer_format(&buffer, "%d/%s", 60, "岁");
        buffer_repeat(&buffer, '-', 3);
        assert_str(buffer_str(&buffer), "年龄 60/岁---");
        for (int i = 0; i < 10000; i++)
                buffer_format(&buffer, "%06d", i);
        assert_int_equal(buffer_str(&buffer).length, 60000 + 16);
        assert_memory_equal(buffer_str(&buffer).data + 16 + 9999 * 6, "009999", 6);
        assert_false(buffer.failed);
}

static void the_cap_is_exact_and_sticky(void **state) {
        (void) state;
        CLEAN(buffer_free) Buffer buffer = buffer_new(10);
        buffer_add(&buffer, STR("123456789"));
        buffer_byte(&buffer, 'x');
        assert_false(buffer.failed);
        buffer_add(&buffer, STR(""));
        assert_false(buffer.failed);
        buffer_byte(&buffer, 'y');
        assert_true(buffer.failed);
        assert_str(buffer_str(&buffer), "123456789x");
        buffer_clear(&buffer);
        assert_false(buffer.failed);
        buffer_format(&buffer, "%s", "12345678901");
        assert_true(buffer.failed);
        buffer_byte(&buffer, 'z');
        assert_str(buffer_str(&buffer), "");
        buffer_clear(&buffer);
        buffer_repeat(&buffer, 'a', SIZE_MAX);
        assert_true(buffer.failed);
        buffer_clear(&buffer);
        buffer_repeat(&buffer, 'a', 10);
        assert_str(buffer_str(&buffer), "aaaaaaaaaa");

        CLEAN(buffer_free) Buffer none = buffer_new(0);
        buffer_byte(&none, 'x');
        assert_true(none.failed);
        assert_int_equal(buffer_str(&none).length, 0);
}

static int make_folder(void **state) {
        static char folder[] = "/tmp/leye-buffer-XXXXXX";
        *state = mkdtemp(folder);
        return *state == NULL ? -1 : chdir(folder);
}

static int remove_folder(void **state) {
        return chdir("/") == 0 ? rmdir(*state) : -1;
}

static void files_make_the_round_trip(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 22);
        static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 300000 };
        for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
                char *bytes = ARENA_NEW(arena, char, sizes[i] + 1);
                for (size_t k = 0; k < sizes[i]; k++)
                        bytes[k] = (char) (k * 7);
                assert_int_equal(file_write("data", (Str){ bytes, sizes[i] }), RC_OK);
                Str text = STR("untouched");
                assert_int_equal(file_read(arena, "data", sizes[i], &text), RC_OK);
                assert_true(str_equal(text, (Str){ bytes, sizes[i] }));
                assert_int_equal(text.data[text.length], 0);
                if (sizes[i] > 0) {
                        Str other = STR("untouched");
                        assert_int_equal(file_read(arena, "data", sizes[i] - 1, &other), RC_TOOBIG);
                        assert_str(other, "untouched");
                }
        }
        assert_int_equal(unlink("data"), 0);
}

static void files_that_cannot_be_read(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 20);
        Str text = STR("untouched");
        assert_int_equal(file_read(arena, "nothing-here", 10, &text), RC_MISSING);
        assert_int_equal(file_read(arena, "nothing-here/below", 10, &text), RC_MISSING);
        assert_int_equal(file_read(arena, ".", 10, &text), RC_IO);
        assert_int_equal(file_read(arena, "/dev/zero", 1000, &text), RC_TOOBIG);
        assert_str(text, "untouched");
        assert_int_equal(file_read(arena, "/dev/null", 0, &text), RC_OK);
        assert_int_equal(text.length, 0);
}

static void a_failed_write_leaves_the_old_file(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 20);
        assert_int_equal(file_write("no-folder/data", STR("x")), RC_IO);
        /* a folder in the place of the file: the rename fails after the bytes were written */
        assert_int_equal(mkdir("taken", 0777), 0);
        assert_int_equal(file_write("taken", STR("x")), RC_IO);
        assert_int_equal(rmdir("taken"), 0);
        assert_int_equal(file_write("data", STR("old")), RC_OK);
        assert_int_equal(file_write("data", STR("new")), RC_OK);
        Str text = STR("");
        assert_int_equal(file_read(arena, "data", 10, &text), RC_OK);
        assert_str(text, "new");
        assert_int_equal(unlink("data"), 0);
        /* remove_folder proves that no temporary file was left behind */
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(appends),
                cmocka_unit_test(the_cap_is_exact_and_sticky),
                cmocka_unit_test(files_make_the_round_trip),
                cmocka_unit_test(files_that_cannot_be_read),
                cmocka_unit_test(a_failed_write_leaves_the_old_file),
        };
        return cmocka_run_group_tests_name("base/buffer", tests, make_folder, remove_folder);
}
