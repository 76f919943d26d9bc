/* The benchmark's city: people and households in narrow columns, and a dozen policies over them. Shared by the
 * engines that are measured; whoever writes another one reads the policies in world.c. */
#pragma once

#include "engine/population.h"

enum { COUNTIES = 16, WORLD_POLICIES = 12 };

/* Codes of 就业状态. */
enum { EMPLOYED, JOBLESS, FLEXIBLE, FOUNDER, STUDENT, RETIRED, STATUSES };

typedef struct World {
        const Program *program;
        Population    *population;
        uint32_t       persons, households;
        int32_t        base_date;
        /* columns of 人 */
        int8_t  *county, *status, *education, *level;
        uint8_t *local, *registered, *disabled, *received;
        int16_t *birth, *jobless_since, *graduation, *business_since;
        int32_t *income, *loan;
        int16_t *insured, *staff, *training;
        uint32_t *household;
        /* column of 户 */
        uint8_t *poor;
        size_t   bytes;          /* of all of them */
} World;

/* The same people for the same seed. */
World world_make(Arena *arena, uint32_t persons, uint64_t seed);

/* Totals of one policy in one county (or where no county is known), as the hand-written loop counts them. */
typedef struct FusedCell {
        uint64_t yes, ask;       /* the rest of the rows is 否 */
        int64_t  sum;            /* fen */
        uint64_t unknown;        /* due, amount not known */
} FusedCell;

typedef struct FusedCondition {
        uint64_t failed, undecided, sole;
} FusedCondition;

typedef struct FusedTotals {
        FusedCell      cells[WORLD_POLICIES][COUNTIES + 1];
        FusedCondition conditions[WORLD_POLICIES][8];
        uint64_t       rows[COUNTIES + 1];
} FusedTotals;

/* Everything by hand, in one thread; `scratch` holds `households` bytes. */
void fused_run(const World *world, uint8_t *scratch, FusedTotals *totals);
/* The same, counting failed, undecided and sole failures of each condition as well. */
void fused_run_conditions(const World *world, uint8_t *scratch, FusedTotals *totals);
