/* The table of operations as data: names, operand counts and classes, expanded from ops.def. */
#include "program/program.h"

typedef struct OpRow {
        const char *name;
        OpClass     class;
        uint32_t    operands;
} OpRow;

/* The operand counts of LEAF, CHOOSE and CROSS operations are not in ops.def. */
enum {
        OPERANDS_CONSTANT = 0, OPERANDS_FACT = 0, OPERANDS_LINK = 0, OPERANDS_BASE_DATE = 0, OPERANDS_APPLY_DATE = 0,
        OPERANDS_PARAMETER = 1, OPERANDS_TABLE = 3,
        OPERANDS_BETWEEN = 3, OPERANDS_IN_SET = 1, OPERANDS_SELECT = 3, OPERANDS_DEFAULT = 2, OPERANDS_KNOWN = 1,
        OPERANDS_GATHER = 1, OPERANDS_ANY = 1, OPERANDS_ALL = 1, OPERANDS_COUNT = 1,
        OPERANDS_SUM = 2, OPERANDS_LARGEST = 2, OPERANDS_SMALLEST = 2, OPERANDS_COUNT_DISTINCT = 2,
        OPERANDS_AND = 2, OPERANDS_OR = 2, OPERANDS_NOT = 1, OPERANDS_ASSUME_YES = 2, OPERANDS_ASSUME_NO = 2,
};

static const OpRow rows[OP_TOTAL] = {
#define LEAF(id, text, ...) [OP_##id] = { text, CLASS_LEAF, OPERANDS_##id },
#define STRICT1(id, text, ...) [OP_##id] = { text, CLASS_STRICT, 1 },
#define STRICT2(id, text, ...) [OP_##id] = { text, CLASS_STRICT, 2 },
#define STRICT3(id, text, ...) [OP_##id] = { text, CLASS_STRICT, 3 },
#define COMPARE(id, text, ...) [OP_##id] = { text, CLASS_COMPARE, 2 },
#define LOGIC1(id, text, ...) [OP_##id] = { text, CLASS_LOGIC, OPERANDS_##id },
#define LOGIC2(id, text, ...) [OP_##id] = { text, CLASS_LOGIC, OPERANDS_##id },
#define CHOOSE(id, text, ...) [OP_##id] = { text, CLASS_CHOOSE, OPERANDS_##id },
#define CROSS(id, text, ...) [OP_##id] = { text, CLASS_CROSS, OPERANDS_##id },
#include "program/ops.def"
};

const char *op_name(Op op) {
        MUST(op < OP_TOTAL);
        return rows[op].name;
}

OpClass op_class(Op op) {
        MUST(op < OP_TOTAL);
        return rows[op].class;
}

uint32_t op_operands(Op op) {
        MUST(op < OP_TOTAL);
        return rows[op].operands;
}
