/* Zip files by libzip, in memory. */
#include "book.h"

#include "unit/unit.h"

#include <string.h>
#include <zip.h>

#define PACKAGE "http://schemas.openxmlformats.org/package/2006/relationships"

const BookPart book_root = { "_rels/.rels", STR_INIT("<Relationships xmlns='" PACKAGE "'><Relationship Id='rId1' Type='" BOOK_RELATION
                                                     "/officeDocument' Target='xl/workbook.xml'/>"
                                                     "</Relationships>") };
const BookPart book_workbook = { "xl/workbook.xml",
                                 STR_INIT("<workbook xmlns='" BOOK_MAIN "' xmlns:r='" BOOK_RELATION
                                          "'><sheets><sheet name='表1' sheetId='1' r:id='rId1'/></sheets></workbook>") };
const BookPart book_relations = { "xl/_rels/workbook.xml.rels",
                                  STR_INIT("<Relationships xmlns='" PACKAGE "'><Relationship Id='rId1' Type='" BOOK_RELATION
                                           "/worksheet' Target='worksheets/sheet1.xml'/>"
                                           "<Relationship Id='rId2' Type='" BOOK_RELATION "/sharedStrings' Target='sharedStrings.xml'/>"
                                           "<Relationship Id='rId3' Type='" BOOK_RELATION
                                           "/styles' Target='styles.xml'/></Relationships>") };

Str book_zip(Arena *arena, const BookPart *parts, uint32_t count) {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
        zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
        assert_non_null(zip);
        zip_source_keep(target);
        for (uint32_t i = 0; i < count; i++)
                assert_true(zip_file_add(zip, parts[i].path, zip_source_buffer(zip, parts[i].text.data, parts[i].text.length, 0), 0) >= 0);
        assert_int_equal(zip_close(zip), 0);
        assert_int_equal(zip_source_open(target), 0);
        assert_int_equal(zip_source_seek(target, 0, SEEK_END), 0);
        size_t size = (size_t) zip_source_tell(target);
        char *bytes = ARENA_NEW(arena, char, size + 1);
        assert_int_equal(zip_source_seek(target, 0, SEEK_SET), 0);
        assert_true(zip_source_read(target, bytes, size) == (zip_int64_t) size);
        (void) zip_source_close(target);
        zip_source_free(target);
        return (Str){ bytes, size };
}

Str book_simple(Arena *arena, const char *rows, const char *strings, const char *styles) {
        BookPart parts[6] = {
                book_root,
                book_workbook,
                book_relations,
                { "xl/worksheets/sheet1.xml",
                  str_format(arena, "<worksheet xmlns='" BOOK_MAIN "'><sheetData>%s</sheetData></worksheet>", rows) },
        };
        uint32_t count = 4;
        if (strings)
                parts[count++] = (BookPart){ "xl/sharedStrings.xml", str_format(arena, "<sst xmlns='" BOOK_MAIN "'>%s</sst>", strings) };
        if (styles)
                parts[count++] =
                        (BookPart){ "xl/styles.xml", str_format(arena, "<styleSheet xmlns='" BOOK_MAIN "'>%s</styleSheet>", styles) };
        return book_zip(arena, parts, count);
}
