/* The planner: which nodes are needed, for every row or only where an amount is due, and in which pass. Values that
 * members of a link need are computed first and kept whole; everything else waits for the entity's last pass, in
 * which its policies are settled. */
#include "engine/batch_kernels.h"

#include <string.h>

/* ---- what is asked for ------------------------------------------------------------------------------- */

static uint32_t plan_constant(BatchPlan *plan, bool truth, int64_t cell) {
        Node *node = ARENA_PUSH(plan->arena, plan->nodes, plan->node_count, plan->node_capacity);
        *node = (Node){ .kind = NODE_CONSTANT, .truth = truth, .width = truth ? 1 : 8, .entity = ENTITY_NONE,
                        .imm = { cell }, .wider = { NONE, NONE, NONE, NONE } };
        return plan->node_count - 1;
}

static void plan_outputs(BatchPlan *plan, PlanPolicy *policy) {
        const Policy *source = policy->source;
        uint32_t count = 0;
        for (uint32_t i = 0; i < source->benefit_count; i++)
                count += source->benefits[i].output_count;
        policy->outputs = ARENA_NEW(plan->arena, PlanOutput, count);
        for (uint32_t i = 0; i < source->benefit_count; i++) {
                const Benefit *benefit = &source->benefits[i];
                for (uint32_t j = 0; j < benefit->output_count; j++) {
                        const Output *output = &benefit->outputs[j];
                        uint32_t when = benefit->when == NONE ? policy->eligible : plan->step_nodes[benefit->when];
                        uint32_t floor = output->floor == NONE ? NONE : plan->step_nodes[output->floor];
                        policy->outputs[policy->output_count++] = (PlanOutput){
                                .benefit = i, .output = j, .when = when, .money = output->money,
                                .amount = node_widened(plan, plan->step_nodes[output->step], 8),
                                .floor = floor == NONE ? NONE : node_widened(plan, floor, 8),
                        };
                }
        }
}

static bool policy_in_exclusive(const Program *program, uint32_t policy) {
        for (uint32_t i = 0; i < program->exclusive_count; i++)
                for (uint32_t j = 0; j < program->exclusives[i].policy_count; j++)
                        if (program->exclusives[i].policies[j] == policy)
                                return true;
        return false;
}

static void plan_policy(BatchPlan *plan, uint32_t number) {
        const Policy *source = &plan->program->policies[number];
        PlanPolicy   *policy = &plan->policies[plan->policy_count];
        *policy = (PlanPolicy){ .policy = number, .source = source, .index = plan->policy_count++,
                                .bucket_count = plan->bucket_counts[source->entity], .order = NONE };
        if (source->eligible == NONE) {   /* a card: nothing to decide here, somebody to ask */
                policy->eligible = plan_constant(plan, true, TRUTH_UNKNOWN);
                policy->judged = policy->open = plan_constant(plan, true, TRUTH_YES);
        } else {
                policy->eligible = plan->step_nodes[source->eligible];
                policy->judged = plan->step_nodes[source->eligible_if_judged];
                policy->open = plan->step_nodes[source->eligible_if_open];
        }
        policy->plain = policy->open == policy->eligible;
        policy->conditions = ARENA_NEW(plan->arena, uint32_t, source->condition_count);
        for (uint32_t i = 0; i < source->condition_count; i++)
                policy->conditions[i] = plan->step_nodes[source->conditions[i].step];
        plan_outputs(plan, policy);
        policy->captured = plan->capture_all;
        if (plan->options.by_order) {
                policy->captured = policy->captured || source->budget != NONE ||
                                   policy_in_exclusive(plan->program, number);
                if (source->budget != NONE && source->budget_order != NONE)
                        policy->order = plan->step_nodes[source->budget_order];
        }
}

static void plan_counties(BatchPlan *plan) {
        const Program *program = plan->program;
        plan->counties = ARENA_NEW(plan->arena, uint32_t, program->entity_count);
        plan->bucket_counts = ARENA_NEW(plan->arena, uint32_t, program->entity_count);
        for (uint32_t i = 0; i < program->entity_count; i++) {
                uint32_t county = program->entities[i].county;
                bool     grouped = plan->options.by_county && county != NONE;
                plan->counties[i] = grouped ? plan->step_nodes[county] : NONE;
                plan->bucket_counts[i] = 1;
                if (grouped)
                        plan->bucket_counts[i] += program->enumerations[program->steps[county].type.of].member_count;
        }
}

static void plan_all_policies(BatchPlan *plan) {
        const Program *program = plan->program;
        uint32_t count = plan->options.policies ? plan->options.policy_count : program->policy_count;
        plan->policies = ARENA_NEW(plan->arena, PlanPolicy, count);
        for (uint32_t i = 0; i < count; i++)
                plan_policy(plan, plan->options.policies ? plan->options.policies[i] : i);
        for (uint32_t i = 0; i < count; i++) {
                plan->policies[i].last_in_chunk = true;
                for (uint32_t j = i + 1; j < count; j++)
                        if (plan->policies[j].source->entity == plan->policies[i].source->entity)
                                plan->policies[i].last_in_chunk = false;
        }
}

/* ---- need -------------------------------------------------------------------------------------------- */

static void need(BatchPlan *plan, uint32_t number, bool dense) {
        Node *node = &plan->nodes[number];
        node->needed = true;
        node->dense = node->dense || dense;
        node->uses++;
}

static void need_root(BatchPlan *plan, uint32_t number, bool dense) {
        if (number == NONE)
                return;
        need(plan, number, dense);
        plan->nodes[number].root = true;
}

static void need_policy(BatchPlan *plan, const PlanPolicy *policy) {
        need_root(plan, policy->eligible, true);
        if (!policy->plain) {
                need_root(plan, policy->judged, true);
                need_root(plan, policy->open, true);
        }
        if (plan->options.by_condition || plan->options.sink)
                for (uint32_t i = 0; i < policy->source->condition_count; i++)
                        need_root(plan, policy->conditions[i], true);
        for (uint32_t i = 0; i < policy->output_count; i++) {
                const PlanOutput *output = &policy->outputs[i];
                if (!output->money && !plan_wants_rows(plan, policy))
                        continue;
                need_root(plan, output->when, true);
                need_root(plan, output->amount, false);
                need_root(plan, output->floor, false);
        }
        if (policy->order != NONE) {
                need_root(plan, policy->order, true);
                plan->nodes[policy->order].crossed = true;
        }
        need_root(plan, plan->counties[policy->source->entity], true);
}

/* A step that is read whole after the run. */
static void need_kept(BatchPlan *plan, uint32_t step) {
        if (step == NONE)
                return;
        need_root(plan, plan->step_nodes[step], true);
        plan->nodes[plan->step_nodes[step]].crossed = true;
}

static void need_roots(BatchPlan *plan) {
        for (uint32_t i = 0; i < plan->policy_count; i++) {
                uint16_t entity = plan->policies[i].source->entity;
                need_policy(plan, &plan->policies[i]);
                if (plan->capture_all) {
                        need_kept(plan, plan->program->entities[entity].county);
                        need_kept(plan, plan->groups ? plan->groups[entity].step : NONE);
                }
        }
        for (uint32_t i = 0; i < plan->program->step_count && plan->options.keep_steps; i++)
                need_kept(plan, i);
}

static void need_inputs(BatchPlan *plan) {
        for (uint32_t i = plan->node_count; i-- > 0;) {
                Node *node = &plan->nodes[i];
                if (!node->needed)
                        continue;
                if (node->kind == NODE_REDUCE || node->kind == NODE_REDUCE_TRUTH)
                        node->dense = true;
                for (uint32_t j = 0; j < node->in_count; j++) {
                        bool crosses = node->kind == NODE_REDUCE || (node->kind == NODE_GATHER && j == 1);
                        need(plan, node->in[j], node->dense || crosses || node->kind == NODE_REDUCE_TRUTH);
                        plan->nodes[node->in[j]].crossed |= crosses;
                }
        }
}

/* 且 of 且: one kernel for up to four inputs, where nobody else wants what is between. */
static void fuse_logic(BatchPlan *plan) {
        for (uint32_t i = 0; i < plan->node_count; i++) {
                Node *node = &plan->nodes[i];
                bool  logic = node->kind == NODE_COMPUTE && node->truth && (node->op == OP_AND || node->op == OP_OR);
                if (!node->needed || !logic)
                        continue;
                for (uint32_t j = 0; j < node->in_count; j++) {
                        Node *inner = &plan->nodes[node->in[j]];
                        if (inner->kind != NODE_COMPUTE || inner->op != node->op || inner->uses != 1 ||
                            inner->crossed || inner->dense != node->dense ||
                            inner->in_count + node->in_count - 1u > BATCH_INPUTS_MAX)
                                continue;
                        inner->needed = false;
                        node->in[j--] = inner->in[0];
                        for (uint32_t k = 1; k < inner->in_count; k++)
                                node->in[node->in_count++] = inner->in[k];
                }
                node->kernel = (node->op == OP_AND ? batch_kernels.all : batch_kernels.any)[node->in_count];
        }
}

/* ---- passes ------------------------------------------------------------------------------------------ */

static bool leaf(const Node *node) {
        return node->kind == NODE_CONSTANT || node->kind == NODE_FACT || node->kind == NODE_PARTNER;
}

static void add_table(BatchPlan *plan, Node *node) {
        const Node *filter = &plan->nodes[node->in[0]];
        node->table = plan->table_count;
        *ARENA_PUSH(plan->arena, plan->tables, plan->table_count, plan->table_capacity) =
                (TruthTable){ .link = node->aux, .all = node->op == OP_ALL, .filter = node->in[0],
                              .level = leaf(filter) ? 0 : filter->level };
}

static void find_levels(BatchPlan *plan) {
        plan->final_level = ARENA_NEW(plan->arena, uint32_t, plan->program->entity_count);
        for (uint32_t i = 0; i < plan->node_count; i++) {
                Node *node = &plan->nodes[i];
                if (!node->needed || leaf(node))
                        continue;
                for (uint32_t j = 0; j < node->in_count; j++) {
                        const Node *input = &plan->nodes[node->in[j]];
                        bool hop = node->kind == NODE_REDUCE_TRUTH ||
                                   (!leaf(input) &&
                                    (node->kind == NODE_REDUCE || (node->kind == NODE_GATHER && j == 1)));
                        if (input->level + hop > node->level)
                                node->level = input->level + hop;
                }
                if (node->kind == NODE_REDUCE_TRUTH)
                        add_table(plan, node);
                if (node->level > plan->final_level[node->entity])
                        plan->final_level[node->entity] = node->level;
        }
}

static void find_places(BatchPlan *plan) {
        for (uint32_t i = 0; i < plan->node_count; i++)
                if (plan->nodes[i].entity != ENTITY_NONE)
                        plan->nodes[i].place = plan->final_level[plan->nodes[i].entity];
        for (uint32_t i = 0; i < plan->table_count; i++)
                plan->nodes[plan->tables[i].filter].place = plan->tables[i].level;
        for (uint32_t i = plan->node_count; i-- > 0;) {
                Node *node = &plan->nodes[i];
                if (!node->needed || leaf(node))
                        continue;
                if (node->crossed && !plan->options.keep_steps)
                        node->place = node->level;
                for (uint32_t j = 0; j < node->in_count; j++) {
                        Node *input = &plan->nodes[node->in[j]];
                        bool  crosses = node->kind == NODE_REDUCE || node->kind == NODE_REDUCE_TRUTH ||
                                       (node->kind == NODE_GATHER && j == 1);
                        uint32_t place = crosses ? input->level : node->place;
                        if (place < input->place)
                                input->place = place;
                }
        }
}

static void add_column(BatchPlan *plan, Node *node) {
        if (node->column != NONE || leaf(node))
                return;
        node->column = plan->column_count;
        *ARENA_PUSH(plan->arena, plan->columns, plan->column_count, plan->column_capacity) =
                (FullColumn){ .entity = node->entity, .width = node->width };
}

/* Whole columns for what another entity reads, or a later pass, or an amount of a later pass. */
static void find_columns(BatchPlan *plan) {
        for (uint32_t i = 0; i < plan->node_count; i++)
                plan->nodes[i].column = NONE;
        for (uint32_t i = 0; i < plan->node_count; i++) {
                Node *node = &plan->nodes[i];
                if (!node->needed)
                        continue;
                if (leaf(node))
                        continue;
                if (node->crossed || (node->root && node->dense && node->place < plan->final_level[node->entity]))
                        add_column(plan, node);
                for (uint32_t j = 0; j < node->in_count; j++) {
                        Node *input = &plan->nodes[node->in[j]];
                        if (input->entity == node->entity && input->place < node->place &&
                            node->kind != NODE_REDUCE_TRUTH)
                                add_column(plan, input);
                }
        }
}

static void number_tallies(BatchPlan *plan) {
        plan->tallied = ARENA_NEW(plan->arena, uint32_t, plan->node_count);
        memset(plan->tallied, 0xff, sizeof(uint32_t) * plan->node_count);
        for (uint32_t i = 0; i < plan->policy_count && plan->options.by_condition; i++)
                for (uint32_t j = 0; j < plan->policies[i].source->condition_count; j++) {
                        uint32_t *number = &plan->tallied[plan->policies[i].conditions[j]];
                        if (*number == NONE && !node_constant(plan, plan->policies[i].conditions[j]))
                                *number = plan->tallied_count++;
                }
}

static BatchPlan *plan_make(Arena *arena, const Run *run, const BatchOptions *options, bool capture_all,
                            const BatchGroup *groups) {
        BatchPlan *plan = ARENA_NEW(arena, BatchPlan, 1);
        plan->arena = arena;
        plan->program = run->program;
        plan->run = *run;
        plan->options = *options;
        plan->capture_all = capture_all;
        plan->groups = groups;
        if (plan->options.threads == 0)
                plan->options.threads = 1;
        if (plan->options.threads > BATCH_THREADS_MAX)
                plan->options.threads = BATCH_THREADS_MAX;
        fold_run(plan);
        nodes_build(plan);
        plan_counties(plan);
        plan_all_policies(plan);
        need_roots(plan);
        need_inputs(plan);
        fuse_logic(plan);
        find_levels(plan);
        find_places(plan);
        find_columns(plan);
        number_tallies(plan);
        passes_emit(plan);
        return plan;
}

BatchPlan *batch_plan_new(Arena *arena, const Run *run, const BatchOptions *options) {
        return plan_make(arena, run, options, false, NULL);
}

BatchPlan *plan_capturing(Arena *arena, const Run *run, const BatchOptions *options, const BatchGroup *groups) {
        return plan_make(arena, run, options, true, groups);
}
