/* A Word file of the fewest parts: document, styles, settings, header, footer, properties. Styles carry every look, so that an
 * office can change the look of a report in one place. */
#include "insight/report_inside.h"
#include "insight/report_style.h"
#include "insight/xml.h"

#include <zip.h>

#define DOCX_ARENA ((size_t) 256 << 20)
#define PART_MAX ((size_t) 64 << 20)
#define ZIP_EPOCH 315532800              /* 1980-01-01: the same report is the same file */
#define PARTS_MAX 10

#define SCHEMAS "http://schemas.openxmlformats.org/"
#define WORD SCHEMAS "wordprocessingml/2006/main"
#define RELATIONS SCHEMAS "officeDocument/2006/relationships"
#define PACKAGE_RELATIONS SCHEMAS "package/2006/relationships"
#define PACKAGE_TYPE "application/vnd.openxmlformats-package."
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

typedef struct Docx {
        const ReportPage *page;
        Arena            *arena;
        Str               names[PARTS_MAX], parts[PARTS_MAX];
        uint32_t          count;
} Docx;

typedef void PartWriter(const Docx *docx, Xml *xml);

/* ---- pieces ---------------------------------------------------------------------------------------------- */

static void open_word(Xml *xml, const char *name) {
        xml_open(xml, name);
        xml_attribute(xml, "xmlns:w", STR(WORD));
        xml_attribute(xml, "xmlns:r", STR(RELATIONS));
}

static void value_leaf(Xml *xml, const char *name, int64_t value) {
        xml_open(xml, name);
        xml_number(xml, "w:val", value);
        xml_end(xml);
}

static void write_run(Xml *xml, Str text) {
        xml_open(xml, "w:r");
        xml_open(xml, "w:t");
        xml_attribute(xml, "xml:space", STR("preserve"));
        xml_text(xml, text);
        xml_end(xml);
        xml_end(xml);
}

static void open_paragraph(Xml *xml, ReportStyle style) {
        xml_open(xml, "w:p");
        xml_open(xml, "w:pPr");
        xml_leaf(xml, "w:pStyle", "w:val", str_from(REPORT_STYLES[style].id));
        xml_end(xml);
}

static void write_paragraph(Xml *xml, ReportStyle style, Str text) {
        open_paragraph(xml, style);
        write_run(xml, text);
        xml_end(xml);
}

/* ---- the document ---------------------------------------------------------------------------------------- */

static const struct {
        int         width;               /* twips: a first proposal, Word fits it to the text */
        ReportStyle style;
} columns[REPORT_COLUMNS] = {
        [REPORT_TARGET] = { 2000, STYLE_TABLE_CELL },     [REPORT_REQUIREMENT] = { 1800, STYLE_TABLE_CELL },
        [REPORT_FIGURE] = { 1300, STYLE_TABLE_NUMBER },   [REPORT_PROGRESS] = { 850, STYLE_TABLE_NUMBER },
        [REPORT_GROWTH] = { 850, STYLE_TABLE_NUMBER },    [REPORT_LAMP] = { 700, STYLE_TABLE_WORD },
        [REPORT_LEAD] = { 1338, STYLE_TABLE_CELL },
};

static void write_cell(Xml *xml, int width, int span, ReportStyle style, Str text) {
        xml_open(xml, "w:tc");
        xml_open(xml, "w:tcPr");
        xml_open(xml, "w:tcW");
        xml_number(xml, "w:w", width);
        xml_attribute(xml, "w:type", STR("dxa"));
        xml_end(xml);
        if (span > 1)
                value_leaf(xml, "w:gridSpan", span);
        xml_leaf(xml, "w:vAlign", "w:val", STR("center"));
        xml_end(xml);
        write_paragraph(xml, style, text);
        xml_end(xml);
}

static void open_row(Xml *xml, bool head) {
        xml_open(xml, "w:tr");
        xml_open(xml, "w:trPr");
        xml_leaf(xml, "w:cantSplit", NULL, (Str){ 0 });
        if (head)
                xml_leaf(xml, "w:tblHeader", NULL, (Str){ 0 });
        xml_end(xml);
}

static void open_table(Xml *xml) {
        xml_open(xml, "w:tbl");
        xml_open(xml, "w:tblPr");
        xml_leaf(xml, "w:tblStyle", "w:val", STR("TableGrid"));
        xml_open(xml, "w:tblW");
        xml_number(xml, "w:w", TEXT_WIDTH);
        xml_attribute(xml, "w:type", STR("dxa"));
        xml_end(xml);
        xml_end(xml);
        xml_open(xml, "w:tblGrid");
        for (ReportColumn column = 0; column < REPORT_COLUMNS; column++) {
                xml_open(xml, "w:gridCol");
                xml_number(xml, "w:w", columns[column].width);
                xml_end(xml);
        }
        xml_end(xml);
}

static void write_table(const Docx *docx, Xml *xml) {
        const ReportPage *page = docx->page;
        open_table(xml);
        open_row(xml, true);
        for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                write_cell(xml, columns[column].width, 1, STYLE_TABLE_HEAD, report_column_name(column));
        xml_end(xml);
        for (uint32_t row = 0; row < page->board.state_count; row++) {
                if (report_starts_area(page, row)) {
                        open_row(xml, false);
                        write_cell(xml, TEXT_WIDTH, REPORT_COLUMNS, STYLE_TABLE_AREA, page->rows[row].area);
                        xml_end(xml);
                }
                open_row(xml, false);
                for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                        write_cell(xml, columns[column].width, 1, columns[column].style, page->rows[row].cells[column]);
                xml_end(xml);
        }
        xml_end(xml);
}

static void write_reference(Xml *xml, const char *name, const char *id) {
        xml_open(xml, name);
        xml_attribute(xml, "w:type", STR("default"));
        xml_attribute(xml, "r:id", str_from(id));
        xml_end(xml);
}

static void write_section(const Docx *docx, Xml *xml) {
        static const struct {
                const char *name;
                int         value;
        } margins[] = {
                { "w:top", PAGE_TOP }, { "w:right", PAGE_RIGHT }, { "w:bottom", PAGE_BOTTOM }, { "w:left", PAGE_LEFT },
                { "w:header", PAGE_TOP / 2 }, { "w:footer", PAGE_BOTTOM / 2 }, { "w:gutter", 0 },
        };
        xml_open(xml, "w:sectPr");
        if (docx->page->demonstration)
                write_reference(xml, "w:headerReference", "header");
        write_reference(xml, "w:footerReference", "footer");
        xml_open(xml, "w:pgSz");
        xml_number(xml, "w:w", PAGE_WIDTH);
        xml_number(xml, "w:h", PAGE_HEIGHT);
        xml_end(xml);
        xml_open(xml, "w:pgMar");
        for (size_t i = 0; i < ARRAY_LENGTH(margins); i++)
                xml_number(xml, margins[i].name, margins[i].value);
        xml_end(xml);
        xml_end(xml);
}

static void write_document(const Docx *docx, Xml *xml) {
        const ReportPage *page = docx->page;
        open_word(xml, "w:document");
        xml_open(xml, "w:body");
        write_paragraph(xml, STYLE_TITLE, page->title);
        write_paragraph(xml, STYLE_ISSUER, report_subtitle(docx->arena, page));
        write_paragraph(xml, STYLE_HEADING, report_text_heading());
        for (uint32_t i = 0; i < page->paragraph_count; i++)
                write_paragraph(xml, STYLE_BODY, report_paragraph(docx->arena, &page->paragraphs[i]));
        if (page->board.state_count) {
                write_paragraph(xml, STYLE_HEADING, report_table_heading());
                write_table(docx, xml);
                write_paragraph(xml, STYLE_NOTE, report_table_note());
        }
        write_section(docx, xml);
        xml_end(xml);
        xml_end(xml);
}

/* ---- looks ----------------------------------------------------------------------------------------------- */

static void write_fonts(Xml *xml, const char *east_asian) {
        static const char *const latin[] = { "w:ascii", "w:hAnsi", "w:cs" };
        xml_open(xml, "w:rFonts");
        for (size_t i = 0; i < ARRAY_LENGTH(latin); i++)
                xml_attribute(xml, latin[i], STR("Times New Roman"));
        xml_attribute(xml, "w:eastAsia", str_from(east_asian));
        xml_end(xml);
}

/* Size in half points. */
static void write_letters(Xml *xml, const char *east_asian, int size, bool bold) {
        xml_open(xml, "w:rPr");
        write_fonts(xml, east_asian);
        if (bold)
                xml_leaf(xml, "w:b", NULL, (Str){ 0 });
        value_leaf(xml, "w:sz", size / 10);
        value_leaf(xml, "w:szCs", size / 10);
        xml_open(xml, "w:lang");
        xml_attribute(xml, "w:val", STR("en-US"));
        xml_attribute(xml, "w:eastAsia", STR("zh-CN"));
        xml_end(xml);
        xml_end(xml);
}

static void write_shape(Xml *xml, const StyleLook *look) {
        static const char *const aligned[] = {
                [ALIGN_LEFT] = "left", [ALIGN_CENTER] = "center", [ALIGN_RIGHT] = "right", [ALIGN_BOTH] = "both",
        };
        xml_open(xml, "w:pPr");
        if (look->heading || look->keep) {
                xml_leaf(xml, "w:keepNext", NULL, (Str){ 0 });
                xml_leaf(xml, "w:keepLines", NULL, (Str){ 0 });
        }
        xml_open(xml, "w:spacing");
        xml_number(xml, "w:before", look->before);
        xml_number(xml, "w:after", look->after);
        xml_number(xml, "w:line", look->line);
        xml_attribute(xml, "w:lineRule", STR("exact"));
        xml_end(xml);
        if (look->indent) {
                xml_open(xml, "w:ind");
                xml_number(xml, "w:firstLineChars", 200);
                xml_number(xml, "w:firstLine", look->indent);
                xml_end(xml);
        }
        xml_leaf(xml, "w:jc", "w:val", str_from(aligned[look->align]));
        if (look->heading)
                value_leaf(xml, "w:outlineLvl", 0);
        xml_end(xml);
}

static void open_style(Xml *xml, const char *type, const char *id, const char *name) {
        xml_open(xml, "w:style");
        xml_attribute(xml, "w:type", str_from(type));
        xml_attribute(xml, "w:styleId", str_from(id));
        xml_leaf(xml, "w:name", "w:val", str_from(name));
}

static void write_table_style(Xml *xml) {
        static const char *const edges[] = { "w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV" };
        open_style(xml, "table", "TableGrid", "Table Grid");
        xml_open(xml, "w:tblPr");
        xml_open(xml, "w:tblBorders");
        for (size_t i = 0; i < ARRAY_LENGTH(edges); i++) {
                xml_open(xml, edges[i]);
                xml_attribute(xml, "w:val", STR("single"));
                xml_number(xml, "w:sz", 4);
                xml_number(xml, "w:space", 0);
                xml_attribute(xml, "w:color", STR("auto"));
                xml_end(xml);
        }
        xml_end(xml);
        xml_end(xml);
        xml_end(xml);
}

static void write_styles(const Docx *docx, Xml *xml) {
        const StyleLook *body = &REPORT_STYLES[STYLE_BODY];
        (void) docx;
        open_word(xml, "w:styles");
        xml_open(xml, "w:docDefaults");
        xml_open(xml, "w:rPrDefault");
        write_letters(xml, body->word_font, body->size, false);
        xml_end(xml);
        xml_end(xml);
        xml_open(xml, "w:style");
        xml_attribute(xml, "w:type", STR("paragraph"));
        xml_attribute(xml, "w:default", STR("1"));
        xml_attribute(xml, "w:styleId", STR("Normal"));
        xml_leaf(xml, "w:name", "w:val", STR("Normal"));
        xml_end(xml);
        for (ReportStyle style = 0; style < STYLE_COUNT; style++) {
                const StyleLook *look = &REPORT_STYLES[style];
                open_style(xml, "paragraph", look->id, look->name);
                xml_leaf(xml, "w:basedOn", "w:val", STR("Normal"));
                if (look->heading)
                        xml_leaf(xml, "w:next", "w:val", str_from(body->id));
                xml_leaf(xml, "w:qFormat", NULL, (Str){ 0 });
                write_shape(xml, look);
                write_letters(xml, look->word_font, look->size, look->bold);
                xml_end(xml);
        }
        write_table_style(xml);
        xml_end(xml);
}

static void write_settings(const Docx *docx, Xml *xml) {
        (void) docx;
        open_word(xml, "w:settings");
        xml_open(xml, "w:compat");
        xml_open(xml, "w:compatSetting");
        xml_attribute(xml, "w:name", STR("compatibilityMode"));
        xml_attribute(xml, "w:uri", STR("http://schemas.microsoft.com/office/word"));
        xml_attribute(xml, "w:val", STR("15"));
        xml_end(xml);
        xml_end(xml);
        xml_end(xml);
}

static void write_header(const Docx *docx, Xml *xml) {
        (void) docx;
        open_word(xml, "w:hdr");
        write_paragraph(xml, STYLE_MARK, report_demonstration_text());
        xml_end(xml);
}

static void write_footer(const Docx *docx, Xml *xml) {
        (void) docx;
        open_word(xml, "w:ftr");
        open_paragraph(xml, STYLE_FOOTER);
        write_run(xml, STR("— "));
        xml_open(xml, "w:fldSimple");
        xml_attribute(xml, "w:instr", STR(" PAGE "));
        write_run(xml, STR("1"));
        xml_end(xml);
        write_run(xml, STR(" —"));
        xml_end(xml);
        xml_end(xml);
}

static void write_properties(const Docx *docx, Xml *xml) {
        const struct {
                const char *name;
                Str         text;
        } facts[] = { { "dc:title", docx->page->title }, { "dc:subject", docx->page->period_text }, { "dc:creator", docx->page->issuer } };
        xml_open(xml, "cp:coreProperties");
        xml_attribute(xml, "xmlns:cp", STR(SCHEMAS "package/2006/metadata/core-properties"));
        xml_attribute(xml, "xmlns:dc", STR("http://purl.org/dc/elements/1.1/"));
        for (size_t i = 0; i < ARRAY_LENGTH(facts); i++) {
                xml_open(xml, facts[i].name);
                xml_text(xml, facts[i].text);
                xml_end(xml);
        }
        xml_end(xml);
}

/* ---- the package ----------------------------------------------------------------------------------------- */

/* Every part of the document, what it is, and by what the document or the package finds it. */
static const struct {
        const char *name, *type, *relation;      /* relation: behind its schema's name */
        PartWriter *write;
        bool        of_package, demonstration;
} PARTS[] = {
        { "word/document.xml", WORD_TYPE "document.main+xml", RELATIONS "/officeDocument", write_document, true, false },
        { "docProps/core.xml", PACKAGE_TYPE "core-properties+xml", PACKAGE_RELATIONS "/metadata/core-properties", write_properties, true,
          false },
        { "word/styles.xml", WORD_TYPE "styles+xml", RELATIONS "/styles", write_styles, false, false },
        { "word/settings.xml", WORD_TYPE "settings+xml", RELATIONS "/settings", write_settings, false, false },
        { "word/footer.xml", WORD_TYPE "footer+xml", RELATIONS "/footer", write_footer, false, false },
        { "word/header.xml", WORD_TYPE "header+xml", RELATIONS "/header", write_header, false, true },
};

static bool has_part(const Docx *docx, size_t part) {
        return docx->page->demonstration || !PARTS[part].demonstration;
}

static void write_types(const Docx *docx, Xml *xml) {
        static const struct {
                const char *extension, *type;
        } defaults[] = { { "rels", PACKAGE_TYPE "relationships+xml" }, { "xml", "application/xml" } };
        xml_open(xml, "Types");
        xml_attribute(xml, "xmlns", STR(SCHEMAS "package/2006/content-types"));
        for (size_t i = 0; i < ARRAY_LENGTH(defaults); i++) {
                xml_open(xml, "Default");
                xml_attribute(xml, "Extension", str_from(defaults[i].extension));
                xml_attribute(xml, "ContentType", str_from(defaults[i].type));
                xml_end(xml);
        }
        for (size_t i = 0; i < ARRAY_LENGTH(PARTS); i++) {
                if (!has_part(docx, i))
                        continue;
                xml_open(xml, "Override");
                xml_attribute(xml, "PartName", str_format(docx->arena, "/%s", PARTS[i].name));
                xml_attribute(xml, "ContentType", str_from(PARTS[i].type));
                xml_end(xml);
        }
        xml_end(xml);
}

/* "word/footer.xml" has the id "footer". */
static void write_relations(const Docx *docx, Xml *xml, bool of_package) {
        xml_open(xml, "Relationships");
        xml_attribute(xml, "xmlns", STR(PACKAGE_RELATIONS));
        for (size_t i = 0; i < ARRAY_LENGTH(PARTS); i++) {
                Str path = str_from(PARTS[i].name), file = path;
                if (!has_part(docx, i) || PARTS[i].of_package != of_package)
                        continue;
                (void) str_cut(&file, '/');
                xml_open(xml, "Relationship");
                xml_attribute(xml, "Id", str_slice(file, 0, file.length - 4));
                xml_attribute(xml, "Type", str_from(PARTS[i].relation));
                xml_attribute(xml, "Target", of_package ? path : file);
                xml_end(xml);
        }
        xml_end(xml);
}

static void write_package_relations(const Docx *docx, Xml *xml) {
        write_relations(docx, xml, true);
}

static void write_document_relations(const Docx *docx, Xml *xml) {
        write_relations(docx, xml, false);
}

static Rc make_part(Docx *docx, const char *name, PartWriter *write) {
        Buffer text CLEAN(buffer_free) = buffer_new(PART_MAX);
        Xml xml = xml_begin(&text);
        write(docx, &xml);
        MUST(xml.depth == 0 && docx->count < PARTS_MAX);
        docx->names[docx->count] = str_from(name);
        docx->parts[docx->count++] = str_copy(docx->arena, buffer_str(&text));
        return text.failed ? RC_TOOBIG : RC_OK;
}

/* The file is new or the old one stands. */
static Rc pack_parts(const Docx *docx, const char *path) {
        int error;
        zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);
        if (!archive)
                return RC_IO;
        for (uint32_t i = 0; i < docx->count; i++) {
                zip_source_t *source = zip_source_buffer(archive, docx->parts[i].data, docx->parts[i].length, 0);
                zip_int64_t index = source ? zip_file_add(archive, docx->names[i].data, source, ZIP_FL_ENC_UTF_8) : -1;
                if (index < 0 || zip_file_set_mtime(archive, (zip_uint64_t) index, ZIP_EPOCH, 0) != 0) {
                        if (index < 0)
                                zip_source_free(source);
                        zip_discard(archive);
                        return RC_IO;
                }
        }
        if (zip_close(archive) == 0)
                return RC_OK;
        zip_discard(archive);
        return RC_IO;
}

Rc report_docx(const Plan *plan, const ReportPage *page, const char *path) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(DOCX_ARENA);
        Docx docx = { .page = page, .arena = arena };
        (void) plan;
        Rc rc = make_part(&docx, "[Content_Types].xml", write_types);
        if (rc == RC_OK)
                rc = make_part(&docx, "_rels/.rels", write_package_relations);
        if (rc == RC_OK)
                rc = make_part(&docx, "word/_rels/document.xml.rels", write_document_relations);
        for (size_t i = 0; rc == RC_OK && i < ARRAY_LENGTH(PARTS); i++)
                if (has_part(&docx, i))
                        rc = make_part(&docx, PARTS[i].name, PARTS[i].write);
        return rc == RC_OK ? pack_parts(&docx, path) : rc;
}
