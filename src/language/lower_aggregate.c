/* Aggregates over the rows of a relation, the paths that lead to them, measures, and judgements (需人工认定).
 *
 * A list hangs on a parent; a path may reach that parent along to-one relations first (所在户.成员). The reduction is
 * a step of the parent, carried back along the path. Inside 其中 a bare name is the row's. A measure is an aggregate
 * over all rows of an entity: no step reduces it, whoever keeps the records counts. */
#include "language/check_internal.h"

/* ---- paths to rows --------------------------------------------------------------------------------------- */

bool lower_row_path(Checker *checker, const Scope *scope, const Expression *path, RowPath *ret_path) {
        RowPath found = { .entity = scope->entity };
        if (path == NULL || path->kind != EXPRESSION_PATH || path->part_count == 0 || path->parts[0].length == 0)
                return false;
        for (uint32_t i = 0; i < path->part_count; i++) {
                const Symbol *symbol = scope_member(checker, scope->module, found.entity, path->parts[i], NULL);
                bool last = i + 1 == path->part_count;
                if (symbol == NULL) {
                        Scope at = *scope;
                        at.entity = found.entity;
                        if (str_equal(path->parts[i], STR("本")))
                                check_error(checker, OUTER_MISUSED, path->at, NO_HINT, "汇总的列表不能从“本”开始");
                        else
                                scope_unknown(checker, &at, path->parts[i], path->part_spans[i], "关系");
                        return false;
                }
                if (symbol->kind != (last ? SYMBOL_MANY : SYMBOL_ONE) || found.link_count == ARRAY_LENGTH(found.links)) {
                        const char *wanted = last ? "要写一个列表（“多个”的关系）" : "前面只能是“一个”的关系";
                        check_error(checker, AGGREGATE_INVALID, path->part_spans[i], NO_HINT, "“%.*s”写错了：%s",
                                    STR_ARG(path->parts[i]), wanted);
                        return false;
                }
                const Link *link = &checker->program->links[symbol->index];
                if (last) {
                        found.many = symbol->index;
                        found.parent = link->parent;
                        found.entity = link->child;
                } else {
                        found.links[found.link_count++] = symbol->index;
                        found.entity = link->parent;
                }
        }
        *ret_path = found;
        return true;
}

Scope scope_of_rows(const Scope *outer, const RowPath *path) {
        return (Scope){ .module = outer->module, .entity = path->entity, .outer = outer,
                        .outer_link = path->link_count == 0 ? path->many : NONE, .anchor = outer->anchor,
                        .owner = outer->owner, .clause = outer->clause, .decider = outer->decider,
                        .period = outer->period };
}

/* ---- aggregates -------------------------------------------------------------------------------------------- */

typedef struct Aggregate {
        Str  name;
        Op   op;
        bool truth, value;      /* 任一, 全部 look at 其中 alone; 合计, 最大, 最小 need a value */
} Aggregate;

static const Aggregate AGGREGATES[] = {
        { STR_INIT("计数"), OP_COUNT, false, false },   { STR_INIT("合计"), OP_SUM, false, true },
        { STR_INIT("最大"), OP_LARGEST, false, true },  { STR_INIT("最小"), OP_SMALLEST, false, true },
        { STR_INIT("任一"), OP_ANY, true, false },      { STR_INIT("全部"), OP_ALL, true, false },
};

static const Aggregate *aggregate_find(const Expression *expression) {
        for (uint32_t i = 0; i < ARRAY_LENGTH(AGGREGATES) && expression->part_count > 0; i++) {
                if (str_equal(AGGREGATES[i].name, expression->parts[0]))
                        return &AGGREGATES[i];
        }
        return NULL;
}

static bool aggregate_shape(Checker *checker, const Expression *expression, const Aggregate *aggregate) {
        Str name = aggregate->name;
        const char *wrong = NULL;
        if (aggregate->value && expression->right == NULL)
                wrong = "要写明汇总什么：合计(成员，月收入)";
        else if (!aggregate->value && expression->right != NULL)
                wrong = "条件要写在“其中”后面";
        else if (expression->by != NULL && aggregate->op != OP_COUNT)
                wrong = "“按”只能用于计数";
        else if (aggregate->truth && expression->where == NULL && aggregate->op == OP_ALL)
                wrong = "要写明“其中”的条件";
        if (wrong != NULL) {
                check_error(checker, AGGREGATE_INVALID, expression->at, NO_HINT, "“%.*s”%s", STR_ARG(name), wrong);
                return false;
        }
        if (aggregate->op == OP_ALL && !expression->not_empty) {
                check_error(checker, NOT_EMPTY_MISSING, expression->at, STR("写作 全部(成员，非空，其中 条件)"),
                            "一行也没有时“全部”不成立，要写明“非空”");
                return false;
        }
        return true;
}

static uint16_t counter_unit(Checker *checker, uint16_t entity) {
        uint16_t unit = UNIT_NONE;
        int64_t factor;
        (void) units_read(checker, checker->program->entities[entity].counter, &unit, &factor);
        return unit;
}

/* 按 人, or 按 劳动者: the to-one link whose different partners are counted; NONE for the rows themselves. */
static bool distinct_link(Checker *checker, const Scope *rows, const Expression *by, uint32_t *ret_link, uint16_t *ret_entity) {
        Str name = by->part_count == 1 ? by->parts[0] : (Str){ 0 };
        const Symbol *member = scope_member(checker, rows->module, rows->entity, name, NULL);
        if (member != NULL && member->kind == SYMBOL_ONE) {
                *ret_link = member->index;
                *ret_entity = checker->program->links[member->index].parent;
                return true;
        }
        const Symbol *entity = scope_global(checker, rows->module, SPACE_TYPE, name, NULL);
        uint32_t found = NONE, count = 0;
        if (entity != NULL && entity->kind == SYMBOL_ENTITY && entity->index != rows->entity) {
                for (uint32_t i = 0; i < checker->program->link_count; i++) {
                        const Link *link = &checker->program->links[i];
                        if (link->child == rows->entity && link->parent == entity->index)
                                found = i, count++;
                }
        }
        if (count != 1 && !(entity != NULL && entity->kind == SYMBOL_ENTITY && entity->index == rows->entity)) {
                check_error(checker, AGGREGATE_INVALID, by->at, count > 1 ? STR("写出关系的名称，例如 按 劳动者") : NO_HINT,
                            "“按”后面要写一个实体，或指向它的“一个”关系");
                return false;
        }
        *ret_link = found;
        *ret_entity = (uint16_t) entity->index;
        return true;
}

static Value back_along(Checker *checker, const RowPath *path, uint32_t step) {
        for (uint32_t i = path->link_count; i > 0; i--)
                step = build_gather(checker->builder, path->links[i - 1], step);
        return (Value){ .step = step };
}

static bool check_sum_value(Checker *checker, const Aggregate *aggregate, Value value, Span at) {
        Type type = value_type(checker, value);
        bool fits = type.kind == TYPE_NUMBER || (type.kind == TYPE_DATE && aggregate->op != OP_SUM);
        if (!fits)
                check_error(checker, TYPE_MISMATCH, at, NO_HINT, "%.*s不能求%.*s", STR_ARG(type_words(checker, type)),
                            STR_ARG(aggregate->name));
        else if (value.points || (type.unit == UNIT_YEARLY && aggregate->op == OP_SUM))
                check_error(checker, YEARLY_RATE_MISUSED, at, NO_HINT, "利率和百分点不能求合计");
        else
                return true;
        return false;
}

Value lower_aggregate(Checker *checker, const Scope *scope, const Expression *expression) {
        Builder *builder = checker->builder;
        const Aggregate *aggregate = aggregate_find(expression);
        RowPath path;
        if (scope->constant) {
                check_error(checker, CONSTANT_EXPECTED, expression->at, NO_HINT, "这里要写固定的值");
                return VALUE_FAILED;
        }
        if (aggregate == NULL || !lower_row_path(checker, scope, expression->left, &path) ||
            !aggregate_shape(checker, expression, aggregate))
                return VALUE_FAILED;
        Scope rows = scope_of_rows(scope, &path);
        uint32_t filter = build_constant(builder, type_of(TYPE_TRUTH), TRUTH_YES), value = NONE, link = NONE;
        if (expression->where != NULL)
                filter = lower_truth(checker, &rows, expression->where);
        Known known;
        Scope inner = scope_knowing(&rows, &known, filter, true);
        Op op = aggregate->op;
        uint16_t counted = path.entity, unit = UNIT_NONE;
        if (aggregate->value) {
                Value of = lower(checker, &inner, expression->right, NULL);
                if (value_failed(of) || !check_sum_value(checker, aggregate, of, expression->right->at))
                        return VALUE_FAILED;
                value = of.step;
        } else if (expression->by != NULL) {
                if (!distinct_link(checker, &rows, expression->by, &link, &counted))
                        return VALUE_FAILED;
        }
        if (filter == NONE)
                return VALUE_FAILED;
        if (op == OP_COUNT)
                unit = counter_unit(checker, counted);
        builder_at(builder, expression->at);
        if (link != NONE) {
                op = OP_COUNT_DISTINCT;
                value = build_link(builder, link);
        }
        uint32_t step = build_reduce(builder, op, path.many, filter, value);
        return back_along(checker, &path, unit == UNIT_NONE ? step : build_unit(builder, step, unit));
}

/* ---- measures ------------------------------------------------------------------------------------------------ */

/* Each top-level conjunct may rely on those before it. The first of the form 日期 介于 期初 至 期末 dates the rows. */
static void measure_filter(Checker *checker, Scope *rows, const Expression *where, Measure *measure, bool *failed) {
        Builder *builder = checker->builder;
        if (where->kind == EXPRESSION_BINARY && where->operator == OPERATOR_AND) {
                measure_filter(checker, rows, where->left, measure, failed);
                measure_filter(checker, rows, where->right, measure, failed);
                return;
        }
        uint32_t truth = lower_truth(checker, rows, where);
        *failed = *failed || truth == NONE;
        if (truth == NONE)
                return;
        *rows = scope_knowing(rows, ARENA_NEW(checker->arena, Known, 1), truth, true);
        builder_at(builder, where->at);
        uint32_t first = build_apply_date(builder), last = build_base_date(builder);
        const Step *step = builder_step(builder, truth);
        if (measure->dated == NONE && step->op == OP_BETWEEN && step->b == first && step->c == last)
                measure->dated = step->a;
        else
                measure->rest = measure->rest == NONE ? truth : build_and(builder, measure->rest, truth);
        measure->where = measure->where == NONE ? truth : build_and(builder, measure->where, truth);
}

/* 按 劳动者, 按 人, or 按 a text or an enumeration: what different values of it are counted. */
static bool measure_key(Checker *checker, const Scope *rows, const Expression *by, Measure *measure, MeasureUnit *unit) {
        bool entity = by->kind == EXPRESSION_PATH && by->part_count == 1 &&
                      scope_member(checker, rows->module, rows->entity, by->parts[0], NULL) == NULL &&
                      scope_global(checker, rows->module, SPACE_TYPE, by->parts[0], NULL) != NULL;
        uint32_t link = NONE;
        uint16_t counted = rows->entity;
        if (entity) {
                if (!distinct_link(checker, rows, by, &link, &counted))
                        return false;
                builder_at(checker->builder, by->at);
                measure->distinct = link == NONE ? NONE : build_link(checker->builder, link);
        } else {
                measure->distinct = lower_path(checker, rows, by, 0, NULL).step;
                if (measure->distinct == NONE)
                        return false;
        }
        Type type = measure->distinct == NONE ? (Type){ .kind = TYPE_ROW, .of = counted } : step_type(checker, measure->distinct);
        if (type.kind != TYPE_ROW && type.kind != TYPE_TEXT && type.kind != TYPE_CODE) {
                check_error(checker, AGGREGATE_INVALID, by->at, NO_HINT, "“按”后面要写一个关系、文本或枚举，写的是%.*s",
                            STR_ARG(type_words(checker, type)));
                return false;
        }
        measure->kind = measure->distinct == NONE ? MEASURE_COUNT : MEASURE_DISTINCT;
        unit->any = type.kind != TYPE_ROW;
        if (!unit->any)
                unit->type = type_number(counter_unit(checker, type.of), 0);
        return true;
}

static bool measure_value(Checker *checker, const Scope *rows, const Expression *of, const Aggregate *aggregate, Measure *measure,
                          MeasureUnit *unit) {
        Value value = lower(checker, rows, of, NULL);
        if (value_failed(value) || !check_sum_value(checker, aggregate, value, of->at))
                return false;
        measure->kind = MEASURE_SUM;
        measure->value = value.step;
        unit->type = value_type(checker, value);
        return true;
}

/* The entity whose rows are counted: it stands where an aggregate has a relation. */
static const Symbol *measure_entity(Checker *checker, const Scope *scope, const Expression *path) {
        if (path == NULL || path->kind != EXPRESSION_PATH || path->part_count == 0)
                return NULL;
        if (path->part_count == 1)
                return check_entity(checker, scope->module, path->parts[0], path->at);
        check_error(checker, AGGREGATE_INVALID, path->at, STR("例如 计数(学员，其中 班级.类别 等于 创业培训)"),
                    "指标数的是一个实体的全部记录，这里只写实体的名称");
        return NULL;
}

bool lower_measure(Checker *checker, const Scope *scope, const Expression *expression, Measure *ret_measure, MeasureUnit *ret_unit) {
        if (expression == NULL || expression->kind == EXPRESSION_ERROR)
                return false;
        const Aggregate *aggregate = expression->kind == EXPRESSION_AGGREGATE ? aggregate_find(expression) : NULL;
        if (aggregate == NULL || (aggregate->op != OP_COUNT && aggregate->op != OP_SUM) || expression->not_empty) {
                check_error(checker, INDICATOR_SOURCE, expression->at, STR("写作 计数(学员，其中 条件) 或 合计(活动，参加人数)"),
                            "指标只能是 计数(…)、合计(…)，或其中两个相除");
                return false;
        }
        const Symbol *entity = aggregate_shape(checker, expression, aggregate) ? measure_entity(checker, scope, expression->left) : NULL;
        if (entity == NULL)
                return false;
        Measure measure = { .entity = (uint16_t) entity->index, .where = NONE, .dated = NONE, .rest = NONE, .value = NONE,
                            .distinct = NONE };
        MeasureUnit unit = { .type = type_number(counter_unit(checker, measure.entity), 0) };
        Scope rows = scope_of_entity(checker, scope->module, measure.entity, scope->owner, scope->clause);
        rows.period = true;
        bool failed = false;
        if (expression->where != NULL)
                measure_filter(checker, &rows, expression->where, &measure, &failed);
        if (aggregate->value && !measure_value(checker, &rows, expression->right, aggregate, &measure, &unit))
                failed = true;
        if (expression->by != NULL && !measure_key(checker, &rows, expression->by, &measure, &unit))
                failed = true;
        *ret_measure = measure;
        *ret_unit = unit;
        return !failed;
}

/* ---- judgements --------------------------------------------------------------------------------------------- */

Value lower_manual(Checker *checker, const Scope *scope, const Expression *expression) {
        Program *program = checker->program;
        if (scope->constant || scope->entity == ENTITY_NONE) {
                check_error(checker, CONSTANT_EXPECTED, expression->at, NO_HINT, "这里不能写需人工认定");
                return VALUE_FAILED;
        }
        for (uint32_t i = 0; i < checker->judgement_count; i++) {
                const Judgement *known = &checker->judgements[i];
                if (known->owner == scope->owner && known->entity == scope->entity && str_equal(known->text, expression->text))
                        return (Value){ .step = build_fact(checker->builder, known->fact) };
        }
        Fact fact = { .name = str_format(checker->arena, "认定.%.*s", STR_ARG(expression->text)), .entity = scope->entity,
                      .type = type_of(TYPE_TRUTH), .high = TRUTH_YES, .manual = true, .decider = scope->decider,
                      .guard = NONE, .step = NONE, .clause = scope->clause, .at = expression->at };
        fact.column = fact.name;
        Judgement judgement = { .owner = scope->owner, .text = expression->text, .entity = scope->entity,
                                .fact = program->fact_count };
        *ARENA_PUSH(checker->arena, checker->judgements, checker->judgement_count, checker->judgement_capacity) = judgement;
        *ARENA_PUSH(checker->arena, program->facts, program->fact_count, checker->fact_capacity) = fact;
        return (Value){ .step = build_fact(checker->builder, judgement.fact) };
}
