/* Lists: filters, one sort order, pages by key. What sorts and filters is chosen from the model; values are parameters.
 *
 * A page reads known values first, by the index of the sort field, then the rows where it is not known, by id: so that no
 * database sorts a million rows for one page, and the order is the same on both. */
#include "records/record_inside.h"

#define LIST_LIMIT_MAX 200
#define COUNT_MAX 10000

typedef struct Lister {
        const Model       *model;
        const RecordTable *table;
        const RecordQuery *query;
        Arena             *arena;
        Buffer             where;            /* conditions that all pages share */
        Cell              *cells;
        uint32_t           cell_count, cell_capacity;
        uint32_t           sort;             /* field, or NONE: by id */
        bool               descending;
} Lister;

/* The number of a new parameter. */
static uint32_t add_cell(Lister *lister, Cell cell) {
        *ARENA_PUSH(lister->arena, lister->cells, lister->cell_count, lister->cell_capacity) = cell;
        return lister->cell_count;
}

static void add_filter(Lister *lister, const Filter *filter) {
        MUST(filter->field < lister->table->field_count);
        const char *name = record_quoted(lister->arena, lister->table->fields[filter->field].name).data;
        static const char *const operators[] = { [FILTER_EQUAL] = "=", [FILTER_FROM] = ">=", [FILTER_TO] = "<=", [FILTER_UNKNOWN] = "" };
        if (filter->kind == FILTER_UNKNOWN)
                buffer_format(&lister->where, " AND t.%s IS NULL", name);
        else
                buffer_format(&lister->where, " AND t.%s %s $%u", name, operators[filter->kind], add_cell(lister, filter->value));
}

/* Key or title begins with the text. */
static void add_search(Lister *lister, Str search) {
        Str end = str_format(lister->arena, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(search));
        uint32_t from = add_cell(lister, cell_text(search)), to = add_cell(lister, cell_text(end));
        buffer_format(&lister->where, " AND ((t._key >= $%u AND t._key < $%u)", from, to);
        for (uint32_t i = 0; i < lister->table->field_count; i++) {
                const RecordField *field = &lister->table->fields[i];
                const char *name = record_quoted(lister->arena, field->name).data;
                if (i == lister->table->title)
                        buffer_format(&lister->where, " OR (t.%s >= $%u AND t.%s < $%u)", name, from, name, to);
                else if (field->check != CHECK_NONE)
                        buffer_format(&lister->where, " OR t.%s = $%u", name, from);
        }
        buffer_byte(&lister->where, ')');
}

static void add_ids(Lister *lister) {
        const RecordQuery *query = lister->query;
        buffer_add(&lister->where, STR(" AND t._id IN ("));
        for (uint32_t i = 0; i < query->id_count; i++)
                buffer_format(&lister->where, "%s%lld", i ? ", " : "", (long long) query->ids[i]);
        buffer_add(&lister->where, query->id_count ? STR(")") : STR("NULL)"));
}

static void prepare(Lister *lister) {
        const RecordQuery *query = lister->query;
        uint32_t city = add_cell(lister, cell_text(query->city));
        buffer_format(&lister->where, " WHERE t._city = $%u", city);
        if (query->within.length) {      /* its own parameters: $1 the city, then limit, offset, county */
                (void) add_cell(lister, cell_integer(INT64_MAX));
                (void) add_cell(lister, cell_integer(0));
                (void) add_cell(lister, cell_integer(-1));
                buffer_format(&lister->where, " AND t._id IN (%.*s)", STR_ARG(query->within));
        }
        for (uint32_t i = 0; i < query->filter_count; i++)
                add_filter(lister, &query->filters[i]);
        if (query->search.length)
                add_search(lister, query->search);
        if (query->ids)
                add_ids(lister);
        lister->sort = query->sort;
        lister->descending = query->descending;
        if (query->sort == NONE) {
                lister->sort = lister->table->day;
                lister->descending = true;
        }
}

/* Rows with a known sort value behind the cursor (`known`), or those without one, by id. */
static Rc read_part(Database *database, const Lister *shared, bool known, const Cell *cursor, int64_t after_id, uint32_t limit,
                    RecordPage *page, uint32_t *capacity) {
        Lister lister = *shared;
        Arena *arena = lister.arena;
        const char *name = lister.sort == NONE ? "_id" : record_quoted(arena, lister.table->fields[lister.sort].name).data;
        const char *order = lister.descending ? "DESC" : "ASC", *beyond = lister.descending ? "<" : ">";
        Buffer sql = buffer_new(RECORD_STATEMENT_MAX);
        Statement *statement;
        /* its own parameters behind the shared ones */
        Cell *cells = ARENA_NEW(arena, Cell, lister.cell_count + 3);
        for (uint32_t i = 0; i < lister.cell_count; i++)
                cells[i] = lister.cells[i];
        uint32_t count = lister.cell_count;
        buffer_add(&sql, record_select(arena, lister.model, lister.table));
        buffer_add(&sql, buffer_str(&lister.where));
        if (lister.sort != NONE)
                buffer_format(&sql, " AND t.%s IS %sNULL", name, known ? "NOT " : "");
        if (known && cursor) {
                cells[count++] = *cursor;
                cells[count++] = cell_integer(after_id);
                buffer_format(&sql, " AND (t.%s, t._id) %s ($%u, $%u)", name, beyond, count - 1, count);
        } else if (after_id) {
                cells[count++] = cell_integer(after_id);
                buffer_format(&sql, " AND t._id %s $%u", beyond, count);
        }
        buffer_format(&sql, " ORDER BY ");
        if (known && lister.sort != NONE)
                buffer_format(&sql, "t.%s %s, ", name, order);
        /* a parameter: of a small number SQLite would conclude that sorting the whole table is cheap */
        cells[count++] = cell_integer(limit);
        buffer_format(&sql, "t._id %s LIMIT $%u", order, count);
        Rc rc = database_prepare(database, str_copy(arena, buffer_str(&sql)), &statement);
        buffer_free(&sql);
        if (rc == RC_OK)
                rc = statement_start(statement, cells, count);
        bool row = false;
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                record_read(statement, lister.table, arena, ARENA_PUSH(arena, page->records, page->count, *capacity));
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

static Rc count_rows(Database *database, const Lister *lister, int64_t *ret_total) {
        Statement *statement;
        Cell total;
        Str sql = str_format(lister->arena, "SELECT count(*) FROM (SELECT 1 FROM %s t%.*s LIMIT %d) few",
                             record_quoted(lister->arena, lister->table->name).data, STR_ARG(buffer_str(&lister->where)), COUNT_MAX + 1);
        Rc rc = database_prepare(database, sql, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, lister->cells, lister->cell_count, lister->arena, &total);
        if (rc == RC_OK)
                *ret_total = total.integer > COUNT_MAX ? -1 : total.integer;
        return rc;
}

static Rc read_page(Database *database, Lister *lister, RecordPage *page) {
        const RecordQuery *query = lister->query;
        uint32_t capacity = 0, limit = query->limit && query->limit < LIST_LIMIT_MAX ? query->limit : LIST_LIMIT_MAX;
        Record last = { 0 };
        Rc rc = RC_OK;
        if (query->after_id)
                rc = record_load(database, lister->model, lister->table, query->city, query->after_id, lister->arena, &last);
        if (rc != RC_OK)
                return rc;
        const Cell *cursor = query->after_id && lister->sort != NONE ? &last.cells[lister->sort] : NULL;
        bool in_known = !cursor || cursor->kind != CELL_NULL;
        if (in_known)
                rc = read_part(database, lister, true, cursor, query->after_id, limit + 1, page, &capacity);
        if (rc == RC_OK && lister->sort != NONE && page->count <= limit)
                rc = read_part(database, lister, false, NULL, in_known ? 0 : query->after_id, limit + 1 - page->count, page, &capacity);
        page->more = page->count > limit;
        page->count -= page->more;
        return rc;
}

Rc record_list(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, Arena *arena,
               RecordPage *ret_page) {
        Lister lister = { .model = model, .table = table, .query = query, .arena = arena, .where = buffer_new(RECORD_STATEMENT_MAX) };
        RecordPage page = { 0 };
        prepare(&lister);
        Rc rc = read_page(database, &lister, &page);
        if (rc == RC_OK)
                rc = count_rows(database, &lister, &page.total);
        buffer_free(&lister.where);
        if (rc == RC_OK)
                *ret_page = page;
        return rc;
}

static Rc read_counts(Statement *statement, const Lister *lister, uint32_t members, int64_t *counts) {
        bool row = false;
        Rc rc = statement_start(statement, lister->cells, lister->cell_count);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                Cell member = statement_cell(statement, 0);
                if (member.kind == CELL_INTEGER && member.integer >= 0 && member.integer < members)
                        counts[member.integer] = statement_cell(statement, 1).integer;
        }
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

Rc record_counts(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, uint32_t field,
                 uint32_t members, Arena *arena, int64_t **ret_counts) {
        MUST(field < table->field_count && table->fields[field].kind == FIELD_CODE);
        Lister lister = { .model = model, .table = table, .query = query, .arena = arena, .where = buffer_new(RECORD_STATEMENT_MAX) };
        int64_t *counts = ARENA_NEW(arena, int64_t, members);
        Statement *statement;
        prepare(&lister);
        const char *name = record_quoted(arena, table->fields[field].name).data;
        Str sql = str_format(arena, "SELECT t.%s, count(*) FROM %s t%.*s GROUP BY t.%s", name, record_quoted(arena, table->name).data,
                             STR_ARG(buffer_str(&lister.where)), name);
        Rc rc = database_prepare(database, sql, &statement);
        if (rc == RC_OK)
                rc = read_counts(statement, &lister, members, counts);
        buffer_free(&lister.where);
        if (rc == RC_OK)
                *ret_counts = counts;
        return rc;
}
