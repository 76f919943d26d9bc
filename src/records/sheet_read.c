/* Tells what a file is by its first bytes, reads text files itself (comma, tab or semicolon; UTF-8 or GB18030) and leaves
 * workbooks to xlsx_read.c. */
#include "records/xlsx_inside.h"

#include "base/utf8.h"

#include <string.h>

#define RESAVE "请用 WPS 或 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后再上传。"
#define ROW_ARENA_MAX ((size_t) 32 << 20)
#define TEXT_ARENA_MAX ((size_t) SHEET_BYTES_MAX * 2)

typedef struct TextReader {
        Str               rest;
        char              separator;
        Arena            *row_arena, *why_arena;
        Str              *ret_why;
        SheetRow          row;
        Buffer            cell;
} TextReader;

static Rc refuse(const TextReader *reader, Rc rc, const char *what) {
        *reader->ret_why = str_format(reader->why_arena, "第 %u 行第 %u 列：%s", reader->row.number, reader->row.count + 1, what);
        return rc;
}

/* The bytes of the next cell up to its separator or line end; doubled quotes in quotes are one. */
static Rc take_cell(TextReader *reader) {
        Str *rest = &reader->rest;
        bool quoted = str_starts(*rest, STR("\"")), open = quoted;
        size_t at = quoted;
        buffer_clear(&reader->cell);
        for (; at < rest->length; at++) {
                char byte = rest->data[at];
                if (open && byte == '"') {
                        open = at + 1 < rest->length && rest->data[at + 1] == '"';
                        at += open;
                        if (!open)
                                continue;
                } else if (!open && (byte == reader->separator || byte == '\n' || byte == '\r'))
                        break;
                if (reader->cell.length >= SHEET_CELL_MAX)
                        return open ? refuse(reader, RC_TOOBIG, "内容太长了，可能是前面少了一个引号（\"）。")
                                    : refuse(reader, RC_TOOBIG, "内容太长了，一格最多 32767 个字节（约一万字），请缩短。");
                buffer_byte(&reader->cell, byte);
        }
        if (open)
                return refuse(reader, RC_INVALID, "引号（\"）没有配对，请检查这一格。");
        *rest = str_slice(*rest, at, rest->length);
        return RC_OK;
}

/* Ways in which programs keep others from changing a text: ="0371", and the apostrophe of our own export. */
static Str unwrapped(Str text) {
        if (text.length >= 3 && str_starts(text, STR("=\"")) && str_ends(text, STR("\"")))
                return str_slice(text, 2, text.length - 1);
        if (text.length >= 2 && text.data[0] == '\'' && strchr("=+-@", text.data[1]))
                return str_slice(text, 1, text.length);
        return text;
}

/* Reads one row; *ret_filled: it has a cell. */
static Rc take_row(TextReader *reader, bool *ret_filled) {
        Str *rest = &reader->rest;
        bool filled = false;
        arena_reset(reader->row_arena);
        reader->row.cells = ARENA_NEW(reader->row_arena, SheetCell, SHEET_COLUMNS_MAX);
        reader->row.number++;
        uint32_t last = 0;
        for (reader->row.count = 0;; reader->row.count++) {
                Rc rc = take_cell(reader);
                if (rc != RC_OK)
                        return rc;
                Str text = unwrapped(buffer_str(&reader->cell));
                if (text.length && reader->row.count >= SHEET_COLUMNS_MAX)
                        return refuse(reader, RC_TOOBIG, "列太多了，最多 256 列，请删去不用的列。");
                if (text.length) {
                        reader->row.cells[reader->row.count] = (SheetCell){ .kind = SHEET_TEXT, .text = str_copy(reader->row_arena, text) };
                        filled = true;
                        last = reader->row.count + 1;
                }
                if (rest->length == 0 || rest->data[0] != reader->separator)
                        break;
                *rest = str_slice(*rest, 1, rest->length);
        }
        reader->row.count = last;
        *rest = str_slice(*rest, str_starts(*rest, STR("\r\n")) ? 2 : 1, rest->length);
        *ret_filled = filled;
        return RC_OK;
}

/* Whichever stands most often in the first line. */
static char separator_of(Str text) {
        static const char candidates[] = { ',', '\t', ';' };
        Str line = str_cut(&text, '\n');
        size_t best = 0, most = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(candidates); i++) {
                size_t count = 0;
                bool quoted = false;
                for (size_t at = 0; at < line.length; at++) {
                        quoted ^= line.data[at] == '"';
                        count += !quoted && line.data[at] == candidates[i];
                }
                if (count > most) {
                        best = i;
                        most = count;
                }
        }
        return candidates[best];
}

static Rc read_text(Str text, SheetRowFunction *function, void *context, Arena *arena, Str *ret_why) {
        Arena *row_arena CLEAN(arena_cleanup) = arena_new(ROW_ARENA_MAX);
        TextReader reader = { .rest = text, .separator = separator_of(text), .row_arena = row_arena, .why_arena = arena, .ret_why = ret_why,
                              .row = { .sheet_number = 1 }, .cell = buffer_new(SHEET_CELL_MAX + 1) };
        Rc rc = RC_OK;
        bool filled = false, more = true;
        while (rc == RC_OK && more && reader.rest.length) {
                if (reader.row.number >= SHEET_ROWS_MAX)
                        rc = refuse(&reader, RC_TOOBIG, "行太多了（最多 1048576 行），请分成几个文件。");
                else
                        rc = take_row(&reader, &filled);
                if (rc == RC_OK && filled)
                        more = function(context, &reader.row);
        }
        buffer_free(&reader.cell);
        return rc;
}

/* UTF-8 when it is UTF-8 throughout, else GB18030. */
static Rc decode(Str bytes, Arena *text_arena, Arena *arena, Str *ret_text, Str *ret_why) {
        size_t at;
        Str text = str_starts(bytes, STR("\xef\xbb\xbf")) ? str_slice(bytes, 3, bytes.length) : bytes;
        if (utf8_check(text, &at)) {
                *ret_text = text;
                return RC_OK;
        }
        if (text.length == bytes.length && gb18030_to_utf8(text_arena, bytes, ret_text, &at) == RC_OK)
                return RC_OK;
        uint32_t line = 1;
        for (size_t i = 0; i < at && i < text.length; i++)
                line += text.data[i] == '\n';
        *ret_why = str_format(arena, "第 %u 行有认不出的字符，文件可能已损坏，或不是表格。" RESAVE, line);
        return RC_INVALID;
}

/* Files that are no sheet, by their first bytes. */
static Rc refuse_kind(Str bytes, Str *ret_why) {
        static const struct {
                Str begin, why;
        } kinds[] = {
                { STR_INIT("\xff\xfe"), STR_INIT("这是 Unicode（UTF-16）文本。" RESAVE) },
                { STR_INIT("\xfe\xff"), STR_INIT("这是 Unicode（UTF-16）文本。" RESAVE) },
                { STR_INIT("%PDF"), STR_INIT("这是 PDF，不是表格。请上传原来的 .xlsx 或 .csv 文件。") },
                { STR_INIT("{\\rtf"), STR_INIT("这是 RTF 文档，不是表格。请上传 .xlsx 或 .csv 文件。") },
                { STR_INIT("Rar!"), STR_INIT("这是压缩包，请先解压，再上传里面的表格。") },
                { STR_INIT("7z\xbc\xaf"), STR_INIT("这是压缩包，请先解压，再上传里面的表格。") },
                { STR_INIT("<"), STR_INIT("这个文件其实是网页或 XML，不是 Excel 工作簿。" RESAVE) },
        };
        Str begin = str_trim(str_starts(bytes, STR("\xef\xbb\xbf")) ? str_slice(bytes, 3, 64) : str_slice(bytes, 0, 64));
        for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
                if (str_starts(begin, kinds[i].begin)) {
                        *ret_why = kinds[i].why;
                        return RC_INVALID;
                }
        if (!str_starts(bytes, STR("\xd0\xcf\x11\xe0")))
                return RC_OK;
        /* the name in the directory of an OLE file, in UTF-16 */
        static const char encrypted[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
        size_t at;
        *ret_why = str_find(bytes, (Str){ encrypted, sizeof(encrypted) - 1 }, &at)
                           ? STR("这个文件加了密码。请用 WPS 或 Excel 打开，去掉密码，另存后再上传。")
                           : STR("这是旧的 .xls 格式。" RESAVE);
        return RC_INVALID;
}

Rc sheet_read(Str bytes, SheetRowFunction *function, void *context, Arena *arena, Str *ret_why) {
        if (bytes.length > SHEET_BYTES_MAX) {
                *ret_why = STR("文件太大了，最多 64 MB；请分成几个文件。");
                return RC_TOOBIG;
        }
        if (bytes.length == 0) {
                *ret_why = STR("文件是空的，请检查后再上传。");
                return RC_INVALID;
        }
        if (str_starts(bytes, STR("PK")))
                return xlsx_read(bytes, function, context, arena, ret_why);
        Rc rc = refuse_kind(bytes, ret_why);
        if (rc != RC_OK)
                return rc;
        Arena *text_arena CLEAN(arena_cleanup) = arena_new(TEXT_ARENA_MAX);
        Str text;
        rc = decode(bytes, text_arena, arena, &text, ret_why);
        return rc == RC_OK ? read_text(text, function, context, arena, ret_why) : rc;
}
