/* Lists of tasks and of what is due. */
#include "web/page/office_task.h"

#include "base/date.h"

static Str cycle_text(Cycle cycle) {
        static const char *const texts[] = {
                [CYCLE_NONE] = "一次", [CYCLE_MONTH] = "每月", [CYCLE_QUARTER] = "每季", [CYCLE_HALF_YEAR] = "每半年",
                [CYCLE_TERM] = "每学期", [CYCLE_YEAR] = "每年",
        };
        return str_from(texts[cycle]);
}

static void add_once(Str *names, uint32_t *count, Str name) {
        for (uint32_t i = 0; i < *count; i++)
                if (str_equal(names[i], name))
                        return;
        if (name.length)
                names[(*count)++] = name;
}

/* ---- the list ---------------------------------------------------------------------------------------- */

static void judge_task(const Due *dues, uint32_t count, uint32_t index, TaskRow *row) {
        row->state = row->task->waiting.length ? STR("待后续") : STR("没有定期的反馈");
        for (uint32_t i = 0; i < count; i++)
                if (dues[i].kind == DUE_TASK && dues[i].index == index) {
                        row->late = dues[i].late;
                        row->state = dues[i].done ? STR("本期已反馈") : dues[i].late ? STR("已逾期") : STR("等待反馈");
                }
}

static void fill_tasks(Visit *visit, TasksView *view, const Due *dues, uint32_t due_count) {
        const Program *program = &visit->city->pack->program;
        view->rows = ARENA_NEW(visit->arena, TaskRow, program->task_count + 1);
        view->leads = ARENA_NEW(visit->arena, Str, program->task_count + 1);
        view->areas = ARENA_NEW(visit->arena, Str, program->task_count + 1);
        for (uint32_t i = 0; i < program->task_count; i++) {
                const Task *task = &program->tasks[i];
                add_once(view->leads, &view->lead_count, task->lead);
                add_once(view->areas, &view->area_count, task->area);
                if ((view->lead.length && !str_equal(view->lead, task->lead)) || (view->area.length && !str_equal(view->area, task->area)))
                        continue;
                TaskRow *row = &view->rows[view->row_count++];
                *row = (TaskRow){ .task = task, .cycle = cycle_text(task->cycle) };
                if (task->due != DATE_MAX)
                        row->due = date_chinese(visit->arena, task->due);
                judge_task(dues, due_count, i, row);
        }
        view->all = program->task_count;
}

Rc page_office_tasks(Visit *visit) {
        TasksView view = { .lead = form_text(&visit->query, STR("lead")), .area = form_text(&visit->query, STR("area")) };
        Due *dues;
        uint32_t count;
        Rc rc = office_open(visit, ACTION_READ_BOARD, STR("任务"), SECTION_TASKS, &view.office);
        if (rc == RC_OK)
                rc = due_list(&visit->plan, (Str){ 0 }, view.office.day, visit->arena, &dues, &count);
        if (rc != RC_OK)
                return rc;
        fill_tasks(visit, &view, dues, count);
        template_office_tasks(&visit->response->body, &view);
        return RC_OK;
}

/* ---- one task ---------------------------------------------------------------------------------------- */

static Rc load_task(Visit *visit, Action action, TaskView *ret_view) {
        const Program *program = &visit->city->pack->program;
        uint32_t index = find_named(program->tasks, program->task_count, visit->parameters[0]);
        if (index == NONE)
                return RC_MISSING;
        TaskView view = { .task = &program->tasks[index] };
        Rc rc = office_open(visit, action, view.task->name, SECTION_TASKS, &view.office);
        if (rc == RC_OK)
                rc = orders_load(visit, &view.office, true, view.task->name, &view.orders);
        if (rc != RC_OK)
                return rc;
        const Document *document = clause_document(program, view.task->clause);
        view.partners = names_text(visit->arena, view.task->partners, view.task->partner_count);
        view.cycle = cycle_text(view.task->cycle);
        if (view.task->due != DATE_MAX)
                view.due = date_chinese(visit->arena, view.task->due);
        view.clause = view.task->cite.length ? view.task->cite : pack_clause(visit->city->pack, view.task->clause);
        view.document = document ? document->name : (Str){ 0 };
        if (view.task->entity != ENTITY_NONE && visit->city->model->table_of[view.task->entity] != NONE)
                view.table = &visit->city->model->tables[visit->city->model->table_of[view.task->entity]];
        view.orders.unit = view.task->lead;
        view.orders.evidence = view.task->evidence;
        *ret_view = view;
        return RC_OK;
}

static Rc show_task(Visit *visit, TaskView *view) {
        view->orders.office = &view->office;
        template_office_task(&visit->response->body, view);
        return RC_OK;
}

Rc page_office_task(Visit *visit) {
        TaskView view;
        Rc rc = load_task(visit, ACTION_READ_BOARD, &view);
        return rc == RC_OK ? show_task(visit, &view) : rc;
}

Rc page_office_task_form(Visit *visit) {
        TaskView view;
        bool taken = false;
        Rc rc = load_task(visit, ACTION_DISPATCH, &view);
        if (rc == RC_OK)
                rc = orders_take(visit, &view.office, true, view.task->name, &view.orders, &taken);
        if (rc != RC_OK)
                return rc;
        return taken ? office_return(visit, "order") : show_task(visit, &view);
}

/* ---- what is due ------------------------------------------------------------------------------------- */

/* The day; where nobody knows the year's holidays yet, it says so. */
static Str due_day(Arena *arena, const Due *due) {
        if (due->day > DATE_MAX || due->day < DATE_MIN)
                return STR("—");
        Str day = date_chinese(arena, due->day);
        return due->day_unsure ? str_format(arena, "%.*s（没有这一年的放假安排，只避开了周末）", STR_ARG(day)) : day;
}

static DueRow due_row(Visit *visit, const Due *due) {
        static const struct {
                const char *kind, *place;
        } kinds[] = { [DUE_TASK] = { "任务反馈", "task" }, [DUE_FIGURE] = { "填报数字", "figure" }, [DUE_ORDER] = { "交办事项", "t" } };
        bool once = due->period.first == DATE_MIN;
        DueRow row = {
                .due = due, .kind = kinds[due->kind].kind, .place = due->kind == DUE_ORDER && due->task ? "task" : kinds[due->kind].place,
                .subject = due->name, .day = due_day(visit->arena, due),
                .state = due->done ? STR("已办") : due->late ? STR("已逾期") : STR("待办"),
        };
        if (!once && due->kind != DUE_ORDER)
                row.period = period_text(visit->arena, due->period);
        return row;
}

Rc page_office_due(Visit *visit) {
        DueView view = { .unit = form_text(&visit->query, STR("unit")) };
        Due *all, *dues;
        uint32_t all_count, count;
        Rc rc = office_open(visit, ACTION_READ_BOARD, STR("待办"), SECTION_DUE, &view.office);
        if (rc == RC_OK)
                rc = due_list(&visit->plan, (Str){ 0 }, view.office.day, visit->arena, &all, &all_count);
        if (rc == RC_OK)
                rc = due_list(&visit->plan, view.unit, view.office.day, visit->arena, &dues, &count);
        if (rc != RC_OK)
                return rc;
        view.units = ARENA_NEW(visit->arena, Str, all_count + 1);
        for (uint32_t i = 0; i < all_count; i++)
                add_once(view.units, &view.unit_count, all[i].unit);
        view.rows = ARENA_NEW(visit->arena, DueRow, count + 1);
        for (uint32_t i = 0; i < count; i++) {
                view.rows[view.row_count++] = due_row(visit, &dues[i]);
                view.late += dues[i].late;
        }
        template_office_due(&visit->response->body, &view);
        return RC_OK;
}
