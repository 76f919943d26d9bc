/* The kernels a plan chooses from. Each handles the rows of one chunk (or of one selection), without early exit, in
 * cells of one width; tables are indexed by width_index(). Expanded from program/ops.def where the row's arithmetic
 * is, so that all evaluators compute alike. */
#pragma once

#include "engine/batch_plan.h"

/* 1, 2, 4, 8 bytes → 0, 1, 2, 3 */
static inline uint32_t width_index(uint8_t width) {
        return width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : 3;
}

typedef struct BatchKernels {
        /* truth of integers */
        Kernel range[4];             /* imm[0] <= a <= imm[1], or just not when imm[2] */
        Kernel ranges[4];            /* a lies in one of four ranges: node bounds; negated when imm[2] */
        Kernel set[4];               /* bit a of imm[0]; codes 0..63 */
        Kernel compare[OP_TOTAL][4];
        Kernel known[4], known_truth;
        /* truth of truths */
        Kernel logic[OP_TOTAL];
        Kernel all[BATCH_INPUTS_MAX + 1], any[BATCH_INPUTS_MAX + 1];   /* 且, 或 of 2, 3, 4 */
        /* integers of any width, for operations that are proven */
        Kernel proven[OP_TOTAL][4];
        Kernel proven_constant[OP_TOTAL][4];   /* the last operand is imm[0] */
        /* everything else in 8 bytes, checked */
        Kernel strict[OP_TOTAL];
        Kernel parameter, table;
        /* moving cells */
        Kernel select[4], select_truth;
        Kernel select_constants[4];  /* imm[0] where 是, imm[1] where 否 */
        Kernel default_to[4], default_truth;
        Kernel widen[4][4];          /* from, to */
        Kernel narrow_truth;         /* from 8 bytes */
        Kernel partner_row;
        Kernel pick[4];              /* in[1] the selection, in[2] the cells */
        Kernel gather[4];            /* in[1] the partners, in[2] the whole column; imm[0] is its unknown */
        Kernel gather_constant[4];   /* imm[1] where there is a partner */
        Kernel reduce;               /* data: ReduceInputs */
        Kernel reduce_truth, scatter_truth;
        Kernel fill[4];              /* imm[0] */
} BatchKernels;

extern const BatchKernels batch_kernels;

/* What a general reduction reads of the children: whole columns, or a constant. */
typedef struct ReduceInputs {
        Op       op;
        uint8_t  width[2];           /* of filter and value */
        bool     truth[2], constant[2];
        int64_t  cell[2];
} ReduceInputs;
