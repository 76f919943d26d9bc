/* Lines and cells, checked for their number. */
#include "base/tsv.h"

#include "base/utf8.h"

/* The line at the front of *text without its end; moves *text behind it. */
static Str next_line(Str *text) {
        Str line = str_cut(text, '\n');
        return str_ends(line, STR("\r")) ? str_slice(line, 0, line.length - 1) : line;
}

/* How many cells the line has; the first `count` of them are set. */
static uint32_t cut_cells(Str line, Str *cells, uint32_t count) {
        uint32_t found = 1;
        for (size_t i = 0; i < line.length; i++)
                found += line.data[i] == '\t';
        for (uint32_t i = 0; i < count; i++)
                cells[i] = str_cut(&line, '\t');
        return found;
}

static bool is_header(const Str *cells, const Str *columns, uint32_t count) {
        for (uint32_t i = 0; i < count; i++)
                if (!str_equal(cells[i], columns[i]))
                        return false;
        return true;
}

Rc tsv_read(Str text, const Str *columns, uint32_t column_count, Arena *arena, TsvRow **ret_rows, uint32_t *ret_count,
            Str *ret_why) {
        TsvRow *rows = NULL;
        uint32_t count = 0, capacity = 0, line_number = 0;
        size_t bad;
        if (!utf8_check(text, &bad)) {
                *ret_why = str_format(arena, "第 %zu 个字节起不是 UTF-8 文字", bad + 1);
                return RC_INVALID;
        }
        while (text.length > 0 || line_number == 0) {
                Str line = next_line(&text), *cells = ARENA_NEW(arena, Str, column_count);
                uint32_t found = cut_cells(line, cells, column_count);
                line_number++;
                if (found != column_count) {
                        *ret_why = str_format(arena, "第 %u 行：有 %u 格，应是 %u 格（用制表符隔开）", line_number, found, column_count);
                        return RC_INVALID;
                }
                if (line_number == 1 && !is_header(cells, columns, column_count)) {
                        *ret_why = str_format(arena, "第 1 行：列名应从“%.*s”开始，依次写全", STR_ARG(columns[0]));
                        return RC_INVALID;
                }
                if (line_number > 1)
                        *ARENA_PUSH(arena, rows, count, capacity) = (TsvRow){ line_number, cells };
        }
        *ret_rows = rows;
        *ret_count = count;
        return RC_OK;
}
