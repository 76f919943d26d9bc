/* The loops of cell_fast.c over eight cells at once, for processors with AVX-512. A cell that is not plain is only
 * counted: the loops of cell_fast.c then read the chunk again and list it. */
#include "engine/cell_pass.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define LANES 8
#define TAIL_MAX 7               /* places behind a point that one word holds together with it */

/* Eight cells; those that are not among the lanes, behind the last row, are empty. */
typedef struct Eight {
        __mmask8 lanes;
        __m512i  start, end, length;
} Eight;

/* Words of 64 or 32 bits from offsets. Asking for the lanes only is not for the last rows' sake: where the compiler
 * knows that all are wanted it lets a load wait for what its register held before, and one round for another. */
INLINE __m512i words_at(__mmask8 lanes, const char *base, __m512i offsets) {
        return _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), lanes, offsets, (const void *) base, 1);
}

INLINE __m512i gather_64(__mmask8 lanes, const void *from, __m512i offsets) {
        return _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), lanes, offsets, from, sizeof(uint64_t));
}

INLINE __m256i gather_32(__mmask8 lanes, const void *from, __m512i offsets) {
        return _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), lanes, offsets, from, sizeof(uint32_t));
}

INLINE Eight eight_at(const Cells *from, uint32_t row) {
        __mmask8 lanes = (__mmask8) (from->rows - row < LANES ? (1u << (from->rows - row)) - 1 : 0xFF);
        __m256i first = _mm256_maskz_loadu_epi32(lanes, from->first + row);
        /* the end before the cell and its own are neighbours: one word holds both */
        const void *before = from->ends - 1;
        __m512i both = _mm512_mask_i32gather_epi64(_mm512_setzero_si512(), lanes, first, before, sizeof(uint32_t));
        __m512i start = _mm512_and_si512(_mm512_add_epi32(both, _mm512_set1_epi64(1)), _mm512_set1_epi64(UINT32_MAX));
        __m512i end = _mm512_srli_epi64(both, 32);
        return (Eight){ lanes, start, end, _mm512_maskz_sub_epi64(lanes, end, start) };
}

/* Eight digit values a word, the first in the lowest byte, to the two numbers of four digits. */
INLINE __m512i join_fours(__m512i values) {
        __m512i pairs = _mm512_maddubs_epi16(values, _mm512_set1_epi16(1 << 8 | 10));
        return _mm512_madd_epi16(pairs, _mm512_set1_epi32(1 << 16 | 100));
}

/* Bytes 0..9 everywhere in which words? */
INLINE __mmask8 all_digits(__m512i values) {
        __m512i high = _mm512_or_si512(values, _mm512_add_epi64(values, _mm512_set1_epi64(0x7676767676767676)));
        return _mm512_testn_epi64_mask(high, _mm512_set1_epi64((int64_t) HIGH_BITS));
}

/* One to eight digits at the front of each word; *ret_good loses the words that are something else. */
INLINE __m512i take_digits(__m512i words, __m512i length, __mmask8 *ret_good) {
        const __m512i zeros = _mm512_set1_epi64(DIGITS_ZERO);
        __m512i bits = _mm512_slli_epi64(length, 3);
        __m512i moved = _mm512_sllv_epi64(words, _mm512_sub_epi64(_mm512_set1_epi64(64), bits));
        __m512i values = _mm512_xor_si512(_mm512_or_si512(moved, _mm512_srlv_epi64(zeros, bits)), zeros);
        *ret_good &= all_digits(values) &
                     _mm512_cmplt_epu64_mask(_mm512_sub_epi64(length, _mm512_set1_epi64(1)), _mm512_set1_epi64(8));
        __m512i fours = join_fours(values);
        return _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)), _mm512_srli_epi64(fours, 32));
}

/* Keeps what lies within the plan's bounds, makes the rest blank, and counts the wrong cells. */
INLINE uint32_t finish(const CellPlan *plan, const Eight *eight, __m512i values, __mmask8 good, int64_t *cells) {
        good &= _mm512_cmpge_epi64_mask(values, _mm512_set1_epi64(plan->low)) &
                _mm512_cmple_epi64_mask(values, _mm512_set1_epi64(plan->high));
        values = _mm512_mask_mov_epi64(_mm512_set1_epi64(plan->blank), good, values);
        _mm512_mask_storeu_epi64(cells, eight->lanes, values);
        __mmask8 wrong = eight->lanes & (__mmask8) ~good & _mm512_test_epi64_mask(eight->length, eight->length);
        return (uint32_t) __builtin_popcount(wrong);
}

TARGET static uint32_t pass_whole(const CellPlan *plan, const Cells *from, int64_t *cells) {
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row += LANES) {
                Eight eight = eight_at(from, row);
                __mmask8 good = 0xFF;
                __m512i values = take_digits(words_at(eight.lanes, from->base, eight.start), eight.length, &good);
                wrong += finish(plan, &eight, values, good, cells + row);
        }
        return wrong;
}

/* Exactly as many places behind the point as the scale has, or no point. */
TARGET static uint32_t pass_point(const CellPlan *plan, const Cells *from, int64_t *cells) {
        const uint32_t scale = plan->fact->type.scale;
        const __m512i behind = _mm512_set1_epi64(scale + 1);
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row += LANES) {
                Eight eight = eight_at(from, row);
                __m512i tails = words_at(eight.lanes, from->base - scale - 1, eight.end);
                __mmask8 has = _mm512_cmpgt_epi64_mask(eight.length, behind) &
                               _mm512_cmpeq_epi64_mask(_mm512_and_si512(tails, _mm512_set1_epi64(0xFF)),
                                                       _mm512_set1_epi64('.'));
                __mmask8 good = 0xFF, fine = 0xFF;
                __m512i fraction = take_digits(_mm512_srli_epi64(tails, 8), _mm512_set1_epi64(scale), &fine);
                __m512i length = _mm512_mask_sub_epi64(eight.length, has, eight.length, behind);
                __m512i whole = take_digits(words_at(eight.lanes, from->base, eight.start), length, &good);
                good &= fine | (__mmask8) ~has;
                __m512i values = _mm512_mullo_epi64(whole, _mm512_set1_epi64(plan->power));
                values = _mm512_mask_add_epi64(values, has, values, fraction);
                wrong += finish(plan, &eight, values, good, cells + row);
        }
        return wrong;
}

/* The eight digits of YYYY-MM-DD in one word each; *ret_good loses the cells that have another form. */
INLINE __m512i date_digits(const Cells *from, const Eight *eight, __mmask8 *ret_good) {
        __m512i head = words_at(eight->lanes, from->base, eight->start);
        __m512i tail = words_at(eight->lanes, from->base + 2, eight->start);
        __m512i year = _mm512_and_si512(head, _mm512_set1_epi64(0xFFFFFFFF));
        __m512i month = _mm512_and_si512(_mm512_srli_epi64(head, 8), _mm512_set1_epi64(0x0000FFFF00000000));
        __m512i day = _mm512_and_si512(tail, _mm512_set1_epi64((int64_t) 0xFFFF000000000000));
        __m512i dashes = _mm512_and_si512(head, _mm512_set1_epi64((int64_t) 0xFF0000FF00000000));
        __m512i values = _mm512_or_si512(year, _mm512_or_si512(month, day));
        values = _mm512_xor_si512(values, _mm512_set1_epi64(DIGITS_ZERO));
        *ret_good &= _mm512_cmpeq_epi64_mask(eight->length, _mm512_set1_epi64(10)) &
                     _mm512_cmpeq_epi64_mask(dashes, _mm512_set1_epi64(0x2D00002D00000000)) & all_digits(values);
        return values;
}

/* YYYY-MM-DD of the years 1900 to 2199. */
TARGET static uint32_t pass_dates(const CellPlan *plan, const Cells *from, int64_t *cells) {
        const DayTable *days = plan->days;
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row += LANES) {
                Eight eight = eight_at(from, row);
                if (_mm512_test_epi64_mask(eight.length, eight.length) == 0) {   /* many columns are nearly empty */
                        _mm512_mask_storeu_epi64(cells + row, eight.lanes, _mm512_set1_epi64(plan->blank));
                        continue;
                }
                __mmask8 good = 0xFF;
                __m512i fours = join_fours(date_digits(from, &eight, &good)), place = _mm512_srli_epi64(fours, 32);
                __m512i year = _mm512_and_si512(fours, _mm512_set1_epi64(UINT32_MAX));
                year = _mm512_sub_epi64(year, _mm512_set1_epi64(1900));
                good &= _mm512_cmplt_epu64_mask(year, _mm512_set1_epi64(DAY_YEARS)) &
                        _mm512_cmplt_epu64_mask(place, _mm512_set1_epi64(DAY_PLACES));
                year = _mm512_maskz_mov_epi64(good, year);   /* the tables end where the good ones do */
                place = _mm512_maskz_mov_epi64(good, place);
                __m256i leap = gather_32(eight.lanes, days->leap, year);
                __m256i start = gather_32(eight.lanes, days->year_start, year);
                place = _mm512_add_epi64(place, _mm512_cvtepi32_epi64(_mm256_slli_epi32(leap, DAY_PLACES_BITS)));
                __m256i day = gather_32(eight.lanes, days->in_year, place);
                good &= _mm256_cmpneq_epi32_mask(day, _mm256_set1_epi32(DAY_NONE));
                wrong += finish(plan, &eight, _mm512_cvtepi32_epi64(_mm256_add_epi32(start, day)), good, cells + row);
        }
        return wrong;
}

INLINE uint32_t words(const CellPlan *plan, const Cells *from, int64_t *cells, uint32_t parts) {
        const __m512i ones = _mm512_set1_epi64(-1), multiplier = _mm512_set1_epi64((int64_t) plan->words->multiplier);
        const __m128i shift = _mm_cvtsi32_si128((int) plan->words->shift);
        const WordSlot *slots = plan->words->slots;
        uint32_t wrong = 0;
        for (uint32_t row = 0; row < from->rows; row += LANES) {
                Eight eight = eight_at(from, row);
                __m512i word[WORD_PARTS], bits = _mm512_slli_epi64(eight.length, 3);
                for (uint32_t i = 0; i < parts; i++) {
                        __m512i text = words_at(eight.lanes, from->base + 8 * i, eight.start);
                        word[i] = _mm512_andnot_si512(_mm512_sllv_epi64(ones, bits), text);
                        bits = _mm512_max_epi64(_mm512_sub_epi64(bits, _mm512_set1_epi64(64)), _mm512_setzero_si512());
                }
                __m512i sum = word[0];
                if (parts > 1)
                        sum = _mm512_add_epi64(sum, _mm512_rol_epi64(word[1], 17));
                if (parts > 2)
                        sum = _mm512_add_epi64(sum, _mm512_rol_epi64(word[2], 37));
                __m512i slot = _mm512_srl_epi64(_mm512_mullo_epi64(sum, multiplier), shift);
                slot = parts == 2 ? _mm512_add_epi64(slot, _mm512_slli_epi64(slot, 1))   /* times 1 + parts */
                                  : _mm512_slli_epi64(slot, parts == 1 ? 1 : 2);
                __m512i values = gather_64(eight.lanes, slots, slot);
                /* what is left of the cell behind the last part is wrong too */
                __mmask8 other = _mm512_test_epi64_mask(bits, bits);
                for (uint32_t i = 0; i < parts; i++)
                        other |= _mm512_cmpneq_epi64_mask(gather_64(eight.lanes, &slots->parts[i], slot), word[i]);
                _mm512_mask_storeu_epi64(cells + row, eight.lanes, values);
                wrong += (uint32_t) __builtin_popcount(other & eight.lanes);
        }
        return wrong;
}

TARGET static uint32_t pass_words_1(const CellPlan *plan, const Cells *from, int64_t *cells) {
        return words(plan, from, cells, 1);
}

TARGET static uint32_t pass_words_2(const CellPlan *plan, const Cells *from, int64_t *cells) {
        return words(plan, from, cells, 2);
}

TARGET static uint32_t pass_words_3(const CellPlan *plan, const Cells *from, int64_t *cells) {
        return words(plan, from, cells, 3);
}

CellPass *cell_pass_avx512(const CellPlan *plan) {
        static CellPass *const word_passes[WORD_PARTS + 1] = { NULL, pass_words_1, pass_words_2, pass_words_3 };
        if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
            !__builtin_cpu_supports("avx512dq"))
                return NULL;
        switch (plan->fact->type.kind) {
        case TYPE_TRUTH:
        case TYPE_CODE:
                return word_passes[plan->words->parts];
        case TYPE_NUMBER:
                if (plan->fact->type.scale == 0)
                        return pass_whole;
                return plan->fact->type.scale <= TAIL_MAX ? pass_point : NULL;
        case TYPE_DATE:
                return pass_dates;
        case TYPE_ROW:
        case TYPE_TEXT:
                break;
        }
        return NULL;
}

#else

CellPass *cell_pass_avx512(const CellPlan *plan) {
        (void) plan;
        return NULL;
}

#endif
