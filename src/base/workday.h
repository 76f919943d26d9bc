/* Working days: Monday to Friday, without public holidays, with the weekend days that are worked for them; the State Council
 * announces both year by year. A year that the calendar does not know, and every year without a calendar (NULL), has weekends
 * only: workday_covers tells, so that pages can say so. */
#pragma once

#include "base/date.h"

typedef struct WorkdayCalendar WorkdayCalendar;

/* Reads a table of date, kind (off or work) and name, ascending. RC_INVALID: *ret_why says which line and why. */
Rc workday_read(Str text, Arena *arena, const WorkdayCalendar **ret_calendar, Str *ret_why) CHECKED;

bool workday_covers(const WorkdayCalendar *calendar, int32_t day);       /* the holidays of its year are known */
bool workday_is(const WorkdayCalendar *calendar, int32_t day);
/* The n-th working day after `day`, which itself does not count (Civil Code art. 201); for n = 0 the day itself, or the next
 * working day when it is none (art. 203). n: 0 to WORKDAY_COUNT_MAX. */
int32_t workday_add(const WorkdayCalendar *calendar, int32_t day, int32_t n);
/* How many working days lie in (from, to]; 0 when to <= from. */
int32_t workday_between(const WorkdayCalendar *calendar, int32_t from, int32_t to);
#define WORKDAY_COUNT_MAX 10000

/* What a step of a service says at its end: "受理：街道经办，1个工作日", "公示：公众，5天". */
typedef struct WorkdayTerm {
        int32_t count;
        bool    working;                 /* working days, else calendar days */
} WorkdayTerm;
/* False when the text ends in no term. */
bool workday_term(Str text, WorkdayTerm *ret_term);
/* The last day of a term that begins behind `day`: calendar days too end on a working day (art. 203). */
int32_t workday_term_end(const WorkdayCalendar *calendar, int32_t day, WorkdayTerm term);
