/* Functions: 较小, 周岁, 加月, 取整, 利息 and the others, one row of a table each. */
#include "language/check_internal.h"

typedef struct Function Function;
typedef Value FunctionRule(Checker *checker, const Scope *scope, const Expression *call, const Function *function,
                           const Type *expected);

struct Function {
        Str           name, usage;
        uint32_t      arguments;
        FunctionRule *rule;
        Op            op;
        uint16_t      unit;
        bool          negative;      /* 减月, 减天 */
};

/* ---- 较小, 较大 ------------------------------------------------------------------------------------------- */

static Value call_choice(Checker *checker, const Scope *scope, const Expression *call, const Function *function,
                         const Type *expected) {
        Value a, b;
        if (!lower_pair(checker, scope, call->arguments[0], call->arguments[1], expected, &a, &b) ||
            !lower_unify(checker, &a, &b, call->at, "两个数"))
                return VALUE_FAILED;
        Type type = value_type(checker, a);
        if (type.kind != TYPE_NUMBER && type.kind != TYPE_DATE) {
                check_error(checker, TYPE_MISMATCH, call->at, NO_HINT, "%.*s没有大小", STR_ARG(type_words(checker, type)));
                return VALUE_FAILED;
        }
        builder_at(checker->builder, call->at);
        return (Value){ .step = build_arithmetic(checker->builder, function->op, a.step, b.step, type.unit) };
}

/* ---- dates ------------------------------------------------------------------------------------------------ */

/* 周岁, 满月数, 相隔天数: two dates; 年份, 月份, 年初: one. */
static Value call_date(Checker *checker, const Scope *scope, const Expression *call, const Function *function,
                       const Type *expected) {
        (void) expected;
        uint32_t a = lower_typed(checker, scope, call->arguments[0], type_of(TYPE_DATE)), b = NONE;
        if (function->arguments == 2)
                b = lower_typed(checker, scope, call->arguments[1], type_of(TYPE_DATE));
        if (a == NONE || (function->arguments == 2 && b == NONE))
                return VALUE_FAILED;
        builder_at(checker->builder, call->at);
        return (Value){ .step = build_date(checker->builder, function->op, a, b, function->unit) };
}

/* 加月, 减月, 加天, 减天. */
static Value call_shift(Checker *checker, const Scope *scope, const Expression *call, const Function *function,
                        const Type *expected) {
        (void) expected;
        uint32_t date = lower_typed(checker, scope, call->arguments[0], type_of(TYPE_DATE));
        uint32_t amount = lower_typed(checker, scope, call->arguments[1], type_number(function->unit, 0));
        if (date == NONE || amount == NONE)
                return VALUE_FAILED;
        if (step_type(checker, amount).scale > 0) {
                check_error(checker, PRECISION_LOST, call->arguments[1]->at, STR("先用 取整(数, 个, 向下)"), "月数和天数要是整数");
                return VALUE_FAILED;
        }
        builder_at(checker->builder, call->at);
        if (function->negative)
                amount = build_negate(checker->builder, amount);
        return (Value){ .step = build_date(checker->builder, function->op, date, amount, UNIT_NONE) };
}

/* ---- 取整 -------------------------------------------------------------------------------------------------- */

static const struct {
        Str     unit;
        int64_t quantum;
        uint8_t scale;
} QUANTA[] = {
        { STR_INIT("分"), 1, 2 },    { STR_INIT("角"), 1, 1 },     { STR_INIT("元"), 1, 0 },    { STR_INIT("十元"), 10, 0 },
        { STR_INIT("百元"), 100, 0 }, { STR_INIT("千元"), 1000, 0 }, { STR_INIT("万元"), 10000, 0 }, { STR_INIT("个"), 1, 0 },
};

bool round_quantum(Str unit, int64_t *ret_quantum, uint8_t *ret_scale) {
        for (uint32_t i = 0; i < ARRAY_LENGTH(QUANTA); i++) {
                if (str_equal(QUANTA[i].unit, unit)) {
                        *ret_quantum = QUANTA[i].quantum;
                        *ret_scale = QUANTA[i].scale;
                        return true;
                }
        }
        return false;
}

bool round_mode(Str mode, Op *ret_op) {
        static const struct {
                Str mode;
                Op  op;
        } MODES[] = { { STR_INIT("四舍五入"), OP_ROUND_HALF_UP }, { STR_INIT("向上"), OP_ROUND_UP }, { STR_INIT("向下"), OP_ROUND_DOWN } };
        for (uint32_t i = 0; i < ARRAY_LENGTH(MODES); i++) {
                if (str_equal(MODES[i].mode, mode)) {
                        *ret_op = MODES[i].op;
                        return true;
                }
        }
        return false;
}

static Value call_round(Checker *checker, const Scope *scope, const Expression *call, const Function *function,
                        const Type *expected) {
        int64_t quantum;
        uint8_t scale;
        Op op;
        (void) function;
        Value value = lower(checker, scope, call->arguments[0], expected);
        if (value_failed(value))
                return value;
        Str unit = source_line(checker, call->arguments[1]->at), mode = source_line(checker, call->arguments[2]->at);
        Type type = value_type(checker, value);
        if (!round_quantum(unit, &quantum, &scale) || !round_mode(mode, &op)) {
                check_error(checker, ROUND_INVALID, call->at, STR("例如 取整(数, 元, 向上)"), "取整的单位或方式不对");
                return VALUE_FAILED;
        }
        bool money = units_is_money(checker, type.unit) && type.kind == TYPE_NUMBER;
        if (type.kind != TYPE_NUMBER || value.points || money == str_equal(unit, STR("个"))) {
                check_error(checker, ROUND_INVALID, call->at, money ? STR("金额用 分、角、元、百元…") : STR("不是金额的数用 个"),
                            "%.*s不能这样取整", STR_ARG(type_words(checker, type)));
                return VALUE_FAILED;
        }
        builder_at(checker->builder, call->at);
        return (Value){ .step = build_round(checker->builder, op, value.step, quantum, scale) };
}

/* ---- 利息 --------------------------------------------------------------------------------------------------- */

/* 本金 × 年利率 × days ÷ basis, or full months ÷ 12; scale 6 (doc/language.md §interest). */
static Value call_interest(Checker *checker, const Scope *scope, const Expression *call, const Function *function,
                           const Type *expected) {
        static const struct {
                Str     name;
                Op      op;
                int64_t basis;
        } BASES[] = { { STR_INIT("实际/360"), OP_DAYS_BETWEEN, 360 }, { STR_INIT("实际/365"), OP_DAYS_BETWEEN, 365 },
                      { STR_INIT("月/12"), OP_FULL_MONTHS, 12 } };
        (void) function, (void) expected;
        Builder *builder = checker->builder;
        const Expression *name = call->arguments[4];
        Str basis = name->kind == EXPRESSION_TEXT ? name->text : source_line(checker, name->at);
        uint32_t found = 0;
        while (found < ARRAY_LENGTH(BASES) && !str_equal(BASES[found].name, basis))
                found++;
        Value principal = lower(checker, scope, call->arguments[0], NULL);
        uint32_t rate = lower_typed(checker, scope, call->arguments[1], type_number(UNIT_YEARLY, 6));
        uint32_t from = lower_typed(checker, scope, call->arguments[2], type_of(TYPE_DATE));
        uint32_t to = lower_typed(checker, scope, call->arguments[3], type_of(TYPE_DATE));
        if (found == ARRAY_LENGTH(BASES)) {
                check_error(checker, ARGUMENTS_WRONG, name->at, STR("实际/360、实际/365 或 月/12"), "计息基础不对");
                return VALUE_FAILED;
        }
        if (value_failed(principal) || rate == NONE || from == NONE || to == NONE)
                return VALUE_FAILED;
        Type type = value_type(checker, principal);
        if (type.kind != TYPE_NUMBER || type.unit != UNIT_YUAN) {
                check_error(checker, UNIT_MISMATCH, call->arguments[0]->at, NO_HINT, "本金要是金额（元），写的是%.*s",
                            STR_ARG(type_words(checker, type)));
                return VALUE_FAILED;
        }
        builder_at(builder, call->at);
        uint32_t time = build_date(builder, BASES[found].op, from, to, UNIT_NONE);
        uint32_t product = build_arithmetic(builder, OP_MULTIPLY, principal.step, time, UNIT_YUAN);
        uint32_t divisor = build_constant(builder, type_number(UNIT_NONE, 0), BASES[found].basis);
        return (Value){ .step = build_multiply_divide(builder, product, rate, divisor, UNIT_YUAN) };
}

/* ---- the table ----------------------------------------------------------------------------------------------- */

static const Function FUNCTIONS[] = {
        { STR_INIT("较小"), STR_INIT("较小(甲, 乙)"), 2, call_choice, OP_MINIMUM, UNIT_NONE, false },
        { STR_INIT("较大"), STR_INIT("较大(甲, 乙)"), 2, call_choice, OP_MAXIMUM, UNIT_NONE, false },
        { STR_INIT("周岁"), STR_INIT("周岁(生日, 日期)"), 2, call_date, OP_FULL_YEARS, UNIT_AGE, false },
        { STR_INIT("满月数"), STR_INIT("满月数(起, 止)"), 2, call_date, OP_FULL_MONTHS, UNIT_MONTHS, false },
        { STR_INIT("相隔天数"), STR_INIT("相隔天数(起, 止)"), 2, call_date, OP_DAYS_BETWEEN, UNIT_DAYS, false },
        { STR_INIT("年份"), STR_INIT("年份(日期)"), 1, call_date, OP_YEAR_OF, UNIT_NONE, false },
        { STR_INIT("月份"), STR_INIT("月份(日期)"), 1, call_date, OP_MONTH_OF, UNIT_NONE, false },
        { STR_INIT("年初"), STR_INIT("年初(日期)"), 1, call_date, OP_YEAR_START, UNIT_NONE, false },
        { STR_INIT("加月"), STR_INIT("加月(日期, 月数)"), 2, call_shift, OP_ADD_MONTHS, UNIT_MONTHS, false },
        { STR_INIT("减月"), STR_INIT("减月(日期, 月数)"), 2, call_shift, OP_ADD_MONTHS, UNIT_MONTHS, true },
        { STR_INIT("加天"), STR_INIT("加天(日期, 天数)"), 2, call_shift, OP_ADD_DAYS, UNIT_DAYS, false },
        { STR_INIT("减天"), STR_INIT("减天(日期, 天数)"), 2, call_shift, OP_ADD_DAYS, UNIT_DAYS, true },
        { STR_INIT("取整"), STR_INIT("取整(数, 单位, 方式)"), 3, call_round, OP_ROUND_HALF_UP, UNIT_NONE, false },
        { STR_INIT("利息"), STR_INIT("利息(本金, 年利率, 起, 止, 基础)"), 5, call_interest, OP_MULTIPLY_DIVIDE, UNIT_YUAN, false },
};

Value lower_call(Checker *checker, const Scope *scope, const Expression *call, const Type *expected) {
        Str name = call->part_count > 0 ? call->parts[0] : (Str){ 0 }, near, hint = { 0 };
        Str names[ARRAY_LENGTH(FUNCTIONS)];
        for (uint32_t i = 0; i < ARRAY_LENGTH(FUNCTIONS); i++) {
                const Function *function = &FUNCTIONS[i];
                names[i] = function->name;
                if (!str_equal(function->name, name))
                        continue;
                if (call->argument_count == function->arguments)
                        return function->rule(checker, scope, call, function, expected);
                check_error(checker, ARGUMENTS_WRONG, call->at, str_format(checker->arena, "写作 %.*s", STR_ARG(function->usage)),
                            "“%.*s”要 %u 个参数，这里有 %u 个", STR_ARG(name), function->arguments, call->argument_count);
                return VALUE_FAILED;
        }
        if (name.length < 256 && nearest_name(name, names, ARRAY_LENGTH(FUNCTIONS), &near))
                hint = str_format(checker->arena, "是否想写 %.*s", STR_ARG(near));
        check_error(checker, FUNCTION_UNKNOWN, call->part_count > 0 ? call->part_spans[0] : call->at, hint,
                    "没有“%.*s”这个函数", STR_ARG(name));
        return VALUE_FAILED;
}
