/* The plan: tasks, service items and directories; and what every declaration of the plan shares, also those of
 * check_indicator.c, check_target.c and check_report.c.
 *
 * Declarations of an imported pack stay there, as policies do: what a city promises stands in its own folder. */
#include "language/check_internal.h"

/* ---- shared ------------------------------------------------------------------------------------------------------ */

Symbol *plan_declare(Checker *checker, NameSpace space, SymbolKind kind, uint32_t module, const Declaration *declaration,
                     uint32_t index) {
        return module != 0 ? NULL
                           : scope_add(checker, space, ENTITY_NONE, check_symbol(checker, kind, module, declaration, index));
}

Str plan_similar(Checker *checker, Str wrong, const Str *names, uint32_t count) {
        Str near;
        bool guess = checker->diagnostics->errors < checker->diagnostics->limit && wrong.length < 256;
        return guess && nearest_name(wrong, names, count, &near) ? str_format(checker->arena, "是否想写 %.*s", STR_ARG(near))
                                                                 : (Str){ 0 };
}

bool plan_choose(Checker *checker, const Expression *word, const Str *names, uint32_t count, uint32_t *ret_index) {
        bool single = word->kind == EXPRESSION_PATH && word->part_count == 1;
        if (word->kind == EXPRESSION_ERROR)
                return false;
        for (uint32_t i = 0; single && i < count; i++) {
                if (str_equal(word->parts[0], names[i])) {
                        *ret_index = i;
                        return true;
                }
        }
        Str list = join_texts(checker, names, count, STR("、"));
        Str hint = single ? plan_similar(checker, word->parts[0], names, count) : (Str){ 0 };
        check_error(checker, CHOICE_UNKNOWN, word->at, hint.length > 0 ? hint : str_format(checker->arena, "可以写 %.*s", STR_ARG(list)),
                    "这里不能写“%.*s”", STR_ARG(source_line(checker, word->at)));
        return false;
}

const Expression *plan_word(Checker *checker, const Declaration *declaration, Label label) {
        const Field *field = field_get(declaration, label);
        const Expression *word = field == NULL || field->value_count == 0 ? NULL : field->values[0];
        if (field == NULL || (word != NULL && word->kind == EXPRESSION_ERROR))
                return NULL;
        if (word != NULL && field->value_count == 1 && word->kind == EXPRESSION_PATH && word->part_count == 1)
                return word;
        check_error(checker, CHOICE_UNKNOWN, field->at, NO_HINT, "“%.*s”只写一个词，不能空着，也不能写几个", STR_ARG(label_text(label)));
        return NULL;
}

bool plan_cycle(Checker *checker, const Expression *word, Cycle *ret_cycle) {
        static const Str WORDS[] = { STR_INIT("每月"), STR_INIT("每季"), STR_INIT("每半年"), STR_INIT("每学期"), STR_INIT("每年") };
        uint32_t at;
        _Static_assert(CYCLE_MONTH == 1 && CYCLE_YEAR == ARRAY_LENGTH(WORDS), "the words stand in the order of the cycles");
        if (!plan_choose(checker, word, WORDS, ARRAY_LENGTH(WORDS), &at))
                return false;
        *ret_cycle = (Cycle) (at + 1);
        return true;
}

void plan_texts(Checker *checker, const Declaration *declaration, Label label, Str **ret_texts, uint32_t *ret_count) {
        const Field *field = field_get(declaration, label);
        uint32_t capacity = 0;
        *ret_texts = NULL;
        *ret_count = 0;
        for (uint32_t i = 0; field != NULL && i < field->value_count; i++) {
                if (field->values[i]->kind == EXPRESSION_TEXT)
                        *ARENA_PUSH(checker->arena, *ret_texts, *ret_count, capacity) = field->values[i]->text;
        }
        for (const Item *item = field == NULL ? NULL : field->items; item != NULL; item = item->next) {
                if (!item->none && item->value != NULL && item->value->kind == EXPRESSION_TEXT)
                        *ARENA_PUSH(checker->arena, *ret_texts, *ret_count, capacity) = item->value->text;
        }
}

Str plan_joined(Checker *checker, const Declaration *declaration, Label label) {
        Str *texts;
        uint32_t count;
        plan_texts(checker, declaration, label, &texts, &count);
        return join_texts(checker, texts, count, STR("、"));
}

Str plan_notes(Checker *checker, const Declaration *declaration, Label label) {
        Str *notes = NULL;
        uint32_t count = 0, capacity = 0;
        for (const Field *field = declaration->fields; field != NULL; field = field->next) {
                if (field->label == label && field->value_count > 0 && field->values[0]->kind == EXPRESSION_TEXT)
                        *ARENA_PUSH(checker->arena, notes, count, capacity) = field->values[0]->text;
        }
        return join_texts(checker, notes, count, STR("\n"));
}

Str plan_cite(Checker *checker, const Declaration *declaration, uint32_t clause) {
        Str cite = tail_words(declaration->tails, TAILKIND_CITE);
        return cite.length > 0 ? cite : clause_title(checker, clause);
}

/* The entity a field names, or ENTITY_NONE: nothing is said, or it was reported. */
static uint16_t plan_entity(Checker *checker, const Declaration *declaration, Label label) {
        const Expression *word = plan_word(checker, declaration, label);
        const Symbol *symbol = word == NULL ? NULL : check_entity(checker, 0, word->parts[0], word->at);
        return symbol == NULL ? ENTITY_NONE : (uint16_t) symbol->index;
}

static void require_field(Checker *checker, const Declaration *declaration, Label label) {
        if (field_get(declaration, label) == NULL)
                check_error(checker, PLAN_INCOMPLETE, declaration->name_at, NO_HINT, "%.*s“%.*s”没有写“%.*s”",
                            STR_ARG(head_text(declaration->head)), STR_ARG(declaration->name), STR_ARG(label_text(label)));
}

/* ---- tasks --------------------------------------------------------------------------------------------------------- */

static void task_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        const Symbol *symbol = plan_declare(checker, SPACE_TASK, SYMBOL_TASK, module, declaration, program->task_count);
        if (symbol == NULL)
                return;
        Task task = { .name = declaration->name, .requirement = field_text(declaration, LABEL_TASK_REQUIREMENT),
                      .area = field_text(declaration, LABEL_TASK_AREA), .lead = plan_joined(checker, declaration, LABEL_TASK_LEAD),
                      .due = DATE_MAX, .evidence = field_text(declaration, LABEL_TASK_EVIDENCE),
                      .entity = plan_entity(checker, declaration, LABEL_TASK_RECORDS),
                      .waiting = field_text(declaration, LABEL_TASK_WAITING),
                      .note = plan_notes(checker, declaration, LABEL_TASK_NOTE),
                      .cite = plan_cite(checker, declaration, symbol->clause), .clause = symbol->clause, .at = declaration->name_at };
        const Field *due = field_get(declaration, LABEL_TASK_DUE);
        const Expression *cycle = plan_word(checker, declaration, LABEL_TASK_CYCLE);
        plan_texts(checker, declaration, LABEL_TASK_PARTNERS, &task.partners, &task.partner_count);
        require_field(checker, declaration, LABEL_TASK_REQUIREMENT);
        if (due != NULL && due->value_count > 0)
                (void) lower_constant_date(checker, due->values[0], &task.due);
        if (cycle != NULL)
                (void) plan_cycle(checker, cycle, &task.cycle);
        *ARENA_PUSH(checker->arena, program->tasks, program->task_count, checker->task_capacity) = task;
}

/* ---- service items --------------------------------------------------------------------------------------------------- */

static uint32_t service_policy(Checker *checker, const Declaration *declaration) {
        const Expression *word = plan_word(checker, declaration, LABEL_SERVICE_POLICY);
        const Symbol *symbol = word == NULL ? NULL : scope_require(checker, 0, SPACE_POLICY, word->parts[0], word->at, "政策");
        return symbol == NULL ? NONE : symbol->index;
}

static bool service_without_application(Checker *checker, const Declaration *declaration) {
        const Field *field = field_get(declaration, LABEL_SERVICE_WITHOUT_APPLICATION);
        int64_t truth;
        return field != NULL && field->value_count > 0 &&
               lower_constant(checker, 0, field->values[0], type_of(TYPE_TRUTH), &truth) && truth == TRUTH_YES;
}

static void service_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        const Symbol *symbol = plan_declare(checker, SPACE_SERVICE, SYMBOL_SERVICE, module, declaration, program->service_count);
        if (symbol == NULL)
                return;
        ServiceItem service = { .name = declaration->name, .entity = plan_entity(checker, declaration, LABEL_SERVICE_SUBJECT),
                                .policy = service_policy(checker, declaration),
                                .without_application = service_without_application(checker, declaration),
                                .channel = field_text(declaration, LABEL_SERVICE_CHANNEL),
                                .fund = field_text(declaration, LABEL_SERVICE_FUND),
                                .office = field_text(declaration, LABEL_SERVICE_OFFICE),
                                .records = plan_entity(checker, declaration, LABEL_SERVICE_RECORDS),
                                .note = plan_notes(checker, declaration, LABEL_SERVICE_NOTE),
                                .waiting = field_text(declaration, LABEL_SERVICE_WAITING),
                                .cite = plan_cite(checker, declaration, symbol->clause), .clause = symbol->clause,
                                .at = declaration->name_at };
        plan_texts(checker, declaration, LABEL_SERVICE_MATERIALS, &service.materials, &service.material_count);
        plan_texts(checker, declaration, LABEL_SERVICE_STEPS, &service.steps, &service.step_count);
        if (field_get(declaration, LABEL_SERVICE_RECORDS) == NULL && field_get(declaration, LABEL_SERVICE_WAITING) == NULL)
                check_error(checker, PLAN_INCOMPLETE, declaration->name_at, STR("写 待后续：“…”，说明为什么还不能办"),
                            "事项“%.*s”没有写“记录”，也没有写“待后续”", STR_ARG(declaration->name));
        *ARENA_PUSH(checker->arena, program->services, program->service_count, checker->service_capacity) = service;
}

/* ---- directories ------------------------------------------------------------------------------------------------------ */

/* The fact that a path of 列 or 筛选 names, or NONE after a diagnostic. */
static uint32_t directory_fact(Checker *checker, const Scope *scope, const Expression *word) {
        if (word->kind != EXPRESSION_PATH || word->part_count == 0)
                return NONE;
        const Symbol *symbol = scope_member(checker, 0, scope->entity, word->parts[0], NULL);
        if (symbol == NULL) {
                scope_unknown(checker, scope, word->parts[0], word->part_spans[0], "事实");
                return NONE;
        }
        if (symbol->kind != SYMBOL_FACT || word->part_count > 1) {
                check_error(checker, DIRECTORY_INVALID, word->at, NO_HINT, "“%.*s”不是%.*s的事实",
                            STR_ARG(source_line(checker, word->at)), STR_ARG(checker->program->entities[scope->entity].name));
                return NONE;
        }
        if (checker->program->facts[symbol->index].sensitive) {
                check_error(checker, DIRECTORY_INVALID, word->at, NO_HINT, "“%.*s”是敏感的，不能公开", STR_ARG(symbol->name));
                return NONE;
        }
        return symbol->index;
}

static void directory_facts(Checker *checker, const Scope *scope, const Declaration *declaration, Label label, uint32_t **ret_facts,
                            uint32_t *ret_count) {
        const Field *field = field_get(declaration, label);
        uint32_t capacity = 0;
        for (uint32_t i = 0; field != NULL && i < field->value_count; i++) {
                uint32_t fact = directory_fact(checker, scope, field->values[i]);
                if (fact == NONE)
                        continue;
                if (label == LABEL_DIRECTORY_FILTERS && checker->program->facts[fact].type.kind != TYPE_CODE)
                        check_error(checker, DIRECTORY_INVALID, field->values[i]->at, NO_HINT, "“%.*s”的取值不是枚举，不能用来筛选",
                                    STR_ARG(checker->program->facts[fact].name));
                else
                        *ARENA_PUSH(checker->arena, *ret_facts, *ret_count, capacity) = fact;
        }
}

static void directory_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        const Symbol *symbol =
                plan_declare(checker, SPACE_DIRECTORY, SYMBOL_DIRECTORY, module, declaration, program->directory_count);
        if (symbol == NULL)
                return;
        Directory directory = { .name = declaration->name, .where = NONE,
                                .entity = plan_entity(checker, declaration, LABEL_DIRECTORY_ENTITY),
                                .note = plan_notes(checker, declaration, LABEL_DIRECTORY_NOTE), .clause = symbol->clause,
                                .at = declaration->name_at };
        const Field *where = field_get(declaration, LABEL_DIRECTORY_WHERE);
        require_field(checker, declaration, LABEL_DIRECTORY_ENTITY);
        require_field(checker, declaration, LABEL_DIRECTORY_COLUMNS);
        if (directory.entity == ENTITY_NONE)
                return;
        Scope scope = scope_of_entity(checker, 0, directory.entity, declaration, symbol->clause);
        if (where != NULL && where->value_count > 0)
                directory.where = lower_truth(checker, &scope, where->values[0]);
        directory_facts(checker, &scope, declaration, LABEL_DIRECTORY_COLUMNS, &directory.columns, &directory.column_count);
        const Field *columns = field_get(declaration, LABEL_DIRECTORY_COLUMNS);
        if (columns != NULL && columns->value_count == 0)
                check_error(checker, DIRECTORY_INVALID, columns->at, NO_HINT, "名录“%.*s”一列也没有", STR_ARG(declaration->name));
        directory_facts(checker, &scope, declaration, LABEL_DIRECTORY_FILTERS, &directory.filters, &directory.filter_count);
        *ARENA_PUSH(checker->arena, program->directories, program->directory_count, checker->directory_capacity) = directory;
}

void check_plan(Checker *checker) {
        check_indicators(checker);
        check_targets(checker);
        check_each(checker, HEAD_TASK, task_visit);
        check_each(checker, HEAD_SERVICE, service_visit);
        check_each(checker, HEAD_DIRECTORY, directory_visit);
        check_reports(checker);
}
