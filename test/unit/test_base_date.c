/* Dates, held against a naive calendar that walks every day from 1900 to 2199, and the tables of the law:
 * Civil Code art. 202 (a month without the day ends on its last day), ages that count the birthday. */
#include "unit.h"

#include "base/date.h"

#include <time.h>

#define DAY_COUNT (DATE_MAX - DATE_MIN + 1)

/* The naive calendar: no formula shared with the code under test. */
static int32_t naive_month_length(int32_t year, int32_t month) {
        if (month == 2)
                return year % 400 == 0 ? 29 : year % 100 == 0 ? 28 : year % 4 == 0 ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static Civil naive_next(Civil day) {
        if (day.day < naive_month_length(day.year, day.month))
                return (Civil){ day.year, day.month, day.day + 1 };
        if (day.month < 12)
                return (Civil){ day.year, day.month + 1, 1 };
        return (Civil){ day.year + 1, 1, 1 };
}

static Civil *naive_calendar(void) {
        Civil *calendar = calloc(DAY_COUNT, sizeof(Civil));
        assert_non_null(calendar);
        Civil day = { 1900, 1, 1 };
        for (int32_t i = 0; i < DAY_COUNT; i++, day = naive_next(day))
                calendar[i] = day;
        return calendar;
}

/* Later by n months, one month at a time, the day clipped only at the end. */
static Civil naive_add(Civil day, int32_t months) {
        for (; months > 0; months--)
                day = day.month == 12 ? (Civil){ day.year + 1, 1, day.day }
                                      : (Civil){ day.year, day.month + 1, day.day };
        for (; months < 0; months++)
                day = day.month == 1 ? (Civil){ day.year - 1, 12, day.day }
                                     : (Civil){ day.year, day.month - 1, day.day };
        int32_t last = naive_month_length(day.year, day.month);
        return (Civil){ day.year, day.month, day.day < last ? day.day : last };
}

static int civil_order(Civil a, Civil b) {
        int32_t difference = (a.year - b.year) * 372 + (a.month - b.month) * 31 + a.day - b.day;
        return (difference > 0) - (difference < 0);
}

static void every_day_agrees_with_the_naive_calendar(void **state) {
        (void) state;
        Civil *calendar = naive_calendar();
        for (int32_t i = 0; i < DAY_COUNT; i++) {
                Civil civil = date_to_civil(DATE_MIN + i);
                assert_int_equal(civil_order(civil, calendar[i]), 0);
                assert_int_equal(date_from_civil(civil.year, civil.month, civil.day), DATE_MIN + i);
                char text[11], expected[32];
                date_print(DATE_MIN + i, text);
                (void) snprintf(expected, sizeof(expected), "%04d-%02d-%02d", civil.year, civil.month, civil.day);
                assert_string_equal(text, expected);
                int32_t parsed = 0;
                assert_true(date_parse(str_from(text), &parsed));
                assert_int_equal(parsed, DATE_MIN + i);
        }
        Civil last = calendar[DAY_COUNT - 1];
        assert_int_equal(last.year * 10000 + last.month * 100 + last.day, 21991231);
        free(calendar);
}

static void months_agree_with_the_naive_calendar(void **state) {
        (void) state;
        Civil *calendar = naive_calendar();
        for (int32_t i = 0; i < DAY_COUNT; i += 7)
                for (int32_t months = -40; months <= 40; months++) {
                        Civil later = date_to_civil(date_add_months(DATE_MIN + i, months));
                        assert_int_equal(civil_order(later, naive_add(calendar[i], months)), 0);
                }
        free(calendar);
}

static void full_months_is_the_largest_count_that_fits(void **state) {
        (void) state;
        Civil *calendar = naive_calendar();
        for (int32_t i = 0; i < DAY_COUNT; i += 37)
                for (int32_t k = i < 800 ? 0 : i - 800; k < i + 1600 && k < DAY_COUNT; k += 3) {
                        int64_t months = date_full_months(DATE_MIN + i, DATE_MIN + k);
                        assert_in_range(months + 1000, 900, 1100);
                        Civil fits = naive_add(calendar[i], (int32_t) months);
                        Civil too_far = naive_add(calendar[i], (int32_t) months + 1);
                        assert_true(civil_order(fits, calendar[k]) <= 0);
                        assert_true(civil_order(too_far, calendar[k]) > 0);
                }
        free(calendar);
}

static int32_t day(const char *text) {
        int32_t days = 0;
        assert_true(date_parse(str_from(text), &days));
        return days;
}

static void a_month_without_the_day_ends_on_its_last(void **state) {
        (void) state;
        static const struct {
                const char *from;
                int64_t     months;
                const char *to;
        } rows[] = {
                { "2025-01-31", 1, "2025-02-28" },  { "2024-01-31", 1, "2024-02-29" },
                { "2024-02-29", 12, "2025-02-28" }, { "2024-02-29", 48, "2028-02-29" },
                { "2025-08-31", 1, "2025-09-30" },  { "2025-03-31", -1, "2025-02-28" },
                { "2025-12-15", 1, "2026-01-15" },  { "2026-01-15", -1, "2025-12-15" },
                { "1999-12-31", 2, "2000-02-29" },  { "2099-12-31", 2, "2100-02-28" },
                { "2025-06-10", 0, "2025-06-10" },  { "2025-06-10", -1200, "1925-06-10" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                assert_int_equal(date_add_months(day(rows[i].from), rows[i].months), day(rows[i].to));
        assert_true(date_add_months(day("2025-06-10"), INT64_MAX) > DATE_MAX);
        assert_true(date_add_months(day("2025-06-10"), INT64_MIN) < DATE_MIN);
        assert_true(date_add_months(INT32_MIN, INT64_MIN) != 0);
        assert_true(date_add_months(INT32_MAX, INT64_MAX) != 0);
}

static void completed_months_and_years(void **state) {
        (void) state;
        static const struct {
                const char *from, *to;
                int64_t     months, years;
        } rows[] = {
                { "2025-01-31", "2025-02-27", 0, 0 },     { "2025-01-31", "2025-02-28", 1, 0 },
                { "2025-01-31", "2025-03-30", 1, 0 },     { "2025-01-31", "2025-03-31", 2, 0 },
                { "2024-06-10", "2025-06-09", 11, 0 },    { "2024-06-10", "2025-06-10", 12, 1 },
                { "1965-05-01", "2025-04-30", 719, 59 },  { "1965-05-01", "2025-05-01", 720, 60 },
                { "2004-02-29", "2022-02-27", 215, 17 },  { "2004-02-29", "2022-02-28", 216, 18 },
                { "2004-02-29", "2024-02-28", 239, 19 },  { "2004-02-29", "2024-02-29", 240, 20 },
                { "2025-06-10", "2025-06-10", 0, 0 },     { "2025-06-10", "2025-06-09", -1, -1 },
                { "2025-06-10", "2025-05-10", -1, -1 },   { "2025-06-10", "2025-05-09", -2, -1 },
                { "2025-03-31", "2025-02-28", -1, -1 },   { "2025-06-10", "2024-06-10", -12, -1 },
                { "2025-06-10", "2024-06-09", -13, -2 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                assert_int_equal(date_full_months(day(rows[i].from), day(rows[i].to)), rows[i].months);
                assert_int_equal(date_full_years(day(rows[i].from), day(rows[i].to)), rows[i].years);
        }
}

static void spellings(void **state) {
        (void) state;
        static const char *const good[] = { "2025-06-10", "2025/6/10",     "2025/06/10",
                                            "20250610",   "2025年6月10日", "2025年06月10日" };
        for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
                assert_int_equal(day(good[i]), 20249);
        static const char *const bad[] = {
                "",           "2025",        "2025-06",     "2025-13-01",  "2025-00-10",   "2025-06-00",  "2025-06-31",
                "2025-02-29", "1900-02-29",  "2025-06-10 ", " 2025-06-10", "2025-06/10",   "25-06-10",    "2025-6-100",
                "2025061",    "202506100",   "2025年6月10", "2025年6月",   "2025-06-1０",  "二〇二五年",  "0000-01-01",
                "2025--6-10", "-025-06-10",  "2025 06 10",  "2025-06-10T00:00", "20251301", "12025-06-10", "2025年6-10日",
        };
        for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
                int32_t days = 4711;
                if (date_parse(str_from(bad[i]), &days))
                        fail_msg("accepted \"%s\"", bad[i]);
                assert_int_equal(days, 4711);
        }
        CLEAN(arena_cleanup) Arena *arena = arena_new(1000);
        assert_str(date_chinese(arena, 20249), "2025年6月10日");
        assert_int_equal(day("1970-01-01"), 0);
        assert_int_equal(day("2000-02-29"), 11016);
}

static void impossible_date(void *context) {
        (void) context;
        (void) date_from_civil(2025, 2, 29);
}

static void invalid_civil_dates(void **state) {
        (void) state;
        assert_true(aborts(impossible_date, NULL));
        assert_true(civil_valid(2024, 2, 29));
        assert_false(civil_valid(2100, 2, 29));
        assert_false(civil_valid(2025, 4, 31));
        assert_false(civil_valid(INT32_MAX, 1, 1));
        assert_false(civil_valid(2025, INT32_MIN, INT32_MAX));
}

static void today_is_the_day_of_the_machine(void **state) {
        (void) state;
        char expected[11], text[11];
        int32_t today;
        do {   /* again when midnight passes in between */
                time_t now = time(NULL);
                today = date_today();
                assert_int_equal(strftime(expected, sizeof(expected), "%Y-%m-%d", localtime(&now)), 10);
        } while (today != date_today());
        date_print(today, text);
        assert_string_equal(text, expected);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_day_agrees_with_the_naive_calendar),
                cmocka_unit_test(months_agree_with_the_naive_calendar),
                cmocka_unit_test(full_months_is_the_largest_count_that_fits),
                cmocka_unit_test(a_month_without_the_day_ends_on_its_last),
                cmocka_unit_test(completed_months_and_years),
                cmocka_unit_test(spellings),
                cmocka_unit_test(invalid_civil_dates),
                cmocka_unit_test(today_is_the_day_of_the_machine),
        };
        return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
