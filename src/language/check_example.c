/* Examples: the rows of a small world around one subject, what is given of them, and what is expected.
 *
 * Rows are made first, so that equations may name any of them; then facts and links are read; at last the lists that
 * are complete. Row 0 is the subject, 本人. A fact of a partner (劳动者.年龄 = …) makes the partner's row.
 *
 * An example of an indicator has no subject: its rows are listed by entity, and its period stands for the two dates. */
#include "language/check_internal.h"

typedef struct RowItem {
        const Item *item;
        uint32_t    row;
} RowItem;

typedef struct Story {
        Checker     *checker;
        Example     *example;
        const Policy *policy;          /* NULL: about an indicator */
        const Symbol *symbol;          /* of the policy or indicator */
        Scope        scope;
        Map         *keys;
        Map         *given;            /* "row.fact": what was given already */
        Map         *partners;         /* "row.link": the partner's row */
        Map         *completed;        /* "row.link" */
        RowItem     *items;
        uint16_t    *entities;         /* whose rows are listed as a whole */
        uint32_t     item_count, item_capacity, entity_count, entity_capacity;
        uint32_t     row_capacity, fact_capacity, link_capacity, complete_capacity, set_capacity, expect_capacity, ask_capacity;
} Story;

/* The judgement that this policy makes, or else a definition; NONE. */
static uint32_t judgement_find(const Checker *checker, const Declaration *owner, Str text) {
        uint32_t any = NONE;
        for (uint32_t i = 0; i < checker->judgement_count; i++) {
                const Judgement *judgement = &checker->judgements[i];
                if (!str_equal(judgement->text, text))
                        continue;
                if (judgement->owner == owner)
                        return judgement->fact;
                if (judgement->owner == NULL || judgement->owner->head == HEAD_DEFINITION)
                        any = judgement->fact;
        }
        return any;
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static uint32_t add_row(Story *story, uint16_t entity, Str key, Span at) {
        Example *example = story->example;
        if (!map_add(story->keys, key, example->row_count))
                check_error(story->checker, EXAMPLE_MEMBERS, at, NO_HINT, "名为“%.*s”的一行写了两次", STR_ARG(key));
        *ARENA_PUSH(story->checker->arena, example->rows, example->row_count, story->row_capacity) =
                (ExampleRow){ .entity = entity, .key = key };
        return example->row_count - 1;
}

static Str pair_key(const Story *story, uint32_t row, uint32_t other) {
        return str_format(story->checker->arena, "%u.%u", row, other);
}

static void add_link(Story *story, uint32_t child, uint32_t parent, uint32_t link, Span at) {
        Example *example = story->example;
        if (!map_add(story->partners, pair_key(story, child, link), parent)) {
                check_error(story->checker, EXAMPLE_REPEATED, at, NO_HINT, "“%.*s”写了两次",
                            STR_ARG(story->checker->program->links[link].one_name));
                return;
        }
        *ARENA_PUSH(story->checker->arena, example->links, example->link_count, story->link_capacity) =
                (ExampleLink){ .child = child, .parent = parent, .link = link };
}

/* The row at the other end of a to-one link; made when nobody mentioned it yet. */
static uint32_t partner_of(Story *story, uint32_t row, uint32_t link, Span at) {
        const Link *along = &story->checker->program->links[link];
        uint32_t partner;
        if (map_get(story->partners, pair_key(story, row, link), &partner))
                return partner;
        Str key = str_format(story->checker->arena, "%.*s.%.*s", STR_ARG(story->example->rows[row].key), STR_ARG(along->one_name));
        partner = add_row(story, along->parent, key, at);
        add_link(story, row, partner, link, at);
        return partner;
}

static void add_complete(Story *story, uint32_t row, uint32_t link) {
        Example *example = story->example;
        if (!map_add(story->completed, pair_key(story, row, link), 0))
                return;
        *ARENA_PUSH(story->checker->arena, example->complete, example->complete_count, story->complete_capacity) =
                (ExampleComplete){ .row = row, .link = link };
}

static uint32_t member_row(Story *story, uint16_t entity, const Item *item) {
        Str key = { 0 };
        if (item->key_count > 0 && item->keys[0]->kind == EXPRESSION_PATH && item->keys[0]->part_count > 0)
                key = item->keys[0]->parts[0];
        if (key.length == 0)
                key = str_format(story->checker->arena, "第%u行", story->example->row_count);
        uint32_t row = add_row(story, entity, key, item->at);
        *ARENA_PUSH(story->checker->arena, story->items, story->item_count, story->item_capacity) = (RowItem){ item, row };
        return row;
}

/* 成员 所在户.成员 or 成员 用工. */
static void read_members(Story *story, const Inner *inner) {
        Checker *checker = story->checker;
        const Expression *path = inner->path;
        if (path == NULL || path->kind != EXPRESSION_PATH || path->part_count == 0)
                return;
        const Symbol *entity = scope_global(checker, 0, SPACE_TYPE, path->parts[0], NULL);
        if (path->part_count == 1 && entity != NULL && entity->kind == SYMBOL_ENTITY &&
            scope_member(checker, 0, story->scope.entity, path->parts[0], NULL) == NULL) {
                *ARENA_PUSH(checker->arena, story->entities, story->entity_count, story->entity_capacity) = (uint16_t) entity->index;
                for (const Item *item = inner->items; item != NULL; item = item->next) {
                        if (!item->none)
                                (void) member_row(story, (uint16_t) entity->index, item);
                }
                return;
        }
        RowPath rows;
        if (story->policy == NULL) {
                check_error(checker, EXAMPLE_MEMBERS, path->at, NO_HINT, "指标的例子没有本人，“成员”后面要写实体，“%.*s”不是",
                            STR_ARG(source_line(checker, path->at)));
                return;
        }
        if (!lower_row_path(checker, &story->scope, path, &rows))
                return;
        uint32_t parent = 0;
        for (uint32_t i = 0; i < rows.link_count; i++)
                parent = partner_of(story, parent, rows.links[i], path->at);
        for (const Item *item = inner->items; item != NULL; item = item->next) {
                if (!item->none)
                        add_link(story, member_row(story, rows.entity, item), parent, rows.many, item->at);
        }
        add_complete(story, parent, rows.many);
}

/* The rows of an entity are all there are: a list is complete when every one of them says where it belongs. */
static void complete_entity(Story *story, uint16_t entity) {
        const Example *example = story->example;
        const Program *program = story->checker->program;
        for (uint32_t link = 0; link < program->link_count; link++) {
                uint32_t rows = 0, linked = 0;
                if (program->links[link].child != entity)
                        continue;
                for (uint32_t i = 0; i < example->row_count; i++)
                        rows += example->rows[i].entity == entity;
                for (uint32_t i = 0; i < example->link_count; i++)
                        linked += example->links[i].link == link;
                for (uint32_t i = 0; rows == linked && i < example->row_count; i++) {
                        if (example->rows[i].entity == program->links[link].parent)
                                add_complete(story, i, link);
                }
        }
}

/* ---- what is given ----------------------------------------------------------------------------------------------- */

static void give_fact(Story *story, uint32_t row, uint32_t fact, const Item *item) {
        Checker *checker = story->checker;
        const Fact *of = &checker->program->facts[fact];
        int64_t cell;
        if (!map_add(story->given, pair_key(story, row, fact), 0)) {
                check_error(checker, EXAMPLE_REPEATED, item->at, NO_HINT, "“%.*s”给了两次", STR_ARG(of->name));
                return;
        }
        if (!lower_constant(checker, 0, item->value, of->type, &cell) || cell == type_unknown(of->type))
                return;
        if (cell < of->low || cell > of->high) {
                check_error(checker, VALUE_OUTSIDE, item->value->at, NO_HINT, "这个值不在“%.*s”的范围内", STR_ARG(of->name));
                return;
        }
        *ARENA_PUSH(checker->arena, story->example->facts, story->example->fact_count, story->fact_capacity) =
                (ExampleFact){ .row = row, .fact = fact, .value = cell };
}

/* 劳动者 = 张三 */
static void give_link(Story *story, uint32_t row, uint32_t link, const Item *item) {
        Checker *checker = story->checker;
        const Expression *value = item->value;
        uint32_t partner;
        if (value == NULL || value->kind == EXPRESSION_ERROR || value->kind == EXPRESSION_UNKNOWN)
                return;
        if (value->kind != EXPRESSION_PATH || value->part_count != 1 || !map_get(story->keys, value->parts[0], &partner) ||
            story->example->rows[partner].entity != checker->program->links[link].parent) {
                check_error(checker, EXAMPLE_GIVEN, value->at, NO_HINT, "这里要写另一行%.*s的名称，或 本人",
                            STR_ARG(checker->program->entities[checker->program->links[link].parent].name));
                return;
        }
        add_link(story, row, partner, link, item->at);
}

static void give(Story *story, uint32_t row, const Item *item) {
        Checker *checker = story->checker;
        const Expression *path = item->key_count > 0 ? item->keys[0] : NULL;
        if (path == NULL || path->kind != EXPRESSION_PATH || path->part_count == 0 || item->value == NULL)
                return;
        if (path->part_count == 2 && str_equal(path->parts[0], STR("认定"))) {
                uint32_t fact = judgement_find(checker, story->symbol->declaration, path->parts[1]);
                if (fact == NONE || checker->program->facts[fact].entity != story->example->rows[row].entity)
                        check_error(checker, EXAMPLE_GIVEN, path->at, NO_HINT, "没有“%.*s”这项认定", STR_ARG(path->parts[1]));
                else
                        give_fact(story, row, fact, item);
                return;
        }
        for (uint32_t i = 0; i < path->part_count; i++) {
                uint16_t entity = story->example->rows[row].entity;
                const Symbol *symbol = scope_member(checker, 0, entity, path->parts[i], NULL);
                Scope scope = story->scope;
                scope.entity = entity;
                bool last = i + 1 == path->part_count;
                if (symbol == NULL) {
                        scope_unknown(checker, &scope, path->parts[i], path->part_spans[i], "事实");
                        return;
                }
                if (last && symbol->kind == SYMBOL_FACT && symbol->has_type)
                        give_fact(story, row, symbol->index, item);
                else if (last && symbol->kind == SYMBOL_ONE)
                        give_link(story, row, symbol->index, item);
                else if (!last && symbol->kind == SYMBOL_ONE)
                        row = partner_of(story, row, symbol->index, path->at);
                else if (symbol->kind != SYMBOL_FACT || !last) {
                        check_error(checker, EXAMPLE_GIVEN, path->part_spans[i], NO_HINT, "“%.*s”不是事实：已知里只能给事实和关系",
                                    STR_ARG(path->parts[i]));
                        return;
                }
        }
}

/* 取值：参数 = 值 */
static void give_setting(Story *story, const Item *item) {
        Checker *checker = story->checker;
        const Expression *key = item->key_count > 0 ? item->keys[0] : NULL;
        int64_t cell;
        if (key == NULL || key->kind != EXPRESSION_PATH || key->part_count != 1 || item->value == NULL)
                return;
        const Symbol *symbol = scope_require(checker, 0, SPACE_VALUE, key->parts[0], key->at, "参数");
        if (symbol == NULL || !symbol->has_type)
                return;
        if (symbol->kind != SYMBOL_PARAMETER) {
                check_error(checker, EXAMPLE_GIVEN, key->at, NO_HINT, "“%.*s”不是参数", STR_ARG(key->parts[0]));
                return;
        }
        const Parameter *parameter = &checker->program->parameters[symbol->index];
        if (!lower_constant(checker, 0, item->value, parameter->type, &cell) || cell == UNKNOWN)
                return;
        if (cell < parameter->low || cell > parameter->high) {
                check_error(checker, VALUE_OUTSIDE, item->value->at, NO_HINT, "这个值离“%.*s”的已知数值太远",
                            STR_ARG(parameter->name));
                return;
        }
        *ARENA_PUSH(checker->arena, story->example->sets, story->example->set_count, story->set_capacity) =
                (ExampleSet){ .parameter = symbol->index, .value = cell };
}

static void give_settings(Story *story, const Declaration *declaration) {
        for (const Field *field = declaration->fields; field != NULL; field = field->next)
                for (const Item *item = field->items; field->label == LABEL_EXAMPLE_SET && item != NULL; item = item->next)
                        give_setting(story, item);
}

/* ---- what is expected ----------------------------------------------------------------------------------------------- */

static bool read_answers(const Expression *value, uint8_t *ret_answers) {
        static const struct {
                const char *word;
                Answer      answer;
        } WORDS[] = { { "缺事实", ANSWER_ASK }, { "待定", ANSWER_OPEN }, { "需人工认定", ANSWER_JUDGE } };
        if (value->kind == EXPRESSION_TRUTH)
                *ret_answers = (uint8_t) (1u << (value->integer != 0 ? ANSWER_YES : ANSWER_NO));
        else if (value->kind == EXPRESSION_UNKNOWN)
                *ret_answers = 1u << ANSWER_ASK | 1u << ANSWER_OPEN | 1u << ANSWER_JUDGE;
        else {
                for (uint32_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
                        if (expression_is_name(value, WORDS[i].word)) {
                                *ret_answers = (uint8_t) (1u << WORDS[i].answer);
                                return true;
                        }
                }
                return false;
        }
        return true;
}

/* The step of 待遇.栏目, or of 待遇.栏目.不少于; NONE after a diagnostic. */
static uint32_t benefit_step(Story *story, const Benefit *benefit, const Expression *key) {
        Checker *checker = story->checker;
        Str list = { 0 };
        for (uint32_t i = 0; i < benefit->output_count; i++) {
                const Output *output = &benefit->outputs[i];
                list = str_format(checker->arena, "%.*s%s%.*s", STR_ARG(list), i > 0 ? "、" : "", STR_ARG(output->label));
                if (!str_equal(output->label, key->parts[1]))
                        continue;
                if (key->part_count == 2)
                        return output->step;
                uint32_t bound = str_equal(key->parts[2], STR("不少于")) ? output->floor
                                 : str_equal(key->parts[2], STR("不超过")) ? output->ceiling : NONE;
                if (key->part_count == 3 && bound != NONE)
                        return bound;
        }
        check_error(checker, EXAMPLE_EXPECT, key->at, str_format(checker->arena, "有 %.*s", STR_ARG(list)),
                    "待遇“%.*s”没有“%.*s”", STR_ARG(benefit->name), STR_ARG(key->parts[key->part_count - 1]));
        return NONE;
}

/* 指标值 = 1人次 */
static void expect_figure(Story *story, const Expression *key, const Item *item) {
        Checker *checker = story->checker;
        ExampleExpect expect = { .measured = true, .policy = NONE, .step = NONE, .text = source_line(checker, item->at), .at = item->at };
        if (!expression_is_name(key, "指标值"))
                check_error(checker, EXAMPLE_EXPECT, key->at, STR("期望：指标值 = …"), "指标的例子只能期望“指标值”");
        else if (story->symbol->has_type && lower_constant(checker, 0, item->value, story->symbol->type, &expect.value))
                *ARENA_PUSH(checker->arena, story->example->expects, story->example->expect_count, story->expect_capacity) = expect;
}

static void expect_value(Story *story, const Expression *key, const Item *item) {
        Checker *checker = story->checker;
        ExampleExpect expect = { .policy = NONE, .text = source_line(checker, item->at), .at = item->at, .step = NONE };
        const Benefit *benefit = NULL;
        for (uint32_t i = 0; key->part_count > 1 && i < story->policy->benefit_count; i++) {
                if (str_equal(story->policy->benefits[i].name, key->parts[0]))
                        benefit = &story->policy->benefits[i];
        }
        if (benefit != NULL) {
                expect.step = benefit_step(story, benefit, key);
        } else {
                Value value = lower_path(checker, &story->scope, key, 0, NULL);
                expect.step = value.step;
        }
        if (expect.step == NONE ||
            !lower_constant(checker, 0, item->value, step_type(checker, expect.step), &expect.value))
                return;
        *ARENA_PUSH(checker->arena, story->example->expects, story->example->expect_count, story->expect_capacity) = expect;
}

static void read_expectations(Story *story, const Field *field) {
        Checker *checker = story->checker;
        for (const Item *item = field->items; item != NULL; item = item->next) {
                const Expression *key = item->key_count > 0 ? item->keys[0] : NULL;
                ExampleExpect expect = { .eligibility = true, .policy = story->symbol->index, .step = NONE, .at = item->at };
                if (key == NULL || key->kind != EXPRESSION_PATH || key->part_count == 0 || item->value == NULL ||
                    item->value->kind == EXPRESSION_ERROR)
                        continue;
                if (story->policy == NULL) {
                        expect_figure(story, key, item);
                        continue;
                }
                if (!expression_is_name(key, "资格")) {
                        expect_value(story, key, item);
                        continue;
                }
                if (!read_answers(item->value, &expect.answers)) {
                        check_error(checker, EXAMPLE_EXPECT, item->value->at, STR("是、否、缺事实、待定、需人工认定、未知"), "资格不能是“%.*s”",
                                    STR_ARG(source_line(checker, item->value->at)));
                        continue;
                }
                expect.text = source_line(checker, item->at);
                *ARENA_PUSH(checker->arena, story->example->expects, story->example->expect_count, story->expect_capacity) = expect;
        }
}

/* A fact of the subject, or of any other entity that the example has rows of. */
static const Symbol *asked_fact(Story *story, const Expression *path) {
        Checker *checker = story->checker;
        const Symbol *found = NULL;
        uint16_t entity = story->policy->entity;
        for (uint32_t i = 0; i < path->part_count; i++) {
                found = scope_member(checker, 0, entity, path->parts[i], NULL);
                if (found != NULL && found->kind == SYMBOL_ONE)
                        entity = checker->program->links[found->index].parent;
        }
        for (uint32_t i = 0; found == NULL && path->part_count == 1 && i < story->example->row_count; i++)
                found = scope_member(checker, 0, story->example->rows[i].entity, path->parts[0], NULL);
        return found != NULL && found->kind == SYMBOL_FACT ? found : NULL;
}

static void read_asks(Story *story, const Field *field) {
        Checker *checker = story->checker;
        story->example->check_asks = true;
        for (uint32_t i = 0; i < field->value_count; i++) {
                const Expression *path = field->values[i];
                if (path == NULL || path->kind != EXPRESSION_PATH || path->part_count == 0)
                        continue;
                const Symbol *fact = asked_fact(story, path);
                if (fact == NULL)
                        check_error(checker, EXAMPLE_ASKS, path->at, NO_HINT, "“%.*s”不是这里的事实",
                                    STR_ARG(path->parts[path->part_count - 1]));
                else if (checker->program->facts[fact->index].question.length == 0)
                        check_error(checker, EXAMPLE_ASKS, path->at, STR("给事实加上 问“…？”"), "“%.*s”没有问句，不会问",
                                    STR_ARG(fact->name));
                else
                        *ARENA_PUSH(checker->arena, story->example->asks, story->example->ask_count, story->ask_capacity) = fact->index;
        }
}

/* ---- one example ------------------------------------------------------------------------------------------------------ */

static bool incomplete(Checker *checker, const Declaration *declaration, const char *what) {
        check_error(checker, EXAMPLE_INCOMPLETE, declaration->name_at, NO_HINT, "例“%.*s”%s", STR_ARG(declaration->name), what);
        return false;
}

/* The fields that an example of the other kind would have. */
static bool has_foreign(Checker *checker, const Declaration *declaration, const Label *labels, uint32_t count, const char *about) {
        for (uint32_t i = 0; i < count; i++) {
                const Field *field = field_get(declaration, labels[i]);
                if (field == NULL)
                        continue;
                check_error(checker, EXAMPLE_INCOMPLETE, field->at, NO_HINT, "%s的例子不写“%.*s”", about, STR_ARG(label_text(labels[i])));
                return true;
        }
        return false;
}

static bool open_policy(Story *story, const Declaration *declaration) {
        static const Label FOREIGN[] = { LABEL_EXAMPLE_PERIOD };
        Checker *checker = story->checker;
        Example *example = story->example;
        const Field *policy = field_get(declaration, LABEL_EXAMPLE_POLICY), *date = field_get(declaration, LABEL_EXAMPLE_DATE);
        const Field *applied = field_get(declaration, LABEL_EXAMPLE_APPLIED);
        if (policy == NULL || field_get(declaration, LABEL_EXAMPLE_EXPECT) == NULL || date == NULL)
                return incomplete(checker, declaration, policy == NULL ? "没有写政策或指标" : date == NULL ? "没有写基准日" : "没有写期望");
        if (has_foreign(checker, declaration, FOREIGN, ARRAY_LENGTH(FOREIGN), "政策") || policy->value_count != 1 ||
            policy->values[0]->kind != EXPRESSION_PATH || policy->values[0]->part_count == 0 || date->value_count == 0)
                return false;
        const Expression *name = policy->values[0];
        story->symbol = scope_require(checker, 0, SPACE_POLICY, name->parts[0], name->at, "政策");
        if (story->symbol == NULL || checker->program->policies[story->symbol->index].entity == ENTITY_NONE)
                return false;
        example->policy = story->symbol->index;
        story->policy = &checker->program->policies[example->policy];
        if (story->policy->card.length > 0)
                return incomplete(checker, declaration, "说的是咨询卡片，没有可以判断的条件");
        story->scope = scope_of_entity(checker, 0, story->policy->entity, story->symbol->declaration, example->clause);
        if (!lower_constant_date(checker, date->values[0], &example->base_date))
                return false;
        example->apply_date = example->base_date;
        if (applied != NULL && applied->value_count > 0)
                (void) lower_constant_date(checker, applied->values[0], &example->apply_date);
        (void) add_row(story, story->policy->entity, STR("本人"), declaration->name_at);
        return true;
}

static bool open_indicator(Story *story, const Declaration *declaration) {
        static const Label FOREIGN[] = { LABEL_EXAMPLE_POLICY, LABEL_EXAMPLE_DATE, LABEL_EXAMPLE_APPLIED, LABEL_EXAMPLE_GIVEN,
                                         LABEL_EXAMPLE_ASKS };
        Checker *checker = story->checker;
        Example *example = story->example;
        const Field *period = field_get(declaration, LABEL_EXAMPLE_PERIOD);
        const Expression *name = plan_word(checker, declaration, LABEL_EXAMPLE_INDICATOR);
        if (has_foreign(checker, declaration, FOREIGN, ARRAY_LENGTH(FOREIGN), "指标") || name == NULL)
                return false;
        if (period == NULL || period->value_count < 2 || period->values[1] == NULL || field_get(declaration, LABEL_EXAMPLE_EXPECT) == NULL)
                return incomplete(checker, declaration, field_get(declaration, LABEL_EXAMPLE_EXPECT) == NULL ? "没有写期望"
                                                                                                     : "没有写期间：自 日期 至 日期");
        story->symbol = scope_require(checker, 0, SPACE_INDICATOR, name->parts[0], name->at, "指标");
        if (story->symbol == NULL)
                return false;
        example->indicator = story->symbol->index;
        if (checker->program->indicators[example->indicator].source != SOURCE_COMPUTED)
                return incomplete(checker, declaration, "说的是填报或导入的指标，没有可以计算的");
        story->scope = scope_of_entity(checker, 0, ENTITY_NONE, story->symbol->declaration, example->clause);
        check_period(checker, period, &example->apply_date, &example->base_date);
        return true;
}

static bool open_story(Checker *checker, const Declaration *declaration, Story *story, Example *example) {
        *example = (Example){ .name = declaration->name, .policy = NONE, .indicator = NONE, .at = declaration->name_at,
                              .clause = clause_in_program(checker, 0, declaration->at.file, declaration->clause) };
        *story = (Story){ .checker = checker, .example = example, .keys = map_new(checker->arena), .given = map_new(checker->arena),
                          .partners = map_new(checker->arena), .completed = map_new(checker->arena) };
        return field_get(declaration, LABEL_EXAMPLE_INDICATOR) != NULL ? open_indicator(story, declaration)
                                                                      : open_policy(story, declaration);
}

static void example_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        Program *program = checker->program;
        Example example;
        Story story;
        (void) file;
        if (module != 0 ||
            scope_add(checker, SPACE_EXAMPLE, ENTITY_NONE,
                      (Symbol){ .kind = SYMBOL_EXAMPLE, .name = declaration->name, .at = declaration->name_at }) == NULL ||
            !open_story(checker, declaration, &story, &example))
                return;
        for (const Inner *inner = declaration->inners; inner != NULL; inner = inner->next) {
                if (inner->head == INNER_MEMBERS)
                        read_members(&story, inner);
        }
        for (const Field *field = declaration->fields; field != NULL; field = field->next) {
                for (const Item *item = field->items; field->label == LABEL_EXAMPLE_GIVEN && item != NULL; item = item->next)
                        give(&story, 0, item);
        }
        for (uint32_t i = 0; i < story.item_count; i++) {
                for (const Item *item = story.items[i].item->equations; item != NULL; item = item->next)
                        give(&story, story.items[i].row, item);
        }
        for (uint32_t i = 0; i < story.entity_count; i++)
                complete_entity(&story, story.entities[i]);
        give_settings(&story, declaration);
        read_expectations(&story, field_get(declaration, LABEL_EXAMPLE_EXPECT));
        if (field_get(declaration, LABEL_EXAMPLE_ASKS) != NULL)
                read_asks(&story, field_get(declaration, LABEL_EXAMPLE_ASKS));
        *ARENA_PUSH(checker->arena, program->examples, program->example_count, checker->example_capacity) = example;
}

void check_examples(Checker *checker) {
        check_each(checker, HEAD_EXAMPLE, example_visit);
}
