/* Lines of the ledger: reports, corrections, closed periods, splits. Every change stands in one transaction. */
#include "insight/insight_inside.h"

#define ODD_FACTOR 3               /* a figure that differs so much from the one before is asked about */
#define SCRATCH (512u << 20)

/* ---- adding lines ------------------------------------------------------------------------------------------ */

Rc ledger_add(const Plan *plan, const FigureReport *line, int64_t undecided, FigureSource source, const Change *change) {
        Statement *statement;
        Cell cells[] = {
                cell_text(plan->city), cell_integer(record_new_ids(1)),
                cell_text(plan->model->program->indicators[line->indicator].name),
                cell_integer(line->period.first), cell_integer(line->period.last), cell_integer(line->county),
                line->value == UNKNOWN ? cell_null() : cell_integer(line->value), cell_integer(undecided),
                cell_text(figure_source_word(source)), cell_text(line->evidence), cell_text(line->note),
                cell_text(change->actor), cell_integer(change->at),
        };
        Rc rc = database_named(plan->database, SQL_FIGURE_ADD, &statement);
        return rc == RC_OK ? statement_run(statement, cells, ARRAY_LENGTH(cells), NULL) : rc;
}

Rc period_is_closed(const Plan *plan, Period period, bool *ret_closed) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(1u << 20);
        Statement *statement;
        Cell count;
        Cell cells[] = { cell_text(plan->city), cell_integer(period.first), cell_integer(period.last) };
        Rc rc = database_named(plan->database, SQL_CLOSED_PERIOD, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, cells, ARRAY_LENGTH(cells), arena, &count);
        if (rc == RC_OK)
                *ret_closed = count.integer > 0;
        return rc;
}

static bool is_whole_cycle(const Indicator *indicator, Period period) {
        Period own = period_of(indicator->cycle, period.first);
        return own.first == period.first && own.last == period.last;
}

static bool is_county(const Plan *plan, const Indicator *indicator, int64_t county) {
        if (county < 0)
                return county == -1;
        return indicator->by_county && plan->counties != NONE && county < plan->model->program->enumerations[plan->counties].member_count;
}

/* What was frozen as a sum from January to the end of this month or a later one goes along with a correction. */
static Rc correct_sums(const Plan *plan, const FigureReport *report, int64_t before, FigureSource source, const Change *change) {
        const Indicator *indicator = &plan->model->program->indicators[report->indicator];
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        Period year = period_of(CYCLE_YEAR, report->period.first);
        FigureLine *lines;
        uint32_t count;
        int64_t change_of_sum, sum;
        if (before == UNKNOWN || !indicator_adds_up(plan->model->program, indicator) || indicator->source != SOURCE_COMPUTED ||
            __builtin_sub_overflow(report->value, before, &change_of_sum))
                return RC_OK;
        Rc rc = figure_lines(plan, indicator, year, arena, &lines, &count);
        for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
                const FigureLine *line = &lines[i];
                bool own = line->period.first == report->period.first && line->period.last == report->period.last;
                bool last = i + 1 == count || lines[i + 1].period.first != line->period.first ||
                            lines[i + 1].period.last != line->period.last || lines[i + 1].county != line->county;
                if (own || !last || line->county != report->county || line->value == UNKNOWN || line->period.first > report->period.first ||
                    line->period.last < report->period.last || __builtin_add_overflow(line->value, change_of_sum, &sum))
                        continue;
                FigureReport corrected = *report;
                corrected.period = line->period;
                corrected.value = sum;
                rc = ledger_add(plan, &corrected, line->undecided, source, change);
        }
        return rc;
}

static bool counties_add_up(const Program *program, const Indicator *indicator) {
        return indicator->source == SOURCE_COMPUTED ? !indicator->ratio : !program->units[indicator->type.unit].percent;
}

/* Whether the city was reported or corrected by itself, and is not what its counties come to. */
static Rc city_stands_alone(const Plan *plan, const Indicator *indicator, Period period, Arena *arena, bool *ret_alone) {
        FigureLine *lines;
        uint32_t count;
        Rc rc = figure_lines(plan, indicator, period, arena, &lines, &count);
        if (rc != RC_OK)
                return rc;
        *ret_alone = false;
        for (uint32_t i = 0; i < count; i++)
                if (lines[i].county == -1 && lines[i].period.first == period.first && lines[i].period.last == period.last &&
                    lines[i].source != FIGURE_CLOSED && lines[i].source != FIGURE_FOLLOWED)
                        *ret_alone = true;
        return RC_OK;
}

/* When a county's line is corrected the city's total follows. */
static Rc correct_city(const Plan *plan, const FigureReport *report, const Series *series, Arena *arena, const Change *change) {
        const Figure *county = series_at(series, 0, report->county), *city = series_at(series, 0, -1);
        int64_t moved;
        bool alone;
        if (report->county < 0 || city->value == UNKNOWN || !counties_add_up(plan->model->program, series->indicator) ||
            __builtin_sub_overflow(report->value, county->value == UNKNOWN ? 0 : county->value, &moved))
                return RC_OK;
        FigureReport followed = *report;
        followed.county = -1;
        Rc rc = city_stands_alone(plan, series->indicator, report->period, arena, &alone);
        if (rc != RC_OK || alone || __builtin_add_overflow(city->value, moved, &followed.value))
                return rc;
        rc = correct_sums(plan, &followed, city->value, FIGURE_FOLLOWED, change);
        return rc == RC_OK ? ledger_add(plan, &followed, city->undecided, FIGURE_FOLLOWED, change) : rc;
}

static Rc correct_in_transaction(const Plan *plan, const FigureReport *report, const Change *change) {
        const Indicator *indicator = &plan->model->program->indicators[report->indicator];
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        Series series;
        Rc rc = series_load(plan, indicator, &report->period, 1, arena, &series);
        if (rc == RC_OK)
                rc = correct_sums(plan, report, series_at(&series, 0, report->county)->value, FIGURE_CORRECTED, change);
        if (rc == RC_OK)
                rc = correct_city(plan, report, &series, arena, change);
        if (rc == RC_OK)
                rc = ledger_add(plan, report, 0, FIGURE_CORRECTED, change);
        return rc;
}

static Rc report_in_transaction(const Plan *plan, const FigureReport *report, const Change *change) {
        const Indicator *indicator = &plan->model->program->indicators[report->indicator];
        FigureSource source = indicator->source == SOURCE_IMPORTED ? FIGURE_IMPORTED : FIGURE_REPORTED;
        return ledger_add(plan, report, 0, source, change);
}

static Rc put_figure(const Plan *plan, const FigureReport *report, const Change *change, bool correction) {
        const Indicator *indicator = &plan->model->program->indicators[report->indicator];
        bool computed = indicator->source == SOURCE_COMPUTED, closed;
        bool fits = computed ? correction : is_whole_cycle(indicator, report->period);
        Str proof = correction ? report->note : report->evidence;
        if (!fits || proof.length == 0 || report->value == UNKNOWN || !is_county(plan, indicator, report->county))
                return RC_INVALID;
        Rc rc = database_begin(plan->database, true);
        if (rc != RC_OK)
                return rc;
        rc = period_is_closed(plan, report->period, &closed);
        if (rc == RC_OK && closed != correction)
                rc = correction ? RC_INVALID : RC_DENIED;
        if (rc == RC_OK)
                rc = (correction ? correct_in_transaction : report_in_transaction)(plan, report, change);
        return database_finish(plan->database, rc);
}

Rc figure_report(const Plan *plan, const FigureReport *report, const Change *change) {
        return put_figure(plan, report, change, false);
}

Rc figure_correct(const Plan *plan, const FigureReport *report, const Change *change) {
        return put_figure(plan, report, change, true);
}

/* ---- what is odd ------------------------------------------------------------------------------------------- */

static void print_figure(const Program *program, const Indicator *indicator, int64_t value, Buffer *out) {
        value_print(program, indicator->type, value, out);
}

/* A figure is far from another when it is ODD_FACTOR times as large or as small. */
static bool is_far(int64_t value, int64_t other) {
        if (other == UNKNOWN || other <= 0)
                return false;
        return (__int128) value > (__int128) other * ODD_FACTOR || (__int128) value * ODD_FACTOR < other;
}

static Str doubt(const Plan *plan, const Indicator *indicator, const char *before, int64_t other, const char *after, Arena *arena) {
        Buffer text = buffer_new(4096);
        buffer_add(&text, str_from(before));
        print_figure(plan->model->program, indicator, other, &text);
        buffer_add(&text, str_from(after));
        Str sentence = str_copy(arena, buffer_str(&text));
        buffer_free(&text);
        return sentence;
}

Rc figure_doubts(const Plan *plan, const FigureReport *report, Arena *arena, Str **ret_doubts, uint32_t *ret_count) {
        const Program *program = plan->model->program;
        const Indicator *indicator = &program->indicators[report->indicator];
        Period *periods = ARENA_NEW(arena, Period, 2);
        Str *doubts = NULL;
        uint32_t count = 0, capacity = 0;
        periods[0] = period_year_before(report->period);
        periods[1] = period_before(indicator->cycle == CYCLE_NONE ? CYCLE_MONTH : indicator->cycle, report->period);
        for (uint32_t i = 0; i < 2; i++) {
                Series series;
                Rc rc = series_load(plan, indicator, &periods[i], 1, arena, &series);
                if (rc != RC_OK)
                        return rc;
                int64_t other = series_at(&series, 0, report->county)->value;
                if (is_far(report->value, other))
                        *ARENA_PUSH(arena, doubts, count, capacity) =
                                doubt(plan, indicator, i ? "上一期是 " : "上年同期是 ", other, "，相差很大，请再核对一下。", arena);
        }
        if (report->value < 0)
                *ARENA_PUSH(arena, doubts, count, capacity) = STR("是负数，请再核对一下。");
        if (program->units[indicator->type.unit].percent && report->value > kernel_power_of_ten(indicator->type.scale))
                *ARENA_PUSH(arena, doubts, count, capacity) = STR("超过了 100%，请再核对一下。");
        *ret_doubts = doubts;
        *ret_count = count;
        return RC_OK;
}

/* ---- closing ----------------------------------------------------------------------------------------------- */

static Rc freeze_series(const Plan *plan, const Series *series, Period as, const Change *change, uint64_t *figures) {
        uint32_t indicator = (uint32_t) (series->indicator - plan->model->program->indicators);
        Rc rc = RC_OK;
        for (int64_t county = -1; rc == RC_OK && county < series->county_count; county++) {
                const Figure *figure = series_at(series, series->period_count - 1, county);
                if (figure->source == FIGURE_NONE)
                        continue;
                FigureReport frozen = { .indicator = indicator, .period = as, .county = county, .value = figure->value };
                rc = ledger_add(plan, &frozen, figure->undecided, FIGURE_CLOSED, change);
                *figures += rc == RC_OK;
        }
        return rc;
}

/* A computed indicator keeps the period by itself and the year up to its end; a reported one what was reported for exactly
 * this period. */
static Rc freeze_indicator(const Plan *plan, const Indicator *indicator, Cycle cycle, Period period,
                           const Change *change, uint64_t *figures) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        Series series;
        Period year = { period_of(CYCLE_YEAR, period.first).first, period.last };
        if (indicator->source != SOURCE_COMPUTED && indicator->cycle != cycle)
                return RC_OK;
        Rc rc = series_load(plan, indicator, &period, 1, arena, &series);
        if (rc == RC_OK)
                rc = freeze_series(plan, &series, period, change, figures);
        if (rc != RC_OK || indicator->source != SOURCE_COMPUTED || year.first == period.first)
                return rc;
        rc = series_load_cumulative(plan, indicator, &year, 1, arena, &series);
        return rc == RC_OK ? freeze_series(plan, &series, year, change, figures) : rc;
}

static Rc close_in_transaction(const Plan *plan, Cycle cycle, Period period, const Change *change, uint64_t *figures) {
        const Program *program = plan->model->program;
        Statement *statement;
        Cell cells[] = { cell_text(plan->city), cell_integer(period.first), cell_integer(period.last), cell_integer(change->at),
                         cell_text(change->actor), cell_text(plan->pack_hash) };
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < program->indicator_count; i++)
                rc = freeze_indicator(plan, &program->indicators[i], cycle, period, change, figures);
        if (rc == RC_OK)
                rc = database_named(plan->database, SQL_CLOSED_ADD, &statement);
        return rc == RC_OK ? statement_run(statement, cells, ARRAY_LENGTH(cells), NULL) : rc;
}

Rc closed_list(const Plan *plan, Arena *arena, ClosedPeriod **ret_periods, uint32_t *ret_count) {
        Statement *statement;
        ClosedPeriod *periods = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Rc rc = database_named(plan->database, SQL_CLOSED_LIST, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(plan->city) }, 1);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(arena, periods, count, capacity) = (ClosedPeriod){
                        .period = { (int32_t) statement_cell(statement, 0).integer, (int32_t) statement_cell(statement, 1).integer },
                        .at = statement_cell(statement, 2).integer, .actor = str_copy(arena, statement_cell(statement, 3).text),
                        .pack = str_copy(arena, statement_cell(statement, 4).text),
                };
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_periods = periods;
        *ret_count = count;
        return RC_OK;
}

Rc period_close(const Plan *plan, Cycle cycle, Period period, const Change *change, uint64_t *ret_figures) {
        uint64_t figures = 0;
        Period own = period_of(cycle, period.first);
        if (own.first != period.first || own.last != period.last || (int64_t) (period.last + 1) * 86400 > change->at)
                return RC_INVALID;
        bool closed;
        Rc rc = database_begin(plan->database, true);
        if (rc != RC_OK)
                return rc;
        rc = period_is_closed(plan, period, &closed);
        if (rc == RC_OK)
                rc = closed ? RC_CONFLICT : close_in_transaction(plan, cycle, period, change, &figures);
        rc = database_finish(plan->database, rc);
        if (rc == RC_OK)
                *ret_figures = figures;
        return rc;
}

Rc ledger_lines(const Plan *plan, const Indicator *indicator, Period period, Arena *arena, LedgerLine **ret_lines, uint32_t *ret_count) {
        Statement *statement;
        LedgerLine *lines = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Cell cells[] = { cell_text(plan->city), cell_text(indicator->name), cell_integer(period.first), cell_integer(period.last) };
        Rc rc = database_named(plan->database, SQL_FIGURE_LEDGER, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, cells, ARRAY_LENGTH(cells));
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                Cell value = statement_cell(statement, 1);
                *ARENA_PUSH(arena, lines, count, capacity) = (LedgerLine){
                        .at = statement_cell(statement, 0).integer, .value = value.kind == CELL_NULL ? UNKNOWN : value.integer,
                        .undecided = statement_cell(statement, 2).integer, .county = statement_cell(statement, 3).integer,
                        .period = { (int32_t) statement_cell(statement, 4).integer, (int32_t) statement_cell(statement, 5).integer },
                        .source = figure_source_text(figure_source_of(statement_cell(statement, 6).text)),
                        .evidence = str_copy(arena, statement_cell(statement, 7).text),
                        .note = str_copy(arena, statement_cell(statement, 8).text),
                        .actor = str_copy(arena, statement_cell(statement, 9).text),
                };
        }
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_lines = lines;
        *ret_count = count;
        return RC_OK;
}

/* ---- splitting --------------------------------------------------------------------------------------------- */

static Rc check_split(const Plan *plan, uint32_t target, int32_t year, const int64_t *values, Arena *arena, Str *ret_why) {
        const Program *program = plan->model->program;
        const Target *known = &program->targets[target];
        TargetDetail detail;
        int64_t sum = 0;
        Rc rc = target_load(plan, target, date_from_civil(year, 12, 31), arena, &detail);
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; i < detail.county_count; i++)
                if (values[i] != UNKNOWN && (values[i] < 0 || __builtin_add_overflow(sum, values[i], &sum))) {
                        *ret_why = STR("分解数不能是负数，也不能太大。");
                        return RC_INVALID;
                }
        bool more_is_fine = known->requirement != REQUIRE_AT_MOST;
        if (!known->split) {
                *ret_why = STR("文件没有要求把这个目标分解到区县。");
                return RC_INVALID;
        }
        if (detail.state.promise != UNKNOWN && (more_is_fine ? sum >= detail.state.promise : sum <= detail.state.promise))
                return RC_OK;
        Buffer text = buffer_new(4096);
        buffer_add(&text, STR("各区县合计 "));
        value_print(program, program->indicators[known->indicator].type, sum, &text);
        buffer_add(&text, more_is_fine ? STR("，少于目标 ") : STR("，超过目标 "));
        value_print(program, program->indicators[known->indicator].type, detail.state.promise, &text);
        buffer_add(&text, STR("，请再分一分。"));
        *ret_why = str_copy(arena, buffer_str(&text));
        buffer_free(&text);
        return RC_INVALID;
}

Rc target_split(const Plan *plan, uint32_t target, int32_t year, const int64_t *values, const Change *change, Arena *arena, Str *ret_why) {
        const Program *program = plan->model->program;
        Str name = program->targets[target].name;
        Statement *statement;
        if (plan->counties == NONE) {
                *ret_why = STR("这个城市没有写区县，不能分解。");
                return RC_INVALID;
        }
        Rc rc = check_split(plan, target, year, values, arena, ret_why);
        if (rc != RC_OK)
                return rc;
        bool own = !database_in_transaction(plan->database);
        rc = own ? database_begin(plan->database, true) : RC_OK;
        if (rc != RC_OK)
                return rc;
        rc = database_named(plan->database, SQL_SPLIT_FORGET, &statement);
        if (rc == RC_OK)
                rc = statement_run(statement, (Cell[]){ cell_text(plan->city), cell_text(name), cell_integer(year) }, 3, NULL);
        for (uint32_t i = 0; rc == RC_OK && i < program->enumerations[plan->counties].member_count; i++) {
                Cell cells[] = { cell_text(plan->city), cell_text(name), cell_integer(year), cell_integer(i), cell_integer(values[i]),
                                 cell_text(change->actor), cell_integer(change->at) };
                if (values[i] == UNKNOWN)
                        continue;
                rc = database_named(plan->database, SQL_SPLIT_ADD, &statement);
                if (rc == RC_OK)
                        rc = statement_run(statement, cells, ARRAY_LENGTH(cells), NULL);
        }
        return own ? database_finish(plan->database, rc) : rc;
}
