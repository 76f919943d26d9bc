/* Sheets that people send: XLSX and CSV (UTF-8, GB18030) read row by row under hard caps, and XLSX written.
 *
 * A cell keeps what it is in the file, so that a number in an ID column can be refused instead of guessed at: 3.7E+17 is
 * no identity number. Formulas give their stored value. Nothing of a workbook is executed or fetched. */
#pragma once

#include "base/buffer.h"
#include "base/date.h"

#define SHEET_BYTES_MAX (64u << 20)          /* of the file */
#define SHEET_UNPACKED_MAX (1u << 30)        /* of its parts, unpacked */
#define SHEET_ROWS_MAX 1048576u
#define SHEET_COLUMNS_MAX 256u
#define SHEET_CELL_MAX 32767u                /* bytes; more is refused */

typedef enum SheetCellKind { SHEET_EMPTY, SHEET_TEXT, SHEET_NUMBER, SHEET_DATE, SHEET_TRUTH, SHEET_ERROR } SheetCellKind;

typedef struct SheetCell {
        SheetCellKind kind;
        Str           text;                  /* as the file has it: digits of a NUMBER, 2025-06-10 of a DATE, #N/A */
        int32_t       days;                  /* DATE */
} SheetCell;

typedef struct SheetRow {
        Str        sheet;                    /* its name; empty for CSV */
        uint32_t   sheet_number, number;     /* from 1, as the program that wrote it shows them */
        SheetCell *cells;
        uint32_t   count;
} SheetRow;

/* Called for every row that has a cell; what it points to lives until it returns. Returning false stops the reading. */
typedef bool SheetRowFunction(void *context, const SheetRow *row);

/* Tells the kind by content, not by name. RC_INVALID, RC_TOOBIG: *ret_why is a Chinese sentence with the way out. */
Rc sheet_read(Str bytes, SheetRowFunction *function, void *context, Arena *arena, Str *ret_why) CHECKED;

/* Writes an XLSX row by row with constant memory to a file. Texts stay texts (ID numbers too). */
typedef struct SheetWriter SheetWriter;
typedef enum SheetStyle { STYLE_PLAIN, STYLE_HEADER, STYLE_FAULT, STYLE_NOTE } SheetStyle;
Rc   sheet_writer_open(const char *path, Str sheet_name, SheetWriter **ret_writer) CHECKED;
void sheet_writer_row(SheetWriter *writer, const SheetCell *cells, const SheetStyle *styles, uint32_t count);
void sheet_writer_text_column(SheetWriter *writer, uint32_t column);         /* what people type there stays a text */
void sheet_writer_comment(SheetWriter *writer, uint32_t column, Str text);   /* on the row just written */
Rc   sheet_writer_close(SheetWriter *writer) CHECKED;                        /* frees it in any case */

/* The check digits of Chinese registers. False with a plain sentence ("第 7 至 14 位不是出生日期……"), in which no digit of a person's
 * number stands. */
bool identity_number_check(Str text, int32_t today, Arena *arena, Str *ret_why);   /* GB 11643, 18 digits */
bool credit_code_check(Str text, Arena *arena, Str *ret_why);                      /* GB 32100, 18 characters */
bool division_code_check(Str text, Arena *arena, Str *ret_why);                    /* GB/T 2260, 6, 9 or 12 digits */
bool mobile_number_check(Str text, Arena *arena, Str *ret_why);
