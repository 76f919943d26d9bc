/* What a visitor can search in a city: its documents clause by clause, policies, services, targets, tasks, directories, questions. */
#pragma once

#include "city/pack.h"
#include "web/search.h"

typedef enum FindKind {
        FIND_POLICY, FIND_SERVICE, FIND_DIRECTORY, FIND_TARGET, FIND_TASK, FIND_CLAUSE, FIND_DOCUMENT, FIND_QUESTION,
        FIND_KINDS,
} FindKind;

/* Where a find leads. */
typedef struct FindPlace {
        FindKind kind;
        Str      name;                   /* of what has a page of its own, or the title shown */
        Str      document, anchor;       /* of what stands on a document's page */
        Str      clause;                 /* title of the clause it stands under */
} FindPlace;

typedef struct PackSearch {
        SearchIndex *index;              /* entries: kind is a FindKind, index a place */
        FindPlace   *places;
        uint32_t     place_count, place_capacity;
} PackSearch;

/* Built once for a pack; immutable. */
const PackSearch *search_pack(const Pack *pack, Arena *arena);
Str find_kind_text(FindKind kind);       /* 政策, 可办的事, … */
const char *find_kind_word(FindKind kind);       /* "policy", for JSON */
