/* What the city's database keeps about a document: how often its page was read, and the published text that the operator
 * loaded, clause by clause, with the state of it that our words were written from. */
#pragma once

#include "city/original.h"
#include "insight/series.h"

typedef struct OriginalRow {
        Str key;                         /* of the clause; empty: before the first one */
        Str text, hash;
        Str restated;                    /* hash of the text that our words restate: another one means that the clause changed since */
} OriginalRow;

static inline bool original_changed(const OriginalRow *row) {
        return !str_equal(row->hash, row->restated);
}

/* The loaded text in order; none: 0 rows. */
Rc original_load(const Plan *plan, Str document, Arena *arena, OriginalRow **ret_rows, uint32_t *ret_count) CHECKED;

/* Puts a text in the place of the one before, in one transaction. A clause that was there keeps the state our words were written
 * from, so that a change shows until `accept` says that our words follow the new text. *ret_changed counts clauses that differ
 * from that state, *ret_gone those that the new text no longer has. */
Rc original_save(const Plan *plan, Str document, const Original *original, bool accept, Arena *arena, uint32_t *ret_changed,
                 uint32_t *ret_gone) CHECKED;

/* How often the page was read; `count` adds this time. */
Rc document_views(const Plan *plan, Str document, bool count, Arena *arena, int64_t *ret_views) CHECKED;
