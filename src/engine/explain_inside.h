/* Inside explanations: what their three files share. Nobody else includes this. */
#pragma once

#include "engine/explain.h"
#include "engine/frame.h"

typedef struct Place {
        uint32_t step, row;
} Place;

typedef struct Explainer {
        Arena         *arena;
        const Run     *run;
        const Frame   *frame;
        const Program *program;
        uint16_t       entity;           /* the subject */
        uint32_t       row;
        uint32_t       findings_left;    /* a shared definition may be reached on many paths: the tree stays readable */
} Explainer;

static inline bool cell_known(const Explainer *explainer, uint32_t step, uint32_t row) {
        return frame_cell(explainer->frame, step, row) != type_unknown(explainer->program->steps[step].type);
}

/* A cell as text in the arena; a step's cell at its own type. */
Str explain_value(const Explainer *explainer, Type type, int64_t cell);
Str explain_cell(const Explainer *explainer, uint32_t step, uint32_t row);
/* What a step is called: its name, that of what it merely passes on, or its source text; may be empty. */
Str explain_step_name(const Explainer *explainer, uint32_t step);
Str explain_who(const Explainer *explainer, uint16_t entity, uint32_t row);
/* "第2位", "第3份": the n-th of a list, from 0. */
Str explain_ordinal(const Explainer *explainer, const Link *link, uint32_t n);

/* Why a truth is not `wanted` (it is known and is the other one). */
Finding *explain_findings(Explainer *explainer, uint32_t step, uint32_t row, int64_t wanted, uint32_t *ret_count);

/* The steps that a value comes from, the step itself first, each once: of a known value those that decided it, of an
 * unknown one those that are unknown. */
Place *explain_reach(const Explainer *explainer, uint32_t step, uint32_t row, uint32_t *ret_count);
