/* The contract of database/database.h, the same cases on both databases. */
#include "world.h"

#include "base/log.h"
#include "base/utf8.h"
#include "database/named.h"
#include "database/named_table.h"

#include <string.h>

#define TEXT(literal) cell_text(STR(literal))
#define TABLE "CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT, c BOOLEAN)"

/* ---- values ------------------------------------------------------------------------------------------ */

static void same_cell(Cell actual, Cell expected) {
        assert_int_equal(actual.kind, expected.kind);
        if (expected.kind == CELL_INTEGER)
                assert_true(actual.integer == expected.integer);
        if (expected.kind == CELL_TEXT)
                assert_true(str_equal(actual.text, expected.text));
}

static void case_values(World *world) {
        must_script(world->database, "CREATE TABLE v (n BIGINT, i BIGINT, t TEXT, f BOOLEAN)");
        size_t large = (size_t) 10 << 20;
        char *bytes = arena_alloc(world->arena, large, 1);
        memset(bytes, 'x', large);
        const Cell rows[][3] = {
                { cell_null(), cell_null(), cell_null() },
                { cell_integer(0), TEXT(""), cell_integer(0) },
                { cell_integer(INT64_MIN), TEXT("济南市 “一次性”\n\t'\";--$1?"), cell_integer(1) },
                { cell_integer(INT64_MAX), TEXT("𠮷野家 😀 \\x00 \\"), cell_integer(1) },
                { cell_integer(-1), cell_text((Str){ bytes, large }), cell_null() },
        };
        Statement *insert = must_prepare(world->database, "INSERT INTO v (n, i, t, f) VALUES ($1, $2, $3, $4)");
        for (uint32_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                const Cell cells[] = { cell_integer(i), rows[i][0], rows[i][1], rows[i][2] };
                assert_int_equal(statement_run(insert, cells, 4, NULL), RC_OK);
        }
        Statement *select = must_prepare(world->database, "SELECT i, t, f FROM v ORDER BY n");
        assert_int_equal(statement_start(select, NULL, 0), RC_OK);
        assert_int_equal(statement_columns(select), 3);
        bool row;
        for (uint32_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                assert_int_equal(statement_next(select, &row), RC_OK);
                assert_true(row);
                for (uint32_t k = 0; k < 3; k++)
                        same_cell(statement_cell(select, k), rows[i][k]);
        }
        for (int i = 0; i < 2; i++) {
                assert_int_equal(statement_next(select, &row), RC_OK);
                assert_false(row);
        }
        /* a text found by its value, parameters out of order */
        const Cell back[] = { rows[2][1], cell_integer(2) };
        Cell found;
        assert_int_equal(statement_one(must_prepare(world->database, "SELECT n FROM v WHERE n = $2 AND t = $1"), back, 2, world->arena,
                                       &found), RC_OK);
        same_cell(found, cell_integer(2));
}

static void case_sums_are_whole(World *world) {
        must_script(world->database, TABLE);
        must_run(world->database, "INSERT INTO t (a, c) VALUES (1, NULL), (2, NULL), (9000000000000000000, NULL)", NULL, 0);
        assert_true(must_count(world->database, "SELECT sum(a) FROM t WHERE a < 3") == 3);
        assert_true(must_count(world->database, "SELECT sum(a) FROM t WHERE a > 3") == 9000000000000000000);
        assert_true(must_count(world->database, "SELECT count(*) FROM t WHERE a > 1 AND b IS NULL") == 2);
        assert_true(must_count(world->database, "SELECT a > 1 FROM t WHERE a = 2") == 1);
        static const char *const refused[] = { "SELECT avg(a) FROM t WHERE a < 3", "SELECT CAST(1 AS REAL)", "SELECT 1.5" };
        for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
                Cell cell = cell_integer(77);
                Rc rc = statement_one(must_prepare(world->database, refused[i]), NULL, 0, world->arena, &cell);
                assert_fault(world->database, rc, RC_IO, FAULT_STATEMENT);
                assert_true(cell.integer == 77);
        }
        assert_true(must_count(world->database, "SELECT 1") == 1);
}

/* ---- statements -------------------------------------------------------------------------------------- */

static void case_changed(World *world) {
        static const struct {
                const char *sql;
                uint64_t    changed;
        } rows[] = {
                { TABLE, 0 },
                { "INSERT INTO t (a) VALUES (1), (2), (3)", 3 },
                { "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", 0 },
                { "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 'x'", 1 },
                { "UPDATE t SET b = 'y' WHERE a > 1", 2 },
                { "UPDATE t SET b = 'y' WHERE a > 100", 0 },
                { "SELECT a FROM t", 0 },
                { "CREATE TABLE u (a BIGINT)", 0 },
                { "INSERT INTO u (a) SELECT a FROM t RETURNING a", 3 },
                { "DELETE FROM t", 3 },
                { "DELETE FROM t", 0 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                uint64_t changed = 99;
                Rc rc = statement_run(must_prepare(world->database, rows[i].sql), NULL, 0, &changed);
                if (rc != RC_OK || changed != rows[i].changed)
                        fail_msg("%s: %s, %llu", rows[i].sql, rc_name(rc), (unsigned long long) changed);
        }
}

static void add_numbers(Database *database, int64_t count) {
        must_run(database, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT))"
                           "INSERT INTO t (a, b) SELECT i, 'x' FROM n", (Cell[]){ cell_integer(count) }, 1);
}

/* Statements inside the rows of another, a start in the middle, an end in the middle. */
static void case_nested(World *world) {
        must_script(world->database, TABLE);
        add_numbers(world->database, 1000);
        Statement *outer = must_prepare(world->database, "SELECT a FROM t ORDER BY a");
        Statement *inner = must_prepare(world->database, "SELECT b FROM t WHERE a = $1");
        int64_t sum = 0;
        bool row = true;
        assert_int_equal(statement_start(outer, NULL, 0), RC_OK);
        while (statement_next(outer, &row) == RC_OK && row) {
                Cell text;
                const Cell a = statement_cell(outer, 0);
                assert_int_equal(statement_one(inner, &a, 1, world->arena, &text), RC_OK);
                assert_str(text.text, "x");
                if (a.integer % 100 == 0)
                        must_run(world->database, "UPDATE t SET b = 'x' WHERE a = $1", &a, 1);
                sum += statement_cell(outer, 0).integer;
        }
        assert_int_equal(sum, 500500);
        for (int i = 0; i < 3; i++) {
                assert_int_equal(statement_start(outer, NULL, 0), RC_OK);
                assert_int_equal(statement_next(outer, &row), RC_OK);
                same_cell(statement_cell(outer, 0), cell_integer(1));
        }
        statement_end(outer);
        statement_end(outer);
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 1000);
}

static void next_without_start(void *context) {
        bool row;
        if (statement_next(context, &row) != RC_OK)
                _exit(1);
}

static void many_outside(void *context) {
        if (statement_many(context, NULL, 0, 1, NULL) != RC_OK)
                _exit(1);
}

static void case_misuse_aborts(World *world) {
        Statement *statement = must_prepare(world->database, "SELECT 1");
        assert_true(aborts(next_without_start, statement));
        assert_true(aborts(many_outside, statement));
}

static void case_one(World *world) {
        must_script(world->database, TABLE);
        Cell cell = cell_integer(77);
        assert_int_equal(statement_one(must_prepare(world->database, "SELECT a FROM t"), NULL, 0, world->arena, &cell), RC_MISSING);
        assert_true(cell.integer == 77);
        add_numbers(world->database, 2);
        assert_int_equal(statement_one(must_prepare(world->database, "SELECT b FROM t"), NULL, 0, world->arena, &cell), RC_OK);
        must_run(world->database, "UPDATE t SET b = 'zzz'", NULL, 0);
        assert_str(cell.text, "x");
}

/* Many more statements than are kept; those in use and those asked for again go on. */
static void case_statements_are_kept(World *world) {
        must_script(world->database, TABLE);
        add_numbers(world->database, 1000);
        Statement *outer = must_prepare(world->database, "SELECT a FROM t ORDER BY a");
        bool row = false;
        assert_int_equal(statement_start(outer, NULL, 0), RC_OK);
        for (int64_t i = 1; i <= 600; i++) {
                Str sql = str_format(world->arena, "SELECT a + %lld FROM t WHERE a = 1", (long long) (i % 400));
                assert_true(must_count(world->database, sql.data) == 1 + i % 400);
                assert_int_equal(statement_next(outer, &row), RC_OK);
                assert_true(row && statement_cell(outer, 0).integer == i);
        }
        assert_ptr_equal(must_prepare(world->database, "SELECT a + 1 FROM t WHERE a = 1"),
                         must_prepare(world->database, "SELECT a + 1 FROM t WHERE a = 1"));
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static void case_faults(World *world) {
        static const struct {
                const char   *sql;
                Rc            rc;
                DatabaseFault fault;
        } rows[] = {
                { "INSERT INTO t (a, b) VALUES (1, 'y')", RC_CONFLICT, FAULT_TAKEN },
                { "INSERT INTO t (a, b) VALUES (2, 'x')", RC_CONFLICT, FAULT_TAKEN },
                { "INSERT INTO t (a, b) VALUES (2, NULL)", RC_INVALID, FAULT_REFUSED },
                { "INSERT INTO t (a, b) VALUES (-2, 'y')", RC_INVALID, FAULT_REFUSED },
                { "INSERT INTO u (t) VALUES (7)", RC_INVALID, FAULT_REFUSED },
                { "DELETE FROM t", RC_INVALID, FAULT_REFUSED },
                { "SELEC 1", RC_IO, FAULT_STATEMENT },
                { "SELECT x FROM t", RC_IO, FAULT_STATEMENT },
                { "SELECT \"x\" FROM t", RC_IO, FAULT_STATEMENT },
                { "SELECT 1 FROM nowhere", RC_IO, FAULT_STATEMENT },
                { "SELECT a FROM t WHERE a = ?", RC_IO, FAULT_STATEMENT },
                { "SELECT a FROM t WHERE a = :a", RC_IO, FAULT_STATEMENT },
                { "SELECT a FROM t WHERE a = $2", RC_IO, FAULT_STATEMENT },
                { "SELECT a FROM t WHERE a = $1", RC_IO, FAULT_STATEMENT },
                { "SELECT 1; SELECT 2", RC_IO, FAULT_STATEMENT },
                { "SELECT 'x", RC_IO, FAULT_STATEMENT },
                { "", RC_IO, FAULT_STATEMENT },
                { "-- nothing", RC_IO, FAULT_STATEMENT },
                { "SELECT '\xff'", RC_IO, FAULT_STATEMENT },
        };
        must_script(world->database, "CREATE TABLE t (a BIGINT PRIMARY KEY CHECK (a > 0), b TEXT NOT NULL UNIQUE);"
                                     "CREATE TABLE u (t BIGINT REFERENCES t (a)); INSERT INTO t (a, b) VALUES (1, 'x');"
                                     "INSERT INTO u (t) VALUES (1);");
        for (int inside = 0; inside < 2; inside++)
                for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                        Statement *statement = NULL;
                        uint64_t changed = 99;
                        if (inside)
                                assert_int_equal(database_begin(world->database, true), RC_OK);
                        Rc rc = database_prepare(world->database, str_from(rows[i].sql), &statement);
                        assert_true((rc == RC_OK) == (statement != NULL));
                        if (rc == RC_OK)
                                rc = statement_run(statement, NULL, 0, &changed);
                        if (rc != rows[i].rc || database_fault(world->database) != rows[i].fault)
                                fail_msg("%s: %s, fault %d", rows[i].sql, rc_name(rc), (int) database_fault(world->database));
                        assert_fault(world->database, rc, rows[i].rc, rows[i].fault);
                        assert_int_equal(changed, 99);
                        database_rollback(world->database);
                }
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 1);
}

static void case_texts_are_checked(World *world) {
        static const Str texts[] = { STR_INIT("a\0b"), STR_INIT("\xff"), STR_INIT("济\xe5\x8d"), STR_INIT("\xed\xa0\x80"),
                                     STR_INIT("12345678\xc0\x80") };
        must_script(world->database, TABLE);
        Statement *insert = must_prepare(world->database, "INSERT INTO t (a, b) VALUES ($1, $2)");
        for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
                const Cell cells[] = { cell_integer(1), TEXT("good"), cell_integer(2), cell_text(texts[i]) };
                assert_fault(world->database, statement_run(insert, cells + 2, 2, NULL), RC_INVALID, FAULT_REFUSED);
                uint32_t row = 99;
                assert_int_equal(database_begin(world->database, true), RC_OK);
                assert_fault(world->database, statement_many(insert, cells, 2, 2, &row), RC_INVALID, FAULT_REFUSED);
                assert_int_equal(row, 1);
                database_rollback(world->database);
        }
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 0);
}

/* ---- transactions ------------------------------------------------------------------------------------ */

static void case_transactions(World *world) {
        Database *other = world_open(world);
        must_script(world->database, TABLE);
        database_rollback(world->database);
        assert_int_equal(database_begin(world->database, true), RC_OK);
        assert_true(database_in_transaction(world->database));
        add_numbers(world->database, 3);
        assert_true(must_count(other, "SELECT count(*) FROM t") == 0);
        assert_int_equal(database_commit(world->database), RC_OK);
        assert_false(database_in_transaction(world->database));
        assert_true(must_count(other, "SELECT count(*) FROM t") == 3);

        assert_int_equal(database_begin(world->database, true), RC_OK);
        must_run(world->database, "DELETE FROM t", NULL, 0);
        database_rollback(world->database);
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 3);

        /* a reader sees what was there when it began, and cannot write */
        assert_int_equal(database_begin(other, false), RC_OK);
        must_run(world->database, "DELETE FROM t WHERE a = 1", NULL, 0);
        assert_true(must_count(other, "SELECT count(*) FROM t") == 3);
        Statement *remove = must_prepare(other, "DELETE FROM t");
        assert_fault(other, statement_run(remove, NULL, 0, NULL), RC_IO, FAULT_READ_ONLY);
        database_rollback(other);
        assert_true(must_count(other, "SELECT count(*) FROM t") == 2);
        assert_int_equal(database_begin(other, false), RC_OK);
        assert_int_equal(database_commit(other), RC_OK);
        assert_int_equal(statement_run(remove, NULL, 0, NULL), RC_OK);
        (void) database_close(other);
}

/* After a failure only the rollback counts; a commit says the failure again and keeps nothing. */
static void case_failure_stays(World *world) {
        must_script(world->database, TABLE);
        Statement *insert = must_prepare(world->database, "INSERT INTO t (a) VALUES ($1)");
        for (int commit = 0; commit < 2; commit++) {
                Statement *statement = NULL;
                Cell one = cell_integer(1), two = cell_integer(2), cell = cell_integer(77);
                assert_int_equal(database_begin(world->database, true), RC_OK);
                assert_int_equal(statement_run(insert, &one, 1, NULL), RC_OK);
                assert_fault(world->database, statement_run(insert, &one, 1, NULL), RC_CONFLICT, FAULT_TAKEN);
                assert_fault(world->database, statement_run(insert, &two, 1, NULL), RC_CONFLICT, FAULT_TAKEN);
                assert_fault(world->database, statement_one(insert, &two, 1, world->arena, &cell), RC_CONFLICT, FAULT_TAKEN);
                assert_fault(world->database, statement_many(insert, &two, 1, 1, NULL), RC_CONFLICT, FAULT_TAKEN);
                assert_fault(world->database, database_prepare(world->database, STR("SELECT 5"), &statement), RC_CONFLICT, FAULT_TAKEN);
                assert_fault(world->database, database_script(world->database, STR("DELETE FROM t")), RC_CONFLICT, FAULT_TAKEN);
                assert_true(statement == NULL && cell.integer == 77);
                if (commit)
                        assert_fault(world->database, database_commit(world->database), RC_CONFLICT, FAULT_TAKEN);
                database_rollback(world->database);
                assert_false(database_in_transaction(world->database));
                assert_true(must_count(world->database, "SELECT count(*) FROM t") == 0);
        }
}

static void case_busy(World *world) {
        Database *other = world_open(world);
        must_script(world->database, TABLE);
        assert_int_equal(database_begin(world->database, true), RC_OK);
        add_numbers(world->database, 1);
        int64_t start = clock_ns();
        assert_fault(other, database_begin(other, true), RC_CONFLICT, FAULT_BUSY);
        int64_t waited = (clock_ns() - start) / 1000000;
        assert_in_range(waited, 200, 3000);
        assert_false(database_in_transaction(other));
        assert_true(must_count(other, "SELECT count(*) FROM t") == 0);
        assert_int_equal(database_commit(world->database), RC_OK);
        assert_int_equal(database_begin(other, true), RC_OK);
        assert_int_equal(database_commit(other), RC_OK);
        (void) database_close(other);
}

static void case_scripts(World *world) {
        must_script(world->database, TABLE ";\n-- a remark; and\n/* another; */ INSERT INTO t (a, b) VALUES (1, 'a;b');;\n");
        Statement *all = must_prepare(world->database, "SELECT * FROM t");
        assert_int_equal(statement_run(all, NULL, 0, NULL), RC_OK);
        must_script(world->database, "ALTER TABLE t ADD COLUMN d BIGINT");
        bool row = false;
        assert_int_equal(statement_start(all, NULL, 0), RC_OK);
        assert_int_equal(statement_next(all, &row), RC_OK);
        assert_true(row && statement_columns(all) == 4);
        assert_int_equal(statement_cell(all, 3).kind, CELL_NULL);

        assert_fault(world->database, database_script(world->database, STR("INSERT INTO t (a) VALUES (2); INSERT INTO t (a) VALUES (1)")),
                     RC_CONFLICT, FAULT_TAKEN);
        assert_fault(world->database, database_script(world->database, STR("INSERT INTO t (a) VALUES (2); nonsense")), RC_IO,
                     FAULT_STATEMENT);
        assert_fault(world->database, database_script(world->database, STR("DELETE FROM t WHERE a = $1")), RC_IO, FAULT_STATEMENT);
        assert_fault(world->database, database_script(world->database, STR("SELECT '\0'")), RC_IO, FAULT_STATEMENT);
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 1);

        /* a script is a part of the transaction around it, schema changes too */
        assert_int_equal(database_begin(world->database, true), RC_OK);
        must_script(world->database, "CREATE TABLE w (a BIGINT); INSERT INTO w (a) VALUES (1)");
        must_script(world->database, "DROP TABLE t");
        assert_true(must_count(world->database, "SELECT count(*) FROM w") == 1);
        database_rollback(world->database);
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 1);
        Statement *statement;
        assert_fault(world->database, database_prepare(world->database, STR("SELECT 1 FROM w"), &statement), RC_IO, FAULT_STATEMENT);
}

/* ---- many rows --------------------------------------------------------------------------------------- */

static void case_many(World *world) {
        enum { ROWS = 5000 };
        must_script(world->database, TABLE);
        Statement *insert = must_prepare(world->database, "INSERT INTO t (a, b) VALUES ($1, $2)");
        Cell *cells = ARENA_NEW(world->arena, Cell, ROWS * 2);
        for (uint32_t i = 0; i < ROWS; i++) {
                cells[2 * i] = cell_integer(i);
                cells[2 * i + 1] = i % 3 ? TEXT("文") : cell_null();
        }
        assert_int_equal(database_begin(world->database, true), RC_OK);
        assert_int_equal(statement_many(insert, cells, 2, 0, NULL), RC_OK);
        assert_int_equal(statement_many(insert, cells, 2, ROWS, NULL), RC_OK);
        assert_int_equal(database_commit(world->database), RC_OK);
        assert_true(must_count(world->database, "SELECT count(*) FROM t WHERE b = '文'") == ROWS - (ROWS + 2) / 3);
        must_run(world->database, "DELETE FROM t", NULL, 0);

        static const uint32_t bad[] = { 1, 1999, 2000, 2001, ROWS - 1 };
        for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
                uint32_t row = 99999;
                cells[(size_t) bad[i] * 2] = cell_integer(0);
                assert_int_equal(database_begin(world->database, true), RC_OK);
                assert_fault(world->database, statement_many(insert, cells, 2, ROWS, &row), RC_CONFLICT, FAULT_TAKEN);
                assert_int_equal(row, bad[i]);
                database_rollback(world->database);
                cells[(size_t) bad[i] * 2] = cell_integer(bad[i]);
                assert_true(must_count(world->database, "SELECT count(*) FROM t") == 0);
        }
}

static void case_rate(World *world) {
        enum { ROWS = 100000, COLUMNS = 10 };
        must_script(world->database, "CREATE TABLE r (_city TEXT NOT NULL, _id BIGINT NOT NULL, c2 TEXT, c3 BIGINT, c4 BIGINT,"
                                     "c5 TEXT, c6 BOOLEAN, c7 BIGINT, c8 TEXT, c9 BIGINT, PRIMARY KEY (_city, _id))");
        Statement *insert = must_prepare(world->database, "INSERT INTO r VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        Cell *cells = ARENA_NEW(world->arena, Cell, (size_t) ROWS * COLUMNS);
        for (uint32_t i = 0; i < ROWS; i++) {
                Cell *row = cells + (size_t) i * COLUMNS;
                const Cell made[COLUMNS] = { TEXT("jining"), cell_integer(1000000 + i), TEXT("370811199001011234"), cell_integer(i % 12),
                                             cell_integer(18000 + i % 900), TEXT("济宁市任城区阜桥街道某某社区"), cell_integer(i % 2),
                                             cell_null(), TEXT("创业培训"), cell_integer(-(int64_t) i) };
                memcpy(row, made, sizeof(made));
        }
        int64_t start = clock_ns();
        assert_int_equal(database_begin(world->database, true), RC_OK);
        assert_int_equal(statement_many(insert, cells, COLUMNS, ROWS, NULL), RC_OK);
        assert_int_equal(database_commit(world->database), RC_OK);
        int64_t inserted = clock_ns() - start;

        Statement *select = must_prepare(world->database, "SELECT * FROM r ORDER BY _city, _id");
        bool row = true;
        int64_t sum = 0;
        start = clock_ns();
        assert_int_equal(statement_start(select, NULL, 0), RC_OK);
        while (statement_next(select, &row) == RC_OK && row)
                sum += statement_cell(select, 9).integer;
        assert_true(sum == -(int64_t) ROWS * (ROWS - 1) / 2);
        int64_t read = clock_ns() - start;
        print_message("# %s: %lld rows of 10 columns written in a second, %lld read\n",
                      world->kind == DATABASE_SQLITE ? "SQLite" : "PostgreSQL", ROWS * 1000000000LL / inserted,
                      ROWS * 1000000000LL / read);
}

/* ---- sql/ -------------------------------------------------------------------------------------------- */

static void case_named(World *world) {
        /* the schema runs twice: its second run changes nothing */
        for (int i = 0; i < 2; i++)
                must_script(world->database, str_copy(world->arena, database_named_text(world->database, SQL_SCHEMA)).data);
        for (int round = 0; round < 2; round++)
                for (uint32_t i = 0; i < NAMED_STATEMENT_COUNT; i++) {
                        Statement *statement = NULL;
                        if (NAMED_STATEMENTS[i].script)
                                continue;
                        if (database_named(world->database, i, &statement) != RC_OK)
                                fail_msg("%.*s: %.*s", STR_ARG(NAMED_STATEMENTS[i].name), STR_ARG(database_message(world->database)));
                        assert_non_null(statement);
                }
        Statement *exists;
        Cell cell, name = TEXT("leye_setting");
        assert_int_equal(database_named(world->database, SQL_TABLE_EXISTS, &exists), RC_OK);
        assert_int_equal(statement_one(exists, &name, 1, world->arena, &cell), RC_OK);
        same_cell(cell, cell_integer(1));
}

/* ---- opening ----------------------------------------------------------------------------------------- */

static void case_read_only(World *world) {
        must_script(world->database, TABLE);
        world->options.read_only = true;
        Database *reader = world_open(world);
        assert_true(must_count(reader, "SELECT count(*) FROM t") == 0);
        assert_fault(reader, database_begin(reader, true), RC_IO, FAULT_READ_ONLY);
        assert_fault(reader, database_script(reader, STR("CREATE TABLE x (a BIGINT)")), RC_IO, FAULT_READ_ONLY);
        assert_fault(reader, statement_run(must_prepare(reader, "DELETE FROM t"), NULL, 0, NULL), RC_IO, FAULT_READ_ONLY);
        assert_int_equal(database_begin(reader, false), RC_OK);
        add_numbers(world->database, 2);
        assert_true(must_count(reader, "SELECT count(*) FROM t") == 0);
        assert_int_equal(database_commit(reader), RC_OK);
        assert_true(must_count(reader, "SELECT count(*) FROM t") == 2);
        (void) database_close(reader);
}

static void case_does_not_open(World *world) {
        Str text = folder_write(world->arena, world->folder, "text.db",
                                STR("This is a letter, and it is long enough to be read as the head of a file of SQLite's, which has\n"
                                    "one hundred bytes."));
        const struct {
                Str         place;
                bool        read_only;
                Rc          rc;
                const char *words;
        } rows[] = {
                { STR("city.db"), false, RC_INVALID, "sqlite:" },
                { STR("mysql:x"), false, RC_INVALID, "sqlite:" },
                { STR("sqlite:"), false, RC_INVALID, "没有写明" },
                { STR("postgres:"), false, RC_INVALID, "没有写明" },
                { STR("sqlite:a\0b"), false, RC_INVALID, "没有写明" },
                { str_format(world->arena, "sqlite:%.*s/none/city.db", STR_ARG(world->folder)), false, RC_IO, "连不上数据库" },
                { str_format(world->arena, "sqlite:%.*s/none.db", STR_ARG(world->folder)), true, RC_IO, "连不上数据库" },
                { str_format(world->arena, "sqlite:%.*s", STR_ARG(world->folder)), false, RC_IO, "连不上数据库" },
                { str_format(world->arena, "sqlite:%.*s", STR_ARG(text)), false, RC_IO, "已损坏" },
                { str_format(world->arena, "sqlite:%.*s", STR_ARG(text)), true, RC_IO, "已损坏" },
                { STR("postgres:host=/nowhere user=leye password=geheim"), false, RC_IO, "连不上数据库" },
                { STR("postgres:nonsense geheim"), false, RC_IO, "数据库" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                const DatabaseOptions options = { .place = rows[i].place, .space = STR("x"), .read_only = rows[i].read_only };
                Database *database = NULL;
                Str why = { 0 };
                size_t at;
                Rc rc = database_open(&options, world->arena, &database, &why);
                if (rc != rows[i].rc || database || !str_find(why, str_from(rows[i].words), &at) || !utf8_check(why, &at))
                        fail_msg("%.*s: %s %.*s", STR_ARG(rows[i].place), rc_name(rc), STR_ARG(why));
                assert_false(str_find(why, STR("geheim"), &at));
        }
}

static void case_connection_gone(World *world) {
        must_script(world->database, TABLE);
        int64_t process = must_count(world->database, "SELECT pg_backend_pid()");
        Database *other = world_open(world);
        assert_int_equal(database_begin(world->database, true), RC_OK);
        add_numbers(world->database, 10);
        Statement *insert = must_prepare(world->database, "INSERT INTO t (a) VALUES ($1)");
        must_script(other, str_format(world->arena, "SELECT pg_terminate_backend(%lld, 5000)", (long long) process).data);
        Cell cell = cell_integer(100);
        assert_fault(world->database, statement_many(insert, &cell, 1, 1, NULL), RC_IO, FAULT_GONE);
        database_rollback(world->database);
        Statement *statement = NULL;
        assert_fault(world->database, database_prepare(world->database, STR("SELECT 1"), &statement), RC_IO, FAULT_GONE);
        assert_fault(world->database, database_begin(world->database, true), RC_IO, FAULT_GONE);
        assert_true(must_count(other, "SELECT count(*) FROM t") == 0);
        (void) database_close(other);
}

/* Two cities in one PostgreSQL: neither sees the other's tables, and a name with quotes is a name. */
static void case_spaces(World *world) {
        World second = *world;
        second.options.space = str_format(world->arena, "%.*s 济宁", 20, world->options.space.data);
        Database *other = world_open(&second);
        must_script(world->database, TABLE);
        must_script(other, TABLE ";INSERT INTO t (a) VALUES (1)");
        assert_true(must_count(world->database, "SELECT count(*) FROM t") == 0);
        assert_int_equal(database_begin(other, true), RC_OK);
        assert_int_equal(database_begin(world->database, true), RC_OK);
        assert_int_equal(database_commit(world->database), RC_OK);
        must_script(other, str_format(world->arena, "DROP SCHEMA \"%s\" CASCADE", second.options.space.data).data);
        (void) database_close(other);
        second.options.space = STR("x123456789x123456789x123456789x123456789x123456789x123456789x123");
        Database *none = NULL;
        Str why;
        assert_int_equal(database_open(&second.options, world->arena, &none, &why), RC_IO);
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "values", case_values, true, true },
                { "sums_are_whole", case_sums_are_whole, true, true },
                { "changed", case_changed, true, true },
                { "nested", case_nested, true, true },
                { "misuse_aborts", case_misuse_aborts, true, true },
                { "one", case_one, true, true },
                { "statements_are_kept", case_statements_are_kept, true, true },
                { "faults", case_faults, true, true },
                { "texts_are_checked", case_texts_are_checked, true, true },
                { "transactions", case_transactions, true, true },
                { "failure_stays", case_failure_stays, true, true },
                { "busy", case_busy, true, true },
                { "scripts", case_scripts, true, true },
                { "many", case_many, true, true },
                { "rate", case_rate, true, true },
                { "named", case_named, true, true },
                { "read_only", case_read_only, true, true },
                { "does_not_open", case_does_not_open, true, false },
                { "connection_gone", case_connection_gone, false, true },
                { "spaces", case_spaces, false, true },
                { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
