/* The canonical form of a file, made from its tokens: the parser has said how deep each line stands, the rest is
 * one spelling for each sign and one rule for the blanks between two tokens.
 *
 * Working on tokens keeps what a tree forgets: comments stay behind or above their line, a long line keeps its
 * breaks, and prose is copied as it is. Lines joined by ； are split; runs of blank lines become one; a declaration
 * with fields under it stands alone between blank lines. */
#include "language/parser.h"

#include <string.h>

#define CONTINUATION_INDENT 4

typedef struct Formatter {
        const Lexer *lexer;
        Arena *arena;
        Buffer *out;
        Str line_break;
        uint32_t token;       /* first token of the next line */
        uint32_t comment;     /* next comment */
        uint32_t written_end; /* byte of the source behind the last thing written */
        uint8_t indent;       /* of the last line */
        bool fence_started;   /* something of this fence was written */
        bool block_above;     /* the last declaration has fields under it */
} Formatter;

static const Token *token_at(const Formatter *formatter, uint32_t index) {
        return &formatter->lexer->tokens.items[index];
}

static uint32_t count_breaks(const Formatter *formatter, uint32_t from, uint32_t to) {
        uint32_t count = 0;
        for (uint32_t i = from; i < to; i++)
                count += formatter->lexer->text.data[i] == '\n';
        return count;
}

/* ---- one token ---- */

static const Str SIGNS[] = {
        [TOKEN_ITEM] = STR_INIT("-"),         [TOKEN_SUBITEM] = STR_INIT("+"),  [TOKEN_COLON] = STR_INIT("："),
        [TOKEN_COMMA] = STR_INIT("，"),       [TOKEN_LIST] = STR_INIT("、"),    [TOKEN_DOT] = STR_INIT("."),
        [TOKEN_OPEN] = STR_INIT("("),         [TOKEN_CLOSE] = STR_INIT(")"),    [TOKEN_OPEN_SQUARE] = STR_INIT("["),
        [TOKEN_CLOSE_SQUARE] = STR_INIT("]"), [TOKEN_ARROW] = STR_INIT("→"),    [TOKEN_EQUAL] = STR_INIT("="),
        [TOKEN_NOT_EQUAL] = STR_INIT("≠"),    [TOKEN_LESS] = STR_INIT("<"),     [TOKEN_AT_MOST] = STR_INIT("≤"),
        [TOKEN_MORE] = STR_INIT(">"),         [TOKEN_AT_LEAST] = STR_INIT("≥"), [TOKEN_PLUS] = STR_INIT("+"),
        [TOKEN_MINUS] = STR_INIT("-"),        [TOKEN_TIMES] = STR_INIT("×"),    [TOKEN_DIVIDE] = STR_INIT("÷"),
        [TOKEN_SLASH] = STR_INIT("/"),
};

/* “…” unless the text itself holds ”; then "…". */
static void write_string(Formatter *formatter, Str text) {
        static const Str OPEN = STR_INIT("“"), CLOSE = STR_INIT("”");
        if (str_starts(text, OPEN)) {
                buffer_add(formatter->out, text);
                return;
        }
        size_t quote = text.data[0] == '"' ? 1 : sizeof("＂") - 1, found;
        size_t last = str_ends(text, STR("\"")) ? 1 : sizeof("＂") - 1;
        Str inside = str_slice(text, quote, text.length - last);
        bool plain = str_find(inside, CLOSE, &found);
        buffer_add(formatter->out, plain ? STR("\"") : OPEN);
        buffer_add(formatter->out, inside);
        buffer_add(formatter->out, plain ? STR("\"") : CLOSE);
}

/* A comma between arguments, 较小(甲, 乙); before 其中, 按 and 非空 it is one of prose, 计数(甲，其中 乙). */
static bool is_argument_comma(const Token *token, uint32_t depth) {
        return token->kind == TOKEN_COMMA && depth > 0 && token[1].keyword != KEYWORD_WHERE &&
               token[1].keyword != KEYWORD_BY && token[1].keyword != KEYWORD_NOT_EMPTY;
}

static void write_token(Formatter *formatter, const Token *token, uint32_t depth) {
        Str text = str_slice(formatter->lexer->text, token->start, token->end);
        if (is_argument_comma(token, depth))
                buffer_byte(formatter->out, ',');
        else if (token->kind < ARRAY_LENGTH(SIGNS) && SIGNS[token->kind].length > 0)
                buffer_add(formatter->out, SIGNS[token->kind]);
        else if (token->kind == TOKEN_STRING)
                write_string(formatter, text);
        else if (token->kind == TOKEN_NAME || token->kind == TOKEN_RAW)
                buffer_add(formatter->out, text);
        else
                buffer_add(formatter->out, token_fold(formatter->arena, text));
}

/* ---- blanks between two tokens ---- */

/* What the next token's blank depends on. */
typedef struct Written {
        const Token *token; /* the last one of this line, or NULL */
        bool tail;          /* it is 因, 依据 and the like: the word behind a comma outside brackets */
        bool sign;          /* it is a minus with no value before it */
        uint32_t depth;     /* of brackets */
} Written;

static bool is_operator_word(const Token *token) {
        KeywordClass class = keyword_class((Keyword) token->keyword);
        return token->kind == TOKEN_WORD && token->keyword != KEYWORD_NONE_AT_ALL &&
               (class == KEYWORD_CLASS_OPERATOR || class == KEYWORD_CLASS_PREFIX || token->keyword == KEYWORD_WHERE ||
                token->keyword == KEYWORD_FROM);
}

static bool ends_value(const Written *before) {
        if (before->token->kind == TOKEN_WORD)
                return !is_operator_word(before->token) && !before->tail;
        return before->token->kind == TOKEN_CLOSE || before->token->kind == TOKEN_CLOSE_SQUARE ||
               (before->token->kind >= TOKEN_NAME && before->token->kind <= TOKEN_YEARS);
}

static Written written_after(Written before, const Token *token) {
        bool opens = token->kind == TOKEN_OPEN || token->kind == TOKEN_OPEN_SQUARE;
        return (Written){ .token = token,
                          .tail = before.depth == 0 && before.token != NULL && before.token->kind == TOKEN_COMMA,
                          .sign = token->kind == TOKEN_MINUS && before.token != NULL && !ends_value(&before),
                          .depth = before.depth + opens };
}

/* 金额/月 as written: a slash keeps its blanks, because 10元/月 and 10元 / 月数 differ. */
static bool is_spaced_slash(const Token *slash) {
        return slash[-1].end < slash->start || slash->end < slash[1].start;
}

static bool blank_between(const Written *written, const Token *token) {
        const Token *before = written->token;
        if (token->kind == TOKEN_SLASH || before->kind == TOKEN_SLASH)
                return is_spaced_slash(token->kind == TOKEN_SLASH ? token : before);
        if (token->kind == TOKEN_COLON || token->kind == TOKEN_COMMA || token->kind == TOKEN_LIST ||
            token->kind == TOKEN_DOT || token->kind == TOKEN_CLOSE || token->kind == TOKEN_CLOSE_SQUARE ||
            token->kind == TOKEN_OPEN_SQUARE)
                return false;
        if (before->kind == TOKEN_COLON || before->kind == TOKEN_LIST || before->kind == TOKEN_DOT ||
            before->kind == TOKEN_OPEN || before->kind == TOKEN_OPEN_SQUARE || written->sign)
                return false;
        if (before->kind == TOKEN_COMMA)
                return is_argument_comma(before, written->depth);
        if (token->kind == TOKEN_OPEN && (before->kind == TOKEN_WORD || before->kind == TOKEN_NAME))
                return is_operator_word(before);
        if (token->kind == TOKEN_STRING && before->kind == TOKEN_WORD)
                return !written->tail && before->keyword != KEYWORD_MANUAL;
        return true;
}

/* ---- lines ---- */

static void start_line(Formatter *formatter, bool blank_above, size_t indent) {
        if (blank_above && formatter->fence_started)
                buffer_add(formatter->out, formatter->line_break);
        buffer_repeat(formatter->out, ' ', indent);
        formatter->fence_started = true;
}

static void write_comment(Formatter *formatter) {
        const Token *comment = &formatter->lexer->comments.items[formatter->comment++];
        buffer_add(formatter->out, str_slice(formatter->lexer->text, comment->start, comment->end));
        buffer_add(formatter->out, formatter->line_break);
        formatter->written_end = comment->end;
}

/* Whether a comment stands before the byte `limit`. */
static bool comment_before(const Formatter *formatter, uint32_t limit) {
        return formatter->comment < formatter->lexer->comments.count &&
               formatter->lexer->comments.items[formatter->comment].start < limit;
}

/* Writes the comments between the token just written and the next one, the first behind the token where it stood
 * there, and ends the line. Comments that stand alone are only written inside a line (`indent` not 0). */
static bool write_comments_behind(Formatter *formatter, uint32_t limit, size_t indent) {
        if (!comment_before(formatter, limit))
                return false;
        uint32_t start = formatter->lexer->comments.items[formatter->comment].start;
        bool same_line = count_breaks(formatter, formatter->written_end, start) == 0;
        if (same_line) {
                buffer_add(formatter->out, STR("  "));
                write_comment(formatter);
        } else if (indent > 0) {
                buffer_add(formatter->out, formatter->line_break);
        }
        while (indent > 0 && comment_before(formatter, limit)) {
                buffer_repeat(formatter->out, ' ', indent);
                write_comment(formatter);
        }
        return same_line || indent > 0;
}

/* The tokens of one line; stands behind its TOKEN_END_LINE. */
static void write_line(Formatter *formatter) {
        size_t indent = (size_t) token_at(formatter, formatter->token)->indent + CONTINUATION_INDENT;
        Written written = { 0 };
        for (; token_at(formatter, formatter->token)->kind != TOKEN_END_LINE; formatter->token++) {
                const Token *token = token_at(formatter, formatter->token);
                if (token->kind == TOKEN_SKIP)
                        continue;
                if (written.token != NULL && count_breaks(formatter, written.token->end, token->start) > 0) {
                        if (!write_comments_behind(formatter, token->start, indent))
                                buffer_add(formatter->out, formatter->line_break);
                        buffer_repeat(formatter->out, ' ', indent);
                } else if (written.token != NULL && blank_between(&written, token)) {
                        buffer_byte(formatter->out, ' ');
                }
                written.depth -= (token->kind == TOKEN_CLOSE || token->kind == TOKEN_CLOSE_SQUARE) && written.depth > 0;
                write_token(formatter, token, written.depth);
                written = written_after(written, token);
                formatter->written_end = token->end;
        }
        const Token *next = token_at(formatter, ++formatter->token);
        if (!write_comments_behind(formatter, next->start, 0))
                buffer_add(formatter->out, formatter->line_break);
}

/* Whether the declaration at `index` has fields under it; versions and rows alone do not make it a block. */
static bool is_block(const Formatter *formatter, uint32_t index) {
        while (token_at(formatter, index)->kind != TOKEN_END_LINE)
                index++;
        const Token *next = token_at(formatter, index + 1);
        return next->kind != TOKEN_END && next->kind != TOKEN_ITEM && next->indent > 0;
}

/* The first comment of the run that stands right above byte `start`: from there on they belong to what follows. */
static uint32_t attached_comments(const Formatter *formatter, uint32_t start) {
        uint32_t last = formatter->comment;
        while (last < formatter->lexer->comments.count && formatter->lexer->comments.items[last].start < start)
                last++;
        while (last > formatter->comment &&
               count_breaks(formatter, formatter->lexer->comments.items[last - 1].end, start) <= 1)
                start = formatter->lexer->comments.items[--last].start;
        return last;
}

/* The comments that stand alone above the line at `token`, then that line's blank above. A comment is as deep as
 * what it touches: the line below, else the line above, else the line below all the same. */
static void write_above(Formatter *formatter, const Token *token, bool apart) {
        uint32_t attached = token->kind == TOKEN_END ? UINT32_MAX : attached_comments(formatter, token->start);
        bool below_line = formatter->fence_started;
        while (comment_before(formatter, token->start)) {
                uint32_t start = formatter->lexer->comments.items[formatter->comment].start;
                bool parted = apart && formatter->comment == attached;
                bool blank = parted || count_breaks(formatter, formatter->written_end, start) > 1;
                apart = apart && !parted;
                below_line = below_line && !blank && formatter->comment < attached;
                start_line(formatter, blank, below_line ? formatter->indent : token->indent);
                write_comment(formatter);
        }
        if (token->kind != TOKEN_END)
                start_line(formatter, apart || count_breaks(formatter, formatter->written_end, token->start) > 1,
                           token->indent);
}

static void write_fence(Formatter *formatter, const Fence *fence) {
        formatter->line_break = fence->carriage_returns ? STR("\r\n") : STR("\n");
        formatter->written_end = fence->start;
        formatter->indent = 0;
        formatter->fence_started = false;
        formatter->block_above = false;
        for (;;) {
                const Token *token = token_at(formatter, formatter->token);
                bool declaration = token->kind != TOKEN_END && token->indent == 0;
                bool block = declaration && is_block(formatter, formatter->token);
                write_above(formatter, token, declaration && (block || formatter->block_above));
                if (token->kind == TOKEN_END)
                        break;
                if (declaration)
                        formatter->block_above = block;
                formatter->indent = token->indent;
                write_line(formatter);
        }
        formatter->token++;
}

Rc syntax_format(Arena *arena, Str text, uint32_t file, Diagnostics *diagnostics, Buffer *out) {
        ParseResult result;
        Rc rc = parser_run(arena, text, file, diagnostics, &result);
        if (rc != RC_OK)
                return rc;
        Formatter formatter = { .lexer = &result.lexer, .arena = arena, .out = out };
        size_t before = out->length;
        uint32_t copied = 0;
        for (uint32_t i = 0; i < result.markdown.fence_count; i++) {
                const Fence *fence = &result.markdown.fences[i];
                buffer_add(out, str_slice(text, copied, fence->start));
                write_fence(&formatter, fence);
                copied = fence->end;
        }
        buffer_add(out, str_slice(text, copied, text.length));
        return out->failed || out->length - before > SYNTAX_SOURCE_MAX ? RC_TOOBIG : RC_OK;
}
