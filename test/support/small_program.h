/* Small programs written by hand in a test: a few entities, links, facts, policies whose eligible steps are made the
 * way the compiler makes them. */
#pragma once

#include "program/builder.h"

#define SMALL_MAX 64

/* Units of every small program. */
enum { UNIT_NONE, UNIT_YUAN, UNIT_MONTHS, UNIT_AGE, UNIT_PERCENT, UNIT_YUAN_A_MONTH };

typedef struct Small {
        Arena   *arena;
        Program *program;
        Builder *builder;
} Small;

Small small_begin(Arena *arena);
uint16_t small_entity(Small *small, const char *name, const char *counter);
uint32_t small_link(Small *small, uint16_t child, uint16_t parent, const char *one, const char *many);
/* A fact and its step; `question` NULL: from records. */
uint32_t small_fact(Small *small, uint16_t entity, const char *name, Type type, int64_t low, int64_t high,
                    const char *question);
uint32_t small_truth(Small *small, uint16_t entity, const char *name, const char *question);
uint32_t small_manual(Small *small, uint16_t entity, const char *text, const char *decider);
/* A parameter open or with one version from 2015-01-01. */
uint32_t small_parameter(Small *small, const char *name, Type type, int64_t low, int64_t high, int64_t value);
/* A number constant. */
uint32_t small_number(Small *small, int64_t cell, uint8_t scale, uint16_t unit);
uint32_t small_policy(Small *small, uint16_t entity, const char *name);
void small_condition(Small *small, uint32_t policy, uint32_t step, const char *text);
/* A one-off benefit with one output. */
Benefit *small_benefit(Small *small, uint32_t policy, const char *label, uint32_t step, const char *formula);
/* Eligible steps, order, verification. The builder's step numbers mean nothing afterwards. */
const Program *small_finish(Small *small);

static inline Type type_truth(void) {
        return (Type){ .kind = TYPE_TRUTH };
}

static inline Type type_number(uint8_t scale, uint16_t unit) {
        return (Type){ .kind = TYPE_NUMBER, .scale = scale, .unit = unit };
}

static inline Type type_date(void) {
        return (Type){ .kind = TYPE_DATE };
}
