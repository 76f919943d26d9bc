/* One cell of a sheet for one field: what spreadsheets do to values is undone where nothing is lost, and told where something is. */
#include "records/import_inside.h"

#include "base/utf8.h"

#include <string.h>

#define LOST_DIGITS STR("号码被存成了数字，末尾几位已经丢失；请把这一列设成文本后重新填写。")

/* "3.7080019900101E+17", or more digits than a spreadsheet keeps. */
static bool has_lost_digits(const SheetCell *cell) {
        Str text = cell->text;
        bool science =
                text.length > 4 && text.data[1] == '.' && (memchr(text.data, 'E', text.length) || memchr(text.data, 'e', text.length));
        for (size_t i = 0; i < text.length; i++)
                if (!strchr("0123456789.eE+-", text.data[i]))
                        return false;
        return cell->kind == SHEET_NUMBER ? text.length > 15 || science : cell->kind == SHEET_TEXT && science;
}

static bool is_plain_number(Str text) {
        for (size_t i = 0; i < text.length; i++)
                if (!strchr("0123456789.,-", text.data[i]))
                        return false;
        return text.length > 0;
}

/* "2025.6.10" and "2025-06-10 00:00:00" as date_parse wants them. */
static Str plain_date(Str text, Arena *arena) {
        Str clock = text, day = str_cut(&clock, ' ');
        if (!memchr(clock.data, ':', clock.length))
                day = text;
        Str copy = str_copy(arena, day);
        char *bytes = ARENA_NEW(arena, char, copy.length + 1);
        for (size_t i = 0; i < copy.length; i++)
                bytes[i] = copy.data[i] == '.' ? '-' : copy.data[i];
        return (Str){ bytes, copy.length };
}

static bool mapped_code(const Program *program, const RecordField *field, Str text, Cell *ret_cell) {
        const Fact *fact = &program->facts[field->fact];
        for (uint32_t i = 0; i < fact->code_count; i++)
                if (str_equal(fact->codes[i].text, text) && fact->codes[i].value != UNKNOWN) {
                        bool truth = field->kind == FIELD_TRUTH;
                        *ret_cell = cell_integer(truth ? fact->codes[i].value == TRUTH_YES : fact->codes[i].value);
                        return true;
                }
        return false;
}

static bool refuse_error(const SheetCell *from, Arena *arena, Str *ret_why) {
        *ret_why = str_format(arena, "这一格是出错的公式或值（%.*s），请改成具体的内容。", STR_ARG(str_slice(from->text, 0, 40)));
        return false;
}

bool import_cell(const Program *program, const RecordField *field, const SheetCell *from, Str magnitude, Arena *arena, Cell *ret_cell,
                 Str *ret_why) {
        Str text = str_trim(from->text);
        bool lossy = has_lost_digits(from);
        if (from->kind == SHEET_ERROR)
                return refuse_error(from, arena, ret_why);
        if (field->kind == FIELD_TEXT && lossy) {
                *ret_why = LOST_DIGITS;
                return false;
        }
        if (field->kind == FIELD_DATE && from->kind == SHEET_NUMBER && text.length != 8) {
                *ret_why = str_format(arena, "这里存的是数字 %.*s，不是日期；请把这一列设成日期格式，或写成 2025-06-10 的样子。",
                                      STR_ARG(str_slice(text, 0, 40)));
                return false;
        }
        if (field->kind == FIELD_DATE)
                text = plain_date(text, arena);
        if (field->kind == FIELD_NUMBER && magnitude.length && is_plain_number(text))
                text = str_format(arena, "%.*s%.*s", STR_ARG(text), STR_ARG(magnitude));
        return field_parse(program, field, text, arena, ret_cell, ret_why) || mapped_code(program, field, text, ret_cell);
}

bool import_name(const SheetCell *from, Str *ret_text, Str *ret_why) {
        if (from->kind == SHEET_ERROR)
                *ret_why = STR("这一格是出错的公式或值，请改成具体的内容。");
        else if (has_lost_digits(from))
                *ret_why = LOST_DIGITS;
        else if (from->text.length > IMPORT_NAME_MAX)
                *ret_why = STR("太长了，编号和名称最多 200 个字节（约 66 个字）。");
        else {
                *ret_text = str_trim(from->text);
                return true;
        }
        return false;
}
