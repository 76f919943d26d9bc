/* Shared by import*.c; nobody else includes this. */
#pragma once

#include "records/import.h"
#include "records/record_inside.h"

#include "base/map.h"

#define IMPORT_CHUNK 256u          /* rows looked up and saved at a time */
#define IMPORT_NAME_MAX 200u       /* bytes of a key, or of the name of a partner */

/* What "（万元）" in a heading makes of its numbers: 万, 亿 or nothing. False: a magnitude that is not known here. */
bool import_magnitude(Str header, Str *ret_suffix);

/* The row is the mapping's row of headings: every column that is used is called the same. */
bool import_headings_fit(const ImportMapping *mapping, const SheetRow *row);

typedef enum LinkState { LINK_FOUND, LINK_MISSING, LINK_AMBIGUOUS } LinkState;
typedef struct LinkTarget {
        LinkState state;
        int64_t   id;
} LinkTarget;

/* Names of partners that were looked up before. */
typedef struct LinkCache {
        Map        *numbers;       /* name → index into targets */
        LinkTarget *targets;
        uint32_t    count, capacity;
} LinkCache;

/* Looks up the names that are not in the cache yet, at most IMPORT_CHUNK. */
Rc import_resolve(Database *database, const RecordTable *partner, Str city, LinkCache *cache, const Str *names, uint32_t count,
                  Arena *arena, Arena *scratch) CHECKED;

/* Why a name led to no partner, and what to do: a number that cannot be right is told place by place. */
Str import_no_partner(const Program *program, const RecordTable *partner, Str name, LinkState state, Arena *arena);

/* The rows whose key (field IMPORT_KEY) or field is one of the texts, at most IMPORT_CHUNK. */
typedef struct ImportKeys {
        uint32_t field;
        Str      texts[IMPORT_CHUNK];
        uint32_t count;
} ImportKeys;
Rc import_existing(Database *database, const Model *model, const RecordTable *table, Str city, const ImportKeys *keys, Arena *arena,
                   Record **ret_records, uint32_t *ret_count) CHECKED;

/* A planner that believes a table to be empty reads it whole for every look-up: lets PostgreSQL see how large it has become. */
Rc import_measure(Database *database, const RecordTable *table) CHECKED;

/* A cell of the sheet for a field that is no link. */
bool import_cell(const Program *program, const RecordField *field, const SheetCell *from, Str magnitude, Arena *arena, Cell *ret_cell,
                 Str *ret_why);
/* Text of a key or link; false where a number has lost its digits, or it is too long. */
bool import_name(const SheetCell *from, Str *ret_text, Str *ret_why);
