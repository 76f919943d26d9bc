/* The byte level of the CSV reader: where commas and line ends stand, whether the text is UTF-8.
 *
 * Each function exists for AVX-512 (VBMI2), AVX2 and plain C; all give the same answers. Callers guarantee
 * CSV_PADDING readable bytes on either side of the text, zero unless they are text. */
#pragma once

#include "base/str.h"

#define CSV_PADDING 64

typedef enum CsvLevel { CSV_PLAIN, CSV_AVX2, CSV_AVX512 } CsvLevel;

/* What one look over the bytes tells. */
typedef struct CsvSurvey {
        uint64_t newlines, nuls;
        bool     quotes;         /* there is a '"' */
        bool     returns;        /* there is a '\r' */
        bool     valid;          /* well-formed UTF-8 (NUL included) */
} CsvSurvey;

/* Where cells and rows end, as offsets from a base. */
typedef struct CsvMarks {
        uint32_t *ends;          /* offset of the ',' or '\n' behind each cell */
        uint32_t *rows;          /* index into ends of each '\n' */
        uint32_t  end_count, row_count;
} CsvMarks;

/* The best level of this machine. */
CsvLevel csv_level_best(void);

/* Looks over [from, to). A character that crosses an edge is judged where it ends; a text that stops inside a
 * character shows when `to` is one byte behind the text. */
CsvSurvey csv_survey(CsvLevel level, const char *text, size_t from, size_t to);

/* Appends the marks in [from, to) until a block of 64 bytes holds a '"'; returns where it stopped: that block, or
 * `to`. `marks` has room for to - from + 64 more ends, and as many rows. */
uint32_t csv_scan(CsvLevel level, const char *base, uint32_t from, uint32_t to, CsvMarks *marks);
