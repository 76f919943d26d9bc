/* A reporter's form, with last period and last year beside it, and the form of a correction. */
#include "web/page/office_figure.h"

#include "base/date.h"

#define CHOICES 6                  /* periods offered for reporting */
#define FIGURE_MAX ((int64_t) 1 << 53)

static Str unit_text(const Program *program, const Indicator *indicator) {
        const Unit *unit = &program->units[indicator->type.unit];
        return unit->percent ? STR("%") : unit->text;
}

/* A field of the form or, before there is one, of the query. */
static Str asked(const Visit *visit, Str field) {
        Str sent = form_text(&visit->form, field);
        return sent.length ? sent : form_text(&visit->query, field);
}

static Rc ask_county(const Visit *visit, FigureView *view) {
        Str text = asked(visit, STR("county"));
        const Program *program = &visit->city->pack->program;
        int64_t county;
        view->county = -1;
        view->has_counties = view->indicator->by_county && visit->plan.counties != NONE;
        if (text.length == 0)
                return RC_OK;
        if (!view->has_counties || !str_to_int(text, &county) || county < 0 ||
            county >= program->enumerations[visit->plan.counties].member_count)
                return RC_INVALID;
        view->county = county;
        return RC_OK;
}

/* ---- reporting --------------------------------------------------------------------------------------- */

/* The last period that has ended on the day, or the one asked for when it has. */
static Rc ask_period(const Visit *visit, FigureView *view) {
        Cycle cycle = view->indicator->cycle;
        Str text = asked(visit, STR("from"));
        int32_t day = view->office.day;
        Period own = period_of(cycle, day);
        view->period = own.last == day ? own : period_before(cycle, own);
        if (text.length) {
                if (!office_date(text, &day))
                        return RC_INVALID;
                view->period = period_of(cycle, day);
        }
        return view->period.last > view->office.day || view->period.first < DATE_MIN ? RC_INVALID : RC_OK;
}

static void fill_choices(const Visit *visit, FigureView *view) {
        Cycle cycle = view->indicator->cycle;
        Period period = period_of(cycle, view->office.day);
        if (period.last > view->office.day)
                period = period_before(cycle, period);
        view->choices = ARENA_NEW(visit->arena, PeriodChoice, CHOICES + 1);
        bool chosen = false;
        for (uint32_t i = 0; i < CHOICES; i++, period = period_before(cycle, period)) {
                bool same = period.first == view->period.first;
                chosen = chosen || same;
                view->choices[view->choice_count++] = (PeriodChoice){ date_text(visit->arena, period.first),
                        period_text(visit->arena, period), same };
        }
        if (!chosen)
                view->choices[view->choice_count++] = (PeriodChoice){ view->from, view->period_name, true };
}

static Rc fill_beside(Visit *visit, FigureView *view) {
        const Program *program = &visit->city->pack->program;
        const Indicator *indicator = view->indicator;
        const Period periods[] = { period_year_before(view->period), period_before(indicator->cycle, view->period), view->period };
        Series series[ARRAY_LENGTH(periods)];
        Rc rc = RC_OK;
        for (size_t i = 0; rc == RC_OK && i < ARRAY_LENGTH(periods); i++)
                rc = series_load(&visit->plan, indicator, &periods[i], 1, visit->arena, &series[i]);
        if (rc != RC_OK)
                return rc;
        uint32_t counties = view->has_counties ? series[0].county_count : 0;
        if (periods[0].first != periods[1].first)        /* last period and last year are one for a yearly figure */
                view->year_before_name = period_text(visit->arena, periods[0]);
        view->before_name = period_text(visit->arena, periods[1]);
        view->rows = ARENA_NEW(visit->arena, FigureRow, counties + 1);
        for (int64_t county = -1; county < counties; county++)
                view->rows[view->row_count++] = (FigureRow){
                        .name = plan_county(&visit->plan, county),
                        .year_before = figure_text(visit->arena, program, indicator->type, series_at(&series[0], 0, county)->value),
                        .before = figure_text(visit->arena, program, indicator->type, series_at(&series[1], 0, county)->value),
                        .now = figure_text(visit->arena, program, indicator->type, series_at(&series[2], 0, county)->value),
                };
        return RC_OK;
}

/* ---- correcting -------------------------------------------------------------------------------------- */

static Rc ask_days(const Visit *visit, FigureView *view) {
        bool known = office_date(asked(visit, STR("from")), &view->period.first) &&
                     office_date(asked(visit, STR("to")), &view->period.last);
        return known && view->period.first <= view->period.last ? RC_OK : RC_INVALID;
}

/* What stands now, and the counties to choose from. */
static Rc fill_current(Visit *visit, FigureView *view) {
        Series series;
        Rc rc = series_load_cumulative(&visit->plan, view->indicator, &view->period, 1, visit->arena, &series);
        if (rc != RC_OK)
                return rc;
        view->current = figure_text(visit->arena, &visit->city->pack->program, view->indicator->type,
                                    series_at(&series, 0, view->county)->value);
        view->county_name = plan_county(&visit->plan, view->county);
        view->row_count = view->has_counties ? series.county_count + 1 : 0;
        view->rows = ARENA_NEW(visit->arena, FigureRow, view->row_count + 1);
        for (uint32_t i = 0; i < view->row_count; i++)
                view->rows[i].name = plan_county(&visit->plan, (int64_t) i - 1);
        return RC_OK;
}

/* ---- both -------------------------------------------------------------------------------------------- */

static Rc load(Visit *visit, Action action, FigureView *ret_view) {
        const Program *program = &visit->city->pack->program;
        uint32_t index = find_named(program->indicators, program->indicator_count, visit->parameters[0]);
        FigureView view = { .correction = action == ACTION_CORRECT };
        if (index == NONE || (!view.correction && program->indicators[index].source == SOURCE_COMPUTED))
                return RC_MISSING;
        view.indicator = &program->indicators[index];
        view.unit = unit_text(program, view.indicator);
        Rc rc = office_open(visit, action, view.indicator->name, SECTION_DUE, &view.office);
        if (rc == RC_OK)
                rc = ask_county(visit, &view);
        if (rc == RC_OK)
                rc = view.correction ? ask_days(visit, &view) : ask_period(visit, &view);
        if (rc == RC_OK)
                rc = period_is_closed(&visit->plan, view.period, &view.closed);
        if (rc == RC_OK)
                rc = view.correction ? fill_current(visit, &view) : fill_beside(visit, &view);
        if (rc != RC_OK)
                return rc;
        view.from = date_text(visit->arena, view.period.first);
        view.to = date_text(visit->arena, view.period.last);
        view.period_name = period_text(visit->arena, view.period);
        if (!view.correction)
                fill_choices(visit, &view);
        *ret_view = view;
        return RC_OK;
}

static Rc show(Visit *visit, const FigureView *view) {
        (view->correction ? template_office_correct : template_office_figure)(&visit->response->body, view);
        return RC_OK;
}

static Rc page(Visit *visit, Action action) {
        FigureView view;
        Rc rc = load(visit, action, &view);
        return rc == RC_OK ? show(visit, &view) : rc;
}

Rc page_office_figure(Visit *visit) {
        return page(visit, ACTION_REPORT_FIGURE);
}

Rc page_office_correct(Visit *visit) {
        return page(visit, ACTION_CORRECT);
}

/* ---- forms ------------------------------------------------------------------------------------------- */

/* The fields of a figure, into a report. */
static bool read_report(Visit *visit, FigureView *view, FigureReport *report) {
        const Program *program = &visit->city->pack->program;
        Str why;
        *report = (FigureReport){ .indicator = (uint32_t) (view->indicator - program->indicators), .period = view->period,
                                    .county = view->county };
        view->sent_value = form_text(&visit->form, STR("value"));
        bool good = office_text(visit, &view->office, "note", view->correction, &view->sent_note);
        good = office_text(visit, &view->office, "evidence", !view->correction, &view->sent_evidence) && good;
        if (!value_parse(program, view->indicator->type, -FIGURE_MAX, FIGURE_MAX, view->sent_value, visit->arena, &report->value, &why)) {
                office_refuse(visit, &view->office, why, STR("value"));
                good = false;
        }
        report->evidence = view->sent_evidence;
        report->note = view->sent_note;
        return good;
}

static Rc refuse(Visit *visit, FigureView *view, Str why, Str field) {
        office_refuse(visit, &view->office, why, field);
        return show(visit, view);
}

Rc page_office_figure_form(Visit *visit) {
        FigureView view;
        FigureReport report;
        Rc rc = load(visit, ACTION_REPORT_FIGURE, &view);
        if (rc != RC_OK)
                return rc;
        if (!read_report(visit, &view, &report))
                return show(visit, &view);
        rc = figure_doubts(&visit->plan, &report, visit->arena, &view.doubts, &view.doubt_count);
        if (rc != RC_OK)
                return rc;
        if (view.doubt_count && form_text(&visit->form, STR("confirm")).length == 0)
                return refuse(visit, &view, STR("这个数字有些特别，请核对；没有错，就勾选确认再报送一次。"), STR("confirm"));
        Change change = visit_change(visit, (Str){ 0 });
        rc = figure_report(&visit->plan, &report, &change);
        if (rc == RC_DENIED)
                return refuse(visit, &view, STR("这一期已经结账，不能再填报；要改，请走更正。"), STR("value"));
        if (rc == RC_INVALID)
                return refuse(visit, &view, STR("没有收下，请检查这一期、数字和佐证。"), STR("value"));
        return rc == RC_OK ? office_return(visit, "figure") : rc;
}

Rc page_office_correct_form(Visit *visit) {
        FigureView view;
        FigureReport report;
        Rc rc = load(visit, ACTION_CORRECT, &view);
        if (rc != RC_OK)
                return rc;
        if (!read_report(visit, &view, &report))
                return show(visit, &view);
        Change change = visit_change(visit, view.sent_note);
        rc = figure_correct(&visit->plan, &report, &change);
        if (rc == RC_INVALID)
                return refuse(visit, &view, STR("这一期没有结账，不用更正：直接改记录，或者重新填报。"), STR("value"));
        if (rc != RC_OK)
                return rc;
        Str county = view.county < 0 ? (Str){ 0 } : str_format(visit->arena, "&county=%lld", (long long) view.county);
        return visit_redirect(visit, str_format(visit->arena, "%.*s?from=%.*s&to=%.*s%.*s&done=correct", STR_ARG(visit->path),
                                                STR_ARG(view.from), STR_ARG(view.to), STR_ARG(county)));
}
