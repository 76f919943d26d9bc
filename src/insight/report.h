/* A report of the pack, filled from the ledger: the same paragraphs as a page, a PDF and a Word file. Every number in it is a
 * figure with its place (indicator, period, county), so that a reader can open it. */
#pragma once

#include "insight/board.h"

typedef struct ReportSpan {
        Str      text;
        bool     figure;                 /* it is a number of the ledger: */
        uint32_t indicator, target;      /* NONE or where it comes from; a promise and a lamp have a target alone */
        Period   period;                 /* of the figure */
        int64_t  county;                 /* -1: the whole city */
} ReportSpan;
typedef struct ReportText {
        ReportSpan *spans;
        uint32_t    span_count;
} ReportText;

/* The table of targets, in words. */
typedef enum ReportColumn {
        REPORT_TARGET, REPORT_REQUIREMENT, REPORT_FIGURE, REPORT_PROGRESS, REPORT_GROWTH, REPORT_LAMP, REPORT_LEAD,
        REPORT_COLUMNS,                  /* how many there are */
} ReportColumn;
Str report_column_name(ReportColumn column);
typedef struct ReportRow {
        Str                area;         /* 领域; rows of one area stand together as in the document */
        Str                cells[REPORT_COLUMNS];
        const TargetState *state;
} ReportRow;

typedef struct ReportPage {
        Str         title, issuer, period_text;
        Period      period;
        ReportText *paragraphs;
        uint32_t    paragraph_count;
        Board       board;               /* the table of targets behind it: those of the report's document */
        ReportRow  *rows;                /* one for each state of the board */
        bool        demonstration;       /* prints 「示范数据」 on every page */
} ReportPage;
/* A paragraph as one text; the line under the title: "机关　期间". */
Str report_paragraph(Arena *arena, const ReportText *paragraph);
Str report_subtitle(Arena *arena, const ReportPage *page);
/* Whether the row is the first of its area. */
bool report_starts_area(const ReportPage *page, uint32_t row);
/* What stands over the text, over the table and under it, in every form of a report. */
Str report_text_heading(void);
Str report_table_heading(void);
Str report_table_note(void);
Str report_demonstration_text(void);

/* The period of a report on a day: the one that holds it, up to that day; DATE_MIN: the last that has ended by
 * `today`. */
Period report_period(const Report *report, int32_t day, int32_t today);
Rc report_fill(const Plan *plan, uint32_t report, Period period, Arena *arena, ReportPage *ret_page) CHECKED;
/* A4, fonts by pango from Noto CJK, page numbers, the table after the text. */
Rc report_pdf(const Plan *plan, const ReportPage *page, const char *path) CHECKED;
/* A .docx of our own parts by libzip: headings and body with native styles, the table as a table. */
Rc report_docx(const Plan *plan, const ReportPage *page, const char *path) CHECKED;
