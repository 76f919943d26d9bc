/* A byte builder with a cap and a sticky error: append freely, ask once at the end. */
#pragma once

#include "base/str.h"

typedef struct Buffer {
        char  *data;
        size_t length, capacity, cap;
        bool   failed;                 /* the cap was reached: what is here is cut short */
} Buffer;

/* An empty builder that may grow to `cap` bytes (malloc'd; free with buffer_free). */
Buffer buffer_new(size_t cap);
void   buffer_free(Buffer *buffer);

void buffer_add(Buffer *buffer, Str text);
void buffer_byte(Buffer *buffer, char byte);
void buffer_format(Buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_repeat(Buffer *buffer, char byte, size_t count);
void buffer_clear(Buffer *buffer);              /* empty again, error forgotten, memory kept */
Str  buffer_str(const Buffer *buffer);          /* valid until the next append */

/* Reads a whole file into an arena. RC_MISSING, RC_TOOBIG (over `cap` bytes) or RC_IO. */
Rc file_read(Arena *arena, const char *path, size_t cap, Str *ret_text) CHECKED;
/* Writes a file in one step: to a temporary neighbour, fsync, rename. RC_IO leaves the old file intact. */
Rc file_write(const char *path, Str text) CHECKED;
