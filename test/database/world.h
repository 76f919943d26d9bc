/* A database of its own for each test: a file in a new folder, or a schema of the PostgreSQL named by LEYE_TEST_POSTGRES. */
#pragma once

#include "unit/unit.h"

#include "database/driver.h"
#include "support/folder.h"

typedef struct World {
        DatabaseKind    kind;
        Arena          *arena;
        Str             folder;
        DatabaseOptions options;
        Database       *database;        /* closed, if it is open, with the world */
} World;

/* A case that holds on both databases; the table of a program ends with a row of zeros. */
typedef struct WorldCase {
        const char *name;
        void (*body)(World *world);
        bool        on_sqlite, on_postgres;
} WorldCase;

/* Runs the cases, each on its databases; the first argument of the program, if any, is a filter like "*rate*". */
int world_run(const WorldCase *cases, int argc, char **argv);

/* Opens one more connection; the test closes it. */
Database *world_open(World *world);

/* These fail the test unless it goes well. */
void      must_script(Database *database, const char *sql);
void      must_run(Database *database, const char *sql, const Cell *parameters, uint32_t count);
int64_t   must_count(Database *database, const char *sql);
Statement *must_prepare(Database *database, const char *sql);
/* The call failed just so. */
#define assert_fault(database, rc, expected_rc, expected_fault)                                            \
        do {                                                                                               \
                assert_string_equal(rc_name(rc), rc_name(expected_rc));                                    \
                assert_int_equal(database_fault(database), (expected_fault));                              \
                assert_true(database_message(database).length > 0);                                        \
                assert_true(database_fault_text(expected_fault).length > 0);                               \
        } while (0)
