/* Texts with a fixed value: the words of a truth, the members of an enumeration, a fact's code map. Up to 24 bytes
 * they stand in a table that one multiplication looks up without collision. */
#pragma once

#include "engine/cell.h"

#define WORD_PARTS 3                     /* of 8 bytes, zeros behind the text */

typedef struct WordSlot {
        uint64_t parts[WORD_PARTS];
        int64_t  value;
        uint64_t length;                 /* 0: free */
} WordSlot;

struct WordTable {
        WordSlot *slots;
        uint64_t  multiplier;
        uint32_t  shift;                 /* the slot is the product's highest bits */
        uint32_t  parts;                 /* of the longest word */
        Map      *all;                   /* every word: index into values */
        int64_t  *values;
        uint32_t  value_count, value_capacity;
};

WordTable *words_new(Arena *arena, const Program *program, const Fact *fact);
bool       words_find(const WordTable *words, Str text, int64_t *ret_value);

static inline uint64_t word_part(const char *bytes, uint64_t length) {
        uint64_t part;
        __builtin_memcpy(&part, bytes, sizeof(part));
        return length >= 8 ? part : part & (((uint64_t) 1 << (8 * length)) - 1);
}

static inline __attribute__((always_inline)) uint64_t word_slot(const WordTable *words, const uint64_t parts[WORD_PARTS]) {
        uint64_t sum = parts[0] + (parts[1] << 17 | parts[1] >> 47) + (parts[2] << 37 | parts[2] >> 27);
        return sum * words->multiplier >> words->shift;
}
