/* One cell of a record: what people write becomes a cell, and back. */
#include "records/record.h"

#include "base/utf8.h"
#include "records/sheet.h"

#include <string.h>

#define TEXT_MAX 4000     /* bytes of a text field */
#define MASK_HEAD 3       /* characters of a sensitive text that stay */
#define MASK_TAIL 4

static bool check_text(const RecordField *field, Str text, Arena *arena, Str *ret_why) {
        switch (field->check) {
        case CHECK_NONE:
                return true;
        case CHECK_IDENTITY:
                return identity_number_check(text, date_today(), arena, ret_why);
        case CHECK_CREDIT_CODE:
                return credit_code_check(text, arena, ret_why);
        case CHECK_DIVISION:
                return division_code_check(text, arena, ret_why);
        case CHECK_MOBILE:
                return mobile_number_check(text, arena, ret_why);
        }
        return true;
}

/* Numbers and codes of registers are kept narrow and in capitals, so that one thing is written in one way. */
static Str normal_text(const RecordField *field, Str text, Arena *arena) {
        if (field->check == CHECK_NONE)
                return str_copy(arena, text);
        char *bytes = ARENA_NEW(arena, char, text.length + 1);
        size_t length = 0;
        for (size_t at = 0; at < text.length;) {
                uint32_t character = utf8_narrow(utf8_next(text, &at));
                size_t size;
                if (character == ' ' || character == '-')
                        continue;
                if (character >= 'a' && character <= 'z')
                        character -= 'a' - 'A';
                utf8_encode(character, bytes + length, &size);
                length += size;
        }
        return (Str){ bytes, length };
}

static bool parse_text(const RecordField *field, Str text, Arena *arena, Cell *ret_cell, Str *ret_why) {
        Str normal = normal_text(field, text, arena);
        if (normal.length > TEXT_MAX) {
                *ret_why = str_format(arena, "太长了，最多 %d 个字节（约 %d 个字）。", TEXT_MAX, TEXT_MAX / 3);
                return false;
        }
        if (!check_text(field, normal, arena, ret_why))
                return false;
        *ret_cell = cell_text(normal);
        return true;
}

bool field_parse(const Program *program, const RecordField *field, Str text, Arena *arena, Cell *ret_cell, Str *ret_why) {
        int64_t cell;
        Str given = str_trim(text);
        MUST(field->kind != FIELD_LINK);
        if (given.length == 0) {
                *ret_cell = cell_null();
                return true;
        }
        if (field->kind == FIELD_TEXT)
                return parse_text(field, given, arena, ret_cell, ret_why);
        if (!value_parse(program, field->type, field->low, field->high, given, arena, &cell, ret_why))
                return false;
        *ret_cell = cell_integer(field->kind == FIELD_TRUTH ? cell == TRUTH_YES : cell);
        return true;
}

static void print_masked(Str text, Buffer *out) {
        size_t count = utf8_count(text), head = count > MASK_HEAD + MASK_TAIL ? MASK_HEAD : 1;
        size_t tail = count > MASK_HEAD + MASK_TAIL ? MASK_TAIL : 0, number = 0;
        for (size_t at = 0; at < text.length; number++) {
                size_t from = at;
                utf8_next(text, &at);
                if (number < head || number >= count - tail)
                        buffer_add(out, str_slice(text, from, at));
                else
                        buffer_byte(out, '*');
        }
}

/* A database may hold what this pack does not know, after a change by hand: that prints as a question mark, never fails. */
static void print_value(const Program *program, const RecordField *field, int64_t cell, Buffer *out) {
        bool code = field->kind == FIELD_CODE, date = field->kind == FIELD_DATE;
        if ((code && (cell < 0 || cell >= program->enumerations[field->type.of].member_count)) ||
            (date && (cell < DATE_MIN || cell > DATE_MAX)))
                buffer_add(out, STR("？"));
        else
                value_print(program, field->type, cell, out);
}

void field_print(const Program *program, const RecordField *field, Cell cell, bool mask, Buffer *out) {
        switch (cell.kind) {
        case CELL_NULL:
                return;
        case CELL_TEXT:
                if (mask && field->sensitive)
                        print_masked(cell.text, out);
                else
                        buffer_add(out, cell.text);
                return;
        case CELL_INTEGER:
                if (field->kind == FIELD_TRUTH)
                        buffer_add(out, cell.integer ? STR("是") : STR("否"));
                else if (field->kind == FIELD_LINK)
                        buffer_format(out, "%lld", (long long) cell.integer);
                else
                        print_value(program, field, cell.integer, out);
                return;
        }
}

/* ---- a whole record -------------------------------------------------------------------------------------- */

static void add_fault(FieldFaults *faults, Arena *arena, uint32_t field, Str message) {
        *ARENA_PUSH(arena, faults->items, faults->count, faults->capacity) = (FieldFault){ .field = field, .message = message };
}

bool record_check(const Model *model, const RecordTable *table, const Record *record, Arena *arena, FieldFaults *faults) {
        uint32_t before = faults->count;
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                Cell cell = record->cells[i];
                Str why;
                if (cell.kind == CELL_NULL) {
                        if (field->required)
                                add_fault(faults, arena, i, str_format(arena, "“%.*s”要填。", STR_ARG(field->name)));
                } else if (cell.kind == CELL_TEXT) {
                        if (!check_text(field, cell.text, arena, &why))
                                add_fault(faults, arena, i, why);
                } else if (field->kind != FIELD_TRUTH && field->kind != FIELD_LINK &&
                           (cell.integer < field->low || cell.integer > field->high)) {
                        Buffer range = buffer_new(1024);
                        value_print(model->program, field->type, field->low, &range);
                        buffer_add(&range, STR(" 到 "));
                        value_print(model->program, field->type, field->high, &range);
                        add_fault(faults, arena, i, str_format(arena, "“%.*s”应在 %.*s 之间。", STR_ARG(field->name),
                                                               STR_ARG(buffer_str(&range))));
                        buffer_free(&range);
                }
        }
        return faults->count == before;
}
