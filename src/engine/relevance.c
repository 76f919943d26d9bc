/* Kleene relevance: a forward pass that tells open values from closed ones, and backward walks through open values. */
#include "engine/relevance.h"

#include <string.h>

#include "engine/frame.h"

typedef enum State { STATE_KNOWN, STATE_CLOSED, STATE_OPEN } State;

typedef struct Place {
        uint32_t step, row;
} Place;

struct Relevance {
        Arena            *arena;
        const Program    *program;
        const Population *population;
        const Asking     *asking;
        const Frame      *shown;
        Frame            *frame;         /* values while the open questions are open */
        uint8_t         **open;          /* per step, row */
        uint32_t        **visited;       /* per step, row: the walk that saw it last */
        uint32_t          walk;          /* number of the walk under way, and what it looks for */
        bool              narrow, records;
        AskList          *list;
        uint8_t          *assumed;       /* per step: truth + 1 that a policy's own conditions give it, or 0 */
        uint32_t          assumed_row;
        Place            *stack;
        uint32_t          stack_count, stack_capacity;
};

Relevance *relevance_new(Arena *arena, const Program *program, const Population *population, const Asking *asking) {
        Relevance *relevance = ARENA_NEW(arena, Relevance, 1);
        *relevance = (Relevance){ .arena = arena, .program = program, .population = population, .asking = asking };
        relevance->frame = frame_new(arena, program, population);
        relevance->open = ARENA_NEW(arena, uint8_t *, program->step_count);
        relevance->visited = ARENA_NEW(arena, uint32_t *, program->step_count);
        relevance->assumed = ARENA_NEW(arena, uint8_t, program->step_count);
        for (uint32_t step = 0; step < program->step_count; step++) {
                uint32_t rows = ((FrameBlock *) relevance->frame)->instructions[step].rows;
                relevance->open[step] = ARENA_NEW(arena, uint8_t, rows);
                relevance->visited[step] = ARENA_NEW(arena, uint32_t, rows);
        }
        return relevance;
}

/* ---- forward: open or closed ------------------------------------------------------------------------- */

static uint32_t row_in(const Relevance *relevance, uint32_t step, uint32_t row) {
        return relevance->program->steps[step].entity == ENTITY_NONE ? 0 : row;
}

static State state_of(const Relevance *relevance, uint32_t step, uint32_t row) {
        if (step == NONE)
                return STATE_KNOWN;
        row = row_in(relevance, step, row);
        if (relevance->frame->cells[step][row] != type_unknown(relevance->program->steps[step].type))
                return STATE_KNOWN;
        return relevance->open[step][row] ? STATE_OPEN : STATE_CLOSED;
}

static bool flagged(uint8_t *const *flags, uint32_t id, uint32_t row) {
        return flags && flags[id] && flags[id][row];
}

static bool fact_asked(const Relevance *relevance, uint32_t at, uint32_t row) {
        const Fact *fact = &relevance->program->facts[at];
        if (fact->manual || fact->question.length == 0 || fact->type.kind == TYPE_TEXT || fact->type.kind == TYPE_ROW)
                return false;
        return !flagged(relevance->asking->declined, at, row) &&
               (fact->guard == NONE || frame_cell(relevance->shown, fact->guard, row) != TRUTH_NO);
}

static bool fact_from_records(const Fact *fact) {
        return !fact->manual && fact->question.length == 0;
}

/* All operands are needed: one closed operand closes the result. */
static bool open_strict(const Relevance *relevance, const Step *step, uint32_t row) {
        State a = state_of(relevance, step->a, row), b = state_of(relevance, step->b, row),
              c = state_of(relevance, step->c, row);
        if (a == STATE_CLOSED || b == STATE_CLOSED || c == STATE_CLOSED)
                return false;
        return a == STATE_OPEN || b == STATE_OPEN || c == STATE_OPEN;
}

static bool open_select(const Relevance *relevance, const Step *step, uint32_t row) {
        State when = state_of(relevance, step->a, row), yes = state_of(relevance, step->b, row),
              no = state_of(relevance, step->c, row);
        if (when == STATE_KNOWN)
                return (frame_cell(relevance->frame, step->a, row) == TRUTH_YES ? yes : no) == STATE_OPEN;
        if (when == STATE_OPEN)
                return yes != STATE_CLOSED || no != STATE_CLOSED;
        return yes != STATE_CLOSED && no != STATE_CLOSED && (yes == STATE_OPEN || no == STATE_OPEN);
}

static bool open_choice(const Relevance *relevance, const Step *step, uint32_t row) {
        if (step->op == OP_SELECT)
                return open_select(relevance, step, row);
        State a = state_of(relevance, step->a, row), b = state_of(relevance, step->b, row),
              c = state_of(relevance, step->c, row);
        if (step->op == OP_BETWEEN)      /* one side can already fail */
                return a != STATE_CLOSED && (a == STATE_OPEN || b == STATE_OPEN || c == STATE_OPEN);
        if (step->op == OP_DEFAULT)
                return a == STATE_OPEN || b == STATE_OPEN;
        return a == STATE_OPEN;
}

/* The list is not whole, and asking how many there are would make it so. */
static bool list_uncounted(const Relevance *relevance, uint32_t link, uint32_t row) {
        return !population_is_complete(relevance->population, link, row) &&
               flagged(relevance->asking->counts, link, row);
}

static bool open_reduce(const Relevance *relevance, const Step *step, uint32_t row) {
        const uint32_t *members = NULL;
        uint32_t        count = members_of(relevance->population, step->aux, row, &members);
        bool            truths = step->op == OP_ANY || step->op == OP_ALL;
        bool            whole = population_is_complete(relevance->population, step->aux, row);
        bool            open = list_uncounted(relevance, step->aux, row);
        if (!whole && !open && !truths)
                return false;
        for (uint32_t at = 0; at < count; at++) {
                State filter = state_of(relevance, step->a, members[at]);
                State value = state_of(relevance, step->b, members[at]);
                bool  counts = filter == STATE_KNOWN &&
                              frame_cell(relevance->frame, step->a, members[at]) == TRUTH_YES;
                if (!truths && (filter == STATE_CLOSED || (counts && value == STATE_CLOSED)))
                        return false;
                open = open || filter == STATE_OPEN || (!truths && counts && value == STATE_OPEN);
        }
        return open;
}

static bool open_cross(const Relevance *relevance, const Step *step, uint32_t row) {
        if (step->op != OP_GATHER)
                return open_reduce(relevance, step, row);
        uint32_t partner = partner_of(relevance->population, step->aux, row);
        return partner == NONE ? flagged(relevance->asking->partners, step->aux, row)
                               : state_of(relevance, step->a, partner) == STATE_OPEN;
}

/* Whether an unknown value can still become known. */
static bool step_open(const Relevance *relevance, const Step *step, uint32_t row) {
        switch (op_class(step->op)) {
        case CLASS_LEAF:
                if (step->op == OP_FACT)
                        return fact_asked(relevance, step->aux, row);
                if (step->op == OP_LINK)
                        return flagged(relevance->asking->partners, step->aux, row);
                return open_strict(relevance, step, row);
        case CLASS_STRICT:
        case CLASS_COMPARE:
                return open_strict(relevance, step, row);
        case CLASS_LOGIC:
                return state_of(relevance, step->a, row) == STATE_OPEN ||
                       state_of(relevance, step->b, row) == STATE_OPEN;
        case CLASS_CHOOSE:
                return open_choice(relevance, step, row);
        case CLASS_CROSS:
                return open_cross(relevance, step, row);
        }
        return false;
}

/* Operations that say something about an unknown operand: while it is open they must wait. */
static bool judges_unknown(Op op) {
        return op == OP_DEFAULT || op == OP_KNOWN || op == OP_ASSUME_YES || op == OP_ASSUME_NO;
}

void relevance_evaluate(Relevance *relevance, const Run *run, const Frame *shown) {
        Run with_defaults = *run;
        with_defaults.ignore_defaults = false;
        relevance->shown = shown;
        for (uint32_t at = 0; at < relevance->program->step_count; at++) {
                const Step *step = &relevance->program->steps[at];
                int64_t    *cells = relevance->frame->cells[at], none = type_unknown(step->type);
                uint32_t    rows = ((FrameBlock *) relevance->frame)->instructions[at].rows;
                frame_step(&with_defaults, relevance->frame, at);
                for (uint32_t row = 0; row < rows; row++) {
                        bool wait = judges_unknown(step->op) && state_of(relevance, step->a, row) == STATE_OPEN;
                        if (wait)
                                cells[row] = none;
                        relevance->open[at][row] = wait || (cells[row] == none && step_open(relevance, step, row));
                }
        }
}

/* ---- backward: what to ask --------------------------------------------------------------------------- */

/* A walk for records goes along everything unknown, a walk for questions along what is open. */
static void walk_push(Relevance *relevance, uint32_t step, uint32_t row) {
        if (step == NONE)
                return;
        row = row_in(relevance, step, row);
        State state = state_of(relevance, step, row);
        if (relevance->visited[step][row] == relevance->walk || state == STATE_KNOWN ||
            (state == STATE_CLOSED && !relevance->records))
                return;
        relevance->visited[step][row] = relevance->walk;
        *ARENA_PUSH(relevance->arena, relevance->stack, relevance->stack_count, relevance->stack_capacity) =
                (Place){ step, row };
}

static void walk_found(Relevance *relevance, QuestionKind kind, uint32_t id, uint32_t row) {
        AskList *list = relevance->list;
        if (relevance->records != (kind == QUESTION_FACT && fact_from_records(&relevance->program->facts[id])))
                return;
        for (uint32_t at = 0; at < list->count; at++)
                if (list->asks[at].kind == kind && list->asks[at].id == id && list->asks[at].row == row)
                        return;
        *ARENA_PUSH(list->arena, list->asks, list->count, list->capacity) = (Ask){ kind, id, row };
}

static void walk_fact(Relevance *relevance, const Step *step, uint32_t row) {
        uint32_t guard = relevance->program->facts[step->aux].guard;
        if (guard != NONE && state_of(relevance, guard, row) == STATE_OPEN)
                walk_push(relevance, guard, row);
        else
                walk_found(relevance, QUESTION_FACT, step->aux, row);
}

static void walk_select(Relevance *relevance, const Step *step, uint32_t row) {
        State when = state_of(relevance, step->a, row);
        walk_push(relevance, step->a, row);
        if (when == STATE_OPEN && relevance->narrow)
                return;
        if (when != STATE_KNOWN || frame_cell(relevance->frame, step->a, row) == TRUTH_YES)
                walk_push(relevance, step->b, row);
        if (when != STATE_KNOWN || frame_cell(relevance->frame, step->a, row) == TRUTH_NO)
                walk_push(relevance, step->c, row);
}

static void walk_members(Relevance *relevance, uint32_t link, uint32_t filter, uint32_t value, uint32_t row) {
        const uint32_t *members = NULL;
        uint32_t        count = members_of(relevance->population, link, row, &members);
        if (list_uncounted(relevance, link, row))
                walk_found(relevance, QUESTION_COUNT, link, row);
        for (uint32_t at = 0; at < count; at++) {
                State counts = state_of(relevance, filter, members[at]);
                bool  certain = counts == STATE_KNOWN && frame_cell(relevance->frame, filter, members[at]) == TRUTH_YES;
                walk_push(relevance, filter, members[at]);
                if (certain || (counts == STATE_OPEN && !relevance->narrow))
                        walk_push(relevance, value, members[at]);
        }
}

static void walk_place(Relevance *relevance, Place place) {
        const Step *step = &relevance->program->steps[place.step];
        uint32_t    row = place.row;
        if (step->op == OP_FACT) {
                walk_fact(relevance, step, row);
        } else if (step->op == OP_LINK) {
                walk_found(relevance, QUESTION_LINKED, step->aux, row);
        } else if (step->op == OP_GATHER) {
                uint32_t partner = partner_of(relevance->population, step->aux, row);
                if (partner == NONE)
                        walk_found(relevance, QUESTION_LINKED, step->aux, row);
                else
                        walk_push(relevance, step->a, partner);
        } else if (op_class(step->op) == CLASS_CROSS) {
                bool truths = step->op == OP_ANY || step->op == OP_ALL;
                walk_members(relevance, step->aux, step->a, truths ? NONE : step->b, row);
        } else if (step->op == OP_SELECT) {
                walk_select(relevance, step, row);
        } else {
                walk_push(relevance, step->a, row);
                if (step->op != OP_DEFAULT || state_of(relevance, step->a, row) != STATE_OPEN)
                        walk_push(relevance, step->b, row);
                walk_push(relevance, step->c, row);
        }
}

/* ---- what a policy's other conditions take for granted ----------------------------------------------- */

/* An answer matters to a policy only where all conditions that do not depend on it hold; so each condition is looked at
 * as if the others held. A fact that stands alone is then asked before those that matter only beside it. */
#define ASSUMED_DEPTH 8

static int64_t assumed_truth(const Relevance *relevance, uint32_t step, uint32_t depth);

/* The truth that a step has by its operands, when the conditions hold. */
static int64_t assumed_by_operands(const Relevance *relevance, uint32_t at, uint32_t depth) {
        const Step *step = &relevance->program->steps[at];
        if (depth == 0 || step->type.kind != TYPE_TRUTH)
                return TRUTH_UNKNOWN;
        if (step->op == OP_NOT)
                return 2 - assumed_truth(relevance, step->a, depth - 1);
        if (step->op == OP_DEFAULT)
                return assumed_truth(relevance, step->a, depth - 1);
        if (step->op != OP_AND && step->op != OP_OR)
                return TRUTH_UNKNOWN;
        int64_t a = assumed_truth(relevance, step->a, depth - 1), b = assumed_truth(relevance, step->b, depth - 1);
        return (step->op == OP_AND) == (a < b) ? a : b;
}

static int64_t assumed_truth(const Relevance *relevance, uint32_t step, uint32_t depth) {
        if (state_of(relevance, step, relevance->assumed_row) == STATE_KNOWN)
                return frame_cell(relevance->frame, step, relevance->assumed_row);
        if (relevance->assumed[step] != 0)
                return relevance->assumed[step] - 1;
        return assumed_by_operands(relevance, step, depth);
}

/* Takes a condition for granted (or, with `grant` false, takes that back), down to the fact it stands on, if one. */
static void assume_condition(Relevance *relevance, uint32_t step, bool grant) {
        const Step *steps = relevance->program->steps;
        int64_t     truth = TRUTH_YES;
        for (bool more = true; more; step = steps[step].a) {
                Op op = steps[step].op;
                more = op == OP_NOT || op == OP_DEFAULT;
                relevance->assumed[step] = grant ? (uint8_t) (truth + 1) : 0;
                truth = op == OP_NOT ? 2 - truth : truth;
                more = more && steps[steps[step].a].op != OP_AND && steps[steps[step].a].op != OP_OR;
        }
}

static bool walk_taken_for_granted(const Relevance *relevance, Place place) {
        const Step *step = &relevance->program->steps[place.step];
        return relevance->narrow && step->entity != ENTITY_NONE && place.row == relevance->assumed_row &&
               (step->op == OP_AND || step->op == OP_OR) &&
               assumed_truth(relevance, place.step, ASSUMED_DEPTH) != TRUTH_UNKNOWN;
}

/* ---- walks ------------------------------------------------------------------------------------------- */

static void walk_begin(Relevance *relevance, bool narrow, bool records, AskList *list) {
        relevance->walk++;
        relevance->stack_count = 0;
        relevance->narrow = narrow;
        relevance->records = records;
        relevance->list = list;
}

static void walk_run(Relevance *relevance) {
        while (relevance->stack_count > 0) {
                Place place = relevance->stack[--relevance->stack_count];
                if (!walk_taken_for_granted(relevance, place))
                        walk_place(relevance, place);
        }
}

/* From each condition of an undecided policy as if the others held. */
static void walk_conditions(Relevance *relevance, const Policy *policy, uint32_t row) {
        relevance->assumed_row = row;
        for (uint32_t at = 0; at < policy->condition_count; at++)
                assume_condition(relevance, policy->conditions[at].step, true);
        for (uint32_t at = 0; at < policy->condition_count; at++) {
                uint32_t step = policy->conditions[at].step;
                if (state_of(relevance, step, row) != STATE_OPEN ||
                    (relevance->program->steps[step].op == OP_OR &&
                     assumed_by_operands(relevance, step, ASSUMED_DEPTH) != TRUTH_UNKNOWN))
                        continue;
                walk_place(relevance, (Place){ step, row });
                walk_run(relevance);
        }
        for (uint32_t at = 0; at < policy->condition_count; at++)
                assume_condition(relevance, policy->conditions[at].step, false);
}

void relevance_of_step(Relevance *relevance, uint32_t step, uint32_t row, bool narrow, AskList *list) {
        walk_begin(relevance, narrow, false, list);
        walk_push(relevance, step, row);
        walk_run(relevance);
}

/* ---- policies ---------------------------------------------------------------------------------------- */

/* Calls `visit` for every step whose being open keeps the benefit undecided; stops at the first true. */
typedef bool (*VisitStep)(Relevance *relevance, uint32_t step, uint32_t row);

static bool visit_open(Relevance *relevance, uint32_t step, uint32_t row) {
        return state_of(relevance, step, row) == STATE_OPEN;
}

static bool visit_push(Relevance *relevance, uint32_t step, uint32_t row) {
        walk_push(relevance, step, row);
        return false;
}

static bool benefit_rows_visit(Relevance *relevance, const Benefit *benefit, uint32_t row, VisitStep visit) {
        const uint32_t *members = NULL;
        uint32_t        count = members_of(relevance->population, benefit->each, row, &members);
        if (list_uncounted(relevance, benefit->each, row)) {
                if (visit == visit_open)
                        return true;
                walk_found(relevance, QUESTION_COUNT, benefit->each, row);
        }
        for (uint32_t at = 0; at < count; at++) {
                if (visit(relevance, benefit->each_when, members[at]))
                        return true;
                if (state_of(relevance, benefit->each_when, members[at]) == STATE_KNOWN &&
                    frame_cell(relevance->frame, benefit->each_when, members[at]) == TRUTH_YES &&
                    visit(relevance, benefit->each_output, members[at]))
                        return true;
        }
        return false;
}

static bool benefit_visit(Relevance *relevance, const Benefit *benefit, uint32_t row, VisitStep visit) {
        if (benefit->when != NONE && state_of(relevance, benefit->when, row) == STATE_OPEN)
                return visit(relevance, benefit->when, row);
        if (benefit->when != NONE && frame_cell(relevance->frame, benefit->when, row) == TRUTH_NO)
                return false;
        for (uint32_t at = 0; at < benefit->output_count; at++) {
                const Output *output = &benefit->outputs[at];
                if (visit(relevance, output->step, row) || visit(relevance, output->floor, row) ||
                    visit(relevance, output->ceiling, row))
                        return true;
        }
        for (uint32_t at = 0; at < benefit->interest_count; at++)
                if (visit(relevance, benefit->interest[at].share, row))
                        return true;
        return benefit->each != NONE && benefit_rows_visit(relevance, benefit, row, visit);
}

/* Like the answer: the three truths first, then the figures of what can be had. */
static bool policy_visit(Relevance *relevance, const Policy *policy, uint32_t row, VisitStep visit) {
        if (policy->eligible == NONE)
                return false;
        const uint32_t truths[] = { policy->eligible, policy->eligible_if_judged, policy->eligible_if_open };
        bool           open = false;
        if (state_of(relevance, policy->eligible, row) != STATE_KNOWN)
                for (uint32_t at = 0; at < ARRAY_LENGTH(truths); at++)
                        if (state_of(relevance, truths[at], row) == STATE_OPEN) {
                                open = true;
                                if (visit(relevance, truths[at], row))
                                        return true;
                        }
        if (open || frame_cell(relevance->frame, policy->eligible, row) == TRUTH_NO ||
            frame_cell(relevance->frame, policy->eligible_if_open, row) != TRUTH_YES)
                return false;
        for (uint32_t at = 0; at < policy->benefit_count; at++)
                if (benefit_visit(relevance, &policy->benefits[at], row, visit))
                        return true;
        return false;
}

bool relevance_undecided(Relevance *relevance, uint32_t policy, uint32_t row) {
        return policy_visit(relevance, &relevance->program->policies[policy], row, visit_open);
}

void relevance_of_policy(Relevance *relevance, uint32_t policy, uint32_t row, bool narrow, AskList *list) {
        const Policy *about = &relevance->program->policies[policy];
        if (narrow && about->eligible != NONE && state_of(relevance, about->eligible, row) == STATE_OPEN) {
                AskList own = { .arena = list->arena };
                walk_begin(relevance, true, false, &own);
                walk_conditions(relevance, about, row);
                relevance->list = list;
                for (uint32_t at = 0; at < own.count; at++)
                        walk_found(relevance, own.asks[at].kind, own.asks[at].id, own.asks[at].row);
                if (own.count > 0)
                        return;
        }
        walk_begin(relevance, narrow, false, list);
        policy_visit(relevance, about, row, visit_push);
        walk_run(relevance);
}

void relevance_of_benefit(Relevance *relevance, const Benefit *benefit, uint32_t row, bool narrow, AskList *list) {
        walk_begin(relevance, narrow, false, list);
        benefit_visit(relevance, benefit, row, visit_push);
        walk_run(relevance);
}

void relevance_of_records(Relevance *relevance, uint32_t policy, uint32_t row, AskList *list) {
        const Policy *about = &relevance->program->policies[policy];
        if (about->eligible == NONE)
                return;
        walk_begin(relevance, false, true, list);
        walk_push(relevance, about->eligible, row);
        if (frame_cell(relevance->frame, about->eligible_if_open, row) == TRUTH_YES)
                for (uint32_t at = 0; at < about->benefit_count; at++)
                        benefit_visit(relevance, &about->benefits[at], row, visit_push);
        walk_run(relevance);
}
