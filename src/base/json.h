/* A streaming JSON writer: it places commas, escapes text and refuses (MUST) an unbalanced document. */
#pragma once

#include "base/buffer.h"

typedef struct Json {
        Buffer  *out;
        uint64_t object_bits, comma_bits;   /* one bit per level */
        uint32_t depth;                     /* at most 63 */
        bool     after_key;                 /* a value must follow */
} Json;

Json json_begin(Buffer *out);
void json_open_object(Json *json);
void json_open_array(Json *json);
void json_end(Json *json);                          /* closes the innermost object or array */
void json_key(Json *json, const char *key);
void json_text(Json *json, Str value);
void json_int(Json *json, int64_t value);
void json_bool(Json *json, bool value);
void json_nothing(Json *json);
void json_raw(Json *json, Str number);              /* an exact decimal, already printed */
