/* The differential test's parts: cases made from seeds, and witnesses that a case is held against. The scalar
 * evaluator's frame is what everybody else must equal, cell for cell. */
#pragma once

#include "random_program.h"

#include "base/buffer.h"
#include "city/pack.h"
#include "engine/sql.h"

typedef struct Case {
        uint64_t          seed;
        bool              subset;
        bool              partial;       /* the SQL generator may leave out what it refuses */
        Arena            *arena;
        const Program    *program;
        const Population *population;
        Run               run;
        Frame            *frame;
} Case;

#define CASE_ROWS 64
#define CASE_CAP ((size_t) 1 << 30)

/* A case and its scalar values, in a new arena. */
Case case_make(uint64_t seed, bool subset);
void case_free(Case *at);

/* A case for each example of the pack in `folder`; 0 when it does not load. The cases live in the pack's arena. */
uint32_t examples_make(const char *folder, Pack **ret_pack, Case **ret_cases);

/* "seed 17, step 12 (op=add ...), row 3: scalar says 5, WITNESS says 6", the operands' cells, and the lines of the dump
 * that the step rests on: the smallest program that shows it. Printed to standard output. */
void case_report(const Case *at, const char *witness, uint32_t step, uint32_t row, const char *theirs);

/* ---- witnesses: true when they agree; otherwise they have reported ------------------------------------ */

bool batch_agrees(const Case *at);

typedef struct Database Database;
Database *database_sqlite(void);
Database *database_postgres(const char *connection);   /* NULL when it cannot be reached */
void      database_close(Database *database);
/* Runs the generated script over the case's rows and compares every result column. */
bool      database_agrees(Database *database, const Case *at);

/* Appends the dump and the data of the run, for the oracle. */
void oracle_write(const Case *at, Buffer *out);
/* Reads the oracle's lines for this case from *answers and compares every cell. */
bool oracle_agrees(const Case *at, Str *answers);

/* The case's rows as INSERT statements for the tables of sql_generate_tables. */
void rows_write(const Case *at, Buffer *out);
