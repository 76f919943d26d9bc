/* The table of diagnostics.def as arrays. */
#include "language/diagnostics.h"

typedef struct CodeRow {
        Str code, title, explanation;
} CodeRow;

static const CodeRow CODES[] = {
#define DIAGNOSTIC(id, code, title, explanation)                                                                       \
        [CODE_##id] = { STR_INIT(code), STR_INIT(title), STR_INIT(explanation) },
#include "language/diagnostics.def"
};

const char *language_code_text(LanguageCode code) {
        MUST(code < CODE_COUNT);
        return CODES[code].code.data;
}

Str language_code_title(LanguageCode code) {
        MUST(code < CODE_COUNT);
        return CODES[code].title;
}

Str language_code_explanation(LanguageCode code) {
        MUST(code < CODE_COUNT);
        return CODES[code].explanation;
}

bool language_code_find(Str text, LanguageCode *ret_code) {
        for (uint32_t i = 0; i < CODE_COUNT; i++) {
                if (str_equal(CODES[i].code, text)) {
                        *ret_code = (LanguageCode) i;
                        return true;
                }
        }
        return false;
}

void language_codes_reference(Buffer *out) {
        for (uint32_t i = 0; i < CODE_COUNT; i++)
                buffer_format(out, "### %.*s %.*s\n\n%.*s\n\n", STR_ARG(CODES[i].code), STR_ARG(CODES[i].title),
                              STR_ARG(CODES[i].explanation));
}
