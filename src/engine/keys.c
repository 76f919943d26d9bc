/* The hash folds 128-bit products (after W. Yi's wyhash); its constants hold bytes that UTF-8 never has, so that no
 * key can cancel them. */
#include "engine/keys.h"

#include <string.h>

#define BATCH ((uint32_t) 32)
#define FREE UINT32_MAX
#define SECRET_A 0xFFa0761dF76478bdu
#define SECRET_B 0xFFe7037eF5a0b428u

static uint64_t fold(uint64_t a, uint64_t b) {
        unsigned __int128 product = (unsigned __int128) a * b;
        return (uint64_t) product ^ (uint64_t) (product >> 64);
}

static uint64_t load(const char *bytes, size_t length) {
        uint64_t word = 0;
        memcpy(&word, bytes, length);
        return word;
}

static uint64_t key_hash(Str key) {
        uint64_t hash = key.length;
        const char *at = key.data;
        size_t left = key.length;
        for (; left > 16; at += 16, left -= 16)
                hash = fold(load(at, 8) ^ SECRET_A, load(at + 8, 8) ^ SECRET_B ^ hash);
        if (left >= 8)
                return fold(load(at, 8) ^ SECRET_A, load(at + left - 8, 8) ^ SECRET_B ^ hash);
        uint64_t word = left >= 4 ? load(at, 4) << 32 | load(at + left - 4, 4) : load(at, left);
        return fold(word ^ SECRET_A, SECRET_B ^ hash);
}

KeySet key_set_new(Arena *arena, uint32_t expected) {
        KeySet set = { .arena = arena, .capacity = expected < 16 ? 16 : expected };
        uint64_t slots = 32;
        while (slots < (uint64_t) set.capacity * 2)
                slots *= 2;
        set.keys = ARENA_NEW(arena, Str, set.capacity);
        set.slots = ARENA_NEW(arena, uint64_t, slots);
        set.mask = slots - 1;
        return set;
}

static void grow(KeySet *set) {
        KeySet larger = key_set_new(set->arena, set->capacity < UINT32_MAX / 2 ? set->capacity * 2 : UINT32_MAX - 1);
        MUST(larger.capacity > set->capacity);
        memcpy(larger.keys, set->keys, sizeof(Str) * set->count);
        larger.count = set->count;
        for (uint32_t i = 0; i < set->count; i++) {
                uint64_t hash = key_hash(set->keys[i]), at = hash & larger.mask;
                while (larger.slots[at] != 0)
                        at = (at + 1) & larger.mask;
                larger.slots[at] = (hash >> 32) << 32 | (i + 1);
        }
        *set = larger;
}

/* The slot that holds the key or would. */
static uint64_t find_slot(const KeySet *set, Str key, uint64_t hash) {
        for (uint64_t at = hash & set->mask;; at = (at + 1) & set->mask) {
                uint64_t slot = set->slots[at];
                if (slot == 0 || (slot >> 32 == hash >> 32 && str_equal(set->keys[(uint32_t) slot - 1], key)))
                        return at;
        }
}

static uint32_t add_hashed(KeySet *set, Str key, uint64_t hash) {
        if (set->count == set->capacity)
                grow(set);
        uint64_t *slot = &set->slots[find_slot(set, key, hash)];
        if (*slot == 0) {
                set->keys[set->count++] = key;
                *slot = (hash >> 32) << 32 | set->count;
        }
        return (uint32_t) *slot - 1;
}

uint32_t key_set_add(KeySet *set, Str key) {
        return add_hashed(set, key, key_hash(key));
}

uint32_t key_set_find(const KeySet *set, Str key) {
        return (uint32_t) set->slots[find_slot(set, key, key_hash(key))] - 1;   /* a free slot wraps to UINT32_MAX */
}

/* Starts the reads that looking up these keys will need. */
static void prefetch(const KeySet *set, const Str *keys, uint32_t count, uint64_t *ret_hashes) {
        for (uint32_t i = 0; i < count; i++) {
                ret_hashes[i] = key_hash(keys[i]);
                __builtin_prefetch(&set->slots[ret_hashes[i] & set->mask]);
        }
        for (uint32_t i = 0; i < count; i++) {
                uint64_t slot = set->slots[ret_hashes[i] & set->mask];
                if (slot >> 32 == ret_hashes[i] >> 32 && slot != 0)
                        __builtin_prefetch(&set->keys[(uint32_t) slot - 1]);
        }
        for (uint32_t i = 0; i < count; i++) {
                uint64_t slot = set->slots[ret_hashes[i] & set->mask];
                if (slot >> 32 == ret_hashes[i] >> 32 && slot != 0)
                        __builtin_prefetch(set->keys[(uint32_t) slot - 1].data);
        }
}

void key_set_add_all(KeySet *set, const Str *keys, uint32_t count, uint32_t *ret_numbers) {
        uint64_t hashes[BATCH];
        for (uint32_t from = 0; from < count; from += BATCH) {
                uint32_t batch = count - from < BATCH ? count - from : BATCH;
                prefetch(set, keys + from, batch, hashes);
                for (uint32_t i = 0; i < batch; i++)
                        ret_numbers[from + i] = keys[from + i].length == 0
                                                        ? FREE : add_hashed(set, keys[from + i], hashes[i]);
        }
}

void key_set_find_all(const KeySet *set, const Str *keys, uint32_t count, uint32_t *ret_numbers) {
        uint64_t hashes[BATCH];
        for (uint32_t from = 0; from < count; from += BATCH) {
                uint32_t batch = count - from < BATCH ? count - from : BATCH;
                prefetch(set, keys + from, batch, hashes);
                for (uint32_t i = 0; i < batch; i++) {
                        Str key = keys[from + i];
                        uint64_t slot = key.length == 0 ? 0 : set->slots[find_slot(set, key, hashes[i])];
                        ret_numbers[from + i] = (uint32_t) slot - 1;
                }
        }
}
