/* Kernels over chunks of narrow cells. Loops are plain so that the compiler vectorises them; each is compiled for
 * three levels of x86-64 and the loader picks one. Arithmetic on cells is unsigned: cells that say unknown pass
 * through it before they are masked. */
#include "engine/batch_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
        !defined(__SANITIZE_THREAD__)
#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) static void
#else
#define KERNEL static void
#endif

#define ROWS(expression)                                     \
        for (size_t i = 0, count = call->count; i < count; i++) \
                out[i] = (expression);
#define OUT(T) T *restrict out = call->in[0];
#define IN(T, number, name) const T *restrict name = call->in[number];

/* M(bytes, signed type, unsigned type of at least 32 bits, plain unsigned type, cell that says unknown) */
#define EACH_WIDTH(M)                                  \
        M(1, int8_t, uint32_t, uint8_t, INT8_MIN)      \
        M(2, int16_t, uint32_t, uint16_t, INT16_MIN)   \
        M(4, int32_t, uint32_t, uint32_t, INT32_MIN)   \
        M(8, int64_t, uint64_t, uint64_t, INT64_MIN)

/* ---- truth of integers ------------------------------------------------------------------------------- */

#define INSIDE(P, cell, low, high) ((P) ((P) (cell) - (P) (low)) <= (P) ((P) (high) - (P) (low)))

#define DEFINE(bytes, T, U, P, none)                                                              \
        KERNEL range_##bytes(const Call *call)                                                    \
        {                                                                                         \
                OUT(uint8_t) IN(T, 1, cells)                                                      \
                T low = (T) call->at->imm[0], high = (T) call->at->imm[1];                        \
                uint8_t yes = call->at->imm[2] ? TRUTH_NO : TRUTH_YES, no = (uint8_t) (2 - yes);  \
                ROWS(cells[i] == (none) ? TRUTH_UNKNOWN : INSIDE(P, cells[i], low, high) ? yes : no) \
        }                                                                                         \
        KERNEL ranges_##bytes(const Call *call)                                                   \
        {                                                                                         \
                OUT(uint8_t) IN(T, 1, cells)                                                      \
                const int64_t *at = call->at->data;                                               \
                T a = (T) at[0], b = (T) at[1], c = (T) at[2], d = (T) at[3];                     \
                T e = (T) at[4], f = (T) at[5], g = (T) at[6], h = (T) at[7];                     \
                uint8_t yes = call->at->imm[2] ? TRUTH_NO : TRUTH_YES, no = (uint8_t) (2 - yes);  \
                ROWS(cells[i] == (none) ? TRUTH_UNKNOWN                                             \
                     : (INSIDE(P, cells[i], a, b) | INSIDE(P, cells[i], c, d) |                   \
                        INSIDE(P, cells[i], e, f) | INSIDE(P, cells[i], g, h)) ? yes : no)        \
        }                                                                                         \
        KERNEL set_##bytes(const Call *call)                                                      \
        {                                                                                         \
                OUT(uint8_t) IN(T, 1, cells)                                                      \
                uint64_t mask = (uint64_t) call->at->imm[0];                                      \
                ROWS(cells[i] == (none) ? TRUTH_UNKNOWN : (uint8_t) ((mask >> (cells[i] & 63) & 1) * 2)) \
        }                                                                                         \
        KERNEL known_##bytes(const Call *call)                                                    \
        {                                                                                         \
                OUT(uint8_t) IN(T, 1, cells)                                                      \
                ROWS(cells[i] == (none) ? TRUTH_NO : TRUTH_YES)                                     \
        }
EACH_WIDTH(DEFINE)
#undef DEFINE

#define COMPARE_AT(id, holds, bytes, T, none)                                                     \
        KERNEL compare_##id##_##bytes(const Call *call)                                           \
        {                                                                                         \
                OUT(uint8_t) IN(T, 1, left) IN(T, 2, right)                                       \
                for (size_t i = 0, count = call->count; i < count; i++) {                         \
                        T a = left[i], b = right[i];                                              \
                        out[i] = a == (none) || b == (none) ? TRUTH_UNKNOWN : (holds) ? TRUTH_YES : TRUTH_NO; \
                }                                                                                 \
        }
#define COMPARE(id, name, holds, ...)                 \
        COMPARE_AT(id, holds, 1, int8_t, INT8_MIN)    \
        COMPARE_AT(id, holds, 2, int16_t, INT16_MIN)  \
        COMPARE_AT(id, holds, 4, int32_t, INT32_MIN)  \
        COMPARE_AT(id, holds, 8, int64_t, INT64_MIN)
#include "program/ops.def"

/* ---- truth of truths --------------------------------------------------------------------------------- */

#define LOGIC1(id, name, kernel, ...)                                             \
        KERNEL logic_##id(const Call *call)                                       \
        {                                                                         \
                OUT(uint8_t) IN(uint8_t, 1, left)                                 \
                for (size_t i = 0, count = call->count; i < count; i++) {         \
                        uint8_t a = left[i];                                      \
                        out[i] = (uint8_t) (kernel);                              \
                }                                                                 \
        }
#define LOGIC2(id, name, kernel, ...)                                             \
        KERNEL logic_##id(const Call *call)                                       \
        {                                                                         \
                OUT(uint8_t) IN(uint8_t, 1, left) IN(uint8_t, 2, right)           \
                for (size_t i = 0, count = call->count; i < count; i++) {         \
                        uint8_t a = left[i], b = right[i];                        \
                        out[i] = (uint8_t) (kernel);                              \
                }                                                                 \
        }
#include "program/ops.def"

#define MINIMUM_OF(a, b) ((a) < (b) ? (a) : (b))
#define MAXIMUM_OF(a, b) ((a) > (b) ? (a) : (b))
#define SEVERAL(name, OF)                                                                           \
        KERNEL name##_3(const Call *call)                                                           \
        {                                                                                           \
                OUT(uint8_t) IN(uint8_t, 1, a) IN(uint8_t, 2, b) IN(uint8_t, 3, c)                  \
                for (size_t i = 0, count = call->count; i < count; i++) {                           \
                        uint8_t first = OF(a[i], b[i]);                                             \
                        out[i] = OF(first, c[i]);                                                   \
                }                                                                                   \
        }                                                                                           \
        KERNEL name##_4(const Call *call)                                                           \
        {                                                                                           \
                OUT(uint8_t) IN(uint8_t, 1, a) IN(uint8_t, 2, b) IN(uint8_t, 3, c) IN(uint8_t, 4, d) \
                for (size_t i = 0, count = call->count; i < count; i++) {                           \
                        uint8_t first = OF(a[i], b[i]), second = OF(c[i], d[i]);                    \
                        out[i] = OF(first, second);                                                 \
                }                                                                                   \
        }
SEVERAL(all, MINIMUM_OF)
SEVERAL(any, MAXIMUM_OF)

KERNEL known_truth(const Call *call) {
        OUT(uint8_t) IN(uint8_t, 1, a)
        ROWS(a[i] == TRUTH_UNKNOWN ? TRUTH_NO : TRUTH_YES)
}

KERNEL default_truth(const Call *call) {
        OUT(uint8_t) IN(uint8_t, 1, a) IN(uint8_t, 2, b)
        ROWS(a[i] == TRUTH_UNKNOWN ? b[i] : a[i])
}

KERNEL select_truth(const Call *call) {
        OUT(uint8_t) IN(uint8_t, 1, a) IN(uint8_t, 2, b) IN(uint8_t, 3, c)
        ROWS(a[i] == TRUTH_YES ? b[i] : a[i] == TRUTH_NO || b[i] == c[i] ? c[i] : TRUTH_UNKNOWN)
}

/* ---- integers ---------------------------------------------------------------------------------------- */

/* Where no overflow is possible: M(operation, bytes, T, U, none, result of a and b). */
#define PROVEN_AT(id, bytes, T, U, none, expression)                                              \
        KERNEL proven_##id##_##bytes(const Call *call)                                            \
        {                                                                                         \
                OUT(T) IN(T, 1, left) IN(T, 2, right)                                             \
                for (size_t i = 0, count = call->count; i < count; i++) {                         \
                        T a = left[i], b = right[i], known = (T) (expression);                    \
                        out[i] = a == (none) || b == (none) ? (none) : known;                           \
                }                                                                                 \
        }                                                                                         \
        KERNEL constant_##id##_##bytes(const Call *call)                                          \
        {                                                                                         \
                OUT(T) IN(T, 1, left)                                                             \
                T b = (T) call->at->imm[0];                                                       \
                for (size_t i = 0, count = call->count; i < count; i++) {                         \
                        T a = left[i], known = (T) (expression);                                  \
                        out[i] = a == (none) ? (none) : known;                                        \
                }                                                                                 \
        }
#define DEFINE(bytes, T, U, P, none)                                                  \
        PROVEN_AT(ADD, bytes, T, U, none, (U) a + (U) b)                              \
        PROVEN_AT(SUBTRACT, bytes, T, U, none, (U) a - (U) b)                         \
        PROVEN_AT(MULTIPLY, bytes, T, U, none, (U) a * (U) b)                         \
        PROVEN_AT(MINIMUM, bytes, T, U, none, a < b ? a : b)                          \
        PROVEN_AT(MAXIMUM, bytes, T, U, none, a > b ? a : b)                          \
        PROVEN_AT(DAYS_BETWEEN, bytes, T, U, none, (U) b - (U) a)
EACH_WIDTH(DEFINE)
#undef DEFINE

#define STRICT1(id, name, kernel, ...)                                            \
        KERNEL strict_##id(const Call *call)                                      \
        {                                                                         \
                OUT(int64_t) IN(int64_t, 1, left)                                 \
                int64_t imm = call->at->imm[0];                                   \
                (void) imm;                                                       \
                for (size_t i = 0, count = call->count; i < count; i++) {         \
                        int64_t a = left[i];                                      \
                        out[i] = a == UNKNOWN ? UNKNOWN : (kernel);               \
                }                                                                 \
        }
#define STRICT2(id, name, kernel, ...)                                            \
        KERNEL strict_##id(const Call *call)                                      \
        {                                                                         \
                OUT(int64_t) IN(int64_t, 1, left) IN(int64_t, 2, right)           \
                for (size_t i = 0, count = call->count; i < count; i++) {         \
                        int64_t a = left[i], b = right[i];                        \
                        out[i] = a == UNKNOWN || b == UNKNOWN ? UNKNOWN : (kernel); \
                }                                                                 \
        }
#define STRICT3(id, name, kernel, ...)                                            \
        KERNEL strict_##id(const Call *call)                                      \
        {                                                                         \
                OUT(int64_t) IN(int64_t, 1, left) IN(int64_t, 2, middle) IN(int64_t, 3, right) \
                int64_t imm = call->at->imm[0];                                   \
                for (size_t i = 0, count = call->count; i < count; i++) {         \
                        int64_t a = left[i], b = middle[i], c = right[i];         \
                        out[i] = a == UNKNOWN || b == UNKNOWN || c == UNKNOWN ? UNKNOWN : (kernel); \
                }                                                                 \
        }
#include "program/ops.def"

/* A truth read as 8 bytes never is UNKNOWN, so figures of either type come out as their type says. */
static void kernel_parameter(const Call *call) {
        OUT(int64_t) IN(int64_t, 1, dates)
        const Parameter *parameter = &call->worker->running->plan->program->parameters[call->at->aux];
        ROWS(parameter_at(parameter, dates[i], NULL))
}

static void kernel_table(const Call *call) {
        OUT(int64_t) IN(int64_t, 1, a) IN(int64_t, 2, b) IN(int64_t, 3, c)
        const Program *program = call->worker->running->plan->program;
        const Table   *table = &program->tables[call->at->aux];
        ROWS(table_at(program, table, a[i], b[i], c[i]))
}

/* ---- moving cells ------------------------------------------------------------------------------------ */

#define DEFINE(bytes, T, U, P, none)                                                              \
        KERNEL select_##bytes(const Call *call)                                                   \
        {                                                                                         \
                OUT(T) IN(uint8_t, 1, a) IN(T, 2, b) IN(T, 3, c)                                  \
                ROWS(a[i] == TRUTH_YES ? b[i] : a[i] == TRUTH_NO || b[i] == c[i] ? c[i] : (none))   \
        }                                                                                         \
        KERNEL select_constants_##bytes(const Call *call)                                         \
        {                                                                                         \
                OUT(T) IN(uint8_t, 1, a)                                                          \
                T yes = (T) call->at->imm[0], no = (T) call->at->imm[1];                          \
                ROWS(a[i] == TRUTH_YES ? yes : a[i] == TRUTH_NO ? no : (none))                      \
        }                                                                                         \
        KERNEL default_##bytes(const Call *call)                                                  \
        {                                                                                         \
                OUT(T) IN(T, 1, a) IN(T, 2, b)                                                    \
                ROWS(a[i] == (none) ? b[i] : a[i])                                                  \
        }                                                                                         \
        KERNEL pick_##bytes(const Call *call)                                                     \
        {                                                                                         \
                OUT(T) IN(uint16_t, 1, rows) IN(T, 2, cells)                                      \
                ROWS(cells[rows[i]])                                                              \
        }                                                                                         \
        KERNEL gather_##bytes(const Call *call)                                                   \
        {                                                                                         \
                OUT(T) IN(uint32_t, 1, partners) IN(T, 2, cells)                                  \
                uint32_t parents = cells && partners ? (uint32_t) parent_count(call) : 0;         \
                T        unknown = (T) call->at->imm[0];                                          \
                if (parents == 0) {                                                               \
                        ROWS(unknown)                                                             \
                        return;                                                                   \
                }                                                                                 \
                for (size_t i = 0, count = call->count; i < count; i++) {                         \
                        uint32_t partner = partners[i];                                           \
                        T        cell = cells[partner < parents ? partner : 0];                   \
                        out[i] = partner < parents ? cell : unknown;                              \
                }                                                                                 \
        }                                                                                         \
        KERNEL gather_constant_##bytes(const Call *call)                                          \
        {                                                                                         \
                OUT(T) IN(uint32_t, 1, partners)                                                  \
                T unknown = (T) call->at->imm[0], cell = (T) call->at->imm[1];                    \
                ROWS(partners == NULL || partners[i] == NONE ? unknown : cell)                    \
        }                                                                                         \
        KERNEL fill_##bytes(const Call *call)                                                     \
        {                                                                                         \
                OUT(T)                                                                            \
                T cell = (T) call->at->imm[0];                                                    \
                ROWS(cell)                                                                        \
        }

static uint32_t parent_count(const Call *call) {
        const Population *population = call->worker->running->population;
        return population->entities[population->program->links[call->at->aux].parent].count;
}

EACH_WIDTH(DEFINE)
#undef DEFINE

#define WIDEN(from, to, F, T, none_from, none_to)                       \
        KERNEL widen_##from##_##to(const Call *call)                    \
        {                                                               \
                OUT(T) IN(F, 1, cells)                                  \
                ROWS(cells[i] == (none_from) ? (none_to) : cells[i])        \
        }
WIDEN(1, 2, int8_t, int16_t, INT8_MIN, INT16_MIN)
WIDEN(1, 4, int8_t, int32_t, INT8_MIN, INT32_MIN)
WIDEN(1, 8, int8_t, int64_t, INT8_MIN, INT64_MIN)
WIDEN(2, 4, int16_t, int32_t, INT16_MIN, INT32_MIN)
WIDEN(2, 8, int16_t, int64_t, INT16_MIN, INT64_MIN)
WIDEN(4, 8, int32_t, int64_t, INT32_MIN, INT64_MIN)

/* Truths that came by a table of figures. */
KERNEL narrow_truth(const Call *call) {
        OUT(uint8_t) IN(int64_t, 1, cells)
        ROWS((uint8_t) cells[i])
}

KERNEL partner_row(const Call *call) {
        OUT(int64_t) IN(uint32_t, 1, partners)
        ROWS(partners == NULL || partners[i] == NONE ? UNKNOWN : (int64_t) partners[i])
}

/* ---- across links ------------------------------------------------------------------------------------ */

/* Members of the chunk's rows leave their mark in this thread's table: how far they are from the neutral truth. Who
 * has no partner marks the byte behind the last parent, so that nothing depends on guessing a branch. */
static void scatter_truth(const Call *call) {
        const BatchRunning *running = call->worker->running;
        const TruthTable   *about = &running->plan->tables[call->at->aux];
        uint16_t            parent = running->plan->program->links[about->link].parent;
        uint32_t            parents = running->population->entities[parent].count;
        const uint32_t     *partners = running->population->links[about->link].partner;
        const uint8_t      *truths = call->in[1];
        uint8_t            *table = call->worker->tables[call->at->aux], flip = about->all ? TRUTH_YES : 0;
        if (!partners)
                return;
        partners += call->first;
        for (uint32_t i = 0; i < call->count; i++) {
                uint8_t *at = &table[partners[i] < parents ? partners[i] : parents];
                uint8_t  mark = (uint8_t) (flip ? flip - truths[i] : truths[i]);
                *at = *at > mark ? *at : mark;
        }
}

static void reduce_truth(const Call *call) {
        OUT(uint8_t)
        const BatchRunning *running = call->worker->running;
        const TruthTable   *about = &running->plan->tables[call->at->aux];
        const LinkRows     *rows = &running->population->links[about->link];
        bool                whole = running->population->program->links[about->link].complete;
        const uint8_t      *first = running->workers[0].tables[call->at->aux] + call->first;
        for (uint32_t i = 0; i < call->count; i++)
                out[i] = first[i];
        for (uint32_t worker = 1; worker < running->worker_count; worker++) {
                const uint8_t *marks = running->workers[worker].tables[call->at->aux] + call->first;
                for (uint32_t i = 0; i < call->count; i++)
                        out[i] = out[i] > marks[i] ? out[i] : marks[i];
        }
        for (uint32_t i = 0; i < call->count; i++) {
                uint8_t incomplete = (rows->complete ? rows->complete[call->first + i] == 0 : !whole) ? 1 : 0;
                out[i] = out[i] > incomplete ? out[i] : incomplete;
        }
        if (!about->all)
                return;
        for (uint32_t i = 0; i < call->count; i++) {
                uint32_t parent = call->first + i;
                bool     nobody = !rows->offsets || rows->offsets[parent] == rows->offsets[parent + 1];
                /* 全部 of nobody grants nothing */
                out[i] = (uint8_t) (nobody && out[i] == 0 ? TRUTH_NO : 2 - out[i]);
        }
}

static int64_t reduce_cell(const Call *call, uint32_t input, uint32_t member) {
        const ReduceInputs *inputs = call->at->data;
        if (inputs->constant[input])
                return inputs->cell[input];
        if (call->in[1 + input] == NULL)
                return inputs->truth[input] ? TRUTH_UNKNOWN : UNKNOWN;
        return cell_read(call->in[1 + input], inputs->width[input], inputs->truth[input], member);
}

static bool seen_before(const Call *call, const uint32_t *members, uint32_t at, int64_t value) {
        for (uint32_t before = 0; before < at; before++)
                if (reduce_cell(call, 0, members[before]) == TRUTH_YES &&
                    reduce_cell(call, 1, members[before]) == value)
                        return true;
        return false;
}

static int64_t reduce_members(const Call *call, const uint32_t *members, uint32_t count) {
        Op       op = ((const ReduceInputs *) call->at->data)->op;
        __int128 sum = 0;
        int64_t  largest = UNKNOWN, smallest = UNKNOWN, counted = 0, distinct = 0;
        for (uint32_t at = 0; at < count; at++) {
                int64_t filter = reduce_cell(call, 0, members[at]);
                int64_t value = filter == TRUTH_YES && op != OP_COUNT ? reduce_cell(call, 1, members[at]) : 0;
                if (filter == TRUTH_NO)
                        continue;
                if (filter == TRUTH_UNKNOWN || value == UNKNOWN)
                        return UNKNOWN;
                counted++;
                sum += value;
                largest = value > largest ? value : largest;
                smallest = smallest == UNKNOWN || value < smallest ? value : smallest;
                if (op == OP_COUNT_DISTINCT)
                        distinct += !seen_before(call, members, at, value);
        }
        if (op == OP_SUM)
                return sum > INT64_MAX || sum <= INT64_MIN ? UNKNOWN : (int64_t) sum;
        if (op == OP_COUNT)
                return counted;
        if (op == OP_COUNT_DISTINCT)
                return distinct;
        return op == OP_LARGEST ? largest : smallest;
}

static void reduce(const Call *call) {
        OUT(int64_t)
        const Population *population = call->worker->running->population;
        const LinkRows   *rows = &population->links[call->at->aux];
        for (uint32_t i = 0; i < call->count; i++) {
                uint32_t parent = call->first + i, from = rows->offsets ? rows->offsets[parent] : 0;
                uint32_t members = rows->offsets ? rows->offsets[parent + 1] - from : 0;
                out[i] = population_is_complete(population, call->at->aux, parent)
                                 ? reduce_members(call, rows->offsets ? rows->members + from : NULL, members)
                                 : UNKNOWN;
        }
}

/* ---- the table --------------------------------------------------------------------------------------- */

#define WIDTHS(name) { name##_1, name##_2, name##_4, name##_8 }
#define PROVEN(id) [OP_##id] = WIDTHS(proven_##id)
#define PROVEN_CONSTANT(id) [OP_##id] = WIDTHS(constant_##id)

const BatchKernels batch_kernels = {
        .range = WIDTHS(range),
        .ranges = WIDTHS(ranges),
        .set = WIDTHS(set),
        .compare = {
#define COMPARE(id, ...) [OP_##id] = WIDTHS(compare_##id),
#include "program/ops.def"
        },
        .known = WIDTHS(known),
        .known_truth = known_truth,
        .logic = {
#define LOGIC1(id, ...) [OP_##id] = logic_##id,
#define LOGIC2(id, ...) [OP_##id] = logic_##id,
#include "program/ops.def"
        },
        .all = { NULL, NULL, logic_AND, all_3, all_4 },
        .any = { NULL, NULL, logic_OR, any_3, any_4 },
        .proven = { PROVEN(ADD), PROVEN(SUBTRACT), PROVEN(MULTIPLY), PROVEN(MINIMUM), PROVEN(MAXIMUM),
                    PROVEN(DAYS_BETWEEN), [OP_ADD_DAYS] = WIDTHS(proven_ADD) },
        .proven_constant = { PROVEN_CONSTANT(ADD), PROVEN_CONSTANT(SUBTRACT), PROVEN_CONSTANT(MULTIPLY),
                             PROVEN_CONSTANT(MINIMUM), PROVEN_CONSTANT(MAXIMUM), PROVEN_CONSTANT(DAYS_BETWEEN),
                             [OP_ADD_DAYS] = WIDTHS(constant_ADD) },
        .strict = {
#define STRICT1(id, ...) [OP_##id] = strict_##id,
#define STRICT2(id, ...) [OP_##id] = strict_##id,
#define STRICT3(id, ...) [OP_##id] = strict_##id,
#include "program/ops.def"
        },
        .parameter = kernel_parameter,
        .table = kernel_table,
        .select = WIDTHS(select),
        .select_truth = select_truth,
        .select_constants = WIDTHS(select_constants),
        .default_to = WIDTHS(default),
        .default_truth = default_truth,
        .widen = { [0] = { NULL, widen_1_2, widen_1_4, widen_1_8 },
                   [1] = { NULL, NULL, widen_2_4, widen_2_8 },
                   [2] = { NULL, NULL, NULL, widen_4_8 } },
        .narrow_truth = narrow_truth,
        .partner_row = partner_row,
        .pick = WIDTHS(pick),
        .gather = WIDTHS(gather),
        .gather_constant = WIDTHS(gather_constant),
        .reduce = reduce,
        .reduce_truth = reduce_truth,
        .scatter_truth = scatter_truth,
        .fill = WIDTHS(fill),
};
