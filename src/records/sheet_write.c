/* An XLSX file written row by row by libxlsxwriter, which keeps one row in memory. The first thing that goes wrong is kept and
 * told at the end. */
#include "records/sheet.h"

#include <jansson.h>
#include <stdlib.h>
#include <xlsxwriter.h>

#define ROW_ARENA_MAX ((size_t) 64 << 20)
#define COLUMN_WIDTH 18
#define NUMBER_DIGITS 15           /* more are kept as a text */
#define STYLE_COUNT (STYLE_NOTE + 1)

struct SheetWriter {
        Arena         *arena;
        lxw_workbook  *book;
        lxw_worksheet *sheet;
        lxw_format    *styles[STYLE_COUNT], *dates[STYLE_COUNT];
        lxw_format    *text_format;
        uint32_t       rows;
        lxw_error      error;
};

static void keep(SheetWriter *writer, lxw_error error) {
        if (writer->error == LXW_NO_ERROR)
                writer->error = error;
}

static lxw_format *new_format(lxw_workbook *book, SheetStyle style, bool date) {
        lxw_format *format = workbook_add_format(book);
        MUST(format != NULL);
        if (date)
                format_set_num_format(format, "yyyy-mm-dd");
        if (style == STYLE_HEADER || style == STYLE_NOTE)
                format_set_text_wrap(format);
        if (style == STYLE_HEADER) {
                format_set_bold(format);
                format_set_bg_color(format, 0xE8EEF5);
        }
        if (style == STYLE_FAULT)
                format_set_bg_color(format, 0xFFD9D9);
        if (style == STYLE_NOTE)
                format_set_font_color(format, 0xA61B1B);
        return format;
}

Rc sheet_writer_open(const char *path, Str sheet_name, SheetWriter **ret_writer) {
        lxw_workbook_options options = { .constant_memory = LXW_TRUE };
        Arena *arena = arena_new(ROW_ARENA_MAX);
        lxw_workbook *book = workbook_new_opt(path, &options);
        MUST(book != NULL);
        lxw_worksheet *sheet = workbook_add_worksheet(book, str_copy(arena, sheet_name).data);
        if (!sheet)
                sheet = workbook_add_worksheet(book, NULL);    /* a name that Excel does not like */
        if (!sheet) {
                (void) workbook_close(book);                   /* no room for its temporary file */
                (void) arena_free(arena);
                return RC_IO;
        }
        SheetWriter *writer = calloc(1, sizeof(*writer));
        MUST(writer != NULL);
        *writer = (SheetWriter){ .arena = arena, .book = book, .sheet = sheet };
        for (SheetStyle style = STYLE_PLAIN; style < STYLE_COUNT; style++) {
                writer->styles[style] = new_format(book, style, false);
                writer->dates[style] = new_format(book, style, true);
        }
        writer->text_format = new_format(book, STYLE_PLAIN, false);
        format_set_num_format(writer->text_format, "@");
        keep(writer, worksheet_set_column(sheet, 0, SHEET_COLUMNS_MAX, COLUMN_WIDTH, NULL));
        *ret_writer = writer;
        return RC_OK;
}

/* Digits that a spreadsheet can hold: at most 15 come out of the file as they went in. False: it is a text. */
static bool write_number(SheetWriter *writer, lxw_col_t column, Str text, lxw_format *format) {
        size_t digits = 0;
        for (size_t i = 0; i < text.length; i++)
                digits += text.data[i] >= '0' && text.data[i] <= '9';
        json_t *number = digits <= NUMBER_DIGITS ? json_loadb(text.data, text.length, JSON_DECODE_ANY, NULL) : NULL;
        bool plain = json_is_number(number);
        if (plain)
                keep(writer, worksheet_write_number(writer->sheet, writer->rows, column, json_number_value(number), format));
        json_decref(number);
        return plain;
}

static void write_cell(SheetWriter *writer, lxw_col_t column, const SheetCell *cell, SheetStyle style) {
        lxw_worksheet *sheet = writer->sheet;
        lxw_row_t row = writer->rows;
        const char *text = str_copy(writer->arena, cell->text).data;
        if (cell->kind == SHEET_DATE) {
                Civil civil = date_to_civil(cell->days);
                lxw_datetime date = { .year = civil.year, .month = civil.month, .day = civil.day };
                keep(writer, worksheet_write_datetime(sheet, row, column, &date, writer->dates[style]));
        } else if (cell->kind == SHEET_EMPTY || cell->text.length == 0) {
                if (style != STYLE_PLAIN)
                        keep(writer, worksheet_write_blank(sheet, row, column, writer->styles[style]));
        } else if (cell->kind != SHEET_NUMBER || !write_number(writer, column, cell->text, writer->styles[style])) {
                keep(writer, worksheet_write_string(sheet, row, column, text, writer->styles[style]));
        }
}

void sheet_writer_row(SheetWriter *writer, const SheetCell *cells, const SheetStyle *styles, uint32_t count) {
        for (uint32_t i = 0; i < count; i++)
                write_cell(writer, (lxw_col_t) i, &cells[i], styles ? styles[i] : STYLE_PLAIN);
        writer->rows++;
        if (styles && count > 0 && styles[0] == STYLE_HEADER)
                worksheet_freeze_panes(writer->sheet, writer->rows, 0);
        arena_reset(writer->arena);
}

void sheet_writer_text_column(SheetWriter *writer, uint32_t column) {
        keep(writer, worksheet_set_column(writer->sheet, (lxw_col_t) column, (lxw_col_t) column, COLUMN_WIDTH, writer->text_format));
}

void sheet_writer_comment(SheetWriter *writer, uint32_t column, Str text) {
        MUST(writer->rows > 0);
        keep(writer, worksheet_write_comment(writer->sheet, writer->rows - 1, (lxw_col_t) column, str_copy(writer->arena, text).data));
}

Rc sheet_writer_close(SheetWriter *writer) {
        lxw_error closed = workbook_close(writer->book);
        keep(writer, closed);
        lxw_error error = writer->error;
        (void) arena_free(writer->arena);
        free(writer);
        if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED || error == LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE)
                return RC_TOOBIG;
        return error == LXW_NO_ERROR ? RC_OK : RC_IO;
}
