/* What can be proven about truths from the intervals of steps: that a conjunction cannot hold, that a condition always
 * or never holds, that a guard is established where a fact is read, and which operations may overflow.
 *
 * Each step compared with a constant is a variable with an interval (or a set of up to 64 members); two steps
 * compared with each other are a variable with the three outcomes <, =, >. A conjunction is impossible when one of
 * them runs empty. Disjunctions are split to a small depth. Sound, not complete: "not proven" means nothing. */
#include "language/check_internal.h"

#define VARIABLES_MAX 128
#define LITERALS_MAX 256
#define SPLIT_DEPTH 2

typedef struct Variable {
        uint32_t a, b;               /* b NONE: compared with constants */
        int64_t  low, high;
        uint64_t set;                /* codes below 64: members left; pairs: bits LESS EQUAL MORE */
        bool     has_set;
} Variable;

typedef struct Domain {
        const Checker *checker;
        Variable       variables[VARIABLES_MAX];
        uint32_t       count;
        Literal        splits[16];   /* disjunctions that hold */
        uint32_t       split_count;
        bool           impossible;
} Domain;

enum { OUTCOME_LESS = 1, OUTCOME_EQUAL = 2, OUTCOME_MORE = 4 };

static const Step *step_at(const Domain *domain, uint32_t step) {
        return builder_step(domain->checker->builder, step);
}

static Variable *variable_of(Domain *domain, uint32_t a, uint32_t b) {
        for (uint32_t i = 0; i < domain->count; i++) {
                if (domain->variables[i].a == a && domain->variables[i].b == b)
                        return &domain->variables[i];
        }
        if (domain->count == VARIABLES_MAX)
                return NULL;
        Variable *made = &domain->variables[domain->count++];
        const Step *step = step_at(domain, a);
        *made = (Variable){ .a = a, .b = b, .low = step->low, .high = step->high };
        if (b != NONE) {
                made->set = OUTCOME_LESS | OUTCOME_EQUAL | OUTCOME_MORE;
                made->has_set = true;
        } else if (step->type.kind == TYPE_CODE && step->low >= 0 && step->high < 64) {
                made->set = step->high - step->low == 63 ? ~UINT64_C(0)
                                                         : ((UINT64_C(1) << (step->high - step->low + 1)) - 1) << step->low;
                made->has_set = true;
        }
        return made;
}

static void settle(Domain *domain, const Variable *variable) {
        if (variable->b == NONE && variable->low > variable->high)
                domain->impossible = true;
        if (variable->has_set && variable->set == 0)
                domain->impossible = true;
}

static void bound(Domain *domain, uint32_t step, int64_t low, int64_t high) {
        Variable *variable = variable_of(domain, step, NONE);
        if (variable == NULL)
                return;
        if (low > variable->low)
                variable->low = low;
        if (high < variable->high)
                variable->high = high;
        settle(domain, variable);
}

static void keep(Domain *domain, uint32_t a, uint32_t b, uint64_t set) {
        Variable *variable = variable_of(domain, a, b);
        if (variable == NULL || !variable->has_set)
                return;
        variable->set &= set;
        settle(domain, variable);
}

static void exclude_value(Domain *domain, uint32_t step, int64_t value) {
        Variable *variable = variable_of(domain, step, NONE);
        if (variable == NULL)
                return;
        if (variable->has_set && value >= 0 && value < 64)
                variable->set &= ~(UINT64_C(1) << value);
        if (variable->low == value)
                variable->low++;
        if (variable->high == value)
                variable->high--;
        settle(domain, variable);
}

/* floor(a / b) for b > 0 */
static int64_t floor_divide(int64_t a, int64_t b) {
        return a / b - (a % b < 0);
}

static Op negation(Op op) {
        static const Op PAIRS[][2] = { { OP_EQUAL, OP_NOT_EQUAL }, { OP_LESS, OP_AT_LEAST }, { OP_MORE, OP_AT_MOST } };
        for (uint32_t i = 0; i < ARRAY_LENGTH(PAIRS); i++) {
                for (int side = 0; side < 2; side++) {
                        if (PAIRS[i][side] == op)
                                return PAIRS[i][1 - side];
                }
        }
        return op;
}

/* a and b exchanged */
static Op mirror(Op op) {
        return op == OP_LESS ? OP_MORE : op == OP_MORE ? OP_LESS : op == OP_AT_MOST ? OP_AT_LEAST
               : op == OP_AT_LEAST ? OP_AT_MOST : op;
}

static uint64_t outcomes(Op op) {
        return op == OP_EQUAL ? OUTCOME_EQUAL : op == OP_NOT_EQUAL ? OUTCOME_LESS | OUTCOME_MORE : op == OP_LESS ? OUTCOME_LESS
               : op == OP_AT_MOST ? OUTCOME_LESS | OUTCOME_EQUAL : op == OP_MORE ? OUTCOME_MORE : OUTCOME_MORE | OUTCOME_EQUAL;
}

/* What `*op *value` says of the step before it was raised to another scale; false when it says nothing. */
static bool unscale(Domain *domain, const Step *step, Op *op, int64_t *value) {
        bool exact = *value % step->imm == 0;
        if (!exact && *op == OP_EQUAL)
                domain->impossible = true;
        if (!exact && (*op == OP_EQUAL || *op == OP_NOT_EQUAL))
                return false;
        /* a > 2.5 is a > 2, a >= 2.5 is a > 2, a < 2.5 is a <= 2, a <= 2.5 is a <= 2 */
        if (!exact)
                *op = *op == OP_AT_LEAST || *op == OP_MORE ? OP_MORE : OP_AT_MOST;
        *value = floor_divide(*value, step->imm);
        return true;
}

/* step `op` value; a step that was only raised to another scale is taken at its own. */
static void compare_constant(Domain *domain, Op op, uint32_t step, int64_t value) {
        if (value == UNKNOWN)
                return;
        for (const Step *of = step_at(domain, step); of->op == OP_SCALE_UP; of = step_at(domain, step)) {
                if (!unscale(domain, of, &op, &value))
                        return;
                step = of->a;
        }
        if (op == OP_NOT_EQUAL) {
                exclude_value(domain, step, value);
                return;
        }
        if ((op == OP_LESS && value == INT64_MIN + 1) || (op == OP_MORE && value == INT64_MAX))
                return;
        int64_t low = op == OP_EQUAL || op == OP_AT_LEAST ? value : op == OP_MORE ? value + 1 : INT64_MIN;
        int64_t high = op == OP_EQUAL || op == OP_AT_MOST ? value : op == OP_LESS ? value - 1 : INT64_MAX;
        bound(domain, step, low, high);
        if (op == OP_EQUAL && value >= 0 && value < 64)
                keep(domain, step, NONE, UINT64_C(1) << value);
}

static void compare_steps(Domain *domain, Op op, uint32_t a, uint32_t b) {
        const Step *left = step_at(domain, a), *right = step_at(domain, b);
        if (right->op == OP_CONSTANT) {
                compare_constant(domain, op, a, right->imm);
        } else if (left->op == OP_CONSTANT) {
                compare_constant(domain, mirror(op), b, left->imm);
        } else {
                /* what the intervals leave of the three outcomes */
                uint64_t possible = (left->low < right->high ? OUTCOME_LESS : 0) |
                                    (left->low <= right->high && right->low <= left->high ? OUTCOME_EQUAL : 0) |
                                    (left->high > right->low ? OUTCOME_MORE : 0);
                uint64_t wanted = outcomes(op) & possible;
                if (a < b)
                        keep(domain, a, b, wanted);
                else
                        keep(domain, b, a, (wanted & OUTCOME_EQUAL) | (wanted & OUTCOME_LESS ? OUTCOME_MORE : 0) |
                                                   (wanted & OUTCOME_MORE ? OUTCOME_LESS : 0));
        }
}

static void require(Domain *domain, uint32_t step, bool yes, uint32_t depth);

static void require_between(Domain *domain, const Step *step, bool yes) {
        if (yes) {
                compare_steps(domain, OP_AT_LEAST, step->a, step->b);
                compare_steps(domain, OP_AT_MOST, step->a, step->c);
                return;
        }
        /* not between: impossible only when what is left of the step lies wholly inside */
        const Step *low = step_at(domain, step->b), *high = step_at(domain, step->c);
        const Variable *variable = variable_of(domain, step->a, NONE);
        if (variable != NULL && low->op == OP_CONSTANT && high->op == OP_CONSTANT && low->imm != UNKNOWN &&
            high->imm != UNKNOWN && variable->low >= low->imm && variable->high <= high->imm)
                domain->impossible = true;
}

/* A disjunction is looked at later, when everything else is known. */
static void require_either(Domain *domain, uint32_t at, bool yes) {
        if (domain->split_count < ARRAY_LENGTH(domain->splits))
                domain->splits[domain->split_count++] = (Literal){ at, yes };
}

static void require_atom(Domain *domain, uint32_t at, bool yes) {
        const Step *step = step_at(domain, at);
        int64_t truth = yes ? TRUTH_YES : TRUTH_NO;
        if (step->op == OP_CONSTANT)
                domain->impossible = step->imm == 2 - truth || domain->impossible;
        else if (step->op == OP_BETWEEN)
                require_between(domain, step, yes);
        else if (step->op == OP_IN_SET)
                keep(domain, step->a, NONE, yes ? (uint64_t) step->imm : ~(uint64_t) step->imm);
        else if (op_class(step->op) == CLASS_COMPARE)
                compare_steps(domain, yes ? step->op : negation(step->op), step->a, step->b);
        else
                bound(domain, at, truth, truth);
}

/* Adds what follows from a truth being 是 (or 否). */
static void require(Domain *domain, uint32_t at, bool yes, uint32_t depth) {
        const Step *step = step_at(domain, at);
        if (domain->impossible || depth > LITERALS_MAX || *domain->checker->proof_budget == 0)
                return;
        --*domain->checker->proof_budget;
        if (step->op == OP_NOT) {
                require(domain, step->a, !yes, depth + 1);
        } else if (step->op != OP_AND && step->op != OP_OR) {
                require_atom(domain, at, yes);
        } else if ((step->op == OP_AND) == yes) {
                require(domain, step->a, yes, depth + 1);
                require(domain, step->b, yes, depth + 1);
        } else {
                require_either(domain, at, yes);
        }
}

/* A disjunction is impossible when both its sides are, given everything else. */
static bool splits_impossible(const Domain *domain, uint32_t depth) {
        for (uint32_t i = 0; i < domain->split_count && depth < SPLIT_DEPTH; i++) {
                const Step *step = step_at(domain, domain->splits[i].step);
                const uint32_t sides[2] = { step->a, step->b };
                bool all = true;
                for (int side = 0; side < 2 && all; side++) {
                        Domain branch = *domain;
                        branch.splits[i] = branch.splits[--branch.split_count];
                        require(&branch, sides[side], domain->splits[i].yes, 0);
                        all = branch.impossible || splits_impossible(&branch, depth + 1);
                }
                if (all)
                        return true;
        }
        return false;
}

bool static_impossible(const Checker *checker, const Literal *literals, uint32_t count) {
        Domain domain = { .checker = checker };
        /* two rounds, because "not between" looks at what the others left */
        for (int round = 0; round < 2; round++) {
                domain.split_count = 0;
                for (uint32_t i = 0; i < count && i < LITERALS_MAX && !domain.impossible; i++) {
                        if (literals[i].step != NONE)
                                require(&domain, literals[i].step, literals[i].yes, 0);
                }
        }
        return domain.impossible || splits_impossible(&domain, 0);
}

bool static_check_condition(Checker *checker, uint32_t step, Span at) {
        Literal yes = { step, true }, no = { step, false };
        const Step *made = builder_step(checker->builder, step);
        if (made->op == OP_CONSTANT && made->imm == TRUTH_UNKNOWN)
                return false;
        if (static_impossible(checker, &yes, 1)) {
                check_error(checker, CONDITION_NEVER, at, NO_HINT, "这个条件永远不成立");
                return true;
        }
        if (static_impossible(checker, &no, 1))
                check_warning(checker, CONDITION_ALWAYS, at, NO_HINT, "这个条件总是成立");
        return false;
}

/* ---- guards ------------------------------------------------------------------------------------------------- */

#define KNOWN_MAX 64     /* established truths that a proof uses */
#define SAME_MAX 1000    /* established truths that are compared with the guard itself */

static bool static_established(const Checker *checker, const Known *known, uint32_t step) {
        Literal literals[KNOWN_MAX + 1];
        uint32_t count = 0, looked = 0;
        for (const Known *same = known; same != NULL && looked++ < SAME_MAX; same = same->next) {
                if (same->step == step && same->yes)
                        return true;
        }
        for (; known != NULL && count < KNOWN_MAX; known = known->next)
                literals[count++] = (Literal){ known->step, known->yes };
        literals[count++] = (Literal){ step, false };
        return static_impossible(checker, literals, count);
}

/* The guard as the reader sees it: carried back along the path that was followed. */
void static_check_guard(Checker *checker, const Scope *scope, const Symbol *fact, Span at) {
        uint32_t guard = fact->step;
        if (guard == NONE)
                return;
        for (; scope->reader != NULL; scope = scope->reader)
                guard = build_gather(checker->builder, scope->reader_link, guard);
        if (static_established(checker, scope->known, guard))
                return;
        const Tail *tail = tail_get(fact->declaration->tails, TAILKIND_ONLY_WHEN);
        Str condition = tail == NULL ? (Str){ 0 } : expression_line(checker, tail->value);
        check_error(checker, GUARD_MISSING, at, str_format(checker->arena, "写作 %.*s 且 …", STR_ARG(condition)),
                    "“%.*s”只在“%.*s”时才有，这里没有先确认", STR_ARG(fact->name), STR_ARG(condition));
}

/* ---- overflow ------------------------------------------------------------------------------------------------ */

void static_check_overflow(Checker *checker) {
        const Program *program = checker->program;
        for (uint32_t i = 0; i < program->step_count; i++) {
                const Step *step = &program->steps[i];
                bool may = step->op == OP_ADD || step->op == OP_SUBTRACT || step->op == OP_MULTIPLY || step->op == OP_SCALE_UP;
                if (may && !step->proven && step->at.file != 0)
                        check_warning(checker, OVERFLOW_POSSIBLE, step->at, STR("用“范围”写出事实的实际大小"),
                                      "结果可能超出数的范围");
        }
}
