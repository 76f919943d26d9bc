/* The text of an SQL statement as far as both databases read it alike: where it ends and which $n it takes.
 *
 * Quotes ('…' and "…", doubled inside), comments (both kinds) and PostgreSQL's $tag$…$tag$ are passed over. Refused is what
 * the two read differently: a comment inside a comment, E'…' and a '?'. */
#pragma once

#include "base/buffer.h"

#define STATEMENT_PARAMETERS_MAX 1000

typedef struct StatementShape {
        uint32_t parameters;     /* $1 to $parameters, each used */
        uint32_t statements;     /* how many there are that say something */
} StatementShape;

/* Appends to `out` (NULL: nowhere) the text as SQLite takes it: ?n for $n. RC_INVALID: *ret_why says in English what is
 * wrong with it; `out` then holds a part. */
Rc statement_scan(Str sql, Buffer *out, StatementShape *ret_shape, Str *ret_why) CHECKED;
