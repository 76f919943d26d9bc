/* The page of one record. History is walked from today backwards: what a cell became is what it is in the state so far, and
 * the line's own cells are what it was before. */
#include "web/page/record_show.h"

#define CHILDREN_SHOWN 20
#define CHILD_COLUMNS 4
#define PURPOSE_MAX 200
#define QUERY_MAX ((size_t) 1 << 14)

/* ---- records that name this one ------------------------------------------------------------------------ */

static Rc load_children(Visit *visit, const RecordTable *child, uint32_t field, int64_t id, uint32_t most, RecordChildren *ret_children,
                        bool *ret_any) {
        RecordPage page;
        Arena *arena = visit->arena;
        Filter filter = { .field = field, .kind = FILTER_EQUAL, .value = cell_integer(id) };
        RecordQuery query = { .city = visit->city->pack->name, .filters = &filter, .filter_count = 1, .sort = NONE, .limit = most };
        Rc rc = record_list(visit->database, visit->city->model, child, &query, arena, &page);
        if (rc != RC_OK)
                return rc;
        *ret_any = page.count > 0;
        uint32_t count, kept = 0, *columns = record_columns(arena, child, CHILD_COLUMNS + 1, &count);
        for (uint32_t i = 0; i < count; i++)
                if (columns[i] != field && kept < CHILD_COLUMNS)
                        columns[kept++] = columns[i];
        Buffer text CLEAN(buffer_free) = buffer_new(QUERY_MAX);
        record_query_add(&text, child->fields[field].name, str_format(arena, "%lld", (long long) id));
        *ret_children = (RecordChildren){
                .field = child->fields[field].name, .total = record_total_text(arena, child, page.total), .more = page.more,
                .query = str_copy(arena, buffer_str(&text)),
                .list = { .city = visit->city, .table = child, .caption = str_format(arena, "%.*s名单", STR_ARG(child->name)),
                          .columns = columns, .column_count = kept, .rows = record_rows(visit, child, &page, columns, kept),
                          .row_count = page.count },
        };
        return RC_OK;
}

Rc record_children(Visit *visit, const RecordTable *table, int64_t id, uint32_t most, RecordChildren **ret_children, uint32_t *ret_count) {
        const Model *model = visit->city->model;
        RecordChildren *children = NULL;
        uint32_t count = 0, capacity = 0;
        for (uint32_t i = 0; i < model->table_count; i++)
                for (uint32_t j = 0; j < model->tables[i].field_count; j++) {
                        const RecordField *field = &model->tables[i].fields[j];
                        RecordChildren some;
                        bool any;
                        if (field->kind != FIELD_LINK || field->partner != table->entity)
                                continue;
                        Rc rc = load_children(visit, &model->tables[i], j, id, most, &some, &any);
                        if (rc != RC_OK)
                                return rc;
                        if (any)
                                *ARENA_PUSH(visit->arena, children, count, capacity) = some;
                }
        *ret_children = children;
        *ret_count = count;
        return RC_OK;
}

/* ---- history ------------------------------------------------------------------------------------------- */

static Str action_text(Str action) {
        static const Str words[][2] = {
                { STR_INIT("created"), STR_INIT("新增") },   { STR_INIT("changed"), STR_INIT("修改") },
                { STR_INIT("deleted"), STR_INIT("删除") },   { STR_INIT("undone"), STR_INIT("随导入撤销") },
                { STR_INIT("unmasked"), STR_INIT("查看完整号码") },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
                if (str_equal(words[i][0], action))
                        return words[i][1];
        return action;
}

/* A link's old partner by its name; one that is gone, by its number. */
static Str partner_text(Visit *visit, const RecordField *field, int64_t id) {
        const Model *model = visit->city->model;
        const RecordTable *partner = record_partner(model, field);
        Record record;
        if (partner && record_load(visit->database, model, partner, visit->city->pack->name, id, visit->arena, &record) == RC_OK)
                return record_title(visit->arena, model, partner, &record);
        return str_format(visit->arena, "#%lld", (long long) id);
}

static Str cell_words(Visit *visit, const RecordField *field, Cell cell) {
        if (cell.kind == CELL_NULL)
                return STR("（没有填）");
        if (field->kind == FIELD_LINK)
                return partner_text(visit, field, cell.integer);
        return record_cell_text(visit->arena, visit->city->model, field, cell, true);
}

static void fill_changes(Visit *visit, const RecordTable *table, const HistoryLine *line, Record *state, RecordEvent *event) {
        HistoryCell *cells;
        uint32_t count;
        history_cells(visit->city->model, table, line, visit->arena, &cells, &count);
        event->changes = ARENA_NEW(visit->arena, RecordChange, count);
        for (uint32_t i = 0; i < count; i++) {
                RecordChange *change = &event->changes[event->change_count++];
                const HistoryCell *cell = &cells[i];
                if (cell->field != NONE) {
                        const RecordField *field = &table->fields[cell->field];
                        *change = (RecordChange){ field->name, cell_words(visit, field, cell->before),
                                                  cell_words(visit, field, state->cells[cell->field]) };
                        state->cells[cell->field] = cell->before;
                } else if (str_equal(cell->name, STR("_key"))) {
                        *change = (RecordChange){ table->key_name, cell->before.text, state->key };
                        state->key = cell->before.text;
                } else
                        *change = (RecordChange){ cell->name, cell->before.text, STR("（这一项已经不用了）") };
        }
}

static Rc fill_history(Visit *visit, RecordShowView *view) {
        HistoryLine *lines;
        Arena *arena = visit->arena;
        const RecordTable *table = view->table;
        Record state = view->record;
        Rc rc = record_history(visit->database, table, visit->city->pack->name, view->record.id, arena, &lines, &view->event_count);
        if (rc != RC_OK)
                return rc;
        state.cells = ARENA_NEW(arena, Cell, table->field_count);
        for (uint32_t i = 0; i < table->field_count; i++)
                state.cells[i] = view->record.cells[i];
        view->events = ARENA_NEW(arena, RecordEvent, view->event_count);
        for (uint32_t i = 0; i < view->event_count; i++) {
                view->events[i] = (RecordEvent){ .when = record_time(arena, lines[i].at), .who = lines[i].actor,
                                                 .what = action_text(lines[i].action), .why = lines[i].reason };
                fill_changes(visit, table, &lines[i], &state, &view->events[i]);
        }
        return RC_OK;
}

/* With which import a record came. */
static Rc fill_batch(Visit *visit, RecordShowView *view) {
        Batch batch;
        if (view->record.batch == 0)
                return RC_OK;
        Rc rc = batch_load(visit->database, visit->city->pack->name, view->record.batch, visit->arena, &batch);
        if (rc == RC_OK) {
                view->batch = batch.id;
                view->imported = str_format(visit->arena, "%.*s，%.*s 导入的“%.*s”", STR_ARG(record_time(visit->arena, batch.at)),
                                            STR_ARG(batch.actor), STR_ARG(batch.file_name));
        }
        return rc == RC_MISSING ? RC_OK : rc;
}

/* ---- the page ------------------------------------------------------------------------------------------ */

/* What must be filled stands first, as in the form. */
static void fill_cells(const Visit *visit, RecordShowView *view) {
        for (uint32_t required = 2; required-- > 0;)
                for (uint32_t i = 0; i < view->table->field_count; i++) {
                        if (view->table->fields[i].required != (required == 1))
                                continue;
                        RecordCell cell = record_cell(visit, view->table, &view->record, i, !view->unmasked);
                        view->masked = view->masked || cell.masked;
                        if (cell.text.length)
                                view->known[view->known_count++] = cell;
                        else
                                view->unknown[view->unknown_count++] = cell;
                }
}

static Rc show(Visit *visit, const RecordTable *table, const Record *record, bool unmasked, Str purpose, Str error) {
        RecordShowView view = {
                .city = visit->city, .table = table, .record = *record, .form_key = visit->form_key, .unmasked = unmasked,
                .purpose = purpose, .error = error, .title = record_title(visit->arena, visit->city->model, table, record),
                .known = ARENA_NEW(visit->arena, RecordCell, table->field_count),
                .unknown = ARENA_NEW(visit->arena, RecordCell, table->field_count),
        };
        view.layout = layout_of(visit, str_format(visit->arena, "%.*s：%.*s", STR_ARG(table->name), STR_ARG(view.title)), SECTION_RECORDS);
        view.layout.error = error.length > 0;
        view.layout.back = record_place(visit, table, record->id);
        fill_cells(visit, &view);
        Rc rc = record_children(visit, table, record->id, CHILDREN_SHOWN, &view.children, &view.child_count);
        if (rc == RC_OK)
                rc = fill_history(visit, &view);
        if (rc == RC_OK)
                rc = fill_batch(visit, &view);
        if (rc == RC_OK)
                template_record_show(&visit->response->body, &view);
        return rc;
}

Rc page_record(Visit *visit) {
        const RecordTable *table;
        Record record;
        Rc rc = record_visit_one(visit, ACTION_READ, &table, &record);
        return rc == RC_OK ? show(visit, table, &record, false, (Str){ 0 }, (Str){ 0 }) : rc;
}

Rc page_record_json(Visit *visit) {
        const RecordTable *table;
        Record record;
        Rc rc = record_visit_one(visit, ACTION_READ, &table, &record);
        if (rc != RC_OK)
                return rc;
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        record_json(&json, visit, table, &record);
        return RC_OK;
}

/* Full numbers are shown once, on the answer to this form; that they were is written before. */
Rc page_record_unmask(Visit *visit) {
        const RecordTable *table;
        Record record;
        Str purpose = form_text(&visit->form, STR("purpose"));
        Rc rc = record_visit_one(visit, ACTION_UNMASK, &table, &record);
        if (rc != RC_OK)
                return rc;
        if (purpose.length == 0 || purpose.length > PURPOSE_MAX) {
                visit->response->status = 422;
                return show(visit, table, &record, false, purpose,
                            purpose.length ? STR("用途太长了，六十个字以内就够。") : STR("请写一句用途，例如“电话核实领取补贴的账户”。"));
        }
        Change change = visit_change(visit, purpose);
        rc = record_note_unmasked(visit->database, table, &change, record.id, record.version);
        return rc == RC_OK ? show(visit, table, &record, true, (Str){ 0 }, (Str){ 0 }) : rc;
}
