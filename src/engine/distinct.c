/* Open addressing with linear probing; a slot with group NONE is empty. */
#include "engine/distinct.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 1024u

typedef struct Slot {
        int64_t  key;
        uint32_t group, period;
} Slot;

struct Distinct {
        Slot  *slots;
        size_t capacity, count;          /* capacity is a power of two */
};

static Slot *slots_new(size_t capacity) {
        Slot *slots = malloc(capacity * sizeof *slots);
        MUST(slots != NULL);
        memset(slots, 0xff, capacity * sizeof *slots);
        return slots;
}

Distinct *distinct_new(void) {
        Distinct *set = malloc(sizeof *set);
        MUST(set != NULL);
        *set = (Distinct){ .slots = slots_new(SLOTS_FIRST), .capacity = SLOTS_FIRST };
        return set;
}

Distinct *distinct_free(Distinct *set) {
        if (set)
                free(set->slots);
        free(set);
        return NULL;
}

void distinct_cleanup(Distinct **set) {
        *set = distinct_free(*set);
}

/* The slot of the key in the group, or the empty one where it belongs. */
static Slot *find(const Distinct *set, int64_t key, uint32_t group) {
        uint64_t hash = ((uint64_t) key ^ (uint64_t) group << 40) * 0x9e3779b97f4a7c15u;
        size_t at = (size_t) (hash ^ hash >> 32) & (set->capacity - 1);
        while (set->slots[at].group != NONE && (set->slots[at].key != key || set->slots[at].group != group))
                at = (at + 1) & (set->capacity - 1);
        return &set->slots[at];
}

static void grow(Distinct *set) {
        Slot *old = set->slots;
        size_t old_capacity = set->capacity;
        set->capacity *= 2;
        set->slots = slots_new(set->capacity);
        for (size_t i = 0; i < old_capacity; i++)
                if (old[i].group != NONE)
                        *find(set, old[i].key, old[i].group) = old[i];
        free(old);
}

uint32_t distinct_meet(Distinct *set, int64_t key, uint32_t group, uint32_t period) {
        MUST(group != NONE && period != NONE);
        Slot *slot = find(set, key, group);
        if (slot->group != NONE) {
                uint32_t before = slot->period;
                slot->period = period < before ? period : before;
                return before;
        }
        *slot = (Slot){ key, group, period };
        if (++set->count * 3 > set->capacity * 2)
                grow(set);
        return NONE;
}
