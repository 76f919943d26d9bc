/* The keyword table. A look-up compares lengths and first bytes before it compares texts. */
#include "language/token.h"

typedef struct KeywordRow {
        Str          text;
        KeywordClass class;
        Operator     operator;
} KeywordRow;

static const KeywordRow ROWS[] = {
        [KEYWORD_NONE_AT_ALL] = { STR_INIT(""), KEYWORD_CLASS_VALUE, OPERATOR_OR },
#define KEYWORD(id, text, class, operator) [KEYWORD_##id] = { STR_INIT(text), KEYWORD_CLASS_##class, operator },
        KEYWORDS(KEYWORD)
#undef KEYWORD
};

#define KEYWORD_BYTES_MAX (sizeof("需人工认定") - 1)

Str keyword_text(Keyword keyword) {
        MUST(keyword < KEYWORD_COUNT_OF_ALL);
        return ROWS[keyword].text;
}

KeywordClass keyword_class(Keyword keyword) {
        MUST(keyword < KEYWORD_COUNT_OF_ALL);
        return ROWS[keyword].class;
}

bool keyword_compares(Keyword keyword, Operator *ret_operator) {
        MUST(keyword < KEYWORD_COUNT_OF_ALL);
        if (ROWS[keyword].operator < OPERATOR_EQUAL)
                return false;
        *ret_operator = ROWS[keyword].operator;
        return true;
}

Keyword keyword_find(Str word) {
        if (word.length > KEYWORD_BYTES_MAX)
                return KEYWORD_NONE_AT_ALL;
        for (uint32_t i = 1; i < KEYWORD_COUNT_OF_ALL; i++) {
                if (str_equal(ROWS[i].text, word))
                        return (Keyword) i;
        }
        return KEYWORD_NONE_AT_ALL;
}
