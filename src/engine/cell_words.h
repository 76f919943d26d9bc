/* Texts with a fixed value: the words of a truth, the members of an enumeration, a fact's code map. Up to 24 bytes
 * they stand in a table that one multiplication looks up without collision. */
#pragma once

#include "engine/cell.h"

#define WORD_PARTS 3                     /* of 8 bytes, zeros behind the text */

/* A free slot holds a word that no text has. The empty text is a word too: the blank cell. */
typedef struct WordSlot {
        int64_t  value;
        uint64_t parts[WORD_PARTS];      /* only as many as the table's longest word needs are stored */
} WordSlot;

struct WordTable {
        WordSlot *slots;                 /* 8 × (1 + parts) bytes apart */
        uint64_t  multiplier;
        uint32_t  shift;                 /* the slot is the product's highest bits */
        uint32_t  parts;
        Map      *all;                   /* every word: index into values */
        int64_t  *values;
        uint32_t  value_count, value_capacity;
};

/* `blank` is the value of the empty text; words outside [low, high] stay out of the table. */
WordTable *words_new(Arena *arena, const Program *program, const CellPlan *plan);
bool       words_find(const WordTable *words, Str text, int64_t *ret_value);

static const uint64_t word_masks[9] = { 0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF,
                                        0xFFFFFFFFFFFFFF, UINT64_MAX };

/* Up to eight bytes of a text, of which eight can be read. */
static inline __attribute__((always_inline)) uint64_t word_part(const char *bytes, uint32_t length) {
        uint64_t part;
        __builtin_memcpy(&part, bytes, sizeof(part));
        return part & word_masks[length < 8 ? length : 8];
}

static inline __attribute__((always_inline)) WordSlot *word_slot(WordSlot *slots, uint32_t parts, uint64_t multiplier,
                                                                 uint32_t shift, const uint64_t *word) {
        uint64_t sum = word[0];
        if (parts > 1)
                sum += word[1] << 17 | word[1] >> 47;
        if (parts > 2)
                sum += word[2] << 37 | word[2] >> 27;
        return (WordSlot *) (void *) ((uint64_t *) (void *) slots + (sum * multiplier >> shift) * (1 + parts));
}
