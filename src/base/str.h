/* Slices of text: pointer and length, never owning, not NUL-terminated. Bytes are UTF-8 once they have
 * passed a border (utf8_check); comparison is by bytes. */
#pragma once

#include "base/arena.h"

typedef struct Str {
        const char *data;
        size_t      length;
} Str;

#define STR(literal) ((Str){ (literal), sizeof(literal) - 1 })
/* A static initialiser, where a compound literal is not constant enough. */
#define STR_INIT(literal) { (literal), sizeof(literal) - 1 }
/* For "%.*s". */
#define STR_ARG(str) (int) (str).length, (str).data

Str  str_from(const char *c_string);
bool str_equal(Str a, Str b);
int  str_compare(Str a, Str b);                      /* memcmp order, shorter first */
bool str_starts(Str text, Str prefix);
bool str_ends(Str text, Str suffix);
bool str_find(Str text, Str needle, size_t *ret_at); /* first occurrence */
Str  str_slice(Str text, size_t from, size_t to);    /* bytes [from, to), clipped to the text */
Str  str_trim(Str text);                             /* without ASCII white space at both ends */

/* Copies into the arena; the copy is NUL-terminated behind its length, so .data works as a C string. */
Str str_copy(Arena *arena, Str text);
Str str_format(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* Cuts `text` at the first `separator`: returns what stands before, moves *text behind it. When there is
 * none, returns the whole and leaves *text empty. */
Str str_cut(Str *text, char separator);

/* A whole decimal integer with optional '-'; false on anything else or overflow. */
bool str_to_int(Str text, int64_t *ret_value);

/* FNV-1a, 64 bits: for hash tables, never for security. */
uint64_t str_hash(Str text);
