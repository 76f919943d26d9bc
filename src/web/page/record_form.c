/* The form of a record, from the model. A form names the version it was made from; when the record is newer, what it was then
 * is walked back from the history, so that only what both sides changed is a question. */
#include "web/page/record_form.h"

#include "web/page/record_draft.h"

#define RADIOS_MAX 5
#define UNKNOWN_OPTION "?"

/* ---- inputs -------------------------------------------------------------------------------------------- */

static FormKind kind_of(const Program *program, const RecordField *field) {
        switch (field->kind) {
        case FIELD_TRUTH:
                return FORM_RADIO;
        case FIELD_CODE:
                return program->enumerations[field->type.of].member_count <= RADIOS_MAX ? FORM_RADIO : FORM_SELECT;
        case FIELD_DATE:
                return FORM_DATE;
        case FIELD_NUMBER:
                return FORM_NUMBER;
        case FIELD_TEXT:
                return FORM_LINE;
        case FIELD_LINK:
                return FORM_LINK;
        }
        return FORM_LINE;
}

static Str check_hint(FactCheck check) {
        switch (check) {
        case CHECK_NONE:
                return (Str){ 0 };
        case CHECK_IDENTITY:
                return STR("18 位居民身份证号码，会核对校验码。");
        case CHECK_CREDIT_CODE:
                return STR("18 位统一社会信用代码，会核对校验码。");
        case CHECK_DIVISION:
                return STR("6、9 或 12 位区划代码。");
        case CHECK_MOBILE:
                return STR("11 位手机号。");
        }
        return (Str){ 0 };
}

static Str hint_of(const Visit *visit, const RecordField *field) {
        const Program *program = visit->city->model->program;
        Arena *arena = visit->arena;
        if (field->kind == FIELD_DATE)
                return STR("例如 2022-05-01。");
        if (field->kind == FIELD_TEXT)
                return check_hint(field->check);
        if (field->kind == FIELD_LINK) {
                const RecordTable *partner = record_partner(visit->city->model, field);
                bool titled = partner && partner->title != NONE;
                return str_format(arena, "填%.*s的%.*s%s%.*s。", STR_ARG(program->entities[field->partner].name),
                                  STR_ARG(partner ? partner->key_name : STR("编号")), titled ? "或" : "",
                                  STR_ARG(titled ? partner->fields[partner->title].name : STR("")));
        }
        Str unit = field->kind == FIELD_NUMBER ? program->units[field->type.unit].text : (Str){ 0 };
        return unit.length ? str_format(arena, "单位：%.*s；大的数可以写 1.5万。", STR_ARG(unit)) : (Str){ 0 };
}

static void add_option(FormInput *input, Str value, Str name) {
        bool chosen = str_equal(input->value, value) || (input->value.length == 0 && str_equal(value, STR(UNKNOWN_OPTION)));
        input->options[input->option_count++] = (FormOption){ value, name, chosen };
}

static void fill_options(const Visit *visit, FormInput *input) {
        const RecordField *field = input->field;
        const Enumeration *members = field->kind == FIELD_CODE ? &visit->city->model->program->enumerations[field->type.of] : NULL;
        input->options = ARENA_NEW(visit->arena, FormOption, (members ? members->member_count : 2) + 1);
        for (uint32_t i = 0; members && i < members->member_count; i++)
                add_option(input, members->members[i], members->members[i]);
        if (!members) {
                add_option(input, STR("是"), STR("是"));
                add_option(input, STR("否"), STR("否"));
        }
        add_option(input, STR(UNKNOWN_OPTION), STR("不知道"));
}

static Str fault_of(const Draft *draft, uint32_t field) {
        for (uint32_t i = 0; i < draft->faults.count; i++)
                if (draft->faults.items[i].field == field)
                        return draft->faults.items[i].message;
        return (Str){ 0 };
}

static FormInput input_of(const Visit *visit, const Draft *draft, const Record *base, uint32_t number) {
        const RecordField *field = &draft->table->fields[number];
        FormInput input = {
                .field = field, .kind = kind_of(visit->city->model->program, field), .label = field->name, .required = field->required,
                .name = str_format(visit->arena, "f.%.*s", STR_ARG(field->name)), .id = str_format(visit->arena, "f%u", number),
                .value = draft->texts[number], .hint = hint_of(visit, field), .error = fault_of(draft, number),
        };
        if (input.kind == FORM_RADIO || input.kind == FORM_SELECT)
                fill_options(visit, &input);
        if (field->sensitive && base->cells[number].kind != CELL_NULL) {
                input.kept = draft_cell_text(visit, draft->table, base, number);
                input.clear = str_format(visit->arena, "clear.%.*s", STR_ARG(field->name));
                input.cleared = draft->clear[number];
        }
        return input;
}

/* ---- the form ------------------------------------------------------------------------------------------ */

static void fill_seeds(const Visit *visit, const Record *base, RecordFormView *view) {
        view->seeds = ARENA_NEW(visit->arena, FormField, view->table->field_count);
        for (uint32_t i = 0; i < view->table->field_count && view->id == 0; i++)
                if (base->cells[i].kind == CELL_INTEGER)
                        view->seeds[view->seed_count++] = (FormField){
                                str_format(visit->arena, "p.%.*s", STR_ARG(view->table->fields[i].name)),
                                str_format(visit->arena, "%lld", (long long) base->cells[i].integer),
                        };
}

static RecordFormView view_of(const Visit *visit, const Draft *draft, const Record *base) {
        const RecordTable *table = draft->table;
        RecordFormView view = { .city = visit->city, .table = table, .id = base->id, .version = base->version, .form_key = visit->form_key,
                                .error_count = draft->faults.count, .inputs = ARENA_NEW(visit->arena, FormInput, table->field_count + 1) };
        view.title = base->id ? str_format(visit->arena, "修改%.*s", STR_ARG(record_title(visit->arena, visit->city->model, table, base)))
                              : str_format(visit->arena, "新增%.*s", STR_ARG(table->name));
        view.layout = layout_of(visit, view.title, SECTION_RECORDS);
        view.layout.error = draft->faults.count > 0;
        view.layout.back = record_place(visit, table, base->id);
        view.inputs[view.input_count++] = (FormInput){
                .kind = FORM_LINE, .label = table->key_name, .name = STR("_key"), .id = STR("key-of-record"), .value = draft->record.key,
                .hint = STR("本单位自己的编号，不能和别的重复；没有就空着。"), .error = fault_of(draft, NONE),
        };
        for (uint32_t required = 2; required-- > 0;)     /* what must be filled stands first */
                for (uint32_t i = 0; i < table->field_count; i++)
                        if (table->fields[i].required == (required == 1))
                                view.inputs[view.input_count++] = input_of(visit, draft, base, i);
        fill_seeds(visit, base, &view);
        return view;
}

static Rc show(Visit *visit, const Draft *draft, const Record *base) {
        RecordFormView view = view_of(visit, draft, base);
        if (draft->faults.count)
                visit->response->status = 422;
        template_record_form(&visit->response->body, &view);
        return RC_OK;
}

/* ---- somebody else was faster -------------------------------------------------------------------------- */

static bool same_cell(Cell a, Cell b) {
        if (a.kind != b.kind)
                return false;
        return a.kind == CELL_TEXT ? str_equal(a.text, b.text) : a.kind == CELL_NULL || a.integer == b.integer;
}

/* The record as it was at an older version; *ret_who is who changed it last, and when. */
static Rc load_version(Visit *visit, const RecordTable *table, const Record *current, int64_t version, Record *ret_record, Str *ret_who) {
        HistoryLine *lines;
        uint32_t count, cell_count;
        Record record = *current;
        HistoryCell *cells;
        Rc rc = record_history(visit->database, table, visit->city->pack->name, current->id, visit->arena, &lines, &count);
        if (rc != RC_OK)
                return rc;
        record.version = version;
        record.cells = ARENA_NEW(visit->arena, Cell, table->field_count);
        record.labels = NULL;            /* those of today need not be those of then */
        *ret_who = STR("有人");
        for (uint32_t i = 0; i < table->field_count; i++)
                record.cells[i] = current->cells[i];
        for (uint32_t i = count; i-- > 0;)
                if (lines[i].version > version && str_equal(lines[i].action, STR("changed")))
                        *ret_who = str_format(visit->arena, "%.*s 在%.*s", STR_ARG(lines[i].actor), STR_ARG(record_time(visit->arena,
                        lines[i].at)));
        for (uint32_t i = 0; i < count; i++) {
                if (lines[i].version <= version || !str_equal(lines[i].action, STR("changed")))
                        continue;
                history_cells(visit->city->model, table, &lines[i], visit->arena, &cells, &cell_count);
                for (uint32_t j = 0; j < cell_count; j++)
                        if (cells[j].field != NONE)
                                record.cells[cells[j].field] = cells[j].before;
                        else if (str_equal(cells[j].name, STR("_key")))
                                record.key = cells[j].before.text;
        }
        *ret_record = record;
        return RC_OK;
}

static Str or_nothing(Str text) {
        return text.length ? text : STR("（没有填）");
}

static Str label_then(Visit *visit, const RecordTable *table, const Record *record, uint32_t field) {
        const Model *model = visit->city->model;
        const RecordTable *partner = record_partner(model, &table->fields[field]);
        Record found;
        if (partner && record->cells[field].kind == CELL_INTEGER &&
            record_load(visit->database, model, partner, visit->city->pack->name, record->cells[field].integer, visit->arena,
                        &found) == RC_OK)
                return record_title(visit->arena, model, partner, &found);
        return draft_cell_text(visit, table, record, field);
}

/* Both sides' values, and a form that holds what each side changed; where both did, it holds yours. */
static Rc show_conflict(Visit *visit, Draft *draft, const Record *base, const Record *current, Str who) {
        const RecordTable *table = draft->table;
        FormConflict *conflicts = ARENA_NEW(visit->arena, FormConflict, table->field_count + 1);
        uint32_t count = 0;
        if (!str_equal(base->key, current->key)) {
                bool both = !str_equal(draft->record.key, base->key);
                conflicts[count++] = (FormConflict){ table->key_name, or_nothing(base->key), or_nothing(current->key),
                                                     or_nothing(draft->record.key), both };
                draft->record.key = both ? draft->record.key : current->key;
        }
        for (uint32_t i = 0; i < table->field_count; i++) {
                Cell yours = draft->record.cells[i], theirs = current->cells[i];
                if (same_cell(base->cells[i], theirs))
                        continue;
                bool both = !same_cell(yours, base->cells[i]) && !same_cell(yours, theirs);
                Str typed = table->fields[i].sensitive ? draft_cell_text(visit, table, &draft->record, i) : draft->texts[i];
                conflicts[count++] = (FormConflict){ table->fields[i].name, or_nothing(label_then(visit, table, base, i)),
                                                     or_nothing(draft_cell_text(visit, table, current, i)), or_nothing(typed), both };
                if (!both)
                        draft->texts[i] = table->fields[i].sensitive ? (Str){ 0 } : draft_cell_text(visit, table, current, i);
        }
        RecordFormView view = view_of(visit, draft, current);
        view.conflicts = conflicts;
        view.conflict_count = count;
        view.who = who;
        view.layout.error = true;
        visit->response->status = 409;
        template_record_form(&visit->response->body, &view);
        return RC_OK;
}

/* ---- the pages ----------------------------------------------------------------------------------------- */

static Rc finish(Visit *visit, const RecordTable *table, int64_t id) {
        return visit_redirect(visit, record_place(visit, table, id));
}

Rc page_record_new(Visit *visit) {
        const RecordTable *table;
        Record base;
        Rc rc = record_visit(visit, ACTION_SAVE, &table);
        if (rc == RC_OK)
                rc = draft_seed(visit, table, &visit->query, (Str){ 0 }, &base);
        if (rc != RC_OK)
                return rc;
        Draft draft = draft_of(visit, table, &base);
        return show(visit, &draft, &base);
}

static Rc save(Visit *visit, Draft *draft, const Record *base) {
        if (draft->faults.count)
                return show(visit, draft, base);
        Change change = visit_change(visit, form_text(&visit->form, STR("_reason")));
        Rc rc = record_save(visit->database, visit->city->model, draft->table, &change, &draft->record, visit->arena, &draft->faults);
        if (rc == RC_OK)
                return finish(visit, draft->table, draft->record.id);
        return draft->faults.count ? show(visit, draft, base) : rc;
}

Rc page_record_create(Visit *visit) {
        const RecordTable *table;
        Record base;
        Draft draft;
        Rc rc = record_visit(visit, ACTION_SAVE, &table);
        if (rc == RC_OK)
                rc = draft_seed(visit, table, &visit->form, STR("p."), &base);
        if (rc == RC_OK)
                rc = draft_read(visit, table, &base, &draft);
        return rc == RC_OK ? save(visit, &draft, &base) : rc;
}

Rc page_record_edit(Visit *visit) {
        const RecordTable *table;
        Record base;
        Rc rc = record_visit_one(visit, ACTION_SAVE, &table, &base);
        if (rc != RC_OK)
                return rc;
        Draft draft = draft_of(visit, table, &base);
        return show(visit, &draft, &base);
}

/* `again`: the record changed between reading and saving; the second look shows the conflict. */
static Rc save_over(Visit *visit, const RecordTable *table, const Record *current, int64_t version, bool *ret_again) {
        Draft draft;
        Record base = *current;
        Str who = { 0 };
        bool old = version < current->version;
        Rc rc = old ? load_version(visit, table, current, version, &base, &who) : RC_OK;
        if (rc == RC_OK)
                rc = draft_read(visit, table, &base, &draft);
        if (rc != RC_OK)
                return rc;
        if (old)
                return show_conflict(visit, &draft, &base, current, who);
        rc = save(visit, &draft, current);
        *ret_again = rc == RC_CONFLICT;
        return rc;
}

Rc page_record_save(Visit *visit) {
        const RecordTable *table;
        Record current;
        int64_t version;
        bool again = false;
        Rc rc = record_visit_one(visit, ACTION_SAVE, &table, &current);
        if (rc != RC_OK)
                return rc;
        if (!str_to_int(form_text(&visit->form, STR("_version")), &version) || version < 1 || version > current.version)
                return RC_INVALID;
        rc = save_over(visit, table, &current, version, &again);
        if (again)
                rc = record_visit_one(visit, ACTION_SAVE, &table, &current);
        return again && rc == RC_OK ? save_over(visit, table, &current, version, &again) : rc;
}
