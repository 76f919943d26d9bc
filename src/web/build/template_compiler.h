/* The template compiler: templates/x.html becomes a C file of functions that write HTML. It runs while building.
 *
 *   %% C line                       C outside templates (includes) and between the lines of one (loops, conditions)
 *   %%template name(parameters)     begins `void template_name(Buffer *out, parameters)`
 *   %%part name(parameters)         the same for this file alone: static
 *   %%end                           ends either
 *   {{text}}                        a Str, escaped
 *   {{%d number}}                   an integer
 *   {{@text}}                       a Str as one part of a URL, percent-encoded; in attribute values
 *   {{&markup}}                     a Markup, as it is; between tags only
 *   {{?name condition}}             the attribute `name` when the condition holds; inside a tag
 *   {{>name arguments}}             writes another template here
 *
 * Expressions keep their line, so that a wrong field name is reported by the C compiler where it stands. Refused, with
 * file and line: unquoted or single-quoted attribute values, scripts and styles in the page, on… and style attributes,
 * comments, and a URL attribute that does not begin with a path of our own (or #, or tel:) written in the template. */
#pragma once

#include "base/buffer.h"

/* Writes the C text. RC_INVALID: *ret_why is one line "path:line: what is wrong", in the arena. */
Rc template_compile(Arena *arena, Str path, Str text, Buffer *out, Str *ret_why) CHECKED;
