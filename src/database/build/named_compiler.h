/* The build tool for sql/: files of named statements become an enum and a table of texts (database/named.h, named.c).
 *
 *   -- name: figure_add             one statement, for both databases, up to the next head or the end
 *   -- name: figure_add postgres    the same in PostgreSQL's words (or: sqlite); both must take as many parameters
 *
 * gives SQL_FIGURE_ADD. A file without such a head is one script named like the file: schema.sql gives SQL_SCHEMA. Refused,
 * with file and line: a name twice, a name with the words of one database only, several statements under one name, what
 * statement_scan() refuses, parameters in a script. */
#pragma once

#include "base/buffer.h"

typedef struct NamedFile {
        Str name;                /* "figures", for figures.sql */
        Str path, text;
} NamedFile;

/* Appends both C texts. RC_INVALID: *ret_why is one line "path:line: what is wrong", in the arena. */
Rc named_compile(Arena *arena, const NamedFile *files, uint32_t count, Buffer *header, Buffer *source,
                 Str *ret_why) CHECKED;
