/* Gathers what the page of one service shows, and counts its terms. */
#include "web/page/service.h"

#include "base/date.h"
#include "city/outline.h"

#define DAYS_A_WEEK 7
#define EPOCH_WEEKDAY 3                  /* 1970-01-01 was a Thursday; Monday is 0 */

/* ---- by when it is done ------------------------------------------------------------------------------------ */

static Str day_text(Arena *arena, int32_t day) {
        static const char *const names[DAYS_A_WEEK] = { "一", "二", "三", "四", "五", "六", "日" };
        int32_t weekday = (day % DAYS_A_WEEK + DAYS_A_WEEK + EPOCH_WEEKDAY) % DAYS_A_WEEK;
        return str_format(arena, "%.*s（星期%s）", STR_ARG(date_chinese(arena, day)), names[weekday]);
}

static Str total_text(Arena *arena, int32_t working, int32_t calendar) {
        Str days = calendar ? str_format(arena, "%s%d 天", working ? "和 " : "", calendar) : (Str){ 0 };
        return working ? str_format(arena, "%d 个工作日%.*s", working, STR_ARG(days)) : days;
}

static Str unknown_year(const Visit *visit, int32_t from, int32_t to) {
        for (int32_t year = date_to_civil(from).year; year <= date_to_civil(to).year; year++)
                if (!workday_covers(visit->site->workdays, date_from_civil(year, 1, 1)))
                        return str_format(visit->arena, "%d", year);
        return (Str){ 0 };
}

ServiceClock service_clock(const Visit *visit, const ServiceItem *service, int32_t day) {
        Arena *arena = visit->arena;
        ServiceClock clock = { .day = day_text(arena, day), .step_ends = ARENA_NEW(arena, Str, service->step_count) };
        int32_t end = day, working = 0, calendar = 0;
        for (uint32_t i = 0; i < service->step_count && end <= DATE_MAX; i++) {
                WorkdayTerm term;
                if (!workday_term(service->steps[i], &term)) {
                        clock.open_steps++;
                        continue;
                }
                clock.working = working + calendar == 0 ? term.working : clock.working;
                *(term.working ? &working : &calendar) += term.count;
                end = workday_term_end(visit->site->workdays, end, term);
                clock.step_ends[i] = day_text(arena, end);
        }
        clock.total = total_text(arena, working, calendar);
        if (end <= DATE_MAX) {
                clock.end = day_text(arena, end);
                clock.unknown_year = unknown_year(visit, day, end);
                clock.past = end < visit_date(visit);
        }
        return clock;
}

/* The day of "handed_in"; without one, or with one that is none, today. */
static int32_t handed_in(Visit *visit, ServiceView *view) {
        int32_t today = visit_date(visit), day;
        view->handed_in = form_text(&visit->query, STR("handed_in"));
        view->example = date_text(visit->arena, today);
        if (view->handed_in.length == 0)
                return today;
        if (date_parse(view->handed_in, &day) && day >= DATE_MIN && day <= DATE_MAX)
                return day;
        view->error = str_format(visit->arena, "没看懂这个日期，请写成这样：%.*s。", STR_ARG(view->example));
        view->layout.error = true;
        visit->response->status = 422;
        return today;
}

/* ---- the page ---------------------------------------------------------------------------------------------- */

Rc page_service(Visit *visit) {
        const Pack *pack = visit->city->pack;
        const Program *program = &pack->program;
        uint32_t index = find_named(program->services, program->service_count, visit->parameters[0]);
        if (index == NONE)
                return RC_MISSING;
        const ServiceItem *service = &program->services[index];
        uint32_t document = program->clauses[service->clause].document;
        bool own = document != NONE && pack_is_own(pack, program->clauses[service->clause].at.file);
        ServiceView view = {
                .layout = layout_of(visit, service->name, SECTION_DOCUMENTS), .city = visit->city, .service = service,
                .document = own ? &program->documents[document] : NULL,
                .policy = service->policy == NONE ? NULL : &program->policies[service->policy],
                .whom = service->entity == ENTITY_NONE ? (Str){ 0 } : subject_name(program, service->entity),
                .clause = pack_clause(pack, service->clause),
                .anchor = clause_anchor(visit->arena, clause_key(pack, service->clause, visit->arena)),
                .record = service->records == ENTITY_NONE ? (Str){ 0 } : program->entities[service->records].name,
        };
        view.clock = service_clock(visit, service, handed_in(visit, &view));
        template_service(&visit->response->body, &view);
        return RC_OK;
}
