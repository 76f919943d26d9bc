/* Secrets and fingerprints, by libsodium: random tokens, hashes, comparison that tells nothing by its time. */
#pragma once

#include "base/str.h"

/* `bytes` random bytes as hexadecimal digits (twice as many). */
Str secret_token(Arena *arena, size_t bytes);
bool secret_equal(Str a, Str b);                 /* false for two empty texts */

/* SHA-256 in hexadecimal, of a text given in pieces. */
typedef struct Fingerprint Fingerprint;
Fingerprint *fingerprint_new(Arena *arena);
void         fingerprint_add(Fingerprint *fingerprint, Str text);
Str          fingerprint_end(Fingerprint *fingerprint, Arena *arena);
