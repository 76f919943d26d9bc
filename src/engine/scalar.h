/* The scalar evaluator: every step for every row of a small population, kept, so that each figure can be explained.
 * It is the reference the batch and SQL evaluators are held against. */
#pragma once

#include "engine/population.h"

/* What a run is asked with. */
typedef struct Run {
        const Program *program;
        int32_t        base_date;         /* the day asked about */
        int32_t        apply_date;        /* the day of application; usually the same */
        const int64_t *parameters;        /* per parameter: what replaces every version, or UNKNOWN; may be NULL.
                                             Must lie within the parameter's low..high */
        bool           ignore_defaults;   /* provisional values count as unknown: for asking */
} Run;

/* Values of all steps for all rows. */
typedef struct Frame {
        const Program    *program;
        const Population *population;
        int64_t         **cells;          /* per step: one cell per row of its entity (one for ENTITY_NONE) */
        uint8_t         **provisional;    /* per step: a default decided here; NULL per step when never */
} Frame;

/* A frame for this population, to be filled again and again. */
Frame *frame_new(Arena *arena, const Program *program, const Population *population);
/* Evaluates everything. Total: it cannot fail. */
void scalar_evaluate(const Run *run, Frame *frame);

static inline int64_t frame_cell(const Frame *frame, uint32_t step, uint32_t row) {
        return frame->cells[step][frame->program->steps[step].entity == ENTITY_NONE ? 0 : row];
}

/* Whether a default decided the (known) value. */
static inline bool frame_provisional(const Frame *frame, uint32_t step, uint32_t row) {
        const uint8_t *marks = frame->provisional[step];
        return marks && marks[frame->program->steps[step].entity == ENTITY_NONE ? 0 : row];
}

/* Which of the five answers the frame holds for a policy and a row of its entity. */
Answer frame_answer(const Frame *frame, uint32_t policy, uint32_t row);

Str answer_text(Answer answer);           /* 是, 否, 缺事实, 待定, 需人工认定 */
