/* The public directories of a city, and one of them: entries filtered, counted, on a map of one tile for each county. */
#pragma once

#include "insight/directory.h"
#include "web/page/layout.h"

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

/* A county on the map: a square in a grid, in the order of the list of counties. Not a real map: places are not where they are. */
typedef struct Tile {
        Str      name, first, second;    /* the name in at most two lines */
        int64_t  count;
        uint32_t code, x, y, shade;      /* shade: 0 none, 1 to 4 by how many */
        bool     chosen;
} Tile;

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
        Tile            *tiles;
        uint32_t         tile_count, tile_rows;
        Str              county_filter;  /* id of the filter that the tiles set */
        Str              kept;           /* the other filters, as a query: "f2=1&" */
        Str              page_query;     /* all filters */
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
