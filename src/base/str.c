/* Slices of text: comparing, cutting, copying into arenas, whole numbers. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Str str_from(const char *c_string) {
        return (Str){ c_string, c_string == NULL ? 0 : strlen(c_string) };
}

bool str_equal(Str a, Str b) {
        return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

int str_compare(Str a, Str b) {
        size_t shorter = a.length < b.length ? a.length : b.length;
        int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
        return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

bool str_starts(Str text, Str prefix) {
        return str_equal(str_slice(text, 0, prefix.length), prefix);
}

bool str_ends(Str text, Str suffix) {
        return suffix.length <= text.length &&
               str_equal(str_slice(text, text.length - suffix.length, text.length), suffix);
}

bool str_find(Str text, Str needle, size_t *ret_at) {
        if (needle.length == 0) {
                *ret_at = 0;
                return true;
        }
        if (text.length == 0)
                return false;
        const char *found = memmem(text.data, text.length, needle.data, needle.length);
        if (found == NULL)
                return false;
        *ret_at = (size_t) (found - text.data);
        return true;
}

Str str_slice(Str text, size_t from, size_t to) {
        if (to > text.length)
                to = text.length;
        if (from >= to)
                return (Str){ text.data, 0 };
        return (Str){ text.data + from, to - from };
}

static bool is_space(char byte) {
        return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

Str str_trim(Str text) {
        size_t from = 0, to = text.length;
        while (from < to && is_space(text.data[from]))
                from++;
        while (to > from && is_space(text.data[to - 1]))
                to--;
        return str_slice(text, from, to);
}

Str str_copy(Arena *arena, Str text) {
        char *copy = ARENA_NEW(arena, char, text.length + 1);
        if (text.length > 0)
                memcpy(copy, text.data, text.length);
        return (Str){ copy, text.length };
}

Str str_format(Arena *arena, const char *format, ...) {
        va_list arguments, again;
        va_start(arguments, format);
        va_copy(again, arguments);
        int length = vsnprintf(NULL, 0, format, arguments);
        va_end(arguments);
        MUST(length >= 0);
        size_t size = (size_t) length + 1;
        char *text = ARENA_NEW(arena, char, size);
        (void) vsnprintf(text, size, format, again);   /* measured above, so it fits */
        va_end(again);
        return (Str){ text, (size_t) length };
}

Str str_cut(Str *text, char separator) {
        const char *found = text->length == 0 ? NULL : memchr(text->data, separator, text->length);
        size_t at = found == NULL ? text->length : (size_t) (found - text->data);
        Str head = str_slice(*text, 0, at);
        *text = found == NULL ? (Str){ text->data, 0 } : (Str){ found + 1, text->length - at - 1 };
        return head;
}

bool str_to_int(Str text, int64_t *ret_value) {
        bool negative = text.length > 0 && text.data[0] == '-';
        size_t at = negative ? 1 : 0;
        if (at == text.length)
                return false;
        int64_t value = 0;
        for (; at < text.length; at++) {
                int digit = text.data[at] - '0';
                if (digit < 0 || digit > 9)
                        return false;
                if (__builtin_mul_overflow(value, 10, &value) ||
                    __builtin_add_overflow(value, negative ? -digit : digit, &value))
                        return false;
        }
        *ret_value = value;
        return true;
}

uint64_t str_hash(Str text) {
        uint64_t hash = 0xcbf29ce484222325u;
        for (size_t i = 0; i < text.length; i++)
                hash = (hash ^ (unsigned char) text.data[i]) * 0x100000001b3u;
        return hash;
}
