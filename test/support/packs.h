/* Folders of packs for tests: one parent folder, in it a folder a pack. */
#pragma once

#include "city/pack.h"

typedef struct Packs {
        Arena   *arena;
        Str      parent;
        Str      names[32];
        uint32_t count;
} Packs;

Packs packs_new(void);
void  packs_remove(Packs *packs);
/* Writes a file of a pack, whose folder is made when it is new. */
void packs_write(Packs *packs, const char *pack, const char *file, Str text);
/* A fence of the language around the lines, under a heading. */
void packs_write_fence(Packs *packs, const char *pack, const char *file, const char *lines);
/* Loads a pack; free it with pack_free. */
Pack *packs_load(const Packs *packs, const char *name, const PackOptions *options, Rc *ret_rc);
/* The findings as "L0205 …" lines. */
Str packs_findings(const Packs *packs, const Pack *pack);
