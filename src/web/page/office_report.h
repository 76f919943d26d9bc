/* The reports of the pack: a list, and each filled for a period, as a page whose numbers open, as a PDF and as a Word file. */
#pragma once

#include "insight/report.h"
#include "web/page/office.h"

typedef struct ReportItem {
        const Report *report;
        Str           cycle, period;     /* 每季; the last period that has ended */
} ReportItem;

typedef struct ReportsView {
        Office      office;
        ReportItem *items;
        uint32_t    item_count;
} ReportsView;

typedef struct ReportChoice {
        Str  day, name;                  /* the last day of a period; "2022年第三季度" */
        bool chosen;
} ReportChoice;

/* Where a number leads; both NULL: it is plain text. */
typedef struct ReportLink {
        Str              text, from, to;
        const Indicator *indicator;
        const Target    *target;
        int64_t          county;
} ReportLink;
typedef struct ReportLine {
        ReportLink *links;
        uint32_t    link_count;
} ReportLine;

typedef struct ReportView {
        Office        office;
        const Report *report;
        ReportPage    page;
        Str           day;               /* of the address */
        ReportChoice *choices;
        uint32_t      choice_count;
        ReportLine   *lines;
        uint32_t      line_count;
        ReportLink   *figures;           /* by row of the table */
} ReportView;

Rc   page_office_reports(Visit *visit);
Rc   page_office_report(Visit *visit);
Rc   page_office_report_pdf(Visit *visit);
Rc   page_office_report_docx(Visit *visit);
void template_office_reports(Buffer *out, const ReportsView *view);
void template_office_report(Buffer *out, const ReportView *view);
