/* The differential test of measures: random programs over random rows in record tables, random measures, and every
 * figure of SQLite's and PostgreSQL's one statement against a plain count over the scalar evaluator (and that against
 * indicator_evaluate).
 *
 *   measure FIRST COUNT [--postgres CONNECTION]
 *
 * A seed is one count: a dozen measures of its program by period and by county, of days and of stocks, each also as the
 * list of its rows. The last line is "N passed, N failed"; the first difference of a seed is printed. */
#include "random_program.h"

#include "base/buffer.h"
#include "base/map.h"
#include "engine/distinct.h"
#include "engine/measure.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_CAP ((size_t) 1 << 30)
#define TEXT_CAP ((size_t) 64 << 20)
#define ROWS 90
#define MEASURES 12
#define PERIODS 4
#define COUNTIES 65               /* codes 0..63, and one place for a county that is not known */
#define TRIES 200
#define WHOLES 8
#define TEXT_OID 25               /* of PostgreSQL's type TEXT */

/* A condition as the compiler writes it: `dated` lies in the period and `rest`. */
typedef struct Whole {
        uint32_t where, dated, rest;
        uint16_t entity;
} Whole;

typedef struct Figures {
        int64_t value[PERIODS][COUNTIES], undecided[PERIODS][COUNTIES];
} Figures;

typedef struct Case {
        uint64_t    seed;
        Random      random;
        Arena      *arena;
        Program    *program;
        Population *population;
        uint32_t    periods;
        int32_t     first[PERIODS], last[PERIODS];
        Frame      *frames[PERIODS];
        Whole       wholes[WHOLES];
        uint32_t    whole_count;
        sqlite3    *sqlite;
        PGconn     *postgres;
        uint32_t    asked, refused;
        Map        *texts;               /* keys that are texts, numbered */
        bool        cumulative;          /* different keys count in the first period they are met in */
} Case;

/* ---- cases -------------------------------------------------------------------------------------------- */

/* A step of this entity and kind, or NONE; `cross`: one that reads other rows. */
static uint32_t pick_step(Case *at, uint16_t entity, TypeKind kind, uint32_t count, bool cross) {
        for (uint32_t tries = 0; tries < TRIES; tries++) {
                uint32_t step = random_below(&at->random, count);
                const Step *made = &at->program->steps[step];
                if (made->entity == entity && made->type.kind == kind && (!cross || made->op == OP_GATHER))
                        return step;
        }
        return NONE;
}

static uint32_t add_step(Case *at, Step step) {
        Program *program = at->program;
        step.aux = NONE;
        step.high = step.type.kind == TYPE_TRUTH ? 2 : DATE_MAX;
        step.low = step.type.kind == TYPE_TRUTH ? 0 : DATE_MIN;
        program->stages[program->stage_count++] = (Stage){ .entity = step.entity, .first = program->step_count, .count = 1 };
        program->steps[program->step_count] = step;
        return program->step_count++;
}

static uint32_t add_truth(Case *at, Op op, uint16_t entity, uint32_t a, uint32_t b, uint32_t c) {
        return add_step(at, (Step){ .op = op, .entity = entity, .type = { .kind = TYPE_TRUTH }, .a = a, .b = b, .c = c });
}

static void make_room(Case *at, uint32_t extra) {
        Program *program = at->program;
        Step *steps = ARENA_NEW(at->arena, Step, program->step_count + extra);
        Stage *stages = ARENA_NEW(at->arena, Stage, program->stage_count + extra);
        memcpy(steps, program->steps, program->step_count * sizeof(Step));
        memcpy(stages, program->stages, program->stage_count * sizeof(Stage));
        program->steps = steps;
        program->stages = stages;
}

/* Conjunctions of what is there, so that conditions of the row, of its partners and of its day stand side by side. */
static void add_conjunctions(Case *at) {
        uint32_t entities = at->program->entity_count, count = 6 * entities;
        make_room(at, count + 2 * WHOLES + 2);
        for (uint32_t i = 0; i < count; i++) {
                uint16_t entity = (uint16_t) (i % entities);
                uint32_t all = at->program->step_count, a = pick_step(at, entity, TYPE_TRUTH, all, i % 3 == 0);
                uint32_t b = pick_step(at, entity, TYPE_TRUTH, all, false);
                if (a != NONE && b != NONE)
                        (void) add_truth(at, OP_AND, entity, a, b, NONE);
        }
        Step day = { .entity = ENTITY_NONE, .type = { .kind = TYPE_DATE }, .a = NONE, .b = NONE, .c = NONE, .op = OP_APPLY_DATE };
        uint32_t all = at->program->step_count, first = add_step(at, day);
        day.op = OP_BASE_DATE;
        uint32_t last = add_step(at, day);
        for (uint32_t i = 0; i < WHOLES; i++) {
                uint16_t entity = (uint16_t) (i % entities);
                Whole whole = { .entity = entity, .dated = pick_step(at, entity, TYPE_DATE, all, i % 4 == 0),
                                .rest = pick_step(at, entity, TYPE_TRUTH, all, i % 4 == 1) };
                if (whole.dated == NONE || whole.rest == NONE)
                        continue;
                uint32_t inside = add_truth(at, OP_BETWEEN, entity, whole.dated, first, last);
                whole.where = add_truth(at, OP_AND, entity, inside, whole.rest, NONE);
                at->wholes[at->whole_count++] = whole;
        }
}

/* Decades, so that random dates lie in them; now and then they overlap or leave gaps. */
static void choose_periods(Case *at) {
        int32_t day = (int32_t) random_between(&at->random, DATE_MIN, 12000);
        bool apart = random_chance(&at->random, 70);
        at->periods = 1 + random_below(&at->random, PERIODS);
        for (uint32_t i = 0; i < at->periods; i++) {
                at->first[i] = day;
                at->last[i] = day + (int32_t) random_below(&at->random, 25000);
                day = apart ? at->last[i] + 1 : day + (int32_t) random_below(&at->random, 9000);
                if (at->last[i] > DATE_MAX)
                        at->last[i] = DATE_MAX;
                if (day > DATE_MAX)
                        day = DATE_MAX;
        }
}

/* What a database of records cannot hold is not known: judgements, and which lists are whole. */
static void forget_judgements(Case *at) {
        for (uint32_t fact = 0; fact < at->program->fact_count; fact++)
                if (at->program->facts[fact].manual)
                        at->population->columns[fact].cells = NULL;
        for (uint32_t link = 0; link < at->program->link_count; link++)
                at->population->links[link].complete = NULL;
}

static Case case_make(uint64_t seed) {
        Case at = { .seed = seed, .random = { seed ^ 0x6d656173757265u }, .arena = arena_new(ARENA_CAP) };
        at.texts = map_new(at.arena);
        at.program = ARENA_NEW(at.arena, Program, 1);
        *at.program = *random_program(at.arena, (RandomShape){ .seed = seed, .subset = true });
        add_conjunctions(&at);
        at.population = random_population(at.arena, at.program, seed, ROWS);
        forget_judgements(&at);
        choose_periods(&at);
        for (uint32_t i = 0; i < at.periods; i++) {
                Run run = { .program = at.program, .base_date = at.last[i], .apply_date = at.first[i] };
                at.frames[i] = frame_new(at.arena, at.program, at.population);
                scalar_evaluate(&run, at.frames[i]);
        }
        return at;
}

/* ---- what the figures are ----------------------------------------------------------------------------- */

static uint32_t key_of(const Measure *measure) {
        return measure->kind == MEASURE_COUNT ? NONE : measure->kind == MEASURE_SUM ? measure->value : measure->distinct;
}

/* 2: counts, 1: leaves it open, 0: neither. */
static int64_t verdict(const Case *at, const Measure *measure, uint32_t period, uint32_t row) {
        const Frame *frame = at->frames[period];
        uint32_t truth = measure->dated == NONE ? measure->where : measure->rest, key = key_of(measure);
        if (measure->dated != NONE) {
                int64_t day = frame_cell(frame, measure->dated, row);
                if (day == UNKNOWN || day < at->first[period] || day > at->last[period])
                        return TRUTH_NO;
        }
        int64_t said = truth == NONE ? TRUTH_YES : frame_cell(frame, truth, row);
        return said == TRUTH_YES && key != NONE && frame_cell(frame, key, row) == UNKNOWN ? TRUTH_UNKNOWN : said;
}

static uint32_t county_of(const Case *at, const Measure *measure, const MeasureSql *options, uint32_t period, uint32_t row) {
        uint32_t county = at->program->entities[measure->entity].county;
        int64_t code = options->by_county && county != NONE ? frame_cell(at->frames[period], county, row) : UNKNOWN;
        return code == UNKNOWN ? COUNTIES - 1 : (uint32_t) code;
}

/* Whether an earlier row (of an earlier period too, when they add up) has the same key in the same county. */
static bool seen_before(const Case *at, const Measure *measure, const MeasureSql *options, uint32_t period, uint32_t row) {
        int64_t key = frame_cell(at->frames[period], measure->distinct, row);
        uint32_t county = county_of(at, measure, options, period, row);
        uint32_t rows = at->population->entities[measure->entity].count;
        for (uint32_t p = at->cumulative ? 0 : period; p <= period; p++)
                for (uint32_t r = 0; r < (p == period ? row : rows); r++)
                        if (verdict(at, measure, p, r) == TRUTH_YES && county_of(at, measure, options, p, r) == county &&
                            frame_cell(at->frames[p], measure->distinct, r) == key)
                                return true;
        return false;
}

static void count_rows(const Case *at, const Measure *measure, const MeasureSql *options, Figures *figures) {
        for (uint32_t period = 0; period < at->periods; period++)
                for (uint32_t row = 0; row < at->population->entities[measure->entity].count; row++) {
                        int64_t said = verdict(at, measure, period, row), one = 1;
                        uint32_t county = county_of(at, measure, options, period, row);
                        if (measure->kind == MEASURE_SUM)
                                one = frame_cell(at->frames[period], measure->value, row);
                        else if (said == TRUTH_YES && measure->kind == MEASURE_DISTINCT)
                                one = !seen_before(at, measure, options, period, row);
                        figures->value[period][county] += said == TRUTH_YES ? one : 0;
                        figures->undecided[period][county] += said == TRUTH_UNKNOWN;
                }
}

/* The plain count against the evaluator of indicators; of days that are not known it counts the rows as open. */
static bool witness_agrees(Case *at, const Measure *measure, const MeasureSql *options, const Figures *figures) {
        Indicator indicator = { .source = SOURCE_COMPUTED, .measure = *measure };
        bool whole = measure->dated == NONE || measure->where != measure->rest;
        for (uint32_t period = 0; period < at->periods && whole && !at->cumulative; period++) {
                Run run = { .program = at->program, .base_date = at->last[period], .apply_date = at->first[period] };
                bool by_county = options->by_county && at->program->entities[measure->entity].county != NONE;
                uint32_t county = by_county ? random_below(&at->random, 3) : COUNTIES - 1;
                IndicatorValue value;
                MUST(indicator_evaluate(at->population, &run, &indicator, by_county ? (int64_t) county : -1, at->arena, &value) == RC_OK);
                if (value.value != figures->value[period][county] ||
                    (measure->dated == NONE && value.undecided != figures->undecided[period][county]))
                        return false;
        }
        return true;
}

/* ---- tables ------------------------------------------------------------------------------------------- */

static bool has_table(const Program *program, uint16_t entity) {
        return program->entities[entity].derived_from == NONE;
}

static void write_cell(const Case *at, SqlDialect dialect, uint32_t fact, uint32_t row, Buffer *out) {
        const Fact *declared = &at->program->facts[fact];
        int64_t cell = population_cell(at->population, fact, row);
        if (cell == type_unknown(declared->type))
                buffer_add(out, STR(", NULL"));
        else if (declared->type.kind == TYPE_TRUTH)
                buffer_add(out, dialect == SQL_POSTGRES ? (cell == TRUTH_YES ? STR(", TRUE") : STR(", FALSE"))
                                                        : (cell == TRUTH_YES ? STR(", 1") : STR(", 0")));
        else if (declared->type.kind == TYPE_TEXT)
                buffer_format(out, ", '%.*s'", STR_ARG(at->population->texts[cell]));
        else
                buffer_format(out, ", %lld", (long long) cell);
}

/* Columns (row NONE) or the cells of a row. */
static void write_columns(const Case *at, SqlDialect dialect, uint16_t entity, uint32_t row, Buffer *out) {
        const Program *program = at->program;
        for (uint32_t link = 0; link < program->link_count; link++) {
                if (program->links[link].child != entity || !has_table(program, program->links[link].parent))
                        continue;
                const uint32_t *partners = at->population->links[link].partner;
                if (row == NONE)
                        buffer_format(out, ", \"%.*s\" BIGINT", STR_ARG(program->links[link].one_name));
                else if (partners && partners[row] != NONE)
                        buffer_format(out, ", %u", partners[row]);
                else
                        buffer_add(out, STR(", NULL"));
        }
        for (uint32_t fact = 0; fact < program->fact_count; fact++) {
                const Fact *declared = &program->facts[fact];
                if (declared->entity != entity || declared->manual)
                        continue;
                if (row != NONE)
                        write_cell(at, dialect, fact, row, out);
                else
                        buffer_format(out, ", \"%.*s\" %s", STR_ARG(declared->name),
                                      declared->type.kind == TYPE_TRUTH  ? "BOOLEAN"
                                      : declared->type.kind == TYPE_TEXT ? "TEXT"
                                                                         : "BIGINT");
        }
}

/* Every row stands a second time under another city, which nobody asks about. */
static void write_tables(const Case *at, SqlDialect dialect, Buffer *out) {
        for (uint16_t entity = 0; entity < at->program->entity_count; entity++) {
                if (!has_table(at->program, entity))
                        continue;
                Str name = at->program->entities[entity].name;
                buffer_format(out, "CREATE TABLE \"%.*s\" (_city TEXT NOT NULL, _id BIGINT NOT NULL", STR_ARG(name));
                write_columns(at, dialect, entity, NONE, out);
                buffer_add(out, STR(", PRIMARY KEY (_city, _id));\n"));
                for (uint32_t row = 0; row < 2 * at->population->entities[entity].count; row++) {
                        buffer_format(out, "INSERT INTO \"%.*s\" VALUES ('%s', %u", STR_ARG(name), row % 2 ? "乙" : "甲", row / 2);
                        write_columns(at, dialect, entity, row / 2, out);
                        buffer_add(out, STR(");\n"));
                }
        }
}

static bool load(Case *at, SqlDialect dialect) {
        Buffer out = buffer_new(TEXT_CAP);
        write_tables(at, dialect, &out);
        buffer_byte(&out, '\0');
        MUST(!out.failed);
        bool fine;
        if (dialect == SQL_SQLITE) {
                fine = sqlite3_exec(at->sqlite, out.data, NULL, NULL, NULL) == SQLITE_OK;
        } else {
                PGresult *result = PQexec(at->postgres, out.data);
                fine = PQresultStatus(result) == PGRES_COMMAND_OK;
                PQclear(result);
        }
        buffer_free(&out);
        if (!fine)
                (void) printf("seed %llu: tables refused by %s\n", (unsigned long long) at->seed,
                              dialect == SQL_SQLITE ? sqlite3_errmsg(at->sqlite) : PQerrorMessage(at->postgres));
        return fine;
}

/* ---- asking ------------------------------------------------------------------------------------------- */

typedef struct Answers {
        int64_t *cells;
        uint32_t rows, columns;
} Answers;

/* Texts get a number each; NULL is UNKNOWN. */
static int64_t text_number(Case *at, const char *text) {
        uint32_t number;
        if (text == NULL)
                return UNKNOWN;
        if (!map_get(at->texts, str_from(text), &number)) {
                number = map_count(at->texts);
                map_set(at->texts, str_copy(at->arena, str_from(text)), number);
        }
        return number;
}

static bool ask_sqlite(Case *at, Str text, const char *const *parameters, uint32_t count, Answers *ret_answers) {
        sqlite3_stmt *statement;
        uint32_t capacity = 0, used = 0;
        for (char *dollar = (char *) (uintptr_t) text.data; (dollar = strchr(dollar, '$')) != NULL; )
                *dollar = '?';
        if (sqlite3_prepare_v2(at->sqlite, text.data, -1, &statement, NULL) != SQLITE_OK)
                return false;
        for (uint32_t i = 0; i < count; i++)
                (void) (i == 0 ? sqlite3_bind_text(statement, 1, parameters[i], -1, SQLITE_STATIC)
                               : sqlite3_bind_int64(statement, (int) i + 1, strtoll(parameters[i], NULL, 10)));
        *ret_answers = (Answers){ .columns = (uint32_t) sqlite3_column_count(statement) };
        int rc;
        while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
                ret_answers->rows++;
                for (uint32_t i = 0; i < ret_answers->columns; i++) {
                        int type = sqlite3_column_type(statement, (int) i);
                        const char *said = type == SQLITE_NULL ? NULL : (const char *) sqlite3_column_text(statement, (int) i);
                        MUST(type == SQLITE_INTEGER || i == 2);
                        *ARENA_PUSH(at->arena, ret_answers->cells, used, capacity) =
                                type == SQLITE_INTEGER ? sqlite3_column_int64(statement, (int) i) : text_number(at, said);
                }
        }
        (void) sqlite3_finalize(statement);
        return rc == SQLITE_DONE;
}

static bool ask_postgres(Case *at, Str text, const char *const *parameters, uint32_t count, Answers *ret_answers) {
        uint32_t capacity = 0, used = 0;
        PGresult *result = PQexecParams(at->postgres, text.data, (int) count, NULL, parameters, NULL, NULL, 0);
        bool fine = PQresultStatus(result) == PGRES_TUPLES_OK;
        *ret_answers = (Answers){ .rows = (uint32_t) PQntuples(result), .columns = (uint32_t) PQnfields(result) };
        for (uint32_t row = 0; fine && row < ret_answers->rows; row++)
                for (uint32_t i = 0; i < ret_answers->columns; i++) {
                        const char *said = PQgetisnull(result, (int) row, (int) i) ? NULL : PQgetvalue(result, (int) row, (int) i);
                        int64_t *cell = ARENA_PUSH(at->arena, ret_answers->cells, used, capacity);
                        bool number = said && PQftype(result, (int) i) != TEXT_OID && str_to_int(str_from(said), cell);
                        MUST(number || i == 2);
                        *cell = number ? *cell : text_number(at, said);
                }
        PQclear(result);
        return fine;
}

static void write_periods(const Case *at, uint32_t first, uint32_t count, Buffer *out) {
        buffer_add(out, STR("WITH period(number, first_day, last_day) AS (VALUES "));
        for (uint32_t i = first; i < first + count; i++)
                buffer_format(out, "%s(CAST(%u AS BIGINT), CAST(%d AS BIGINT), CAST(%d AS BIGINT))", i > first ? ", " : "", i,
                              at->first[i], at->last[i]);
        buffer_add(out, STR(")\n"));
}

/* The statement and its answers; false after a report. Refused: no columns. */
static bool ask(Case *at, const Measure *measure, const MeasureSql *options, const char *const *parameters, uint32_t count,
                uint32_t first, uint32_t periods, Answers *ret_answers) {
        Buffer out = buffer_new(TEXT_CAP);
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, at->arena);
        *ret_answers = (Answers){ 0 };
        write_periods(at, first, periods, &out);
        Rc rc = measure_sql(at->program, measure, options, at->arena, &out, &diagnostics);
        MUST((rc == RC_INVALID) == (diagnostics.errors > 0));
        Str text = str_copy(at->arena, buffer_str(&out));
        buffer_free(&out);
        at->asked++;
        at->refused += rc != RC_OK;
        if (rc != RC_OK)
                return true;
        bool sqlite = options->dialect == SQL_SQLITE;
        bool fine = sqlite ? ask_sqlite(at, text, parameters, count, ret_answers)
                           : ask_postgres(at, text, parameters, count, ret_answers);
        if (!fine)
                (void) printf("seed %llu: refused by %s\n%.*s\n", (unsigned long long) at->seed,
                              sqlite ? sqlite3_errmsg(at->sqlite) : PQerrorMessage(at->postgres), STR_ARG(text));
        return fine;
}

static bool report(Case *at, const Measure *measure, const MeasureSql *options, const char *what) {
        Buffer out = buffer_new(TEXT_CAP);
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, at->arena);
        (void) printf("seed %llu, %s, kind %d, dated %u, truth %u, key %u, %s%s: %s\n", (unsigned long long) at->seed,
                      options->dialect == SQL_SQLITE ? "SQLite" : "PostgreSQL", (int) measure->kind, measure->dated,
                      measure->dated == NONE ? measure->where : measure->rest, key_of(measure),
                      options->by_county ? "by county" : "whole city",
                      at->cumulative ? ", cumulative" : "", what);
        write_periods(at, 0, at->periods, &out);
        if (measure_sql(at->program, measure, options, at->arena, &out, &diagnostics) == RC_OK)
                (void) printf("%.*s\n", STR_ARG(buffer_str(&out)));
        buffer_free(&out);
        return false;
}

/* ---- holding them together ---------------------------------------------------------------------------- */

/* Adds what a row says to the figures: a figure of its own, or one key of many. */
static void take_row(const Case *at, const Measure *measure, const int64_t row[4], Distinct *keys, Figures *figures) {
        uint32_t period = (uint32_t) row[0], county = row[1] < 0 ? COUNTIES - 1 : (uint32_t) row[1], before;
        MUST(row[0] >= 0 && row[0] < (int64_t) at->periods && row[1] >= -1 && county < COUNTIES);
        if (measure->kind != MEASURE_DISTINCT) {
                figures->value[period][county] += row[2];
                figures->undecided[period][county] += row[3];
        } else if (row[3] == 0) {
                figures->undecided[period][county]++;
        } else if (at->cumulative) {
                before = distinct_meet(keys, row[2], county, period);
                figures->value[period][county] += before == NONE || before > period;
                if (before != NONE && before > period)
                        figures->value[before][county]--;
        } else {
                figures->value[period][county] += distinct_meet(keys, row[2], period * COUNTIES + county, period) == NONE;
        }
}

/* A figure that stands twice would be added up here: a statement gives each place once. */
static bool is_twice(const Answers *answers, uint32_t row) {
        for (uint32_t i = 0; i < row; i++)
                if (answers->cells[4 * i] == answers->cells[4 * row] && answers->cells[4 * i + 1] == answers->cells[4 * row + 1])
                        return true;
        return false;
}

static bool figures_agree(Case *at, const Measure *measure, const MeasureSql *options) {
        uint32_t only = options->one_county ? random_below(&at->random, 3) : NONE;
        const char *const parameters[] = { "甲", str_format(at->arena, "%u", only).data };
        Figures *expected = ARENA_NEW(at->arena, Figures, 1), *got = ARENA_NEW(at->arena, Figures, 1);
        Answers answers;
        if (!ask(at, measure, options, parameters, options->one_county ? 2 : 1, 0, at->periods, &answers))
                return false;
        if (answers.columns == 0)
                return true;
        count_rows(at, measure, options, expected);
        if (!witness_agrees(at, measure, options, expected))
                return report(at, measure, options, "indicator_evaluate counts otherwise");
        Distinct *keys CLEAN(distinct_cleanup) = distinct_new();
        for (uint32_t i = 0; i < answers.rows; i++) {
                if (measure->kind != MEASURE_DISTINCT && is_twice(&answers, i))
                        return report(at, measure, options, "a figure stands twice");
                take_row(at, measure, &answers.cells[4 * i], keys, got);
        }
        for (uint32_t period = 0; period < at->periods; period++)
                for (uint32_t county = 0; county < COUNTIES; county++) {
                        bool asked = only == NONE || only == county;
                        int64_t value = asked ? expected->value[period][county] : 0;
                        int64_t open = asked ? expected->undecided[period][county] : 0;
                        if (got->value[period][county] != value || got->undecided[period][county] != open)
                                return report(at, measure, options,
                                              str_format(at->arena, "period %u, county %u: %lld (%lld open) instead of %lld (%lld open)",
                                                         period, county, (long long) got->value[period][county],
                                                         (long long) got->undecided[period][county], (long long) value,
                                                         (long long) open).data);
                }
        return true;
}

/* The list of one period's rows: of a county, or of all; a page of it. */
static bool rows_agree(Case *at, const Measure *measure, MeasureSql options) {
        uint32_t period = random_below(&at->random, at->periods), skipped = 0, found = 0;
        uint32_t county = at->program->entities[measure->entity].county, wanted = random_below(&at->random, 3);
        bool of_county = county != NONE && random_chance(&at->random, 50);
        const char *const parameters[] = { "甲", "5", "2", of_county ? str_format(at->arena, "%u", wanted).data : "-1" };
        Answers answers;
        options.rows = options.by_county = true;
        options.from = at->first[period];
        options.to = at->last[period];
        if (!ask(at, measure, &options, parameters, 4, period, 1, &answers))
                return false;
        if (answers.columns == 0)
                return true;
        for (uint32_t row = 0; row < at->population->entities[measure->entity].count; row++) {
                if (verdict(at, measure, period, row) != TRUTH_YES ||
                    (of_county && county_of(at, measure, &options, period, row) != wanted))
                        continue;
                if (skipped++ < 2 || found == 5)
                        continue;
                if (found >= answers.rows || answers.cells[found++] != row)
                        return report(at, measure, &options, "another list of rows");
        }
        return found == answers.rows || report(at, measure, &options, "more rows than there are");
}

static Measure pick_measure(Case *at) {
        const Whole *whole = at->whole_count > 0 && random_chance(&at->random, 40) ? &at->wholes[random_below(&at->random, at->whole_count)]
                                                                                   : NULL;
        uint16_t entity = whole ? whole->entity : (uint16_t) random_below(&at->random, at->program->entity_count);
        uint32_t all = at->program->step_count;
        static const TypeKind keys[] = { TYPE_TEXT, TYPE_CODE, TYPE_ROW };
        Measure measure = { .kind = (MeasureKind) random_below(&at->random, 3), .entity = entity, .where = NONE, .dated = NONE,
                            .rest = NONE, .value = NONE, .distinct = NONE };
        uint32_t truth = random_chance(&at->random, 85) ? pick_step(at, entity, TYPE_TRUTH, all, random_chance(&at->random, 20)) : NONE;
        if (random_chance(&at->random, 65))
                measure.dated = pick_step(at, entity, TYPE_DATE, all, random_chance(&at->random, 25));
        measure.where = measure.rest = truth;
        if (whole) {
                measure.where = whole->where;
                measure.dated = whole->dated;
                measure.rest = whole->rest;
        }
        if (measure.kind == MEASURE_SUM)
                measure.value = pick_step(at, entity, TYPE_NUMBER, all, false);
        if (measure.kind == MEASURE_DISTINCT)
                measure.distinct = pick_step(at, entity, keys[random_below(&at->random, 3)], all, random_chance(&at->random, 20));
        const Step *value = &at->program->steps[measure.value == NONE ? 0 : measure.value];
        bool wide = measure.kind == MEASURE_SUM && (value->high > 1000000000000000 || value->low < -1000000000000000);
        if (wide || (measure.kind != MEASURE_COUNT && key_of(&measure) == NONE))
                measure.kind = MEASURE_COUNT;
        at->program->entities[entity].county =
                random_chance(&at->random, 80) ? pick_step(at, entity, TYPE_CODE, all, random_chance(&at->random, 40)) : NONE;
        return measure;
}

static bool seed_agrees(Case *at, SqlDialect dialect) {
        if (!load(at, dialect))
                return false;
        for (uint32_t i = 0; i < MEASURES; i++) {
                Measure measure = pick_measure(at);
                MeasureSql options = { .dialect = dialect, .from = at->first[0], .to = at->last[0],
                                       .by_county = random_chance(&at->random, 70) };
                for (uint32_t p = 1; p < at->periods; p++)
                        options.to = at->last[p] > options.to ? at->last[p] : options.to;
                if (!figures_agree(at, &measure, &options) || !rows_agree(at, &measure, options))
                        return false;
                options.one_county = options.by_county && at->program->entities[measure.entity].county != NONE;
                if (options.one_county && !figures_agree(at, &measure, &options))
                        return false;
                options.one_county = false;
                at->cumulative = measure.kind == MEASURE_DISTINCT && measure.dated != NONE;
                if (at->cumulative && !figures_agree(at, &measure, &options))
                        return false;
                at->cumulative = false;
        }
        return true;
}

static bool run_seed(uint64_t seed, PGconn *postgres, uint64_t *asked, uint64_t *refused) {
        bool fine = true;
        for (uint32_t dialect = SQL_SQLITE; dialect <= SQL_POSTGRES && fine; dialect++) {
                Case at = case_make(seed);
                at.postgres = postgres;
                MUST(sqlite3_open(":memory:", &at.sqlite) == SQLITE_OK);
                if (dialect == SQL_SQLITE || postgres)
                        fine = seed_agrees(&at, (SqlDialect) dialect);
                (void) sqlite3_close(at.sqlite);
                PQclear(postgres ? PQexec(postgres, "DISCARD TEMP") : NULL);
                *asked += at.asked;
                *refused += at.refused;
                (void) arena_free(at.arena);
        }
        return fine;
}

static void ignore_notice(void *context, const char *message) {
        (void) context, (void) message;
}

int main(int count, char **arguments) {
        int64_t first = 0, total = 0;
        uint64_t failed = 0, asked = 0, refused = 0;
        PGconn *postgres = NULL;
        if (count < 3 || !str_to_int(str_from(arguments[1]), &first) || !str_to_int(str_from(arguments[2]), &total) || first < 0) {
                (void) fprintf(stderr, "usage: measure FIRST COUNT [--postgres CONNECTION]\n");
                return 2;
        }
        if (count == 5 && strcmp(arguments[3], "--postgres") == 0) {
                postgres = PQconnectdb(arguments[4]);
                if (PQstatus(postgres) != CONNECTION_OK)
                        return 3;
                (void) PQsetNoticeProcessor(postgres, ignore_notice, NULL);
                PQclear(PQexec(postgres, "SET search_path = pg_temp, public; SET jit = off"));
        }
        for (int64_t i = 0; i < total && failed < 5; i++)
                failed += !run_seed((uint64_t) (first + i), postgres, &asked, &refused);
        PQfinish(postgres);
        (void) printf("%llu statements, %llu refused\n", (unsigned long long) asked, (unsigned long long) refused);
        failed += asked == 0 || refused * 2 > asked;
        (void) printf("%lld passed, %llu failed\n", (long long) (total - (int64_t) failed), (unsigned long long) failed);
        return failed > 0;
}
