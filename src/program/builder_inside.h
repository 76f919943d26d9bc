/* What the parts of the builder share: its state, and the one function that makes steps. */
#pragma once

#include "program/builder.h"
#include "program/interval.h"

/* What favourable.c derives from a step, remembered per step. */
typedef enum Rewriting {
        REWRITE_FLOOR, REWRITE_CEILING,
        REWRITE_YES, REWRITE_NO,               /* favourable where it counts for, and against */
        REWRITE_SETTLED,                       /* truth: only manual judgements are unknown in it */
        REWRITE_YES_OPEN, REWRITE_NO_OPEN, REWRITE_SETTLED_OPEN,   /* the same with open parameters */
        REWRITE_COUNT,
} Rewriting;

typedef struct Marks {
        bool     total;                        /* never unknown, whatever the data */
        bool     open;                         /* reads a parameter with a 待定 version */
        bool     manual;                       /* reads a manual fact */
        uint32_t rewritten[REWRITE_COUNT];     /* step + 1; 0: not yet; NONE: there is none */
} Marks;

typedef struct Demand {
        uint32_t  step;
        Rewriting rewriting;
} Demand;

struct Builder {
        Arena    *arena;
        Program  *program;
        Step     *steps;
        Marks    *marks;
        uint32_t  count, step_capacity, mark_capacity;
        uint32_t *buckets;                     /* open addressing over steps: step + 1, 0 is free */
        uint32_t  bucket_count;                /* a power of two */
        Span      at;
        bool      full;                        /* over the cap: new steps answer "unknown" */
        Demand   *demands;                     /* stack of favourable.c */
        uint32_t  demand_count, demand_capacity;
};

/* The step that computes `step` (op, type, operands, aux, imm; entity for leaves and CROSS): folded, shared with an
 * equal one, or new, with entity, interval and marks worked out. */
uint32_t builder_make(Builder *builder, Step step);

static inline uint32_t builder_truth(Builder *builder, int64_t truth) {
        return build_constant(builder, (Type){ .kind = TYPE_TRUTH }, truth);
}

/* What a place that refers to a step wants of it. */
typedef enum Wanted { WANTED_TRUTH, WANTED_NUMBER, WANTED_DATE, WANTED_CODE, WANTED_ANY } Wanted;

typedef struct Reference {
        uint32_t   *step;
        const char *what;      /* a noun for messages */
        Wanted      wanted;
        uint16_t    entity;    /* the step's entity, if it has one; ENTITY_NONE: it must have none */
        bool        optional;  /* may be NONE */
} Reference;

typedef void ReferenceVisit(void *context, const Reference *reference);

/* Visits every place outside the steps that refers to a step, except Fact.step. The indices of policies, links and
 * entities in the schema must be right. */
void program_each_reference(const Program *program, ReferenceVisit *visit, void *context);
