/* UTF-8: one strict decoder (Unicode 15, table 3-7) behind validation, stepping and counting. */
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFDu

/* The length of the well-formed sequence at `at`, with its character; 0 when there is none. */
static size_t decode(Str text, size_t at, uint32_t *ret_character) {
        const unsigned char *bytes = (const unsigned char *) text.data + at;
        size_t left = text.length - at;
        uint32_t first = bytes[0];
        if (first < 0x80) {
                *ret_character = first;
                return 1;
        }
        size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || left < length)
                return 0;
        uint32_t character = first & (0x7Fu >> length);
        for (size_t i = 1; i < length; i++) {
                if ((bytes[i] & 0xC0) != 0x80)
                        return 0;
                character = character << 6 | (bytes[i] & 0x3Fu);
        }
        bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
        if (overlong || (character >= 0xD800 && character <= 0xDFFF) || character > 0x10FFFF)
                return 0;
        *ret_character = character;
        return length;
}

/* Eight bytes, all of them ASCII and none of them NUL. */
static bool plain_word(const char *bytes) {
        uint64_t word;
        memcpy(&word, bytes, sizeof(word));
        return ((word | (word - 0x0101010101010101u)) & 0x8080808080808080u) == 0;
}

bool utf8_check(Str text, size_t *ret_at) {
        for (size_t at = 0; at < text.length;) {
                if (text.length - at >= 8 && plain_word(text.data + at)) {
                        at += 8;
                        continue;
                }
                uint32_t character = 0;
                size_t length = decode(text, at, &character);
                if (length == 0 || character == 0) {
                        *ret_at = at;
                        return false;
                }
                at += length;
        }
        return true;
}

uint32_t utf8_next(Str text, size_t *at) {
        MUST(*at < text.length);
        uint32_t character = REPLACEMENT;
        size_t length = decode(text, *at, &character);
        *at += length == 0 ? 1 : length;
        return character;
}

void utf8_encode(uint32_t character, char ret_bytes[4], size_t *ret_length) {
        MUST(character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF));
        if (character < 0x80) {
                ret_bytes[0] = (char) character;
                *ret_length = 1;
                return;
        }
        size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
        uint32_t lead = 0xFFu & (0xF00u >> length);
        for (size_t i = length - 1; i > 0; i--, character >>= 6)
                ret_bytes[i] = (char) (0x80u | (character & 0x3Fu));
        ret_bytes[0] = (char) (lead | character);
        *ret_length = length;
}

size_t utf8_count(Str text) {
        size_t count = 0;
        for (size_t at = 0; at < text.length; count++)
                (void) utf8_next(text, &at);
        return count;
}

bool utf8_is_han(uint32_t character) {
        static const struct {
                uint32_t first, last;
        } ranges[] = {
                { 0x3005, 0x3005 },   /* 々 */
                { 0x3007, 0x3007 },   /* 〇 */
                { 0x3400, 0x4DBF },   { 0x4E00, 0x9FFF },   { 0xF900, 0xFAFF },
                { 0x20000, 0x2FA1F }, { 0x30000, 0x323AF },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++)
                if (character >= ranges[i].first && character <= ranges[i].last)
                        return true;
        return false;
}

uint32_t utf8_narrow(uint32_t character) {
        if (character >= 0xFF01 && character <= 0xFF5E)
                return character - 0xFF01 + '!';
        return character == 0x3000 ? ' ' : character;
}

int utf8_width(uint32_t character) {
        int width = utf8proc_charwidth((utf8proc_int32_t) character);
        utf8proc_category_t category = utf8proc_category((utf8proc_int32_t) character);
        bool combining = category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
        if (combining)
                return 0;
        return width == 2 ? 2 : 1;
}

Rc gb18030_to_utf8(Arena *arena, Str text, Str *ret_utf8, size_t *ret_at) {
        const char *nul = text.length == 0 ? NULL : memchr(text.data, 0, text.length);
        size_t end = nul == NULL ? text.length : (size_t) (nul - text.data);
        iconv_t converter = iconv_open("UTF-8", "GB18030");
        if (converter == (iconv_t) -1)
                return RC_IO;
        /* two bytes become at most three, four at most four */
        size_t room = end + end / 2 + 8;
        char *utf8 = ARENA_NEW(arena, char, room), *out = utf8;
        char *in = NULL;
        memcpy(&in, &text.data, sizeof(in));   /* iconv takes a mutable pointer but only reads */
        size_t left = end;
        size_t converted = iconv(converter, &in, &left, &out, &room);
        int error = errno;
        (void) iconv_close(converter);   /* a read-only table: nothing to lose */
        if (converted == (size_t) -1 || nul != NULL) {
                MUST(converted != (size_t) -1 || error != E2BIG);
                *ret_at = end - left;
                return RC_INVALID;
        }
        *ret_utf8 = (Str){ utf8, (size_t) (out - utf8) };
        return RC_OK;
}
