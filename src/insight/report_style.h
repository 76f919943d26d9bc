/* How each kind of text of a report looks, on paper and in Word: one table. Lengths are twips, a twentieth of a point: both
 * Word and the layout count in them, without fractions. The page is that of official documents: A4, 28 lines of 28 points. */
#pragma once

#include "base/str.h"

#define PAGE_WIDTH 11900
#define PAGE_HEIGHT 16840
#define PAGE_TOP 2098
#define PAGE_BOTTOM 1984
#define PAGE_LEFT 1588
#define PAGE_RIGHT 1474
#define TEXT_WIDTH (PAGE_WIDTH - PAGE_LEFT - PAGE_RIGHT)

typedef enum ReportStyle {
        STYLE_TITLE, STYLE_ISSUER, STYLE_HEADING, STYLE_BODY, STYLE_NOTE, STYLE_TABLE_HEAD, STYLE_TABLE_CELL, STYLE_TABLE_NUMBER,
        STYLE_TABLE_WORD, STYLE_TABLE_AREA, STYLE_FOOTER, STYLE_MARK,
        STYLE_COUNT,
} ReportStyle;

typedef enum StyleAlign { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT, ALIGN_BOTH } StyleAlign;

typedef struct StyleLook {
        const char *id, *name;           /* in Word; built-in styles by their own names */
        const char *word_font;           /* on the readers' computers */
        const char *families;            /* for fontconfig: the same fonts where they are installed, else Noto */
        int         size, line;          /* line: the whole line's height */
        int         before, after;       /* room around the paragraph */
        int         indent;              /* of the first line */
        StyleAlign  align;
        bool        bold, heading;
        bool        keep;                /* on the page of what follows */
} StyleLook;

extern const StyleLook REPORT_STYLES[STYLE_COUNT];
