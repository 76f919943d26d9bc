/* How a page is written: what compiled templates call. A Str is text and is always escaped; only a value of the
 * type Markup is put in as it stands, and only web/markdown.c makes one. */
#pragma once

#include "base/buffer.h"

typedef struct Markup {
        Str html;
} Markup;

void markup_text(Buffer *out, Str text);          /* escaped for text and for quoted attribute values */
void markup_url(Buffer *out, Str text);           /* percent-encoded, one path part or query value */
void markup_number(Buffer *out, int64_t number);
void markup_add(Buffer *out, Markup markup);
