/* What each indicator should come to: a share of what its target promises, so that some are ahead, some slow, some behind. */
#include "insight/demo_inside.h"

#include <stdlib.h>

#define PERMILLE 1000
#define ROWS_MOST 150000            /* of one goal in one window */
#define YEAR_DAYS 366

typedef struct Choice {
        const TargetState *state;        /* of the indicator's target; NULL: nothing is promised */
        int64_t            permille;     /* of the pace (growth: of the growth) */
        const TargetState *growth;
        int64_t            growth_permille;
} Choice;

/* ---- promises -------------------------------------------------------------------------------------------------- */

/* The state of every target on the day, before there is a record. */
static uint32_t list_states(const World *world, const Board *boards, TargetState **ret_states) {
        TargetState *states = ARENA_NEW(world->arena, TargetState, world->program->target_count + 1);
        uint32_t count = 0;
        for (uint32_t i = 0; i < world->program->document_count; i++)
                for (uint32_t j = 0; j < boards[i].state_count && count < world->program->target_count; j++)
                        states[count++] = boards[i].states[j];
        *ret_states = states;
        return count;
}

typedef struct Ranked {
        uint64_t hash;
        uint32_t state;
} Ranked;

static int by_hash(const void *a, const void *b) {
        const Ranked *one = a, *two = b;
        if (one->hash != two->hash)
                return (one->hash > two->hash) - (one->hash < two->hash);
        return (one->state > two->state) - (one->state < two->state);
}

static bool is_ratio(const Program *program, const Indicator *indicator) {
        return indicator->ratio || program->units[indicator->type.unit].percent;
}

/* By turns behind, slow, on the way and ahead, in an order that the seed decides. */
static int64_t share_of_turn(const World *world, const TargetState *state, uint32_t turn, uint64_t hash) {
        static const struct {
                int64_t low, high;
        } flows[] = { { 600, 780 }, { 850, 980 }, { 1010, 1120 }, { 1130, 1250 } },
          ratios[] = { { 780, 930 }, { 955, 990 }, { 1000, 1000 }, { 1010, 1060 } };
        bool ratio = is_ratio(world->program, &world->program->indicators[state->target->indicator]);
        int64_t low = ratio ? ratios[turn % 4].low : flows[turn % 4].low, high = ratio ? ratios[turn % 4].high : flows[turn % 4].high;
        return low + (int64_t) (hash % (uint64_t) (high - low + 1));
}

static Choice *choose_shares(World *world, const TargetState *states, uint32_t count, uint64_t seed) {
        Choice *choices = ARENA_NEW(world->arena, Choice, world->program->indicator_count + 1);
        Ranked *ranked = ARENA_NEW(world->arena, Ranked, count + 1);
        for (uint32_t i = 0; i < count; i++)
                ranked[i] = (Ranked){ demo_hash(seed, states[i].target->name), i };
        qsort(ranked, count, sizeof ranked[0], by_hash);
        for (uint32_t i = 0; i < count; i++) {
                const TargetState *state = &states[ranked[i].state];
                Choice *choice = &choices[state->target->indicator];
                int64_t share = share_of_turn(world, state, i, ranked[i].hash >> 20);
                if (state->target->growth) {
                        choice->growth = state;
                        choice->growth_permille = share;
                } else if (!choice->state) {
                        choice->state = state;
                        choice->permille = share;
                }
        }
        return choices;
}

/* ---- amounts --------------------------------------------------------------------------------------------------- */

static int64_t part(int64_t whole, int64_t above, int64_t below) {
        MUST(below != 0);
        return (int64_t) ((__int128) whole * above / below);
}

/* The seasons of the months from first to last, added up. */
static int64_t seasons(Period period) {
        int64_t sum = 0;
        for (int32_t day = period.first; day <= period.last; day = period_of(CYCLE_MONTH, day).last + 1)
                sum += demo_season(date_to_civil(day).month);
        return sum;
}

static int64_t capped(const Indicator *indicator, int64_t value) {
        bool rows = !indicator->ratio && indicator->measure.kind != MEASURE_SUM;
        return rows && value > ROWS_MOST ? ROWS_MOST : value;
}

/* Without a promise: a few dozen rows, a likely ratio. A sum is given as its rows' worth by goal_meet. */
static int64_t value_unpromised(const World *world, const Indicator *indicator, uint64_t seed) {
        uint64_t hash = demo_hash(seed, indicator->name);
        int64_t one = kernel_power_of_ten(indicator->type.scale);
        if (indicator->ratio)
                return world->program->units[indicator->type.unit].percent ? part(one, 600 + (int64_t) (hash % 350), PERMILLE)
                                                                           : part(one, 2000 + (int64_t) (hash % 2000), PERMILLE);
        if (indicator->measure.kind == MEASURE_SUM)
                return (400 + (int64_t) (hash % 1200)) * one;
        return (40 + (int64_t) (hash % 160)) * one;
}

static int64_t value_promised(const World *world, const Choice *choice) {
        const TargetState *state = choice->state;
        const Indicator *indicator = &world->program->indicators[state->target->indicator];
        int64_t one = kernel_power_of_ten(indicator->type.scale), value;
        if (state->target->requirement == REQUIRE_AT_MOST)
                return state->promise > 0 ? part(state->promise, 2000 - choice->permille, PERMILLE) : 2 * one;
        value = part(state->pace, choice->permille, PERMILLE);
        if (state->target->each_county && world->plan->counties != NONE)
                value = part(state->promise, choice->permille, PERMILLE) * world->program->enumerations[world->plan->counties].member_count;
        if (is_ratio(world->program, indicator) && world->program->units[indicator->type.unit].percent && value > one)
                value = one;
        return value > 0 ? value : one;
}

/* The twelve months before the period. */
static Period year_before(Period period) {
        return (Period){ date_add_months(period.first, -12), period.first - 1 };
}

/* What the whole year before comes to so that the same days of it stand to `value` as the growth says. */
static int64_t value_before(const Choice *choice, Period period, int64_t value, uint64_t hash) {
        Period before = year_before(period), same = period_year_before(period);
        int64_t growth = 1000 + (int64_t) (hash % 160) - 40;     /* thousandths; from -4 % to 12 % */
        if (choice->growth && choice->growth->promise != UNKNOWN)
                growth = 1000 + part(choice->growth->promise, choice->growth_permille, PERMILLE * 1000);
        int64_t then = part(value, PERMILLE, growth);
        if (period.last - period.first > YEAR_DAYS)             /* of several years: as much again as a year of it */
                return part(then, 330, period.last - period.first);
        return part(then, seasons(before), seasons(same));
}

static bool is_dated(const Indicator *indicator) {
        return indicator->measure.dated != NONE;
}

static Goal goal_of(World *world, uint32_t index, const Choice *choice, uint64_t seed) {
        const Indicator *indicator = &world->program->indicators[index];
        const TargetState *state = choice->state ? choice->state : choice->growth;
        Period period = state ? state->period : period_of(CYCLE_YEAR, world->day);
        Goal goal = { .indicator = index, .target = state ? (uint32_t) (state->target - world->program->targets) : NONE };
        if (period.first > world->day)
                return goal;
        period.last = period.last < world->day ? period.last : world->day;
        int64_t value = choice->state && choice->state->promise != UNKNOWN ? value_promised(world, choice)
                                                                           : value_unpromised(world, indicator, seed);
        goal.each_county = state && state->target->each_county;
        if (is_dated(indicator)) {
                Period before = year_before(period);
                uint64_t hash = demo_hash(seed + 1, indicator->name);
                goal.windows[goal.window_count].period = before;
                goal.windows[goal.window_count++].value = indicator->ratio ? part(value, 950, PERMILLE)
                                                                           : capped(indicator, value_before(choice, period, value, hash));
        }
        goal.windows[goal.window_count].period = period;
        goal.windows[goal.window_count++].value = capped(indicator, value);
        return goal;
}

/* ---- order ----------------------------------------------------------------------------------------------------- */

static uint32_t narrowness(const Program *program, uint32_t index, uint32_t depth) {
        const Step *step = &program->steps[index];
        if (depth > 40 || step->entity == ENTITY_NONE)
                return 0;
        if (step->op == OP_FACT)
                return step->type.kind == TYPE_TRUTH ? 4 : 0;
        uint32_t own = step->op == OP_EQUAL ? 4 : step->op == OP_IN_SET ? 3 : op_class(step->op) == CLASS_COMPARE ? 1 : 0;
        const uint32_t operands[] = { step->a, step->b, step->c };
        for (size_t i = 0; i < ARRAY_LENGTH(operands); i++)
                if (operands[i] != NONE)
                        own += narrowness(program, operands[i], depth + 1);
        return own;
}

/* How many links lead up from an entity: what others are tied to is made first. */
static uint32_t height(const Program *program, uint16_t entity, uint32_t depth) {
        uint32_t most = 0;
        for (uint32_t i = 0; depth < 8 && i < program->link_count; i++)
                if (program->links[i].child == entity && program->links[i].one_name.length && program->links[i].parent != entity) {
                        uint32_t above = 1 + height(program, program->links[i].parent, depth + 1);
                        most = above > most ? above : most;
                }
        return most;
}

/* Promised before unpromised; ratios after what they divide; parents first; counts before sums; the narrow before the wide. */
static uint64_t rank(const Program *program, const Goal *goal) {
        const Indicator *indicator = &program->indicators[goal->indicator];
        uint32_t narrow = indicator->measure.where == NONE ? 0 : narrowness(program, indicator->measure.where, 0);
        uint64_t rank = goal->target == NONE;
        rank = rank << 1 | indicator->ratio;
        rank = rank << 4 | height(program, indicator->measure.entity, 0);
        rank = rank << 1 | (indicator->measure.kind == MEASURE_SUM);
        rank = rank << 10 | (1023 - (narrow > 1023 ? 1023 : narrow));
        return rank << 16 | (goal->indicator & 0xffff);
}


void goals_choose(World *world, const Board *boards, Goal **ret_goals, uint32_t *ret_count) {
        const Program *program = world->program;
        uint64_t seed = world->random;
        TargetState *states;
        uint32_t state_count = list_states(world, boards, &states), count = 0;
        const Choice *choices = choose_shares(world, states, state_count, seed);
        Goal *goals = ARENA_NEW(world->arena, Goal, program->indicator_count + 1), *sorted;
        Ranked *ranked = ARENA_NEW(world->arena, Ranked, program->indicator_count + 1);
        for (uint32_t i = 0; i < program->indicator_count; i++) {
                Goal goal = program->indicators[i].source == SOURCE_COMPUTED ? goal_of(world, i, &choices[i], seed) : (Goal){ 0 };
                if (goal.window_count == 0)
                        continue;
                ranked[count] = (Ranked){ rank(program, &goal), count };
                goals[count++] = goal;
        }
        qsort(ranked, count, sizeof ranked[0], by_hash);
        sorted = ARENA_NEW(world->arena, Goal, count + 1);
        for (uint32_t i = 0; i < count; i++)
                sorted[i] = goals[ranked[i].state];
        *ret_goals = sorted;
        *ret_count = count;
}
