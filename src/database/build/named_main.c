/* The build tool around named_compiler.h.
 *
 *   named OUT.h OUT.c FILE.sql... */
#include "database/build/named_compiler.h"

#include <stdio.h>
#include <string.h>

#define FILE_CAP ((size_t) 4 << 20)
#define OUT_CAP ((size_t) 64 << 20)

static int complain(const char *what, Str detail) {
        (void) fprintf(stderr, "%s: %.*s\n", what, STR_ARG(detail));
        return 1;
}

static Str base_name(const char *path) {
        const char *slash = strrchr(path, '/');
        Str name = str_from(slash ? slash + 1 : path);
        return str_cut(&name, '.');
}

int main(int argc, char **argv) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(OUT_CAP);
        Buffer header CLEAN(buffer_free) = buffer_new(OUT_CAP);
        Buffer source CLEAN(buffer_free) = buffer_new(OUT_CAP);
        if (argc < 3)
                return complain("usage", STR("named OUT.h OUT.c FILE.sql..."));
        uint32_t count = (uint32_t) argc - 3;
        NamedFile *files = ARENA_NEW(arena, NamedFile, count);
        for (uint32_t i = 0; i < count; i++) {
                const char *path = argv[i + 3];
                files[i] = (NamedFile){ .name = base_name(path), .path = str_from(path) };
                if (file_read(arena, path, FILE_CAP, &files[i].text) != RC_OK)
                        return complain("cannot read", str_from(path));
        }
        Str why;
        if (named_compile(arena, files, count, &header, &source, &why) != RC_OK)
                return complain("sql", why);
        if (file_write(argv[1], buffer_str(&header)) != RC_OK || file_write(argv[2], buffer_str(&source)) != RC_OK)
                return complain("cannot write", str_from(argv[1]));
        return 0;
}
