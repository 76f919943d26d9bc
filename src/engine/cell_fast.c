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

/* Where the cells of a column stand. */
typedef struct Places {
        uint32_t starts[CSV_CHUNK_ROWS], lengths[CSV_CHUNK_ROWS];
} Places;

CLONED static void find_places(const uint32_t *restrict first, const uint32_t *restrict ends, uint32_t rows,
                               uint32_t *restrict starts, uint32_t *restrict lengths) {
        for (uint32_t row = 0; row < rows; row++) {
                uint32_t start = ends[(int32_t) first[row] - 1] + 1;
                starts[row] = start;
                lengths[row] = ends[first[row]] - start;
        }
}

/* The return before a line end, and a pair of quotes, are no part of the cell. */
static void trim_places(const CsvChunk *chunk, bool last, Places *places) {
        for (uint32_t row = 0; row < chunk->rows; row++) {
                const char *cell = chunk->base + places->starts[row];
                uint32_t length = places->lengths[row];
                if (last && chunk->returns && length > 0 && cell[length - 1] == '\r')
                        length--;
                bool quoted = chunk->quotes && length >= 2 && cell[0] == '"' && cell[length - 1] == '"';
                places->starts[row] += quoted;
                places->lengths[row] = length - (quoted ? 2 : 0);
        }
}

CLONED static uint32_t count_blanks(const uint32_t *restrict lengths, uint32_t rows) {
        uint32_t blanks = 0;
        for (uint32_t row = 0; row < rows; row++)
                blanks += lengths[row] == 0;
        return blanks;
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
INLINE uint64_t take_digits(const char *bytes, uint64_t length, uint32_t *ret_good) {
        uint64_t fill = DIGITS_ZERO >> ((4 * length) & 63) >> ((4 * length) & 63);
        uint64_t values = (load_8(bytes) << ((64 - 8 * length) & 63) | fill) ^ DIGITS_ZERO;
        *ret_good &= (uint32_t) (length - 1 < 8) & all_digits(values);
        return join_digits(values);
}

INLINE uint32_t numbers(const CellPlan *plan, const char *base, const Places *places, uint32_t rows,
                        int64_t *restrict cells, uint32_t *restrict odd, bool point) {
        const int64_t low = plan->low, high = plan->high, power = plan->power, blank = plan->blank;
        const uint32_t scale = plan->fact->type.scale;
        uint32_t odds = 0;
        for (uint32_t row = 0; row < rows; row++) {
                const char *cell = base + places->starts[row];
                uint32_t length = places->lengths[row], whole = length;
                uint32_t good = 1;
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
                odd[odds] = row;
                odds += (good ^ 1) & (uint32_t) (length != 0);
        }
        return odds;
}

CLONED static uint32_t numbers_whole(const CellPlan *plan, const char *base, const Places *places, uint32_t rows,
                                     int64_t *cells, uint32_t *odd) {
        return numbers(plan, base, places, rows, cells, odd, false);
}

CLONED static uint32_t numbers_point(const CellPlan *plan, const char *base, const Places *places, uint32_t rows,
                                     int64_t *cells, uint32_t *odd) {
        return numbers(plan, base, places, rows, cells, odd, true);
}

#define DAY_YEARS 300            /* 1900 to 2199 */
#define DAY_PLACES 2048          /* month and day as four digits */
#define DAY_NONE INT32_MIN

struct DayTable {
        int32_t year_start[DAY_YEARS];
        uint8_t leap[DAY_YEARS];
        int32_t in_year[2][DAY_PLACES];  /* DAY_NONE where there is no such day */
};

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
CLONED static uint32_t dates(const CellPlan *plan, const char *base, const Places *places, uint32_t rows,
                             int64_t *restrict cells, uint32_t *restrict odd) {
        const int64_t low = plan->low, high = plan->high, blank = plan->blank;
        const DayTable *days = plan->days;
        uint32_t odds = 0;
        for (uint32_t row = 0; row < rows; row++) {
                const char *cell = base + places->starts[row];
                uint32_t length = places->lengths[row];
                uint64_t head = load_8(cell);
                uint16_t tail;
                memcpy(&tail, cell + 8, sizeof(tail));
                uint64_t digits = ((head & 0xFFFFFFFFu) | (head >> 40 & 0xFFFF) << 32 | (uint64_t) tail << 48) ^ DIGITS_ZERO;
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
                cells[row] = good ? value : blank;
                odd[odds] = row;
                odds += (good ^ 1) & (uint32_t) (length != 0);
        }
        return odds;
}

CLONED static uint32_t words_short(const CellPlan *plan, const char *base, const Places *places, uint32_t rows,
                                   int64_t *restrict cells, uint32_t *restrict odd) {
        const ShortSlot *slots = plan->words->shorts;
        const uint64_t multiplier = plan->words->multiplier;
        const uint32_t shift = plan->words->shift;
        uint32_t odds = 0;
        for (uint32_t row = 0; row < rows; row++) {
                uint32_t length = places->lengths[row];
                uint64_t part = word_part(base + places->starts[row], length);
                const ShortSlot *slot = &slots[part * multiplier >> shift];
                cells[row] = slot->value;
                odd[odds] = row;
                odds += (uint32_t) (slot->part != part) | (uint32_t) (length > 8);
        }
        return odds;
}

CLONED static uint32_t words_long(const CellPlan *plan, const char *base, const Places *places, uint32_t rows,
                                  int64_t *restrict cells, uint32_t *restrict odd) {
        const LongSlot *slots = plan->words->longs;
        const uint64_t multiplier = plan->words->multiplier;
        const uint32_t shift = plan->words->shift;
        uint32_t odds = 0;
        for (uint32_t row = 0; row < rows; row++) {
                const char *cell = base + places->starts[row];
                uint32_t length = places->lengths[row];
                uint64_t word[WORD_PARTS];
                for (uint32_t i = 0; i < WORD_PARTS; i++)
                        word[i] = word_part(cell + 8 * i, length > 8 * i ? length - 8 * i : 0);
                const LongSlot *slot = &slots[word_slot(multiplier, shift, word)];
                uint64_t wrong = (slot->parts[0] ^ word[0]) | (slot->parts[1] ^ word[1]) | (slot->parts[2] ^ word[2]);
                cells[row] = slot->value;
                odd[odds] = row;
                odds += (uint32_t) (wrong != 0) | (uint32_t) (length > 8 * WORD_PARTS);
        }
        return odds;
}

static uint32_t read_places(const CellPlan *plan, const char *base, const Places *places, uint32_t rows, int64_t *cells,
                            uint32_t *odd) {
        switch (plan->fact->type.kind) {
        case TYPE_TRUTH:
        case TYPE_CODE:
                return (plan->words->shorts ? words_short : words_long)(plan, base, places, rows, cells, odd);
        case TYPE_NUMBER:
                return (plan->fact->type.scale == 0 ? numbers_whole : numbers_point)(plan, base, places, rows, cells, odd);
        case TYPE_DATE:
                return dates(plan, base, places, rows, cells, odd);
        case TYPE_ROW:
        case TYPE_TEXT:
                break;
        }
        MUST(false);
}

uint32_t cells_read_plain(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells, uint32_t *odd,
                          uint64_t *blanks) {
        if (!plan->fast || chunk->nuls) {
                for (uint32_t row = 0; row < chunk->rows; row++)
                        odd[row] = row;
                return chunk->rows;
        }
        Places places;
        bool last = column + 1 == chunk->columns;
        find_places(chunk->first, chunk->ends + column, chunk->rows, places.starts, places.lengths);
        if (chunk->quotes || (last && chunk->returns))
                trim_places(chunk, last, &places);
        *blanks += count_blanks(places.lengths, chunk->rows);
        return read_places(plan, chunk->base, &places, chunk->rows, cells, odd);
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
