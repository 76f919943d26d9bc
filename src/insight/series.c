/* Figures by period and county. A series is made in layers: what is counted from records or added up from reports, and over
 * it what a closed period or a correction says. */
#include "insight/insight_inside.h"

#include "base/map.h"
#include "engine/distinct.h"

#define STATEMENT_MAX (4u << 20)

static const struct {
        const char *word, *text;
} sources[] = {
        [FIGURE_NONE] = { "", "无数据" },
        [FIGURE_COMPUTED] = { "computed", "计算" },
        [FIGURE_REPORTED] = { "reported", "填报" },
        [FIGURE_IMPORTED] = { "imported", "导入" },
        [FIGURE_CLOSED] = { "closed", "已结账" },
        [FIGURE_FOLLOWED] = { "followed", "随区县更正" },
        [FIGURE_CORRECTED] = { "corrected", "更正" },
};

Str figure_source_text(FigureSource source) {
        return str_from(sources[source].text);
}

Str figure_source_word(FigureSource source) {
        return str_from(sources[source].word);
}

FigureSource figure_source_of(Str word) {
        for (FigureSource source = FIGURE_COMPUTED; source <= FIGURE_CORRECTED; source++)
                if (str_equal(word, str_from(sources[source].word)))
                        return source;
        return FIGURE_NONE;
}

Plan plan_new(Database *database, const Model *model, Str city, Str pack_hash) {
        const Program *program = model->program;
        Plan plan = { .database = database, .model = model, .city = city, .pack_hash = pack_hash, .counties = NONE };
        for (uint32_t i = 0; plan.counties == NONE && i < program->entity_count; i++)
                if (program->entities[i].county != NONE)
                        plan.counties = program->steps[program->entities[i].county].type.of;
        return plan;
}

Str plan_county(const Plan *plan, int64_t county) {
        if (county < 0 || plan->counties == NONE)
                return STR("全市");
        const Enumeration *counties = &plan->model->program->enumerations[plan->counties];
        return county < counties->member_count ? counties->members[county] : STR("？");
}

Rc plan_setting(const Plan *plan, Str name, Arena *arena, Str *ret_value) {
        Statement *statement;
        Cell value;
        Rc rc = database_named(plan->database, SQL_SETTING_GET, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(plan->city), cell_text(name) }, 2, arena, &value);
        if (rc == RC_OK || rc == RC_MISSING)
                *ret_value = rc == RC_OK ? value.text : (Str){ 0 };
        return rc == RC_MISSING ? RC_OK : rc;
}

bool indicator_adds_up(const Program *program, const Indicator *indicator) {
        if (indicator->source == SOURCE_COMPUTED)
                return !indicator->ratio && indicator->measure.dated != NONE;
        return !program->units[indicator->type.unit].percent;
}

/* ---- the ledger -------------------------------------------------------------------------------------------- */

Rc figure_lines(const Plan *plan, const Indicator *indicator, Period within, Arena *arena, FigureLine **ret_lines, uint32_t *ret_count) {
        Statement *statement;
        FigureLine *lines = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Cell cells[] = { cell_text(plan->city), cell_text(indicator->name), cell_integer(within.first), cell_integer(within.last) };
        Rc rc = database_named(plan->database, SQL_FIGURE_LINES, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, cells, ARRAY_LENGTH(cells));
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                Cell value = statement_cell(statement, 3);
                *ARENA_PUSH(arena, lines, count, capacity) = (FigureLine){
                        .period = { (int32_t) statement_cell(statement, 0).integer, (int32_t) statement_cell(statement, 1).integer },
                        .county = statement_cell(statement, 2).integer, .value = value.kind == CELL_NULL ? UNKNOWN : value.integer,
                        .undecided = statement_cell(statement, 4).integer, .source = figure_source_of(statement_cell(statement, 5).text),
                        .at = statement_cell(statement, 6).integer,
                };
        }
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_lines = lines;
        *ret_count = count;
        return RC_OK;
}

static Figure *figure_at(const Series *series, uint32_t period, int64_t county) {
        return &series->figures[period * (series->county_count + 1) + (uint32_t) (county + 1)];
}

static bool has_county(const Series *series, int64_t county) {
        return county >= -1 && county < series->county_count;
}

/* Whether a line says something new about the same days and county as an earlier one. */
static bool is_superseded(const FigureLine *lines, uint32_t count, uint32_t at) {
        for (uint32_t i = at + 1; i < count; i++)
                if (lines[i].period.first == lines[at].period.first && lines[i].period.last == lines[at].period.last &&
                    lines[i].county == lines[at].county)
                        return true;
        return false;
}

static void put_line(Figure *figure, const FigureLine *line, bool adds_up) {
        bool first = figure->source == FIGURE_NONE || figure->value == UNKNOWN;
        int64_t sum = first ? line->value : figure->value;
        if (!first && line->value != UNKNOWN && adds_up && __builtin_add_overflow(sum, line->value, &sum))
                sum = UNKNOWN;
        figure->value = first || adds_up ? sum : line->value;
        figure->undecided = adds_up ? figure->undecided + line->undecided : line->undecided;
        figure->source = line->source;
        figure->through = line->period.last > figure->through ? line->period.last : figure->through;
}

/* Whether the whole city has a line of its own about the same days. */
static bool has_city_line(const FigureLine *lines, uint32_t count, Period period) {
        for (uint32_t i = 0; i < count; i++)
                if (lines[i].county == -1 && lines[i].period.first == period.first && lines[i].period.last == period.last)
                        return true;
        return false;
}

/* Reports that lie within each of the series' spans (from `first`, or each period by itself): added up, or the latest. The
 * lines come ordered by their last day. What only counties report, the city has as their sum. */
static void put_reports(const Plan *plan, const Series *series, bool cumulative, const FigureLine *lines, uint32_t count) {
        bool adds_up = indicator_adds_up(plan->model->program, series->indicator);
        for (uint32_t i = 0; i < count; i++) {
                if (is_superseded(lines, count, i) || !has_county(series, lines[i].county))
                        continue;
                bool sums = adds_up && lines[i].county >= 0 && !has_city_line(lines, count, lines[i].period);
                for (uint32_t period = 0; period < series->period_count; period++) {
                        int32_t first = series->periods[cumulative ? 0 : period].first, last = series->periods[period].last;
                        if (lines[i].period.first < first || lines[i].period.last > last)
                                continue;
                        put_line(figure_at(series, period, lines[i].county), &lines[i], adds_up);
                        if (sums)
                                put_line(figure_at(series, period, -1), &lines[i], true);
                }
        }
}

/* What a closed period or a correction says stands over everything else. */
static void put_closed(const Series *series, bool cumulative, const FigureLine *lines, uint32_t count) {
        for (uint32_t i = 0; i < count; i++) {
                if (lines[i].source < FIGURE_CLOSED)
                        continue;
                for (uint32_t period = 0; period < series->period_count && has_county(series, lines[i].county); period++)
                        if (lines[i].period.first == series->periods[cumulative ? 0 : period].first &&
                            lines[i].period.last == series->periods[period].last)
                                *figure_at(series, period, lines[i].county) = (Figure){
                                        .value = lines[i].value, .undecided = lines[i].undecided, .source = lines[i].source };
        }
}

/* ---- counting ---------------------------------------------------------------------------------------------- */

typedef struct Counter {
        const Plan   *plan;
        const Series *series;
        bool          cumulative;
        int64_t       county;            /* that one alone; -1: the whole city alone; SERIES_ALL */
        Arena        *arena;
} Counter;

/* What a measure comes to: values[period * (county_count + 1) + county + 1]. */
typedef struct Tally {
        const Measure *measure;
        bool           adds_up;          /* months add up to their span */
        bool           by_county;
        int64_t       *values, *undecided;
        Distinct        *keys;             /* where different keys are counted */
        Map           *texts;            /* keys that are texts, numbered */
} Tally;

static int32_t first_day(const Series *series) {
        return series->periods[0].first;
}

static int32_t last_day(const Series *series) {
        return series->periods[series->period_count - 1].last;
}

static Rc measure_text(const Counter *counter, const Tally *tally, Str *ret_sql) {
        Diagnostics diagnostics;
        const Series *series = counter->series;
        MeasureSql options = {
                .dialect = database_kind(counter->plan->database) == DATABASE_SQLITE ? SQL_SQLITE : SQL_POSTGRES,
                .from = first_day(series), .to = last_day(series), .by_county = tally->by_county,
                .one_county = tally->by_county && counter->county >= 0,
        };
        Buffer sql = buffer_new(STATEMENT_MAX);
        diagnostics_init(&diagnostics, counter->arena);
        buffer_add(&sql, STR("WITH period(number, first_day, last_day) AS (VALUES "));
        /* what adds up is counted by month and added up here; anything else is asked for the whole span */
        bool whole = counter->cumulative && !tally->adds_up;
        for (uint32_t i = 0; i < series->period_count; i++)
                buffer_format(&sql, "%s(%u, %d, %d)", i ? ", " : "", i, series->periods[whole ? 0 : i].first, series->periods[i].last);
        buffer_add(&sql, STR(") "));
        Rc rc = measure_sql(counter->plan->model->program, tally->measure, &options, counter->arena, &sql, &diagnostics);
        if (rc == RC_OK)
                *ret_sql = str_copy(counter->arena, buffer_str(&sql));
        buffer_free(&sql);
        return rc;
}

/* A key as a number: texts get one in the order in which they are met. */
static int64_t key_number(const Counter *counter, Tally *tally, Cell key) {
        uint32_t number;
        if (key.kind == CELL_INTEGER)
                return key.integer;
        if (!map_get(tally->texts, key.text, &number)) {
                number = map_count(tally->texts);
                map_set(tally->texts, str_copy(counter->arena, key.text), number);
        }
        return number;
}

/* A key counts once in the city, once in each county: in each period by itself, or in the first it is met in. */
static void tally_key(const Counter *counter, Tally *tally, uint32_t period, uint32_t place, int64_t key) {
        uint32_t width = counter->series->county_count + 1;
        bool once = counter->cumulative && tally->adds_up;
        uint32_t before = once ? distinct_meet(tally->keys, key, place, period)
                               : distinct_meet(tally->keys, key, period * width + place, period);
        if (before != NONE && before <= period)
                return;
        tally->values[period * width + place]++;
        if (before != NONE)
                tally->values[before * width + place]--;
}

/* Takes a row of the statement: a figure, or a key that is to be counted. */
static void tally_row(const Counter *counter, Tally *tally, const Statement *statement) {
        const Series *series = counter->series;
        int64_t period = statement_cell(statement, 0).integer, county = statement_cell(statement, 1).integer;
        int64_t fourth = statement_cell(statement, 3).integer;
        MUST(period >= 0 && period < series->period_count);
        /* a code this pack does not have is no county */
        const uint32_t places[] = { 0, county >= 0 && county < series->county_count ? (uint32_t) county + 1 : 0 };
        for (uint32_t i = 0; i < (places[1] && tally->by_county ? 2 : 1); i++) {
                uint32_t at = (uint32_t) period * (series->county_count + 1) + places[i];
                if (!tally->keys) {
                        tally->values[at] += statement_cell(statement, 2).integer;
                        tally->undecided[at] += fourth;
                } else if (fourth) {
                        tally_key(counter, tally, (uint32_t) period, places[i], key_number(counter, tally, statement_cell(statement, 2)));
                } else {
                        tally->undecided[at]++;
                }
        }
}

static Rc run_statement(const Counter *counter, Tally *tally) {
        Str sql;
        Statement *statement;
        bool row = false;
        Cell cells[] = { cell_text(counter->plan->city), cell_integer(counter->county) };
        Rc rc = measure_text(counter, tally, &sql);
        if (rc == RC_OK)
                rc = database_prepare(counter->plan->database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, cells, tally->by_county && counter->county >= 0 ? 2 : 1);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                tally_row(counter, tally, statement);
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

/* From each period by itself to the sum since the first. */
static void accumulate(const Series *series, int64_t *values) {
        uint32_t width = series->county_count + 1;
        for (uint32_t i = width; i < series->period_count * width; i++)
                values[i] += values[i - width];
}

static Rc count_measure(const Counter *counter, const Measure *measure, int64_t *values, int64_t *undecided) {
        const Program *program = counter->plan->model->program;
        const Series *series = counter->series;
        Distinct *keys CLEAN(distinct_cleanup) = measure->kind == MEASURE_DISTINCT ? distinct_new() : NULL;
        Tally tally = {
                .measure = measure, .values = values, .undecided = undecided, .keys = keys, .texts = map_new(counter->arena),
                .adds_up = measure_adds_up(program, measure, first_day(series), last_day(series), counter->arena),
                .by_county = series->indicator->by_county && counter->county != -1 && program->entities[measure->entity].county != NONE,
        };
        if (counter->county >= 0 && !tally.by_county)
                return RC_OK;            /* nothing is known of a county */
        Rc rc = run_statement(counter, &tally);
        if (rc == RC_OK && counter->cumulative && tally.adds_up) {
                accumulate(series, values);
                accumulate(series, undecided);
        }
        return rc;
}

/* Whether a figure was asked for: the city, or counties of what is counted by county. */
static bool is_wanted(const Counter *counter, uint32_t place) {
        if (place == 0)
                return counter->county < 0;
        bool all = counter->county == SERIES_ALL;
        return counter->series->indicator->by_county && (all || counter->county == (int64_t) place - 1);
}

static Rc count_series(const Counter *counter) {
        const Program *program = counter->plan->model->program;
        const Series *series = counter->series;
        const Indicator *indicator = series->indicator;
        uint32_t cells = series->period_count * (series->county_count + 1);
        int64_t *above = ARENA_NEW(counter->arena, int64_t, cells), *below = ARENA_NEW(counter->arena, int64_t, cells);
        int64_t *undecided = ARENA_NEW(counter->arena, int64_t, cells);
        Rc rc = count_measure(counter, &indicator->measure, above, undecided);
        if (rc == RC_OK && indicator->ratio)
                rc = count_measure(counter, &indicator->divisor, below, undecided);
        for (uint32_t i = 0; rc == RC_OK && i < cells; i++) {
                Figure figure = { .value = above[i], .undecided = undecided[i], .source = FIGURE_COMPUTED };
                if (indicator->ratio) {
                        figure.value = indicator_quotient(program, indicator, above[i], below[i]);
                        figure.numerator = above[i];
                        figure.denominator = below[i];
                }
                if (is_wanted(counter, i % (series->county_count + 1)))
                        series->figures[i] = figure;
        }
        return rc;
}

static void add_measure(Buffer *key, const Measure *measure) {
        buffer_format(key, " %d %u %u %u %u %u %u", measure->kind, measure->entity, measure->where, measure->dated, measure->rest,
                      measure->value, measure->distinct);
}

/* Everything that decides what is counted, besides the records: not the indicator's name, because two may count the same. */
static Str counter_key(const Counter *counter, int64_t county) {
        const Plan *plan = counter->plan;
        const Series *series = counter->series;
        const Indicator *indicator = series->indicator;
        Buffer key CLEAN(buffer_free) = buffer_new(STATEMENT_MAX);
        buffer_format(&key, "%.*s %.*s %p %d %lld %d", STR_ARG(plan->pack_hash), STR_ARG(plan->city), (const void *) plan->model->program,
                      counter->cumulative, (long long) county, indicator->by_county);
        add_measure(&key, &indicator->measure);
        if (indicator->ratio) {
                buffer_format(&key, " / %u", indicator->type.scale);
                add_measure(&key, &indicator->divisor);
        }
        for (uint32_t i = 0; i < series->period_count; i++)
                buffer_format(&key, " %d %d", series->periods[i].first, series->periods[i].last);
        return str_copy(counter->arena, buffer_str(&key));
}

static const bool *reads_of(const Counter *counter) {
        const Program *program = counter->plan->model->program;
        const Indicator *indicator = counter->series->indicator;
        bool *reads = ARENA_NEW(counter->arena, bool, program->entity_count + 1);
        measure_reads(program, &indicator->measure, counter->arena, reads);
        if (indicator->ratio)
                measure_reads(program, &indicator->divisor, counter->arena, reads);
        return reads;
}

/* Counted now, or earlier when nothing has changed since. */
static Rc count_or_recall(const Counter *counter) {
        const Plan *plan = counter->plan;
        Figure *figures = counter->series->figures;
        uint32_t cells = counter->series->period_count * (counter->series->county_count + 1);
        Str key = counter_key(counter, counter->county);
        bool found;
        Rc rc = figures_recall(plan, key, cells, counter->arena, figures, &found);
        if (rc == RC_OK && !found && counter->county != SERIES_ALL)
                rc = figures_recall(plan, counter_key(counter, SERIES_ALL), cells, counter->arena, figures, &found);
        if (rc != RC_OK || found)
                return rc;
        rc = count_series(counter);
        if (rc == RC_OK)
                figures_keep(plan, key, reads_of(counter), cells, figures);
        return rc;
}

/* ---- both together ----------------------------------------------------------------------------------------- */

static Rc load(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, bool cumulative, int64_t county,
               Arena *arena, Series *ret_series) {
        const Program *program = plan->model->program;
        uint32_t counties = plan->counties == NONE ? 0 : program->enumerations[plan->counties].member_count;
        Series series = {
                .indicator = indicator, .periods = periods, .period_count = count, .county_count = counties,
                .figures = ARENA_NEW(arena, Figure, (size_t) count * (counties + 1)),
        };
        for (uint32_t i = 0; i < count * (counties + 1); i++)
                series.figures[i].value = UNKNOWN;
        MUST(count > 0);
        FigureLine *lines;
        uint32_t line_count;
        Period within = { periods[0].first, periods[count - 1].last };
        Rc rc = figure_lines(plan, indicator, within, arena, &lines, &line_count);
        if (rc == RC_OK && indicator->source == SOURCE_COMPUTED)
                rc = count_or_recall(&(Counter){
                        .plan = plan, .series = &series, .cumulative = cumulative, .county = county, .arena = arena });
        if (rc != RC_OK)
                return rc;
        if (indicator->source != SOURCE_COMPUTED)
                put_reports(plan, &series, cumulative, lines, line_count);
        put_closed(&series, cumulative, lines, line_count);
        *ret_series = series;
        return RC_OK;
}

Rc series_load(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, Arena *arena, Series *ret_series) {
        return load(plan, indicator, periods, count, false, SERIES_ALL, arena, ret_series);
}

Rc series_load_cumulative(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, Arena *arena,
                          Series *ret_series) {
        return load(plan, indicator, periods, count, true, SERIES_ALL, arena, ret_series);
}

Rc series_load_part(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, int64_t county, Arena *arena,
                    Series *ret_series) {
        return load(plan, indicator, periods, count, true, county, arena, ret_series);
}

Rc indicator_rows(const Plan *plan, const Measure *measure, const RowsWanted *wanted, Arena *arena, int64_t **ret_ids,
                  uint32_t *ret_count) {
        Period period = wanted->period;
        Diagnostics diagnostics;
        Statement *statement;
        int64_t *ids = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Buffer sql = buffer_new(STATEMENT_MAX);
        MeasureSql options = {
                .dialect = database_kind(plan->database) == DATABASE_SQLITE ? SQL_SQLITE : SQL_POSTGRES,
                .from = period.first, .to = period.last, .rows = true,
        };
        diagnostics_init(&diagnostics, arena);
        buffer_format(&sql, "WITH period(number, first_day, last_day) AS (VALUES (0, %d, %d)) ", period.first, period.last);
        Rc rc = measure_sql(plan->model->program, measure, &options, arena, &sql, &diagnostics);
        if (rc == RC_OK)
                rc = database_prepare(plan->database, str_copy(arena, buffer_str(&sql)), &statement);
        buffer_free(&sql);
        Cell cells[] = {
                cell_text(plan->city), cell_integer(wanted->limit), cell_integer(wanted->offset), cell_integer(wanted->county),
        };
        if (rc == RC_OK)
                rc = statement_start(statement, cells, ARRAY_LENGTH(cells));
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(arena, ids, count, capacity) = statement_cell(statement, 0).integer;
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_ids = ids;
        *ret_count = count;
        return RC_OK;
}
