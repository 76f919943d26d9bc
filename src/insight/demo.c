/* A demonstration from pack to database: people first, then goal after goal, then what is reported, split and ordered. */
#include "insight/demo_inside.h"

#define WORLD_ARENA ((size_t) 8 << 30)
#define NEAR 30                         /* within a thirtieth of what was chosen is as chosen */

/* What an indicator came to: of a target what its board says, which counts by the statements of the database; else what the rows
 * say. */
static int64_t reached_of(World *world, const Goal *goal, const Board *boards) {
        const Indicator *indicator = &world->program->indicators[goal->indicator];
        Period period = goal->windows[goal->window_count - 1].period;
        for (uint32_t i = 0; goal->target != NONE && i < world->program->document_count; i++)
                for (uint32_t j = 0; j < boards[i].state_count; j++)
                        if (boards[i].states[j].target == &world->program->targets[goal->target])
                                return boards[i].states[j].figure.value;
        int64_t reached = measure_existing(world, &indicator->measure, period);
        if (!indicator->ratio)
                return reached;
        return indicator_quotient(world->program, indicator, reached, measure_existing(world, &indicator->divisor, period));
}

/* A figure above what was asked for is no shortfall: rows of one goal count for another. Without a promise any figure will do. */
static void note_shortfalls(World *world, const Goal *goals, uint32_t count, const Board *boards, Arena *arena, DemoResult *result) {
        uint32_t capacity = 0;
        for (uint32_t i = 0; i < count; i++) {
                int64_t wanted = goals[i].windows[goals[i].window_count - 1].value, reached = reached_of(world, &goals[i], boards);
                bool missed = goals[i].target == NONE ? reached == 0 : reached < wanted - wanted / NEAR;
                if (reached == UNKNOWN || missed)
                        *ARENA_PUSH(arena, result->shortfalls, result->shortfall_count, capacity) =
                                (DemoShortfall){ .indicator = goals[i].indicator, .wanted = wanted, .reached = reached };
        }
}

bool demo_fills(const RecordTable *table) {
        return !str_equal(table->name, STR("区划"));
}

static Rc load_boards(const World *world, Arena *arena, Board **ret_boards) {
        Board *boards = ARENA_NEW(arena, Board, world->program->document_count + 1);
        Rc rc = RC_OK;
        for (uint32_t i = 0; rc == RC_OK && i < world->program->document_count; i++)
                rc = board_load(world->plan, i, world->day, -1, arena, &boards[i]);
        *ret_boards = boards;
        return rc;
}

Rc demo_fill(const Plan *plan, const DemoOptions *options, const Change *change, Arena *arena, DemoResult *ret_result) {
        Arena *own CLEAN(arena_cleanup) = arena_new(WORLD_ARENA);
        World *world = world_new(plan, options, own);
        DemoResult result = { 0 };
        Goal *goals;
        Board *boards;
        uint32_t goal_count;
        Rc rc = load_boards(world, own, &boards);      /* of an empty city: periods and promises */
        if (rc != RC_OK)
                return rc;
        goals_choose(world, boards, &goals, &goal_count);
        world_people(world, options);
        for (uint32_t i = 0; i < goal_count; i++)
                goal_meet(world, &goals[i]);
        for (uint32_t i = 0; i < goal_count; i++)       /* what a ratio is divided by may have grown since */
                if (plan->model->program->indicators[goals[i].indicator].ratio)
                        goal_meet(world, &goals[i]);
        world_rest(world);
        rc = world_write(world, options, change, &result);
        if (rc == RC_OK)
                rc = demo_figures(world, boards, change, &result);
        if (rc == RC_OK)
                rc = demo_splits(world, boards, change);
        if (rc == RC_OK)
                rc = load_boards(world, own, &boards);
        if (rc == RC_OK)
                rc = demo_orders(world, boards, change, &result);
        if (rc == RC_OK)
                note_shortfalls(world, goals, goal_count, boards, arena, &result);
        for (uint32_t i = 0; rc == RC_OK && i < plan->model->program->document_count; i++)
                for (Lamp lamp = LAMP_NONE; lamp <= LAMP_RED; lamp++)
                        result.lamps[lamp] += boards[i].lamps[lamp];
        if (rc == RC_OK)
                *ret_result = result;
        return rc;
}
