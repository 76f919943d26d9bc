/* Gathers one target's figures, and takes its two forms: a split to counties and an order. */
#include "web/page/office_target.h"

#include "base/date.h"
#include "web/markup.h"

/* A county's lamp in words; without one, why. */
static Str lamp_word(const TargetView *view, const TargetCounty *county) {
        if (view->outside)
                return STR("不在有效期内");
        if (county->lamp != LAMP_NONE || county->figure.value == UNKNOWN)
                return lamp_text(county->lamp);
        return view->target->growth ? STR("只看全市") : STR("未分解");
}

static void fill_counties(Visit *visit, TargetView *view) {
        const Program *program = &visit->city->pack->program;
        const TargetDetail *detail = &view->detail;
        int64_t largest = 0;
        for (uint32_t i = 0; i < detail->county_count; i++) {
                const TargetCounty *county = &detail->counties[i];
                if (county->figure.value != UNKNOWN && county->figure.value > largest)
                        largest = county->figure.value;
        }
        view->counties = ARENA_NEW(visit->arena, TargetCountyRow, detail->county_count + 1);
        for (uint32_t i = 0; i < detail->county_count; i++) {
                const TargetCounty *county = &detail->counties[i];
                view->counties[view->county_count++] = (TargetCountyRow){
                        .name = plan_county(&visit->plan, county->county), .code = county->county,
                        .figure = figure_text(visit->arena, program, view->indicator->type, county->figure.value),
                        .promise = view->target->growth ? STR("—") : figure_text(visit->arena, program,
                                view->indicator->type, county->promise),
                        .lamp = view->outside ? LAMP_NONE : county->lamp, .width = bar_width(county->figure.value, largest),
                        .word = lamp_word(view, county),
                };
        }
}

static void fill_map(Visit *visit, TargetView *view) {
        Buffer query CLEAN(buffer_free) = buffer_new(4096);
        markup_url(&query, view->office.name);
        buffer_add(&query, STR("/i/"));
        markup_url(&query, view->indicator->name);
        buffer_format(&query, "?from=%.*s&to=%.*s&county=", STR_ARG(view->from), STR_ARG(view->to));
        view->map = (TileMap){ .title = STR("各区县到今天的数和状态"), .query = str_copy(visit->arena, buffer_str(&query)), .lamps = true,
                               .tiles = ARENA_NEW(visit->arena, Tile, view->county_count + 1), .count = view->county_count };
        for (uint32_t i = 0; i < view->county_count; i++) {
                const TargetCountyRow *row = &view->counties[i];
                int64_t value = view->detail.counties[i].figure.value;
                view->map.tiles[i] = (Tile){
                        .name = row->name, .code = (uint32_t) row->code, .lamp = row->lamp, .word = row->word,
                        .figure = tile_figure_text(visit->arena, &visit->city->pack->program, view->indicator->type, value),
                };
        }
}

/* What the form of the split shows: what is split already. */
static void fill_split(Visit *visit, TargetView *view) {
        const Program *program = &visit->city->pack->program;
        for (uint32_t i = 0; i < view->county_count; i++) {
                int64_t promise = view->detail.counties[i].promise;
                if (promise != UNKNOWN && view->target->split && view->detail.split_sum != UNKNOWN) {
                        Buffer text CLEAN(buffer_free) = buffer_new(4096);
                        value_print(program, view->indicator->type, promise, &text);
                        view->counties[i].split = str_copy(visit->arena, buffer_str(&text));
                }
        }
}

static void fill_months(Visit *visit, TargetView *view) {
        const Program *program = &visit->city->pack->program;
        const Series *series = &view->detail.months;
        int64_t largest = 0;
        for (uint32_t i = 0; i < series->period_count; i++)
                if (series_at(series, i, -1)->value != UNKNOWN && series_at(series, i, -1)->value > largest)
                        largest = series_at(series, i, -1)->value;
        view->months = ARENA_NEW(visit->arena, TargetMonthRow, series->period_count);
        for (uint32_t i = 0; i < series->period_count; i++) {
                const Figure *figure = series_at(series, i, -1);
                view->months[view->month_count++] = (TargetMonthRow){
                        .name = period_text(visit->arena, series->periods[i]),
                        .figure = figure_text(visit->arena, program, view->indicator->type, figure->value),
                        .source = figure->source == FIGURE_NONE ? STR("—") : figure_source_text(figure->source),
                        .from = date_text(visit->arena, series->periods[i].first), .to = date_text(visit->arena, series->periods[i].last),
                        .width = bar_width(figure->value, largest),
                };
        }
}

static void fill_texts(Visit *visit, TargetView *view) {
        Arena *arena = visit->arena;
        const Program *program = &visit->city->pack->program;
        const TargetState *state = &view->detail.state;
        const Target *target = view->target;
        const Document *document = clause_document(program, target->clause);
        int32_t last = view->office.day < state->period.last ? view->office.day : state->period.last;
        view->figure = short_figure_text(arena, program, view->indicator->type, state->figure.value);
        view->promise = promise_text(arena, program, target, state->promise);
        view->judged = judged_text(arena, state, view->office.day);
        if (state->pace != UNKNOWN && state->pace != state->promise && !target->growth)
                view->pace = short_figure_text(arena, program, view->indicator->type, state->pace);
        if (target->growth || !program->units[view->indicator->type.unit].percent)
                view->growth = growth_text(arena, state->growth);
        view->progress = percent_text(arena, state->progress);
        view->source = figure_source_text(state->figure.source);
        view->period = target_period_text(arena, state);
        view->reached = str_format(arena, "%u 个", state->counties_reached);
        view->clause = pack_clause(visit->city->pack, target->clause);
        view->document = document ? document->name : (Str){ 0 };
        view->cite = target->cite;
        view->partners = names_text(arena, target->partners, target->partner_count);
        view->from = date_text(arena, state->period.first < last ? state->period.first : last);
        view->to = date_text(arena, last);
        view->outside = document && (view->office.day < document->from || view->office.day > document->to);
        view->spark = spark_of(arena, program, state, view->office.day, 0);
        if (view->indicator->same_as != NONE)
                view->same_as = program->indicators[view->indicator->same_as].name;
        if (view->detail.split_sum != UNKNOWN)
                view->split_sum = figure_text(arena, program, view->indicator->type, view->detail.split_sum);
}

static Rc load(Visit *visit, Action action, TargetView *ret_view) {
        const Program *program = &visit->city->pack->program;
        uint32_t index = find_named(program->targets, program->target_count, visit->parameters[0]);
        TargetView view = { 0 };
        if (index == NONE)
                return RC_MISSING;
        view.target = &program->targets[index];
        view.indicator = &program->indicators[view.target->indicator];
        Rc rc = office_open(visit, action, view.target->name, SECTION_BOARD, &view.office);
        if (rc == RC_OK)
                rc = target_load(&visit->plan, index, view.office.day, visit->arena, &view.detail);
        if (rc == RC_OK)
                rc = orders_load(visit, &view.office, false, view.target->name, &view.orders);
        if (rc != RC_OK)
                return rc;
        view.orders.unit = view.target->lead;
        fill_texts(visit, &view);
        fill_counties(visit, &view);
        fill_map(visit, &view);
        fill_split(visit, &view);
        fill_months(visit, &view);
        *ret_view = view;
        return RC_OK;
}

static Rc show(Visit *visit, TargetView *view) {
        view->orders.office = &view->office;
        template_office_target(&visit->response->body, view);
        return RC_OK;
}

Rc page_office_target(Visit *visit) {
        TargetView view;
        Rc rc = load(visit, ACTION_READ_BOARD, &view);
        return rc == RC_OK ? show(visit, &view) : rc;
}

/* ---- forms ------------------------------------------------------------------------------------------- */

#define SPLIT_MAX ((int64_t) 1 << 50)

static bool read_split(Visit *visit, TargetView *view, int64_t *values) {
        const Program *program = &visit->city->pack->program;
        bool good = true;
        for (uint32_t i = 0; i < view->county_count; i++) {
                Str field = str_format(visit->arena, "county-%u", i), text = form_text(&visit->form, field), why;
                view->counties[i].split = text;
                values[i] = UNKNOWN;
                if (text.length == 0 || value_parse(program, view->indicator->type, 0, SPLIT_MAX, text, visit->arena, &values[i], &why))
                        continue;
                if (good)
                        office_refuse(visit, &view->office,
                                      str_format(visit->arena, "%.*s：%.*s", STR_ARG(view->counties[i].name), STR_ARG(why)), field);
                good = false;
        }
        return good;
}

static Rc take_split(Visit *visit, TargetView *view) {
        Change change = visit_change(visit, (Str){ 0 });
        int64_t *values = ARENA_NEW(visit->arena, int64_t, view->county_count + 1);
        Str why = STR("没有保存。");
        view->split_sent = true;
        if (!read_split(visit, view, values))
                return show(visit, view);
        uint32_t target = (uint32_t) (view->target - visit->city->pack->program.targets);
        int32_t year = date_to_civil(view->detail.state.period.last).year;
        Rc rc = target_split(&visit->plan, target, year, values, &change, visit->arena, &why);
        if (rc == RC_OK)
                return office_return(visit, "split");
        if (rc != RC_INVALID)
                return rc;
        office_refuse(visit, &view->office, why, view->county_count ? STR("county-0") : STR("split"));
        return show(visit, view);
}

Rc page_office_target_form(Visit *visit) {
        TargetView view;
        bool split = str_equal(form_text(&visit->form, STR("do")), STR("split")), taken;
        Rc rc = load(visit, split ? ACTION_SPLIT : ACTION_DISPATCH, &view);
        if (rc != RC_OK || split)
                return rc == RC_OK ? take_split(visit, &view) : rc;
        rc = orders_take(visit, &view.office, false, view.target->name, &view.orders, &taken);
        if (rc != RC_OK)
                return rc;
        return taken ? office_return(visit, "order") : show(visit, &view);
}
