/* Temporary folders by mkdtemp, removed with what is in them (no folders inside). */
#include "support/folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Str folder_new(Arena *arena) {
        const char *parent = getenv("TMPDIR");
        Str path = str_format(arena, "%s/leye-test-XXXXXX", parent != NULL ? parent : "/tmp");
        char *name = arena_alloc(arena, path.length + 1, 1);
        memcpy(name, path.data, path.length + 1);
        MUST(mkdtemp(name) != NULL);
        return str_from(name);
}

Str folder_write(Arena *arena, Str folder, const char *name, Str bytes) {
        Str path = str_format(arena, "%.*s/%s", STR_ARG(folder), name);
        MUST(file_write(path.data, bytes) == RC_OK);
        return path;
}

Str folder_read(Arena *arena, Str folder, const char *name) {
        Str text = { 0 };
        MUST(file_read(arena, str_format(arena, "%.*s/%s", STR_ARG(folder), name).data, (size_t) 1 << 30, &text) == RC_OK);
        return text;
}

void folder_remove(Str folder) {
        Arena *arena = arena_new((size_t) 1 << 20);
        DIR *entries = opendir(str_copy(arena, folder).data);
        MUST(entries != NULL);
        for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                        MUST(unlink(str_format(arena, "%.*s/%s", STR_ARG(folder), entry->d_name).data) == 0);
        MUST(closedir(entries) == 0 && rmdir(str_copy(arena, folder).data) == 0);
        arena_free(arena);
}
