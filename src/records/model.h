/* What a pack's entities are as tables, and how a pack's change becomes a change of the database.
 *
 * A table is named like its entity and has the columns
 *   _city TEXT, _id BIGINT   primary key; the id comes from us (record_new_id), never from the database
 *   _key TEXT                the natural key ("编号"), unique in the city, NULL when the row has none
 *   _version BIGINT          1, 2, … for "somebody else changed it"
 *   _batch BIGINT            the import it came with, or NULL
 *   a column per fact        named like the fact; cells as engine/sql.h says (fen, days, codes from 0, truths, texts)
 *   a BIGINT per to-one link named by the link's one_name; the partner's _id
 * NULL is "not known". Derived entities (Entity.derived_from) have no table. Names over 63 bytes go through sql_name. */
#pragma once

#include "program/program.h"
#include "database/database.h"

typedef enum FieldKind { FIELD_TRUTH, FIELD_NUMBER, FIELD_DATE, FIELD_CODE, FIELD_TEXT, FIELD_LINK } FieldKind;

typedef struct RecordField {
        Str       name;          /* as people and the table call it; a C string too */
        FieldKind kind;
        uint32_t  fact;          /* or NONE */
        uint32_t  link;          /* FIELD_LINK, or NONE */
        uint16_t  partner;       /* FIELD_LINK: entity whose rows it names */
        Type      type;          /* of the fact */
        int64_t   low, high;
        FactCheck check;
        bool      required, sensitive;
        bool      indexed;       /* an index begins with it: lists may sort and filter by it quickly */
} RecordField;

/* An index behind _city: the expression if there is one, the columns, _id, and what is carried along. */
typedef struct RecordIndex {
        Str      name;
        Str      expression;
        Str     *columns;
        uint32_t column_count;
        Str     *carried;        /* behind _id: read from the index instead of from the row */
        uint32_t carried_count;
        bool     unique;
} RecordIndex;

/* Truths and codes of few members, several in one number, so that one index finds the rare values of each: a filter on one of
 * them is a list of numbers. What is not known counts as one more member. */
typedef struct RecordFacets {
        uint32_t *fields;
        uint32_t  field_count, size;     /* how many numbers there are */
        Str       expression;            /* the number of a row, in SQL */
} RecordFacets;

typedef struct RecordTable {
        Str      name;
        Str      key_name;       /* "编号": how the natural key is called on pages and in sheets */
        Str      counter;        /* 量词 */
        uint16_t entity;
        RecordField *fields;        /* links first where they identify the row, then facts in order of declaration */
        uint32_t field_count;
        RecordIndex *indexes;    /* for the key, for lists and look-ups, and for the measures that read the table */
        uint32_t index_count;
        RecordFacets *facets;    /* of all truths and codes */
        uint32_t facets_count;
        uint32_t title;          /* field that names a row on pages (the first text), or NONE: the key */
        uint32_t county;         /* field with the county's code, or NONE */
        uint32_t day;            /* the first date field, for "newest first", or NONE */
} RecordTable;

typedef struct Model {
        const Program *program;
        RecordTable   *tables;
        uint32_t       table_count;
        uint32_t      *table_of;         /* by entity; NONE: no table */
} Model;

/* The model of a program; lives in the arena, refers to the program. */
Model *model_new(const Program *program, Arena *arena);
/* How many values a truth or code has, and one more for not known. */
uint32_t field_radix(const Program *program, const RecordField *field);
const RecordTable *model_table(const Model *model, Str name);    /* NULL when there is none */
uint32_t table_field(const RecordTable *table, Str name);        /* NONE when there is none */

/* ---- migration --------------------------------------------------------------------------------------- */

typedef enum MigrationKind {
        MIGRATE_SYSTEM,          /* the tables that every city has (sql/schema.sql) */
        MIGRATE_TABLE,           /* a new entity */
        MIGRATE_COLUMN,          /* a new fact or link */
        MIGRATE_INDEX,
        MIGRATE_DROP_INDEX,
        MIGRATE_RECODE,          /* an enumeration's order changed: codes are renumbered */
        MIGRATE_RESCALE,         /* a number's scale changed */
        MIGRATE_CODE_GONE,       /* destructive: cells with a member that is no longer there become unknown */
        MIGRATE_TYPE,            /* destructive: another kind of value; the column starts empty */
        MIGRATE_DROP_COLUMN,     /* destructive */
        MIGRATE_DROP_TABLE,      /* destructive */
} MigrationKind;

typedef struct MigrationStep {
        MigrationKind kind;
        bool          destructive;
        Str           table, column;     /* column may be empty */
        uint64_t      rows;              /* destructive: how many rows have something to lose */
        Str           text;              /* one Chinese line for the plan */
        Str           sql;               /* what runs; empty where several statements are made at run time */
} MigrationStep;

typedef struct Migration {
        Str            city;
        MigrationStep *steps;
        uint32_t       step_count;
        uint32_t       destructive_count;
} Migration;

/* What the database lacks to hold this model. The schema last applied is remembered in the table leye_field, in words
 * (types, members of enumerations, scales), never as positions. Nothing is changed. */
Rc migration_plan(Database *database, const Model *model, Str city, Arena *arena, Migration *ret_migration) CHECKED;
void migration_print(const Migration *migration, Buffer *out);
/* Runs the plan in the transaction that is open, or in its own. RC_DENIED when it has a destructive step and `destructive` is
 * false: nothing is done. On failure the old state stands. */
Rc migration_apply(Database *database, const Model *model, const Migration *migration, bool destructive) CHECKED;

/* Many rows for a table that is still empty go in without its indexes, which are made at the end, all inside the caller's
 * transaction: sorting once is cheaper than finding the place of every row. *ret_begun is false, and nothing is done, when the
 * table has rows. */
Rc table_begin_load(Database *database, const RecordTable *table, bool *ret_begun) CHECKED;
Rc table_end_load(Database *database, const RecordTable *table) CHECKED;
