/* One figure opened: what it is made of, the lines of the ledger about it, and the records that were counted. */
#pragma once

#include "web/page/office.h"

typedef struct LedgerRow {
        const LedgerLine *line;
        Str               day, period, county, value;
} LedgerRow;

typedef struct CountedRow {
        int64_t id;
        Str     title, key, county, day;
} CountedRow;

typedef struct IndicatorView {
        Office           office;
        const Indicator *indicator;
        const RecordTable *table;        /* of the rows counted; NULL: none are shown */
        Period           period;
        Str              period_name, from, to, county_name, figure, numerator, denominator, source, undecided;
        int64_t          county;
        bool             divisor, closed, has_counties, frozen;
        Str             *county_names;
        uint32_t         county_count;
        LedgerRow       *lines;
        uint32_t         line_count;
        CountedRow      *rows;
        uint32_t         row_count, page;
        bool             more;
} IndicatorView;

Rc   page_office_indicator(Visit *visit);
void template_office_indicator(Buffer *out, const IndicatorView *view);
