/* Literals: numbers with 万, 亿 and units, dates, loan years. */
#include "language/parser.h"

#include "base/date.h"
#include "base/utf8.h"

#define SCALE_MAX 9 /* decimal places a literal may have, as written */
#define YEARS_MAX 99

/* What people put behind a number where the language wants a comparison before it. */
typedef struct Suffix {
        Str text, instead;
} Suffix;

static const Suffix SUFFIXES[] = {
        { STR_INIT("及以上"), STR_INIT("不少于") }, { STR_INIT("以上"), STR_INIT("不少于") },
        { STR_INIT("及以下"), STR_INIT("不超过") }, { STR_INIT("以下"), STR_INIT("不超过") },
        { STR_INIT("以内"), STR_INIT("不超过") },   { STR_INIT("之内"), STR_INIT("不超过") },
        { STR_INIT("内"), STR_INIT("不超过") },     { STR_INIT("以外"), STR_INIT("超过") },
        { STR_INIT("左右"), STR_INIT("") },         { STR_INIT("上下"), STR_INIT("") },
};

/* Complains about 12个月以上, 30余人; false when the unit is clean. `number` is the whole literal. */
static bool report_suffix(Parser *parser, Str number, Str unit, Span at) {
        for (uint32_t i = 0; i < ARRAY_LENGTH(SUFFIXES); i++) {
                if (!str_ends(unit, SUFFIXES[i].text))
                        continue;
                Str hint = STR("约数不能用来判断，请写确定的数。");
                if (SUFFIXES[i].instead.length > 0 && parser_wants_hints(parser))
                        hint = str_format(parser->diagnostics->arena, "是否想写“%.*s %.*s”？",
                                          STR_ARG(SUFFIXES[i].instead),
                                          STR_ARG(str_slice(number, 0, number.length - SUFFIXES[i].text.length)));
                PARSER_REPORT(parser, NUMBER_WITH_WORDS, at, hint, "数后面不能接“%.*s”", STR_ARG(SUFFIXES[i].text));
                return true;
        }
        if (!str_starts(unit, STR("余")) && !str_starts(unit, STR("多")))
                return false;
        PARSER_REPORT(parser, NUMBER_WITH_WORDS, at, STR("约数不能用来判断，请写确定的数。"), "数后面不能接“余”“多”");
        return true;
}

static bool take(Str *text, Str prefix) {
        if (!str_starts(*text, prefix))
                return false;
        *text = str_slice(*text, prefix.length, text->length);
        return true;
}

/* digits [ "." digits ] from the front of *text; false when it does not fit. */
static bool read_digits(Str *text, NumberLiteral *number) {
        size_t at = 0;
        bool fraction = false;
        for (; at < text->length; at++) {
                char byte = text->data[at];
                if (byte == '.' && !fraction) {
                        fraction = true;
                        continue;
                }
                if (byte < '0' || byte > '9')
                        break;
                if (__builtin_mul_overflow(number->mantissa, INT64_C(10), &number->mantissa) ||
                    __builtin_add_overflow(number->mantissa, byte - '0', &number->mantissa))
                        return false;
                if (fraction && ++number->scale > SCALE_MAX)
                        return false;
        }
        *text = str_slice(*text, at, text->length);
        return true;
}

/* Multiplies by 10^zeros, taking them from the fraction first. */
static bool shift(NumberLiteral *number, uint32_t zeros) {
        for (; zeros > 0; zeros--) {
                if (number->scale > 0)
                        number->scale--;
                else if (__builtin_mul_overflow(number->mantissa, INT64_C(10), &number->mantissa))
                        return false;
        }
        return true;
}

/* What stands behind the digits: { "万" | "亿" } [ "%" | "个百分点" | "百分点" | unit ] */
static bool read_unit(Str *text, NumberLiteral *number) {
        if (take(text, STR("万亿"))) {
                if (!shift(number, 12))
                        return false;
        } else if (take(text, STR("万"))) {
                if (!shift(number, 4))
                        return false;
        } else if (take(text, STR("亿"))) {
                if (!shift(number, 8))
                        return false;
        }
        number->percent = str_equal(*text, STR("%"));
        number->points = str_equal(*text, STR("个百分点")) || str_equal(*text, STR("百分点"));
        if (number->percent || number->points)
                number->scale = (uint8_t) (number->scale + 2);
        return true;
}

/* number = digits [ "." digits ] { "万" | "亿" } [ unit ], one token */
Expression *parse_number(Parser *parser) {
        const Token *token = parser_take(parser);
        Span at = parser_span(parser, token);
        Str whole = parser_word(parser, token), rest = whole;
        Expression *result = expression_new(parser, EXPRESSION_NUMBER, token->start);
        NumberLiteral *number = &result->number;
        size_t percent;
        if (!read_digits(&rest, number) || !read_unit(&rest, number)) {
                PARSER_REPORT(parser, NUMBER_TOO_LARGE, at, STR(""), "数太大，或者小数超过 %d 位", SCALE_MAX);
        } else if (!number->percent && !number->points && rest.length > 0) {
                Span behind = { parser->file, token->end - (uint32_t) rest.length, token->end };
                if (parser_text(parser, token).length != whole.length)
                        behind = at; /* folded: the unit's own place is not known */
                number->unit = rest;
                number->unit_at = behind;
                if (!report_suffix(parser, whole, rest, at) && str_find(rest, STR("%"), &percent))
                        PARSER_REPORT(parser, NUMBER_MALFORMED, at, STR("百分数后面不带单位，例如 4.75%。"),
                                      "百分号写得不对");
        }
        return expression_close(parser, result);
}

/* The number of decimal digits and Chinese numerals in front of *text, up to 99; 0 when it is none. */
static int64_t read_numeral(Str *text) {
        static const Str NUMERALS = STR_INIT("一二三四五六七八九");
        int64_t value = 0, digit = 0;
        bool tens = false;
        while (text->length > 0) {
                size_t next = 0, found;
                uint32_t character = utf8_next(*text, &next);
                Str one = str_slice(*text, 0, next);
                if (character >= '0' && character <= '9') {
                        digit = digit * 10 + (int64_t) (character - '0');
                } else if (str_equal(one, STR("十"))) {
                        value = (digit == 0 ? 1 : digit) * 10;
                        digit = 0;
                        tens = true;
                } else if (str_find(NUMERALS, one, &found)) {
                        digit = (int64_t) (found / one.length) + 1;
                } else {
                        break;
                }
                if (digit > YEARS_MAX || value > YEARS_MAX || (tens && digit > 9))
                        return 0;
                *text = str_slice(*text, next, text->length);
        }
        return value + digit;
}

static Expression *year_node(Parser *parser, const Token *token, int64_t year) {
        Expression *node = expression_new(parser, EXPRESSION_YEAR, token->start);
        node->integer = year;
        return expression_close(parser, node);
}

/* year = "第" n "年" ;   years = "第" n [ "年" ] "至" [ "第" ] n "年" */
bool parse_year(Parser *parser, ExpressionList *list) {
        const Token *token = parser_take(parser);
        Str text = parser_word(parser, token);
        bool range = token->kind == TOKEN_YEARS;
        (void) take(&text, STR("第")); /* the lexer saw it */
        int64_t first = read_numeral(&text), last = first;
        if (range) {
                (void) take(&text, STR("年")); /* these three may be there or not */
                (void) take(&text, STR("至"));
                (void) take(&text, STR("第"));
                last = read_numeral(&text);
        }
        if (first < 1 || last < first) {
                PARSER_REPORT(parser, YEAR_INVALID, parser_span(parser, token), STR("例如 第1年、第1至2年。"),
                              "第几年写得不对");
                return false;
        }
        expression_push(parser, list, year_node(parser, token, first));
        if (range)
                expression_push(parser, list, year_node(parser, token, last));
        return true;
}

/* date = 2025-06-10 | 2025年6月10日, as the lexer saw it */
Expression *parse_date(Parser *parser) {
        const Token *token = parser_take(parser);
        Str text = parser_word(parser, token);
        Expression *date = expression_new(parser, EXPRESSION_DATE, token->start);
        int32_t parts[3] = { 0 };
        uint32_t part = 0;
        for (size_t at = 0; at < text.length && part < ARRAY_LENGTH(parts); at++) {
                char byte = text.data[at];
                bool next = at + 1 < text.length && text.data[at + 1] >= '0' && text.data[at + 1] <= '9';
                if (byte < '0' || byte > '9')
                        continue;
                parts[part] = parts[part] * 10 + (byte - '0');
                part += next ? 0 : 1;
        }
        bool valid = civil_valid(parts[0], parts[1], parts[2]);
        date->integer = valid ? date_from_civil(parts[0], parts[1], parts[2]) : 0;
        if (!valid || date->integer < DATE_MIN || date->integer > DATE_MAX)
                PARSER_REPORT(parser, DATE_INVALID, parser_span(parser, token), STR(""),
                              "没有 %.*s 这一天，或者不在 1900 年到 2199 年之间", STR_ARG(text));
        return expression_close(parser, date);
}
