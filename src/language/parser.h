/* What the parser's files share: the position, the open declaration, and one way to complain.
 *
 * The parser is recursive descent over the token array; each function reads one grammar rule, written above it.
 * A line is the unit of recovery: the first mistake in a line is reported, the position jumps to the line's end, and
 * from there every rule finds nothing more and returns. So no rule needs to know about errors. */
#pragma once

#include "language/markdown.h"
#include "language/token.h"

typedef struct ExpressionList {
        Expression **items;
        uint32_t count, capacity;
} ExpressionList;

typedef struct Parser {
        Arena *arena;
        Str text;
        uint32_t file;
        Diagnostics *diagnostics;
        Token *tokens;
        uint32_t at;           /* next token */
        uint32_t previous_end; /* byte behind the last token taken */
        uint32_t clause;       /* of the fence being read */
        uint32_t nesting;      /* rules open above this one */
        bool line_failed;      /* this line has had its diagnostic */

        Declaration *declaration; /* open, or NULL */
        Inner *inner;
        Field *field;
        Declaration **declaration_end; /* where the next one is linked */
        Inner **inner_end;
        Field **field_end, **inner_field_end;
        Item **item_end;     /* where the next list item is linked; NULL when none may stand here */
        bool rows;           /* the items are rows of equations (成员) */
        bool equation_items; /* the items are equations (已知) */
        bool line_items;     /* the items are texts (步骤) */
        Expression *group;   /* open 以下之一, or NULL */
        uint32_t group_capacity;
        uint8_t item_indent;
        bool items_seen;                  /* of the open field or group, also broken ones */
        bool quiet;                       /* after a line that was no field: its items are not worth a diagnostic */
        uint32_t label_seen[LABEL_COUNT]; /* generation in which the label was last seen */
        uint32_t declaration_generation, inner_generation, generation;
        uint32_t declaration_count;
} Parser;

/* ---- parser.c: tokens, complaints ---- */

const Token *parser_peek(const Parser *parser);
/* The token `ahead` places further; never beyond the end of the line. */
const Token *parser_peek_at(const Parser *parser, uint32_t ahead);
const Token *parser_take(Parser *parser);
bool parser_is(const Parser *parser, TokenKind kind);
bool parser_is_keyword(const Parser *parser, Keyword keyword);
bool parser_accept(Parser *parser, TokenKind kind);
bool parser_accept_keyword(Parser *parser, Keyword keyword);
/* Takes the token or complains that `wanted` ("冒号“：”") should stand here. */
bool parser_expect(Parser *parser, TokenKind kind, const char *wanted);
bool parser_expect_keyword(Parser *parser, Keyword keyword);
/* Complains that `wanted` should stand where the position is. */
void parser_expected(Parser *parser, const char *wanted);
bool parser_at_line_end(const Parser *parser);

Str parser_text(const Parser *parser, const Token *token); /* as written */
Str parser_word(Parser *parser, const Token *token);       /* folded, quotes removed */
/* The tokens from `first` up to the position as one text, folded, without the blanks between them. */
Str parser_joined(Parser *parser, uint32_t first);
Span parser_span(const Parser *parser, const Token *token);
Span parser_span_from(const Parser *parser, uint32_t start); /* up to the last token taken */

/* Marks the line as failed and jumps to its end. */
void parser_fail(Parser *parser);
/* False once so many errors were found that hints are no longer kept: saves the search for similar names. */
bool parser_wants_hints(const Parser *parser);
Str parser_similar(const Parser *parser, Str wrong, const Str *names, uint32_t count); /* "是否想写“…”" or empty */

/* The first complaint of a line is kept; then the line is over. */
#define PARSER_REPORT(parser, code, at, hint, ...)                                                                     \
        ((parser)->line_failed ? (void) 0                                                                              \
                               : diagnostics_add((parser)->diagnostics, DIAGNOSTIC_ERROR,                              \
                                                 language_code_text(CODE_##code), (at), (hint), __VA_ARGS__),          \
         parser_fail(parser))

/* Runs the whole parser; `ret_lexer` and `ret_markdown` are for the formatter. */
typedef struct ParseResult {
        Lexer lexer;
        Markdown markdown;
        Syntax syntax;
} ParseResult;
Rc parser_run(Arena *arena, Str text, uint32_t file, Diagnostics *diagnostics, ParseResult *ret_result) CHECKED;

/* ---- parser_line.c: one line ---- */

/* Reads the line at the position, whatever it is, and stands behind it. */
void parse_line(Parser *parser);
/* Closes what is still open at the end of a fence. */
void parse_fence_end(Parser *parser);

/* ---- parser_declaration.c: heads ---- */

/* The head word has been taken. */
void parse_declaration(Parser *parser, Head head, uint32_t start);
void parse_supplement(Parser *parser, uint32_t start);
void parse_inner(Parser *parser, InnerHead head, uint32_t start);

/* ---- parser_field.c: fields, items, tails ---- */

/* The label's word has been taken. */
void parse_field(Parser *parser, Label label, uint32_t start);
void parse_item(Parser *parser);
void parse_subitem(Parser *parser);
Tail *parse_tails(Parser *parser);
/* Complains about a field or group that was to have list items and got none. */
void parse_close_items(Parser *parser);

/* A declared name: a word or 「…」 that is not reserved and not too long; false after a complaint. `dotted` names
 * (behind an entity) may be heads. */
bool parse_name(Parser *parser, bool dotted, Str *ret_name, Span *ret_at);

/* ---- parser_expression.c ---- */

/* Never NULL: EXPRESSION_ERROR after a complaint. */
Expression *parse_expression(Parser *parser);
/* Above comparison: what stands between 自 and 至. */
Expression *parse_sum(Parser *parser);
Expression *parse_path(Parser *parser);
Expression *parse_text(Parser *parser);
Expression *parse_words(Parser *parser); /* “…”, or bare words up to a comma */
Expression *parse_words_in_list(Parser *parser); /* the same, up to 、 or a comma */
Expression *parse_rest(Parser *parser);  /* “…” alone, or everything to the end of the line */
/* A path of one word, which may be a keyword. */
Expression *parse_single_word(Parser *parser);
Expression *expression_new(Parser *parser, ExpressionKind kind, uint32_t start);
/* Ends the node's span at the last token taken and measures how deep it is. */
Expression *expression_close(Parser *parser, Expression *expression);
void expression_push(Parser *parser, ExpressionList *list, Expression *expression);

/* ---- parser_number.c: literals ---- */

Expression *parse_number(Parser *parser);
Expression *parse_date(Parser *parser);
/* 第1年, or both ends of 第1至2年: false after a complaint. */
bool parse_year(Parser *parser, ExpressionList *list);
