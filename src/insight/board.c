/* Targets against figures. The thresholds of the lamps stand in one table. */
#include "insight/insight_inside.h"

#include "program/kernels.h"

#define MILLION 1000000            /* scale 6: shares, progress, growth */
#define RATIO_SCALE 6
#define TREND 12

/* Parts of the pace (scale 6) from which a lamp is green and yellow; for 不超过, up to which. */
static const struct {
        int64_t green, yellow;
} thresholds[2][2] = {
        /* [is a ratio][turned round] */
        { { MILLION, 800000 }, { MILLION, 1100000 } },
        { { MILLION, 950000 }, { MILLION, 1050000 } },
};
#define ABOUT_LOW 900000
#define ABOUT_HIGH 1100000

Str lamp_text(Lamp lamp) {
        static const char *const texts[] = {
                [LAMP_NONE] = "无数据", [LAMP_GREEN] = "正常", [LAMP_YELLOW] = "稍慢", [LAMP_RED] = "落后",
        };
        return str_from(texts[lamp]);
}

/* a × b ÷ 10^6, to the nearest. */
static int64_t part_of(int64_t whole, int64_t share) {
        __int128 product = (__int128) whole * share;
        __int128 half = product < 0 ? -MILLION / 2 : MILLION / 2;
        return (int64_t) ((product + half) / MILLION);
}

/* a ÷ b at scale 6; UNKNOWN over zero or where it does not fit. */
static int64_t quotient(int64_t above, int64_t below) {
        if (above == UNKNOWN || below == UNKNOWN || below == 0)
                return UNKNOWN;
        __int128 value = (__int128) above * MILLION / below;
        return value > INT64_MAX || value <= INT64_MIN ? UNKNOWN : (int64_t) value;
}

/* Whether the value is under (-1), at (0) or over (1) this part of the pace, without rounding. */
static int compare_part(int64_t value, int64_t pace, int64_t part) {
        __int128 scaled = (__int128) value * MILLION, limit = (__int128) pace * part;
        return (scaled > limit) - (scaled < limit);
}

static bool is_ratio(const Program *program, const Indicator *indicator) {
        return indicator->ratio || program->units[indicator->type.unit].percent;
}

/* Whether the promise is approached with time. */
static bool has_pace(const Program *program, const Target *target) {
        const Indicator *indicator = &program->indicators[target->indicator];
        bool dated = indicator->source != SOURCE_COMPUTED || indicator->measure.dated != NONE;
        return dated && !is_ratio(program, indicator) && !target->growth && target->requirement != REQUIRE_AT_MOST;
}

Lamp target_lamp(const Program *program, const Target *target, int64_t value, int64_t promise, int64_t share, int64_t *ret_pace) {
        bool ratio = target->growth || is_ratio(program, &program->indicators[target->indicator]);
        bool turned = target->requirement == REQUIRE_AT_MOST;
        int64_t pace = promise == UNKNOWN ? UNKNOWN : has_pace(program, target) ? part_of(promise, share) : promise;
        if (ret_pace)
                *ret_pace = pace;
        if (value == UNKNOWN || pace == UNKNOWN)
                return LAMP_NONE;
        int64_t green = thresholds[ratio][turned].green, yellow = thresholds[ratio][turned].yellow;
        bool whole = share == MILLION;
        if (target->requirement == REQUIRE_ABOUT && compare_part(value, pace, ABOUT_LOW) >= 0)
                return whole && compare_part(value, pace, ABOUT_HIGH) > 0 ? LAMP_YELLOW : LAMP_GREEN;
        if (turned)
                return compare_part(value, pace, green) <= 0 ? LAMP_GREEN : compare_part(value, pace, yellow) <= 0 ? LAMP_YELLOW : LAMP_RED;
        bool more = target->requirement == REQUIRE_MORE && whole;
        if (target->requirement != REQUIRE_ABOUT && compare_part(value, pace, green) >= more)
                return LAMP_GREEN;
        return compare_part(value, pace, yellow) >= 0 || target->requirement == REQUIRE_STRIVE ? LAMP_YELLOW : LAMP_RED;
}

/* ---- when -------------------------------------------------------------------------------------------------- */

/* The target's own period on a day: the one that holds it, the first before it begins, the last after it ended. */
static Period target_period(const Target *target, int32_t day) {
        static const Cycle cycles[] = {
                [PERIOD_YEARLY] = CYCLE_YEAR, [PERIOD_QUARTERLY] = CYCLE_QUARTER, [PERIOD_MONTHLY] = CYCLE_MONTH,
                        [PERIOD_TERM] = CYCLE_TERM,
                [PERIOD_CUMULATIVE] = CYCLE_NONE, [PERIOD_BY] = CYCLE_NONE, [PERIOD_UNSTATED] = CYCLE_YEAR,
        };
        int32_t inside = day < target->from ? target->from : day > target->to ? target->to : day;
        Cycle cycle = cycles[target->period];
        return cycle == CYCLE_NONE ? (Period){ target->from, target->to } : period_of(cycle, inside);
}

/* The last twelve months up to the day, or fewer when the period began later; the first of them reaches back to the period's
 * start and the last one may be short. */
static Period *months_to(Period period, int32_t day, Arena *arena, uint32_t *ret_count) {
        int32_t last = day < period.last ? day : period.last;
        Period *months = ARENA_NEW(arena, Period, TREND);
        uint32_t count = 0;
        int32_t first = period_of(CYCLE_MONTH, date_add_months(last, 1 - TREND)).first;
        for (first = first > period.first ? first : period.first; count == 0 || first <= last; count++) {
                Period month = period_of(CYCLE_MONTH, first);
                months[count] = (Period){ count == 0 ? period.first : first, month.last < last ? month.last : last };
                first = month.last + 1;
        }
        *ret_count = count;
        return months;
}

/* The part of the period that has passed, scale 6. */
static int64_t share_of(Period period, int32_t day) {
        int32_t last = day < period.last ? day : period.last;
        int64_t passed = last < period.first ? 0 : last - period.first + 1;
        return passed * MILLION / (period.last - period.first + 1);
}

/* The day whose pace a figure is held against. */
static int32_t judged_day(const Plan *plan, const Indicator *indicator, const Figure *figure, int32_t day) {
        if (indicator->source == SOURCE_COMPUTED || figure->through == 0 || figure->through >= day)
                return day;
        Period ended = period_before(indicator->cycle, period_of(indicator->cycle, day));
        bool overdue = report_due(plan, ended) < day;
        return overdue && ended.last > figure->through ? ended.last : figure->through;
}

/* ---- what was promised ------------------------------------------------------------------------------------- */

/* Steps that belong to no row, on a day. */
static const Frame *run_level(const Program *program, int32_t day, Arena *arena) {
        uint32_t *none = ARENA_NEW(arena, uint32_t, program->entity_count);
        const Population *nobody = population_new(arena, program, none);
        Frame *frame = frame_new(arena, program, nobody);
        scalar_evaluate(&(Run){ .program = program, .base_date = day, .apply_date = day }, frame);
        return frame;
}

static int64_t at_scale(int64_t value, uint8_t from, uint8_t to) {
        if (value == UNKNOWN || from == to)
                return value;
        return from < to ? value * kernel_power_of_ten(to - from) : value / kernel_power_of_ten(from - to);
}

static int64_t promise_of(const Program *program, const Frame *frame, const Target *target) {
        const Step *step = &program->steps[target->value];
        uint8_t scale = target->growth ? RATIO_SCALE : program->indicators[target->indicator].type.scale;
        return at_scale(frame_cell(frame, target->value, 0), step->type.scale, scale);
}

/* The split promise of each county, UNKNOWN where there is none. */
static Rc split_of(const Plan *plan, const Target *target, int32_t year, uint32_t counties, Arena *arena, int64_t **ret_values) {
        Statement *statement;
        bool row = false;
        int64_t *values = ARENA_NEW(arena, int64_t, counties + 1);
        for (uint32_t i = 0; i < counties; i++)
                values[i] = UNKNOWN;
        Rc rc = database_named(plan->database, SQL_SPLIT_LIST, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(plan->city), cell_text(target->name), cell_integer(year) }, 3);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                int64_t county = statement_cell(statement, 0).integer;
                if (county >= 0 && county < counties)
                        values[county] = statement_cell(statement, 1).integer;
        }
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_values = values;
        return RC_OK;
}

/* ---- one target -------------------------------------------------------------------------------------------- */

typedef struct Judge {
        const Plan  *plan;
        const Frame *frame;
        int32_t      day;
        int64_t      county;             /* -1: the whole city */
        bool         all;                /* the counties too, whatever the target */
        Arena       *arena;
} Judge;

static void judge_counties(const Judge *judge, TargetState *state, const Series *series, int64_t share) {
        const Program *program = judge->plan->model->program;
        for (int64_t county = 0; county < series->county_count; county++) {
                const Figure *figure = series_at(series, series->period_count - 1, county);
                state->counties_reached += target_lamp(program, state->target, figure->value, state->promise, share, NULL) == LAMP_GREEN;
        }
        uint32_t reached = state->counties_reached, all = series->county_count;
        state->progress = quotient(reached, all);
        state->lamp = all == 0 ? LAMP_NONE : reached == all ? LAMP_GREEN : reached * 5 >= all * 4 ? LAMP_YELLOW : LAMP_RED;
}

/* Value and growth up to the day; the series is left for the trend and the counties. */
static Rc measure_target(const Judge *judge, TargetState *state, Series *ret_series) {
        const Program *program = judge->plan->model->program;
        const Indicator *indicator = &program->indicators[state->target->indicator];
        uint32_t count;
        Series before;
        Period *months = months_to(state->period, judge->day, judge->arena, &count);
        bool all = judge->all || (state->target->each_county && judge->county < 0);
        Rc rc = series_load_part(judge->plan, indicator, months, count, all ? SERIES_ALL : judge->county, judge->arena, ret_series);
        if (rc != RC_OK)
                return rc;
        state->figure = *series_at(ret_series, count - 1, judge->county);
        Period *earlier = ARENA_NEW(judge->arena, Period, 1);
        *earlier = period_year_before((Period){ months[0].first, months[count - 1].last });
        rc = series_load_part(judge->plan, indicator, earlier, 1, judge->county, judge->arena, &before);
        if (rc != RC_OK)
                return rc;
        int64_t then = series_at(&before, 0, judge->county)->value;
        state->growth = UNKNOWN;
        if (then != UNKNOWN && then > 0 && state->figure.value != UNKNOWN)
                state->growth = quotient(state->figure.value - then, then);
        return RC_OK;
}

static void keep_trend(const Judge *judge, TargetState *state, const Series *series) {
        state->trend = ARENA_NEW(judge->arena, Figure, TREND);
        for (uint32_t i = 0; i < series->period_count; i++)
                state->trend[state->trend_count++] = *series_at(series, i, judge->county);
}

static Rc judge_target(const Judge *judge, const Target *target, TargetState *state, Series *ret_series) {
        const Program *program = judge->plan->model->program;
        *state = (TargetState){ .target = target, .period = target_period(target, judge->day),
                                 .growth = UNKNOWN, .progress = UNKNOWN, .pace = UNKNOWN };
        state->promise = promise_of(program, judge->frame, target);
        state->judged = judge->day;
        Rc rc = RC_OK;
        if (judge->county >= 0) {
                int64_t *split;
                uint32_t counties = program->enumerations[judge->plan->counties].member_count;
                rc = split_of(judge->plan, target, date_to_civil(state->period.last).year, counties, judge->arena, &split);
                if (rc == RC_OK && !target->each_county && !is_ratio(program, &program->indicators[target->indicator]) && !target->growth)
                        state->promise = split[judge->county];
        }
        if (rc == RC_OK)
                rc = measure_target(judge, state, ret_series);
        if (rc != RC_OK)
                return rc;
        if (judge->day < state->period.first) {         /* it has not begun: nothing to judge yet */
                state->figure = (Figure){ .value = UNKNOWN };
                return RC_OK;
        }
        state->judged = judged_day(judge->plan, &program->indicators[target->indicator], &state->figure, judge->day);
        int64_t share = share_of(state->period, state->judged);
        int64_t value = target->growth ? state->growth : state->figure.value;
        state->lamp = target_lamp(program, target, value, state->promise, share, &state->pace);
        state->progress = quotient(value, state->promise);
        if (target->each_county && judge->county < 0)
                judge_counties(judge, state, ret_series, share);
        keep_trend(judge, state, ret_series);
        return RC_OK;
}

/* ---- the board --------------------------------------------------------------------------------------------- */

static bool is_shown(const Program *program, const Target *target, uint32_t document, int32_t day) {
        uint32_t own = program->clauses[target->clause].document;
        if (document != NONE)
                return own == document;
        const Document *known = own < program->document_count ? &program->documents[own] : NULL;
        return !known || (known->from <= day && day <= known->to);
}

static void trend_months(int32_t day, Period *months) {
        months[TREND - 1] = period_of(CYCLE_MONTH, day);
        for (uint32_t i = TREND - 1; i-- > 0;)
                months[i] = period_before(CYCLE_MONTH, months[i + 1]);
        months[TREND - 1].last = day;
}

Rc board_load(const Plan *plan, uint32_t document, int32_t day, int64_t county, Arena *arena, Board *ret_board) {
        const Program *program = plan->model->program;
        Board board = { .day = day, .states = ARENA_NEW(arena, TargetState, program->target_count) };
        Judge judge = { .plan = plan, .frame = run_level(program, day, arena), .day = day, .county = county, .arena = arena };
        Rc rc = RC_OK;
        MUST(county < 0 || plan->counties != NONE);
        trend_months(day, board.trend_periods);
        for (uint32_t i = 0; rc == RC_OK && i < program->target_count; i++) {
                Series series;
                TargetState *state = &board.states[board.state_count];
                if (!is_shown(program, &program->targets[i], document, day))
                        continue;
                rc = judge_target(&judge, &program->targets[i], state, &series);
                board.state_count += rc == RC_OK;
                board.lamps[state->lamp] += rc == RC_OK;
        }
        if (rc == RC_OK)
                *ret_board = board;
        return rc;
}

Rc target_load(const Plan *plan, uint32_t target, int32_t day, Arena *arena, TargetDetail *ret_detail) {
        const Program *program = plan->model->program;
        const Target *known = &program->targets[target];
        Judge judge = { .plan = plan, .frame = run_level(program, day, arena), .day = day, .county = -1, .all = true, .arena = arena };
        TargetDetail detail = { .split_sum = UNKNOWN };
        Series series;
        int64_t *split;
        Rc rc = judge_target(&judge, known, &detail.state, &series);
        if (rc == RC_OK)
                rc = split_of(plan, known, date_to_civil(detail.state.period.last).year, series.county_count, arena, &split);
        if (rc != RC_OK)
                return rc;
        detail.counties = ARENA_NEW(arena, TargetCounty, series.county_count);
        int64_t share = share_of(detail.state.period, detail.state.judged);
        for (uint32_t i = 0; i < series.county_count; i++) {
                TargetCounty *county = &detail.counties[detail.county_count++];
                *county = (TargetCounty){ .county = i, .figure = *series_at(&series, series.period_count - 1, i), .promise = split[i] };
                if (known->each_county || is_ratio(program, &program->indicators[known->indicator]))
                        county->promise = detail.state.promise;
                county->lamp = known->growth ? LAMP_NONE : target_lamp(program, known, county->figure.value, county->promise, share, NULL);
                if (split[i] != UNKNOWN)
                        detail.split_sum = (detail.split_sum == UNKNOWN ? 0 : detail.split_sum) + split[i];
        }
        Period *months = ARENA_NEW(arena, Period, TREND + 1);
        for (uint32_t i = TREND + 1; i-- > 0;)
                months[i] = i == TREND ? period_of(CYCLE_MONTH, day) : period_before(CYCLE_MONTH, months[i + 1]);
        rc = series_load(plan, &program->indicators[known->indicator], months, TREND + 1, arena, &detail.months);
        if (rc == RC_OK)
                *ret_detail = detail;
        return rc;
}
