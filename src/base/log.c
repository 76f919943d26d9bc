/* Events and progress on standard error. A line is built first and written in one call, so threads do not mix. */
#include "base/log.h"

#include "base/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LOG_LINE_CAP ((size_t) 64 * 1024)   /* a message of control characters grows sixfold */
#define MESSAGE_SIZE 4096
#define NS_PER_SECOND INT64_C(1000000000)
#define PROGRESS_SILENT NS_PER_SECOND
#define PROGRESS_EVERY (NS_PER_SECOND / 5)

static void write_line(const Buffer *line) {
        /* nowhere is left to complain when standard error is gone */
        ssize_t written = write(STDERR_FILENO, line->data, line->length);
        (void) written;
}

static void add_now(Json *json) {
        struct timespec now = { 0 };
        struct tm utc = { 0 };
        char text[32];
        MUST(clock_gettime(CLOCK_REALTIME, &now) == 0 && gmtime_r(&now.tv_sec, &utc) != NULL);
        size_t length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
        json_key(json, "time");
        json_text(json, (Str){ text, length });
}

void log_event(LogLevel level, const char *event, const char *format, ...) {
        static const char *const names[] = {
                [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error",
        };
        CLEAN(buffer_free) Buffer line = buffer_new(LOG_LINE_CAP);
        char message[MESSAGE_SIZE];
        va_list arguments;
        va_start(arguments, format);
        int length = vsnprintf(message, sizeof(message), format, arguments);
        va_end(arguments);
        MUST(length >= 0);
        size_t kept = (size_t) length < sizeof(message) ? (size_t) length : sizeof(message) - 1;
        Json json = json_begin(&line);
        json_open_object(&json);
        add_now(&json);
        json_key(&json, "level");
        json_text(&json, str_from(names[level]));
        json_key(&json, "event");
        json_text(&json, str_from(event));
        json_key(&json, "message");
        json_text(&json, (Str){ message, kept });
        json_end(&json);
        buffer_byte(&line, '\n');
        write_line(&line);
}

int64_t clock_ns(void) {
        struct timespec now = { 0 };
        MUST(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
        return (int64_t) now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

Progress progress_begin(const char *what) {
        return (Progress){ .what = what, .started_ns = clock_ns() };
}

void progress_step(Progress *progress, uint64_t done, uint64_t total) {
        int64_t now = clock_ns();
        int64_t elapsed = now - progress->started_ns;
        bool terminal = isatty(STDERR_FILENO) == 1;
        bool ended = total > 0 ? done >= total : done > 0;
        bool last = ended && progress->printed_ns != 0;
        bool due = elapsed >= PROGRESS_SILENT && now - progress->printed_ns >= PROGRESS_EVERY;
        if ((!terminal && !progress->always) || (!due && !last))
                return;
        CLEAN(buffer_free) Buffer line = buffer_new(LOG_LINE_CAP);
        buffer_format(&line, "%s%s", terminal ? "\r" : "", progress->what);
        if (total > 0)
                buffer_format(&line, " %3u%%", (unsigned) ((__uint128_t) done * 100 / total));
        buffer_format(&line, " %" PRId64 ".%" PRId64 " 秒", elapsed / NS_PER_SECOND,
                      elapsed % NS_PER_SECOND / (NS_PER_SECOND / 10));
        if (!terminal || ended)
                buffer_byte(&line, '\n');
        write_line(&line);
        progress->printed_ns = now;
}
