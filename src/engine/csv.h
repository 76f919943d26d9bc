/* Our own CSV reader (RFC 4180 with tolerance): whole files mapped into memory, cut into cells a chunk at a time.
 *
 * Tolerated: LF, CRLF or CR line ends, a byte order mark, quoted cells with commas, line ends and doubled quotes, a
 * quote inside an unquoted cell (it stands for itself), blank lines, surplus empty cells at the end of a row, the
 * header once more, UTF-8 or GB18030. Never fatal: a row with the wrong number of cells, a quote that is not closed,
 * a row over CSV_RECORD_MAX bytes or with bytes that are no characters; such a row is left out and listed. */
#pragma once

#include "base/buffer.h"
#include "engine/csv_scan.h"

#define CSV_RECORD_MAX ((uint32_t) 1 << 20)   /* bytes of one row, its line ends included */
#define CSV_CHUNK_ROWS 6144                   /* at most so many rows in a chunk; about 1,000 in an ordinary file */

#define CSV_PART_BYTES ((size_t) 1 << 20)

typedef struct CsvText {
        Str      text;           /* UTF-8 without mark; CSV_PADDING readable bytes on either side */
        CsvLevel level;
        CsvSurvey survey;        /* survey.valid: every cell is well-formed UTF-8 (NUL may occur) */
        bool     gb18030;        /* converted from GB18030 */
        uint32_t *lines;         /* line ends in each CSV_PART_BYTES (malloc'd) */
        void    *mapping;
        size_t   mapping_size;
} CsvText;

/* Opens a file; RC_MISSING, RC_IO. The bytes are not copied, so the file must not shrink while it is open. */
Rc   csv_open(const char *path, CsvLevel level, uint32_t threads, CsvText *ret_text) CHECKED;
/* The same from bytes in memory, which are copied. */
Rc   csv_from_bytes(Str bytes, CsvLevel level, CsvText *ret_text) CHECKED;
void csv_close(CsvText *text);

typedef enum CsvFault {
        CSV_FAULT_CELLS,         /* more or fewer cells than the header */
        CSV_FAULT_QUOTE,         /* a quote is never closed */
        CSV_FAULT_LONG,          /* over CSV_RECORD_MAX */
        CSV_FAULT_HEADER,        /* the header once more */
        CSV_FAULT_ENCODING,      /* bytes that are no characters (only in a file converted from GB18030) */
        CSV_FAULT_TOTAL,
} CsvFault;

#define CSV_REJECTS_KEPT 100                  /* of a range; all are counted */

/* A row left out. `row` counts the rows of its range from 0. */
typedef struct CsvReject {
        uint64_t row;
        uint32_t cells;
        CsvFault fault;
} CsvReject;

/* After so many kept rows of a range, so many rows (blank or rejected) had been left out so far. */
typedef struct CsvSkip {
        uint32_t kept, skipped;
} CsvSkip;

/* Rows cut into cells. Cell c of row r ends before offset ends[first[r] + c] and starts behind the end before it. */
typedef struct CsvChunk {
        const char     *base;
        const uint32_t *ends;    /* ends[-1] is readable */
        const uint32_t *first;
        uint32_t        rows, columns;
        uint32_t        row;     /* kept rows of the range before this chunk */
        bool            returns, quotes, nuls;   /* of the file: these bytes occur */
} CsvChunk;

/* Reads the rows of a byte range. */
typedef struct CsvReader {
        const CsvText *text;
        size_t         at, end;          /* next row; rows that start before `end` are read */
        Str            header;           /* first line as bytes, line end excluded; empty: not looked for */
        uint32_t       columns;          /* 0: rows of any number of cells, and nothing is rejected for it */
        uint32_t       kept, skipped;    /* rows so far */
        CsvReject      rejects[CSV_REJECTS_KEPT];
        uint64_t       faults[CSV_FAULT_TOTAL];
        CsvSkip       *skips;
        uint32_t       skip_count, skip_capacity;
        uint32_t      *first;            /* first cells of the chunk's rows */
        CsvMarks       marks;
        Arena         *arena;
} CsvReader;

/* A reader of rows that start in [at, end), which must be row starts; lists and buffers live in the arena. */
CsvReader csv_reader(const CsvText *text, size_t at, size_t end, uint32_t columns, Str header, Arena *arena);
/* The next rows; false at the end. The chunk is valid until the next call. */
bool      csv_next(CsvReader *reader, CsvChunk *ret_chunk);

/* Starts fetching part `part` of the bytes behind the chunk into the cache: whoever calls it between two pieces of work
 * on a chunk does not wait for the next one. */
void csv_fetch_ahead(const CsvReader *reader, uint32_t part, uint32_t parts);

/* How many rows of the range were left out before kept row number `kept`. */
uint32_t csv_skipped_before(const CsvReader *reader, uint32_t kept);

/* The start of the first row that starts at or behind `target`; `from` is a row start before it. Exact: where the
 * file has quotes they are followed from there. */
size_t csv_row_start(const CsvText *text, size_t from, size_t target);

/* Line ends before a place: no fewer than rows. */
uint64_t csv_lines_before(const CsvText *text, size_t at);

/* The header's cells, and where the first data row starts. RC_INVALID when there is none. */
Rc csv_header(const CsvText *text, Arena *arena, Str **ret_names, uint32_t *ret_count, Str *ret_line,
              size_t *ret_at) CHECKED;

/* The bytes of a cell as they stand, quotes included. */
static inline Str csv_raw(const CsvChunk *chunk, uint32_t row, uint32_t column) {
        uint32_t index = chunk->first[row] + column;
        uint32_t start = chunk->ends[(ptrdiff_t) index - 1] + 1, end = chunk->ends[index];
        if (chunk->returns && column + 1 == chunk->columns && end > start && chunk->base[end - 1] == '\r')
                end--;
        return (Str){ chunk->base + start, end - start };
}

/* The cell's text: quotes taken off, doubled quotes made one (copied then). False when something follows the
 * closing quote. */
bool csv_unquote(Str raw, Arena *arena, Str *ret_text) CHECKED;
