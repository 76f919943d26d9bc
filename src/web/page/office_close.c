/* Closing a period: which are closed, which could be, and the form that does it. */
#include "web/page/office_figure.h"

#include "base/date.h"

static const struct {
        Cycle       cycle;
        const char *word;
        uint32_t    count;               /* how many are offered */
} closings[] = {
        { CYCLE_MONTH, "month", 6 }, { CYCLE_QUARTER, "quarter", 4 }, { CYCLE_HALF_YEAR, "half", 2 }, { CYCLE_YEAR, "year", 2 },
};
#define OFFERED_MAX 14

static bool is_in(const ClosedPeriod *closed, uint32_t count, Period period) {
        for (uint32_t i = 0; i < count; i++)
                if (closed[i].period.first <= period.first && closed[i].period.last >= period.last)
                        return true;
        return false;
}

static void fill_choices(Visit *visit, CloseView *view, const ClosedPeriod *closed, uint32_t count) {
        view->choices = ARENA_NEW(visit->arena, PeriodChoice, OFFERED_MAX);
        for (size_t i = 0; i < ARRAY_LENGTH(closings); i++) {
                Period period = period_of(closings[i].cycle, view->office.day);
                if (period.last > view->office.day)
                        period = period_before(closings[i].cycle, period);
                for (uint32_t k = 0; k < closings[i].count; k++, period = period_before(closings[i].cycle, period)) {
                        Str first = date_text(visit->arena, period.first);
                        if (!is_in(closed, count, period))
                                view->choices[view->choice_count++] = (PeriodChoice){
                                        str_format(visit->arena, "%s %.*s", closings[i].word, STR_ARG(first)),
                                        period_text(visit->arena, period), false };
                }
        }
}

static Rc load(Visit *visit, Action action, CloseView *ret_view) {
        CloseView view = { 0 };
        ClosedPeriod *closed;
        uint32_t count;
        Rc rc = office_open(visit, action, STR("结账"), SECTION_DUE, &view.office);
        if (rc == RC_OK)
                rc = closed_list(&visit->plan, visit->arena, &closed, &count);
        if (rc != RC_OK)
                return rc;
        view.rows = ARENA_NEW(visit->arena, ClosedRow, count + 1);
        for (uint32_t i = 0; i < count; i++)
                view.rows[view.row_count++] = (ClosedRow){ period_text(visit->arena, closed[i].period),
                        time_text(visit->arena, closed[i].at), closed[i].actor };
        fill_choices(visit, &view, closed, count);
        *ret_view = view;
        return RC_OK;
}

Rc page_office_close(Visit *visit) {
        CloseView view;
        Rc rc = load(visit, ACTION_CLOSE_PERIOD, &view);
        if (rc == RC_OK)
                template_office_close(&visit->response->body, &view);
        return rc;
}

/* "month 2022-08-01" */
static bool read_period(Str text, Cycle *ret_cycle, Period *ret_period) {
        Str word = str_cut(&text, ' ');
        int32_t day;
        for (size_t i = 0; i < ARRAY_LENGTH(closings); i++)
                if (str_equal(word, str_from(closings[i].word)) && office_date(text, &day)) {
                        *ret_cycle = closings[i].cycle;
                        *ret_period = period_of(closings[i].cycle, day);
                        return true;
                }
        return false;
}

static Rc refuse(Visit *visit, CloseView *view, Str why, Str field) {
        office_refuse(visit, &view->office, why, field);
        template_office_close(&visit->response->body, view);
        return RC_OK;
}

Rc page_office_close_form(Visit *visit) {
        CloseView view;
        Cycle cycle;
        Period period;
        uint64_t figures;
        Str sent = form_text(&visit->form, STR("period"));
        Rc rc = load(visit, ACTION_CLOSE_PERIOD, &view);
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; i < view.choice_count; i++)
                view.choices[i].chosen = str_equal(view.choices[i].value, sent);
        if (!read_period(sent, &cycle, &period))
                return refuse(visit, &view, STR("请选择要结账的一期。"), STR("period"));
        if (form_text(&visit->form, STR("confirm")).length == 0)
                return refuse(visit, &view, STR("结账不能撤回，请先勾选确认。"), STR("confirm"));
        Change change = visit_change(visit, (Str){ 0 });
        rc = period_close(&visit->plan, cycle, period, &change, &figures);
        if (rc == RC_INVALID)
                return refuse(visit, &view, STR("这一期还没有结束，不能结账。"), STR("period"));
        if (rc == RC_CONFLICT)
                return refuse(visit, &view, STR("这一期已经结过账了。"), STR("period"));
        return rc == RC_OK ? office_return(visit, "close") : rc;
}
