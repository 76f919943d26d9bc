/* A report of the pack, filled from the ledger: the same paragraphs as a page, a PDF and a Word file. Every number in it is a
 * figure with its place (indicator, period, county), so that a reader can open it. */
#pragma once

#include "insight/board.h"

typedef struct ReportSpan {
        Str      text;
        bool     figure;                 /* it is a number of the ledger: */
        uint32_t indicator, target;      /* NONE or where it comes from */
} ReportSpan;
typedef struct ReportText {
        ReportSpan *spans;
        uint32_t    span_count;
} ReportText;
typedef struct ReportPage {
        Str         title, issuer, period_text;
        Period      period;
        ReportText *paragraphs;
        uint32_t    paragraph_count;
        Board       board;               /* the table of targets behind it */
        bool        demonstration;       /* prints 「示范数据」 on every page */
} ReportPage;

Rc report_fill(const Plan *plan, uint32_t report, Period period, Arena *arena, ReportPage *ret_page) CHECKED;
/* A4, fonts by pango from Noto CJK, page numbers, the table after the text. */
Rc report_pdf(const Plan *plan, const ReportPage *page, const char *path) CHECKED;
/* A .docx of our own parts by libzip: headings and body with native styles, the table as a table. */
Rc report_docx(const Plan *plan, const ReportPage *page, const char *path) CHECKED;
