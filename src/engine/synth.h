/* A city that does not exist, as the CSV files a bureau might export. Columns, shares and the ranges of fictional
 * numbers: doc/synthetic.md. All figures are invented for demonstration. */
#pragma once

#include "base/date.h"

#define SYNTH_PERSONS_MAX 14000000

typedef struct SynthCounty {
        Str      name;
        uint32_t weight;
} SynthCounty;

typedef struct SynthOptions {
        uint32_t           persons;      /* 1 to SYNTH_PERSONS_MAX */
        uint64_t           seed;
        int32_t            base_date;    /* the day the registers are of */
        const SynthCounty *counties;
        uint32_t           county_count;
        uint32_t           threads;      /* 0: as many as the machine has; the bytes do not depend on it */
} SynthOptions;

typedef enum SynthFile {
        SYNTH_PERSON, SYNTH_HOUSEHOLD, SYNTH_FIRM, SYNTH_JOB, SYNTH_CERTIFICATE, SYNTH_LOAN, SYNTH_FILE_TOTAL,
} SynthFile;

/* The file's name: 人.csv … */
Str synth_file_name(SynthFile file);

/* Writes the six files into the folder, which must exist; each replaces an older one in one step when all are
 * complete. RC_INVALID: no counties, or a number of persons out of bounds. RC_IO. */
Rc synth_write(const SynthOptions *options, Str folder, uint64_t ret_rows[SYNTH_FILE_TOTAL]) CHECKED;
