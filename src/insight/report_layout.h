/* Paragraphs and tables on pages of paper, as a PDF. Every line and cell is measured before it is drawn: a row never breaks
 * over a page, a table's head stands on each of its pages, an area's name stands with its first row. What is higher than a
 * page is cut with "…". */
#pragma once

#include "base/buffer.h"
#include "insight/report_style.h"

#define LAYOUT_COLUMNS_MAX 12

typedef struct Paper Paper;

typedef struct PaperAbout {
        Str title, author, subject;      /* of the file */
        Str mark;                        /* at the head of each page; empty: none */
} PaperAbout;

typedef struct PaperTable {
        uint32_t    columns;
        const Str  *heads;
        const ReportStyle *styles;       /* by column: STYLE_TABLE_CELL wraps, the others are kept on one line if there is room */
        uint32_t    rows;
        const Str  *cells;               /* row by row */
        const Str  *areas;               /* by row: the name of the area that begins with it, or empty */
} PaperTable;

Paper *paper_new(Arena *arena, const PaperAbout *about);
/* A paragraph; of a style that is a heading it is a bookmark too, and stays with what follows. */
void   paper_paragraph(Paper *paper, ReportStyle style, Str text);
void   paper_table(Paper *paper, const PaperTable *table);
/* Writes the file in one step and frees the paper. */
Rc     paper_finish(Paper *paper, const char *path) CHECKED;
