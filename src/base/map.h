/* A hash map from text to a 32-bit number, living in an arena. Keys are not copied. */
#pragma once

#include "base/str.h"

typedef struct Map Map;

Map *map_new(Arena *arena);

/* Sets key to value unless the key is there already; false if it was (the old value stays). */
bool map_add(Map *map, Str key, uint32_t value);
/* Sets key to value, replacing. */
void map_set(Map *map, Str key, uint32_t value);
bool map_get(const Map *map, Str key, uint32_t *ret_value);
uint32_t map_count(const Map *map);
