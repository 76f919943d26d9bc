/* Expressions, weakest first: one function a rule. Every node is closed by expression_close, which measures its
 * height, so that no tree is deeper than SYNTAX_NESTING_MAX and whoever walks it may recurse. */
#include "language/parser.h"

#include <string.h>

/* ---- nodes ---- */

Expression *expression_new(Parser *parser, ExpressionKind kind, uint32_t start) {
        Expression *expression = ARENA_NEW(parser->arena, Expression, 1);
        expression->kind = kind;
        expression->at = (Span){ parser->file, start, start };
        return expression;
}

static uint32_t higher(uint32_t height, const Expression *child) {
        return child != NULL && child->height > height ? child->height : height;
}

static void report_depth(Parser *parser, Span at) {
        PARSER_REPORT(parser, NESTING_TOO_DEEP, at, STR("请拆成几个“定义”。"), "嵌套超过 %d 层", SYNTAX_NESTING_MAX);
}

Expression *expression_close(Parser *parser, Expression *expression) {
        uint32_t height = higher(0, expression->left);
        height = higher(height, expression->right);
        height = higher(height, expression->where);
        height = higher(height, expression->by);
        for (uint32_t i = 0; i < expression->argument_count; i++)
                height = higher(height, expression->arguments[i]);
        expression->height = height + 1;
        expression->at = parser_span_from(parser, expression->at.start);
        if (expression->height > SYNTAX_NESTING_MAX)
                report_depth(parser, expression->at);
        if (parser->line_failed) {
                Span at = expression->at;
                *expression = (Expression){ .kind = EXPRESSION_ERROR, .at = at, .height = 1 };
        }
        return expression;
}

void expression_push(Parser *parser, ExpressionList *list, Expression *expression) {
        *ARENA_PUSH(parser->arena, list->items, list->count, list->capacity) = expression;
}

static Expression *close_with(Parser *parser, Expression *expression, ExpressionList list) {
        expression->arguments = list.items;
        expression->argument_count = list.count;
        return expression_close(parser, expression);
}

/* A node that could not be read; the complaint was made. */
static Expression *expression_error(Parser *parser) {
        return expression_close(parser, expression_new(parser, EXPRESSION_ERROR, parser_peek(parser)->start));
}

static Expression *binary(Parser *parser, Operator operator, Expression * left, Expression *right) {
        Expression *expression = expression_new(parser, EXPRESSION_BINARY, left->at.start);
        expression->operator= operator;
        expression->left = left;
        expression->right = right;
        return expression_close(parser, expression);
}

/* One level further down the recursion; false after a complaint. */
static bool descend(Parser *parser) {
        if (++parser->nesting <= SYNTAX_NESTING_MAX)
                return true;
        report_depth(parser, parser_span(parser, parser_peek(parser)));
        return false;
}

static void ascend(Parser *parser) {
        parser->nesting--;
}

/* ---- small things ---- */

/* path = ( name | "本" "." word ) { "." word } */
Expression *parse_path(Parser *parser) {
        const Token *token = parser_peek(parser);
        Expression *path = expression_new(parser, EXPRESSION_PATH, token->start);
        bool named = token->kind == TOKEN_NAME ||
                     (token->kind == TOKEN_WORD &&
                      (token->keyword == KEYWORD_NONE_AT_ALL || token->keyword == KEYWORD_OUTER));
        if (!named) {
                parser_expected(parser, "名称");
                return expression_close(parser, path);
        }
        uint32_t part_capacity = 0, span_capacity = 0, span_count = 0;
        for (;;) {
                *ARENA_PUSH(parser->arena, path->part_spans, span_count, span_capacity) = parser_span(parser, token);
                *ARENA_PUSH(parser->arena, path->parts, path->part_count, part_capacity) = parser_word(parser, token);
                (void) parser_take(parser); /* the part, peeked */
                if (!parser_accept(parser, TOKEN_DOT))
                        break;
                token = parser_peek(parser);
                if (token->kind != TOKEN_WORD && token->kind != TOKEN_NAME) {
                        parser_expected(parser, "名称");
                        break;
                }
        }
        if (path->part_count == 1 && parser->tokens[parser->at - 1].keyword == KEYWORD_OUTER)
                PARSER_REPORT(parser, SYNTAX_EXPECTED, path->part_spans[0], STR("例如 本.出生日期"),
                              "“本”后面应当是“.名称”");
        return expression_close(parser, path);
}

/* text = "“" … "”" */
Expression *parse_text(Parser *parser) {
        const Token *token = parser_peek(parser);
        Expression *text = expression_new(parser, EXPRESSION_TEXT, token->start);
        text->text = STR("");
        if (parser_expect(parser, TOKEN_STRING, "引号里的文字“…”"))
                text->text = parser_word(parser, token);
        return expression_close(parser, text);
}

static bool is_ascii_letter(char byte) {
        return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Chinese prose has its marks in full width, whichever way they were typed: 受理:街道,1天 is shown as 受理：街道，1天;
 * 12:30 and 1,000 stay as they are. */
static Str widened(Arena *arena, Str text) {
        static const Str MARKS[] = { STR_INIT(",，"), STR_INIT(":："), STR_INIT("(（"), STR_INIT(")）"), STR_INIT(";；"), STR_INIT("?？"),
                                     STR_INIT("!！") };
        char *bytes = ARENA_NEW(arena, char, 3 * text.length + 1);
        size_t length = 0;
        for (size_t i = 0; i < text.length; i++) {
                char byte = text.data[i];
                bool inside = i > 0 && is_ascii_letter(text.data[i - 1]) && i + 1 < text.length &&
                              (unsigned char) text.data[i + 1] > ' ' && (unsigned char) text.data[i + 1] < 0x7f;
                Str wide = { &byte, 1 };
                for (uint32_t k = 0; k < ARRAY_LENGTH(MARKS) && !inside; k++) {
                        if (MARKS[k].data[0] == byte)
                                wide = str_slice(MARKS[k], 1, MARKS[k].length);
                }
                memcpy(bytes + length, wide.data, wide.length);
                length += wide.length;
        }
        return (Str){ bytes, length };
}

typedef enum RawEnd { RAW_TO_COMMA, RAW_TO_LIST, RAW_TO_LINE_END } RawEnd;

/* 、 inside brackets belongs to the text: 各县（市、区）. */
static bool raw_ends(const Parser *parser, RawEnd end, uint32_t depth) {
        return parser_at_line_end(parser) || (end != RAW_TO_LINE_END && parser_is(parser, TOKEN_COMMA)) ||
               (end == RAW_TO_LIST && depth == 0 && parser_is(parser, TOKEN_LIST));
}

/* Bare text on one line: its tokens become one. */
static Expression *parse_raw(Parser *parser, RawEnd end) {
        uint32_t first = parser->at, depth = 0;
        Expression *text = expression_new(parser, EXPRESSION_TEXT, parser_peek(parser)->start);
        while (!raw_ends(parser, end, depth)) {
                const Token *token = parser_take(parser);
                depth += token->kind == TOKEN_OPEN;
                depth -= token->kind == TOKEN_CLOSE && depth > 0;
                if (token->kind == TOKEN_BAD && token->problem == CODE_TEXT_UNCLOSED)
                        PARSER_REPORT(parser, TEXT_UNCLOSED, parser_span(parser, token), STR(""), "引号没有结束");
        }
        Str raw = str_slice(parser->text, text->at.start, parser->previous_end);
        size_t line_break;
        if (str_find(raw, STR("\n"), &line_break))
                PARSER_REPORT(parser, SYNTAX_EXPECTED, parser_span_from(parser, text->at.start), STR(""),
                              "文字要写在一行里");
        if (!parser->line_failed) {
                for (uint32_t i = first; i < parser->at; i++)
                        parser->tokens[i].kind = TOKEN_SKIP;
                parser->tokens[first].kind = TOKEN_RAW;
                parser->tokens[first].end = parser->previous_end;
        }
        text->text = token_fold(parser->arena, raw);
        if (end != RAW_TO_COMMA)
                text->text = widened(parser->arena, text->text);
        return expression_close(parser, text);
}

static bool at_comma(const Parser *parser) {
        return parser_at_line_end(parser) || parser_is(parser, TOKEN_COMMA);
}

/* words = text | anything up to a comma, on one line */
Expression *parse_words(Parser *parser) {
        return parser_is(parser, TOKEN_STRING) || at_comma(parser) ? parse_text(parser) : parse_raw(parser, RAW_TO_COMMA);
}

Expression *parse_words_in_list(Parser *parser) {
        bool text = parser_is(parser, TOKEN_STRING) || parser_is(parser, TOKEN_LIST) || at_comma(parser);
        return text ? parse_text(parser) : parse_raw(parser, RAW_TO_LIST);
}

/* rest = text EOL | anything to the end of the line */
Expression *parse_rest(Parser *parser) {
        const Token *behind = parser_peek_at(parser, 1);
        bool alone = parser_is(parser, TOKEN_STRING) && (behind->kind == TOKEN_END_LINE || behind->kind == TOKEN_END);
        return alone || parser_at_line_end(parser) ? parse_text(parser) : parse_raw(parser, RAW_TO_LINE_END);
}

Expression *parse_single_word(Parser *parser) {
        const Token *token = parser_peek(parser);
        Expression *path = expression_new(parser, EXPRESSION_PATH, token->start);
        if (parser_expect(parser, TOKEN_WORD, "一个词")) {
                path->parts = ARENA_NEW(parser->arena, Str, 1);
                path->part_spans = ARENA_NEW(parser->arena, Span, 1);
                path->part_count = 1;
                path->parts[0] = parser_word(parser, token);
                path->part_spans[0] = parser_span(parser, token);
        }
        return expression_close(parser, path);
}

/* The right bracket of the one at `open`. */
static bool expect_close(Parser *parser, TokenKind kind, Span open) {
        if (parser_accept(parser, kind))
                return true;
        if (parser_at_line_end(parser))
                PARSER_REPORT(parser, BRACKET_UNBALANCED, open, STR(""), "左括号没有配对的右括号");
        else
                parser_expected(parser, "逗号、运算符或右括号");
        return false;
}

/* list = expression { ( "，" | "、" ) expression } */
static ExpressionList parse_list(Parser *parser) {
        ExpressionList list = { 0 };
        do
                expression_push(parser, &list, parse_expression(parser));
        while (parser_accept(parser, TOKEN_COMMA) || parser_accept(parser, TOKEN_LIST));
        return list;
}

/* ---- primaries ---- */

/* call = name "(" [ list ] ")" */
static Expression *parse_call(Parser *parser, Expression *call) {
        Span open = parser_span(parser, parser_take(parser));
        if (call->part_count != 1)
                PARSER_REPORT(parser, SYNTAX_EXPECTED, call->at, STR(""), "函数名不能带“.”");
        call->kind = EXPRESSION_CALL;
        ExpressionList list = { 0 };
        if (!parser_is(parser, TOKEN_CLOSE))
                list = parse_list(parser);
        (void) expect_close(parser, TOKEN_CLOSE, open); /* reported there */
        return close_with(parser, call, list);
}

/* clause = "其中" expression | "按" path | "非空" | expression */
static bool parse_aggregate_clause(Parser *parser, Expression *aggregate) {
        Span at = parser_span(parser, parser_peek(parser));
        bool again;
        if (parser_accept_keyword(parser, KEYWORD_WHERE)) {
                again = aggregate->where != NULL;
                aggregate->where = parse_expression(parser);
        } else if (parser_accept_keyword(parser, KEYWORD_BY)) {
                again = aggregate->by != NULL;
                aggregate->by = parse_path(parser);
        } else if (parser_accept_keyword(parser, KEYWORD_NOT_EMPTY)) {
                again = aggregate->not_empty;
                aggregate->not_empty = true;
        } else {
                again = aggregate->right != NULL;
                aggregate->right = parse_expression(parser);
        }
        if (again)
                PARSER_REPORT(parser, TAIL_REPEATED, at, STR(""), "同一个括号里写了两次");
        return !parser->line_failed;
}

/* aggregate = ( "计数" | … ) "(" path { "，" clause } ")" */
static Expression *parse_aggregate(Parser *parser) {
        const Token *word = parser_take(parser);
        Expression *aggregate = expression_new(parser, EXPRESSION_AGGREGATE, word->start);
        Span open = parser_span(parser, parser_peek(parser));
        aggregate->parts = ARENA_NEW(parser->arena, Str, 1);
        aggregate->part_spans = ARENA_NEW(parser->arena, Span, 1);
        aggregate->part_count = 1;
        aggregate->parts[0] = parser_word(parser, word);
        aggregate->part_spans[0] = parser_span(parser, word);
        if (!parser_expect(parser, TOKEN_OPEN, "左括号“(”"))
                return expression_close(parser, aggregate);
        aggregate->left = parse_path(parser);
        while (parser_accept(parser, TOKEN_COMMA)) {
                if (!parse_aggregate_clause(parser, aggregate))
                        break;
        }
        (void) expect_close(parser, TOKEN_CLOSE, open); /* reported there */
        return expression_close(parser, aggregate);
}

/* manual = "需人工认定" text ; the bare word is an answer, in examples */
static Expression *parse_manual(Parser *parser) {
        const Token *word = parser_take(parser);
        Expression *manual = expression_new(parser, EXPRESSION_MANUAL, word->start);
        if (parser_is(parser, TOKEN_STRING)) {
                manual->text = parser_word(parser, parser_take(parser));
        } else {
                manual->kind = EXPRESSION_PATH;
                manual->parts = ARENA_NEW(parser->arena, Str, 1);
                manual->part_spans = ARENA_NEW(parser->arena, Span, 1);
                manual->part_count = 1;
                manual->parts[0] = parser_word(parser, word);
                manual->part_spans[0] = parser_span(parser, word);
        }
        return expression_close(parser, manual);
}

static Expression *parse_constant(Parser *parser, ExpressionKind kind, int64_t value) {
        Expression *constant = expression_new(parser, kind, parser_peek(parser)->start);
        constant->integer = value;
        (void) parser_take(parser); /* the word, peeked by the caller */
        return expression_close(parser, constant);
}

/* word = "是" | "否" | "未知" | aggregate | manual | call | path */
static Expression *parse_word(Parser *parser) {
        const Token *token = parser_peek(parser);
        if (token->keyword == KEYWORD_YES || token->keyword == KEYWORD_NO)
                return parse_constant(parser, EXPRESSION_TRUTH, token->keyword == KEYWORD_YES);
        if (token->keyword == KEYWORD_UNKNOWN)
                return parse_constant(parser, EXPRESSION_UNKNOWN, 0);
        if (token->keyword == KEYWORD_MANUAL)
                return parse_manual(parser);
        if (token->keyword != KEYWORD_NONE_AT_ALL && token->keyword != KEYWORD_OUTER) {
                if (keyword_class((Keyword) token->keyword) == KEYWORD_CLASS_AGGREGATE)
                        return parse_aggregate(parser);
                parser_expected(parser, token->keyword == KEYWORD_IF ? "值（“若”要放在括号里）" : "名称、数或左括号");
                return expression_error(parser);
        }
        Expression *path = parse_path(parser);
        return parser_is(parser, TOKEN_OPEN) ? parse_call(parser, path) : path;
}

/* primary = number | date | year | text | word | "(" expression ")" */
static Expression *parse_primary(Parser *parser) {
        const Token *token = parser_peek(parser);
        if (token->kind == TOKEN_WORD || token->kind == TOKEN_NAME)
                return parse_word(parser);
        if (token->kind == TOKEN_NUMBER)
                return parse_number(parser);
        if (token->kind == TOKEN_DATE)
                return parse_date(parser);
        if (token->kind == TOKEN_STRING)
                return parse_text(parser);
        if (token->kind == TOKEN_YEAR) {
                ExpressionList year = { 0 };
                return parse_year(parser, &year) ? year.items[0] : expression_error(parser);
        }
        if (token->kind != TOKEN_OPEN) {
                parser_expected(parser, "名称、数或左括号");
                return expression_error(parser);
        }
        Span open = parser_span(parser, parser_take(parser));
        Expression *inside = parse_expression(parser);
        (void) expect_close(parser, TOKEN_CLOSE, open); /* reported there */
        return inside;
}

/* indexed = primary { "[" list "]" } */
static Expression *parse_indexed(Parser *parser) {
        Expression *left = parse_primary(parser);
        while (parser_is(parser, TOKEN_OPEN_SQUARE)) {
                Span open = parser_span(parser, parser_take(parser));
                Expression *index = expression_new(parser, EXPRESSION_INDEX, left->at.start);
                ExpressionList list = parse_list(parser);
                index->left = left;
                (void) expect_close(parser, TOKEN_CLOSE_SQUARE, open); /* reported there */
                left = close_with(parser, index, list);
        }
        return left;
}

/* postfix = indexed [ "于" indexed ] */
static Expression *parse_postfix(Parser *parser) {
        Expression *left = parse_indexed(parser);
        if (!parser_accept_keyword(parser, KEYWORD_AT))
                return left;
        Expression *at = expression_new(parser, EXPRESSION_AT, left->at.start);
        at->left = left;
        at->right = parse_indexed(parser);
        return expression_close(parser, at);
}

/* ---- operators ---- */

/* unary = "-" unary | postfix */
static Expression *parse_unary(Parser *parser) {
        uint32_t start = parser_peek(parser)->start;
        if (!parser_accept(parser, TOKEN_MINUS))
                return parse_postfix(parser);
        Expression *negate = expression_new(parser, EXPRESSION_NEGATE, start);
        negate->left = descend(parser) ? parse_unary(parser) : NULL;
        ascend(parser);
        return expression_close(parser, negate);
}

/* product = unary { ( "×" | "÷" | "/" ) unary } */
static Expression *parse_product(Parser *parser) {
        Expression *left = parse_unary(parser);
        for (;;) {
                if (parser_accept(parser, TOKEN_TIMES))
                        left = binary(parser, OPERATOR_MULTIPLY, left, parse_unary(parser));
                else if (parser_accept(parser, TOKEN_DIVIDE) || parser_accept(parser, TOKEN_SLASH))
                        left = binary(parser, OPERATOR_DIVIDE, left, parse_unary(parser));
                else
                        return left;
        }
}

/* sum = product { ( "+" | "-" ) product } */
Expression *parse_sum(Parser *parser) {
        Expression *left = parse_product(parser);
        for (;;) {
                if (parser_accept(parser, TOKEN_PLUS))
                        left = binary(parser, OPERATOR_ADD, left, parse_product(parser));
                else if (parser_accept(parser, TOKEN_MINUS))
                        left = binary(parser, OPERATOR_SUBTRACT, left, parse_product(parser));
                else
                        return left;
        }
}

typedef struct ComparisonSign {
        TokenKind kind;
        Operator operator;
} ComparisonSign;

static const ComparisonSign COMPARISON_SIGNS[] = {
        { TOKEN_EQUAL, OPERATOR_EQUAL }, { TOKEN_NOT_EQUAL, OPERATOR_NOT_EQUAL },
        { TOKEN_LESS, OPERATOR_LESS },   { TOKEN_AT_MOST, OPERATOR_AT_MOST },
        { TOKEN_MORE, OPERATOR_MORE },   { TOKEN_AT_LEAST, OPERATOR_AT_LEAST },
};

/* Whether a word or sign that compares two values stands here; it is not taken. */
static bool at_comparison(const Parser *parser, Operator *ret_operator) {
        const Token *token = parser_peek(parser);
        if (token->kind == TOKEN_WORD)
                return keyword_compares((Keyword) token->keyword, ret_operator);
        for (uint32_t i = 0; i < ARRAY_LENGTH(COMPARISON_SIGNS); i++) {
                if (COMPARISON_SIGNS[i].kind == (TokenKind) token->kind) {
                        *ret_operator = COMPARISON_SIGNS[i].operator;
                        return true;
                }
        }
        return false;
}

/* between = sum "介于" sum "至" sum ; the word was taken */
static Expression *parse_between(Parser *parser, Expression *left) {
        Expression *between = expression_new(parser, EXPRESSION_BETWEEN, left->at.start);
        ExpressionList ends = { 0 };
        between->left = left;
        expression_push(parser, &ends, parse_sum(parser));
        if (parser_expect_keyword(parser, KEYWORD_TO))
                expression_push(parser, &ends, parse_sum(parser));
        return close_with(parser, between, ends);
}

/* in = sum ( "属于" | "不属于" ) "(" list ")" ; the word was taken */
static Expression *parse_in(Parser *parser, Expression *left, bool negated) {
        Expression *in = expression_new(parser, EXPRESSION_IN, left->at.start);
        Span open = parser_span(parser, parser_peek(parser));
        in->left = left;
        in->negated = negated;
        ExpressionList list = { 0 };
        if (parser_expect(parser, TOKEN_OPEN, "括号里的几个值，例如 属于 (甲、乙)")) {
                list = parse_list(parser);
                (void) expect_close(parser, TOKEN_CLOSE, open); /* reported there */
        }
        return close_with(parser, in, list);
}

/* comparison = sum [ operator sum | between | in ] */
static Expression *parse_comparison(Parser *parser) {
        Expression *left = parse_sum(parser);
        Operator operator;
        if (at_comparison(parser, &operator)) {
                (void) parser_take(parser); /* the operator */
                left = binary(parser, operator, left, parse_sum(parser));
        } else if (parser_accept_keyword(parser, KEYWORD_BETWEEN)) {
                left = parse_between(parser, left);
        } else if (parser_is_keyword(parser, KEYWORD_IN) || parser_is_keyword(parser, KEYWORD_NOT_IN)) {
                left = parse_in(parser, left, parser_take(parser)->keyword == KEYWORD_NOT_IN);
        } else {
                return left;
        }
        if (at_comparison(parser, &operator))
                PARSER_REPORT(parser, COMPARISON_CHAINED, parser_span(parser, parser_peek(parser)),
                              STR("用“且”连接两个比较，或写 介于 … 至 …。"), "比较不能连着写");
        return left;
}

/* not = "非" not | comparison */
static Expression *parse_not(Parser *parser) {
        uint32_t start = parser_peek(parser)->start;
        if (!parser_accept_keyword(parser, KEYWORD_NOT))
                return parse_comparison(parser);
        Expression *not = expression_new(parser, EXPRESSION_NOT, start);
        not ->left = descend(parser) ? parse_not(parser) : NULL;
        ascend(parser);
        return expression_close(parser, not );
}

/* and = not { "且" not } */
static Expression *parse_and(Parser *parser) {
        Expression *left = parse_not(parser);
        while (parser_accept_keyword(parser, KEYWORD_AND))
                left = binary(parser, OPERATOR_AND, left, parse_not(parser));
        return left;
}

/* or = and { "或" and } */
static Expression *parse_or(Parser *parser) {
        Expression *left = parse_and(parser);
        while (parser_accept_keyword(parser, KEYWORD_OR))
                left = binary(parser, OPERATOR_OR, left, parse_and(parser));
        return left;
}

/* if = "若" expression "则" expression "否则" expression ; the first word was taken */
static Expression *parse_if(Parser *parser, uint32_t start) {
        Expression *choice = expression_new(parser, EXPRESSION_IF, start);
        ExpressionList list = { 0 };
        expression_push(parser, &list, parse_expression(parser));
        if (parser_expect_keyword(parser, KEYWORD_THEN)) {
                expression_push(parser, &list, parse_expression(parser));
                if (parser_expect_keyword(parser, KEYWORD_ELSE))
                        expression_push(parser, &list, parse_expression(parser));
        }
        return close_with(parser, choice, list);
}

/* expression = if | or */
Expression *parse_expression(Parser *parser) {
        uint32_t start = parser_peek(parser)->start;
        Expression *expression;
        if (!descend(parser))
                expression = expression_error(parser);
        else if (parser_accept_keyword(parser, KEYWORD_IF))
                expression = parse_if(parser, start);
        else
                expression = parse_or(parser);
        ascend(parser);
        return expression;
}
