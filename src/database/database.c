/* The front: one connection with its statements, and the order in which a driver is called. */
#include "database/driver.h"

#include "base/utf8.h"
#include "database/named_table.h"
#include "database/statement_text.h"

#include <stdlib.h>
#include <string.h>

#define STATEMENTS_MAX 256
#define MESSAGE_CAP ((size_t) 64 << 10)
#define SQL_CAP ((size_t) 64 << 20)

typedef enum StatementState { STATEMENT_IDLE, STATEMENT_ROWS, STATEMENT_DONE } StatementState;

struct Statement {
        Database      *database;
        Prepared      *prepared;         /* NULL: not yet, or no more since the schema changed */
        StatementState state;
        uint32_t       parameters;
        Buffer         asked, text;      /* as it was asked for, and as the driver takes it */
        uint64_t       hash, used;       /* of what was asked for; when it was last asked for */
};

struct Database {
        const Driver *driver;
        Connection   *connection;
        bool          read_only, in_transaction, failed;       /* failed: only the rollback may follow */
        Rc            failed_rc;
        DatabaseFault fault;
        Buffer        message;
        Statement    *statements[STATEMENTS_MAX];
        uint32_t      statement_count;
        uint64_t      clock;
        Statement   **named;             /* by number; NULL: not asked for yet */
        void         *kept;
        void        (*release)(void *kept);
};

typedef struct FaultRow {
        Rc  rc;
        Str text;
} FaultRow;

static const FaultRow fault_rows[] = {
        [FAULT_NONE] = { RC_OK, STR_INIT("") },
        [FAULT_FULL] = { RC_IO, STR_INIT("磁盘满了，这一步没有保存，原来的数据没有变。请腾出空间后再试。") },
        [FAULT_BUSY] = { RC_CONFLICT, STR_INIT("数据库正被别人占用，等了一会儿仍没有轮到。请稍后再试。") },
        [FAULT_TAKEN] = { RC_CONFLICT, STR_INIT("已经有一条编号相同的记录。请核对编号，或改为修改原来那一条。") },
        [FAULT_REFUSED] = { RC_INVALID, STR_INIT("数据库没有接受这条记录：有必填的内容空着，有值不合要求，或者指向了不存在的记录。请核对后再试。") },
        [FAULT_GONE] = { RC_IO, STR_INIT("连不上数据库，或者数据库文件已不在原处。请检查数据库服务和数据文件夹后再试。") },
        [FAULT_DAMAGED] = { RC_IO, STR_INIT("数据库文件已损坏，或者根本不是数据库。请停止使用它，并用最近的备份恢复。") },
        [FAULT_READ_ONLY] = { RC_IO, STR_INIT("数据库只能读，不能写。请检查文件和账号的权限。") },
        [FAULT_STATEMENT] = { RC_IO, STR_INIT("程序给数据库的语句有误，这是本系统的缺陷。请把日志发给维护人员。") },
        [FAULT_OTHER] = { RC_IO, STR_INIT("数据库出了意外的问题，这一步没有保存。详情见日志。") },
};

Str database_fault_text(DatabaseFault fault) {
        return fault_rows[fault].text;
}

/* Notes a fault of this call; inside a transaction it stays. */
static Rc note(Database *database, DatabaseFault fault) {
        if (fault == FAULT_NONE)
                return RC_OK;
        database->fault = fault;
        database->failed = database->in_transaction;
        database->failed_rc = fault_rows[fault].rc;
        return database->failed_rc;
}

static Rc refuse(Database *database, DatabaseFault fault, Str words) {
        buffer_clear(&database->message);
        buffer_add(&database->message, words);
        return note(database, fault);
}

/* Every call that may fail begins here: after a failure inside a transaction it fails in the same way again. */
static Rc enter(Database *database) {
        if (database->failed)
                return database->failed_rc;
        buffer_clear(&database->message);
        database->fault = FAULT_NONE;
        return RC_OK;
}

/* ---- opening ----------------------------------------------------------------------------------------- */

Rc database_open_with(const Driver *driver, const DatabaseOptions *options, Str place, Arena *arena,
                      Database **ret_database, Str *ret_why) {
        size_t bad;
        if (place.length == 0 || !utf8_check(place, &bad) || !utf8_check(options->space, &bad)) {
                *ret_why = STR("没有写明数据库在哪里");
                return RC_INVALID;
        }
        Database *database = calloc(1, sizeof(Database));
        MUST(database != NULL);
        *database = (Database){ .driver = driver, .read_only = options->read_only, .message = buffer_new(MESSAGE_CAP) };
        DatabaseOptions full = *options;
        if (full.busy_milliseconds == 0)
                full.busy_milliseconds = 5000;
        DatabaseFault fault = driver->open(&full, str_copy(arena, place), &database->message, &database->connection);
        if (fault != FAULT_NONE) {
                Rc rc = fault_rows[fault].rc;
                Str words = str_trim(buffer_str(&database->message));
                bool named = driver->kind == DATABASE_SQLITE;    /* a connection's text may hold a password */
                *ret_why = str_format(arena, "打不开数据库%s%.*s：%.*s（%.*s）", named ? " " : "", named ? (int) place.length : 0,
                                      place.data, STR_ARG(fault_rows[fault].text), STR_ARG(words));
                buffer_free(&database->message);
                free(database);
                return rc;
        }
        database->named = calloc(NAMED_STATEMENT_COUNT + 1, sizeof(Statement *));
        MUST(database->named != NULL);
        *ret_database = database;
        return RC_OK;
}

Rc database_open(const DatabaseOptions *options, Arena *arena, Database **ret_database, Str *ret_why) {
        static const struct {
                Str           scheme;
                const Driver *driver;
        } kinds[] = { { STR_INIT("sqlite:"), &DRIVER_SQLITE }, { STR_INIT("postgres:"), &DRIVER_POSTGRES } };
        for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
                if (str_starts(options->place, kinds[i].scheme))
                        return database_open_with(kinds[i].driver, options,
                                                  str_slice(options->place, kinds[i].scheme.length, options->place.length),
                                                  arena, ret_database, ret_why);
        *ret_why = STR("数据库的位置应写成「sqlite:文件路径」或「postgres:连接参数」");
        return RC_INVALID;
}

static void forget_prepared(Statement *statement) {
        if (statement->prepared)
                statement->database->driver->forget(statement->database->connection, statement->prepared);
        statement->prepared = NULL;
        statement->state = STATEMENT_IDLE;
}

static void statement_free(Statement *statement) {
        if (!statement)
                return;
        forget_prepared(statement);
        buffer_free(&statement->asked);
        buffer_free(&statement->text);
        free(statement);
}

static void each_statement(Database *database, void (*act)(Statement *statement)) {
        for (uint32_t i = 0; i < database->statement_count; i++)
                act(database->statements[i]);
        for (uint32_t i = 0; i < NAMED_STATEMENT_COUNT; i++)
                if (database->named[i])
                        act(database->named[i]);
}

Database *database_close(Database *database) {
        if (!database)
                return NULL;
        database_rollback(database);
        database_keep(database, NULL, NULL);
        each_statement(database, statement_end);
        each_statement(database, statement_free);
        database->driver->close(database->connection);
        buffer_free(&database->message);
        free(database->named);
        free(database);
        return NULL;
}

void database_cleanup(Database **database) {
        *database = database_close(*database);
}

DatabaseKind database_kind(const Database *database) {
        return database->driver->kind;
}

DatabaseFault database_fault(const Database *database) {
        return database->fault;
}

Str database_message(const Database *database) {
        return buffer_str(&database->message);
}

void database_keep(Database *database, void *kept, void (*release)(void *kept)) {
        if (database->kept)
                database->release(database->kept);
        database->kept = kept;
        database->release = release;
}

void *database_kept(const Database *database) {
        return database->kept;
}

/* ---- transactions and scripts ------------------------------------------------------------------------ */

Rc database_begin(Database *database, bool write) {
        MUST(!database->in_transaction);
        Rc rc = enter(database);
        if (rc == RC_OK && write && database->read_only)
                return refuse(database, FAULT_READ_ONLY, STR("opened for reading"));
        each_statement(database, statement_end);
        rc = note(database, database->driver->begin(database->connection, write));
        database->in_transaction = rc == RC_OK;
        return rc;
}

Rc database_commit(Database *database) {
        MUST(database->in_transaction);
        each_statement(database, statement_end);
        Rc rc = enter(database);
        if (rc != RC_OK) {
                database_rollback(database);
                return rc;
        }
        database->in_transaction = false;
        return note(database, database->driver->finish(database->connection, true));
}

void database_rollback(Database *database) {
        if (!database->in_transaction)
                return;
        each_statement(database, statement_end);
        (void) database->driver->finish(database->connection, false);    /* succeeds always */
        database->in_transaction = database->failed = false;
}

Rc database_finish(Database *database, Rc rc) {
        if (rc == RC_OK)
                rc = database_commit(database);
        if (rc != RC_OK)
                database_rollback(database);
        return rc;
}

bool database_in_transaction(const Database *database) {
        return database->in_transaction;
}

Rc database_script(Database *database, Str sql) {
        StatementShape shape;
        Str why = STR("not UTF-8");
        size_t bad;
        Rc rc = enter(database);
        if (rc != RC_OK)
                return rc;
        if (!utf8_check(sql, &bad) || statement_scan(sql, NULL, &shape, &why) != RC_OK)
                return refuse(database, FAULT_STATEMENT, why);
        if (shape.parameters > 0)
                return refuse(database, FAULT_STATEMENT, STR("a script takes no parameters"));
        each_statement(database, statement_end);
        database_keep(database, NULL, NULL);
        each_statement(database, forget_prepared);       /* a changed schema may change what they give */
        return note(database, database->driver->script(database->connection, sql, shape.statements));
}

/* ---- statements -------------------------------------------------------------------------------------- */

static Rc statement_new(Database *database, Str sql, Statement **ret_statement) {
        Buffer text = buffer_new(SQL_CAP);
        StatementShape shape;
        Str why = STR("not UTF-8");
        size_t bad;
        if (!utf8_check(sql, &bad) || statement_scan(sql, &text, &shape, &why) != RC_OK || shape.statements != 1 || text.failed) {
                buffer_free(&text);
                return refuse(database, FAULT_STATEMENT, why);
        }
        Buffer asked = buffer_new(SQL_CAP);
        buffer_add(&asked, sql);
        if (database->driver->kind == DATABASE_POSTGRES) {
                buffer_clear(&text);
                buffer_add(&text, sql);
        }
        Prepared *prepared;
        DatabaseFault fault = database->driver->prepare(database->connection, buffer_str(&text), shape.parameters, &prepared);
        if (fault != FAULT_NONE) {
                buffer_free(&asked);
                buffer_free(&text);
                return note(database, fault);
        }
        Statement *statement = malloc(sizeof(Statement));
        MUST(statement != NULL);
        *statement = (Statement){ .database = database, .prepared = prepared, .parameters = shape.parameters,
                                  .asked = asked, .text = text, .hash = str_hash(sql) };
        *ret_statement = statement;
        return RC_OK;
}

/* A place for one more; when there is none the statement longest unused goes. */
static Statement **make_room(Database *database) {
        if (database->statement_count < STATEMENTS_MAX)
                return &database->statements[database->statement_count++];
        Statement **oldest = NULL;
        for (uint32_t i = 0; i < STATEMENTS_MAX; i++) {
                Statement **at = &database->statements[i];
                if ((*at)->state != STATEMENT_ROWS && (!oldest || (*at)->used < (*oldest)->used))
                        oldest = at;
        }
        MUST(oldest != NULL);
        statement_free(*oldest);
        return oldest;
}

Rc database_prepare(Database *database, Str sql, Statement **ret_statement) {
        uint64_t hash = str_hash(sql);
        Rc rc = enter(database);
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; i < database->statement_count; i++) {
                Statement *statement = database->statements[i];
                if (statement->hash != hash || !str_equal(buffer_str(&statement->asked), sql))
                        continue;
                statement->used = ++database->clock;
                *ret_statement = statement;
                return RC_OK;
        }
        Statement *statement = NULL;
        rc = statement_new(database, sql, &statement);
        if (rc != RC_OK)
                return rc;
        MUST(statement != NULL);
        statement->used = ++database->clock;
        *make_room(database) = statement;
        *ret_statement = statement;
        return RC_OK;
}

Str database_named_text(const Database *database, uint32_t name) {
        MUST(name < NAMED_STATEMENT_COUNT);
        const NamedStatement *named = &NAMED_STATEMENTS[name];
        return database->driver->kind == DATABASE_SQLITE ? named->sqlite : named->postgres;
}

Rc database_named(Database *database, uint32_t name, Statement **ret_statement) {
        Str text = database_named_text(database, name);
        Rc rc = enter(database);
        if (rc == RC_OK && !database->named[name])
                rc = statement_new(database, text, &database->named[name]);
        if (rc == RC_OK)
                *ret_statement = database->named[name];
        return rc;
}

/* Whether these parameters may go to the database: as many as it takes, every text UTF-8 without NUL. */
static Rc check_parameters(Statement *statement, const Cell *parameters, uint32_t count, uint32_t rows, uint32_t *ret_row) {
        Database *database = statement->database;
        size_t bad;
        *ret_row = 0;
        if (count != statement->parameters)
                return refuse(database, FAULT_STATEMENT, STR("not as many parameters as the statement takes"));
        for (uint64_t i = 0; i < (uint64_t) count * rows; i++)
                if (parameters[i].kind == CELL_TEXT && !utf8_check(parameters[i].text, &bad)) {
                        *ret_row = (uint32_t) (i / count);
                        return refuse(database, FAULT_REFUSED, STR("a text that is not UTF-8, or has a NUL"));
                }
        return RC_OK;
}

/* Ends what ran and makes sure that the driver knows the statement. */
static Rc make_ready(Statement *statement) {
        Database *database = statement->database;
        statement_end(statement);
        if (statement->prepared)
                return RC_OK;
        return note(database, database->driver->prepare(database->connection, buffer_str(&statement->text), statement->parameters,
                                                        &statement->prepared));
}

Rc statement_start(Statement *statement, const Cell *parameters, uint32_t count) {
        Database *database = statement->database;
        uint32_t row;
        Rc rc = enter(database);
        if (rc == RC_OK)
                rc = check_parameters(statement, parameters, count, 1, &row);
        if (rc == RC_OK)
                rc = make_ready(statement);
        if (rc == RC_OK)
                rc = note(database, database->driver->start(database->connection, statement->prepared, parameters));
        if (rc == RC_OK)
                statement->state = STATEMENT_ROWS;
        return rc;
}

Rc statement_next(Statement *statement, bool *ret_row) {
        Database *database = statement->database;
        MUST(statement->state != STATEMENT_IDLE);
        bool row = false;
        Rc rc = enter(database);
        if (rc == RC_OK && statement->state == STATEMENT_ROWS)
                rc = note(database, database->driver->next(database->connection, statement->prepared, &row));
        if (rc != RC_OK) {
                statement_end(statement);
                return rc;
        }
        if (!row)
                statement->state = STATEMENT_DONE;
        *ret_row = row;
        return RC_OK;
}

uint32_t statement_columns(const Statement *statement) {
        MUST(statement->state != STATEMENT_IDLE);
        return statement->prepared->columns;
}

Cell statement_cell(const Statement *statement, uint32_t column) {
        MUST(statement->state == STATEMENT_ROWS && column < statement->prepared->columns);
        return statement->prepared->cells[column];
}

void statement_end(Statement *statement) {
        if (statement->state != STATEMENT_IDLE)
                statement->database->driver->end(statement->database->connection, statement->prepared);
        statement->state = STATEMENT_IDLE;
}

Rc statement_run(Statement *statement, const Cell *parameters, uint32_t count, uint64_t *ret_changed) {
        bool row = true;
        Rc rc = statement_start(statement, parameters, count);
        while (rc == RC_OK && row)
                rc = statement_next(statement, &row);
        if (rc != RC_OK)
                return rc;
        if (ret_changed)
                *ret_changed = statement->prepared->changed;
        statement_end(statement);
        return RC_OK;
}

Rc statement_many(Statement *statement, const Cell *parameters, uint32_t count, uint32_t rows, uint32_t *ret_row) {
        Database *database = statement->database;
        MUST(database->in_transaction);
        uint32_t row = 0;
        Rc rc = enter(database);
        if (rc == RC_OK)
                rc = check_parameters(statement, parameters, count, rows, &row);
        if (rc == RC_OK)
                rc = make_ready(statement);
        if (rc == RC_OK && rows > 0)
                rc = note(database, database->driver->many(database->connection, statement->prepared, parameters, rows, &row));
        if (rc != RC_OK && ret_row)
                *ret_row = row;
        return rc;
}

Rc statement_one(Statement *statement, const Cell *parameters, uint32_t count, Arena *arena, Cell *ret_cell) {
        bool row;
        Rc rc = statement_start(statement, parameters, count);
        if (rc == RC_OK)
                rc = statement_next(statement, &row);
        if (rc != RC_OK)
                return rc;
        if (row && statement_columns(statement) > 0) {
                *ret_cell = statement_cell(statement, 0);
                if (ret_cell->kind == CELL_TEXT)
                        ret_cell->text = str_copy(arena, ret_cell->text);
        } else
                rc = RC_MISSING;
        statement_end(statement);
        return rc;
}
