/* A report as a PDF: the layout does the work. */
#include "insight/report_inside.h"
#include "insight/report_layout.h"

#define PDF_ARENA ((size_t) 256 << 20)

static void add_table(Paper *paper, const ReportPage *page, Arena *arena) {
        static const ReportStyle styles[REPORT_COLUMNS] = {
                [REPORT_TARGET] = STYLE_TABLE_CELL,     [REPORT_REQUIREMENT] = STYLE_TABLE_CELL, [REPORT_FIGURE] = STYLE_TABLE_NUMBER,
                [REPORT_PROGRESS] = STYLE_TABLE_NUMBER, [REPORT_GROWTH] = STYLE_TABLE_NUMBER,    [REPORT_LAMP] = STYLE_TABLE_WORD,
                [REPORT_LEAD] = STYLE_TABLE_CELL,
        };
        uint32_t rows = page->board.state_count;
        Str *heads = ARENA_NEW(arena, Str, REPORT_COLUMNS), *areas = ARENA_NEW(arena, Str, rows);
        Str *cells = ARENA_NEW(arena, Str, (size_t) rows * REPORT_COLUMNS);
        for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                heads[column] = report_column_name(column);
        for (uint32_t row = 0; row < rows; row++) {
                if (report_starts_area(page, row))
                        areas[row] = page->rows[row].area;
                for (ReportColumn column = 0; column < REPORT_COLUMNS; column++)
                        cells[row * REPORT_COLUMNS + column] = page->rows[row].cells[column];
        }
        paper_table(paper, &(PaperTable){ .columns = REPORT_COLUMNS, .heads = heads, .styles = styles, .rows = rows, .cells = cells,
                                          .areas = areas });
}

Rc report_pdf(const Plan *plan, const ReportPage *page, const char *path) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(PDF_ARENA);
        PaperAbout about = { .title = page->title, .author = page->issuer, .subject = page->period_text };
        (void) plan;
        if (page->demonstration)
                about.mark = report_demonstration_text();
        Paper *paper = paper_new(arena, &about);
        paper_paragraph(paper, STYLE_TITLE, page->title);
        paper_paragraph(paper, STYLE_ISSUER, report_subtitle(arena, page));
        paper_paragraph(paper, STYLE_HEADING, report_text_heading());
        for (uint32_t i = 0; i < page->paragraph_count; i++)
                paper_paragraph(paper, STYLE_BODY, report_paragraph(arena, &page->paragraphs[i]));
        if (page->board.state_count) {
                paper_paragraph(paper, STYLE_HEADING, report_table_heading());
                add_table(paper, page, arena);
                paper_paragraph(paper, STYLE_NOTE, report_table_note());
        }
        return paper_finish(paper, path);
}
