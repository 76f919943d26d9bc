/* Hostile source text: checked, stepped through, reported on at any span, and converted as if it were GB18030. */
#include "base/diagnostic.h"
#include "base/utf8.h"

#define ARENA_CAP ((size_t) 64 << 20)
#define HEAD 8   /* the first bytes choose the span */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Printed findings are well-formed whatever the source was: no byte of it can fool a terminal. */
static void report(Arena *arena, Str text, uint32_t start, uint32_t length) {
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        uint32_t file = diagnostics_add_file(&diagnostics, text, text);
        diagnostics_add(&diagnostics, DIAGNOSTIC_ERROR, "L0001", (Span){ file, start, start + length }, text, "%.*s",
                        STR_ARG(text));
        CLEAN(buffer_free) Buffer out = buffer_new(ARENA_CAP);
        diagnostics_print(&diagnostics, &out);
        buffer_byte(&out, '\n');
        diagnostics_json(&diagnostics, &out);
        size_t bad = 0;
        MUST(!out.failed && utf8_check(buffer_str(&out), &bad));
        for (size_t i = 0; i < out.length; i++)
                MUST((unsigned char) out.data[i] >= 0x20 || out.data[i] == '\n' || out.data[i] == '\t');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        if (size < HEAD)
                return 0;
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        uint32_t start = (uint32_t) data[0] << 8 | data[1], length = (uint32_t) data[2] << 8 | data[3];
        Str text = { (const char *) data + HEAD, size - HEAD };
        size_t at = 0;
        bool good = utf8_check(text, &at);
        MUST(good || at < text.length);
        report(arena, text, start, length);
        if (good)
                report(arena, text, start, UINT16_MAX);

        Str utf8 = { NULL, 0 };
        if (gb18030_to_utf8(arena, text, &utf8, &at) == RC_OK)
                MUST(utf8_check(utf8, &at));
        else
                MUST(at < text.length);
        return 0;
}
