/* What the pages of records share: the kind of record an address names, cells and titles as text, times, and queries. */
#pragma once

#include "base/json.h"
#include "records/trail.h"
#include "web/page/layout.h"

/* A cell as a page shows it. */
typedef struct RecordCell {
        const RecordField *field;
        Str                text;         /* empty: not known */
        const RecordTable *partner;      /* a link with a partner that has a page; else NULL */
        int64_t            partner_id;
        bool               masked;       /* something of it is hidden */
} RecordCell;

/* A record as one line of a list. */
typedef struct RecordRow {
        int64_t     id;
        Str         title;
        RecordCell *cells;               /* by column of the list */
} RecordRow;

/* The table that the first part of the address names, with the city's records open, when the actor may do this with it. */
Rc record_visit(Visit *visit, Action action, const RecordTable **ret_table) CHECKED;
/* The same, and the record whose id is the second part. */
Rc record_visit_one(Visit *visit, Action action, const RecordTable **ret_table, Record *ret_record) CHECKED;

const RecordTable *record_partner(const Model *model, const RecordField *field);
Str record_cell_text(Arena *arena, const Model *model, const RecordField *field, Cell cell, bool mask);
/* The title as people name the row: its first text, its key, the partners it joins, or its number. */
Str record_title(Arena *arena, const Model *model, const RecordTable *table, const Record *record);
RecordCell record_cell(const Visit *visit, const RecordTable *table, const Record *record, uint32_t field, bool mask);
/* Fields worth a column of a list, at most `most`, never the title. */
uint32_t *record_columns(Arena *arena, const RecordTable *table, uint32_t most, uint32_t *ret_count);
RecordRow *record_rows(const Visit *visit, const RecordTable *table, const RecordPage *page, const uint32_t *columns,
                       uint32_t column_count);

/* "2022年5月1日 09:30", of seconds since 1970, in the time zone of the machine. */
Str record_time(Arena *arena, int64_t at);
/* "1,234". */
Str record_count_text(Arena *arena, int64_t count);
/* "共 1,234 人", "超过 1 万人", "还没有". */
Str record_total_text(Arena *arena, const RecordTable *table, int64_t total);
/* The address of a kind of record, or of one record (id 0: none). */
Str record_place(const Visit *visit, const RecordTable *table, int64_t id);
/* Adds "name=value" to a query, with what joins them, percent-encoded. */
void record_query_add(Buffer *query, Str name, Str value);

/* A record as an object: id, key, title, version, and its fields by name; sensitive ones are masked, a link has id and title. */
void record_json(Json *json, const Visit *visit, const RecordTable *table, const Record *record);

/* What every list of rows needs of its page. */
typedef struct RecordList {
        const City        *city;
        const RecordTable *table;
        Str                caption;
        const uint32_t    *columns;
        uint32_t           column_count;
        const RecordRow   *rows;
        uint32_t           row_count;
} RecordList;
void template_record_rows(Buffer *out, const RecordList *list);
void template_record_value(Buffer *out, const City *city, const RecordCell *cell);
