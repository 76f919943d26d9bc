/* Workbooks made by hand, part by part, in the shapes that other programs write. */
#pragma once

#include "base/str.h"

typedef struct BookPart {
        const char *path;
        Str         text;
} BookPart;

/* A zip file of these parts. */
Str book_zip(Arena *arena, const BookPart *parts, uint32_t count);
/* A workbook with one sheet 表1; `strings` and `styles` may be empty. */
Str book_simple(Arena *arena, const char *rows, const char *strings, const char *styles);

#define BOOK_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define BOOK_RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
extern const BookPart book_root, book_workbook, book_relations;
