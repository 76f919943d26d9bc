/* Inside the scalar evaluator: a frame with its steps compiled to pointers, so that evaluating touches neither the
 * program nor the heap. Shared with relevance.c, which evaluates step by step; nobody else includes this. */
#pragma once

#include "engine/scalar.h"

/* One step, ready to run: where its cells go and where its operands' cells are. */
typedef struct Instruction {
        int64_t       *out;
        const int64_t *a, *b, *c;
        int64_t        imm, none;                  /* none: the cell that says unknown (KNOWN: of its operand) */
        uint32_t       rows, aux;
        uint8_t        stride_a, stride_b, stride_c; /* 0: one value for all rows */
        Op             op;
} Instruction;

typedef struct FrameBlock {
        Frame        frame;                        /* first: a Frame made by frame_new is the head of its block */
        Instruction *instructions;                 /* per step */
        uint32_t    *marked;                       /* steps that a default can decide, in order */
        uint32_t     marked_count;
} FrameBlock;

/* Evaluates one step for all its rows; its operands must have been. Marks are left alone. */
void frame_step(const Run *run, Frame *frame, uint32_t step);

/* The members of a parent's list: children *ret_members[0 .. result). */
static inline uint32_t members_of(const Population *population, uint32_t link, uint32_t parent,
                                  const uint32_t **ret_members) {
        const LinkRows *rows = &population->links[link];
        if (!rows->offsets)
                return 0;
        *ret_members = rows->members + rows->offsets[parent];
        return rows->offsets[parent + 1] - rows->offsets[parent];
}

static inline uint32_t partner_of(const Population *population, uint32_t link, uint32_t child) {
        const uint32_t *partner = population->links[link].partner;
        return partner ? partner[child] : NONE;
}
