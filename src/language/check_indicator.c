/* Indicators: what is counted and in which unit, who reports the rest, and how far a figure may be split.
 *
 * All names are declared before any indicator is read, so that 同口径 may name a later one. */
#include "language/check_internal.h"

typedef struct Counting {
        Checker           *checker;
        const Declaration *declaration;
        const Symbol      *symbol;
        Indicator         *indicator;
        Span               source_at;
} Counting;

static const Measure NO_MEASURE = { .entity = ENTITY_NONE, .where = NONE, .dated = NONE, .rest = NONE, .value = NONE, .distinct = NONE };

/* ---- 来源 ---------------------------------------------------------------------------------------------------------- */

static void report_unit(Counting *counting, Str counted) {
        Checker *checker = counting->checker;
        check_error(checker, UNIT_MISMATCH, counting->source_at,
                    str_format(checker->arena, "指标 %.*s：%.*s", STR_ARG(counting->declaration->name), STR_ARG(counted)),
                    "指标“%.*s”的单位是%.*s，数出来的是%.*s", STR_ARG(counting->declaration->name),
                    STR_ARG(type_words(checker, counting->indicator->type)), STR_ARG(counted));
}

/* A figure of one measure is added up in the indicator's own type: the summand is brought to its scale, exactly. */
static void fit_single(Counting *counting, MeasureUnit unit) {
        Checker *checker = counting->checker;
        Type type = counting->indicator->type;
        Measure *measure = &counting->indicator->measure;
        bool fits = unit.any ? type.scale == 0 && type.unit != UNIT_NONE : units_same(checker, unit.type.unit, type.unit);
        if (!fits)
                report_unit(counting, unit.any ? STR("不同的个数") : unit_words(checker, unit.type.unit));
        else if (measure->kind == MEASURE_SUM && unit.type.scale > type.scale)
                check_error(checker, PRECISION_LOST, counting->source_at, STR("先用 取整(…)"), "合计的数比指标“%.*s”的小数位多",
                            STR_ARG(counting->declaration->name));
        else if (measure->kind == MEASURE_SUM)
                measure->value = build_rescale(checker->builder, measure->value, type.scale);
}

static void fit_ratio(Counting *counting, MeasureUnit above, MeasureUnit below) {
        Checker *checker = counting->checker;
        uint16_t unit = UNIT_NONE, wanted = counting->indicator->type.unit;
        bool known = !above.any && !below.any;
        if (known && !units_combine(checker, above.type.unit, below.type.unit, -1, &unit)) {
                check_error(checker, UNIT_TOO_COMPLEX, counting->source_at, NO_HINT, "两个数相除的单位太复杂");
                return;
        }
        bool number = wanted == UNIT_RATIO || wanted == UNIT_NONE;
        if (known && !units_same(checker, unit, wanted) && !(unit == UNIT_NONE && number))
                report_unit(counting, unit == UNIT_NONE ? STR("比率") : unit_words(checker, unit));
}

static void read_computed(Counting *counting, const Expression *value) {
        Checker *checker = counting->checker;
        Indicator *indicator = counting->indicator;
        Scope scope = scope_of_entity(checker, 0, ENTITY_NONE, counting->declaration, counting->symbol->clause);
        MeasureUnit unit, below;
        indicator->ratio = value->kind == EXPRESSION_BINARY && value->operator == OPERATOR_DIVIDE;
        if (!indicator->ratio) {
                if (lower_measure(checker, &scope, value, &indicator->measure, &unit) && counting->symbol->has_type)
                        fit_single(counting, unit);
                return;
        }
        bool above_read = lower_measure(checker, &scope, value->left, &indicator->measure, &unit);
        bool below_read = lower_measure(checker, &scope, value->right, &indicator->divisor, &below);
        if (above_read && below_read && counting->symbol->has_type)
                fit_ratio(counting, unit, below);
}

static void read_source(Counting *counting) {
        static const Str WORDS[] = { STR_INIT("计算"), STR_INIT("填报"), STR_INIT("导入") };
        Checker *checker = counting->checker;
        Indicator *indicator = counting->indicator;
        const Field *field = field_get(counting->declaration, LABEL_INDICATOR_SOURCE);
        uint32_t at;
        if (field == NULL || field->value_count == 0) {
                if (field == NULL)
                        check_error(checker, INDICATOR_SOURCE, counting->declaration->name_at, NO_HINT, "指标“%.*s”没有写“来源”",
                                    STR_ARG(counting->declaration->name));
                return;
        }
        const Expression *word = field->values[0], *value = field->value_count > 1 ? field->values[1] : NULL;
        if (word->kind == EXPRESSION_AGGREGATE || word->kind == EXPRESSION_BINARY) {
                check_error(checker, INDICATOR_SOURCE, word->at, STR("前面加上“计算”"), "来源要先写 计算、填报 或 导入");
                return;
        }
        if (!plan_choose(checker, word, WORDS, ARRAY_LENGTH(WORDS), &at))
                return;
        indicator->source = (IndicatorSource) at;
        indicator->reporter = tail_words(field->tails, TAILKIND_BY);
        if (value == NULL) {
                check_error(checker, INDICATOR_SOURCE, word->at, NO_HINT, "“%.*s”后面没有写%s", STR_ARG(WORDS[at]),
                            at == SOURCE_COMPUTED ? "怎样计算" : "多久一次，例如 每月");
                return;
        }
        counting->source_at = value->at;
        if (indicator->source == SOURCE_COMPUTED)
                read_computed(counting, value);
        else if (plan_cycle(checker, value, &indicator->cycle) && indicator->reporter.length == 0)
                check_error(checker, INDICATOR_SOURCE, field->at, STR("写明 由 哪个单位"), "“%.*s”没有写由谁", STR_ARG(WORDS[at]));
}

/* ---- 分 ------------------------------------------------------------------------------------------------------------ */

/* The first entity counted that has no county; ENTITY_NONE when all have. */
static uint16_t without_county(const Checker *checker, const Indicator *indicator) {
        const uint16_t counted[2] = { indicator->measure.entity, indicator->divisor.entity };
        for (uint32_t i = 0; i < 2; i++) {
                if (counted[i] != ENTITY_NONE && checker->program->entities[counted[i]].county == NONE)
                        return counted[i];
        }
        return ENTITY_NONE;
}

static void read_split(Counting *counting) {
        static const Str WORDS[] = { STR_INIT("区县"), STR_INIT("月"), STR_INIT("季"), STR_INIT("半年"), STR_INIT("学期"), STR_INIT("年") };
        Checker *checker = counting->checker;
        Indicator *indicator = counting->indicator;
        const Field *field = field_get(counting->declaration, LABEL_INDICATOR_SPLIT);
        uint16_t without = without_county(checker, indicator);
        Cycle shortest = indicator->cycle == CYCLE_NONE ? CYCLE_MONTH : indicator->cycle;
        indicator->by_county = field == NULL && without == ENTITY_NONE;
        indicator->finest = CYCLE_NONE;
        for (uint32_t i = 0; field != NULL && i < field->value_count; i++) {
                const Expression *word = field->values[i];
                uint32_t at;
                _Static_assert(CYCLE_MONTH == 1 && CYCLE_YEAR == ARRAY_LENGTH(WORDS) - 1, "the words stand in the order of the cycles");
                if (!plan_choose(checker, word, WORDS, ARRAY_LENGTH(WORDS), &at))
                        continue;
                if (at == 0)
                        indicator->by_county = true;
                else if (indicator->finest == CYCLE_NONE || (Cycle) at < indicator->finest)
                        indicator->finest = (Cycle) at;
                if (at == 0 && without != ENTITY_NONE) {
                        Str name = checker->program->entities[without].name;
                        Str hint = str_format(checker->arena, "写 事实 %.*s.区县：… 或 定义 %.*s.区县：…，或从“分”里去掉区县",
                                              STR_ARG(name), STR_ARG(name));
                        check_error(checker, SPLIT_INVALID, word->at, hint, "%.*s没有“区县”，不能分区县", STR_ARG(name));
                }
                if (at != 0 && (Cycle) at < shortest)
                        check_error(checker, SPLIT_INVALID, word->at, NO_HINT, "填报的期间比“%.*s”长，分不到这么细",
                                    STR_ARG(WORDS[at]));
        }
        if (indicator->finest == CYCLE_NONE)
                indicator->finest = shortest;
}

/* ---- all ----------------------------------------------------------------------------------------------------------- */

static void indicator_declare(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        Symbol *symbol = plan_declare(checker, SPACE_INDICATOR, SYMBOL_INDICATOR, module, declaration, program->indicator_count);
        if (symbol == NULL)
                return;
        symbol->has_type = declaration->type_count > 0 && type_read(checker, 0, declaration->types[0], &symbol->type);
        if (symbol->has_type && symbol->type.kind != TYPE_NUMBER) {
                check_error(checker, TYPE_MISMATCH, declaration->types[0].at, STR("例如 人次、金额、比率"), "指标是一个数，不能是%.*s",
                            STR_ARG(type_words(checker, symbol->type)));
                symbol->has_type = false;
        }
        *ARENA_PUSH(checker->arena, program->indicators, program->indicator_count, checker->indicator_capacity) =
                (Indicator){ .name = declaration->name, .type = symbol->has_type ? symbol->type : type_number(UNIT_NONE, 0),
                             .measure = NO_MEASURE, .divisor = NO_MEASURE, .finest = CYCLE_MONTH,
                             .meaning = field_text(declaration, LABEL_INDICATOR_MEANING), .same_as = NONE,
                             .clause = symbol->clause, .at = declaration->name_at };
}

static void indicator_read(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        const Symbol *symbol = module != 0 ? NULL : scope_global(checker, 0, SPACE_INDICATOR, declaration->name, NULL);
        if (symbol == NULL || symbol->declaration != declaration)
                return;
        Counting counting = { .checker = checker, .declaration = declaration, .symbol = symbol,
                              .indicator = &checker->program->indicators[symbol->index] };
        read_source(&counting);
        read_split(&counting);
        const Expression *same = plan_word(checker, declaration, LABEL_INDICATOR_SAME);
        if (same == NULL)
                return;
        const Symbol *other = scope_require(checker, 0, SPACE_INDICATOR, same->parts[0], same->at, "指标");
        if (other == symbol)
                check_error(checker, INDICATOR_SOURCE, same->at, NO_HINT, "“同口径”要写另一个指标");
        else if (other != NULL)
                counting.indicator->same_as = other->index;
}

void check_indicators(Checker *checker) {
        check_each(checker, HEAD_INDICATOR, indicator_declare);
        check_each(checker, HEAD_INDICATOR, indicator_read);
}
