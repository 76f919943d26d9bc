/* Any bytes through the parser. A file without errors keeps its tree when formatted, and is formatted only once:
 * parse(format(x)) = parse(x), format(format(x)) = format(x). */
#include "language/syntax_dump.h"

#define TEXT_CAP ((size_t) 256 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Rc parse(Arena *arena, Str text, Buffer *dump) {
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        uint32_t file = diagnostics_add_file(&diagnostics, STR("fuzz.md"), text);
        Syntax syntax;
        Rc rc = syntax_parse(arena, text, file, &diagnostics, &syntax);
        syntax_dump(&syntax, dump);
        for (const Diagnostic *d = diagnostics.first; d != NULL; d = d->next)
                MUST(d->at.start <= d->at.end && d->at.end <= text.length && d->message.length > 0);
        return rc;
}

static Rc format(Arena *arena, Str text, Buffer *out) {
        Diagnostics diagnostics;
        diagnostics_init(&diagnostics, arena);
        return syntax_format(arena, text, diagnostics_add_file(&diagnostics, STR("fuzz.md"), text), &diagnostics, out);
}

static bool same(const Buffer *a, const Buffer *b) {
        return str_equal(buffer_str(a), buffer_str(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(SYNTAX_MEMORY_MAX * 4);
        CLEAN(buffer_free) Buffer tree = buffer_new(TEXT_CAP);
        CLEAN(buffer_free) Buffer tree_again = buffer_new(TEXT_CAP);
        CLEAN(buffer_free) Buffer text = buffer_new(TEXT_CAP);
        CLEAN(buffer_free) Buffer text_again = buffer_new(TEXT_CAP);
        Str source = { (const char *) data, size };
        if (parse(arena, source, &tree) != RC_OK || format(arena, source, &text) != RC_OK)
                return 0;
        MUST(parse(arena, buffer_str(&text), &tree_again) == RC_OK && same(&tree, &tree_again));
        MUST(format(arena, buffer_str(&text), &text_again) == RC_OK && same(&text, &text_again));
        return 0;
}
