/* Expressions into steps: literals, names and paths, logic, 若. The rest is in the other lower_*.c.
 *
 * One walk checks and builds. Every function reports once and returns a failed Value; callers go on with the other
 * operands, so that one run shows many errors. */
#include "language/check_internal.h"

Type step_type(const Checker *checker, uint32_t step) {
        return builder_step(checker->builder, step)->type;
}

static Value value_of(uint32_t step) {
        return (Value){ .step = step };
}

Scope scope_knowing(const Scope *scope, Known *link, uint32_t step, bool yes) {
        Scope inner = *scope;
        if (step == NONE)
                return inner;
        *link = (Known){ .step = step, .yes = yes, .next = scope->known };
        inner.known = link;
        return inner;
}

/* ---- source text --------------------------------------------------------------------------------------- */

/* An expression that begins with a bracket starts behind it: widened to the left until brackets pair. */
static Str bracketed(Str source, Span at) {
        static const Str OPEN[] = { STR_INIT("("), STR_INIT("（") }, CLOSE[] = { STR_INIT(")"), STR_INIT("）") };
        Str text = str_slice(source, at.start, at.end);
        size_t start = at.start;
        int depth = 0, missing = 0;
        for (size_t i = 0; i < text.length; i++) {
                Str rest = str_slice(text, i, text.length);
                depth += str_starts(rest, OPEN[0]) || str_starts(rest, OPEN[1]);
                depth -= str_starts(rest, CLOSE[0]) || str_starts(rest, CLOSE[1]);
                missing = -depth > missing ? -depth : missing;
        }
        while (missing > 0 && start > 0) {
                Str before = str_slice(source, 0, start);
                bool blank = source.data[start - 1] == ' ' || source.data[start - 1] == '\t';
                if (!blank && !str_ends(before, OPEN[0]) && !str_ends(before, OPEN[1]))
                        break;
                start -= str_ends(before, OPEN[1]) ? OPEN[1].length : 1;
                missing -= !blank;
        }
        return str_slice(source, start, at.end);
}

Str source_line(const Checker *checker, Span at) {
        if (at.file == 0 || at.file >= checker->diagnostics->file_count)
                return (Str){ 0 };
        Str text = bracketed(checker->diagnostics->files[at.file].text, at);
        char *line = ARENA_NEW(checker->arena, char, text.length + 1);
        size_t length = 0;
        bool blank = false, quoted = false;
        for (size_t i = 0; i < text.length; i++) {
                char byte = text.data[i];
                if (byte == '"')
                        quoted = !quoted;
                if (byte == '#' && !quoted) {
                        while (i + 1 < text.length && text.data[i + 1] != '\n')
                                i++;
                        continue;
                }
                if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
                        blank = length > 0;
                        continue;
                }
                if (blank)
                        line[length++] = ' ';
                blank = false;
                line[length++] = byte;
        }
        return (Str){ line, length };
}

Str join_texts(const Checker *checker, const Str *texts, uint32_t count, Str separator) {
        size_t length = 0, at = 0;
        for (uint32_t i = 0; i < count; i++)
                length += texts[i].length + separator.length;
        char *joined = ARENA_NEW(checker->arena, char, length + 1);
        for (uint32_t i = 0; i < count; i++) {
                const Str pieces[2] = { i > 0 ? separator : (Str){ 0 }, texts[i] };
                for (int k = 0; k < 2; k++) {
                        if (pieces[k].length > 0)
                                memcpy(joined + at, pieces[k].data, pieces[k].length);
                        at += pieces[k].length;
                }
        }
        return (Str){ joined, at };
}

Str expression_line(const Checker *checker, const Expression *expression) {
        if (expression == NULL)
                return (Str){ 0 };
        if (expression->kind != EXPRESSION_ANY_OF && expression->kind != EXPRESSION_ALL_OF)
                return source_line(checker, expression->at);
        Str *lines = ARENA_NEW(checker->arena, Str, expression->argument_count + 1);
        for (uint32_t i = 0; i < expression->argument_count; i++)
                lines[i] = expression_line(checker, expression->arguments[i]);
        Str list = join_texts(checker, lines, expression->argument_count, STR("；"));
        return str_format(checker->arena, "%s%.*s", expression->kind == EXPRESSION_ANY_OF ? "以下之一：" : "以下全部：",
                          STR_ARG(list));
}

bool expression_is_name(const Expression *expression, const char *name) {
        return expression != NULL && expression->kind == EXPRESSION_PATH && expression->part_count == 1 &&
               str_equal(expression->parts[0], str_from(name));
}

/* ---- literals ------------------------------------------------------------------------------------------ */

static Value lower_number(Checker *checker, const Expression *expression) {
        const NumberLiteral *number = &expression->number;
        uint16_t unit = UNIT_NONE;
        int64_t factor = 1, cell;
        if (number->percent || number->points)
                unit = UNIT_RATIO;
        else if (number->unit.length > 0 && !units_read(checker, number->unit, &unit, &factor)) {
                check_error(checker, UNIT_UNKNOWN, number->unit_at, NO_HINT, "没有“%.*s”这个单位", STR_ARG(number->unit));
                return VALUE_FAILED;
        }
        if (number->scale > SCALE_MAX || __builtin_mul_overflow(number->mantissa, factor, &cell) || cell == UNKNOWN) {
                check_error(checker, VALUE_OUTSIDE, expression->at, NO_HINT, "这个数太大");
                return VALUE_FAILED;
        }
        uint8_t scale = number->scale;
        for (; scale > 0 && cell % 10 == 0; scale--)
                cell /= 10;
        return (Value){ .step = build_constant(checker->builder, type_number(unit, scale), cell),
                        .points = number->points, .percent = number->percent };
}

/* ---- names --------------------------------------------------------------------------------------------- */

static uint32_t anchor_of(Checker *checker, const Scope *scope, Span at) {
        if (builder_step(checker->builder, scope->anchor)->entity == ENTITY_NONE ||
            builder_step(checker->builder, scope->anchor)->entity == scope->entity)
                return scope->anchor;
        if (scope->outer != NULL && scope->outer_link != NONE &&
            builder_step(checker->builder, scope->anchor)->entity == scope->outer->entity)
                return build_gather(checker->builder, scope->outer_link, scope->anchor);
        check_error(checker, OUTER_MISUSED, at, STR("用“于”写明日期，或先写成一个定义"), "这里读不到政策所按的日期");
        return NONE;
}

static Value read_fact(Checker *checker, const Scope *scope, const Symbol *symbol, Span at) {
        if (!symbol->has_type)
                return VALUE_FAILED;
        static_check_guard(checker, scope, symbol, at);
        uint32_t step = build_fact(checker->builder, symbol->index);
        if (symbol->fallback != NONE)
                step = build_default(checker->builder, step, symbol->fallback, true);
        return value_of(step);
}

static bool path_ends(Checker *checker, const Expression *path, uint32_t at) {
        if (at + 1 == path->part_count)
                return true;
        check_error(checker, NAME_KIND, path->at, NO_HINT, "“%.*s”不是关系，后面不能再写“.%.*s”", STR_ARG(path->parts[at]),
                    STR_ARG(path->parts[at + 1]));
        return false;
}

/* The rest of the path, seen along a to-one link. */
static Value follow_link(Checker *checker, const Scope *scope, const Symbol *symbol, const Expression *path, uint32_t at) {
        const Link *link = &checker->program->links[symbol->index];
        builder_at(checker->builder, path->at);
        if (at + 1 == path->part_count)
                return value_of(build_link(checker->builder, symbol->index));
        Scope inner = { .module = scope->module, .entity = link->parent, .outer_link = NONE, .reader = scope,
                        .reader_link = symbol->index, .anchor = scope->anchor, .clause = scope->clause,
                        .owner = scope->owner, .period = scope->period };
        Value value = lower_path(checker, &inner, path, at + 1, NULL);
        if (value_failed(value))
                return value;
        builder_at(checker->builder, path->at);
        value.step = build_gather(checker->builder, symbol->index, value.step);
        return value;
}

static Value read_symbol(Checker *checker, const Scope *scope, const Symbol *symbol, const Expression *path, uint32_t at) {
        builder_at(checker->builder, path->at);
        switch (symbol->kind) {
        case SYMBOL_FACT:
                return path_ends(checker, path, at) ? read_fact(checker, scope, symbol, path->at) : VALUE_FAILED;
        case SYMBOL_DEFINITION:
                return path_ends(checker, path, at) ? value_of(symbol->step) : VALUE_FAILED;
        case SYMBOL_ONE:
                return follow_link(checker, scope, symbol, path, at);
        case SYMBOL_PARAMETER: {
                uint32_t anchor = path_ends(checker, path, at) && symbol->has_type ? anchor_of(checker, scope, path->at) : NONE;
                return anchor == NONE ? VALUE_FAILED : value_of(build_parameter(checker->builder, symbol->index, anchor));
        }
        case SYMBOL_MANY:
                check_error(checker, NAME_KIND, path->at,
                            str_format(checker->arena, "例如 计数(%.*s) 或 任一(%.*s，其中 条件)", STR_ARG(symbol->name),
                                       STR_ARG(symbol->name)),
                            "“%.*s”是一个列表，不能直接当作值", STR_ARG(symbol->name));
                return VALUE_FAILED;
        case SYMBOL_TABLE:
                check_error(checker, NAME_KIND, path->at,
                            str_format(checker->arena, "例如 %.*s[…]", STR_ARG(symbol->name)), "“%.*s”是一张表，要写明查哪一格",
                            STR_ARG(symbol->name));
                return VALUE_FAILED;
        case SYMBOL_ENTITY:
        case SYMBOL_ENUMERATION:
        case SYMBOL_POLICY:
        case SYMBOL_EXCLUSIVE:
        case SYMBOL_DOCUMENT:
        case SYMBOL_EXAMPLE:
        case SYMBOL_INDICATOR:
        case SYMBOL_TARGET:
        case SYMBOL_TASK:
        case SYMBOL_SERVICE:
        case SYMBOL_DIRECTORY:
        case SYMBOL_REPORT:
                MUST(symbol->kind == SYMBOL_FACT);   /* names of these kinds live in other spaces */
        }
        return VALUE_FAILED;
}

/* 本.名: the row that an aggregate's list belongs to. */
static Value read_outer(Checker *checker, const Scope *scope, const Expression *path, uint32_t at) {
        if (scope->outer == NULL || scope->outer_link == NONE || at + 1 >= path->part_count) {
                check_error(checker, OUTER_MISUSED, path->at, NO_HINT,
                            scope->outer == NULL ? "“本”只能写在列表的“其中”和取值里"
                                                 : "这个列表不是直接挂在外面一行上的，“本”指不到它");
                return VALUE_FAILED;
        }
        Value value = lower_path(checker, scope->outer, path, at + 1, NULL);
        if (value_failed(value) || builder_step(checker->builder, value.step)->entity == ENTITY_NONE)
                return value;
        value.step = build_gather(checker->builder, scope->outer_link, value.step);
        return value;
}

/* A member of an enumeration: bare where it is expected, or 枚举.成员. False when the path is neither. */
static bool read_member(Checker *checker, const Scope *scope, const Expression *path, uint32_t first, const Type *expected,
                        Value *ret_value) {
        int64_t code;
        Type type = { .kind = TYPE_CODE };
        Str name = path->parts[first];
        if (expected != NULL && expected->kind == TYPE_CODE && first + 1 == path->part_count) {
                type.of = expected->of;
        } else if (first == 0 && path->part_count == 2) {
                const Symbol *symbol = scope_global(checker, scope->module, SPACE_TYPE, name, NULL);
                if (symbol == NULL || symbol->kind != SYMBOL_ENUMERATION || scope_names_value(checker, scope, name))
                        return false;
                type.of = (uint16_t) symbol->index;
                name = path->parts[1];
        } else {
                return false;
        }
        if (!enumeration_find(checker, type.of, name, &code))
                return false;
        *ret_value = value_of(build_constant(checker->builder, type, code));
        return true;
}

static void report_member(Checker *checker, const Expression *path, uint32_t at, const Type *expected) {
        const Enumeration *enumeration = &checker->program->enumerations[expected->of];
        Str near, hint = { 0 };
        if (path->parts[at].length < 256 && nearest_name(path->parts[at], enumeration->members, enumeration->member_count, &near))
                hint = str_format(checker->arena, "是否想写 %.*s", STR_ARG(near));
        check_error(checker, MEMBER_UNKNOWN, path->at, hint, "枚举“%.*s”里没有“%.*s”", STR_ARG(enumeration->name),
                    STR_ARG(path->parts[at]));
}

/* The days of a run by name. 期末 and 期初 are the same two days, where an indicator's period is meant. */
static bool read_day(Checker *checker, const Scope *scope, const Expression *path, uint32_t at, Value *ret_value) {
        static const struct {
                Str  name;
                bool base, period;
        } days[] = {
                { STR_INIT("基准日"), true, false }, { STR_INIT("申请日"), false, false },
                { STR_INIT("期末"), true, true },    { STR_INIT("期初"), false, true },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(days); i++) {
                if (!str_equal(path->parts[at], days[i].name) || (days[i].period && !scope->period))
                        continue;
                *ret_value = VALUE_FAILED;
                if (path_ends(checker, path, at))
                        *ret_value = value_of(days[i].base ? build_base_date(checker->builder) : build_apply_date(checker->builder));
                return true;
        }
        return false;
}

Value lower_path(Checker *checker, const Scope *scope, const Expression *path, uint32_t at, const Type *expected) {
        Value value;
        if (path->kind != EXPRESSION_PATH || at >= path->part_count || path->parts[at].length == 0)
                return VALUE_FAILED;
        builder_at(checker->builder, path->at);
        if (read_member(checker, scope, path, at, expected, &value))
                return value;
        Str name = path->parts[at];
        if (scope->constant) {
                if (expected != NULL && expected->kind == TYPE_CODE)
                        report_member(checker, path, at, expected);
                else
                        check_error(checker, CONSTANT_EXPECTED, path->at, NO_HINT, "这里要写固定的值，不能写“%.*s”", STR_ARG(name));
                return VALUE_FAILED;
        }
        if (str_equal(name, STR("本")) && at == 0)
                return read_outer(checker, scope, path, at);
        if (read_day(checker, scope, path, at, &value))
                return value;
        const Symbol *symbol = scope_member(checker, scope->module, scope->entity, name, NULL);
        if (symbol == NULL && scope->reader == NULL)
                symbol = scope_global(checker, scope->module, SPACE_VALUE, name, NULL);
        if (symbol != NULL)
                return read_symbol(checker, scope, symbol, path, at);
        if (expected != NULL && expected->kind == TYPE_CODE && at + 1 == path->part_count)
                report_member(checker, path, at, expected);
        else
                scope_unknown(checker, scope, name, path->part_spans[at], "事实、定义或参数");
        return VALUE_FAILED;
}

static Value lower_at(Checker *checker, const Scope *scope, const Expression *expression) {
        const Expression *left = expression->left;
        const Symbol *symbol = NULL;
        if (left == NULL || expression->right == NULL)
                return VALUE_FAILED;
        if (left->kind == EXPRESSION_PATH && left->part_count == 1 &&
            scope_member(checker, scope->module, scope->entity, left->parts[0], NULL) == NULL)
                symbol = scope_global(checker, scope->module, SPACE_VALUE, left->parts[0], NULL);
        if (symbol == NULL && left->kind == EXPRESSION_PATH && left->part_count == 1 &&
            !scope_names_value(checker, scope, left->parts[0])) {
                scope_unknown(checker, scope, left->parts[0], left->at, "参数");
                return VALUE_FAILED;
        }
        uint32_t date = lower_typed(checker, scope, expression->right, type_of(TYPE_DATE));
        if (symbol == NULL || symbol->kind != SYMBOL_PARAMETER || scope->constant) {
                if (left->kind != EXPRESSION_ERROR)
                        check_error(checker, NAME_KIND, left->at, NO_HINT, "“于”前面要写一个参数");
                return VALUE_FAILED;
        }
        if (date == NONE || !symbol->has_type)
                return VALUE_FAILED;
        builder_at(checker->builder, expression->at);
        return value_of(build_parameter(checker->builder, symbol->index, date));
}

static Value lower_index(Checker *checker, const Scope *scope, const Expression *expression) {
        const Expression *left = expression->left;
        if (left == NULL || left->kind != EXPRESSION_PATH || left->part_count != 1) {
                if (left != NULL && left->kind != EXPRESSION_ERROR)
                        check_error(checker, NAME_KIND, left->at, NO_HINT, "方括号前面要写一张表的名称");
                return VALUE_FAILED;
        }
        const Symbol *symbol = scope_require(checker, scope->module, SPACE_VALUE, left->parts[0], left->at, "表");
        if (symbol == NULL)
                return VALUE_FAILED;
        if (symbol->kind != SYMBOL_TABLE || scope->constant) {
                check_error(checker, NAME_KIND, left->at, NO_HINT, "“%.*s”不是表", STR_ARG(left->parts[0]));
                return VALUE_FAILED;
        }
        if (!symbol->has_type)
                return VALUE_FAILED;
        const Table *table = &checker->program->tables[symbol->index];
        if (expression->argument_count != table->key_count) {
                check_error(checker, ARGUMENTS_WRONG, expression->at, NO_HINT, "表“%.*s”按 %u 个枚举查，这里写了 %u 个",
                            STR_ARG(table->name), table->key_count, expression->argument_count);
                return VALUE_FAILED;
        }
        uint32_t keys[3] = { NONE, NONE, NONE };
        bool failed = false;
        for (uint32_t i = 0; i < table->key_count; i++) {
                keys[i] = lower_typed(checker, scope, expression->arguments[i],
                                      (Type){ .kind = TYPE_CODE, .of = table->keys[i] });
                failed = failed || keys[i] == NONE;
        }
        builder_at(checker->builder, expression->at);
        return failed ? VALUE_FAILED : value_of(build_table(checker->builder, symbol->index, keys));
}

/* ---- logic --------------------------------------------------------------------------------------------- */

/* Left to right: what is asked of the right side holds only where the left side has not decided. */
static Value lower_connective(Checker *checker, const Scope *scope, const Expression *expression) {
        Known known;
        bool and = expression->operator == OPERATOR_AND;
        uint32_t left = lower_truth(checker, scope, expression->left);
        Scope inner = scope_knowing(scope, &known, left, and);
        uint32_t right = lower_truth(checker, &inner, expression->right);
        if (left == NONE || right == NONE)
                return VALUE_FAILED;
        builder_at(checker->builder, expression->at);
        return value_of(and ? build_and(checker->builder, left, right) : build_or(checker->builder, left, right));
}

static Value lower_list(Checker *checker, const Scope *scope, const Expression *expression) {
        bool and = expression->kind == EXPRESSION_ALL_OF, failed = false;
        uint32_t all = NONE;
        Scope inner = *scope;
        Known *known = ARENA_NEW(checker->arena, Known, expression->argument_count + 1);
        for (uint32_t i = 0; i < expression->argument_count; i++) {
                const Expression *item = expression->arguments[i];
                Scope own = inner;
                Str decider = tail_words(item->tails, TAILKIND_BY);
                if (decider.length > 0)
                        own.decider = decider;
                uint32_t step = lower_truth(checker, &own, item);
                failed = failed || step == NONE;
                if (step == NONE)
                        continue;
                (void) static_check_condition(checker, step, item->at);
                builder_at(checker->builder, expression->at);
                all = all == NONE ? step : and ? build_and(checker->builder, all, step)
                                               : build_or(checker->builder, all, step);
                inner = scope_knowing(&inner, &known[i], step, and);
        }
        return failed || all == NONE ? VALUE_FAILED : value_of(all);
}

static Value lower_if(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected) {
        Known yes_known, no_known;
        Value yes, no;
        if (expression->argument_count != 3)
                return VALUE_FAILED;
        uint32_t condition = lower_truth(checker, scope, expression->arguments[0]);
        Scope yes_scope = scope_knowing(scope, &yes_known, condition, true);
        Scope no_scope = scope_knowing(scope, &no_known, condition, false);
        yes = lower(checker, &yes_scope, expression->arguments[1], expected);
        Type type = value_failed(yes) ? (Type){ 0 } : value_type(checker, yes);
        no = lower(checker, &no_scope, expression->arguments[2],
                   expected == NULL && !value_failed(yes) ? &type : expected);
        if (condition == NONE || value_failed(yes) || value_failed(no) ||
            !lower_unify(checker, &yes, &no, expression->at, "两个分支"))
                return VALUE_FAILED;
        builder_at(checker->builder, expression->at);
        return (Value){ .step = build_select(checker->builder, condition, yes.step, no.step),
                        .points = yes.points, .percent = yes.percent && no.percent };
}

static Value lower_not(Checker *checker, const Scope *scope, const Expression *expression) {
        uint32_t step = lower_truth(checker, scope, expression->left);
        builder_at(checker->builder, expression->at);
        return step == NONE ? VALUE_FAILED : value_of(build_not(checker->builder, step));
}

static Value lower_negate(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected) {
        Value value = expression->left == NULL ? VALUE_FAILED : lower(checker, scope, expression->left, expected);
        if (value_failed(value))
                return value;
        if (value_type(checker, value).kind != TYPE_NUMBER || value.points) {
                check_error(checker, TYPE_MISMATCH, expression->at, NO_HINT, "负号后面要写数");
                return VALUE_FAILED;
        }
        builder_at(checker->builder, expression->at);
        value.step = build_negate(checker->builder, value.step);
        return value;
}

/* ---- the walk ------------------------------------------------------------------------------------------ */

Value lower(Checker *checker, const Scope *scope, const Expression *expression, const Type *expected) {
        if (expression == NULL)
                return VALUE_FAILED;
        builder_at(checker->builder, expression->at);
        switch (expression->kind) {
        case EXPRESSION_ERROR:
                return VALUE_FAILED;
        case EXPRESSION_NUMBER:
                return lower_number(checker, expression);
        case EXPRESSION_DATE:
                return value_of(build_constant(checker->builder, type_of(TYPE_DATE), expression->integer));
        case EXPRESSION_TRUTH:
                return value_of(build_constant(checker->builder, type_of(TYPE_TRUTH),
                                               expression->integer != 0 ? TRUTH_YES : TRUTH_NO));
        case EXPRESSION_YEAR:
                check_error(checker, TYPE_MISMATCH, expression->at, NO_HINT, "“第几年”只能写在贴息里");
                return VALUE_FAILED;
        case EXPRESSION_TEXT:
                check_error(checker, TYPE_MISMATCH, expression->at, STR("固定的几种写法请用枚举"), "文字不能参加运算和比较");
                return VALUE_FAILED;
        case EXPRESSION_UNKNOWN:
                check_error(checker, TYPE_MISMATCH, expression->at, NO_HINT, "“未知”只能写在例子里");
                return VALUE_FAILED;
        case EXPRESSION_PATH:
                return lower_path(checker, scope, expression, 0, expected);
        case EXPRESSION_AT:
                return lower_at(checker, scope, expression);
        case EXPRESSION_INDEX:
                return lower_index(checker, scope, expression);
        case EXPRESSION_CALL:
                return lower_call(checker, scope, expression, expected);
        case EXPRESSION_AGGREGATE:
                return lower_aggregate(checker, scope, expression);
        case EXPRESSION_MANUAL:
                return lower_manual(checker, scope, expression);
        case EXPRESSION_NOT:
                return lower_not(checker, scope, expression);
        case EXPRESSION_NEGATE:
                return lower_negate(checker, scope, expression, expected);
        case EXPRESSION_BINARY:
                if (expression->operator <= OPERATOR_AND)
                        return lower_connective(checker, scope, expression);
                return expression->operator >= OPERATOR_ADD ? lower_arithmetic(checker, scope, expression, expected)
                                                            : lower_comparison(checker, scope, expression);
        case EXPRESSION_BETWEEN:
                return lower_between(checker, scope, expression);
        case EXPRESSION_IN:
                return lower_in(checker, scope, expression);
        case EXPRESSION_IF:
                return lower_if(checker, scope, expression, expected);
        case EXPRESSION_ANY_OF:
        case EXPRESSION_ALL_OF:
                return lower_list(checker, scope, expression);
        }
        return VALUE_FAILED;
}

uint32_t lower_truth(Checker *checker, const Scope *scope, const Expression *expression) {
        Type truth = type_of(TYPE_TRUTH);
        Value value = lower(checker, scope, expression, &truth);
        if (value_failed(value))
                return NONE;
        Type type = value_type(checker, value);
        if (type.kind == TYPE_TRUTH)
                return value.step;
        check_error(checker, TYPE_MISMATCH, expression->at,
                    type.kind == TYPE_NUMBER ? STR("写成比较，例如 … 不少于 …") : NO_HINT,
                    "这里要写真假，写的是%.*s", STR_ARG(type_words(checker, type)));
        return NONE;
}

uint32_t lower_typed(Checker *checker, const Scope *scope, const Expression *expression, Type type) {
        Value value = lower(checker, scope, expression, &type);
        if (value_failed(value))
                return NONE;
        Type found = value_type(checker, value);
        if (value.points) {
                check_error(checker, POINTS_MISUSED, expression->at, STR("写作 %"), "百分点只能加到或减自一个比率或年利率");
                return NONE;
        }
        if (value.percent && type.kind == TYPE_NUMBER && type.unit == UNIT_YEARLY)
                return build_unit(checker->builder, value.step, UNIT_YEARLY);
        if (found.kind == type.kind && found.of == type.of &&
            (type.kind != TYPE_NUMBER || units_same(checker, found.unit, type.unit)))
                return type.kind == TYPE_NUMBER && found.unit != type.unit
                               ? build_unit(checker->builder, value.step, type.unit) : value.step;
        if (found.kind == TYPE_NUMBER && type.kind == TYPE_NUMBER)
                check_error(checker, UNIT_MISMATCH, expression->at, NO_HINT, "这里要写%.*s，写的是%.*s",
                            STR_ARG(type_words(checker, type)), STR_ARG(type_words(checker, found)));
        else
                check_error(checker, TYPE_MISMATCH, expression->at, NO_HINT, "这里要写%.*s，写的是%.*s",
                            STR_ARG(type_words(checker, type)), STR_ARG(type_words(checker, found)));
        return NONE;
}

/* ---- fixed values --------------------------------------------------------------------------------------- */

bool lower_constant(Checker *checker, uint32_t module, const Expression *expression, Type type, int64_t *ret_cell) {
        if (expression == NULL || expression->kind == EXPRESSION_ERROR)
                return false;
        if (expression->kind == EXPRESSION_UNKNOWN) {
                *ret_cell = type_unknown(type);
                return true;
        }
        if (type.kind == TYPE_TEXT && expression->kind == EXPRESSION_TEXT) {
                uint32_t index = map_count(checker->texts);
                if (!map_add(checker->texts, expression->text, index))
                        (void) map_get(checker->texts, expression->text, &index);
                *ret_cell = index;
                return true;
        }
        Scope scope = { .module = module, .entity = ENTITY_NONE, .constant = true, .outer_link = NONE, .anchor = NONE };
        uint32_t step = lower_typed(checker, &scope, expression, type);
        if (step == NONE)
                return false;
        const Step *made = builder_step(checker->builder, step);
        if (made->op != OP_CONSTANT || made->imm == type_unknown(type)) {
                check_error(checker, CONSTANT_EXPECTED, expression->at, NO_HINT, "这里要写固定的值");
                return false;
        }
        int64_t cell = made->imm;
        if (type.kind == TYPE_NUMBER && made->type.scale > type.scale) {
                int64_t power = kernel_power_of_ten(made->type.scale - type.scale);
                if (cell % power != 0) {
                        check_error(checker, PRECISION_LOST, expression->at, NO_HINT, "%.*s最多 %u 位小数",
                                    STR_ARG(type_words(checker, type)),
                                    type.unit == UNIT_RATIO || type.unit == UNIT_YEARLY ? type.scale - 2u : type.scale);
                        return false;
                }
                cell /= power;
        } else if (type.kind == TYPE_NUMBER) {
                cell = kernel_multiply(cell, kernel_power_of_ten(type.scale - made->type.scale));
        }
        if (cell == UNKNOWN) {
                check_error(checker, VALUE_OUTSIDE, expression->at, NO_HINT, "这个数太大");
                return false;
        }
        *ret_cell = cell;
        return true;
}

bool lower_constant_date(Checker *checker, const Expression *expression, int32_t *ret_days) {
        int64_t cell;
        if (!lower_constant(checker, 0, expression, type_of(TYPE_DATE), &cell))
                return false;
        if (cell == UNKNOWN) {
                check_error(checker, CONSTANT_EXPECTED, expression->at, NO_HINT, "这里要写一个日期");
                return false;
        }
        *ret_days = (int32_t) cell;
        return true;
}
