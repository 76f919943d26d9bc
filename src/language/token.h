/* The tokens of the policy language and the keywords among its words.
 *
 * A token is twelve bytes: what it is and where. Values (a number's digits, a word's folded text) are taken from
 * the source when the parser needs them. The lexer never complains: what it cannot read becomes a TOKEN_BAD that
 * says why, and the parser reports it if the place matters. */
#pragma once

#include "language/diagnostics.h"
#include "language/label.h"

typedef enum TokenKind {
        TOKEN_END,             /* end of a fence */
        TOKEN_END_LINE,        /* a line break that ends a line, or ； */
        TOKEN_BAD,             /* `problem` is a LanguageCode */
        TOKEN_WORD,            /* a run of Han, letters, digits, _ */
        TOKEN_NAME,            /* 「…」 */
        TOKEN_STRING,          /* “…” or "…" */
        TOKEN_RAW,             /* bare text after a text label: set by the parser */
        TOKEN_SKIP,            /* taken into the RAW token before it: set by the parser */
        TOKEN_NUMBER,
        TOKEN_DATE,
        TOKEN_YEAR,            /* 第1年 */
        TOKEN_YEARS,           /* 第1至2年 */
        TOKEN_ITEM,            /* - • · — at the start of a line */
        TOKEN_SUBITEM,         /* + at the start of a line */
        TOKEN_COLON,
        TOKEN_COMMA,
        TOKEN_LIST,            /* 、 */
        TOKEN_DOT,
        TOKEN_OPEN,
        TOKEN_CLOSE,
        TOKEN_OPEN_SQUARE,
        TOKEN_CLOSE_SQUARE,
        TOKEN_ARROW,
        TOKEN_EQUAL,
        TOKEN_NOT_EQUAL,
        TOKEN_LESS,
        TOKEN_AT_MOST,
        TOKEN_MORE,
        TOKEN_AT_LEAST,
        TOKEN_PLUS,
        TOKEN_MINUS,
        TOKEN_TIMES,
        TOKEN_DIVIDE,
        TOKEN_SLASH,           /* the other ÷; also inside types: 金额/月 */
} TokenKind;

typedef enum KeywordClass {
        KEYWORD_CLASS_OPERATOR,    /* a line may break before and after it */
        KEYWORD_CLASS_PREFIX,      /* a line may break after it */
        KEYWORD_CLASS_VALUE,
        KEYWORD_CLASS_AGGREGATE,
        KEYWORD_CLASS_STRUCTURE,
} KeywordClass;

/* KEYWORD(ID, "text", class, comparison operator or OPERATOR_OR when it is none) */
#define KEYWORDS(KEYWORD)                                                       \
        KEYWORD(AND, "且", OPERATOR, OPERATOR_AND)                              \
        KEYWORD(OR, "或", OPERATOR, OPERATOR_OR)                                \
        KEYWORD(NOT, "非", PREFIX, OPERATOR_OR)                                 \
        KEYWORD(IF, "若", PREFIX, OPERATOR_OR)                                  \
        KEYWORD(THEN, "则", OPERATOR, OPERATOR_OR)                              \
        KEYWORD(ELSE, "否则", OPERATOR, OPERATOR_OR)                            \
        KEYWORD(AT, "于", OPERATOR, OPERATOR_OR)                                \
        KEYWORD(BETWEEN, "介于", OPERATOR, OPERATOR_OR)                         \
        KEYWORD(TO, "至", OPERATOR, OPERATOR_OR)                                \
        KEYWORD(IN, "属于", OPERATOR, OPERATOR_OR)                              \
        KEYWORD(NOT_IN, "不属于", OPERATOR, OPERATOR_OR)                        \
        KEYWORD(EQUAL, "等于", OPERATOR, OPERATOR_EQUAL)                        \
        KEYWORD(NOT_EQUAL, "不等于", OPERATOR, OPERATOR_NOT_EQUAL)              \
        KEYWORD(NOT_LESS_THAN, "不少于", OPERATOR, OPERATOR_AT_LEAST)           \
        KEYWORD(NOT_LOWER_THAN, "不低于", OPERATOR, OPERATOR_AT_LEAST)          \
        KEYWORD(NOT_EARLIER_THAN, "不早于", OPERATOR, OPERATOR_AT_LEAST)        \
        KEYWORD(NOT_OVER, "不超过", OPERATOR, OPERATOR_AT_MOST)                 \
        KEYWORD(NOT_HIGHER_THAN, "不高于", OPERATOR, OPERATOR_AT_MOST)          \
        KEYWORD(NOT_MORE_THAN, "不多于", OPERATOR, OPERATOR_AT_MOST)            \
        KEYWORD(NOT_LATER_THAN, "不晚于", OPERATOR, OPERATOR_AT_MOST)           \
        KEYWORD(OVER, "超过", OPERATOR, OPERATOR_MORE)                          \
        KEYWORD(HIGHER_THAN, "高于", OPERATOR, OPERATOR_MORE)                   \
        KEYWORD(MORE_THAN, "多于", OPERATOR, OPERATOR_MORE)                     \
        KEYWORD(GREATER_THAN, "大于", OPERATOR, OPERATOR_MORE)                  \
        KEYWORD(LATER_THAN, "晚于", OPERATOR, OPERATOR_MORE)                    \
        KEYWORD(LOWER_THAN, "低于", OPERATOR, OPERATOR_LESS)                    \
        KEYWORD(FEWER_THAN, "少于", OPERATOR, OPERATOR_LESS)                    \
        KEYWORD(SMALLER_THAN, "小于", OPERATOR, OPERATOR_LESS)                  \
        KEYWORD(SHORT_OF, "不足", OPERATOR, OPERATOR_LESS)                      \
        KEYWORD(NOT_REACHING, "不满", OPERATOR, OPERATOR_LESS)                  \
        KEYWORD(EARLIER_THAN, "早于", OPERATOR, OPERATOR_LESS)                  \
        KEYWORD(YES, "是", VALUE, OPERATOR_OR)                                  \
        KEYWORD(NO, "否", VALUE, OPERATOR_OR)                                   \
        KEYWORD(UNKNOWN, "未知", VALUE, OPERATOR_OR)                            \
        KEYWORD(NONE, "无", VALUE, OPERATOR_OR)                                 \
        KEYWORD(OUTER, "本", VALUE, OPERATOR_OR)                                \
        KEYWORD(COUNT, "计数", AGGREGATE, OPERATOR_OR)                          \
        KEYWORD(SUM, "合计", AGGREGATE, OPERATOR_OR)                            \
        KEYWORD(MAXIMUM, "最大", AGGREGATE, OPERATOR_OR)                        \
        KEYWORD(MINIMUM, "最小", AGGREGATE, OPERATOR_OR)                        \
        KEYWORD(ANY, "任一", AGGREGATE, OPERATOR_OR)                            \
        KEYWORD(ALL, "全部", AGGREGATE, OPERATOR_OR)                            \
        KEYWORD(MANUAL, "需人工认定", STRUCTURE, OPERATOR_OR)                   \
        KEYWORD(ANY_OF, "以下之一", STRUCTURE, OPERATOR_OR)                     \
        KEYWORD(ALL_OF, "以下全部", STRUCTURE, OPERATOR_OR)                     \
        KEYWORD(WHERE, "其中", STRUCTURE, OPERATOR_OR)                          \
        KEYWORD(BY, "按", STRUCTURE, OPERATOR_OR)                               \
        KEYWORD(NOT_EMPTY, "非空", STRUCTURE, OPERATOR_OR)                      \
        KEYWORD(FROM, "自", STRUCTURE, OPERATOR_OR)                             \
        KEYWORD(BEFORE, "优先于", STRUCTURE, OPERATOR_OR)                       \
        KEYWORD(SUPPLEMENT, "补充", STRUCTURE, OPERATOR_OR)

typedef enum Keyword {
        KEYWORD_NONE_AT_ALL,
#define KEYWORD(id, text, class, operator) KEYWORD_##id,
        KEYWORDS(KEYWORD)
#undef KEYWORD
        KEYWORD_COUNT_OF_ALL,
} Keyword;

Str          keyword_text(Keyword keyword);
KeywordClass keyword_class(Keyword keyword);
/* True for the words that compare two values. */
bool         keyword_compares(Keyword keyword, Operator *ret_operator);
/* KEYWORD_NONE_AT_ALL when the word is none. */
Keyword      keyword_find(Str word);

typedef struct Token {
        uint8_t  kind;         /* TokenKind */
        uint8_t  keyword;      /* Keyword, of a TOKEN_WORD */
        uint8_t  indent;       /* of a line's first token: columns in canonical form, set by the parser */
        uint8_t  problem;      /* LanguageCode, of a TOKEN_BAD */
        uint32_t start, end;   /* bytes of the source */
} Token;

typedef struct TokenList {
        Token   *items;
        uint32_t count, capacity;
} TokenList;

typedef struct Lexer {
        Arena    *arena;
        Str       text;
        TokenList tokens;      /* of all fences read so far; each fence ends with TOKEN_END_LINE, TOKEN_END */
        TokenList comments;    /* spans from # to before the line break, in order */
        uint32_t  at, end;     /* position in the fence being read */
} Lexer;

/* Reads the bytes [from, to) of the source, appending tokens and comments. */
void lexer_read_fence(Lexer *lexer, uint32_t from, uint32_t to);

/* The text of a token with full-width characters folded; a slice of the source when there are none. */
Str token_fold(Arena *arena, Str text);
/* True for the characters that count as blank in code besides the line break. */
bool character_is_blank(uint32_t character);
