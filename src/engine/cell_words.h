/* Texts with a fixed value: the words of a truth, the members of an enumeration, a fact's code map. Up to 24 bytes
 * they stand in a table that one multiplication looks up without collision. */
#pragma once

#include "engine/cell.h"

#define WORD_PARTS 3                     /* of 8 bytes, zeros behind the text */

/* Words of one part stand in slots of their own kind: two to a cache line's quarter. A free slot holds a word that no
 * text has. The empty text is a word too: the blank cell. */
typedef struct ShortSlot {
        uint64_t part;
        int64_t  value;
} ShortSlot;

typedef struct LongSlot {
        uint64_t parts[WORD_PARTS];
        int64_t  value;
} LongSlot;

struct WordTable {
        ShortSlot *shorts;               /* every word has one part; else NULL */
        LongSlot  *longs;
        uint64_t   multiplier;
        uint32_t   shift;                /* the slot is the product's highest bits */
        Map       *all;                  /* every word: index into values */
        int64_t   *values;
        uint32_t   value_count, value_capacity;
};

/* `blank` is the value of the empty text; words outside [low, high] stay out of the table. */
WordTable *words_new(Arena *arena, const Program *program, const CellPlan *plan);
bool       words_find(const WordTable *words, Str text, int64_t *ret_value);

static inline __attribute__((always_inline)) uint64_t word_part(const char *bytes, uint32_t length) {
        uint64_t part;
        uint32_t unused = length >= 8 ? 0 : 64 - 8 * length;
        __builtin_memcpy(&part, bytes, sizeof(part));
        return part & (UINT64_MAX >> (unused & 63)) & (length == 0 ? 0 : UINT64_MAX);
}

static inline __attribute__((always_inline)) uint64_t word_slot(uint64_t multiplier, uint32_t shift,
                                                                const uint64_t parts[WORD_PARTS]) {
        uint64_t sum = parts[0] + (parts[1] << 17 | parts[1] >> 47) + (parts[2] << 37 | parts[2] >> 27);
        return sum * multiplier >> shift;
}
