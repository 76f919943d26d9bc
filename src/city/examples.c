/* Builds the situation of an example, evaluates it and compares what came out with what its author expects. */
#include "city/examples.h"

#include "engine/batch.h"
#include "engine/explain.h"
#include "engine/measure.h"

#define OUTCOME_CAP 65536

/* The number an example's row has in its entity, counted in order of rows. */
static uint32_t entity_row(const Example *example, uint32_t row) {
        uint32_t number = 0;
        for (uint32_t i = 0; i < row; i++)
                number += example->rows[i].entity == example->rows[row].entity;
        return number;
}

static void place_rows(const Program *program, const Example *example, Arena *arena, Population *population) {
        for (uint32_t i = 0; i < example->row_count; i++) {
                Rows *rows = &population->entities[example->rows[i].entity];
                if (!rows->keys)
                        rows->keys = ARENA_NEW(arena, Str, rows->count);
                rows->keys[entity_row(example, i)] = example->rows[i].key;
        }
        for (uint32_t i = 0; i < example->fact_count; i++) {
                const ExampleFact *fact = &example->facts[i];
                MUST(example->rows[fact->row].entity == program->facts[fact->fact].entity);
                population_set(population, fact->fact, entity_row(example, fact->row), fact->value);
        }
        for (uint32_t i = 0; i < example->link_count; i++)
                population_link(population, example->links[i].link, entity_row(example, example->links[i].child),
                                entity_row(example, example->links[i].parent));
}

Population *example_population(const Program *program, Arena *arena, const Example *example,
                               const int64_t **ret_parameters) {
        uint32_t *counts = ARENA_NEW(arena, uint32_t, program->entity_count);
        for (uint32_t i = 0; i < example->row_count; i++)
                counts[example->rows[i].entity]++;
        Population *population = population_new(arena, program, counts);
        place_rows(program, example, arena, population);
        /* Lists the example does not state are not known, whatever the registry promises. */
        for (uint32_t link = 0; link < program->link_count; link++)
                for (uint32_t row = 0; row < counts[program->links[link].parent]; row++)
                        population_complete(population, link, row, false);
        for (uint32_t i = 0; i < example->complete_count; i++)
                population_complete(population, example->complete[i].link,
                                    entity_row(example, example->complete[i].row), true);
        population_index(population);

        int64_t *parameters = ARENA_NEW(arena, int64_t, program->parameter_count);
        for (uint32_t i = 0; i < program->parameter_count; i++)
                parameters[i] = UNKNOWN;
        for (uint32_t i = 0; i < example->set_count; i++)
                parameters[example->sets[i].parameter] = example->sets[i].value;
        *ret_parameters = parameters;
        return population;
}

static void compare_value(const Program *program, const ExampleExpect *expect, int64_t cell, Buffer *got) {
        if (cell == expect->value)
                return;
        buffer_format(got, "期望 %.*s，得到 ", STR_ARG(expect->text));
        value_print(program, program->steps[expect->step].type, cell, got);
        buffer_byte(got, '\n');
}

static void compare_expects(const Program *program, const Example *example, const Frame *frame, Buffer *got) {
        for (uint32_t i = 0; i < example->expect_count; i++) {
                const ExampleExpect *expect = &example->expects[i];
                if (!expect->eligibility) {
                        compare_value(program, expect, frame_cell(frame, expect->step, 0), got);
                        continue;
                }
                Answer answer = frame_answer(frame, expect->policy, 0);
                Str text = answer_text(answer);
                if (!(expect->answers >> answer & 1))
                        buffer_format(got, "期望 %.*s，得到 %.*s\n", STR_ARG(expect->text), STR_ARG(text));
        }
}

static bool asked(const Lack *lack, uint32_t fact) {
        for (uint32_t i = 0; i < lack->fact_count; i++)
                if (lack->facts[i].fact == fact)
                        return true;
        return false;
}

static bool expected(const Example *example, uint32_t fact) {
        for (uint32_t i = 0; i < example->ask_count; i++)
                if (example->asks[i] == fact)
                        return true;
        return false;
}

static void compare_asks(const Program *program, const Example *example, const Lack *lack, Buffer *got) {
        for (uint32_t i = 0; i < example->ask_count; i++)
                if (!asked(lack, example->asks[i]))
                        buffer_format(got, "应问 %.*s，却没有问\n", STR_ARG(program->facts[example->asks[i]].name));
        for (uint32_t i = 0; i < lack->fact_count; i++)
                if (lack->facts[i].fact == NONE || !expected(example, lack->facts[i].fact))
                        buffer_format(got, "多问了 %.*s\n", STR_ARG(lack->facts[i].name));
}

static bool cell_differs(const BatchResult *result, const Frame *frame, uint32_t step) {
        return batch_cell(result, step, 0) != frame_cell(frame, step, 0);
}

/* Whether the batch evaluator has other cells than the frame where this expectation looks. */
static bool batch_differs(const BatchResult *result, const Frame *frame, const ExampleExpect *expect) {
        if (!expect->eligibility)
                return cell_differs(result, frame, expect->step);
        const Policy *policy = &frame->program->policies[expect->policy];
        return cell_differs(result, frame, policy->eligible) || cell_differs(result, frame, policy->eligible_if_judged) ||
               cell_differs(result, frame, policy->eligible_if_open);
}

/* The batch evaluator over the same rows must give the same cells. */
static void compare_batch(const Example *example, const Run *run, const Frame *frame, Arena *arena, Buffer *got) {
        const BatchOptions options = { .policies = &example->policy, .policy_count = 1, .keep_steps = true };
        const BatchResult *result = batch_run(batch_plan_new(arena, run, &options), frame->population, arena);
        for (uint32_t i = 0; i < example->expect_count; i++)
                if (batch_differs(result, frame, &example->expects[i]))
                        buffer_format(got, "%.*s：批量计算的结果不同\n", STR_ARG(example->expects[i].text));
}

/* The policy's answers and figures, by the scalar and the batch evaluator. */
static void run_policy(const Example *example, const Run *run, const Population *population, Arena *arena, Buffer *got) {
        Frame *frame = frame_new(arena, run->program, population);
        scalar_evaluate(run, frame);
        compare_expects(run->program, example, frame, got);
        if (example->check_asks)
                compare_asks(run->program, example, &explain(arena, run, frame, example->policy, 0)->lack, got);
        compare_batch(example, run, frame, arena, got);
}

static void run_indicator(const Example *example, const Run *run, const Population *population, Arena *arena, Buffer *got) {
        const Indicator *indicator = &run->program->indicators[example->indicator];
        IndicatorValue value;
        MUST(indicator_evaluate(population, run, indicator, -1, arena, &value) == RC_OK);
        for (uint32_t i = 0; i < example->expect_count; i++) {
                const ExampleExpect *expect = &example->expects[i];
                if (value.value == expect->value)
                        continue;
                buffer_format(got, "期望 %.*s，得到 ", STR_ARG(expect->text));
                value_print(run->program, indicator->type, value.value, got);
                if (value.undecided > 0)
                        buffer_format(got, "（另有 %lld 条记录缺事实，没有数）", (long long) value.undecided);
                buffer_byte(got, '\n');
        }
}

ExampleOutcome example_run(const Pack *pack, Arena *arena, const Example *example) {
        const Program *program = &pack->program;
        Run run = { .program = program, .base_date = example->base_date, .apply_date = example->apply_date };
        const Population *population = example_population(program, arena, example, &run.parameters);
        Buffer got CLEAN(buffer_free) = buffer_new(OUTCOME_CAP);
        if (example->policy == NONE)
                run_indicator(example, &run, population, arena, &got);
        else
                run_policy(example, &run, population, arena, &got);
        return (ExampleOutcome){ .example = example,
                                 .passed = got.length == 0,
                                 .got = str_copy(arena, str_trim(buffer_str(&got))) };
}
