/* From placed nodes to passes: for each level and entity the instructions of one chunk, in an order that keeps few
 * values alive, with scratch slots shared by values that are never alive together. */
#include "engine/batch_kernels.h"

#include <stdlib.h>
#include <string.h>

#define SLOT_ALIGN 64

/* A value of the pass under construction. */
typedef struct Value {
        uint32_t size, offset;   /* bytes in scratch, a multiple of SLOT_ALIGN */
        uint32_t first, last;    /* instructions that make it and read it last */
} Value;

typedef struct Emitter {
        BatchPlan *plan;
        Pass       pass;         /* the one under construction */
        uint32_t   instruction_capacity, place_capacity;
        Value     *values;
        uint32_t   value_count, value_capacity;
        uint32_t  *dense;        /* per node: value + 1 in this pass; in full columns too */
        uint32_t  *packed;       /* per node: value + 1 in the selection `packed_in` */
        uint32_t  *packed_in;
        uint32_t   selection;    /* number of the current one, counted through all passes */
        uint32_t   selected;     /* the value that lists its rows */
        uint32_t   bucket;       /* the value that holds each row's bucket, or NONE */
        uint32_t  *pending;      /* nodes to emit */
        uint32_t   pending_count;
        uint32_t  *order;        /* those of a packed demand */
        uint32_t  *marks;        /* per node: demand number that has it pending */
        uint32_t   demand;
        bool      *counted;      /* per node: its truths are counted */
} Emitter;

/* ---- parts of an instruction ------------------------------------------------------------------------- */

static uint32_t value_sized(Emitter *emitter, uint32_t size) {
        uint32_t at = emitter->pass.instruction_count;
        *ARENA_PUSH(emitter->plan->arena, emitter->values, emitter->value_count, emitter->value_capacity) =
                (Value){ .size = (size + SLOT_ALIGN - 1) / SLOT_ALIGN * SLOT_ALIGN, .first = at, .last = at };
        return emitter->value_count - 1;
}

static uint32_t value_new(Emitter *emitter, uint8_t width) {
        return value_sized(emitter, width * BATCH_CHUNK);
}

static Place value_place(const Emitter *emitter, uint32_t value) {
        MUST(emitter->values != NULL && value < emitter->value_count);
        emitter->values[value].last = emitter->pass.instruction_count;
        return (Place){ .kind = PLACE_SLOT, .at = value };
}

static Place constant_place(BatchPlan *plan, const Node *node) {
        int64_t cell = !node->truth && node->imm[0] == UNKNOWN ? cell_unknown(node->width) : node->imm[0];
        uint32_t at = 0;
        while (at < plan->constant_count &&
               (plan->constants[at].cell != cell || plan->constants[at].width != node->width))
                at++;
        if (at == plan->constant_count)
                *ARENA_PUSH(plan->arena, plan->constants, plan->constant_count, plan->constant_capacity) =
                        (ConstantCells){ cell, node->width };
        return (Place){ .kind = PLACE_CONSTANT, .at = at, .width = node->width, .truth = node->truth };
}

/* Where the chunk's cells of a dense node are. */
static Place dense_place(const Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        Place place = { .width = node->width, .truth = node->truth, .at = node->aux };
        switch (node->kind) {
        case NODE_CONSTANT:
                return constant_place(emitter->plan, node);
        case NODE_FACT:
                place.kind = PLACE_FACT;
                return place;
        case NODE_PARTNER:
                place.kind = PLACE_PARTNER;
                return place;
        case NODE_COMPUTE: case NODE_GATHER: case NODE_REDUCE: case NODE_REDUCE_TRUTH:
                break;
        }
        if (node->column != NONE) {
                place.kind = PLACE_FULL;
                place.at = node->column;
                return place;
        }
        MUST(emitter->dense[number] != 0);
        return value_place(emitter, emitter->dense[number] - 1);
}

static Place whole_place(const Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        if (node->kind == NODE_CONSTANT)
                return constant_place(emitter->plan, node);
        Place place = { .kind = PLACE_FACT_WHOLE, .width = node->width, .truth = node->truth, .at = node->aux };
        if (node->kind != NODE_FACT) {
                MUST(node->column != NONE);
                place.kind = PLACE_FULL_WHOLE;
                place.at = node->column;
        }
        return place;
}

static void instruction_add(Emitter *emitter, Instruction instruction, const Place *places, uint32_t place_count) {
        Pass *pass = &emitter->pass;
        instruction.places = pass->place_count;
        instruction.place_count = place_count;
        for (uint32_t i = 0; i < place_count; i++)
                *ARENA_PUSH(emitter->plan->arena, pass->places, pass->place_count, emitter->place_capacity) = places[i];
        *ARENA_PUSH(emitter->plan->arena, pass->instructions, pass->instruction_count, emitter->instruction_capacity) =
                instruction;
}

static const Place nowhere = { .kind = PLACE_NONE };

/* ---- nodes ------------------------------------------------------------------------------------------- */

static bool leaf(const Node *node) {
        return node->kind == NODE_CONSTANT || node->kind == NODE_FACT || node->kind == NODE_PARTNER;
}

static Instruction instruction_of(const Node *node) {
        Instruction instruction = { .run = node->kernel, .aux = node->aux, .data = node->bounds };
        memcpy(instruction.imm, node->imm, sizeof instruction.imm);
        return instruction;
}

static const ReduceInputs *reduce_inputs(const BatchPlan *plan, const Node *node) {
        ReduceInputs *inputs = ARENA_NEW(plan->arena, ReduceInputs, 1);
        inputs->op = node->op;
        for (uint32_t i = 0; i < node->in_count; i++) {
                const Node *input = &plan->nodes[node->in[i]];
                inputs->width[i] = input->width;
                inputs->truth[i] = input->truth;
                inputs->constant[i] = input->kind == NODE_CONSTANT;
                inputs->cell[i] = input->imm[0];
        }
        return inputs;
}

static void emit_dense(Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        Instruction instruction = instruction_of(node);
        Place    places[1 + BATCH_INPUTS_MAX];
        uint32_t count = 1;
        for (uint32_t i = 0; i < node->in_count && node->kind != NODE_REDUCE_TRUTH; i++) {
                bool whole = node->kind == NODE_REDUCE || (node->kind == NODE_GATHER && i == 1);
                places[count++] = whole ? whole_place(emitter, node->in[i]) : dense_place(emitter, node->in[i]);
        }
        if (node->kind == NODE_REDUCE)
                instruction.data = reduce_inputs(emitter->plan, node);
        if (node->kind == NODE_REDUCE_TRUTH)
                instruction.aux = node->table;
        emitter->dense[number] = NONE;
        if (node->column == NONE)
                emitter->dense[number] = value_new(emitter, node->width) + 1;
        places[0] = dense_place(emitter, number);
        instruction_add(emitter, instruction, places, count);
}

static void emit_pick(Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        Place places[] = { nowhere, value_place(emitter, emitter->selected), dense_place(emitter, number) };
        uint32_t value = value_new(emitter, node->width);
        emitter->packed[number] = value + 1;
        places[0] = value_place(emitter, value);
        Kernel pick = batch_kernels.pick[width_index(node->width)];
        instruction_add(emitter, (Instruction){ .run = pick, .packed = true }, places, 3);
}

static Place packed_place(const Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        if (node->kind == NODE_CONSTANT)
                return constant_place(emitter->plan, node);
        MUST(emitter->packed_in[number] == emitter->selection);
        return value_place(emitter, emitter->packed[number] - 1);
}

static void emit_packed(Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        if (node->kind == NODE_CONSTANT)
                return;
        emitter->packed_in[number] = emitter->selection;
        if (leaf(node) || node->dense) {
                emit_pick(emitter, number);
                return;
        }
        Instruction instruction = instruction_of(node);
        Place       places[1 + BATCH_INPUTS_MAX];
        instruction.packed = true;
        for (uint32_t i = 0; i < node->in_count; i++)
                places[1 + i] = node->kind == NODE_GATHER && i == 1 ? whole_place(emitter, node->in[i])
                                                                    : packed_place(emitter, node->in[i]);
        uint32_t value = value_new(emitter, node->width);
        emitter->packed[number] = value + 1;
        places[0] = value_place(emitter, value);
        instruction_add(emitter, instruction, places, 1u + node->in_count);
}

/* ---- demand ------------------------------------------------------------------------------------------ */

static int compare_numbers(const void *a, const void *b) {
        uint32_t left = *(const uint32_t *) a, right = *(const uint32_t *) b;
        return (left > right) - (left < right);
}

static void demand_push(Emitter *emitter, uint32_t number) {
        if (emitter->marks[number] == emitter->demand)
                return;
        emitter->marks[number] = emitter->demand;
        emitter->pending[emitter->pending_count++] = number;
}

/* Whether a dense node has to be computed in this pass and has not been yet. */
static bool missing(const Emitter *emitter, uint32_t number) {
        const Node *node = &emitter->plan->nodes[number];
        return !leaf(node) && node->place == emitter->pass.level && emitter->dense[number] == 0;
}

/* Emits a dense node and whatever of this pass it is made of. */
static void demand_dense(Emitter *emitter, uint32_t number) {
        if (!missing(emitter, number))
                return;
        emitter->demand++;
        emitter->pending_count = 0;
        demand_push(emitter, number);
        for (uint32_t i = 0; i < emitter->pending_count; i++) {
                const Node *node = &emitter->plan->nodes[emitter->pending[i]];
                for (uint32_t j = 0; j < node->in_count; j++) {
                        bool crosses = node->kind == NODE_REDUCE || node->kind == NODE_REDUCE_TRUTH ||
                                       (node->kind == NODE_GATHER && j == 1);
                        if (!crosses && missing(emitter, node->in[j]))
                                demand_push(emitter, node->in[j]);
                }
        }
        qsort(emitter->pending, emitter->pending_count, sizeof *emitter->pending, compare_numbers);
        for (uint32_t i = 0; i < emitter->pending_count; i++)
                emit_dense(emitter, emitter->pending[i]);
}

/* Emits a node for the selected rows. */
static void demand_packed(Emitter *emitter, uint32_t number) {
        uint32_t count = 0, *order = emitter->order;
        emitter->demand++;
        emitter->pending_count = 0;
        demand_push(emitter, number);
        for (uint32_t i = 0; i < emitter->pending_count; i++) {
                const Node *node = &emitter->plan->nodes[emitter->pending[i]];
                if (node->kind == NODE_CONSTANT || emitter->packed_in[emitter->pending[i]] == emitter->selection)
                        continue;
                order[count++] = emitter->pending[i];
                for (uint32_t j = 0; j < node->in_count && !node->dense; j++)
                        if (!(node->kind == NODE_GATHER && j == 1))
                                demand_push(emitter, node->in[j]);
        }
        qsort(order, count, sizeof *order, compare_numbers);
        for (uint32_t i = 0; i < count; i++)
                if (emitter->plan->nodes[order[i]].dense)
                        demand_dense(emitter, order[i]);
        for (uint32_t i = 0; i < count; i++)
                emit_packed(emitter, order[i]);
}

/* ---- policies ---------------------------------------------------------------------------------------- */

static Place bucket_place(const Emitter *emitter) {
        return emitter->bucket == NONE ? nowhere : value_place(emitter, emitter->bucket);
}

static void emit_bucket(Emitter *emitter) {
        BatchPlan *plan = emitter->plan;
        uint32_t   county = plan->counties[emitter->pass.entity];
        Place      places[] = { nowhere, nowhere };
        Instruction instruction = { .run = tally_bucket, .aux = plan->bucket_counts[emitter->pass.entity] - 1,
                                    .imm = { 0, emitter->pass.entity } };
        emitter->bucket = NONE;
        if (county != NONE) {
                demand_dense(emitter, county);
                instruction.imm[0] = plan->nodes[county].width;
                places[1] = dense_place(emitter, county);
                emitter->bucket = value_new(emitter, 4);
                places[0] = value_place(emitter, emitter->bucket);
        }
        instruction_add(emitter, instruction, places, 2);
}

/* Places of eligible, judged, open and then the conditions, from places[1]. */
static uint32_t verdict_places(const Emitter *emitter, const PlanPolicy *policy, bool conditions, Place *places) {
        places[0] = nowhere;
        places[1] = dense_place(emitter, policy->eligible);
        places[2] = dense_place(emitter, policy->plain ? policy->eligible : policy->judged);
        places[3] = dense_place(emitter, policy->plain ? policy->eligible : policy->open);
        uint32_t count = 4;
        for (uint32_t i = 0; conditions && i < policy->source->condition_count; i++)
                places[count++] = dense_place(emitter, policy->conditions[i]);
        return count;
}

static void emit_conditions(Emitter *emitter, const PlanPolicy *policy, Place *places) {
        BatchPlan *plan = emitter->plan;
        uint32_t   count = policy->source->condition_count;
        if (!plan->options.by_condition || count == 0)
                return;
        for (uint32_t i = 0; i < count; i++) {
                uint32_t condition = policy->conditions[i];
                if (emitter->counted[condition] || node_constant(plan, condition))
                        continue;
                emitter->counted[condition] = true;
                places[0] = nowhere;
                places[1] = dense_place(emitter, condition);
                Instruction tally = { .run = tally_truth, .aux = plan->tallied[condition] };
                instruction_add(emitter, tally, places, 2);
        }
        places[0] = nowhere;
        for (uint32_t i = 0; i < count; i++)
                places[1 + i] = dense_place(emitter, policy->conditions[i]);
        instruction_add(emitter, (Instruction){ .run = tally_sole, .data = policy }, places, 1 + count);
}

static void emit_output(Emitter *emitter, const PlanPolicy *policy, uint32_t number) {
        const BatchPlan  *plan = emitter->plan;
        const PlanOutput *output = &policy->outputs[number];
        demand_packed(emitter, output->amount);
        if (output->floor != NONE)
                demand_packed(emitter, output->floor);
        Instruction instruction = { .run = tally_money, .packed = true, .aux = number, .data = policy };
        if (output->money) {
                Place places[] = { nowhere, value_place(emitter, emitter->selected), bucket_place(emitter),
                                   packed_place(emitter, output->amount),
                                   output->floor == NONE ? nowhere : packed_place(emitter, output->floor) };
                instruction_add(emitter, instruction, places, 5);
        }
        if (plan_wants_rows(plan, policy)) {
                Place places[] = { nowhere, value_place(emitter, emitter->selected),
                                   packed_place(emitter, output->amount) };
                instruction.run = tally_amount;
                instruction.packed = false;
                instruction_add(emitter, instruction, places, 3);
        }
}

static uint32_t list_new(Emitter *emitter) {
        return value_sized(emitter, sizeof(uint16_t) * BATCH_LIST);
}

static void emit_select(Emitter *emitter, uint32_t when) {
        demand_dense(emitter, when);
        Place places[] = { nowhere, dense_place(emitter, when) };
        emitter->selected = list_new(emitter);
        emitter->selection++;
        places[0] = value_place(emitter, emitter->selected);
        instruction_add(emitter, (Instruction){ .run = tally_select }, places, 2);
}

/* All outputs due under one condition share its selection; those due to whoever is eligible have it already. */
static void emit_outputs(Emitter *emitter, const PlanPolicy *policy) {
        const BatchPlan *plan = emitter->plan;
        bool    *done = ARENA_NEW(plan->arena, bool, policy->output_count);
        uint32_t selected = policy->eligible;
        for (uint32_t i = 0; i < policy->output_count; i++)
                done[i] = !policy->outputs[i].money && !plan_wants_rows(plan, policy);
        for (uint32_t i = 0; i <= policy->output_count; i++) {
                uint32_t when = i == 0 ? policy->eligible : policy->outputs[i - 1].when;
                for (uint32_t j = 0; j < policy->output_count; j++) {
                        if (done[j] || policy->outputs[j].when != when)
                                continue;
                        if (selected != when)
                                emit_select(emitter, when);
                        selected = when;
                        emit_output(emitter, policy, j);
                        done[j] = true;
                }
        }
}

static void emit_answers(Emitter *emitter, const PlanPolicy *policy, Place *places) {
        uint32_t count = verdict_places(emitter, policy, false, places);
        places[count++] = bucket_place(emitter);
        emitter->selected = list_new(emitter);
        emitter->selection++;
        places[0] = value_place(emitter, emitter->selected);
        instruction_add(emitter, (Instruction){ .run = tally_answers, .data = policy }, places, count);
}

static void emit_policy(Emitter *emitter, const PlanPolicy *policy) {
        const BatchPlan *plan = emitter->plan;
        Place *places = ARENA_NEW(plan->arena, Place, policy->source->condition_count + 6);
        bool   conditions = plan->options.by_condition || plan->options.sink;
        for (uint32_t i = 0; conditions && i < policy->source->condition_count; i++)
                demand_dense(emitter, policy->conditions[i]);
        demand_dense(emitter, policy->eligible);
        if (!policy->plain) {
                demand_dense(emitter, policy->judged);
                demand_dense(emitter, policy->open);
        }
        emit_answers(emitter, policy, places);
        emit_outputs(emitter, policy);
        emit_conditions(emitter, policy, places);
        if (plan_wants_rows(plan, policy)) {
                uint32_t count = verdict_places(emitter, policy, plan->options.sink, places);
                instruction_add(emitter, (Instruction){ .run = tally_rows, .data = policy }, places, count);
        }
}

/* ---- passes ------------------------------------------------------------------------------------------ */

/* Values of one size take over from each other. */
typedef struct SlotClass {
        uint32_t  size, free_count;
        uint32_t *free;
} SlotClass;

enum { SLOT_CLASSES = 5 };

static SlotClass *slot_class(SlotClass *classes, uint32_t size) {
        uint32_t i = 0;
        while (classes[i].size != size)
                i++;
        return &classes[i];
}

/* The values by their last reader. */
static uint32_t *values_by_end(const Emitter *emitter) {
        uint32_t *ends = ARENA_NEW(emitter->plan->arena, uint32_t, emitter->pass.instruction_count + 1);
        uint32_t *values = ARENA_NEW(emitter->plan->arena, uint32_t, emitter->value_count);
        for (uint32_t i = 0; i < emitter->value_count; i++)
                ends[emitter->values[i].last + 1]++;
        for (uint32_t i = 1; i <= emitter->pass.instruction_count; i++)
                ends[i] += ends[i - 1];
        for (uint32_t i = emitter->value_count; i-- > 0;)
                values[--ends[emitter->values[i].last + 1]] = i;
        return values;
}

/* Gives every value its bytes of scratch. */
static void allocate_slots(Emitter *emitter) {
        Pass     *pass = &emitter->pass;
        SlotClass classes[SLOT_CLASSES] = { { .size = BATCH_CHUNK },     { .size = 2 * BATCH_CHUNK },
                                            { .size = 4 * BATCH_CHUNK }, { .size = 8 * BATCH_CHUNK },
                                            { .size = (2 * BATCH_LIST + SLOT_ALIGN - 1) / SLOT_ALIGN * SLOT_ALIGN } };
        const uint32_t *ending = values_by_end(emitter);
        uint32_t end = 0, next = 0, dead = 0;
        for (uint32_t i = 0; i < SLOT_CLASSES; i++)
                classes[i].free = ARENA_NEW(emitter->plan->arena, uint32_t, emitter->value_count);
        for (uint32_t at = 0; at < pass->instruction_count; at++) {
                for (; next < emitter->value_count && emitter->values[next].first == at; next++) {
                        Value     *value = &emitter->values[next];
                        SlotClass *class = slot_class(classes, value->size);
                        if (class->free_count == 0)
                                end += value->size;
                        value->offset = class->free_count > 0 ? class->free[--class->free_count] : end - value->size;
                }
                for (; dead < emitter->value_count && emitter->values[ending[dead]].last == at; dead++) {
                        SlotClass *class = slot_class(classes, emitter->values[ending[dead]].size);
                        class->free[class->free_count++] = emitter->values[ending[dead]].offset;
                }
        }
        for (uint32_t i = 0; i < pass->place_count; i++)
                if (pass->places[i].kind == PLACE_SLOT)
                        pass->places[i].at = emitter->values[pass->places[i].at].offset;
        if (end > emitter->plan->scratch_size)
                emitter->plan->scratch_size = end;
}

static void emit_tables(Emitter *emitter, uint32_t level, uint16_t entity) {
        const BatchPlan *plan = emitter->plan;
        for (uint32_t i = 0; i < plan->table_count; i++) {
                const TruthTable *table = &plan->tables[i];
                if (table->level != level || plan->program->links[table->link].child != entity)
                        continue;
                demand_dense(emitter, table->filter);
                Place places[] = { nowhere, dense_place(emitter, table->filter) };
                instruction_add(emitter, (Instruction){ .run = batch_kernels.scatter_truth, .aux = i }, places, 2);
        }
}

static void emit_pass(Emitter *emitter, uint32_t level, uint16_t entity) {
        BatchPlan *plan = emitter->plan;
        bool       last = plan->final_level[entity] == level, policies = false;
        emitter->pass = (Pass){ .entity = entity, .level = level, .last = last };
        emitter->instruction_capacity = emitter->place_capacity = emitter->value_count = 0;
        memset(emitter->dense, 0, sizeof(uint32_t) * plan->node_count);
        memset(emitter->counted, 0, sizeof(bool) * plan->node_count);
        emit_tables(emitter, level, entity);
        for (uint32_t i = 0; i < plan->node_count; i++)
                if (plan->nodes[i].needed && plan->nodes[i].entity == entity && plan->nodes[i].column != NONE)
                        demand_dense(emitter, i);
        for (uint32_t i = 0; i < plan->policy_count && last; i++) {
                if (plan->policies[i].source->entity != entity)
                        continue;
                if (!policies)
                        emit_bucket(emitter);
                policies = true;
                emit_policy(emitter, &plan->policies[i]);
        }
        if (emitter->pass.instruction_count == 0)
                return;
        allocate_slots(emitter);
        *ARENA_PUSH(plan->arena, plan->passes, plan->pass_count, plan->pass_capacity) = emitter->pass;
}

void passes_emit(BatchPlan *plan) {
        Emitter emitter = { .plan = plan };
        emitter.dense = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        emitter.packed = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        emitter.packed_in = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        emitter.pending = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        emitter.order = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        emitter.marks = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        emitter.counted = ARENA_NEW(plan->arena, bool, plan->node_count);
        for (uint32_t i = 0; i < plan->program->entity_count; i++)
                if (plan->final_level[i] + 1 > plan->level_count)
                        plan->level_count = plan->final_level[i] + 1;
        for (uint32_t level = 0; level < plan->level_count; level++)
                for (uint32_t entity = 0; entity < plan->program->entity_count; entity++)
                        emit_pass(&emitter, level, (uint16_t) entity);
}
