/* A query of an address becomes a RecordQuery: names of fields are looked up in the model, values are parsed as cells. The
 * reserved names are q (search), sort, after (paging) and as (export). */
#include "web/page/record_list.h"

#include "base/json.h"
#include "records/import.h"
#include "web/markup.h"
#include "web/spool.h"

#define COLUMNS_MAX 6
#define PAGE_ROWS 50
#define QUERY_TEXT_MAX ((size_t) 1 << 16)
#define SEARCH_MAX 200
#define EXPORT_ARENA ((size_t) 1 << 30)

/* What was asked, read from the address. */
typedef struct Asked {
        Visit             *visit;
        const RecordTable *table;
        RecordQuery        query;
        Filter            *filters;
        Str                sort;
        FilterInput       *inputs;
        uint32_t           input_count, choice_count, active_count, error_count;
} Asked;

static Arena *arena_of(const Asked *asked) {
        return asked->visit->arena;
}

static Str asked_text(const Asked *asked, Str name) {
        return form_text(&asked->visit->query, name);
}

static void add_filter(Asked *asked, uint32_t field, FilterKind kind, Cell value) {
        asked->filters[asked->query.filter_count++] = (Filter){ .field = field, .kind = kind, .value = value };
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static void read_bound(Asked *asked, FilterInput *input, uint32_t field, FilterKind kind, Str text) {
        Cell value;
        Str why;
        if (text.length == 0)
                return;
        input->active = true;
        if (field_parse(asked->visit->city->model->program, input->field, text, arena_of(asked), &value, &why))
                add_filter(asked, field, kind, value);
        else {
                input->error = str_format(arena_of(asked), "“%.*s”：%.*s", STR_ARG(input->field->name), STR_ARG(why));
                asked->error_count++;
        }
}

static void read_range(Asked *asked, FilterInput *input, uint32_t field) {
        Arena *arena = arena_of(asked);
        input->range = true;
        input->from_name = str_format(arena, "%.*s.from", STR_ARG(input->field->name));
        input->to_name = str_format(arena, "%.*s.to", STR_ARG(input->field->name));
        input->from = asked_text(asked, input->from_name);
        input->to = asked_text(asked, input->to_name);
        read_bound(asked, input, field, FILTER_FROM, input->from);
        read_bound(asked, input, field, FILTER_TO, input->to);
}

static void add_option(FilterInput *input, Str value, Str name, Str chosen) {
        input->options[input->option_count++] = (FilterOption){ value, name, str_equal(value, chosen) };
}

static void read_choice(Asked *asked, FilterInput *input, uint32_t field) {
        const RecordField *known = input->field;
        const Enumeration *members = known->kind == FIELD_CODE ? &asked->visit->city->model->program->enumerations[known->type.of] : NULL;
        Str chosen = asked_text(asked, known->name);
        input->options = ARENA_NEW(arena_of(asked), FilterOption, (members ? members->member_count : 2) + 2);
        add_option(input, STR(""), STR("不限"), chosen);
        for (uint32_t i = 0; members && i < members->member_count; i++)
                add_option(input, members->members[i], members->members[i], chosen);
        if (!members) {
                add_option(input, STR("是"), STR("是"), chosen);
                add_option(input, STR("否"), STR("否"), chosen);
        }
        add_option(input, STR("?"), STR("没有填"), chosen);
        if (str_equal(chosen, STR("?"))) {
                input->active = true;
                add_filter(asked, field, FILTER_UNKNOWN, cell_null());
        } else
                read_bound(asked, input, field, FILTER_EQUAL, chosen);
}

/* The partner that a list is narrowed to; its name is shown. */
static Rc read_link(Asked *asked, FilterInput *input, uint32_t field) {
        const Model *model = asked->visit->city->model;
        const RecordTable *partner = record_partner(model, input->field);
        Record record;
        int64_t id;
        input->value = asked_text(asked, input->field->name);
        if (!partner || !str_to_int(input->value, &id))
                return RC_MISSING;
        Rc rc = record_load(asked->visit->database, model, partner, asked->query.city, id, arena_of(asked), &record);
        if (rc != RC_OK)
                return rc;
        add_filter(asked, field, FILTER_EQUAL, cell_integer(id));
        input->active = true;
        input->chip = str_format(arena_of(asked), "%.*s：%.*s", STR_ARG(input->field->name),
                                 STR_ARG(record_title(arena_of(asked), model, partner, &record)));
        return RC_OK;
}

static Rc read_filters(Asked *asked) {
        const RecordTable *table = asked->table;
        Rc rc = RC_OK;
        asked->inputs = ARENA_NEW(arena_of(asked), FilterInput, table->field_count);
        asked->filters = ARENA_NEW(arena_of(asked), Filter, 2 * table->field_count + 1);
        for (uint32_t pass = 0; pass < 2; pass++)        /* what lists are searched by stands first */
                for (uint32_t i = 0; i < table->field_count; i++) {
                        FilterInput *input = &asked->inputs[asked->input_count];
                        const RecordField *field = &table->fields[i];
                        input->field = field;
                        bool early = field->indexed || field->required;
                        if (early != (pass == 0) || (field->kind != FIELD_DATE && field->kind != FIELD_CODE && field->kind != FIELD_TRUTH))
                                continue;
                        asked->input_count++;
                        if (field->kind == FIELD_DATE)
                                read_range(asked, input, i);
                        else
                                read_choice(asked, input, i);
                        asked->active_count += input->active;
                }
        asked->choice_count = asked->input_count;
        for (uint32_t i = 0; i < table->field_count && rc == RC_OK; i++) {
                FilterInput *input = &asked->inputs[asked->input_count];
                input->field = &table->fields[i];
                if (input->field->kind != FIELD_LINK || asked_text(asked, input->field->name).length == 0)
                        continue;
                rc = read_link(asked, input, i);
                asked->input_count++;
        }
        asked->query.filters = asked->filters;
        return rc;
}

/* "-结业日期" is newest first; anything else than a searched field is the order of the table. */
static void read_sort(Asked *asked) {
        Str name = asked->sort = asked_text(asked, STR("sort"));
        bool descending = str_starts(name, STR("-"));
        if (descending)
                name = str_slice(name, 1, name.length);
        uint32_t field = table_field(asked->table, name);
        asked->query.sort = NONE;
        if (field == NONE || !asked->table->fields[field].indexed || asked->table->fields[field].kind == FIELD_LINK)
                asked->sort = (Str){ 0 };
        else {
                asked->query.sort = field;
                asked->query.descending = descending;
        }
}

static Rc read_asked(Visit *visit, Action action, Asked *asked) {
        *asked = (Asked){ .visit = visit };
        Rc rc = record_visit(visit, action, &asked->table);
        if (rc != RC_OK)
                return rc;
        Str after = asked_text(asked, STR("after")), search = asked_text(asked, STR("q"));
        asked->query = (RecordQuery){ .city = visit->city->pack->name, .search = search, .limit = PAGE_ROWS };
        if (search.length > SEARCH_MAX || (after.length && (!str_to_int(after, &asked->query.after_id) || asked->query.after_id <= 0)))
                return RC_INVALID;
        read_sort(asked);
        return read_filters(asked);
}

/* ---- addresses --------------------------------------------------------------------------------------- */

/* The query as asked, without where it continues. */
static void add_asked(const Asked *asked, Buffer *query) {
        if (asked->query.search.length)
                record_query_add(query, STR("q"), asked->query.search);
        if (asked->sort.length)
                record_query_add(query, STR("sort"), asked->sort);
        for (uint32_t i = 0; i < asked->input_count; i++) {
                const FilterInput *input = &asked->inputs[i];
                if (input->from.length)
                        record_query_add(query, input->from_name, input->from);
                if (input->to.length)
                        record_query_add(query, input->to_name, input->to);
                Str value = input->range ? (Str){ 0 } : asked_text(asked, input->field->name);
                if (value.length)
                        record_query_add(query, input->field->name, value);
        }
}

static Str query_with(const Asked *asked, Str name, Str value) {
        Buffer query CLEAN(buffer_free) = buffer_new(QUERY_TEXT_MAX);
        add_asked(asked, &query);
        if (name.length)
                record_query_add(&query, name, value);
        return str_copy(arena_of(asked), buffer_str(&query));
}

/* ---- the page ---------------------------------------------------------------------------------------- */

static void fill_sorts(const Asked *asked, RecordListView *view) {
        const RecordTable *table = asked->table;
        Arena *arena = arena_of(asked);
        view->sorts = ARENA_NEW(arena, FilterOption, 2 * table->field_count + 1);
        view->sorts[view->sort_count++] = (FilterOption){ STR(""), STR("最新的在前"), asked->sort.length == 0 };
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                if (!field->indexed || field->kind == FIELD_LINK || field->sensitive)
                        continue;
                bool day = field->kind == FIELD_DATE;
                for (uint32_t down = 0; down < (day ? 2 : 1); down++) {
                        Str value = str_format(arena, "%s%.*s", day && !down ? "-" : "", STR_ARG(field->name));
                        Str name = str_format(arena, "按%.*s%s", STR_ARG(field->name), !day ? "" : down ? "，早的在前" : "，晚的在前");
                        view->sorts[view->sort_count++] = (FilterOption){ value, name, str_equal(asked->sort, value) };
                }
        }
}

static void fill_links(const Asked *asked, const RecordPage *page, RecordListView *view) {
        Arena *arena = arena_of(asked);
        Buffer add CLEAN(buffer_free) = buffer_new(QUERY_TEXT_MAX);
        view->first = query_with(asked, (Str){ 0 }, (Str){ 0 });
        view->xlsx = query_with(asked, STR("as"), STR("xlsx"));
        view->csv = query_with(asked, STR("as"), STR("csv"));
        if (page->more)
                view->next = query_with(asked, STR("after"), str_format(arena, "%lld", (long long) page->records[page->count - 1].id));
        for (uint32_t i = asked->choice_count; i < asked->input_count; i++)
                record_query_add(&add, asked->inputs[i].field->name, asked->inputs[i].value);
        view->add = str_copy(arena, buffer_str(&add));
}

static Rc list_page(const Asked *asked, RecordPage *page) {
        if (asked->error_count == 0)
                return record_list(asked->visit->database, asked->visit->city->model, asked->table, &asked->query, arena_of(asked), page);
        *page = (RecordPage){ 0 };
        return RC_OK;
}

Rc page_record_list(Visit *visit) {
        Asked asked;
        RecordPage page;
        Rc rc = read_asked(visit, ACTION_LIST, &asked);
        if (rc != RC_OK)
                return rc;
        rc = list_page(&asked, &page);
        if (rc == RC_MISSING && asked.query.after_id)    /* the row behind which to go on is gone */
                return visit_redirect(visit, record_place(visit, asked.table, 0));
        if (rc != RC_OK)
                return rc;
        RecordListView view = {
                .layout = layout_of(visit, asked.table->name, SECTION_RECORDS), .city = visit->city, .table = asked.table,
                .search = asked.query.search, .total = record_total_text(visit->arena, asked.table, page.total),
                .filters = asked.inputs, .filter_count = asked.input_count, .choice_count = asked.choice_count,
                .active_count = asked.active_count, .error_count = asked.error_count, .paged = asked.query.after_id != 0,
                .narrowed = asked.query.search.length || asked.query.filter_count,
        };
        uint32_t column_count, *columns = record_columns(visit->arena, asked.table, COLUMNS_MAX, &column_count);
        view.list = (RecordList){ .city = visit->city, .table = asked.table, .columns = columns, .column_count = column_count,
                                  .caption = str_format(visit->arena, "%.*s名单", STR_ARG(asked.table->name)),
                                  .rows = record_rows(visit, asked.table, &page, columns, column_count), .row_count = page.count };
        view.layout.error = asked.error_count > 0;
        visit->response->status = asked.error_count ? 422 : 200;
        fill_sorts(&asked, &view);
        fill_links(&asked, &page, &view);
        template_record_list(&visit->response->body, &view);
        return RC_OK;
}

/* ---- its twins --------------------------------------------------------------------------------------- */

Rc page_record_list_json(Visit *visit) {
        Asked asked;
        RecordPage page;
        Rc rc = read_asked(visit, ACTION_LIST, &asked);
        if (rc == RC_OK && asked.error_count)
                rc = RC_INVALID;
        if (rc == RC_OK)
                rc = list_page(&asked, &page);
        if (rc != RC_OK)
                return rc;
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        json_key(&json, "kind");
        json_text(&json, asked.table->name);
        json_key(&json, "total");
        if (page.total < 0)
                json_nothing(&json);
        else
                json_int(&json, page.total);
        json_key(&json, "after");
        if (page.more)
                json_int(&json, page.records[page.count - 1].id);
        else
                json_nothing(&json);
        json_key(&json, "records");
        json_open_array(&json);
        for (uint32_t i = 0; i < page.count; i++)
                record_json(&json, visit, asked.table, &page.records[i]);
        json_end(&json);
        json_end(&json);
        return RC_OK;
}

Rc page_record_export(Visit *visit) {
        Asked asked;
        Str path;
        Rc rc = read_asked(visit, ACTION_EXPORT, &asked);
        Str as = rc == RC_OK ? asked_text(&asked, STR("as")) : (Str){ 0 };
        bool csv = str_equal(as, STR("csv"));
        if (rc == RC_OK && (asked.error_count || (!csv && !str_equal(as, STR("xlsx")))))
                rc = RC_INVALID;
        if (rc == RC_OK)
                rc = spool_path(visit, &path);
        if (rc != RC_OK)
                return rc;
        Arena *arena CLEAN(arena_cleanup) = arena_new(EXPORT_ARENA);
        rc = records_export(visit->database, visit->city->model, asked.table, &asked.query, csv ? EXPORT_CSV : EXPORT_XLSX,
                            path.data, arena);
        if (rc != RC_OK) {
                spool_forget(path);
                return rc;
        }
        return visit_send_file(visit, path.data, csv ? STR("text/csv; charset=utf-8")
                                                     : STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                               str_format(visit->arena, "%.*s.%s", STR_ARG(asked.table->name), csv ? "csv" : "xlsx"));
}
