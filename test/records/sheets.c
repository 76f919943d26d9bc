/* Sheets as Excel, WPS, LibreOffice and libxlsxwriter write them, as people break them, and as somebody hostile would; the check
 * digits of registers. */
#include "book.h"

#include "records/sheet.h"
#include "support/folder.h"
#include "unit/unit.h"

#include <string.h>

#define CAP ((size_t) 3 << 30)
#define STYLES                                                                                                             \
        "<numFmts count='4'><numFmt numFmtId='164' formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/>"                        \
        "<numFmt numFmtId='165' formatCode='[Magenta]#,##0.00&quot;元/day&quot;'/><numFmt numFmtId='166' formatCode='[h]:mm'/>" \
        "<numFmt numFmtId='167' formatCode='0.0%'/></numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"              \
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='31'/><xf numFmtId='164'/><xf numFmtId='165'/>"         \
        "<xf numFmtId='166'/><xf numFmtId='167'/><xf numFmtId='57'/></cellXfs>"

typedef struct Told {
        Buffer   out;
        uint32_t rows, stop_after;
} Told;

/* "表1!2|T:甲|N:12|D:2025-06-10|" a line. */
static bool tell(void *context, const SheetRow *row) {
        Told *told = context;
        buffer_format(&told->out, "%.*s!%u|", STR_ARG(row->sheet), row->number);
        for (uint32_t i = 0; i < row->count; i++) {
                buffer_byte(&told->out, "-TNDBE"[row->cells[i].kind]);
                if (row->cells[i].kind == SHEET_DATE) {
                        char date[11];
                        date_print(row->cells[i].days, date);
                        assert_str(row->cells[i].text, date);
                }
                if (row->cells[i].kind != SHEET_EMPTY)
                        buffer_format(&told->out, ":%.*s", STR_ARG(row->cells[i].text));
                buffer_byte(&told->out, '|');
        }
        buffer_byte(&told->out, '\n');
        return ++told->rows != told->stop_after;
}

static void expect_read(Str bytes, const char *expected) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        Told told = { .out = buffer_new(1u << 24) };
        Str why = STR("");
        Rc rc = sheet_read(bytes, tell, &told, arena, &why);
        if (rc != RC_OK)
                fail_msg("%s: %.*s", rc_name(rc), STR_ARG(why));
        assert_str(buffer_str(&told.out), expected);
        buffer_free(&told.out);
}

/* Refused, with a sentence that has `words` in it. */
static void expect_refused(Str bytes, Rc expected, const char *words) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        Told told = { .out = buffer_new(1u << 24) };
        Str why = STR("");
        size_t at;
        Rc rc = sheet_read(bytes, tell, &told, arena, &why);
        assert_string_equal(rc_name(rc), rc_name(expected));
        if (!str_find(why, str_from(words), &at))
                fail_msg("“%.*s” says nothing of “%s”", STR_ARG(why), words);
        buffer_free(&told.out);
}

/* ---- shapes of other programs -------------------------------------------------------------------------------- */

typedef struct Shape {
        const char *rows, *strings, *expected;
} Shape;

static void shapes(void **state) {
        (void) state;
        static const Shape table[] = {
                /* Excel: shared texts, styles, dates */
                { "<row r='1' spans='1:4'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>"
                  "<row r='2'><c r='A2' s='1'><v>45818</v></c><c r='B2' s='2'><v>45818.5</v></c><c r='C2' s='3'><v>45818</v></c>"
                  "<c r='D2' s='4'><v>1234.5599999999999</v></c><c r='E2' s='5'><v>0.5</v></c><c r='F2' s='6'><v>3.1E-2</v></c></row>",
                  "<si><t>姓名</t></si><si><r><t>入学</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 日期</t></r></si>",
                  "表1!1|T:姓名|T:入学 日期|\n表1!2|D:2025-06-10|D:2025-06-10|D:2025-06-10|N:1234.56|N:0.5|N:3.1%|\n" },
                /* WPS: phonetic runs and prefixes */
                { "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' s='7'><v>60.999995</v></c></row>",
                  "<si><t>济南</t><rPh sb='0' eb='2'><t>jinan</t></rPh></si>", "表1!1|T:济南|-|D:1900-03-01|\n" },
                /* LibreOffice and others: no references, inline texts, rows that are missing */
                { "<row><c t='inlineStr'><is><t>甲</t></is></c><c/><c><v>12</v></c></row><row r='5'><c "
                  "t='inlineStr'><is><r><t>乙</t></r><r>"
                  "<t>丙</t></r><rPh><t>x</t></rPh></is></c></row><row><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>",
                  NULL, "表1!1|T:甲|-|N:12|\n表1!5|T:乙丙|\n表1!6|B:是|E:#N/A|\n" },
                /* formulas: stored values, or none */
                { "<row r='1'><c r='A1'><f>1+1</f><v>2</v></c><c r='B1' t='str'><f>A1&amp;\"x\"</f><v>2x</v></c><c "
                  "r='C1'><f>NOW()</f></c></row>",
                  NULL, "表1!1|N:2|T:2x|E:公式没有结果|\n" },
                /* cells out of order, ISO dates, escapes, styled emptiness far out */
                { "<row r='1'><c r='C1' t='d'><v>2025-06-10T00:00:00</v></c><c r='A1' t='str'><v>a_x000A_b_x0000__x005F_x</v></c><c "
                  "r='XFD1' s='1'/></row>"
                  "<row r='2'><c r='A2' s='1'/></row>",
                  NULL, "表1!1|T:a\nb_x|-|D:2025-06-10|\n" },
                /* numbers keep what people typed */
                { "<row "
                  "r='1'><c><v>7.0000000000000007E-2</v></c><c><v>3.7080019900101123E+17</v></c><c><v>370800199001011</v></c><c><v>-0</"
                  "v></c>"
                  "<c><v>1E3</v></c><c><v>0.99999999999999999</v></c><c><v>12x</v></c><c><v>-12.50</v></c><c><v>0E5</v></c></row>",
                  NULL, "表1!1|N:0.07|N:3.7080019900101123E+17|N:370800199001011|N:0|N:1000|N:1|E:12x|N:-12.5|N:0|\n" },
                /* days that are none */
                { "<row r='1'><c s='1'><v>60</v></c><c s='1'><v>59</v></c><c s='1'><v>61</v></c><c s='1'><v>-3</v></c><c "
                  "s='1'><v>9999999</v></c></row>",
                  NULL, "表1!1|N:60|D:1900-02-28|D:1900-03-01|N:-3|N:9999999|\n" },
        };
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
                expect_read(book_simple(arena, table[i].rows, table[i].strings, STYLES), table[i].expected);
}

static void several_sheets(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        /* absolute and dotted targets, prefixes, a hidden sheet, a chart, 1904 */
        const BookPart parts[] = {
                book_root,
                { "xl/workbook.xml",
                  STR("<x:workbook xmlns:x='" BOOK_MAIN "' xmlns:rel='" BOOK_RELATION "'><x:workbookPr date1904='1'/><x:sheets>"
                      "<x:sheet name='甲' sheetId='7' rel:id='a'/><x:sheet name='字典' sheetId='2' state='hidden' rel:id='b'/>"
                      "<x:sheet name='图' sheetId='3' rel:id='c'/><x:sheet name='乙&amp;丙' sheetId='4' rel:id='d'/>"
                      "</x:sheets></x:workbook>") },
                { "xl/_rels/workbook.xml.rels",
                  STR("<Relationships><Relationship Id='a' Type='t/worksheet' Target='/xl/worksheets/one.xml'/>"
                      "<Relationship Id='b' Type='t/worksheet' Target='worksheets/no.xml'/><Relationship Id='c' Type='t/chartsheet' "
                      "Target='no.xml'/>"
                      "<Relationship Id='d' Type='t/worksheet' Target='./x/../Worksheets/TWO.xml'/>"
                      "<Relationship Id='e' Type='t/styles' Target='styles.xml'/></Relationships>") },
                { "xl/styles.xml", STR("<styleSheet>" STYLES "</styleSheet>") },
                { "xl/worksheets/one.xml",
                  STR("<x:worksheet xmlns:x='" BOOK_MAIN "'><x:sheetData><x:row><x:c s='1'><x:v>44356</x:v></x:c></x:row>"
                      "</x:sheetData></x:worksheet>") },
                { "xl/worksheets/two.xml", STR("<worksheet><sheetData><row r='3'><c><v>1</v></c></row></sheetData></worksheet>") },
        };
        Str book = book_zip(arena, parts, ARRAY_LENGTH(parts));
        expect_read(book, "甲!1|D:2025-06-10|\n乙&丙!3|N:1|\n");
        Told told = { .out = buffer_new(1000), .stop_after = 1 };
        Str why;
        assert_int_equal(sheet_read(book, tell, &told, arena, &why), RC_OK);
        assert_str(buffer_str(&told.out), "甲!1|D:2025-06-10|\n");
        buffer_free(&told.out);
}

/* ---- hostile workbooks ---------------------------------------------------------------------------------------- */

static void broken_books(void **state) {
        (void) state;
        static const struct {
                const char *rows, *strings;
                Rc          rc;
                const char *words;
        } table[] = {
                { "<row r='1'><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row>", NULL, RC_INVALID, "第 1 行第 1 列：这一格出现了两次" },
                { "<row r='2'><c><v>1</v></c></row><row r='2'><c><v>2</v></c></row>", NULL, RC_INVALID, "行号重复" },
                { "<row r='9999999'><c><v>1</v></c></row>", NULL, RC_TOOBIG, "最多 1048576 行" },
                { "<row r='1'><c r='ZZ1'><v>1</v></c></row>", NULL, RC_TOOBIG, "最多 256 列" },
                { "<row r='1'><c r='1A'><v>1</v></c></row>", NULL, RC_INVALID, "看不懂单元格的位置" },
                { "<row r='1'><c t='s'><v>7</v></c></row>", "<si><t>a</t></si>", RC_INVALID, "文字丢失" },
                { "<row r='1'><c t='s'><v>-1</v></c></row>", "<si><t>a</t></si>", RC_INVALID, "文字丢失" },
                { "<c><v>1</v></c>", NULL, RC_INVALID, "不在任何一行" },
                { "<row r='1'><c><v>1</v></row>", NULL, RC_INVALID, "读不下去" },
                { "<row r='1'><c><v>&nbsp;</v></c></row>", NULL, RC_INVALID, "读不下去" },
                { "<row r='0'><c><v>1</v></c></row>", NULL, RC_INVALID, "行号" },
        };
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
                expect_refused(book_simple(arena, table[i].rows, table[i].strings, NULL), table[i].rc, table[i].words);
}

static Str repeated(Arena *arena, const char *before, const char *what, size_t count, const char *after) {
        Buffer out = buffer_new((size_t) 2 << 30);
        buffer_add(&out, str_from(before));
        for (size_t i = 0; i < count; i++)
                buffer_add(&out, str_from(what));
        buffer_add(&out, str_from(after));
        Str text = str_copy(arena, buffer_str(&out));
        buffer_free(&out);
        return text;
}

static void expect_sheet_refused(Str sheet, Rc rc, const char *words) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        const BookPart parts[] = { book_root, book_workbook, book_relations, { "xl/worksheets/sheet1.xml", sheet } };
        expect_refused(book_zip(arena, parts, ARRAY_LENGTH(parts)), rc, words);
}

static void bombs(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        /* 10 MB in a cell, in a shared text, in one tag */
        expect_sheet_refused(repeated(arena, "<worksheet><sheetData><row r='3'><c r='B3' t='str'><v>", "0123456789", 1u << 20,
                                      "</v></c></row></sheetData></worksheet>"),
                             RC_TOOBIG, "第 3 行第 2 列：内容太长");
        Str strings = repeated(arena, "<si><t>", "0123456789", 1u << 20, "</t></si>");
        expect_refused(book_simple(arena, "<row r='1'><c t='s'><v>0</v></c></row>", strings.data, NULL), RC_TOOBIG, "内容太长");
        expect_read(book_simple(arena, "<row r='1'><c><v>5</v></c></row>", strings.data, NULL), "表1!1|N:5|\n");
        expect_sheet_refused(repeated(arena, "<worksheet a='", "0123456789", 2u << 20, "'/>"), RC_TOOBIG, "解开后太大");
        /* deep nesting, entities that grow, entities at all */
        expect_sheet_refused(repeated(arena, "<worksheet>", "<a>", 100000, ""), RC_INVALID, "嵌套过深");
        expect_sheet_refused(STR("<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
                                 "<worksheet><sheetData><row><c t='str'><v>&c;</v></c></row></sheetData></worksheet>"),
                             RC_INVALID, "DOCTYPE");
        expect_sheet_refused(STR("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><worksheet/>"), RC_INVALID, "DOCTYPE");
}

/* A gigabyte of nothing from a megabyte. */
static void zip_bomb(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        Str piece = repeated(arena, "", " ", 1u << 20, "");
        Buffer big = buffer_new((size_t) 2 << 30);
        buffer_add(&big, STR("<worksheet>"));
        for (int i = 0; i < 1100; i++)
                buffer_add(&big, piece);
        const BookPart parts[] = { book_root, book_workbook, book_relations, { "xl/worksheets/sheet1.xml", buffer_str(&big) } };
        Str book = book_zip(arena, parts, ARRAY_LENGTH(parts));
        buffer_free(&big);
        assert_true(book.length < 4u << 20);
        expect_refused(book, RC_TOOBIG, "解开后太大");
}

static void wrong_packages(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        const BookPart no_sheet[] = { book_root, book_workbook, book_relations };
        expect_refused(book_zip(arena, no_sheet, 3), RC_INVALID, "找不到工作表“表1”");
        const BookPart outside[] = { book_root, book_workbook,
                                     { "xl/_rels/workbook.xml.rels", STR("<Relationships><Relationship Id='rId1' Type='t/worksheet' "
                                                                         "Target='../../../../etc/passwd'/></Relationships>") } };
        expect_refused(book_zip(arena, outside, 3), RC_INVALID, "找不到工作表");
        const BookPart fetched[] = { book_root,
                                     book_workbook,
                                     { "xl/_rels/workbook.xml.rels",
                                       STR("<Relationships><Relationship Id='rId1' Type='t/worksheet' TargetMode='External' "
                                           "Target='http://example.invalid/x.xml'/></Relationships>") } };
        expect_refused(book_zip(arena, fetched, 3), RC_INVALID, "找不到工作表");
        const BookPart word[] = { { "word/document.xml", STR("<w/>") } }, nothing[] = { { "readme.txt", STR("x") } };
        const BookPart calc[] = { { "content.xml", STR("<o/>") } }, binary[] = { { "xl/workbook.bin", STR("x") } };
        expect_refused(book_zip(arena, word, 1), RC_INVALID, "Word");
        expect_refused(book_zip(arena, calc, 1), RC_INVALID, ".ods");
        expect_refused(book_zip(arena, binary, 1), RC_INVALID, ".xlsb");
        expect_refused(book_zip(arena, nothing, 1), RC_INVALID, "不是 Excel 工作簿");
}

/* Cut anywhere, or with a byte changed anywhere, a workbook is refused or read, and nothing breaks. */
static void torn_books(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        Str book = book_simple(arena, "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' s='1'><v>45818</v></c></row>",
                               "<si><t>姓名</t></si>", STYLES);
        uint32_t refused = 0;
        for (size_t end = 3; end < book.length; end += 7)
                expect_refused(str_slice(book, 0, end), RC_INVALID, "损坏");
        for (size_t at = 4; at < book.length; at += 3) {
                Arena *own CLEAN(arena_cleanup) = arena_new(CAP);
                char *bytes = ARENA_NEW(own, char, book.length);
                Told told = { .out = buffer_new(1u << 20) };
                Str why = { 0 };
                memcpy(bytes, book.data, book.length);
                bytes[at] = (char) (bytes[at] ^ 0x5a);
                Rc rc = sheet_read((Str){ bytes, book.length }, tell, &told, own, &why);
                assert_true(rc == RC_OK || (why.length > 0 && (rc == RC_INVALID || rc == RC_TOOBIG)));
                refused += rc != RC_OK;
                buffer_free(&told.out);
        }
        assert_true(refused > book.length / 6);
}

static void other_files(void **state) {
        (void) state;
        static const struct {
                Str         bytes;
                const char *words;
        } table[] = {
                { STR_INIT(""), "空的" },
                { STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."), "旧的 .xls" },
                { STR_INIT("\xd0\xcf\x11\xe0...E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"), "去掉密码" },
                { STR_INIT("%PDF-1.7"), "PDF" },
                { STR_INIT("\xff\xfe\x01\x02"), "UTF-16" },
                { STR_INIT("\xef\xbb\xbf <html><table>"), "网页" },
                { STR_INIT("Rar!\x1a\x07"), "解压" },
                { STR_INIT("a,b\n\xff\xff,\x80\n"), "第 2 行有认不出的字符" },
                { STR_INIT("a,b\n\0,c"), "第 2 行有认不出的字符" },
                { STR_INIT("a,b\n\"c,d\n"), "第 2 行第 1 列：引号" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
                expect_refused(table[i].bytes, RC_INVALID, table[i].words);
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        expect_refused((Str){ ARENA_NEW(arena, char, SHEET_BYTES_MAX + 1), SHEET_BYTES_MAX + 1 }, RC_TOOBIG, "64 MB");
        expect_refused(repeated(arena, "a,\"", "0123456789", 4000, "\""), RC_TOOBIG, "太长");
        expect_refused(repeated(arena, "", "x,", 257, ""), RC_TOOBIG, "256 列");
        expect_refused(repeated(arena, "", "x\n", SHEET_ROWS_MAX + 1, ""), RC_TOOBIG, "1048576");
}

static void text_files(void **state) {
        (void) state;
        static const struct {
                Str         bytes;
                const char *expected;
        } table[] = {
                { STR_INIT("姓名,年龄\r\n张三,12\r\n"), "!1|T:姓名|T:年龄|\n!2|T:张三|T:12|\n" },
                { STR_INIT("\xef\xbb\xbf姓名\t备注\n张三\t\"a\t\"\"b\"\"\nc\"\n\n李四"), "!1|T:姓名|T:备注|\n!2|T:张三|T:a\t\"b\"\nc|\n!4|T:李四|\n" },
                { STR_INIT("a;b\rc;d"), "!1|T:a|T:b|\n!2|T:c|T:d|\n" },
                { STR_INIT("\xd0\xd5\xc3\xfb,a\n\xd5\xc5\xc8\xfd,\x98\x32\xcf\x31\n"), "!1|T:姓名|T:a|\n!2|T:张三|T:\xf0\xa9\x9a\xa5|\n" },
                { STR_INIT(",,\na,,\n,b"), "!2|T:a|\n!3|-|T:b|\n" },
                { STR_INIT("=\"0371\",'=x,'y,a\"b,\"\""), "!1|T:0371|T:=x|T:'y|T:a\"b|\n" },
                { STR_INIT("a"), "!1|T:a|\n" },
                { STR_INIT("\n\n"), "" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
                expect_read(table[i].bytes, table[i].expected);
}

/* ---- writing --------------------------------------------------------------------------------------------------- */

static void written_is_read(void **state) {
        (void) state;
        Arena *arena CLEAN(arena_cleanup) = arena_new(CAP);
        Str folder = folder_new(arena), path = str_format(arena, "%.*s/a.xlsx", STR_ARG(folder));
        SheetWriter *writer = NULL;
        assert_int_equal(sheet_writer_open(path.data, STR("登记表"), &writer), RC_OK);
        sheet_writer_text_column(writer, 0);
        const SheetCell header[] = { { SHEET_TEXT, STR("号码"), 0 }, { SHEET_TEXT, STR("金额"), 0 }, { SHEET_TEXT, STR("日期"), 0 } };
        const SheetStyle heads[] = { STYLE_HEADER, STYLE_HEADER, STYLE_HEADER },
                         marks[] = { STYLE_FAULT, STYLE_FAULT, STYLE_NOTE, STYLE_FAULT };
        const SheetCell row[] = { { SHEET_TEXT, STR("11010519491231002X"), 0 }, { SHEET_NUMBER, STR("1234.56"), 0 },
                                  { SHEET_DATE, STR("2025-06-10"), 20249 }, { SHEET_EMPTY, { 0 }, 0 } };
        const SheetCell odd[] = { { SHEET_NUMBER, STR("370800199001011234"), 0 },
                                  { SHEET_TEXT, STR("=1+1"), 0 },
                                  { SHEET_TEXT, STR("a\nb\x01<&"), 0 },
                                  { SHEET_NUMBER, STR("3.1%"), 0 },
                                  { SHEET_TRUTH, STR("是"), 0 } };
        sheet_writer_row(writer, header, heads, 3);
        sheet_writer_row(writer, row, marks, 4);
        sheet_writer_comment(writer, 1, STR("应是整数"));
        sheet_writer_row(writer, odd, NULL, 5);
        assert_int_equal(sheet_writer_close(writer), RC_OK);
        Str bytes = folder_read(arena, folder, "a.xlsx");
        expect_read(bytes, "登记表!1|T:号码|T:金额|T:日期|\n登记表!2|T:11010519491231002X|N:1234.56|D:2025-06-10|\n"
                           "登记表!3|T:370800199001011234|T:=1+1|T:a\nb<&|T:3.1%|T:是|\n");
        assert_int_equal(sheet_writer_open("/nowhere/at/all.xlsx", STR("x"), &writer), RC_OK);
        sheet_writer_row(writer, header, heads, 3);
        assert_int_equal(sheet_writer_close(writer), RC_IO);
        assert_int_equal(sheet_writer_open(path.data, STR("[bad]*name?"), &writer), RC_OK);
        const SheetCell huge = { SHEET_TEXT, repeated(arena, "", "x", 40000, ""), 0 };
        sheet_writer_row(writer, &huge, NULL, 1);
        assert_int_equal(sheet_writer_close(writer), RC_TOOBIG);
        folder_remove(folder);
}

/* ---- registers -------------------------------------------------------------------------------------------------- */

typedef bool CheckFunction(Str text, Arena *arena, Str *ret_why);

static bool identity(Str text, Arena *arena, Str *ret_why) {
        return identity_number_check(text, date_from_civil(2025, 6, 10), arena, ret_why);
}

static void checks(void **state) {
        (void) state;
        static const struct {
                CheckFunction *check;
                const char    *text, *words;   /* NULL: right */
        } table[] = {
                { identity, "11010519491231002X", NULL },
                { identity, "110105194912310021", "第 18 位校验码和前 17 位不符" },
                { identity, "11010519491231002x", "第 18 位的字母请用大写" },
                { identity, "1101051949123100", "应是 18 位，这里有 16 位" },
                { identity, "110105491231002", "15 位的旧号码" },
                { identity, "1101O519491231002X", "第 5 位应是数字，这里是“O”" },
                { identity, "01010519491231002X", "第 1 至 2 位不是任何省份" },
                { identity, "11010519491331002X", "第 7 至 14 位不是出生日期" },
                { identity, "11010520991231002X", "还没有到" },
                { identity, "1101051949123100二X", "第 17 位" },
                { identity, "", "这里有 0 位" },
                { credit_code_check, "91350100M000100Y43", NULL },
                { credit_code_check, "91350100M000100Y44", "第 18 位校验码应是 3，这里是 4" },
                { credit_code_check, "91350100M000100Y93", "第 17 位校验码应是 4" },
                { credit_code_check, "91350100I000100Y43", "第 9 位应是数字或大写字母" },
                { credit_code_check, "91350100M000100Y4", "这里有 17 位，请核对是否漏了" },
                { credit_code_check, "9135A100M000100Y43", "第 5 位应是数字" },
                { division_code_check, "370800", NULL },
                { division_code_check, "370811001002", NULL },
                { division_code_check, "3708", "这里有 4 位" },
                { division_code_check, "00080a", "第 6 位应是数字" },
                { division_code_check, "000800", "第 1 至 2 位不是任何省份" },
                { mobile_number_check, "13812345678", NULL },
                { mobile_number_check, "+8613812345678", "去掉前面的 +86" },
                { mobile_number_check, "05372345678", "固定电话" },
                { mobile_number_check, "12812345678", "第 2 位应是 3 到 9，请" },
                { mobile_number_check, "1381234567", "这里有 10 位" },
                { mobile_number_check, "23812345678", "第 1 位应是 1" },
        };
        Arena *arena CLEAN(arena_cleanup) = arena_new(1u << 20);
        for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
                Str why = STR("");
                size_t at;
                bool right = table[i].check(str_from(table[i].text), arena, &why);
                if (right != (table[i].words == NULL) || (!right && !str_find(why, str_from(table[i].words), &at)))
                        fail_msg("%s: %.*s", table[i].text, STR_ARG(why));
                bool person = table[i].check == identity || table[i].check == mobile_number_check;
                for (const char *from = table[i].text; person && strlen(from) > 3; from++)     /* where it is masked the sentence is not */
                        if (str_find(why, (Str){ from, 4 }, &at))
                                fail_msg("%s: %.*s", table[i].text, STR_ARG(why));
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(shapes),       cmocka_unit_test(several_sheets), cmocka_unit_test(broken_books),
                cmocka_unit_test(bombs),        cmocka_unit_test(zip_bomb),       cmocka_unit_test(wrong_packages),
                cmocka_unit_test(torn_books),   cmocka_unit_test(other_files),    cmocka_unit_test(text_files),
                cmocka_unit_test(written_is_read), cmocka_unit_test(checks),
        };
        return cmocka_run_group_tests_name("sheets", tests, NULL, NULL);
}
