/* The text map against a plain array, through several growths, with keys that differ in little. */
#include "unit.h"

#include "base/map.h"

static void keys_keep_their_values(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 26);
        enum { COUNT = 50000 };
        Map *map = map_new(arena);
        for (uint32_t i = 0; i < COUNT; i++) {
                assert_true(map_add(map, str_format(arena, "事实%u", i), i));
                assert_int_equal(map_count(map), i + 1);
        }
        for (uint32_t i = 0; i < COUNT; i++) {
                uint32_t value = 0;
                assert_true(map_get(map, str_format(arena, "事实%u", i), &value));
                assert_int_equal(value, i);
        }
        uint32_t value = 4711;
        assert_false(map_get(map, STR("事实"), &value));
        assert_false(map_get(map, STR("事实50000"), &value));
        assert_int_equal(value, 4711);
}

static void adding_keeps_and_setting_replaces(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 16);
        Map *map = map_new(arena);
        uint32_t value = 0;
        assert_true(map_add(map, STR("a"), 1));
        assert_false(map_add(map, STR("a"), 2));
        assert_true(map_get(map, STR("a"), &value));
        assert_int_equal(value, 1);
        map_set(map, STR("a"), 3);
        assert_true(map_get(map, STR("a"), &value));
        assert_int_equal(value, 3);
        map_set(map, STR("b"), UINT32_MAX);
        assert_true(map_get(map, STR("b"), &value));
        assert_int_equal(value, UINT32_MAX);
        assert_int_equal(map_count(map), 2);
}

static void odd_keys(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 16);
        Map *map = map_new(arena);
        static const Str keys[] = { STR_INIT(""), STR_INIT("\0"), STR_INIT("\0\0"), STR_INIT("a\0"), STR_INIT("a") };
        for (uint32_t i = 0; i < ARRAY_LENGTH(keys); i++)
                assert_true(map_add(map, keys[i], i));
        for (uint32_t i = 0; i < ARRAY_LENGTH(keys); i++) {
                uint32_t value = 99;
                assert_true(map_get(map, keys[i], &value));
                assert_int_equal(value, i);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(keys_keep_their_values),
                cmocka_unit_test(adding_keeps_and_setting_replaces),
                cmocka_unit_test(odd_keys),
        };
        return cmocka_run_group_tests_name("base/map", tests, NULL, NULL);
}
