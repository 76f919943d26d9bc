/* One target in full: counties, months, where it stands in the document, its split and the orders about it. */
#pragma once

#include "web/page/office.h"
#include "web/page/tiles.h"

typedef struct TargetCountyRow {
        Str      name, figure, promise;
        Lamp     lamp;
        Str      word;                   /* of the lamp, or why there is none */
        uint32_t width;                  /* of the bar */
        int64_t  code;
        Str      split;                  /* what stands in the form */
} TargetCountyRow;

typedef struct TargetMonthRow {
        Str      name, figure, source, from, to;
        uint32_t width;
} TargetMonthRow;

typedef struct TargetView {
        Office            office;
        const Target     *target;
        const Indicator  *indicator;
        TargetDetail      detail;
        Str               figure, promise, pace, judged, growth, progress, source, period, reached;
        Str               clause, document, cite, partners, same_as, from, to, split_sum;
        Spark             spark;
        bool              outside, split_sent;
        TargetCountyRow  *counties;
        uint32_t          county_count;
        TileMap           map;
        TargetMonthRow   *months;
        uint32_t          month_count;
        OrdersView        orders;
} TargetView;

Rc   page_office_target(Visit *visit);
Rc   page_office_target_form(Visit *visit);
void template_office_target(Buffer *out, const TargetView *view);
