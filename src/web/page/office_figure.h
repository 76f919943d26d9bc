/* Reporting a figure, correcting one of a closed period, and closing a period. */
#pragma once

#include "web/page/office.h"

typedef struct PeriodChoice {
        Str  value, name;
        bool chosen;
} PeriodChoice;

typedef struct FigureRow {
        Str name, year_before, before, now;
} FigureRow;

typedef struct FigureView {
        Office           office;
        const Indicator *indicator;
        Period           period;
        Str              period_name, before_name, from, to;
        Str              year_before_name;       /* empty: it is the period before */
        bool             correction, closed, has_counties;
        int64_t          county;
        Str              unit;
        Str              county_name, current;   /* correction: what stands now */
        PeriodChoice    *choices;
        uint32_t         choice_count;
        FigureRow       *rows;           /* the city, then its counties */
        uint32_t         row_count;
        Str             *doubts;
        uint32_t         doubt_count;
        Str              sent_value, sent_evidence, sent_note;
} FigureView;

typedef struct ClosedRow {
        Str period, day, actor;
} ClosedRow;

typedef struct CloseView {
        Office        office;
        PeriodChoice *choices;
        uint32_t      choice_count;
        ClosedRow    *rows;
        uint32_t      row_count;
} CloseView;

Rc   page_office_figure(Visit *visit);
Rc   page_office_figure_form(Visit *visit);
Rc   page_office_correct(Visit *visit);
Rc   page_office_correct_form(Visit *visit);
Rc   page_office_close(Visit *visit);
Rc   page_office_close_form(Visit *visit);
void template_office_figure(Buffer *out, const FigureView *view);
void template_office_correct(Buffer *out, const FigureView *view);
void template_office_close(Buffer *out, const CloseView *view);
