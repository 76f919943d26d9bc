/* Random programs. An expression is made by picking one of the makers for its kind of value; makers call each other
 * with one level of depth less, and at depth 0 a leaf is taken. What has been made goes into a pool and is reused, so
 * that programs share steps as real ones do. */
#include "random_schema.h"

#include "program/builder.h"

#define POOL_MAX 4096
#define CROSSINGS_MAX 3
#define NARROW_LIMIT INT64_C(1000000000)

typedef struct Generator {
        Arena   *arena;
        Program *program;
        Builder *builder;
        Random   random;
        bool     subset;
        uint32_t crossings;              /* links above the expression being made */
        uint32_t pool[POOL_MAX];
        uint32_t pool_count;
        uint8_t  exact[PROGRAM_STEPS_MAX]; /* steps known to be free of overflow */
} Generator;

typedef uint32_t (*Maker)(Generator *generator, uint16_t entity, uint32_t depth);

static uint32_t make(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity, uint32_t depth);

static uint32_t pick(Generator *generator, uint32_t count) {
        return random_below(&generator->random, count);
}

static bool chance(Generator *generator, uint32_t percent) {
        return random_chance(&generator->random, percent);
}

static const Step *step_of(const Generator *generator, uint32_t step) {
        return builder_step(generator->builder, step);
}

static uint32_t make_number(Generator *generator, uint16_t entity, uint32_t depth) {
        return make(generator, TYPE_NUMBER, 0, entity, depth);
}

static uint32_t make_truth(Generator *generator, uint16_t entity, uint32_t depth) {
        return make(generator, TYPE_TRUTH, 0, entity, depth);
}

static uint32_t make_date(Generator *generator, uint16_t entity, uint32_t depth) {
        return make(generator, TYPE_DATE, 0, entity, depth);
}

static Type type_of(TypeKind kind, uint8_t scale, uint16_t of) {
        return (Type){ .kind = kind, .scale = scale, .of = of };
}

/* ---- pieces ------------------------------------------------------------------------------------------- */

/* Whether no step made below `step` may overflow; what a sum does is its own affair. */
static bool is_exact(Generator *generator, uint32_t step) {
        const Step *made = step_of(generator, step);
        if (generator->exact[step])
                return true;
        bool arithmetic = made->op == OP_ADD || made->op == OP_SUBTRACT || made->op == OP_MULTIPLY ||
                          made->op == OP_SCALE_UP || made->op == OP_ROUND_HALF_UP || made->op == OP_ROUND_UP ||
                          made->op == OP_ROUND_DOWN;
        if (arithmetic && !made->proven)
                return false;
        generator->exact[step] = (made->a == NONE || is_exact(generator, made->a)) &&
                                 (made->b == NONE || is_exact(generator, made->b)) &&
                                 (made->c == NONE || is_exact(generator, made->c));
        return generator->exact[step];
}

static int64_t interesting_cell(Generator *generator, int64_t low, int64_t high) {
        static const int64_t cells[] = { 0,     1,      -1,        2,          10,        100,
                                         10000, -10000, INT64_MAX, -INT64_MAX, INT32_MAX, 3037000500 };
        int64_t cell = cells[pick(generator, (uint32_t) ARRAY_LENGTH(cells))];
        if (chance(generator, 40))
                cell = low;
        else if (chance(generator, 50))
                cell = random_between(&generator->random, low, high);
        if (generator->subset && (cell > NARROW_LIMIT || cell < -NARROW_LIMIT))
                cell %= NARROW_LIMIT;
        return cell;
}

static uint32_t number_constant(Generator *generator, int64_t cell, uint8_t scale) {
        return build_constant(generator->builder, type_of(TYPE_NUMBER, scale, 0), cell);
}

/* A number clipped to what the subset can calculate with; elsewhere as it is. */
static uint32_t narrow(Generator *generator, uint32_t step, int64_t limit) {
        const Step made = *step_of(generator, step);
        if (!generator->subset || (made.low >= -limit && made.high <= limit))
                return step;
        uint32_t low = number_constant(generator, -limit, made.type.scale),
                 high = number_constant(generator, limit, made.type.scale);
        step = build_arithmetic(generator->builder, OP_MAXIMUM, step, low, 0);
        return build_arithmetic(generator->builder, OP_MINIMUM, step, high, 0);
}

/* Members often have plain facts: a group with one unknown cell is itself unknown, and deep ones nearly always have. */
static uint32_t member_depth(Generator *generator, uint32_t depth) {
        return chance(generator, 60) ? 0 : depth;
}

static uint32_t whole(Generator *generator, uint16_t entity, uint32_t depth) {
        return build_rescale(generator->builder, narrow(generator, make_number(generator, entity, depth), NARROW_LIMIT),
                             0);
}

/* Gives two numbers one scale; other kinds have none. */
static void align(Generator *generator, uint32_t *a, uint32_t *b) {
        Type left = step_of(generator, *a)->type, right = step_of(generator, *b)->type;
        if (left.kind != TYPE_NUMBER || left.scale == right.scale)
                return;
        uint32_t *lower = left.scale < right.scale ? a : b;
        *lower = build_rescale(generator->builder, narrow(generator, *lower, NARROW_LIMIT),
                               left.scale < right.scale ? right.scale : left.scale);
}

/* An operand's entity: mostly the row's own, sometimes the run. */
static uint16_t operand_entity(Generator *generator, uint16_t entity) {
        return chance(generator, 12) ? ENTITY_NONE : entity;
}

static uint32_t random_link(Generator *generator, uint16_t entity, bool from_child) {
        const Program *program = generator->program;
        uint32_t start = pick(generator, program->link_count);
        for (uint32_t i = 0; i < program->link_count; i++) {
                uint32_t link = (start + i) % program->link_count;
                if ((from_child ? program->links[link].child : program->links[link].parent) == entity)
                        return link;
        }
        return NONE;
}

/* ---- leaves ------------------------------------------------------------------------------------------- */

static uint32_t constant_leaf(Generator *generator, TypeKind kind, uint16_t of) {
        Type type = type_of(kind, kind == TYPE_NUMBER ? (uint8_t) pick(generator, 4) : 0, of);
        int64_t low, high;
        random_range(&(Schema){ generator->arena, generator->program, &generator->random, generator->subset }, type,
                     &low, &high);
        int64_t cell = kind == TYPE_TRUTH    ? (int64_t) pick(generator, 3)
                       : kind == TYPE_NUMBER ? interesting_cell(generator, low, high)
                                             : random_between(&generator->random, low, high);
        if (chance(generator, 8))
                cell = type_unknown(type);
        return build_constant(generator->builder, type, cell);
}

static uint32_t fact_leaf(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity) {
        const Program *program = generator->program;
        uint32_t start = pick(generator, program->fact_count);
        for (uint32_t i = 0; i < program->fact_count; i++) {
                uint32_t fact = (start + i) % program->fact_count;
                const Fact *candidate = &program->facts[fact];
                if (candidate->entity == entity && candidate->type.kind == kind &&
                    (kind != TYPE_CODE || candidate->type.of == of))
                        return build_fact(generator->builder, fact);
        }
        return NONE;
}

static uint32_t run_leaf(Generator *generator, TypeKind kind, uint16_t of) {
        uint32_t base = build_base_date(generator->builder);
        if (kind == TYPE_DATE && chance(generator, 75))
                return chance(generator, 60)   ? base
                       : chance(generator, 70) ? build_apply_date(generator->builder)
                                               : build_parameter(generator->builder, 3, base);
        if (kind == TYPE_NUMBER && chance(generator, 40))
                return build_parameter(generator->builder, pick(generator, 3), base);
        return constant_leaf(generator, kind, of);
}

static uint32_t leaf(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity) {
        if (entity == ENTITY_NONE || chance(generator, 12))
                return run_leaf(generator, kind, of);
        return fact_leaf(generator, kind, of, entity);
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

static uint32_t arithmetic_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        static const Op ops[] = { OP_ADD, OP_SUBTRACT, OP_MINIMUM, OP_MAXIMUM };
        Op op = ops[pick(generator, 4)];
        uint32_t a = narrow(generator, make_number(generator, entity, depth), NARROW_LIMIT);
        uint32_t b = narrow(generator, make_number(generator, operand_entity(generator, entity), depth), NARROW_LIMIT);
        return build_arithmetic(generator->builder, op, a, b, 0);
}

static uint32_t multiply_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint32_t a = narrow(generator, make_number(generator, entity, depth), NARROW_LIMIT);
        uint32_t b = narrow(generator, make_number(generator, operand_entity(generator, entity), depth), NARROW_LIMIT);
        if (step_of(generator, a)->type.scale + step_of(generator, b)->type.scale > SCALE_MAX)
                b = build_rescale(generator->builder, b, 0);
        return build_arithmetic(generator->builder, OP_MULTIPLY, a, b, 0);
}

static uint32_t multiply_divide_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        int64_t limit = chance(generator, 50) ? 100000 : NARROW_LIMIT;
        uint32_t a = narrow(generator, make_number(generator, entity, depth), limit);
        uint32_t b = narrow(generator, make_number(generator, operand_entity(generator, entity), depth), limit / 10);
        uint32_t c = narrow(generator, make_number(generator, operand_entity(generator, entity), depth), NARROW_LIMIT);
        if (generator->subset && chance(generator, 60)) {
                uint32_t one = number_constant(generator, 1 + pick(generator, 500), step_of(generator, c)->type.scale);
                c = build_arithmetic(generator->builder, OP_MAXIMUM, c, one, 0);
        }
        return build_multiply_divide(generator->builder, a, b, c, 0);
}

static uint32_t negate_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        return build_negate(generator->builder, make_number(generator, entity, depth));
}

static uint32_t rescale_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        return build_rescale(generator->builder, narrow(generator, make_number(generator, entity, depth), NARROW_LIMIT),
                             (uint8_t) pick(generator, generator->subset ? 5 : 10));
}

static uint32_t round_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        static const Op ops[] = { OP_ROUND_HALF_UP, OP_ROUND_UP, OP_ROUND_DOWN };
        static const int64_t quanta[] = { 1, 10, 100, 5, 7, 1000 };
        return build_round(generator->builder, ops[pick(generator, 3)],
                           narrow(generator, make_number(generator, entity, depth), NARROW_LIMIT),
                           quanta[pick(generator, 6)], (uint8_t) pick(generator, 3));
}

static uint32_t calendar_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        static const Op ops[] = { OP_FULL_MONTHS, OP_FULL_YEARS, OP_DAYS_BETWEEN, OP_YEAR_OF, OP_MONTH_OF };
        uint32_t which = pick(generator, 5);
        uint32_t a = make_date(generator, entity, depth);
        uint32_t b = which > 2 ? NONE : make_date(generator, operand_entity(generator, entity), depth);
        return build_date(generator->builder, ops[which], a, b, 0);
}

static uint32_t parameter_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        return build_parameter(generator->builder, pick(generator, 3), make_date(generator, entity, depth));
}

static uint32_t table_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint32_t which = pick(generator, generator->program->table_count);
        const Table *table = &generator->program->tables[which];
        uint32_t keys[3] = { NONE, NONE, NONE };
        for (uint32_t i = 0; i < table->key_count; i++)
                keys[i] = make(generator, TYPE_CODE, table->keys[i], entity, depth > 1 ? 1 : depth);
        return build_table(generator->builder, which, keys);
}

static uint32_t reduce_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        static const Op ops[] = { OP_COUNT, OP_SUM, OP_LARGEST, OP_SMALLEST, OP_COUNT_DISTINCT };
        uint32_t link = random_link(generator, entity, false);
        if (link == NONE || generator->crossings >= CROSSINGS_MAX)
                return leaf(generator, TYPE_NUMBER, 0, entity);
        uint16_t child = generator->program->links[link].child;
        Op op = ops[pick(generator, 5)];
        generator->crossings++;
        depth = member_depth(generator, depth);
        uint32_t filter = chance(generator, 20)
                                  ? build_constant(generator->builder, type_of(TYPE_TRUTH, 0, 0), TRUTH_YES)
                                  : make_truth(generator, child, depth);
        uint32_t value = NONE;
        if (op == OP_COUNT_DISTINCT && chance(generator, 60)) {
                uint32_t other = random_link(generator, child, true);
                value = chance(generator, 40) ? build_link(generator->builder, other)
                        : chance(generator, 50) ? fact_leaf(generator, TYPE_TEXT, 0, child)
                                                : make(generator, TYPE_CODE, 0, child, depth);
        } else if (op == OP_SUM && chance(generator, 30)) {
                /* products of facts: sums that need more than 64 bits on the way or at the end */
                uint32_t a = narrow(generator, fact_leaf(generator, TYPE_NUMBER, 0, child), NARROW_LIMIT);
                uint32_t b = narrow(generator, fact_leaf(generator, TYPE_NUMBER, 0, child), NARROW_LIMIT);
                value = build_arithmetic(generator->builder, OP_MULTIPLY, a, b, 0);
        } else if (op != OP_COUNT) {
                value = make_number(generator, operand_entity(generator, child), depth);
                /* the clipping keeps sums of some rows of some programs out of the way of int64, not of all */
                if (chance(generator, 90))
                        value = narrow(generator, value, NARROW_LIMIT);
        }
        generator->crossings--;
        return build_reduce(generator->builder, op, link, filter, value);
}

/* ---- any kind ----------------------------------------------------------------------------------------- */

static uint32_t select_of(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity, uint32_t depth) {
        uint32_t condition = make_truth(generator, entity, depth);
        uint32_t yes = make(generator, kind, of, entity, depth);
        uint32_t no = chance(generator, 15) ? yes : make(generator, kind, of, operand_entity(generator, entity), depth);
        align(generator, &yes, &no);
        return build_select(generator->builder, condition, yes, no);
}

static uint32_t default_of(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity, uint32_t depth) {
        uint32_t value = make(generator, kind, of, entity, depth);
        uint32_t instead = make(generator, kind, of, operand_entity(generator, entity), depth > 1 ? 1 : depth);
        align(generator, &value, &instead);
        return build_default(generator->builder, value, instead, chance(generator, 60));
}

static uint32_t gather_of(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity, uint32_t depth) {
        uint32_t link = random_link(generator, entity, true);
        if (link == NONE || generator->crossings >= CROSSINGS_MAX)
                return leaf(generator, kind, of, entity);
        uint16_t parent = generator->program->links[link].parent;
        generator->crossings++;
        uint32_t value = make(generator, kind, of, parent, depth);
        generator->crossings--;
        if (step_of(generator, value)->entity != parent)
                value = fact_leaf(generator, kind, of, parent);
        return build_gather(generator->builder, link, value);
}

/* ---- truths ------------------------------------------------------------------------------------------- */

static uint32_t compare_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        static const Op ops[] = { OP_EQUAL, OP_NOT_EQUAL, OP_LESS, OP_AT_MOST, OP_MORE, OP_AT_LEAST };
        TypeKind kind = chance(generator, 60) ? TYPE_NUMBER : TYPE_DATE;
        uint32_t a = make(generator, kind, 0, entity, depth), b = NONE;
        if (kind == TYPE_NUMBER) {
                a = narrow(generator, a, NARROW_LIMIT);
                Step made = *step_of(generator, a);
                b = chance(generator, 50) ? number_constant(generator, interesting_cell(generator, made.low, made.high),
                                                            made.type.scale)
                                          : make_number(generator, entity, depth);
                b = narrow(generator, b, NARROW_LIMIT);
        } else {
                b = make_date(generator, operand_entity(generator, entity), depth);
        }
        return build_compare(generator->builder, ops[pick(generator, 6)], a, b);
}

static uint32_t equality_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        Op op = chance(generator, 50) ? OP_EQUAL : OP_NOT_EQUAL;
        uint16_t of = (uint16_t) pick(generator, generator->program->enumeration_count);
        uint32_t link = entity == ENTITY_NONE ? NONE : random_link(generator, entity, true);
        if (link != NONE && chance(generator, 30)) {
                uint32_t other = random_link(generator, entity, true);
                const Link *links = generator->program->links;
                return links[link].parent == links[other].parent && chance(generator, 50)
                               ? build_compare(generator->builder, op, build_link(generator->builder, link),
                                               build_link(generator->builder, other))
                               : build_known(generator->builder, build_link(generator->builder, link));
        }
        if (entity != ENTITY_NONE && chance(generator, 30)) {
                uint32_t a = fact_leaf(generator, TYPE_TEXT, 0, entity);
                uint32_t b = link != NONE ? build_gather(generator->builder, link,
                                                         fact_leaf(generator, TYPE_TEXT, 0,
                                                                   generator->program->links[link].parent))
                                          : a;
                return build_compare(generator->builder, op, a, b);
        }
        return build_compare(generator->builder, op, make(generator, TYPE_CODE, of, entity, depth),
                             make(generator, TYPE_CODE, of, operand_entity(generator, entity), depth));
}

static uint32_t between_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        TypeKind kind = chance(generator, 60) ? TYPE_NUMBER : TYPE_DATE;
        uint32_t operands[3];
        for (uint32_t i = 0; i < 3; i++) {
                operands[i] = make(generator, kind, 0, i == 0 ? entity : operand_entity(generator, entity), depth);
                if (kind == TYPE_NUMBER)
                        operands[i] = narrow(generator, operands[i], NARROW_LIMIT);
        }
        return build_between(generator->builder, operands[0], operands[1], operands[2]);
}

static uint32_t in_set_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint16_t of = (uint16_t) pick(generator, generator->program->enumeration_count);
        uint32_t members = generator->program->enumerations[of].member_count;
        uint64_t mask = random_bits(&generator->random) & random_bits(&generator->random);
        if (members < 64)
                mask &= (UINT64_C(1) << members) - 1;
        return build_in_set(generator->builder, make(generator, TYPE_CODE, of, entity, depth), mask);
}

static uint32_t logic_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint32_t a = make_truth(generator, entity, depth);
        uint32_t which = pick(generator, 10);
        if (which < 2)
                return build_not(generator->builder, a);
        uint32_t b = make_truth(generator, operand_entity(generator, entity), depth);
        if (which == 9)
                return build_assume(generator->builder, chance(generator, 50), a, b);
        return which < 6 ? build_and(generator->builder, a, b) : build_or(generator->builder, a, b);
}

static uint32_t known_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        static const TypeKind kinds[] = { TYPE_TRUTH, TYPE_NUMBER, TYPE_DATE, TYPE_CODE };
        return build_known(generator->builder, make(generator, kinds[pick(generator, 4)], 0, entity, depth));
}

static uint32_t quantifier_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint32_t link = random_link(generator, entity, false);
        if (link == NONE || generator->crossings >= CROSSINGS_MAX)
                return leaf(generator, TYPE_TRUTH, 0, entity);
        generator->crossings++;
        depth = member_depth(generator, depth);
        uint32_t filter = make_truth(generator, operand_entity(generator, generator->program->links[link].child),
                                     depth);
        generator->crossings--;
        return build_reduce(generator->builder, chance(generator, 50) ? OP_ANY : OP_ALL, link, filter, NONE);
}

/* ---- dates -------------------------------------------------------------------------------------------- */

static uint32_t date_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint32_t a = make_date(generator, entity, depth), which = pick(generator, 10);
        if (which == 0)
                return build_date(generator->builder, OP_YEAR_START, a, NONE, 0);
        if (which == 1) {
                uint32_t b = make_date(generator, operand_entity(generator, entity), depth);
                return build_arithmetic(generator->builder, chance(generator, 50) ? OP_MINIMUM : OP_MAXIMUM, a, b, 0);
        }
        Op op = which < 6 ? OP_ADD_MONTHS : OP_ADD_DAYS;
        uint32_t b = chance(generator, 60)
                             ? number_constant(generator, random_between(&generator->random, -800, 800), 0)
                             : whole(generator, operand_entity(generator, entity), depth);
        return build_date(generator->builder, op, a, b, 0);
}

static uint32_t date_reduce_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        uint32_t link = random_link(generator, entity, false);
        if (link == NONE || generator->crossings >= CROSSINGS_MAX)
                return leaf(generator, TYPE_DATE, 0, entity);
        uint16_t child = generator->program->links[link].child;
        generator->crossings++;
        depth = member_depth(generator, depth);
        uint32_t filter = make_truth(generator, child, depth), value = make_date(generator, child, depth);
        generator->crossings--;
        return build_reduce(generator->builder, chance(generator, 50) ? OP_LARGEST : OP_SMALLEST, link, filter, value);
}

static uint32_t date_parameter_maker(Generator *generator, uint16_t entity, uint32_t depth) {
        return build_parameter(generator->builder, 3, make_date(generator, entity, depth));
}

/* ---- choosing a maker --------------------------------------------------------------------------------- */

static const Maker number_makers[] = { arithmetic_maker,      arithmetic_maker, arithmetic_maker, multiply_maker,
                                       multiply_divide_maker, negate_maker,     rescale_maker,    round_maker,
                                       calendar_maker,        parameter_maker,  table_maker,      reduce_maker,
                                       reduce_maker };
static const Maker truth_makers[] = { compare_maker, compare_maker, compare_maker,    equality_maker,
                                      between_maker, in_set_maker,  logic_maker,      logic_maker,
                                      logic_maker,   known_maker,   quantifier_maker, quantifier_maker };
static const Maker date_makers[] = { date_maker, date_maker,        date_maker,
                                     date_maker, date_reduce_maker, date_parameter_maker };

/* A step of the pool that fits, or NONE. */
static uint32_t pooled(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity) {
        for (uint32_t tries = 0; generator->pool_count > 0 && tries < 6; tries++) {
                uint32_t step = generator->pool[pick(generator, generator->pool_count)];
                const Step *made = step_of(generator, step);
                if (made->type.kind == kind && (kind != TYPE_CODE || made->type.of == of) && made->entity == entity)
                        return step;
        }
        return NONE;
}

static uint32_t make_by(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity, uint32_t depth) {
        uint32_t which = pick(generator, 100);
        if (which < 8)
                return select_of(generator, kind, of, entity, depth);
        if (which < 15)
                return default_of(generator, kind, of, entity, depth);
        if (which < 30 && entity != ENTITY_NONE)
                return gather_of(generator, kind, of, entity, depth);
        switch (kind) {
        case TYPE_NUMBER:
                return number_makers[pick(generator, ARRAY_LENGTH(number_makers))](generator, entity, depth);
        case TYPE_TRUTH:
                return truth_makers[pick(generator, ARRAY_LENGTH(truth_makers))](generator, entity, depth);
        case TYPE_DATE:
                return date_makers[pick(generator, ARRAY_LENGTH(date_makers))](generator, entity, depth);
        case TYPE_CODE:
        case TYPE_TEXT:
        case TYPE_ROW:
                break;
        }
        return leaf(generator, kind, of, entity);
}

static uint32_t make(Generator *generator, TypeKind kind, uint16_t of, uint16_t entity, uint32_t depth) {
        uint32_t step = chance(generator, 25) ? pooled(generator, kind, of, entity) : NONE;
        if (step != NONE)
                return step;
        if (depth == 0 || chance(generator, 12))
                return leaf(generator, kind, of, entity);
        step = make_by(generator, kind, of, entity, depth - 1);
        if (generator->subset && !is_exact(generator, step))
                step = leaf(generator, kind, of, entity);
        if (generator->pool_count < POOL_MAX)
                generator->pool[generator->pool_count++] = step;
        return step;
}

/* ---- policies and definitions ------------------------------------------------------------------------- */

static void make_benefit(Generator *generator, Policy *policy, Benefit *benefit, uint32_t depth) {
        Builder *builder = generator->builder;
        benefit->name = STR("补贴");
        benefit->kind = BENEFIT_ONCE;
        benefit->when = build_and(builder, policy->eligible, make_truth(generator, policy->entity, depth));
        benefit->each = benefit->each_when = benefit->each_output = NONE;
        benefit->output_count = 1 + pick(generator, 2);
        benefit->outputs = ARENA_NEW(generator->arena, Output, benefit->output_count);
        for (uint32_t i = 0; i < benefit->output_count; i++) {
                uint32_t amount = make_number(generator, policy->entity, depth);
                uint32_t rounded = build_round(builder, OP_ROUND_HALF_UP, narrow(generator, amount, NARROW_LIMIT), 1,
                                               2);
                if (generator->subset && !is_exact(generator, rounded))
                        rounded = build_rescale(builder, fact_leaf(generator, TYPE_NUMBER, 0, policy->entity), 2);
                if (generator->subset && !is_exact(generator, rounded))
                        rounded = number_constant(generator, 100, 2);
                uint32_t floor = build_floor(builder, rounded), ceiling = build_ceiling(builder, rounded);
                if (generator->subset && floor != NONE && !is_exact(generator, floor))
                        floor = NONE;
                if (generator->subset && ceiling != NONE && !is_exact(generator, ceiling))
                        ceiling = NONE;
                benefit->outputs[i] = (Output){ .label = i ? STR("每月") : STR("金额"), .step = rounded, .money = true,
                                                .floor = floor, .ceiling = ceiling, .formula = STR("随机") };
        }
}

static void make_policy(Generator *generator, Policy *policy, uint32_t index, uint32_t depth) {
        Builder *builder = generator->builder;
        policy->name = str_format(generator->arena, "政策%u", index);
        policy->entity = (uint16_t) pick(generator, generator->program->entity_count);
        policy->condition_count = 1 + pick(generator, 5);
        policy->conditions = ARENA_NEW(generator->arena, Condition, policy->condition_count);
        for (uint32_t i = 0; i < policy->condition_count; i++) {
                uint32_t step = make_truth(generator, policy->entity, depth);
                policy->conditions[i] = (Condition){ .step = step, .text = STR("条件"), .cite = STR("第一条") };
                policy->eligible = i == 0 ? step : build_and(builder, policy->eligible, step);
        }
        policy->eligible_if_judged = build_favourable(builder, policy->eligible, false);
        policy->eligible_if_open = build_favourable(builder, policy->eligible, true);
        if (generator->subset && !is_exact(generator, policy->eligible_if_open))
                policy->eligible_if_open = policy->eligible_if_judged;
        policy->anchor = build_base_date(builder);
        policy->budget = policy->budget_order = NONE;
        policy->benefit_count = pick(generator, 3);
        policy->benefits = ARENA_NEW(generator->arena, Benefit, policy->benefit_count + 1);
        for (uint32_t i = 0; i < policy->benefit_count; i++)
                make_benefit(generator, policy, &policy->benefits[i], depth);
}

static void make_definitions(Generator *generator, uint32_t depth) {
        static const TypeKind kinds[] = { TYPE_NUMBER, TYPE_NUMBER, TYPE_TRUTH, TYPE_DATE, TYPE_CODE };
        Program *program = generator->program;
        program->definition_count = program->entity_count * 2;
        program->definitions = ARENA_NEW(generator->arena, Definition, program->definition_count);
        for (uint32_t i = 0; i < program->definition_count; i++) {
                uint16_t entity = (uint16_t) (i % program->entity_count);
                uint32_t step = make(generator, kinds[pick(generator, 5)], 0, entity, depth);
                program->definitions[i] = (Definition){ .name = str_format(generator->arena, "定义%u", i),
                                                        .entity = entity,
                                                        .step = step };
        }
}

const Program *random_program(Arena *arena, RandomShape shape) {
        Generator *generator = ARENA_NEW(arena, Generator, 1);
        Program *program = ARENA_NEW(arena, Program, 1);
        program->arena = arena;
        *generator =
                (Generator){ .arena = arena, .program = program, .random = { shape.seed }, .subset = shape.subset };
        random_schema(&(Schema){ arena, program, &generator->random, shape.subset });
        generator->builder = builder_new(arena, program);
        uint32_t depth = shape.depth ? shape.depth : 2 + pick(generator, 4);
        make_definitions(generator, depth);
        program->policy_count = 1 + pick(generator, 3);
        program->policies = ARENA_NEW(arena, Policy, program->policy_count);
        for (uint32_t i = 0; i < program->policy_count; i++)
                make_policy(generator, &program->policies[i], i, depth);
        MUST(builder_finish(generator->builder) == RC_OK);
        return program;
}

void random_count_ops(const Program *program, uint64_t *counts) {
        for (uint32_t i = 0; i < program->step_count; i++)
                counts[program->steps[i].op]++;
}
