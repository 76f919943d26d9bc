/* Sheets that go back to people: the one they sent with its faults marked, and an empty one that says what each column wants. */
#include "records/import_inside.h"

typedef struct Returner {
        const ImportMapping *mapping;
        const ImportReport  *report;
        bool                 only_bad;
        SheetWriter         *writer;
        Arena               *arena;
        uint32_t             next;           /* fault */
        uint32_t             reason;         /* column of the reasons */
        uint32_t             sheets;         /* with these headings so far */
        uint32_t             sheet_number;
        bool                 fits;
        SheetCell           *cells;
        SheetStyle          *styles;
} Returner;

static void write_row(Returner *returner, const SheetRow *row, SheetStyle style, Str reason) {
        uint32_t count = row->count < returner->mapping->column_count ? row->count : returner->mapping->column_count;
        for (uint32_t i = 0; i <= returner->mapping->column_count; i++) {
                returner->cells[i] = i < count ? row->cells[i] : (SheetCell){ 0 };
                if (style != STYLE_PLAIN || returner->styles[i] != STYLE_FAULT)
                        returner->styles[i] = style;
        }
        if (style == STYLE_HEADER || reason.length || returner->reason < returner->mapping->column_count)
                returner->cells[returner->reason] = (SheetCell){ .kind = reason.length ? SHEET_TEXT : SHEET_EMPTY, .text = reason };
        if (style == STYLE_PLAIN && reason.length)
                returner->styles[returner->reason] = STYLE_NOTE;
        sheet_writer_row(returner->writer, returner->cells, returner->styles, returner->mapping->column_count + 1);
}

/* The faults of a row, in words; its bad cells are marked. */
static Str reason_of(Returner *returner, const SheetRow *row, uint32_t *ret_first) {
        const ImportReport *report = returner->report;
        Str reason = { 0 };
        *ret_first = returner->next;
        for (; returner->next < report->fault_count; returner->next++) {
                const ImportFault *fault = &report->faults[returner->next];
                if (fault->row != row->number || !str_equal(fault->sheet, row->sheet))
                        break;
                Str part = fault->column ? str_format(returner->arena, "%.*s：%.*s", STR_ARG(fault->header), STR_ARG(fault->message))
                                         : fault->message;
                reason = reason.length ? str_format(returner->arena, "%.*s\n%.*s", STR_ARG(reason), STR_ARG(part)) : part;
                if (fault->column)
                        returner->styles[fault->column - 1] = STYLE_FAULT;
        }
        return reason;
}

static void return_data(Returner *returner, const SheetRow *row) {
        uint32_t first;
        for (uint32_t i = 0; i <= returner->mapping->column_count; i++)
                returner->styles[i] = STYLE_PLAIN;
        Str reason = reason_of(returner, row, &first);
        if (reason.length || !returner->only_bad)
                write_row(returner, row, STYLE_PLAIN, reason);
        for (uint32_t i = first; i < returner->next; i++) {
                const ImportFault *fault = &returner->report->faults[i];
                bool again = i > first && fault->column == fault[-1].column;
                if (fault->column && !again)
                        sheet_writer_comment(returner->writer, fault->column - 1, fault->message);
        }
}

static bool return_row(void *context, const SheetRow *row) {
        Returner *returner = context;
        arena_reset(returner->arena);
        if (row->sheet_number != returner->sheet_number) {
                returner->sheet_number = row->sheet_number;
                returner->fits = false;
        }
        if (row->number < returner->mapping->header_row)
                return true;
        if (row->number == returner->mapping->header_row) {
                returner->fits = import_headings_fit(returner->mapping, row);
                if (returner->fits && returner->sheets++ == 0)
                        write_row(returner, row, STYLE_HEADER, STR(IMPORT_REASON));
        } else if (returner->fits)
                return_data(returner, row);
        return true;
}

Rc import_return_sheet(Str bytes, const ImportMapping *mapping, const ImportReport *report, bool only_bad, const char *path, Arena *arena) {
        Arena *row_arena CLEAN(arena_cleanup) = arena_new((size_t) 64 << 20);
        Returner returner = {
                .mapping = mapping,
                .report = report,
                .only_bad = only_bad,
                .arena = row_arena,
                .reason = mapping->column_count,
                .cells = ARENA_NEW(arena, SheetCell, mapping->column_count + 1),
                .styles = ARENA_NEW(arena, SheetStyle, mapping->column_count + 1),
        };
        Str why;
        Rc rc = sheet_writer_open(path, STR("退回修改"), &returner.writer);
        if (rc != RC_OK)
                return rc;
        for (uint32_t i = 0; i < mapping->column_count; i++) {
                uint32_t field = mapping->columns[i].field;
                if (str_equal(mapping->columns[i].header, STR(IMPORT_REASON)) && field == NONE)
                        returner.reason = i;               /* it was sent back before */
                if (field == IMPORT_KEY || (field != NONE && mapping->table->fields[field].kind == FIELD_TEXT))
                        sheet_writer_text_column(returner.writer, i);
        }
        rc = sheet_read(bytes, return_row, &returner, arena, &why);
        Rc closed = sheet_writer_close(returner.writer);
        return rc != RC_OK ? rc : closed;
}

/* ---- an empty sheet ------------------------------------------------------------------------------------------- */

#define MEMBERS_SHOWN 12u

static void code_hint(const Enumeration *enumeration, Buffer *hint) {
        buffer_add(hint, STR("只填："));
        for (uint32_t i = 0; i < enumeration->member_count && i < MEMBERS_SHOWN; i++)
                buffer_format(hint, "%s%.*s", i ? "、" : "", STR_ARG(enumeration->members[i]));
        if (enumeration->member_count > MEMBERS_SHOWN)
                buffer_format(hint, "等 %u 种", enumeration->member_count);
}

/* What a partner is found by (import_resolve). */
static void partner_hint(const RecordTable *partner, Buffer *hint) {
        bool named = partner->title != NONE && partner->fields[partner->title].check == CHECK_NONE;
        buffer_format(hint, "已登记的%.*s的%.*s", STR_ARG(partner->name), STR_ARG(partner->key_name));
        for (uint32_t i = 0; i < partner->field_count; i++)
                if (partner->fields[i].check == CHECK_IDENTITY || partner->fields[i].check == CHECK_CREDIT_CODE)
                        buffer_format(hint, "%s%.*s", named ? "、" : "或", STR_ARG(partner->fields[i].name));
        if (named)
                buffer_format(hint, "或%.*s", STR_ARG(partner->fields[partner->title].name));
}

static void field_hint(const Model *model, const RecordField *field, Buffer *hint) {
        static const char *const checks[] = {
                [CHECK_NONE] = "文字", [CHECK_IDENTITY] = "18 位身份证号", [CHECK_CREDIT_CODE] = "18 位统一社会信用代码",
                [CHECK_DIVISION] = "6、9 或 12 位区划代码", [CHECK_MOBILE] = "11 位手机号",
        };
        const Program *program = model->program;
        if (field->required)
                buffer_add(hint, STR("必填。"));
        switch (field->kind) {
        case FIELD_TRUTH:
                buffer_add(hint, STR("填“是”或“否”"));
                return;
        case FIELD_NUMBER:
                buffer_add(hint, STR("数字，"));
                value_print(program, field->type, field->low, hint);
                buffer_add(hint, STR(" 到 "));
                value_print(program, field->type, field->high, hint);
                return;
        case FIELD_DATE:
                buffer_add(hint, STR("日期，如 2025-06-10"));
                return;
        case FIELD_CODE:
                code_hint(&program->enumerations[field->type.of], hint);
                return;
        case FIELD_TEXT:
                buffer_add(hint, str_from(checks[field->check]));
                return;
        case FIELD_LINK:
                partner_hint(&model->tables[model->table_of[field->partner]], hint);
                return;
        }
}

/* The hints stand above the headings, so that nobody has to delete them. */
Rc import_template(const Model *model, const RecordTable *table, const char *path, Arena *arena) {
        SheetWriter *writer;
        uint32_t count = table->field_count + 1;
        SheetCell *hints = ARENA_NEW(arena, SheetCell, count), *headings = ARENA_NEW(arena, SheetCell, count);
        SheetStyle *notes = ARENA_NEW(arena, SheetStyle, count), *heads = ARENA_NEW(arena, SheetStyle, count);
        Rc rc = sheet_writer_open(path, table->name, &writer);
        if (rc != RC_OK)
                return rc;
        hints[0] = (SheetCell){ .kind = SHEET_TEXT, .text = STR("同一个编号再导入就是修改；没有可以不填") };
        headings[0] = (SheetCell){ .kind = SHEET_TEXT, .text = table->key_name };
        sheet_writer_text_column(writer, 0);
        for (uint32_t i = 0; i < count; i++) {
                notes[i] = STYLE_NOTE;
                heads[i] = STYLE_HEADER;
                if (i == 0)
                        continue;
                const RecordField *field = &table->fields[i - 1];
                Buffer hint = buffer_new(16384);
                field_hint(model, field, &hint);
                hints[i] = (SheetCell){ .kind = SHEET_TEXT, .text = str_copy(arena, buffer_str(&hint)) };
                headings[i] = (SheetCell){ .kind = SHEET_TEXT, .text = field->name };
                buffer_free(&hint);
                if (field->kind == FIELD_TEXT || field->kind == FIELD_LINK)
                        sheet_writer_text_column(writer, i);
        }
        sheet_writer_row(writer, hints, notes, count);
        sheet_writer_row(writer, headings, heads, count);
        return sheet_writer_close(writer);
}

Str import_column_letters(Arena *arena, uint32_t column) {
        Str letters = { 0 };
        for (; column > 0; column = (column - 1) / 26)
                letters = str_format(arena, "%c%.*s", (int) ('A' + (column - 1) % 26), STR_ARG(letters));
        return letters;
}
