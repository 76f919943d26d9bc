/* What the loops over plain cells share: cell_fast.c has them for any machine, cell_avx512.c for one that reads eight
 * cells with one instruction. Both give the same answers. */
#pragma once

#include "engine/cell_words.h"

/* A column's cells: cell of row r lies between ends[first[r] - 1] + 1 and ends[first[r]]. Bytes up to CSV_PADDING
 * around a cell can be read. */
struct Cells {
        const char     *base;
        const uint32_t *first, *ends;
        uint32_t        rows;
};

#define DIGITS_ZERO 0x3030303030303030u
#define HIGH_BITS 0x8080808080808080u

#define DAY_YEARS 300            /* 1900 to 2199 */
#define DAY_PLACES_BITS 11
#define DAY_PLACES (1 << DAY_PLACES_BITS)   /* month and day as four digits */
#define DAY_NONE INT32_MIN

struct DayTable {
        int32_t year_start[DAY_YEARS];
        int32_t leap[DAY_YEARS];         /* 1: a leap year */
        int32_t in_year[2][DAY_PLACES];  /* DAY_NONE where there is no such day */
};

/* The loop for this plan on this machine; NULL: none. */
CellPass *cell_pass_avx512(const CellPlan *plan);
