/* One line: its first token says what it is. Most of this file is for lines that are nothing: the commonest
 * mistakes (a lost space, a lost colon, a misspelt label) each get their own words. */
#include "language/parser.h"

/* ---- closing ---- */

static void close_list(Parser *parser) {
        parse_close_items(parser);
        parser->field = NULL;
        parser->item_end = NULL;
        parser->rows = false;
        parser->equation_items = false;
        parser->line_items = false;
        parser->quiet = false;
}

void parse_fence_end(Parser *parser) {
        close_list(parser);
        parser->declaration = NULL;
        parser->inner = NULL;
}

/* ---- lines that begin with a label ---- */

/* The label of this name that may stand here, the open inner head's first. */
static bool find_label_here(const Parser *parser, Str word, Label *ret_label) {
        if (parser->declaration == NULL)
                return false;
        return (parser->inner != NULL && label_find(owner_of_inner(parser->inner->head), word, ret_label)) ||
               label_find(owner_of_head(parser->declaration->head), word, ret_label);
}

static void start_field(Parser *parser, Label label, uint32_t start) {
        const LabelRow *row = label_row(label);
        bool inner = parser->inner != NULL && owner_of_inner(parser->inner->head) == row->owner;
        close_list(parser);
        if (!inner)
                parser->inner = NULL;
        uint32_t generation = inner ? parser->inner_generation : parser->declaration_generation;
        if (row->once && parser->label_seen[label] == generation)
                PARSER_REPORT(parser, LABEL_REPEATED, parser_span_from(parser, start), STR("请合并成一处。"),
                              "“%.*s”在这里已经写过一次", STR_ARG(row->text));
        parser->label_seen[label] = generation;
        parser->item_indent = inner ? 6 : 4;
        parse_field(parser, label, start);
}

/* The labels that may stand here, for suggestions. */
static Str similar_label(const Parser *parser, Str wrong) {
        Str names[LABEL_COUNT];
        uint32_t count = 0;
        for (uint32_t i = 0; i < LABEL_COUNT; i++) {
                Label found;
                if (find_label_here(parser, label_text((Label) i), &found) && found == (Label) i)
                        names[count++] = label_text((Label) i);
        }
        return parser_similar(parser, wrong, names, count);
}

/* A line 甲：… whose word is no label here. */
static void report_label(Parser *parser, const Token *token, Str word) {
        Span at = parser_span(parser, token);
        Label other;
        Head head;
        if (head_find(word, &head)) {
                Str hint = str_format(parser->diagnostics->arena, "声明写作：%.*s 名称", STR_ARG(word));
                PARSER_REPORT(parser, NAME_MISSING, at, hint, "“%.*s”后面缺少名称", STR_ARG(word));
        } else if (parser->declaration == NULL) {
                PARSER_REPORT(parser, LINE_OUTSIDE, at, STR("先写声明；要在另一条款下增加内容，先写“补充 政策 名称”。"),
                              "“%.*s”前面没有声明", STR_ARG(word));
        } else if (label_find_any(word, &other)) {
                PARSER_REPORT(parser, LABEL_MISPLACED, at, STR(""), "栏目“%.*s”要写在“%.*s”里", STR_ARG(word),
                              STR_ARG(owner_text(label_row(other)->owner)));
        } else {
                Str owner =
                        parser->inner != NULL ? inner_text(parser->inner->head) : head_text(parser->declaration->head);
                Str hint = similar_label(parser, word);
                PARSER_REPORT(parser, LABEL_UNKNOWN, at, hint, "“%.*s”没有栏目“%.*s”", STR_ARG(owner), STR_ARG(word));
        }
}

static void parse_label_line(Parser *parser, const Token *token, Str word) {
        Label label;
        if (find_label_here(parser, word, &label)) {
                (void) parser_take(parser); /* the label, known already */
                start_field(parser, label, token->start);
                return;
        }
        bool told = parser->quiet && parser->declaration == NULL; /* once is enough for a whole orphaned block */
        close_list(parser);
        if (told)
                parser_fail(parser); /* in silence */
        else
                report_label(parser, token, word);
        parser->quiet = true;
}

/* ---- lines that begin with a head ---- */

static void parse_inner_line(Parser *parser, InnerHead head, uint32_t start) {
        if (parser->declaration == NULL || parser->declaration->head != inner_owner(head)) {
                Str word = inner_text(head), owner = head_text(inner_owner(head));
                Span at = { parser->file, start, start + (uint32_t) word.length };
                close_list(parser);
                parser->quiet = true;
                PARSER_REPORT(parser, INNER_MISPLACED, at, STR(""), "“%.*s”要写在“%.*s”里", STR_ARG(word),
                              STR_ARG(owner));
                return;
        }
        close_list(parser);
        parse_inner(parser, head, start);
}

static void parse_head_line(Parser *parser, Head head, uint32_t start) {
        close_list(parser);
        parser->inner = NULL;
        parse_declaration(parser, head, start);
}

/* 政策个人贷款: complains, then reads on behind the head as if the space were there, so that the fields below
 * find their declaration. */
static bool parse_glued_line(Parser *parser, const Token *token, Str word) {
        Str text;
        if (!word_begins_with_head(word, &text))
                return false;
        Str hint = STR("");
        if (parser_wants_hints(parser))
                hint = str_format(parser->diagnostics->arena, "是否想写“%.*s %.*s”？", STR_ARG(text),
                                  STR_ARG(str_slice(word, text.length, word.length)));
        Span at = { parser->file, token->start, token->start + (uint32_t) text.length };
        diagnostics_add(parser->diagnostics, DIAGNOSTIC_ERROR, language_code_text(CODE_SPACE_MISSING), at, hint,
                        "“%.*s”后面缺一个空格", STR_ARG(text));
        parser->line_failed = true;
        parser->tokens[parser->at].start += (uint32_t) text.length;
        Head head;
        InnerHead inner;
        if (head_find(text, &head))
                parse_head_line(parser, head, at.start);
        else if (inner_find(text, &inner))
                parse_inner_line(parser, inner, at.start);
        parser_fail(parser); /* reported above */
        return true;
}

/* ---- anything else ---- */

static void report_line(Parser *parser, const Token *token, Str word) {
        Span at = parser_span(parser, token);
        Label label;
        if (token->kind == TOKEN_BAD) {
                parser_expected(parser, "声明、栏目或列表项");
                return;
        }
        if (token->keyword == KEYWORD_FROM) {
                PARSER_REPORT(parser, VERSION_MALFORMED, at, STR("写作：- 自 2018-01-01：数值"),
                              "各个版本要以“- ”开头");
                return;
        }
        if (token->kind == TOKEN_WORD && label_find_any(word, &label)) {
                PARSER_REPORT(parser, SYNTAX_EXPECTED, at, STR("栏目后面要有冒号“：”。"), "“%.*s”后面缺少冒号",
                              STR_ARG(word));
                return;
        }
        Str names[HEAD_COUNT];
        for (uint32_t i = 0; i < HEAD_COUNT; i++)
                names[i] = head_text((Head) i);
        Str hint = token->kind == TOKEN_WORD ? parser_similar(parser, word, names, HEAD_COUNT) : STR("");
        if (hint.length == 0)
                hint = STR("接着上一行写时，上一行要以运算符、顿号、逗号或左括号结尾，或者这一行以“且”“或”开头。");
        PARSER_REPORT(parser, LINE_UNKNOWN, at, hint, "看不出这一行是什么：不是声明、栏目或列表项");
}

/* 甲：… is a field, known or not, unless a head with its space lost explains it better. */
static bool colon_opens_field(const Parser *parser, Str word) {
        Label label;
        Str head;
        return find_label_here(parser, word, &label) || !word_begins_with_head(word, &head) ||
               similar_label(parser, word).length > 0;
}

static bool opens_named_field(const Parser *parser, Str word) {
        Label label;
        return find_label_here(parser, word, &label) && label_row(label)->value == VALUE_NAMED_EXPRESSION;
}

static void parse_word_line(Parser *parser, const Token *token) {
        Str word = parser_word(parser, token);
        bool colon = parser_peek_at(parser, 1)->kind == TOKEN_COLON;
        Head head;
        InnerHead inner;
        if (token->keyword == KEYWORD_SUPPLEMENT) {
                (void) parser_take(parser); /* 补充 */
                close_list(parser);
                parser->inner = NULL;
                parse_supplement(parser, token->start);
        } else if (colon ? colon_opens_field(parser, word) : opens_named_field(parser, word)) {
                parse_label_line(parser, token, word);
        } else if (head_find(word, &head)) {
                (void) parser_take(parser); /* the head */
                parse_head_line(parser, head, token->start);
        } else if (inner_find(word, &inner)) {
                (void) parser_take(parser); /* the inner head */
                parse_inner_line(parser, inner, token->start);
        } else if (!parse_glued_line(parser, token, word)) {
                report_line(parser, token, word);
        }
}

static void check_line_end(Parser *parser) {
        if (parser_at_line_end(parser))
                return;
        const Token *token = parser_peek(parser);
        uint32_t position = parser->at;
        if (token->kind == TOKEN_NUMBER)
                (void) parse_number(parser); /* for its complaint about 以上 and the like, which tells most */
        parser->at = parser->line_failed ? parser->at : position;
        if (token->kind == TOKEN_COMMA)
                PARSER_REPORT(parser, TAIL_UNKNOWN, parser_span(parser, token), STR(""), "这里不能再接逗号");
        else
                parser_expected(parser, "行末、逗号或运算符");
}

/* Columns of the line in canonical form: a field or inner head just opened tells by itself. */
static uint8_t indent_of(const Parser *parser, uint32_t start) {
        if (parser->field != NULL && parser->field->at.start == start)
                return parser->inner != NULL ? 4 : 2;
        return parser->inner != NULL && parser->inner->at.start == start ? 2 : 0;
}

/* line = ( item | subitem | declaration | inner | field ) EOL */
void parse_line(Parser *parser) {
        const Token *token = parser_peek(parser);
        uint32_t first = parser->at;
        uint8_t indent = parser->item_indent;
        parser->line_failed = false;
        parser->previous_end = token->start;
        if (token->kind == TOKEN_ITEM) {
                parse_item(parser);
        } else if (token->kind == TOKEN_SUBITEM) {
                parse_subitem(parser);
                indent += 2;
        } else if (token->kind == TOKEN_WORD) {
                parse_word_line(parser, token);
                indent = indent_of(parser, token->start);
        } else {
                report_line(parser, token, STR(""));
        }
        parser->tokens[first].indent = indent;
        check_line_end(parser);
        if (parser_is(parser, TOKEN_END_LINE))
                parser->at++;
}
