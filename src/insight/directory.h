/* A public directory of the pack over the city's records: the rows that its condition lets in on a day, filtered, counted, paged. */
#pragma once

#include "insight/series.h"
#include "records/record.h"

typedef struct DirectoryQuery {
        const Directory *directory;
        int32_t          day;
        const Filter    *filters;        /* by fields of the entity's table */
        uint32_t         filter_count;
        uint32_t         limit;
        int64_t          after_id;
} DirectoryQuery;

/* The table whose rows it shows; NULL when the entity has none of its own. */
const RecordTable *directory_table(const Plan *plan, const Directory *directory);
/* The field of a fact, or NONE: a directory shows no field that is sensitive, whatever its pack says. */
uint32_t directory_field(const RecordTable *table, uint32_t fact);

/* RC_INVALID: its condition cannot be asked of a database. */
Rc directory_load(const Plan *plan, const DirectoryQuery *query, Arena *arena, RecordPage *ret_page) CHECKED;
/* How many entries there are by member of a code field, of `members` ones, all else as in the query. */
Rc directory_counts(const Plan *plan, const DirectoryQuery *query, uint32_t field, uint32_t members, Arena *arena,
                    int64_t **ret_counts) CHECKED;
