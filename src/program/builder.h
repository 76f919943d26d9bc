/* Builds a Program step by step: types, intervals, constant folding, common subexpressions.
 *
 * The caller (src/language/check*, tests) guarantees matching kinds and entities; units and names are its business,
 * scales and overflow are the builder's. Every function returns a step number that is valid in this builder; equal
 * expressions on the same entity return the same step. Constants fold (also unknown ones, by the kernels), so a
 * condition that is always 否 shows as a constant. Facts, parameters, tables and links must have their types and
 * ranges before a step reads them. A builder over its cap goes on answering unknown constants; builder_finish tells.
 *
 * builder_finish orders the steps into stages (operands first, one entity a stage, as few stages as it can), drops
 * unused steps, renumbers everything the policies, facts, definitions and examples refer to, and verifies. */
#pragma once

#include "program/program.h"

typedef struct Builder Builder;

/* The program under construction: the caller fills its schema arrays and policies directly (they live in
 * program->arena); steps only through the functions below. */
Builder *builder_new(Arena *arena, Program *program);

const Step *builder_step(const Builder *builder, uint32_t step);

/* The source place of the steps made from here on; a step found again keeps its first place. */
void builder_at(Builder *builder, Span at);
/* Names a step that has no name yet; constants stay nameless, because all equal ones are one step. */
void builder_name(Builder *builder, uint32_t step, Str name);

/* Leaves. */
uint32_t build_constant(Builder *builder, Type type, int64_t cell);
uint32_t build_fact(Builder *builder, uint32_t fact);
uint32_t build_link(Builder *builder, uint32_t link);
uint32_t build_base_date(Builder *builder);
uint32_t build_apply_date(Builder *builder);
uint32_t build_parameter(Builder *builder, uint32_t parameter, uint32_t date);
uint32_t build_table(Builder *builder, uint32_t table, const uint32_t *keys);

/* Arithmetic and comparison on numbers, dates and codes. Scales are aligned (SCALE_UP inserted).
 * `unit` is the unit of the result, decided by the caller. op: ADD SUBTRACT MINIMUM MAXIMUM MULTIPLY. */
uint32_t build_arithmetic(Builder *builder, Op op, uint32_t a, uint32_t b, uint16_t unit);
uint32_t build_negate(Builder *builder, uint32_t a);
/* a × b ÷ c at scale 6, half away from zero. */
uint32_t build_multiply_divide(Builder *builder, uint32_t a, uint32_t b, uint32_t c, uint16_t unit);
/* The number at another scale: up exactly; down half away from zero. */
uint32_t build_rescale(Builder *builder, uint32_t a, uint8_t scale);
/* Rounds to a multiple of `quantum` (a cell at scale `quantum_scale`); the result has that scale. Directed modes
 * round half-up at 10^-6 first. op: ROUND_HALF_UP, ROUND_UP, ROUND_DOWN; 1 <= quantum <= QUANTUM_MAX. */
#define QUANTUM_MAX 1000000000
uint32_t build_round(Builder *builder, Op op, uint32_t a, int64_t quantum, uint8_t quantum_scale);
/* The same number under another unit (计数 of an entity has unit 0 until the caller says 人 or 人次). */
uint32_t build_unit(Builder *builder, uint32_t a, uint16_t unit);
uint32_t build_compare(Builder *builder, Op op, uint32_t a, uint32_t b);
uint32_t build_between(Builder *builder, uint32_t a, uint32_t low, uint32_t high);
uint32_t build_in_set(Builder *builder, uint32_t a, uint64_t mask);
/* Date operations: ADD_MONTHS ADD_DAYS FULL_MONTHS FULL_YEARS DAYS_BETWEEN (two operands), YEAR_OF MONTH_OF YEAR_START
 * (b = NONE); months and days are whole numbers (scale 0). */
uint32_t build_date(Builder *builder, Op op, uint32_t a, uint32_t b, uint16_t unit);

/* Logic. */
uint32_t build_and(Builder *builder, uint32_t a, uint32_t b);
uint32_t build_or(Builder *builder, uint32_t a, uint32_t b);
uint32_t build_not(Builder *builder, uint32_t a);
uint32_t build_assume(Builder *builder, bool yes, uint32_t a, uint32_t when);
uint32_t build_select(Builder *builder, uint32_t condition, uint32_t yes, uint32_t no);
uint32_t build_default(Builder *builder, uint32_t a, uint32_t value, bool provisional);
uint32_t build_known(Builder *builder, uint32_t a);

/* Across a link. build_gather: the parent's value seen from the child. build_reduce: `filter` and `value` are steps of
 * the child (or of no entity); value is NONE for ANY ALL COUNT, which look at the filter alone. */
uint32_t build_gather(Builder *builder, uint32_t link, uint32_t step);
uint32_t build_reduce(Builder *builder, Op op, uint32_t link, uint32_t filter, uint32_t value);

/* Bounds of a step: a step that is never above (below) it, with every open parameter replaced by its stated bound;
 * NONE when there is no such bound. A step that reads no open parameter is its own bound. */
uint32_t build_floor(Builder *builder, uint32_t step);
uint32_t build_ceiling(Builder *builder, uint32_t step);
/* A truth step that is 是 wherever `step` (a truth) is 是 or could become 是 by manual judgements (and, with `open`, by
 * the value of open parameters) alone; elsewhere as `step`. */
uint32_t build_favourable(Builder *builder, uint32_t step, bool open);

/* RC_TOOBIG over PROGRAM_STEPS_MAX. After RC_OK the program is complete and the builder must not be used. */
Rc builder_finish(Builder *builder) CHECKED;
