/* Makes the rows that a goal wants, on top of those that count for it already. */
#include "insight/demo_inside.h"

#include <stdlib.h>

#define FAILURES_MOST 40            /* in a row, then the goal is given up */
#define SCRATCH ((size_t) 1 << 30)
#define RATIO_ROWS 120              /* below a ratio's line when there are none yet */
#define RATIO_ROWS_LEAST 40
#define MONTHS_MOST 600
#define PASSES 3                    /* amounts by chance add up to about the goal: the rest is made again */

typedef struct Meeting {
        World         *world;
        Arena         *arena;
        const Goal    *goal;
        const Measure *measure;
        Period         period;
        uint32_t       table;
        DemoPool          *pool;
        uint64_t       used_codes;       /* of a count of different codes */
        uint32_t       round;            /* rows asked for: counties by turns */
        uint32_t       spare;            /* an empty row left by a failure, or NONE */
        Period        *months;           /* of the period, clipped to it; a stock has one */
        int64_t       *until;            /* seasons up to the end of each */
        uint32_t       month_count;
} Meeting;

/* ---- what is there --------------------------------------------------------------------------------------------- */

static void ask_about(World *world, Period period) {
        world->first = period.first;
        world->last = period.last;
}

static bool counts(const World *world, const Measure *measure, uint32_t row) {
        return measure->where == NONE || world_value(world, measure->where, row) == TRUTH_YES;
}

static int by_value(const void *a, const void *b) {
        const int64_t *one = a, *two = b;
        return (*one > *two) - (*one < *two);
}

/* The rows that count in the world's period. */
static uint32_t counted_rows(const World *world, const Measure *measure, Arena *arena, uint32_t **ret_rows) {
        uint32_t table = world_table_of(world, measure->entity), count = 0;
        uint32_t *rows = ARENA_NEW(arena, uint32_t, world->tables[table].count + 1);
        for (uint32_t row = 0; row < world->tables[table].count; row++)
                if (counts(world, measure, row))
                        rows[count++] = row;
        *ret_rows = rows;
        return count;
}

static int64_t figure_of(const World *world, const Measure *measure, const uint32_t *rows, uint32_t count, Arena *arena) {
        int64_t sum = 0, *keys = ARENA_NEW(arena, int64_t, count + 1);
        uint32_t known = 0;
        for (uint32_t i = 0; i < count; i++) {
                uint32_t step = measure->kind == MEASURE_SUM ? measure->value : measure->distinct;
                int64_t cell = measure->kind == MEASURE_COUNT ? 1 : world_value(world, step, rows[i]);
                if (cell == UNKNOWN)
                        continue;
                sum += measure->kind == MEASURE_DISTINCT ? 0 : cell;
                keys[known++] = cell;
        }
        if (measure->kind != MEASURE_DISTINCT)
                return sum;
        qsort(keys, known, sizeof keys[0], by_value);
        int64_t different = 0;
        for (uint32_t i = 0; i < known; i++)
                different += i == 0 || keys[i] != keys[i - 1];
        return different;
}

int64_t measure_existing(World *world, const Measure *measure, Period period) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        uint32_t *rows;
        if (world_table_of(world, measure->entity) == NONE)
                return 0;
        ask_about(world, period);
        uint32_t count = counted_rows(world, measure, arena, &rows);
        return figure_of(world, measure, rows, count, arena);
}

/* ---- one row --------------------------------------------------------------------------------------------------- */

/* The parts of the period in which rows fall: its months, by the season; for a stock the whole. */
static void list_months(Meeting *meeting) {
        int64_t sum = 0;
        int32_t last = meeting->period.last;
        meeting->months = ARENA_NEW(meeting->arena, Period, MONTHS_MOST);
        meeting->until = ARENA_NEW(meeting->arena, int64_t, MONTHS_MOST);
        for (int32_t day = meeting->period.first; day <= last && meeting->month_count < MONTHS_MOST; meeting->month_count++) {
                Period month = { day, meeting->measure->dated == NONE ? last : period_of(CYCLE_MONTH, day).last };
                month.last = month.last > last ? last : month.last;
                sum += demo_season(date_to_civil(day).month);
                meeting->months[meeting->month_count] = month;
                meeting->until[meeting->month_count] = sum;
                day = month.last + 1;
        }
}

static Period month_of_row(const Meeting *meeting, uint32_t index, uint32_t total) {
        uint32_t at = 0;
        int64_t wanted = (int64_t) ((__int128) meeting->until[meeting->month_count - 1] * index / total);
        while (at + 1 < meeting->month_count && meeting->until[at] <= wanted)
                at++;
        return meeting->months[at];
}

static int64_t county_of_row(Meeting *meeting) {
        World *world = meeting->world;
        uint32_t counties = world->plan->counties == NONE ? 0 : world->program->enumerations[world->plan->counties].member_count, sum = 0;
        if (counties == 0)
                return -1;
        if (meeting->goal->each_county)
                return meeting->round % counties;
        for (uint32_t i = 0; i < counties; i++)
                sum += demo_weight(i);
        int64_t drawn = world_between(world, 0, sum - 1), county = 0;
        while (drawn >= demo_weight((uint32_t) county))
                drawn -= demo_weight((uint32_t) county++);
        return county;
}

/* A key that no row has yet. */
static void demand_distinct(Meeting *meeting, Demands *demands) {
        const Step *step = &meeting->world->program->steps[meeting->measure->distinct];
        Want want = want_range(0, INT64_MAX);
        if (step->op == OP_FACT && step->type.kind == TYPE_TEXT) {
                int64_t number = (int64_t) ++meeting->world->draws;
                want = want_range(number, number);
        }
        if (step->type.kind == TYPE_CODE)
                want.mask = ~meeting->used_codes;
        demand_add(demands, meeting->measure->distinct, want);
}

static void note_code(Meeting *meeting, uint32_t row) {
        uint32_t step = meeting->measure->kind == MEASURE_DISTINCT ? meeting->measure->distinct : NONE;
        if (step == NONE || meeting->world->program->steps[step].type.kind != TYPE_CODE)
                return;
        int64_t code = world_value(meeting->world, step, row);
        if (code >= 0 && code < 63)
                meeting->used_codes |= (uint64_t) 1 << code;
}

/* An amount need not be met to the last unit. */
static Want about(int64_t value) {
        return want_range(value - value / 50, value + value / 50);
}

/* Makes the row count in the world's period. `value`: what it adds to a sum, UNKNOWN when that is decided later. */
static bool make_count(Meeting *meeting, uint32_t row, int64_t value, bool place) {
        World *world = meeting->world;
        Demands demands = { .count = 0 };
        uint32_t county_step = world->tables[meeting->table].county;
        bool county_is_key = meeting->measure->kind == MEASURE_DISTINCT && county_step != NONE &&
                             world->program->steps[meeting->measure->distinct].type.kind == TYPE_CODE;
        int64_t county = place && county_step != NONE && !county_is_key ? county_of_row(meeting) : -1;
        if (county >= 0)
                demand_add(&demands, county_step, want_range(county, county));
        if (meeting->measure->where != NONE)
                demand_add(&demands, meeting->measure->where, want_truth(true));
        if (meeting->measure->kind == MEASURE_SUM && value != UNKNOWN)
                demand_add(&demands, meeting->measure->value, about(value));
        if (meeting->measure->kind == MEASURE_DISTINCT)
                demand_distinct(meeting, &demands);
        bool done = row_solve(world, meeting->table, row, &demands, meeting->pool);
        if (done)
                note_code(meeting, row);
        world_keep(world);
        return done;
}

static int64_t worth_of_row(Meeting *meeting, int64_t typical) {
        bool amount = meeting->measure->kind == MEASURE_SUM && typical > 0;
        return amount ? (typical * world_between(meeting->world, 60, 140) + 50) / 100 : UNKNOWN;
}

static bool add_row(Meeting *meeting, int64_t typical) {
        World *world = meeting->world;
        uint32_t row = meeting->spare != NONE ? meeting->spare : world_add(world, meeting->table);
        int64_t value = worth_of_row(meeting, typical);
        meeting->spare = NONE;
        meeting->round++;
        if (make_count(meeting, row, value, !meeting->goal->fitting) || make_count(meeting, row, value, false)) {
                row_fill(world, meeting->table, row);
                world_keep(world);
                return true;
        }
        meeting->spare = row;
        return false;
}

/* ---- many rows ------------------------------------------------------------------------------------------------- */

static void add_rows(Meeting *meeting, uint32_t wanted, int64_t typical) {
        uint32_t failures = 0;
        for (uint32_t i = 0; i < wanted && failures < FAILURES_MOST; i++) {
                ask_about(meeting->world, month_of_row(meeting, i, wanted));
                failures = add_row(meeting, typical) ? 0 : failures + 1;
        }
        if (meeting->spare != NONE)      /* nothing is left half made */
                row_fill(meeting->world, meeting->table, meeting->spare);
        meeting->spare = NONE;
}

/* Rows that are there and can be made to count; how many could. */
static uint32_t change_rows(Meeting *meeting, uint32_t wanted, uint32_t tries) {
        World *world = meeting->world;
        uint32_t total = world->tables[meeting->table].count, done = 0;
        if (total == 0 || wanted == 0)
                return 0;
        uint32_t at = (uint32_t) world_between(world, 0, total - 1);
        bool standing = world->tables[meeting->table].standing;
        for (uint32_t i = 0; i < total && i < tries && done < wanted; i++, at = (at + 1) % total) {
                ask_about(world, meeting->period);
                if (counts(world, meeting->measure, at))
                        continue;
                if (standing)
                        ask_about(world, month_of_row(meeting, done, wanted));
                done += make_count(meeting, at, UNKNOWN, false);
        }
        return done;
}

/* ---- sums ------------------------------------------------------------------------------------------------------ */

/* The fact behind what is added up. */
static const Fact *summand(const Program *program, uint32_t index) {
        const Step *step = &program->steps[index];
        while (step->op != OP_FACT && step->a != NONE)
                step = &program->steps[program->steps[step->a].entity == ENTITY_NONE && step->b != NONE ? step->b : step->a];
        return step->op == OP_FACT ? &program->facts[step->aux] : NULL;
}

static bool is_money(const Program *program, const Fact *fact) {
        return fact && str_equal(program->units[fact->type.unit].text, STR("元"));
}

/* The most that one row reasonably adds. */
static int64_t most_of_row(const Program *program, const Measure *measure) {
        const Fact *fact = summand(program, measure->value);
        int64_t one = kernel_power_of_ten(program->steps[measure->value].type.scale), least = 400 * one;
        return fact && fact->high / 20 > least ? fact->high / 20 : least;
}

static int64_t typical_of_row(const Program *program, const Measure *measure, int64_t missing) {
        int64_t one = kernel_power_of_ten(program->steps[measure->value].type.scale), typical = missing / 8000;
        const Fact *fact = summand(program, measure->value);
        if (is_money(program, fact))
                return fact->high / 2 < 150000 * one ? fact->high / 2 : 150000 * one;
        return typical < 3 * one ? 3 * one : typical > most_of_row(program, measure) ? most_of_row(program, measure) : typical;
}

/* Gives the rows that count already, and have no amount yet, their part. */
static void spread(Meeting *meeting, int64_t missing) {
        World *world = meeting->world;
        uint32_t *rows, count, free = 0;
        ask_about(world, meeting->period);
        count = counted_rows(world, meeting->measure, meeting->arena, &rows);
        const Fact *fact = summand(world->program, meeting->measure->value);
        for (uint32_t i = 0; i < count; i++) {
                int64_t value = world_value(world, meeting->measure->value, rows[i]);
                if (value == UNKNOWN || value <= 0 || (fact && value <= fact->low))
                        rows[free++] = rows[i];
        }
        if (free == 0 || missing / free > most_of_row(world->program, meeting->measure))
                return;
        for (uint32_t i = 0; i < free; i++) {
                int64_t mean = missing / (free - i), value = i + 1 == free ? mean : mean * world_between(world, 60, 140) / 100;
                Demands demands = { .count = 0 };
                demand_add(&demands, meeting->measure->value, about(value));
                if (row_solve(world, meeting->table, rows[i], &demands, NULL))
                        missing -= value;
                world_keep(world);
        }
}

/* ---- a measure ------------------------------------------------------------------------------------------------- */

static Meeting meeting_new(World *world, const Goal *goal, const Measure *measure, Period period, Arena *arena) {
        const Step *key = measure->kind == MEASURE_DISTINCT ? &world->program->steps[measure->distinct] : NULL;
        Meeting meeting = { .world = world, .arena = arena, .goal = goal, .measure = measure, .period = period, .spare = NONE,
                            .table = world_table_of(world, measure->entity) };
        meeting.pool = demo_pool_new(world, key && key->op == OP_LINK ? key->aux : NONE, goal->fitting, arena);
        list_months(&meeting);
        return meeting;
}

/* Partners and codes that count already are not taken again. */
static void note_keys(Meeting *meeting) {
        World *world = meeting->world;
        const Measure *measure = meeting->measure;
        uint32_t *rows, count;
        if (measure->kind != MEASURE_DISTINCT)
                return;
        const Step *key = &world->program->steps[measure->distinct];
        ask_about(world, meeting->period);
        count = counted_rows(world, measure, meeting->arena, &rows);
        for (uint32_t i = 0; i < count; i++) {
                int64_t partner = key->op == OP_LINK ? world_value(world, measure->distinct, rows[i]) : UNKNOWN;
                if (partner != UNKNOWN)
                        demo_pool_use(meeting->pool, key->aux, (uint32_t) partner);
                note_code(meeting, rows[i]);
        }
}

static void meet_measure(World *world, const Goal *goal, const Measure *measure, Period period, int64_t value) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        Meeting meeting = meeting_new(world, goal, measure, period, arena);
        int64_t missing = value - measure_existing(world, measure, period), typical = 1;
        if (meeting.table == NONE || missing <= 0)
                return;
        note_keys(&meeting);
        if (measure->kind == MEASURE_SUM) {
                spread(&meeting, missing);
                missing = value - measure_existing(world, measure, period);
                typical = typical_of_row(world->program, measure, value);
        }
        uint32_t rows = missing <= 0 ? 0 : (uint32_t) ((missing + typical / 2) / typical);
        uint32_t total = world->tables[meeting.table].count, done = 0;
        if (measure->kind != MEASURE_SUM && world->tables[meeting.table].standing)
                done = change_rows(&meeting, rows, total);
        else if (measure->kind != MEASURE_SUM && goal->target == NONE && total)
                done = change_rows(&meeting, rows > total / 5 ? rows : total / 5, rows * 4 + total / 2);
        bool of_life = world->tables[meeting.table].standing && measure->dated == NONE && total >= 2000;
        if (of_life)                     /* a city is not made larger for a stock of firms or people */
                return;
        for (uint32_t pass = 0; pass < PASSES && done < rows; pass++) {
                add_rows(&meeting, rows - done, typical);
                missing = value - measure_existing(world, measure, period);
                done = 0;
                rows = missing <= 0 ? 0 : (uint32_t) ((missing + typical / 2) / typical);
        }
}

/* ---- ratios ---------------------------------------------------------------------------------------------------- */

/* The rows under the line have something to add. */
static void give_amounts(Meeting *below, const uint32_t *rows, uint32_t count) {
        World *world = below->world;
        int64_t one = kernel_power_of_ten(world->program->steps[below->measure->value].type.scale);
        for (uint32_t i = 0; i < count; i++) {
                Demands demands = { .count = 0 };
                int64_t value = world_value(world, below->measure->value, rows[i]), wanted = world_between(world, 20, 80) * one;
                if (value != UNKNOWN && value > 0)
                        continue;
                demand_add(&demands, below->measure->value, about(wanted));
                (void) row_solve(world, below->table, rows[i], &demands, NULL);
                world_keep(world);
        }
}

static bool set_amount(Meeting *meeting, uint32_t row, int64_t value) {
        Demands demands = { .count = 0 };
        if (value == UNKNOWN)
                return false;
        demand_add(&demands, meeting->measure->value, about(value));
        bool done = row_solve(meeting->world, meeting->table, row, &demands, NULL);
        world_keep(meeting->world);
        return done;
}

/* Numerator and denominator are amounts of the same rows: in each row they stand to each other as the quotient says. */
static void set_amounts(Meeting *above, Meeting *below, const uint32_t *rows, uint32_t count, int64_t quotient) {
        World *world = above->world;
        const Program *program = world->program;
        int64_t ratio = program->indicators[above->goal->indicator].type.scale, own = program->steps[above->measure->value].type.scale;
        bool amounts = below->measure->kind == MEASURE_SUM;
        int64_t under = amounts ? program->steps[below->measure->value].type.scale : 0, one = kernel_power_of_ten(under);
        for (uint32_t i = 0; i < count; i++) {
                int64_t value = world_value(world, above->measure->value, rows[i]);
                if (amounts && value != UNKNOWN && value > 0) {
                        (void) set_amount(below, rows[i], kernel_multiply_divide(value, 1, quotient, ratio + under - own));
                        continue;
                }
                int64_t base = amounts ? world_between(world, 20, 80) * one : one;
                if (amounts && !set_amount(below, rows[i], base))
                        base = world_value(world, below->measure->value, rows[i]);
                value = base == UNKNOWN ? UNKNOWN : kernel_multiply_divide(quotient, base, 1, own - ratio - under);
                if (value != UNKNOWN && !amounts)
                        value = value * world_between(world, 60, 140) / 100 + world_between(world, 0, 1);
                (void) set_amount(above, rows[i], value);
        }
}

/* Some of the rows under the line also count above it. */
static void lift_rows(Meeting *above, uint32_t *rows, uint32_t count, int64_t quotient) {
        World *world = above->world;
        int64_t one = kernel_power_of_ten(world->program->indicators[above->goal->indicator].type.scale);
        int64_t wanted = (int64_t) ((__int128) count * quotient / one), have = 0;
        for (uint32_t i = 0; i < count; i++) {
                uint32_t other = (uint32_t) world_between(world, i, count - 1), row = rows[other];
                rows[other] = rows[i];
                rows[i] = row;
                have += counts(world, above->measure, row);
        }
        for (uint32_t i = 0; i < count && have < wanted; i++) {
                Demands demands = { .count = 0 };
                if (counts(world, above->measure, rows[i]))
                        continue;
                demand_add(&demands, above->measure->where, want_truth(true));
                have += row_solve(world, above->table, rows[i], &demands, above->pool);
                world_keep(world);
        }
}

static void meet_ratio(World *world, const Goal *goal, Period period, int64_t quotient) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCRATCH);
        const Indicator *indicator = &world->program->indicators[goal->indicator];
        const Measure *measure = &indicator->measure, *divisor = &indicator->divisor;
        Meeting above = meeting_new(world, goal, measure, period, arena), below = meeting_new(world, goal, divisor, period, arena);
        uint32_t *rows, count;
        if (above.table == NONE || below.table == NONE)
                return;
        ask_about(world, period);
        count = counted_rows(world, divisor, arena, &rows);
        if (count < RATIO_ROWS_LEAST) {
                uint32_t wanted = RATIO_ROWS - count, done = 0;
                if (world->tables[below.table].standing)
                        done = change_rows(&below, wanted, UINT32_MAX);
                add_rows(&below, wanted - done, 0);
                ask_about(world, period);
                count = counted_rows(world, divisor, arena, &rows);
        }
        ask_about(world, period);
        bool same = measure->entity == divisor->entity && measure->kind == MEASURE_SUM && measure->where == divisor->where;
        if (divisor->kind == MEASURE_SUM && !same)
                give_amounts(&below, rows, count);
        if (same)
                set_amounts(&above, &below, rows, count, quotient);
        else if (measure->entity == divisor->entity && measure->where != NONE)
                lift_rows(&above, rows, count, quotient);
        else {
                int64_t under = figure_of(world, divisor, rows, count, arena);
                int64_t wanted = kernel_multiply_divide(quotient, under, 1, -(int64_t) indicator->type.scale);
                Goal numerator = *goal;
                numerator.fitting = true;
                if (wanted != UNKNOWN && (goal->target != NONE || measure_existing(world, measure, period) == 0))
                        meet_measure(world, &numerator, measure, period, wanted);
        }
}

void goal_meet(World *world, const Goal *goal) {
        const Indicator *indicator = &world->program->indicators[goal->indicator];
        for (uint32_t i = 0; i < goal->window_count; i++) {
                if (indicator->ratio)
                        meet_ratio(world, goal, goal->windows[i].period, goal->windows[i].value);
                else
                        meet_measure(world, goal, &indicator->measure, goal->windows[i].period, goal->windows[i].value);
        }
}
