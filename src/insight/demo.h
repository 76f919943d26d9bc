/* Demonstration records: an invented city in which every indicator that a target uses has something to count.
 *
 * The records follow from the pack alone. For each target a share of its promise is chosen, and as many rows are made as
 * satisfy the 其中 of its indicator: the condition is turned round step by step (demo_solve.c), partners along links are found
 * or made, the rest of a row is filled in so that it counts for nothing else. What was asked for and what came out are compared
 * at the end; what could not be made is told, never left empty silently. The same seed gives the same content. */
#pragma once

#include "insight/ledger.h"

typedef struct DemoOptions {
        uint64_t seed;
        uint32_t persons, firms;         /* at least so many persons: a target may need more different ones */
        int32_t  day;                    /* the day shown: nothing is dated later */
        uint64_t first_number;           /* natural keys count from here */
} DemoOptions;

/* An indicator that did not come out as chosen. */
typedef struct DemoShortfall {
        uint32_t indicator;
        int64_t  wanted, reached;        /* at the indicator's scale; of a ratio: its numerator */
} DemoShortfall;

typedef struct DemoResult {
        uint64_t       records, figures, orders;
        uint32_t       lamps[4];         /* of all targets of all documents, by Lamp */
        uint64_t       next_number;      /* first_number of a run that appends to this one */
        DemoShortfall *shortfalls;
        uint32_t       shortfall_count;
} DemoResult;

/* Whether demonstration records go into this table: not where `leye init` has put public facts. */
bool demo_fills(const RecordTable *table);

/* Fills the city in the caller's transaction; one batch 「示范」 for each table, so that records can be taken back. `change` names
 * who and when. The rows live in an arena of their own until they are written. */
Rc demo_fill(const Plan *plan, const DemoOptions *options, const Change *change, Arena *arena, DemoResult *ret_result) CHECKED;
