/* What the rules would mean for a whole (invented) city: per policy how many people or firms get which answer, how much
 * money, and the condition that excludes the most; per county on request. */
#pragma once

#include "web/page/layout.h"

#define OVERVIEW_ANSWERS 5

typedef struct OverviewShare {
        const char *kind;                /* "yes": style of the bar's part */
        Str         name;                /* 可以享受 */
        uint64_t    count;
        uint32_t    from, width;         /* of the bar, in thousandths */
        Str         text;                /* "18,088" */
} OverviewShare;

typedef struct OverviewRow {
        const Policy *policy;
        Str           name;              /* the policy, or a county of the chosen one */
        Str           whom;
        OverviewShare shares[OVERVIEW_ANSWERS];
        Str           total, money, at_least;    /* empty: nothing to say */
        Str           worst, sole;       /* the condition that excludes the most; how many lack only it */
} OverviewRow;

typedef struct OverviewView {
        Layout        layout;
        const City   *city;
        const Policy *chosen;            /* counties of this one; NULL: all policies */
        Str           population;        /* "20 万人、7.5 万户、9,840 家企业" */
        Str           day;               /* it was computed for */
        bool          ended;             /* that is the last day of the city's document */
        OverviewRow  *rows;
        uint32_t      row_count;
} OverviewView;

Rc   page_overview(Visit *visit);
void template_overview(Buffer *out, const OverviewView *view);
