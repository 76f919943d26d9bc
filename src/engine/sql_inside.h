/* Shared by the files of the SQL generator (sql*.c); nobody else includes this.
 *
 * The work goes plan → text. The plan says which steps are needed, in which segment (a run of steps of one entity that
 * reads other rows only from earlier segments) each is computed, which of them become columns, and at which level of
 * nested WITH inside the segment. The text files print single expressions. */
#pragma once

#include "engine/sql.h"

typedef enum SqlRefusal {
        SQL_FINE,
#define REFUSAL(id, ...) SQL_REFUSED_##id,
#include "engine/sql_refusals.def"
#undef REFUSAL
} SqlRefusal;

/* Columns of staged tables: cSTEP, lLINK on the child (the partner's key), wLINK on the parent (its list is whole).
 * They share one numbering: steps, then lLINK, then wLINK. */
typedef struct SqlColumn {
        uint32_t last_segment;    /* the last that reads it; NONE: the result does */
        uint32_t last_level;      /* the last level of the segment at hand that reads it */
        bool     wanted;
} SqlColumn;

typedef struct SqlStep {
        bool       needed;
        bool       stored;        /* is a column, computed at `level` of its segment; input steps at level 0 */
        SqlRefusal refused;       /* here or in an operand */
        uint32_t   segment;
        uint32_t   level, ready;  /* ready: first level whose texts may contain it */
        uint32_t   weight;        /* how often it stands in the texts of its segment */
        uint32_t   length, depth; /* of its text */
} SqlStep;

typedef struct SqlSegment {
        uint16_t entity;
        uint32_t first, end;      /* steps */
        uint32_t levels;
} SqlSegment;

typedef struct SqlList {
        uint32_t *items;          /* column numbers */
        uint32_t  count, capacity;
} SqlList;

/* One figure of the result table: a column of some policy. */
typedef struct SqlRoot {
        uint32_t step, when;      /* when: give it out only where this truth is 是, or NONE */
        uint16_t entity;
        Str      name;
} SqlRoot;

typedef struct Sql {
        const Program    *program;
        const SqlOptions *options;
        Arena            *arena;
        Buffer           *out;
        Diagnostics      *diagnostics;
        const Frame      *frame;          /* values of the steps of no entity */
        SqlStep          *steps;
        SqlColumn        *columns;
        SqlSegment       *segments;       /* segment 0 is the input */
        uint32_t          segment_count, segment_capacity;
        SqlList          *held;           /* per entity: the columns of its latest table */
        uint32_t         *table;          /* per entity: the number of its latest table */
        bool             *read;           /* per entity: something is read from it */
        uint32_t          tables;         /* temporary tables so far */
        SqlRoot          *roots;
        uint32_t          root_count, root_capacity;
        SqlList           masked;         /* conditions: steps that the masks read */
        bool             *left_out;       /* per policy */
        /* one statement instead of a script: `print_placed` prints what this statement reads in its own way */
        struct SqlPlaced *placed;
        bool            (*print_placed)(const struct Sql *sql, uint32_t step);
} Sql;

/* sql.c */
Sql sql_begin(const Program *program, const SqlOptions *options, Arena *arena);
/* Values of the steps of no entity: they need no row. */
const Frame *sql_run_literals(const Sql *sql);
/* Reports; false when the script cannot be made without it. */
bool sql_refuse(Sql *sql, SqlRefusal refusal, Span at, Str about);
/* The place in the source of what refused the step. */
Span sql_refused_at(const Sql *sql, uint32_t step);

/* sql_script.c: the statements, and the tables they read. */
void sql_script(Sql *sql);
void sql_tables(Sql *sql);

/* sql_plan.c */
void sql_plan_needed(Sql *sql);
void sql_plan_levels(Sql *sql, uint32_t segment);
uint32_t sql_column_of(const Sql *sql, uint32_t step);
static inline uint32_t sql_link_column(const Sql *sql, uint32_t link) {
        return sql->program->step_count + link;
}
static inline uint32_t sql_whole_column(const Sql *sql, uint32_t link) {
        return sql->program->step_count + sql->program->link_count + link;
}

/* A step whose value stands in the script: it belongs to no entity, or its parameter is replaced. */
bool sql_is_literal(const Sql *sql, uint32_t step);
/* A step that the input table computes. */
static inline bool sql_is_input(const Step *step) {
        return step->op == OP_FACT || step->op == OP_LINK;
}

/* sql_text.c */
SqlRefusal sql_text_refuses(const Sql *sql, const Step *step);
/* How often operand 0..2 stands in the step's text, and about how long the rest of it is. */
uint32_t sql_text_weight(const Sql *sql, const Step *step, uint32_t operand);
uint32_t sql_text_length(const Sql *sql, const Step *step);
/* About how many symbols a parser holds open where the operand stands. */
uint32_t sql_text_nesting(const Sql *sql, const Step *step, uint32_t operand);
/* The step where it stands: a literal, a column of alias t, or its expression. */
void sql_text_operand(const Sql *sql, uint32_t step);
/* Its expression, even if it is a column. */
void sql_text_define(const Sql *sql, uint32_t step);
void sql_text_literal(const Sql *sql, Type type, int64_t cell);
void sql_text_column(const Sql *sql, uint32_t column);       /* c7, l2, w0 */
void sql_identifier(const Sql *sql, Str text);               /* the same in quotes */
/* Functions and tables that the script calls and reads. */
void sql_text_prelude(const Sql *sql);
bool sql_text_table_is_stored(const Sql *sql, uint32_t table);

/* sql_cross.c */
void sql_cross_gather(const Sql *sql, const Step *step);
void sql_cross_reduce(const Sql *sql, uint32_t step);        /* what the parent's row makes of its group */
void sql_cross_group(Sql *sql, uint32_t segment, uint32_t link);
/* Whether a step of the segment reduces (or gathers) along the link and reads its group's table (or partner's). */
bool sql_cross_reads(const Sql *sql, uint32_t segment, uint32_t link, bool reduces);
