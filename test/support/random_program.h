/* Random well-typed programs and populations for the differential tests and whoever else wants many of them.
 *
 * Programs are made through the builder, so they are what the compiler could have made: several entities, to-one and
 * to-many links, nested crossings, dated parameters with gaps and open versions, tables, defaults, judgements,
 * favourable variants, floors. With `subset` no step but a sum may overflow, and nothing is used that the SQL
 * generator refuses. Everything depends on the seed alone. */
#pragma once

#include "engine/scalar.h"
#include "random.h"

typedef struct RandomShape {
        uint64_t seed;
        bool     subset;
        uint32_t depth;          /* of expressions; 0: from the seed, 2 to 5 */
} RandomShape;

/* A finished program in `arena`. Aborts (MUST) if the builder or the verifier refuses it. */
const Program *random_program(Arena *arena, RandomShape shape);

/* At least `rows` rows over all entities: missing cells, dangling links, empty groups, incomplete lists, limits of
 * ranges, ends of months. */
Population *random_population(Arena *arena, const Program *program, uint64_t seed, uint32_t rows);

/* A day, a day of application, and now and then a replaced parameter or ignored defaults. */
Run random_run(Arena *arena, const Program *program, uint64_t seed);

/* Adds to counts[OP_TOTAL] how often each op stands in the program. */
void random_count_ops(const Program *program, uint64_t *counts);
