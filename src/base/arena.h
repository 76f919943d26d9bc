/* A region of memory with one lifetime and a hard cap: a request, a pack, a command, a chunk.
 *
 * Allocation never returns NULL: running over the cap is our bug (limits on input are checked before
 * anything is allocated for it), so it aborts. Memory is zeroed. Under ASan unused bytes are poisoned. */
#pragma once

#include "base/base.h"

typedef struct Arena Arena;

/* A new region that may grow to `cap` bytes. */
Arena *arena_new(size_t cap);

/* Frees the region; NULL is fine. Returns NULL. */
Arena *arena_free(Arena *arena);
void   arena_cleanup(Arena **arena);

/* Forgets everything allocated so far and keeps the first block. */
void arena_reset(Arena *arena);

/* `size` zeroed bytes, aligned to `align` (a power of two). */
void *arena_alloc(Arena *arena, size_t size, size_t align) __attribute__((returns_nonnull));

/* Bytes handed out so far. */
size_t arena_used(const Arena *arena);

/* `count` zeroed objects of `type`. */
#define ARENA_NEW(arena, type, count) \
        ((type *) arena_alloc((arena), sizeof(type) * (size_t) (count), _Alignof(type)))

/* Makes room for one more element at the end of a growing array that lives in an arena, and returns the
 * array (moved if it had to grow). `capacity` is updated. Old copies stay in the arena until it goes. */
void *arena_grow(Arena *arena, void *array, uint32_t count, uint32_t *capacity, size_t element_size, size_t align);

#define ARENA_PUSH(arena, array, count, capacity)                                                        \
        ((array) = arena_grow((arena), (array), (count), &(capacity), sizeof(*(array)), _Alignof(max_align_t)), \
         &(array)[(count)++])
