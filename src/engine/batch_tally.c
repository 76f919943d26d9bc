/* Kernels that count: answers and amounts per county, failed and undecided conditions, and the rows for a sink.
 * Truths are bytes, so 64 rows are one vector; what concerns few rows goes through lists of their numbers. */
#include "engine/batch_plan.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
        !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#define BLOCK 64u                        /* rows */
#define BLOCKS (BATCH_CHUNK / BLOCK)

typedef uint8_t Bytes __attribute__((vector_size(BLOCK)));
typedef uint64_t Words __attribute__((vector_size(BLOCK)));
typedef uint8_t Eight __attribute__((vector_size(8)));
typedef uint16_t EightRows __attribute__((vector_size(16)));

/* ---- blocks of 64 rows ------------------------------------------------------------------------------- */

/* The rows from `at`; rows past the end count as 是, which no tally minds. */
static inline void block_load(const uint8_t *truths, uint32_t at, uint32_t count, Bytes *ret_block) {
        if (at + BLOCK <= count) {
                memcpy(ret_block, truths + at, BLOCK);
                return;
        }
        memset(ret_block, TRUTH_YES, BLOCK);
        memcpy(ret_block, truths + at, count - at);
}

/* The sum of 64 bytes. */
static inline uint64_t block_sum(const Bytes *block) {
        Words words, pairs;
        memcpy(&words, block, BLOCK);
        pairs = (words & 0x00ff00ff00ff00ffu) + (words >> 8 & 0x00ff00ff00ff00ffu);
        uint64_t four = 0;
        for (uint32_t i = 0; i < BLOCK / 8; i++)
                four += pairs[i];
        return four * 0x0001000100010001u >> 48;
}

/* One bit for each of 16 rows that is `truth`. */
static inline uint32_t mask_of_16(const uint8_t *truths, uint8_t truth) {
#if defined(__SSE2__)
        __m128i cells;
        memcpy(&cells, truths, sizeof cells);
        return (uint32_t) _mm_movemask_epi8(_mm_cmpeq_epi8(cells, _mm_set1_epi8((char) truth)));
#else
        uint32_t mask = 0;
        for (uint32_t i = 0; i < 16; i++)
                mask |= (uint32_t) (truths[i] == truth) << i;
        return mask;
#endif
}

/* Appends the rows of the set bits to a list that has room for 8 more, without looking how many they are. */
static inline __attribute__((always_inline)) uint32_t list_byte(uint16_t *list, uint32_t listed,
                                                               const uint8_t (*bit_lists)[8], uint32_t byte,
                                                               uint32_t at) {
        Eight bits;
        memcpy(&bits, bit_lists[byte], sizeof bits);
        EightRows rows = __builtin_convertvector(bits, EightRows) + (uint16_t) at;
        memcpy(list + listed, &rows, sizeof rows);
        return listed + (uint32_t) __builtin_popcount(byte);
}

/* Lists the rows that are `truth`, or that are not. */
static inline __attribute__((always_inline)) uint32_t list_rows(const Call *call, const uint8_t *truths, uint8_t truth,
                                                               bool not, uint16_t *list) {
        const uint8_t (*bit_lists)[8] = (const uint8_t (*)[8]) call->worker->running->bit_lists;
        uint32_t at = 0, listed = 0;
        for (; at + 16 <= call->count; at += 16) {
                uint32_t mask = mask_of_16(truths + at, truth) ^ (not ? 0xffffu : 0);
                listed = list_byte(list, listed, bit_lists, mask & 255, at);
                listed = list_byte(list, listed, bit_lists, mask >> 8, at + 8);
        }
        for (; at < call->count; at++)
                if ((truths[at] == truth) != not)
                        list[listed++] = (uint16_t) at;
        return listed;
}

/* ---- conditions -------------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) TruthTally count_truths(const uint8_t *truths, uint32_t count) {
        Bytes sum = { 0 }, odd = { 0 }, block;
        for (uint32_t at = 0; at < count; at += BLOCK) {
                block_load(truths, at, count, &block);
                sum += block;
                odd += block & 1;
        }
        uint64_t padding = (BLOCK - count % BLOCK) % BLOCK;
        return (TruthTally){ .rows = count, .sum = block_sum(&sum) - TRUTH_YES * padding, .unknown = block_sum(&odd) };
}

CLONES void tally_truth(const Call *call) {
        TruthTally *tally = &call->worker->truths[call->at->aux];
        TruthTally  counted = count_truths(call->in[1], call->count);
        tally->rows += counted.rows;
        tally->sum += counted.sum;
        tally->unknown += counted.unknown;
}

/* A row misses a policy by condition i alone when i is 否 and the truths of all conditions lack just that 2. */
CLONES void tally_sole(const Call *call) {
        const PlanPolicy *policy = call->at->data;
        PolicyTally      *tally = &call->worker->policies[policy->index];
        uint32_t          conditions = policy->source->condition_count;
        Bytes             lacking[BLOCKS], block;
        for (uint32_t at = 0, i = 0; at < call->count; at += BLOCK, i++) {
                Bytes lack = { 0 };
                for (uint32_t j = 0; j < conditions; j++) {
                        block_load(call->in[1 + j], at, call->count, &block);
                        lack += TRUTH_YES - block;
                        if (j % 64 == 63) {   /* before it wraps around: four lack as good as more */
                                Bytes few = (Bytes) (lack < 4);
                                lack = (lack & few) | (4 & ~few);
                        }
                }
                lacking[i] = lack ^ 2;
        }
        for (uint32_t j = 0; j < conditions; j++) {
                Bytes others = { 0 };
                for (uint32_t at = 0, i = 0; at < call->count; at += BLOCK, i++) {
                        block_load(call->in[1 + j], at, call->count, &block);
                        others -= (Bytes) ((block | lacking[i]) == 0);
                }
                tally->sole[j] += block_sum(&others);
        }
}

/* ---- counties and answers ---------------------------------------------------------------------------- */

static inline uint32_t bucket_of(int64_t code, uint32_t rest) {
        return code < 0 || code >= rest ? rest : (uint32_t) code;   /* unknown is below 0 */
}

CLONES void tally_bucket(const Call *call) {
        Worker   *worker = call->worker;
        uint32_t *buckets = call->in[0], count = call->count, rest = call->at->aux, differ = 0;
        uint64_t *rows = worker->rows[call->at->imm[1]];
        worker->uniform = 0;
        if (!buckets) {
                rows[0] += count;
                return;
        }
        if (call->at->imm[0] == 1)
                for (uint32_t i = 0; i < count; i++)
                        buckets[i] = bucket_of(((const int8_t *) call->in[1])[i], rest);
        else
                for (uint32_t i = 0; i < count; i++)
                        buckets[i] = bucket_of(cell_read(call->in[1], (uint8_t) call->at->imm[0], false, i), rest);
        for (uint32_t i = 0; i < count; i++)
                differ |= buckets[i] ^ buckets[0];
        if (!differ) {
                worker->uniform = buckets[0];
                rows[buckets[0]] += count;
                return;
        }
        worker->uniform = NONE;
        for (uint32_t i = 0; i < count; i++)
                rows[buckets[i]]++;
}

CLONES void tally_select(const Call *call) {
        call->worker->selected = list_rows(call, call->in[1], TRUTH_YES, false, call->in[0]);
}

static inline Answer answer_unknown(const Call *call, uint32_t row) {
        const uint8_t *judged = call->in[2], *open = call->in[3];
        if (open[row] != TRUTH_YES)
                return ANSWER_ASK;
        return judged[row] == TRUTH_YES ? ANSWER_JUDGE : ANSWER_OPEN;
}

/* Everything but 否, which is what remains of the rows. Leaves the list of who is 是, for the amounts. */
CLONES void tally_answers(const Call *call) {
        const PlanPolicy *policy = call->at->data;
        Worker         *worker = call->worker;
        uint64_t      (*answers)[5] = worker->policies[policy->index].answers;
        const uint8_t  *eligible = call->in[1];
        const uint32_t *buckets = call->in[4];
        uint16_t       *rows = call->in[0];
        uint32_t        one = worker->uniform, selected = 0, listed = list_rows(call, eligible, TRUTH_NO, true, rows);
        bool            plain = policy->plain;
        for (uint32_t i = 0; i < listed; i++) {
                uint16_t row = rows[i];
                bool     yes = eligible[row] == TRUTH_YES;
                Answer   answer = yes ? ANSWER_YES : plain ? ANSWER_ASK : answer_unknown(call, row);
                answers[one == NONE ? buckets[row] : one][answer]++;
                rows[selected] = row;
                selected += yes;
        }
        worker->selected = selected;
}

/* ---- money ------------------------------------------------------------------------------------------- */

CLONES void tally_money(const Call *call) {
        const PlanPolicy *policy = call->at->data;
        Worker         *worker = call->worker;
        BatchMoney     *money = worker->policies[policy->index].money[call->at->aux];
        const uint16_t *rows = call->in[1];
        const uint32_t *buckets = call->in[2];
        const int64_t  *amounts = call->in[3], *floors = call->in[4];
        bool            one = worker->uniform != NONE;
        for (uint32_t i = 0; i < call->count; i++) {
                BatchMoney *at = &money[one ? worker->uniform : buckets[rows[i]]];
                if (amounts[i] != UNKNOWN) {
                        at->sum += amounts[i];
                        at->rows++;
                        continue;
                }
                at->unknown++;
                if (floors && floors[i] != UNKNOWN) {
                        at->floor_sum += floors[i];
                        at->floor_rows++;
                }
        }
}

/* ---- rows -------------------------------------------------------------------------------------------- */

void tally_amount(const Call *call) {
        Worker         *worker = call->worker;
        int64_t        *amounts = worker->amounts[call->at->aux];
        const uint16_t *rows = call->in[1];
        const int64_t  *packed = call->in[2];
        for (uint32_t i = 0; i < call->count; i++)
                amounts[i] = BATCH_NOTHING;
        for (uint32_t i = 0; i < worker->selected; i++)
                amounts[rows[i]] = packed[i];
}

/* The money of all benefits together; UNKNOWN when a part is unknown or the sum does not fit. */
CLONES static void capture(const Call *call, const PlanPolicy *policy) {
        Worker  *worker = call->worker;
        Captured captured = worker->running->captured[policy->index];
        int64_t *restrict money = captured.money + call->first;
        memcpy(captured.answers + call->first, worker->answers, call->count);
        memset(money, 0, sizeof *money * call->count);
        for (uint32_t i = 0; i < policy->output_count; i++) {
                const int64_t *restrict amounts = worker->amounts[i];
                if (!policy->outputs[i].money)
                        continue;
                for (uint32_t row = 0; row < call->count; row++) {
                        int64_t amount = amounts[row] == BATCH_NOTHING ? 0 : amounts[row];
                        bool known = amount != UNKNOWN && money[row] != UNKNOWN;
                        money[row] = known ? kernel_add(money[row], amount) : UNKNOWN;
                }
        }
}

static void fill_masks(const Call *call, const PlanPolicy *policy, uint32_t words) {
        Worker *worker = call->worker;
        memset(worker->failed, 0, sizeof(uint64_t) * words * call->count);
        memset(worker->undecided, 0, sizeof(uint64_t) * words * call->count);
        for (uint32_t i = 0; i < policy->source->condition_count; i++) {
                const uint8_t *truths = call->in[4 + i];
                for (uint32_t row = 0; row < call->count; row++) {
                        size_t word = (size_t) row * words + i / 64;
                        worker->failed[word] |= (uint64_t) (truths[row] == TRUTH_NO) << i % 64;
                        worker->undecided[word] |= (uint64_t) (truths[row] == TRUTH_UNKNOWN) << i % 64;
                }
        }
}

CLONES static void fill_answers(const Call *call, bool plain) {
        const uint8_t *restrict eligible = call->in[1];
        uint8_t *restrict answers = call->worker->answers;
        uint32_t count = call->count;
        for (uint32_t row = 0; row < count; row++)
                answers[row] = eligible[row] == TRUTH_YES  ? ANSWER_YES
                               : eligible[row] == TRUTH_NO ? ANSWER_NO
                                                           : ANSWER_ASK;
        for (uint32_t row = 0; row < count && !plain; row++)
                if (answers[row] == ANSWER_ASK)
                        answers[row] = (uint8_t) answer_unknown(call, row);
}

void tally_rows(const Call *call) {
        const PlanPolicy *policy = call->at->data;
        Worker           *worker = call->worker;
        const BatchPlan  *plan = worker->running->plan;
        uint32_t          words = (policy->source->condition_count + 63) / 64;
        fill_answers(call, policy->plain);
        if (policy->captured)
                capture(call, policy);
        if (!plan->options.sink)
                return;
        fill_masks(call, policy, words);
        BatchRows rows = { .policy = policy->policy, .first = call->first, .count = call->count,
                           .answers = worker->answers, .mask_words = words, .failed = worker->failed,
                           .undecided = worker->undecided, .output_count = policy->output_count,
                           .amounts = worker->amount_views };
        running_wait_turn(worker);
        plan->options.sink(plan->options.sink_context, &rows);
        if (policy->last_in_chunk)
                running_end_turn(worker);
}
