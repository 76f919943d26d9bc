/* The condition of a directory is an undated measure's: measure_sql says it as a statement of ids, and the list asks within it. */
#include "insight/directory.h"

#define STATEMENT_MAX ((size_t) 1 << 20)

const RecordTable *directory_table(const Plan *plan, const Directory *directory) {
        uint32_t table = plan->model->table_of[directory->entity];
        return table == NONE ? NULL : &plan->model->tables[table];
}

uint32_t directory_field(const RecordTable *table, uint32_t fact) {
        for (uint32_t i = 0; i < table->field_count; i++)
                if (table->fields[i].fact == fact)
                        return table->fields[i].sensitive ? NONE : i;
        return NONE;
}

/* The ids of the rows that the condition lets in; empty without one. */
static Rc write_within(const Plan *plan, const DirectoryQuery *query, Arena *arena, Str *ret_sql) {
        const Directory *directory = query->directory;
        Measure measure = { .kind = MEASURE_COUNT, .entity = directory->entity, .where = directory->where, .rest = directory->where,
                            .dated = NONE, .value = NONE, .distinct = NONE };
        MeasureSql options = { .dialect = database_kind(plan->database) == DATABASE_SQLITE ? SQL_SQLITE : SQL_POSTGRES,
                               .from = query->day, .to = query->day, .rows = true };
        Diagnostics diagnostics;
        if (directory->where == NONE) {
                *ret_sql = (Str){ 0 };
                return RC_OK;
        }
        diagnostics_init(&diagnostics, arena);
        Buffer sql CLEAN(buffer_free) = buffer_new(STATEMENT_MAX);
        buffer_format(&sql, "WITH period(number, first_day, last_day) AS (VALUES (0, %d, %d)) ", query->day, query->day);
        Rc rc = measure_sql(plan->model->program, &measure, &options, arena, &sql, &diagnostics);
        if (rc == RC_OK)
                *ret_sql = str_copy(arena, buffer_str(&sql));
        return rc;
}

static Rc prepare(const Plan *plan, const DirectoryQuery *query, Arena *arena, const RecordTable **ret_table, RecordQuery *ret_query) {
        Str within;
        const RecordTable *table = directory_table(plan, query->directory);
        if (!table)
                return RC_MISSING;
        Rc rc = write_within(plan, query, arena, &within);
        if (rc != RC_OK)
                return rc;
        *ret_table = table;
        *ret_query = (RecordQuery){
                .city = plan->city, .filters = query->filters, .filter_count = query->filter_count, .sort = NONE, .limit = query->limit,
                .after_id = query->after_id, .within = within,
        };
        return RC_OK;
}

Rc directory_load(const Plan *plan, const DirectoryQuery *query, Arena *arena, RecordPage *ret_page) {
        const RecordTable *table;
        RecordQuery list;
        Rc rc = prepare(plan, query, arena, &table, &list);
        return rc == RC_OK ? record_list(plan->database, plan->model, table, &list, arena, ret_page) : rc;
}

Rc directory_counts(const Plan *plan, const DirectoryQuery *query, uint32_t field, uint32_t members, Arena *arena,
                    int64_t **ret_counts) {
        const RecordTable *table;
        RecordQuery list;
        Rc rc = prepare(plan, query, arena, &table, &list);
        return rc == RC_OK ? record_counts(plan->database, plan->model, table, &list, field, members, arena, ret_counts) : rc;
}
