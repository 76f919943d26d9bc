/* A document as its readers know it: clauses by number, whatever files restate them.
 *
 * A clause's key is the path of its numbers, "2.4" for 二、（四）, with the heading's words where there is no number. It stays the
 * same when the pack's files are split or reordered, so that anchors, links and loaded originals keep their clause. */
#pragma once

#include "city/pack.h"

typedef struct OutlineClause {
        Str       key;                   /* unique in the document; empty: the document itself, outside every clause */
        Str       title;
        uint32_t  level;                 /* 1 for the outermost clauses; 0: the document itself */
        uint32_t *clauses;               /* of the program: one for each file that restates it */
        uint32_t  clause_count, capacity;
} OutlineClause;

/* In reading order; items[0] is the document itself. */
typedef struct Outline {
        OutlineClause *items;
        uint32_t       count;
} Outline;

/* The clauses of the pack's own files that belong to this document. */
Outline outline_of(const Pack *pack, uint32_t document, Arena *arena);

/* Finds by key, or by a clause of the program; NONE when there is none. */
uint32_t outline_find(const Outline *outline, Str key);
uint32_t outline_of_clause(const Outline *outline, uint32_t clause);

/* The key of one clause of the program; empty for a file's title and for clause 0. */
Str clause_key(const Pack *pack, uint32_t clause, Arena *arena);
/* "/c/CITY/d/DOCUMENT#KEY" is where a clause stands on the site: its anchor, for any key that is not empty. */
Str clause_anchor(Arena *arena, Str key);

/* What a clause number counts: 九 for "（九）", "九、", "第九条", "9."; false when it is none. Numbers over 999 are none: years. */
bool clause_number_value(Str number, uint32_t *ret_value);
/* A document of the pack itself, not of an import, by name or number; NONE when there is none. */
uint32_t pack_document(const Pack *pack, Str name);
bool     pack_is_own(const Pack *pack, uint32_t file);
