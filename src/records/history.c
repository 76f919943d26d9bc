/* What was before every change, as JSON in words (a member's name, not its number), so that it can be read and restored after
 * the pack has changed. */
#include "records/record_inside.h"
#include "records/trail.h"

#include "base/json.h"
#include "database/named.h"

#include <jansson.h>
#include <string.h>

#define CELLS_MAX (1u << 20)
#define UNDO_ARENA ((size_t) 2 << 30)       /* the old cells of a whole batch */
#define UNDO_ROW_ARENA ((size_t) 64 << 20)
#define DELETE_CHUNK 2000u         /* rows of a batch deleted by one statement */

static const char *const action_words[] = {
        [HISTORY_CREATED] = "created", [HISTORY_CHANGED] = "changed", [HISTORY_DELETED] = "deleted", [HISTORY_UNDONE] = "undone",
};

static void cell_json(const Program *program, const RecordField *field, Cell cell, Json *json) {
        char date[11];
        if (cell.kind == CELL_NULL)
                json_nothing(json);
        else if (cell.kind == CELL_TEXT)
                json_text(json, cell.text);
        else if (field->kind == FIELD_TRUTH)
                json_bool(json, cell.integer != 0);
        else if (field->kind == FIELD_DATE && cell.integer >= DATE_MIN && cell.integer <= DATE_MAX) {
                date_print((int32_t) cell.integer, date);
                json_text(json, str_from(date));
        } else if (field->kind == FIELD_CODE && cell.integer >= 0 && cell.integer < program->enumerations[field->type.of].member_count)
                json_text(json, program->enumerations[field->type.of].members[cell.integer]);
        else
                json_int(json, cell.integer);
}

static void record_json(const Model *model, const RecordTable *table, const Record *before, const Record *after, Buffer *out) {
        Json json = json_begin(out);
        json_open_object(&json);
        if (before && (!after || !str_equal(before->key, after->key))) {
                json_key(&json, "_key");
                json_text(&json, before->key);
        }
        for (uint32_t i = 0; before && i < table->field_count; i++)
                if (!after ? before->cells[i].kind != CELL_NULL : !cell_equal(before->cells[i], after->cells[i])) {
                        json_key(&json, table->fields[i].name.data);
                        cell_json(model->program, &table->fields[i], before->cells[i], &json);
                }
        json_end(&json);
}

#define HISTORY_WIDTH 10u
Rc history_add(Database *database, const Model *model, const RecordTable *table, const Change *change, const HistoryEntry *entries,
               uint32_t count, Arena *arena) {
        Statement *statement;
        Buffer text CLEAN(buffer_free) = buffer_new(CELLS_MAX);
        Cell *cells = ARENA_NEW(arena, Cell, (size_t) HISTORY_WIDTH * count + 1), *at = cells;
        for (uint32_t i = 0; i < count; i++, at += HISTORY_WIDTH) {
                buffer_clear(&text);
                record_json(model, table, entries[i].before, entries[i].after, &text);
                if (text.failed)
                        return RC_TOOBIG;
                const Cell line[HISTORY_WIDTH] = {
                        cell_text(change->city), cell_text(table->name), cell_integer(entries[i].id), cell_integer(entries[i].version),
                        cell_integer(change->at), cell_text(change->actor), cell_integer(change->batch),
                        cell_text(str_from(action_words[entries[i].action])), cell_text(change->reason),
                        cell_text(str_copy(arena, buffer_str(&text))),
                };
                memcpy(at, line, sizeof line);
        }
        Rc rc = count ? database_named(database, SQL_HISTORY_ADD, &statement) : RC_OK;
        return rc == RC_OK && count ? statement_many(statement, cells, HISTORY_WIDTH, count, NULL) : rc;
}

Rc record_history(Database *database, const RecordTable *table, Str city, int64_t id, Arena *arena, HistoryLine **ret_lines,
                  uint32_t *ret_count) {
        Statement *statement;
        HistoryLine *lines = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Rc rc = database_named(database, SQL_HISTORY_OF_RECORD, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(city), cell_text(table->name), cell_integer(id) }, 3);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(arena, lines, count, capacity) = (HistoryLine){
                        .at = statement_cell(statement, 0).integer,
                        .actor = str_copy(arena, statement_cell(statement, 1).text),
                        .batch = statement_cell(statement, 2).integer,
                        .action = str_copy(arena, statement_cell(statement, 3).text),
                        .reason = str_copy(arena, statement_cell(statement, 4).text),
                        .cells = str_copy(arena, statement_cell(statement, 5).text),
                        .version = statement_cell(statement, 6).integer,
                };
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_lines = lines;
        *ret_count = count;
        return RC_OK;
}

/* ---- taking a batch back --------------------------------------------------------------------------------- */

/* The cell that a JSON value was; unknown words and kinds become NULL. */
static Cell cell_of_json(const Program *program, const RecordField *field, const json_t *value, Arena *arena) {
        Cell cell = cell_null();
        Str why;
        if (json_is_true(value) || json_is_false(value))
                return field->kind == FIELD_TRUTH ? cell_integer(json_is_true(value)) : cell;
        if (json_is_integer(value))
                return field->kind == FIELD_NUMBER || field->kind == FIELD_LINK ? cell_integer(json_integer_value(value)) : cell;
        if (!json_is_string(value) || field->kind == FIELD_LINK)
                return cell;
        Str text = { json_string_value(value), json_string_length(value) };
        if (field->kind == FIELD_TEXT)
                return cell_text(str_copy(arena, text));
        return field_parse(program, field, text, arena, &cell, &why) ? cell : cell_null();
}

void history_cells(const Model *model, const RecordTable *table, const HistoryLine *line, Arena *arena, HistoryCell **ret_cells,
                   uint32_t *ret_count) {
        json_error_t error;
        const char *name;
        json_t *value, *object = json_loadb(line->cells.data, line->cells.length, JSON_REJECT_DUPLICATES, &error);
        HistoryCell *cells = ARENA_NEW(arena, HistoryCell, json_object_size(object));
        uint32_t count = 0;
        json_object_foreach(object, name, value) {
                HistoryCell *cell = &cells[count++];
                cell->name = str_copy(arena, str_from(name));
                cell->field = table_field(table, cell->name);
                if (cell->field != NONE)
                        cell->before = cell_of_json(model->program, &table->fields[cell->field], value, arena);
                else if (json_is_string(value))
                        cell->before = cell_text(str_copy(arena, str_from(json_string_value(value))));
        }
        json_decref(object);
        *ret_cells = cells;
        *ret_count = count;
}

static void put_back(const Model *model, const RecordTable *table, const json_t *cells, Record *record, Arena *arena) {
        const json_t *key = json_object_get(cells, "_key");
        if (json_is_string(key))
                record->key = str_copy(arena, (Str){ json_string_value(key), json_string_length(key) });
        for (uint32_t i = 0; i < table->field_count; i++) {
                const json_t *value = json_object_get(cells, table->fields[i].name.data);
                if (value)
                        record->cells[i] = cell_of_json(model->program, &table->fields[i], value, arena);
        }
}

typedef struct Undo {
        Database          *database;
        const Model       *model;
        const RecordTable *table;
        Change             change;
        int64_t            batch;
        Watch             *watch;
        Arena             *arena, *row_arena;
        UndoResult         result;
} Undo;

typedef struct ChangedLine {
        int64_t id, version;
        Str     cells;
} ChangedLine;

static Rc changed_lines(Undo *undo, ChangedLine **ret_lines, uint32_t *ret_count) {
        Statement *statement;
        ChangedLine *lines = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Cell parameters[] = { cell_text(undo->change.city), cell_integer(undo->batch), cell_text(undo->table->name) };
        Rc rc = database_named(undo->database, SQL_HISTORY_CHANGED_BY_BATCH, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, parameters, ARRAY_LENGTH(parameters));
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(undo->arena, lines, count, capacity) = (ChangedLine){
                        .id = statement_cell(statement, 0).integer, .version = statement_cell(statement, 1).integer,
                        .cells = str_copy(undo->arena, statement_cell(statement, 2).text),
                };
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_lines = lines;
        *ret_count = count;
        return RC_OK;
}

/* Puts the old cells of one row back, unless somebody has changed it since. */
static Rc restore_row(Undo *undo, const ChangedLine *line) {
        Record record;
        FieldFaults faults = { 0 };
        json_error_t error;
        arena_reset(undo->row_arena);
        Rc rc = record_load(undo->database, undo->model, undo->table, undo->change.city, line->id, undo->row_arena, &record);
        if (rc == RC_MISSING || (rc == RC_OK && record.version != line->version)) {
                undo->result.kept++;
                return RC_OK;
        }
        if (rc != RC_OK)
                return rc;
        json_t *cells = json_loadb(line->cells.data, line->cells.length, JSON_REJECT_DUPLICATES, &error);
        if (!cells) {
                undo->result.kept++;
                return RC_OK;
        }
        put_back(undo->model, undo->table, cells, &record, undo->row_arena);
        json_decref(cells);
        rc = record_save(undo->database, undo->model, undo->table, &undo->change, &record, undo->row_arena, &faults);
        undo->result.restored += rc == RC_OK;
        return rc;
}

/* The rows the batch made and nobody changed since, newest first: a row that names an older one of its batch goes before it. */
static Rc made_rows(Undo *undo, int64_t **ret_ids, uint32_t *ret_count) {
        Statement *statement;
        int64_t *ids = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Cell parameters[] = { cell_text(undo->change.city), cell_integer(undo->batch) };
        Str sql = str_format(undo->arena, "SELECT _id FROM %s WHERE _city = $1 AND _batch = $2 AND _version = 1 ORDER BY _id DESC",
                             record_quoted(undo->arena, undo->table->name).data);
        Rc rc = database_prepare(undo->database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, parameters, ARRAY_LENGTH(parameters));
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(undo->arena, ids, count, capacity) = statement_cell(statement, 0).integer;
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_ids = ids;
        *ret_count = count;
        return RC_OK;
}

/* Deletes the batch's rows between two ids that no row names. */
static Str delete_sql(const Undo *undo) {
        Arena *arena = undo->arena;
        Buffer sql CLEAN(buffer_free) = buffer_new(RECORD_STATEMENT_MAX);
        Str name = record_quoted(arena, undo->table->name);
        buffer_format(&sql, "DELETE FROM %s WHERE _city = $1 AND _batch = $2 AND _version = 1 AND _id BETWEEN $3 AND $4", name.data);
        for (uint32_t i = 0; i < undo->model->table_count; i++)
                for (uint32_t j = 0; j < undo->model->tables[i].field_count; j++) {
                        const RecordField *field = &undo->model->tables[i].fields[j];
                        if (field->kind == FIELD_LINK && field->partner == undo->table->entity)
                                buffer_format(&sql, " AND NOT EXISTS (SELECT 1 FROM %s c WHERE c._city = $1 AND c.%s = %s._id)",
                                              record_quoted(arena, undo->model->tables[i].name).data,
                                              record_quoted(arena, field->name).data, name.data);
                }
        return str_copy(arena, buffer_str(&sql));
}

static Rc undo_stopped(const Undo *undo, uint64_t done) {
        watch_set(undo->watch, done, 0);
        return watch_stopped(undo->watch) ? RC_DENIED : RC_OK;
}

/* Some thousands at a time, so that the deleting can be watched and stopped. */
static Rc delete_rows(Undo *undo, const int64_t *ids, uint32_t count, uint64_t before) {
        Statement *statement;
        Cell left, city = cell_text(undo->change.city), batch = cell_integer(undo->batch);
        Rc rc = database_prepare(undo->database, delete_sql(undo), &statement);
        for (uint32_t from = 0, to; rc == RC_OK && from < count; from = to) {
                uint64_t deleted;
                to = count - from < DELETE_CHUNK ? count : from + DELETE_CHUNK;
                rc = statement_run(statement, (Cell[]){ city, batch, cell_integer(ids[to - 1]), cell_integer(ids[from]) }, 4, &deleted);
                if (rc != RC_OK)
                        break;
                undo->result.deleted += deleted;
                rc = undo_stopped(undo, before + to);
        }
        Str counting = str_format(undo->arena, "SELECT count(*) FROM %s WHERE _city = $1 AND _batch = $2",
                                  record_quoted(undo->arena, undo->table->name).data);
        if (rc == RC_OK)
                rc = database_prepare(undo->database, counting, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ city, batch }, 2, undo->arena, &left);
        if (rc == RC_OK)
                undo->result.kept += (uint64_t) left.integer;
        return rc;
}

static Rc undo_in_transaction(Undo *undo) {
        ChangedLine *lines = NULL;
        int64_t *ids = NULL;
        uint32_t count = 0, made = 0;
        Statement *statement;
        uint64_t changed = 0;
        Cell mark[] = { cell_text(undo->change.city), cell_integer(undo->batch), cell_integer(undo->change.at) };
        Rc rc = database_named(undo->database, SQL_BATCH_MARK_UNDONE, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, mark, ARRAY_LENGTH(mark), &changed);
        if (rc == RC_OK && changed == 0)
                rc = RC_CONFLICT;               /* taken back before */
        if (rc == RC_OK)
                rc = changed_lines(undo, &lines, &count);
        if (rc == RC_OK)
                rc = made_rows(undo, &ids, &made);
        if (rc == RC_OK && undo->watch)
                atomic_store(&undo->watch->total, (uint64_t) count + made);
        for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
                rc = restore_row(undo, &lines[i]);
                if (rc == RC_OK)
                        rc = undo_stopped(undo, i + 1);
        }
        if (rc == RC_OK)
                rc = delete_rows(undo, ids, made, count);
        return rc == RC_OK ? record_changed(undo->database, undo->change.city, undo->table) : rc;
}

Rc record_undo(Database *database, const Model *model, const Change *change, int64_t batch, Watch *watch, UndoResult *ret_result) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(UNDO_ARENA), *row CLEAN(arena_cleanup) = arena_new(UNDO_ROW_ARENA);
        Undo undo = { .database = database, .model = model, .change = *change, .batch = batch, .watch = watch, .arena = arena,
                      .row_arena = row };
        Statement *statement;
        Cell entity;
        undo.change.batch = 0;
        undo.change.reason = STR("撤销导入");
        Rc rc = database_named(database, SQL_BATCH_ENTITY, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(change->city), cell_integer(batch) }, 2, arena, &entity);
        if (rc != RC_OK)
                return rc;
        undo.table = model_table(model, entity.text);
        if (!undo.table)
                return RC_MISSING;
        rc = database_begin(database, true);
        if (rc != RC_OK)
                return rc;
        rc = undo_in_transaction(&undo);
        rc = database_finish(database, rc);
        if (rc == RC_OK)
                *ret_result = undo.result;
        return rc;
}
