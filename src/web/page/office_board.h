/* The board: every target of a document with its figure, promise, pace, lamp and trend, by area; filters; the same as JSON. */
#pragma once

#include "web/page/office.h"

typedef struct BoardChoice {
        Str  value, name;
        bool chosen;
} BoardChoice;

typedef struct BoardFilter {
        const char  *field, *label, *all;    /* all: what no choice is called; NULL: there is always one */
        BoardChoice *choices;
        uint32_t     choice_count;
} BoardFilter;

enum { BOARD_DOCUMENT, BOARD_AREA, BOARD_LEAD, BOARD_LAMP, BOARD_COUNTY, BOARD_FILTERS };

typedef struct BoardRow {
        const TargetState *state;
        Str                figure, promise, pace, judged, growth, progress, source, period, area;
        Spark              spark;
        bool               outside;      /* the day is not in its document's period */
} BoardRow;

typedef struct BoardArea {
        Str       name;
        BoardRow *rows;
        uint32_t  row_count;
} BoardArea;

typedef struct BoardLamp {
        Lamp     lamp;
        uint32_t count;
        Str      query;                  /* the same board with this lamp only */
        bool     chosen;
} BoardLamp;

typedef struct BoardView {
        Office      office;
        BoardFilter filters[BOARD_FILTERS];
        BoardLamp   lamps[4];
        BoardArea  *areas;
        uint32_t    area_count, shown, all;
        Str         county_name;         /* empty: the whole city */
        bool        outside;             /* the chosen document is not in force on the day */
        Str         outside_text;        /* which period it has */
        bool        filtered;
} BoardView;

Rc   page_office_board(Visit *visit);
Rc   page_office_board_json(Visit *visit);
void template_office_board(Buffer *out, const BoardView *view);
