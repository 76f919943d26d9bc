/* UTF-8: validation at the border, decoding, the classes of characters the language and the printer need. */
#pragma once

#include "base/str.h"

/* True when the text is well-formed UTF-8 (no surrogates, no overlong forms) without NUL; otherwise
 * *ret_at is the offset of the first bad byte. */
bool utf8_check(Str text, size_t *ret_at);

/* The character at *at (which must be < text.length), moving *at behind it. Malformed: U+FFFD, one byte. */
uint32_t utf8_next(Str text, size_t *at);
void     utf8_encode(uint32_t character, char ret_bytes[4], size_t *ret_length);
size_t   utf8_count(Str text);

/* Han characters, including 〇 and the extensions. */
bool utf8_is_han(uint32_t character);
/* Full-width ASCII (U+FF01..FF5E) and U+3000 become half-width; everything else stays. */
uint32_t utf8_narrow(uint32_t character);
/* The simplified form of a traditional character; everything else stays. */
uint32_t utf8_simplify(uint32_t character);
/* What search compares: half-width, simplified, small letters. Folding twice changes nothing. */
uint32_t utf8_fold(uint32_t character);
/* Terminal columns: 2 for East Asian wide characters, 0 for combining marks, else 1. */
int utf8_width(uint32_t character);

/* Converts GB18030 to UTF-8 in the arena; RC_INVALID with *ret_at the offset of the first bad byte. */
Rc gb18030_to_utf8(Arena *arena, Str text, Str *ret_utf8, size_t *ret_at) CHECKED;
