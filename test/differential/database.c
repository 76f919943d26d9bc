/* SQLite and PostgreSQL as witnesses: the bureau's tables are made, the generated script runs over them, and every
 * column of the result tables is compared. */
#include "differential.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT_CAP ((size_t) 64 << 20)

struct Database {
        SqlDialect dialect;
        sqlite3   *sqlite;
        PGconn    *postgres;
};

/* A result read whole: cell(row, column) as text, NULL for NULL. */
typedef struct Result {
        char    **cells;          /* SQLite: names first */
        PGresult *postgres;
        int       rows, columns;
} Result;

/* ---- opening ------------------------------------------------------------------------------------------ */

/* The one function that the script may need: the kernel itself. */
static void multiply_divide(sqlite3_context *context, int count, sqlite3_value **values) {
        for (int i = 0; i < count; i++)
                if (sqlite3_value_type(values[i]) == SQLITE_NULL)
                        return;
        int64_t cell = kernel_multiply_divide(sqlite3_value_int64(values[0]), sqlite3_value_int64(values[1]),
                                              sqlite3_value_int64(values[2]), sqlite3_value_int64(values[3]));
        if (cell != UNKNOWN)
                sqlite3_result_int64(context, cell);
}

static void open_sqlite(Database *database, bool functions) {
        MUST(sqlite3_open(":memory:", &database->sqlite) == SQLITE_OK);
        MUST(!functions ||
             sqlite3_create_function(database->sqlite, "leye_multiply_divide", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                     NULL, multiply_divide, NULL, NULL) == SQLITE_OK);
}

Database *database_sqlite(void) {
        Database *database = calloc(1, sizeof(Database));
        MUST(database != NULL);
        database->dialect = SQL_SQLITE;
        return database;
}

static void ignore_notice(void *context, const char *message) {
        (void) context, (void) message;
}

Database *database_postgres(const char *connection) {
        Database *database = calloc(1, sizeof(Database));
        MUST(database != NULL);
        database->dialect = SQL_POSTGRES;
        database->postgres = PQconnectdb(connection);
        if (PQstatus(database->postgres) != CONNECTION_OK) {
                (void) fprintf(stderr, "%s", PQerrorMessage(database->postgres));
                database_close(database);
                return NULL;
        }
        (void) PQsetNoticeProcessor(database->postgres, ignore_notice, NULL);
        /* tables without a schema become temporary: cheap, and gone after DISCARD TEMP */
        PQclear(PQexec(database->postgres, "SET search_path = pg_temp, public; SET jit = off"));
        return database;
}

void database_close(Database *database) {
        if (database == NULL)
                return;
        (void) sqlite3_close(database->sqlite);
        PQfinish(database->postgres);
        free(database);
}

/* ---- statements --------------------------------------------------------------------------------------- */

static bool execute(Database *database, const Case *at, const Buffer *script) {
        Str text = str_copy(at->arena, buffer_str(script));
        const char *error = NULL;
        PGresult *result = NULL;
        MUST(!script->failed);
        if (database->dialect == SQL_SQLITE) {
                if (sqlite3_exec(database->sqlite, text.data, NULL, NULL, NULL) != SQLITE_OK)
                        error = sqlite3_errmsg(database->sqlite);
        } else {
                result = PQexec(database->postgres, text.data);
                if (PQresultStatus(result) != PGRES_COMMAND_OK)
                        error = PQerrorMessage(database->postgres);
        }
        if (error)
                (void) printf("seed %llu, %s refuses the script: %s\n", (unsigned long long) at->seed,
                              database->dialect == SQL_SQLITE ? "SQLite" : "PostgreSQL", error);
        PQclear(result);
        return error == NULL;
}

static bool query(Database *database, const char *text, Result *ret_result) {
        Result result = { 0 };
        if (database->dialect == SQL_SQLITE) {
                if (sqlite3_get_table(database->sqlite, text, &result.cells, &result.rows, &result.columns, NULL) !=
                    SQLITE_OK)
                        return false;
        } else {
                result.postgres = PQexec(database->postgres, text);
                result.rows = PQntuples(result.postgres);
                result.columns = PQnfields(result.postgres);
                if (PQresultStatus(result.postgres) != PGRES_TUPLES_OK) {
                        PQclear(result.postgres);
                        return false;
                }
        }
        *ret_result = result;
        return true;
}

static const char *result_name(const Result *result, int column) {
        return result->postgres ? PQfname(result->postgres, column) : result->cells[column];
}

static const char *result_cell(const Result *result, int row, int column) {
        if (!result->postgres)
                return result->cells[(row + 1) * result->columns + column];
        return PQgetisnull(result->postgres, row, column) ? NULL : PQgetvalue(result->postgres, row, column);
}

static void result_free(Result *result) {
        sqlite3_free_table(result->cells);
        PQclear(result->postgres);
}

/* Forgets the case's tables. A failed script may have left a transaction open. */
static void forget(Database *database) {
        if (database->dialect == SQL_POSTGRES) {
                PQclear(PQexec(database->postgres, "ROLLBACK"));
                PQclear(PQexec(database->postgres, "DISCARD TEMP"));
                return;
        }
        (void) sqlite3_close(database->sqlite);
        database->sqlite = NULL;
}

/* ---- comparing ---------------------------------------------------------------------------------------- */

/* What a result column must hold in a row, by its name: sS, pN_..., as doc in sql.h. `step` is the step it shows. */
typedef struct Expected {
        uint32_t step;
        int64_t  cell;
        Type     type;
} Expected;

static int64_t mask_of(const Case *at, const Policy *policy, uint32_t row, int64_t truth) {
        int64_t mask = 0;
        for (uint32_t i = 0; i < policy->condition_count; i++)
                if (frame_cell(at->frame, policy->conditions[i].step, row) == truth)
                        mask |= INT64_C(1) << i;
        return mask;
}

static Expected expected_step(const Case *at, uint32_t step, uint32_t row, uint32_t when) {
        Expected expected = { .step = step, .type = at->program->steps[step].type };
        bool due = when == NONE || frame_cell(at->frame, when, row) == TRUTH_YES;
        expected.cell = due ? frame_cell(at->frame, step, row) : type_unknown(expected.type);
        return expected;
}

/* "b3_o1" after 'b' is 3, and *at moves behind the digits and one '_'. False when *at does not begin so. */
static bool take_number(const char **at, char letter, uint32_t *ret_number) {
        const char *text = *at;
        uint32_t number = 0;
        if (text[0] != letter || text[1] < '0' || text[1] > '9')
                return false;
        for (text++; *text >= '0' && *text <= '9'; text++)
                number = number * 10 + (uint32_t) (*text - '0');
        *at = text + (*text == '_');
        *ret_number = number;
        return true;
}

static Expected expected_of(const Case *at, const char *name, uint32_t row) {
        const char *rest = name;
        uint32_t number = 0, benefit = 0, output = 0;
        if (take_number(&rest, 's', &number))
                return expected_step(at, number, row, NONE);
        MUST(take_number(&rest, 'p', &number));
        const Policy *policy = &at->program->policies[number];
        if (strcmp(rest, "failed") == 0 || strcmp(rest, "undecided") == 0)
                return (Expected){ .step = policy->eligible,
                                   .type = { .kind = TYPE_NUMBER },
                                   .cell = mask_of(at, policy, row, *rest == 'f' ? TRUTH_NO : TRUTH_UNKNOWN) };
        if (strcmp(rest, "eligible") == 0)
                return expected_step(at, policy->eligible, row, NONE);
        if (strcmp(rest, "judged") == 0)
                return expected_step(at, policy->eligible_if_judged, row, NONE);
        if (strcmp(rest, "open") == 0)
                return expected_step(at, policy->eligible_if_open, row, NONE);
        MUST(take_number(&rest, 'b', &benefit));
        uint32_t when = policy->benefits[benefit].when;
        if (strcmp(rest, "when") == 0)
                return expected_step(at, when, row, NONE);
        MUST(take_number(&rest, 'o', &output));
        const Output *figure = &policy->benefits[benefit].outputs[output];
        uint32_t step = strcmp(rest, "floor") == 0     ? figure->floor
                        : strcmp(rest, "ceiling") == 0 ? figure->ceiling
                                                       : figure->step;
        return expected_step(at, step, row, when);
}

static bool cell_agrees(const Case *at, SqlDialect dialect, const Expected *expected, const char *cell) {
        int64_t number = 0;
        if (expected->cell == type_unknown(expected->type) || cell == NULL)
                return expected->cell == type_unknown(expected->type) && cell == NULL;
        if (expected->type.kind == TYPE_TRUTH)
                return strcmp(cell, dialect == SQL_SQLITE ? (expected->cell == TRUTH_YES ? "1" : "0")
                                                          : (expected->cell == TRUTH_YES ? "t" : "f")) == 0;
        if (expected->type.kind == TYPE_TEXT)
                return str_equal(str_from(cell), at->population->texts[expected->cell]);
        return str_to_int(str_from(cell), &number) && number == expected->cell;
}

static bool result_agrees(const Case *at, SqlDialect dialect, const Result *result, uint16_t entity) {
        int64_t row = 0;
        int rows = (int) at->population->entities[entity].count;
        bool derived = at->program->entities[entity].derived_from != NONE; /* then only rows with children are there */
        if (derived ? result->rows > rows : result->rows != rows) {
                (void) printf("seed %llu: %d rows of entity %u instead of %d\n", (unsigned long long) at->seed,
                              result->rows, entity, rows);
                return false;
        }
        for (int i = 0; i < result->rows; i++)
                for (int column = 1; column < result->columns; column++) {
                        MUST(str_to_int(str_from(result_cell(result, i, 0)), &row));
                        Expected expected = expected_of(at, result_name(result, column), (uint32_t) row);
                        const char *cell = result_cell(result, i, column);
                        if (cell_agrees(at, dialect, &expected, cell))
                                continue;
                        (void) printf("column %s: ", result_name(result, column));
                        case_report(at, dialect == SQL_SQLITE ? "SQLite" : "PostgreSQL", expected.step, (uint32_t) row,
                                    cell ? cell : "NULL");
                        return false;
                }
        return true;
}

static bool is_asked(const Case *at, const SqlOptions *options, uint16_t entity) {
        for (uint32_t i = 0; i < options->step_count; i++)
                if (at->program->steps[options->steps[i]].entity == entity)
                        return true;
        for (uint32_t i = 0; options->policies == NULL && i < at->program->policy_count; i++)
                if (at->program->policies[i].entity == entity)
                        return true;
        return false;
}

static bool results_agree(Database *database, const Case *at, const SqlOptions *options) {
        for (uint16_t entity = 0; entity < at->program->entity_count; entity++) {
                if (!is_asked(at, options, entity))
                        continue;
                Str text = str_format(at->arena, "SELECT * FROM \"结果_%.*s\"",
                                      STR_ARG(at->program->entities[entity].name));
                Result result;
                if (!query(database, text.data, &result)) {
                        if (options->partial)
                                continue;        /* everything asked of this entity may be refused */
                        (void) printf("seed %llu: no result for entity %u\n", (unsigned long long) at->seed, entity);
                        return false;
                }
                bool agrees = result_agrees(at, database->dialect, &result, entity);
                result_free(&result);
                if (!agrees)
                        return false;
        }
        return true;
}

/* Which further steps a script gives out: the definitions, or all, so that text is both nested and cut up. */
static void choose_steps(const Case *at, SqlOptions *options) {
        const Program *program = at->program;
        uint32_t *steps = ARENA_NEW(at->arena, uint32_t, program->step_count + program->definition_count);
        for (uint32_t i = 0; i < program->definition_count; i++)
                if (program->steps[program->definitions[i].step].entity != ENTITY_NONE)
                        steps[options->step_count++] = program->definitions[i].step;
        if (at->seed % 4 == 0) {
                options->step_count = 0;
                for (uint32_t step = 0; step < program->step_count; step++)
                        if (program->steps[step].entity != ENTITY_NONE)
                                steps[options->step_count++] = step;
        }
        options->steps = steps;
}

/* Every other case runs in plain SQLite, without our function and without the figures that need it. */
static SqlOptions options_of(const Database *database, const Case *at) {
        bool plain = database->dialect == SQL_SQLITE && at->seed % 2;
        return (SqlOptions){ .dialect = database->dialect,
                             .base_date = at->run.base_date,
                             .apply_date = at->run.apply_date,
                             .parameters = at->run.parameters,
                             .functions = !plain,
                             .partial = plain || at->partial,
                             .lists = true,
                             .temporary = true };
}

static bool script_agrees(Database *database, const Case *at, const SqlOptions *options) {
        Buffer tables = buffer_new(SCRIPT_CAP), script = buffer_new(SCRIPT_CAP);
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, at->arena);
        if (database->dialect == SQL_SQLITE)
                open_sqlite(database, options->functions);
        sql_generate_tables(at->program, options, &tables);
        rows_write(at, &tables);
        bool agrees = sql_generate(at->program, options, &script, &diagnostics) == RC_OK;
        if (!agrees)
                (void) printf("seed %llu: refused: %.*s\n", (unsigned long long) at->seed,
                              STR_ARG(diagnostics.first->message));
        agrees = agrees && execute(database, at, &tables) && execute(database, at, &script) &&
                 results_agree(database, at, options);
        forget(database);
        buffer_free(&tables);
        buffer_free(&script);
        return agrees;
}

/* Asks for one step after the other, so that the first that differs alone stands in the script. */
static void shrink(Database *database, const Case *at) {
        for (uint32_t step = 0; step < at->program->step_count; step++) {
                SqlOptions options = options_of(database, at);
                options.policies = &step;
                options.steps = &step;
                options.step_count = 1;
                if (at->program->steps[step].entity == ENTITY_NONE)
                        continue;
                if (!script_agrees(database, at, &options)) {
                        Buffer script = buffer_new(SCRIPT_CAP);
                        Diagnostics diagnostics;
                        diagnostics_init(&diagnostics, at->arena);
                        if (sql_generate(at->program, &options, &script, &diagnostics) == RC_OK)
                                (void) printf("the smallest script:\n%.*s", STR_ARG(buffer_str(&script)));
                        buffer_free(&script);
                        return;
                }
        }
}

bool database_agrees(Database *database, const Case *at) {
        SqlOptions options = options_of(database, at);
        choose_steps(at, &options);
        if (script_agrees(database, at, &options))
                return true;
        shrink(database, at);
        return false;
}
