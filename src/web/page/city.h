/* A city's document: its clauses, and under each what one can get. */
#pragma once

#include "web/markdown.h"
#include "web/page/layout.h"

typedef struct PolicyItem {
        const Policy *policy;
        Str           whom, summary;
        bool          open;              /* reads a figure that is not decided yet */
} PolicyItem;

typedef struct ClauseItem {
        const DocumentClause *clause;
        uint32_t              index;
        Markup                prose;     /* of a clause without benefits, and of the document */
        Str                   summary;   /* of a clause with benefits: its first paragraph */
        PolicyItem           *items;
        uint32_t              item_count;
        const Policy        **widened;   /* policies that this clause opens to more people */
        uint32_t              widened_count;
        bool                  shown;     /* under the filter, itself or a part of it */
} ClauseItem;

typedef struct FilterItem {
        Str      value, name;
        uint32_t count;
        bool     chosen;
} FilterItem;

typedef struct CityView {
        Layout      layout;
        const City *city;
        Arena      *arena;
        Str         filter;              /* an entity's name, or empty */
        Str         signed_on, base_date;
        FilterItem *filters;
        uint32_t    filter_count, policy_count, total;
        ClauseItem *clauses;
        uint32_t    clause_count;
} CityView;

Rc   page_city(Visit *visit);
Rc   page_city_json(Visit *visit);
void template_city(Buffer *out, const CityView *view);
