/* Findings about the user's text: collected in one arena, printed sorted, as carets or JSON.
 *
 * What is printed may hold hostile bytes: control and bidirectional characters and malformed UTF-8 appear as
 * U+FFFD, and of a very long line only the neighbourhood of the span is shown. */
#include "base/diagnostic.h"

#include "base/json.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_LIMIT 100
#define LINE_BEFORE 160        /* bytes of a long line shown before and behind the span's start */
#define LINE_BEHIND 240
#define NAME_MAX_CHARACTERS 64

void diagnostics_init(Diagnostics *diagnostics, Arena *arena) {
        *diagnostics = (Diagnostics){ .arena = arena, .file_count = 1, .limit = ERROR_LIMIT };
        diagnostics->files = arena_grow(arena, NULL, 0, &diagnostics->file_capacity, sizeof(SourceFile),
                                        _Alignof(SourceFile));
}

uint32_t diagnostics_add_file(Diagnostics *diagnostics, Str path, Str text) {
        *ARENA_PUSH(diagnostics->arena, diagnostics->files, diagnostics->file_count, diagnostics->file_capacity) =
                (SourceFile){ .path = path, .text = text };
        return diagnostics->file_count - 1;
}

/* Counts the finding; false when there are too many of them to keep. */
static bool count_finding(Diagnostics *diagnostics, DiagnosticLevel level) {
        switch (level) {
        case DIAGNOSTIC_ERROR:
                return ++diagnostics->errors <= diagnostics->limit;
        case DIAGNOSTIC_WARNING:
                return ++diagnostics->warnings <= diagnostics->limit;
        case DIAGNOSTIC_NOTE:
                return diagnostics->errors <= diagnostics->limit && diagnostics->warnings <= diagnostics->limit;
        }
        return false;
}

void diagnostics_add(Diagnostics *diagnostics, DiagnosticLevel level, const char *code, Span at, Str hint,
                     const char *format, ...) {
        MUST(at.file < diagnostics->file_count && at.start <= at.end);
        if (!count_finding(diagnostics, level))
                return;
        va_list arguments, again;
        va_start(arguments, format);
        va_copy(again, arguments);
        int length = vsnprintf(NULL, 0, format, arguments);
        va_end(arguments);
        MUST(length >= 0);
        size_t size = (size_t) length + 1;
        char *message = ARENA_NEW(diagnostics->arena, char, size);
        (void) vsnprintf(message, size, format, again);   /* measured above, so it fits */
        va_end(again);

        Diagnostic *diagnostic = ARENA_NEW(diagnostics->arena, Diagnostic, 1);
        *diagnostic = (Diagnostic){ .level = level,
                                    .code = str_copy(diagnostics->arena, str_from(code)),
                                    .at = at,
                                    .message = { message, (size_t) length },
                                    .hint = str_copy(diagnostics->arena, hint) };
        if (diagnostics->last == NULL)
                diagnostics->first = diagnostic;
        else
                diagnostics->last->next = diagnostic;
        diagnostics->last = diagnostic;
}

/* The bytes of the line around `offset`, without its line end. */
static void line_around(Str text, size_t offset, size_t *ret_start, size_t *ret_end) {
        const char *before = offset == 0 ? NULL : memrchr(text.data, '\n', offset);
        *ret_start = before == NULL ? 0 : (size_t) (before - text.data) + 1;
        const char *behind = offset == text.length ? NULL : memchr(text.data + offset, '\n', text.length - offset);
        size_t end = behind == NULL ? text.length : (size_t) (behind - text.data);
        if (end > *ret_start && text.data[end - 1] == '\r')
                end--;
        *ret_end = end;
}

Position position_of(Str text, uint32_t offset) {
        Str before = str_slice(text, 0, offset);
        Position position = { .line = 1, .column = 1 };
        size_t at = 0;
        for (size_t found = 0; str_find(str_slice(before, at, before.length), STR("\n"), &found); at += found + 1)
                position.line++;
        position.column += (uint32_t) utf8_count(str_slice(before, at, before.length));
        return position;
}

/* Whether a terminal could be fooled by the character. */
static bool is_harmful(uint32_t character) {
        return character < 0x20 || (character >= 0x7F && character <= 0x9F) || character == 0x200E ||
               character == 0x200F || (character >= 0x202A && character <= 0x202E) ||
               (character >= 0x2066 && character <= 0x2069);
}

static void add_clean(Buffer *out, Str text) {
        for (size_t at = 0; at < text.length;) {
                uint32_t character = utf8_next(text, &at);
                char bytes[4];
                size_t length = 0;
                utf8_encode(character != '\t' && is_harmful(character) ? 0xFFFD : character, bytes, &length);
                buffer_add(out, (Str){ bytes, length });
        }
}

/* Columns the text takes, as add_clean prints it. */
static size_t width_of(Str text) {
        size_t width = 0;
        for (size_t at = 0; at < text.length;) {
                uint32_t character = utf8_next(text, &at);
                width += is_harmful(character) ? 1 : (size_t) utf8_width(character);
        }
        return width;
}

/* Moves an offset onto the start of a character. */
static size_t character_start(Str text, size_t at, size_t least) {
        while (at > least && at < text.length && ((unsigned char) text.data[at] & 0xC0) == 0x80)
                at--;
        return at;
}

static void print_source_line(Str text, Span span, Buffer *out) {
        size_t start = 0, end = 0;
        size_t caret = span.start < text.length ? span.start : text.length;
        line_around(text, caret, &start, &end);
        if (caret > end)
                caret = end;
        size_t from = caret - start > LINE_BEFORE ? character_start(text, caret - LINE_BEFORE, start) : start;
        size_t to = end - caret > LINE_BEHIND ? character_start(text, caret + LINE_BEHIND, caret) : end;
        buffer_add(out, from > start ? STR("  …") : STR("  "));
        add_clean(out, str_slice(text, from, to));
        buffer_add(out, to < end ? STR("…\n  ") : STR("\n  "));

        if (from > start)
                buffer_byte(out, ' ');
        Str before = str_slice(text, from, caret);
        for (Str rest = before; rest.length > 0;) {
                size_t next = 0;
                bool tab = utf8_next(rest, &next) == '\t';
                if (tab)
                        buffer_byte(out, '\t');
                else
                        buffer_repeat(out, ' ', width_of(str_slice(rest, 0, next)));
                rest = str_slice(rest, next, rest.length);
        }
        buffer_byte(out, '^');
        size_t width = width_of(str_slice(text, caret, span.end < to ? span.end : to));
        buffer_repeat(out, '~', width > 1 ? width - 1 : 0);
        buffer_byte(out, '\n');
}

typedef struct Entry {
        const Diagnostic *diagnostic;
        Span              at;      /* of the finding a note belongs to */
        uint32_t          order;
} Entry;

static int entry_compare(const void *left, const void *right) {
        const Entry *a = left, *b = right;
        if (a->at.file != b->at.file)
                return a->at.file < b->at.file ? -1 : 1;
        if (a->at.start != b->at.start)
                return a->at.start < b->at.start ? -1 : 1;
        return (a->order > b->order) - (a->order < b->order);
}

/* The findings by file and place; a note stays behind the finding it was added after. */
static Entry *sorted_entries(const Diagnostics *diagnostics, uint32_t *ret_count) {
        Entry *entries = NULL;
        uint32_t count = 0, capacity = 0;
        Span leader = { 0 };
        for (const Diagnostic *diagnostic = diagnostics->first; diagnostic != NULL; diagnostic = diagnostic->next) {
                if (diagnostic->level != DIAGNOSTIC_NOTE || count == 0)
                        leader = diagnostic->at;
                Entry entry = { .diagnostic = diagnostic, .at = leader, .order = count };
                *ARENA_PUSH(diagnostics->arena, entries, count, capacity) = entry;
        }
        if (count > 0)
                qsort(entries, count, sizeof(Entry), entry_compare);
        *ret_count = count;
        return entries;
}

static const char *level_name(DiagnosticLevel level) {
        static const char *const names[] = {
                [DIAGNOSTIC_ERROR] = "error", [DIAGNOSTIC_WARNING] = "warning", [DIAGNOSTIC_NOTE] = "note",
        };
        return names[level];
}

static uint32_t over_limit(const Diagnostics *diagnostics, uint32_t count) {
        return count > diagnostics->limit ? count - diagnostics->limit : 0;
}

void diagnostics_print(const Diagnostics *diagnostics, Buffer *out) {
        uint32_t count = 0;
        const Entry *entries = sorted_entries(diagnostics, &count);
        for (uint32_t i = 0; i < count; i++) {
                const Diagnostic *diagnostic = entries[i].diagnostic;
                const SourceFile *file = &diagnostics->files[diagnostic->at.file];
                bool placed = diagnostic->at.file != 0;
                if (placed) {
                        Position position = position_of(file->text, diagnostic->at.start);
                        add_clean(out, file->path);
                        buffer_format(out, ":%u:%u: ", position.line, position.column);
                }
                buffer_format(out, "%s[%.*s]: ", level_name(diagnostic->level), STR_ARG(diagnostic->code));
                add_clean(out, diagnostic->message);
                buffer_byte(out, '\n');
                if (placed)
                        print_source_line(file->text, diagnostic->at, out);
                if (diagnostic->hint.length > 0) {
                        buffer_add(out, STR("  提示："));
                        add_clean(out, diagnostic->hint);
                        buffer_byte(out, '\n');
                }
        }
        uint32_t errors = over_limit(diagnostics, diagnostics->errors);
        uint32_t warnings = over_limit(diagnostics, diagnostics->warnings);
        if (errors + warnings > 0)
                buffer_format(out, "另有 %u 个错误、%u 个警告没有列出。\n", errors, warnings);
}

static void json_position(Json *json, Str text, uint32_t offset, const char *line, const char *column) {
        Position position = position_of(text, offset);
        json_key(json, line);
        json_int(json, position.line);
        json_key(json, column);
        json_int(json, position.column);
}

void diagnostics_json(const Diagnostics *diagnostics, Buffer *out) {
        uint32_t count = 0;
        const Entry *entries = sorted_entries(diagnostics, &count);
        Json json = json_begin(out);
        json_open_array(&json);
        for (uint32_t i = 0; i < count; i++) {
                const Diagnostic *diagnostic = entries[i].diagnostic;
                json_open_object(&json);
                json_key(&json, "level");
                json_text(&json, str_from(level_name(diagnostic->level)));
                json_key(&json, "code");
                json_text(&json, diagnostic->code);
                if (diagnostic->at.file != 0) {
                        const SourceFile *file = &diagnostics->files[diagnostic->at.file];
                        json_key(&json, "file");
                        json_text(&json, file->path);
                        json_position(&json, file->text, diagnostic->at.start, "line", "column");
                        json_position(&json, file->text, diagnostic->at.end, "endLine", "endColumn");
                }
                json_key(&json, "message");
                json_text(&json, diagnostic->message);
                json_key(&json, "hint");
                json_text(&json, diagnostic->hint);
                json_end(&json);
        }
        json_end(&json);
}

/* The characters of a name; false when it is too long to be one. */
static bool name_characters(Str name, uint32_t characters[NAME_MAX_CHARACTERS], uint32_t *ret_count) {
        uint32_t count = 0;
        for (size_t at = 0; at < name.length; count++) {
                if (count == NAME_MAX_CHARACTERS)
                        return false;
                characters[count] = utf8_next(name, &at);
        }
        *ret_count = count;
        return true;
}

/* Insertions, deletions, replacements and swaps of neighbours between two names. */
static uint32_t edit_distance(const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count) {
        uint32_t rows[3][NAME_MAX_CHARACTERS + 1];
        for (uint32_t j = 0; j <= b_count; j++)
                rows[0][j] = j;
        for (uint32_t i = 1; i <= a_count; i++) {
                uint32_t *row = rows[i % 3];
                const uint32_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
                row[0] = i;
                for (uint32_t j = 1; j <= b_count; j++) {
                        uint32_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
                        if (best > above[j] + 1)
                                best = above[j] + 1;
                        if (best > row[j - 1] + 1)
                                best = row[j - 1] + 1;
                        bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                        if (swapped && best > two_above[j - 2] + 1)
                                best = two_above[j - 2] + 1;
                        row[j] = best;
                }
        }
        return rows[a_count % 3][b_count];
}

bool nearest_name(Str wrong, const Str *names, uint32_t count, Str *ret_name) {
        uint32_t wanted[NAME_MAX_CHARACTERS], name[NAME_MAX_CHARACTERS];
        uint32_t wanted_count = 0, name_count = 0;
        if (!name_characters(wrong, wanted, &wanted_count) || wanted_count < 2)
                return false;
        /* a two-character name still deserves one slip */
        uint32_t limit = wanted_count < 3 ? 1 : wanted_count / 3;
        bool found = false;
        for (uint32_t i = 0; i < count; i++) {
                if (str_equal(names[i], wrong) || !name_characters(names[i], name, &name_count))
                        continue;
                uint32_t distance = edit_distance(wanted, wanted_count, name, name_count);
                if (found ? distance >= limit : distance > limit)
                        continue;
                limit = distance;
                found = true;
                *ret_name = names[i];
        }
        return found;
}
