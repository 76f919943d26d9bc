/* The verifier's second half: steps and stages.
 *
 * A step is checked against its operands in order: number and kinds, entity, index, immediate, and that its interval
 * holds at least what interval_of computes from its operands' intervals. By induction every interval then is sound. */
#include "program/verify.h"

typedef struct Shape {
        const Step *step, *a, *b, *c;
} Shape;

static bool number(const Step *step) {
        return step->type.kind == TYPE_NUMBER;
}

static bool date(const Step *step) {
        return step->type.kind == TYPE_DATE;
}

static bool truth(const Step *step) {
        return step->type.kind == TYPE_TRUTH;
}

/* Comparable cells: one kind, one scale; units are the front end's business. */
static bool alike(const Step *x, const Step *y) {
        return x->type.kind == y->type.kind && x->type.of == y->type.of && x->type.scale == y->type.scale;
}

static bool whole(const Step *step) {
        return number(step) && step->type.scale == 0;
}

static bool power_of_ten(int64_t imm, int exponent) {
        return exponent >= 1 && exponent <= 18 && imm == kernel_power_of_ten(exponent);
}

static bool choice_of(const Shape *s) {
        return (number(s->step) || date(s->step)) && alike(s->step, s->a) && alike(s->a, s->b);
}

static bool types_arithmetic(const Shape *s) {
        const Step *step = s->step;
        int scale = step->type.scale, a_scale = s->a->type.scale;
        switch ((int) step->op) {
        case OP_ADD:
        case OP_SUBTRACT:
                return number(step) && alike(step, s->a) && alike(s->a, s->b);
        case OP_MULTIPLY:
                return number(step) && number(s->a) && number(s->b) && scale == a_scale + s->b->type.scale;
        case OP_NEGATE:
                return number(step) && alike(step, s->a);
        case OP_MINIMUM:
        case OP_MAXIMUM:
                return choice_of(s);
        case OP_SCALE_UP:
                return number(step) && number(s->a) && power_of_ten(step->imm, scale - a_scale);
        case OP_SCALE_DOWN:
                return number(step) && number(s->a) && power_of_ten(step->imm, a_scale - scale);
        case OP_ROUND_HALF_UP:
        case OP_ROUND_UP:
        case OP_ROUND_DOWN:
                return number(step) && alike(step, s->a) && step->imm >= 1;
        case OP_MULTIPLY_DIVIDE:
                return number(step) && number(s->a) && number(s->b) && number(s->c) &&
                       step->imm == scale - a_scale - s->b->type.scale + s->c->type.scale;
        }
        return false;
}

static bool types_date(const Shape *s) {
        const Step *step = s->step;
        if (!date(s->a))
                return false;
        switch ((int) step->op) {
        case OP_ADD_MONTHS:
        case OP_ADD_DAYS:
                return date(step) && whole(s->b);
        case OP_FULL_MONTHS:
        case OP_FULL_YEARS:
        case OP_DAYS_BETWEEN:
                return whole(step) && date(s->b);
        case OP_YEAR_OF:
        case OP_MONTH_OF:
                return whole(step);
        case OP_YEAR_START:
                return date(step);
        }
        return false;
}

static bool types_choose(const Shape *s) {
        const Step *step = s->step;
        switch ((int) step->op) {
        case OP_BETWEEN:
                return truth(step) && !truth(s->a) && alike(s->a, s->b) && alike(s->a, s->c);
        case OP_IN_SET:
                return truth(step) && s->a->type.kind == TYPE_CODE && s->a->low >= 0 && s->a->high < 64;
        case OP_SELECT:
                return truth(s->a) && alike(step, s->b) && alike(s->b, s->c);
        case OP_DEFAULT:
                return alike(step, s->a) && alike(s->a, s->b) && (step->imm == 0 || step->imm == 1);
        case OP_KNOWN:
                return truth(step);
        }
        return false;
}

static bool types_cross(const Shape *s) {
        const Step *step = s->step;
        switch ((int) step->op) {
        case OP_GATHER:
                return alike(step, s->a);
        case OP_ANY:
        case OP_ALL:
                return truth(step) && truth(s->a);
        case OP_COUNT:
        case OP_COUNT_DISTINCT:
                return whole(step) && truth(s->a);
        case OP_SUM:
                return truth(s->a) && number(step) && alike(step, s->b);
        case OP_LARGEST:
        case OP_SMALLEST:
                return truth(s->a) && (number(step) || date(step)) && alike(step, s->b);
        }
        return false;
}

static bool types_logic(const Shape *s) {
        return truth(s->step) && truth(s->a) && (s->step->b == NONE || truth(s->b));
}

static bool types_leaf(const Checker *checker, const Shape *s) {
        const Program *program = checker->program;
        const Step *step = s->step;
        switch ((int) step->op) {
        case OP_CONSTANT:
                return step_never_known(step) || checker_range(checker, step->type, step->imm, step->imm);
        case OP_FACT:
                return type_equal(step->type, program->facts[step->aux].type);
        case OP_LINK:
                return step->type.kind == TYPE_ROW && step->type.of == program->links[step->aux].parent;
        case OP_BASE_DATE:
        case OP_APPLY_DATE:
                return date(step);
        case OP_PARAMETER:
                return date(s->a) && type_equal(step->type, program->parameters[step->aux].type);
        case OP_TABLE:
                for (uint32_t i = 0; i < program->tables[step->aux].key_count; i++) {
                        const Step *key = i == 0 ? s->a : i == 1 ? s->b : s->c;
                        if (key->type.kind != TYPE_CODE || key->type.of != program->tables[step->aux].keys[i])
                                return false;
                }
                return type_equal(step->type, program->tables[step->aux].type);
        }
        return false;
}

static bool types_right(const Checker *checker, const Shape *s) {
        switch (op_class(s->step->op)) {
        case CLASS_LEAF:
                return types_leaf(checker, s);
        case CLASS_STRICT:
                return s->step->op < OP_ADD_MONTHS ? types_arithmetic(s) : types_date(s);
        case CLASS_COMPARE:
                return truth(s->step) && !truth(s->a) && alike(s->a, s->b);
        case CLASS_LOGIC:
                return types_logic(s);
        case CLASS_CHOOSE:
                return types_choose(s);
        case CLASS_CROSS:
                return types_cross(s);
        }
        return false;
}

/* The number of things `aux` of this operation counts, 0 when it has none. */
static uint32_t aux_count(const Program *program, Op op) {
        switch ((int) op) {
        case OP_FACT:
                return program->fact_count;
        case OP_PARAMETER:
                return program->parameter_count;
        case OP_TABLE:
                return program->table_count;
        }
        return op == OP_LINK || op_class(op) == CLASS_CROSS ? program->link_count : 0;
}

static bool has_aux(Op op) {
        return op == OP_FACT || op == OP_LINK || op == OP_PARAMETER || op == OP_TABLE || op_class(op) == CLASS_CROSS;
}

static bool has_imm(Op op) {
        return op == OP_CONSTANT || op == OP_SCALE_UP || op == OP_SCALE_DOWN || op == OP_MULTIPLY_DIVIDE ||
               op == OP_ROUND_HALF_UP || op == OP_ROUND_UP || op == OP_ROUND_DOWN || op == OP_IN_SET ||
               op == OP_DEFAULT;
}

static bool check_operands(Checker *checker, uint32_t number_of_step, const Step *step) {
        const uint32_t operands[3] = { step->a, step->b, step->c };
        uint32_t wanted = op_operands(step->op);
        REQUIRE(checker, has_aux(step->op) ? step->aux < aux_count(checker->program, step->op) : step->aux == NONE,
                "step %u (%s): aux %u is out of range", number_of_step, op_name(step->op), step->aux);
        REQUIRE(checker, has_imm(step->op) || step->imm == 0, "step %u (%s): it has an immediate", number_of_step,
                op_name(step->op));
        if (step->op == OP_TABLE)
                wanted = checker->program->tables[step->aux].key_count;
        for (uint32_t i = 0; i < 3; i++)
                REQUIRE(checker, i < wanted ? operands[i] < number_of_step : operands[i] == NONE,
                        "step %u (%s): operand %u is %u", number_of_step, op_name(step->op), i, operands[i]);
        return true;
}

static bool on_entity(const Shape *s, const Step *operand, uint16_t entity) {
        return operand == s->step || operand->entity == ENTITY_NONE || operand->entity == entity;
}

static bool entity_right(const Program *program, const Shape *s) {
        const Step *step = s->step;
        if (step->op == OP_FACT)
                return step->entity == program->facts[step->aux].entity;
        if (step->op == OP_LINK)
                return step->entity == program->links[step->aux].child;
        if (step->op == OP_GATHER)
                return step->entity == program->links[step->aux].child &&
                       s->a->entity == program->links[step->aux].parent;
        if (op_class(step->op) == CLASS_CROSS)
                return step->entity == program->links[step->aux].parent &&
                       on_entity(s, s->a, program->links[step->aux].child) &&
                       on_entity(s, s->b, program->links[step->aux].child);
        const Step *operands[3] = { s->a, s->b, s->c };
        uint16_t entity = ENTITY_NONE;
        for (int i = 0; i < 3; i++)
                if (operands[i] && operands[i]->entity != ENTITY_NONE)
                        entity = operands[i]->entity;
        return step->entity == entity && on_entity(s, s->a, entity) && on_entity(s, s->b, entity) && on_entity(s, s->c, entity);
}

static bool check_step(Checker *checker, uint32_t at) {
        const Program *program = checker->program;
        const Step *step = &program->steps[at];
        REQUIRE(checker, step->op < OP_TOTAL, "step %u: there is no operation %u", at, (unsigned) step->op);
        REQUIRE(checker, checker_type(checker, step->type), "step %u (%s): its type is no type of this program", at,
                op_name(step->op));
        if (!check_operands(checker, at, step))
                return false;
        /* an operand that the op does not have is never looked at: the step itself stands in */
        Shape shape = {
                .step = step,
                .a = step->a == NONE ? step : &program->steps[step->a],
                .b = step->b == NONE ? step : &program->steps[step->b],
                .c = step->c == NONE ? step : &program->steps[step->c],
        };
        REQUIRE(checker, types_right(checker, &shape), "step %u (%s): types, scales or immediate do not fit", at,
                op_name(step->op));
        REQUIRE(checker, entity_right(program, &shape), "step %u (%s): it cannot belong to entity %u", at,
                op_name(step->op), step->entity);
        REQUIRE(checker, checker_range(checker, step->type, step->low, step->high),
                "step %u (%s): [%lld, %lld] is no range of its type", at, op_name(step->op), (long long) step->low,
                (long long) step->high);
        Interval interval = interval_of(program, program->steps, step);
        REQUIRE(checker, step->low <= interval.low && step->high >= interval.high,
                "step %u (%s): [%lld, %lld] does not hold [%lld, %lld]", at, op_name(step->op), (long long) step->low,
                (long long) step->high, (long long) interval.low, (long long) interval.high);
        REQUIRE(checker, interval.proven || !step->proven, "step %u (%s): it is not proven", at, op_name(step->op));
        return true;
}

bool checker_steps(Checker *checker) {
        for (uint32_t i = 0; i < checker->program->step_count; i++)
                if (!check_step(checker, i))
                        return false;
        return true;
}

bool checker_stages(Checker *checker) {
        const Program *program = checker->program;
        uint32_t next = 0;
        for (uint32_t i = 0; i < program->stage_count; i++) {
                const Stage *stage = &program->stages[i];
                REQUIRE(checker, stage->first == next && stage->count > 0 && stage->count <= program->step_count - next,
                        "stage %u does not begin where the last one ended", i);
                REQUIRE(checker, i == 0 || stage->entity != stage[-1].entity, "stage %u continues the last one", i);
                for (; next < stage->first + stage->count; next++)
                        REQUIRE(checker, program->steps[next].entity == stage->entity,
                                "step %u of stage %u belongs to another entity", next, i);
        }
        REQUIRE(checker, next == program->step_count, "steps from %u on are in no stage", next);
        return true;
}
