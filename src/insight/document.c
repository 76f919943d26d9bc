/* Loaded originals and view counts. */
#include "insight/document.h"

#include "database/named.h"

Rc original_load(const Plan *plan, Str document, Arena *arena, OriginalRow **ret_rows, uint32_t *ret_count) {
        Statement *statement;
        OriginalRow *rows = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Rc rc = database_named(plan->database, SQL_ORIGINAL_LIST, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(plan->city), cell_text(document) }, 2);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(arena, rows, count, capacity) = (OriginalRow){
                        .key = str_copy(arena, statement_cell(statement, 0).text),
                        .text = str_copy(arena, statement_cell(statement, 1).text),
                        .hash = str_copy(arena, statement_cell(statement, 2).text),
                        .restated = str_copy(arena, statement_cell(statement, 3).text),
                };
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_rows = rows;
        *ret_count = count;
        return RC_OK;
}

static const OriginalRow *row_of(const OriginalRow *rows, uint32_t count, Str key) {
        for (uint32_t i = 0; i < count; i++)
                if (str_equal(rows[i].key, key))
                        return &rows[i];
        return NULL;
}

static Rc add_rows(const Plan *plan, Str document, const Original *original, const OriginalRow *before, uint32_t before_count, bool accept,
                   uint32_t *changed) {
        Statement *statement;
        Rc rc = database_named(plan->database, SQL_ORIGINAL_ADD, &statement);
        for (uint32_t i = 0; rc == RC_OK && i < original->count; i++) {
                const OriginalClause *clause = &original->items[i];
                const OriginalRow *old = row_of(before, before_count, clause->key);
                Str restated = old && !accept ? old->restated : clause->hash;
                Cell cells[] = { cell_text(plan->city),  cell_text(document),     cell_text(clause->key), cell_integer(i),
                                 cell_text(clause->text), cell_text(clause->hash), cell_text(restated) };
                *changed += !str_equal(restated, clause->hash);
                rc = statement_run(statement, cells, ARRAY_LENGTH(cells), NULL);
        }
        return rc;
}

static uint32_t count_gone(const Original *original, const OriginalRow *before, uint32_t before_count) {
        uint32_t gone = before_count;
        for (uint32_t i = 0; i < before_count; i++)
                for (uint32_t k = 0; k < original->count; k++)
                        if (str_equal(original->items[k].key, before[i].key)) {
                                gone--;
                                break;
                        }
        return gone;
}

static Rc save(const Plan *plan, Str document, const Original *original, bool accept, Arena *arena, uint32_t *changed, uint32_t *gone) {
        Statement *statement;
        OriginalRow *before;
        uint32_t before_count;
        Rc rc = original_load(plan, document, arena, &before, &before_count);
        if (rc == RC_OK)
                rc = database_named(plan->database, SQL_ORIGINAL_FORGET, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, (Cell[]){ cell_text(plan->city), cell_text(document) }, 2, NULL);
        if (rc == RC_OK)
                rc = add_rows(plan, document, original, before, before_count, accept, changed);
        if (rc == RC_OK)
                *gone = count_gone(original, before, before_count);
        return rc;
}

Rc original_save(const Plan *plan, Str document, const Original *original, bool accept, Arena *arena, uint32_t *ret_changed,
                 uint32_t *ret_gone) {
        uint32_t changed = 0, gone = 0;
        Rc rc = database_begin(plan->database, true);
        if (rc == RC_OK)
                rc = database_finish(plan->database, save(plan, document, original, accept, arena, &changed, &gone));
        if (rc != RC_OK)
                return rc;
        *ret_changed = changed;
        *ret_gone = gone;
        return RC_OK;
}

Rc document_views(const Plan *plan, Str document, bool count, Arena *arena, int64_t *ret_views) {
        Statement *statement;
        Cell views, cells[] = { cell_text(plan->city), cell_text(document) };
        Rc rc = RC_OK;
        if (count) {
                rc = database_named(plan->database, SQL_VIEW_COUNT, &statement);
                if (rc == RC_OK)
                        rc = statement_run(statement, cells, ARRAY_LENGTH(cells), NULL);
        }
        if (rc == RC_OK)
                rc = database_named(plan->database, SQL_VIEW_GET, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, cells, ARRAY_LENGTH(cells), arena, &views);
        if (rc == RC_OK || rc == RC_MISSING)
                *ret_views = rc == RC_OK ? views.integer : 0;
        return rc == RC_MISSING ? RC_OK : rc;
}
