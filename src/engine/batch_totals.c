/* What the threads counted, added up into a result. */
#include "engine/batch_plan.h"

#include <string.h>

static void add_money(BatchMoney *to, const BatchMoney *from) {
        to->sum += from->sum;
        to->rows += from->rows;
        to->unknown += from->unknown;
        to->floor_sum += from->floor_sum;
        to->floor_rows += from->floor_rows;
}

static void collect_answers(const BatchRunning *running, const PlanPolicy *from, BatchPolicy *to) {
        to->answers = arena_alloc(running->arena, sizeof *to->answers * from->bucket_count, _Alignof(uint64_t));
        for (uint32_t bucket = 0; bucket < from->bucket_count; bucket++) {
                uint64_t *answers = to->answers[bucket], rows = 0, others = 0;
                for (uint32_t i = 0; i < running->worker_count; i++) {
                        const Worker *worker = &running->workers[i];
                        rows += worker->rows[from->source->entity][bucket];
                        for (uint32_t answer = 0; answer < 5; answer++)
                                answers[answer] += worker->policies[from->index].answers[bucket][answer];
                }
                for (uint32_t answer = 0; answer < 5; answer++)
                        others += answers[answer];
                answers[ANSWER_NO] = rows - others;
        }
}

static void collect_outputs(const BatchRunning *running, const PlanPolicy *from, BatchPolicy *to) {
        to->outputs = ARENA_NEW(running->arena, BatchOutput, from->output_count);
        for (uint32_t i = 0; i < from->output_count; i++) {
                if (!from->outputs[i].money)
                        continue;
                BatchOutput *output = &to->outputs[to->output_count++];
                output->benefit = from->outputs[i].benefit;
                output->output = from->outputs[i].output;
                output->counties = ARENA_NEW(running->arena, BatchMoney, from->bucket_count);
                for (uint32_t worker = 0; worker < running->worker_count; worker++)
                        for (uint32_t bucket = 0; bucket < from->bucket_count; bucket++)
                                add_money(&output->counties[bucket],
                                          &running->workers[worker].policies[from->index].money[i][bucket]);
        }
}

/* How often a condition's truth came out each way, over all rows of the policy's entity. */
static TruthTally collect_truths(const BatchRunning *running, const PlanPolicy *from, uint32_t condition) {
        TruthTally all = { 0 };
        const Node *node = &running->plan->nodes[condition];
        if (node->kind == NODE_CONSTANT) {
                all.rows = running->population->entities[from->source->entity].count;
                all.sum = all.rows * (uint64_t) node->imm[0];
                all.unknown = node->imm[0] == TRUTH_UNKNOWN ? all.rows : 0;
                return all;
        }
        for (uint32_t worker = 0; worker < running->worker_count; worker++) {
                TruthTally tally = running->workers[worker].truths[running->plan->tallied[condition]];
                all.rows += tally.rows;
                all.sum += tally.sum;
                all.unknown += tally.unknown;
        }
        return all;
}

static void collect_conditions(const BatchRunning *running, const PlanPolicy *from, BatchPolicy *to) {
        uint64_t most = 0;
        to->worst = NONE;
        if (!running->plan->options.by_condition)
                return;
        to->conditions = ARENA_NEW(running->arena, BatchCondition, from->source->condition_count);
        for (uint32_t i = 0; i < from->source->condition_count; i++) {
                BatchCondition *condition = &to->conditions[i];
                TruthTally      tally = collect_truths(running, from, from->conditions[i]);
                condition->undecided = tally.unknown;
                condition->failed = tally.rows - tally.unknown - (tally.sum - tally.unknown) / TRUTH_YES;
                for (uint32_t worker = 0; worker < running->worker_count; worker++)
                        condition->sole += running->workers[worker].policies[from->index].sole[i];
                if (condition->failed > most) {
                        most = condition->failed;
                        to->worst = i;
                }
        }
}

static void collect_steps(const BatchRunning *running, BatchResult *result) {
        const BatchPlan *plan = running->plan;
        result->steps = ARENA_NEW(running->arena, void *, plan->program->step_count);
        result->population = running->population;
        for (uint32_t i = 0; i < plan->program->step_count; i++) {
                const Node *node = &plan->nodes[plan->step_nodes[i]];
                if (node->kind == NODE_CONSTANT || node->kind == NODE_FACT)
                        continue;
                size_t size = (size_t) running->population->entities[node->entity].count * node->width;
                result->steps[i] = arena_alloc(running->arena, size + 1, 8);
                memcpy(result->steps[i], running->columns[node->column], size);
        }
}

BatchResult *totals_collect(const BatchRunning *running) {
        const BatchPlan *plan = running->plan;
        BatchResult *result = ARENA_NEW(running->arena, BatchResult, 1);
        result->plan = plan;
        result->policies = ARENA_NEW(running->arena, BatchPolicy, plan->policy_count);
        result->policy_count = plan->policy_count;
        for (uint32_t i = 0; i < plan->policy_count; i++) {
                BatchPolicy *policy = &result->policies[i];
                policy->policy = plan->policies[i].policy;
                policy->bucket_count = plan->policies[i].bucket_count;
                collect_answers(running, &plan->policies[i], policy);
                collect_outputs(running, &plan->policies[i], policy);
                collect_conditions(running, &plan->policies[i], policy);
        }
        if (plan->options.keep_steps)
                collect_steps(running, result);
        return result;
}

int64_t batch_cell(const BatchResult *result, uint32_t step, uint32_t row) {
        const Node *node = &result->plan->nodes[result->plan->step_nodes[step]];
        if (node->kind == NODE_CONSTANT)
                return node->imm[0];
        if (node->kind == NODE_FACT)
                return population_cell(result->population, node->aux, row);
        return cell_read(result->steps[step], node->width, node->truth, row);
}

Str batch_bucket_name(const Program *program, const Policy *policy, uint32_t bucket) {
        uint32_t county = program->entities[policy->entity].county;
        if (county == NONE)
                return STR("未分区县");
        const Enumeration *names = &program->enumerations[program->steps[county].type.of];
        return bucket < names->member_count ? names->members[bucket] : STR("未分区县");
}

Str batch_money_unit(const Policy *policy) {
        static const Str units[2][2] = { { STR_INIT(""), STR_INIT("元/月") }, { STR_INIT("元"), STR_INIT("元（含每月）") } };
        bool once = false, monthly = false;
        for (uint32_t b = 0; b < policy->benefit_count; b++)
                for (uint32_t o = 0; o < policy->benefits[b].output_count; o++) {
                        bool by_month = policy->benefits[b].kind == BENEFIT_BY_MONTH;
                        once |= policy->benefits[b].outputs[o].money && !by_month;
                        monthly |= policy->benefits[b].outputs[o].money && by_month;
                }
        return units[once][monthly];
}
