/* Civil dates as days since 1970-01-01 (proleptic Gregorian), and the month arithmetic of the Civil Code:
 * art. 202, a month without the corresponding day ends on its last day. */
#pragma once

#include "base/str.h"

#define DATE_MIN (-25567)  /* 1900-01-01 */
#define DATE_MAX 84005     /* 2199-12-31 */

typedef struct Civil {
        int32_t year, month, day;
} Civil;

int32_t date_from_civil(int32_t year, int32_t month, int32_t day);   /* a valid civil date */
Civil   date_to_civil(int32_t days);
bool    civil_valid(int32_t year, int32_t month, int32_t day);

/* The date `months` later (or earlier), clipped to the month's last day. Total: over 20,000 years away it is
 * some date outside DATE_MIN..DATE_MAX, which callers check. */
int32_t date_add_months(int32_t days, int64_t months);
/* Whole months from `from` to `to`: the largest n with from + n months <= to; negative when to < from
 * (then the smallest magnitude n with from + n months <= to). */
int64_t date_full_months(int32_t from, int32_t to);
/* Completed years of age on `at`; the birthday itself counts; a leap-day birthday falls on 28 February. */
int64_t date_full_years(int32_t birth, int32_t at);

/* "2025-06-10", "2025/6/10", "20250610" or "2025年6月10日"; false on anything else. */
bool date_parse(Str text, int32_t *ret_days);
/* "2025-06-10", 10 bytes and a NUL. */
void date_print(int32_t days, char ret_text[11]);
/* "2025年6月10日". */
Str  date_chinese(Arena *arena, int32_t days);
/* Today in the time zone of the machine, and the time since 1970-01-01: the only clock in the project besides the log's. */
int32_t date_today(void);
int64_t clock_seconds(void);
int64_t clock_microseconds(void);
/* "2022年9月30日 08:05" in the time zone of the machine. */
Str     clock_chinese(Arena *arena, int64_t seconds);
