/* Shared by the files that print a measure as one statement (measure_sql*.c); nobody else includes this.
 *
 * Every expression is printed where it stands, over the aliases t (the rows counted), t1, t2 … (partners, by a join in
 * the same FROM; members, inside a correlated subquery) and p (the period). What decides the shape of the statement is
 * found out first: which steps move with the period, and which need a partner's row. */
#pragma once

#include "engine/measure.h"
#include "engine/sql_inside.h"

typedef struct MeasureJoin {
        uint32_t from, link, alias;      /* alias.link → partner's row as a new alias */
} MeasureJoin;

/* One FROM: its base table and what is joined to it. */
typedef struct MeasureScope {
        MeasureJoin *joins;
        uint32_t     count, capacity;
} MeasureScope;

typedef struct MeasureStep {
        bool     moves;          /* of no entity, and it depends on the period */
        bool     changes;        /* it or what it rests on moves */
        bool     joined;         /* its text reads a partner's row of the alias at hand */
        bool     members;        /* its text has a subquery over members of the alias at hand */
        bool     strict;         /* unknown when nothing of its row is known */
        uint32_t nesting;        /* what a parser holds open at the deepest place of its text, about */
        uint64_t length;         /* of the text, about */
} MeasureStep;

typedef struct SqlPlaced {
        Sql            sql;
        SqlOptions     options;
        int32_t        from, to;         /* the days that all periods lie in */
        const Measure *measure;
        MeasureStep   *steps;
        MeasureScope  *scope;
        uint32_t       alias, aliases;   /* where names are read now; how many there are */
} SqlPlaced;

/* A statement's printer, its steps found out about; output goes to `out`. Of `options` it takes the dialect and the days. */
SqlPlaced *placed_new(const Program *program, const MeasureSql *options, Arena *arena, Buffer *out, Diagnostics *diagnostics);
/* False after a diagnostic when the step cannot be said. NONE is fine. */
bool placed_allows(SqlPlaced *placed, uint32_t step);
/* The step's text over alias t, its joins noted in `scope`. */
Str placed_text(SqlPlaced *placed, MeasureScope *scope, uint32_t step);
/* ` LEFT JOIN ...` for all that the scope's texts read. */
void placed_joins(SqlPlaced *placed, const MeasureScope *scope);
/* The step is a partner's (OP_GATHER): ` AND +t.link IN (...)` for the partners of which it has the value. The sign keeps SQLite
 * from going through the partners one by one instead of through the index of the rows. */
void placed_partners_with(SqlPlaced *placed, uint32_t step, const char *value);
/* The columns of t that the step's text reads, links that it follows included: marks[fact], marks[fact_count + link]. */
void placed_columns(const SqlPlaced *placed, uint32_t step, bool *marks);
/* The table of an entity, a fact's column, a link's: in quotes. */
void placed_name(const SqlPlaced *placed, Str name);
