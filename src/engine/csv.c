/* Chunks of rows from marked bytes. Bytes without quotes go through csv_scan; around a quote a small state machine
 * walks from mark to mark. A chunk always starts at a row, so a row cut by the end of a chunk is scanned again. */
#include "engine/csv.h"

#include <string.h>

#define STEP_BYTES ((uint32_t) 4096)
#define CHUNK_BYTES ((uint32_t) 24 << 10)
#define CHUNK_ROWS_WANTED ((uint32_t) 1024)
#define CACHE_LINE ((size_t) 64)
#define LOOK_MAX (CSV_RECORD_MAX + CHUNK_BYTES + STEP_BYTES)   /* a row that starts in a chunk ends in here */

CsvReader csv_reader(const CsvText *text, size_t at, size_t end, uint32_t columns, Str header, Arena *arena) {
        CsvReader reader = { .text = text, .at = at, .end = end, .columns = columns, .header = header, .arena = arena };
        size_t look = text->text.length - at < LOOK_MAX ? text->text.length - at : LOOK_MAX;
        size_t marks = look + STEP_BYTES + CSV_PADDING;
        uint32_t *ends = ARENA_NEW(arena, uint32_t, marks + 1);
        ends[0] = UINT32_MAX;   /* the end before the chunk's first cell: its start wraps to 0 */
        reader.marks = (CsvMarks){ .ends = ends + 1, .rows = ARENA_NEW(arena, uint32_t, marks) };
        reader.first = ARENA_NEW(arena, uint32_t, CSV_CHUNK_ROWS);
        return reader;
}

static void mark(CsvMarks *marks, uint32_t at, bool row) {
        if (row)
                marks->rows[marks->row_count++] = marks->end_count;
        marks->ends[marks->end_count++] = at;
}

static uint32_t cell_start(const CsvMarks *marks) {
        return marks->ends[(ptrdiff_t) marks->end_count - 1] + 1;
}

static uint32_t row_start(const CsvMarks *marks) {
        return marks->row_count == 0 ? 0 : marks->ends[marks->rows[marks->row_count - 1]] + 1;
}

/* Behind the quote that closes the one at `at`; 0 when there is none before `limit`. */
static uint32_t close_quote(const char *base, uint32_t at, uint32_t limit) {
        for (at++; at < limit; at += 2) {
                const char *quote = memchr(base + at, '"', limit - at);
                if (quote == NULL)
                        return 0;
                at = (uint32_t) (quote - base);
                if (at + 1 >= limit || base[at + 1] != '"')
                        return at + 1;
        }
        return 0;
}

/* Walks over one block with quotes, and on to the end of a quoted cell. `limit` is the end of the text. Returns
 * where it stopped; *ret_open when a quote is never closed (within the longest row). */
static uint32_t scan_quotes(const char *base, uint32_t at, uint32_t stop, uint32_t limit, CsvMarks *marks,
                            bool *ret_open) {
        while (at < stop) {
                char byte = base[at];
                if (byte == ',' || byte == '\n') {
                        mark(marks, at++, byte == '\n');
                } else if (byte == '"' && at == cell_start(marks)) {
                        uint32_t farthest = row_start(marks) + CSV_RECORD_MAX;
                        uint32_t behind = close_quote(base, at, farthest < limit ? farthest : limit);
                        *ret_open = behind == 0;
                        if (*ret_open)
                                return at;
                        at = behind;
                } else {
                        at++;
                }
        }
        return at;
}

/* Notes that the row after `reader->kept` kept ones is left out. */
static void skip(CsvReader *reader) {
        if (reader->skip_count == 0 || reader->skips[reader->skip_count - 1].kept != reader->kept)
                *ARENA_PUSH(reader->arena, reader->skips, reader->skip_count, reader->skip_capacity) =
                        (CsvSkip){ .kept = reader->kept };
        reader->skips[reader->skip_count - 1].skipped = ++reader->skipped;
}

static void reject(CsvReader *reader, CsvFault fault, uint32_t cells) {
        uint64_t total = 0;
        for (int i = 0; i < CSV_FAULT_TOTAL; i++)
                total += reader->faults[i];
        if (total < CSV_REJECTS_KEPT)
                reader->rejects[total] =
                        (CsvReject){ .row = (uint64_t) reader->kept + reader->skipped, .cells = cells, .fault = fault };
        reader->faults[fault]++;
        skip(reader);
}

/* A row that is not simply right: true when it may stay (nothing but empty cells beyond the header's). */
static bool judge_row(CsvReader *reader, const char *base, uint32_t first, uint32_t last) {
        const uint32_t *ends = reader->marks.ends;
        uint32_t start = ends[(ptrdiff_t) first - 1] + 1, end = ends[last], cells = last - first + 1;
        if (end > start && base[end - 1] == '\r')
                end--;
        if (end == start) {
                skip(reader);   /* a blank line */
                return false;
        }
        if (cells == 1 && end - start == 3 && memcmp(base + start, "\xEF\xBF\xBD", 3) == 0 && reader->text->gb18030) {
                reject(reader, CSV_FAULT_ENCODING, 0);   /* csv_encoding.c leaves this in place of the row */
                return false;
        }
        if (cells > reader->columns && reader->columns > 0 &&
            end == ends[first + reader->columns - 1] + cells - reader->columns) {
                bool empty = true;
                for (uint32_t at = ends[first + reader->columns - 1]; at < end; at++)
                        empty &= base[at] == ',';
                if (empty)
                        return true;
        }
        if (reader->columns > 0 && cells != reader->columns)
                reject(reader, CSV_FAULT_CELLS, cells);
        return reader->columns == 0 || cells == reader->columns;
}

/* The header once more, in the middle of the file. */
static bool repeats_header(const CsvReader *reader, const char *base, uint32_t start, uint32_t end) {
        Str line = { base + start, end - start };
        if (line.length == reader->header.length + 1 && line.data[line.length - 1] == '\r')
                line.length--;
        return line.length > 0 && str_equal(line, reader->header);
}

/* Sorts the marked rows into kept and left out, up to a row that is too long. Returns where it came to. */
static uint32_t keep_rows(CsvReader *reader, const char *base, uint32_t *ret_kept) {
        const CsvMarks *marks = &reader->marks;
        uint32_t kept = 0, first = 0, start = 0, header_length = (uint32_t) reader->header.length;
        for (uint32_t r = 0; r < marks->row_count && kept < CSV_CHUNK_ROWS; r++) {
                uint32_t last = marks->rows[r], end = marks->ends[last], length = end - start, cells = last - first + 1;
                bool plain = cells == reader->columns && cells > 1;
                if (length >= CSV_RECORD_MAX)
                        break;
                if (length - header_length <= 1 && repeats_header(reader, base, start, end)) {
                        reject(reader, CSV_FAULT_HEADER, cells);
                } else if (plain || judge_row(reader, base, first, last)) {
                        reader->first[kept++] = first;
                        reader->kept++;
                }
                first = last + 1;
                start = end + 1;
        }
        *ret_kept = kept;
        return start;
}

/* Behind the next line end at or behind `from`, in the whole text. */
static size_t next_line(const CsvText *text, size_t from) {
        const char *newline = memchr(text->text.data + from, '\n', text->text.length - from);
        return newline == NULL ? text->text.length : (size_t) (newline - text->text.data) + 1;
}

/* Marks some rows from reader->at on, at least one unless the first cannot be read. False when the row behind the
 * marked ones has a quote that is never closed. */
static bool mark_rows(CsvReader *reader) {
        const CsvText *text = reader->text;
        const char *base = text->text.data + reader->at;
        CsvMarks *marks = &reader->marks;
        size_t rest = text->text.length - reader->at, range = reader->end - reader->at;
        uint32_t limit = rest > LOOK_MAX ? LOOK_MAX : (uint32_t) rest, at = 0;
        marks->end_count = marks->row_count = 0;
        while (marks->row_count == 0 ? at < CSV_RECORD_MAX : at < CHUNK_BYTES && marks->row_count < CHUNK_ROWS_WANTED) {
                uint32_t stop = limit - at < STEP_BYTES ? limit : at + STEP_BYTES;
                bool open = false;
                at = csv_scan(text->level, base, at, stop, marks);
                if (at < stop)
                        at = scan_quotes(base, at, stop - at < 64 ? stop : at + 64, limit, marks, &open);
                if (open)
                        return false;
                if (at >= rest && row_start(marks) < rest)
                        mark(marks, (uint32_t) rest, true);   /* the last row lacks its line end */
                if (at >= limit || row_start(marks) >= range)
                        break;
        }
        return true;
}

/* The rows of the next range do not belong here, though some may be marked. */
static void drop_foreign_rows(const CsvReader *reader, CsvMarks *marks) {
        while (marks->row_count > 0) {
                CsvMarks before = { marks->ends, marks->rows, 0, marks->row_count - 1 };
                if (reader->at + row_start(&before) < reader->end)
                        break;
                marks->row_count--;
        }
}

bool csv_next(CsvReader *reader, CsvChunk *ret_chunk) {
        while (reader->at < reader->end) {
                const char *base = reader->text->text.data + reader->at;
                uint32_t rows = 0, before = reader->kept;
                bool closed = mark_rows(reader);
                drop_foreign_rows(reader, &reader->marks);
                uint32_t marked = row_start(&reader->marks), judged = keep_rows(reader, base, &rows);
                reader->at += judged;
                if (judged < marked || !closed || judged == 0) {
                        /* the row here cannot be read: go on behind its first line, which may be inside a quote */
                        if (reader->at < reader->end) {
                                reject(reader, judged < marked || closed ? CSV_FAULT_LONG : CSV_FAULT_QUOTE, 0);
                                reader->at = next_line(reader->text, reader->at);
                        }
                }
                if (rows == 0)
                        continue;
                *ret_chunk = (CsvChunk){ .base = base, .ends = reader->marks.ends, .first = reader->first, .rows = rows,
                                         .columns = reader->columns, .row = before,
                                         .returns = reader->text->survey.returns,
                                         .quotes = reader->text->survey.quotes,
                                         .nuls = reader->text->survey.nuls > 0 };
                return true;
        }
        return false;
}

void csv_fetch_ahead(const CsvReader *reader, uint32_t part, uint32_t parts) {
        size_t ahead = CHUNK_BYTES + STEP_BYTES, from = ahead * part / parts, to = ahead * (part + 1) / parts;
        size_t rest = reader->text->text.length - reader->at;
        for (size_t at = from; at < to && at < rest; at += CACHE_LINE)
                __builtin_prefetch(reader->text->text.data + reader->at + at, 0, 2);
}

uint32_t csv_skipped_before(const CsvReader *reader, uint32_t kept) {
        uint32_t low = 0, high = reader->skip_count;
        while (low < high) {
                uint32_t middle = low + (high - low) / 2;
                if (reader->skips[middle].kept <= kept)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low == 0 ? 0 : reader->skips[low - 1].skipped;
}
