/* A query as a file, page by page: numbers as plain decimals with the unit in the heading, so that they can be added up and
 * read in again. */
#include "records/import_inside.h"

#include <stdio.h>
#include <string.h>

#define PAGE_ROWS 200u
#define PAGE_ARENA ((size_t) 1 << 30)
#define LINE_MAX_BYTES ((size_t) 16 << 20)

typedef struct Exporter {
        const Model       *model;
        const RecordTable *table;
        ExportKind         kind;
        SheetWriter       *writer;           /* XLSX */
        FILE              *file;             /* CSV */
        Buffer             line;
        Arena             *arena;            /* of a page */
} Exporter;

static bool is_percent(const Exporter *exporter, const RecordField *field) {
        return field->kind == FIELD_NUMBER && exporter->model->program->units[field->type.unit].percent;
}

static Str heading_of(const Exporter *exporter, const RecordField *field) {
        const Unit *unit = field->kind == FIELD_NUMBER ? &exporter->model->program->units[field->type.unit] : NULL;
        if (!unit || unit->percent || unit->text.length == 0)
                return field->name;
        return str_format(exporter->arena, "%.*s（%.*s）", STR_ARG(field->name), STR_ARG(unit->text));
}

/* 123456 at scale 2 is 1234.56. */
static Str decimal_of(Arena *arena, int64_t value, uint8_t scale) {
        uint64_t size = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
        Str digits = str_format(arena, "%0*llu", scale + 1, (unsigned long long) size);
        size_t whole = digits.length - scale, end = digits.length;
        while (end > whole && digits.data[end - 1] == '0')
                end--;
        return str_format(arena, "%s%.*s%s%.*s", value < 0 ? "-" : "", (int) whole, digits.data, end > whole ? "." : "",
                          (int) (end - whole), digits.data + whole);
}

static SheetCell cell_of(const Exporter *exporter, const RecordField *field, Cell cell, Str label) {
        Arena *arena = exporter->arena;
        SheetCell out = { .kind = SHEET_TEXT };
        if (cell.kind == CELL_NULL)
                return (SheetCell){ 0 };
        if (field->kind == FIELD_NUMBER && !is_percent(exporter, field)) {
                out.kind = SHEET_NUMBER;
                out.text = decimal_of(arena, cell.integer, field->type.scale);
                return out;
        }
        if (field->kind == FIELD_LINK) {
                out.text = label;
                return out;
        }
        Buffer text = buffer_new(LINE_MAX_BYTES);
        field_print(exporter->model->program, field, cell, true, &text);
        out.text = str_copy(arena, buffer_str(&text));
        buffer_free(&text);
        if (field->kind == FIELD_DATE && date_parse(out.text, &out.days))
                out.kind = SHEET_DATE;
        return out;
}

/* A cell of CSV; what a spreadsheet would take for a formula gets an apostrophe. */
static void add_cell(Buffer *line, const SheetCell *cell) {
        bool formula = cell->kind == SHEET_TEXT && cell->text.length && strchr("=+-@\t\r", cell->text.data[0]);
        bool quoted = false;
        for (size_t i = 0; i < cell->text.length; i++)
                quoted = quoted || strchr(",\"\r\n", cell->text.data[i]);
        if (quoted)
                buffer_byte(line, '"');
        if (formula)
                buffer_byte(line, '\'');
        for (size_t i = 0; i < cell->text.length; i++) {
                if (cell->text.data[i] == '"')
                        buffer_byte(line, '"');
                buffer_byte(line, cell->text.data[i]);
        }
        if (quoted)
                buffer_byte(line, '"');
}

static Rc write_row(Exporter *exporter, const SheetCell *cells, const SheetStyle *styles, uint32_t count) {
        if (exporter->kind == EXPORT_XLSX) {
                sheet_writer_row(exporter->writer, cells, styles, count);
                return RC_OK;
        }
        Buffer *line = &exporter->line;
        buffer_clear(line);
        for (uint32_t i = 0; i < count; i++) {
                if (i)
                        buffer_byte(line, ',');
                add_cell(line, &cells[i]);
        }
        buffer_add(line, STR("\r\n"));
        bool written = !line->failed && fwrite(line->data, 1, line->length, exporter->file) == line->length;
        return written ? RC_OK : RC_IO;
}

static Rc write_headings(Exporter *exporter) {
        uint32_t count = exporter->table->field_count + 1;
        SheetCell *cells = ARENA_NEW(exporter->arena, SheetCell, count);
        SheetStyle *styles = ARENA_NEW(exporter->arena, SheetStyle, count);
        for (uint32_t i = 0; i < count; i++) {
                Str name = i ? heading_of(exporter, &exporter->table->fields[i - 1]) : exporter->table->key_name;
                cells[i] = (SheetCell){ .kind = SHEET_TEXT, .text = name };
                styles[i] = STYLE_HEADER;
        }
        return write_row(exporter, cells, styles, count);
}

static Rc write_record(Exporter *exporter, const Record *record) {
        uint32_t count = exporter->table->field_count + 1;
        SheetCell *cells = ARENA_NEW(exporter->arena, SheetCell, count);
        cells[0] = (SheetCell){ .kind = record->key.length ? SHEET_TEXT : SHEET_EMPTY, .text = record->key };
        for (uint32_t i = 1; i < count; i++)
                cells[i] = cell_of(exporter, &exporter->table->fields[i - 1], record->cells[i - 1], record->labels[i - 1]);
        return write_row(exporter, cells, NULL, count);
}

static Rc write_pages(Exporter *exporter, Database *database, const RecordQuery *wanted) {
        RecordQuery query = *wanted;
        RecordPage page = { .more = true };
        Rc rc = write_headings(exporter);
        query.limit = PAGE_ROWS;
        query.uncounted = true;
        query.after_id = 0;
        while (rc == RC_OK && page.more) {
                arena_reset(exporter->arena);
                rc = record_list(database, exporter->model, exporter->table, &query, exporter->arena, &page);
                for (uint32_t i = 0; rc == RC_OK && i < page.count; i++)
                        rc = write_record(exporter, &page.records[i]);
                if (rc == RC_OK && page.count)
                        query.after_id = page.records[page.count - 1].id;
        }
        return rc;
}

static Rc open_file(Exporter *exporter, const char *path) {
        if (exporter->kind == EXPORT_XLSX)
                return sheet_writer_open(path, exporter->table->name, &exporter->writer);
        exporter->file = fopen(path, "we");
        if (!exporter->file)
                return RC_IO;
        return fputs("\xef\xbb\xbf", exporter->file) >= 0 ? RC_OK : RC_IO;
}

static Rc close_file(Exporter *exporter) {
        if (exporter->kind == EXPORT_XLSX)
                return exporter->writer ? sheet_writer_close(exporter->writer) : RC_IO;
        return exporter->file && fclose(exporter->file) == 0 ? RC_OK : RC_IO;
}

Rc records_export(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, ExportKind kind,
                  const char *path, Arena *arena) {
        (void) arena;
        Arena *page_arena CLEAN(arena_cleanup) = arena_new(PAGE_ARENA);
        Exporter exporter = { .model = model, .table = table, .kind = kind, .line = buffer_new(LINE_MAX_BYTES), .arena = page_arena };
        bool own = !database_in_transaction(database);
        Rc rc = own ? database_begin(database, false) : RC_OK, closed;
        if (rc == RC_OK) {
                rc = open_file(&exporter, path);
                if (rc == RC_OK)
                        rc = write_pages(&exporter, database, query);
                closed = close_file(&exporter);
                rc = rc == RC_OK ? closed : rc;
        }
        if (own)
                database_rollback(database);             /* it only read */
        buffer_free(&exporter.line);
        return rc;
}
