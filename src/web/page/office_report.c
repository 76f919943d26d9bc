/* Chooses the period of a report and gives every number of it its address. */
#include "web/page/office_report.h"

#include "base/date.h"
#include "web/spool.h"

#define PERIODS 12                       /* that may be chosen, the running one among them */

static Str cycle_name(Cycle cycle) {
        static const char *const names[] = {
                [CYCLE_NONE] = "", [CYCLE_MONTH] = "每月", [CYCLE_QUARTER] = "每季", [CYCLE_HALF_YEAR] = "每半年",
                [CYCLE_TERM] = "每学期", [CYCLE_YEAR] = "每年",
        };
        return str_from(names[cycle]);
}

Rc page_office_reports(Visit *visit) {
        const Program *program = &visit->city->pack->program;
        ReportsView view = { .items = ARENA_NEW(visit->arena, ReportItem, program->report_count) };
        Rc rc = office_open(visit, ACTION_READ_BOARD, STR("报告"), SECTION_REPORT, &view.office);
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; i < program->report_count; i++) {
                const Report *report = &program->reports[i];
                Period period = report_period(report, DATE_MIN, view.office.day);
                view.items[view.item_count++] = (ReportItem){ report, cycle_name(report->cycle), period_text(visit->arena, period) };
        }
        template_office_reports(&visit->response->body, &view);
        return RC_OK;
}

/* ---- one ------------------------------------------------------------------------------------------------- */

/* "period" of the query is a day: the period that holds it, up to it. */
static Rc fill(Visit *visit, Action action, ReportView *view) {
        const Program *program = &visit->city->pack->program;
        uint32_t index = find_named(program->reports, program->report_count, visit->parameters[0]);
        Str asked = form_text(&visit->query, STR("period"));
        int32_t day = DATE_MIN;
        if (index == NONE)
                return RC_MISSING;
        view->report = &program->reports[index];
        Rc rc = office_open(visit, action, view->report->name, SECTION_REPORT, &view->office);
        if (rc != RC_OK)
                return rc;
        if (asked.length && (!date_parse(asked, &day) || day <= DATE_MIN || day >= DATE_MAX))
                return RC_INVALID;
        Period period = report_period(view->report, day, view->office.day);
        view->day = date_text(visit->arena, period.last);
        return report_fill(&visit->plan, index, period, visit->arena, &view->page);
}

/* The running period up to the day, then those that have ended. */
static void fill_choices(Visit *visit, ReportView *view) {
        Cycle cycle = view->report->cycle;
        Period period = report_period(view->report, view->office.day, view->office.day);
        view->choices = ARENA_NEW(visit->arena, ReportChoice, PERIODS + 1);
        bool found = false;
        for (uint32_t i = 0; i < PERIODS && period.last > DATE_MIN; i++) {
                bool chosen = period.last == view->page.period.last;
                found = found || chosen;
                view->choices[view->choice_count++] =
                        (ReportChoice){ date_text(visit->arena, period.last), period_text(visit->arena, period), chosen };
                period = period_before(cycle, period_of(cycle, period.first));
        }
        if (!found)
                view->choices[view->choice_count++] = (ReportChoice){ view->day, view->page.period_text, true };
}

static void fill_lines(const Visit *visit, ReportView *view) {
        const Program *program = &visit->city->pack->program;
        view->lines = ARENA_NEW(visit->arena, ReportLine, view->page.paragraph_count);
        for (uint32_t i = 0; i < view->page.paragraph_count; i++) {
                const ReportText *paragraph = &view->page.paragraphs[i];
                ReportLine *line = &view->lines[view->line_count++];
                line->links = ARENA_NEW(visit->arena, ReportLink, paragraph->span_count);
                for (uint32_t j = 0; j < paragraph->span_count; j++) {
                        const ReportSpan *span = &paragraph->spans[j];
                        ReportLink *link = &line->links[line->link_count++];
                        *link = (ReportLink){ .text = span->text, .county = span->county };
                        if (!span->figure)
                                continue;
                        link->from = date_text(visit->arena, span->period.first);
                        link->to = date_text(visit->arena, span->period.last);
                        if (span->indicator != NONE)
                                link->indicator = &program->indicators[span->indicator];
                        else if (span->target != NONE)
                                link->target = &program->targets[span->target];
                }
        }
}

static void fill_figures(const Visit *visit, ReportView *view) {
        const Program *program = &visit->city->pack->program;
        view->figures = ARENA_NEW(visit->arena, ReportLink, view->page.board.state_count);
        for (uint32_t i = 0; i < view->page.board.state_count; i++) {
                const TargetState *state = view->page.rows[i].state;
                int32_t day = view->page.board.day, last = day < state->period.last ? day : state->period.last;
                view->figures[i] = (ReportLink){
                        .text = view->page.rows[i].cells[REPORT_FIGURE], .indicator = &program->indicators[state->target->indicator],
                        .from = date_text(visit->arena, state->period.first < last ? state->period.first : last),
                        .to = date_text(visit->arena, last), .target = state->target, .county = -1,
                };
        }
}

Rc page_office_report(Visit *visit) {
        ReportView view = { 0 };
        Rc rc = fill(visit, ACTION_READ_BOARD, &view);
        if (rc != RC_OK)
                return rc;
        fill_choices(visit, &view);
        fill_lines(visit, &view);
        fill_figures(visit, &view);
        template_office_report(&visit->response->body, &view);
        return RC_OK;
}

/* ---- files ----------------------------------------------------------------------------------------------- */

static Rc send(Visit *visit, Rc (*form)(const Plan *plan, const ReportPage *page, const char *path), Str content_type, const char *end) {
        ReportView view = { 0 };
        Str path;
        Rc rc = fill(visit, ACTION_EXPORT, &view);
        if (rc == RC_OK)
                rc = spool_path(visit, &path);
        if (rc != RC_OK)
                return rc;
        rc = form(&visit->plan, &view.page, path.data);
        if (rc != RC_OK) {
                spool_forget(path);
                return rc;
        }
        return visit_send_file(visit, path.data, content_type, str_format(visit->arena, "%.*s %.*s.%s", STR_ARG(view.page.title),
                                                                          STR_ARG(view.page.period_text), end));
}

Rc page_office_report_pdf(Visit *visit) {
        return send(visit, report_pdf, STR("application/pdf"), "pdf");
}

Rc page_office_report_docx(Visit *visit) {
        return send(visit, report_docx, STR("application/vnd.openxmlformats-officedocument.wordprocessingml.document"), "docx");
}
