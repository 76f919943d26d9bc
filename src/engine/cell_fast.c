/* The loops over plain cells: no branch depends on a cell, eight digits are read at once, and what does not fit the
 * plain form is put on a list for cell_read. They accept nothing that cell_read would read otherwise. */
#include "engine/cell_pass.h"

#include <string.h>

#if defined(__x86_64__) && !defined(__clang__)
#define CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONED
#endif
#define INLINE static inline __attribute__((always_inline))

/* The same cells without the return before a line end and without a pair of quotes. */
typedef struct Trimmed {
        uint32_t first[CSV_CHUNK_ROWS], ends[2 * CSV_CHUNK_ROWS];
} Trimmed;

static void trim_cells(const CsvChunk *chunk, uint32_t column, Trimmed *trimmed) {
        for (uint32_t row = 0; row < chunk->rows; row++) {
                Str cell = csv_raw(chunk, row, column);
                if (cell.length >= 2 && cell.data[0] == '"' && cell.data[cell.length - 1] == '"')
                        cell = (Str){ cell.data + 1, cell.length - 2 };
                trimmed->first[row] = 2 * row + 1;
                trimmed->ends[2 * row] = (uint32_t) (cell.data - chunk->base) - 1;
                trimmed->ends[2 * row + 1] = (uint32_t) (cell.data - chunk->base + (ptrdiff_t) cell.length);
        }
}

/* Where the cell of a row is, and how long. */
#define CELL_AT(row)                                                                                                   \
        const uint32_t *end_at = ends + first[row];                                                                    \
        uint32_t start = end_at[-1] + 1, length = end_at[0] - start;                                                   \
        const char *cell = base + start

INLINE uint64_t load_8(const char *bytes) {
        uint64_t word;
        memcpy(&word, bytes, sizeof(word));
        return word;
}

/* Bytes 0..9 in every place? (1 or 0; not bool, so that it can be joined without a branch) */
INLINE uint32_t all_digits(uint64_t values) {
        return ((values | (values + 0x7676767676767676u)) & HIGH_BITS) == 0;
}

/* The number in eight digit values, the first in the lowest byte. */
INLINE uint64_t join_digits(uint64_t values) {
        values = (values * 10 + (values >> 8)) & 0x00FF00FF00FF00FFu;
        values = (values * 100 + (values >> 16)) & 0x0000FFFF0000FFFFu;
        return (values * 10000 + (values >> 32)) & 0x00000000FFFFFFFFu;
}

/* One to eight digits; *ret_good stays when they are. */
INLINE uint64_t take_digits(const char *bytes, uint64_t length, uint32_t *ret_good) {
        uint64_t fill = DIGITS_ZERO >> ((4 * length) & 63) >> ((4 * length) & 63);
        uint64_t values = (load_8(bytes) << ((64 - 8 * length) & 63) | fill) ^ DIGITS_ZERO;
        *ret_good &= (uint32_t) (length - 1 < 8) & all_digits(values);
        return join_digits(values);
}

/* A cell is read; a wrong one is noted, and listed in the second pass that a chunk with wrong cells gets. */
#define CELL_DONE(row, is_wrong)                                                                                       \
        uint32_t wrong_here = (is_wrong);                                                                              \
        if (odd != NULL)                                                                                               \
                odd[wrong] = row;                                                                                      \
        wrong += wrong_here

INLINE uint32_t numbers(const CellPlan *plan, const Cells *from, int64_t *restrict cells, uint32_t *restrict odd,
                        bool point) {
        const uint32_t *restrict first = from->first, *restrict ends = from->ends;
        const int64_t low = plan->low, high = plan->high, power = plan->power, blank = plan->blank;
        const uint32_t scale = plan->fact->type.scale;
        const char *base = from->base;
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row++) {
                CELL_AT(row);
                uint32_t whole = length, good = 1;
                uint64_t fraction = 0;
                if (point) {
                        /* exactly as many places as the scale has, or none */
                        uint32_t has = length > scale + 1 && cell[length - 1 - scale] == '.', fine = 1;
                        whole = has ? length - 1 - scale : length;
                        fraction = take_digits(cell + (has ? length - scale : 0), scale, &fine);
                        good = fine | !has;
                        fraction = has ? fraction : 0;
                }
                int64_t value = (int64_t) take_digits(cell, whole, &good) * power + (int64_t) fraction;
                good &= (uint32_t) (value >= low) & (uint32_t) (value <= high);
                cells[row] = good ? value : blank;
                CELL_DONE(row, (good ^ 1) & (uint32_t) (length != 0));
        }
        return wrong;
}

const DayTable *day_table_new(Arena *arena) {
        DayTable *days = ARENA_NEW(arena, DayTable, 1);
        for (int32_t year = 0; year < DAY_YEARS; year++) {
                days->year_start[year] = date_from_civil(1900 + year, 1, 1);
                days->leap[year] = civil_valid(1900 + year, 2, 29);
        }
        for (int32_t leap = 0; leap < 2; leap++)
                for (int32_t place = 0; place < DAY_PLACES; place++) {
                        int32_t year = leap ? 2000 : 2001;
                        days->in_year[leap][place] =
                                civil_valid(year, place / 100, place % 100)
                                        ? date_from_civil(year, place / 100, place % 100) - date_from_civil(year, 1, 1)
                                        : DAY_NONE;
                }
        return days;
}

/* YYYY-MM-DD of the years 1900 to 2199. */
INLINE uint32_t dates(const CellPlan *plan, const Cells *from, int64_t *restrict cells, uint32_t *restrict odd) {
        const uint32_t *restrict first = from->first, *restrict ends = from->ends;
        const int64_t low = plan->low, high = plan->high, blank = plan->blank;
        const DayTable *days = plan->days;
        const char *base = from->base;
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row++) {
                CELL_AT(row);
                if (length == 0) {   /* whole columns of dates are nearly empty, or nearly full: worth a branch */
                        cells[row] = blank;
                        continue;
                }
                uint64_t head = load_8(cell);
                uint16_t tail;
                memcpy(&tail, cell + 8, sizeof(tail));
                uint64_t digits =
                        ((head & 0xFFFFFFFFu) | (head >> 40 & 0xFFFF) << 32 | (uint64_t) tail << 48) ^ DIGITS_ZERO;
                uint32_t good = (uint32_t) (length == 10) & all_digits(digits) &
                                (uint32_t) ((head & 0xFF0000FF00000000u) == 0x2D00002D00000000u);
                digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFu;
                digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFFu;
                uint32_t year = (uint32_t) digits - 1900, place = (uint32_t) (digits >> 32) & (DAY_PLACES - 1);
                good &= (uint32_t) (year < DAY_YEARS) & (uint32_t) (digits >> 32 < DAY_PLACES);
                year = good ? year : 0;
                int32_t day = days->in_year[days->leap[year]][place];
                int64_t value = (int64_t) days->year_start[year] + day;
                good &= (uint32_t) (day != DAY_NONE) & (uint32_t) (value >= low) & (uint32_t) (value <= high);
                cells[row] = value;
                CELL_DONE(row, good ^ 1);
        }
        return wrong;
}

INLINE uint32_t words(const CellPlan *plan, const Cells *from, int64_t *restrict cells, uint32_t *restrict odd,
                      uint32_t parts) {
        const uint32_t *restrict first = from->first, *restrict ends = from->ends;
        WordSlot *slots = plan->words->slots;
        const uint64_t multiplier = plan->words->multiplier;
        const uint32_t shift = plan->words->shift;
        const char *base = from->base;
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row++) {
                CELL_AT(row);
                uint64_t word[WORD_PARTS] = { word_part(cell, length) };
                for (uint32_t i = 1; i < parts; i++)
                        word[i] = word_part(cell + 8 * i, length > 8 * i ? length - 8 * i : 0);
                const WordSlot *slot = word_slot(slots, parts, multiplier, shift, word);
                uint64_t other = slot->parts[0] ^ word[0];
                for (uint32_t i = 1; i < parts; i++)
                        other |= slot->parts[i] ^ word[i];
                cells[row] = slot->value;
                CELL_DONE(row, (uint32_t) (other != 0) | (uint32_t) (length > 8 * parts));
        }
        return wrong;
}

/* One pass of each kind, with and without a list: what is picked outside the loops costs nothing inside. */
typedef uint32_t Pass(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd);

CLONED static uint32_t pass_whole(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        return odd == NULL ? numbers(plan, from, cells, NULL, false) : numbers(plan, from, cells, odd, false);
}

CLONED static uint32_t pass_point(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        return odd == NULL ? numbers(plan, from, cells, NULL, true) : numbers(plan, from, cells, odd, true);
}

CLONED static uint32_t pass_dates(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        return odd == NULL ? dates(plan, from, cells, NULL) : dates(plan, from, cells, odd);
}

CLONED static uint32_t pass_words_1(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        return odd == NULL ? words(plan, from, cells, NULL, 1) : words(plan, from, cells, odd, 1);
}

CLONED static uint32_t pass_words_2(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        return odd == NULL ? words(plan, from, cells, NULL, 2) : words(plan, from, cells, odd, 2);
}

CLONED static uint32_t pass_words_3(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        return odd == NULL ? words(plan, from, cells, NULL, 3) : words(plan, from, cells, odd, 3);
}

static Pass *pass_for(const CellPlan *plan) {
        static Pass *const word_passes[WORD_PARTS + 1] = { NULL, pass_words_1, pass_words_2, pass_words_3 };
        switch (plan->fact->type.kind) {
        case TYPE_TRUTH:
        case TYPE_CODE:
                return word_passes[plan->words->parts];
        case TYPE_NUMBER:
                return plan->fact->type.scale == 0 ? pass_whole : pass_point;
        case TYPE_DATE:
                return pass_dates;
        case TYPE_ROW:
        case TYPE_TEXT:
                break;
        }
        MUST(false);
}

/* Most chunks have only plain cells; the others are read again, to list them. */
static uint32_t run_pass(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t *odd) {
        Pass *pass = pass_for(plan);
        uint32_t wrong = plan->vector != NULL ? plan->vector(plan, from, cells) : pass(plan, from, cells, NULL);
        return wrong == 0 ? 0 : pass(plan, from, cells, odd);
}

uint32_t cells_read_plain(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells, uint32_t *odd) {
        Cells from = { chunk->base, chunk->first, chunk->ends + column, chunk->rows };
        if (!plan->fast || chunk->nuls) {
                for (uint32_t row = 0; row < chunk->rows; row++)
                        odd[row] = row;
                return chunk->rows;
        }
        if (!chunk->quotes && !(chunk->returns && column + 1 == chunk->columns))
                return run_pass(plan, &from, cells, odd);
        Trimmed trimmed;
        trim_cells(chunk, column, &trimmed);
        from.first = trimmed.first;
        from.ends = trimmed.ends;
        return run_pass(plan, &from, cells, odd);
}

CLONED static uint32_t narrow_8(const int64_t *restrict cells, uint32_t count, int64_t unknown, int8_t *restrict out) {
        uint32_t unknowns = 0;
        for (uint32_t i = 0; i < count; i++) {
                out[i] = cells[i] == UNKNOWN ? INT8_MIN : (int8_t) cells[i];
                unknowns += cells[i] == unknown;
        }
        return unknowns;
}

CLONED static uint32_t narrow_16(const int64_t *restrict cells, uint32_t count, int16_t *restrict out) {
        uint32_t unknowns = 0;
        for (uint32_t i = 0; i < count; i++) {
                out[i] = cells[i] == UNKNOWN ? INT16_MIN : (int16_t) cells[i];
                unknowns += cells[i] == UNKNOWN;
        }
        return unknowns;
}

CLONED static uint32_t narrow_32(const int64_t *restrict cells, uint32_t count, int32_t *restrict out) {
        uint32_t unknowns = 0;
        for (uint32_t i = 0; i < count; i++) {
                out[i] = cells[i] == UNKNOWN ? INT32_MIN : (int32_t) cells[i];
                unknowns += cells[i] == UNKNOWN;
        }
        return unknowns;
}

CLONED static uint32_t narrow_64(const int64_t *restrict cells, uint32_t count, int64_t *restrict out) {
        uint32_t unknowns = 0;
        for (uint32_t i = 0; i < count; i++) {
                out[i] = cells[i];
                unknowns += cells[i] == UNKNOWN;
        }
        return unknowns;
}

uint32_t cells_narrow(const int64_t *cells, uint32_t count, int64_t unknown, uint8_t width, void *column, size_t at) {
        if (width == 1)
                return narrow_8(cells, count, unknown, (int8_t *) column + at);
        if (width == 2)
                return narrow_16(cells, count, (int16_t *) column + at);
        if (width == 4)
                return narrow_32(cells, count, (int32_t *) column + at);
        return narrow_64(cells, count, (int64_t *) column + at);
}
