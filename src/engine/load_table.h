/* One CSV file on its way into a population: shared by the files load*.c, nobody else's business. */
#pragma once

#include "engine/cell.h"
#include "engine/keys.h"
#include "engine/load.h"

#define FINDS_DEFAULT 20

/* What was found in one column by one range, or afterwards. */
typedef struct LoadTally {
        uint64_t  counts[LOAD_FAULT_TOTAL], unknown;
        LoadFind *finds;
        uint32_t  find_count, find_max;
} LoadTally;

/* A column that is read, and where its cells go. Exactly one of fact, link, key. */
typedef struct LoadBind {
        uint32_t  column;            /* of the file */
        uint32_t  fact, link;        /* NONE: not that; both NONE: the key */
        CellPlan  plan;              /* fact, unless a text */
        void     *cells;             /* fact: the population's column */
        uint8_t   width;
        uint32_t *numbers;           /* text fact: numbers in the range's dictionary, then the population's */
        Str      *keys;              /* link, key: the texts */
} LoadBind;

typedef struct LoadRange {
        size_t     at, end;
        uint32_t   base;             /* where its rows were put; ranges are moved together afterwards */
        uint64_t   first;            /* rows of the file before it, header not counted */
        CsvReader  reader;
        LoadTally *tallies;          /* per bind */
        KeySet    *texts;            /* per bind: dictionary of a text fact */
        Arena     *arena;
} LoadRange;

typedef struct LoadTable {
        uint16_t   entity;
        uint32_t   file;             /* in the report */
        CsvText    text;
        Str       *names, header;
        uint32_t   columns, rows;
        size_t     data_at;
        LoadBind  *binds;
        uint32_t   bind_count;
        LoadBind  *key;              /* NULL: the file has none */
        LoadRange *ranges;
        uint32_t   range_count;
        uint32_t  *removed;          /* rows taken out because their key was there already, ascending */
        uint32_t   removed_count;
        KeySet     set;              /* keys by row, once needed */
        Str       *keys;             /* per row; NULL: no key column */
} LoadTable;

typedef struct Load {
        Arena            *arena, *scratch;   /* the caller's; the load's */
        const Program    *program;
        LoadOptions       options;
        LoadReport       *report;
        LoadTable        *tables;            /* per entity */
        Population       *population;
        KeySet            texts;
} Load;

/* load_table.c */
void load_table_read(Load *load, LoadTable *table);
/* The row's number in the file, as a spreadsheet counts. */
uint64_t load_table_row(const LoadTable *table, uint32_t row);

/* load.c */
/* A thousandth of the page faults, where the system allows it; nothing depends on it. */
void     load_prefer_large_pages(void *memory, size_t size);
/* Threads for work on so many rows, and where a part of it starts. */
uint32_t load_threads(const Load *load, uint32_t rows);
uint32_t load_part_start(uint32_t rows, uint32_t part, uint32_t parts);

/* load_link.c */
void load_table_unique(Load *load, LoadTable *table);
void load_derive(Load *load, uint16_t entity);
void load_links(Load *load);
void load_guards(Load *load);

/* load_report.c */
LoadColumn *load_report_column(Load *load, uint32_t file, Str name);
/* Counts a fault and keeps it as an example while there is room. */
void load_tally_add(LoadTally *tally, Arena *arena, LoadFault fault, uint64_t row, Str value);
/* The same straight into the report. */
void load_report_add(Load *load, uint32_t file, Str column, LoadFault fault, uint64_t row, Str value);
/* Moves a tally of rows that count from `first` into the report. */
void load_report_merge(Load *load, LoadColumn *column, const LoadTally *tally);
