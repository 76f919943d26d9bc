/* The PostgreSQL driver: texts both ways, rows one at a time, many rows of parameters in a pipeline.
 *
 * A city's tables stand in a schema of their own. One writer a city: a write transaction takes an advisory lock named by that
 * schema, so that it means the same as SQLite's BEGIN IMMEDIATE, and there are no deadlocks and no retries.
 *
 * The protocol has one running query a connection. When another begins, the rows still to come of the one that runs are taken
 * into memory ("settled"), so that statements may be nested here as they may in SQLite. */
#include "database/driver.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#define SPACE_MAX 63                     /* PostgreSQL cuts longer names silently */
#define PIPELINE_ROWS 2000u
#define INTEGER_ROOM 21                  /* "-9223372036854775808" and its NUL */

typedef enum ColumnKind { COLUMN_INTEGER, COLUMN_TRUTH, COLUMN_TEXT, COLUMN_REFUSED } ColumnKind;

typedef struct PostgresPrepared {
        Prepared    head;
        Buffer      name;
        ColumnKind *kinds;
        PGresult   *current;             /* whose texts the cells show */
        PGresult   *pending;             /* came already, not given out */
        PGresult  **settled;
        uint32_t    settled_at, settled_count, settled_capacity;
} PostgresPrepared;

typedef struct Postgres {
        Connection        head;
        PGconn           *handle;
        PostgresPrepared *running;       /* whose rows are still on their way */
        uint64_t          last_name;
        int64_t           lock;          /* the writers' lock */
        const char      **values;        /* of the parameters, in `room` */
        char             *room;
        uint32_t          value_capacity;
        size_t            room_capacity;
} Postgres;

static Postgres *postgres_of(Connection *connection) {
        return (Postgres *) connection;
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static DatabaseFault fault_of_state(Str state) {
        static const struct {
                Str           prefix;    /* of the SQLSTATE; the longer one stands first */
                DatabaseFault fault;
        } rows[] = {
                { STR_INIT("23505"), FAULT_TAKEN },     { STR_INIT("23"), FAULT_REFUSED },   { STR_INIT("22"), FAULT_REFUSED },
                { STR_INIT("54000"), FAULT_REFUSED },   { STR_INIT("53100"), FAULT_FULL },   { STR_INIT("57P0"), FAULT_GONE },
                { STR_INIT("08"), FAULT_GONE },         { STR_INIT("26"), FAULT_GONE },      { STR_INIT("28"), FAULT_GONE },
                { STR_INIT("3D"), FAULT_GONE },         { STR_INIT("53300"), FAULT_GONE },   { STR_INIT("40001"), FAULT_BUSY },
                { STR_INIT("40P01"), FAULT_BUSY },      { STR_INIT("55P03"), FAULT_BUSY },   { STR_INIT("25006"), FAULT_READ_ONLY },
                { STR_INIT("42501"), FAULT_READ_ONLY }, { STR_INIT("42"), FAULT_STATEMENT }, { STR_INIT("0A"), FAULT_STATEMENT },
                { STR_INIT("25"), FAULT_STATEMENT },    { STR_INIT("XX001"), FAULT_DAMAGED }, { STR_INIT("XX002"), FAULT_DAMAGED },
                { STR_INIT("58"), FAULT_DAMAGED },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                if (str_starts(state, rows[i].prefix))
                        return rows[i].fault;
        return FAULT_OTHER;
}

static DatabaseFault say(Postgres *postgres, DatabaseFault fault, Str words) {
        buffer_clear(postgres->head.message);
        buffer_add(postgres->head.message, words);
        return fault;
}

/* The connection's failure; a result's when there is one. */
static DatabaseFault fail(Postgres *postgres, const PGresult *result) {
        const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
        const char *words = state ? PQresultErrorMessage(result) : PQerrorMessage(postgres->handle);
        DatabaseFault fault = PQstatus(postgres->handle) == CONNECTION_BAD ? FAULT_GONE : FAULT_OTHER;
        if (state)
                fault = fault_of_state(str_from(state));
        return say(postgres, fault, str_from(words));
}

static bool is_good(const PGresult *result) {
        ExecStatusType status = PQresultStatus(result);
        return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE ||
               status == PGRES_PIPELINE_SYNC;
}

static void ignore_notice(void *context, const PGresult *result) {
        (void) context, (void) result;
}

/* ---- rows on their way ------------------------------------------------------------------------------- */

/* Takes all that is still to come of the running statement into memory. */
static void settle(Postgres *postgres) {
        PostgresPrepared *running = postgres->running;
        postgres->running = NULL;
        if (!running)
                return;
        for (PGresult *result = PQgetResult(postgres->handle); result; result = PQgetResult(postgres->handle)) {
                if (running->settled_count == running->settled_capacity) {
                        running->settled_capacity = running->settled_capacity ? running->settled_capacity * 2 : 16;
                        running->settled = realloc(running->settled, running->settled_capacity * sizeof(PGresult *));
                        MUST(running->settled != NULL);
                }
                running->settled[running->settled_count++] = result;
        }
}

/* The next result of a statement; NULL when there is none. */
static PGresult *take(Postgres *postgres, PostgresPrepared *prepared) {
        PGresult *result = prepared->pending;
        if (result)
                prepared->pending = NULL;
        else if (prepared->settled_at < prepared->settled_count)
                result = prepared->settled[prepared->settled_at++];
        else if (postgres->running == prepared)
                result = PQgetResult(postgres->handle);
        return result;
}

static DatabaseFault execute(Postgres *postgres, const char *sql) {
        settle(postgres);
        PGresult *result = PQexec(postgres->handle, sql);
        DatabaseFault fault = is_good(result) ? FAULT_NONE : fail(postgres, result);
        PQclear(result);
        return fault;
}

static void postgres_end(Connection *connection, Prepared *head) {
        Postgres *postgres = postgres_of(connection);
        PostgresPrepared *prepared = (PostgresPrepared *) head;
        for (PGresult *result = take(postgres, prepared); result; result = take(postgres, prepared))
                PQclear(result);
        if (postgres->running == prepared)
                postgres->running = NULL;
        PQclear(prepared->current);
        prepared->current = NULL;
        prepared->settled_at = prepared->settled_count = 0;
}

/* ---- opening ----------------------------------------------------------------------------------------- */

static void postgres_close(Connection *connection) {
        Postgres *postgres = postgres_of(connection);
        PQfinish(postgres->handle);
        free(postgres->values);
        free(postgres->room);
        free(postgres);
}

static DatabaseFault set_space(Postgres *postgres, const DatabaseOptions *options) {
        Str space = options->space.length ? options->space : STR("public");
        if (space.length > SPACE_MAX)
                return say(postgres, FAULT_STATEMENT, STR("the schema's name has more than 63 bytes"));
        Buffer name = buffer_new(SPACE_MAX + 1);
        buffer_add(&name, space);
        buffer_byte(&name, 0);
        char *quoted = PQescapeIdentifier(postgres->handle, space.data, space.length);
        MUST(quoted != NULL);
        /* asked first: CREATE … IF NOT EXISTS wants a right that is not needed when it is there */
        PGresult *there = PQexecParams(postgres->handle, "SELECT 1 FROM pg_namespace WHERE nspname = $1", 1, NULL,
                                       (const char *const[]){ name.data }, NULL, NULL, 0);
        DatabaseFault fault = is_good(there) ? FAULT_NONE : fail(postgres, there);
        Buffer sql = buffer_new(1024);
        if (fault == FAULT_NONE && PQntuples(there) == 0 && !options->read_only) {
                buffer_format(&sql, "CREATE SCHEMA IF NOT EXISTS %s", quoted);
                fault = execute(postgres, sql.data);
                if (fault == FAULT_TAKEN)        /* another was faster in the same moment */
                        fault = FAULT_NONE;
        }
        buffer_clear(&sql);
        buffer_format(&sql, "SET search_path = %s", quoted);
        if (fault == FAULT_NONE)
                fault = execute(postgres, sql.data);
        postgres->lock = (int64_t) str_hash(space);
        PQclear(there);
        PQfreemem(quoted);
        buffer_free(&sql);
        buffer_free(&name);
        return fault;
}

static DatabaseFault set_session(Postgres *postgres, const DatabaseOptions *options) {
        const char *encoding = PQparameterStatus(postgres->handle, "server_encoding");
        if (!encoding || strcmp(encoding, "UTF8") != 0)
                return say(postgres, FAULT_STATEMENT, STR("the database's encoding is not UTF8"));
        Buffer sql = buffer_new(1024);
        buffer_format(&sql,
                      "SET client_min_messages = error; SET lock_timeout = %u; SET jit = off; SET standard_conforming_strings = on;"
                      "SET default_transaction_read_only = %s;"
                      "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
                      options->busy_milliseconds, options->read_only ? "on" : "off");
        DatabaseFault fault = execute(postgres, sql.data);
        buffer_free(&sql);
        return fault;
}

static DatabaseFault postgres_open(const DatabaseOptions *options, Str place, Buffer *message, Connection **ret_connection) {
        Postgres *postgres = calloc(1, sizeof(Postgres));
        MUST(postgres != NULL);
        postgres->head.message = message;
        Buffer conninfo = buffer_new(place.length + 1);
        buffer_add(&conninfo, place);
        buffer_byte(&conninfo, 0);
        /* what stands before dbname the operator's words may override */
        postgres->handle = PQconnectdbParams(
                (const char *const[]){ "connect_timeout", "application_name", "dbname", "client_encoding", NULL },
                (const char *const[]){ "10", "leye", conninfo.data, "UTF8", NULL }, 1);
        buffer_free(&conninfo);
        MUST(postgres->handle != NULL);
        (void) PQsetNoticeReceiver(postgres->handle, ignore_notice, NULL);
        DatabaseFault fault = PQstatus(postgres->handle) == CONNECTION_OK ? FAULT_NONE : fail(postgres, NULL);
        if (fault == FAULT_NONE)
                fault = set_session(postgres, options);
        if (fault == FAULT_NONE)
                fault = set_space(postgres, options);
        if (fault != FAULT_NONE) {
                postgres_close(&postgres->head);
                return fault;
        }
        *ret_connection = &postgres->head;
        return FAULT_NONE;
}

/* ---- transactions and scripts ------------------------------------------------------------------------ */

/* The lock comes with its own statement, so that the next one sees all that the last writer committed. A reader's snapshot
 * is taken with the first look, so it looks at once. */
static DatabaseFault postgres_begin(Connection *connection, bool write) {
        Postgres *postgres = postgres_of(connection);
        Buffer sql = buffer_new(256);
        if (write)
                buffer_format(&sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(%lld)",
                              (long long) postgres->lock);
        else
                buffer_format(&sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1");
        DatabaseFault fault = execute(postgres, sql.data);
        buffer_free(&sql);
        if (fault != FAULT_NONE)
                PQclear(PQexec(postgres->handle, "ROLLBACK"));
        return fault;
}

/* COMMIT of a failed transaction is a ROLLBACK, and says so in its tag only. */
static DatabaseFault postgres_finish(Connection *connection, bool commit) {
        Postgres *postgres = postgres_of(connection);
        settle(postgres);
        PGresult *result = PQexec(postgres->handle, commit ? "COMMIT" : "ROLLBACK");
        DatabaseFault fault = FAULT_NONE;
        if (commit && !is_good(result))
                fault = fail(postgres, result);
        else if (commit && strcmp(PQcmdStatus(result), "COMMIT") != 0)
                fault = say(postgres, FAULT_OTHER, STR("the transaction had failed before"));
        PQclear(result);
        return fault;
}

static DatabaseFault postgres_script(Connection *connection, Str sql, uint32_t statements) {
        (void) statements;
        Buffer text = buffer_new(sql.length + 1);
        buffer_add(&text, sql);
        buffer_byte(&text, 0);
        DatabaseFault fault = execute(postgres_of(connection), text.data);
        buffer_free(&text);
        return fault;
}

/* ---- statements -------------------------------------------------------------------------------------- */

static void postgres_forget(Connection *connection, Prepared *head) {
        PostgresPrepared *prepared = (PostgresPrepared *) head;
        Buffer sql = buffer_new(64);
        buffer_format(&sql, "DEALLOCATE %s", prepared->name.data);
        if (PQstatus(postgres_of(connection)->handle) == CONNECTION_OK)
                (void) execute(postgres_of(connection), sql.data);       /* inside a failed transaction it stays until the end */
        buffer_free(&sql);
        free(prepared->settled);
        free(prepared->kinds);
        free(head->cells);
        buffer_free(&prepared->name);
        free(prepared);
}

static DatabaseFault postgres_prepare(Connection *connection, Str sql, uint32_t parameters, Prepared **ret_prepared) {
        Postgres *postgres = postgres_of(connection);
        settle(postgres);
        Buffer name = buffer_new(32), text = buffer_new(sql.length + 1);
        buffer_format(&name, "s%llu", (unsigned long long) ++postgres->last_name);       /* ends in NUL */
        buffer_add(&text, sql);
        buffer_byte(&text, 0);
        PGresult *result = PQprepare(postgres->handle, name.data, text.data, 0, NULL);
        DatabaseFault fault = is_good(result) ? FAULT_NONE : fail(postgres, result);
        PQclear(result);
        buffer_free(&text);
        if (fault != FAULT_NONE) {
                buffer_free(&name);
                return fault;
        }
        PostgresPrepared *prepared = calloc(1, sizeof(PostgresPrepared));
        MUST(prepared != NULL);
        prepared->head.parameters = parameters;
        prepared->name = name;
        *ret_prepared = &prepared->head;
        return FAULT_NONE;
}

static char *write_integer(char *to, int64_t integer) {
        uint64_t left = integer < 0 ? 0 - (uint64_t) integer : (uint64_t) integer;
        if (integer < 0)
                *to++ = '-';
        char *end = to;
        for (uint64_t rest = left; rest >= 10; rest /= 10)
                end++;
        for (char *at = end; at >= to; at--, left /= 10)
                *at = (char) ('0' + left % 10);
        end[1] = 0;
        return end + 2;
}

/* Fills postgres->values with the parameters as texts that end in NUL. */
static void write_values(Postgres *postgres, const Cell *parameters, uint32_t count) {
        size_t needed = 0;
        for (uint32_t i = 0; i < count; i++)
                needed += parameters[i].kind == CELL_TEXT ? parameters[i].text.length + 1 : INTEGER_ROOM;
        if (count > postgres->value_capacity) {
                postgres->value_capacity = count;
                postgres->values = realloc(postgres->values, count * sizeof(char *));
                MUST(postgres->values != NULL);
        }
        if (needed > postgres->room_capacity) {
                postgres->room_capacity = needed * 2;
                postgres->room = realloc(postgres->room, postgres->room_capacity);
                MUST(postgres->room != NULL);
        }
        char *to = postgres->room;
        for (uint32_t i = 0; i < count; i++) {
                const Cell *cell = &parameters[i];
                postgres->values[i] = cell->kind == CELL_NULL ? NULL : to;
                if (cell->kind == CELL_INTEGER)
                        to = write_integer(to, cell->integer);
                if (cell->kind != CELL_TEXT)
                        continue;
                if (cell->text.length)
                        memcpy(to, cell->text.data, cell->text.length);
                to[cell->text.length] = 0;
                to += cell->text.length + 1;
        }
}

static bool send(Postgres *postgres, const PostgresPrepared *prepared, const Cell *parameters) {
        write_values(postgres, parameters, prepared->head.parameters);
        return PQsendQueryPrepared(postgres->handle, prepared->name.data, (int) prepared->head.parameters, postgres->values, NULL,
                                   NULL, 0) == 1;
}

/* By the types' numbers in the catalogue (pg_type.dat). A sum of BIGINT is NUMERIC; its cells must be whole. */
static ColumnKind kind_of(Oid type) {
        static const struct {
                Oid        type;
                ColumnKind kind;
        } rows[] = {
                { 16, COLUMN_TRUTH },                                                                  /* bool */
                { 20, COLUMN_INTEGER },  { 21, COLUMN_INTEGER }, { 23, COLUMN_INTEGER },               /* int8, int2, int4 */
                { 1700, COLUMN_INTEGER }, { 26, COLUMN_INTEGER },                                      /* numeric, oid */
                { 25, COLUMN_TEXT },     { 1043, COLUMN_TEXT },  { 1042, COLUMN_TEXT },                /* text, varchar, char(n) */
                { 19, COLUMN_TEXT },     { 705, COLUMN_TEXT },   { 2278, COLUMN_TEXT },                /* name, unknown, void */
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                if (rows[i].type == type)
                        return rows[i].kind;
        return COLUMN_REFUSED;
}

static const char refused_cell[] = "a result that is no whole number and no text";

static DatabaseFault learn_columns(Postgres *postgres, PostgresPrepared *prepared, const PGresult *result) {
        uint32_t columns = (uint32_t) PQnfields(result);
        Prepared *head = &prepared->head;
        if (columns > head->columns) {
                head->cells = realloc(head->cells, columns * sizeof(Cell));
                prepared->kinds = realloc(prepared->kinds, columns * sizeof(ColumnKind));
                MUST(head->cells != NULL && prepared->kinds != NULL);
        }
        head->columns = columns;
        for (uint32_t i = 0; i < columns; i++) {
                prepared->kinds[i] = kind_of(PQftype(result, (int) i));
                if (prepared->kinds[i] == COLUMN_REFUSED)
                        return say(postgres, FAULT_STATEMENT, STR(refused_cell));
        }
        return FAULT_NONE;
}

static DatabaseFault postgres_start(Connection *connection, Prepared *head, const Cell *parameters) {
        Postgres *postgres = postgres_of(connection);
        PostgresPrepared *prepared = (PostgresPrepared *) head;
        settle(postgres);
        if (!send(postgres, prepared, parameters))
                return fail(postgres, NULL);
        (void) PQsetSingleRowMode(postgres->handle);     /* right after sending it cannot fail */
        postgres->running = prepared;
        PGresult *result = take(postgres, prepared);
        DatabaseFault fault = is_good(result) ? learn_columns(postgres, prepared, result) : fail(postgres, result);
        prepared->pending = result;
        if (fault != FAULT_NONE)
                postgres_end(connection, head);
        return fault;
}

/* How many rows a command says it changed; a query counts the rows it gave, which is another thing. */
static uint64_t changed_by(PGresult *result) {
        int64_t count = 0;
        bool query = str_starts(str_from(PQcmdStatus(result)), STR("SELECT"));
        return !query && str_to_int(str_from(PQcmdTuples(result)), &count) && count > 0 ? (uint64_t) count : 0;
}

static bool read_cell(const PGresult *result, ColumnKind kind, int column, Cell *ret_cell) {
        Str text = { PQgetvalue(result, 0, column), (size_t) PQgetlength(result, 0, column) };
        *ret_cell = (Cell){ .kind = kind == COLUMN_TEXT ? CELL_TEXT : CELL_INTEGER };
        if (PQgetisnull(result, 0, column))
                ret_cell->kind = CELL_NULL;
        else if (kind == COLUMN_TEXT)
                ret_cell->text = text;
        else if (kind == COLUMN_TRUTH)
                ret_cell->integer = text.data[0] == 't';
        else
                return str_to_int(text, &ret_cell->integer);
        return true;
}

static DatabaseFault postgres_next(Connection *connection, Prepared *head, bool *ret_row) {
        Postgres *postgres = postgres_of(connection);
        PostgresPrepared *prepared = (PostgresPrepared *) head;
        PQclear(prepared->current);
        prepared->current = take(postgres, prepared);
        if (!is_good(prepared->current))
                return fail(postgres, prepared->current);
        *ret_row = PQresultStatus(prepared->current) == PGRES_SINGLE_TUPLE;
        if (!*ret_row)
                head->changed = changed_by(prepared->current);
        for (uint32_t i = 0; *ret_row && i < head->columns; i++)
                if (!read_cell(prepared->current, prepared->kinds[i], (int) i, &head->cells[i]))
                        return say(postgres, FAULT_STATEMENT, STR(refused_cell));
        return FAULT_NONE;
}

/* ---- many -------------------------------------------------------------------------------------------- */

/* Takes the answers of `sent` rows and the end of the chunk. What follows a failed row the server skips. */
static DatabaseFault take_answers(Postgres *postgres, uint32_t first, uint32_t sent, uint32_t *ret_row) {
        DatabaseFault fault = FAULT_NONE;
        for (uint32_t row = 0; row < sent; row++)
                for (PGresult *result = PQgetResult(postgres->handle); result; result = PQgetResult(postgres->handle)) {
                        if (fault == FAULT_NONE && !is_good(result)) {
                                fault = fail(postgres, result);
                                *ret_row = first + row;
                        }
                        PQclear(result);
                }
        PGresult *end = PQgetResult(postgres->handle);
        if (fault == FAULT_NONE && PQresultStatus(end) != PGRES_PIPELINE_SYNC) {
                fault = fail(postgres, end);
                *ret_row = first;
        }
        PQclear(end);
        return fault;
}

static DatabaseFault postgres_many(Connection *connection, Prepared *head, const Cell *parameters, uint32_t rows,
                                   uint32_t *ret_row) {
        Postgres *postgres = postgres_of(connection);
        settle(postgres);
        DatabaseFault fault = PQenterPipelineMode(postgres->handle) == 1 ? FAULT_NONE : fail(postgres, NULL);
        for (uint32_t first = 0; first < rows && fault == FAULT_NONE; first += PIPELINE_ROWS) {
                uint32_t sent = 0, count = rows - first < PIPELINE_ROWS ? rows - first : PIPELINE_ROWS;
                while (sent < count && send(postgres, (PostgresPrepared *) head, parameters + (size_t) (first + sent) * head->parameters))
                        sent++;
                if (sent < count || PQpipelineSync(postgres->handle) != 1) {
                        *ret_row = first + sent;
                        fault = fail(postgres, NULL);
                } else
                        fault = take_answers(postgres, first, sent, ret_row);
        }
        if (PQexitPipelineMode(postgres->handle) != 1 && fault == FAULT_NONE)
                fault = fail(postgres, NULL);
        return fault;
}

const Driver DRIVER_POSTGRES = {
        .kind = DATABASE_POSTGRES,
        .open = postgres_open,
        .close = postgres_close,
        .begin = postgres_begin,
        .finish = postgres_finish,
        .script = postgres_script,
        .prepare = postgres_prepare,
        .forget = postgres_forget,
        .start = postgres_start,
        .next = postgres_next,
        .end = postgres_end,
        .many = postgres_many,
};
