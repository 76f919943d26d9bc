/* What comes after the answers, over the whole population: which of several exclusive policies a subject keeps, and
 * whom a yearly budget still reaches. Works on the answers and the money that the run kept per row. */
#include "engine/batch_plan.h"

#include <stdlib.h>

/* The plan's policy for a program's policy, or NULL when it is not in the plan. */
static const PlanPolicy *planned(const BatchPlan *plan, uint32_t policy) {
        for (uint32_t i = 0; i < plan->policy_count; i++)
                if (plan->policies[i].policy == policy)
                        return &plan->policies[i];
        return NULL;
}

/* ---- 互斥 -------------------------------------------------------------------------------------------- */

/* One candidate of an exclusive, as the run left it. */
typedef struct Candidate {
        BatchShare    *share;
        const uint8_t *answers;
        const int64_t *money;
} Candidate;

/* 择高 for a subject: the first of the highest. False when somebody undecided could be higher. */
static bool highest(const Candidate *candidates, uint32_t count, uint32_t row, uint32_t *ret_winner) {
        uint32_t winner = NONE;
        for (uint32_t i = 0; i < count; i++) {
                if (candidates[i].answers[row] == ANSWER_NO)
                        continue;
                if (candidates[i].answers[row] != ANSWER_YES || candidates[i].money[row] == UNKNOWN)
                        return false;
                if (winner == NONE || candidates[i].money[row] > candidates[winner].money[row])
                        winner = i;
        }
        *ret_winner = winner;
        return true;
}

static uint32_t holders(const Candidate *candidates, uint32_t count, uint32_t row) {
        uint32_t yes = 0;
        for (uint32_t i = 0; i < count; i++)
                yes += candidates[i].answers[row] == ANSWER_YES;
        return yes;
}

static void share_out(const Candidate *candidates, uint32_t count, uint32_t row, uint32_t winner) {
        for (uint32_t i = 0; i < count; i++) {
                int64_t money = candidates[i].money[row] == UNKNOWN ? 0 : candidates[i].money[row];
                if (candidates[i].answers[row] != ANSWER_YES)
                        continue;
                if (i == winner) {
                        candidates[i].share->kept++;
                        candidates[i].share->kept_sum += money;
                } else {
                        candidates[i].share->dropped++;
                        candidates[i].share->dropped_sum += money;
                }
        }
}

static void settle_rows(BatchExclusive *to, ExclusiveRule rule, const Candidate *candidates, uint32_t count,
                        uint32_t rows) {
        for (uint32_t row = 0; row < rows; row++) {
                uint32_t winner = NONE, yes = holders(candidates, count, row);
                bool     conflict = yes > 1;
                to->conflicts += conflict;
                switch (rule) {
                case EXCLUSIVE_HIGHEST:
                        if (yes > 0 && highest(candidates, count, row, &winner))
                                share_out(candidates, count, row, winner);
                        else
                                to->undecided += yes > 0;
                        break;
                case EXCLUSIVE_FIRST:
                case EXCLUSIVE_CHOICE:
                        to->needs_order += conflict && rule == EXCLUSIVE_FIRST;
                        to->needs_choice += conflict && rule == EXCLUSIVE_CHOICE;
                        for (uint32_t i = 0; i < count && yes == 1; i++)
                                if (candidates[i].answers[row] == ANSWER_YES)
                                        share_out(candidates, count, row, i);
                        break;
                }
        }
}

/* Candidates about another entity than the first one's are other subjects, and exclude nothing here. */
static void settle_exclusive(const BatchRunning *running, uint32_t number, BatchResult *result) {
        const BatchPlan *plan = running->plan;
        const Exclusive *exclusive = &plan->program->exclusives[number];
        BatchExclusive   settled = { .exclusive = number };
        Candidate       *candidates = ARENA_NEW(running->arena, Candidate, exclusive->policy_count);
        uint32_t         count = 0, entity = NONE;
        settled.shares = ARENA_NEW(running->arena, BatchShare, exclusive->policy_count);
        for (uint32_t i = 0; i < exclusive->policy_count; i++) {
                const PlanPolicy *policy = planned(plan, exclusive->policies[i]);
                if (!policy || (entity != NONE && policy->source->entity != entity))
                        continue;
                entity = policy->source->entity;
                const Captured *captured = &running->captured[policy->index];
                candidates[count++] = (Candidate){ &settled.shares[i], captured->answers, captured->money };
        }
        if (count < 2)
                return;
        settle_rows(&settled, exclusive->rule, candidates, count, running->population->entities[entity].count);
        result->exclusives[result->exclusive_count++] = settled;
}

/* ---- 预算 -------------------------------------------------------------------------------------------- */

typedef struct Claim {
        int64_t  date, money;
        uint32_t row;
} Claim;

static int compare_claims(const void *a, const void *b) {
        const Claim *left = a, *right = b;
        if (left->date != right->date)
                return left->date < right->date ? -1 : 1;
        return (left->row > right->row) - (left->row < right->row);
}

/* The order date of a row; 0 for all when no order is said: rows stand as they are. */
static int64_t order_date(const BatchRunning *running, const PlanPolicy *policy, uint32_t row) {
        if (policy->order == NONE)
                return 0;
        const Node *node = &running->plan->nodes[policy->order];
        if (node->kind == NODE_CONSTANT)
                return node->imm[0];
        if (node->kind == NODE_FACT)
                return population_cell(running->population, node->aux, row);
        return cell_read(running->columns[node->column], node->width, node->truth, row);
}

/* Pays claims in order until one does not fit; it and all after it are refused. */
static void pay(BatchBudget *budget, const Claim *claims, size_t count, bool dated) {
        bool open = true;
        for (size_t i = 0; i < count; i++) {
                open = open && budget->paid_sum + claims[i].money <= budget->limit;
                if (open) {
                        budget->paid++;
                        budget->paid_sum += claims[i].money;
                        budget->last_date = dated ? claims[i].date : UNKNOWN;
                } else {
                        budget->refused++;
                        budget->refused_sum += claims[i].money;
                }
        }
}

static BatchBudget settle_budget(const BatchRunning *running, const PlanPolicy *policy) {
        const Captured *captured = &running->captured[policy->index];
        uint32_t        rows = running->population->entities[policy->source->entity].count;
        BatchBudget     budget = { .policy = policy->policy, .limit = running->plan->folded[policy->source->budget],
                                   .last_date = UNKNOWN };
        size_t count = 0, claimants = 0;
        for (uint32_t row = 0; row < rows; row++)
                claimants += captured->answers[row] == ANSWER_YES;
        Claim *claims = malloc((claimants + 1) * sizeof *claims);
        MUST(claims != NULL);
        for (uint32_t row = 0; row < rows; row++) {
                if (captured->answers[row] != ANSWER_YES)
                        continue;
                Claim claim = { order_date(running, policy, row), captured->money[row], row };
                if (claim.date == UNKNOWN || claim.money == UNKNOWN)
                        budget.unplaced++;
                else
                        claims[count++] = claim;
        }
        qsort(claims, count, sizeof *claims, compare_claims);
        if (budget.limit != UNKNOWN)
                pay(&budget, claims, count, policy->order != NONE);
        free(claims);
        return budget;
}

void exclusives_settle(const BatchRunning *running, BatchResult *result) {
        const BatchPlan *plan = running->plan;
        result->exclusives = ARENA_NEW(running->arena, BatchExclusive, plan->program->exclusive_count);
        for (uint32_t i = 0; i < plan->program->exclusive_count; i++)
                settle_exclusive(running, i, result);
        result->budgets = ARENA_NEW(running->arena, BatchBudget, plan->policy_count);
        for (uint32_t i = 0; i < plan->policy_count; i++)
                if (plan->policies[i].source->budget != NONE)
                        result->budgets[result->budget_count++] = settle_budget(running, &plan->policies[i]);
}
