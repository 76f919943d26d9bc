/* The ledger of figures: what units report with evidence, what is imported, what a closed period froze, and corrections.
 * Lines are only ever added. */
#pragma once

#include "insight/board.h"
#include "records/record.h"

typedef struct FigureReport {
        uint32_t indicator;
        Period   period;
        int64_t  county;                 /* -1: the whole city */
        int64_t  value;
        Str      evidence, note;
} FigureReport;

/* What is odd about a figure before it is sent: far from last period or last year (a factor of three), less than nothing, more
 * than a part can be of a whole. Empty: nothing. Oddness is told, never refused. */
Rc figure_doubts(const Plan *plan, const FigureReport *report, Arena *arena, Str **ret_doubts, uint32_t *ret_count) CHECKED;

/* Reports a figure. RC_DENIED: the period is closed (a correction is needed). RC_INVALID: no figure, no evidence, not a whole
 * period of the indicator, no such county, or the indicator is computed. */
Rc figure_report(const Plan *plan, const FigureReport *report, const Change *change) CHECKED;
/* A dated correction of a closed figure, with the reason in `note`. What was frozen as the sum since January moves with it, and the
 * city's total with a county's, unless the city was reported or corrected by itself. RC_INVALID when the period is not closed. */
Rc figure_correct(const Plan *plan, const FigureReport *report, const Change *change) CHECKED;

/* Freezes every indicator's figures of a month, quarter or year, in one transaction. RC_CONFLICT when it is closed already;
 * RC_INVALID when it has not ended. */
Rc period_close(const Plan *plan, Cycle cycle, Period period, const Change *change, uint64_t *ret_figures) CHECKED;
Rc period_is_closed(const Plan *plan, Period period, bool *ret_closed) CHECKED;
typedef struct ClosedPeriod {
        Period  period;
        int64_t at;
        Str     actor, pack;
} ClosedPeriod;
/* The last ones first. */
Rc closed_list(const Plan *plan, Arena *arena, ClosedPeriod **ret_periods, uint32_t *ret_count) CHECKED;

typedef struct LedgerLine {
        int64_t at, value, undecided, county;
        Period  period;
        Str     source, evidence, note, actor;
} LedgerLine;
Rc ledger_lines(const Plan *plan, const Indicator *indicator, Period period, Arena *arena, LedgerLine **ret_lines,
                uint32_t *ret_count) CHECKED;

/* Splits a target's yearly promise to the counties. RC_INVALID with *ret_why when the sum is not the promise (not less for
 * 不少于 …). values: by county code, UNKNOWN for none. In the transaction that is open, or in its own. */
Rc target_split(const Plan *plan, uint32_t target, int32_t year, const int64_t *values, const Change *change, Arena *arena,
                Str *ret_why) CHECKED;

/* Orders: what was asked of whom about a target or task, and what came back. */
typedef enum OrderAction { ORDER_DISPATCH, ORDER_REMIND, ORDER_INTERVIEW, ORDER_RETURN, ORDER_DONE } OrderAction;
Str order_action_text(OrderAction action);       /* 交办 催办 约谈 反馈 办结 */
typedef struct Order {
        int64_t     id, at, county;
        bool        task;                /* else a target */
        Str         subject;             /* its name */
        OrderAction action;
        Str         unit, text, evidence, actor;
        int32_t     due;                 /* DATE_MAX: none */
} Order;
Rc order_add(const Plan *plan, const Order *order, const Change *change) CHECKED;
Rc order_list(const Plan *plan, bool task, Str subject, Arena *arena, Order **ret_orders, uint32_t *ret_count) CHECKED;

/* What is due of a unit (empty: of all) on a day, by date: returns of tasks, figures of reported indicators. */
typedef enum DueKind { DUE_TASK, DUE_FIGURE, DUE_ORDER } DueKind;
typedef struct Due {
        DueKind  kind;
        uint32_t index;                  /* task or indicator; of an order: its task or target */
        bool     task;                   /* of an order: about a task, else a target */
        Str      name, unit;
        Period   period;
        int32_t  day;                    /* when it is due: ten days after the period's end, or the task's own day, and then the next
                                          * working day; an order says its own day */
        bool     day_unsure;             /* the holidays of that year are not known: only weekends were stepped over */
        bool     late, done;
} Due;
Rc due_list(const Plan *plan, Str unit, int32_t day, Arena *arena, Due **ret_dues, uint32_t *ret_count) CHECKED;
