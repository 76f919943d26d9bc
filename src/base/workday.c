/* The days that differ from the plain week, sorted; everything else follows from the day of the week. */
#include "base/workday.h"

#include "base/tsv.h"

#define DAYS_A_WEEK 7
#define WORKING_DAYS_A_WEEK 5
#define EPOCH_WEEKDAY 3            /* 1970-01-01 was a Thursday; Monday is 0 */
#define FIRST_YEAR 1900
#define YEARS 300

typedef struct SpecialDay {
        int32_t day;
        bool    working;
} SpecialDay;

struct WorkdayCalendar {
        SpecialDay *days;                /* ascending */
        uint32_t    count;
        bool        covered[YEARS];      /* from FIRST_YEAR on */
};

Rc workday_read(Str text, Arena *arena, const WorkdayCalendar **ret_calendar, Str *ret_why) {
        static const Str columns[] = { STR_INIT("date"), STR_INIT("kind"), STR_INIT("name") };
        TsvRow *rows;
        uint32_t count;
        Rc rc = tsv_read(text, columns, ARRAY_LENGTH(columns), arena, &rows, &count, ret_why);
        if (rc != RC_OK)
                return rc;
        WorkdayCalendar *calendar = ARENA_NEW(arena, WorkdayCalendar, 1);
        calendar->days = ARENA_NEW(arena, SpecialDay, count);
        calendar->count = count;
        for (uint32_t i = 0; i < count; i++) {
                Str date = rows[i].cells[0], kind = rows[i].cells[1];
                SpecialDay *special = &calendar->days[i];
                const char *why = NULL;
                special->working = str_equal(kind, STR("work"));
                if (!date_parse(date, &special->day) || special->day < DATE_MIN || special->day > DATE_MAX)
                        why = "date 要是一个日期，例如 2023-10-01";
                else if (i > 0 && special->day <= special[-1].day)
                        why = "date 要从早到晚，每天只写一次";
                else if (!special->working && !str_equal(kind, STR("off")))
                        why = "kind 只能是 off（放假）或 work（上班）";
                if (why) {
                        *ret_why = str_format(arena, "第 %u 行：%s；这里是“%.*s”“%.*s”", rows[i].line, why, STR_ARG(date), STR_ARG(kind));
                        return RC_INVALID;
                }
                calendar->covered[date_to_civil(special->day).year - FIRST_YEAR] = true;
        }
        *ret_calendar = calendar;
        return RC_OK;
}

bool workday_covers(const WorkdayCalendar *calendar, int32_t day) {
        return calendar && day >= DATE_MIN && day <= DATE_MAX && calendar->covered[date_to_civil(day).year - FIRST_YEAR];
}

/* The first special day that is not before `day`; the count when there is none. */
static uint32_t find_special(const WorkdayCalendar *calendar, int32_t day) {
        uint32_t low = 0, high = calendar ? calendar->count : 0;
        while (low < high) {
                uint32_t middle = low + (high - low) / 2;
                if (calendar->days[middle].day < day)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

bool workday_is(const WorkdayCalendar *calendar, int32_t day) {
        uint32_t at = find_special(calendar, day);
        if (calendar && at < calendar->count && calendar->days[at].day == day)
                return calendar->days[at].working;
        int32_t weekday = (day % DAYS_A_WEEK + DAYS_A_WEEK + EPOCH_WEEKDAY) % DAYS_A_WEEK;
        return weekday < WORKING_DAYS_A_WEEK;
}

int32_t workday_add(const WorkdayCalendar *calendar, int32_t day, int32_t n) {
        MUST(n >= 0 && n <= WORKDAY_COUNT_MAX);
        for (int32_t left = n; left > 0; left -= workday_is(calendar, day))
                day++;
        while (!workday_is(calendar, day))
                day++;
        return day;
}

int32_t workday_between(const WorkdayCalendar *calendar, int32_t from, int32_t to) {
        int32_t count = 0;
        for (int32_t day = from + 1; day <= to; day++)
                count += workday_is(calendar, day);
        return count;
}

/* ---- terms ------------------------------------------------------------------------------------------------------ */

/* Takes `end` off the text's end. */
static bool take_end(Str *text, Str end) {
        if (!str_ends(*text, end))
                return false;
        *text = str_trim(str_slice(*text, 0, text->length - end.length));
        return true;
}

bool workday_term(Str text, WorkdayTerm *ret_term) {
        Str rest = str_trim(text);
        int64_t count;
        bool working = take_end(&rest, STR("工作日"));
        if (working)
                (void) take_end(&rest, STR("个"));       /* both are said */
        else if (!take_end(&rest, STR("天")) && !take_end(&rest, STR("日")))
                return false;
        size_t from = rest.length;
        while (from > 0 && rest.data[from - 1] >= '0' && rest.data[from - 1] <= '9')
                from--;
        Str before = str_trim(str_slice(rest, 0, from));       /* "至3月1日" is no term */
        bool alone = before.length == 0 || str_ends(before, STR("，")) || str_ends(before, STR("："));
        if (!alone || !str_to_int(str_slice(rest, from, rest.length), &count) || count > WORKDAY_COUNT_MAX)
                return false;
        *ret_term = (WorkdayTerm){ (int32_t) count, working };
        return true;
}

int32_t workday_term_end(const WorkdayCalendar *calendar, int32_t day, WorkdayTerm term) {
        return term.working ? workday_add(calendar, day, term.count) : workday_add(calendar, day + term.count, 0);
}
