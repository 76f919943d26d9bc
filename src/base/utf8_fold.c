/* Folding for search. The table is one text of six-byte pairs; the order of UTF-8 is the order of characters, so that it is searched
 * where it stands. */
#include "base/utf8.h"

#include <string.h>

#define HALF 3           /* bytes of each character of a pair */

static const char PAIRS[] =
#include "base/utf8_simplified.def"
        ;

uint32_t utf8_simplify(uint32_t character) {
        if (character < 0x3400 || character > 0x9FFF)
                return character;
        char bytes[4];
        size_t length, low = 0, high = sizeof(PAIRS) / (2 * HALF);
        utf8_encode(character, bytes, &length);
        while (low < high) {
                size_t middle = (low + high) / 2;
                int order = memcmp(PAIRS + middle * 2 * HALF, bytes, HALF);
                if (order == 0) {
                        size_t at = 0;
                        return utf8_next((Str){ PAIRS + middle * 2 * HALF + HALF, HALF }, &at);
                }
                if (order < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return character;
}

uint32_t utf8_fold(uint32_t character) {
        uint32_t narrow = utf8_narrow(character);
        if (narrow >= 'A' && narrow <= 'Z')
                return narrow + ('a' - 'A');
        return utf8_simplify(narrow);
}
