/* What a database must be able to do for database.c: one struct of functions, filled by sqlite.c and postgres.c (and by the
 * fault driver of test/database, which wraps one of them).
 *
 * A driver is called in good order: database.c checks texts and counts, keeps transactions from nesting, lets nothing in
 * between a failure and the rollback, and ends every statement before it begins, finishes or closes. Each function that can fail says a
 * DatabaseFault and leaves the database's own words in connection->message; outputs are set on FAULT_NONE only. */
#pragma once

#include "database/database.h"

/* What a driver's own connection begins with. */
typedef struct Connection {
        Buffer *message;         /* database.c's */
} Connection;

/* What a driver's own statement begins with. The cells are those of the row that next() found. */
typedef struct Prepared {
        uint32_t parameters, columns;
        Cell    *cells;
        uint64_t changed;        /* rows, once next() found no further row */
} Prepared;

typedef struct Driver {
        DatabaseKind kind;
        /* `message` takes the words of a failure to open, too. */
        DatabaseFault (*open)(const DatabaseOptions *options, Str place, Buffer *message, Connection **ret_connection);
        void (*close)(Connection *connection);

        DatabaseFault (*begin)(Connection *connection, bool write);
        /* Ends the transaction; when a commit fails nothing of it remains. Rolling back succeeds always. */
        DatabaseFault (*finish)(Connection *connection, bool commit);
        DatabaseFault (*script)(Connection *connection, Str sql, uint32_t statements);

        DatabaseFault (*prepare)(Connection *connection, Str sql, uint32_t parameters, Prepared **ret_prepared);
        void (*forget)(Connection *connection, Prepared *prepared);

        /* Binds and runs to the first row, which next() then gives out. Columns are known from here on. */
        DatabaseFault (*start)(Connection *connection, Prepared *prepared, const Cell *parameters);
        DatabaseFault (*next)(Connection *connection, Prepared *prepared, bool *ret_row);
        void (*end)(Connection *connection, Prepared *prepared);
        /* Sets *ret_row in case of failure. */
        DatabaseFault (*many)(Connection *connection, Prepared *prepared, const Cell *parameters, uint32_t rows,
                              uint32_t *ret_row);
} Driver;

extern const Driver DRIVER_SQLITE, DRIVER_POSTGRES;

/* database_open() with a driver in hand; `place` is what stands behind "sqlite:" or "postgres:". */
Rc database_open_with(const Driver *driver, const DatabaseOptions *options, Str place, Arena *arena,
                      Database **ret_database, Str *ret_why) CHECKED;
