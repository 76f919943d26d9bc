/* Arenas: a chain of blocks, handed out from the front, freed together.
 *
 * Blocks come from calloc and remember how far they were ever used, so fresh memory is never cleared twice
 * and large columns cost no page until they are touched. Under ASan a poisoned gap follows each object. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define ARENA_GAP 16
#define arena_poison(start, size) __asan_poison_memory_region((start), (size))
#define arena_unpoison(start, size) __asan_unpoison_memory_region((start), (size))
#else
#define ARENA_GAP 0
#define arena_poison(start, size) ((void) (start), (void) (size))
#define arena_unpoison(start, size) ((void) (start), (void) (size))
#endif

#define BLOCK_MIN ((size_t) 4096)
#define BLOCK_MAX ((size_t) 1 << 20)

typedef struct Block {
        struct Block *previous;
        size_t        size, used;
        size_t        touched;   /* bytes from here on are zero as calloc left them */
        _Alignas(max_align_t) unsigned char bytes[];
} Block;

struct Arena {
        Block *last;             /* the block in use; its chain leads back to the first */
        size_t cap, used;
};

static Block *block_new(size_t size, Block *previous) {
        Block *block = calloc(1, sizeof(Block) + size);
        MUST(block != NULL);
        block->previous = previous;
        block->size = size;
        arena_poison(block->bytes, size);
        return block;
}

static Block *block_free(Block *block) {
        Block *previous = block->previous;
        arena_unpoison(block->bytes, block->size);
        free(block);
        return previous;
}

Arena *arena_new(size_t cap) {
        Arena *arena = calloc(1, sizeof(Arena));
        MUST(arena != NULL);
        arena->cap = cap;
        arena->last = block_new(cap < BLOCK_MIN ? cap + 1 : BLOCK_MIN, NULL);
        return arena;
}

Arena *arena_free(Arena *arena) {
        if (arena == NULL)
                return NULL;
        for (Block *block = arena->last; block != NULL;)
                block = block_free(block);
        free(arena);
        return NULL;
}

void arena_cleanup(Arena **arena) {
        *arena = arena_free(*arena);
}

void arena_reset(Arena *arena) {
        while (arena->last->previous != NULL)
                arena->last = block_free(arena->last);
        arena->last->used = 0;
        arena->used = 0;
        arena_poison(arena->last->bytes, arena->last->size);
}

/* Where an object fits in the block: false when it does not. */
static bool block_place(const Block *block, size_t size, size_t align, size_t *ret_at) {
        uintptr_t base = (uintptr_t) block->bytes;
        size_t at = (size_t) (((base + block->used + align - 1) & ~(uintptr_t) (align - 1)) - base);
        if (at > block->size || size > block->size - at)
                return false;
        *ret_at = at;
        return true;
}

void *arena_alloc(Arena *arena, size_t size, size_t align) {
        MUST(align > 0 && (align & (align - 1)) == 0);
        MUST(size <= arena->cap - arena->used);
        Block *block = arena->last;
        size_t at = 0;
        if (!block_place(block, size, align, &at)) {
                size_t doubled = block->size < BLOCK_MAX / 2 ? block->size * 2 : BLOCK_MAX;
                size_t needed = size + align + ARENA_GAP;
                MUST(needed > size);
                block = arena->last = block_new(needed > doubled ? needed : doubled, block);
                MUST(block_place(block, size, align, &at));
        }
        unsigned char *bytes = block->bytes + at;
        arena_unpoison(bytes, size);
        if (at < block->touched)
                memset(bytes, 0, size < block->touched - at ? size : block->touched - at);
        block->used = at + size + ARENA_GAP;
        if (block->used > block->size)
                block->used = block->size;
        if (block->touched < at + size)
                block->touched = at + size;
        arena->used += size;
        return bytes;
}

size_t arena_used(const Arena *arena) {
        return arena->used;
}

void *arena_grow(Arena *arena, void *array, uint32_t count, uint32_t *capacity, size_t element_size, size_t align) {
        if (count < *capacity)
                return array;
        MUST(*capacity <= UINT32_MAX / 2);
        uint32_t larger = *capacity == 0 ? 8 : *capacity * 2;
        MUST(element_size <= SIZE_MAX / larger);
        void *grown = arena_alloc(arena, element_size * larger, align);
        if (count > 0)
                memcpy(grown, array, element_size * count);
        *capacity = larger;
        return grown;
}
