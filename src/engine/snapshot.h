/* A population as one file that is mapped, not read: opening touches the header and the directory only.
 *
 * The file: a header (magic, version, byte order, the hash of the schema, sizes), a directory of sections, the sections
 * at 64-byte boundaries: cells of each known column, partners and members of each link, lists' completeness, keys,
 * texts. It says which program's facts it holds by a hash over names, types, ranges, enumerations and links; another
 * program's file is refused. */
#pragma once

#include "engine/population.h"

typedef struct Snapshot {
        void  *mapping;
        size_t size;
} Snapshot;

/* Writes the file in one step (a temporary neighbour, then a rename). RC_IO leaves the old file as it was. */
Rc population_save(const Population *population, Str path) CHECKED;

/* Opens a file written by population_save. The population lives in the arena and in the mapping, which
 * snapshot_close ends; its cells must not be changed. `verify` also checks the sum over all the data and that every
 * cell and row number is in its range, which reads the whole file; without it a file damaged inside may give wrong
 * values or, by wrong row numbers, a crash, so verify what comes from elsewhere. RC_MISSING, RC_IO, or RC_INVALID with a
 * Chinese sentence in *ret_why. */
Rc   population_open(Arena *arena, const Program *program, Str path, bool verify, Snapshot *ret_snapshot,
                     Population **ret_population, Str *ret_why) CHECKED;
void snapshot_close(Snapshot *snapshot);

/* The hash by which a snapshot knows its program. */
uint64_t population_schema_hash(const Program *program);
