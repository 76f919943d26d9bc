/* Arithmetic and comparison with units as types: what may be added, what × and ÷ make, and comparisons with a
 * quotient, which become exact products. The rules are doc/language.md §numbers and §units. */
#include "language/check_internal.h"

/* ---- agreement ------------------------------------------------------------------------------------------ */

static Str unit_hint(const Checker *checker, uint16_t a, uint16_t b) {
        bool money = units_is_money(checker, a) && units_is_money(checker, b);
        if (a == UNIT_NONE || b == UNIT_NONE)
                return STR("给数写上单位，例如 5元、12个月");
        if (a == UNIT_AGE || b == UNIT_AGE)
                return STR("岁不是年月：按月计的年龄用 满月数(出生日期, 基准日)");
        if (money && (a == UNIT_YUAN || b == UNIT_YUAN))
                return STR("一个是总数，一个是单价：先乘以月数或人数，或检查单位");
        if (money)
                return STR("检查每月、每年、每人是否写对");
        if ((a == UNIT_MONTHS && b == UNIT_DAYS) || (a == UNIT_DAYS && b == UNIT_MONTHS))
                return STR("月和天不能换算：用 加月、加天 或 满月数");
        return NO_HINT;
}

static bool is_rate(const Checker *checker, Value value) {
        Type type = value_type(checker, value);
        return type.kind == TYPE_NUMBER && (type.unit == UNIT_RATIO || type.unit == UNIT_YEARLY);
}

/* A literal with % takes 年率 from the rate it meets. */
static void adapt_percent(Checker *checker, Value *literal, Value other) {
        Type type = value_type(checker, other);
        if ((literal->percent || literal->points) && type.kind == TYPE_NUMBER && type.unit == UNIT_YEARLY)
                literal->step = build_unit(checker->builder, literal->step, UNIT_YEARLY);
}

bool lower_unify(Checker *checker, Value *a, Value *b, Span at, const char *what) {
        if (a->points != b->points) {
                check_error(checker, POINTS_MISUSED, at, NO_HINT, "百分点只能加到或减自一个比率或年利率");
                return false;
        }
        adapt_percent(checker, a, *b);
        adapt_percent(checker, b, *a);
        Type left = value_type(checker, *a), right = value_type(checker, *b);
        if (left.kind == TYPE_NUMBER && right.kind == TYPE_NUMBER) {
                if (units_same(checker, left.unit, right.unit))
                        return true;
                check_error(checker, UNIT_MISMATCH, at, unit_hint(checker, left.unit, right.unit),
                            "%s的单位不一致：一边是%.*s，一边是%.*s", what, STR_ARG(unit_words(checker, left.unit)),
                            STR_ARG(unit_words(checker, right.unit)));
                return false;
        }
        if (left.kind == right.kind && left.of == right.of)
                return true;
        check_error(checker, TYPE_MISMATCH, at, NO_HINT, "%s的类型不一致：一边是%.*s，一边是%.*s", what,
                    STR_ARG(type_words(checker, left)), STR_ARG(type_words(checker, right)));
        return false;
}

static bool is_bare_member(const Checker *checker, const Scope *scope, const Expression *expression) {
        return expression->kind == EXPRESSION_PATH && expression->part_count == 1 &&
               !scope_names_value(checker, scope, expression->parts[0]);
}

bool lower_pair(Checker *checker, const Scope *scope, const Expression *left, const Expression *right,
                const Type *expected, Value *ret_left, Value *ret_right) {
        Type type;
        if (left == NULL || right == NULL)
                return false;
        bool turned = is_bare_member(checker, scope, left) && !is_bare_member(checker, scope, right);
        Value first = lower(checker, scope, turned ? right : left, expected);
        if (!value_failed(first))
                type = value_type(checker, first);
        Value second = lower(checker, scope, turned ? left : right, value_failed(first) ? expected : &type);
        *ret_left = turned ? second : first;
        *ret_right = turned ? first : second;
        return !value_failed(first) && !value_failed(second);
}

/* ---- products and quotients ------------------------------------------------------------------------------ */

static bool check_factor(Checker *checker, Value value, Span at) {
        Type type = value_type(checker, value);
        if (type.kind != TYPE_NUMBER)
                check_error(checker, TYPE_MISMATCH, at, NO_HINT, "%.*s不能相乘除", STR_ARG(type_words(checker, type)));
        else if (value.points)
                check_error(checker, POINTS_MISUSED, at, STR("写作 %"), "百分点不能相乘除");
        else if (type.unit == UNIT_YEARLY)
                check_error(checker, YEARLY_RATE_MISUSED, at, STR("写作 利息(本金, 年利率, 起, 止, 基础)"),
                            "年利率不能直接相乘除");
        else
                return true;
        return false;
}

static bool combine(Checker *checker, uint16_t a, uint16_t b, int sign, Span at, uint16_t *ret_unit) {
        if (units_combine(checker, a, b, sign, ret_unit))
                return true;
        check_error(checker, UNIT_TOO_COMPLEX, at, NO_HINT, "结果的单位太复杂");
        return false;
}

static bool check_scale(Checker *checker, uint32_t a, uint32_t b, Span at) {
        uint32_t scale = (uint32_t) step_type(checker, a).scale + step_type(checker, b).scale;
        if (scale > SCALE_MAX)
                check_error(checker, SCALE_TOO_LARGE, at, STR("例如 取整(数, 分, 四舍五入)，或写成 甲 × 乙 ÷ 丙"),
                            "相乘后有 %u 位小数，最多 %u 位", scale, SCALE_MAX);
        return scale <= SCALE_MAX;
}

static Value lower_product(Checker *checker, Value a, Value b, Span at) {
        uint16_t unit;
        bool fits = check_factor(checker, a, at);
        fits = check_factor(checker, b, at) && fits;
        if (!fits || !check_scale(checker, a.step, b.step, at) ||
            !combine(checker, value_type(checker, a).unit, value_type(checker, b).unit, 1, at, &unit))
                return VALUE_FAILED;
        builder_at(checker->builder, at);
        return (Value){ .step = build_arithmetic(checker->builder, OP_MULTIPLY, a.step, b.step, unit) };
}

static bool is_operation(const Expression *expression, Operator operator) {
        return expression != NULL && expression->kind == EXPRESSION_BINARY && expression->operator == operator &&
               expression->left != NULL && expression->right != NULL;
}

/* The unit that is wanted, when it is the same; so that 甲 ÷ 乙 shown as a 比率 is one. */
static uint16_t wanted_unit(const Checker *checker, uint16_t unit, const Type *expected) {
        bool same = expected != NULL && expected->kind == TYPE_NUMBER && units_same(checker, unit, expected->unit);
        return same ? expected->unit : unit;
}

/* a × b ÷ c is one operation; without a product b is 1. */
static Value lower_quotient(Checker *checker, const Scope *scope, const Expression *expression, Value c, const Type *expected) {
        const Expression *over = expression->left;
        bool product = is_operation(over, OPERATOR_MULTIPLY);
        uint16_t unit;
        Value a = lower(checker, scope, product ? over->left : over, NULL);
        Value b = product ? lower(checker, scope, over->right, NULL)
                          : (Value){ .step = build_constant(checker->builder, type_number(UNIT_NONE, 0), 1) };
        if (value_failed(a) || value_failed(b) || value_failed(c))
                return VALUE_FAILED;
        bool fits = check_factor(checker, a, product ? over->left->at : over->at);
        fits = check_factor(checker, b, product ? over->right->at : over->at) && fits;
        fits = check_factor(checker, c, expression->right->at) && fits;
        if (!fits || !combine(checker, value_type(checker, a).unit, value_type(checker, b).unit, 1, expression->at, &unit) ||
            !combine(checker, unit, value_type(checker, c).unit, -1, expression->at, &unit))
                return VALUE_FAILED;
        const Step *divisor = builder_step(checker->builder, c.step);
        if (divisor->op == OP_CONSTANT && divisor->imm == 0) {
                check_error(checker, DIVISOR_ZERO, expression->right->at, NO_HINT, "除数是零");
                return VALUE_FAILED;
        }
        builder_at(checker->builder, expression->at);
        return (Value){ .step = build_multiply_divide(checker->builder, a.step, b.step, c.step,
                                                      wanted_unit(checker, unit, expected)) };
}

/* ---- sums ------------------------------------------------------------------------------------------------ */

/* A rate ± 百分点; false when neither side is 百分点. */
static bool lower_points(Checker *checker, const Expression *expression, Value left, Value right, Value *ret_value) {
        if (!left.points && !right.points)
                return false;
        bool add = expression->operator == OPERATOR_ADD;
        *ret_value = VALUE_FAILED;
        if (left.points == right.points || (left.points && !add) || !is_rate(checker, left) || !is_rate(checker, right)) {
                check_error(checker, POINTS_MISUSED, expression->at, NO_HINT, "百分点只能加到或减自一个比率或年利率");
                return true;
        }
        adapt_percent(checker, &left, right);
        adapt_percent(checker, &right, left);
        builder_at(checker->builder, expression->at);
        uint16_t unit = value_type(checker, left.points ? right : left).unit;
        *ret_value = (Value){ .step = build_arithmetic(checker->builder, add ? OP_ADD : OP_SUBTRACT, left.step, right.step, unit),
                              .percent = left.percent || right.percent };
        return true;
}

static Value lower_sum(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected) {
        Value left, right, points;
        if (!lower_pair(checker, scope, expression->left, expression->right, expected, &left, &right))
                return VALUE_FAILED;
        if (lower_points(checker, expression, left, right, &points))
                return points;
        Type type = value_type(checker, left), other = value_type(checker, right);
        if (type.kind == TYPE_DATE || other.kind == TYPE_DATE) {
                check_error(checker, TYPE_MISMATCH, expression->at,
                            type.kind == other.kind ? STR("相隔天数(起, 止)") : STR("加月(日期, 12个月)、加天(日期, 30天)"),
                            "日期不能直接加减");
                return VALUE_FAILED;
        }
        if ((left.percent || right.percent) && is_rate(checker, left) && is_rate(checker, right)) {
                check_error(checker, PERCENT_ADDED, expression->at, STR("例如 基准利率 + 2个百分点"), "百分数不能直接加减");
                return VALUE_FAILED;
        }
        if (!lower_unify(checker, &left, &right, expression->at, "加减两边"))
                return VALUE_FAILED;
        if (type.kind != TYPE_NUMBER) {
                check_error(checker, TYPE_MISMATCH, expression->at, NO_HINT, "%.*s不能相加减", STR_ARG(type_words(checker, type)));
                return VALUE_FAILED;
        }
        builder_at(checker->builder, expression->at);
        Op op = expression->operator == OPERATOR_ADD ? OP_ADD : OP_SUBTRACT;
        return (Value){ .step = build_arithmetic(checker->builder, op, left.step, right.step,
                                                 wanted_unit(checker, type.unit, expected)) };
}

Value lower_arithmetic(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected) {
        if (expression->left == NULL || expression->right == NULL)
                return VALUE_FAILED;
        if (expression->operator == OPERATOR_DIVIDE)
                return lower_quotient(checker, scope, expression, lower(checker, scope, expression->right, NULL), expected);
        if (expression->operator != OPERATOR_MULTIPLY)
                return lower_sum(checker, scope, expression, expected);
        Value a = lower(checker, scope, expression->left, NULL);
        Value b = lower(checker, scope, expression->right, NULL);
        return value_failed(a) || value_failed(b) ? VALUE_FAILED : lower_product(checker, a, b, expression->at);
}

/* ---- comparisons ----------------------------------------------------------------------------------------- */

/* One side of a comparison: value ÷ divisor, where the divisor is proven positive; NONE: no division. */
typedef struct Side {
        Value    value;
        uint32_t divisor;
        uint16_t unit;
} Side;

static Side side_of(const Checker *checker, Value value) {
        return (Side){ .value = value, .divisor = NONE, .unit = value_failed(value) ? UNIT_NONE : value_type(checker, value).unit };
}

static Side lower_side(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected) {
        if (!is_operation(expression, OPERATOR_DIVIDE))
                return side_of(checker, lower(checker, scope, expression, expected));
        Value divisor = lower(checker, scope, expression->right, NULL);
        if (value_failed(divisor))
                return side_of(checker, divisor);
        const Step *step = builder_step(checker->builder, divisor.step);
        if (step->type.kind != TYPE_NUMBER || step->low <= 0)
                return side_of(checker, lower_quotient(checker, scope, expression, divisor, expected));
        Side side = { .value = lower(checker, scope, expression->left, NULL), .divisor = divisor.step };
        if (value_failed(side.value))
                return side;
        bool fits = check_factor(checker, side.value, expression->left->at);
        fits = check_factor(checker, divisor, expression->right->at) && fits;
        if (!fits || !combine(checker, value_type(checker, side.value).unit, step_type(checker, divisor.step).unit, -1,
                              expression->at, &side.unit))
                side.value = VALUE_FAILED;
        return side;
}

/* Lowers both sides; false after a diagnostic. */
static bool lower_sides(Checker *checker, const Scope *scope, const Expression *left, const Expression *right, Side *a, Side *b) {
        Value x, y;
        if (is_operation(left, OPERATOR_DIVIDE) || is_operation(right, OPERATOR_DIVIDE)) {
                *a = lower_side(checker, scope, left, NULL);
                *b = lower_side(checker, scope, right, NULL);
                return !value_failed(a->value) && !value_failed(b->value);
        }
        if (!lower_pair(checker, scope, left, right, NULL, &x, &y))
                return false;
        *a = side_of(checker, x);
        *b = side_of(checker, y);
        return true;
}

/* Multiplies both sides by both divisors; the comparison stays the same because they are positive. */
static bool cross_multiply(Checker *checker, Side *a, Side *b, Span at) {
        Side *sides[2] = { a, b };
        if (value_type(checker, a->value).kind != TYPE_NUMBER || value_type(checker, b->value).kind != TYPE_NUMBER ||
            a->value.points || b->value.points || !units_same(checker, a->unit, b->unit)) {
                Value left = a->value, right = b->value;
                if (step_type(checker, left.step).kind == TYPE_NUMBER && step_type(checker, right.step).kind == TYPE_NUMBER &&
                    !left.points && !right.points)
                        check_error(checker, UNIT_MISMATCH, at, unit_hint(checker, a->unit, b->unit),
                                    "比较两边的单位不一致：一边是%.*s，一边是%.*s", STR_ARG(unit_words(checker, a->unit)),
                                    STR_ARG(unit_words(checker, b->unit)));
                else
                        (void) lower_unify(checker, &left, &right, at, "比较两边");
                return false;
        }
        for (int i = 0; i < 2; i++) {
                Side *side = sides[i], *other = sides[1 - i];
                uint16_t unit;
                if (other->divisor == NONE)
                        continue;
                if (!check_scale(checker, side->value.step, other->divisor, at) ||
                    !combine(checker, value_type(checker, side->value).unit, step_type(checker, other->divisor).unit, 1, at,
                             &unit))
                        return false;
                side->value.step = build_arithmetic(checker->builder, OP_MULTIPLY, side->value.step, other->divisor, unit);
        }
        return true;
}

static uint32_t build_equal(Checker *checker, uint32_t a, uint32_t b, bool equal) {
        Builder *builder = checker->builder;
        if (step_type(checker, a).kind != TYPE_TRUTH)
                return build_compare(builder, equal ? OP_EQUAL : OP_NOT_EQUAL, a, b);
        uint32_t both = build_and(builder, a, b);
        uint32_t neither = build_and(builder, build_not(builder, a), build_not(builder, b));
        uint32_t same = build_or(builder, both, neither);
        return equal ? same : build_not(builder, same);
}

static Op comparison_op(Operator operator) {
        static const Op OPS[] = {
                [OPERATOR_EQUAL] = OP_EQUAL, [OPERATOR_NOT_EQUAL] = OP_NOT_EQUAL, [OPERATOR_LESS] = OP_LESS,
                [OPERATOR_AT_MOST] = OP_AT_MOST, [OPERATOR_MORE] = OP_MORE, [OPERATOR_AT_LEAST] = OP_AT_LEAST,
        };
        return OPS[operator];
}

static bool has_order(Checker *checker, Type type, Span at) {
        if (type.kind == TYPE_NUMBER || type.kind == TYPE_DATE)
                return true;
        check_error(checker, TYPE_MISMATCH, at, STR("只能写 等于、不等于、属于"), "%.*s没有大小，不能这样比较",
                    STR_ARG(type_words(checker, type)));
        return false;
}

/* The truth of a `op` b, or NONE after a diagnostic. */
static uint32_t compare_sides(Checker *checker, Op op, Side a, Side b, Span at) {
        bool equality = op == OP_EQUAL || op == OP_NOT_EQUAL;
        if (a.divisor != NONE || b.divisor != NONE) {
                if (!cross_multiply(checker, &a, &b, at))
                        return NONE;
        } else if (!lower_unify(checker, &a.value, &b.value, at, "比较两边")) {
                return NONE;
        }
        if (!equality && !has_order(checker, value_type(checker, a.value), at))
                return NONE;
        builder_at(checker->builder, at);
        return equality ? build_equal(checker, a.value.step, b.value.step, op == OP_EQUAL)
                        : build_compare(checker->builder, op, a.value.step, b.value.step);
}

Value lower_comparison(Checker *checker, const Scope *scope, const Expression *expression) {
        Side a, b;
        if (!lower_sides(checker, scope, expression->left, expression->right, &a, &b))
                return VALUE_FAILED;
        return (Value){ .step = compare_sides(checker, comparison_op(expression->operator), a, b, expression->at) };
}

Value lower_between(Checker *checker, const Scope *scope, const Expression *expression) {
        if (expression->argument_count != 2)
                return VALUE_FAILED;
        Side x = lower_side(checker, scope, expression->left, NULL);
        Side low = lower_side(checker, scope, expression->arguments[0], NULL);
        Side high = lower_side(checker, scope, expression->arguments[1], NULL);
        if (value_failed(x.value) || value_failed(low.value) || value_failed(high.value))
                return VALUE_FAILED;
        if (x.divisor == NONE && low.divisor == NONE && high.divisor == NONE) {
                Value value = x.value;
                if (!lower_unify(checker, &value, &low.value, expression->at, "比较两边") ||
                    !lower_unify(checker, &value, &high.value, expression->at, "比较两边") ||
                    !has_order(checker, value_type(checker, value), expression->at))
                        return VALUE_FAILED;
                builder_at(checker->builder, expression->at);
                return (Value){ .step = build_between(checker->builder, value.step, low.value.step, high.value.step) };
        }
        uint32_t above = compare_sides(checker, OP_AT_LEAST, x, low, expression->at);
        uint32_t below = compare_sides(checker, OP_AT_MOST, x, high, expression->at);
        if (above == NONE || below == NONE)
                return VALUE_FAILED;
        return (Value){ .step = build_and(checker->builder, above, below) };
}

#define SET_MAX 64

Value lower_in(Checker *checker, const Scope *scope, const Expression *expression) {
        if (expression->left == NULL || expression->argument_count == 0)
                return VALUE_FAILED;
        if (expression->argument_count > SET_MAX) {
                check_error(checker, TOO_LARGE, expression->at, NO_HINT, "“属于”最多列 %u 项", SET_MAX);
                return VALUE_FAILED;
        }
        Value left = lower(checker, scope, expression->left, NULL);
        Type type = value_failed(left) ? (Type){ 0 } : value_type(checker, left);
        const Step *of = value_failed(left) ? NULL : builder_step(checker->builder, left.step);
        bool masked = of != NULL && type.kind == TYPE_CODE && of->low >= 0 && of->high < 64, failed = of == NULL;
        uint64_t mask = 0;
        uint32_t any = NONE;
        for (uint32_t i = 0; i < expression->argument_count && !value_failed(left); i++) {
                Value own = left, member = lower(checker, scope, expression->arguments[i], &type);
                if (value_failed(member) || !lower_unify(checker, &own, &member, expression->arguments[i]->at, "属于两边")) {
                        failed = true;
                        continue;
                }
                const Step *step = builder_step(checker->builder, member.step);
                masked = masked && step->op == OP_CONSTANT;
                if (masked)
                        mask |= (uint64_t) 1 << (step->imm & 63);
                builder_at(checker->builder, expression->at);
                uint32_t equal = build_equal(checker, own.step, member.step, true);
                any = any == NONE ? equal : build_or(checker->builder, any, equal);
        }
        if (failed)
                return VALUE_FAILED;
        builder_at(checker->builder, expression->at);
        if (masked && expression->argument_count > 1)
                any = build_in_set(checker->builder, left.step, mask);
        return (Value){ .step = expression->negated ? build_not(checker->builder, any) : any };
}
