/* Texts of table cells to typed cells: one general reader that defines what is accepted, and loops over chunks of
 * rows that read the plain cases without a branch a cell and hand it the rest.
 *
 * Accepted: numbers as 1234, -5, 12.50, with 万 or 亿, with the fact's own unit or % where it fits; dates as in
 * base/date.h, and with a midnight behind them; 是 否 有 无 1 0 true false Y N; members of an enumeration; whatever
 * the fact's code map names. Blanks around and full-width forms do not matter. Nothing is rounded or guessed. */
#pragma once

#include "engine/csv.h"
#include "engine/load_fault.h"
#include "base/map.h"
#include "program/program.h"

typedef struct WordTable WordTable;
typedef struct DayTable DayTable;
typedef struct CellPlan CellPlan;
typedef struct Cells Cells;

/* Reads a column's plain cells and returns how many are not plain, whose value then means nothing. */
typedef uint32_t CellPass(const CellPlan *plan, const Cells *from, int64_t *cells);

/* How the cells of one fact are read. */
struct CellPlan {
        const Program *program;
        const Fact    *fact;
        int64_t        unknown, blank;   /* the cell for "not known", and for an empty text */
        int64_t        low, high;        /* of known cells */
        int64_t        power;            /* 10^scale of a number */
        WordTable     *words;            /* texts with a fixed value */
        const DayTable *days;            /* of dates */
        bool           fast;             /* the plain cases may be read by the loops */
        CellPass      *vector;           /* the loop for many cells at once; NULL: there is none */
};

/* `fast` false: everything goes through cell_read (for tests). */
CellPlan cell_plan(Arena *arena, const Program *program, const Fact *fact, bool fast);

/* Reads one text (quotes taken off) of a fact that is not TYPE_TEXT; `scratch` holds intermediate text. */
LoadFault cell_read(const CellPlan *plan, Str text, Arena *scratch, int64_t *ret_cell);

/* Reads the plain cases of a column into cells[row]; the rows that need cell_read go to odd[]. Returns their number.
 * `cells` and `odd` have room for chunk->rows. */
uint32_t cells_read_plain(const CellPlan *plan, const CsvChunk *chunk, uint32_t column, int64_t *cells, uint32_t *odd);

/* For dates by the million. */
const DayTable *day_table_new(Arena *arena);

/* Writes int64 cells narrowed to `width` bytes at row `at` of a column; UNKNOWN becomes the width's smallest value.
 * Returns how many cells are `unknown`. */
uint32_t cells_narrow(const int64_t *cells, uint32_t count, int64_t unknown, uint8_t width, void *column, size_t at);
