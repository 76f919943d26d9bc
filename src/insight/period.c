/* Months, quarters, half years, school terms and years as days. */
#include "insight/series.h"

#define MONTHS_A_YEAR 12

/* How many months a period of this length has; a school term is told apart by where it starts. */
static int32_t cycle_months(Cycle cycle) {
        switch (cycle) {
        case CYCLE_MONTH:
                return 1;
        case CYCLE_QUARTER:
                return 3;
        case CYCLE_HALF_YEAR:
        case CYCLE_TERM:
                return 6;
        case CYCLE_NONE:
        case CYCLE_YEAR:
                return MONTHS_A_YEAR;
        }
        return MONTHS_A_YEAR;
}

static Period months_from(int32_t first, int32_t months) {
        return (Period){ first, date_add_months(first, months) - 1 };
}

Period period_of(Cycle cycle, int32_t day) {
        Civil civil = date_to_civil(day);
        int32_t months = cycle_months(cycle), shift = cycle == CYCLE_TERM ? 1 : 0;      /* terms start in February and August */
        int32_t month = (civil.month - 1 - shift + MONTHS_A_YEAR) % MONTHS_A_YEAR / months * months + shift;
        int32_t year = civil.year - (civil.month - 1 < shift);
        return months_from(date_from_civil(year, month + 1, 1), months);
}

Period period_next(Cycle cycle, Period period) {
        return months_from(period.last + 1, cycle_months(cycle));
}

Period period_before(Cycle cycle, Period period) {
        return months_from(date_add_months(period.first, -cycle_months(cycle)), cycle_months(cycle));
}

Period period_year_before(Period period) {
        bool month_end = date_to_civil(period.last + 1).day == 1;
        int32_t last = date_add_months(period.last, -MONTHS_A_YEAR);
        if (month_end)                  /* the end of a month stays one: February has 28 or 29 days */
                last = date_add_months(period.last + 1, -MONTHS_A_YEAR) - 1;
        return (Period){ date_add_months(period.first, -MONTHS_A_YEAR), last };
}

void period_print(Period period, Buffer *out) {
        static const struct {
                int32_t     months, month;      /* length, and the month it starts in */
                const char *text;
        } names[] = {
                { 12, 1, "年" },        { 6, 1, "年上半年" },   { 6, 7, "年下半年" },   { 6, 2, "年春季学期" }, { 6, 8, "年秋季学期" },
                { 3, 1, "年第一季度" }, { 3, 4, "年第二季度" }, { 3, 7, "年第三季度" }, { 3, 10, "年第四季度" },
        };
        Civil first = date_to_civil(period.first);
        int64_t months = first.day == 1 && date_to_civil(period.last + 1).day == 1 ? date_full_months(period.first, period.last + 1) : 0;
        if (months == 1) {
                buffer_format(out, "%d年%d月", first.year, first.month);
                return;
        }
        if (months > MONTHS_A_YEAR && months % MONTHS_A_YEAR == 0 && first.month == 1) {
                buffer_format(out, "%d至%d年", first.year, date_to_civil(period.last).year);
                return;
        }
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
                if (names[i].months == months && names[i].month == first.month) {
                        buffer_format(out, "%d%s", first.year, names[i].text);
                        return;
                }
        Civil last = date_to_civil(period.last);
        buffer_format(out, "%d年%d月%d日", first.year, first.month, first.day);
        if (period.first == period.last)
                return;
        buffer_add(out, STR("至"));
        if (last.year != first.year)
                buffer_format(out, "%d年", last.year);
        buffer_format(out, "%d月%d日", last.month, last.day);
}
