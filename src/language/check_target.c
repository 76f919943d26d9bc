/* Targets: which figure must come to what, when it is judged, and who answers for it. */
#include "language/check_internal.h"
#include "language/token.h"

typedef struct Aiming {
        Checker           *checker;
        const Declaration *declaration;
        Target            *target;
} Aiming;

/* ---- 要求 ---------------------------------------------------------------------------------------------------------- */

/* 达到 is a bare number of the document; 力争 strives; the comparison words mean what they mean elsewhere. */
static bool requirement_word(Str word, Requirement *ret_requirement) {
        static const struct {
                Str         word;
                Requirement requirement;
        } WORDS[] = { { STR_INIT("达到"), REQUIRE_REACH }, { STR_INIT("约"), REQUIRE_ABOUT }, { STR_INIT("力争"), REQUIRE_STRIVE } };
        Operator operator;
        for (uint32_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
                if (str_equal(word, WORDS[i].word)) {
                        *ret_requirement = WORDS[i].requirement;
                        return true;
                }
        }
        if (!keyword_compares(keyword_find(word), &operator))
                return false;
        if (operator != OPERATOR_AT_LEAST && operator != OPERATOR_AT_MOST && operator != OPERATOR_MORE)
                return false;
        *ret_requirement = operator == OPERATOR_AT_LEAST ? REQUIRE_AT_LEAST : operator == OPERATOR_MORE ? REQUIRE_MORE : REQUIRE_AT_MOST;
        return true;
}

static void read_requirement(Aiming *aiming, Type type) {
        Checker *checker = aiming->checker;
        const Field *field = field_get(aiming->declaration, LABEL_TARGET_REQUIREMENT);
        if (field == NULL || field->value_count == 0 || field->values[0]->kind == EXPRESSION_ERROR)
                return;
        const Expression *word = field->values[0];
        bool single = word->kind == EXPRESSION_PATH && word->part_count == 1;
        if (!single || !requirement_word(word->parts[0], &aiming->target->requirement) || field->value_count < 2) {
                static const Str WORDS[] = { STR_INIT("不少于"), STR_INIT("达到"), STR_INIT("超过"), STR_INIT("不超过"), STR_INIT("力争") };
                Str hint = single ? plan_similar(checker, word->parts[0], WORDS, ARRAY_LENGTH(WORDS)) : (Str){ 0 };
                check_error(checker, REQUIREMENT_INVALID, word->at, hint.length > 0 ? hint : STR("例如 要求：不少于 1.3万人次"),
                            "要求写作 不少于、达到、超过、不超过、约 或 力争，后面一个数");
                return;
        }
        Scope scope = scope_of_entity(checker, 0, ENTITY_NONE, aiming->declaration, aiming->target->clause);
        uint32_t step = lower_typed(checker, &scope, field->values[1], type);
        if (step == NONE)
                return;
        if (step_type(checker, step).scale > type.scale) {
                check_error(checker, PRECISION_LOST, field->values[1]->at, NO_HINT, "要求的小数位比指标多");
                return;
        }
        builder_at(checker->builder, field->values[1]->at);
        aiming->target->value = build_rescale(checker->builder, step, type.scale);
}

/* ---- 期间 ---------------------------------------------------------------------------------------------------------- */

typedef enum PeriodShape { SHAPE_CYCLE, SHAPE_SPAN, SHAPE_DAY, SHAPE_WORD } PeriodShape;

static const struct {
        TargetPeriod period;
        PeriodShape  shape;
} PERIODS[] = {
        { PERIOD_YEARLY, SHAPE_CYCLE }, { PERIOD_QUARTERLY, SHAPE_CYCLE }, { PERIOD_MONTHLY, SHAPE_CYCLE }, { PERIOD_TERM, SHAPE_CYCLE },
        { PERIOD_CUMULATIVE, SHAPE_SPAN }, { PERIOD_BY, SHAPE_DAY }, { PERIOD_UNSTATED, SHAPE_WORD },
};
static const Str PERIOD_WORDS[] = { STR_INIT("每年"), STR_INIT("每季"), STR_INIT("每月"), STR_INIT("每学期"), STR_INIT("累计"),
                                    STR_INIT("截至"), STR_INIT("期间不明") };
_Static_assert(ARRAY_LENGTH(PERIODS) == ARRAY_LENGTH(PERIOD_WORDS), "each word has its period");

/* 2021 or 2021年 */
static bool period_year(const Expression *expression, int64_t *ret_year) {
        const NumberLiteral *number = &expression->number;
        if (expression->kind != EXPRESSION_NUMBER || number->scale > 0 || number->percent || number->points ||
            (number->unit.length > 0 && !str_equal(number->unit, STR("年"))) || number->mantissa < 1900 || number->mantissa > 2199)
                return false;
        *ret_year = number->mantissa;
        return true;
}

/* The values behind the word; false when they do not suit it. */
static bool period_values(Aiming *aiming, const Field *field, PeriodShape shape) {
        Checker *checker = aiming->checker;
        Target *target = aiming->target;
        int64_t first, last;
        switch (shape) {
        case SHAPE_WORD:
                return field->value_count == 1;
        case SHAPE_DAY:
                return field->value_count == 2 && lower_constant_date(checker, field->values[1], &target->to);
        case SHAPE_SPAN:
                return field->value_count == 3 && field->values[2] != NULL &&
                       lower_constant_date(checker, field->values[1], &target->from) &&
                       lower_constant_date(checker, field->values[2], &target->to);
        case SHAPE_CYCLE:
                if (field->value_count == 1)
                        return true;
                if (field->value_count != 3 || field->values[1] == NULL || field->values[2] == NULL ||
                    !period_year(field->values[1], &first) || !period_year(field->values[2], &last))
                        return false;
                target->from = date_from_civil((int32_t) first, 1, 1);
                target->to = date_from_civil((int32_t) last, 12, 31);
                return true;
        }
        return false;
}

static void read_period(Aiming *aiming) {
        Checker *checker = aiming->checker;
        Target *target = aiming->target;
        const Field *field = field_get(aiming->declaration, LABEL_TARGET_PERIOD);
        uint32_t at, errors;
        if (field == NULL || field->value_count == 0 ||
            !plan_choose(checker, field->values[0], PERIOD_WORDS, ARRAY_LENGTH(PERIOD_WORDS), &at))
                return;
        for (uint32_t i = 1; i < field->value_count; i++) {
                if (field->values[i] != NULL && field->values[i]->kind == EXPRESSION_ERROR)
                        return;
        }
        target->period = PERIODS[at].period;
        errors = checker->diagnostics->errors;
        if (!period_values(aiming, field, PERIODS[at].shape)) {
                if (checker->diagnostics->errors == errors)
                        check_error(checker, TARGET_PERIOD_INVALID, field->at, NO_HINT, "“%.*s”后面写得不对", STR_ARG(PERIOD_WORDS[at]));
        } else if (target->from > target->to) {
                check_error(checker, PERIOD_INVALID, field->at, NO_HINT, "期间的开始晚于结束");
        }
}

/* ---- one target ------------------------------------------------------------------------------------------------------ */

/* 比：上年同期, 每个：区县, 分解：区县: the one word there is. */
static bool read_flag(Aiming *aiming, Label label, Str word) {
        const Expression *written = plan_word(aiming->checker, aiming->declaration, label);
        uint32_t at;
        return written != NULL && plan_choose(aiming->checker, written, &word, 1, &at);
}

static void check_counties(Aiming *aiming, Label label, bool wanted) {
        Checker *checker = aiming->checker;
        const Indicator *indicator = &checker->program->indicators[aiming->target->indicator];
        if (wanted && !indicator->by_county)
                check_error(checker, SPLIT_INVALID, field_get(aiming->declaration, label)->at, NO_HINT, "指标“%.*s”不分区县",
                            STR_ARG(indicator->name));
}

static void read_indicator(Aiming *aiming) {
        Checker *checker = aiming->checker;
        Target *target = aiming->target;
        const Expression *name = plan_word(checker, aiming->declaration, LABEL_TARGET_INDICATOR);
        if (name == NULL)
                return;
        const Symbol *symbol = scope_require(checker, 0, SPACE_INDICATOR, name->parts[0], name->at, "指标");
        if (symbol == NULL)
                return;
        target->indicator = symbol->index;
        check_counties(aiming, LABEL_TARGET_EACH, target->each_county);
        check_counties(aiming, LABEL_TARGET_SPLIT, target->split);
        if (symbol->has_type)
                read_requirement(aiming, target->growth ? type_number(UNIT_RATIO, 6) : symbol->type);
}

/* What the document of the clause covers, where the target does not say. */
static void document_period(const Program *program, uint32_t clause, int32_t *ret_from, int32_t *ret_to) {
        uint32_t document = program->clauses[clause].document;
        *ret_from = document == NONE ? DATE_MIN : program->documents[document].from;
        *ret_to = document == NONE ? DATE_MAX : program->documents[document].to;
}

static void target_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        static const Label REQUIRED[] = { LABEL_TARGET_INDICATOR, LABEL_TARGET_REQUIREMENT, LABEL_TARGET_PERIOD };
        (void) file;
        Program *program = checker->program;
        const Symbol *symbol = plan_declare(checker, SPACE_TARGET, SYMBOL_TARGET, module, declaration, program->target_count);
        if (symbol == NULL)
                return;
        Target target = { .name = declaration->name, .indicator = NONE, .value = NONE, .period = PERIOD_UNSTATED,
                          .area = field_text(declaration, LABEL_TARGET_AREA), .lead = plan_joined(checker, declaration, LABEL_TARGET_LEAD),
                          .note = plan_notes(checker, declaration, LABEL_TARGET_NOTE),
                          .cite = plan_cite(checker, declaration, symbol->clause), .clause = symbol->clause, .at = declaration->name_at };
        Aiming aiming = { checker, declaration, &target };
        document_period(program, symbol->clause, &target.from, &target.to);
        plan_texts(checker, declaration, LABEL_TARGET_PARTNERS, &target.partners, &target.partner_count);
        for (uint32_t i = 0; i < ARRAY_LENGTH(REQUIRED); i++) {
                if (field_get(declaration, REQUIRED[i]) == NULL)
                        check_error(checker, TARGET_INCOMPLETE, declaration->name_at, NO_HINT, "目标“%.*s”没有写“%.*s”",
                                    STR_ARG(declaration->name), STR_ARG(label_text(REQUIRED[i])));
        }
        target.growth = read_flag(&aiming, LABEL_TARGET_GROWTH, STR("上年同期"));
        target.each_county = read_flag(&aiming, LABEL_TARGET_EACH, STR("区县"));
        target.split = read_flag(&aiming, LABEL_TARGET_SPLIT, STR("区县"));
        read_indicator(&aiming);
        read_period(&aiming);
        *ARENA_PUSH(checker->arena, program->targets, program->target_count, checker->target_capacity) = target;
}

void check_targets(Checker *checker) {
        check_each(checker, HEAD_TARGET, target_visit);
}
