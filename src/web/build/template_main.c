/* The build tool around the template compiler.
 *
 *   templates page IN.html OUT.c           one template file
 *   templates assets OUT.c FILE...         the files as a table for web/asset.c, with a hash of each */
#include "web/build/template_compiler.h"

#include <stdio.h>
#include <string.h>

#define FILE_CAP ((size_t) 4 << 20)
#define OUT_CAP ((size_t) 64 << 20)

static int complain(const char *what, Str detail) {
        (void) fprintf(stderr, "%s: %.*s\n", what, STR_ARG(detail));
        return 1;
}

static int compile_page(Arena *arena, const char *in, const char *out_path) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUT_CAP);
        Str text, why;
        if (file_read(arena, in, FILE_CAP, &text) != RC_OK)
                return complain("cannot read", str_from(in));
        if (template_compile(arena, str_from(in), text, &out, &why) != RC_OK)
                return complain("template", why);
        return file_write(out_path, buffer_str(&out)) == RC_OK ? 0 : complain("cannot write", str_from(out_path));
}

/* Bytes as decimal numbers: no limits on the length of literals, and no escapes. */
static void embed_bytes(Buffer *out, int number, Str text) {
        buffer_format(out, "static const unsigned char DATA_%d[] = {", number);
        for (size_t i = 0; i < text.length; i++)
                buffer_format(out, "%s%u,", i % 32 == 0 ? "\n" : "", (unsigned) (unsigned char) text.data[i]);
        buffer_add(out, STR("\n};\n"));
}

static int embed_assets(Arena *arena, const char *out_path, int count, char **paths) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUT_CAP);
        Buffer table CLEAN(buffer_free) = buffer_new(OUT_CAP);
        buffer_add(&out, STR("#include \"web/asset_table.h\"\n"));
        for (int i = 0; i < count; i++) {
                Str text;
                if (file_read(arena, paths[i], FILE_CAP, &text) != RC_OK)
                        return complain("cannot read", str_from(paths[i]));
                const char *slash = strrchr(paths[i], '/');
                embed_bytes(&out, i, text);
                buffer_format(&table, "        { \"%s\", \"%016llx\", DATA_%d, sizeof DATA_%d },\n",
                              slash ? slash + 1 : paths[i], (unsigned long long) str_hash(text), i, i);
        }
        buffer_format(&out, "const AssetFile ASSET_FILES[] = {\n%.*s};\nconst uint32_t ASSET_FILE_COUNT = %d;\n",
                      STR_ARG(buffer_str(&table)), count);
        return file_write(out_path, buffer_str(&out)) == RC_OK ? 0 : complain("cannot write", str_from(out_path));
}

int main(int argc, char **argv) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(OUT_CAP);
        if (argc == 4 && strcmp(argv[1], "page") == 0)
                return compile_page(arena, argv[2], argv[3]);
        if (argc >= 4 && strcmp(argv[1], "assets") == 0)
                return embed_assets(arena, argv[2], argc - 3, argv + 3);
        return complain("usage", STR("templates page IN OUT | assets OUT FILE..."));
}
