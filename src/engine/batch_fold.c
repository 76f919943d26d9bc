/* What a run settles before any row is looked at: steps of no entity, and comparisons with constants moved towards
 * the facts. `周岁(出生日期, 基准日) 介于 16岁 至 60岁` becomes two dates: years are counted for two people, not for all. */
#include "engine/batch_plan.h"
#include "program/interval.h"

int64_t fold_step(const Run *run, const Step *step, int64_t a, int64_t b, int64_t c) {
        const Program *program = run->program;
        switch ((int) step->op) {
        case OP_CONSTANT:
                return step->imm;
        case OP_BASE_DATE:
                return run->base_date;
        case OP_APPLY_DATE:
                return run->apply_date;
        case OP_PARAMETER:
                if (run->parameters && run->parameters[step->aux] != UNKNOWN)
                        return run->parameters[step->aux];
                return parameter_at(&program->parameters[step->aux], a, NULL);
        case OP_TABLE:
                return table_at(program, &program->tables[step->aux], a, b, c);
        case OP_DEFAULT:
                if (run->ignore_defaults && step->imm != 1)
                        return a;
                break;
        }
        return step_fold(step, step->a == NONE ? step->type : program->steps[step->a].type, a, b, c);
}

void fold_run(BatchPlan *plan) {
        const Program *program = plan->program;
        plan->folded = ARENA_NEW(plan->arena, int64_t, program->step_count);
        for (uint32_t at = 0; at < program->step_count; at++) {
                const Step *step = &program->steps[at];
                const uint32_t operands[] = { step->a, step->b, step->c };
                int64_t cells[3] = { 0, 0, 0 };
                if (step->entity != ENTITY_NONE)
                        continue;
                for (uint32_t i = 0; i < ARRAY_LENGTH(cells); i++)
                        if (operands[i] != NONE)
                                cells[i] = plan->folded[operands[i]];
                plan->folded[at] = fold_step(&plan->run, step, cells[0], cells[1], cells[2]);
        }
}

Bounds fold_comparison(Op op, int64_t constant) {
        static const int64_t lowest = UNKNOWN + 1;
        switch ((int) op) {
        case OP_EQUAL:
                return (Bounds){ constant, constant, false };
        case OP_NOT_EQUAL:
                return (Bounds){ constant, constant, true };
        case OP_LESS:
                return (Bounds){ constant, INT64_MAX, true };
        case OP_AT_MOST:
                return (Bounds){ lowest, constant, false };
        case OP_MORE:
                return (Bounds){ lowest, constant, true };
        default:
                MUST(op == OP_AT_LEAST);
                return (Bounds){ constant, INT64_MAX, false };
        }
}

/* ---- moving bounds ----------------------------------------------------------------------------------- */

static int sign(int64_t value) {
        return (value > 0) - (value < 0);
}

/* +1 when the step grows (weakly) with operand `varying`, -1 when it falls, 0 when neither is sure. `cells` are the
 * other operands. For months: the corresponding day, clipped to the month's end, keeps the order of dates. */
static int direction(const Step *step, uint32_t varying, const int64_t *cells) {
        switch ((int) step->op) {
        case OP_ADD: case OP_MINIMUM: case OP_MAXIMUM: case OP_ADD_MONTHS: case OP_ADD_DAYS:
        case OP_ROUND_HALF_UP: case OP_ROUND_UP: case OP_ROUND_DOWN: case OP_SCALE_DOWN:
        case OP_YEAR_OF: case OP_YEAR_START:
                return 1;
        case OP_SCALE_UP:
                return sign(step->imm);
        case OP_SUBTRACT:
                return varying == 0 ? 1 : -1;
        case OP_NEGATE:
                return -1;
        case OP_FULL_MONTHS: case OP_FULL_YEARS: case OP_DAYS_BETWEEN:
                return varying == 0 ? -1 : 1;
        case OP_MULTIPLY:
                return sign(cells[1 - varying]);
        case OP_MULTIPLY_DIVIDE:
                return varying == 2 ? 0 : sign(cells[1 - varying]) * sign(cells[2]);
        default:
                return 0;
        }
}

/* A step seen as a function of one operand. */
typedef struct Function {
        const BatchPlan *plan;
        const Step      *step;
        uint32_t         varying;
        int64_t          cells[3];
} Function;

static int64_t function_at(const Function *function, int64_t operand) {
        int64_t cells[3] = { function->cells[0], function->cells[1], function->cells[2] };
        cells[function->varying] = operand;
        return fold_step(&function->plan->run, function->step, cells[0], cells[1], cells[2]);
}

/* The step as a function of its only operand that varies by row; false when there is not just one. */
static bool function_of(const BatchPlan *plan, const Step *step, Function *ret_function) {
        const uint32_t operands[] = { step->a, step->b, step->c };
        uint32_t varying = NONE, count = op_operands(step->op);
        Function function = { plan, step, 0, { 0, 0, 0 } };
        if (op_class(step->op) != CLASS_STRICT)
                return false;
        MUST(count <= ARRAY_LENGTH(operands));
        for (uint32_t i = 0; i < count; i++) {
                if (plan->program->steps[operands[i]].entity == ENTITY_NONE) {
                        function.cells[i] = plan->folded[operands[i]];
                        if (function.cells[i] == UNKNOWN)
                                return false;
                } else if (varying != NONE) {
                        return false;
                } else {
                        varying = i;
                }
        }
        if (varying == NONE)
                return false;
        function.varying = varying;
        *ret_function = function;
        return true;
}

/* The first operand in [low, high] where a growing (falling) function reaches `threshold` or more (less);
 * false when it never does. */
static bool first_reaching(const Function *function, int growth, int64_t low, int64_t high, int64_t threshold,
                           int64_t *ret_first) {
        int64_t last = function_at(function, high);
        if (growth > 0 ? last < threshold : last > threshold)
                return false;
        while (low < high) {
                int64_t middle = low + (int64_t) (((uint64_t) high - (uint64_t) low) / 2);
                int64_t value = function_at(function, middle);
                if (growth > 0 ? value >= threshold : value <= threshold)
                        high = middle;
                else
                        low = middle + 1;
        }
        *ret_first = low;
        return true;
}

uint32_t fold_bounds(const BatchPlan *plan, uint32_t step, Bounds *bounds) {
        for (;;) {
                Function function = { 0 };
                const Step *outer = &plan->program->steps[step];
                if (!function_of(plan, outer, &function))
                        return step;
                int growth = direction(outer, function.varying, function.cells);
                uint32_t operand = (const uint32_t[]){ outer->a, outer->b, outer->c }[function.varying];
                int64_t low = plan->program->steps[operand].low, high = plan->program->steps[operand].high;
                /* monotonic and known at both ends: known everywhere between */
                if (growth == 0 || low > high || function_at(&function, low) == UNKNOWN ||
                    function_at(&function, high) == UNKNOWN)
                        return step;
                int64_t enters = growth > 0 ? bounds->low : bounds->high;
                int64_t leaves = growth > 0 ? bounds->high : bounds->low, first = 0, after = 0;
                bool reached = bounds->low <= bounds->high &&
                               first_reaching(&function, growth, low, high, enters, &first);
                bool passed = (growth > 0 ? leaves < INT64_MAX : leaves > UNKNOWN + 1) &&
                              first_reaching(&function, growth, low, high, leaves + growth, &after);
                bounds->low = reached ? first : 1;
                bounds->high = !reached ? 0 : passed ? after - 1 : high;
                step = operand;
        }
}
