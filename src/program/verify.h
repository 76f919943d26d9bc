/* What the two halves of the verifier share. */
#pragma once

#include "program/builder_inside.h"

typedef struct Checker {
        const Program *program;
        Arena         *arena;
        Str            why;
} Checker;

/* Leaves the calling check with a sentence unless the condition holds. */
#define REQUIRE(checker, condition, ...)                                                \
        do {                                                                            \
                if (!(condition)) {                                                     \
                        (checker)->why = str_format((checker)->arena, __VA_ARGS__);     \
                        return false;                                                   \
                }                                                                       \
        } while (0)

/* Whether the type's indices exist. */
bool checker_type(const Checker *checker, Type type);
/* Whether [low, high] is a range of cells of the type. */
bool checker_range(const Checker *checker, Type type, int64_t low, int64_t high);
/* The plan's own arrays and indices; the schema and the policies must have passed. */
bool checker_plan(Checker *checker);
bool checker_clause(const Checker *checker, uint32_t clause);
/* Steps and stages; the schema must have passed. */
bool checker_steps(Checker *checker);
bool checker_stages(Checker *checker);
