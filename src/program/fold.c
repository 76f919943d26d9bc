/* One step on given cells: the kernels of ops.def behind one switch, for constant folding. */
#include "program/interval.h"

static int64_t strict(int64_t a, int64_t b, int64_t c, int64_t value) {
        return a == UNKNOWN || b == UNKNOWN || c == UNKNOWN ? UNKNOWN : value;
}

static int64_t compare(int64_t a, int64_t b, bool holds) {
        return a == UNKNOWN || b == UNKNOWN ? TRUTH_UNKNOWN : holds ? TRUTH_YES : TRUTH_NO;
}

static int64_t choose(const Step *step, Type a_type, int64_t a, int64_t b, int64_t c) {
        switch ((int) step->op) {
        case OP_BETWEEN:
                return kernel_BETWEEN(a, b, c);
        case OP_IN_SET:
                return kernel_IN_SET(a, step->imm);
        case OP_SELECT:
                return kernel_SELECT(a, b, c, type_unknown(step->type));
        case OP_DEFAULT:
                return kernel_DEFAULT(a, b, type_unknown(a_type));
        case OP_KNOWN:
                return kernel_KNOWN(a, type_unknown(a_type));
        }
        must_fail("an operation of class CHOOSE", __FILE__, __LINE__, __func__);
}

int64_t step_fold(const Step *step, Type a_type, int64_t a, int64_t b, int64_t c) {
        int64_t imm = step->imm;
        /* A kernel may only see known operands: they are hidden behind the test. */
        bool blocked = op_class(step->op) == CLASS_STRICT && strict(a, b, c, 0) == UNKNOWN;
        if (blocked)
                return UNKNOWN;
        switch (step->op) {
#define LEAF(id, ...) case OP_##id:
#define CROSS(id, ...) case OP_##id:
#include "program/ops.def"
                break;
#define STRICT1(id, name, kernel, ...) case OP_##id: return kernel;
#define STRICT2(id, name, kernel, ...) case OP_##id: return kernel;
#define STRICT3(id, name, kernel, ...) case OP_##id: return kernel;
#define COMPARE(id, name, kernel, ...) case OP_##id: return compare(a, b, kernel);
#define LOGIC1(id, name, kernel, ...) case OP_##id: return kernel;
#define LOGIC2(id, name, kernel, ...) case OP_##id: return kernel;
#include "program/ops.def"
#define CHOOSE(id, ...) case OP_##id:
#include "program/ops.def"
                return choose(step, a_type, a, b, c);
        case OP_TOTAL:
                break;
        }
        must_fail("an operation with a kernel", __FILE__, __LINE__, __func__);
}

Op op_inverse(Op op) {
        static const Op pairs[][2] = {
                { OP_EQUAL, OP_NOT_EQUAL }, { OP_LESS, OP_AT_LEAST }, { OP_MORE, OP_AT_MOST },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++)
                if (op == pairs[i][0] || op == pairs[i][1])
                        return pairs[i][op == pairs[i][0]];
        return OP_TOTAL;
}
