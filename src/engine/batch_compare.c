/* Before and after: two runs of the policies that a change can reach, compared row by row. */
#include "engine/batch_plan.h"

#include <string.h>

/* ---- which policies ---------------------------------------------------------------------------------- */

static int64_t run_parameter(const Run *run, uint32_t parameter) {
        return run->parameters ? run->parameters[parameter] : UNKNOWN;
}

static bool reaches(const Run *before, const Run *after, const Policy *policy) {
        if (before->base_date != after->base_date || before->apply_date != after->apply_date ||
            before->ignore_defaults != after->ignore_defaults)
                return true;
        for (uint32_t i = 0; i < policy->parameter_count; i++)
                if (run_parameter(before, policy->parameters[i]) != run_parameter(after, policy->parameters[i]))
                        return true;
        return false;
}

static BatchOptions affected(Arena *arena, const Run *before, const Run *after, const BatchOptions *options) {
        const Program *program = before->program;
        uint32_t  count = options->policies ? options->policy_count : program->policy_count, kept = 0;
        uint32_t *policies = ARENA_NEW(arena, uint32_t, count + 1);
        for (uint32_t i = 0; i < count; i++) {
                uint32_t policy = options->policies ? options->policies[i] : i;
                if (reaches(before, after, &program->policies[policy]))
                        policies[kept++] = policy;
        }
        return (BatchOptions){ .policies = policies, .policy_count = kept, .threads = options->threads };
}

/* ---- rows -------------------------------------------------------------------------------------------- */

/* The bucket of every row by a column of codes; the last bucket takes what has none. */
typedef struct Grouping {
        uint32_t count;
        uint8_t  width;
        int64_t  code;           /* of every row, when there are no cells */
        const void *cells;
} Grouping;

static Grouping grouping_by_fact(const BatchRunning *running, uint32_t fact) {
        const Program *program = running->plan->program;
        const Column  *column = &running->population->columns[fact];
        return (Grouping){ .count = program->enumerations[program->facts[fact].type.of].member_count + 1,
                           .width = column->width, .code = UNKNOWN, .cells = column->cells };
}

static Grouping grouping_of(const BatchRunning *running, BatchGroup by) {
        const BatchPlan *plan = running->plan;
        Grouping grouping = { .count = 1, .code = UNKNOWN };
        if (by.fact != NONE)
                return grouping_by_fact(running, by.fact);
        if (by.step == NONE)
                return grouping;
        const Node *node = &plan->nodes[plan->step_nodes[by.step]];
        if (node->kind == NODE_FACT)
                return grouping_by_fact(running, node->aux);
        grouping.count += plan->program->enumerations[plan->program->steps[by.step].type.of].member_count;
        grouping.width = node->width;
        if (node->kind == NODE_CONSTANT)
                grouping.code = node->imm[0];
        else
                grouping.cells = running->columns[node->column];
        return grouping;
}

static inline uint32_t grouping_bucket(const Grouping *grouping, uint32_t row) {
        int64_t code = grouping->cells ? cell_read(grouping->cells, grouping->width, false, row) : grouping->code;
        return code < 0 || code >= grouping->count - 1 ? grouping->count - 1 : (uint32_t) code;
}

static void add_change(BatchChange *to, Answer answer_before, Answer answer_after, int64_t before, int64_t after) {
        bool yes_before = answer_before == ANSWER_YES, yes_after = answer_after == ANSWER_YES;
        if (yes_before && before != UNKNOWN)
                to->before += before;
        if (yes_after && after != UNKNOWN)
                to->after += after;
        if (!yes_before && yes_after)
                to->entered++;
        else if (yes_before && !yes_after)
                to->left++;
        else if (!yes_before) {
                to->eased += answer_before == ANSWER_NO && answer_after != ANSWER_NO;
                to->hardened += answer_before != ANSWER_NO && answer_after == ANSWER_NO;
        } else if ((before == UNKNOWN) != (after == UNKNOWN))
                to->unclear++;
        else {
                to->more += after > before;
                to->less += after < before;
        }
}

static void compare_policy(const BatchRunning *before, const BatchRunning *after, uint32_t index,
                           const BatchGroup *groups, BatchPolicyChange *to) {
        const BatchPlan  *plan = before->plan;
        const PlanPolicy *policy = &plan->policies[index];
        uint16_t       entity = policy->source->entity;
        uint32_t       rows = before->population->entities[entity].count;
        BatchGroup     nothing = { NONE, NONE }, by_county = { NONE, plan->program->entities[entity].county };
        Grouping       county = grouping_of(before, by_county);
        Grouping       group = grouping_of(before, groups ? groups[entity] : nothing);
        const Captured old = before->captured[index], new = after->captured[index];
        to->policy = policy->policy;
        to->bucket_count = county.count;
        to->group_count = group.count;
        to->counties = ARENA_NEW(before->arena, BatchChange, county.count);
        to->groups = ARENA_NEW(before->arena, BatchChange, group.count);
        for (uint32_t row = 0; row < rows; row++) {
                if (old.answers[row] == ANSWER_NO && new.answers[row] == ANSWER_NO)
                        continue;
                add_change(&to->counties[grouping_bucket(&county, row)], old.answers[row], new.answers[row],
                           old.money[row], new.money[row]);
                add_change(&to->groups[grouping_bucket(&group, row)], old.answers[row], new.answers[row],
                           old.money[row], new.money[row]);
        }
}

BatchComparison *batch_compare(Arena *arena, const Run *before, const Run *after, const BatchOptions *options,
                               const BatchGroup *groups, const Population *population) {
        BatchOptions chosen = affected(arena, before, after, options);
        BatchComparison *comparison = ARENA_NEW(arena, BatchComparison, 1);
        MUST(before->program == after->program);
        if (chosen.policy_count == 0)
                return comparison;
        BatchRunning *first = running_run(plan_capturing(arena, before, &chosen, groups), population, arena);
        BatchRunning *second = running_run(plan_capturing(arena, after, &chosen, groups), population, arena);
        comparison->policies = ARENA_NEW(arena, BatchPolicyChange, chosen.policy_count);
        comparison->policy_count = chosen.policy_count;
        for (uint32_t i = 0; i < chosen.policy_count; i++)
                compare_policy(first, second, i, groups, &comparison->policies[i]);
        running_free(first);
        running_free(second);
        return comparison;
}
