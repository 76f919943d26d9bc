/* The builder against the plain evaluator, on random expressions over random people and households:
 *   - every build function answers what its meaning says, unknown operands included, whatever it folded;
 *   - every known value lies in its step's interval, and a proven step is known when its operands are;
 *   - after builder_finish the same expressions have the same values.
 * And by hand: folding, sharing, what must not fold, stages, the cap. */
#include "unit.h"

#include "support/program_world.h"

#include <string.h>

#define GRAPHS 1000
#define WORLDS 25        /* per graph: 25,000 trials */
#define CALLS 60
#define DEFINITIONS 8

typedef __int128 Wide;

/* One call of a build function: what it was asked and which step it answered. */
typedef struct Made {
        Op       op;
        uint32_t result, a, b, c;
        int64_t  imm;
        uint8_t  scale;          /* of the result, for SCALE_UP (rescale) and rounds */
        bool     yes;
} Made;

typedef struct Graph {
        Builder *builder;
        Program *program;
        Random   random;
        uint32_t pool[4 * CALLS];
        uint32_t pool_count;
        Made     made[CALLS];
        uint32_t made_count;
} Graph;

/* ---- random expressions -------------------------------------------------------------------------------- */

static const Step *step_at(const Graph *graph, uint32_t step) {
        return builder_step(graph->builder, step);
}

static void keep(Graph *graph, uint32_t step) {
        graph->pool[graph->pool_count++] = step;
}

/* A step of the pool of this kind that may stand beside `entity`; NONE when chance finds none. */
static uint32_t pick(Graph *graph, TypeKind kind, uint16_t entity) {
        for (int i = 0; i < 60; i++) {
                uint32_t step = graph->pool[random_below(&graph->random, graph->pool_count)];
                const Step *found = step_at(graph, step);
                bool near = found->entity == ENTITY_NONE || found->entity == entity;
                if (found->type.kind == kind && near)
                        return step;
        }
        return NONE;
}

static void add_constants(Graph *graph) {
        static const int64_t cells[] = { 0, 1, -1, 2, 7, 12, 100, 10000, -250, 3000000, INT64_MAX, UNKNOWN };
        for (int i = 0; i < 6; i++) {
                Type type = { .kind = TYPE_NUMBER, .scale = (uint8_t) random_below(&graph->random, 4) };
                keep(graph, build_constant(graph->builder, type,
                                           cells[random_below(&graph->random, ARRAY_LENGTH(cells))]));
        }
        for (int64_t truth = 0; truth < 3; truth++)
                keep(graph, builder_truth(graph->builder, truth));
        Type date = { .kind = TYPE_DATE };
        keep(graph, build_constant(graph->builder, date, random_between(&graph->random, DATE_MIN, DATE_MAX)));
        keep(graph, build_constant(graph->builder, date, UNKNOWN));
}

static void start(Graph *graph, Arena *arena, uint64_t seed) {
        *graph = (Graph){ .program = world_program(arena), .random = { seed } };
        graph->builder = builder_new(arena, graph->program);
        for (uint32_t i = 0; i < FACTS; i++)
                keep(graph, build_fact(graph->builder, i));
        keep(graph, build_base_date(graph->builder));
        keep(graph, build_apply_date(graph->builder));
        keep(graph, build_link(graph->builder, 0));
        uint32_t state = graph->pool[FACT_STATE];
        keep(graph, build_table(graph->builder, 0, &state));
        keep(graph, build_parameter(graph->builder, PARAMETER_RATE, build_apply_date(graph->builder)));
        keep(graph, build_parameter(graph->builder, PARAMETER_OPEN, build_base_date(graph->builder)));
        keep(graph, build_parameter(graph->builder, PARAMETER_OPEN, graph->pool[FACT_BORN]));
        add_constants(graph);
}

static Made arithmetic(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_ADD, OP_SUBTRACT, OP_MINIMUM, OP_MAXIMUM, OP_MULTIPLY, OP_NEGATE };
        Made made = { .op = ops[random_below(&graph->random, ARRAY_LENGTH(ops))], .a = pick(graph, TYPE_NUMBER, entity),
                      .b = pick(graph, TYPE_NUMBER, entity), .result = NONE };
        if (made.a == NONE || made.b == NONE)
                return made;
        if (made.op == OP_NEGATE)
                made.result = build_negate(graph->builder, made.a);
        else if (made.op != OP_MULTIPLY ||
                 step_at(graph, made.a)->type.scale + step_at(graph, made.b)->type.scale <= SCALE_MAX)
                made.result = build_arithmetic(graph->builder, made.op, made.a, made.b, UNIT_YUAN);
        return made;
}

static Made scaling(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_MULTIPLY_DIVIDE, OP_SCALE_UP, OP_ROUND_HALF_UP, OP_ROUND_UP, OP_ROUND_DOWN };
        static const int64_t quanta[] = { 1, 10, 100, 5, 1000000 };
        Made made = { .op = ops[random_below(&graph->random, ARRAY_LENGTH(ops))], .a = pick(graph, TYPE_NUMBER, entity),
                      .b = pick(graph, TYPE_NUMBER, entity), .c = pick(graph, TYPE_NUMBER, entity), .result = NONE };
        made.scale = (uint8_t) random_below(&graph->random, 8);
        made.imm = quanta[random_below(&graph->random, ARRAY_LENGTH(quanta))];
        if (made.a == NONE || made.b == NONE || made.c == NONE)
                return made;
        if (made.op == OP_MULTIPLY_DIVIDE)
                made.result = build_multiply_divide(graph->builder, made.a, made.b, made.c, UNIT_YUAN);
        else if (made.op == OP_SCALE_UP)
                made.result = build_rescale(graph->builder, made.a, made.scale);
        else
                made.result = build_round(graph->builder, made.op, made.a, made.imm, made.scale);
        return made;
}

static Made comparison(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_EQUAL, OP_NOT_EQUAL, OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST, OP_BETWEEN,
                                  OP_IN_SET };
        TypeKind kind = random_below(&graph->random, 3) ? TYPE_NUMBER : TYPE_DATE;
        Made made = { .op = ops[random_below(&graph->random, ARRAY_LENGTH(ops))], .result = NONE };
        if (made.op == OP_IN_SET)
                kind = TYPE_CODE;
        made.a = pick(graph, kind, entity);
        made.b = pick(graph, kind, entity);
        made.c = pick(graph, kind, entity);
        made.imm = random_below(&graph->random, 16);
        if (made.a == NONE || made.b == NONE || made.c == NONE)
                return made;
        if (made.op == OP_IN_SET)
                made.result = build_in_set(graph->builder, made.a, (uint64_t) made.imm);
        else if (made.op == OP_BETWEEN)
                made.result = build_between(graph->builder, made.a, made.b, made.c);
        else
                made.result = build_compare(graph->builder, made.op, made.a, made.b);
        return made;
}

static Made calendar(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_ADD_MONTHS, OP_ADD_DAYS, OP_FULL_MONTHS, OP_FULL_YEARS, OP_DAYS_BETWEEN,
                                  OP_YEAR_OF,
                                  OP_MONTH_OF, OP_YEAR_START };
        Made made = { .op = ops[random_below(&graph->random, ARRAY_LENGTH(ops))], .a = pick(graph, TYPE_DATE, entity),
                      .result = NONE };
        bool amount = made.op == OP_ADD_MONTHS || made.op == OP_ADD_DAYS;
        made.b = op_operands(made.op) == 1 ? NONE : pick(graph, amount ? TYPE_NUMBER : TYPE_DATE, entity);
        bool ready = made.a != NONE && (op_operands(made.op) == 1 || made.b != NONE);
        if (ready && (!amount || step_at(graph, made.b)->type.scale == 0))
                made.result = build_date(graph->builder, made.op, made.a, made.b, UNIT_MONTHS);
        return made;
}

static Made logic(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_AND, OP_OR, OP_NOT, OP_ASSUME_YES, OP_ASSUME_NO };
        Made made = { .op = ops[random_below(&graph->random, ARRAY_LENGTH(ops))], .a = pick(graph, TYPE_TRUTH, entity),
                      .b = pick(graph, TYPE_TRUTH, entity), .result = NONE };
        if (made.a == NONE || made.b == NONE)
                return made;
        if (made.op == OP_AND)
                made.result = build_and(graph->builder, made.a, made.b);
        else if (made.op == OP_OR)
                made.result = build_or(graph->builder, made.a, made.b);
        else if (made.op == OP_NOT)
                made.result = build_not(graph->builder, made.a);
        else
                made.result = build_assume(graph->builder, made.op == OP_ASSUME_YES, made.a, made.b);
        return made;
}

static Made choice(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_SELECT, OP_DEFAULT, OP_KNOWN };
        static const TypeKind kinds[] = { TYPE_TRUTH, TYPE_NUMBER, TYPE_NUMBER, TYPE_DATE };
        TypeKind kind = kinds[random_below(&graph->random, ARRAY_LENGTH(kinds))];
        Made made = { .op = ops[random_below(&graph->random, ARRAY_LENGTH(ops))], .result = NONE };
        made.a = pick(graph, made.op == OP_SELECT ? TYPE_TRUTH : kind, entity);
        made.b = pick(graph, kind, entity);
        made.c = pick(graph, kind, entity);
        made.yes = random_below(&graph->random, 2);
        if (made.a == NONE || made.b == NONE || made.c == NONE)
                return made;
        if (made.op == OP_SELECT)
                made.result = build_select(graph->builder, made.a, made.b, made.c);
        else if (made.op == OP_DEFAULT)
                made.result = build_default(graph->builder, made.a, made.b, made.yes);
        else
                made.result = build_known(graph->builder, made.a);
        return made;
}

static Made crossing(Graph *graph, uint16_t entity) {
        static const Op ops[] = { OP_GATHER, OP_ANY, OP_ALL, OP_COUNT, OP_SUM, OP_LARGEST, OP_SMALLEST,
                                  OP_COUNT_DISTINCT };
        static const TypeKind kinds[] = { TYPE_TRUTH, TYPE_NUMBER, TYPE_DATE, TYPE_CODE };
        Made made = { .op = entity == PERSON ? OP_GATHER : ops[1 + random_below(&graph->random, ARRAY_LENGTH(ops) - 1)],
                      .a = NONE, .b = NONE, .result = NONE };
        if (made.op == OP_GATHER) {
                made.a = pick(graph, kinds[random_below(&graph->random, 3)], HOUSEHOLD);
                if (made.a != NONE)
                        made.result = build_gather(graph->builder, 0, made.a);
                return made;
        }
        made.a = pick(graph, TYPE_TRUTH, PERSON);
        if (op_operands(made.op) == 2)
                made.b = pick(graph, made.op == OP_COUNT_DISTINCT ? kinds[1 + random_below(&graph->random, 3)]
                              : TYPE_NUMBER,
                              PERSON);
        if (made.a != NONE && (op_operands(made.op) == 1 || made.b != NONE))
                made.result = build_reduce(graph->builder, made.op, 0, made.a, made.b);
        return made;
}

static void grow(Graph *graph) {
        static Made (*const kinds[])(Graph *, uint16_t) = { arithmetic, scaling, comparison, calendar, logic, choice,
                                                            logic,
                                                            crossing, crossing };
        while (graph->made_count < CALLS) {
                uint16_t entity = random_below(&graph->random, 3) ? PERSON : HOUSEHOLD;
                Made made = kinds[random_below(&graph->random, ARRAY_LENGTH(kinds))](graph, entity);
                if (made.result == NONE)
                        continue;
                graph->made[graph->made_count++] = made;
                keep(graph, made.result);
        }
}

/* ---- what a call means --------------------------------------------------------------------------------- */

static Wide power(int exponent) {
        Wide value = 1;
        for (; exponent > 0; exponent--)
                value *= 10;
        return value;
}

static int64_t fitting(Wide value) {
        return value <= INT64_MIN || value > INT64_MAX ? UNKNOWN : (int64_t) value;
}

static int64_t lifted(int64_t cell, int from, int to) {
        return cell == UNKNOWN || from >= to ? cell : fitting(cell * power(to - from));
}

static int64_t apply(Op op, int64_t imm, int64_t a) {
        Step step = { .op = op, .type = { .kind = TYPE_NUMBER }, .imm = imm, .b = NONE, .c = NONE };
        return naive_apply(&step, step.type, a, 0, 0);
}

static int64_t expected_rescale(int64_t cell, int from, int to) {
        return to >= from ? lifted(cell, from, to) : apply(OP_SCALE_DOWN, (int64_t) power(from - to), cell);
}

static int64_t expected_round(const Made *made, int64_t cell, int scale) {
        if (made->op == OP_ROUND_HALF_UP && made->imm == 1)
                return expected_rescale(cell, scale, made->scale);
        if (made->op != OP_ROUND_HALF_UP && scale > 6) {
                cell = expected_rescale(cell, scale, 6);
                scale = 6;
        }
        cell = lifted(cell, scale, made->scale);
        scale = scale < made->scale ? made->scale : scale;
        cell = apply(made->op, (int64_t) (made->imm * power(scale - made->scale)), cell);
        return expected_rescale(cell, scale, made->scale);
}

static int64_t operand_cell(const int64_t *cells, uint32_t step, uint32_t row) {
        return step == NONE ? 0 : cells[(size_t) step * WORLD_ROWS + row];
}

static int64_t expected(const Graph *graph, const Made *made, const int64_t *cells, uint32_t row) {
        static const Type none;
        Type a = step_at(graph, made->a)->type, b = made->b == NONE ? none : step_at(graph, made->b)->type;
        Type c = made->c == NONE ? none : step_at(graph, made->c)->type;
        int64_t x = operand_cell(cells, made->a, row), y = operand_cell(cells, made->b, row);
        int64_t z = operand_cell(cells, made->c, row);
        Step step = { .op = made->op, .type = step_at(graph, made->result)->type, .imm = made->imm, .a = made->a,
                      .b = op_operands(made->op) > 1 ? made->b : NONE,
                              .c = op_operands(made->op) > 2 ? made->c : NONE };
        if (made->op == OP_SCALE_UP)
                return expected_rescale(x, a.scale, made->scale);
        if (made->op == OP_ROUND_HALF_UP || made->op == OP_ROUND_UP || made->op == OP_ROUND_DOWN)
                return expected_round(made, x, a.scale);
        if (made->op == OP_MULTIPLY_DIVIDE)
                step.imm = 6 - a.scale - b.scale + c.scale;
        bool aligned = made->op != OP_MULTIPLY && made->op != OP_MULTIPLY_DIVIDE && made->op != OP_NEGATE;
        int scale = 0;
        if (aligned && a.kind == TYPE_NUMBER)
                scale = a.scale > scale ? a.scale : scale;
        if (aligned && step.b != NONE && b.kind == TYPE_NUMBER)
                scale = b.scale > scale ? b.scale : scale;
        if (aligned && step.c != NONE && c.kind == TYPE_NUMBER)
                scale = c.scale > scale ? c.scale : scale;
        x = a.kind == TYPE_NUMBER && made->op != OP_KNOWN ? lifted(x, a.scale, scale) : x;
        y = b.kind == TYPE_NUMBER ? lifted(y, b.scale, scale) : y;
        z = c.kind == TYPE_NUMBER ? lifted(z, c.scale, scale) : z;
        return naive_apply(&step, a, x, y, z);
}

/* ---- the properties ------------------------------------------------------------------------------------ */

static const char *described(const Step *step) {
        static char text[256];
        (void) snprintf(text, sizeof(text), "%s a=%d b=%d c=%d imm=%lld [%lld, %lld]", op_name(step->op), (int) step->a,
                        (int) step->b, (int) step->c, (long long) step->imm, (long long) step->low,
                                (long long) step->high);
        return text;
}

static bool cell_known(const Step *steps, const int64_t *cells, uint32_t step, uint32_t row) {
        return step == NONE || cells[(size_t) step * WORLD_ROWS + row] != type_unknown(steps[step].type);
}

static void check_intervals(const Builder *builder, const World *world, const int64_t *cells) {
        for (uint32_t i = 0; i < builder->count; i++) {
                const Step *step = &builder->steps[i];
                uint32_t rows = step->entity == ENTITY_NONE ? 1 : world->rows[step->entity];
                for (uint32_t row = 0; row < rows; row++) {
                        int64_t cell = cells[(size_t) i * WORLD_ROWS + row];
                        bool known = cell != type_unknown(step->type);
                        if (known && (cell < step->low || cell > step->high))
                                fail_msg("%lld is not in %s", (long long) cell, described(step));
                        if (!known && builder->marks[i].total)
                                fail_msg("unknown, but total: %s", described(step));
                        if (!known && step->proven && op_class(step->op) == CLASS_STRICT &&
                            cell_known(builder->steps, cells, step->a, row) &&
                            cell_known(builder->steps, cells, step->b, row) &&
                            cell_known(builder->steps, cells, step->c, row))
                                fail_msg("unknown, but proven: %s", described(step));
                }
        }
}

static void check_meanings(const Graph *graph, const World *world, const int64_t *cells) {
        for (uint32_t i = 0; i < graph->made_count; i++) {
                const Made *made = &graph->made[i];
                uint16_t entity = step_at(graph, made->result)->entity;
                uint16_t asked = step_at(graph, made->a)->entity;
                if (op_class(made->op) == CLASS_CROSS)
                        continue;
                entity = asked != ENTITY_NONE ? asked : entity;
                if (entity == ENTITY_NONE && made->b != NONE)
                        entity = step_at(graph, made->b)->entity;
                uint32_t rows = entity == ENTITY_NONE ? 1 : world->rows[entity];
                for (uint32_t row = 0; row < rows; row++) {
                        int64_t actual = operand_cell(cells, made->result, row),
                                wanted = expected(graph, made, cells, row);
                        if (actual != wanted)
                                fail_msg("build %s of %u %u %u: %lld, expected %lld; it became %s", op_name(made->op),
                                         made->a,
                                         made->b, made->c, (long long) actual, (long long) wanted,
                                         described(step_at(graph, made->result)));
                }
        }
}

static void define_some(Graph *graph, Arena *arena) {
        graph->program->definition_count = DEFINITIONS;
        graph->program->definitions = ARENA_NEW(arena, Definition, DEFINITIONS);
        for (uint32_t i = 0; i < DEFINITIONS; i++) {
                uint32_t step = graph->made[random_below(&graph->random, CALLS)].result;
                uint16_t entity = step_at(graph, step)->entity;
                graph->program->definitions[i] = (Definition){ .step = step, .entity = entity };
        }
}

/* The finished program gives the definitions the values they had. */
static void check_finished(Graph *graph, const World *world, const int64_t *before, int64_t *after) {
        uint32_t old[DEFINITIONS];
        Program *program = graph->program;
        for (int i = 0; i < DEFINITIONS; i++)
                old[i] = program->definitions[i].step;
        assert_int_equal(builder_finish(graph->builder), RC_OK);
        world_evaluate(world, program, program->steps, program->step_count, after);
        for (int i = 0; i < DEFINITIONS; i++) {
                uint32_t step = program->definitions[i].step;
                uint16_t entity = program->steps[step].entity;
                uint32_t rows = entity == ENTITY_NONE ? 1 : world->rows[entity];
                for (uint32_t row = 0; row < rows; row++)
                        assert_true(operand_cell(before, old[i], row) == operand_cell(after, step, row));
        }
}

static void random_expressions_keep_meaning_and_intervals(void **state) {
        (void) state;
        uint64_t known = 0, proven = 0;
        for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
                Arena *arena = arena_new(64u << 20);
                Graph *graph = ARENA_NEW(arena, Graph, 1);
                start(graph, arena, seed);
                grow(graph);
                size_t size = sizeof(int64_t) * WORLD_ROWS * graph->builder->count;
                int64_t *cells = malloc(size), *after = malloc(size);
                World world;
                for (int i = 0; i < WORLDS; i++) {
                        world_random(&world, graph->program, &graph->random);
                        world_evaluate(&world, graph->program, graph->builder->steps, graph->builder->count, cells);
                        check_intervals(graph->builder, &world, cells);
                        check_meanings(graph, &world, cells);
                }
                for (uint32_t i = 0; i < graph->builder->count; i++) {
                        known += cells[(size_t) i * WORLD_ROWS] != type_unknown(graph->builder->steps[i].type);
                        proven += graph->builder->steps[i].proven;
                }
                define_some(graph, arena);
                check_finished(graph, &world, cells, after);
                free(cells);
                free(after);
                arena_free(arena);
        }
        /* the worlds are no desert: most steps are known somewhere and proven */
        assert_true(known > GRAPHS * 20 && proven > GRAPHS * 40);
}

/* ---- by hand ------------------------------------------------------------------------------------------- */

typedef struct Bench {
        Arena   *arena;
        Program *program;
        Builder *builder;
} Bench;

static Bench bench(void) {
        Arena *arena = arena_new(256u << 20);
        Program *program = world_program(arena);
        return (Bench){ arena, program, builder_new(arena, program) };
}

static uint32_t number(Builder *builder, uint8_t scale, int64_t cell) {
        return build_constant(builder, (Type){ .kind = TYPE_NUMBER, .scale = scale }, cell);
}

static void constants_fold_and_equal_steps_are_one(void **state) {
        (void) state;
        Bench b = bench();
        uint32_t age = build_fact(b.builder, FACT_AGE), works = build_fact(b.builder, FACT_WORKS);
        uint32_t sum = build_arithmetic(b.builder, OP_ADD, number(b.builder, 0, 3), number(b.builder, 2, 25),
                                        UNIT_NONE);
        assert_int_equal(builder_step(b.builder, sum)->op, OP_CONSTANT);
        assert_int_equal(builder_step(b.builder, sum)->imm, 325);
        assert_int_equal(builder_step(b.builder, sum)->type.scale, 2);
        assert_int_equal(build_arithmetic(b.builder, OP_ADD, age, sum, UNIT_NONE),
                         build_arithmetic(b.builder, OP_ADD, sum, age, UNIT_NONE));
        assert_int_not_equal(build_arithmetic(b.builder, OP_SUBTRACT, age, sum, UNIT_NONE),
                             build_arithmetic(b.builder, OP_SUBTRACT, sum, age, UNIT_NONE));
        uint32_t overflow = build_arithmetic(b.builder, OP_ADD, number(b.builder, 0, INT64_MAX),
                                             number(b.builder, 0, 1), 0);
        assert_true(step_never_known(builder_step(b.builder, overflow)));
        uint32_t stuck = build_compare(b.builder, OP_LESS, age, overflow);
        assert_int_equal(stuck, builder_truth(b.builder, TRUTH_UNKNOWN));
        uint32_t yes = builder_truth(b.builder, TRUTH_YES), no = builder_truth(b.builder, TRUTH_NO);
        assert_int_equal(build_and(b.builder, works, yes), works);
        assert_int_equal(build_and(b.builder, no, works), no);
        assert_int_equal(build_or(b.builder, works, works), works);
        assert_int_equal(build_not(b.builder, build_not(b.builder, works)), works);
        assert_int_equal(build_select(b.builder, works, yes, no), works);
        assert_int_equal(build_select(b.builder, works, age, age), age);
        assert_int_equal(build_select(b.builder, builder_truth(b.builder, TRUTH_YES), age, number(b.builder, 0, 1)),
                         age);
        arena_free(b.arena);
}

static void directed_rounds_forgive_what_a_division_left(void **state) {
        (void) state;
        Bench b = bench();
        static const struct {
                Op      op;
                int64_t cell;            /* at scale 9 */
                int64_t quantum;         /* yuan, in fen */
                int64_t expected;        /* fen */
        } rows[] = {
                { OP_ROUND_UP, 2300000000010, 100, 230000 },    { OP_ROUND_UP, 2300000000500, 100, 230100 },
                { OP_ROUND_UP, 2300000000499, 100, 230000 },    { OP_ROUND_DOWN, 2299999999501, 100, 230000 },
                { OP_ROUND_DOWN, 2299999999400, 100, 229900 },  { OP_ROUND_HALF_UP, 2300004999999, 1, 230000 },
                { OP_ROUND_HALF_UP, 2300005000000, 1, 230001 }, { OP_ROUND_UP, -2300500000000, 100, -230000 },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                uint32_t rounded = build_round(b.builder, rows[i].op, number(b.builder, 9, rows[i].cell),
                                               rows[i].quantum, 2);
                assert_int_equal(builder_step(b.builder, rounded)->imm, rows[i].expected);
                assert_int_equal(builder_step(b.builder, rounded)->type.scale, 2);
        }
        arena_free(b.arena);
}

static void an_unknown_fact_keeps_a_certain_comparison_open(void **state) {
        (void) state;
        Bench b = bench();
        uint32_t age = build_fact(b.builder, FACT_AGE);
        uint32_t always = build_compare(b.builder, OP_AT_MOST, age, number(b.builder, 0, 200));
        uint32_t never = build_compare(b.builder, OP_MORE, age, number(b.builder, 0, 150));
        assert_int_equal(builder_step(b.builder, always)->op, OP_AT_MOST);
        assert_int_equal(builder_step(b.builder, always)->low, TRUTH_YES);
        assert_int_equal(builder_step(b.builder, never)->high, TRUTH_NO);
        /* a date of the run is never unknown */
        Type date = { .kind = TYPE_DATE };
        uint32_t after = build_compare(b.builder, OP_AT_LEAST, build_base_date(b.builder),
                                       build_constant(b.builder, date, DATE_MIN));
        assert_int_equal(after, builder_truth(b.builder, TRUTH_YES));
        /* 16 to 59 is one step; a contradiction keeps its unknown, but shows */
        uint32_t from = build_compare(b.builder, OP_AT_LEAST, age, number(b.builder, 0, 16));
        uint32_t to = build_compare(b.builder, OP_AT_MOST, age, number(b.builder, 0, 59));
        assert_int_equal(builder_step(b.builder, build_and(b.builder, to, from))->op, OP_BETWEEN);
        uint32_t both = build_and(b.builder, from, build_not(b.builder, from));
        assert_int_equal(builder_step(b.builder, both)->op, OP_AND);
        assert_int_equal(builder_step(b.builder, both)->high, TRUTH_NO);
        arena_free(b.arena);
}

static void defaults_fold_only_where_nothing_can_change(void **state) {
        (void) state;
        Bench b = bench();
        uint32_t age = build_fact(b.builder, FACT_AGE), zero = number(b.builder, 0, 0);
        uint32_t unknown = number(b.builder, 0, UNKNOWN);
        assert_int_equal(build_default(b.builder, zero, age, true), zero);
        assert_int_equal(build_default(b.builder, unknown, age, false), age);
        uint32_t provisional = build_default(b.builder, age, zero, true),
                closed = build_default(b.builder, age, zero, false);
        assert_int_not_equal(provisional, closed);
        assert_int_equal(build_known(b.builder, closed), builder_truth(b.builder, TRUTH_YES));
        assert_int_equal(builder_step(b.builder, build_known(b.builder, provisional))->op, OP_KNOWN);
        arena_free(b.arena);
}

static void names_and_places_stay_with_the_first(void **state) {
        (void) state;
        Bench b = bench();
        builder_at(b.builder, (Span){ 1, 10, 20 });
        uint32_t age = build_fact(b.builder, FACT_AGE), seven = number(b.builder, 0, 7);
        uint32_t later = build_arithmetic(b.builder, OP_ADD, age, seven, UNIT_NONE);
        builder_at(b.builder, (Span){ 1, 30, 40 });
        assert_int_equal(build_arithmetic(b.builder, OP_ADD, age, seven, UNIT_NONE), later);
        assert_int_equal(builder_step(b.builder, later)->at.start, 10);
        builder_name(b.builder, later, STR("七年后"));
        builder_name(b.builder, later, STR("别名"));
        builder_name(b.builder, seven, STR("七"));
        assert_str(builder_step(b.builder, later)->name, "七年后");
        assert_str(builder_step(b.builder, age)->name, "年龄");
        assert_int_equal(builder_step(b.builder, seven)->name.length, 0);
        arena_free(b.arena);
}

static void stages_are_few_and_unused_steps_go(void **state) {
        (void) state;
        Bench b = bench();
        uint32_t poor = build_fact(b.builder, FACT_POOR), works = build_fact(b.builder, FACT_WORKS);
        (void) build_fact(b.builder, FACT_WIDE);
        uint32_t any = build_reduce(b.builder, OP_ANY, 0, works, NONE);
        uint32_t rent = build_compare(b.builder, OP_MORE, build_fact(b.builder, FACT_RENT), number(b.builder, 2, 5000));
        uint32_t house = build_and(b.builder, build_and(b.builder, any, poor), rent);
        uint32_t person = build_and(b.builder, build_gather(b.builder, 0, house), build_fact(b.builder, FACT_MEMBER));
        b.program->definition_count = 1;
        b.program->definitions = ARENA_NEW(b.arena, Definition, 1);
        b.program->definitions[0] = (Definition){ .step = person, .entity = PERSON };
        assert_int_equal(builder_finish(b.builder), RC_OK);
        /* constants, people, households, people */
        assert_int_equal(b.program->stage_count, 4);
        assert_int_equal(b.program->stages[0].entity, ENTITY_NONE);
        assert_int_equal(b.program->stages[2].entity, HOUSEHOLD);
        assert_int_equal(b.program->facts[FACT_WIDE].step, NONE);
        assert_int_equal(b.program->steps[b.program->facts[FACT_POOR].step].op, OP_FACT);
        assert_int_equal(b.program->definitions[0].step, b.program->step_count - 1);
        arena_free(b.arena);
}

static uint32_t chain(Bench *b, uint32_t length) {
        uint32_t sum = build_fact(b->builder, FACT_AGE);
        for (uint32_t i = 0; i < length; i++)
                sum = build_arithmetic(b->builder, OP_ADD, build_negate(b->builder, sum),
                                       build_fact(b->builder, FACT_AGE), 0);
        b->program->definition_count = 1;
        b->program->definitions = ARENA_NEW(b->arena, Definition, 1);
        b->program->definitions[0] = (Definition){ .step = sum, .entity = PERSON };
        return sum;
}

static void the_cap_ends_in_too_big(void **state) {
        (void) state;
        Bench fits = bench(), over = bench(), far_over = bench();
        (void) chain(&fits, PROGRAM_STEPS_MAX / 2 - 10);
        assert_int_equal(builder_finish(fits.builder), RC_OK);
        (void) chain(&over, PROGRAM_STEPS_MAX / 2 + 10);
        assert_int_equal(builder_finish(over.builder), RC_TOOBIG);
        (void) chain(&far_over, 4 * PROGRAM_STEPS_MAX);
        assert_int_equal(builder_finish(far_over.builder), RC_TOOBIG);
        arena_free(fits.arena);
        arena_free(over.arena);
        arena_free(far_over.arena);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(random_expressions_keep_meaning_and_intervals),
                cmocka_unit_test(constants_fold_and_equal_steps_are_one),
                cmocka_unit_test(directed_rounds_forgive_what_a_division_left),
                cmocka_unit_test(an_unknown_fact_keeps_a_certain_comparison_open),
                cmocka_unit_test(defaults_fold_only_where_nothing_can_change),
                cmocka_unit_test(names_and_places_stay_with_the_first),
                cmocka_unit_test(stages_are_few_and_unused_steps_go),
                cmocka_unit_test(the_cap_ends_in_too_big),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
