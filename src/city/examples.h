/* Runs the examples a pack carries: by the scalar evaluator, and again by the batch evaluator, which must agree. */
#pragma once

#include "city/pack.h"
#include "engine/population.h"

typedef struct ExampleOutcome {
        const Example *example;
        bool           passed;
        Str            got;              /* what differs, one line an expectation; empty when passed */
} ExampleOutcome;

/* Runs one example; the outcome's texts live in the arena. */
ExampleOutcome example_run(const Pack *pack, Arena *arena, const Example *example);

/* The situation of an example as a population; row 0 of the policy's entity is 本人. *ret_parameters is an array of
 * overrides for Run.parameters. */
Population *example_population(const Program *program, Arena *arena, const Example *example,
                               const int64_t **ret_parameters);
