/* An XLSX workbook: parts of a zip file, read by expat as they are unpacked; rows are handed on as they end.
 *
 * Everything in the file may be wrong or hostile: what is unpacked is counted (sizes in the file are not believed), a document
 * type is refused, texts, rows and columns have limits, and nothing is taken for what it is not. */
#include "records/xlsx_inside.h"

#include "base/map.h"

#include <expat.h>
#include <string.h>
#include <zip.h>

#define ARENA_MAX ((size_t) 2 << 30)
#define ROW_ARENA_MAX ((size_t) 64 << 20)
#define STRINGS_BYTES_MAX ((size_t) 512 << 20)
#define STRINGS_MAX (8u << 20)
#define SHEETS_MAX 256u
#define STYLES_MAX 65536u
#define PIECE 65536
#define PENDING_MAX (4 << 20)      /* bytes of one tag or comment */
#define DEPTH_MAX 64
#define RESAVE "请用 WPS 或 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后再上传。"

typedef struct Relation {
        Str id, type, path;
} Relation;

typedef struct SheetPart {
        Str  name, path;
        bool hidden;
} SheetPart;

typedef struct Book {
        zip_t            *zip;
        Arena            *arena;             /* as long as the reading */
        Arena            *row_arena;
        uint64_t          unpacked;
        Relation         *relations;         /* of the part read last */
        uint32_t          relation_count, relation_capacity;
        SheetPart        *sheets;
        uint32_t          sheet_count, sheet_capacity;
        Str              *strings;
        uint32_t          string_count, string_capacity;
        size_t            string_bytes;
        Map              *custom_forms;      /* format id → NumberForm */
        uint8_t          *styles;            /* NumberForm by cell format */
        uint32_t          style_count, style_capacity;
        bool              epoch_1904;
        SheetRowFunction *function;
        void             *context;
        bool              stopped;
        Arena            *why_arena;
        Str              *ret_why;
} Book;

typedef enum ValueType { VALUE_NUMBER, VALUE_SHARED, VALUE_TEXT, VALUE_TRUTH, VALUE_ERROR, VALUE_DATE } ValueType;

typedef struct Parse Parse;
typedef void ElementFunction(Parse *parse, const char **attributes);
typedef struct ElementRule {
        const char      *name;               /* without namespace prefix; NULL ends the list */
        ElementFunction *start, *end;
} ElementRule;

/* One part being read. */
struct Parse {
        Book              *book;
        XML_Parser         parser;
        const ElementRule *rules;
        Rc                 rc;
        uint32_t           depth;
        Str                base;             /* folder of the part, for relations */
        bool               in_formats;       /* cellXfs */
        /* text being collected */
        bool               collecting, phonetic;
        char              *text;             /* SHEET_CELL_MAX + 1 bytes */
        size_t             text_length;      /* may be SHEET_CELL_MAX + 1: too long */
        /* the row */
        SheetRow           row;
        uint32_t           column;           /* of the cell, from 1 */
        ValueType          type;
        uint32_t           style;
        bool               has_value, has_formula, has_cell;
};

static Rc fail(Book *book, Rc rc, Str why) {
        *book->ret_why = str_copy(book->why_arena, why);
        return rc;
}

static void stop(Parse *parse, Rc rc, Str why) {
        if (parse->rc == RC_OK && !parse->book->stopped)
                parse->rc = fail(parse->book, rc, why);
        (void) XML_StopParser(parse->parser, XML_FALSE);
}

static const char *local_name(const char *name) {
        const char *colon = strrchr(name, ':');
        return colon ? colon + 1 : name;
}

static Str attribute(const char **attributes, const char *name) {
        for (; attributes[0]; attributes += 2)
                if (strcmp(local_name(attributes[0]), name) == 0)
                        return str_from(attributes[1]);
        return (Str){ 0 };
}

static bool is_set(Str truth) {
        return str_equal(truth, STR("1")) || str_equal(truth, STR("true"));
}

/* ---- any part ---------------------------------------------------------------------------------------------- */

static const ElementRule *rule_of(const Parse *parse, const char *name) {
        const char *local = local_name(name);
        for (const ElementRule *rule = parse->rules; rule->name; rule++)
                if (strcmp(rule->name, local) == 0)
                        return rule;
        return NULL;
}

static void on_start(void *context, const char *name, const char **attributes) {
        Parse *parse = context;
        if (++parse->depth > DEPTH_MAX) {
                stop(parse, RC_INVALID, STR("文件内容嵌套过深，不是正常的工作簿。" RESAVE));
                return;
        }
        const ElementRule *rule = rule_of(parse, name);
        if (rule && rule->start && parse->rc == RC_OK && !parse->book->stopped)
                rule->start(parse, attributes);
}

static void on_end(void *context, const char *name) {
        Parse *parse = context;
        parse->depth--;
        const ElementRule *rule = rule_of(parse, name);
        if (rule && rule->end && parse->rc == RC_OK && !parse->book->stopped)
                rule->end(parse, NULL);
}

static void on_text(void *context, const char *bytes, int length) {
        Parse *parse = context;
        size_t room = SHEET_CELL_MAX + 1 - parse->text_length, size = (size_t) length;
        if (!parse->collecting || parse->phonetic)
                return;
        memcpy(parse->text + parse->text_length, bytes, size < room ? size : room);
        parse->text_length += size < room ? size : room;
}

static void on_doctype(void *context, const char *name, const char *system, const char *public, int internal) {
        (void) name, (void) system, (void) public, (void) internal;
        stop(context, RC_INVALID, STR("文件里有工作簿不该有的内容（DOCTYPE），为安全起见不读取。" RESAVE));
}

/* Feeds the part to the parser as it is unpacked. */
static Rc feed(Parse *parse, zip_file_t *file) {
        Book *book = parse->book;
        for (int64_t fed = 0, eaten = 0;;) {
                void *piece = XML_GetBuffer(parse->parser, PIECE);
                zip_int64_t size = piece ? zip_fread(file, piece, PIECE) : -1;
                if (size < 0)
                        return fail(book, RC_INVALID, STR("文件内容已损坏，或没有下载完整。" RESAVE));
                fed += size;
                book->unpacked += (uint64_t) size;
                if (book->unpacked > SHEET_UNPACKED_MAX || fed - eaten > PENDING_MAX)
                        return fail(book, RC_TOOBIG, STR("文件解开后太大，不是正常的工作簿；请只保留要导入的工作表，或分成几个文件。"));
                enum XML_Status status = XML_ParseBuffer(parse->parser, (int) size, size == 0);
                if (parse->rc != RC_OK || book->stopped)
                        return parse->rc;
                if (status != XML_STATUS_OK)
                        return fail(book, RC_INVALID, STR("文件内容已损坏，读不下去。" RESAVE));
                if (size == 0)
                        return RC_OK;
                eaten = XML_GetCurrentByteIndex(parse->parser);
        }
}

/* RC_MISSING without a sentence: there is no such part. */
static Rc read_part(Book *book, Str path, const ElementRule *rules, Parse *parse) {
        zip_stat_t about;
        const char *name = str_copy(book->arena, path).data;
        if (zip_stat(book->zip, name, 0, &about) != 0 && zip_stat(book->zip, name, ZIP_FL_NOCASE, &about) != 0)
                return RC_MISSING;
        if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) && about.encryption_method != ZIP_EM_NONE)
                return fail(book, RC_INVALID, STR("这个文件加了密码。请先去掉密码，另存后再上传。"));
        zip_file_t *file = zip_fopen_index(book->zip, about.index, 0);
        if (!file)
                return fail(book, RC_INVALID, STR("文件内容已损坏，或没有下载完整。" RESAVE));
        parse->book = book;
        parse->rules = rules;
        parse->parser = XML_ParserCreate(NULL);
        parse->text = ARENA_NEW(book->arena, char, SHEET_CELL_MAX + 1);
        MUST(parse->parser != NULL);
        XML_SetUserData(parse->parser, parse);
        XML_SetElementHandler(parse->parser, on_start, on_end);
        XML_SetCharacterDataHandler(parse->parser, on_text);
        XML_SetStartDoctypeDeclHandler(parse->parser, on_doctype);
        Rc rc = feed(parse, file);
        XML_ParserFree(parse->parser);
        (void) zip_fclose(file);   /* read to its end, or given up */
        return rc;
}

/* ---- relations, workbook, styles, texts ----------------------------------------------------------------- */

/* The place in the package that `target` means, seen from the folder `base`. */
static Str resolved(Arena *arena, Str base, Str target) {
        Str parts[DEPTH_MAX];
        uint32_t count = 0;
        Str whole = str_starts(target, STR("/")) ? target : str_format(arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(target));
        while (whole.length) {
                Str part = str_cut(&whole, '/');
                if (str_equal(part, STR("..")))
                        count -= count > 0;
                else if (part.length && !str_equal(part, STR(".")) && count < DEPTH_MAX)
                        parts[count++] = part;
        }
        Str path = { 0 };
        for (uint32_t i = 0; i < count; i++)
                path = i ? str_format(arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(parts[i])) : parts[i];
        return path;
}

static void start_relation(Parse *parse, const char **attributes) {
        Book *book = parse->book;
        if (book->relation_count >= SHEETS_MAX * 4 || str_equal(attribute(attributes, "TargetMode"), STR("External")))
                return;
        *ARENA_PUSH(book->arena, book->relations, book->relation_count, book->relation_capacity) = (Relation){
                .id = str_copy(book->arena, attribute(attributes, "Id")), .type = str_copy(book->arena, attribute(attributes, "Type")),
                .path = str_copy(book->arena, resolved(book->arena, parse->base, attribute(attributes, "Target"))),
        };
}

/* The first relation of a kind, or with an id. */
static const Relation *find_relation(const Book *book, Str id, Str kind) {
        for (uint32_t i = 0; i < book->relation_count; i++)
                if (id.length ? str_equal(book->relations[i].id, id) : str_ends(book->relations[i].type, kind))
                        return &book->relations[i];
        return NULL;
}

static Rc read_relations(Book *book, Str part) {
        static const ElementRule rules[] = { { "Relationship", start_relation, NULL }, { NULL, NULL, NULL } };
        Str folder = { 0 }, file = part, piece;
        while (memchr(file.data, '/', file.length)) {
                piece = str_cut(&file, '/');
                folder = (Str){ part.data, (size_t) (piece.data + piece.length - part.data) };
        }
        Parse parse = { .base = folder };
        book->relation_count = 0;
        Rc rc = read_part(book, resolved(book->arena, folder, str_format(book->arena, "_rels/%.*s.rels", STR_ARG(file))), rules, &parse);
        return rc == RC_MISSING ? RC_OK : rc;
}

static void start_workbook(Parse *parse, const char **attributes) {
        parse->book->epoch_1904 = is_set(attribute(attributes, "date1904"));
}

static void start_sheet(Parse *parse, const char **attributes) {
        Book *book = parse->book;
        Str id = { 0 }, state = attribute(attributes, "state");
        for (const char **at = attributes; at[0]; at += 2)
                if (strchr(at[0], ':') && strcmp(local_name(at[0]), "id") == 0)
                        id = str_from(at[1]);
        const Relation *relation = id.length ? find_relation(book, id, (Str){ 0 }) : NULL;
        if (book->sheet_count >= SHEETS_MAX) {
                stop(parse, RC_TOOBIG, STR("工作表太多（超过 256 张），请只保留要导入的工作表。"));
                return;
        }
        if (relation && !str_ends(relation->type, STR("/worksheet")))
                return;                          /* a chart */
        *ARENA_PUSH(book->arena, book->sheets, book->sheet_count, book->sheet_capacity) = (SheetPart){
                .name = str_copy(book->arena, attribute(attributes, "name")), .path = relation ? relation->path : (Str){ 0 },
                .hidden = str_equal(state, STR("hidden")) || str_equal(state, STR("veryHidden")),
        };
}

static void start_format(Parse *parse, const char **attributes) {
        Book *book = parse->book;
        if (map_count(book->custom_forms) < STYLES_MAX)
                map_set(book->custom_forms, str_copy(book->arena, attribute(attributes, "numFmtId")),
                        xlsx_custom_form(attribute(attributes, "formatCode")));
}

static void start_formats(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->in_formats = true;
}

static void end_formats(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->in_formats = false;
}

static void start_style(Parse *parse, const char **attributes) {
        Book *book = parse->book;
        Str id = attribute(attributes, "numFmtId");
        int64_t number = 0;
        uint32_t form = FORM_PLAIN;
        if (!parse->in_formats || book->style_count >= STYLES_MAX)
                return;
        if (!map_get(book->custom_forms, id, &form) && str_to_int(id, &number))
                form = xlsx_builtin_form(number);
        *ARENA_PUSH(book->arena, book->styles, book->style_count, book->style_capacity) = (uint8_t) form;
}

static void start_collecting(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->collecting = true;
}

static void end_collecting(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->collecting = false;
}

static void start_phonetic(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->phonetic = true;
}

static void end_phonetic(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->phonetic = false;
}

static void start_item(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->text_length = 0;
}

/* A text that is too long keeps its length, so that a cell that uses it is refused. */
static void end_item(Parse *parse, const char **attributes) {
        (void) attributes;
        Book *book = parse->book;
        book->string_bytes += parse->text_length;
        if (book->string_count >= STRINGS_MAX || book->string_bytes > STRINGS_BYTES_MAX) {
                stop(parse, RC_TOOBIG, STR("文件里的文字太多，请分成几个文件。"));
                return;
        }
        Str text = str_copy(book->arena, (Str){ parse->text, parse->text_length });
        *ARENA_PUSH(book->arena, book->strings, book->string_count, book->string_capacity) =
                parse->text_length > SHEET_CELL_MAX ? text : xlsx_unescape(book->arena, text);
}

/* ---- a sheet ------------------------------------------------------------------------------------------------ */

static void refuse_place(Parse *parse, Rc rc, const char *what) {
        Str why = str_format(parse->book->why_arena, "工作表“%.*s”第 %u 行第 %u 列：%s", STR_ARG(parse->row.sheet), parse->row.number,
                             parse->column, what);
        stop(parse, rc, why);
}

static void start_row(Parse *parse, const char **attributes) {
        Str reference = attribute(attributes, "r");
        int64_t number = parse->row.number + 1;
        parse->column = 0;
        if (reference.length && (!str_to_int(reference, &number) || number <= parse->row.number)) {
                refuse_place(parse, RC_INVALID, "后面的行号重复或乱了，文件可能已损坏。" RESAVE);
                return;
        }
        if (number > SHEET_ROWS_MAX) {
                refuse_place(parse, RC_TOOBIG, "行太多了（最多 1048576 行），请分成几个文件。");
                return;
        }
        parse->row.number = (uint32_t) number;
        parse->row.count = 0;
        parse->has_cell = false;
        arena_reset(parse->book->row_arena);
        parse->row.cells = ARENA_NEW(parse->book->row_arena, SheetCell, SHEET_COLUMNS_MAX);
}

/* "BC12" is column 55; 0 when it is no place in a sheet. */
static uint32_t column_of(Str reference) {
        uint32_t column = 0;
        for (size_t i = 0; i < reference.length && i < 3 && reference.data[i] >= 'A' && reference.data[i] <= 'Z'; i++)
                column = column * 26 + (uint32_t) (reference.data[i] - 'A') + 1;
        return column;
}

static void start_cell(Parse *parse, const char **attributes) {
        static const struct {
                Str       name;
                ValueType type;
        } types[] = {
                { STR_INIT("s"), VALUE_SHARED }, { STR_INIT("str"), VALUE_TEXT },  { STR_INIT("inlineStr"), VALUE_TEXT },
                { STR_INIT("b"), VALUE_TRUTH },  { STR_INIT("e"), VALUE_ERROR },   { STR_INIT("d"), VALUE_DATE },
        };
        Str reference = attribute(attributes, "r"), type = attribute(attributes, "t");
        int64_t style = 0;
        if (parse->row.number == 0) {
                refuse_place(parse, RC_INVALID, "单元格不在任何一行里，文件可能已损坏。" RESAVE);
                return;
        }
        parse->column = reference.length ? column_of(reference) : parse->column + 1;
        if (parse->column == 0) {
                refuse_place(parse, RC_INVALID, "看不懂单元格的位置，文件可能已损坏。" RESAVE);
                return;
        }
        parse->type = VALUE_NUMBER;
        for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
                if (str_equal(type, types[i].name))
                        parse->type = types[i].type;
        parse->style = str_to_int(attribute(attributes, "s"), &style) && style >= 0 && style < STYLES_MAX ? (uint32_t) style : 0;
        parse->text_length = 0;
        parse->has_value = parse->has_formula = false;
}

static void start_value(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->collecting = parse->has_value = true;
}

static void start_formula(Parse *parse, const char **attributes) {
        (void) attributes;
        parse->has_formula = true;
}

/* The cell of a text that is there; it belongs to the row. */
static SheetCell text_cell(Str text) {
        return (SheetCell){ .kind = text.length ? SHEET_TEXT : SHEET_EMPTY, .text = text };
}

static SheetCell cell_of(Parse *parse, Str text) {
        Book *book = parse->book;
        SheetCell cell = { 0 };
        int64_t number;
        NumberForm form = parse->style < book->style_count ? (NumberForm) book->styles[parse->style] : FORM_PLAIN;
        switch (parse->type) {
        case VALUE_NUMBER:
                return xlsx_number(book->row_arena, text, form, book->epoch_1904);
        case VALUE_SHARED:
                if (str_to_int(text, &number) && number >= 0 && number < book->string_count)
                        return text_cell(book->strings[number]);
                refuse_place(parse, RC_INVALID, "文字丢失了，文件可能已损坏。" RESAVE);
                return cell;
        case VALUE_TEXT:
                return text_cell(xlsx_unescape(book->row_arena, text));
        case VALUE_TRUTH:
                return (SheetCell){ .kind = SHEET_TRUTH, .text = is_set(text) ? STR("是") : STR("否") };
        case VALUE_ERROR:
                return (SheetCell){ .kind = SHEET_ERROR, .text = text };
        case VALUE_DATE:
                cell = text_cell(text);
                if (date_parse(str_slice(text, 0, 10), &cell.days)) {
                        cell.kind = SHEET_DATE;
                        cell.text = str_slice(text, 0, 10);
                }
                return cell;
        }
        return cell;
}

static void end_cell(Parse *parse, const char **attributes) {
        (void) attributes;
        SheetCell cell = { 0 };
        if (parse->text_length > 0) {
                Str text = { parse->text, parse->text_length };
                cell = parse->text_length > SHEET_CELL_MAX ? text_cell(text) : cell_of(parse, str_copy(parse->book->row_arena, text));
        } else if (parse->has_formula && !parse->has_value)
                cell = (SheetCell){ .kind = SHEET_ERROR, .text = STR("公式没有结果") };
        if (parse->rc != RC_OK || cell.kind == SHEET_EMPTY)
                return;
        if (cell.text.length > SHEET_CELL_MAX)
                refuse_place(parse, RC_TOOBIG, "内容太长了，一格最多 32767 个字节（约一万字），请缩短。");
        else if (parse->column > SHEET_COLUMNS_MAX)
                refuse_place(parse, RC_TOOBIG, "列太多了，最多 256 列，请删去不用的列。");
        else if (parse->row.cells[parse->column - 1].kind != SHEET_EMPTY)
                refuse_place(parse, RC_INVALID, "这一格出现了两次，文件可能已损坏。" RESAVE);
        else {
                parse->row.cells[parse->column - 1] = cell;
                parse->row.count = parse->column > parse->row.count ? parse->column : parse->row.count;
                parse->has_cell = true;
        }
}

static void end_row(Parse *parse, const char **attributes) {
        (void) attributes;
        if (!parse->has_cell || parse->book->function(parse->book->context, &parse->row))
                return;
        parse->book->stopped = true;
        (void) XML_StopParser(parse->parser, XML_FALSE);
}

static Rc read_sheet(Book *book, const SheetPart *sheet, uint32_t number) {
        static const ElementRule rules[] = {
                { "c", start_cell, end_cell },         { "v", start_value, end_collecting },      { "row", start_row, end_row },
                { "t", start_value, end_collecting },  { "f", start_formula, NULL },              { "rPh", start_phonetic, end_phonetic },
                { NULL, NULL, NULL },
        };
        Parse parse = { .row = { .sheet = sheet->name, .sheet_number = number } };
        Rc rc = sheet->path.length ? read_part(book, sheet->path, rules, &parse) : RC_MISSING;
        if (rc != RC_MISSING)
                return rc;
        return fail(book, RC_INVALID, str_format(book->why_arena, "文件里找不到工作表“%.*s”的内容，可能已损坏。" RESAVE, STR_ARG(sheet->name)));
}

/* ---- the workbook ------------------------------------------------------------------------------------------- */

static Rc read_optional(Book *book, Str kind, const ElementRule *rules) {
        const Relation *relation = find_relation(book, (Str){ 0 }, kind);
        Parse parse = { 0 };
        Rc rc = relation ? read_part(book, relation->path, rules, &parse) : RC_MISSING;
        return rc == RC_MISSING ? RC_OK : rc;
}

static Rc read_book(Book *book) {
        static const ElementRule workbook_rules[] = {
                { "workbookPr", start_workbook, NULL }, { "sheet", start_sheet, NULL }, { NULL, NULL, NULL },
        };
        static const ElementRule string_rules[] = {
                { "t", start_collecting, end_collecting }, { "si", start_item, end_item }, { "rPh", start_phonetic, end_phonetic },
                { NULL, NULL, NULL },
        };
        static const ElementRule style_rules[] = {
                { "xf", start_style, NULL },
                { "cellXfs", start_formats, end_formats },
                { "numFmt", start_format, NULL },
                { NULL, NULL, NULL },
        };
        Rc rc = read_relations(book, (Str){ "", 0 });
        if (rc != RC_OK)
                return rc;
        const Relation *relation = find_relation(book, (Str){ 0 }, STR("/officeDocument"));
        Str path = relation ? relation->path : STR("xl/workbook.xml");
        Parse parse = { 0 };
        rc = read_relations(book, path);
        if (rc == RC_OK)
                rc = read_part(book, path, workbook_rules, &parse);
        if (rc == RC_MISSING || (rc == RC_OK && book->sheet_count == 0))
                return fail(book, RC_INVALID, STR("这个文件不是 Excel 工作簿，或已经损坏。" RESAVE));
        if (rc == RC_OK)
                rc = read_optional(book, STR("/sharedStrings"), string_rules);
        if (rc == RC_OK)
                rc = read_optional(book, STR("/styles"), style_rules);
        uint32_t number = 0;
        for (uint32_t i = 0; rc == RC_OK && !book->stopped && i < book->sheet_count; i++)
                if (!book->sheets[i].hidden)
                        rc = read_sheet(book, &book->sheets[i], ++number);
        return rc;
}

/* Other zip files that people send by mistake. */
static Rc refuse_others(Book *book) {
        static const struct {
                const char *part;
                Str         why;
        } others[] = {
                { "xl/workbook.bin", STR_INIT("这是 .xlsb 格式，读不了。" RESAVE) },
                { "word/document.xml", STR_INIT("这是 Word 文档，不是表格。请把表格复制到 Excel 里，另存为 .xlsx 后再上传。") },
                { "content.xml", STR_INIT("这是 .ods 格式，读不了。请另存为“Excel 工作簿（*.xlsx）”后再上传。") },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
                if (zip_name_locate(book->zip, others[i].part, 0) >= 0)
                        return fail(book, RC_INVALID, others[i].why);
        return RC_OK;
}

Rc xlsx_read(Str bytes, SheetRowFunction *function, void *context, Arena *arena, Str *ret_why) {
        Book book = { .arena = arena_new(ARENA_MAX), .row_arena = arena_new(ROW_ARENA_MAX), .function = function, .context = context,
                      .why_arena = arena, .ret_why = ret_why };
        zip_error_t error;
        zip_error_init(&error);
        book.custom_forms = map_new(book.arena);
        zip_source_t *source = zip_source_buffer_create(bytes.data, bytes.length, 0, &error);
        book.zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
        Rc rc;
        if (book.zip) {
                rc = refuse_others(&book);
                if (rc == RC_OK)
                        rc = read_book(&book);
                zip_discard(book.zip);
        } else {
                zip_source_free(source);
                rc = fail(&book, RC_INVALID, STR("文件已损坏，或没有下载完整。" RESAVE));
        }
        zip_error_fini(&error);
        (void) arena_free(book.row_arena);
        (void) arena_free(book.arena);
        return rc;
}
