/* One pass over the text by recursive descent: an operand is held back until it is known what follows it, because 于 and
 * a table's key turn the order round. Blanks are settled at the end. */
#include "engine/plain.h"

#include "base/buffer.h"
#include "base/date.h"
#include "base/utf8.h"

#define SOURCE_MAX 4096
#define WORDS_MAX ((size_t) 1 << 18)
#define DEPTH_MAX 64
#define ARGUMENTS_MAX 5

typedef enum TokenKind {
        TOKEN_END, TOKEN_BLANK, TOKEN_WORD, TOKEN_NUMBER, TOKEN_DATE, TOKEN_QUOTE, TOKEN_OPEN, TOKEN_CLOSE,
        TOKEN_OPEN_SQUARE, TOKEN_CLOSE_SQUARE, TOKEN_COMMA, TOKEN_DOT, TOKEN_OTHER,
} TokenKind;

typedef struct Token {
        TokenKind kind;
        Str       text;
        size_t    end;
} Token;

typedef struct Reader {
        Arena             *arena;
        Str                text;
        size_t             at;
        uint32_t           depth;
        bool               failed;   /* too deep, or brackets do not match */
        const PlainValues *values;
} Reader;

/* ---- tables ------------------------------------------------------------------------------------------ */

/* $1 to $5 are the arguments. */
static const struct {
        Str      name;
        uint32_t count;
        Str      pattern;
} CALLS[] = {
        { STR_INIT("较小"), 2, STR_INIT("$1 与 $2 中较小的一个") },
        { STR_INIT("较大"), 2, STR_INIT("$1 与 $2 中较大的一个") },
        { STR_INIT("周岁"), 2, STR_INIT("从$1到$2的周岁数") },
        { STR_INIT("满月数"), 2, STR_INIT("从$1到$2的整月数") },
        { STR_INIT("加月"), 2, STR_INIT("$1 后 $2") },
        { STR_INIT("减月"), 2, STR_INIT("$1 前 $2") },
        { STR_INIT("加天"), 2, STR_INIT("$1 后 $2") },
        { STR_INIT("减天"), 2, STR_INIT("$1 前 $2") },
        { STR_INIT("相隔天数"), 2, STR_INIT("从$1到$2的天数") },
        { STR_INIT("年份"), 1, STR_INIT("$1的年份") },
        { STR_INIT("月份"), 1, STR_INIT("$1的月份") },
        { STR_INIT("年初"), 1, STR_INIT("$1当年的 1月1日") },
        { STR_INIT("取整"), 2, STR_INIT("$1（四舍五入到$2）") },
        { STR_INIT("取整"), 3, STR_INIT("$1（$3取整到$2）") },
        { STR_INIT("利息"), 5, STR_INIT("$1从$3到$4按$2算的利息（$5）") },
        { STR_INIT("属于"), 1, STR_INIT("属于$1之一") },
        { STR_INIT("不属于"), 1, STR_INIT("不属于$1中的任何一个") },
};

/* $p: the rows, $v: the value of each, $w: 其中, $b: 按. A line with a pattern for 其中 where there is one. */
static const struct {
        Str name, pattern, filtered;
} AGGREGATES[] = {
        { STR_INIT("计数"), STR_INIT("$p的个数"), STR_INIT("$p中符合“$w”的个数") },
        { STR_INIT("合计"), STR_INIT("$p的$v合计"), STR_INIT("$p中符合“$w”的$v合计") },
        { STR_INIT("最大"), STR_INIT("$p的$v中最大的一个"), STR_INIT("$p中符合“$w”的$v中最大的一个") },
        { STR_INIT("最小"), STR_INIT("$p的$v中最小的一个"), STR_INIT("$p中符合“$w”的$v中最小的一个") },
        { STR_INIT("任一"), STR_INIT("至少有一个$p"), STR_INIT("$p中至少有一个符合“$w”") },
        { STR_INIT("全部"), STR_INIT("$p"), STR_INIT("$p全都符合“$w”") },
};

static const Str WORDS[][2] = {
        { STR_INIT("且"), STR_INIT("，并且") },     { STR_INIT("或"), STR_INIT("，或者") },
        { STR_INIT("非"), STR_INIT("并非") },       { STR_INIT("等于"), STR_INIT("是") },
        { STR_INIT("不等于"), STR_INIT("不是") },   { STR_INIT("若"), STR_INIT("如果") },
        { STR_INIT("则"), STR_INIT("，则为") },     { STR_INIT("否则"), STR_INIT("；否则为") },
        { STR_INIT("已享受"), STR_INIT("减去") },
};

/* Words that stand before an operand and say something behind it. */
static const struct {
        Str word, before, behind;
} PREFIXES[] = {
        { STR_INIT("自"), STR_INIT("自"), STR_INIT("起") },
        { STR_INIT("按"), STR_INIT("以"), STR_INIT("为准") },
};

/* ---- tokens ------------------------------------------------------------------------------------------ */

static bool word_character(uint32_t character) {
        return utf8_is_han(character) || (character >= '0' && character <= '9') || character == '_' ||
               (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool digit_at(Str text, size_t at) {
        return at < text.length && text.data[at] >= '0' && text.data[at] <= '9';
}

static size_t digits_end(Str text, size_t at) {
        while (digit_at(text, at))
                at++;
        return at;
}

static size_t word_end(Str text, size_t at) {
        for (size_t next = at; next < text.length && word_character(utf8_next(text, &next));)
                at = next;
        return at;
}

/* Behind the units or the percent sign that stand right behind a number: 个月, 元/月, %. */
static size_t unit_end(Str text, size_t at) {
        at = word_end(text, at);
        for (size_t next = at + 1; at < text.length && text.data[at] == '/' && word_end(text, next) > next; next = at + 1)
                at = word_end(text, next);
        return at < text.length && text.data[at] == '%' ? at + 1 : at;
}

/* A date, or a number with its unit. */
static Token number_token(Str text, size_t at) {
        size_t end = digits_end(text, at);
        int32_t day;
        if (end == at + 4 && end < text.length && text.data[end] == '-' &&
            date_parse(str_slice(text, at, at + sizeof("2000-01-01") - 1), &day))
                return (Token){ .kind = TOKEN_DATE, .end = at + sizeof("2000-01-01") - 1 };
        if (end < text.length && text.data[end] == '.' && digit_at(text, end + 1))
                end = digits_end(text, end + 1);
        return (Token){ .kind = TOKEN_NUMBER, .end = unit_end(text, end) };
}

static size_t after_quote(Str text, size_t at, Str close) {
        size_t found;
        return str_find(str_slice(text, at, text.length), close, &found) ? at + found + close.length : text.length;
}

static Token sign_token(Str text, size_t at, uint32_t character) {
        static const struct {
                uint32_t  sign;
                TokenKind kind;
        } signs[] = { { ' ', TOKEN_BLANK }, { '(', TOKEN_OPEN }, { ')', TOKEN_CLOSE }, { '[', TOKEN_OPEN_SQUARE },
                      { ']', TOKEN_CLOSE_SQUARE }, { ',', TOKEN_COMMA }, { '.', TOKEN_DOT } };
        if (character == 0x201C || character == '"')
                return (Token){ .kind = TOKEN_QUOTE, .end = after_quote(text, at, character == '"' ? STR("\"") : STR("”")) };
        for (size_t i = 0; i < ARRAY_LENGTH(signs); i++)
                if (signs[i].sign == character)
                        return (Token){ .kind = signs[i].kind, .end = at };
        return (Token){ .kind = TOKEN_OTHER, .end = at };
}

static Token token_at(const Reader *reader, size_t at) {
        Str text = reader->text;
        size_t next = at;
        if (at >= text.length)
                return (Token){ .kind = TOKEN_END, .end = at };
        uint32_t character = utf8_next(text, &next);
        Token token;
        if (character < ' ')
                character = ' ';                         /* breaks and tabs of the source */
        if (digit_at(text, at))
                token = number_token(text, at);
        else if (word_character(character))
                token = (Token){ .kind = TOKEN_WORD, .end = word_end(text, at) };
        else
                token = sign_token(text, next, utf8_narrow(character));
        token.text = str_slice(text, at, token.end);
        if (character == 0x300C) {                       /* 「a name」 */
                token.end = after_quote(text, next, STR("」"));
                token.kind = TOKEN_WORD;
                token.text = str_slice(text, next, token.end - (sizeof("」") - 1));
        }
        return token;
}

static Token peek(const Reader *reader) {
        return token_at(reader, reader->at);
}

static Token take(Reader *reader) {
        Token token = peek(reader);
        reader->at = token.end;
        return token;
}

static bool take_blanks(Reader *reader) {
        size_t start = reader->at;
        while (peek(reader).kind == TOKEN_BLANK)
                (void) take(reader);
        return reader->at > start;
}

static bool take_if(Reader *reader, TokenKind kind) {
        take_blanks(reader);
        bool found = peek(reader).kind == kind;
        if (found)
                (void) take(reader);
        return found;
}

static bool take_word(Reader *reader, Str word) {
        take_blanks(reader);
        Token token = peek(reader);
        bool found = token.kind == TOKEN_WORD && str_equal(token.text, word);
        if (found)
                reader->at = token.end;
        return found;
}

/* ---- operands ---------------------------------------------------------------------------------------- */

/* What stands between brackets and commas. */
typedef struct Part {
        Str  text;
        bool compound;           /* more than a name or figure */
} Part;

static Part read_part(Reader *reader);

static Str bracketed(const Reader *reader, Part part) {
        return part.compound ? str_format(reader->arena, "（%.*s）", STR_ARG(part.text)) : part.text;
}

typedef struct Arguments {
        Part     parts[ARGUMENTS_MAX];
        uint32_t count;
        Part     where, by;
        bool     not_empty, too_many;
} Arguments;

/* Behind the open bracket, to behind the closing one. */
static Arguments read_arguments(Reader *reader) {
        Arguments arguments = { 0 };
        do {
                if (take_word(reader, STR("其中")))
                        arguments.where = read_part(reader);
                else if (take_word(reader, STR("按")))
                        arguments.by = read_part(reader);
                else if (take_word(reader, STR("非空")))
                        arguments.not_empty = true;
                else {
                        Part part = read_part(reader);
                        arguments.too_many |= arguments.count == ARGUMENTS_MAX;
                        if (!arguments.too_many)
                                arguments.parts[arguments.count++] = part;
                }
        } while (take_if(reader, TOKEN_COMMA));
        reader->failed |= !take_if(reader, TOKEN_CLOSE) || arguments.too_many;
        return arguments;
}

static Str fill_pattern(const Reader *reader, Str pattern, const Arguments *arguments, bool bare) {
        Buffer out CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        for (size_t i = 0; i < pattern.length; i++) {
                if (pattern.data[i] != '$') {
                        buffer_byte(&out, pattern.data[i]);
                        continue;
                }
                char which = pattern.data[++i];
                if (which == 'w')
                        buffer_add(&out, arguments->where.text);
                else {
                        Part part = arguments->parts[which == 'p' ? 0 : which == 'v' ? 1 : which - '1'];
                        buffer_add(&out, bare ? part.text : bracketed(reader, part));
                }
        }
        return str_copy(reader->arena, buffer_str(&out));
}

static bool find_aggregate(Str name, uint32_t *ret_aggregate) {
        for (uint32_t i = 0; i < ARRAY_LENGTH(AGGREGATES); i++)
                if (str_equal(AGGREGATES[i].name, name)) {
                        *ret_aggregate = i;
                        return true;
                }
        return false;
}

static bool is_call(Str name) {
        uint32_t aggregate;
        bool known = find_aggregate(name, &aggregate);
        for (uint32_t i = 0; i < ARRAY_LENGTH(CALLS); i++)
                known |= str_equal(CALLS[i].name, name);
        return known;
}

static Str read_call(Reader *reader, Str name) {
        Arguments arguments = read_arguments(reader);
        uint32_t aggregate;
        if (find_aggregate(name, &aggregate)) {
                if (arguments.not_empty)
                        arguments.parts[0].text = str_format(reader->arena, "%.*s（至少有一个）", STR_ARG(arguments.parts[0].text));
                Str filled = fill_pattern(reader, arguments.where.text.length ? AGGREGATES[aggregate].filtered
                                                                              : AGGREGATES[aggregate].pattern, &arguments, false);
                return arguments.by.text.length == 0 ? filled
                                                     : str_format(reader->arena, "%.*s（同一个%.*s只算一次）", STR_ARG(filled),
                                                                  STR_ARG(arguments.by.text));
        }
        for (uint32_t i = 0; i < ARRAY_LENGTH(CALLS); i++)
                if (str_equal(CALLS[i].name, name) && CALLS[i].count == arguments.count)
                        return fill_pattern(reader, CALLS[i].pattern, &arguments, arguments.count == 1);
        reader->failed = true;
        return name;
}

static Str with_value(const Reader *reader, Str name) {
        Str value;
        if (reader->values && reader->values->find(reader->values->context, name, &value))
                return str_format(reader->arena, "%.*s（%.*s）", STR_ARG(name), STR_ARG(value));
        return name;
}

/* A name, path, figure, call or bracket with what hangs on it; *ret_compound: it is more than a name or figure. */
static Str read_operand(Reader *reader, bool *ret_compound) {
        Token token = take(reader);
        Str operand = token.text;
        *ret_compound = false;
        if (token.kind == TOKEN_DATE) {
                int32_t day;
                if (date_parse(token.text, &day))
                        operand = date_chinese(reader->arena, day);
        } else if (token.kind == TOKEN_OPEN) {
                Part inside = read_part(reader);
                operand = str_format(reader->arena, "（%.*s）", STR_ARG(inside.text));
                reader->failed |= !take_if(reader, TOKEN_CLOSE);
        } else if (str_equal(token.text, STR("需人工认定")) && peek(reader).kind == TOKEN_QUOTE) {
                Token judgement = take(reader);
                operand = str_format(reader->arena, "%.*s（由工作人员认定）", STR_ARG(judgement.text));
        } else if (token.kind == TOKEN_WORD && is_call(token.text) && take_if(reader, TOKEN_OPEN)) {
                operand = read_call(reader, token.text);
                *ret_compound = true;
        } else if (token.kind == TOKEN_WORD)
                operand = with_value(reader, operand);
        for (;;) {
                Token next = peek(reader);
                if (next.kind == TOKEN_DOT && token_at(reader, next.end).kind == TOKEN_WORD) {
                        reader->at = next.end;
                        Str name = with_value(reader, take(reader).text);
                        operand = str_format(reader->arena, "%.*s的%.*s", STR_ARG(operand), STR_ARG(name));
                } else if (next.kind == TOKEN_OPEN_SQUARE) {
                        reader->at = next.end;
                        Part key = read_part(reader);
                        operand = str_format(reader->arena, "%.*s对应的%.*s", STR_ARG(key.text), STR_ARG(operand));
                        reader->failed |= !take_if(reader, TOKEN_CLOSE_SQUARE);
                } else
                        return operand;
        }
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static bool find_word(Str word, Str *ret_words) {
        for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++)
                if (str_equal(WORDS[i][0], word)) {
                        *ret_words = WORDS[i][1];
                        return true;
                }
        return false;
}

static bool read_prefixed(Reader *reader, Token word, Str *ret_words) {
        for (size_t i = 0; i < ARRAY_LENGTH(PREFIXES); i++) {
                if (word.kind != TOKEN_WORD || !str_equal(PREFIXES[i].word, word.text))
                        continue;
                bool compound;
                (void) take(reader);
                take_blanks(reader);
                Str operand = read_operand(reader, &compound);
                *ret_words = str_format(reader->arena, "%.*s %.*s%.*s", STR_ARG(PREFIXES[i].before), STR_ARG(operand),
                                        STR_ARG(PREFIXES[i].behind));
                return true;
        }
        return false;
}

static bool starts_operand(Token token) {
        Str words;
        return token.kind == TOKEN_NUMBER || token.kind == TOKEN_DATE || token.kind == TOKEN_OPEN ||
               (token.kind == TOKEN_WORD && !find_word(token.text, &words));
}

static bool ends_part(const Reader *reader, TokenKind kind) {
        bool closes = kind == TOKEN_COMMA || kind == TOKEN_CLOSE || kind == TOKEN_CLOSE_SQUARE;
        return kind == TOKEN_END || reader->failed || (closes && reader->depth > 1);
}

/* Ends in front of a comma or closing bracket; at the outermost level those are text like any other. */
static Part read_part(Reader *reader) {
        Buffer done CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        Str    operand = STR(""), words;
        bool   compound = false, call = false;
        reader->failed |= ++reader->depth > DEPTH_MAX;
        for (;;) {
                bool  blank = take_blanks(reader);
                Token next = peek(reader);
                if (ends_part(reader, next.kind))
                        break;
                if (operand.length > 0 && str_equal(next.text, STR("于"))) {
                        reader->at = next.end;
                        take_blanks(reader);
                        Str day = read_operand(reader, &call);
                        operand = str_format(reader->arena, "%.*s的%.*s", STR_ARG(day), STR_ARG(operand));
                        compound = true;
                        continue;
                }
                buffer_add(&done, operand);
                operand = STR("");
                compound |= call || done.length > 0;
                if (blank)
                        buffer_byte(&done, ' ');
                if (read_prefixed(reader, next, &words))
                        buffer_add(&done, words);
                else if (starts_operand(next))
                        operand = read_operand(reader, &call);
                else
                        buffer_add(&done, find_word(take(reader).text, &words) ? words : next.text);
        }
        buffer_add(&done, operand);
        reader->depth--;
        reader->failed |= done.failed;
        return (Part){ .text = str_copy(reader->arena, buffer_str(&done)), .compound = compound || call };
}

static bool is_wide_sign(uint32_t character) {
        return (character >= 0x3000 && character <= 0x303F) || (character >= 0xFF00 && character <= 0xFFEF) ||
               (character >= 0x2018 && character <= 0x201D);
}

/* A blank stays where a figure or sign touches a word: not between two words, nor beside Chinese punctuation. */
static Str settle_blanks(Arena *arena, Str text) {
        Buffer   out CLEAN(buffer_free) = buffer_new(WORDS_MAX);
        uint32_t before = 0;
        bool     blank = false;
        for (size_t at = 0; at < text.length;) {
                size_t   start = at;
                uint32_t character = utf8_next(text, &at);
                if (character == ' ') {
                        blank = true;
                        continue;
                }
                bool joined = before == 0 || is_wide_sign(before) || is_wide_sign(character) ||
                              (utf8_is_han(before) && utf8_is_han(character));
                if (blank && !joined)
                        buffer_byte(&out, ' ');
                buffer_add(&out, str_slice(text, start, at));
                before = character;
                blank = false;
        }
        return str_copy(arena, buffer_str(&out));
}

Str plain_words(Arena *arena, Str source, const PlainValues *values) {
        Reader reader = { .arena = arena, .text = source, .values = values };
        if (source.length > SOURCE_MAX)
                return source;
        Part whole = read_part(&reader);
        return reader.failed ? source : settle_blanks(arena, whole.text);
}
