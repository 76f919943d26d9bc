/* Benefits: the figures of each kind, and what clips them.
 *
 * The figure is clipped by 保底 and 封顶, then by what is left of 累计不超过 and 每年不超过, and rounds once, at the end.
 * With 逐个 all that happens for each row, and the benefit is the sum over the rows. */
#include "language/check_internal.h"

enum { ONCE = 1 << BENEFIT_ONCE, BY_MONTH = 1 << BENEFIT_BY_MONTH, LOAN = 1 << BENEFIT_LOAN, SERVICE = 1 << BENEFIT_SERVICE };

static const struct {
        Label    label;
        unsigned kinds;
} LABELS[] = {
        { LABEL_BENEFIT_AMOUNT, ONCE },            { LABEL_BENEFIT_MONTHLY, BY_MONTH },     { LABEL_BENEFIT_LIMIT, LOAN },
        { LABEL_BENEFIT_TERM, LOAN },              { LABEL_BENEFIT_RATE, LOAN },            { LABEL_BENEFIT_INTEREST, LOAN },
        { LABEL_BENEFIT_CAP, ONCE | BY_MONTH | LOAN }, { LABEL_BENEFIT_FLOOR, ONCE | BY_MONTH | LOAN },
        { LABEL_BENEFIT_TOTAL, ONCE | BY_MONTH },  { LABEL_BENEFIT_YEARLY, ONCE | BY_MONTH },
        { LABEL_BENEFIT_ROUND, ONCE | BY_MONTH },  { LABEL_BENEFIT_EACH, ONCE | BY_MONTH },
};

typedef struct Making {
        Checker     *checker;
        const Inner *inner;
        Scope        policy_scope, scope;     /* scope: the row's with 逐个, else the policy's */
        Policy      *policy;
        Benefit     *benefit;
        uint32_t     output_capacity, interest_capacity;
        bool         failed;
} Making;

static const Expression *value_expression(const Making *making, Label label) {
        const Field *field = inner_get(making->inner, label);
        return field == NULL || field->value_count == 0 ? NULL : field->values[0];
}

static void add_output(Making *making, Str label, uint32_t step, bool money, Str formula) {
        Checker *checker = making->checker;
        if (step == NONE) {
                making->failed = true;
                return;
        }
        uint32_t floor = build_floor(checker->builder, step), ceiling = build_ceiling(checker->builder, step);
        *ARENA_PUSH(checker->arena, making->benefit->outputs, making->benefit->output_count, making->output_capacity) =
                (Output){ .label = label, .step = step, .floor = floor == step ? NONE : floor,
                          .ceiling = ceiling == step ? NONE : ceiling, .money = money, .formula = formula };
}

/* ---- clipping ------------------------------------------------------------------------------------------------------ */

static uint32_t clip(Making *making, Label label, Op op, uint32_t amount, Type type) {
        const Expression *expression = value_expression(making, label);
        if (expression == NULL || amount == NONE)
                return amount;
        uint32_t bound = lower_typed(making->checker, &making->scope, expression, type);
        if (bound == NONE)
                return NONE;
        builder_at(making->checker->builder, expression->at);
        return build_arithmetic(making->checker->builder, op, amount, bound, type.unit);
}

static uint32_t zero(Making *making, Type type) {
        return build_constant(making->checker->builder, type, 0);
}

/* max(0, limit - received) */
static uint32_t remaining(Making *making, const Field *field, uint32_t limit) {
        Checker *checker = making->checker;
        const Tail *received = tail_get(field->tails, TAILKIND_RECEIVED);
        Type type = step_type(checker, limit);
        if (received == NULL || received->value == NULL)
                return limit;
        uint32_t taken = lower_typed(checker, &making->scope, received->value, type);
        if (taken == NONE)
                return NONE;
        builder_at(checker->builder, field->at);
        uint32_t left = build_arithmetic(checker->builder, OP_SUBTRACT, limit, taken, type.unit);
        return build_arithmetic(checker->builder, OP_MAXIMUM, left, zero(making, type), type.unit);
}

/* What is left of a limit in all or a year: money clips the figure, months and times end it when none are left. */
static uint32_t clip_remaining(Making *making, Label label, uint32_t amount, Type type, bool yearly) {
        Checker *checker = making->checker;
        const Field *field = inner_get(making->inner, label);
        if (field == NULL || field->value_count == 0 || amount == NONE)
                return amount;
        Value limit = lower(checker, &making->scope, field->values[0], NULL);
        if (value_failed(limit))
                return NONE;
        Type kind = value_type(checker, limit);
        bool money = kind.kind == TYPE_NUMBER && kind.unit == UNIT_YUAN, months = kind.unit == UNIT_MONTHS;
        if (kind.kind != TYPE_NUMBER || (!money && !months && kind.unit != UNIT_TIMES)) {
                check_error(checker, UNIT_MISMATCH, field->values[0]->at, STR("例如 36个月、6000元 或 3次"),
                            "“%.*s”要写月数、金额或次数，写的是%.*s", STR_ARG(label_text(label)), STR_ARG(type_words(checker, kind)));
                return NONE;
        }
        uint32_t left = remaining(making, field, limit.step);
        if (left == NONE)
                return NONE;
        builder_at(checker->builder, field->at);
        if (making->benefit->each == NONE) {
                Str name = money ? STR("剩余金额") : months ? STR("剩余月数") : STR("剩余次数");
                if (yearly)
                        name = str_format(checker->arena, "本年%.*s", STR_ARG(name));
                add_output(making, name, money ? build_rescale(checker->builder, left, 2) : left, false, source_line(checker, field->at));
        }
        if (money)
                return build_arithmetic(checker->builder, OP_MINIMUM, amount, build_unit(checker->builder, left, type.unit), type.unit);
        uint32_t some = build_compare(checker->builder, OP_MORE, left, zero(making, step_type(checker, left)));
        return build_select(checker->builder, some, amount, zero(making, step_type(checker, amount)));
}

/* 取整：元，向上; without it, half up to fen. */
static uint32_t round_amount(Making *making, uint32_t amount) {
        Checker *checker = making->checker;
        const Field *field = inner_get(making->inner, LABEL_BENEFIT_ROUND);
        int64_t quantum;
        uint8_t scale;
        Op op = OP_ROUND_HALF_UP;
        if (amount == NONE)
                return NONE;
        if (field == NULL || field->value_count == 0)
                return build_rescale(checker->builder, amount, 2);
        Str unit = source_line(checker, field->values[0]->at);
        Str mode = field->value_count > 1 ? source_line(checker, field->values[1]->at) : STR("四舍五入");
        if (!round_quantum(unit, &quantum, &scale) || str_equal(unit, STR("个")) || !round_mode(mode, &op)) {
                check_error(checker, ROUND_INVALID, field->at, STR("例如 取整：元，向上"), "取整的单位或方式不对");
                return NONE;
        }
        builder_at(checker->builder, field->at);
        return build_rescale(checker->builder, build_round(checker->builder, op, amount, quantum, scale), 2);
}

/* ---- 一次性, 按月 ------------------------------------------------------------------------------------------------------ */

static bool open_rows(Making *making) {
        Checker *checker = making->checker;
        const Field *field = inner_get(making->inner, LABEL_BENEFIT_EACH);
        RowPath path;
        if (field == NULL || field->value_count == 0)
                return true;
        if (!lower_row_path(checker, &making->policy_scope, field->values[0], &path)) {
                if (field->values[0]->kind != EXPRESSION_PATH && field->values[0]->kind != EXPRESSION_ERROR)
                        check_error(checker, AGGREGATE_INVALID, field->values[0]->at, NO_HINT, "“逐个”后面要写一个列表");
                return false;
        }
        if (path.link_count > 0) {
                check_error(checker, AGGREGATE_INVALID, field->values[0]->at, NO_HINT, "“逐个”的列表要直接属于政策的对象");
                return false;
        }
        making->scope = scope_of_rows(&making->policy_scope, &path);
        making->benefit->each = path.many;
        making->benefit->each_when = build_constant(checker->builder, type_of(TYPE_TRUTH), TRUTH_YES);
        const Tail *where = tail_get(field->tails, TAILKIND_WHERE);
        if (where == NULL || where->value == NULL)
                return true;
        making->benefit->each_when = lower_truth(checker, &making->scope, where->value);
        Known *known = ARENA_NEW(checker->arena, Known, 1);
        making->scope = scope_knowing(&making->scope, known, making->benefit->each_when, true);
        return making->benefit->each_when != NONE;
}

static void make_money(Making *making, Label label, Type type) {
        Checker *checker = making->checker;
        Builder *builder = checker->builder;
        const Expression *expression = value_expression(making, label);
        if (!open_rows(making)) {
                making->failed = true;
                return;
        }
        uint32_t main = making->benefit->output_count;
        uint32_t amount = lower_typed(checker, &making->scope, expression, type);
        amount = clip(making, LABEL_BENEFIT_FLOOR, OP_MAXIMUM, amount, type);
        amount = clip(making, LABEL_BENEFIT_CAP, OP_MINIMUM, amount, type);
        amount = clip_remaining(making, LABEL_BENEFIT_TOTAL, amount, type, false);
        amount = clip_remaining(making, LABEL_BENEFIT_YEARLY, amount, type, true);
        amount = round_amount(making, amount);
        if (making->benefit->each != NONE && amount != NONE) {
                making->benefit->each_output = amount;
                builder_at(builder, expression->at);
                amount = build_reduce(builder, OP_SUM, making->benefit->each, making->benefit->each_when, amount);
        }
        add_output(making, label_text(label), amount, true, source_line(checker, expression->at));
        /* the money comes first, what is left of the limits behind it */
        for (uint32_t i = making->benefit->output_count; !making->failed && i > main + 1; i--) {
                Output output = making->benefit->outputs[i - 1];
                making->benefit->outputs[i - 1] = making->benefit->outputs[i - 2];
                making->benefit->outputs[i - 2] = output;
        }
}

/* ---- 贷款 -------------------------------------------------------------------------------------------------------------- */

#define LOAN_YEARS_MAX 30

static void read_interest(Making *making, const Field *field, uint32_t *shares) {
        Checker *checker = making->checker;
        for (const Item *item = field->items; item != NULL; item = item->next) {
                if (item->none)
                        continue;
                int64_t from = item->key_count > 0 && item->keys[0]->kind == EXPRESSION_YEAR ? item->keys[0]->integer : 0;
                int64_t to = item->key_count > 1 && item->keys[1]->kind == EXPRESSION_YEAR ? item->keys[1]->integer : from;
                bool wrong = from < 1 || to < from || to > LOAN_YEARS_MAX || item->key_count > 2 || item->value == NULL;
                for (int64_t year = from; !wrong && year <= to; year++)
                        wrong = shares[year - 1] != NONE;
                if (wrong) {
                        check_error(checker, INTEREST_INVALID, item->at, STR("例如 - 第1年 至 第2年：100%"), "贴息的年度不对");
                        making->failed = true;
                        continue;
                }
                uint32_t share = lower_typed(checker, &making->scope, item->value, type_number(UNIT_RATIO, 6));
                making->failed = making->failed || share == NONE;
                if (share == NONE)
                        continue;
                for (int64_t year = from; year <= to; year++)
                        shares[year - 1] = share;
                *ARENA_PUSH(checker->arena, making->benefit->interest, making->benefit->interest_count, making->interest_capacity) =
                        (InterestYears){ .from_year = (uint32_t) from, .to_year = (uint32_t) to, .share = share };
        }
}

/* limit × rate × share × months of this loan year ÷ 12, half up to fen */
static uint32_t interest_of_year(Making *making, uint32_t limit, uint32_t term, uint32_t rate, uint32_t share, uint32_t year) {
        Builder *builder = making->checker->builder;
        Type month = type_number(UNIT_MONTHS, 0);
        uint32_t months = build_arithmetic(builder, OP_SUBTRACT, term, build_constant(builder, month, 12 * (int64_t) year), UNIT_MONTHS);
        months = build_arithmetic(builder, OP_MINIMUM, months, build_constant(builder, month, 12), UNIT_MONTHS);
        months = build_arithmetic(builder, OP_MAXIMUM, months, build_constant(builder, month, 0), UNIT_MONTHS);
        Type none = type_number(UNIT_NONE, 0);
        uint32_t twelve = build_constant(builder, none, 12), one = build_constant(builder, none, 1);
        uint32_t product = build_arithmetic(builder, OP_MULTIPLY, limit, months, UNIT_YUAN), interest;
        if (step_type(making->checker, rate).scale + step_type(making->checker, share).scale <= SCALE_MAX) {
                uint32_t paid = build_arithmetic(builder, OP_MULTIPLY, rate, share, UNIT_YEARLY);
                interest = build_multiply_divide(builder, product, paid, twelve, UNIT_YUAN);
        } else {
                interest = build_multiply_divide(builder, product, rate, twelve, UNIT_YUAN);
                interest = build_multiply_divide(builder, interest, share, one, UNIT_YUAN);
        }
        return build_rescale(builder, interest, 2);
}

static void make_interest(Making *making, const Field *field, uint32_t limit, uint32_t term, uint32_t rate) {
        Checker *checker = making->checker;
        uint32_t shares[LOAN_YEARS_MAX], total = NONE;
        memset(shares, 0xff, sizeof shares);
        read_interest(making, field, shares);
        if (making->failed || limit == NONE || term == NONE || rate == NONE)
                return;
        uint8_t scale = step_type(checker, term).scale;
        builder_at(checker->builder, field->at);
        if (scale > 0) /* a part of a month is not a month */
                term = build_round(checker->builder, OP_ROUND_DOWN, term, 1, 0);
        for (uint32_t year = 0; year < LOAN_YEARS_MAX; year++) {
                if (shares[year] == NONE)
                        continue;
                const Step *share = builder_step(checker->builder, shares[year]);
                if (share->op == OP_CONSTANT && share->imm == 0)
                        continue;
                uint32_t interest = interest_of_year(making, limit, term, rate, shares[year], year);
                total = total == NONE ? interest : build_arithmetic(checker->builder, OP_ADD, total, interest, UNIT_YUAN);
        }
        if (total == NONE)
                total = zero(making, type_number(UNIT_YUAN, 2));
        add_output(making, STR("贴息总额"), total, false, STR("额度 × 利率 × 贴息比例 × 当年月数 ÷ 12，逐年取到分"));
}

static void make_loan(Making *making) {
        Checker *checker = making->checker;
        const Expression *limit_value = value_expression(making, LABEL_BENEFIT_LIMIT);
        const Expression *term_value = value_expression(making, LABEL_BENEFIT_TERM);
        const Expression *rate_value = value_expression(making, LABEL_BENEFIT_RATE);
        const Field *interest = inner_get(making->inner, LABEL_BENEFIT_INTEREST);
        Type money = type_number(UNIT_YUAN, 2);
        uint32_t term = NONE, rate = NONE;
        uint32_t limit = lower_typed(checker, &making->scope, limit_value, money);
        limit = clip(making, LABEL_BENEFIT_FLOOR, OP_MAXIMUM, limit, money);
        limit = clip(making, LABEL_BENEFIT_CAP, OP_MINIMUM, limit, money);
        if (limit != NONE)
                limit = build_rescale(checker->builder, limit, 2);
        add_output(making, label_text(LABEL_BENEFIT_LIMIT), limit, false, source_line(checker, limit_value->at));
        if (term_value != NULL) {
                term = lower_typed(checker, &making->scope, term_value, type_number(UNIT_MONTHS, 0));
                add_output(making, label_text(LABEL_BENEFIT_TERM), term, false, source_line(checker, term_value->at));
        }
        if (rate_value != NULL) {
                rate = lower_typed(checker, &making->scope, rate_value, type_number(UNIT_YEARLY, 6));
                add_output(making, label_text(LABEL_BENEFIT_RATE), rate, false, source_line(checker, rate_value->at));
        }
        if (interest != NULL)
                make_interest(making, interest, limit, term, rate);
}

/* ---- one benefit --------------------------------------------------------------------------------------------------------- */

static bool kind_of(Checker *checker, const Inner *inner, BenefitKind *ret_kind) {
        static const Str KINDS[] = { STR_INIT("一次性"), STR_INIT("按月"), STR_INIT("贷款"), STR_INIT("服务") };
        for (uint32_t i = 0; i < ARRAY_LENGTH(KINDS); i++) {
                if (str_equal(KINDS[i], inner->kind)) {
                        *ret_kind = (BenefitKind) i;
                        return true;
                }
        }
        if (inner->kind.length > 0)
                check_error(checker, BENEFIT_LABEL, inner->kind_at, STR("一次性、按月、贷款 或 服务"), "没有“%.*s”这种待遇",
                            STR_ARG(inner->kind));
        return false;
}

static bool check_labels(Checker *checker, const Inner *inner, BenefitKind kind) {
        static const Label NEEDED[] = { LABEL_BENEFIT_AMOUNT, LABEL_BENEFIT_MONTHLY, LABEL_BENEFIT_LIMIT, LABEL_BENEFIT_CONTENT };
        bool fine = true;
        for (const Field *field = inner->fields; field != NULL; field = field->next) {
                for (uint32_t i = 0; i < ARRAY_LENGTH(LABELS); i++) {
                        if (LABELS[i].label != field->label || (LABELS[i].kinds >> kind & 1) != 0)
                                continue;
                        check_error(checker, BENEFIT_LABEL, field->at, NO_HINT, "“%.*s”的待遇没有“%.*s”", STR_ARG(inner->kind),
                                    STR_ARG(label_text(field->label)));
                        fine = false;
                }
        }
        const Field *needed = inner_get(inner, NEEDED[kind]), *interest = inner_get(inner, LABEL_BENEFIT_INTEREST);
        bool whole = interest == NULL || (inner_get(inner, LABEL_BENEFIT_TERM) != NULL && inner_get(inner, LABEL_BENEFIT_RATE) != NULL);
        if (fine && (needed == NULL || !whole))
                check_error(checker, BENEFIT_INCOMPLETE, inner->name_at, NO_HINT, "待遇“%.*s”缺少“%s”", STR_ARG(inner->name),
                            needed == NULL ? label_text(NEEDED[kind]).data : "期限”和“利率不超过");
        return fine && needed != NULL && whole && needed->value_count > 0 && needed->values[0] != NULL;
}

static void make_when(Making *making) {
        Checker *checker = making->checker;
        const Expression *own = value_expression(making, LABEL_BENEFIT_WHEN);
        making->benefit->when = making->policy->eligible;
        if (own == NULL)
                return;
        uint32_t step = lower_truth(checker, &making->policy_scope, own);
        if (step != NONE)
                (void) static_check_condition(checker, step, own->at);
        making->policy_scope = making->scope = scope_knowing(&making->policy_scope, ARENA_NEW(checker->arena, Known, 1), step, true);
        builder_at(checker->builder, own->at);
        making->benefit->when = step == NONE || making->policy->eligible == NONE
                                        ? NONE : build_and(checker->builder, making->policy->eligible, step);
}

static void make_benefit(Making *making, BenefitKind kind) {
        switch (kind) {
        case BENEFIT_ONCE:
                make_money(making, LABEL_BENEFIT_AMOUNT, type_number(UNIT_YUAN, 2));
                break;
        case BENEFIT_BY_MONTH: {
                uint16_t unit;
                MUST(units_combine(making->checker, UNIT_YUAN, UNIT_MONTHS, -1, &unit));
                make_money(making, LABEL_BENEFIT_MONTHLY, type_number(unit, 2));
                break;
        }
        case BENEFIT_LOAN:
                make_loan(making);
                break;
        case BENEFIT_SERVICE:
                break;
        }
}

void check_benefits(Checker *checker, const Scope *scope, const Declaration *declaration, Policy *policy, uint32_t *capacity) {
        uint32_t clause = clause_in_program(checker, 0, declaration->at.file, declaration->clause);
        for (const Inner *inner = declaration->inners; inner != NULL; inner = inner->next) {
                BenefitKind kind;
                if (inner->head != INNER_BENEFIT || !kind_of(checker, inner, &kind))
                        continue;
                for (uint32_t i = 0; i < policy->benefit_count; i++) {
                        if (str_equal(policy->benefits[i].name, inner->name))
                                check_error(checker, NAME_DUPLICATE, inner->name_at, NO_HINT, "待遇“%.*s”写了两次", STR_ARG(inner->name));
                }
                const Field *content = inner_get(inner, LABEL_BENEFIT_CONTENT);
                Benefit benefit = { .name = inner->name, .kind = kind, .when = NONE, .each = NONE, .each_when = NONE, .each_output = NONE,
                                    .clause = clause, .cite = clause_title(checker, clause), .at = inner->name_at };
                if (content != NULL && content->value_count > 0)
                        benefit.content = content->values[0]->text;
                Making making = { .checker = checker, .inner = inner, .policy_scope = *scope, .scope = *scope, .policy = policy,
                                  .benefit = &benefit };
                making.policy_scope.clause = making.scope.clause = clause;
                bool shaped = check_labels(checker, inner, kind);
                if (policy->card.length > 0 && kind != BENEFIT_SERVICE) {
                        check_error(checker, CARD_CONDITIONS, inner->at, NO_HINT, "咨询卡片的待遇只能是服务");
                        continue;
                }
                if (policy->card.length == 0)
                        make_when(&making);
                if (shaped)
                        make_benefit(&making, kind);
                *ARENA_PUSH(checker->arena, policy->benefits, policy->benefit_count, *capacity) = benefit;
        }
}
