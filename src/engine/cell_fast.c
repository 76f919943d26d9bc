/* The loops over plain cells: no branch depends on a cell, eight digits are read at once, and what does not fit the
 * plain form is put on a list for cell_read. They accept nothing that cell_read would read otherwise. */
#include "engine/cell_words.h"

#include <string.h>

#define DIGITS_ZERO 0x3030303030303030u
#define HIGH_BITS 0x8080808080808080u
#if defined(__x86_64__) && !defined(__clang__)
#define CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONED
#endif
#define INLINE static inline __attribute__((always_inline))

/* The bytes of a cell, a pair of quotes around it taken off. */
INLINE Str plain_cell(const CsvChunk *chunk, uint32_t row, uint32_t column) {
        Str cell = csv_raw(chunk, row, column);
        bool quoted = chunk->quotes && cell.length >= 2 && cell.data[0] == '"' && cell.data[cell.length - 1] == '"';
        return quoted ? (Str){ cell.data + 1, cell.length - 2 } : cell;
}

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
INLINE uint64_t take_digits(const char *bytes, uint64_t length, bool *ret_good) {
        uint64_t fill = DIGITS_ZERO >> ((4 * length) & 63) >> ((4 * length) & 63);
        uint64_t values = (load_8(bytes) << ((64 - 8 * length) & 63) | fill) ^ DIGITS_ZERO;
        *ret_good &= (length - 1 < 8) & all_digits(values);
        return join_digits(values);
}

INLINE uint32_t numbers(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells, uint32_t *odd,
                        uint64_t *blanks, bool point) {
        const int64_t low = plan->low, high = plan->high, power = plan->power, blank = plan->blank;
        const uint64_t scale = plan->fact->type.scale;
        uint32_t odds = 0;
        uint64_t empty = 0;
        for (uint32_t row = 0; row < chunk->rows; row++) {
                Str cell = plain_cell(chunk, row, column);
                bool good = true;
                uint64_t whole = cell.length, fraction = 0;
                if (point) {
                        /* exactly as many places as the scale has, or none */
                        bool has = cell.length > scale + 1 && cell.data[cell.length - 1 - scale] == '.', fine = true;
                        whole = has ? cell.length - 1 - scale : cell.length;
                        fraction = take_digits(cell.data + (has ? cell.length - scale : 0), scale, &fine);
                        good = fine | !has;
                        fraction = has ? fraction : 0;
                }
                int64_t value = (int64_t) take_digits(cell.data, whole, &good) * power + (int64_t) fraction;
                good &= (value >= low) & (value <= high);
                cells[row] = good ? value : blank;
                odd[odds] = row;
                odds += !good & (cell.length != 0);
                empty += cell.length == 0;
        }
        *blanks += empty;
        return odds;
}

CLONED static uint32_t numbers_whole(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells,
                                     uint32_t *odd, uint64_t *blanks) {
        return numbers(plan, chunk, column, cells, odd, blanks, false);
}

CLONED static uint32_t numbers_point(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells,
                                     uint32_t *odd, uint64_t *blanks) {
        return numbers(plan, chunk, column, cells, odd, blanks, true);
}

/* Days before a month of an ordinary year; of a leap year, in the second half. */
static const int16_t month_start[32] = { 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0,
                                         0, 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 0, 0, 0 };
static const int8_t month_days[32] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0,
                                       0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0 };

/* YYYY-MM-DD of the years 1900 to 2199. */
CLONED static uint32_t dates(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells,
                             uint32_t *odd, uint64_t *blanks) {
        const int64_t low = plan->low, high = plan->high, blank = plan->blank;
        uint32_t odds = 0;
        uint64_t empty = 0;
        for (uint32_t row = 0; row < chunk->rows; row++) {
                Str cell = plain_cell(chunk, row, column);
                uint64_t head = load_8(cell.data) ^ 0x2D30302D30303030u;   /* "0000-00-" */
                uint16_t tail;
                memcpy(&tail, cell.data + 8, sizeof(tail));
                uint64_t days = tail ^ 0x3030u;
                bool good = (cell.length == 10) & all_digits(head) & all_digits(days) & ((head & 0xFF0000FF00000000u) == 0);
                uint64_t pairs = (head * 10 + (head >> 8)) & 0xFF00FF;
                uint32_t year = (uint32_t) ((pairs & 0xFF) * 100 + (pairs >> 16));
                uint32_t month = (uint32_t) ((head >> 40 & 0xFF) * 10 + (head >> 48 & 0xFF));
                uint32_t day = (uint32_t) ((days & 0xFF) * 10 + (days >> 8));
                bool leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0));
                uint32_t place = (month & 15) + (leap ? 16 : 0);
                good &= (year - 1900 < 300) & (month < 13) & (day - 1 < (uint32_t) month_days[place]);
                uint32_t before = year - 1;
                int64_t value = (int64_t) (before * 365 + before / 4 - before / 100 + before / 400) - 719162 +
                                month_start[place] + (int64_t) day - 1;
                good &= (value >= low) & (value <= high);
                cells[row] = good ? value : blank;
                odd[odds] = row;
                odds += !good & (cell.length != 0);
                empty += cell.length == 0;
        }
        *blanks += empty;
        return odds;
}

INLINE uint32_t words(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells, uint32_t *odd,
                      uint64_t *blanks, uint32_t parts) {
        const WordTable table = *plan->words;
        const int64_t low = plan->low, high = plan->high, blank = plan->blank;
        uint32_t odds = 0;
        uint64_t empty = 0;
        for (uint32_t row = 0; row < chunk->rows; row++) {
                Str cell = plain_cell(chunk, row, column);
                uint64_t word[WORD_PARTS] = { word_part(cell.data, cell.length) };
                for (uint32_t i = 1; i < parts; i++)
                        word[i] = word_part(cell.data + 8 * i, cell.length > 8 * i ? cell.length - 8 * i : 0);
                const WordSlot *slot = &table.slots[word_slot(&table, word)];
                bool good = (slot->length == cell.length) & (cell.length != 0) & (slot->parts[0] == word[0]);
                for (uint32_t i = 1; i < parts; i++)
                        good &= slot->parts[i] == word[i];
                good &= (slot->value >= low) & (slot->value <= high);
                cells[row] = good ? slot->value : blank;
                odd[odds] = row;
                odds += !good & (cell.length != 0);
                empty += cell.length == 0;
        }
        *blanks += empty;
        return odds;
}

CLONED static uint32_t words_short(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells,
                                   uint32_t *odd, uint64_t *blanks) {
        return words(plan, chunk, column, cells, odd, blanks, 1);
}

CLONED static uint32_t words_long(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells,
                                  uint32_t *odd, uint64_t *blanks) {
        return words(plan, chunk, column, cells, odd, blanks, WORD_PARTS);
}

uint32_t cells_read_plain(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells, uint32_t *odd,
                          uint64_t *blanks) {
        if (!plan->fast) {
                for (uint32_t row = 0; row < chunk->rows; row++)
                        odd[row] = row;
                return chunk->rows;
        }
        switch (plan->fact->type.kind) {
        case TYPE_TRUTH:
        case TYPE_CODE:
                return (plan->words->parts == 1 ? words_short : words_long)(plan, chunk, column, cells, odd, blanks);
        case TYPE_NUMBER:
                return (plan->fact->type.scale == 0 ? numbers_whole : numbers_point)(plan, chunk, column, cells, odd,
                                                                                    blanks);
        case TYPE_DATE:
                return dates(plan, chunk, column, cells, odd, blanks);
        case TYPE_ROW:
        case TYPE_TEXT:
                break;
        }
        MUST(false);
}

CLONED static void narrow_8(const int64_t *restrict cells, uint32_t count, int8_t *restrict out) {
        for (uint32_t i = 0; i < count; i++)
                out[i] = cells[i] == UNKNOWN ? INT8_MIN : (int8_t) cells[i];
}

CLONED static void narrow_16(const int64_t *restrict cells, uint32_t count, int16_t *restrict out) {
        for (uint32_t i = 0; i < count; i++)
                out[i] = cells[i] == UNKNOWN ? INT16_MIN : (int16_t) cells[i];
}

CLONED static void narrow_32(const int64_t *restrict cells, uint32_t count, int32_t *restrict out) {
        for (uint32_t i = 0; i < count; i++)
                out[i] = cells[i] == UNKNOWN ? INT32_MIN : (int32_t) cells[i];
}

void cells_narrow(const int64_t *cells, uint32_t count, uint8_t width, void *column, size_t at) {
        if (width == 1)
                narrow_8(cells, count, (int8_t *) column + at);
        else if (width == 2)
                narrow_16(cells, count, (int16_t *) column + at);
        else if (width == 4)
                narrow_32(cells, count, (int32_t *) column + at);
        else
                memcpy((int64_t *) column + at, cells, count * sizeof(int64_t));
}
