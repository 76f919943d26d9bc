/* The columns a city's facts want and the six files of synth.h do not have, invented by rule: shares and ranges are in
 * doc/synthetic.md, "Columns a city adds". Entities without a file of synth.h get a small one of their own.
 *
 * A cell depends on the seed, the entity, the column's name and the row alone. What a 仅当 rules out stays empty, and a
 * reviewer's judgement gets no column. The result loads without a problem. */
#pragma once

#include "program/program.h"

#define SYNTH_CITY_BLANKS 20     /* cells in a thousand that are not known, by default */

typedef struct SynthCityOptions {
        uint64_t seed;
        int32_t  base_date;
        uint32_t blank_permille;
        uint32_t threads;        /* 0: as many as the machine has; the bytes do not depend on it */
} SynthCityOptions;

typedef struct SynthCityFile {
        Str      name;
        uint32_t rows, columns;  /* columns: that were added */
        bool     made;           /* it did not come from synth_write; an older file of this name is replaced */
} SynthCityFile;

/* Adds the columns to the files that synth_write has just written into the folder. The list lives in the arena; files
 * that need nothing are not in it. RC_INVALID: files that synth_write cannot have written. RC_MISSING, RC_IO: the files
 * of synth_write are as they were. */
Rc synth_city(const Program *program, Str folder, const SynthCityOptions *options, Arena *arena,
              SynthCityFile **ret_files, uint32_t *ret_count) CHECKED;
