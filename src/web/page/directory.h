/* The public directories of a city, and one of them: entries filtered, counted, on a map of one tile for each county. */
#pragma once

#include "insight/directory.h"
#include "web/page/tiles.h"

/* One member of a filter's enumeration. */
typedef struct FilterChoice {
        Str      name;
        uint32_t code;
        int64_t  count;                  /* with all other filters */
        bool     chosen;
} FilterChoice;

typedef struct DirectoryFilter {
        Str           name, id;
        uint32_t      field;             /* of the table */
        int64_t       chosen;            /* code, or -1: all */
        FilterChoice *choices;
        uint32_t      choice_count;
} DirectoryFilter;

typedef struct DirectoryCell {
        Str name, value;
} DirectoryCell;

typedef struct DirectoryRow {
        Str            title;
        DirectoryCell *cells;            /* the other columns that say something */
        uint32_t       cell_count;
} DirectoryRow;

typedef struct DirectoryView {
        Layout           layout;
        const City      *city;
        const Directory *directory;
        const Document  *document;       /* NULL: of an import */
        Str              anchor, clause, counter, base_date;
        bool             has_records;    /* the city keeps records at all */
        bool             filtered;
        DirectoryFilter *filters;
        uint32_t         filter_count;
        TileMap          map;            /* without tiles where it has no filter of counties */
        Str              page_query;     /* all filters, as a query: "f2=1&" */
        DirectoryRow    *rows;
        uint32_t         row_count;
        Str              total;          /* "60", "超过 1 万" */
        int64_t          next;           /* id behind which the next page begins; 0: this is the last */
        bool             later;          /* not the first page */
} DirectoryView;

typedef struct DirectoryCard {
        const Directory *directory;
        Str              document, clause;
        Str              count;          /* empty: no records */
} DirectoryCard;

typedef struct DirectoryListView {
        Layout         layout;
        const City    *city;
        DirectoryCard *cards;
        uint32_t       card_count;
        bool           has_records;
} DirectoryListView;

Rc   page_directory_list(Visit *visit);
Rc   page_directory(Visit *visit);
void template_directory_list(Buffer *out, const DirectoryListView *view);
void template_directory(Buffer *out, const DirectoryView *view);
