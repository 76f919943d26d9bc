/* An indicator through time and over counties: one shape, whether it is counted from records, reported by a unit or
 * imported; every figure says which it is.
 *
 * A figure of a closed period comes from the ledger and never changes with the records; a correction is a later line of the
 * ledger. An open period of a computed indicator is counted live (engine/measure.h). */
#pragma once

#include "base/workday.h"
#include "engine/measure.h"
#include "records/model.h"

typedef struct Period {
        int32_t first, last;             /* days, inclusive */
} Period;

/* The period of this length that holds the day. A school term is February to July, and August to January. */
Period period_of(Cycle cycle, int32_t day);
Period period_next(Cycle cycle, Period period);
Period period_before(Cycle cycle, Period period);
Period period_year_before(Period period);        /* the same days of the year before (29 February: 28) */
/* "2022年3月", "2022年第一季度", "2022年上半年", "2022年春季学期", "2022年", "2021至2023年", else "2022年1月1日至3月15日". */
void   period_print(Period period, Buffer *out);

/* FOLLOWED: a closed figure of the city that moved with the correction of a county. From CLOSED on they stand over all else. */
typedef enum FigureSource {
        FIGURE_NONE, FIGURE_COMPUTED, FIGURE_REPORTED, FIGURE_IMPORTED, FIGURE_CLOSED, FIGURE_FOLLOWED, FIGURE_CORRECTED
} FigureSource;
Str figure_source_text(FigureSource source);     /* 计算 填报 导入 已结账 随区县更正 更正 */

typedef struct Figure {
        int64_t      value;              /* at the scale of the indicator's type; UNKNOWN when there is none */
        int64_t      undecided;          /* rows of which it cannot be known */
        int64_t      numerator, denominator;     /* of a computed ratio; denominator 0 otherwise */
        int32_t      through;            /* a reported one: the last day it speaks of; 0 otherwise */
        FigureSource source;
} Figure;

typedef struct Series {
        const Indicator *indicator;
        const Period    *periods;
        uint32_t         period_count, county_count;
        Figure          *figures;        /* [period * (county_count + 1)]: the whole city, then each county by code */
} Series;

static inline const Figure *series_at(const Series *series, uint32_t period, int64_t county) {
        return &series->figures[period * (series->county_count + 1) + (uint32_t) (county + 1)];
}

/* What everybody in this floor works on. */
typedef struct Plan {
        Database    *database;
        const Model *model;
        Str          city, pack_hash;
        uint32_t     counties;           /* enumeration of the counties, or NONE */
        const WorkdayCalendar *workdays; /* NULL: weekends only */
} Plan;
/* The counties are the enumeration that entities have as 区县. Whoever has a calendar of working days sets it. */
Plan plan_new(Database *database, const Model *model, Str city, Str pack_hash);
Str plan_county(const Plan *plan, int64_t county);       /* its name; -1: 全市 */
/* A setting of the city ("demonstration", "board_day"); empty when it is not set. */
Rc  plan_setting(const Plan *plan, Str name, Arena *arena, Str *ret_value) CHECKED;

/* Each period by itself. */
Rc series_load(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, Arena *arena,
               Series *ret_series) CHECKED;
/* From the first period's start to each period's end: sums of flows, distinct keys once, quotients of both sums; a stock
 * or a reported ratio is what it is at the end. The periods must follow one another without a gap. */
Rc series_load_cumulative(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, Arena *arena,
                          Series *ret_series) CHECKED;
/* Whether figures of successive periods add up (dated counts and sums; reported figures that are no ratio). */
bool indicator_adds_up(const Program *program, const Indicator *indicator);

/* Drill-down: the records counted in one period, in the order of their ids. */
typedef struct RowsWanted {
        Period   period;
        int64_t  county;                 /* -1: all */
        uint32_t limit, offset;
} RowsWanted;
Rc indicator_rows(const Plan *plan, const Measure *measure, const RowsWanted *wanted, Arena *arena, int64_t **ret_ids,
                  uint32_t *ret_count) CHECKED;
