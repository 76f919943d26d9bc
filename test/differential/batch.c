/* The batch evaluator as a witness, on one thread and on two: once keeping every step, once as a scan runs it, with
 * steps fused and figures only where they are due. */
#include "differential.h"

#include "engine/batch.h"

#include <stdio.h>

static bool steps_agree(const Case *at, const BatchResult *result) {
        for (uint32_t step = 0; step < at->program->step_count; step++) {
                uint16_t entity = at->program->steps[step].entity;
                uint32_t rows = entity == ENTITY_NONE ? 1 : at->population->entities[entity].count;
                for (uint32_t row = 0; row < rows; row++) {
                        int64_t cell = batch_cell(result, step, row);
                        if (cell == frame_cell(at->frame, step, row))
                                continue;
                        case_report(at, "batch", step, row, str_format(at->arena, "%lld", (long long) cell).data);
                        return false;
                }
        }
        return true;
}

/* ---- a scan's rows ------------------------------------------------------------------------------------ */

typedef struct Scan {
        const Case *at;
        uint64_t    rows;        /* seen, over all policies */
        bool        differs;
} Scan;

static void scan_differs(Scan *scan, uint32_t step, uint32_t row, const char *what, int64_t theirs) {
        if (!scan->differs)
                case_report(scan->at, what, step, row, str_format(scan->at->arena, "%lld", (long long) theirs).data);
        scan->differs = true;
}

static void check_masks(Scan *scan, const BatchRows *rows, const Policy *policy, uint32_t i) {
        for (uint32_t k = 0; k < policy->condition_count; k++) {
                uint32_t step = policy->conditions[k].step, word = i * rows->mask_words + k / 64;
                int64_t truth = frame_cell(scan->at->frame, step, rows->first + i);
                bool failed = rows->failed[word] >> (k % 64) & 1, undecided = rows->undecided[word] >> (k % 64) & 1;
                if (failed != (truth == TRUTH_NO) || undecided != (truth == TRUTH_UNKNOWN))
                        scan_differs(scan, step, rows->first + i, "the scan's mask", failed ? 0 : undecided ? 1 : 2);
        }
}

static void check_amounts(Scan *scan, const BatchRows *rows, const Policy *policy, uint32_t i) {
        const Frame *frame = scan->at->frame;
        uint32_t number = 0, row = rows->first + i;
        for (uint32_t b = 0; b < policy->benefit_count; b++)
                for (uint32_t o = 0; o < policy->benefits[b].output_count; o++, number++) {
                        uint32_t step = policy->benefits[b].outputs[o].step;
                        bool due = frame_cell(frame, policy->benefits[b].when, row) == TRUTH_YES;
                        int64_t cell = due ? frame_cell(frame, step, row) : BATCH_NOTHING;
                        if (rows->amounts[number][i] != cell)
                                scan_differs(scan, step, row, "the scan's amount", rows->amounts[number][i]);
                }
        MUST(number == rows->output_count);
}

static void check_rows(void *context, const BatchRows *rows) {
        Scan *scan = context;
        const Policy *policy = &scan->at->program->policies[rows->policy];
        for (uint32_t i = 0; i < rows->count; i++) {
                if (rows->answers[i] != frame_answer(scan->at->frame, rows->policy, rows->first + i))
                        scan_differs(scan, policy->eligible, rows->first + i, "the scan's answer", rows->answers[i]);
                check_masks(scan, rows, policy, i);
                check_amounts(scan, rows, policy, i);
        }
        scan->rows += rows->count;
}

bool batch_agrees(const Case *at) {
        uint32_t threads = 1 + at->seed % 2;
        BatchOptions options = { .threads = threads, .keep_steps = true };
        const BatchPlan *plan = batch_plan_new(at->arena, &at->run, &options);
        if (!steps_agree(at, batch_run(plan, at->population, at->arena)))
                return false;
        Scan scan = { .at = at };
        BatchOptions scanning = { .threads = threads, .sink = check_rows, .sink_context = &scan, .by_condition = true };
        (void) batch_run(batch_plan_new(at->arena, &at->run, &scanning), at->population, at->arena);
        uint64_t expected = 0;
        for (uint32_t i = 0; i < at->program->policy_count; i++)
                expected += at->population->entities[at->program->policies[i].entity].count;
        if (!scan.differs && scan.rows != expected)
                (void) printf("seed %llu: the scan gave %llu rows instead of %llu\n", (unsigned long long) at->seed,
                              (unsigned long long) scan.rows, (unsigned long long) expected);
        return !scan.differs && scan.rows == expected;
}
