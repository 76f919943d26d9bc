/* Inside the generator of random programs: what it shares with its schema. */
#pragma once

#include "random_program.h"

typedef struct Schema {
        Arena   *arena;
        Program *program;
        Random  *random;
        bool     subset;
} Schema;

/* Fills the program's declarations. */
void random_schema(Schema *schema);
/* A range for values of this type: of numbers each width of column, its edges, and outside the subset all of int64. */
void random_range(Schema *schema, Type type, int64_t *ret_low, int64_t *ret_high);
