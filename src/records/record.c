/* Rows by id and key: load, save, delete. Statements are made of the model's names and are kept by the connection. */
#include "records/record_inside.h"

#include "base/date.h"
#include "base/map.h"
#include "database/named.h"

#include <stdatomic.h>
#include <string.h>

#define EPOCH_2020 1577836800000000    /* microseconds */
#define ID_PROCESS_BITS 10

/* The one thing that lives longer than a call: the last id given out, so that ids of one process never meet. */
static int64_t after_last(int64_t wanted, uint32_t count) {
        static _Atomic int64_t last;
        int64_t seen = last, first;
        do
                first = wanted > seen ? wanted : seen + 1;
        while (!atomic_compare_exchange_weak(&last, &seen, first + count - 1));
        return first;
}

int64_t record_new_ids(uint32_t count) {
        MUST(count > 0);
        return after_last((clock_microseconds() - EPOCH_2020) << ID_PROCESS_BITS, count);
}

bool cell_equal(Cell a, Cell b) {
        if (a.kind != b.kind)
                return false;
        return a.kind == CELL_TEXT ? str_equal(a.text, b.text) : a.kind == CELL_NULL || a.integer == b.integer;
}

Str record_quoted(Arena *arena, Str name) {
        MUST(memchr(name.data, '"', name.length) == NULL);
        return str_format(arena, "\"%.*s\"", STR_ARG(name));
}

/* ---- reading --------------------------------------------------------------------------------------------- */

Str record_select(Arena *arena, const Model *model, const RecordTable *table) {
        Buffer columns = buffer_new(RECORD_STATEMENT_MAX), joins = buffer_new(RECORD_STATEMENT_MAX);
        for (uint32_t i = 0; i < table->field_count; i++)
                buffer_format(&columns, ", t.%s", record_quoted(arena, table->fields[i].name).data);
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                if (field->kind != FIELD_LINK)
                        continue;
                const RecordTable *partner = &model->tables[model->table_of[field->partner]];
                if (partner->title != NONE)
                        buffer_format(&columns, ", COALESCE(p%u.%s, p%u._key)", i,
                                      record_quoted(arena, partner->fields[partner->title].name).data, i);
                else
                        buffer_format(&columns, ", p%u._key", i);
                buffer_format(&joins, " LEFT JOIN %s p%u ON p%u._city = t._city AND p%u._id = t.%s",
                              record_quoted(arena, partner->name).data, i, i, i, record_quoted(arena, field->name).data);
        }
        Str sql = str_format(arena, "SELECT t._id, t._key, t._version, t._batch%.*s FROM %s t%.*s", STR_ARG(buffer_str(&columns)),
                             record_quoted(arena, table->name).data, STR_ARG(buffer_str(&joins)));
        buffer_free(&columns);
        buffer_free(&joins);
        return sql;
}

static Cell copied(Arena *arena, Cell cell) {
        if (cell.kind == CELL_TEXT)
                cell.text = str_copy(arena, cell.text);
        return cell;
}

void record_read(const Statement *statement, const RecordTable *table, Arena *arena, Record *ret_record) {
        Record record = {
                .id = statement_cell(statement, 0).integer, .key = copied(arena, statement_cell(statement, 1)).text,
                .version = statement_cell(statement, 2).integer, .batch = statement_cell(statement, 3).integer,
                .cells = ARENA_NEW(arena, Cell, table->field_count), .labels = ARENA_NEW(arena, Str, table->field_count),
        };
        uint32_t column = RECORD_META + table->field_count;
        for (uint32_t i = 0; i < table->field_count; i++) {
                record.cells[i] = copied(arena, statement_cell(statement, RECORD_META + i));
                if (table->fields[i].kind == FIELD_LINK)
                        record.labels[i] = copied(arena, statement_cell(statement, column++)).text;
        }
        *ret_record = record;
}

Rc record_load(Database *database, const Model *model, const RecordTable *table, Str city, int64_t id, Arena *arena, Record *ret_record) {
        Statement *statement;
        bool row;
        Str sql = str_format(arena, "%.*s WHERE t._city = $1 AND t._id = $2", STR_ARG(record_select(arena, model, table)));
        Rc rc = database_prepare(database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(city), cell_integer(id) }, 2);
        if (rc == RC_OK)
                rc = statement_next(statement, &row);
        if (rc != RC_OK)
                return rc;
        if (row)
                record_read(statement, table, arena, ret_record);
        statement_end(statement);
        return row ? RC_OK : RC_MISSING;
}

Rc record_find(Database *database, const RecordTable *table, Str city, Str key, int64_t *ret_id) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(1u << 20);
        Statement *statement;
        Cell id;
        Str sql = str_format(arena, "SELECT _id FROM %s WHERE _city = $1 AND _key = $2", record_quoted(arena, table->name).data);
        Rc rc = database_prepare(database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(city), cell_text(key) }, 2, arena, &id);
        if (rc == RC_OK)
                *ret_id = id.integer;
        return rc;
}

/* ---- writing --------------------------------------------------------------------------------------------- */

static Str insert_sql(Arena *arena, const RecordTable *table) {
        Buffer sql = buffer_new(RECORD_STATEMENT_MAX);
        buffer_format(&sql, "INSERT INTO %s (_city, _id, _key, _version, _batch", record_quoted(arena, table->name).data);
        for (uint32_t i = 0; i < table->field_count; i++)
                buffer_format(&sql, ", %s", record_quoted(arena, table->fields[i].name).data);
        buffer_add(&sql, STR(") VALUES ($1, $2, $3, $4, $5"));
        for (uint32_t i = 0; i < table->field_count; i++)
                buffer_format(&sql, ", $%u", i + 6);
        buffer_byte(&sql, ')');
        Str text = str_copy(arena, buffer_str(&sql));
        buffer_free(&sql);
        return text;
}

static void insert_cells(const RecordTable *table, Str city, const Record *record, int64_t version, Cell *cells) {
        cells[0] = cell_text(city);
        cells[1] = cell_integer(record->id);
        cells[2] = record->key.length ? cell_text(record->key) : cell_null();
        cells[3] = cell_integer(version);
        cells[4] = record->batch ? cell_integer(record->batch) : cell_null();
        memcpy(cells + 5, record->cells, sizeof(Cell) * table->field_count);
}

static Rc insert_record(Database *database, const Model *model, const RecordTable *table, const Change *change, Record *record,
                        Arena *arena) {
        Statement *statement;
        Cell *cells = ARENA_NEW(arena, Cell, table->field_count + 5);
        record->batch = change->batch;
        insert_cells(table, change->city, record, 1, cells);
        Rc rc = database_prepare(database, insert_sql(arena, table), &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, cells, table->field_count + 5, NULL);
        if (rc == RC_OK)
                rc = history_add(database, model, table, change,
                                 &(HistoryEntry){ .action = HISTORY_CREATED, .id = record->id, .version = 1 }, 1, arena);
        return rc;
}

/* Which cells an update changes, a byte each, the key's last: updates with the same ones share a statement. */
static Str changed_cells(const RecordTable *table, const RecordUpdate *update, Arena *arena) {
        char *marks = arena_alloc(arena, table->field_count + 1, 1);
        for (uint32_t i = 0; i < table->field_count; i++)
                marks[i] = cell_equal(update->before.cells[i], update->after.cells[i]) ? '-' : '*';
        marks[table->field_count] = str_equal(update->before.key, update->after.key) ? '-' : '*';
        return (Str){ marks, table->field_count + 1 };
}

static bool changes_nothing(Str marks) {
        size_t at;
        return !str_find(marks, STR("*"), &at);
}

static Str update_sql(const RecordTable *table, Str marks, Arena *arena, uint32_t *ret_width) {
        Buffer sql CLEAN(buffer_free) = buffer_new(RECORD_STATEMENT_MAX);
        uint32_t width = 3;
        buffer_format(&sql, "UPDATE %s SET _version = _version + 1, _key = $3", record_quoted(arena, table->name).data);
        for (uint32_t i = 0; i < table->field_count; i++)
                if (marks.data[i] == '*')
                        buffer_format(&sql, ", %s = $%u", record_quoted(arena, table->fields[i].name).data, ++width);
        buffer_add(&sql, STR(" WHERE _city = $1 AND _id = $2"));
        *ret_width = width;
        return str_copy(arena, buffer_str(&sql));
}

/* Runs one statement for all updates that change the cells of `marks`. */
static Rc update_alike(Database *database, const RecordTable *table, Str city, const RecordUpdate *updates, const Str *all_marks,
                       uint32_t count, Str marks, Arena *arena) {
        Statement *statement;
        uint32_t width, rows = 0, used = 0;
        Str sql = update_sql(table, marks, arena, &width);
        Cell *cells = ARENA_NEW(arena, Cell, (size_t) width * count);
        for (uint32_t i = 0; i < count; i++) {
                if (!str_equal(all_marks[i], marks))
                        continue;
                cells[used++] = cell_text(city);
                cells[used++] = cell_integer(updates[i].before.id);
                cells[used++] = updates[i].after.key.length ? cell_text(updates[i].after.key) : cell_null();
                for (uint32_t field = 0; field < table->field_count; field++)
                        if (marks.data[field] == '*')
                                cells[used++] = updates[i].after.cells[field];
                rows++;
        }
        Rc rc = database_prepare(database, sql, &statement);
        return rc == RC_OK ? statement_many(statement, cells, width, rows, NULL) : rc;
}

Rc record_update_many(Database *database, const Model *model, const RecordTable *table, const Change *change,
                      const RecordUpdate *updates, uint32_t count, Arena *arena) {
        Map *seen = map_new(arena);
        Str *marks = ARENA_NEW(arena, Str, count + 1);
        HistoryEntry *entries = ARENA_NEW(arena, HistoryEntry, count + 1);
        uint32_t entry_count = 0;
        Rc rc = RC_OK;
        for (uint32_t i = 0; i < count; i++) {
                marks[i] = changed_cells(table, &updates[i], arena);
                if (!changes_nothing(marks[i]))
                        entries[entry_count++] = (HistoryEntry){
                                .action = HISTORY_CHANGED, .id = updates[i].before.id, .version = updates[i].before.version + 1,
                                .before = &updates[i].before, .after = &updates[i].after };
        }
        for (uint32_t i = 0; rc == RC_OK && i < count; i++)
                if (!changes_nothing(marks[i]) && map_add(seen, marks[i], i))
                        rc = update_alike(database, table, change->city, updates + i, marks + i, count - i, marks[i], arena);
        return rc == RC_OK ? history_add(database, model, table, change, entries, entry_count, arena) : rc;
}

/* Sets key and cells of a row that still has the version it was read with. */
static Rc update_record(Database *database, const Model *model, const RecordTable *table, const Change *change, const Record *record,
                        Arena *arena) {
        RecordUpdate update = { .after = *record };
        Rc rc = record_load(database, model, table, change->city, record->id, arena, &update.before);
        if (rc != RC_OK)
                return rc == RC_MISSING ? RC_CONFLICT : rc;
        if (update.before.version != record->version)
                return RC_CONFLICT;
        return record_update_many(database, model, table, change, &update, 1, arena);
}

Rc record_changed(Database *database, Str city, const RecordTable *table) {
        Statement *statement;
        Rc rc = database_named(database, SQL_CHANGE_COUNT, &statement);
        return rc == RC_OK ? statement_run(statement, (Cell[]){ cell_text(city), cell_text(table->name) }, 2, NULL) : rc;
}

/* A taken key is the only unique column besides the id. */
static void key_taken(const RecordTable *table, Arena *arena, FieldFaults *faults) {
        *ARENA_PUSH(arena, faults->items, faults->count, faults->capacity) = (FieldFault){
                .field = NONE, .message = str_format(arena, "这个%.*s已经有了，请换一个，或者去改原来那一条。", STR_ARG(table->key_name)) };
}

Rc record_save(Database *database, const Model *model, const RecordTable *table, const Change *change, Record *record, Arena *arena,
               FieldFaults *faults) {
        if (!record_check(model, table, record, arena, faults))
                return RC_INVALID;
        bool own = !database_in_transaction(database), new = record->version == 0;
        Rc rc = own ? database_begin(database, true) : RC_OK;
        if (rc != RC_OK)
                return rc;
        if (new && record->id == 0)
                record->id = record_new_ids(1);
        rc = new ? insert_record(database, model, table, change, record, arena)
                 : update_record(database, model, table, change, record, arena);
        if (rc == RC_CONFLICT && database_fault(database) == FAULT_TAKEN)
                key_taken(table, arena, faults);
        if (rc == RC_OK && own)
                rc = record_changed(database, change->city, table);
        return own ? database_finish(database, rc) : rc;
}

Rc record_insert_many(Database *database, const RecordTable *table, const Change *change, const Record *records, uint32_t count,
                      uint32_t *ret_row) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(1u << 30);
        uint32_t width = table->field_count + 5;
        Cell *cells = ARENA_NEW(arena, Cell, (size_t) width * count);
        Statement *statement;
        for (uint32_t i = 0; i < count; i++) {
                Record record = records[i];
                record.batch = change->batch;
                insert_cells(table, change->city, &record, 1, cells + (size_t) i * width);
        }
        Rc rc = database_prepare(database, insert_sql(arena, table), &statement);
        return rc == RC_OK ? statement_many(statement, cells, width, count, ret_row) : rc;
}

/* ---- deleting -------------------------------------------------------------------------------------------- */

/* Whether another row names this one. */
static Rc is_named(Database *database, const Model *model, const RecordTable *table, Str city, int64_t id, Arena *arena, bool *ret_named) {
        Rc rc = RC_OK;
        bool named = false;
        for (uint32_t i = 0; rc == RC_OK && !named && i < model->table_count; i++)
                for (uint32_t j = 0; rc == RC_OK && !named && j < model->tables[i].field_count; j++) {
                        const RecordField *field = &model->tables[i].fields[j];
                        Statement *statement;
                        Cell one;
                        if (field->kind != FIELD_LINK || field->partner != table->entity)
                                continue;
                        Str sql = str_format(arena, "SELECT 1 FROM %s WHERE _city = $1 AND %s = $2 LIMIT 1",
                                             record_quoted(arena, model->tables[i].name).data, record_quoted(arena, field->name).data);
                        rc = database_prepare(database, sql, &statement);
                        if (rc == RC_OK)
                                rc = statement_one(statement, (Cell[]){ cell_text(city), cell_integer(id) }, 2, arena, &one);
                        named = rc == RC_OK;
                        rc = rc == RC_MISSING ? RC_OK : rc;
                }
        if (rc == RC_OK)
                *ret_named = named;
        return rc;
}

static Rc delete_in_transaction(Database *database, const Model *model, const RecordTable *table, const Change *change, int64_t id,
                                int64_t version, Arena *arena) {
        Record old;
        Statement *statement;
        bool named;
        Rc rc = record_load(database, model, table, change->city, id, arena, &old);
        if (rc == RC_OK && old.version != version)
                rc = RC_CONFLICT;
        if (rc == RC_OK)
                rc = is_named(database, model, table, change->city, id, arena, &named);
        if (rc == RC_OK && named)
                rc = RC_INVALID;
        Str sql = str_format(arena, "DELETE FROM %s WHERE _city = $1 AND _id = $2", record_quoted(arena, table->name).data);
        if (rc == RC_OK)
                rc = database_prepare(database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, (Cell[]){ cell_text(change->city), cell_integer(id) }, 2, NULL);
        HistoryEntry entry = { .action = HISTORY_DELETED, .id = id, .version = version + 1, .before = &old };
        return rc == RC_OK ? history_add(database, model, table, change, &entry, 1, arena) : rc;
}

Rc record_delete(Database *database, const Model *model, const RecordTable *table, const Change *change, int64_t id, int64_t version) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(16u << 20);
        bool own = !database_in_transaction(database);
        Rc rc = own ? database_begin(database, true) : RC_OK;
        if (rc == RC_OK)
                rc = delete_in_transaction(database, model, table, change, id, version, arena);
        if (rc == RC_OK && own)
                rc = record_changed(database, change->city, table);
        return own ? database_finish(database, rc) : rc;
}
