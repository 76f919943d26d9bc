/* The codes of the language floor's findings, from diagnostics.def: one enum, their stable texts, their
 * explanations, and the list of all of them as Markdown. */
#pragma once

#include "base/buffer.h"

typedef enum LanguageCode {
#define DIAGNOSTIC(id, code, title, explanation) CODE_##id,
#include "language/diagnostics.def"
        CODE_COUNT,
} LanguageCode;

/* "L0104", NUL-terminated, for diagnostics_add. */
const char *language_code_text(LanguageCode code);
Str language_code_title(LanguageCode code);
Str language_code_explanation(LanguageCode code);
/* False when there is no such code. */
bool language_code_find(Str text, LanguageCode *ret_code);

/* doc/diagnostics.md: one section a code. */
void language_codes_reference(Buffer *out);
