/* Shared by the files of records (record*.c, import*.c); nobody else includes this. */
#pragma once

#include "records/record.h"

#define RECORD_STATEMENT_MAX (1u << 20)
#define RECORD_META 4            /* _id _key _version _batch stand before the fields */

/* A name in double quotes. */
Str record_quoted(Arena *arena, Str name);
/* "SELECT t._id, t._key, t._version, t._batch, t.<field> …, and per link the partner's title FROM <table> t LEFT JOIN …". */
Str record_select(Arena *arena, const Model *model, const RecordTable *table);
/* The row under the statement's cursor, copied; it was made by record_select. */
void record_read(const Statement *statement, const RecordTable *table, Arena *arena, Record *ret_record);

typedef enum HistoryAction { HISTORY_CREATED, HISTORY_CHANGED, HISTORY_DELETED, HISTORY_UNDONE } HistoryAction;
/* `before` NULL: nothing to tell. Only cells that differ from `after` (NULL: all) are kept. */
typedef struct HistoryEntry {
        HistoryAction action;
        int64_t       id, version;
        const Record *before, *after;
} HistoryEntry;
Rc history_add(Database *database, const Model *model, const RecordTable *table, const Change *change, const HistoryEntry *entries,
               uint32_t count, Arena *arena) CHECKED;

bool cell_equal(Cell a, Cell b);
