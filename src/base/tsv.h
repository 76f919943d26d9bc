/* Tables of facts as tab-separated text (those in cities/common): a line with the names of the columns, then one row a line, no
 * quoting. What does not fit is told with its line. */
#pragma once

#include "base/str.h"

typedef struct TsvRow {
        uint32_t line;                   /* from 1 */
        Str     *cells;                  /* as many as there are columns; slices of the text */
} TsvRow;

/* `columns`: the names expected, in their order. RC_INVALID: *ret_why is a Chinese sentence ("第 3 行：…"). */
Rc tsv_read(Str text, const Str *columns, uint32_t column_count, Arena *arena, TsvRow **ret_rows, uint32_t *ret_count,
            Str *ret_why) CHECKED;
