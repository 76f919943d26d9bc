/* Shared by the files of src/insight; nobody else includes this. */
#pragma once

#include "database/named.h"
#include "insight/ledger.h"

/* One line of the ledger of figures. */
typedef struct FigureLine {
        Period       period;
        int64_t      county, value, undecided, at;
        FigureSource source;
} FigureLine;

/* The lines of an indicator that lie within days, oldest first: of equal places the last one counts. */
Rc figure_lines(const Plan *plan, const Indicator *indicator, Period within, Arena *arena, FigureLine **ret_lines, uint32_t *ret_count) CHECKED;

/* How a source is written in the table. */
Str  figure_source_word(FigureSource source);
FigureSource figure_source_of(Str word);
