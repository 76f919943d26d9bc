/* Reading a form over a record. A partner is named by its key, its exact title or a checked number; what is not there or not
 * unique is told, never guessed. */
#include "web/page/record_draft.h"

#define FORM_PREFIX "f."
#define CLEAR_PREFIX "clear."
#define KEY_MAX 200

Str draft_cell_text(const Visit *visit, const RecordTable *table, const Record *record, uint32_t field) {
        return record_cell(visit, table, record, field, true).text;
}

Draft draft_of(const Visit *visit, const RecordTable *table, const Record *record) {
        Draft draft = { .table = table, .record = *record, .texts = ARENA_NEW(visit->arena, Str, table->field_count),
                        .clear = ARENA_NEW(visit->arena, bool, table->field_count) };
        draft.record.cells = ARENA_NEW(visit->arena, Cell, table->field_count);
        for (uint32_t i = 0; i < table->field_count; i++) {
                draft.record.cells[i] = record->cells[i];
                if (!table->fields[i].sensitive)
                        draft.texts[i] = draft_cell_text(visit, table, record, i);
        }
        return draft;
}

static void add_fault(Visit *visit, Draft *draft, uint32_t field, Str message) {
        *ARENA_PUSH(visit->arena, draft->faults.items, draft->faults.count, draft->faults.capacity) =
                (FieldFault){ .field = field, .message = message };
}

/* ---- partners ------------------------------------------------------------------------------------------ */

typedef struct Search {
        Visit             *visit;
        const RecordTable *partner;
        Str                text;
        int64_t            id;
        int64_t            found;        /* how many fit: more than one is not unique */
} Search;

static Rc search_field(Search *search, uint32_t field, Cell value) {
        RecordPage page;
        Visit *visit = search->visit;
        Filter filter = { .field = field, .kind = FILTER_EQUAL, .value = value };
        RecordQuery query = { .city = visit->city->pack->name, .filters = &filter, .filter_count = 1, .sort = NONE, .limit = 2 };
        Rc rc = record_list(visit->database, visit->city->model, search->partner, &query, visit->arena, &page);
        if (rc == RC_OK && page.count) {
                search->found = page.total < 0 ? page.count : page.total;
                search->id = page.records[0].id;
        }
        return rc;
}

static Rc search_partner(Search *search) {
        Visit *visit = search->visit;
        const RecordTable *partner = search->partner;
        Rc rc = record_find(visit->database, partner, visit->city->pack->name, search->text, &search->id);
        if (rc == RC_OK)
                search->found = 1;
        if (rc == RC_MISSING)
                rc = RC_OK;
        for (uint32_t i = 0; i < partner->field_count && rc == RC_OK && search->found == 0; i++) {
                const RecordField *field = &partner->fields[i];
                Cell value;
                Str why;
                bool named = i == partner->title || field->check != CHECK_NONE;
                if (named && field_parse(visit->city->model->program, field, search->text, visit->arena, &value, &why))
                        rc = search_field(search, i, value);
        }
        return rc;
}

static Rc read_link(Visit *visit, Draft *draft, uint32_t field, const Record *base) {
        const RecordField *known = &draft->table->fields[field];
        Str text = draft->texts[field];
        Search search = { .visit = visit, .partner = record_partner(visit->city->model, known), .text = text };
        draft->record.cells[field] = cell_null();
        if (text.length == 0)
                return RC_OK;
        if (base->cells[field].kind != CELL_NULL && str_equal(text, draft_cell_text(visit, draft->table, base, field))) {
                draft->record.cells[field] = base->cells[field];
                return RC_OK;
        }
        if (!search.partner)
                return RC_MISSING;
        Rc rc = search_partner(&search);
        if (rc != RC_OK)
                return rc;
        if (search.found == 1)
                draft->record.cells[field] = cell_integer(search.id);
        else if (search.found == 0)
                add_fault(visit, draft, field, str_format(visit->arena, "没有叫“%.*s”的%.*s。检查有没有写错，或者先去新增。", STR_ARG(text),
                                                          STR_ARG(search.partner->name)));
        else
                add_fault(visit, draft, field, str_format(visit->arena, "有 %lld 个叫“%.*s”的%.*s，分不清是哪一个，请改填%.*s或证件号码。",
                                                          (long long) search.found, STR_ARG(text), STR_ARG(search.partner->name),
                                                          STR_ARG(search.partner->key_name)));
        return RC_OK;
}

Rc draft_seed(Visit *visit, const RecordTable *table, const FormFields *fields, Str prefix, Record *ret_record) {
        const Model *model = visit->city->model;
        Record record = { .cells = ARENA_NEW(visit->arena, Cell, table->field_count), .labels = ARENA_NEW(visit->arena, Str,
        table->field_count) };
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                const RecordTable *partner = record_partner(model, field);
                Record found;
                int64_t id;
                Str text = form_text(fields, str_format(visit->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(field->name)));
                if (!partner || !str_to_int(text, &id))
                        continue;
                Rc rc = record_load(visit->database, model, partner, visit->city->pack->name, id, visit->arena, &found);
                if (rc != RC_OK)
                        return rc;
                record.cells[i] = cell_integer(id);
                record.labels[i] = record_title(visit->arena, model, partner, &found);
        }
        *ret_record = record;
        return RC_OK;
}

/* ---- the rest ------------------------------------------------------------------------------------------ */

static void read_cell(Visit *visit, Draft *draft, uint32_t field) {
        const RecordField *known = &draft->table->fields[field];
        Str text = draft->texts[field], why;
        bool unknown = str_equal(text, STR("?"));
        if (known->sensitive && text.length == 0 && !draft->clear[field])
                return;                  /* stays as it was */
        draft->record.cells[field] = cell_null();
        if (!unknown && !field_parse(visit->city->model->program, known, text, visit->arena, &draft->record.cells[field], &why)) {
                draft->record.cells[field] = cell_null();
                add_fault(visit, draft, field, why);
        }
}

static bool has_fault(const Draft *draft, uint32_t count, uint32_t field) {
        for (uint32_t i = 0; i < count; i++)
                if (draft->faults.items[i].field == field)
                        return true;
        return false;
}

/* Required fields and ranges too, so that everything is told at once; one message a field. */
static void check_whole(Visit *visit, Draft *draft) {
        FieldFaults more = { 0 };
        uint32_t count = draft->faults.count;
        if (count == 0 || record_check(visit->city->model, draft->table, &draft->record, visit->arena, &more))
                return;                  /* without a fault so far, saving checks the same */
        for (uint32_t i = 0; i < more.count; i++)
                if (!has_fault(draft, count, more.items[i].field))
                        add_fault(visit, draft, more.items[i].field, more.items[i].message);
}

Rc draft_read(Visit *visit, const RecordTable *table, const Record *base, Draft *ret_draft) {
        Draft draft = draft_of(visit, table, base);
        const FormFields *form = &visit->form;
        if (form_has(form, STR("_key")))
                draft.record.key = form_text(form, STR("_key"));
        if (draft.record.key.length > KEY_MAX)
                add_fault(visit, &draft, NONE, str_format(visit->arena, "“%.*s”太长了。", STR_ARG(table->key_name)));
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                Str name = str_format(visit->arena, FORM_PREFIX "%.*s", STR_ARG(field->name));
                if (!form_has(form, name))
                        continue;
                draft.texts[i] = form_text(form, name);
                draft.clear[i] = form_has(form, str_format(visit->arena, CLEAR_PREFIX "%.*s", STR_ARG(field->name)));
                if (field->kind == FIELD_LINK) {
                        Rc rc = read_link(visit, &draft, i, base);
                        if (rc != RC_OK)
                                return rc;
                } else
                        read_cell(visit, &draft, i);
        }
        check_whole(visit, &draft);
        *ret_draft = draft;
        return RC_OK;
}
