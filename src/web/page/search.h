/* One field that finds everything on the site: grouped by kind, best first, with the place where the words stand. */
#pragma once

#include "web/page/layout.h"
#include "web/search_pack.h"

#define SEARCH_SHOWN_MAX 50

typedef struct FindItem {
        const City      *city;
        const FindPlace *place;
        SearchHit        hit;
        SearchPiece     *title, *snippet;
        uint32_t         title_count, snippet_count;
} FindItem;

typedef struct FindGroup {
        FindKind  kind;
        Str       title;
        FindItem *items;
        uint32_t  item_count, item_capacity;
} FindGroup;

typedef struct SearchView {
        Layout      layout;
        const City *city;
        Str         text;                /* as typed */
        bool        own;                 /* only this city */
        bool        asked, shortened, partly;    /* partly: nothing has every word */
        FindItem   *items;               /* the best, over all kinds */
        uint32_t    item_count, total, similar;  /* total: with every word; similar: shown behind them, with parts of the words */
        FindGroup   groups[FIND_KINDS];  /* by the best item of each */
        uint32_t    group_count;
} SearchView;

Rc   page_search(Visit *visit);
Rc   page_search_json(Visit *visit);
void template_search(Buffer *out, const SearchView *view);
