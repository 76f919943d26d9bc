/* One front for two databases: SQLite (one file a city, WAL) and PostgreSQL 15.
 *
 * The same statements run on both: $1, $2 … are the parameters, whole numbers are BIGINT (SQLite: INTEGER), truths BOOLEAN
 * (SQLite: 0 and 1), texts TEXT in UTF-8. A cell that comes back is a whole number, a text or NULL; a BOOLEAN comes back as 0
 * or 1. There are no floating-point cells: a statement whose result has one is refused (RC_IO).
 *
 * A Database is one connection and belongs to one thread at a time. What fails returns an Rc, and database_fault() says more:
 *   RC_CONFLICT  a UNIQUE or PRIMARY KEY is taken, or somebody else holds the lock longer than the time-out
 *   RC_INVALID   a CHECK, NOT NULL or FOREIGN KEY refuses the row
 *   RC_IO        the rest: disk full, file damaged, connection gone, a statement the database does not understand
 * After a failure inside a transaction the caller rolls back; nothing else is allowed in between. */
#pragma once

#include "base/buffer.h"

typedef struct Database  Database;
typedef struct Statement Statement;

typedef enum DatabaseKind { DATABASE_SQLITE, DATABASE_POSTGRES } DatabaseKind;

typedef enum DatabaseFault {
        FAULT_NONE,
        FAULT_FULL,        /* no room on the disk */
        FAULT_BUSY,        /* locked by another */
        FAULT_TAKEN,       /* unique key */
        FAULT_REFUSED,     /* another constraint */
        FAULT_GONE,        /* the connection or the file went away */
        FAULT_DAMAGED,     /* not a database, or a torn one */
        FAULT_READ_ONLY,
        FAULT_STATEMENT,   /* our own SQL is wrong */
        FAULT_OTHER,
} DatabaseFault;

typedef enum CellKind { CELL_NULL, CELL_INTEGER, CELL_TEXT } CellKind;

typedef struct Cell {
        CellKind kind;
        int64_t  integer;
        Str      text;
} Cell;

static inline Cell cell_null(void) { return (Cell){ .kind = CELL_NULL }; }
static inline Cell cell_integer(int64_t integer) { return (Cell){ .kind = CELL_INTEGER, .integer = integer }; }
static inline Cell cell_text(Str text) { return (Cell){ .kind = CELL_TEXT, .text = text }; }

/* Opens "sqlite:PATH" (made when missing unless `read_only`) or "postgres:CONNINFO". `space` is the schema of a PostgreSQL
 * database in which this city's tables stand (made when missing; ignored by SQLite). On failure *ret_why is a Chinese
 * sentence for the operator, in the arena. */
typedef struct DatabaseOptions {
        Str      place, space;
        bool     read_only;
        uint32_t busy_milliseconds;      /* how long to wait for a lock; 0: 5000 */
} DatabaseOptions;
Rc        database_open(const DatabaseOptions *options, Arena *arena, Database **ret_database, Str *ret_why) CHECKED;
Database *database_close(Database *database);          /* rolls back what is open; NULL is fine; returns NULL */
void      database_cleanup(Database **database);

DatabaseKind  database_kind(const Database *database);
DatabaseFault database_fault(const Database *database);  /* of the last call; a failure's stays through its rollback */
Str           database_message(const Database *database);  /* the database's own words, for the log; valid until the next call */
Str           database_fault_text(DatabaseFault fault);    /* plain Chinese with the way out: 「磁盘满了……」 */

/* A write transaction (SQLite: BEGIN IMMEDIATE) or a read-only snapshot. They do not nest. */
Rc   database_begin(Database *database, bool write) CHECKED;
Rc   database_commit(Database *database) CHECKED;
void database_rollback(Database *database);            /* no transaction is fine */
/* Ends a transaction by what came of it: commits on RC_OK, else rolls back. Returns rc, or why it could not commit. */
Rc   database_finish(Database *database, Rc rc) CHECKED;
bool database_in_transaction(const Database *database);

/* Statements without parameters or results, separated by ';': for schema changes. */
Rc database_script(Database *database, Str sql) CHECKED;

/* Prepares, or finds again: a connection keeps its statements by text until it is closed (least recently used go beyond
 * 256). The statement belongs to the connection. */
Rc database_prepare(Database *database, Str sql, Statement **ret_statement) CHECKED;
/* The statement of sql/ with this number (database/named.h). */
Rc database_named(Database *database, uint32_t name, Statement **ret_statement) CHECKED;
/* Its text in this database's words; sql/schema.sql (SQL_SCHEMA) is such a text, for database_script. */
Str database_named_text(const Database *database, uint32_t name);

/* Runs: start, then next until no row, then end. Starting ends what ran before. Cells (texts too) live until the next
 * `next` or `end`. */
Rc       statement_start(Statement *statement, const Cell *parameters, uint32_t count) CHECKED;
Rc       statement_next(Statement *statement, bool *ret_row) CHECKED;
uint32_t statement_columns(const Statement *statement);
Cell     statement_cell(const Statement *statement, uint32_t column);
void     statement_end(Statement *statement);

/* Start to end without rows; *ret_changed (may be NULL) is how many rows it changed. */
Rc statement_run(Statement *statement, const Cell *parameters, uint32_t count, uint64_t *ret_changed) CHECKED;
/* The same for many rows of parameters, row after row, quickly (PostgreSQL: pipelined). Inside a transaction only. On
 * failure *ret_row (may be NULL) is the row that failed. */
Rc statement_many(Statement *statement, const Cell *parameters, uint32_t count, uint32_t rows, uint32_t *ret_row) CHECKED;
/* The first cell of the first row: for counts and look-ups; RC_MISSING when there is no row. A text is copied. */
Rc statement_one(Statement *statement, const Cell *parameters, uint32_t count, Arena *arena, Cell *ret_cell) CHECKED;

/* One thing that the connection's user wants kept with it (NULL: nothing yet), such as figures computed from its data. It is
 * released when the connection is closed, when another is kept, and by a script: a changed schema may change what it says. */
void  database_keep(Database *database, void *kept, void (*release)(void *kept));
void *database_kept(const Database *database);
