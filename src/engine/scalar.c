/* The scalar evaluator: one switch over the ops table, rows inside, everything kept.
 *
 * frame_new resolves each step's operands to pointers once; evaluating is then a walk over instructions without
 * allocation. Values never depend on marks, so the provisional marks are a second walk over the few steps that a
 * default can reach. */
#include "engine/frame.h"

static const int64_t no_cell;

/* ---- the frame --------------------------------------------------------------------------------------- */

static uint32_t step_rows(const Population *population, const Step *step) {
        return step->entity == ENTITY_NONE ? 1 : population->entities[step->entity].count;
}

static void instruction_operand(const FrameBlock *block, uint32_t step, const int64_t **ret_cells,
                                uint8_t *ret_stride) {
        *ret_cells = step == NONE ? &no_cell : block->frame.cells[step];
        *ret_stride = step != NONE && block->frame.program->steps[step].entity != ENTITY_NONE;
}

static bool step_markable(const FrameBlock *block, const Step *step) {
        if (step->op == OP_DEFAULT && step->imm != 1)
                return true;
        const uint32_t operands[] = { step->a, step->b, step->c };
        for (uint32_t at = 0; at < ARRAY_LENGTH(operands); at++)
                if (operands[at] != NONE && block->frame.provisional[operands[at]])
                        return true;
        return false;
}

Frame *frame_new(Arena *arena, const Program *program, const Population *population) {
        FrameBlock *block = ARENA_NEW(arena, FrameBlock, 1);
        size_t      total = 0;
        block->frame = (Frame){ .program = program, .population = population };
        block->frame.cells = ARENA_NEW(arena, int64_t *, program->step_count);
        block->frame.provisional = ARENA_NEW(arena, uint8_t *, program->step_count);
        block->instructions = ARENA_NEW(arena, Instruction, program->step_count);
        block->marked = ARENA_NEW(arena, uint32_t, program->step_count);
        for (uint32_t at = 0; at < program->step_count; at++)
                total += step_rows(population, &program->steps[at]);
        int64_t *cells = ARENA_NEW(arena, int64_t, total);
        for (uint32_t at = 0; at < program->step_count; at++) {
                const Step  *step = &program->steps[at], *told = step->op == OP_KNOWN ? &program->steps[step->a] : step;
                Instruction *instruction = &block->instructions[at];
                uint32_t     rows = step_rows(population, step);
                *instruction = (Instruction){ .out = cells, .imm = step->imm, .none = type_unknown(told->type),
                                              .rows = rows, .aux = step->aux, .op = step->op };
                block->frame.cells[at] = cells;
                cells += rows;
                instruction_operand(block, step->a, &instruction->a, &instruction->stride_a);
                instruction_operand(block, step->b, &instruction->b, &instruction->stride_b);
                instruction_operand(block, step->c, &instruction->c, &instruction->stride_c);
                if (step_markable(block, step)) {
                        block->frame.provisional[at] = ARENA_NEW(arena, uint8_t, rows);
                        block->marked[block->marked_count++] = at;
                }
        }
        return &block->frame;
}

/* ---- leaves ------------------------------------------------------------------------------------------ */

static void fill(const Instruction *step, int64_t cell) {
        for (uint32_t row = 0; row < step->rows; row++)
                step->out[row] = cell;
}

#define WIDEN(type, smallest)                                                            \
        for (uint32_t row = 0; row < step->rows; row++) {                                \
                type cell = ((const type *) column->cells)[row];                         \
                step->out[row] = cell == (smallest) ? UNKNOWN : cell;                    \
        }

static void run_fact(const Frame *frame, const Instruction *step) {
        const Column *column = &frame->population->columns[step->aux];
        if (!column->cells) {
                fill(step, step->none);
        } else if (column->truth) {
                for (uint32_t row = 0; row < step->rows; row++)
                        step->out[row] = ((const uint8_t *) column->cells)[row];
        } else if (column->width == 1) {
                WIDEN(int8_t, INT8_MIN)
        } else if (column->width == 2) {
                WIDEN(int16_t, INT16_MIN)
        } else if (column->width == 4) {
                WIDEN(int32_t, INT32_MIN)
        } else {
                WIDEN(int64_t, INT64_MIN)
        }
}

static void run_link(const Frame *frame, const Instruction *step) {
        for (uint32_t row = 0; row < step->rows; row++) {
                uint32_t partner = partner_of(frame->population, step->aux, row);
                step->out[row] = partner == NONE ? UNKNOWN : partner;
        }
}

static void run_parameter(const Run *run, const Frame *frame, const Instruction *step) {
        if (run->parameters && run->parameters[step->aux] != UNKNOWN) {
                fill(step, run->parameters[step->aux]);
                return;
        }
        const Parameter *parameter = &frame->program->parameters[step->aux];
        for (uint32_t row = 0; row < step->rows; row++) {
                int64_t date = step->a[row * step->stride_a];
                int64_t cell = date == UNKNOWN ? UNKNOWN : parameter_at(parameter, date, NULL);
                step->out[row] = cell == UNKNOWN ? step->none : cell;
        }
}

static void run_table(const Frame *frame, const Instruction *step) {
        const Table *table = &frame->program->tables[step->aux];
        for (uint32_t row = 0; row < step->rows; row++) {
                int64_t cell = table_at(frame->program, table, step->a[row * step->stride_a],
                                        step->b[row * step->stride_b], step->c[row * step->stride_c]);
                step->out[row] = cell == UNKNOWN ? step->none : cell;
        }
}

/* ---- across links ------------------------------------------------------------------------------------ */

static void run_gather(const Frame *frame, const Instruction *step) {
        for (uint32_t row = 0; row < step->rows; row++) {
                uint32_t partner = partner_of(frame->population, step->aux, row);
                step->out[row] = partner == NONE ? step->none : step->a[partner * step->stride_a];
        }
}

/* 任一 and 全部: `deciding` from one member decides; otherwise every member and the whole list are needed. */
static int64_t reduce_truths(const Instruction *step, int64_t deciding, bool complete, const uint32_t *members,
                             uint32_t count) {
        bool unknown = !complete;
        for (uint32_t at = 0; at < count; at++) {
                int64_t truth = step->a[members[at] * step->stride_a];
                if (truth == deciding)
                        return deciding;
                unknown = unknown || truth == TRUTH_UNKNOWN;
        }
        if (unknown)
                return TRUTH_UNKNOWN;
        return count == 0 ? TRUTH_NO : 2 - deciding;   /* 全部 of nobody grants nothing */
}

/* How often the value of member `at` came before it among the members that count. */
static bool seen_before(const Instruction *step, const uint32_t *members, uint32_t at) {
        for (uint32_t before = 0; before < at; before++)
                if (step->a[members[before] * step->stride_a] == TRUTH_YES &&
                    step->b[members[before] * step->stride_b] == step->b[members[at] * step->stride_b])
                        return true;
        return false;
}

static int64_t reduce_values(const Instruction *step, bool complete, const uint32_t *members, uint32_t count) {
        __int128 sum = 0;
        int64_t  largest = UNKNOWN, smallest = UNKNOWN, counted = 0, distinct = 0;
        if (!complete)
                return UNKNOWN;
        for (uint32_t at = 0; at < count; at++) {
                int64_t filter = step->a[members[at] * step->stride_a];
                int64_t value = step->b[members[at] * step->stride_b];
                if (filter == TRUTH_NO)
                        continue;
                if (filter == TRUTH_UNKNOWN || (step->op != OP_COUNT && value == UNKNOWN))
                        return UNKNOWN;
                counted++;
                sum += value;
                largest = value > largest ? value : largest;
                smallest = smallest == UNKNOWN || value < smallest ? value : smallest;
                if (step->op == OP_COUNT_DISTINCT)
                        distinct += !seen_before(step, members, at);
        }
        if (step->op == OP_SUM)
                return sum > INT64_MAX || sum <= INT64_MIN ? UNKNOWN : (int64_t) sum;
        if (step->op == OP_COUNT)
                return counted;
        if (step->op == OP_COUNT_DISTINCT)
                return distinct;
        return step->op == OP_LARGEST ? largest : smallest;
}

static void run_reduce(const Frame *frame, const Instruction *step) {
        for (uint32_t row = 0; row < step->rows; row++) {
                const uint32_t *members = NULL;
                uint32_t        count = members_of(frame->population, step->aux, row, &members);
                bool            complete = population_is_complete(frame->population, step->aux, row);
                if (step->op == OP_ANY)
                        step->out[row] = reduce_truths(step, TRUTH_YES, complete, members, count);
                else if (step->op == OP_ALL)
                        step->out[row] = reduce_truths(step, TRUTH_NO, complete, members, count);
                else
                        step->out[row] = reduce_values(step, complete, members, count);
        }
}

/* ---- every operation --------------------------------------------------------------------------------- */

#define RUN_CONSTANT fill(step, step->imm)
#define RUN_FACT run_fact(frame, step)
#define RUN_LINK run_link(frame, step)
#define RUN_BASE_DATE fill(step, run->base_date)
#define RUN_APPLY_DATE fill(step, run->apply_date)
#define RUN_PARAMETER run_parameter(run, frame, step)
#define RUN_TABLE run_table(frame, step)

#define EACH_ROW(expression)                                                             \
        for (uint32_t row = 0; row < step->rows; row++) {                                \
                int64_t a = step->a[row * step->stride_a];                               \
                int64_t b = step->b[row * step->stride_b];                               \
                int64_t c = step->c[row * step->stride_c];                               \
                (void) b, (void) c;                                                      \
                step->out[row] = (expression);                                           \
        }

#define RUN_BETWEEN EACH_ROW(kernel_BETWEEN(a, b, c))
#define RUN_IN_SET EACH_ROW(kernel_IN_SET(a, imm))
#define RUN_SELECT EACH_ROW(kernel_SELECT(a, b, c, step->none))
#define RUN_DEFAULT EACH_ROW(run->ignore_defaults && imm != 1 ? a : kernel_DEFAULT(a, b, step->none))
#define RUN_KNOWN EACH_ROW(kernel_KNOWN(a, step->none))

static void run_instruction(const Run *run, const Frame *frame, const Instruction *step) {
        int64_t imm = step->imm;
        switch (step->op) {
#define LEAF(id, ...) case OP_##id: RUN_##id; return;
#define CHOOSE(id, ...) case OP_##id: RUN_##id return;
#define STRICT1(id, name, kernel, ...) case OP_##id: EACH_ROW(a == UNKNOWN ? UNKNOWN : (kernel)) return;
#define STRICT2(id, name, kernel, ...) \
        case OP_##id: EACH_ROW(a == UNKNOWN || b == UNKNOWN ? UNKNOWN : (kernel)) return;
#define STRICT3(id, name, kernel, ...) \
        case OP_##id: EACH_ROW(a == UNKNOWN || b == UNKNOWN || c == UNKNOWN ? UNKNOWN : (kernel)) return;
#define COMPARE(id, name, holds, ...) \
        case OP_##id: EACH_ROW(a == UNKNOWN || b == UNKNOWN ? TRUTH_UNKNOWN : (holds) ? TRUTH_YES : TRUTH_NO) return;
#define LOGIC1(id, name, kernel, ...) case OP_##id: EACH_ROW(kernel) return;
#define LOGIC2(id, name, kernel, ...) case OP_##id: EACH_ROW(kernel) return;
#include "program/ops.def"
        case OP_GATHER:
                run_gather(frame, step);
                return;
        case OP_ANY: case OP_ALL: case OP_COUNT: case OP_SUM: case OP_LARGEST: case OP_SMALLEST: case OP_COUNT_DISTINCT:
                run_reduce(frame, step);
                return;
        case OP_TOTAL:
                MUST(false);
        }
}

void frame_step(const Run *run, Frame *frame, uint32_t step) {
        run_instruction(run, frame, &((const FrameBlock *) frame)->instructions[step]);
}

/* ---- provisional marks ------------------------------------------------------------------------------- */

/* A step, a row, and its operands' values and marks. */
typedef struct Marking {
        const Frame *frame;
        const Step  *step;
        uint32_t     row;
        int64_t      value;
        int64_t      cells[3];
        bool         marks[3];
} Marking;

/* 且 and 或: a member that alone decides is enough; otherwise every mark counts. */
static bool mark_logic(const Marking *at, int64_t deciding) {
        if (at->value != deciding)
                return at->marks[0] || at->marks[1];
        return (at->cells[0] != deciding || at->marks[0]) && (at->cells[1] != deciding || at->marks[1]);
}

static bool mark_between(const Marking *at) {
        if (at->marks[0] || at->value == TRUTH_YES)
                return at->marks[0] || at->marks[1] || at->marks[2];
        bool low = at->cells[1] != UNKNOWN && at->cells[0] < at->cells[1];
        bool high = at->cells[2] != UNKNOWN && at->cells[0] > at->cells[2];
        return (!low || at->marks[1]) && (!high || at->marks[2]);
}

static bool mark_select(const Marking *at) {
        if (at->cells[1] == at->cells[2])
                return at->marks[1] || at->marks[2];
        return at->marks[0] || (at->cells[0] == TRUTH_YES ? at->marks[1] : at->marks[2]);
}

static bool mark_reduce(const Marking *at) {
        const Frame    *frame = at->frame;
        const Step     *step = at->step;
        const uint32_t *members = NULL;
        uint32_t        count = members_of(frame->population, step->aux, at->row, &members);
        int64_t         deciding = step->op == OP_ANY ? TRUTH_YES : TRUTH_NO;
        bool            truths = step->op == OP_ANY || step->op == OP_ALL, any = false, firm = false;
        for (uint32_t member = 0; member < count; member++) {
                int64_t filter = frame_cell(frame, step->a, members[member]);
                bool    mark = frame_provisional(frame, step->a, members[member]);
                firm = firm || (filter == deciding && !mark);
                any = any || mark;
                if (!truths && filter == TRUTH_YES && step->b != NONE)
                        any = any || frame_provisional(frame, step->b, members[member]);
        }
        return truths && at->value == deciding && count > 0 ? !firm : any;
}

static bool mark_cell(const Marking *at) {
        if (at->value == type_unknown(at->step->type))
                return false;
        switch (op_class(at->step->op)) {
        case CLASS_LOGIC:
                if (at->step->op == OP_AND || at->step->op == OP_OR)
                        return mark_logic(at, at->step->op == OP_AND ? TRUTH_NO : TRUTH_YES);
                return at->cells[0] == TRUTH_UNKNOWN ? at->marks[1] : at->marks[0];
        case CLASS_CHOOSE:
                if (at->step->op == OP_BETWEEN)
                        return mark_between(at);
                if (at->step->op == OP_SELECT)
                        return mark_select(at);
                if (at->step->op == OP_DEFAULT && at->cells[0] == type_unknown(at->step->type))
                        return at->step->imm != 1 || at->marks[1];
                return at->marks[0];
        case CLASS_CROSS:
                if (at->step->op != OP_GATHER)
                        return mark_reduce(at);
                return frame_provisional(at->frame, at->step->a,
                                         partner_of(at->frame->population, at->step->aux, at->row));
        case CLASS_LEAF:
        case CLASS_STRICT:
        case CLASS_COMPARE:
                break;
        }
        return at->marks[0] || at->marks[1] || at->marks[2];
}

static void mark_step(const Frame *frame, uint32_t index, uint32_t rows) {
        const Step    *step = &frame->program->steps[index];
        const uint32_t operands[] = { step->a, step->b, step->c };
        uint32_t       count = op_class(step->op) == CLASS_CROSS ? 0 : ARRAY_LENGTH(operands);
        for (uint32_t row = 0; row < rows; row++) {
                Marking at = { .frame = frame, .step = step, .row = row, .value = frame->cells[index][row] };
                for (uint32_t operand = 0; operand < count; operand++)
                        if (operands[operand] != NONE) {
                                at.cells[operand] = frame_cell(frame, operands[operand], row);
                                at.marks[operand] = frame_provisional(frame, operands[operand], row);
                        }
                frame->provisional[index][row] = mark_cell(&at);
        }
}

void scalar_evaluate(const Run *run, Frame *frame) {
        const FrameBlock *block = (const FrameBlock *) frame;
        for (uint32_t step = 0; step < frame->program->step_count; step++)
                run_instruction(run, frame, &block->instructions[step]);
        for (uint32_t at = 0; at < block->marked_count; at++)
                mark_step(frame, block->marked[at], block->instructions[block->marked[at]].rows);
}

/* ---- answers ----------------------------------------------------------------------------------------- */

Answer frame_answer(const Frame *frame, uint32_t policy, uint32_t row) {
        const Policy *about = &frame->program->policies[policy];
        if (about->eligible == NONE)
                return ANSWER_JUDGE;     /* a card: nothing to decide here, somebody to ask */
        int64_t eligible = frame_cell(frame, about->eligible, row);
        if (eligible != TRUTH_UNKNOWN)
                return eligible == TRUTH_YES ? ANSWER_YES : ANSWER_NO;
        if (frame_cell(frame, about->eligible_if_open, row) != TRUTH_YES)
                return ANSWER_ASK;
        return frame_cell(frame, about->eligible_if_judged, row) == TRUTH_YES ? ANSWER_JUDGE : ANSWER_OPEN;
}

Str answer_text(Answer answer) {
        static const Str texts[] = {
                [ANSWER_YES] = STR_INIT("是"),       [ANSWER_NO] = STR_INIT("否"),
                [ANSWER_ASK] = STR_INIT("缺事实"),   [ANSWER_OPEN] = STR_INIT("待定"),
                [ANSWER_JUDGE] = STR_INIT("需人工认定"),
        };
        return texts[answer];
}
