/* Any bytes as a pack: parsed, compiled, and when that succeeds verified, dumped, and compiled again to the same dump.
 * The pack may import “common”, a second file that declares the usual entities. */
#include "language/check.h"

#define TEXT_CAP ((size_t) 256 << 20)
#define MEMORY_CAP ((size_t) 4 << 30)

static const char COMMON[] =
        "```leye\n实体 人，量词 人；实体 户，量词 户；关系 户.成员：多个 人，反向 所在户\n"
        "枚举 等级：初级、高级；事实 人.年龄：岁，问“几岁？”；事实 人.级：等级；事实 人.收入：金额/月；事实 人.内：真假，内部\n```\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Rc compile(Arena *arena, Str text, Buffer *dump) {
        const Str texts[2] = { text, { COMMON, sizeof COMMON - 1 } };
        Diagnostics diagnostics;
        Syntax syntaxes[2];
        const Syntax *files[2] = { &syntaxes[0], &syntaxes[1] };
        Module modules[2] = { { STR("fuzz"), &files[0], 1 }, { STR("common"), &files[1], 1 } };
        Program program;
        Str why;
        diagnostics_init(&diagnostics, arena);
        for (int i = 0; i < 2; i++) {
                uint32_t file = diagnostics_add_file(&diagnostics, STR("fuzz.md"), texts[i]);
                Rc rc = syntax_parse(arena, texts[i], file, &diagnostics, &syntaxes[i]);
                MUST(rc == RC_OK || rc == RC_INVALID);
        }
        Rc rc = language_compile(arena, modules, 2, NULL, &diagnostics, &program);
        MUST((rc == RC_OK) == (diagnostics.errors == 0));
        for (const Diagnostic *d = diagnostics.first; d != NULL; d = d->next)
                MUST(d->at.start <= d->at.end && d->message.length > 0);
        if (rc == RC_OK) {
                MUST(program_verify(&program, arena, &why));
                program_dump(&program, dump);
        }
        return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(MEMORY_CAP);
        CLEAN(buffer_free) Buffer dump = buffer_new(TEXT_CAP);
        CLEAN(buffer_free) Buffer again = buffer_new(TEXT_CAP);
        Str source = { (const char *) data, size };
        if (compile(arena, source, &dump) != RC_OK)
                return 0;
        MUST(compile(arena, source, &again) == RC_OK && str_equal(buffer_str(&dump), buffer_str(&again)));
        return 0;
}
