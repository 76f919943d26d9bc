/* Arenas: zeroed, aligned, capped, reusable, and growing arrays keep their elements. */
#include "unit.h"

#include <string.h>

static void allocations_are_zeroed_and_aligned(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 24);
        for (int round = 0; round < 3; round++) {
                for (size_t size = 1; size < 20000; size = size * 3 + 1)
                        for (size_t align = 1; align <= 64; align *= 2) {
                                unsigned char *bytes = arena_alloc(arena, size, align);
                                assert_int_equal((uintptr_t) bytes % align, 0);
                                for (size_t i = 0; i < size; i++)
                                        assert_int_equal(bytes[i], 0);
                                memset(bytes, 0xAB, size);
                        }
                arena_reset(arena);
                assert_int_equal(arena_used(arena), 0);
        }
}

static void allocations_do_not_overlap(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 20);
        enum { COUNT = 2000 };
        uint32_t *numbers[COUNT];
        for (uint32_t i = 0; i < COUNT; i++) {
                numbers[i] = ARENA_NEW(arena, uint32_t, 1 + i % 7);
                for (uint32_t k = 0; k < 1 + i % 7; k++)
                        numbers[i][k] = i;
        }
        for (uint32_t i = 0; i < COUNT; i++)
                for (uint32_t k = 0; k < 1 + i % 7; k++)
                        assert_int_equal(numbers[i][k], i);
}

static void cap_allows_exactly_its_bytes(void **state) {
        (void) state;
        static const size_t caps[] = { 0, 1, 100, 4096, 5000, 1 << 20 };
        for (size_t i = 0; i < ARRAY_LENGTH(caps); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(caps[i]);
                for (size_t used = 0; used < caps[i]; used += caps[i] / 10 + 1) {
                        size_t left = caps[i] - used, step = caps[i] / 10 + 1;
                        (void) arena_alloc(arena, left < step ? left : step, 1);
                }
                assert_int_equal(arena_used(arena), caps[i]);
                (void) arena_alloc(arena, 0, 1);
        }
}

static void allocate_one_byte(void *arena) {
        (void) arena_alloc(arena, 1, 1);
}

static void allocate_everything(void *arena) {
        (void) arena_alloc(arena, SIZE_MAX, 8);
}

static void cap_aborts(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(100);
        assert_false(aborts(allocate_one_byte, arena));
        assert_true(aborts(allocate_everything, arena));
        (void) arena_alloc(arena, 100, 1);
        assert_true(aborts(allocate_one_byte, arena));
        arena_reset(arena);
        assert_false(aborts(allocate_one_byte, arena));
}

static void pushed_elements_stay(void **state) {
        (void) state;
        CLEAN(arena_cleanup) Arena *arena = arena_new(1 << 22);
        uint64_t *array = NULL;
        uint32_t count = 0, capacity = 0;
        for (uint64_t i = 0; i < 10000; i++)
                *ARENA_PUSH(arena, array, count, capacity) = i * i;
        assert_int_equal(count, 10000);
        assert_true(capacity >= count);
        for (uint64_t i = 0; i < 10000; i++)
                assert_int_equal(array[i], i * i);
}

static void freeing_nothing_is_fine(void **state) {
        (void) state;
        assert_null(arena_free(NULL));
        Arena *arena = arena_new(10);
        arena_cleanup(&arena);
        assert_null(arena);
}

static void fail_must(void *context) {
        MUST(context != NULL);
}

static void must_stays_on(void **state) {
        (void) state;
        int something = 0;
        assert_true(aborts(fail_must, NULL));
        assert_false(aborts(fail_must, &something));
        assert_string_equal(rc_name(RC_OK), "ok");
        for (Rc rc = RC_OK; rc <= RC_IO; rc++)
                for (Rc other = RC_OK; other < rc; other++)
                        assert_string_not_equal(rc_name(rc), rc_name(other));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(allocations_are_zeroed_and_aligned),
                cmocka_unit_test(allocations_do_not_overlap),
                cmocka_unit_test(cap_allows_exactly_its_bytes),
                cmocka_unit_test(cap_aborts),
                cmocka_unit_test(pushed_elements_stay),
                cmocka_unit_test(freeing_nothing_is_fine),
                cmocka_unit_test(must_stays_on),
        };
        return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
