/* Pango measures and draws, cairo writes the PDF. Lengths are twips: the surface's points are divided by twenty once. */
#include "insight/report_layout.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>

#define TWIPS 20                         /* a point */
#define FILE_MAX ((size_t) 256 << 20)
#define PADDING 70                       /* around a cell's text */
#define LINE_WIDTH 10
#define NARROWEST (4 * 200)              /* a column: three characters and the padding */
#define MOST 85                          /* of a hundred cells */
#define KEEP 1200                        /* what must fit under a heading */
#define BODY_BOTTOM (PAGE_HEIGHT - PAGE_BOTTOM)

struct Paper {
        Arena                *arena;
        PaperAbout            about;
        Buffer                file;
        cairo_surface_t      *surface;
        cairo_t              *cairo;
        PangoContext         *context;
        PangoFontDescription *fonts[STYLE_COUNT];
        int                   y;
        int                   page, heading;     /* number of the page; bookmark that areas stand under */
};

/* ---- text ------------------------------------------------------------------------------------------------ */

/* A layout of a text; width 0: as wide as it is. */
static PangoLayout *text_layout(const Paper *paper, ReportStyle style, Str text, int width) {
        static const PangoAlignment alignments[] = {
                [ALIGN_LEFT] = PANGO_ALIGN_LEFT, [ALIGN_CENTER] = PANGO_ALIGN_CENTER, [ALIGN_RIGHT] = PANGO_ALIGN_RIGHT,
                [ALIGN_BOTH] = PANGO_ALIGN_LEFT,
        };
        const StyleLook *look = &REPORT_STYLES[style];
        PangoLayout *layout = pango_layout_new(paper->context);
        pango_layout_set_font_description(layout, paper->fonts[style]);
        pango_layout_set_text(layout, text.data, (int) text.length);
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        if (width > 0) {
                pango_layout_set_width(layout, width * PANGO_SCALE);
                pango_layout_set_alignment(layout, alignments[look->align]);
                pango_layout_set_indent(layout, look->indent * PANGO_SCALE);
        }
        return layout;
}

/* Draws one line into its height, from the left edge of the layout. */
static void draw_line(const Paper *paper, PangoLayoutIter *iterator, int x, int y, int height) {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(iterator, NULL, &logical);
        int above = (height - PANGO_PIXELS(logical.height)) / 2 + PANGO_PIXELS(pango_layout_iter_get_baseline(iterator) - logical.y);
        cairo_move_to(paper->cairo, x + PANGO_PIXELS(logical.x), y + above);
        pango_cairo_show_layout_line(paper->cairo, pango_layout_iter_get_line_readonly(iterator));
}

/* The first `lines` lines of a text at a place. */
static void draw_text(const Paper *paper, ReportStyle style, Str text, int x, int y, int width, int lines) {
        PangoLayout *layout = text_layout(paper, style, text, width);
        if (pango_layout_get_line_count(layout) > lines) {
                pango_layout_set_height(layout, -lines);
                pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        }
        PangoLayoutIter *iterator = pango_layout_get_iter(layout);
        do {
                draw_line(paper, iterator, x, y, REPORT_STYLES[style].line);
                y += REPORT_STYLES[style].line;
        } while (--lines > 0 && pango_layout_iter_next_line(iterator));
        pango_layout_iter_free(iterator);
        g_object_unref(layout);
}

static void tag_begin(const Paper *paper, const char *name) {
        cairo_tag_begin(paper->cairo, name, NULL);
}

static void tag_end(const Paper *paper, const char *name) {
        cairo_tag_end(paper->cairo, name);
}

/* ---- pages ----------------------------------------------------------------------------------------------- */

static void draw_mark(const Paper *paper) {
        const StyleLook *look = &REPORT_STYLES[STYLE_MARK];
        int y = PAGE_TOP - 2 * look->line - 100;
        if (paper->about.mark.length == 0)
                return;
        draw_text(paper, STYLE_MARK, paper->about.mark, PAGE_LEFT, y, TEXT_WIDTH, 1);
        cairo_rectangle(paper->cairo, PAGE_LEFT, y - 60, TEXT_WIDTH, look->line + 120);
        cairo_stroke(paper->cairo);
}

static void start_page(Paper *paper) {
        if (paper->page > 0)
                cairo_show_page(paper->cairo);
        paper->page++;
        paper->y = PAGE_TOP;
        draw_mark(paper);
        Str number = str_format(paper->arena, "— %d —", paper->page);
        draw_text(paper, STYLE_FOOTER, number, PAGE_LEFT, BODY_BOTTOM + 500, TEXT_WIDTH, 1);
}

static void need(Paper *paper, int height) {
        if (paper->y + height > BODY_BOTTOM && paper->y > PAGE_TOP)
                start_page(paper);
}

static int add_bookmark(const Paper *paper, int parent, Str text) {
        Str place = str_format(paper->arena, "page=%d pos=[%d %d]", paper->page, PAGE_LEFT / TWIPS, paper->y / TWIPS);
        return cairo_pdf_surface_add_outline(paper->surface, parent, str_copy(paper->arena, text).data, place.data,
                                             CAIRO_PDF_OUTLINE_FLAG_OPEN);
}

static void set_up_context(Paper *paper) {
        cairo_font_options_t *options = cairo_font_options_create();
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        paper->context = pango_cairo_create_context(paper->cairo);
        pango_cairo_context_set_font_options(paper->context, options);
        pango_context_set_language(paper->context, pango_language_from_string("zh-cn"));
        cairo_font_options_destroy(options);
        for (ReportStyle style = 0; style < STYLE_COUNT; style++) {
                const StyleLook *look = &REPORT_STYLES[style];
                paper->fonts[style] = pango_font_description_new();
                pango_font_description_set_family_static(paper->fonts[style], look->families);
                pango_font_description_set_absolute_size(paper->fonts[style], look->size * PANGO_SCALE);
                if (look->bold)
                        pango_font_description_set_weight(paper->fonts[style], PANGO_WEIGHT_BOLD);
        }
}

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int length) {
        Buffer *file = closure;
        buffer_add(file, (Str){ (const char *) data, length });
        return file->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

Paper *paper_new(Arena *arena, const PaperAbout *about) {
        Paper *paper = ARENA_NEW(arena, Paper, 1);
        cairo_matrix_t twips;
        *paper = (Paper){ .arena = arena, .about = *about, .file = buffer_new(FILE_MAX), .heading = CAIRO_PDF_OUTLINE_ROOT };
        const struct {
                cairo_pdf_metadata_t key;
                Str                  text;
        } facts[] = {
                { CAIRO_PDF_METADATA_TITLE, about->title }, { CAIRO_PDF_METADATA_AUTHOR, about->author },
                { CAIRO_PDF_METADATA_SUBJECT, about->subject },
        };
        const int width = PAGE_WIDTH / TWIPS, height = PAGE_HEIGHT / TWIPS;
        paper->surface = cairo_pdf_surface_create_for_stream(take_bytes, &paper->file, width, height);
        for (size_t i = 0; i < ARRAY_LENGTH(facts); i++)
                cairo_pdf_surface_set_metadata(paper->surface, facts[i].key, str_copy(arena, facts[i].text).data);
        paper->cairo = cairo_create(paper->surface);
        cairo_matrix_init_scale(&twips, TWIPS, TWIPS);
        MUST(cairo_matrix_invert(&twips) == CAIRO_STATUS_SUCCESS);
        cairo_transform(paper->cairo, &twips);
        cairo_set_line_width(paper->cairo, LINE_WIDTH);
        set_up_context(paper);
        start_page(paper);
        return paper;
}

Rc paper_finish(Paper *paper, const char *path) {
        cairo_show_page(paper->cairo);
        cairo_surface_finish(paper->surface);
        cairo_status_t status = cairo_status(paper->cairo);
        if (status == CAIRO_STATUS_SUCCESS)
                status = cairo_surface_status(paper->surface);
        for (ReportStyle style = 0; style < STYLE_COUNT; style++)
                pango_font_description_free(paper->fonts[style]);
        g_object_unref(paper->context);
        cairo_destroy(paper->cairo);
        cairo_surface_destroy(paper->surface);
        Rc rc = paper->file.failed ? RC_TOOBIG : status == CAIRO_STATUS_SUCCESS ? file_write(path, buffer_str(&paper->file)) : RC_IO;
        buffer_free(&paper->file);
        return rc;
}

/* ---- paragraphs ------------------------------------------------------------------------------------------ */

void paper_paragraph(Paper *paper, ReportStyle style, Str text) {
        const StyleLook *look = &REPORT_STYLES[style];
        const char *tag = style == STYLE_TITLE ? "H1" : look->heading ? "H2" : "P";
        PangoLayout *layout = text_layout(paper, style, text, TEXT_WIDTH);
        paper->y += paper->y > PAGE_TOP ? look->before : 0;
        need(paper, look->line + (look->heading ? KEEP : 0));
        if (look->heading)
                paper->heading = add_bookmark(paper, CAIRO_PDF_OUTLINE_ROOT, text);
        tag_begin(paper, tag);
        PangoLayoutIter *iterator = pango_layout_get_iter(layout);
        do {
                if (paper->y + look->line > BODY_BOTTOM) {
                        tag_end(paper, tag);
                        start_page(paper);
                        tag_begin(paper, tag);
                }
                draw_line(paper, iterator, PAGE_LEFT, paper->y, look->line);
                paper->y += look->line;
        } while (pango_layout_iter_next_line(iterator));
        tag_end(paper, tag);
        paper->y += look->after;
        pango_layout_iter_free(iterator);
        g_object_unref(layout);
}

/* ---- tables ---------------------------------------------------------------------------------------------- */

typedef struct Grid {
        Paper            *paper;
        const PaperTable *table;
        int               widths[LAYOUT_COLUMNS_MAX];
} Grid;

static int natural_width(const Paper *paper, ReportStyle style, Str text) {
        int width, height;
        PangoLayout *layout = text_layout(paper, style, text, 0);
        pango_layout_get_size(layout, &width, &height);
        g_object_unref(layout);
        width = PANGO_PIXELS_CEIL(width) + 2 * PADDING + 1;
        return width < NARROWEST ? NARROWEST : width < TEXT_WIDTH ? width : TEXT_WIDTH;
}

static int compare_widths(const void *a, const void *b) {
        const int *first = a, *second = b;
        return (*first > *second) - (*first < *second);
}

/* What a column wants: one that is kept on one line wants its widest cell (up to a sixth of the page), one that wraps wants
 * what suits most of its cells. */
static int wanted_width(const Grid *grid, uint32_t column) {
        const PaperTable *table = grid->table;
        int *widths = ARENA_NEW(grid->paper->arena, int, table->rows + 1);
        int head = natural_width(grid->paper, STYLE_TABLE_HEAD, table->heads[column]);
        bool wraps = table->styles[column] == STYLE_TABLE_CELL;
        for (uint32_t row = 0; row < table->rows; row++)
                widths[row] = natural_width(grid->paper, table->styles[column], table->cells[row * table->columns + column]);
        qsort(widths, table->rows, sizeof(int), compare_widths);
        int wanted = table->rows == 0 ? head : widths[wraps ? (table->rows - 1) * MOST / 100 : table->rows - 1];
        wanted = wanted < head ? head : wanted;
        return wraps || wanted < TEXT_WIDTH / 6 ? wanted : TEXT_WIDTH / 6;
}

/* Those that wrap share what is left: each gets half of an equal share or what it wants, and of the rest in proportion to
 * what it wants besides; what nobody wants is shared equally. */
static void share_width(Grid *grid) {
        const PaperTable *table = grid->table;
        int wanted[LAYOUT_COLUMNS_MAX], rest = TEXT_WIDTH, more = 0, wrapping = 0, last = -1;
        for (uint32_t i = 0; i < table->columns; i++) {
                bool wraps = table->styles[i] == STYLE_TABLE_CELL;
                wanted[i] = wanted_width(grid, i);
                grid->widths[i] = wraps ? 0 : wanted[i];
                rest -= grid->widths[i];
                wrapping += wraps;
                last = wraps ? (int) i : last;
        }
        MUST(wrapping > 0 && rest > 0);
        int least = rest / (2 * wrapping);
        for (uint32_t i = 0; i < table->columns; i++) {
                if (table->styles[i] != STYLE_TABLE_CELL)
                        continue;
                grid->widths[i] = wanted[i] < least ? wanted[i] : least;
                rest -= grid->widths[i];
                more += wanted[i] - grid->widths[i];
        }
        int shared = more < rest ? more : rest, left = rest;
        for (uint32_t i = 0; i < table->columns; i++) {
                if (table->styles[i] != STYLE_TABLE_CELL)
                        continue;
                int part = more ? (int) ((int64_t) shared * (wanted[i] - grid->widths[i]) / more) : 0;
                part += (rest - shared) / wrapping;
                grid->widths[i] += part;
                left -= part;
        }
        grid->widths[last] += left;     /* what rounding left over */
}

static int count_lines(const Paper *paper, ReportStyle style, Str text, int width) {
        PangoLayout *layout = text_layout(paper, style, text, width - 2 * PADDING);
        int lines = pango_layout_get_line_count(layout);
        g_object_unref(layout);
        return lines;
}

/* The most lines that a row may have: a page without the table's head and an area. */
static int most_lines(int head) {
        return (BODY_BOTTOM - PAGE_TOP - head) / REPORT_STYLES[STYLE_TABLE_CELL].line - 2;
}

/* Heights are the same for all styles of a table. */
static int row_height(const Grid *grid, const Str *cells, bool head, int most) {
        int lines = 1;
        for (uint32_t i = 0; i < grid->table->columns; i++) {
                int own = count_lines(grid->paper, head ? STYLE_TABLE_HEAD : grid->table->styles[i], cells[i], grid->widths[i]);
                lines = own > lines ? own : lines;
        }
        return (lines < most ? lines : most) * REPORT_STYLES[STYLE_TABLE_CELL].line + 2 * PADDING;
}

static void draw_box(const Paper *paper, int x, int width, int height) {
        cairo_rectangle(paper->cairo, x, paper->y, width, height);
        cairo_stroke(paper->cairo);
}

static void draw_row(const Grid *grid, const Str *cells, bool head, int height) {
        Paper *paper = grid->paper;
        const char *tag = head ? "TH" : "TD";
        int x = PAGE_LEFT, lines = (height - 2 * PADDING) / REPORT_STYLES[STYLE_TABLE_CELL].line;
        tag_begin(paper, "TR");
        for (uint32_t i = 0; i < grid->table->columns; i++) {
                ReportStyle style = head ? STYLE_TABLE_HEAD : grid->table->styles[i];
                int own = count_lines(paper, style, cells[i], grid->widths[i]);
                int spare = own < lines ? (lines - own) * REPORT_STYLES[style].line / 2 : 0;
                tag_begin(paper, tag);
                draw_text(paper, style, cells[i], x + PADDING, paper->y + PADDING + spare, grid->widths[i] - 2 * PADDING, lines);
                tag_end(paper, tag);
                draw_box(paper, x, grid->widths[i], height);
                x += grid->widths[i];
        }
        tag_end(paper, "TR");
        paper->y += height;
}

static void draw_area(const Grid *grid, Str area, int height) {
        Paper *paper = grid->paper;
        (void) add_bookmark(paper, paper->heading, area);
        tag_begin(paper, "TR");
        tag_begin(paper, "TD");
        draw_text(paper, STYLE_TABLE_AREA, area, PAGE_LEFT + PADDING, paper->y + PADDING, TEXT_WIDTH - 2 * PADDING, 1);
        tag_end(paper, "TD");
        tag_end(paper, "TR");
        draw_box(paper, PAGE_LEFT, TEXT_WIDTH, height);
        paper->y += height;
}

void paper_table(Paper *paper, const PaperTable *table) {
        Grid grid = { .paper = paper, .table = table };
        MUST(table->columns > 0 && table->columns <= LAYOUT_COLUMNS_MAX);
        share_width(&grid);
        int area_height = REPORT_STYLES[STYLE_TABLE_AREA].line + 2 * PADDING;
        int head = row_height(&grid, table->heads, true, most_lines(0)), most = most_lines(head);
        bool open = false;
        for (uint32_t row = 0; row < table->rows; row++) {
                const Str *cells = &table->cells[row * table->columns];
                int height = row_height(&grid, cells, false, most), before = table->areas[row].length ? area_height : 0;
                if (open && paper->y + before + height > BODY_BOTTOM) {
                        tag_end(paper, "Table");
                        start_page(paper);
                        open = false;
                }
                if (!open) {
                        need(paper, head + before + height);
                        tag_begin(paper, "Table");
                        draw_row(&grid, table->heads, true, head);
                        open = true;
                }
                if (before)
                        draw_area(&grid, table->areas[row], before);
                draw_row(&grid, cells, false, height);
        }
        if (open)
                tag_end(paper, "Table");
}
