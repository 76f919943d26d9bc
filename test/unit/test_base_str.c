/* Slices: comparing, finding, cutting, trimming, numbers at the edges of 64 bits. */
#include "unit.h"

static void comparing_is_by_bytes_shorter_first(void **state) {
        (void) state;
        static const struct {
                Str a, b;
                int order;
        } rows[] = {
                { STR_INIT(""), STR_INIT(""), 0 },       { STR_INIT(""), STR_INIT("a"), -1 },
                { STR_INIT("a"), STR_INIT("ab"), -1 },   { STR_INIT("b"), STR_INIT("ab"), 1 },
                { STR_INIT("济南"), STR_INIT("济南"), 0 }, { STR_INIT("~"), STR_INIT("济"), -1 },
                { STR_INIT("a\0b"), STR_INIT("a\0c"), -1 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                int order = str_compare(rows[i].a, rows[i].b);
                assert_int_equal((order > 0) - (order < 0), rows[i].order);
                assert_int_equal(str_equal(rows[i].a, rows[i].b), rows[i].order == 0);
                int back = str_compare(rows[i].b, rows[i].a);
                assert_int_equal((back > 0) - (back < 0), -rows[i].order);
        }
        assert_true(str_equal((Str){ NULL, 0 }, STR("")));
}

static void finding(void **state) {
        (void) state;
        size_t at = 99;
        assert_true(str_find(STR("年龄 >= 60岁"), STR("60"), &at));
        assert_int_equal(at, 10);
        assert_true(str_find(STR("aab"), STR("ab"), &at));
        assert_int_equal(at, 1);
        assert_true(str_find(STR("x"), STR(""), &at));
        assert_int_equal(at, 0);
        at = 99;
        assert_false(str_find(STR("ab"), STR("abc"), &at));
        assert_false(str_find((Str){ NULL, 0 }, STR("a"), &at));
        assert_int_equal(at, 99);
        assert_true(str_starts(STR("政策"), STR("政")));
        assert_false(str_starts(STR("政"), STR("政策")));
        assert_true(str_ends(STR("a.leye"), STR(".leye")));
        assert_false(str_ends(STR("leye"), STR(".leye")));
}

static void slicing_and_trimming(void **state) {
        (void) state;
        assert_str(str_slice(STR("abcdef"), 2, 4), "cd");
        assert_str(str_slice(STR("abc"), 2, 99), "c");
        assert_str(str_slice(STR("abc"), 3, 99), "");
        assert_str(str_slice(STR("abc"), 2, 1), "");
        assert_str(str_slice(STR("abc"), 99, 100), "");
        assert_str(str_trim(STR(" \t\r\n x y \v\f")), "x y");
        assert_str(str_trim(STR(" \n")), "");
        assert_str(str_trim(STR("")), "");
        assert_str(str_trim(STR("　全角空格不算")), "　全角空格不算");
}

static void cutting(void **state) {
        (void) state;
        Str rest = STR("a,,b");
        assert_str(str_cut(&rest, ','), "a");
        assert_str(str_cut(&rest, ','), "");
        assert_str(rest, "b");
        assert_str(str_cut(&rest, ','), "b");
        assert_int_equal(rest.length, 0);
        assert_str(str_cut(&rest, ','), "");
        rest = STR("a,");
        assert_str(str_cut(&rest, ','), "a");
        assert_str(rest, "");
}

static void copies_end_in_nul(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1000);
        Str copy = str_copy(arena, str_slice(STR("abcdef"), 1, 3));
        assert_string_equal(copy.data, "bc");
        assert_string_equal(str_copy(arena, (Str){ NULL, 0 }).data, "");
        Str text = str_format(arena, "%s差 %d 个月%c", "还", 12, '!');
        assert_string_equal(text.data, "还差 12 个月!");
        assert_int_equal(text.length, 17);
}

static void whole_numbers(void **state) {
        (void) state;
        static const struct {
                Str     text;
                bool    ok;
                int64_t value;
        } rows[] = {
                { STR_INIT("0"), true, 0 },
                { STR_INIT("-0"), true, 0 },
                { STR_INIT("007"), true, 7 },
                { STR_INIT("9223372036854775807"), true, INT64_MAX },
                { STR_INIT("-9223372036854775808"), true, INT64_MIN },
                { STR_INIT("9223372036854775808"), false, 0 },
                { STR_INIT("-9223372036854775809"), false, 0 },
                { STR_INIT("99999999999999999999"), false, 0 },
                { STR_INIT(""), false, 0 },
                { STR_INIT("-"), false, 0 },
                { STR_INIT("--1"), false, 0 },
                { STR_INIT("+1"), false, 0 },
                { STR_INIT(" 1"), false, 0 },
                { STR_INIT("1 "), false, 0 },
                { STR_INIT("1.0"), false, 0 },
                { STR_INIT("１"), false, 0 },
                { STR_INIT("1\0"), false, 0 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                int64_t value = 4711;
                assert_int_equal(str_to_int(rows[i].text, &value), rows[i].ok);
                assert_int_equal(value, rows[i].ok ? rows[i].value : 4711);
        }
}

static void hash_is_fnv_1a(void **state) {
        (void) state;
        /* published vectors of the algorithm */
        assert_true(str_hash(STR("")) == 0xcbf29ce484222325u);
        assert_true(str_hash(STR("a")) == 0xaf63dc4c8601ec8cu);
        assert_true(str_hash(STR("foobar")) == 0x85944171f73967e8u);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(comparing_is_by_bytes_shorter_first),
                cmocka_unit_test(finding),
                cmocka_unit_test(slicing_and_trimming),
                cmocka_unit_test(cutting),
                cmocka_unit_test(copies_end_in_nul),
                cmocka_unit_test(whole_numbers),
                cmocka_unit_test(hash_is_fnv_1a),
        };
        return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
