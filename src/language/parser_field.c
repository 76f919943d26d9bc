/* Fields, list items, equations and the clauses after a comma. */
#include "language/parser.h"

/* ---- tails ---- */

/* source = ( string | word { "." word } ) [ "：" code "=" value { "、" code "=" value } ] */
static void parse_source(Parser *parser, Tail *tail) {
        uint32_t first = parser->at;
        if (parser_is(parser, TOKEN_STRING)) {
                tail->text = parser_word(parser, parser_take(parser));
        } else if (parser_accept(parser, TOKEN_WORD) || parser_accept(parser, TOKEN_NAME)) {
                while (parser_accept(parser, TOKEN_DOT)) {
                        if (!parser_expect(parser, TOKEN_WORD, "列名"))
                                return;
                }
                tail->text = parser_joined(parser, first);
        } else {
                parser_expected(parser, "数据的列名，例如 源 status");
                return;
        }
        if (!parser_accept(parser, TOKEN_COLON))
                return;
        Item **end = &tail->codes;
        do {
                Item *code = ARENA_NEW(parser->arena, Item, 1);
                uint32_t start = parser_peek(parser)->start;
                code->keys = ARENA_NEW(parser->arena, Expression *, 1);
                code->keys[0] = parser_is(parser, TOKEN_STRING) ? parse_text(parser) : parse_sum(parser);
                code->key_count = 1;
                if (!parser_expect(parser, TOKEN_EQUAL, "等号“=”"))
                        return;
                code->value = parse_sum(parser);
                code->at = parser_span_from(parser, start);
                *end = code;
                end = &code->next;
        } while (parser_accept(parser, TOKEN_LIST));
}

static void parse_tail_value(Parser *parser, Tail *tail) {
        switch (tail_value(tail->kind)) {
        case TAIL_TEXT:
                tail->text = parse_text(parser)->text;
                break;
        case TAIL_NAME:
                tail->value = parse_path(parser);
                break;
        case TAIL_WORDS:
                tail->value = parser_is(parser, TOKEN_STRING) ? parse_text(parser) : parse_path(parser);
                break;
        case TAIL_EXPRESSION:
                tail->value = parse_expression(parser);
                break;
        case TAIL_RANGE:
                tail->value = parse_sum(parser);
                if (parser_expect_keyword(parser, KEYWORD_TO))
                        tail->upper = parse_sum(parser);
                break;
        case TAIL_FLAG:
                break;
        case TAIL_SOURCE:
                parse_source(parser, tail);
                break;
        }
}

static void report_tail(Parser *parser, const Token *token) {
        Span at = parser_span(parser, token);
        if (parser_at_line_end(parser)) {
                PARSER_REPORT(parser, MARK_TRAILING, parser_span(parser, token - 1), STR("请删去行末的逗号。"),
                              "逗号后面没有内容");
                return;
        }
        if (token->kind != TOKEN_WORD) {
                if (token->kind == TOKEN_BAD)
                        parser_expected(parser, "因、依据等词");
                else
                        PARSER_REPORT(parser, TAIL_UNKNOWN, at, STR("文字里有逗号时放在引号里。"),
                                      "逗号后面应当是“因”“依据”“当”这类词");
                return;
        }
        if (parser_peek_at(parser, 1)->kind == TOKEN_EQUAL) {
                PARSER_REPORT(parser, TAIL_UNKNOWN, at, STR("几个等式之间用顿号“、”。"), "这里不能用逗号");
                return;
        }
        Str names[TAILKIND_COUNT];
        for (uint32_t i = 0; i < TAILKIND_COUNT; i++)
                names[i] = tail_text((TailKind) i);
        Str word = parser_word(parser, token);
        Str hint = parser_similar(parser, word, names, TAILKIND_COUNT);
        PARSER_REPORT(parser, TAIL_UNKNOWN, at, hint.length > 0 ? hint : STR("文字里有逗号时放在引号里。"),
                      "逗号后面看不懂：应当是“因”“依据”“当”这类词");
}

/* Reads one more tail behind its comma; false after a complaint. */
static bool parse_tail(Parser *parser, Tail **tail_end, uint64_t *seen) {
        const Token *token = parser_peek(parser);
        TailKind kind;
        if (token->kind != TOKEN_WORD || !tail_find(parser_word(parser, token), &kind)) {
                report_tail(parser, token);
                return false;
        }
        (void) parser_take(parser); /* the tail's word */
        if ((*seen & (UINT64_C(1) << kind)) != 0) {
                PARSER_REPORT(parser, TAIL_REPEATED, parser_span(parser, token), STR(""), "“%.*s”在这一行里写了两次",
                              STR_ARG(tail_text(kind)));
                return false;
        }
        *seen |= UINT64_C(1) << kind;
        Tail *tail = ARENA_NEW(parser->arena, Tail, 1);
        tail->kind = kind;
        parse_tail_value(parser, tail);
        tail->at = parser_span_from(parser, token->start);
        *tail_end = tail;
        return !parser->line_failed;
}
_Static_assert(TAILKIND_COUNT <= 64, "the set of tails seen is one word");

/* tails = { "，" tail } */
Tail *parse_tails(Parser *parser) {
        Tail *first = NULL;
        Tail **end = &first;
        uint64_t seen = 0;
        while (parser_accept(parser, TOKEN_COMMA)) {
                if (!parse_tail(parser, end, &seen))
                        break;
                end = &(*end)->next;
        }
        return first;
}

/* ---- equations and rows ---- */

/* equation = path "=" expression */
static Item *parse_equation(Parser *parser, Expression *path) {
        Item *item = ARENA_NEW(parser->arena, Item, 1);
        item->keys = ARENA_NEW(parser->arena, Expression *, 1);
        item->keys[0] = path;
        item->key_count = 1;
        if (parser_expect(parser, TOKEN_EQUAL, "等号“=”"))
                item->value = parse_expression(parser);
        item->at = parser_span_from(parser, path->at.start);
        return item;
}

/* equations = equation { "、" equation } : linked at *end; returns the new end */
static Item **parse_equations(Parser *parser, Expression *path, Item **end) {
        for (;;) {
                *end = parse_equation(parser, path);
                end = &(*end)->next;
                if (!parser_accept(parser, TOKEN_LIST))
                        return end;
                path = parse_path(parser);
        }
}

/* row = [ name "：" ] [ equations ] */
static void parse_row(Parser *parser, Item *item) {
        Expression *path = parse_path(parser);
        if (parser_is(parser, TOKEN_EQUAL)) {
                (void) parse_equations(parser, path, &item->equations); /* nothing follows */
                return;
        }
        item->keys = ARENA_NEW(parser->arena, Expression *, 1);
        item->keys[0] = path;
        item->key_count = 1;
        if (parser_accept(parser, TOKEN_COLON) && !parser_at_line_end(parser))
                (void) parse_equations(parser, parse_path(parser), &item->equations); /* nothing follows */
}

/* ---- list items ---- */

/* value = "待定" | expression */
static void parse_item_value(Parser *parser, Item *item) {
        const Token *token = parser_peek(parser);
        TailKind kind;
        Tail **end = &item->tails;
        if (token->kind == TOKEN_WORD && tail_find(parser_text(parser, token), &kind) && kind == TAILKIND_PENDING) {
                (void) parser_take(parser); /* 待定 */
                Tail *tail = ARENA_NEW(parser->arena, Tail, 1);
                tail->kind = kind;
                tail->at = parser_span(parser, token);
                *end = tail;
                end = &tail->next;
        } else {
                item->value = parse_expression(parser);
        }
        *end = parse_tails(parser);
}

/* version = "自" sum [ "至" sum ] "：" value */
static void parse_version(Parser *parser, Item *item) {
        item->from = parse_sum(parser);
        if (parser_accept_keyword(parser, KEYWORD_TO))
                item->to = parse_sum(parser);
        if (parser_expect(parser, TOKEN_COLON, "冒号“：”和数值"))
                parse_item_value(parser, item);
}

/* group = ( "以下之一" | "以下全部" ) tails "：", then sub-items */
static void parse_group(Parser *parser, Item *item, ExpressionKind kind) {
        const Token *token = parser_take(parser);
        parser->group = expression_close(parser, expression_new(parser, kind, token->start));
        parser->group_capacity = 0;
        parser->items_seen = false;
        item->value = parser->group;
        item->tails = parse_tails(parser);
        (void) parser_expect(parser, TOKEN_COLON, "冒号“：”"); /* reported there */
}

/* key = year | years | expression */
static void parse_key(Parser *parser, ExpressionList *keys, bool *range) {
        if (parser_is(parser, TOKEN_YEAR) || parser_is(parser, TOKEN_YEARS)) {
                *range = parser_is(parser, TOKEN_YEARS) || *range;
                (void) parse_year(parser, keys); /* reported there */
        } else {
                expression_push(parser, keys, parse_expression(parser));
        }
}

/* keyed = [ key ( "至" key | { "、" key } ) "：" ] value */
static void parse_keyed(Parser *parser, Item *item) {
        ExpressionList keys = { 0 };
        parse_key(parser, &keys, &item->range);
        if (keys.count == 1 && parser_accept_keyword(parser, KEYWORD_TO)) {
                item->range = true;
                parse_key(parser, &keys, &item->range);
        }
        while (!item->range && parser_accept(parser, TOKEN_LIST))
                parse_key(parser, &keys, &item->range);
        if (keys.count == 1 && !parser_is(parser, TOKEN_COLON)) {
                item->value = keys.items[0];
                item->tails = parse_tails(parser);
                return;
        }
        if (item->range && keys.count == 2 && keys.items[0]->kind == EXPRESSION_YEAR &&
            keys.items[1]->kind == EXPRESSION_YEAR && keys.items[0]->integer > keys.items[1]->integer)
                PARSER_REPORT(parser, YEAR_INVALID, parser_span_from(parser, keys.items[0]->at.start), STR(""),
                              "年度范围要由小到大");
        item->keys = keys.items;
        item->key_count = keys.count;
        if (parser_expect(parser, TOKEN_COLON, "冒号“：”和数值（几个条件请各写一行）"))
                parse_item_value(parser, item);
}

static void close_group(Parser *parser) {
        Expression *group = parser->group;
        parser->group = NULL;
        if (group == NULL || parser->items_seen)
                return;
        parser->items_seen = true; /* the list itself had an item */
        diagnostics_add(parser->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_ITEMS_MISSING), group->at,
                        STR("下面各行以“+ ”开头。"), "后面没有列出各项");
}

void parse_close_items(Parser *parser) {
        close_group(parser);
        if (parser->item_end == NULL || parser->items_seen || (!parser->rows && parser->field == NULL))
                return;
        Span at = parser->rows ? parser->inner->at : parser->field->at;
        diagnostics_add(parser->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_ITEMS_MISSING), at,
                        STR("下面各行以“- ”开头；一项也没有时写“- 无”。"), "后面没有列出各项");
}

/* Where items may not stand: complains, unless the line above was at fault. */
static bool items_welcome(Parser *parser, bool welcome, const char *message) {
        if (welcome)
                return true;
        if (parser->quiet)
                parser_fail(parser); /* told already */
        else
                PARSER_REPORT(parser, ITEM_MISPLACED, parser_span(parser, parser_peek(parser)), STR(""), "%s", message);
        return false;
}

/* item = "- " ( "无" | version | group | row | keyed ) tails */
void parse_item(Parser *parser) {
        if (!items_welcome(parser, parser->item_end != NULL, "这里没有可以列各项的栏目"))
                return;
        uint32_t start = parser_peek(parser)->start;
        (void) parser_accept(parser, TOKEN_ITEM); /* absent on the line of the label */
        close_group(parser);
        parser->items_seen = true;
        Item *item = ARENA_NEW(parser->arena, Item, 1);
        if (parser_is_keyword(parser, KEYWORD_NONE) && parser_peek_at(parser, 1)->kind != TOKEN_COLON) {
                (void) parser_take(parser); /* 无 */
                item->none = true;
                item->tails = parse_tails(parser);
        } else if (parser->equation_items) {
                parser->item_end = parse_equations(parser, parse_path(parser), parser->item_end);
                return;
        } else if (parser->line_items) {
                item->value = parse_rest(parser);
        } else if (parser->rows) {
                parse_row(parser, item);
        } else if (parser_accept_keyword(parser, KEYWORD_FROM)) {
                parse_version(parser, item);
        } else if (parser_is_keyword(parser, KEYWORD_ANY_OF)) {
                parse_group(parser, item, EXPRESSION_ANY_OF);
        } else if (parser_is_keyword(parser, KEYWORD_ALL_OF)) {
                parse_group(parser, item, EXPRESSION_ALL_OF);
        } else {
                parse_keyed(parser, item);
        }
        item->at = parser_span_from(parser, start);
        *parser->item_end = item;
        parser->item_end = &item->next;
}

/* subitem = "+ " expression tails */
void parse_subitem(Parser *parser) {
        if (!items_welcome(parser, parser->group != NULL, "“+”要写在“以下之一：”或“以下全部：”下面"))
                return;
        (void) parser_take(parser); /* the mark */
        parser->items_seen = true;
        Expression *condition = parse_expression(parser);
        ExpressionList list = { parser->group->arguments, parser->group->argument_count, parser->group_capacity };
        if (condition->kind != EXPRESSION_ERROR)
                condition->tails = parse_tails(parser);
        expression_push(parser, &list, condition);
        parser->group->arguments = list.items;
        parser->group->argument_count = list.count;
        parser->group_capacity = list.capacity;
        if (condition->height >= SYNTAX_NESTING_MAX)
                PARSER_REPORT(parser, NESTING_TOO_DEEP, condition->at, STR("请拆成几个“定义”。"), "嵌套超过 %d 层",
                              SYNTAX_NESTING_MAX);
        else if (condition->height >= parser->group->height)
                parser->group->height = condition->height + 1;
}

/* ---- fields ---- */

/* period = "自" sum [ "至" sum ] */
static void parse_period(Parser *parser, ExpressionList *values) {
        if (!parser_expect_keyword(parser, KEYWORD_FROM))
                return;
        expression_push(parser, values, parse_sum(parser));
        expression_push(parser, values, parser_accept_keyword(parser, KEYWORD_TO) ? parse_sum(parser) : NULL);
}

/* round = ( number | path ) [ "，" mode ] */
static void parse_round(Parser *parser, ExpressionList *values) {
        expression_push(parser, values, parser_is(parser, TOKEN_NUMBER) ? parse_number(parser) : parse_path(parser));
        TailKind kind;
        const Token *mode = parser_peek_at(parser, 1);
        if (parser_is(parser, TOKEN_COMMA) && mode->kind == TOKEN_WORD &&
            !tail_find(parser_word(parser, mode), &kind)) {
                (void) parser_take(parser); /* the comma */
                expression_push(parser, values, parse_path(parser));
        }
}

/* paths = "无" | path { "、" path } */
static void parse_paths(Parser *parser, ExpressionList *values) {
        if (parser_accept_keyword(parser, KEYWORD_NONE))
                return;
        do
                expression_push(parser, values, parse_path(parser));
        while (parser_accept(parser, TOKEN_LIST));
}

/* texts = words { "、" words } */
static void parse_texts(Parser *parser, ExpressionList *values) {
        do
                expression_push(parser, values, parse_words_in_list(parser));
        while (parser_accept(parser, TOKEN_LIST));
}

/* Whether the word here ends the value: nothing follows, or a comma. */
static bool ends_behind_word(const Parser *parser) {
        const Token *behind = parser_peek_at(parser, 1);
        return behind->kind == TOKEN_END_LINE || behind->kind == TOKEN_END || behind->kind == TOKEN_COMMA;
}

/* chosen = [ word ] expression : the word says how the expression is meant; which words there are, the checker knows */
static void parse_chosen(Parser *parser, ExpressionList *values) {
        const Token *token = parser_peek(parser);
        bool aggregate = token->keyword != KEYWORD_NONE_AT_ALL &&
                         keyword_class((Keyword) token->keyword) == KEYWORD_CLASS_AGGREGATE;
        if (token->kind == TOKEN_WORD && !aggregate) {
                bool alone = ends_behind_word(parser);
                expression_push(parser, values, parse_single_word(parser));
                if (alone)
                        return;
        }
        expression_push(parser, values, parse_expression(parser));
}

/* target period = word [ "，" sum "至" sum | "，" period | sum ] */
static void parse_target_period(Parser *parser, ExpressionList *values) {
        expression_push(parser, values, parse_single_word(parser));
        const Token *behind = parser_peek_at(parser, 1);
        if (parser_is(parser, TOKEN_COMMA) && behind->keyword == KEYWORD_FROM && behind->kind == TOKEN_WORD) {
                (void) parser_take(parser); /* the comma */
                parse_period(parser, values);
        } else if (parser_is(parser, TOKEN_COMMA) && behind->kind == TOKEN_NUMBER) {
                (void) parser_take(parser); /* the comma */
                expression_push(parser, values, parse_sum(parser));
                if (parser_expect_keyword(parser, KEYWORD_TO))
                        expression_push(parser, values, parse_sum(parser));
        } else if (!parser_is(parser, TOKEN_COMMA) && !parser_at_line_end(parser)) {
                expression_push(parser, values, parse_sum(parser));
        }
}

/* LABEL name [ "优先于" name { "、" name } ] "：" expression ; the colon is read here */
static void parse_exception(Parser *parser, Field *field) {
        Span at;
        uint32_t capacity = 0;
        if (!parse_name(parser, false, &field->name, &at))
                return;
        if (parser_accept_keyword(parser, KEYWORD_BEFORE)) {
                do {
                        Str over;
                        if (!parse_name(parser, false, &over, &at))
                                return;
                        *ARENA_PUSH(parser->arena, field->over, field->over_count, capacity) = over;
                } while (parser_accept(parser, TOKEN_LIST));
        }
        (void) parser_expect(parser, TOKEN_COLON, "冒号“：”"); /* reported there */
}

static void open_items(Parser *parser, Item **end, bool equations) {
        parser->item_end = end;
        parser->equation_items = equations;
        parser->items_seen = false;
}

static void parse_field_value(Parser *parser, Field *field, ExpressionList *values) {
        bool empty = parser_at_line_end(parser);
        switch (label_row(field->label)->value) {
        case VALUE_TEXT:
                expression_push(parser, values, parse_words(parser));
                break;
        case VALUE_EXPRESSION:
                expression_push(parser, values, parse_expression(parser));
                break;
        case VALUE_NAMED_EXPRESSION:
                parse_exception(parser, field);
                expression_push(parser, values, parse_expression(parser));
                break;
        case VALUE_PERIOD:
                parse_period(parser, values);
                break;
        case VALUE_ROUND:
                parse_round(parser, values);
                break;
        case VALUE_NAMES:
                parse_paths(parser, values);
                break;
        case VALUE_TEXTS:
                parse_texts(parser, values);
                break;
        case VALUE_SOURCE:
        case VALUE_REQUIREMENT:
                parse_chosen(parser, values);
                break;
        case VALUE_TARGET_PERIOD:
                parse_target_period(parser, values);
                break;
        case VALUE_LINES:
        case VALUE_ITEMS:
                open_items(parser, &field->items, false);
                parser->line_items = label_row(field->label)->value == VALUE_LINES;
                if (!empty)
                        parse_item(parser);
                break;
        case VALUE_EQUATIONS:
                open_items(parser, &field->items, true);
                if (!empty)
                        parse_item(parser);
                break;
        }
}

/* field = LABEL "：" value tails */
void parse_field(Parser *parser, Label label, uint32_t start) {
        bool inner = parser->inner != NULL && owner_of_inner(parser->inner->head) == label_row(label)->owner;
        Field *field = ARENA_NEW(parser->arena, Field, 1);
        Field ***end = inner ? &parser->inner_field_end : &parser->field_end;
        field->label = label;
        field->at = (Span){ parser->file, start, start };
        **end = field;
        *end = &field->next;
        parser->field = field;

        ValueKind value = label_row(label)->value;
        if (value != VALUE_NAMED_EXPRESSION && !parser_expect(parser, TOKEN_COLON, "冒号“：”"))
                return;
        if (value != VALUE_ITEMS && value != VALUE_LINES && value != VALUE_EQUATIONS && parser_at_line_end(parser))
                PARSER_REPORT(parser, VALUE_MISSING, parser_span_from(parser, start), STR(""), "“%.*s”后面没有内容",
                              STR_ARG(label_text(label)));
        ExpressionList values = { 0 };
        parse_field_value(parser, field, &values);
        field->values = values.items;
        field->value_count = values.count;
        field->tails = parse_tails(parser);
        field->at = parser_span_from(parser, start);
}
