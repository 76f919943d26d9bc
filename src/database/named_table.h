/* The table that the build tool writes from sql/ (build/named_compiler.h); database/named.h has the numbers. */
#pragma once

#include "base/str.h"

typedef struct NamedStatement {
        Str  name, sqlite, postgres;
        bool script;                     /* several statements, without parameters: for database_script */
} NamedStatement;

extern const NamedStatement NAMED_STATEMENTS[];
extern const uint32_t       NAMED_STATEMENT_COUNT;
