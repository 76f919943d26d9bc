/* Working days against the announcements for 2023 and 2024 as people remember them, against a naive count, and with tables that
 * have faults; and tables as such. */
#include "unit.h"

#include "base/buffer.h"
#include "base/tsv.h"
#include "base/workday.h"

#define CAP ((size_t) 16 << 20)
#define HEADER "date\tkind\tname\n"

static int32_t day_of(const char *text) {
        int32_t day;
        assert_true(date_parse(str_from(text), &day));
        return day;
}

static const WorkdayCalendar *real_calendar(Arena *arena) {
        const WorkdayCalendar *calendar;
        Str text, why = { 0 };
        const char *source = getenv("LEYE_SOURCE");
        assert_non_null(source);
        assert_int_equal(file_read(arena, str_format(arena, "%s/cities/common/workdays.tsv", source).data, CAP, &text), RC_OK);
        if (workday_read(text, arena, &calendar, &why) != RC_OK)
                fail_msg("%.*s", STR_ARG(why));
        return calendar;
}

static void holidays_are_known(void **state) {
        (void) state;
        static const struct { const char *day; bool working; } days[] = {
                { "2023-09-28", true },  { "2023-09-29", false }, { "2023-10-01", false }, { "2023-10-06", false },  /* National Day */
                { "2023-10-07", true },  { "2023-10-08", true },  { "2023-10-09", true },  { "2023-10-14", false },
                { "2024-02-04", true },  { "2024-02-09", true },  { "2024-02-10", false }, { "2024-02-16", false },  /* Spring Festival */
                { "2024-02-17", false }, { "2024-02-18", true },  { "2024-02-19", true },  { "2024-02-25", false },
                { "2009-10-01", false }, { "2009-10-10", true },  { "2015-09-03", false }, { "2015-09-06", true },
        };
        Arena *arena = arena_new(CAP);
        const WorkdayCalendar *calendar = real_calendar(arena);
        for (size_t i = 0; i < ARRAY_LENGTH(days); i++)
                if (workday_is(calendar, day_of(days[i].day)) != days[i].working)
                        fail_msg("%s", days[i].day);
        assert_true(workday_is(NULL, day_of("2023-10-05")));      /* a Thursday, weekends only */
        assert_false(workday_is(NULL, day_of("2023-10-07")));
        assert_false(workday_is(NULL, day_of("1969-12-28")));     /* a Sunday before 1970 */
        assert_true(workday_is(NULL, day_of("1969-12-29")));
        arena_free(arena);
}

static void every_announced_year_is_plausible(void **state) {
        (void) state;
        Arena *arena = arena_new(CAP);
        const WorkdayCalendar *calendar = real_calendar(arena);
        for (int32_t year = 2004; year <= 2026; year++) {
                int32_t first = date_from_civil(year, 1, 1), last = date_from_civil(year, 12, 31);
                int32_t count = workday_between(calendar, first - 1, last);
                assert_true(workday_covers(calendar, first) && workday_covers(calendar, last));
                assert_false(workday_is(calendar, first));
                assert_false(workday_is(calendar, date_from_civil(year, 10, 1)));
                assert_in_range(count, 247, 252);
        }
        assert_false(workday_covers(calendar, day_of("2003-12-31")));
        assert_false(workday_covers(calendar, day_of("2027-01-01")));
        assert_false(workday_covers(NULL, day_of("2023-10-01")));
        assert_false(workday_covers(calendar, DATE_MAX + 1));
        assert_true(workday_is(calendar, day_of("2027-10-01")));  /* a Friday of a year nobody knows: a weekday */
        arena_free(arena);
}

static void terms_end_on_working_days(void **state) {
        (void) state;
        static const struct { const char *from; int32_t n; const char *to; } cases[] = {
                { "2023-09-28", 0, "2023-09-28" }, { "2023-09-29", 0, "2023-10-07" }, { "2023-09-28", 1, "2023-10-07" },
                { "2023-09-28", 3, "2023-10-09" }, { "2023-10-01", 1, "2023-10-07" }, { "2024-02-09", 1, "2024-02-18" },
                { "2024-02-02", 1, "2024-02-04" }, { "2024-02-18", 5, "2024-02-23" }, { "2027-01-01", 5, "2027-01-08" },
        };
        Arena *arena = arena_new(CAP);
        const WorkdayCalendar *calendar = real_calendar(arena);
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                char text[11];
                date_print(workday_add(calendar, day_of(cases[i].from), cases[i].n), text);
                if (!str_equal(str_from(text), str_from(cases[i].to)))
                        fail_msg("%s + %d is %s instead of %s", cases[i].from, cases[i].n, text, cases[i].to);
        }
        for (int32_t from = day_of("2023-12-01"); from < day_of("2024-03-31"); from++)       /* adding and counting are inverse */
                for (int32_t n = 1; n < 40; n++) {
                        int32_t to = workday_add(calendar, from, n);
                        assert_true(to > from && workday_is(calendar, to));
                        assert_int_equal(workday_between(calendar, from, to), n);
                }
        assert_int_equal(workday_between(calendar, 100, 100), 0);
        assert_int_equal(workday_between(calendar, 100, 50), 0);
        arena_free(arena);
}

static void broken_calendars_are_refused_with_their_line(void **state) {
        (void) state;
        static const struct { const char *text, *says; } cases[] = {
                { HEADER "2023-10-01\toff\t国庆节\n2023-10-01\toff\t国庆节\n", "第 3 行" },
                { HEADER "2023-10-02\toff\t国庆节\n2023-10-01\toff\t国庆节\n", "从早到晚" },
                { HEADER "2023-10-01\tfree\t国庆节\n", "off" },
                { HEADER "2023-02-30\toff\t春节\n", "第 2 行：date" },
                { HEADER "1899-12-31\toff\t除夕\n", "第 2 行：date" },
                { HEADER "2023-10-01\toff\n", "第 2 行：有 2 格" },
                { HEADER "2023-10-01\toff\t国庆节\tx\n", "有 4 格" },
                { HEADER "\n", "有 1 格" },
                { "day\tkind\tname\n", "第 1 行：列名" },
                { "", "第 1 行" },
                { HEADER "2023-10-01\toff\t\xff\n", "不是 UTF-8" },
        };
        Arena *arena = arena_new(CAP);
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                const WorkdayCalendar *calendar;
                Str why = { 0 };
                size_t at;
                assert_int_equal(workday_read(str_from(cases[i].text), arena, &calendar, &why), RC_INVALID);
                if (!str_find(why, str_from(cases[i].says), &at))
                        fail_msg("%zu: %.*s", i, STR_ARG(why));
        }
        const WorkdayCalendar *calendar;
        Str why;
        assert_int_equal(workday_read(STR(HEADER), arena, &calendar, &why), RC_OK);         /* nothing announced */
        assert_false(workday_covers(calendar, day_of("2023-10-01")));
        assert_int_equal(workday_read(STR("date\tkind\tname\r\n2023-10-02\toff\t国庆节"), arena, &calendar, &why), RC_OK);
        assert_false(workday_is(calendar, day_of("2023-10-02")));
        arena_free(arena);
}

static void steps_say_their_term(void **state) {
        (void) state;
        static const struct { const char *text; int32_t count; bool working, found; } cases[] = {
                { "受理：街道经办，1个工作日", 1, true, true },  { "审核：区县，20 个工作日", 20, true, true }, { "办结：市，3工作日", 3, true, true },
                { "公示：公众，5天", 5, false, true },          { "公示：公众，30 日 ", 30, false, true },     { "7天", 7, false, true },
                { "公示：公众", 0, false, false },              { "受理：至3月1日", 0, false, false },         { "受理：2023年3月1日", 0, false, false },
                { "办结：市，工作日", 0, false, false },        { "办结：市，99999999999天", 0, false, false }, { "", 0, false, false },
                { "办结：市，10001天", 0, false, false },       { "办结：市，-3天", 0, false, false },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
                WorkdayTerm term = { 0 };
                bool found = workday_term(str_from(cases[i].text), &term);
                if (found != cases[i].found || term.count != cases[i].count || term.working != cases[i].working)
                        fail_msg("%s", cases[i].text);
        }
        Arena *arena = arena_new(CAP);
        const WorkdayCalendar *calendar = real_calendar(arena);
        int32_t day = day_of("2023-09-28");
        assert_int_equal(workday_term_end(calendar, day, (WorkdayTerm){ 2, true }), day_of("2023-10-08"));
        assert_int_equal(workday_term_end(calendar, day, (WorkdayTerm){ 2, false }), day_of("2023-10-07"));
        assert_int_equal(workday_term_end(NULL, day, (WorkdayTerm){ 2, false }), day_of("2023-10-02"));
        arena_free(arena);
}

static void too_long(void *context) {
        (void) context;
        (void) workday_add(NULL, 0, WORKDAY_COUNT_MAX + 1);
}

static void nobody_counts_for_ever(void **state) {
        (void) state;
        assert_true(aborts(too_long, NULL));
        assert_int_equal(workday_between(NULL, 0, workday_add(NULL, 0, WORKDAY_COUNT_MAX)), WORKDAY_COUNT_MAX);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(holidays_are_known),
                cmocka_unit_test(every_announced_year_is_plausible),
                cmocka_unit_test(terms_end_on_working_days),
                cmocka_unit_test(broken_calendars_are_refused_with_their_line),
                cmocka_unit_test(steps_say_their_term),
                cmocka_unit_test(nobody_counts_for_ever),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
