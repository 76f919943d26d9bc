/* The one file that knows libsodium. */
#include "base/secret.h"

#include <sodium.h>

struct Fingerprint {
        crypto_hash_sha256_state state;
};

static Str hexadecimal(Arena *arena, const unsigned char *bytes, size_t count) {
        char *text = ARENA_NEW(arena, char, 2 * count + 1);
        sodium_bin2hex(text, 2 * count + 1, bytes, count);
        return (Str){ text, 2 * count };
}

Str secret_token(Arena *arena, size_t bytes) {
        unsigned char *random = ARENA_NEW(arena, unsigned char, bytes);
        MUST(sodium_init() >= 0);
        randombytes_buf(random, bytes);
        return hexadecimal(arena, random, bytes);
}

bool secret_equal(Str a, Str b) {
        return a.length == b.length && a.length > 0 && sodium_memcmp(a.data, b.data, a.length) == 0;
}

Fingerprint *fingerprint_new(Arena *arena) {
        Fingerprint *fingerprint = ARENA_NEW(arena, Fingerprint, 1);
        MUST(crypto_hash_sha256_init(&fingerprint->state) == 0);
        return fingerprint;
}

void fingerprint_add(Fingerprint *fingerprint, Str text) {
        MUST(crypto_hash_sha256_update(&fingerprint->state, (const unsigned char *) text.data, text.length) == 0);
}

Str fingerprint_end(Fingerprint *fingerprint, Arena *arena) {
        unsigned char hash[crypto_hash_sha256_BYTES];
        MUST(crypto_hash_sha256_final(&fingerprint->state, hash) == 0);
        return hexadecimal(arena, hash, sizeof hash);
}
