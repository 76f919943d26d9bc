/* Indicators over a population in memory: every row is looked at, by the cells of the scalar evaluator. It is the
 * witness that the statements of measure_sql.c are held against. */
#include "engine/measure.h"

#include <stdlib.h>

typedef struct Counting {
        const Frame *frame;
        int64_t      county;             /* -1: all */
        Arena       *arena;
} Counting;

static bool in_county(const Counting *counting, const Measure *measure, uint32_t row) {
        uint32_t step = counting->frame->program->entities[measure->entity].county;
        return counting->county < 0 || (step != NONE && frame_cell(counting->frame, step, row) == counting->county);
}

static int by_value(const void *x, const void *y) {
        int64_t a = *(const int64_t *) x, b = *(const int64_t *) y;
        return (a > b) - (a < b);
}

static int64_t count_different(int64_t *keys, uint32_t count) {
        int64_t different = 0;
        qsort(keys, count, sizeof keys[0], by_value);
        for (uint32_t i = 0; i < count; i++)
                different += i == 0 || keys[i] != keys[i - 1];
        return different;
}

/* What a row that counts adds: its summand, or the key it is counted by; UNKNOWN when that is not known. */
static int64_t row_cell(const Counting *counting, const Measure *measure, uint32_t row) {
        uint32_t step = measure->kind == MEASURE_SUM ? measure->value : measure->distinct;
        return measure->kind == MEASURE_COUNT ? 1 : frame_cell(counting->frame, step, row);
}

static MeasureValue measure_evaluate(const Counting *counting, const Measure *measure) {
        uint32_t rows = counting->frame->population->entities[measure->entity].count, key_count = 0;
        int64_t *keys = measure->kind == MEASURE_DISTINCT ? ARENA_NEW(counting->arena, int64_t, rows + 1) : NULL;
        MeasureValue result = { 0 };
        __int128 sum = 0;
        for (uint32_t row = 0; row < rows; row++) {
                int64_t counts = measure->where == NONE ? TRUTH_YES : frame_cell(counting->frame, measure->where, row);
                if (counts == TRUTH_NO || !in_county(counting, measure, row))
                        continue;
                int64_t cell = row_cell(counting, measure, row);
                if (counts == TRUTH_UNKNOWN || cell == UNKNOWN)
                        result.undecided++;
                else if (measure->kind == MEASURE_DISTINCT)
                        keys[key_count++] = cell;
                else
                        sum += cell;
        }
        if (measure->kind == MEASURE_DISTINCT)
                result.value = count_different(keys, key_count);
        else
                result.value = sum > INT64_MAX || sum <= INT64_MIN ? UNKNOWN : (int64_t) sum;
        return result;
}

/* The scale of what a measure gives: a sum has its summand's, a count none. */
static int64_t measure_scale(const Program *program, const Measure *measure) {
        return measure->kind == MEASURE_SUM ? program->steps[measure->value].type.scale : 0;
}

int64_t indicator_quotient(const Program *program, const Indicator *indicator, int64_t numerator, int64_t denominator) {
        if (numerator == UNKNOWN || denominator == UNKNOWN || denominator == 0)
                return UNKNOWN;
        int64_t above = measure_scale(program, &indicator->measure), below = measure_scale(program, &indicator->divisor);
        return kernel_multiply_divide(numerator, 1, denominator, indicator->type.scale + below - above);
}

Rc indicator_evaluate(const Population *population, const Run *run, const Indicator *indicator, int64_t county, Arena *arena,
                      IndicatorValue *ret_value) {
        MUST(indicator->source == SOURCE_COMPUTED);
        Frame *frame = frame_new(arena, run->program, population);
        scalar_evaluate(run, frame);
        const Counting counting = { .frame = frame, .county = county, .arena = arena };
        MeasureValue above = measure_evaluate(&counting, &indicator->measure), below = { 0 };
        IndicatorValue value = { .value = above.value, .undecided = above.undecided };
        if (indicator->ratio) {
                below = measure_evaluate(&counting, &indicator->divisor);
                value = (IndicatorValue){ .value = indicator_quotient(run->program, indicator, above.value, below.value),
                                          .undecided = above.undecided + below.undecided,
                                          .numerator = above.value, .denominator = below.value };
        }
        *ret_value = value;
        return RC_OK;
}
