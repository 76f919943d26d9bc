/* A small seeded generator of numbers (splitmix64): the same seed gives the same sequence on every machine. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct Random {
        uint64_t state;
} Random;

static inline uint64_t random_bits(Random *random) {
        uint64_t z = random->state += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
}

/* 0 .. count - 1. */
static inline uint32_t random_below(Random *random, uint32_t count) {
        return (uint32_t) (random_bits(random) % count);
}

/* low .. high, both included; any int64 range. */
static inline int64_t random_between(Random *random, int64_t low, int64_t high) {
        uint64_t span = (uint64_t) high - (uint64_t) low + 1;
        return (int64_t) ((uint64_t) low + (span == 0 ? random_bits(random) : random_bits(random) % span));
}

static inline bool random_chance(Random *random, uint32_t percent) {
        return random_below(random, 100) < percent;
}
