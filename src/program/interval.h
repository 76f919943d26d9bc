/* The exact range of a step's known values, from the ranges of its operands. Shared by the builder, which records
 * it, and the verifier, which recomputes it. */
#pragma once

#include "program/program.h"

/* A member list is never longer: COUNT and SUM rest on it. */
#define MEMBERS_MAX 10000000

typedef struct Interval {
        int64_t low, high;
        bool    proven;    /* known operands cannot overflow, leave the calendar or divide by zero */
} Interval;

/* The interval of `step`, whose operands stand in `steps` with their intervals. Indices and kinds must be right.
 * A step that is never known has [0, 0] (a truth: [0, 2]). */
Interval interval_of(const Program *program, const Step *steps, const Step *step);

/* A constant whose value is not known. */
static inline bool step_never_known(const Step *step) {
        return step->op == OP_CONSTANT && step->imm == type_unknown(step->type);
}

/* What a step answers for given operand cells; for every operation but LEAF and CROSS. `a_type` is the type of its
 * first operand. */
int64_t step_fold(const Step *step, Type a_type, int64_t a, int64_t b, int64_t c);

/* The comparison that holds exactly where `op` does not; OP_TOTAL when `op` is no comparison. */
Op op_inverse(Op op);
