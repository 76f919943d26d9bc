/* The SQL generator: policies as a script for a database that holds the rows, SQLite or PostgreSQL.
 *
 * The script is staged: one keyed temporary table per entity and level, never one nested statement; indexes where
 * something joins. NULL is unknown, and every place where SQL and Kleene logic disagree is guarded. Where the program
 * proves that nothing overflows plain operators stand; what cannot be said exactly is refused with a code of
 * sql_refusals.def, never approximated. Steps that belong to no entity are evaluated here and stand as literals.
 *
 * What it reads: a table per entity, named like it, with the key column (Entity.key, any type; unique), a column per
 * fact (Fact.column, else the name) and a column per to-one link (Link.column: the partner's key). A cell holds what a
 * population's cell holds: whole numbers scaled by the type (元 in fen), dates as days since 1970-01-01, codes as
 * numbers from 0 (or the source's own codes where the fact lists them), truths as BOOLEAN (SQLite: 0 and 1), texts;
 * NULL and whatever lies outside the fact's range is unknown. An entity derived from a link needs no table. A name over
 * 63 bytes is cut and ends in a hash (sql_generate_tables shows it beside the whole name).
 *
 * What it writes: per entity of a selected policy a table "结果_<entity>" with the key and, for policy N, the columns
 *   pN_eligible, pN_judged, pN_open       the three truths of Policy
 *   pN_failed, pN_undecided               bit i: condition i is 否, is unknown
 *   pN_bB_when                            whether benefit B is due
 *   pN_bB_oO, _floor, _ceiling            figure O of benefit B where it is due, and its bounds if it has any
 * and sS for each further step S asked for. The script's opening comment says which policy is N.
 *
 * PostgreSQL needs nothing but the right to create temporary tables. SQLite (3.35 or later) needs nothing either,
 * unless `functions` allows leye_multiply_divide(a, b, c, exponent), see ops.def MULTIPLY_DIVIDE; the script then
 * says so. */
#pragma once

#include "engine/scalar.h"

typedef enum SqlDialect { SQL_SQLITE, SQL_POSTGRES } SqlDialect;

typedef struct SqlOptions {
        SqlDialect      dialect;
        int32_t         base_date, apply_date;
        const int64_t  *parameters;       /* as in Run; may be NULL */
        const uint32_t *policies;         /* which; NULL: all */
        uint32_t        policy_count;
        const uint32_t *steps;            /* further steps to give out, each of some entity */
        uint32_t        step_count;
        bool            functions;        /* SQLite: leye_multiply_divide will be there */
        bool            lists;            /* the parent's table has a truth column "<many_name>齐全" for each link that is
                                             read from it: whether the list is whole; NULL: as declared */
        bool            partial;          /* leave out what is refused, with a warning, instead of failing */
        bool            temporary;        /* results go to temporary tables */
} SqlOptions;

/* Appends the script. RC_INVALID with diagnostics when something is refused (out is then as it was). */
Rc sql_generate(const Program *program, const SqlOptions *options, Buffer *out, Diagnostics *diagnostics) CHECKED;

/* Appends CREATE TABLE statements for all that any script of this program could read, with a comment a column. */
void sql_generate_tables(const Program *program, const SqlOptions *options, Buffer *out);

/* Appends INSERT statements for rows [first, first + count) of an entity; none for one that needs no table. Columns
 * of which nothing is known are left out. */
void sql_generate_rows(const Population *population, const SqlOptions *options, uint16_t entity, uint32_t first,
                       uint32_t count, Buffer *out);

/* A name as both databases take it: cut to 63 bytes and told apart by a hash where it is longer. */
Str sql_name(Arena *arena, Str name);
