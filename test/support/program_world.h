/* A small program and a small world for tests of src/program: people in households, facts of every kind, an open
 * parameter; and a plain evaluator that knows nothing of stages, columns or folding. */
#pragma once

#include "program/builder_inside.h"
#include "support/random.h"

#define WORLD_ROWS 6

enum { PERSON, HOUSEHOLD, ENTITIES };
enum { UNIT_NONE, UNIT_YUAN, UNIT_MONTHS, UNIT_PERCENT, UNIT_PEOPLE, UNIT_PLACES, UNITS };
enum {
        FACT_AGE, FACT_INCOME, FACT_WIDE, FACT_BORN, FACT_STATE, FACT_WORKS, FACT_MEMBER, FACT_HONEST, FACT_DILIGENT,
                FACT_TEXT,
        FACT_RENT, FACT_POOR, FACTS,
};
enum { PARAMETER_RATE, PARAMETER_OPEN, PARAMETERS };

/* The schema above, without steps. */
Program *world_program(Arena *arena);

typedef struct World {
        int32_t  base_date, apply_date;
        int64_t  set[PARAMETERS];              /* replaces every version; UNKNOWN: does not */
        uint32_t rows[ENTITIES];               /* 1..WORLD_ROWS */
        int64_t  facts[FACTS][WORLD_ROWS];
        uint32_t home[WORLD_ROWS];             /* a person's household, or NONE */
        bool     complete[WORLD_ROWS];         /* the household's list is whole */
} World;

/* A world drawn from the ranges of the program's facts: a fifth unknown, many values at the ends of a range. */
void world_random(World *world, const Program *program, Random *random);

/* cells[step * WORLD_ROWS + row] for every step; a step without entity has its cell in every row. */
void world_evaluate(const World *world, const Program *program, const Step *steps, uint32_t count, int64_t *cells);

/* What a step answers on given operand cells, computed without the kernels and in 128 bits. */
int64_t naive_apply(const Step *step, Type a_type, int64_t a, int64_t b, int64_t c);
