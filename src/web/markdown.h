/* Markdown of the city files as markup: raw HTML and script links are left out, and a line break between two Han
 * characters is none, since Chinese is written without spaces. */
#pragma once

#include "web/markup.h"

Markup markdown_render(Arena *arena, Str text);
/* The first paragraph as plain text: a short description. */
Str markdown_first_paragraph(Arena *arena, Str text);
/* All of it as plain text, without marks, for search. */
Str markdown_plain(Arena *arena, Str text);
