/* Numbers for texts, by the million: keys of rows, distinct keys of a column, dictionaries.
 *
 * A hash table of 8-byte slots over an array of slices; texts are not copied. The functions on many keys overlap
 * their memory reads, which is where the time goes. */
#pragma once

#include "base/str.h"

#include <endian.h>

/* memcpy without a call for the lengths that keys have. */
static inline void key_copy(char *to, Str key) {
        if (key.length >= 8 && key.length <= 16) {
                __builtin_memcpy(to, key.data, 8);
                __builtin_memcpy(to + key.length - 8, key.data + key.length - 8, 8);
        } else if (key.length > 16 && key.length <= 32) {
                __builtin_memcpy(to, key.data, 16);
                __builtin_memcpy(to + key.length - 16, key.data + key.length - 16, 16);
        } else if (key.length > 0) {
                __builtin_memcpy(to, key.data, key.length);
        }
}

/* As str_compare, without a call for the lengths that keys have. */
static inline int key_compare(Str a, Str b) {
        if (a.length != b.length || a.length < 8 || a.length > 16)
                return str_compare(a, b);
        uint64_t left, right;
        __builtin_memcpy(&left, a.data, sizeof(left));
        __builtin_memcpy(&right, b.data, sizeof(right));
        if (left == right) {
                __builtin_memcpy(&left, a.data + a.length - sizeof(left), sizeof(left));
                __builtin_memcpy(&right, b.data + b.length - sizeof(right), sizeof(right));
        }
        left = be64toh(left);   /* the first byte counts most */
        right = be64toh(right);
        return (left > right) - (left < right);
}

typedef struct KeySet {
        Arena    *arena;
        Str      *keys;              /* by number, in order of first appearance */
        uint32_t  count, capacity;
        uint64_t *slots;             /* the hash's high half over number + 1; 0 is free */
        uint64_t  mask;
} KeySet;

/* A set that will not have to grow below `expected` keys. Keys are numbered from 0; at most 2^32 - 2. */
KeySet key_set_new(Arena *arena, uint32_t expected);

/* The number of a key, given when it is new. */
uint32_t key_set_add(KeySet *set, Str key);
/* The number of a key; UINT32_MAX when it is not there. */
uint32_t key_set_find(const KeySet *set, Str key);

/* The same for many keys; empty ones get UINT32_MAX. */
void key_set_add_all(KeySet *set, const Str *keys, uint32_t count, uint32_t *ret_numbers);
void key_set_find_all(const KeySet *set, const Str *keys, uint32_t count, uint32_t *ret_numbers);
