/* Making steps: every expression goes through builder_make, which folds constants, finds an equal step, and works
 * out entity, interval and marks. Simplifications keep the value for unknown operands too. */
#include "program/builder_inside.h"

#define BUCKETS_FIRST 1024
/* Steps nobody uses in the end are dropped, so more may be made than a program may have. */
#define BUILDER_STEPS_MAX (2 * PROGRAM_STEPS_MAX)
#define DIVIDE_SCALE 6

Builder *builder_new(Arena *arena, Program *program) {
        Builder *builder = ARENA_NEW(arena, Builder, 1);
        *builder = (Builder){ .arena = arena, .program = program, .bucket_count = BUCKETS_FIRST };
        builder->buckets = ARENA_NEW(arena, uint32_t, BUCKETS_FIRST);
        return builder;
}

const Step *builder_step(const Builder *builder, uint32_t step) {
        MUST(step < builder->count);
        return &builder->steps[step];
}

void builder_at(Builder *builder, Span at) {
        builder->at = at;
}

void builder_name(Builder *builder, uint32_t step, Str name) {
        MUST(step < builder->count);
        Step *named = &builder->steps[step];
        /* A constant is shared by everybody who writes the same figure. */
        if (named->op != OP_CONSTANT && named->name.length == 0)
                named->name = name;
}

/* ---- making a step ------------------------------------------------------------------------------------ */

/* FNV-1a over 64-bit words, with a last mix because buckets use the low bits. */
static uint64_t step_hash(const Step *step) {
        Type type = step->type;
        uint64_t words[] = {
                step->op | (uint64_t) step->entity << 16 | (uint64_t) type.kind << 32 | (uint64_t) type.scale << 40 |
                        (uint64_t) type.unit << 48,
                type.of | (uint64_t) step->a << 32, step->b | (uint64_t) step->c << 32, step->aux, (uint64_t) step->imm,
        };
        uint64_t hash = 14695981039346656037u;
        for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
                hash = (hash ^ words[i]) * 1099511628211u;
        return hash ^ hash >> 29;
}

static bool step_same(const Step *x, const Step *y) {
        return x->op == y->op && x->entity == y->entity && type_equal(x->type, y->type) && x->a == y->a &&
               x->b == y->b && x->c == y->c && x->aux == y->aux && x->imm == y->imm;
}

static void rehash(Builder *builder) {
        builder->bucket_count *= 2;
        builder->buckets = ARENA_NEW(builder->arena, uint32_t, builder->bucket_count);
        for (uint32_t i = 0; i < builder->count; i++) {
                uint32_t at = (uint32_t) step_hash(&builder->steps[i]) & (builder->bucket_count - 1);
                while (builder->buckets[at] != 0)
                        at = (at + 1) & (builder->bucket_count - 1);
                builder->buckets[at] = i + 1;
        }
}

static Marks marks_of(const Builder *builder, const Step *step) {
        const Program *program = builder->program;
        Marks none = { .total = false };
        const Marks *a = step->a == NONE ? &none : &builder->marks[step->a];
        const Marks *b = step->b == NONE ? &none : &builder->marks[step->b];
        const Marks *c = step->c == NONE ? &none : &builder->marks[step->c];
        bool operands = (step->a == NONE || a->total) && (step->b == NONE || b->total) && (step->c == NONE || c->total);
        OpClass class = op_class(step->op);
        Marks marks = { .open = a->open || b->open || c->open, .manual = a->manual || b->manual || c->manual };
        if (class == CLASS_LEAF)
                marks.total = step->op == OP_BASE_DATE || step->op == OP_APPLY_DATE ||
                              (step->op == OP_CONSTANT && !step_never_known(step));
        else if (step->op == OP_KNOWN)
                marks.total = true;
        else if (step->op == OP_DEFAULT)   /* a run may ignore provisional values */
                marks.total = a->total || (b->total && step->imm == 1);
        else if (step->op == OP_ASSUME_YES || step->op == OP_ASSUME_NO)
                marks.total = a->total || (b->total && builder->steps[step->b].low == TRUTH_YES);
        else
                marks.total = class != CLASS_CROSS && operands && step->proven;
        if (step->op == OP_PARAMETER)
                marks.open = marks.open || program->parameters[step->aux].pending;
        if (step->op == OP_FACT)
                marks.manual = program->facts[step->aux].manual;
        return marks;
}

/* An equal step made before, or a new one. */
static uint32_t intern(Builder *builder, const Step *step) {
        if (2 * (builder->count + 1) > builder->bucket_count)
                rehash(builder);
        uint32_t at = (uint32_t) step_hash(step) & (builder->bucket_count - 1);
        for (; builder->buckets[at] != 0; at = (at + 1) & (builder->bucket_count - 1)) {
                uint32_t found = builder->buckets[at] - 1;
                if (step_same(&builder->steps[found], step))
                        return found;
        }
        if (builder->count >= BUILDER_STEPS_MAX && !step_never_known(step)) {
                builder->full = true;
                return build_constant(builder, step->type, type_unknown(step->type));
        }
        builder->buckets[at] = builder->count + 1;
        *ARENA_PUSH(builder->arena, builder->steps, builder->count, builder->step_capacity) = *step;
        uint32_t made = builder->count - 1, mark_count = made;
        *ARENA_PUSH(builder->arena, builder->marks, mark_count, builder->mark_capacity) = marks_of(builder, step);
        return made;
}

static bool commutative(Op op) {
        return op == OP_ADD || op == OP_MULTIPLY || op == OP_MINIMUM || op == OP_MAXIMUM || op == OP_EQUAL ||
               op == OP_NOT_EQUAL || op == OP_AND || op == OP_OR || op == OP_MULTIPLY_DIVIDE;
}

/* The entity all operands agree on. */
static uint16_t joined_entity(const Builder *builder, const Step *step) {
        const uint32_t operands[3] = { step->a, step->b, step->c };
        uint16_t entity = ENTITY_NONE;
        for (int i = 0; i < 3; i++) {
                uint16_t other = operands[i] == NONE ? ENTITY_NONE : builder_step(builder, operands[i])->entity;
                MUST(entity == ENTITY_NONE || other == ENTITY_NONE || entity == other);
                entity = entity == ENTITY_NONE ? other : entity;
        }
        return entity;
}

/* A step without rows to read whose cell is settled by constants: *ret_cell. */
static bool folds(const Builder *builder, const Step *step, int64_t *ret_cell) {
        const uint32_t operands[3] = { step->a, step->b, step->c };
        int64_t cells[3] = { 0, 0, 0 };
        OpClass class = op_class(step->op);
        bool constant = true, stuck = false;
        if (class == CLASS_LEAF || class == CLASS_CROSS)
                return false;
        for (int i = 0; i < 3; i++) {
                if (operands[i] == NONE)
                        continue;
                const Step *operand = builder_step(builder, operands[i]);
                constant = constant && operand->op == OP_CONSTANT;
                stuck = stuck || step_never_known(operand);
                cells[i] = operand->imm;
        }
        if (stuck && (class == CLASS_STRICT || class == CLASS_COMPARE))
                *ret_cell = type_unknown(step->type);
        else if (constant)
                *ret_cell = step_fold(step, builder_step(builder, step->a)->type, cells[0], cells[1], cells[2]);
        return constant || (stuck && (class == CLASS_STRICT || class == CLASS_COMPARE));
}

uint32_t builder_make(Builder *builder, Step step) {
        int64_t cell;
        if (op_class(step.op) != CLASS_CROSS && (op_class(step.op) != CLASS_LEAF || step.op == OP_PARAMETER ||
                                                 step.op == OP_TABLE))
                step.entity = joined_entity(builder, &step);
        if (folds(builder, &step, &cell))
                return build_constant(builder, step.type, cell);
        if (commutative(step.op) && step.a > step.b) {
                uint32_t first = step.b;
                step.b = step.a;
                step.a = first;
        }
        Interval interval = interval_of(builder->program, builder->steps, &step);
        step.low = interval.low;
        step.high = interval.high;
        step.proven = interval.proven;
        step.at = builder->at;
        if (step.op != OP_CONSTANT && step.low == step.high && marks_of(builder, &step).total)
                return build_constant(builder, step.type, step.low);
        return intern(builder, &step);
}

/* ---- leaves -------------------------------------------------------------------------------------------- */

/* A step proto-type: no operands, no entity. */
#define STEP(operation, of_type) \
        .op = OP_##operation, .type = (of_type), .entity = ENTITY_NONE, .a = NONE, .b = NONE, .c = NONE, .aux = NONE

/* Only what the kind uses, so that equal types are equal bytes. */
static Type normal(Type type) {
        Type kept = { .kind = type.kind };
        if (type.kind == TYPE_NUMBER)
                kept = (Type){ .kind = TYPE_NUMBER, .scale = type.scale, .unit = type.unit };
        if (type.kind == TYPE_CODE || type.kind == TYPE_ROW)
                kept.of = type.of;
        return kept;
}

static Type truth_type(void) {
        return (Type){ .kind = TYPE_TRUTH };
}

static Type number_type(uint8_t scale, uint16_t unit) {
        return (Type){ .kind = TYPE_NUMBER, .scale = scale, .unit = unit };
}

static Type date_type(void) {
        return (Type){ .kind = TYPE_DATE };
}

uint32_t build_constant(Builder *builder, Type type, int64_t cell) {
        return builder_make(builder, (Step){ STEP(CONSTANT, normal(type)), .imm = cell });
}

uint32_t build_fact(Builder *builder, uint32_t fact) {
        MUST(fact < builder->program->fact_count);
        const Fact *read = &builder->program->facts[fact];
        Step step = { STEP(FACT, normal(read->type)) };
        step.aux = fact;
        step.entity = read->entity;
        uint32_t made = builder_make(builder, step);
        builder_name(builder, made, read->name);
        return made;
}

uint32_t build_link(Builder *builder, uint32_t link) {
        MUST(link < builder->program->link_count);
        const Link *read = &builder->program->links[link];
        Step step = { STEP(LINK, ((Type){ .kind = TYPE_ROW, .of = read->parent })) };
        step.aux = link;
        step.entity = read->child;
        return builder_make(builder, step);
}

uint32_t build_base_date(Builder *builder) {
        return builder_make(builder, (Step){ STEP(BASE_DATE, date_type()) });
}

uint32_t build_apply_date(Builder *builder) {
        return builder_make(builder, (Step){ STEP(APPLY_DATE, date_type()) });
}

uint32_t build_parameter(Builder *builder, uint32_t parameter, uint32_t date) {
        MUST(parameter < builder->program->parameter_count);
        MUST(builder_step(builder, date)->type.kind == TYPE_DATE);
        const Parameter *read = &builder->program->parameters[parameter];
        Step step = { STEP(PARAMETER, normal(read->type)) };
        step.aux = parameter;
        step.a = date;
        uint32_t made = builder_make(builder, step);
        builder_name(builder, made, read->name);
        return made;
}

uint32_t build_table(Builder *builder, uint32_t table, const uint32_t *keys) {
        MUST(table < builder->program->table_count);
        const Table *read = &builder->program->tables[table];
        Step step = { STEP(TABLE, normal(read->type)) };
        uint32_t *operands[3] = { &step.a, &step.b, &step.c };
        MUST(read->key_count <= ARRAY_LENGTH(operands));
        step.aux = table;
        for (uint32_t i = 0; i < read->key_count; i++) {
                Type key = builder_step(builder, keys[i])->type;
                MUST(key.kind == TYPE_CODE && key.of == read->keys[i]);
                *operands[i] = keys[i];
        }
        uint32_t made = builder_make(builder, step);
        builder_name(builder, made, read->name);
        return made;
}

/* ---- arithmetic and comparison ------------------------------------------------------------------------- */

static Type type_of(const Builder *builder, uint32_t step) {
        return builder_step(builder, step)->type;
}

static void must_be_number(const Builder *builder, uint32_t step) {
        MUST(type_of(builder, step).kind == TYPE_NUMBER);
}

/* Brings two numbers to the larger of their scales; other kinds must agree. */
static void align(Builder *builder, uint32_t *a, uint32_t *b) {
        Type x = type_of(builder, *a), y = type_of(builder, *b);
        MUST(x.kind == y.kind && x.of == y.of);
        if (x.scale < y.scale)
                *a = build_rescale(builder, *a, y.scale);
        if (y.scale < x.scale)
                *b = build_rescale(builder, *b, x.scale);
}

static uint32_t make2(Builder *builder, Op op, Type type, uint32_t a, uint32_t b) {
        Step step = { STEP(ADD, type) };
        step.op = op;
        step.a = a;
        step.b = b;
        return builder_make(builder, step);
}

static uint32_t make_imm(Builder *builder, Op op, Type type, uint32_t a, int64_t imm) {
        Step step = { STEP(ADD, type) };
        step.op = op;
        step.a = a;
        step.imm = imm;
        return builder_make(builder, step);
}

uint32_t build_arithmetic(Builder *builder, Op op, uint32_t a, uint32_t b, uint16_t unit) {
        Type x = type_of(builder, a), y = type_of(builder, b);
        if (op == OP_MULTIPLY) {
                MUST(x.kind == TYPE_NUMBER && y.kind == TYPE_NUMBER && x.scale + y.scale <= SCALE_MAX);
                return make2(builder, op, number_type((uint8_t) (x.scale + y.scale), unit), a, b);
        }
        bool choice = op == OP_MINIMUM || op == OP_MAXIMUM;
        MUST(choice || op == OP_ADD || op == OP_SUBTRACT);
        MUST(x.kind == TYPE_NUMBER || (choice && x.kind == TYPE_DATE));
        align(builder, &a, &b);
        if (choice && a == b)
                return a;
        Type type = type_of(builder, a);
        return make2(builder, op, type.kind == TYPE_NUMBER ? number_type(type.scale, unit) : type, a, b);
}

uint32_t build_negate(Builder *builder, uint32_t a) {
        must_be_number(builder, a);
        return make2(builder, OP_NEGATE, type_of(builder, a), a, NONE);
}

uint32_t build_multiply_divide(Builder *builder, uint32_t a, uint32_t b, uint32_t c, uint16_t unit) {
        must_be_number(builder, a);
        must_be_number(builder, b);
        must_be_number(builder, c);
        Step step = { STEP(MULTIPLY_DIVIDE, number_type(DIVIDE_SCALE, unit)) };
        step.a = a;
        step.b = b;
        step.c = c;
        step.imm = DIVIDE_SCALE - type_of(builder, a).scale - type_of(builder, b).scale + type_of(builder, c).scale;
        return builder_make(builder, step);
}

uint32_t build_rescale(Builder *builder, uint32_t a, uint8_t scale) {
        must_be_number(builder, a);
        MUST(scale <= SCALE_MAX);
        Type type = type_of(builder, a);
        int difference = scale - type.scale;
        type.scale = scale;
        if (difference == 0)
                return a;
        return difference > 0 ? make_imm(builder, OP_SCALE_UP, type, a, kernel_power_of_ten(difference))
                              : make_imm(builder, OP_SCALE_DOWN, type, a, kernel_power_of_ten(-difference));
}

uint32_t build_round(Builder *builder, Op op, uint32_t a, int64_t quantum, uint8_t quantum_scale) {
        must_be_number(builder, a);
        MUST(op == OP_ROUND_HALF_UP || op == OP_ROUND_UP || op == OP_ROUND_DOWN);
        MUST(quantum >= 1 && quantum <= QUANTUM_MAX && quantum_scale <= SCALE_MAX);
        if (op == OP_ROUND_HALF_UP && quantum == 1)
                return build_rescale(builder, a, quantum_scale);
        if (op != OP_ROUND_HALF_UP && type_of(builder, a).scale > DIVIDE_SCALE)
                a = build_rescale(builder, a, DIVIDE_SCALE);
        int64_t lift = 1;   /* what a number of the quantum's scale gained on the way up */
        if (type_of(builder, a).scale < quantum_scale) {
                lift = kernel_power_of_ten(quantum_scale - type_of(builder, a).scale);
                a = build_rescale(builder, a, quantum_scale);
        }
        Type type = type_of(builder, a);
        int64_t cell_quantum = quantum * kernel_power_of_ten(type.scale - quantum_scale);
        if (lift % cell_quantum != 0)
                a = make_imm(builder, op, type, a, cell_quantum);
        return build_rescale(builder, a, quantum_scale);   /* exact: a multiple of the quantum */
}

uint32_t build_unit(Builder *builder, uint32_t a, uint16_t unit) {
        must_be_number(builder, a);
        Step step = *builder_step(builder, a);
        if (step.type.unit == unit)
                return a;
        step.type.unit = unit;
        step.name = STR("");
        bool fixed = op_class(step.op) == CLASS_LEAF && step.op != OP_CONSTANT;   /* its type is the declaration's */
        return fixed ? make_imm(builder, OP_ROUND_DOWN, step.type, a, 1) : builder_make(builder, step);
}

uint32_t build_compare(Builder *builder, Op op, uint32_t a, uint32_t b) {
        MUST(op_class(op) == CLASS_COMPARE && type_of(builder, a).kind != TYPE_TRUTH);
        align(builder, &a, &b);
        return make2(builder, op, truth_type(), a, b);
}

uint32_t build_between(Builder *builder, uint32_t a, uint32_t low, uint32_t high) {
        MUST(type_of(builder, a).kind != TYPE_TRUTH);
        align(builder, &a, &low);
        align(builder, &a, &high);
        align(builder, &a, &low);   /* `high` may have raised a */
        Step step = { STEP(BETWEEN, truth_type()) };
        step.a = a;
        step.b = low;
        step.c = high;
        return builder_make(builder, step);
}

uint32_t build_in_set(Builder *builder, uint32_t a, uint64_t mask) {
        const Step *code = builder_step(builder, a);
        MUST(code->type.kind == TYPE_CODE && code->low >= 0 && code->high < 64);
        return make_imm(builder, OP_IN_SET, truth_type(), a, (int64_t) mask);
}

uint32_t build_date(Builder *builder, Op op, uint32_t a, uint32_t b, uint16_t unit) {
        MUST(type_of(builder, a).kind == TYPE_DATE);
        if (op == OP_ADD_MONTHS || op == OP_ADD_DAYS) {
                Type amount = type_of(builder, b);
                MUST(amount.kind == TYPE_NUMBER && amount.scale == 0);
                return make2(builder, op, date_type(), a, b);
        }
        if (op == OP_YEAR_OF || op == OP_MONTH_OF || op == OP_YEAR_START) {
                Type type = op == OP_YEAR_START ? date_type() : number_type(0, unit);
                return make2(builder, op, type, a, NONE);
        }
        MUST(op == OP_FULL_MONTHS || op == OP_FULL_YEARS || op == OP_DAYS_BETWEEN);
        MUST(type_of(builder, b).kind == TYPE_DATE);
        return make2(builder, op, number_type(0, unit), a, b);
}

/* ---- logic --------------------------------------------------------------------------------------------- */

static bool is_truth(const Builder *builder, uint32_t step, int64_t truth) {
        const Step *s = builder_step(builder, step);
        return s->op == OP_CONSTANT && s->type.kind == TYPE_TRUTH && s->imm == truth;
}

static void must_be_truth(const Builder *builder, uint32_t step) {
        MUST(type_of(builder, step).kind == TYPE_TRUTH);
}

/* x >= low and x <= high, in either order, with constant bounds: one step (exact for unknown x). */
static uint32_t fused_between(Builder *builder, uint32_t a, uint32_t b) {
        const Step *x = builder_step(builder, a), *y = builder_step(builder, b);
        const Step *lower = x->op == OP_AT_LEAST ? x : y, *upper = x->op == OP_AT_LEAST ? y : x;
        if (lower->op != OP_AT_LEAST || upper->op != OP_AT_MOST || lower->a != upper->a)
                return NONE;
        const Step *low = builder_step(builder, lower->b), *high = builder_step(builder, upper->b);
        if (low->op != OP_CONSTANT || high->op != OP_CONSTANT)
                return NONE;
        return build_between(builder, lower->a, lower->b, upper->b);
}

uint32_t build_and(Builder *builder, uint32_t a, uint32_t b) {
        must_be_truth(builder, a);
        must_be_truth(builder, b);
        if (a == b || is_truth(builder, a, TRUTH_NO) || is_truth(builder, b, TRUTH_YES))
                return a;
        if (is_truth(builder, b, TRUTH_NO) || is_truth(builder, a, TRUTH_YES))
                return b;
        uint32_t fused = fused_between(builder, a, b);
        return fused != NONE ? fused : make2(builder, OP_AND, truth_type(), a, b);
}

uint32_t build_or(Builder *builder, uint32_t a, uint32_t b) {
        must_be_truth(builder, a);
        must_be_truth(builder, b);
        if (a == b || is_truth(builder, a, TRUTH_YES) || is_truth(builder, b, TRUTH_NO))
                return a;
        if (is_truth(builder, b, TRUTH_YES) || is_truth(builder, a, TRUTH_NO))
                return b;
        return make2(builder, OP_OR, truth_type(), a, b);
}

uint32_t build_not(Builder *builder, uint32_t a) {
        must_be_truth(builder, a);
        Step step = *builder_step(builder, a);
        if (step.op == OP_NOT)
                return step.a;
        Op inverse = op_inverse(step.op);
        return inverse != OP_TOTAL ? make2(builder, inverse, truth_type(), step.a, step.b)
                                   : make2(builder, OP_NOT, truth_type(), a, NONE);
}

uint32_t build_assume(Builder *builder, bool yes, uint32_t a, uint32_t when) {
        must_be_truth(builder, a);
        must_be_truth(builder, when);
        if (builder->marks[a].total || builder_step(builder, when)->high != TRUTH_YES ||
            is_truth(builder, when, TRUTH_UNKNOWN))
                return a;
        return make2(builder, yes ? OP_ASSUME_YES : OP_ASSUME_NO, truth_type(), a, when);
}

uint32_t build_select(Builder *builder, uint32_t condition, uint32_t yes, uint32_t no) {
        must_be_truth(builder, condition);
        align(builder, &yes, &no);
        Step decides = *builder_step(builder, condition);
        if (yes == no || is_truth(builder, condition, TRUTH_YES))
                return yes;
        if (is_truth(builder, condition, TRUTH_NO))
                return no;
        if (is_truth(builder, yes, TRUTH_YES) && is_truth(builder, no, TRUTH_NO))
                return condition;
        if (is_truth(builder, yes, TRUTH_NO) && is_truth(builder, no, TRUTH_YES))
                return build_not(builder, condition);
        if (decides.op == OP_NOT)
                return build_select(builder, decides.a, no, yes);
        Step step = { STEP(SELECT, type_of(builder, yes)) };
        step.a = condition;
        step.b = yes;
        step.c = no;
        return builder_make(builder, step);
}

uint32_t build_default(Builder *builder, uint32_t a, uint32_t value, bool provisional) {
        align(builder, &a, &value);
        if (a == value || builder->marks[a].total)
                return a;
        if (step_never_known(builder_step(builder, a)) && !provisional)
                return value;
        Step step = { STEP(DEFAULT, type_of(builder, a)) };
        step.a = a;
        step.b = value;
        step.imm = provisional ? 0 : 1;
        return builder_make(builder, step);
}

uint32_t build_known(Builder *builder, uint32_t a) {
        if (builder->marks[a].total)
                return builder_truth(builder, TRUTH_YES);
        return make2(builder, OP_KNOWN, truth_type(), a, NONE);
}

/* ---- across links -------------------------------------------------------------------------------------- */

uint32_t build_gather(Builder *builder, uint32_t link, uint32_t step) {
        MUST(link < builder->program->link_count);
        const Link *along = &builder->program->links[link];
        Type type = type_of(builder, step);
        uint16_t entity = builder_step(builder, step)->entity;
        if (entity == ENTITY_NONE) {   /* the same for every partner, but there must be one */
                uint32_t partner = build_known(builder, build_link(builder, link));
                return build_select(builder, partner, step, build_constant(builder, type, type_unknown(type)));
        }
        MUST(entity == along->parent);
        Step gather = { STEP(GATHER, type) };
        gather.entity = along->child;
        gather.a = step;
        gather.aux = link;
        return builder_make(builder, gather);
}

uint32_t build_reduce(Builder *builder, Op op, uint32_t link, uint32_t filter, uint32_t value) {
        MUST(link < builder->program->link_count && op_class(op) == CLASS_CROSS && op != OP_GATHER);
        const Link *along = &builder->program->links[link];
        uint16_t entity = builder_step(builder, filter)->entity;
        bool truth = op == OP_ANY || op == OP_ALL, counts = op == OP_COUNT || op == OP_COUNT_DISTINCT;
        must_be_truth(builder, filter);
        MUST(entity == ENTITY_NONE || entity == along->child);
        MUST((value == NONE) == (op_operands(op) == 1));
        Type type = truth ? truth_type() : counts ? number_type(0, 0) : type_of(builder, value);
        if (value != NONE) {
                entity = builder_step(builder, value)->entity;
                MUST(entity == ENTITY_NONE || entity == along->child);
                MUST(op != OP_SUM || type.kind == TYPE_NUMBER);
                MUST(op == OP_COUNT_DISTINCT || type.kind == TYPE_NUMBER || type.kind == TYPE_DATE);
        }
        Step reduce = { STEP(COUNT, type) };
        reduce.op = op;
        reduce.entity = along->parent;
        reduce.a = filter;
        reduce.b = value;
        reduce.aux = link;
        return builder_make(builder, reduce);
}
