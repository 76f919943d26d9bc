/* Strict JSON from outside: one object of texts, integers and truths, of which one member may be such an object itself.
 * The only file that knows jansson, whose names (json_object, …) are also those of our writer in base/json.h: neither
 * header is seen beside the other, and Debian's jansson is linked so that it keeps its own. */
#pragma once

#include "web/message.h"

/* Values become text as a person would type them: "35个月", 12 as "12", true as 是. RC_INVALID: not strict JSON, a name
 * twice, or another kind of value; RC_TOOBIG: over REQUEST_FIELDS_MAX members. */
Rc json_input_read(Arena *arena, Str text, const char *nested, FormFields *ret_fields, FormFields *ret_nested) CHECKED;
