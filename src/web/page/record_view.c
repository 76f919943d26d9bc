/* Cells, titles and addresses of records as text. Whatever is sensitive is masked here unless a page asks otherwise. */
#include "web/page/record_view.h"

#include "web/markup.h"

#include <time.h>

#define CELL_TEXT_MAX ((size_t) 1 << 16)
#define TITLE_PARTNERS 2

Rc record_visit(Visit *visit, Action action, const RecordTable **ret_table) {
        Rc rc = visit_plan(visit);
        const RecordTable *table = rc == RC_OK ? model_table(visit->city->model, visit->parameters[0]) : NULL;
        if (rc != RC_OK || !table)
                return rc != RC_OK ? rc : RC_MISSING;
        rc = visit_allowed(visit, action, table);
        if (rc == RC_OK)
                *ret_table = table;
        return rc;
}

Rc record_visit_one(Visit *visit, Action action, const RecordTable **ret_table, Record *ret_record) {
        int64_t id;
        Rc rc = record_visit(visit, action, ret_table);
        if (rc != RC_OK)
                return rc;
        if (!str_to_int(visit->parameters[1], &id) || id <= 0)
                return RC_MISSING;
        return record_load(visit->database, visit->city->model, *ret_table, visit->city->pack->name, id, visit->arena, ret_record);
}

const RecordTable *record_partner(const Model *model, const RecordField *field) {
        if (field->kind != FIELD_LINK || model->table_of[field->partner] == NONE)
                return NULL;
        return &model->tables[model->table_of[field->partner]];
}

Str record_cell_text(Arena *arena, const Model *model, const RecordField *field, Cell cell, bool mask) {
        Buffer out CLEAN(buffer_free) = buffer_new(CELL_TEXT_MAX);
        field_print(model->program, field, cell, mask, &out);
        return str_copy(arena, buffer_str(&out));
}

/* The partners that a row without a name of its own joins. */
static Str joined_partners(Arena *arena, const RecordTable *table, const Record *record) {
        Buffer out CLEAN(buffer_free) = buffer_new(CELL_TEXT_MAX);
        for (uint32_t i = 0, found = 0; i < table->field_count && found < TITLE_PARTNERS; i++)
                if (table->fields[i].kind == FIELD_LINK && record->labels && record->labels[i].length)
                        buffer_format(&out, "%s%.*s", found++ ? " · " : "", STR_ARG(record->labels[i]));
        return str_copy(arena, buffer_str(&out));
}

Str record_title(Arena *arena, const Model *model, const RecordTable *table, const Record *record) {
        Str title = { 0 };
        if (table->title != NONE)
                title = record_cell_text(arena, model, &table->fields[table->title], record->cells[table->title], true);
        if (title.length == 0)
                title = record->key;
        if (title.length == 0)
                title = joined_partners(arena, table, record);
        return title.length ? title : str_format(arena, "%.*s #%lld", STR_ARG(table->name), (long long) record->id);
}

RecordCell record_cell(const Visit *visit, const RecordTable *table, const Record *record, uint32_t field, bool mask) {
        const Model *model = visit->city->model;
        const RecordField *known = &table->fields[field];
        Cell value = record->cells[field];
        RecordCell cell = { .field = known };
        if (value.kind == CELL_NULL)
                return cell;
        cell.masked = mask && known->sensitive && value.kind == CELL_TEXT;
        if (known->kind != FIELD_LINK) {
                cell.text = record_cell_text(visit->arena, model, known, value, mask);
                return cell;
        }
        cell.partner = record_partner(model, known);
        cell.partner_id = value.integer;
        cell.text = record->labels && record->labels[field].length ? record->labels[field]
                                                                     : str_format(visit->arena, "#%lld", (long long) value.integer);
        return cell;
}

/* How much a field tells on one line: partners and searched fields first. */
static int column_worth(const RecordTable *table, uint32_t field) {
        const RecordField *known = &table->fields[field];
        if (field == table->title)
                return 0;
        if (known->kind == FIELD_LINK || field == table->county || field == table->day)
                return 4;
        if (known->required || known->check != CHECK_NONE)
                return 3;
        return known->indexed || known->kind == FIELD_CODE ? 2 : 1;
}

uint32_t *record_columns(Arena *arena, const RecordTable *table, uint32_t most, uint32_t *ret_count) {
        uint32_t *columns = ARENA_NEW(arena, uint32_t, most), count = 0, left = most;
        bool *chosen = ARENA_NEW(arena, bool, table->field_count);
        for (int worth = 4; worth > 0; worth--)
                for (uint32_t i = 0; i < table->field_count && left > 0; i++)
                        if (column_worth(table, i) == worth) {
                                chosen[i] = true;
                                left--;
                        }
        for (uint32_t i = 0; i < table->field_count; i++)
                if (chosen[i])
                        columns[count++] = i;
        *ret_count = count;
        return columns;
}

RecordRow *record_rows(const Visit *visit, const RecordTable *table, const RecordPage *page, const uint32_t *columns,
                       uint32_t column_count) {
        RecordRow *rows = ARENA_NEW(visit->arena, RecordRow, page->count);
        for (uint32_t i = 0; i < page->count; i++) {
                const Record *record = &page->records[i];
                rows[i] = (RecordRow){ .id = record->id, .title = record_title(visit->arena, visit->city->model, table, record),
                                       .cells = ARENA_NEW(visit->arena, RecordCell, column_count) };
                for (uint32_t j = 0; j < column_count; j++)
                        rows[i].cells[j] = record_cell(visit, table, record, columns[j], true);
        }
        return rows;
}

Str record_time(Arena *arena, int64_t at) {
        return clock_chinese(arena, at);
}

Str record_count_text(Arena *arena, int64_t count) {
        return grouped_text(arena, str_format(arena, "%lld", (long long) count));
}

Str record_total_text(Arena *arena, const RecordTable *table, int64_t total) {
        Str counter = table->counter.length ? table->counter : STR("条");
        if (total == 0)
                return STR("还没有");
        if (total <= -10000)
                return str_format(arena, "超过 1 万%.*s", STR_ARG(counter));
        if (total < 0)
                return str_format(arena, "%.*s %.*s以上", STR_ARG(record_count_text(arena, -total)), STR_ARG(counter));
        return str_format(arena, "共 %.*s %.*s", STR_ARG(record_count_text(arena, total)), STR_ARG(counter));
}

Str record_place(const Visit *visit, const RecordTable *table, int64_t id) {
        Buffer out CLEAN(buffer_free) = buffer_new(CELL_TEXT_MAX);
        buffer_add(&out, STR("/o/"));
        markup_url(&out, visit->city->pack->name);
        buffer_add(&out, STR("/r/"));
        markup_url(&out, table->name);
        if (id)
                buffer_format(&out, "/%lld", (long long) id);
        return str_copy(visit->arena, buffer_str(&out));
}

void record_query_add(Buffer *query, Str name, Str value) {
        if (query->length)
                buffer_byte(query, '&');
        markup_url(query, name);
        buffer_byte(query, '=');
        markup_url(query, value);
}

/* ---- as JSON ------------------------------------------------------------------------------------------- */

static void cell_json(Json *json, const Visit *visit, const RecordTable *table, const Record *record, uint32_t field) {
        RecordCell cell = record_cell(visit, table, record, field, true);
        json_key(json, table->fields[field].name.data);
        if (cell.text.length == 0)
                json_nothing(json);
        else if (cell.partner) {
                json_open_object(json);
                json_key(json, "id");
                json_int(json, cell.partner_id);
                json_key(json, "title");
                json_text(json, cell.text);
                json_end(json);
        } else if (cell.field->kind == FIELD_TRUTH)
                json_bool(json, record->cells[field].integer != 0);
        else
                json_text(json, cell.text);
}

void record_json(Json *json, const Visit *visit, const RecordTable *table, const Record *record) {
        json_open_object(json);
        json_key(json, "id");
        json_int(json, record->id);
        json_key(json, "key");
        json_text(json, record->key);
        json_key(json, "title");
        json_text(json, record_title(visit->arena, visit->city->model, table, record));
        json_key(json, "version");
        json_int(json, record->version);
        json_key(json, "fields");
        json_open_object(json);
        for (uint32_t i = 0; i < table->field_count; i++)
                cell_json(json, visit, table, record, i);
        json_end(json);
        json_end(json);
}
