/* From a builder's heap of steps to a program: what nothing refers to is dropped, the rest is put into stages, and
 * every reference is renumbered.
 *
 * Stages are chosen greedily: all steps of one entity that can be computed go into one stage; then the entity
 * whose waiting steps have the longest chain of entity changes behind them is next. */
#include "program/builder_inside.h"

#include <stdlib.h>

typedef struct Order {
        Builder  *builder;
        uint32_t *live;            /* per step: 1 when used, then its new number + 1 */
        uint32_t *waits;           /* per step: operands not yet placed */
        uint32_t *chain;           /* per step: entity changes on the longest way to a last user */
        uint32_t *users, *offsets; /* per step + 1: users of the step */
        uint32_t *ready;           /* steps without open operands: a list per entity through `next` */
        uint32_t *next, *last;
        uint32_t *urgency;         /* per entity: longest chain among its ready steps, + 1; 0: none is ready */
        uint32_t *placed;          /* old numbers in the new order */
        uint32_t  placed_count;
        uint32_t  entity_slots;    /* entities and, at the end, ENTITY_NONE */
} Order;

static uint32_t operand(const Step *step, int i) {
        return i == 0 ? step->a : i == 1 ? step->b : step->c;
}

static void mark_reference(void *context, const Reference *reference) {
        Order *order = context;
        MUST(reference->optional || *reference->step != NONE);
        if (*reference->step == NONE)
                return;
        MUST(*reference->step < order->builder->count);
        order->live[*reference->step] = 1;
}

static uint32_t mark_live(Order *order) {
        const Builder *builder = order->builder;
        uint32_t live_count = 0;
        program_each_reference(builder->program, mark_reference, order);
        for (uint32_t i = builder->count; i-- > 0;) {
                if (order->live[i] == 0)
                        continue;
                live_count++;
                for (int k = 0; k < 3; k++)
                        if (operand(&builder->steps[i], k) != NONE)
                                order->live[operand(&builder->steps[i], k)] = 1;
        }
        return live_count;
}

static void list_users(Order *order) {
        const Builder *builder = order->builder;
        uint32_t edges = 0;
        order->offsets = ARENA_NEW(builder->arena, uint32_t, builder->count + 2);
        for (uint32_t i = 0; i < builder->count; i++)
                for (int k = 0; k < 3 && order->live[i]; k++)
                        if (operand(&builder->steps[i], k) != NONE) {
                                order->offsets[operand(&builder->steps[i], k) + 2]++;
                                order->waits[i]++;
                                edges++;
                        }
        for (uint32_t i = 2; i < builder->count + 2; i++)
                order->offsets[i] += order->offsets[i - 1];
        order->users = ARENA_NEW(builder->arena, uint32_t, edges + 1);
        for (uint32_t i = 0; i < builder->count; i++)
                for (int k = 0; k < 3 && order->live[i]; k++)
                        if (operand(&builder->steps[i], k) != NONE)
                                order->users[order->offsets[operand(&builder->steps[i], k) + 1]++] = i;
}

static void measure_chains(Order *order) {
        const Builder *builder = order->builder;
        for (uint32_t i = builder->count; i-- > 0;)
                for (uint32_t u = order->offsets[i]; u < order->offsets[i + 1]; u++) {
                        uint32_t user = order->users[u];
                        uint32_t length = order->chain[user] +
                                          (builder->steps[user].entity != builder->steps[i].entity);
                        if (length > order->chain[i])
                                order->chain[i] = length;
                }
}

static uint32_t slot_of(const Order *order, uint16_t entity) {
        return entity == ENTITY_NONE ? order->entity_slots - 1 : entity;
}

static void make_ready(Order *order, uint32_t step) {
        uint32_t slot = slot_of(order, order->builder->steps[step].entity);
        order->next[step] = NONE;
        if (order->urgency[slot] == 0)
                order->ready[slot] = step;
        else
                order->next[order->last[slot]] = step;
        order->last[slot] = step;
        if (order->chain[step] + 1 > order->urgency[slot])
                order->urgency[slot] = order->chain[step] + 1;
}

static int by_number(const void *x, const void *y) {
        uint32_t a = *(const uint32_t *) x, b = *(const uint32_t *) y;
        return (a > b) - (a < b);
}

/* Places every step of one entity that can be computed now; in the order they were made, for readers' sake. */
static void place_stage(Order *order, uint32_t slot) {
        uint32_t first = order->placed_count;
        /* The list grows while it is walked: placing a step may make its users ready. */
        for (uint32_t step = order->ready[slot]; step != NONE; step = order->next[step]) {
                order->placed[order->placed_count++] = step;
                for (uint32_t u = order->offsets[step]; u < order->offsets[step + 1]; u++)
                        if (--order->waits[order->users[u]] == 0)
                                make_ready(order, order->users[u]);
        }
        order->urgency[slot] = 0;
        qsort(order->placed + first, order->placed_count - first, sizeof(uint32_t), by_number);
}

static void place_all(Order *order, Program *program) {
        Builder *builder = order->builder;
        uint32_t stage_capacity = 0;
        for (uint32_t i = 0; i < builder->count; i++)
                if (order->live[i] && order->waits[i] == 0)
                        make_ready(order, i);
        program->stages = NULL;
        program->stage_count = 0;
        /* Steps without entity wait for nobody else: they are one stage, the first. */
        for (uint32_t slot = order->entity_slots - 1;;) {
                uint32_t first = order->placed_count;
                if (order->urgency[slot] > 0) {
                        place_stage(order, slot);
                        *ARENA_PUSH(builder->arena, program->stages, program->stage_count, stage_capacity) = (Stage){
                                .entity = slot == order->entity_slots - 1 ? ENTITY_NONE : (uint16_t) slot,
                                .first = first, .count = order->placed_count - first };
                }
                for (uint32_t other = 0; other < order->entity_slots; other++)
                        if (order->urgency[other] > order->urgency[slot])
                                slot = other;
                if (order->urgency[slot] == 0)
                        return;
        }
}

static void renumber_reference(void *context, const Reference *reference) {
        const Order *order = context;
        if (*reference->step != NONE)
                *reference->step = order->live[*reference->step] - 1;
}

static uint32_t renumbered(const Order *order, uint32_t step) {
        return step == NONE ? NONE : order->live[step] - 1;
}

static void write_steps(Order *order, Program *program) {
        program->steps = ARENA_NEW(order->builder->arena, Step, order->placed_count + 1);
        program->step_count = order->placed_count;
        for (uint32_t i = 0; i < order->placed_count; i++)
                order->live[order->placed[i]] = i + 1;
        for (uint32_t i = 0; i < program->fact_count; i++)
                program->facts[i].step = NONE;
        for (uint32_t i = 0; i < order->placed_count; i++) {
                Step step = order->builder->steps[order->placed[i]];
                step.a = renumbered(order, step.a);
                step.b = renumbered(order, step.b);
                step.c = renumbered(order, step.c);
                program->steps[i] = step;
                if (step.op == OP_FACT)
                        program->facts[step.aux].step = i;
        }
        program_each_reference(program, renumber_reference, order);
}

Rc builder_finish(Builder *builder) {
        Program *program = builder->program;
        Arena *arena = builder->arena;
        uint32_t slots = program->entity_count + 1;
        Order order = {
                .builder = builder, .entity_slots = slots,
                .live = ARENA_NEW(arena, uint32_t, builder->count + 1),
                .waits = ARENA_NEW(arena, uint32_t, builder->count + 1),
                .chain = ARENA_NEW(arena, uint32_t, builder->count + 1),
                .next = ARENA_NEW(arena, uint32_t, builder->count + 1),
                .ready = ARENA_NEW(arena, uint32_t, slots), .last = ARENA_NEW(arena, uint32_t, slots),
                .urgency = ARENA_NEW(arena, uint32_t, slots),
        };
        if (builder->full || mark_live(&order) > PROGRAM_STEPS_MAX)
                return RC_TOOBIG;
        order.placed = ARENA_NEW(arena, uint32_t, builder->count + 1);
        list_users(&order);
        measure_chains(&order);
        place_all(&order, program);
        write_steps(&order, program);
        Str why = STR("");
        if (!program_verify(program, arena, &why))
                must_fail(why.data, __FILE__, __LINE__, __func__);
        return RC_OK;
}
