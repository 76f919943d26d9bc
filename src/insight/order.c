/* Orders about targets and tasks, and what is due of whom. */
#include "insight/insight_inside.h"

#include "city/named.h"

#include <stdlib.h>

#define DAYS_TO_REPORT 10          /* a return is due so many days after its period */
#define SECONDS_A_DAY 86400

static const struct {
        const char *word, *text;
} actions[] = {
        [ORDER_DISPATCH] = { "dispatch", "交办" }, [ORDER_REMIND] = { "remind", "催办" }, [ORDER_INTERVIEW] = { "interview", "约谈" },
        [ORDER_RETURN] = { "return", "反馈" },     [ORDER_DONE] = { "done", "办结" },
};

Str order_action_text(OrderAction action) {
        return str_from(actions[action].text);
}

static OrderAction action_of(Str word) {
        for (OrderAction action = ORDER_DISPATCH; action <= ORDER_DONE; action++)
                if (str_equal(word, str_from(actions[action].word)))
                        return action;
        return ORDER_RETURN;
}

static Str subject_kind(bool task) {
        return task ? STR("task") : STR("target");
}

Rc order_add(const Plan *plan, const Order *order, const Change *change) {
        Statement *statement;
        Cell cells[] = {
                cell_text(plan->city), cell_integer(record_new_ids(1)), cell_text(subject_kind(order->task)), cell_text(order->subject),
                cell_integer(order->county), cell_text(str_from(actions[order->action].word)), cell_text(order->unit),
                order->due == DATE_MAX ? cell_null() : cell_integer(order->due), cell_text(order->text), cell_text(order->evidence),
                cell_text(change->actor), cell_integer(change->at),
        };
        Rc rc = database_named(plan->database, SQL_ORDER_ADD, &statement);
        return rc == RC_OK ? statement_run(statement, cells, ARRAY_LENGTH(cells), NULL) : rc;
}

Rc order_list(const Plan *plan, bool task, Str subject, Arena *arena, Order **ret_orders, uint32_t *ret_count) {
        Statement *statement;
        Order *orders = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Cell cells[] = { cell_text(plan->city), cell_text(subject_kind(task)), cell_text(subject) };
        Rc rc = database_named(plan->database, SQL_ORDER_OF_SUBJECT, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, cells, ARRAY_LENGTH(cells));
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                Cell due = statement_cell(statement, 5);
                *ARENA_PUSH(arena, orders, count, capacity) = (Order){
                        .id = statement_cell(statement, 0).integer, .at = statement_cell(statement, 1).integer,
                        .county = statement_cell(statement, 2).integer, .task = task, .subject = subject,
                        .action = action_of(statement_cell(statement, 3).text),
                        .unit = str_copy(arena, statement_cell(statement, 4).text),
                        .due = due.kind == CELL_NULL ? DATE_MAX : (int32_t) due.integer,
                        .text = str_copy(arena, statement_cell(statement, 6).text),
                        .evidence = str_copy(arena, statement_cell(statement, 7).text),
                        .actor = str_copy(arena, statement_cell(statement, 8).text),
                };
        }
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_orders = orders;
        *ret_count = count;
        return RC_OK;
}

/* ---- what is due ------------------------------------------------------------------------------------------- */

typedef struct DueCollector {
        const Plan *plan;
        Str         unit;
        int32_t     day;
        Arena      *arena;
        Due        *dues;
        uint32_t    count, capacity;
} DueCollector;

static bool concerns(const DueCollector *collector, Str unit) {
        size_t at;
        return collector->unit.length == 0 || str_find(unit, collector->unit, &at);
}

int32_t report_due(const Plan *plan, Period period) {
        return workday_add(plan->workdays, period.last + DAYS_TO_REPORT, 0);
}

static void add_due(DueCollector *collector, DueKind kind, uint32_t index, Str name, Str unit, bool done, Period period) {
        const WorkdayCalendar *workdays = collector->plan->workdays;
        int32_t day = report_due(collector->plan, period);
        *ARENA_PUSH(collector->arena, collector->dues, collector->count, collector->capacity) = (Due){
                .kind = kind, .index = index, .name = name, .unit = unit, .period = period, .day = day, .done = done,
                .late = !done && day < collector->day, .day_unsure = !workday_covers(workdays, day),
        };
}

static Rc add_figures(DueCollector *collector) {
        const Program *program = collector->plan->model->program;
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < program->indicator_count; i++) {
                const Indicator *indicator = &program->indicators[i];
                FigureLine *lines;
                uint32_t count;
                if (indicator->source == SOURCE_COMPUTED || !concerns(collector, indicator->reporter))
                        continue;
                Period period = period_before(indicator->cycle, period_of(indicator->cycle, collector->day));
                rc = figure_lines(collector->plan, indicator, period, collector->arena, &lines, &count);
                if (rc == RC_OK)
                        add_due(collector, DUE_FIGURE, i, indicator->name, indicator->reporter, count > 0, period);
        }
        return rc;
}

/* A task's return counts for the period it was given in or the days after it until it is due. */
static bool is_returned(const Order *orders, uint32_t count, Period period) {
        for (uint32_t i = 0; i < count; i++) {
                int64_t day = orders[i].at / SECONDS_A_DAY;
                if ((orders[i].action == ORDER_RETURN || orders[i].action == ORDER_DONE) && day >= period.first)
                        return true;
        }
        return false;
}

static Rc add_tasks(DueCollector *collector) {
        const Program *program = collector->plan->model->program;
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < program->task_count; i++) {
                const Task *task = &program->tasks[i];
                Order *orders;
                uint32_t count;
                bool once = task->cycle == CYCLE_NONE;
                if (!concerns(collector, task->lead) || task->waiting.length || (once && task->due == DATE_MAX))
                        continue;
                Period period = once ? (Period){ DATE_MIN, task->due - DAYS_TO_REPORT }
                                     : period_before(task->cycle, period_of(task->cycle, collector->day));
                rc = order_list(collector->plan, true, task->name, collector->arena, &orders, &count);
                if (rc == RC_OK)
                        add_due(collector, DUE_TASK, i, task->name, task->lead, is_returned(orders, count, period), period);
        }
        return rc;
}

/* ---- orders with a day --------------------------------------------------------------------------------------- */

static uint32_t subject_index(const Program *program, bool task, Str name) {
        return task ? find_named(program->tasks, program->task_count, name) : find_named(program->targets, program->target_count, name);
}

/* A return or the end answers every order of the same subject and unit before it; an order without a unit is for all. */
static void answer_orders(DueCollector *collector, uint32_t from, const Due *answer) {
        for (uint32_t i = from; i < collector->count; i++) {
                Due *due = &collector->dues[i];
                if (due->task == answer->task && due->index == answer->index &&
                    (due->unit.length == 0 || answer->unit.length == 0 || str_equal(due->unit, answer->unit))) {
                        due->done = true;
                        due->late = false;
                }
        }
}

static void take_order(DueCollector *collector, uint32_t from, Statement *statement) {
        const Program *program = collector->plan->model->program;
        bool task = str_equal(statement_cell(statement, 0).text, subject_kind(true));
        uint32_t index = subject_index(program, task, statement_cell(statement, 1).text);
        OrderAction action = action_of(statement_cell(statement, 3).text);
        Cell day = statement_cell(statement, 5);
        Due due = { .kind = DUE_ORDER, .task = task, .index = index,
                .unit = str_copy(collector->arena, statement_cell(statement, 4).text) };
        if (index == NONE)               /* this pack does not have it any more */
                return;
        if (action == ORDER_RETURN || action == ORDER_DONE)
                answer_orders(collector, from, &due);
        else if (day.kind != CELL_NULL && concerns(collector, due.unit)) {
                due.name = task ? program->tasks[index].name : program->targets[index].name;
                due.day = (int32_t) day.integer;
                due.period = (Period){ (int32_t) (statement_cell(statement, 6).integer / SECONDS_A_DAY), due.day };
                due.late = due.day < collector->day;
                *ARENA_PUSH(collector->arena, collector->dues, collector->count, collector->capacity) = due;
        }
}

static Rc add_orders(DueCollector *collector) {
        Statement *statement;
        bool row = false;
        uint32_t from = collector->count;
        Rc rc = database_named(collector->plan->database, SQL_ORDER_SINCE, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(collector->plan->city), cell_integer(0) }, 2);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                take_order(collector, from, statement);
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

static int by_day(const void *a, const void *b) {
        const Due *one = a, *two = b;
        if (one->done != two->done)
                return one->done - two->done;
        return one->day != two->day ? (one->day > two->day) - (one->day < two->day) : (one->index > two->index) - (one->index < two->index);
}

Rc due_list(const Plan *plan, Str unit, int32_t day, Arena *arena, Due **ret_dues, uint32_t *ret_count) {
        DueCollector collector = { .plan = plan, .unit = unit, .day = day, .arena = arena };
        Rc rc = add_figures(&collector);
        if (rc == RC_OK)
                rc = add_tasks(&collector);
        if (rc == RC_OK)
                rc = add_orders(&collector);
        if (rc != RC_OK)
                return rc;
        if (collector.count)
                qsort(collector.dues, collector.count, sizeof(Due), by_day);
        *ret_dues = collector.dues;
        *ret_count = collector.count;
        return RC_OK;
}
