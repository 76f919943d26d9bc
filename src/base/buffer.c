/* The byte builder, and whole files in and out.
 *
 * An append that would pass the cap is dropped whole, and so is everything after it: what stands in a failed
 * buffer is a prefix made of complete appends. */
#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_FIRST 256
#define READ_SIZE ((size_t) 64 * 1024)

Buffer buffer_new(size_t cap) {
        MUST(cap < SIZE_MAX / 4);
        return (Buffer){ .cap = cap };
}

void buffer_free(Buffer *buffer) {
        free(buffer->data);
        *buffer = (Buffer){ .cap = buffer->cap };
}

/* Room for `size` more bytes and a NUL. */
static bool buffer_reserve(Buffer *buffer, size_t size) {
        if (buffer->failed || size > buffer->cap - buffer->length) {
                buffer->failed = true;
                return false;
        }
        size_t needed = buffer->length + size + 1;
        if (needed <= buffer->capacity)
                return true;
        size_t larger = buffer->capacity == 0 ? BUFFER_FIRST : buffer->capacity * 2;
        if (larger > buffer->cap + 1)
                larger = buffer->cap + 1;
        if (larger < needed)
                larger = needed;
        char *data = realloc(buffer->data, larger);
        MUST(data != NULL);
        buffer->data = data;
        buffer->capacity = larger;
        return true;
}

void buffer_add(Buffer *buffer, Str text) {
        if (!buffer_reserve(buffer, text.length) || text.length == 0)
                return;
        memcpy(buffer->data + buffer->length, text.data, text.length);
        buffer->length += text.length;
}

void buffer_byte(Buffer *buffer, char byte) {
        buffer_repeat(buffer, byte, 1);
}

void buffer_repeat(Buffer *buffer, char byte, size_t count) {
        if (!buffer_reserve(buffer, count))
                return;
        memset(buffer->data + buffer->length, byte, count);
        buffer->length += count;
}

void buffer_format(Buffer *buffer, const char *format, ...) {
        va_list arguments, again;
        va_start(arguments, format);
        va_copy(again, arguments);
        int length = vsnprintf(NULL, 0, format, arguments);
        va_end(arguments);
        MUST(length >= 0);
        if (buffer_reserve(buffer, (size_t) length)) {
                (void) vsnprintf(buffer->data + buffer->length, (size_t) length + 1, format, again);
                buffer->length += (size_t) length;
        }
        va_end(again);
}

void buffer_clear(Buffer *buffer) {
        buffer->length = 0;
        buffer->failed = false;
}

Str buffer_str(const Buffer *buffer) {
        return (Str){ buffer->data, buffer->length };
}

static void close_descriptor(const int *descriptor) {
        if (*descriptor >= 0)
                (void) close(*descriptor);   /* after a read or an error already reported */
}

Rc file_read(Arena *arena, const char *path, size_t cap, Str *ret_text) {
        CLEAN(close_descriptor) int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
                return errno == ENOENT || errno == ENOTDIR ? RC_MISSING : RC_IO;
        struct stat status;
        if (fstat(descriptor, &status) != 0)
                return RC_IO;
        if (S_ISREG(status.st_mode) && (uint64_t) status.st_size > cap)
                return RC_TOOBIG;

        CLEAN(buffer_free) Buffer buffer = buffer_new(cap + READ_SIZE);
        if (!buffer_reserve(&buffer, S_ISREG(status.st_mode) ? (size_t) status.st_size : 0))
                return RC_TOOBIG;
        while (buffer.length <= cap) {
                MUST(buffer_reserve(&buffer, READ_SIZE));
                ssize_t got = read(descriptor, buffer.data + buffer.length, READ_SIZE);
                if (got < 0 && errno == EINTR)
                        continue;
                if (got < 0)
                        return RC_IO;
                if (got == 0) {
                        *ret_text = str_copy(arena, buffer_str(&buffer));
                        return RC_OK;
                }
                buffer.length += (size_t) got;
        }
        return RC_TOOBIG;
}

static Rc write_all(int descriptor, Str text) {
        while (text.length > 0) {
                ssize_t written = write(descriptor, text.data, text.length);
                if (written < 0 && errno == EINTR)
                        continue;
                if (written <= 0)
                        return RC_IO;
                text = str_slice(text, (size_t) written, text.length);
        }
        return fsync(descriptor) == 0 ? RC_OK : RC_IO;
}

Rc file_write(const char *path, Str text) {
        CLEAN(buffer_free) Buffer temporary = buffer_new(strlen(path) + 64);
        buffer_format(&temporary, "%s.%ld.tmp", path, (long) getpid());
        MUST(!temporary.failed);
        int descriptor = open(temporary.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor < 0)
                return RC_IO;
        Rc rc = write_all(descriptor, text);
        if (close(descriptor) != 0)
                rc = RC_IO;
        if (rc == RC_OK && rename(temporary.data, path) != 0)
                rc = RC_IO;
        if (rc != RC_OK)
                (void) unlink(temporary.data);   /* the first failure is the one to report */
        return rc;
}
