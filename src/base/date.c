/* Civil dates. The day count follows H. Hinnant's "chrono-compatible low-level date algorithms": years start
 * in March, so the leap day is the last of its year, and 400 years are 146,097 days. */
#include "base/date.h"

#include <time.h>

#define ERA_DAYS 146097
#define EPOCH_SHIFT 719468   /* days from 0000-03-01 to 1970-01-01 */
#define MONTHS_CLIP 240000   /* 20,000 years either way: past every date we print */

static int64_t floor_divide(int64_t a, int64_t b) {
        return a / b - (a % b < 0);
}

static bool leap_year(int64_t year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t month_length(int64_t year, int32_t month) {
        static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        return lengths[month - 1] + (month == 2 && leap_year(year));
}

static int32_t day_number(int64_t year, int32_t month, int32_t day) {
        int64_t shifted = year - (month <= 2);
        int64_t era = floor_divide(shifted, 400);
        int64_t year_of_era = shifted - era * 400;
        int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        return (int32_t) (era * ERA_DAYS + day_of_era - EPOCH_SHIFT);
}

int32_t date_from_civil(int32_t year, int32_t month, int32_t day) {
        MUST(civil_valid(year, month, day));
        return day_number(year, month, day);
}

Civil date_to_civil(int32_t days) {
        int64_t shifted = (int64_t) days + EPOCH_SHIFT;
        int64_t era = floor_divide(shifted, ERA_DAYS);
        int64_t day_of_era = shifted - era * ERA_DAYS;
        int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        int32_t month_index = (int32_t) ((5 * day_of_year + 2) / 153);   /* 0 is March */
        int32_t month = month_index + (month_index < 10 ? 3 : -9);
        return (Civil){ .year = (int32_t) (year_of_era + era * 400 + (month <= 2)),
                        .month = month,
                        .day = (int32_t) (day_of_year - (153 * month_index + 2) / 5 + 1) };
}

bool civil_valid(int32_t year, int32_t month, int32_t day) {
        return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= month_length(year, month);
}

int32_t date_add_months(int32_t days, int64_t months) {
        if (months > MONTHS_CLIP)
                months = MONTHS_CLIP;
        if (months < -MONTHS_CLIP)
                months = -MONTHS_CLIP;
        Civil from = date_to_civil(days);
        int64_t count = (int64_t) from.year * 12 + from.month - 1 + months;
        int64_t year = floor_divide(count, 12);
        int32_t month = (int32_t) (count - year * 12) + 1;
        int32_t last = month_length(year, month);
        return day_number(year, month, from.day < last ? from.day : last);
}

int64_t date_full_months(int32_t from, int32_t to) {
        Civil a = date_to_civil(from), b = date_to_civil(to);
        int64_t months = ((int64_t) b.year - a.year) * 12 + b.month - a.month;
        int32_t last = month_length(b.year, b.month);
        /* the corresponding day in the month of `to`, clipped, may still lie ahead */
        return months - (b.day < (a.day < last ? a.day : last));
}

int64_t date_full_years(int32_t birth, int32_t at) {
        return floor_divide(date_full_months(birth, at), 12);
}

/* One to `most` digits at the front of *text. */
static bool take_number(Str *text, size_t most, int32_t *ret_value) {
        size_t length = 0;
        int32_t value = 0;
        while (length < most && length < text->length && text->data[length] >= '0' && text->data[length] <= '9')
                value = value * 10 + (text->data[length++] - '0');
        if (length == 0)
                return false;
        *text = str_slice(*text, length, text->length);
        *ret_value = value;
        return true;
}

static bool take_text(Str *text, Str wanted) {
        if (!str_starts(*text, wanted))
                return false;
        *text = str_slice(*text, wanted.length, text->length);
        return true;
}

bool date_parse(Str text, int32_t *ret_days) {
        static const struct {
                Str    after_year, after_month, after_day;
                size_t least;   /* bytes: the packed form has no separators to tell the parts */
        } forms[] = {
                { STR_INIT("-"), STR_INIT("-"), STR_INIT(""), 8 },
                { STR_INIT("/"), STR_INIT("/"), STR_INIT(""), 8 },
                { STR_INIT("年"), STR_INIT("月"), STR_INIT("日"), 15 },
                { STR_INIT(""), STR_INIT(""), STR_INIT(""), 8 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
                Str rest = text;
                int32_t year = 0, month = 0, day = 0;
                bool packed = forms[i].after_year.length == 0;
                if (text.length < forms[i].least || (packed && text.length != 8))
                        continue;
                if (!take_number(&rest, 4, &year) || text.length - rest.length != 4 ||
                    !take_text(&rest, forms[i].after_year) || !take_number(&rest, 2, &month) ||
                    !take_text(&rest, forms[i].after_month) || !take_number(&rest, 2, &day) ||
                    !take_text(&rest, forms[i].after_day) || rest.length != 0)
                        continue;
                if (!civil_valid(year, month, day))
                        return false;
                *ret_days = day_number(year, month, day);
                return true;
        }
        return false;
}

static void print_digits(char *at, int32_t value, int count) {
        for (int i = count - 1; i >= 0; i--, value /= 10)
                at[i] = (char) ('0' + value % 10);
}

void date_print(int32_t days, char ret_text[11]) {
        Civil civil = date_to_civil(days);
        MUST(civil.year >= 0 && civil.year <= 9999);
        print_digits(ret_text, civil.year, 4);
        ret_text[4] = ret_text[7] = '-';
        print_digits(ret_text + 5, civil.month, 2);
        print_digits(ret_text + 8, civil.day, 2);
        ret_text[10] = 0;
}

Str date_chinese(Arena *arena, int32_t days) {
        Civil civil = date_to_civil(days);
        return str_format(arena, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

int32_t date_today(void) {
        time_t now = time(NULL);
        struct tm local = { 0 };
        MUST(now != (time_t) -1 && localtime_r(&now, &local) != NULL);
        return day_number(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

int64_t clock_microseconds(void) {
        struct timespec now;
        MUST(clock_gettime(CLOCK_REALTIME, &now) == 0);
        return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_seconds(void) {
        return clock_microseconds() / 1000000;
}

Str clock_chinese(Arena *arena, int64_t seconds) {
        time_t moment = seconds;
        struct tm local = { 0 };
        if (!localtime_r(&moment, &local))
                return STR("时间不明");
        return str_format(arena, "%d年%d月%d日 %02d:%02d", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min);
}
