/* The practical ceiling: the twelve policies of world.c as one would write them in C for one machine, by hand, knowing
 * every figure in advance. Compiled with -O3 -march=native. Rows go through in blocks: the verdicts of a block in one
 * loop without branches, which the compiler turns into vectors, then its sums, which only touch who is not 否. */
#include "world.h"

#include <string.h>
#if defined(__AVX512VBMI2__)
#include <immintrin.h>
#endif

#define BLOCK 512
#if defined(__clang__)
#define NO_OVERLAP _Pragma("clang loop vectorize(assume_safety)")
#else
#define NO_OVERLAP _Pragma("GCC ivdep")
#endif

typedef uint8_t Truth;

/* The latest birth (or start) with at least `months` whole months until `base`. */
static int16_t latest(int32_t base, int64_t months) {
        int32_t low = -INT16_MAX, high = INT16_MAX - 1;
        while (low < high) {
                int32_t middle = low + (high - low + 1) / 2;
                if (date_full_months(middle, base) >= months)
                        low = middle;
                else
                        high = middle - 1;
        }
        return (int16_t) low;
}

static inline Truth both(Truth a, Truth b) { return a < b ? a : b; }
static inline Truth either(Truth a, Truth b) { return a > b ? a : b; }
static inline Truth not(Truth a) { return (Truth) (2 - a); }
static inline Truth date_in(int16_t at, int16_t low, int16_t high) {
        return at == INT16_MIN ? 1 : at >= low && at <= high ? 2 : 0;
}
static inline Truth fen_in(int32_t at, int32_t low, int32_t high) {
        return at == INT32_MIN ? 1 : at >= low && at <= high ? 2 : 0;
}
static inline Truth count_from(int16_t at, int16_t low) { return at == INT16_MIN ? 1 : at >= low ? 2 : 0; }
static inline Truth code_in(int8_t at, int8_t low, int8_t high) {
        return at == INT8_MIN ? 1 : at >= low && at <= high ? 2 : 0;
}

typedef struct Bounds {
        int16_t base, age16, age60, age45, age25, age50, age18, age61, year_ago, months12, months24_1, months36_1, soon;
} Bounds;

static Bounds bounds_make(int32_t base) {
        return (Bounds){ .base = (int16_t) base,
                         .age16 = latest(base, 16 * 12), .age60 = (int16_t) (latest(base, 60 * 12) + 1),
                         .age45 = latest(base, 45 * 12), .age25 = (int16_t) (latest(base, 25 * 12) + 1), .age50 = latest(base, 50 * 12),
                         .age18 = latest(base, 18 * 12), .age61 = (int16_t) (latest(base, 61 * 12) + 1), .year_ago = (int16_t) (base - 365),
                         .months12 = latest(base, 12), .months24_1 = (int16_t) (latest(base, 25) + 1),
                         .months36_1 = (int16_t) (latest(base, 37) + 1),
                         .soon = (int16_t) (base + 365) };
}

typedef struct Block {
        Truth verdicts[WORLD_POLICIES][BLOCK];
        Truth conditions[WORLD_POLICIES][8][BLOCK];
        Truth idle_home[BLOCK], poor[BLOCK];
} Block;

static const uint32_t condition_counts[WORLD_POLICIES] = { 6, 5, 4, 5, 5, 4, 5, 4, 4, 4, 3, 4 };

static void mark_working(const World *w, Truth *working) {
        Truth nobody = 0;
        memset(working, 0, w->households);
        for (uint32_t i = 0; i < w->persons; i++) {
                int8_t s = w->status[i];
                Truth  t = s == INT8_MIN ? 1 : s == EMPLOYED || s == FLEXIBLE || s == FOUNDER ? 2 : 0;
                Truth *at = w->household[i] == NONE ? &nobody : &working[w->household[i]];
                *at = *at > t ? *at : t;
        }
}

static void look_up(const World *w, const Truth *working, uint32_t first, uint32_t count, Block *b) {
        for (uint32_t i = 0; i < count; i++) {
                uint32_t home = w->household[first + i], safe = home == NONE ? 0 : home;
                Truth    idle = not(working[safe]), poor = w->poor[safe];
                b->idle_home[i] = home == NONE ? 1 : idle;
                b->poor[i] = home == NONE ? 1 : poor;
        }
}

#define POLICY3(p, a, b, c) \
        SET(p, 0, a) SET(p, 1, b) SET(p, 2, c) block->verdicts[p][i] = both(both(a, b), c);
#define POLICY4(p, a, b, c, d) \
        SET(p, 0, a) SET(p, 1, b) SET(p, 2, c) SET(p, 3, d) block->verdicts[p][i] = both(both(a, b), both(c, d));
#define POLICY5(p, a, b, c, d, e) \
        SET(p, 0, a) SET(p, 1, b) SET(p, 2, c) SET(p, 3, d) SET(p, 4, e) \
        block->verdicts[p][i] = both(both(both(a, b), both(c, d)), e);
#define POLICY6(p, a, b, c, d, e, f) \
        SET(p, 0, a) SET(p, 1, b) SET(p, 2, c) SET(p, 3, d) SET(p, 4, e) SET(p, 5, f) \
        block->verdicts[p][i] = both(both(both(a, b), both(c, d)), both(e, f));

/* Restrict and plain pointers: nothing here may look like it could overlap. */
#define JUDGE(NAME)                                                                                             \
static void NAME(const World *w, Bounds at, uint32_t first, uint32_t count, Block *restrict block)              \
{                                                                                                               \
        const int8_t *restrict status = w->status + first, *restrict education = w->education + first;          \
        const int8_t *restrict level = w->level + first;                                                        \
        const Truth *restrict local = w->local + first, *restrict registered = w->registered + first;           \
        const Truth *restrict disabled = w->disabled + first, *restrict received = w->received + first;         \
        const int16_t *restrict birth = w->birth + first, *restrict jobless = w->jobless_since + first;         \
        const int16_t *restrict graduated = w->graduation + first, *restrict business = w->business_since + first; \
        const int32_t *restrict income = w->income + first, *restrict loan = w->loan + first;                   \
        const int16_t *restrict insured = w->insured + first, *restrict staff = w->staff + first;               \
        const int16_t *restrict training = w->training + first;                                                 \
        NO_OVERLAP                                                                                              \
        for (uint32_t i = 0; i < count; i++) {                                                                  \
                int8_t  s = status[i];                                                                          \
                int16_t born = birth[i];                                                                        \
                Truth working_age = date_in(born, at.age60, at.age16), fresh = not(received[i]);                \
                Truth founder = code_in(s, FOUNDER, FOUNDER), out = code_in(s, JOBLESS, JOBLESS);               \
                Truth hard = either(either(date_in(born, at.age60, at.age45), disabled[i]),                     \
                                    either(block->idle_home[i], date_in(jobless[i], INT16_MIN, at.year_ago)));  \
                POLICY6(0, local[i], code_in(s, FLEXIBLE, FLEXIBLE), hard, count_from(insured[i], 12), working_age, fresh) \
                POLICY5(1, local[i], code_in(s, EMPLOYED, EMPLOYED), hard, count_from(insured[i], 1), working_age) \
                POLICY4(2, date_in(born, at.age25, at.age16),                                                   \
                        either(registered[i], date_in(graduated[i], at.months24_1, at.base)), out, fresh)       \
                POLICY5(3, registered[i], count_from(insured[i], 12), working_age, out,                         \
                        date_in(jobless[i], at.months24_1, at.base))                                            \
                POLICY5(4, hard, date_in(born, at.age60, at.age50), out, local[i], registered[i])               \
                POLICY4(5, fen_in(income[i], 0, 200000), either(block->poor[i], block->idle_home[i]), local[i], \
                        code_in(s, JOBLESS, FLEXIBLE))                                                          \
                POLICY5(6, founder, date_in(business[i], INT16_MIN, at.months12), count_from(staff[i], 1), fresh, working_age) \
                POLICY4(7, founder, date_in(business[i], at.months36_1, at.base), count_from(staff[i], 3), local[i]) \
                POLICY4(8, founder, date_in(born, at.age61, at.age18), fen_in(loan[i], 1, INT32_MAX),          \
                        either(local[i], registered[i]))                                                        \
                POLICY4(9, code_in(s, STUDENT, STUDENT), code_in(education[i], 3, 5), date_in(graduated[i], at.base, at.soon), \
                        either(block->poor[i], disabled[i]))                                                    \
                POLICY3(10, count_from(training[i], 5), code_in(s, EMPLOYED, FLEXIBLE), working_age)            \
                POLICY4(11, code_in(level[i], 3, 5), count_from(insured[i], 36), fresh, code_in(s, EMPLOYED, JOBLESS)) \
        }                                                                                                       \
}

#define SET(p, c, truth)
JUDGE(judge)
#undef SET
#define SET(p, c, truth) block->conditions[p][c][i] = (truth);
JUDGE(judge_conditions)

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* What policy p pays row i in fen; UNKNOWN when a figure is missing. */
static inline int64_t amount(const World *w, uint32_t p, uint32_t i) {
        switch (p) {
        case 0:
                return w->insured[i] == INT16_MIN ? UNKNOWN : least(w->insured[i], 36) * 18000;
        case 1:
                return 80000;
        case 2:
                return 120000;
        case 3:
                return w->insured[i] == INT16_MIN ? UNKNOWN : least(w->insured[i], 24) * 180000;
        case 4:
                return 200000;
        case 5:
                return w->income[i] == INT32_MIN ? UNKNOWN : 200000 - w->income[i];
        case 6:
                return 1000000;
        case 7:
                return w->staff[i] == INT16_MIN ? UNKNOWN : least(w->staff[i] * 200000, 2000000);
        case 8:
                return w->loan[i] == INT32_MIN ? UNKNOWN : (least(w->loan[i], 20000000) * 31 + 500) / 1000;
        case 9:
                return 100000;
        case 10:
                return w->training[i] == INT16_MIN ? UNKNOWN : least(w->training[i] * 5000, 150000);
        default:
                return w->level[i] == INT8_MIN ? UNKNOWN : w->level[i] >= 5 ? 200000 : w->level[i] == 4 ? 150000 : 100000;
        }
}

/* The rows whose truth is `wanted`; `list` has room for 32 more. */
static inline uint32_t list_rows(const Truth *truths, uint32_t count, Truth wanted, uint16_t *list) {
        uint32_t listed = 0, at = 0;
#if defined(__AVX512VBMI2__)
        __m512i rows = _mm512_set_epi16(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9,
                                        8, 7, 6, 5, 4, 3, 2, 1, 0);
        for (; at + 32 <= count; at += 32) {
                __mmask32 mask = _mm256_cmpeq_epi8_mask(_mm256_loadu_si256((const void *) (truths + at)),
                                                        _mm256_set1_epi8((char) wanted));
                _mm512_storeu_si512(list + listed, _mm512_maskz_compress_epi16(mask, rows));
                listed += (uint32_t) __builtin_popcount(mask);
                rows = _mm512_add_epi16(rows, _mm512_set1_epi16(32));
        }
#endif
        for (; at < count; at++) {
                list[listed] = (uint16_t) at;
                listed += truths[at] == wanted;
        }
        return listed;
}

static inline uint32_t bucket(const World *w, uint32_t row) {
        return w->county[row] < 0 ? COUNTIES : (uint32_t) w->county[row];
}

static inline __attribute__((always_inline)) void sum_policy(const World *w, uint32_t p, uint32_t first, uint32_t count,
                                                             const Block *block, FusedTotals *totals) {
        uint16_t list[BLOCK + 32];
        uint32_t listed = list_rows(block->verdicts[p], count, 2, list);
        for (uint32_t i = 0; i < listed; i++) {
                FusedCell *cell = &totals->cells[p][bucket(w, first + list[i])];
                int64_t    fen = amount(w, p, first + list[i]);
                cell->yes++;
                cell->sum += fen == UNKNOWN ? 0 : fen;
                cell->unknown += fen == UNKNOWN;
        }
        listed = list_rows(block->verdicts[p], count, 1, list);
        for (uint32_t i = 0; i < listed; i++)
                totals->cells[p][bucket(w, first + list[i])].ask++;
}

static void sum_block(const World *w, uint32_t first, uint32_t count, const Block *block, FusedTotals *totals) {
        for (uint32_t i = 0; i < count; i++)
                totals->rows[bucket(w, first + i)]++;
#define SUM(p) sum_policy(w, p, first, count, block, totals);
        SUM(0) SUM(1) SUM(2) SUM(3) SUM(4) SUM(5) SUM(6) SUM(7) SUM(8) SUM(9) SUM(10) SUM(11)
}

static void sum_conditions(uint32_t count, const Block *block, FusedTotals *totals) {
        uint8_t missing[BLOCK];
        for (uint32_t p = 0; p < WORLD_POLICIES; p++) {
                memset(missing, 0, sizeof missing);
                for (uint32_t c = 0; c < condition_counts[p]; c++)
                        for (uint32_t i = 0; i < count; i++)
                                missing[i] = (uint8_t) (missing[i] + 2 - block->conditions[p][c][i]);
                for (uint32_t c = 0; c < condition_counts[p]; c++) {
                        const Truth *truths = block->conditions[p][c];
                        uint16_t failed = 0, undecided = 0, sole = 0;
                        for (uint32_t i = 0; i < count; i++) {
                                failed = (uint16_t) (failed + (truths[i] == 0));
                                undecided = (uint16_t) (undecided + (truths[i] == 1));
                                sole = (uint16_t) (sole + ((truths[i] | (missing[i] ^ 2)) == 0));
                        }
                        totals->conditions[p][c].failed += failed;
                        totals->conditions[p][c].undecided += undecided;
                        totals->conditions[p][c].sole += sole;
                }
        }
}

void fused_run(const World *world, uint8_t *scratch, FusedTotals *totals) {
        static _Thread_local Block block;
        Bounds at = bounds_make(world->base_date);
        memset(totals, 0, sizeof *totals);
        mark_working(world, scratch);
        for (uint32_t first = 0; first < world->persons; first += BLOCK) {
                uint32_t count = world->persons - first < BLOCK ? world->persons - first : BLOCK;
                look_up(world, scratch, first, count, &block);
                judge(world, at, first, count, &block);
                sum_block(world, first, count, &block, totals);
        }
}

void fused_run_conditions(const World *world, uint8_t *scratch, FusedTotals *totals) {
        static _Thread_local Block block;
        Bounds at = bounds_make(world->base_date);
        memset(totals, 0, sizeof *totals);
        mark_working(world, scratch);
        for (uint32_t first = 0; first < world->persons; first += BLOCK) {
                uint32_t count = world->persons - first < BLOCK ? world->persons - first : BLOCK;
                look_up(world, scratch, first, count, &block);
                judge_conditions(world, at, first, count, &block);
                sum_block(world, first, count, &block, totals);
                sum_conditions(count, &block, totals);
        }
}
