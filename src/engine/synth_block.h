/* One block of the synthetic city: SYNTH_BLOCK people with their households, firms, jobs. Blocks do not know of each
 * other, so they can be made in any order and on any thread. Only for synth*.c. */
#pragma once

#include "base/buffer.h"
#include "engine/synth.h"

#define SYNTH_BLOCK 8192

/* xoshiro256** (D. Blackman, S. Vigna), seeded by splitmix64. */
typedef struct Random {
        uint64_t state[4];
} Random;

typedef enum Sex { SEX_MALE, SEX_FEMALE } Sex;
typedef enum Education {
        EDUCATION_BASIC, EDUCATION_SECONDARY, EDUCATION_COLLEGE, EDUCATION_BACHELOR, EDUCATION_MASTER, EDUCATION_NONE,
} Education;
typedef enum Status {
        STATUS_EMPLOYED, STATUS_FLEXIBLE, STATUS_FOUNDER, STATUS_UNEMPLOYED, STATUS_NONE, STATUS_SCHOOL, STATUS_RETIRED,
} Status;
typedef enum FirmKind {
        FIRM_INDIVIDUAL, FIRM_SMALL, FIRM_MEDIUM, FIRM_LARGE, FIRM_COOPERATIVE, FIRM_FARM, FIRM_SOCIAL,
} FirmKind;

typedef struct Household {
        uint32_t first, size;            /* in the block */
        uint16_t county;
        bool     rural, local, allowance, lifted;
        int64_t  income;                 /* fen a month, all members */
} Household;

typedef struct Person {
        uint32_t  household;             /* in the block */
        int32_t   birth, age, graduated, registered;   /* graduated, registered: DATE_MIN when not */
        Sex       sex;
        Education education;
        Status    status;
        bool      local, difficult, graduate, veteran, disabled, migrant, returned;
        uint16_t  residence, insured, unemployment;    /* months */
        int64_t   income;                /* fen a month */
        uint32_t  firm;                  /* founded: in the block; UINT32_MAX: none */
} Person;

typedef struct Firm {
        uint32_t number, founder;        /* founder in the block; UINT32_MAX: none */
        FirmKind kind;
        uint16_t county;
        bool     rural;
        uint32_t industry;
        int32_t  founded;
        uint32_t insured, difficult, graduates;
} Firm;

typedef struct Block {
        const SynthOptions *options;
        uint32_t   first, person_count;  /* number of the first person, from 0 */
        Random     random;
        Arena     *arena;
        Person    *persons;
        Household *households;
        uint32_t   household_count;
        Firm      *firms;                /* those that take on anybody first: large, medium, small; then the rest */
        uint32_t   firm_count;
        Buffer     files[SYNTH_FILE_TOTAL];
        uint64_t   rows[SYNTH_FILE_TOTAL];
} Block;

uint64_t random_next(Random *random);
uint32_t random_below(Random *random, uint32_t bound);               /* 0 .. bound - 1 */
int32_t  random_between(Random *random, int32_t low, int32_t high);   /* both included */
bool     random_chance(Random *random, uint32_t per_mille);
/* An index drawn by weights. */
uint32_t random_pick(Random *random, const uint16_t *weights, uint32_t count);

/* synth_people.c */
void block_make_people(Block *block);
/* synth_work.c: firms, then jobs, certificates and loans, which are written on the way. */
void block_make_firms(Block *block);
void block_write_jobs(Block *block);
void block_write_certificates(Block *block);
void block_write_loans(Block *block);
/* synth_rows.c */
void block_write_people(Block *block);
void block_write_firms(Block *block);

/* ---- cells; a row starts with row_key and ends with row_end ------------------------------------------- */
void row_key(Buffer *out, char prefix, uint32_t number);
void row_end(Block *block, SynthFile file);
void cell_key(Buffer *out, char prefix, uint32_t number);
void cell_text(Buffer *out, Str text);
void cell_truth(Buffer *out, bool truth);
void cell_number(Buffer *out, uint64_t number);
void cell_hundredths(Buffer *out, int64_t hundredths, Str behind);   /* 12.50 */
void cell_date(Buffer *out, int32_t days);
void cell_blank(Buffer *out);
