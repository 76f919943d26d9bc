/* The fault driver: SQLite, but the n-th call that can fail fails. A day's work is done for n = 1, 2, … until nothing
 * fails: whatever failed, outputs are not set, nothing half-done stays, what was acknowledged is there. */
#include "world.h"

#include <string.h>

static unsigned calls_left;      /* calls until the failure */
static bool     failed;

static bool due(Buffer *message) {
        if (calls_left == 0 || --calls_left > 0)
                return false;
        failed = true;
        buffer_clear(message);
        buffer_add(message, STR("made to fail"));
        return true;
}

static DatabaseFault fault_open(const DatabaseOptions *options, Str place, Buffer *message, Connection **ret_connection) {
        return due(message) ? FAULT_GONE : DRIVER_SQLITE.open(options, place, message, ret_connection);
}

static void fault_close(Connection *connection) {
        DRIVER_SQLITE.close(connection);
}

static DatabaseFault fault_begin(Connection *connection, bool write) {
        return due(connection->message) ? FAULT_BUSY : DRIVER_SQLITE.begin(connection, write);
}

static DatabaseFault fault_finish(Connection *connection, bool commit) {
        if (!commit || !due(connection->message))
                return DRIVER_SQLITE.finish(connection, commit);
        (void) DRIVER_SQLITE.finish(connection, false);
        return FAULT_FULL;
}

static DatabaseFault fault_script(Connection *connection, Str sql, uint32_t statements) {
        return due(connection->message) ? FAULT_OTHER : DRIVER_SQLITE.script(connection, sql, statements);
}

static DatabaseFault fault_prepare(Connection *connection, Str sql, uint32_t parameters, Prepared **ret_prepared) {
        return due(connection->message) ? FAULT_OTHER : DRIVER_SQLITE.prepare(connection, sql, parameters, ret_prepared);
}

static void fault_forget(Connection *connection, Prepared *prepared) {
        DRIVER_SQLITE.forget(connection, prepared);
}

static DatabaseFault fault_start(Connection *connection, Prepared *prepared, const Cell *parameters) {
        return due(connection->message) ? FAULT_OTHER : DRIVER_SQLITE.start(connection, prepared, parameters);
}

static DatabaseFault fault_next(Connection *connection, Prepared *prepared, bool *ret_row) {
        return due(connection->message) ? FAULT_DAMAGED : DRIVER_SQLITE.next(connection, prepared, ret_row);
}

static void fault_end(Connection *connection, Prepared *prepared) {
        DRIVER_SQLITE.end(connection, prepared);
}

/* Half of the rows are written before it fails. */
static DatabaseFault fault_many(Connection *connection, Prepared *prepared, const Cell *parameters, uint32_t rows, uint32_t *ret_row) {
        bool fails = due(connection->message);
        DatabaseFault fault = DRIVER_SQLITE.many(connection, prepared, parameters, fails ? rows / 2 : rows, ret_row);
        if (!fails)
                return fault;
        *ret_row = rows / 2;
        return FAULT_FULL;
}

static const Driver DRIVER_FAULT = {
        .kind = DATABASE_SQLITE,
        .open = fault_open,
        .close = fault_close,
        .begin = fault_begin,
        .finish = fault_finish,
        .script = fault_script,
        .prepare = fault_prepare,
        .forget = fault_forget,
        .start = fault_start,
        .next = fault_next,
        .end = fault_end,
        .many = fault_many,
};

/* ---- a day's work ------------------------------------------------------------------------------------ */

#define ADDED 10

typedef struct Day {
        World    *world;
        Database *database;
        bool      made, added, changed;          /* acknowledged */
} Day;

static bool went(Day *day, Rc rc) {
        assert_true((rc == RC_OK) == !failed);
        if (rc != RC_OK)
                assert_str(database_message(day->database), "made to fail");
        return rc == RC_OK;
}

static bool prepare(Day *day, const char *sql, Statement **statement) {
        *statement = NULL;
        Rc rc = database_prepare(day->database, str_from(sql), statement);
        assert_true((rc == RC_OK) == (*statement != NULL));
        return went(day, rc);
}

static bool add_rows(Day *day) {
        Statement *insert;
        Cell cells[2 * ADDED];
        for (uint32_t i = 0; i < ADDED; i++) {
                cells[2 * i] = cell_integer(i);
                cells[2 * i + 1] = cell_text(STR("文"));
        }
        uint32_t row = 99;
        uint64_t changed = 99;
        if (!went(day, database_begin(day->database, true)) || !prepare(day, "INSERT INTO t (a, b) VALUES ($1, $2)", &insert))
                return false;
        const Cell extra[] = { cell_integer(ADDED), cell_null() };
        Rc rc = statement_run(insert, extra, 2, &changed);
        assert_int_equal(changed, rc == RC_OK ? 1 : 99);
        if (!went(day, rc))
                return false;
        rc = statement_many(insert, cells, 2, ADDED, &row);
        assert_int_equal(row, rc == RC_OK ? 99 : ADDED / 2);
        if (!went(day, rc))
                return false;
        day->added = went(day, database_commit(day->database));
        return day->added;
}

/* Reads each row, looks something up inside, changes it. */
static bool change_rows(Day *day) {
        Statement *select, *look, *update;
        if (!went(day, database_begin(day->database, true)) || !prepare(day, "SELECT a, b FROM t ORDER BY a", &select) ||
            !prepare(day, "SELECT count(*) FROM t WHERE a <= $1", &look) || !prepare(day, "UPDATE t SET b = $2 WHERE a = $1", &update) ||
            !went(day, statement_start(select, NULL, 0)))
                return false;
        bool row = true;
        while (row) {
                if (!went(day, statement_next(select, &row)))
                        return false;
                if (!row)
                        break;
                const Cell pair[] = { statement_cell(select, 0), cell_text(STR("changed")) };
                Cell count = cell_null();
                Rc rc = statement_one(look, pair, 1, day->world->arena, &count);
                assert_int_equal(count.kind, rc == RC_OK ? CELL_INTEGER : CELL_NULL);
                if (!went(day, rc))
                        return false;
                if (!went(day, statement_run(update, pair, 2, NULL)))
                        return false;
        }
        day->changed = went(day, database_commit(day->database));
        return day->changed;
}

static void work(Day *day) {
        Str why = { 0 }, place = str_slice(day->world->options.place, strlen("sqlite:"), SIZE_MAX);
        Rc rc = database_open_with(&DRIVER_FAULT, &day->world->options, place, day->world->arena, &day->database, &why);
        assert_true((rc == RC_OK) == (day->database != NULL) && (rc == RC_OK) == (why.length == 0));
        if (rc != RC_OK)
                return;
        rc = database_script(day->database, STR("CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT); CREATE TABLE u (a BIGINT)"));
        day->made = went(day, rc);
        if (!day->made || !add_rows(day) || !change_rows(day))
                database_rollback(day->database);
}

static void check_what_stands(World *world, const Day *day) {
        assert_true(must_count(world->database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'") == (day->made ? 2 : 0));
        if (!day->made)
                return;
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == (day->added ? ADDED + 1 : 0));
        assert_true(must_count(world->database, "SELECT count(*) FROM t WHERE b = 'changed'") == (day->changed ? ADDED + 1 : 0));
        must_script(world->database, "DROP TABLE t; DROP TABLE u");
}

static void case_every_call_fails_once(World *world) {
        unsigned n = 0;
        do {
                Day day = { .world = world };
                calls_left = ++n;
                failed = false;
                work(&day);
                calls_left = 0;
                assert_true(failed != day.changed);
                day.database = database_close(day.database);
                check_what_stands(world, &day);
        } while (failed);
        print_message("# %u calls failed, each once\n", n - 1);
        assert_in_range(n, 60, 200);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "every_call_fails_once", case_every_call_fails_once, true, false },
                { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
