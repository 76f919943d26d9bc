/* Rows of a record table: read, save with history, list, undo.
 *
 * Every change writes one line of history (who, when, why, which batch, which cells were what before), in the transaction of
 * the change. A save names the version it was made from; when somebody else was faster it says RC_CONFLICT and nothing is
 * overwritten. All functions want a permission (records/permission.h) decided by the caller. */
#pragma once

#include "records/model.h"
#include "records/watch.h"

typedef struct Record {
        int64_t id;
        Str     key;             /* empty: none */
        int64_t version;
        int64_t batch;           /* 0: none */
        Cell   *cells;           /* by field */
        Str    *labels;          /* by field, links only: the partner's title, else empty; NULL when not asked for */
} Record;

/* Who changes something, and in what name. */
typedef struct Change {
        Str     city;
        Str     actor;           /* "本机操作员" until there are accounts */
        int64_t at;              /* seconds since 1970 */
        int64_t batch;           /* 0: by hand */
        Str     reason;          /* may be empty */
} Change;

/* A field that will not do: field NONE is the key. */
typedef struct FieldFault {
        uint32_t field;
        Str      message;        /* plain Chinese: what is wrong and what would do */
} FieldFault;
typedef struct FieldFaults {
        FieldFault *items;
        uint32_t    count, capacity;
} FieldFaults;

/* The first of `count` new ids in a row: microseconds since 2020 with room for a process's own part, increasing within this
 * process. Two processes that meet in the same instant are told apart by the primary key. */
int64_t record_new_ids(uint32_t count);

/* Reads what a person typed or a sheet's cell says ("1.5万", 是, 2025-06-10, 2025/6/10, 20250610, a member's name, an ID
 * number) into a cell of this field; empty text is NULL. Links are resolved by the caller. False with a sentence. */
bool field_parse(const Program *program, const RecordField *field, Str text, Arena *arena, Cell *ret_cell, Str *ret_why);
/* A cell as people read it; `mask`: a sensitive text shows only its ends. NULL prints nothing. */
void field_print(const Program *program, const RecordField *field, Cell cell, bool mask, Buffer *out);

/* Required fields, ranges, checks. Returns false when there is a fault. */
bool record_check(const Model *model, const RecordTable *table, const Record *record, Arena *arena, FieldFaults *faults);

Rc record_load(Database *database, const Model *model, const RecordTable *table, Str city, int64_t id, Arena *arena,
               Record *ret_record) CHECKED;
Rc record_find(Database *database, const RecordTable *table, Str city, Str key, int64_t *ret_id) CHECKED;

/* Saves: a new row when version is 0 (id from record_new_ids), else an update of the cells that differ. RC_INVALID with
 * faults; RC_CONFLICT when the version is old (faults empty) or the key is taken (a fault on the key). Opens its own
 * transaction unless one is open. */
Rc record_save(Database *database, const Model *model, const RecordTable *table, const Change *change, Record *record,
               Arena *arena, FieldFaults *faults) CHECKED;
/* RC_INVALID: another record names this one. RC_CONFLICT: the version is old. */
Rc record_delete(Database *database, const Model *model, const RecordTable *table, const Change *change, int64_t id,
                 int64_t version) CHECKED;

/* Counts a change of the table's rows, so that what was figured out from them is figured out again. Whoever opens a
 * transaction that changes rows says so once for each table; record_save and record_delete do when it is their own. */
Rc record_changed(Database *database, Str city, const RecordTable *table) CHECKED;

/* Many changed rows at once, each a row once, in the open transaction that read them: what differs is updated, with history as
 * record_save writes it. Nothing is checked again. */
typedef struct RecordUpdate { Record before, after; } RecordUpdate;
Rc record_update_many(Database *database, const Model *model, const RecordTable *table, const Change *change,
                      const RecordUpdate *updates, uint32_t count, Arena *arena) CHECKED;

/* Many new rows at once, in the open transaction, without reading anything back: for imports and generators. History has
 * one line a batch for them ("created with the batch"), which is how record_undo finds them. */
Rc record_insert_many(Database *database, const RecordTable *table, const Change *change, const Record *records,
                      uint32_t count, uint32_t *ret_row) CHECKED;

typedef struct HistoryLine {
        int64_t at, batch, version;
        Str     actor, action, reason;   /* action: created, changed, deleted, undone, unmasked */
        Str     cells;                   /* JSON object: field → text before, for `changed` and `deleted` */
} HistoryLine;
Rc record_history(Database *database, const RecordTable *table, Str city, int64_t id, Arena *arena,
                  HistoryLine **ret_lines, uint32_t *ret_count) CHECKED;

/* Takes a whole batch back: rows it made are deleted, rows it changed get their old cells. A row that somebody changed
 * since is left alone and counted. `watch` may be NULL. RC_CONFLICT: taken back before; RC_DENIED: told to stop. */
typedef struct UndoResult { uint64_t deleted, restored, kept; } UndoResult;
Rc record_undo(Database *database, const Model *model, const Change *change, int64_t batch, Watch *watch, UndoResult *ret_result) CHECKED;

/* ---- lists ------------------------------------------------------------------------------------------- */

typedef enum FilterKind { FILTER_EQUAL, FILTER_FROM, FILTER_TO, FILTER_UNKNOWN } FilterKind;
typedef struct Filter {
        uint32_t   field;
        FilterKind kind;
        Cell       value;
} Filter;

typedef struct RecordQuery {
        Str           city;
        const Filter *filters;
        uint32_t      filter_count;
        Str           search;            /* key or title begins with it; empty: all */
        uint32_t      sort;              /* field, or NONE: newest first */
        bool          descending;
        uint32_t      limit;             /* at most 200 */
        int64_t       after_id;          /* keyset paging: continue behind this row; 0: from the start */
        const int64_t *ids;              /* only these rows (drill-down); NULL: all */
        uint32_t      id_count;
        bool          uncounted;         /* nobody asks for the total, and every page will be read: exports */
        Str           within;            /* only rows whose _id this statement gives (measure_sql with `rows`); empty: all */
} RecordQuery;

typedef struct RecordPage {
        Record  *records;
        uint32_t count;
        bool     more;
        int64_t  total;                  /* below 0: so many and more, where counting on would take too long (at 10,000 always) */
} RecordPage;
/* Fields and sort orders come from the model only: no text of a client becomes part of a statement. */
Rc record_list(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, Arena *arena,
               RecordPage *ret_page) CHECKED;
/* How many rows of the query there are by member of a code field, of `members` ones; limit, order and cursor play no part. */
Rc record_counts(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, uint32_t field,
                 uint32_t members, Arena *arena, int64_t **ret_counts) CHECKED;
