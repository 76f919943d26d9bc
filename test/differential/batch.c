/* The batch evaluator as a witness: every step of every row, on one thread and on two. */
#include "differential.h"

#include "engine/batch.h"

bool batch_agrees(const Case *at)
{
        BatchOptions options = { .threads = 1 + at->seed % 2, .keep_steps = true };
        const BatchPlan *plan = batch_plan_new(at->arena, &at->run, &options);
        const BatchResult *result = batch_run(plan, at->population, at->arena);
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
