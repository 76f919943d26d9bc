/* What is wrong with the user's text, where, and what to do about it.
 *
 * A Diagnostics collects many findings of one run; it is printed once, as text with carets, or as JSON.
 * Codes are stable ("L0201") and listed with their explanation in doc/diagnostics.md. */
#pragma once

#include "base/buffer.h"

/* A byte range in a source file. file 0 means "no place". */
typedef struct Span {
        uint32_t file, start, end;
} Span;

typedef enum DiagnosticLevel { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING, DIAGNOSTIC_NOTE } DiagnosticLevel;

typedef struct Diagnostic {
        DiagnosticLevel level;
        Str             code;      /* "L0201" */
        Span            at;
        Str             message;   /* what and why, Chinese, one sentence */
        Str             hint;      /* the way out; may be empty */
        struct Diagnostic *next;
} Diagnostic;

typedef struct SourceFile {
        Str path;                  /* as the user named it */
        Str text;
} SourceFile;

typedef struct Diagnostics {
        Arena      *arena;
        SourceFile *files;         /* files[0] is unused: Span.file counts from 1 */
        uint32_t    file_count, file_capacity;
        Diagnostic *first, *last;
        uint32_t    errors, warnings;
        uint32_t    limit;         /* after so many errors the rest is counted, not kept (default 100) */
} Diagnostics;

void diagnostics_init(Diagnostics *diagnostics, Arena *arena);

/* Registers a source text (not copied) and returns its file number. */
uint32_t diagnostics_add_file(Diagnostics *diagnostics, Str path, Str text);

/* Adds a finding; the message is formatted into the arena. `hint` may be empty. */
void diagnostics_add(Diagnostics *diagnostics, DiagnosticLevel level, const char *code, Span at, Str hint,
                     const char *format, ...) PRINTF_LIKE(6, 7);

/* 1-based line and column (in characters) of a byte offset. */
typedef struct Position {
        uint32_t line, column;
} Position;
Position position_of(Str text, uint32_t offset);

/* "file:line:column: error[L0201]: message", the line, a caret under the span (wide characters count
 * two columns), "提示：…". Sorted by file and place; a note follows the finding it was added after. */
void diagnostics_print(const Diagnostics *diagnostics, Buffer *out);
/* The same as a JSON array of objects {level, code, file, line, column, endLine, endColumn, message, hint};
 * without a place the five fields of the place are left out. */
void diagnostics_json(const Diagnostics *diagnostics, Buffer *out);

/* The name nearest to `wrong` within an edit distance of a third of its length (counted in characters; one for
 * two characters), for "是否想写"; the first of equals; false when none is near. `wrong` itself is no answer. */
bool nearest_name(Str wrong, const Str *names, uint32_t count, Str *ret_name);
