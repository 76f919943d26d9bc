/* The SQLite driver: one file, WAL, and what is committed is on the disk (synchronous = FULL). */
#include "database/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Sqlite {
        Connection head;
        sqlite3   *handle;
        bool       reading;      /* a read transaction: query_only is on */
} Sqlite;

typedef struct SqlitePrepared {
        Prepared      head;
        sqlite3_stmt *handle;
        int           step;      /* what the last step said */
        bool          given;     /* … and its row was given out */
        int64_t       changed_before;
} SqlitePrepared;

/* mmap: reading by page without copying. The cache counts in KiB. Deleted personal data is overwritten (secure_delete is
 * Debian's default). */
#define SETTINGS \
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;" \
        "PRAGMA mmap_size = 268435456; PRAGMA cache_size = -65536; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
#define READING_SETTINGS \
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -65536;" \
        "PRAGMA trusted_schema = OFF; SELECT count(*) FROM sqlite_schema"

static Sqlite *sqlite_of(Connection *connection) {
        return (Sqlite *) connection;
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static bool is_full(int system_error) {
        return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

/* Of ENOSPC SQLite says SQLITE_FULL itself; a quota or a limit on files it takes for a broken disk. What the system said is
 * kept with the file that was written: the database or its log. The readers' index (-shm) cannot grow for want of room only. */
static DatabaseFault fault_of_input(sqlite3 *handle, int code) {
        int of_database = 0, of_log = 0;
        sqlite3_file *log = NULL;
        (void) sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &of_database);
        (void) sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *) &log);
        if (log && log->pMethods)
                (void) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
        if (code == SQLITE_IOERR_SHMSIZE || (code == SQLITE_IOERR_WRITE && (is_full(of_database) || is_full(of_log))))
                return FAULT_FULL;
        return code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS || code == SQLITE_IOERR_DATA ? FAULT_DAMAGED
                                                                                                              : FAULT_GONE;
}

static DatabaseFault fault_of(sqlite3 *handle, int code) {
        static const struct {
                int           code;      /* extended codes stand before the plain ones they belong to */
                DatabaseFault fault;
        } rows[] = {
                { SQLITE_CONSTRAINT_UNIQUE, FAULT_TAKEN },   { SQLITE_CONSTRAINT_PRIMARYKEY, FAULT_TAKEN },
                { SQLITE_CONSTRAINT_ROWID, FAULT_TAKEN },    { SQLITE_READONLY_DBMOVED, FAULT_GONE },
                { SQLITE_CONSTRAINT, FAULT_REFUSED },        { SQLITE_MISMATCH, FAULT_REFUSED },
                { SQLITE_TOOBIG, FAULT_REFUSED },            { SQLITE_FULL, FAULT_FULL },
                { SQLITE_BUSY, FAULT_BUSY },                 { SQLITE_LOCKED, FAULT_BUSY },
                { SQLITE_CORRUPT, FAULT_DAMAGED },           { SQLITE_NOTADB, FAULT_DAMAGED },
                { SQLITE_READONLY, FAULT_READ_ONLY },        { SQLITE_PERM, FAULT_READ_ONLY },
                { SQLITE_CANTOPEN, FAULT_GONE },             { SQLITE_ERROR, FAULT_STATEMENT },
                { SQLITE_RANGE, FAULT_STATEMENT },           { SQLITE_MISUSE, FAULT_STATEMENT },
                { SQLITE_SCHEMA, FAULT_STATEMENT },          { SQLITE_AUTH, FAULT_STATEMENT },
        };
        if ((code & 0xff) == SQLITE_IOERR)
                return fault_of_input(handle, code);
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                if (rows[i].code == code || rows[i].code == (code & 0xff))
                        return rows[i].fault;
        return FAULT_OTHER;
}

static DatabaseFault fail(Sqlite *sqlite, int code) {
        buffer_clear(sqlite->head.message);
        buffer_add(sqlite->head.message, str_from(sqlite3_errmsg(sqlite->handle)));
        return fault_of(sqlite->handle, code);
}

static DatabaseFault refuse(Sqlite *sqlite, DatabaseFault fault, Str words) {
        buffer_clear(sqlite->head.message);
        buffer_add(sqlite->head.message, words);
        return fault;
}

static DatabaseFault execute(Sqlite *sqlite, const char *sql) {
        int code = sqlite3_exec(sqlite->handle, sql, NULL, NULL, NULL);
        return code == SQLITE_OK ? FAULT_NONE : fail(sqlite, sqlite3_extended_errcode(sqlite->handle));
}

/* ---- opening ----------------------------------------------------------------------------------------- */

/* A new file is for its owner's eyes: it will hold people. (SQLite gives its neighbours the same mode.) An existing one is not
 * touched: closing a descriptor of it would drop the locks of this process's other connections. */
static void create_private(const char *path) {
        int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor >= 0)
                (void) close(descriptor);        /* nothing was written */
}

static bool configure(sqlite3 *handle) {
        static const struct {
                int option, value;
        } rows[] = {
                { SQLITE_DBCONFIG_DEFENSIVE, 1 }, { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
                { SQLITE_DBCONFIG_DQS_DDL, 0 },   { SQLITE_DBCONFIG_DQS_DML, 0 },
        };
        bool good = true;
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
                good = good && sqlite3_db_config(handle, rows[i].option, rows[i].value, NULL) == SQLITE_OK;
        return good;
}

static void sqlite_close(Connection *connection) {
        Sqlite *sqlite = sqlite_of(connection);
        MUST(sqlite3_close(sqlite->handle) == SQLITE_OK);        /* no statement is left */
        free(sqlite);
}

/* A file that is there in a folder where nothing may be written: SQLite says of it only that it cannot be opened. `path` is cut. */
static bool is_read_only(char *path) {
        bool there = access(path, F_OK) == 0, file = access(path, W_OK) == 0;
        char *slash = strrchr(path, '/');
        MUST(slash != NULL);
        slash[1] = 0;
        return there && (!file || access(path, W_OK) != 0);
}

static DatabaseFault sqlite_open(const DatabaseOptions *options, Str place, Buffer *message, Connection **ret_connection) {
        Sqlite *sqlite = calloc(1, sizeof(Sqlite));
        MUST(sqlite != NULL);
        sqlite->head.message = message;
        /* a path, never a name that means something to SQLite (":memory:", "file:…") */
        Buffer path = buffer_new(place.length + 3);
        if (place.data[0] != '/')
                buffer_add(&path, STR("./"));
        buffer_add(&path, place);
        buffer_byte(&path, 0);
        if (!options->read_only)
                create_private(path.data);
        int flags = options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        int code = sqlite3_open_v2(path.data, &sqlite->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
        DatabaseFault fault = code == SQLITE_OK ? FAULT_NONE : fail(sqlite, code);
        if (fault == FAULT_NONE && (!configure(sqlite->handle) ||
                                    sqlite3_busy_timeout(sqlite->handle, (int) options->busy_milliseconds) != SQLITE_OK))
                fault = fail(sqlite, SQLITE_MISUSE);
        if (fault == FAULT_NONE)
                fault = execute(sqlite, options->read_only ? READING_SETTINGS : SETTINGS);
        if (fault == FAULT_GONE && is_read_only(path.data))
                fault = FAULT_READ_ONLY;
        buffer_free(&path);
        if (fault != FAULT_NONE) {
                sqlite_close(&sqlite->head);
                return fault;
        }
        *ret_connection = &sqlite->head;
        return FAULT_NONE;
}

/* ---- transactions and scripts ------------------------------------------------------------------------ */

static DatabaseFault sqlite_finish(Connection *connection, bool commit) {
        Sqlite *sqlite = sqlite_of(connection);
        DatabaseFault fault = commit ? execute(sqlite, "COMMIT") : FAULT_NONE;
        /* some failures have rolled back by themselves; the words of the failure stay */
        if (sqlite3_get_autocommit(sqlite->handle) == 0)
                (void) sqlite3_exec(sqlite->handle, "ROLLBACK", NULL, NULL, NULL);
        if (sqlite->reading)
                (void) sqlite3_exec(sqlite->handle, "PRAGMA query_only = OFF", NULL, NULL, NULL);
        sqlite->reading = false;
        return fault;
}

/* A read transaction takes its snapshot with the first look, so it looks at once. */
static DatabaseFault sqlite_begin(Connection *connection, bool write) {
        Sqlite *sqlite = sqlite_of(connection);
        if (write)
                return execute(sqlite, "BEGIN IMMEDIATE");
        bool reading_only = sqlite3_db_readonly(sqlite->handle, "main") == 1;
        DatabaseFault fault = execute(sqlite, reading_only ? "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1"
                                                           : "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1; PRAGMA query_only = ON");
        sqlite->reading = !reading_only;
        if (fault != FAULT_NONE)
                (void) sqlite_finish(connection, false);
        return fault;
}

/* Several statements succeed or fail together, as they do in PostgreSQL. */
static DatabaseFault sqlite_script(Connection *connection, Str sql, uint32_t statements) {
        Sqlite *sqlite = sqlite_of(connection);
        bool together = statements > 1 && sqlite3_get_autocommit(sqlite->handle) != 0;
        Buffer text = buffer_new(sql.length + 1);
        buffer_add(&text, sql);
        buffer_byte(&text, 0);
        DatabaseFault fault = together ? sqlite_begin(connection, true) : FAULT_NONE;
        if (fault == FAULT_NONE)
                fault = execute(sqlite, text.data);
        if (together && fault == FAULT_NONE)
                fault = sqlite_finish(connection, true);
        else if (together)
                (void) sqlite_finish(connection, false);
        buffer_free(&text);
        return fault;
}

/* ---- statements -------------------------------------------------------------------------------------- */

static void sqlite_forget(Connection *connection, Prepared *head) {
        (void) connection;
        SqlitePrepared *prepared = (SqlitePrepared *) head;
        (void) sqlite3_finalize(prepared->handle);       /* says again how the last run ended */
        free(head->cells);
        free(prepared);
}

static DatabaseFault sqlite_prepare(Connection *connection, Str sql, uint32_t parameters, Prepared **ret_prepared) {
        Sqlite *sqlite = sqlite_of(connection);
        sqlite3_stmt *handle = NULL;
        if (sql.length > INT32_MAX)
                return refuse(sqlite, FAULT_STATEMENT, STR("too long"));
        int code = sqlite3_prepare_v3(sqlite->handle, sql.data, (int) sql.length, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
        if (code != SQLITE_OK)
                return fail(sqlite, code);
        if ((uint32_t) sqlite3_bind_parameter_count(handle) != parameters) {
                (void) sqlite3_finalize(handle);
                return refuse(sqlite, FAULT_STATEMENT, STR("a parameter that is not written $n"));
        }
        SqlitePrepared *prepared = calloc(1, sizeof(SqlitePrepared));
        MUST(prepared != NULL);
        prepared->head.parameters = parameters;
        prepared->handle = handle;
        *ret_prepared = &prepared->head;
        return FAULT_NONE;
}

static void sqlite_end(Connection *connection, Prepared *head) {
        (void) connection;
        SqlitePrepared *prepared = (SqlitePrepared *) head;
        (void) sqlite3_reset(prepared->handle);          /* says again how the run ended */
        (void) sqlite3_clear_bindings(prepared->handle); /* texts may be large */
}

/* `keep`: who keeps the texts, SQLITE_STATIC (the caller, until the run ends) or SQLITE_TRANSIENT. */
static int bind(const SqlitePrepared *prepared, const Cell *parameters, sqlite3_destructor_type keep) {
        int code = SQLITE_OK;
        for (uint32_t i = 0; i < prepared->head.parameters && code == SQLITE_OK; i++) {
                const Cell *cell = &parameters[i];
                int at = (int) i + 1;
                switch (cell->kind) {
                case CELL_NULL:
                        code = sqlite3_bind_null(prepared->handle, at);
                        break;
                case CELL_INTEGER:
                        code = sqlite3_bind_int64(prepared->handle, at, cell->integer);
                        break;
                case CELL_TEXT:
                        code = sqlite3_bind_text64(prepared->handle, at, cell->text.length ? cell->text.data : "", cell->text.length,
                                                   keep, SQLITE_UTF8);
                        break;
                }
        }
        return code;
}

/* One step. An end that changed nothing leaves sqlite3_changes() as it was, so the total is asked. */
static DatabaseFault step(Sqlite *sqlite, SqlitePrepared *prepared) {
        prepared->step = sqlite3_step(prepared->handle);
        prepared->given = false;
        if (prepared->step == SQLITE_ROW)
                return FAULT_NONE;
        if (prepared->step != SQLITE_DONE)
                return fail(sqlite, prepared->step);
        bool any = sqlite3_total_changes64(sqlite->handle) != prepared->changed_before;
        prepared->head.changed = any ? (uint64_t) sqlite3_changes64(sqlite->handle) : 0;
        return FAULT_NONE;
}

static DatabaseFault sqlite_start(Connection *connection, Prepared *head, const Cell *parameters) {
        Sqlite *sqlite = sqlite_of(connection);
        SqlitePrepared *prepared = (SqlitePrepared *) head;
        prepared->changed_before = sqlite3_total_changes64(sqlite->handle);
        int code = bind(prepared, parameters, SQLITE_TRANSIENT);
        DatabaseFault fault = code == SQLITE_OK ? step(sqlite, prepared) : fail(sqlite, code);
        if (fault != FAULT_NONE) {
                sqlite_end(connection, head);
                return fault;
        }
        /* a step may have prepared the statement anew, after another connection's change of the schema */
        uint32_t columns = (uint32_t) sqlite3_column_count(prepared->handle);
        if (columns > head->columns) {
                head->cells = realloc(head->cells, columns * sizeof(Cell));
                MUST(head->cells != NULL);
        }
        head->columns = columns;
        return FAULT_NONE;
}

static bool read_cell(sqlite3_stmt *handle, int column, Cell *ret_cell) {
        switch (sqlite3_column_type(handle, column)) {
        case SQLITE_NULL:
                *ret_cell = cell_null();
                return true;
        case SQLITE_INTEGER:
                *ret_cell = cell_integer(sqlite3_column_int64(handle, column));
                return true;
        case SQLITE_TEXT: {
                const char *text = (const char *) sqlite3_column_text(handle, column);
                *ret_cell = cell_text((Str){ text, (size_t) sqlite3_column_bytes(handle, column) });
                return text != NULL;
        }
        default:
                return false;
        }
}

static DatabaseFault sqlite_next(Connection *connection, Prepared *head, bool *ret_row) {
        Sqlite *sqlite = sqlite_of(connection);
        SqlitePrepared *prepared = (SqlitePrepared *) head;
        DatabaseFault fault = prepared->given ? step(sqlite, prepared) : FAULT_NONE;
        if (fault != FAULT_NONE)
                return fault;
        prepared->given = true;
        if (prepared->step == SQLITE_ROW)
                for (uint32_t i = 0; i < head->columns; i++)
                        if (!read_cell(prepared->handle, (int) i, &head->cells[i]))
                                return refuse(sqlite, FAULT_STATEMENT, STR("a result that is no whole number and no text"));
        *ret_row = prepared->step == SQLITE_ROW;
        return FAULT_NONE;
}

static DatabaseFault sqlite_many(Connection *connection, Prepared *head, const Cell *parameters, uint32_t rows,
                                 uint32_t *ret_row) {
        Sqlite *sqlite = sqlite_of(connection);
        SqlitePrepared *prepared = (SqlitePrepared *) head;
        DatabaseFault fault = FAULT_NONE;
        for (uint32_t row = 0; row < rows && fault == FAULT_NONE; row++) {
                int code = bind(prepared, parameters + (size_t) row * head->parameters, SQLITE_STATIC);
                while (code == SQLITE_OK || code == SQLITE_ROW)
                        code = sqlite3_step(prepared->handle);
                if (code != SQLITE_DONE) {
                        fault = fail(sqlite, code);
                        *ret_row = row;
                }
                (void) sqlite3_reset(prepared->handle);  /* says again how the run ended */
        }
        (void) sqlite3_clear_bindings(prepared->handle);
        return fault;
}

const Driver DRIVER_SQLITE = {
        .kind = DATABASE_SQLITE,
        .open = sqlite_open,
        .close = sqlite_close,
        .begin = sqlite_begin,
        .finish = sqlite_finish,
        .script = sqlite_script,
        .prepare = sqlite_prepare,
        .forget = sqlite_forget,
        .start = sqlite_start,
        .next = sqlite_next,
        .end = sqlite_end,
        .many = sqlite_many,
};
