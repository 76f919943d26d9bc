/* Packs from texts, their dump and findings, for the tests of the checker. */
#include "support/compile.h"

#include "unit/unit.h"

#define MODULES_MAX 8

void compile_modules(Arena *arena, const Str *names, const Str *texts, uint32_t count, const CompileOptions *options,
                     Compiled *ret_compiled) {
        Module modules[MODULES_MAX];
        const Syntax *files[MODULES_MAX];
        assert_true(count <= MODULES_MAX);
        diagnostics_init(&ret_compiled->diagnostics, arena);
        for (uint32_t i = 0; i < count; i++) {
                uint32_t file = diagnostics_add_file(&ret_compiled->diagnostics, str_format(arena, "%.*s.md", STR_ARG(names[i])),
                                                     texts[i]);
                Syntax *syntax = ARENA_NEW(arena, Syntax, 1);
                Rc rc = syntax_parse(arena, texts[i], file, &ret_compiled->diagnostics, syntax);
                assert_true(rc == RC_OK || rc == RC_INVALID);
                files[i] = syntax;
                modules[i] = (Module){ .name = names[i], .files = &files[i], .file_count = 1 };
        }
        ret_compiled->rc = language_compile(arena, modules, count, options, &ret_compiled->diagnostics, &ret_compiled->program);
        assert_int_equal(ret_compiled->rc, ret_compiled->diagnostics.errors > 0 ? RC_INVALID : RC_OK);
        Str why;
        if (ret_compiled->rc == RC_OK && !program_verify(&ret_compiled->program, arena, &why))
                fail_msg("not verified: %.*s", STR_ARG(why));
}

void compile_clean(Arena *arena, Str text, Compiled *ret_compiled) {
        compile_modules(arena, &STR("pack"), &text, 1, NULL, ret_compiled);
        if (ret_compiled->diagnostics.errors > 0)
                language_expect_clean(&ret_compiled->diagnostics);
}

Str compile_dump(Arena *arena, const Compiled *compiled) {
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        program_dump(&compiled->program, &out);
        return str_copy(arena, buffer_str(&out));
}

static int compare_findings(const void *a, const void *b) {
        const Diagnostic *x = *(const Diagnostic *const *) a, *y = *(const Diagnostic *const *) b;
        if (x->at.start != y->at.start)
                return x->at.start < y->at.start ? -1 : 1;
        return str_compare(x->code, y->code);
}

Str compile_findings(Arena *arena, const Compiled *compiled) {
        CLEAN(buffer_free) Buffer out = buffer_new(LANGUAGE_TEST_MEMORY);
        const Diagnostic **sorted = NULL;
        uint32_t count = 0, capacity = 0;
        for (const Diagnostic *d = compiled->diagnostics.first; d != NULL; d = d->next) {
                *ARENA_PUSH(arena, sorted, count, capacity) = d;
        }
        if (count > 0)
                qsort(sorted, count, sizeof *sorted, compare_findings);
        for (uint32_t i = 0; i < count; i++) {
                Position at = position_of(compiled->diagnostics.files[sorted[i]->at.file].text, sorted[i]->at.start);
                buffer_format(&out, "%.*s %u:%u\n", STR_ARG(sorted[i]->code), at.line, at.column);
        }
        return str_copy(arena, buffer_str(&out));
}
