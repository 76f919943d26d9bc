/* Keys by group and period, in any order and far beyond the first slots: what series and differential tests count by. */
#include "unit.h"

#include "engine/distinct.h"

#define KEYS 5000
#define GROUPS 3

static void the_first_period_is_told(void **state) {
        (void) state;
        Distinct *keys CLEAN(distinct_cleanup) = distinct_new();
        assert_int_equal(distinct_meet(keys, 7, 0, 5), NONE);
        assert_int_equal(distinct_meet(keys, 7, 0, 9), 5);
        assert_int_equal(distinct_meet(keys, 7, 0, 2), 5);       /* an earlier one is remembered */
        assert_int_equal(distinct_meet(keys, 7, 0, 9), 2);
        assert_int_equal(distinct_meet(keys, 7, 1, 9), NONE);    /* another group */
        assert_int_equal(distinct_meet(keys, -7, 0, 9), NONE);
        assert_int_equal(distinct_meet(keys, INT64_MIN, 0, 0), NONE);
        assert_int_equal(distinct_meet(keys, INT64_MAX, 0, 0), NONE);
        assert_int_equal(distinct_meet(keys, INT64_MIN, 0, 1), 0);
}

/* Every key keeps its group and period through all growing; keys as ids are: runs with gaps. */
static void many_keys_stay_apart(void **state) {
        (void) state;
        Distinct *keys CLEAN(distinct_cleanup) = distinct_new();
        for (uint32_t round = 0; round < 2; round++)
                for (int64_t i = 0; i < KEYS; i++)
                        for (uint32_t group = 0; group < GROUPS; group++) {
                                int64_t key = (i / 100 << 20) + i % 100;
                                uint32_t period = (uint32_t) (i + group) % 12;
                                assert_int_equal(distinct_meet(keys, key, group, period), round == 0 ? NONE : period);
                        }
}

int main(void) {
        const struct CMUnitTest tests[] = { cmocka_unit_test(the_first_period_is_told), cmocka_unit_test(many_keys_stay_apart) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
