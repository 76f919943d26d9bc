/* Three levels of the same two loops. The vector levels judge UTF-8 by looking up the high and low halves of
 * neighbouring bytes (J. Keiser, D. Lemire, "Validating UTF-8 in less than one instruction per byte", 2020). */
#include "engine/csv_scan.h"

#include "base/utf8.h"

#include <string.h>

static bool continues(char byte) {
        return ((unsigned char) byte & 0xC0) == 0x80;
}

static CsvSurvey survey_plain(const char *text, size_t from, size_t to) {
        CsvSurvey survey = { 0 };
        for (size_t i = from; i < to; i++) {
                survey.newlines += text[i] == '\n';
                survey.nuls += text[i] == 0;
                survey.quotes |= text[i] == '"';
                survey.returns |= text[i] == '\r';
        }
        /* the characters that end inside; NUL is nobody's business here */
        size_t start = from, end = to;
        while (start > 0 && from - start < 3 && continues(text[start]))
                start--;
        while (end > start && to - end < 3 && continues(text[end]))
                end--;
        survey.valid = true;
        for (size_t bad = 0; start < end && survey.valid; start += bad + 1) {
                Str rest = { text + start, end - start };
                if (utf8_check(rest, &bad))
                        break;
                survey.valid = rest.data[bad] == 0;
        }
        return survey;
}

static uint32_t scan_plain(const char *base, uint32_t from, uint32_t to, CsvMarks *marks) {
        for (uint32_t at = from; at < to;) {
                uint32_t stop = to - at < 64 ? to : at + 64;
                if (memchr(base + at, '"', stop - at) != NULL)
                        return at;
                for (; at < stop; at++) {
                        if (base[at] != ',' && base[at] != '\n')
                                continue;
                        if (base[at] == '\n')
                                marks->rows[marks->row_count++] = marks->end_count;
                        marks->ends[marks->end_count++] = at;
                }
        }
        return to;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* What can be wrong with a byte, seen from the byte before it and itself: one bit each. */
enum {
        TOO_SHORT = 1 << 0,      /* a lead is followed by no continuation */
        TOO_LONG = 1 << 1,       /* ASCII is followed by a continuation */
        OVERLONG_3 = 1 << 2,
        TOO_LARGE = 1 << 3,      /* above U+10FFFF */
        SURROGATE = 1 << 4,
        OVERLONG_2 = 1 << 5,
        OVERLONG_4 = 1 << 6,     /* also leads F5 and up */
        TWO_CONTINUE = 1 << 7,   /* wrong unless a third or fourth byte is due */
        CARRY = TOO_SHORT | TOO_LONG | TWO_CONTINUE,
};

#define HIGH_HALF_OF_FIRST                                                                                             \
        TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, (char) TWO_CONTINUE,           \
                (char) TWO_CONTINUE, (char) TWO_CONTINUE, (char) TWO_CONTINUE, TOO_SHORT | OVERLONG_2, TOO_SHORT,      \
                TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | OVERLONG_4
#define BIG (char) (CARRY | TOO_LARGE | OVERLONG_4)
#define LOW_HALF_OF_FIRST                                                                                              \
        (char) (CARRY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4), (char) (CARRY | OVERLONG_2), (char) CARRY,              \
                (char) CARRY, (char) (CARRY | TOO_LARGE), BIG, BIG, BIG, BIG, BIG, BIG, BIG, BIG,                      \
                (char) (CARRY | TOO_LARGE | OVERLONG_4 | SURROGATE), BIG, BIG
#define CONTINUES (TOO_LONG | OVERLONG_2 | TWO_CONTINUE)
#define HIGH_HALF_OF_SECOND                                                                                            \
        TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,                        \
                (char) (CONTINUES | OVERLONG_3 | OVERLONG_4), (char) (CONTINUES | OVERLONG_3 | TOO_LARGE),             \
                (char) (CONTINUES | SURROGATE | TOO_LARGE), (char) (CONTINUES | SURROGATE | TOO_LARGE), TOO_SHORT,     \
                TOO_SHORT, TOO_SHORT, TOO_SHORT

static const char high_of_first[16] = { HIGH_HALF_OF_FIRST };
static const char low_of_first[16] = { LOW_HALF_OF_FIRST };
static const char high_of_second[16] = { HIGH_HALF_OF_SECOND };

static inline __attribute__((always_inline)) uint64_t below(size_t count) {
        return count >= 64 ? UINT64_MAX : ((uint64_t) 1 << count) - 1;
}

/* The text is fetched by itself only to the end of its page, and looking it over is quicker than memory: ask for it a
 * page ahead. Bytes that are not there are no harm. */
#define FETCH_AHEAD 4096

#define TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,bmi2,popcnt")))

TARGET_AVX2 static inline __m256i load_32(const char *at) {
        __m256i bytes;
        memcpy(&bytes, at, sizeof(bytes));
        return bytes;
}

TARGET_AVX2 static inline __m256i table_32(const char table[16]) {
        __m128i half;
        memcpy(&half, table, sizeof(half));
        return _mm256_broadcastsi128_si256(half);
}

TARGET_AVX2 static inline __m256i utf8_errors_32(const char *at) {
        const __m256i nibble = _mm256_set1_epi8(0x0F);
        __m256i here = load_32(at), before = load_32(at - 1);
        __m256i special = _mm256_and_si256(
                _mm256_and_si256(_mm256_shuffle_epi8(table_32(high_of_first),
                                                     _mm256_and_si256(_mm256_srli_epi16(before, 4), nibble)),
                                 _mm256_shuffle_epi8(table_32(low_of_first), _mm256_and_si256(before, nibble))),
                _mm256_shuffle_epi8(table_32(high_of_second), _mm256_and_si256(_mm256_srli_epi16(here, 4), nibble)));
        __m256i third = _mm256_subs_epu8(load_32(at - 2), _mm256_set1_epi8((char) (0xE0 - 0x80)));
        __m256i fourth = _mm256_subs_epu8(load_32(at - 3), _mm256_set1_epi8((char) (0xF0 - 0x80)));
        __m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char) 0x80));
        return _mm256_xor_si256(due, special);
}

TARGET_AVX2 static inline uint32_t equal_32(__m256i bytes, char wanted) {
        return (uint32_t) _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(wanted)));
}

TARGET_AVX2 static CsvSurvey survey_avx2(const char *text, size_t from, size_t to) {
        uint64_t newlines = 0, nuls = 0, quotes = 0, returns = 0, wrong = 0;
        for (size_t at = from; at < to; at += 32) {
                uint64_t inside = below(to - at);
                __builtin_prefetch(text + at + FETCH_AHEAD);
                __m256i bytes = load_32(text + at);
                newlines += (uint64_t) __builtin_popcountll(equal_32(bytes, '\n') & inside);
                nuls += (uint64_t) __builtin_popcountll(equal_32(bytes, 0) & inside);
                quotes |= equal_32(bytes, '"') & inside;
                returns |= equal_32(bytes, '\r') & inside;
                wrong |= ~(uint64_t) equal_32(utf8_errors_32(text + at), 0) & inside & UINT32_MAX;
        }
        return (CsvSurvey){ newlines, nuls, quotes != 0, returns != 0, wrong == 0 };
}

/* Writes eight positions at a time, needed or not: a branch a bit would be mispredicted every block. */
TARGET_AVX2 static inline void emit(uint64_t bits, uint32_t at, uint32_t *out) {
        uint32_t count = (uint32_t) __builtin_popcountll(bits);
        for (uint32_t done = 0; done < count; done += 8)
                for (uint32_t i = 0; i < 8; i++, bits = _blsr_u64(bits))
                        out[done + i] = at + (uint32_t) _tzcnt_u64(bits);
}

/* Mostly one line end a block or none, in no order that a processor could guess: no branch for those. */
static inline __attribute__((always_inline)) void mark_rows(uint64_t all, uint64_t newlines, CsvMarks *marks) {
        uint32_t before = marks->end_count;
        uint64_t lowest = newlines & (0 - newlines);
        marks->rows[marks->row_count] = before + (uint32_t) __builtin_popcountll(all & (lowest - 1));
        marks->row_count += newlines != 0;
        for (newlines ^= lowest; newlines != 0; newlines ^= lowest) {
                lowest = newlines & (0 - newlines);
                marks->rows[marks->row_count++] = before + (uint32_t) __builtin_popcountll(all & (lowest - 1));
        }
}

TARGET_AVX2 static uint32_t scan_avx2(const char *base, uint32_t from, uint32_t to, CsvMarks *out) {
        CsvMarks marks = *out;
        uint32_t at = from;
        for (; at < to; at += 64) {
                __m256i low = load_32(base + at), high = load_32(base + at + 32);
                uint64_t inside = below(to - at);
                uint64_t quotes = equal_32(low, '"') | (uint64_t) equal_32(high, '"') << 32;
                if (quotes & inside)
                        break;
                uint64_t newlines = (equal_32(low, '\n') | (uint64_t) equal_32(high, '\n') << 32) & inside;
                uint64_t commas = (equal_32(low, ',') | (uint64_t) equal_32(high, ',') << 32) & inside;
                uint64_t all = newlines | commas;
                mark_rows(all, newlines, &marks);
                emit(all, at, marks.ends + marks.end_count);
                marks.end_count += (uint32_t) __builtin_popcountll(all);
        }
        *out = marks;
        return at < to ? at : to;
}

TARGET_AVX512 static inline __m512i load_64(const char *at) {
        __m512i bytes;
        memcpy(&bytes, at, sizeof(bytes));
        return bytes;
}

TARGET_AVX512 static inline __m512i table_64(const char table[16]) {
        __m128i quarter;
        memcpy(&quarter, table, sizeof(quarter));
        return _mm512_broadcast_i32x4(quarter);
}

TARGET_AVX512 static inline uint64_t utf8_errors_64(const char *at) {
        const __m512i nibble = _mm512_set1_epi8(0x0F);
        __m512i here = load_64(at), before = load_64(at - 1);
        __m512i special = _mm512_and_si512(
                _mm512_and_si512(_mm512_shuffle_epi8(table_64(high_of_first),
                                                     _mm512_and_si512(_mm512_srli_epi16(before, 4), nibble)),
                                 _mm512_shuffle_epi8(table_64(low_of_first), _mm512_and_si512(before, nibble))),
                _mm512_shuffle_epi8(table_64(high_of_second), _mm512_and_si512(_mm512_srli_epi16(here, 4), nibble)));
        __m512i third = _mm512_subs_epu8(load_64(at - 2), _mm512_set1_epi8((char) (0xE0 - 0x80)));
        __m512i fourth = _mm512_subs_epu8(load_64(at - 3), _mm512_set1_epi8((char) (0xF0 - 0x80)));
        __m512i due = _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8((char) 0x80));
        return _mm512_cmpneq_epi8_mask(due, special);
}

TARGET_AVX512 static CsvSurvey survey_avx512(const char *text, size_t from, size_t to) {
        uint64_t newlines = 0, nuls = 0, quotes = 0, returns = 0, wrong = 0;
        for (size_t at = from; at < to; at += 64) {
                uint64_t inside = below(to - at);
                __builtin_prefetch(text + at + FETCH_AHEAD);
                __m512i bytes = load_64(text + at);
                newlines += (uint64_t) __builtin_popcountll(
                        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')) & inside);
                nuls += (uint64_t) __builtin_popcountll(
                        _mm512_testn_epi8_mask(bytes, bytes) & inside);
                quotes |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')) & inside;
                returns |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r')) & inside;
                wrong |= utf8_errors_64(text + at) & inside;
        }
        return (CsvSurvey){ newlines, nuls, quotes != 0, returns != 0, wrong == 0 };
}

static const char counting[] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
                                 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63 };

/* Sixteen positions from sixteen of the compressed byte numbers. */
TARGET_AVX512 static inline void emit_16(__m128i numbers, uint32_t at, uint32_t *out) {
        __m512i positions = _mm512_add_epi32(_mm512_cvtepu8_epi32(numbers), _mm512_set1_epi32((int) at));
        memcpy(out, &positions, sizeof(positions));
}

TARGET_AVX512 static uint32_t scan_avx512(const char *base, uint32_t from, uint32_t to, CsvMarks *out) {
        const __m512i numbers = load_64(counting);
        CsvMarks marks = *out;
        uint32_t at = from;
        for (; at < to; at += 64) {
                __m512i bytes = load_64(base + at);
                uint64_t inside = below(to - at);
                if (_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')) & inside)
                        break;
                uint64_t newlines = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')) & inside;
                uint64_t all = (_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')) & inside) | newlines;
                uint32_t count = (uint32_t) __builtin_popcountll(all);
                mark_rows(all, newlines, &marks);
                __m512i packed = _mm512_maskz_compress_epi8(all, numbers);
                uint32_t *ends = marks.ends + marks.end_count;
                emit_16(_mm512_castsi512_si128(packed), at, ends);
                emit_16(_mm512_extracti32x4_epi32(packed, 1), at, ends + 16);
                if (count > 32) {
                        emit_16(_mm512_extracti32x4_epi32(packed, 2), at, ends + 32);
                        emit_16(_mm512_extracti32x4_epi32(packed, 3), at, ends + 48);
                }
                marks.end_count += count;
        }
        *out = marks;
        return at < to ? at : to;
}

CsvLevel csv_level_best(void) {
        if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2"))
                return CSV_PLAIN;
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2") ? CSV_AVX512 : CSV_AVX2;
}

CsvSurvey csv_survey(CsvLevel level, const char *text, size_t from, size_t to) {
        switch (level) {
        case CSV_AVX512:
                return survey_avx512(text, from, to);
        case CSV_AVX2:
                return survey_avx2(text, from, to);
        case CSV_PLAIN:
                break;
        }
        return survey_plain(text, from, to);
}

uint32_t csv_scan(CsvLevel level, const char *base, uint32_t from, uint32_t to, CsvMarks *marks) {
        switch (level) {
        case CSV_AVX512:
                return scan_avx512(base, from, to, marks);
        case CSV_AVX2:
                return scan_avx2(base, from, to, marks);
        case CSV_PLAIN:
                break;
        }
        return scan_plain(base, from, to, marks);
}

#else

CsvLevel csv_level_best(void) {
        return CSV_PLAIN;
}

CsvSurvey csv_survey(CsvLevel level, const char *text, size_t from, size_t to) {
        (void) level;
        return survey_plain(text, from, to);
}

uint32_t csv_scan(CsvLevel level, const char *base, uint32_t from, uint32_t to, CsvMarks *marks) {
        (void) level;
        return scan_plain(base, from, to, marks);
}

#endif
