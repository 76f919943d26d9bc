/* A syntax tree as text, one line a declaration, field or item, without spans: what tests compare. */
#pragma once

#include "language/syntax.h"

void syntax_dump(const Syntax *syntax, Buffer *out);
