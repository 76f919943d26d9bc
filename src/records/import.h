/* A sheet becomes records: columns are mapped, every row is checked, faults are told by sheet, row and column, and what is
 * good goes in as one batch that can be taken back whole.
 *
 * Rows are matched by the natural key, else by a unique field the mapping names (身份证号, 统一社会信用代码): a match is an
 * update of the cells the sheet has, the rest is new. Two rows of one sheet with the same key: the second is a fault. Links
 * are given by the partner's key, identity number or credit code, or unique title; a name that is not there or not unique is
 * a fault, never a guess. An empty cell leaves what a row has. Every sheet of a workbook with the same headings is read.
 * "贷款金额（万元）" is a field 贷款金额 whose numbers are in 万. Arenas of callers want room for 64 MB. */
#pragma once

#include "records/record.h"
#include "records/sheet.h"

#define IMPORT_KEY (NONE - 1)            /* a column that holds the natural key */
#define IMPORT_REASON "未导入的原因"      /* heading of the column that import_return_sheet adds */

typedef struct ImportColumn {
        Str      header;
        uint32_t field;                  /* of the table, IMPORT_KEY, or NONE: left out */
        bool     remembered;             /* the mapping was used before for this header */
} ImportColumn;

typedef struct ImportMapping {
        const RecordTable *table;
        uint32_t           header_row;   /* the row with the headings, found by how many of them fit */
        ImportColumn      *columns;
        uint32_t           column_count;
        uint32_t           match;        /* what tells rows apart: IMPORT_KEY, a field, or NONE: every row is new */
} ImportMapping;

typedef struct ImportFault {
        Str      sheet;
        uint32_t row, column;            /* as the sheet counts, from 1; column 0: the whole row */
        Str      header, text;           /* of the cell */
        Str      message;                /* reason and way out */
} ImportFault;

typedef struct ImportReport {
        uint64_t     rows, created, updated, unchanged, refused;
        ImportFault *faults;             /* the first 10,000 */
        uint32_t     fault_count, fault_capacity;
        uint64_t     fault_total;
        Str          skipped;            /* names of sheets with other headings, joined by 、 */
        int64_t      batch;              /* 0 for a dry run, or when nothing went in */
} ImportReport;

/* Guesses the mapping: remembered headers first, then equal names, then names with spaces, brackets and units stripped. */
Rc import_map(Database *database, const Model *model, const RecordTable *table, Str city, Str bytes, Arena *arena,
              ImportMapping *ret_mapping, Str *ret_why) CHECKED;
/* Checks everything, and unless `dry` saves what is good in one transaction and remembers the mapping. `partial` false:
 * one fault and nothing goes in. RC_INVALID with *ret_why when the sheet cannot be read at all; RC_DENIED: it was told to stop. */
typedef struct ImportOptions {
        const ImportMapping *mapping;
        Change               change;     /* batch 0: the import gives one */
        Str                  file_name;
        bool                 dry, partial;
        Watch               *watch;      /* NULL: nobody waits */
        bool                 count;      /* tell the watch how many rows there are: the sheet is read once more for that */
} ImportOptions;
Rc import_run(Database *database, const Model *model, Str bytes, const ImportOptions *options, Arena *arena,
              ImportReport *ret_report, Str *ret_why) CHECKED;
/* What programs for sheets call a column, counted from 1: A … Z, AA … */
Str import_column_letters(Arena *arena, uint32_t column);
/* The same sheet with a column "未导入的原因" and the bad cells marked: to be corrected and sent again. With `only_bad` it
 * holds just the refused rows. */
Rc import_return_sheet(Str bytes, const ImportMapping *mapping, const ImportReport *report, bool only_bad, const char *path,
                       Arena *arena) CHECKED;
/* An empty sheet with the headings of a table and a line that says what each wants. */
Rc import_template(const Model *model, const RecordTable *table, const char *path, Arena *arena) CHECKED;

/* Export of a query: XLSX by sheet_writer, CSV in UTF-8 with a byte-order mark; sensitive cells are masked. A text that
 * starts with = + - @ is given an apostrophe in CSV, so that no program takes it for a formula. */
typedef enum ExportKind { EXPORT_XLSX, EXPORT_CSV } ExportKind;
Rc records_export(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, ExportKind kind,
                  const char *path, Arena *arena) CHECKED;
