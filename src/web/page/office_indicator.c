/* From a figure down to its rows. */
#include "web/page/office_indicator.h"

#include "base/date.h"

#define ROWS_A_PAGE 50
#define PAGES_MAX 100000
#define TEXT_CAP 65536

/* from and to of the query; without them, or when they are none, the calendar year up to the day. */
static void ask_period(Visit *visit, IndicatorView *view) {
        Str from = form_text(&visit->query, STR("from")), to = form_text(&visit->query, STR("to"));
        Period year = { period_of(CYCLE_YEAR, view->office.day).first, view->office.day };
        view->period = year;
        if (from.length && !office_date(from, &view->period.first))
                office_refuse(visit, &view->office, OFFICE_ODD_DATE, STR("from"));
        else if (to.length && !office_date(to, &view->period.last))
                office_refuse(visit, &view->office, OFFICE_ODD_DATE, STR("to"));
        else if (view->period.first > view->period.last)
                office_refuse(visit, &view->office, STR("“从”比“到”还晚，请对调。"), STR("from"));
        if (view->office.error.length)
                view->period = year;
        view->from = date_text(visit->arena, view->period.first);
        view->to = date_text(visit->arena, view->period.last);
        view->period_name = period_text(visit->arena, view->period);
}

static Rc ask_page(const Visit *visit, IndicatorView *view) {
        Str text = form_text(&visit->query, STR("page"));
        int64_t page = 1;
        if (text.length && (!str_to_int(text, &page) || page < 1 || page > PAGES_MAX))
                return RC_INVALID;
        view->page = (uint32_t) page;
        view->divisor = view->indicator->ratio && str_equal(form_text(&visit->query, STR("part")), STR("divisor"));
        return RC_OK;
}

static Rc fill_figure(Visit *visit, IndicatorView *view) {
        const Program *program = &visit->city->pack->program;
        const Indicator *indicator = view->indicator;
        Series series;
        Rc rc = series_load_cumulative(&visit->plan, indicator, &view->period, 1, visit->arena, &series);
        if (rc == RC_OK)
                rc = period_is_closed(&visit->plan, view->period, &view->closed);
        if (rc != RC_OK)
                return rc;
        const Figure *figure = series_at(&series, 0, view->county);
        view->figure = figure_text(visit->arena, program, indicator->type, figure->value);
        view->source = figure_source_text(figure->source);
        view->frozen = figure->source >= FIGURE_CLOSED;
        if (figure->undecided)
                view->undecided = str_format(visit->arena, "%lld", (long long) figure->undecided);
        if (indicator->ratio && figure->source == FIGURE_COMPUTED) {
                Type above = { .kind = TYPE_NUMBER, .unit = 0 }, below = above;
                if (indicator->measure.kind == MEASURE_SUM)
                        above = program->steps[indicator->measure.value].type;
                if (indicator->divisor.kind == MEASURE_SUM)
                        below = program->steps[indicator->divisor.value].type;
                view->numerator = figure_text(visit->arena, program, above, figure->numerator);
                view->denominator = figure_text(visit->arena, program, below, figure->denominator);
        }
        return RC_OK;
}

static Rc fill_lines(Visit *visit, IndicatorView *view) {
        const Program *program = &visit->city->pack->program;
        LedgerLine *lines;
        uint32_t count;
        Rc rc = ledger_lines(&visit->plan, view->indicator, view->period, visit->arena, &lines, &count);
        if (rc != RC_OK)
                return rc;
        view->lines = ARENA_NEW(visit->arena, LedgerRow, count + 1);
        for (uint32_t i = 0; i < count; i++)
                if (view->county < 0 || lines[i].county == view->county)
                        view->lines[view->line_count++] = (LedgerRow){
                                .line = &lines[i], .day = time_text(visit->arena, lines[i].at),
                                        .period = period_text(visit->arena, lines[i].period),
                                .county = plan_county(&visit->plan, lines[i].county),
                                .value = figure_text(visit->arena, program, view->indicator->type, lines[i].value),
                        };
        return RC_OK;
}

static Str cell_shown(const Visit *visit, const RecordTable *table, const Record *record, uint32_t field) {
        Buffer out CLEAN(buffer_free) = buffer_new(TEXT_CAP);
        if (field == NONE)
                return (Str){ 0 };
        if (table->fields[field].kind == FIELD_LINK && record->labels)
                return record->labels[field];
        field_print(&visit->city->pack->program, &table->fields[field], record->cells[field], true, &out);
        return str_copy(visit->arena, buffer_str(&out));
}

/* What names a row: its text, else its partners (a trainee is a person in a class), else its key. */
static Str row_title(const Visit *visit, const RecordTable *table, const Record *record) {
        Buffer out CLEAN(buffer_free) = buffer_new(TEXT_CAP);
        buffer_add(&out, cell_shown(visit, table, record, table->title));
        for (uint32_t i = 0; table->title == NONE && i < table->field_count; i++) {
                Str partner = table->fields[i].kind == FIELD_LINK ? cell_shown(visit, table, record, i) : (Str){ 0 };
                if (partner.length)
                        buffer_format(&out, "%s%.*s", out.length ? "　" : "", STR_ARG(partner));
        }
        if (out.length)
                return str_copy(visit->arena, buffer_str(&out));
        return record->key.length ? record->key : str_format(visit->arena, "%lld", (long long) record->id);
}

static const Record *record_of(const RecordPage *page, int64_t id) {
        for (uint32_t i = 0; i < page->count; i++)
                if (page->records[i].id == id)
                        return &page->records[i];
        return NULL;
}

static Rc fill_rows(Visit *visit, IndicatorView *view) {
        const Model *model = visit->city->model;
        const Measure *measure = view->divisor ? &view->indicator->divisor : &view->indicator->measure;
        int64_t *ids;
        uint32_t count;
        RecordPage page;
        if (view->indicator->source != SOURCE_COMPUTED || model->table_of[measure->entity] == NONE)
                return RC_OK;
        view->table = &model->tables[model->table_of[measure->entity]];
        if (view->county >= 0 && model->program->entities[measure->entity].county == NONE)
                return RC_OK;
        RowsWanted wanted = {
                .period = view->period, .county = view->county, .limit = ROWS_A_PAGE + 1, .offset = (view->page - 1) * ROWS_A_PAGE,
        };
        Rc rc = indicator_rows(&visit->plan, measure, &wanted, visit->arena, &ids, &count);
        if (rc != RC_OK || count == 0)
                return rc;
        view->more = count > ROWS_A_PAGE;
        count -= view->more;
        RecordQuery query = { .city = visit->plan.city, .sort = NONE, .limit = ROWS_A_PAGE, .ids = ids, .id_count = count };
        rc = record_list(visit->database, model, view->table, &query, visit->arena, &page);
        if (rc != RC_OK)
                return rc;
        view->rows = ARENA_NEW(visit->arena, CountedRow, count);
        for (uint32_t i = 0; i < count; i++) {
                const Record *record = record_of(&page, ids[i]);
                if (!record)                    /* deleted in between */
                        continue;
                CountedRow row = { .id = record->id, .key = record->key, .title = row_title(visit, view->table, record),
                                   .county = cell_shown(visit, view->table, record, view->table->county),
                                   .day = cell_shown(visit, view->table, record, view->table->day) };
                view->rows[view->row_count++] = row;
        }
        return RC_OK;
}

Rc page_office_indicator(Visit *visit) {
        const Program *program = &visit->city->pack->program;
        uint32_t index = find_named(program->indicators, program->indicator_count, visit->parameters[0]);
        IndicatorView view = { 0 };
        if (index == NONE)
                return RC_MISSING;
        view.indicator = &program->indicators[index];
        Rc rc = office_open(visit, ACTION_READ_BOARD, view.indicator->name, SECTION_BOARD, &view.office);
        if (rc == RC_OK)
                rc = office_county(visit, &view.county);
        if (rc == RC_OK)
                rc = ask_page(visit, &view);
        if (rc != RC_OK)
                return rc;
        ask_period(visit, &view);
        view.county_name = plan_county(&visit->plan, view.county);
        view.has_counties = view.indicator->by_county && visit->plan.counties != NONE;
        if (view.has_counties) {
                view.county_names = program->enumerations[visit->plan.counties].members;
                view.county_count = program->enumerations[visit->plan.counties].member_count;
        }
        rc = fill_figure(visit, &view);
        if (rc == RC_OK)
                rc = fill_lines(visit, &view);
        if (rc == RC_OK)
                rc = fill_rows(visit, &view);
        if (rc != RC_OK)
                return rc;
        template_office_indicator(&visit->response->body, &view);
        return RC_OK;
}
