/* Files as text: mapped between two zero pages, surveyed by ranges, converted when they are not UTF-8.
 *
 * A file is UTF-8 when all of it is, or when its first line is and has characters beyond ASCII: a stray byte further
 * down then spoils its own cell only. Otherwise it is read as GB18030, line by line where a piece does not convert;
 * a line that is neither becomes one U+FFFD, which the reader rejects as a row. */
#include "engine/csv.h"

#include "base/utf8.h"
#include "engine/parallel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE ((size_t) 4096)
#define PIECE_BYTES ((size_t) 4 << 20)

static size_t whole_pages(size_t length) {
        return (length + PAGE - 1) / PAGE * PAGE;
}

/* Zeroed memory for `length` bytes of text with its padding. */
static Rc reserve(size_t length, CsvText *ret_text, char **ret_data) {
        size_t size = whole_pages(length) + 2 * PAGE;
        void *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapping == MAP_FAILED)
                return RC_IO;
        char *data = (char *) mapping + PAGE;
        *ret_data = data;
        *ret_text = (CsvText){ .text = { data, length }, .mapping = mapping, .mapping_size = size };
        return RC_OK;
}

void csv_close(CsvText *text) {
        if (text->mapping != NULL)
                (void) munmap(text->mapping, text->mapping_size);   /* only fails on a wrong address */
        free(text->lines);
        *text = (CsvText){ 0 };
}

/* ---- looking it over ---------------------------------------------------------------------------------- */

typedef struct Look {
        CsvText         *text;
        size_t           pieces;
        _Atomic size_t   next;
        CsvSurvey        parts[PARALLEL_MAX];
} Look;

static void look_part(void *context, uint32_t part, uint32_t parts) {
        Look *look = context;
        const CsvText *text = look->text;
        CsvSurvey *sum = &look->parts[part];
        (void) parts;
        for (size_t piece = atomic_fetch_add(&look->next, 1); piece < look->pieces;
             piece = atomic_fetch_add(&look->next, 1)) {
                size_t from = piece * CSV_PART_BYTES;
                size_t to = piece + 1 == look->pieces ? text->text.length + 1 : from + CSV_PART_BYTES;
                CsvSurvey one = csv_survey(text->level, text->text.data, from, to);
                text->lines[piece] = (uint32_t) one.newlines;
                sum->newlines += one.newlines;
                sum->nuls += one.nuls;
                sum->quotes |= one.quotes;
                sum->returns |= one.returns;
                sum->valid &= one.valid;
        }
}

static void look_over(CsvText *text, uint32_t threads) {
        Look look = { .text = text, .pieces = text->text.length / CSV_PART_BYTES + 1 };
        free(text->lines);
        text->lines = calloc(look.pieces, sizeof(*text->lines));
        MUST(text->lines != NULL);
        threads = parallel_threads(threads, look.pieces);
        for (uint32_t i = 0; i < threads; i++)
                look.parts[i].valid = true;
        parallel_run(threads, look_part, &look);
        text->survey = (CsvSurvey){ .valid = true };
        text->survey.nuls--;   /* the zero behind the text was looked at too; wraps back below */
        for (uint32_t i = 0; i < threads; i++) {
                text->survey.newlines += look.parts[i].newlines;
                text->survey.nuls += look.parts[i].nuls;
                text->survey.quotes |= look.parts[i].quotes;
                text->survey.returns |= look.parts[i].returns;
                text->survey.valid &= look.parts[i].valid;
        }
}

uint64_t csv_lines_before(const CsvText *text, size_t at) {
        size_t piece = at / CSV_PART_BYTES;
        uint64_t lines = csv_survey(text->level, text->text.data, piece * CSV_PART_BYTES, at).newlines;
        for (size_t i = 0; i < piece; i++)
                lines += text->lines[i];
        return lines;
}

/* Takes the byte order mark off. */
static void drop_mark(CsvText *text) {
        if (str_starts(text->text, STR("\xEF\xBB\xBF")))
                text->text = str_slice(text->text, 3, text->text.length);
}

/* ---- GB18030 ------------------------------------------------------------------------------------------ */

static bool first_line_is_utf8(Str text) {
        size_t bad = 0;
        Str rest = text, line = str_cut(&rest, '\n');
        if (line.length > CSV_RECORD_MAX || !utf8_check(line, &bad))
                return false;
        return utf8_count(line) < line.length;
}

/* Converts a piece that ends at a line end; a line that cannot be converted becomes U+FFFD. */
static void convert_piece(Str piece, Buffer *out) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(piece.length * 4 + PAGE);
        Str utf8 = { 0 };
        size_t bad = 0;
        if (gb18030_to_utf8(arena, piece, &utf8, &bad) == RC_OK) {
                buffer_add(out, utf8);
                return;
        }
        while (piece.length > 0) {
                const char *newline = memchr(piece.data, '\n', piece.length);
                size_t length = newline == NULL ? piece.length : (size_t) (newline - piece.data) + 1;
                arena_reset(arena);
                if (gb18030_to_utf8(arena, str_slice(piece, 0, length), &utf8, &bad) == RC_OK)
                        buffer_add(out, utf8);
                else
                        buffer_add(out, STR("\xEF\xBF\xBD\n"));
                piece = str_slice(piece, length, piece.length);
        }
}

/* Takes `ret_text` over into UTF-8. */
static Rc convert(CsvText *ret_text) {
        Str rest = ret_text->text;
        Buffer utf8 CLEAN(buffer_free) = buffer_new(rest.length * 2 + PAGE);
        while (rest.length > 0) {
                size_t length = rest.length < PIECE_BYTES ? rest.length : PIECE_BYTES;
                const char *newline = memrchr(rest.data, '\n', length);
                if (length < rest.length && newline == NULL)
                        newline = memchr(rest.data, '\n', rest.length);
                if (length < rest.length)
                        length = newline == NULL ? rest.length : (size_t) (newline - rest.data) + 1;
                convert_piece(str_slice(rest, 0, length), &utf8);
                rest = str_slice(rest, length, rest.length);
        }
        CsvText text = { 0 };
        char *data = NULL;
        if (utf8.failed || reserve(utf8.length, &text, &data) != RC_OK)
                return RC_IO;
        memcpy(data, utf8.data, utf8.length);
        text.level = ret_text->level;
        text.gb18030 = true;
        csv_close(ret_text);
        *ret_text = text;
        return RC_OK;
}

/* ---- opening ------------------------------------------------------------------------------------------ */

/* A file with CR for line ends becomes one with LF. */
static Rc change_returns(CsvText *ret_text) {
        CsvText text = { 0 };
        char *data = NULL;
        if (reserve(ret_text->text.length, &text, &data) != RC_OK)
                return RC_IO;
        for (size_t i = 0; i < ret_text->text.length; i++)
                data[i] = ret_text->text.data[i] == '\r' ? '\n' : ret_text->text.data[i];
        text.level = ret_text->level;
        text.gb18030 = ret_text->gb18030;
        csv_close(ret_text);
        *ret_text = text;
        return RC_OK;
}

static Rc prepare(CsvText *ret_text, uint32_t threads) {
        drop_mark(ret_text);
        look_over(ret_text, threads);
        if (!ret_text->survey.valid && !first_line_is_utf8(ret_text->text)) {
                if (convert(ret_text) != RC_OK)
                        return RC_IO;
                drop_mark(ret_text);
                look_over(ret_text, threads);
        }
        if (ret_text->survey.returns && ret_text->survey.newlines == 0) {
                if (change_returns(ret_text) != RC_OK)
                        return RC_IO;
                look_over(ret_text, threads);
        }
        return RC_OK;
}

static Rc finish(Rc rc, CsvText *text, uint32_t threads, CsvText *ret_text) {
        if (rc == RC_OK)
                rc = prepare(text, threads);
        if (rc != RC_OK) {
                csv_close(text);
                return rc;
        }
        *ret_text = *text;
        return RC_OK;
}

Rc csv_from_bytes(Str bytes, CsvLevel level, CsvText *ret_text) {
        CsvText text = { 0 };
        char *data = NULL;
        Rc rc = reserve(bytes.length, &text, &data);
        if (rc == RC_OK && bytes.length > 0)
                memcpy(data, bytes.data, bytes.length);
        text.level = level;
        return finish(rc, &text, 1, ret_text);
}

static Rc map_file(int file, CsvText *ret_text) {
        struct stat status = { 0 };
        char *data = NULL;
        if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
                return RC_IO;
        size_t length = (size_t) status.st_size;
        Rc rc = reserve(length, ret_text, &data);
        if (rc != RC_OK || length == 0)
                return rc;
        if (mmap(data, length, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED)
                return RC_IO;
        return RC_OK;
}

Rc csv_open(const char *path, CsvLevel level, uint32_t threads, CsvText *ret_text) {
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
                return errno == ENOENT || errno == ENOTDIR ? RC_MISSING : RC_IO;
        CsvText text = { 0 };
        Rc rc = map_file(file, &text);
        (void) close(file);   /* only read */
        text.level = level;
        return finish(rc, &text, threads, ret_text);
}

/* ---- parts -------------------------------------------------------------------------------------------- */

size_t csv_row_start(const CsvText *text, size_t from, size_t target) {
        Str bytes = text->text;
        if (target <= from || target >= bytes.length)
                return target <= from ? from : bytes.length;
        if (!text->survey.quotes) {
                const char *newline = memchr(bytes.data + target - 1, '\n', bytes.length - target + 1);
                return newline == NULL ? bytes.length : (size_t) (newline - bytes.data) + 1;
        }
        Arena *arena CLEAN(arena_cleanup) = arena_new(SIZE_MAX / 2);
        CsvReader reader = csv_reader(text, from, target, 0, STR(""), arena);
        CsvChunk chunk;
        while (csv_next(&reader, &chunk))
                continue;
        return reader.at;
}

Rc csv_header(const CsvText *text, Arena *arena, Str **ret_names, uint32_t *ret_count, Str *ret_line, size_t *ret_at) {
        CsvReader reader = csv_reader(text, 0, text->text.length, 0, STR(""), arena);
        CsvChunk chunk = { 0 };
        if (!csv_next(&reader, &chunk))
                return RC_INVALID;
        uint32_t first = chunk.first[0], r = 0;
        while (reader.marks.rows[r] < first)
                r++;
        uint32_t last = reader.marks.rows[r];
        chunk.columns = last - first + 1;
        Str *names = ARENA_NEW(arena, Str, chunk.columns);
        for (uint32_t c = 0; c < chunk.columns; c++) {
                Str raw = csv_raw(&chunk, 0, c);
                if (!csv_unquote(raw, arena, &names[c]))
                        names[c] = raw;
                names[c] = str_trim(names[c]);
        }
        uint32_t start = chunk.ends[(ptrdiff_t) first - 1] + 1, end = chunk.ends[last];
        *ret_line = (Str){ chunk.base + start, end - start };
        if (str_ends(*ret_line, STR("\r")))
                ret_line->length--;
        *ret_names = names;
        *ret_count = chunk.columns;
        size_t behind = (size_t) (chunk.base - text->text.data) + end + 1;
        *ret_at = behind < text->text.length ? behind : text->text.length;
        return RC_OK;
}

bool csv_unquote(Str raw, Arena *arena, Str *ret_text) {
        if (raw.length == 0 || raw.data[0] != '"') {
                *ret_text = raw;
                return true;
        }
        if (raw.length < 2 || raw.data[raw.length - 1] != '"')
                return false;
        Str inside = str_slice(raw, 1, raw.length - 1);
        if (inside.length == 0 || memchr(inside.data, '"', inside.length) == NULL) {
                *ret_text = inside;
                return true;
        }
        char *copy = ARENA_NEW(arena, char, inside.length);
        size_t length = 0;
        for (size_t i = 0; i < inside.length; i++) {
                copy[length++] = inside.data[i];
                if (inside.data[i] == '"' && (++i == inside.length || inside.data[i] != '"'))
                        return false;
        }
        *ret_text = (Str){ copy, length };
        return true;
}
