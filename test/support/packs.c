/* Packs in temporary folders. */
#include "support/packs.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/folder.h"

Packs packs_new(void) {
        Packs packs = { .arena = arena_new((size_t) 64 << 20) };
        packs.parent = folder_new(packs.arena);
        return packs;
}

static Str pack_path(const Packs *packs, Str name) {
        return str_format(packs->arena, "%.*s/%.*s", STR_ARG(packs->parent), STR_ARG(name));
}

void packs_remove(Packs *packs) {
        for (uint32_t i = 0; i < packs->count; i++)
                folder_remove(pack_path(packs, packs->names[i]));
        MUST(rmdir(str_copy(packs->arena, packs->parent).data) == 0);
        packs->arena = arena_free(packs->arena);
}

void packs_write(Packs *packs, const char *pack, const char *file, Str text) {
        Str folder = pack_path(packs, str_from(pack));
        bool known = false;
        for (uint32_t i = 0; i < packs->count; i++)
                known |= str_equal(packs->names[i], str_from(pack));
        if (!known) {
                MUST(packs->count < ARRAY_LENGTH(packs->names) && mkdir(folder.data, 0777) == 0);
                packs->names[packs->count++] = str_from(pack);
        }
        (void) folder_write(packs->arena, folder, file, text);
}

void packs_write_fence(Packs *packs, const char *pack, const char *file, const char *lines) {
        packs_write(packs, pack, file, str_format(packs->arena, "# 第一条\n\n```leye\n%s\n```\n", lines));
}

Pack *packs_load(const Packs *packs, const char *name, const PackOptions *options, Rc *ret_rc) {
        Pack *pack = pack_new();
        *ret_rc = pack_load(pack, pack_path(packs, str_from(name)), options ? options : &(PackOptions){ 0 });
        return pack;
}

Str packs_findings(const Packs *packs, const Pack *pack) {
        Buffer out CLEAN(buffer_free) = buffer_new((size_t) 1 << 20);
        for (const Diagnostic *found = pack->diagnostics.first; found; found = found->next)
                buffer_format(&out, "%.*s %.*s\n", STR_ARG(found->code), STR_ARG(found->message));
        return str_copy(packs->arena, buffer_str(&out));
}
