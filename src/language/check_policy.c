/* Policies with their supplements, and policies that exclude each other.
 *
 * A policy is one conjunction: 施行 first, then 对象范围 and 对象扩大 together as one condition, then conditions and
 * exclusions in the order written. Each item may rely on what the earlier ones established. */
#include "language/check_internal.h"

/* The declaration of a policy and what supplements it, in order of the files. */
typedef struct Parts {
        const Declaration **declarations;
        uint32_t            count, capacity;
} Parts;

typedef struct Building {
        Checker   *checker;
        Parts     *parts;
        Policy    *policy;
        Scope      scope;
        Condition *conditions;
        uint32_t   condition_count, condition_capacity;
        bool       failed, contradicted;
} Building;

static const Field *part_field(const Parts *parts, Label label) {
        for (uint32_t i = 0; i < parts->count; i++) {
                const Field *field = field_get(parts->declarations[i], label);
                if (field != NULL)
                        return field;
        }
        return NULL;
}

static Str part_text(const Parts *parts, Label label) {
        const Field *field = part_field(parts, label);
        return field == NULL || field->value_count == 0 || field->values[0] == NULL ? (Str){ 0 } : field->values[0]->text;
}

/* ---- conditions ------------------------------------------------------------------------------------------------ */

#define CONTRADICTION_MAX 64

static void check_contradiction(Building *building, Span at) {
        Literal literals[CONTRADICTION_MAX];
        uint32_t count = 0;
        for (uint32_t i = 0; i < building->condition_count && count < CONTRADICTION_MAX; i++) {
                if (!building->conditions[i].in_force)
                        literals[count++] = (Literal){ building->conditions[i].step, true };
        }
        if (building->contradicted || count < 2 || building->condition_count > CONTRADICTION_MAX ||
            !static_impossible(building->checker, literals, count))
                return;
        building->contradicted = true;
        check_error(building->checker, CONDITIONS_CONTRADICT, at, NO_HINT, "这项条件与前面的条件不能同时成立");
}

static void add_condition(Building *building, Condition condition, const Tail *tails) {
        Checker *checker = building->checker;
        if (condition.step == NONE) {
                building->failed = true;
                return;
        }
        condition.because = tail_words(tails, TAILKIND_BECAUSE);
        condition.cite = tail_words(tails, TAILKIND_CITE);
        if (condition.cite.length == 0)
                condition.cite = clause_title(checker, condition.clause);
        *ARENA_PUSH(checker->arena, building->conditions, building->condition_count, building->condition_capacity) = condition;
        if (condition.in_force)
                return;
        building->scope = scope_knowing(&building->scope, ARENA_NEW(checker->arena, Known, 1), condition.step, true);
        if (static_check_condition(checker, condition.step, condition.at))
                building->contradicted = true;
        else
                check_contradiction(building, condition.at);
}

/* One item: its expression, or true where its own 当 is not. */
static uint32_t lower_item(Checker *checker, const Scope *scope, const Item *item) {
        Scope own = *scope;
        Known known;
        const Tail *when = tail_get(item->tails, TAILKIND_WHEN);
        Str decider = tail_words(item->tails, TAILKIND_BY);
        uint32_t applies = NONE;
        if (decider.length > 0)
                own.decider = decider;
        if (item->key_count > 0 || item->from != NULL) {
                check_error(checker, SYNTAX_EXPECTED, item->at, STR("例如 - 年龄 不少于 16岁"), "这里要写一项条件，不写冒号");
                return NONE;
        }
        if (when != NULL) {
                applies = lower_truth(checker, &own, when->value);
                if (applies == NONE)
                        return NONE;
                own = scope_knowing(&own, &known, applies, true);
        }
        uint32_t step = item->value == NULL ? NONE : lower_truth(checker, &own, item->value);
        if (applies == NONE || step == NONE)
                return step;
        builder_at(checker->builder, item->at);
        return build_or(checker->builder, build_not(checker->builder, applies), step);
}

static Str item_text(const Checker *checker, const Item *item) {
        return item->value == NULL ? (Str){ 0 } : expression_line(checker, item->value);
}

static uint32_t part_clause(const Checker *checker, const Declaration *declaration) {
        return clause_in_program(checker, 0, declaration->at.file, declaration->clause);
}

static void add_items(Building *building, const Declaration *declaration, const Field *field) {
        Checker *checker = building->checker;
        bool exclusion = field->label == LABEL_POLICY_EXCLUSIONS;
        building->scope.clause = part_clause(checker, declaration);
        for (const Item *item = field->items; item != NULL; item = item->next) {
                if (item->none)
                        continue;
                uint32_t step = lower_item(checker, &building->scope, item);
                Condition condition = { .exclusion = exclusion, .text = item_text(checker, item), .at = item->at,
                                        .clause = building->scope.clause, .step = step };
                if (item->value != NULL && item->value->kind != EXPRESSION_ERROR)
                        condition.at = item->value->at;
                if (exclusion && step != NONE) {
                        builder_at(checker->builder, item->at);
                        condition.step = build_not(checker->builder, step);
                }
                add_condition(building, condition, item->tails);
        }
}

/* The items of the scope read so far, joined. */
typedef struct ScopeItems {
        Condition   condition;
        const Tail *tails;
        Str        *texts;
        Scope       scope;
        uint32_t    count, capacity;
        bool        failed;
} ScopeItems;

static void add_scope_item(Checker *checker, ScopeItems *items, const Item *item) {
        uint32_t step = lower_item(checker, &items->scope, item);
        if (items->count == 0) {
                items->condition = (Condition){ .step = step, .clause = items->scope.clause, .at = item->at };
                items->tails = item->tails;
        } else if (step != NONE && items->condition.step != NONE) {
                builder_at(checker->builder, item->at);
                items->condition.step = build_or(checker->builder, items->condition.step, step);
        }
        items->failed = items->failed || step == NONE;
        *ARENA_PUSH(checker->arena, items->texts, items->count, items->capacity) = item_text(checker, item);
        items->scope = scope_knowing(&items->scope, ARENA_NEW(checker->arena, Known, 1), step, false);
}

/* 对象范围 and 对象扩大, from wherever they are written, are one condition: any item is enough. */
static void add_scope(Building *building) {
        Checker *checker = building->checker;
        ScopeItems items = { .scope = building->scope };
        for (uint32_t i = 0; i < building->parts->count; i++) {
                const Declaration *declaration = building->parts->declarations[i];
                for (const Field *field = declaration->fields; field != NULL; field = field->next) {
                        if (field->label != LABEL_POLICY_SCOPE && field->label != LABEL_POLICY_SCOPE_MORE)
                                continue;
                        items.scope.clause = part_clause(checker, declaration);
                        for (const Item *item = field->items; item != NULL; item = item->next) {
                                if (!item->none)
                                        add_scope_item(checker, &items, item);
                        }
                }
        }
        if (items.count == 0)
                return;
        if (items.failed)
                items.condition.step = NONE;
        items.condition.text = join_texts(checker, items.texts, items.count, STR("；"));
        if (items.count > 1)
                items.condition.text = str_format(checker->arena, "以下之一：%.*s", STR_ARG(items.condition.text));
        add_condition(building, items.condition, items.count == 1 ? items.tails : NULL);
}

/* ---- 施行 ------------------------------------------------------------------------------------------------------- */

static void add_period(Building *building) {
        Checker *checker = building->checker;
        Builder *builder = checker->builder;
        const Field *field = part_field(building->parts, LABEL_POLICY_PERIOD);
        int32_t from = DATE_MIN, to = DATE_MAX;
        building->policy->anchor = building->scope.anchor = build_base_date(builder);
        if (field == NULL)
                return;
        const Tail *by = tail_get(field->tails, TAILKIND_ANCHOR);
        if (by != NULL && by->value != NULL) {
                uint32_t anchor = lower_typed(checker, &building->scope, by->value, type_of(TYPE_DATE));
                if (anchor != NONE)
                        building->policy->anchor = building->scope.anchor = anchor;
                else
                        building->failed = true;
        }
        bool fine = field->value_count > 0 && lower_constant_date(checker, field->values[0], &from);
        bool ends = field->value_count > 1 && field->values[1] != NULL;
        if (ends)
                fine = lower_constant_date(checker, field->values[1], &to) && fine;
        if (fine && from > to) {
                check_error(checker, PERIOD_INVALID, field->at, NO_HINT, "施行的开始晚于结束");
                fine = false;
        }
        uint32_t anchor = building->policy->anchor;
        uint32_t low = build_constant(builder, type_of(TYPE_DATE), from), high = build_constant(builder, type_of(TYPE_DATE), to);
        builder_at(builder, field->at);
        uint32_t step = !fine ? NONE : ends ? build_between(builder, anchor, low, high)
                                            : build_compare(builder, OP_AT_LEAST, anchor, low);
        add_condition(building, (Condition){ .step = step, .in_force = true, .text = source_line(checker, field->at), .at = field->at,
                                             .clause = part_clause(checker, building->parts->declarations[0]) },
                      NULL);
}

/* ---- one policy --------------------------------------------------------------------------------------------------- */

static uint16_t policy_subject(Checker *checker, const Parts *parts) {
        const Field *field = part_field(parts, LABEL_POLICY_SUBJECT);
        const Declaration *declaration = parts->declarations[0];
        const Expression *name = field == NULL || field->value_count == 0 ? NULL : field->values[0];
        if (name == NULL || name->kind != EXPRESSION_PATH || name->part_count == 0) {
                if (field == NULL)
                        check_error(checker, SUBJECT_MISSING, declaration->name_at, STR("加一行 对象：人"), "政策“%.*s”没有写对象",
                                    STR_ARG(declaration->name));
                return ENTITY_NONE;
        }
        if (name->part_count != 1 || field->value_count != 1) {
                check_error(checker, SUBJECT_MISSING, name->at, NO_HINT, "对象是一个实体");
                return ENTITY_NONE;
        }
        const Symbol *symbol = scope_require(checker, 0, SPACE_TYPE, name->parts[0], name->at, "实体");
        if (symbol != NULL && symbol->kind != SYMBOL_ENTITY)
                check_error(checker, SUBJECT_MISSING, name->at, NO_HINT, "“%.*s”不是实体", STR_ARG(name->parts[0]));
        return symbol == NULL || symbol->kind != SYMBOL_ENTITY ? ENTITY_NONE : (uint16_t) symbol->index;
}

static void check_repeated_fields(Checker *checker, const Parts *parts) {
        static const Label ONCE[] = { LABEL_POLICY_SUBJECT, LABEL_POLICY_AREA, LABEL_POLICY_PERIOD, LABEL_POLICY_FUND,
                                      LABEL_POLICY_OFFICE, LABEL_POLICY_BUDGET, LABEL_POLICY_CARD };
        for (uint32_t i = 0; i < ARRAY_LENGTH(ONCE); i++) {
                const Field *first = part_field(parts, ONCE[i]);
                for (uint32_t k = 1; k < parts->count; k++) {
                        const Field *again = field_get(parts->declarations[k], ONCE[i]);
                        if (again != NULL && again != first)
                                check_error(checker, NAME_DUPLICATE, again->at, NO_HINT, "“%.*s”在前面已经写过",
                                            STR_ARG(label_text(ONCE[i])));
                }
        }
}

static void add_notes(Building *building) {
        Checker *checker = building->checker;
        Policy *policy = building->policy;
        Str *notes = NULL;
        uint32_t capacity = 0, note_count = 0, note_capacity = 0;
        for (uint32_t i = 0; i < building->parts->count; i++) {
                const Declaration *declaration = building->parts->declarations[i];
                for (const Field *field = declaration->fields; field != NULL; field = field->next) {
                        if (field->label != LABEL_POLICY_NOTE || field->value_count == 0)
                                continue;
                        *ARENA_PUSH(checker->arena, notes, note_count, note_capacity) = field->values[0]->text;
                }
                if (i > 0)
                        *ARENA_PUSH(checker->arena, policy->supplements, policy->supplement_count, capacity) =
                                part_clause(checker, declaration);
        }
        policy->note = join_texts(checker, notes, note_count, STR("\n"));
}

static void add_budget(Building *building) {
        Checker *checker = building->checker;
        const Field *field = part_field(building->parts, LABEL_POLICY_BUDGET);
        if (field == NULL || field->value_count == 0)
                return;
        Scope scope = scope_of_entity(checker, 0, ENTITY_NONE, building->parts->declarations[0], building->policy->clause);
        uint32_t step = lower_typed(checker, &scope, field->values[0], type_number(UNIT_YUAN, 2));
        const Tail *by = tail_get(field->tails, TAILKIND_ANCHOR);
        if (step != NONE)
                building->policy->budget = build_rescale(checker->builder, step, 2);
        if (by != NULL && by->value != NULL)
                building->policy->budget_order = lower_typed(checker, &building->scope, by->value, type_of(TYPE_DATE));
}

static void check_card(Building *building) {
        Checker *checker = building->checker;
        for (uint32_t i = 0; i < building->parts->count; i++) {
                const Declaration *declaration = building->parts->declarations[i];
                for (const Field *field = declaration->fields; field != NULL; field = field->next) {
                        if (field->items != NULL)
                                check_error(checker, CARD_CONDITIONS, field->at, NO_HINT, "“%.*s”是咨询卡片，不能有“%.*s”",
                                            STR_ARG(building->policy->name), STR_ARG(label_text(field->label)));
                }
        }
}

static void finish_eligibility(Building *building) {
        Builder *builder = building->checker->builder;
        Policy *policy = building->policy;
        uint32_t stated = 0;
        for (uint32_t i = 0; i < building->condition_count; i++) {
                const Condition *condition = &building->conditions[i];
                stated += !condition->in_force;
                builder_at(builder, policy->at);
                policy->eligible = policy->eligible == NONE ? condition->step : build_and(builder, policy->eligible, condition->step);
        }
        if (stated == 0 && !building->failed)
                check_error(building->checker, POLICY_EMPTY, policy->at, STR("加上“条件：”，或写 咨询：“向谁咨询”"), "政策“%.*s”没有条件",
                            STR_ARG(policy->name));
        if (building->failed)
                policy->eligible = NONE;
        if (policy->eligible == NONE)
                return;
        policy->eligible_if_judged = build_favourable(builder, policy->eligible, false);
        policy->eligible_if_open = build_favourable(builder, policy->eligible, true);
}

static void build_policy(Checker *checker, Parts *parts, Policy *policy) {
        const Declaration *declaration = parts->declarations[0];
        uint32_t clause = part_clause(checker, declaration), capacity = 0;
        *policy = (Policy){ .name = declaration->name, .at = declaration->name_at, .clause = clause,
                            .cite = tail_words(declaration->tails, TAILKIND_CITE), .fund = part_text(parts, LABEL_POLICY_FUND),
                            .office = part_text(parts, LABEL_POLICY_OFFICE), .area = part_text(parts, LABEL_POLICY_AREA),
                            .card = part_text(parts, LABEL_POLICY_CARD), .eligible = NONE, .eligible_if_judged = NONE,
                            .eligible_if_open = NONE, .anchor = NONE, .budget = NONE, .budget_order = NONE };
        if (policy->cite.length == 0)
                policy->cite = clause_title(checker, clause);
        policy->entity = policy_subject(checker, parts);
        check_repeated_fields(checker, parts);
        if (policy->entity == ENTITY_NONE)
                return;
        Building building = { .checker = checker, .parts = parts, .policy = policy,
                              .scope = scope_of_entity(checker, 0, policy->entity, declaration, clause) };
        add_notes(&building);
        if (policy->card.length > 0 || part_field(parts, LABEL_POLICY_CARD) != NULL) {
                check_card(&building);
        } else {
                add_period(&building);
                add_scope(&building);
                for (uint32_t i = 0; i < parts->count; i++) {
                        for (const Field *field = parts->declarations[i]->fields; field != NULL; field = field->next) {
                                if (field->label == LABEL_POLICY_CONDITIONS || field->label == LABEL_POLICY_EXCLUSIONS)
                                        add_items(&building, parts->declarations[i], field);
                        }
                }
                policy->conditions = building.conditions;
                policy->condition_count = building.condition_count;
                finish_eligibility(&building);
                add_budget(&building);
        }
        for (uint32_t i = 0; i < parts->count; i++)
                check_benefits(checker, &building.scope, parts->declarations[i], policy, &capacity);
}

/* ---- parameters read ------------------------------------------------------------------------------------------------ */

typedef struct Reach {
        const Checker *checker;
        uint32_t      *stamps, *stack;
        bool          *parameters;
        uint32_t       stack_count, stamp;
} Reach;

static void reach(Reach *to, uint32_t step) {
        if (step == NONE || to->stamps[step] == to->stamp)
                return;
        to->stamps[step] = to->stamp;
        to->stack[to->stack_count++] = step;
}

static void reach_policy(Reach *to, Policy *policy) {
        Arena *arena = to->checker->arena;
        uint32_t capacity = 0, total = to->checker->program->parameter_count;
        to->stamp++;
        memset(to->parameters, 0, sizeof(bool) * total);
        reach(to, policy->eligible);
        reach(to, policy->budget);
        for (uint32_t i = 0; i < policy->benefit_count; i++) {
                reach(to, policy->benefits[i].when);
                for (uint32_t k = 0; k < policy->benefits[i].output_count; k++)
                        reach(to, policy->benefits[i].outputs[k].step);
        }
        while (to->stack_count > 0) {
                const Step *step = builder_step(to->checker->builder, to->stack[--to->stack_count]);
                if (step->op == OP_PARAMETER)
                        to->parameters[step->aux] = true;
                reach(to, step->a);
                reach(to, step->b);
                reach(to, step->c);
        }
        for (uint32_t i = 0; i < total; i++) {
                if (to->parameters[i])
                        *ARENA_PUSH(arena, policy->parameters, policy->parameter_count, capacity) = i;
        }
}

static void find_parameters(Checker *checker) {
        /* a step made now is behind all others */
        uint32_t steps = build_constant(checker->builder, type_of(TYPE_DATE), DATE_MAX) + 1;
        for (uint32_t i = 0; i < checker->program->policy_count; i++) {
                const Policy *policy = &checker->program->policies[i];
                uint32_t last[3] = { policy->eligible, policy->eligible_if_open, policy->budget };
                for (int k = 0; k < 3; k++)
                        steps = last[k] != NONE && last[k] >= steps ? last[k] + 1 : steps;
                for (uint32_t k = 0; k < policy->benefit_count; k++) {
                        const Benefit *benefit = &policy->benefits[k];
                        steps = benefit->when != NONE && benefit->when >= steps ? benefit->when + 1 : steps;
                        for (uint32_t m = 0; m < benefit->output_count; m++)
                                steps = benefit->outputs[m].step >= steps ? benefit->outputs[m].step + 1 : steps;
                }
        }
        Reach to = { .checker = checker, .stamps = ARENA_NEW(checker->arena, uint32_t, steps),
                     .stack = ARENA_NEW(checker->arena, uint32_t, steps),
                     .parameters = ARENA_NEW(checker->arena, bool, checker->program->parameter_count + 1) };
        for (uint32_t i = 0; i < checker->program->policy_count; i++)
                reach_policy(&to, &checker->program->policies[i]);
}

/* ---- all policies --------------------------------------------------------------------------------------------------- */

static void exclusive_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        Program *program = checker->program;
        uint32_t capacity = 0;
        (void) file;
        if (module != 0)
                return;
        Exclusive exclusive = { .name = declaration->name, .at = declaration->name_at };
        bool highest = tail_get(declaration->tails, TAILKIND_HIGHEST) != NULL;
        bool first = tail_get(declaration->tails, TAILKIND_FIRST) != NULL;
        bool choice = tail_get(declaration->tails, TAILKIND_CHOICE) != NULL;
        exclusive.rule = first ? EXCLUSIVE_FIRST : choice ? EXCLUSIVE_CHOICE : EXCLUSIVE_HIGHEST;
        for (uint32_t i = 0; i < declaration->name_count; i++) {
                const Expression *name = declaration->names[i];
                if (name->kind != EXPRESSION_PATH || name->part_count == 0)
                        continue;
                const Symbol *symbol = scope_require(checker, 0, SPACE_POLICY, name->parts[0], name->at, "政策");
                bool wrong = false;
                for (uint32_t k = 0; symbol != NULL && k < exclusive.policy_count; k++)
                        wrong = wrong || exclusive.policies[k] == symbol->index;
                if (symbol != NULL && exclusive.policy_count > 0 &&
                    program->policies[symbol->index].entity != program->policies[exclusive.policies[0]].entity)
                        wrong = true;
                if (wrong)
                        check_error(checker, EXCLUSIVE_INVALID, name->at, NO_HINT, "“%.*s”写了两次，或与前面的政策对象不同",
                                    STR_ARG(name->parts[0]));
                else if (symbol != NULL)
                        *ARENA_PUSH(checker->arena, exclusive.policies, exclusive.policy_count, capacity) = symbol->index;
        }
        if (highest + first + choice != 1)
                check_error(checker, EXCLUSIVE_INVALID, declaration->at, NO_HINT, "互斥要写明 择高、先到 或 自选 之一");
        else if (declaration->name_count == 1)
                check_error(checker, EXCLUSIVE_INVALID, declaration->at, NO_HINT, "互斥至少要有两项政策");
        if (scope_add(checker, SPACE_GROUP, ENTITY_NONE,
                      (Symbol){ .kind = SYMBOL_EXCLUSIVE, .module = 0, .index = program->exclusive_count,
                                .name = declaration->name, .at = declaration->name_at }) != NULL)
                *ARENA_PUSH(checker->arena, program->exclusives, program->exclusive_count, checker->exclusive_capacity) = exclusive;
}

static void collect_parts(Checker *checker, bool supplements, Parts *parts) {
        const Module *pack = &checker->modules[0];
        for (uint32_t i = 0; i < pack->file_count; i++) {
                for (const Declaration *declaration = pack->files[i]->first; declaration != NULL; declaration = declaration->next) {
                        if (declaration->head != HEAD_POLICY || declaration->supplement != supplements || declaration->name.length == 0)
                                continue;
                        const Symbol *symbol = supplements
                                ? scope_require(checker, 0, SPACE_POLICY, declaration->name, declaration->name_at, "政策")
                                : scope_add(checker, SPACE_POLICY, ENTITY_NONE,
                                            (Symbol){ .kind = SYMBOL_POLICY, .index = checker->program->policy_count,
                                                      .name = declaration->name, .declaration = declaration,
                                                      .at = declaration->name_at });
                        if (symbol == NULL)
                                continue;
                        if (!supplements)
                                checker->program->policy_count++;
                        Parts *own = &parts[symbol->index];
                        *ARENA_PUSH(checker->arena, own->declarations, own->count, own->capacity) = declaration;
                }
        }
}

void check_policies(Checker *checker) {
        uint32_t total = 0;
        for (uint32_t i = 0; i < checker->modules[0].file_count; i++)
                total += checker->modules[0].files[i]->declaration_count;
        Parts *parts = ARENA_NEW(checker->arena, Parts, total + 1);
        collect_parts(checker, false, parts);
        collect_parts(checker, true, parts);
        checker->program->policies = ARENA_NEW(checker->arena, Policy, checker->program->policy_count + 1);
        for (uint32_t i = 0; i < checker->program->policy_count; i++)
                build_policy(checker, &parts[i], &checker->program->policies[i]);
        check_each(checker, HEAD_EXCLUSIVE, exclusive_visit);
        find_parameters(checker);
}
