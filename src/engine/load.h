/* A folder of CSV files to a population: one file per entity, columns bound by the facts' source names, links by
 * their key columns. What cannot be read is unknown, counted and reported; nothing stops the load, nothing is guessed.
 *
 * A file that is not there is an entity without rows. An entity derived from a key column has one row for each
 * different key, in order of first appearance. Rows with a wrong number of cells are left out (which value belongs to
 * which column is not known); of rows with the same key the first counts; a key that leads nowhere is no partner.
 * Data under a 仅当 that is 否 for the row is reported and becomes unknown. Rows keep the order of the file. */
#pragma once

#include "engine/load_fault.h"
#include "engine/population.h"

#define LOAD_COLUMNS_MAX 2048        /* of one file; a file with more is left out */

typedef struct LoadOptions {
        uint32_t threads;            /* 0: as many as the machine has */
        uint32_t finds;              /* examples kept per column; 0: 20 */
        bool     plain;              /* no vector code, no fast loops: for tests */
} LoadOptions;

/* One example of what is wrong. */
typedef struct LoadFind {
        LoadFault fault;
        uint64_t  row;               /* as a spreadsheet counts: the header is 1; 0: no row */
        Str       value;             /* the cell's text, shortened, long runs of digits masked */
} LoadFind;

typedef struct LoadColumn {
        uint32_t  file;              /* index into files */
        Str       name;              /* as in the header; empty: the file as a whole */
        uint64_t  counts[LOAD_FAULT_TOTAL];
        uint64_t  unknown;           /* cells that are not known: empty or bad */
        LoadFind *finds;
        uint32_t  find_count;
} LoadColumn;

typedef struct LoadFile {
        Str      name;               /* 人.csv */
        uint16_t entity;
        bool     read;               /* it was there, and has a header */
        bool     gb18030;
        uint64_t bytes;
        uint32_t rows;               /* kept */
} LoadFile;

typedef struct LoadReport {
        LoadFile   *files;
        uint32_t    file_count;
        LoadColumn *columns;
        uint32_t    column_count, column_capacity;
        uint64_t    counts[LOAD_FAULT_TOTAL];
        uint64_t    problems;        /* sum of the counts that are problems, not notes */
        uint64_t    bytes, cells;    /* read */
} LoadReport;

/* Loads the folder. The population and the report live in the arena, whose cap should be some three times the size of
 * the files. RC_MISSING when the folder is not there, RC_IO when it cannot be read. */
Rc population_load(Arena *arena, const Program *program, Str folder, const LoadOptions *options,
                   LoadReport *ret_report, Population **ret_population) CHECKED;

const char *load_fault_code(LoadFault fault);
const char *load_fault_text(LoadFault fault);
bool        load_fault_is_problem(LoadFault fault);

/* The report as a clerk reads it, and as one JSON object. */
void load_report_print(const LoadReport *report, Buffer *out);
void load_report_json(const LoadReport *report, Buffer *out);
