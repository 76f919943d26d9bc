/* Any bytes as a sheet: as they are (CSV, or a whole workbook), and, behind a first byte of S, T or Y, as the worksheet, the
 * shared texts or the styles of a workbook around them. Whatever is handed on keeps the promises of records/sheet.h, and what is
 * refused is refused with a sentence. */
#include "records/sheet.h"

#include "base/utf8.h"

#include <string.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

static const char sheet[] =
        "<worksheet><sheetData><row r='2'><c t='s'><v>0</v></c><c r='D2' s='1'><v>45818</v></c></row></sheetData></worksheet>";
static const char strings[] = "<sst><si><t>a</t></si></sst>",
                  styles[] = "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>";
static const char workbook[] = "<workbook xmlns:r='r'><sheets><sheet name='s' r:id='a'/></sheets></workbook>";
static const char relations[] = "<Relationships><Relationship Id='a' Type='" RELATION "worksheet' Target='sheet.xml'/>"
                                "<Relationship Id='b' Type='" RELATION "sharedStrings' Target='strings.xml'/>"
                                "<Relationship Id='c' Type='" RELATION "styles' Target='styles.xml'/></Relationships>";

static void add_part(zip_t *zip, const char *path, Str text) {
        zip_int64_t index = zip_file_add(zip, path, zip_source_buffer(zip, text.data, text.length, 0), 0);
        MUST(index >= 0 && zip_set_file_compression(zip, (zip_uint64_t) index, ZIP_CM_STORE, 0) == 0);
}

/* A workbook in which `given` takes the place of the part that `which` names. */
static Str book_of(Arena *arena, uint8_t which, Str given) {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
        zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
        MUST(zip != NULL);
        zip_source_keep(target);
        add_part(zip, "xl/workbook.xml", STR(workbook));
        add_part(zip, "xl/_rels/workbook.xml.rels", STR(relations));
        add_part(zip, "xl/sheet.xml", which == 'S' ? given : STR(sheet));
        add_part(zip, "xl/strings.xml", which == 'T' ? given : STR(strings));
        add_part(zip, "xl/styles.xml", which == 'Y' ? given : STR(styles));
        MUST(zip_close(zip) == 0 && zip_source_open(target) == 0 && zip_source_seek(target, 0, SEEK_END) == 0);
        size_t length = (size_t) zip_source_tell(target);
        char *bytes = ARENA_NEW(arena, char, length);
        MUST(zip_source_seek(target, 0, SEEK_SET) == 0 && zip_source_read(target, bytes, length) == (zip_int64_t) length);
        (void) zip_source_close(target);
        zip_source_free(target);
        zip_error_fini(&error);
        return (Str){ bytes, length };
}

typedef struct Seen {
        uint32_t sheet, number;
        uint64_t sum;
} Seen;

static bool check_row(void *context, const SheetRow *row) {
        Seen *seen = context;
        bool filled = false;
        size_t at;
        MUST(row->sheet_number > seen->sheet || (row->sheet_number == seen->sheet && row->number > seen->number));
        MUST(row->number > 0 && row->number <= SHEET_ROWS_MAX && row->count > 0 && row->count <= SHEET_COLUMNS_MAX);
        for (uint32_t i = 0; i < row->count; i++) {
                const SheetCell *cell = &row->cells[i];
                int32_t days;
                filled = filled || cell->kind != SHEET_EMPTY;
                MUST(cell->text.length <= SHEET_CELL_MAX && (cell->kind == SHEET_EMPTY || cell->text.length > 0));
                MUST(cell->text.length == 0 || utf8_check(cell->text, &at));
                MUST(cell->kind != SHEET_DATE || (date_parse(cell->text, &days) && days == cell->days));
                MUST(cell->kind != SHEET_NUMBER || strspn(cell->text.data, "+-.eE% \t\r\n0123456789") >= cell->text.length);
                seen->sum = (seen->sum ^ str_hash(cell->text)) * 0x100000001b3u + (uint64_t) cell->kind;
        }
        MUST(filled);
        seen->sheet = row->sheet_number;
        seen->number = row->number;
        return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Arena *arena = arena_new((size_t) 1 << 30);
        Str bytes = { (const char *) data, size };
        bool part = size > 0 && (data[0] == 'S' || data[0] == 'T' || data[0] == 'Y');
        Str book = part ? book_of(arena, data[0], str_slice(bytes, 1, size)) : bytes;
        Seen seen = { 0 }, again = { 0 };
        Str why = { 0 };
        Rc rc = sheet_read(book, check_row, &seen, arena, &why);
        MUST(rc == RC_OK || ((rc == RC_INVALID || rc == RC_TOOBIG) && why.length > 0));
        MUST(sheet_read(book, check_row, &again, arena, &why) == rc && again.sum == seen.sum);
        (void) arena_free(arena);
        return 0;
}
