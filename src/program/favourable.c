/* What a step could become: bounds where parameters are open, truths where manual judgements are missing.
 *
 * A rewriting of a step is made from rewritings of its operands, each remembered per step, so that the whole is
 * linear in the steps and a deep program cannot overflow the stack: what is missing is put on a list of demands.
 *
 * For a truth t, its favourable form f(t) obeys (Kleene order 否 < unknown < 是):
 *   f(t) >= t, and f(t) = t where t is known without a default or an assumption;
 *   f(t) = 是 wherever some answer to the unknown manual judgements makes t 是, all other facts as they are;
 *   and only there, when each judgement stands in t once (they are taken one by one).
 * That is for connectives, choices, defaults and any/all/gather. Another truth that depends on a judgement or an
 * open parameter through a figure counts as favourable when nothing else in it is unknown. */
#include "program/builder_inside.h"

typedef struct Pair {
        uint32_t a, b;
} Pair;

static uint32_t memo(const Builder *builder, uint32_t step, Rewriting rewriting) {
        return builder->marks[step].rewritten[rewriting];
}

/* The rewriting of an operand; when it is not there yet, it is demanded and the caller comes again. */
static uint32_t want(Builder *builder, uint32_t step, Rewriting rewriting) {
        uint32_t found = memo(builder, step, rewriting);
        if (found == 0)
                *ARENA_PUSH(builder->arena, builder->demands, builder->demand_count, builder->demand_capacity) =
                        (Demand){ step, rewriting };
        return found == 0 || found == NONE ? NONE : found - 1;
}

static Pair want_both(Builder *builder, const Step *step, Rewriting a, Rewriting b) {
        uint32_t first = want(builder, step->a, a);
        return (Pair){ first, want(builder, step->b, b) };
}

/* The same operation on other operands. */
static uint32_t remake(Builder *builder, Step step, uint32_t a, uint32_t b, uint32_t c) {
        step.a = a;
        step.b = b;
        step.c = c;
        step.name = STR("");
        return builder_make(builder, step);
}

static uint32_t remake_some(Builder *builder, const Step *step, Pair pair) {
        return pair.a == NONE || pair.b == NONE ? NONE : remake(builder, *step, pair.a, pair.b, step->c);
}

/* ---- bounds -------------------------------------------------------------------------------------------- */

/* The stated bound where a 待定 version is in force on the step's date, the step itself elsewhere. */
static uint32_t bound_parameter(Builder *builder, Step step, bool floor) {
        const Parameter *parameter = &builder->program->parameters[step.aux];
        int64_t bound = floor ? parameter->at_least : parameter->at_most;
        if (bound == UNKNOWN || parameter->type.kind != TYPE_NUMBER || builder->marks[step.a].open)
                return NONE;
        uint32_t open = builder_truth(builder, TRUTH_NO);
        for (uint32_t i = 0; i < parameter->version_count; i++) {
                const ParameterVersion *version = &parameter->versions[i];
                if (version->value != UNKNOWN)
                        continue;
                uint32_t from = build_constant(builder, (Type){ .kind = TYPE_DATE }, version->from);
                uint32_t to = build_constant(builder, (Type){ .kind = TYPE_DATE }, version->to);
                open = build_or(builder, open, build_between(builder, step.a, from, to));
        }
        uint32_t stated = build_constant(builder, step.type, bound);
        uint32_t unknown = build_constant(builder, step.type, UNKNOWN);
        uint32_t parameter_step = remake(builder, step, step.a, NONE, NONE);
        return build_default(builder, parameter_step, build_select(builder, open, stated, unknown), false);
}

static uint32_t bound_multiply(Builder *builder, const Step *step, Rewriting same) {
        /* Beside an open factor the other one must not turn the order round. */
        if ((builder->marks[step->a].open && builder->steps[step->b].low < 0) ||
            (builder->marks[step->b].open && builder->steps[step->a].low < 0))
                return NONE;
        return remake_some(builder, step, want_both(builder, step, same, same));
}

static uint32_t bound_divide(Builder *builder, const Step *step, Rewriting same, Rewriting opposite) {
        const Step *steps = builder->steps;
        if (steps[step->a].low < 0 || steps[step->b].low < 0 || steps[step->c].low < 0)
                return NONE;
        Pair factors = want_both(builder, step, same, same);
        uint32_t divisor = want(builder, step->c, opposite);
        return factors.a == NONE || factors.b == NONE || divisor == NONE
                       ? NONE : remake(builder, *step, factors.a, factors.b, divisor);
}

/* The smaller of two is bounded above by either, the larger below. */
static uint32_t bound_choice(Builder *builder, const Step *step, Rewriting same) {
        Pair pair = want_both(builder, step, same, same);
        bool either = (step->op == OP_MINIMUM) == (same == REWRITE_CEILING);
        if (either && (pair.a == NONE || pair.b == NONE))
                return pair.a == NONE ? pair.b : pair.a;
        return remake_some(builder, step, pair);
}

static uint32_t bound_select(Builder *builder, const Step *step, Rewriting same) {
        if (builder->marks[step->a].open)
                return NONE;
        uint32_t yes = want(builder, step->b, same), no = want(builder, step->c, same);
        return yes == NONE || no == NONE ? NONE : build_select(builder, step->a, yes, no);
}

/* Monotone in its last operand, all others settled. */
static uint32_t bound_last(Builder *builder, const Step *step, Rewriting same) {
        bool filtered = step->b != NONE;
        uint32_t bound = want(builder, filtered ? step->b : step->a, same);
        if (bound == NONE || (filtered && builder->marks[step->a].open))
                return NONE;
        if (step->op == OP_GATHER)   /* the bound may have become a constant */
                return build_gather(builder, step->aux, bound);
        return filtered ? remake(builder, *step, step->a, bound, NONE) : remake(builder, *step, bound, NONE, NONE);
}

static uint32_t bound(Builder *builder, uint32_t number, Rewriting same) {
        Step step = builder->steps[number];
        Rewriting opposite = same == REWRITE_FLOOR ? REWRITE_CEILING : REWRITE_FLOOR;
        if (!builder->marks[number].open)
                return number;
        switch ((int) step.op) {
        case OP_PARAMETER:
                return bound_parameter(builder, step, same == REWRITE_FLOOR);
        case OP_ADD:
                return remake_some(builder, &step, want_both(builder, &step, same, same));
        case OP_SUBTRACT:
                return remake_some(builder, &step, want_both(builder, &step, same, opposite));
        case OP_MULTIPLY:
                return bound_multiply(builder, &step, same);
        case OP_MULTIPLY_DIVIDE:
                return bound_divide(builder, &step, same, opposite);
        case OP_MINIMUM:
        case OP_MAXIMUM:
                return bound_choice(builder, &step, same);
        case OP_SELECT:
                return bound_select(builder, &step, same);
        case OP_NEGATE:
                return bound_last(builder, &step, opposite);
        case OP_SCALE_UP:
        case OP_SCALE_DOWN:
        case OP_ROUND_HALF_UP:
        case OP_ROUND_UP:
        case OP_ROUND_DOWN:
        case OP_GATHER:
        case OP_SUM:
        case OP_LARGEST:
        case OP_SMALLEST:
                return step.type.kind == TYPE_NUMBER ? bound_last(builder, &step, same) : NONE;
        }
        return NONE;
}

/* ---- truths -------------------------------------------------------------------------------------------- */

static bool with_open(Rewriting rewriting) {
        return rewriting >= REWRITE_YES_OPEN;
}

static Rewriting turned(Rewriting rewriting) {
        static const Rewriting other[REWRITE_COUNT] = {
                [REWRITE_YES] = REWRITE_NO, [REWRITE_NO] = REWRITE_YES,
                [REWRITE_YES_OPEN] = REWRITE_NO_OPEN, [REWRITE_NO_OPEN] = REWRITE_YES_OPEN,
        };
        return other[rewriting];
}

static bool concerned(const Builder *builder, uint32_t step, Rewriting rewriting) {
        return builder->marks[step].manual || (with_open(rewriting) && builder->marks[step].open);
}

/* 是 where everything is known in the step but manual judgements (and open parameters). */
static uint32_t settled(Builder *builder, uint32_t number, Rewriting rewriting) {
        Step step = builder->steps[number];
        if (!concerned(builder, number, rewriting))
                return build_known(builder, number);
        if (step.op == OP_FACT)
                return builder_truth(builder, TRUTH_YES);
        if (op_class(step.op) == CLASS_CROSS)   /* what the members lack cannot be told from here */
                return builder_truth(builder, TRUTH_NO);
        const uint32_t operands[3] = { step.a, step.b, step.c };
        uint32_t parts[3] = { NONE, NONE, NONE }, before = builder->demand_count;
        for (int i = 0; i < 3; i++)
                if (operands[i] != NONE)
                        parts[i] = want(builder, operands[i], rewriting);
        if (builder->demand_count != before)
                return NONE;
        uint32_t all = builder_truth(builder, TRUTH_YES);
        for (int i = 0; i < 3; i++)
                all = parts[i] == NONE ? all : build_and(builder, all, parts[i]);
        return all;
}

static bool favours_yes(Rewriting rewriting) {
        return rewriting == REWRITE_YES || rewriting == REWRITE_YES_OPEN;
}

/* A truth that is no connective: assumed where only judgements (or open parameters) leave it unknown. */
static uint32_t favour_atom(Builder *builder, uint32_t number, Rewriting rewriting) {
        uint32_t when = want(builder, number, with_open(rewriting) ? REWRITE_SETTLED_OPEN : REWRITE_SETTLED);
        if (when == NONE)
                return NONE;
        if (builder->steps[number].op != OP_KNOWN)
                return build_assume(builder, favours_yes(rewriting), number, when);
        /* "known" turns 是 by an answer and never 否 */
        return favours_yes(rewriting) ? build_or(builder, number, when) : number;
}

/* A choice by a truth that itself is rewritten: c and b, or not c and d, or b and d; exact for unknown c. */
static uint32_t favour_select(Builder *builder, const Step *step, Rewriting same) {
        uint32_t before = builder->demand_count;
        uint32_t yes = want(builder, step->b, same), no = want(builder, step->c, same);
        uint32_t holds = want(builder, step->a, same), fails = want(builder, step->a, turned(same));
        if (builder->demand_count != before)
                return NONE;
        if (!concerned(builder, step->a, same))
                return build_select(builder, step->a, yes, no);
        /* Where it counts against, the condition's unfavourable reading is the other one in both places. */
        if (!favours_yes(same)) {
                uint32_t left = build_or(builder, build_not(builder, fails), yes);
                uint32_t right = build_or(builder, holds, no);
                return build_and(builder, build_and(builder, left, right), build_or(builder, yes, no));
        }
        uint32_t left = build_and(builder, holds, yes), right = build_and(builder, build_not(builder, fails), no);
        return build_or(builder, build_or(builder, left, right), build_and(builder, yes, no));
}

static uint32_t favour_both(Builder *builder, const Step *step, Rewriting a, Rewriting b) {
        uint32_t before = builder->demand_count;
        Pair pair = want_both(builder, step, a, b);
        if (builder->demand_count != before)
                return NONE;
        switch ((int) step->op) {
        case OP_AND:
                return build_and(builder, pair.a, pair.b);
        case OP_OR:
                return build_or(builder, pair.a, pair.b);
        case OP_DEFAULT:
                return build_default(builder, pair.a, pair.b, step->imm == 0);
        }
        return build_assume(builder, step->op == OP_ASSUME_YES, pair.a, pair.b);
}

static uint32_t favour_one(Builder *builder, const Step *step, Rewriting same) {
        uint32_t operand = want(builder, step->a, step->op == OP_NOT ? turned(same) : same);
        if (operand == NONE)
                return NONE;
        if (step->op == OP_NOT)
                return build_not(builder, operand);
        return step->op == OP_GATHER ? build_gather(builder, step->aux, operand)
                                     : build_reduce(builder, step->op, step->aux, operand, NONE);
}

static uint32_t favour(Builder *builder, uint32_t number, Rewriting same) {
        Step step = builder->steps[number];
        if (!concerned(builder, number, same))
                return number;
        switch ((int) step.op) {
        case OP_AND:
        case OP_OR:
        case OP_ASSUME_YES:
        case OP_DEFAULT:
                return favour_both(builder, &step, same, same);
        case OP_ASSUME_NO:
                return favour_both(builder, &step, same, turned(same));
        case OP_NOT:
        case OP_GATHER:
        case OP_ANY:
        case OP_ALL:
                return favour_one(builder, &step, same);
        case OP_SELECT:
                return favour_select(builder, &step, same);
        }
        return favour_atom(builder, number, same);
}

/* ---- demands ------------------------------------------------------------------------------------------- */

static uint32_t attempt(Builder *builder, Demand demand) {
        switch (demand.rewriting) {
        case REWRITE_FLOOR:
        case REWRITE_CEILING:
                return bound(builder, demand.step, demand.rewriting);
        case REWRITE_YES:
        case REWRITE_NO:
        case REWRITE_YES_OPEN:
        case REWRITE_NO_OPEN:
                return favour(builder, demand.step, demand.rewriting);
        case REWRITE_SETTLED:
        case REWRITE_SETTLED_OPEN:
                return settled(builder, demand.step, demand.rewriting);
        case REWRITE_COUNT:
                break;
        }
        must_fail("a rewriting", __FILE__, __LINE__, __func__);
}

static uint32_t rewrite(Builder *builder, uint32_t step, Rewriting rewriting) {
        MUST(step < builder->count && builder->demand_count == 0);
        Span at = builder->at;
        (void) want(builder, step, rewriting);
        while (builder->demand_count > 0) {
                uint32_t depth = builder->demand_count;
                Demand demand = builder->demands[depth - 1];
                if (memo(builder, demand.step, demand.rewriting) != 0) {
                        builder->demand_count--;
                        continue;
                }
                builder->at = builder->steps[demand.step].at;
                uint32_t found = attempt(builder, demand);
                if (builder->demand_count != depth)
                        continue;   /* operands first */
                builder->marks[demand.step].rewritten[demand.rewriting] = found == NONE ? NONE : found + 1;
                builder->demand_count--;
        }
        builder->at = at;
        uint32_t result = memo(builder, step, rewriting);
        return result == NONE ? NONE : result - 1;
}

uint32_t build_floor(Builder *builder, uint32_t step) {
        return rewrite(builder, step, REWRITE_FLOOR);
}

uint32_t build_ceiling(Builder *builder, uint32_t step) {
        return rewrite(builder, step, REWRITE_CEILING);
}

uint32_t build_favourable(Builder *builder, uint32_t step, bool open) {
        MUST(builder_step(builder, step)->type.kind == TYPE_TRUTH);
        return rewrite(builder, step, open ? REWRITE_YES_OPEN : REWRITE_YES);
}
