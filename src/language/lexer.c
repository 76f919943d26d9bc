/* Characters to tokens, one fence at a time, in two passes.
 *
 * The first cuts tokens; every line break is one. The second drops the line breaks after which a line goes on.
 * A line goes on when it ends in an operator, 、, ， or an open bracket, or the next begins with an operator, 、 or
 * a closing bracket; but never into a list item, a declaration or a field, so that a stray comma at the end of a
 * line spoils that line only. Time is linear in the source. */
#include "language/token.h"

#include "base/utf8.h"

#define CHARACTER_NONE 0U /* behind the fence; the source holds no NUL */

typedef struct Character {
        uint32_t value; /* folded to half width */
        uint32_t end;   /* offset behind it */
} Character;

/* Blanks that editors and office suites leave in text: no-break, typographic and zero-width spaces. */
bool character_is_blank(uint32_t character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\v' || character == '\f' ||
               character == 0xA0 || (character >= 0x2000 && character <= 0x200B) || character == 0x202F ||
               character == 0x3000 || character == 0xFEFF;
}

static bool is_digit(uint32_t character) {
        return character >= '0' && character <= '9';
}

static bool is_letter(uint32_t character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool starts_word(uint32_t character) {
        return is_letter(character) || character == '_' || utf8_is_han(character);
}

static Character character_at(const Lexer *lexer, uint32_t at) {
        if (at >= lexer->end)
                return (Character){ CHARACTER_NONE, at };
        size_t next = at;
        uint32_t value = utf8_narrow(utf8_next(lexer->text, &next));
        return (Character){ value, (uint32_t) next };
}

Str token_fold(Arena *arena, Str text) {
        bool folded = false;
        for (size_t at = 0; at < text.length && !folded;) {
                uint32_t character = utf8_next(text, &at);
                folded = utf8_narrow(character) != character;
        }
        if (!folded)
                return text;
        char *bytes = ARENA_NEW(arena, char, text.length + 4);
        size_t length = 0;
        for (size_t at = 0; at < text.length;) {
                size_t size;
                utf8_encode(utf8_narrow(utf8_next(text, &at)), bytes + length, &size);
                length += size;
        }
        return (Str){ bytes, length };
}

static void list_add(Arena *arena, TokenList *list, Token token) {
        *ARENA_PUSH(arena, list->items, list->count, list->capacity) = token;
}

static void add(Lexer *lexer, TokenKind kind, uint32_t start, uint32_t end) {
        list_add(lexer->arena, &lexer->tokens, (Token){ .kind = (uint8_t) kind, .start = start, .end = end });
        lexer->at = end;
}

static void add_bad(Lexer *lexer, LanguageCode problem, uint32_t start, uint32_t end) {
        add(lexer, TOKEN_BAD, start, end);
        lexer->tokens.items[lexer->tokens.count - 1].problem = (uint8_t) problem;
}

/* ---- words ---- */

static uint32_t skip_digits(const Lexer *lexer, uint32_t at) {
        Character c = character_at(lexer, at);
        while (is_digit(c.value)) {
                at = c.end;
                c = character_at(lexer, at);
        }
        return at;
}

/* One digit or Chinese numeral of a year's number. */
static bool is_numeral(uint32_t character) {
        static const Str NUMERALS = STR_INIT("一二三四五六七八九十");
        if (is_digit(character))
                return true;
        for (size_t at = 0; at < NUMERALS.length;) {
                if (utf8_next(NUMERALS, &at) == character)
                        return true;
        }
        return false;
}

static uint32_t skip_numerals(const Lexer *lexer, uint32_t at) {
        Character c = character_at(lexer, at);
        while (is_numeral(c.value)) {
                at = c.end;
                c = character_at(lexer, at);
        }
        return at;
}

static bool skip_character(const Lexer *lexer, uint32_t *at, const char *character) {
        Str text = str_from(character);
        if (!str_starts(str_slice(lexer->text, *at, lexer->end), text))
                return false;
        *at += (uint32_t) text.length;
        return true;
}

/* 第 n 年 | 第 n [年] 至 [第] m 年, as a whole word [start, end). */
static TokenKind year_kind(const Lexer *lexer, uint32_t start, uint32_t end) {
        uint32_t at = start;
        if (!skip_character(lexer, &at, "第"))
                return TOKEN_WORD;
        uint32_t first = skip_numerals(lexer, at);
        if (first == at)
                return TOKEN_WORD;
        at = first;
        bool closed = skip_character(lexer, &at, "年");
        if (closed && at == end)
                return TOKEN_YEAR;
        if (!skip_character(lexer, &at, "至"))
                return TOKEN_WORD;
        (void) skip_character(lexer, &at, "第"); /* it may be said twice or once */
        uint32_t second = skip_numerals(lexer, at);
        if (second == at)
                return TOKEN_WORD;
        at = second;
        return skip_character(lexer, &at, "年") && at == end ? TOKEN_YEARS : TOKEN_WORD;
}

static void read_word(Lexer *lexer) {
        uint32_t start = lexer->at, end = start;
        Character c = character_at(lexer, end);
        while (starts_word(c.value) || is_digit(c.value)) {
                end = c.end;
                c = character_at(lexer, end);
        }
        add(lexer, year_kind(lexer, start, end), start, end);
        Token *token = &lexer->tokens.items[lexer->tokens.count - 1];
        token->keyword = (uint8_t) keyword_find(str_slice(lexer->text, start, end));
}

/* ---- numbers and dates ---- */

/* digits(least..most) from *at; false leaves *at. */
static bool skip_some_digits(const Lexer *lexer, uint32_t *at, uint32_t least, uint32_t most) {
        uint32_t position = *at, count = 0;
        for (Character c = character_at(lexer, position); is_digit(c.value); c = character_at(lexer, position)) {
                position = c.end;
                if (++count > most)
                        return false;
        }
        if (count < least)
                return false;
        *at = position;
        return true;
}

/* The word between the numbers of a Chinese date, or the hyphen of the other. */
static bool skip_joint(const Lexer *lexer, uint32_t *at, bool chinese, const char *word) {
        Character c = character_at(lexer, *at);
        if (chinese)
                return skip_character(lexer, at, word);
        *at = c.end;
        return c.value == '-';
}

/* 2025-06-10 | 2025年6月10日; *ret_end is behind it. */
static bool match_date(const Lexer *lexer, uint32_t at, uint32_t *ret_end) {
        if (!skip_some_digits(lexer, &at, 4, 4))
                return false;
        bool chinese = character_at(lexer, at).value != '-';
        if (!skip_joint(lexer, &at, chinese, "年") || !skip_some_digits(lexer, &at, 1, 2) ||
            !skip_joint(lexer, &at, chinese, "月") || !skip_some_digits(lexer, &at, 1, 2) ||
            (chinese && !skip_character(lexer, &at, "日")))
                return false;
        *ret_end = at;
        return true;
}

/* unit = run { "/" run } ; run = { Han | letter | "%" } */
static uint32_t skip_unit(const Lexer *lexer, uint32_t at) {
        Character c = character_at(lexer, at);
        bool empty = true;
        while (starts_word(c.value) || c.value == '%' ||
               (c.value == '/' && !empty && starts_word(character_at(lexer, c.end).value))) {
                at = c.end;
                empty = false;
                c = character_at(lexer, at);
        }
        return at;
}

/* number = digits [ "." digits ] { "万" | "亿" } [ unit ], no spaces; 万 and 亿 are read with the unit here. */
static void read_number(Lexer *lexer) {
        uint32_t start = lexer->at, end;
        if (match_date(lexer, start, &end)) {
                add(lexer, TOKEN_DATE, start, end);
                return;
        }
        end = skip_digits(lexer, start);
        Character c = character_at(lexer, end);
        if (c.value == '.' && is_digit(character_at(lexer, c.end).value))
                end = skip_digits(lexer, c.end);
        end = skip_unit(lexer, end);
        /* 1,000元 would read as two values */
        c = character_at(lexer, end);
        if (c.value == ',') {
                uint32_t behind = c.end;
                if (skip_some_digits(lexer, &behind, 3, 3)) {
                        add_bad(lexer, CODE_NUMBER_MALFORMED, start, skip_unit(lexer, behind));
                        return;
                }
        }
        add(lexer, TOKEN_NUMBER, start, end);
}

/* ---- quotes, comments, signs ---- */

/* Up to the closing quote, which must stand on the same line. */
static void read_quoted(Lexer *lexer, TokenKind kind, uint32_t closing) {
        uint32_t start = lexer->at, at = character_at(lexer, start).end;
        for (;;) {
                Character c = character_at(lexer, at);
                if (c.value == CHARACTER_NONE || c.value == '\n') {
                        add_bad(lexer, CODE_TEXT_UNCLOSED, start, at);
                        return;
                }
                at = c.end;
                if (c.value == closing) {
                        add(lexer, kind, start, at);
                        return;
                }
        }
}

static void read_comment(Lexer *lexer) {
        uint32_t start = lexer->at, at = start;
        for (Character c = character_at(lexer, at); c.value != CHARACTER_NONE && c.value != '\n';) {
                at = c.end;
                c = character_at(lexer, at);
        }
        lexer->at = at;
        if (at > start && lexer->text.data[at - 1] == '\r')
                at--;
        list_add(lexer->arena, &lexer->comments, (Token){ .start = start, .end = at });
}

typedef struct Sign {
        uint32_t character;
        TokenKind kind;
} Sign;

static const Sign SIGNS[] = {
        { '\n', TOKEN_END_LINE },  { ';', TOKEN_END_LINE },     { ':', TOKEN_COLON },        { ',', TOKEN_COMMA },
        { 0x3001, TOKEN_LIST },    { 0xFF64, TOKEN_LIST },      { '.', TOKEN_DOT },          { '(', TOKEN_OPEN },
        { ')', TOKEN_CLOSE },      { '[', TOKEN_OPEN_SQUARE },  { ']', TOKEN_CLOSE_SQUARE }, { 0x2192, TOKEN_ARROW },
        { '=', TOKEN_EQUAL },      { 0x2260, TOKEN_NOT_EQUAL }, { '<', TOKEN_LESS },         { 0x2264, TOKEN_AT_MOST },
        { 0x2266, TOKEN_AT_MOST }, { '>', TOKEN_MORE },         { 0x2265, TOKEN_AT_LEAST },  { 0x2267, TOKEN_AT_LEAST },
        { '+', TOKEN_PLUS },       { '-', TOKEN_MINUS },        { 0x2212, TOKEN_MINUS },     { '*', TOKEN_TIMES },
        { 0xD7, TOKEN_TIMES },     { 0xF7, TOKEN_DIVIDE },      { '/', TOKEN_SLASH },
};

typedef struct SignPair {
        TokenKind first;
        uint32_t second;
        TokenKind kind;
} SignPair;

static const SignPair SIGN_PAIRS[] = {
        { TOKEN_MORE, '=', TOKEN_AT_LEAST }, { TOKEN_LESS, '=', TOKEN_AT_MOST }, { TOKEN_LESS, '>', TOKEN_NOT_EQUAL },
        { TOKEN_EQUAL, '=', TOKEN_EQUAL },   { TOKEN_MINUS, '>', TOKEN_ARROW },
};

static void read_sign(Lexer *lexer, Character c) {
        uint32_t start = lexer->at;
        if (c.value == '!' && character_at(lexer, c.end).value == '=') {
                add(lexer, TOKEN_NOT_EQUAL, start, character_at(lexer, c.end).end);
                return;
        }
        for (uint32_t i = 0; i < ARRAY_LENGTH(SIGNS); i++) {
                if (SIGNS[i].character != c.value)
                        continue;
                Character next = character_at(lexer, c.end);
                for (uint32_t k = 0; k < ARRAY_LENGTH(SIGN_PAIRS); k++) {
                        if (SIGN_PAIRS[k].first == SIGNS[i].kind && SIGN_PAIRS[k].second == next.value) {
                                add(lexer, SIGN_PAIRS[k].kind, start, next.end);
                                return;
                        }
                }
                add(lexer, SIGNS[i].kind, start, c.end);
                return;
        }
        add_bad(lexer, c.value == 0x3002 || c.value == 0xFF61 ? CODE_FULL_STOP : CODE_CHARACTER_UNKNOWN, start, c.end);
}

/* A mark at the start of a line, or behind ： when a blank follows it, opens a list item. */
static bool read_item_mark(Lexer *lexer, Character c) {
        static const uint32_t MARKS[] = { '-', 0x2212, 0x2022, 0xB7, 0x30FB, 0x2014, 0x2013, '+' };
        TokenKind before =
                lexer->tokens.count == 0 ? TOKEN_END : (TokenKind) lexer->tokens.items[lexer->tokens.count - 1].kind;
        bool line_start = before == TOKEN_END || before == TOKEN_END_LINE;
        if (!line_start && !(before == TOKEN_COLON && character_is_blank(character_at(lexer, c.end).value)))
                return false;
        for (uint32_t i = 0; i < ARRAY_LENGTH(MARKS); i++) {
                if (MARKS[i] != c.value)
                        continue;
                if (!line_start)
                        add(lexer, TOKEN_END_LINE, lexer->at, lexer->at);
                add(lexer, c.value == '+' ? TOKEN_SUBITEM : TOKEN_ITEM, lexer->at, c.end);
                return true;
        }
        return false;
}

static void read_token(Lexer *lexer) {
        Character c = character_at(lexer, lexer->at);
        if (character_is_blank(c.value))
                lexer->at = c.end;
        else if (read_item_mark(lexer, c))
                return;
        else if (starts_word(c.value))
                read_word(lexer);
        else if (is_digit(c.value))
                read_number(lexer);
        else if (c.value == '#')
                read_comment(lexer);
        else if (c.value == 0x201C)
                read_quoted(lexer, TOKEN_STRING, 0x201D);
        else if (c.value == '"')
                read_quoted(lexer, TOKEN_STRING, '"');
        else if (c.value == 0x300C)
                read_quoted(lexer, TOKEN_NAME, 0x300D);
        else
                read_sign(lexer, c);
}

/* ---- second pass: which line breaks end a line ---- */

static bool goes_on_after(const Token *token) {
        if (token->kind == TOKEN_WORD) {
                KeywordClass class = keyword_class((Keyword) token->keyword);
                return class == KEYWORD_CLASS_OPERATOR || class == KEYWORD_CLASS_PREFIX;
        }
        return token->kind == TOKEN_COMMA || token->kind == TOKEN_LIST || token->kind == TOKEN_OPEN ||
               token->kind == TOKEN_OPEN_SQUARE || token->kind >= TOKEN_ARROW;
}

static bool goes_on_before(const Token *token) {
        if (token->kind == TOKEN_WORD)
                return keyword_class((Keyword) token->keyword) == KEYWORD_CLASS_OPERATOR;
        return token->kind == TOKEN_LIST || token->kind == TOKEN_CLOSE || token->kind == TOKEN_CLOSE_SQUARE ||
               token->kind >= TOKEN_ARROW;
}

/* A field (甲：), a list item, a declaration (政策 甲) or an inner one stands at `next`. */
static bool opens_line(const Lexer *lexer, uint32_t next) {
        const Token *token = &lexer->tokens.items[next];
        if (token->kind == TOKEN_ITEM || token->kind == TOKEN_SUBITEM)
                return true;
        if (token->kind != TOKEN_WORD || next + 1 >= lexer->tokens.count)
                return false;
        TokenKind behind = (TokenKind) token[1].kind;
        if (behind == TOKEN_COLON)
                return true;
        if (behind != TOKEN_WORD && behind != TOKEN_NAME && behind != TOKEN_STRING)
                return false;
        Str word = str_slice(lexer->text, token->start, token->end);
        Head head;
        InnerHead inner;
        return token->keyword == KEYWORD_SUPPLEMENT || head_find(word, &head) || inner_find(word, &inner);
}

/* Only a line break may be dropped; ； and the breaks before an item mark stay. */
static bool is_line_break(const Lexer *lexer, const Token *token) {
        return token->kind == TOKEN_END_LINE && token->end > token->start && lexer->text.data[token->start] == '\n';
}

static void join_lines(Lexer *lexer, uint32_t first) {
        Token *tokens = lexer->tokens.items;
        uint32_t count = lexer->tokens.count, kept = first;
        for (uint32_t i = first; i < count; i++) {
                if (tokens[i].kind != TOKEN_END_LINE) {
                        tokens[kept++] = tokens[i];
                        continue;
                }
                uint32_t next = i + 1;
                bool soft = is_line_break(lexer, &tokens[i]);
                while (next < count && tokens[next].kind == TOKEN_END_LINE)
                        soft = is_line_break(lexer, &tokens[next++]) && soft;
                bool ended = kept == first || tokens[kept - 1].kind == TOKEN_END_LINE;
                bool joins = !ended && soft && next < count && !opens_line(lexer, next) &&
                             (goes_on_after(&tokens[kept - 1]) || goes_on_before(&tokens[next]));
                if (!ended && !joins)
                        tokens[kept++] = tokens[i];
                i = next - 1;
        }
        lexer->tokens.count = kept;
}

void lexer_read_fence(Lexer *lexer, uint32_t from, uint32_t to) {
        MUST(from <= to && to <= lexer->text.length);
        uint32_t first = lexer->tokens.count;
        lexer->at = from;
        lexer->end = to;
        while (lexer->at < to)
                read_token(lexer);
        join_lines(lexer, first);
        if (lexer->tokens.count > first && lexer->tokens.items[lexer->tokens.count - 1].kind != TOKEN_END_LINE)
                add(lexer, TOKEN_END_LINE, to, to);
        add(lexer, TOKEN_END, to, to);
}
