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
Rc figure_lines(const Plan *plan, const Indicator *indicator, Period within, Arena *arena, FigureLine **ret_lines,
                uint32_t *ret_count) CHECKED;

/* Adds a line as it is, in the transaction of the caller. */
Rc ledger_add(const Plan *plan, const FigureReport *line, int64_t undecided, FigureSource source, const Change *change) CHECKED;

/* series_load_cumulative of one county, of the whole city alone (-1), or of SERIES_ALL: counting less is quicker. A computed
 * figure that was not asked for is FIGURE_NONE. */
#define SERIES_ALL (-2)
Rc series_load_part(const Plan *plan, const Indicator *indicator, const Period *periods, uint32_t count, int64_t county, Arena *arena,
                    Series *ret_series) CHECKED;

/* The day by which a figure or return of this period is to be there: ten days after its end, then the next working day. */
int32_t report_due(const Plan *plan, Period period);

/* Figures that were counted on this connection and still hold, by a key that says everything they depend on besides the rows of
 * the entities that they read (reads[entity]) (recall.c). */
Rc   figures_recall(const Plan *plan, Str key, uint32_t count, Arena *arena, Figure *figures, bool *ret_found) CHECKED;
void figures_keep(const Plan *plan, Str key, const bool *reads, uint32_t count, const Figure *figures);

/* How a source is written in the table. */
Str  figure_source_word(FigureSource source);
FigureSource figure_source_of(Str word);
