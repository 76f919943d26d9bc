/* The parser's ground: tokens in and out, complaints, and the run over all fences of a file. */
#include "language/parser.h"

#include "base/utf8.h"

#include <string.h>

#define QUOTED_BYTES_MAX 60 /* of the source shown in a message */

/* ---- tokens ---- */

const Token *parser_peek(const Parser *parser) {
        return &parser->tokens[parser->at];
}

static bool ends_line(const Token *token) {
        return token->kind == TOKEN_END_LINE || token->kind == TOKEN_END;
}

const Token *parser_peek_at(const Parser *parser, uint32_t ahead) {
        const Token *token = parser_peek(parser);
        while (ahead-- > 0 && !ends_line(token))
                token++;
        return token;
}

const Token *parser_take(Parser *parser) {
        const Token *token = parser_peek(parser);
        if (!ends_line(token)) {
                parser->previous_end = token->end;
                parser->at++;
        }
        return token;
}

bool parser_is(const Parser *parser, TokenKind kind) {
        return parser_peek(parser)->kind == kind;
}

bool parser_is_keyword(const Parser *parser, Keyword keyword) {
        const Token *token = parser_peek(parser);
        return token->kind == TOKEN_WORD && token->keyword == keyword;
}

bool parser_at_line_end(const Parser *parser) {
        return ends_line(parser_peek(parser));
}

bool parser_accept(Parser *parser, TokenKind kind) {
        if (!parser_is(parser, kind))
                return false;
        (void) parser_take(parser); /* known already */
        return true;
}

bool parser_accept_keyword(Parser *parser, Keyword keyword) {
        if (!parser_is_keyword(parser, keyword))
                return false;
        (void) parser_take(parser); /* known already */
        return true;
}

bool parser_expect(Parser *parser, TokenKind kind, const char *wanted) {
        if (parser_accept(parser, kind))
                return true;
        parser_expected(parser, wanted);
        return false;
}

bool parser_expect_keyword(Parser *parser, Keyword keyword) {
        if (parser_accept_keyword(parser, keyword))
                return true;
        Str wanted = str_format(parser->diagnostics->arena, "“%.*s”", STR_ARG(keyword_text(keyword)));
        parser_expected(parser, wanted.data);
        return false;
}

Str parser_text(const Parser *parser, const Token *token) {
        return str_slice(parser->text, token->start, token->end);
}

Str parser_word(Parser *parser, const Token *token) {
        Str text = parser_text(parser, token);
        if (token->kind != TOKEN_NAME && token->kind != TOKEN_STRING)
                return token_fold(parser->arena, text);
        size_t first = 0, last = text.length;
        (void) utf8_next(text, &first); /* the opening quote */
        /* the closing quote: one character, of one or three bytes */
        do
                last--;
        while (last > first && ((unsigned char) text.data[last] & 0xC0) == 0x80);
        return str_slice(text, first, last);
}

Span parser_span(const Parser *parser, const Token *token) {
        return (Span){ parser->file, token->start, token->end };
}

Span parser_span_from(const Parser *parser, uint32_t start) {
        return (Span){ parser->file, start, parser->previous_end > start ? parser->previous_end : start };
}

Str parser_joined(Parser *parser, uint32_t first) {
        if (parser->at == first + 1)
                return parser_word(parser, &parser->tokens[first]);
        const Token *from = &parser->tokens[first];
        char *bytes = ARENA_NEW(parser->arena, char, parser->previous_end - from->start);
        size_t length = 0;
        for (uint32_t i = first; i < parser->at; i++) {
                Str part = parser_word(parser, &parser->tokens[i]);
                memcpy(bytes + length, part.data, part.length); /* folding and unquoting never lengthen */
                length += part.length;
        }
        return (Str){ bytes, length };
}

/* ---- complaints ---- */

void parser_fail(Parser *parser) {
        parser->line_failed = true;
        while (!parser_at_line_end(parser))
                parser->at++;
}

bool parser_wants_hints(const Parser *parser) {
        return !parser->line_failed && parser->diagnostics->errors < parser->diagnostics->limit;
}

Str parser_similar(const Parser *parser, Str wrong, const Str *names, uint32_t count) {
        Str name;
        if (!parser_wants_hints(parser) || !nearest_name(wrong, names, count, &name))
                return STR("");
        return str_format(parser->diagnostics->arena, "是否想写“%.*s”？", STR_ARG(name));
}

static void report_bad(Parser *parser, const Token *token) {
        Span at = parser_span(parser, token);
        Str text = parser_text(parser, token);
        if (text.length > QUOTED_BYTES_MAX)
                text.length = 0;
        if (token->problem == CODE_TEXT_UNCLOSED)
                PARSER_REPORT(parser, TEXT_UNCLOSED, at, STR("引号要成对，并且在同一行里。"), "引号没有结束");
        else if (token->problem == CODE_NUMBER_MALFORMED)
                PARSER_REPORT(parser, NUMBER_MALFORMED, at, STR("去掉千位逗号；要写两个数，请在逗号后加一个空格。"),
                              "数里有逗号：%.*s", STR_ARG(text));
        else if (token->problem == CODE_FULL_STOP)
                PARSER_REPORT(parser, FULL_STOP, at, STR("删去句号。"), "这里不写句号");
        else
                PARSER_REPORT(parser, CHARACTER_UNKNOWN, at, STR("带符号的名称用「」括起来，文字用“…”括起来。"),
                              "不认识的符号“%.*s”", STR_ARG(text));
}

void parser_expected(Parser *parser, const char *wanted) {
        const Token *token = parser_peek(parser);
        Str text = parser_text(parser, token);
        if (token->kind == TOKEN_BAD)
                report_bad(parser, token);
        else if (ends_line(token))
                PARSER_REPORT(parser, SYNTAX_EXPECTED, parser_span_from(parser, parser->previous_end), STR(""),
                              "这一行没有写完：后面应当有%s", wanted);
        else if (token->kind == TOKEN_CLOSE || token->kind == TOKEN_CLOSE_SQUARE)
                PARSER_REPORT(parser, BRACKET_UNBALANCED, parser_span(parser, token), STR(""),
                              "多了一个右括号，或者它前面没有写完");
        else if (text.length > QUOTED_BYTES_MAX)
                PARSER_REPORT(parser, SYNTAX_EXPECTED, parser_span(parser, token), STR(""), "这里应当是%s", wanted);
        else
                PARSER_REPORT(parser, SYNTAX_EXPECTED, parser_span(parser, token), STR(""), "这里应当是%s，却是“%.*s”",
                              wanted, STR_ARG(text));
}

/* ---- the run ---- */

static void report_file(Diagnostics *diagnostics, LanguageCode code, Span at, const char *message) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, language_code_text(code), at, STR(""), "%s", message);
}

/* False when the text cannot be read at all. */
static bool check_source(Str text, uint32_t file, Diagnostics *diagnostics) {
        size_t bad;
        if (text.length > SYNTAX_SOURCE_MAX) {
                report_file(diagnostics, CODE_SOURCE_TOO_LARGE, (Span){ file, 0, 0 },
                            "文件超过 1 MiB，请按章节拆成几个文件");
                return false;
        }
        if (!utf8_check(text, &bad)) {
                report_file(diagnostics, CODE_SOURCE_ENCODING, (Span){ file, (uint32_t) bad, (uint32_t) bad },
                            "从这里起不是 UTF-8 文字（或者有空字节），请另存为 UTF-8");
                return false;
        }
        return true;
}

static void parse_fence(Parser *parser, Lexer *lexer, const Fence *fence) {
        uint32_t first = lexer->tokens.count;
        lexer_read_fence(lexer, fence->start, fence->end);
        parser->tokens = lexer->tokens.items;
        parser->at = first;
        parser->clause = fence->clause;
        parser->previous_end = fence->start;
        while (!parser_is(parser, TOKEN_END))
                parse_line(parser);
        parse_fence_end(parser);
}

Rc parser_run(Arena *arena, Str text, uint32_t file, Diagnostics *diagnostics, ParseResult *ret_result) {
        uint32_t errors_before = diagnostics->errors;
        *ret_result = (ParseResult){ .syntax = { .file = file } };
        if (!check_source(text, file, diagnostics)) {
                ret_result->syntax.clauses = ARENA_NEW(arena, Clause, 1);
                ret_result->syntax.clause_count = 1;
                return RC_INVALID;
        }
        Markdown markdown = markdown_scan(arena, text, file);
        Lexer lexer = { .arena = arena, .text = text };
        Syntax *syntax = &ret_result->syntax;
        Parser parser = { .arena = arena,
                          .text = text,
                          .file = file,
                          .diagnostics = diagnostics,
                          .declaration_end = &syntax->first };
        for (uint32_t i = 0; i < markdown.fence_count; i++)
                parse_fence(&parser, &lexer, &markdown.fences[i]);
        if (markdown.unclosed.file != 0)
                report_file(diagnostics, CODE_BLOCK_UNCLOSED, markdown.unclosed,
                            "从这一行开始的代码块或注释没有结束，后面的文字都被它吞掉了");
        syntax->clauses = markdown.clauses;
        syntax->clause_count = markdown.clause_count;
        syntax->declaration_count = parser.declaration_count;
        ret_result->lexer = lexer;
        ret_result->markdown = markdown;
        return diagnostics->errors > errors_before ? RC_INVALID : RC_OK;
}

Rc syntax_parse(Arena *arena, Str text, uint32_t file, Diagnostics *diagnostics, Syntax *ret_syntax) {
        ParseResult result;
        Rc rc = parser_run(arena, text, file, diagnostics, &result);
        *ret_syntax = result.syntax;
        return rc;
}
