/* What an indicator counts, by two ways that must agree: over a population in memory (examples, the witness of the
 * tests), and as one SELECT for the database that holds the records.
 *
 * A value counts the rows whose 其中 is 是. Rows of which it cannot be known are counted apart and never added. */
#pragma once

#include "engine/scalar.h"
#include "engine/sql.h"

typedef struct MeasureValue {
        int64_t value;           /* count, or sum at the scale of the value's type */
        int64_t undecided;       /* rows whose 其中, summand or key is unknown */
} MeasureValue;

/* The indicator's figure in its own type (a ratio: scale of the type, half away from zero; UNKNOWN over a zero
 * divisor). `run` gives 期末 as base date and 期初 as apply date. `county`: only rows of that county code, or -1. */
typedef struct IndicatorValue {
        int64_t value, undecided;
        int64_t numerator, denominator;  /* of a ratio; the denominator is 0 otherwise */
} IndicatorValue;
Rc indicator_evaluate(const Population *population, const Run *run, const Indicator *indicator, int64_t county,
                      Arena *arena, IndicatorValue *ret_value) CHECKED;
/* Numerator over denominator in the indicator's type; UNKNOWN over zero. */
int64_t indicator_quotient(const Program *program, const Indicator *indicator, int64_t numerator, int64_t denominator);

typedef struct MeasureSql {
        SqlDialect dialect;
        int32_t    from, to;     /* all periods lie in these days */
        bool       by_county;
        bool       one_county;   /* only rows of the county with code $2; with by_county, of an entity that has one */
        bool       rows;         /* drill-down: the ids of the rows counted, instead of the figure */
} MeasureSql;

/* Appends one SELECT over the record tables (records/model.h: table and column names are the entity's and the fact's;
 * cells as engine/sql.h writes them; every table has _city and _id). $1 is the city. It reads a table
 *   period(number, first_day, last_day)       given by the caller, a common table expression of whole numbers
 * (days since 1970-01-01; numbers from 0 in the order of the days), and gives rows
 *   (period number, county code or -1, value, undecided)   for every period and county with anything to tell, or, where
 *   (period number, county code or -1, key, 1 or 0)        different keys are counted, one for each row: 0 leaves it open
 * (engine/distinct.h counts them; that is quicker than either database's own way). County -1 is also a row's whose county
 * is not known. With `rows`: (_id) of the rows counted, in order, $2 of them after the first $3, of the county with code $4
 * or all for -1. Periods may overlap. A row whose date is unknown lies in no period: a dated measure leaves it out.
 * Judgements (需人工认定) are not kept in records and unknown here. A parameter that has one version in all these days
 * does not move with the period. A dated count or sum is grouped in one pass over its table.
 * RC_INVALID with diagnostics when a step cannot be said in SQL (the closed list of sql_refusals.def). */
Rc measure_sql(const Program *program, const Measure *measure, const MeasureSql *options, Arena *arena, Buffer *out,
               Diagnostics *diagnostics) CHECKED;

/* Whether months in these days add up to their span: not when a row of one month comes to count in a later one, as who
 * graduates in June and stays from September. */
bool measure_adds_up(const Program *program, const Measure *measure, int32_t from, int32_t to, Arena *arena);

/* The entities whose rows decide what is measured: reads[entity]. */
void measure_reads(const Program *program, const Measure *measure, Arena *arena, bool *reads);

/* The columns after _city, by name and in order, of the index with which a measure reads its rows in groups without sorting
 * and without touching the table; 0 where no index helps. */
uint32_t measure_index(const Program *program, const Measure *measure, Arena *arena, Str **ret_columns);
