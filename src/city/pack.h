/* A pack: the folder of a city's documents, loaded, checked and compiled; immutable afterwards.
 *
 * A folder holds .md files, read in name order; `引入 “x”` adds the sibling folder x (once, wherever it is named).
 * demo.md is an overlay: figures for parameters the documents leave open, read only when asked for. */
#pragma once

#include "base/json.h"
#include "city/named.h"
#include "language/check.h"

#define PACK_FILES_MAX 64            /* .md files of a pack, and of each that it imports */
#define PACK_IMPORTS_MAX 16          /* packs imported, directly or not */

typedef struct PackOptions {
        bool                    demonstration;     /* read demo.md: 「示范数值，非政策」 */
        const ParameterSetting *settings;          /* figures of the user's own, stronger than the overlay */
        uint32_t                setting_count;
} PackOptions;

typedef struct Pack {
        Arena      *arena;
        Str         name;                /* the folder's name */
        Str         hash;                /* SHA-256 of every file read, with its path, in hexadecimal */
        bool        demonstration;       /* it has invented figures: the overlay was asked for and is there */
        uint32_t    own_file_first, own_file_last;   /* file numbers of the pack itself, without imports */
        Program     program;             /* set when pack_load said RC_OK */
        Diagnostics diagnostics;         /* errors and warnings of the last load */
        Str         unreadable;          /* RC_IO: the file or folder that could not be read, */
        int         error;               /* and its errno */
} Pack;

/* An empty pack. pack_free(NULL) is fine. */
Pack *pack_new(void);
Pack *pack_free(Pack *pack);
void  pack_cleanup(Pack **pack);

/* Loads a folder. RC_INVALID: the diagnostics say what is wrong; RC_MISSING: no such folder or no .md file in it;
 * RC_TOOBIG: over PACK_FILES_MAX files; RC_IO: see `unreadable`. Call once per pack. */
Rc pack_load(Pack *pack, Str folder, const PackOptions *options) CHECKED;

/* Finds by name; NONE when there is none. */
uint32_t pack_policy(const Pack *pack, Str name);
uint32_t pack_entity(const Pack *pack, Str name);

/* The title of a clause with the number it cites ("（九）进一步拓宽融资渠道"); empty for clause 0. */
Str pack_clause(const Pack *pack, uint32_t clause);
/* SHA-256 of a text, in hexadecimal. */
Str text_hash(Arena *arena, Str text);
/* The Markdown prose that stands under a clause's heading, without its fences: our own words about the clause. */
Str pack_clause_prose(const Pack *pack, Arena *arena, uint32_t clause);
