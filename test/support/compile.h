/* Shared by the tests of the checker: parse and compile texts as packs. */
#pragma once

#include "language/check.h"
#include "support/language.h"

typedef struct Compiled {
        Diagnostics diagnostics;
        Program     program;
        Rc          rc;              /* of language_compile */
} Compiled;

/* Modules of one file each: texts[0] is the pack, texts[1] is called names[1] and so on. */
void compile_modules(Arena *arena, const Str *names, const Str *texts, uint32_t count, const CompileOptions *options,
                     Compiled *ret_compiled);
/* One file in a pack of its own; a compile error fails the test and prints the findings. */
void compile_clean(Arena *arena, Str text, Compiled *ret_compiled);
Str  compile_dump(Arena *arena, const Compiled *compiled);
/* The findings as "L0201 4:7\n", in order of place. */
Str  compile_findings(Arena *arena, const Compiled *compiled);
