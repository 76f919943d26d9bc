/* The board: every target of a document in force, with what was promised, what has been reached, where it should be today,
 * and a lamp.
 *
 * The pace of a flow is the promise times the share of its period that has passed; a stock, a ratio and a growth are held
 * against the promise itself. What is reported quarter by quarter is held against the pace of the last day it speaks of, but
 * at least of the last quarter whose report is overdue: silence is not rewarded.
 *
 * Green: at the pace or better. Yellow: at least four fifths of the pace (ratios: nineteen twentieths of the promise). Red:
 * less. 力争 is never red. 不超过 turns the comparison round: green up to the promise, yellow up to a tenth over it. 约 is green
 * within a tenth of the pace (over it, only the whole period's figure is judged). No figure, or a day before the target
 * begins: no lamp. These thresholds are ours, not a document's; they stand in board.c in one table. */
#pragma once

#include "insight/series.h"

typedef enum Lamp { LAMP_NONE, LAMP_GREEN, LAMP_YELLOW, LAMP_RED } Lamp;
Str lamp_text(Lamp lamp);                        /* 无数据 正常 稍慢 落后 */

typedef struct TargetState {
        const Target *target;
        Period   period;                 /* the target's own period that holds the day (or ended last) */
        int32_t  judged;                 /* the day of the pace: a reported figure is held against the days it speaks of */
        int64_t  promise;                /* at the indicator's scale; growth: at its ratio's */
        int64_t  pace;                   /* where it should be on the day; UNKNOWN where there is none */
        Figure   figure;                 /* this period up to the day */
        int64_t  growth;                 /* over the same days of the year before, scale 6; UNKNOWN when not known */
        int64_t  progress;               /* figure ÷ promise, scale 6; UNKNOWN when not known */
        uint32_t counties_reached;       /* each_county */
        Lamp     lamp;
        Figure  *trend;                  /* the twelve months up to the day or the period's end (fewer when it began later), cumulating
                                          * from the target's start where it adds up */
        uint32_t trend_count;
} TargetState;

typedef struct Board {
        int32_t      day;
        TargetState *states;             /* in the order of the document */
        uint32_t     state_count;
        uint32_t     lamps[4];           /* how many of each */
        Period       trend_periods[12];
} Board;

/* The targets of one document (index into Program.documents; NONE: of all in force on the day). county -1: the city; else
 * that county's figures against its split promise (states without a split have LAMP_NONE and promise UNKNOWN). */
Rc board_load(const Plan *plan, uint32_t document, int32_t day, int64_t county, Arena *arena, Board *ret_board) CHECKED;

/* One target in full: every county beside the city, with its split promise. */
typedef struct TargetCounty {
        int64_t county;
        Figure  figure;
        int64_t promise;                 /* UNKNOWN: not split to it */
        Lamp    lamp;
} TargetCounty;
typedef struct TargetDetail {
        TargetState   state;
        TargetCounty *counties;
        uint32_t      county_count;
        int64_t       split_sum;         /* UNKNOWN: not split */
        Series        months;            /* each month by itself, thirteen months */
} TargetDetail;
Rc target_load(const Plan *plan, uint32_t target, int32_t day, Arena *arena, TargetDetail *ret_detail) CHECKED;

/* The lamp alone, a pure function: figures at one scale. `share` is the part of the period that has passed, scale 6. */
Lamp target_lamp(const Program *program, const Target *target, int64_t value, int64_t promise, int64_t share, int64_t *ret_pace);
