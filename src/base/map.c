/* The text map: open addressing with linear probing, at most three quarters full. */
#include "base/map.h"

typedef struct Slot {
        Str      key;
        uint32_t value;
        uint32_t tag;      /* the hash's upper half with the lowest bit set; 0 means empty */
} Slot;

struct Map {
        Arena   *arena;
        Slot    *slots;
        uint32_t count, capacity;   /* capacity is a power of two */
};

#define MAP_FIRST 16

Map *map_new(Arena *arena) {
        Map *map = ARENA_NEW(arena, Map, 1);
        map->arena = arena;
        map->capacity = MAP_FIRST;
        map->slots = ARENA_NEW(arena, Slot, MAP_FIRST);
        return map;
}

/* The slot that holds the key, or the empty one where it belongs. */
static Slot *map_slot(const Map *map, Str key, uint64_t hash) {
        uint32_t tag = (uint32_t) (hash >> 32) | 1;
        uint32_t at = (uint32_t) (hash ^ (hash >> 32)) & (map->capacity - 1);
        for (;;) {
                Slot *slot = &map->slots[at];
                if (slot->tag == 0 || (slot->tag == tag && str_equal(slot->key, key)))
                        return slot;
                at = (at + 1) & (map->capacity - 1);
        }
}

static void map_put(Map *map, Slot *slot, Str key, uint64_t hash, uint32_t value) {
        *slot = (Slot){ .key = key, .value = value, .tag = (uint32_t) (hash >> 32) | 1 };
        map->count++;
}

static void map_make_room(Map *map) {
        if (map->count < map->capacity / 4 * 3)
                return;
        MUST(map->capacity <= UINT32_MAX / 2);
        Map larger = { .arena = map->arena, .capacity = map->capacity * 2 };
        larger.slots = ARENA_NEW(map->arena, Slot, larger.capacity);
        for (uint32_t i = 0; i < map->capacity; i++) {
                const Slot *slot = &map->slots[i];
                if (slot->tag == 0)
                        continue;
                uint64_t hash = str_hash(slot->key);
                map_put(&larger, map_slot(&larger, slot->key, hash), slot->key, hash, slot->value);
        }
        *map = larger;
}

bool map_add(Map *map, Str key, uint32_t value) {
        map_make_room(map);
        uint64_t hash = str_hash(key);
        Slot *slot = map_slot(map, key, hash);
        if (slot->tag != 0)
                return false;
        map_put(map, slot, key, hash, value);
        return true;
}

void map_set(Map *map, Str key, uint32_t value) {
        if (!map_add(map, key, value))
                map_slot(map, key, str_hash(key))->value = value;
}

bool map_get(const Map *map, Str key, uint32_t *ret_value) {
        const Slot *slot = map_slot(map, key, str_hash(key));
        if (slot->tag == 0)
                return false;
        *ret_value = slot->value;
        return true;
}

uint32_t map_count(const Map *map) {
        return map->count;
}
