/* Lists: filters, one sort order, pages by key. What sorts and filters is chosen from the model; values are parameters.
 *
 * A page reads known values first, by the index of the sort field, then the rows where it is not known, by id: so that no
 * database sorts a million rows for one page, and the order is the same on both.
 *
 * Filters and search are answered in one of two ways, whichever their number of rows asks for; counting stops early, so that
 * to find it out is cheap:
 *   few     the rows that the smallest condition's index gives (the "driver"), tested for the others, sorted
 *   many    the order of the list is walked and tested: a page is full soon
 * A database's planner would have to guess that number; here the words of a statement leave it one index. */
#include "records/record_inside.h"

#define LIST_LIMIT_MAX 200
#define COUNT_MAX 10000
#define CARRIED_MOST 100000              /* rows of a driver whose index carries what is tested */
#define SAMPLE_MOST 30000                /* rows looked at for "more than so many" when no condition has few rows */

typedef enum PartKind { PART_ALL, PART_FACETS, PART_FIELD, PART_SEARCH } PartKind;

/* A condition that an index answers: all filters of a group of facets or of a field, the search, or the whole table. */
typedef struct Part {
        PartKind kind;
        uint32_t at;                     /* group, or field */
        int64_t  most;                   /* as a driver it may have so many rows */
} Part;

typedef struct Lister {
        Database          *database;
        const Model       *model;
        const RecordTable *table;
        const RecordQuery *query;
        Arena             *arena;
        Str                name;             /* of the table, quoted */
        Part              *parts;
        uint32_t           part_count;
        uint32_t          *part_of;          /* by filter; NONE: no index */
        bool               free;             /* rows are named: the database chooses its way */
        bool               single;           /* one condition, and an index answers it */
        const Part        *driver;           /* NULL: the order is walked */
        uint32_t           sort;             /* field, or NONE: by id */
        bool               descending;
} Lister;

/* A statement in the making, with its parameters. */
typedef struct Draft {
        const Lister *lister;
        Buffer        sql;
        Cell         *cells;
        uint32_t      count, capacity;
        bool          hidden;                /* columns are written so that SQLite takes no index for them */
} Draft;

/* The number of a new parameter. */
static uint32_t add_cell(Draft *draft, Cell cell) {
        *ARENA_PUSH(draft->lister->arena, draft->cells, draft->count, draft->capacity) = cell;
        return draft->count;
}

/* $1 is the city; what `within` says has its own parameters behind it: limit, offset, county. */
static Draft draft_new(const Lister *lister) {
        Draft draft = { .lister = lister, .sql = buffer_new(RECORD_STATEMENT_MAX) };
        (void) add_cell(&draft, cell_text(lister->query->city));
        if (lister->query->within.length) {
                (void) add_cell(&draft, cell_integer(INT64_MAX));
                (void) add_cell(&draft, cell_integer(0));
                (void) add_cell(&draft, cell_integer(-1));
        }
        return draft;
}

/* A column for a condition. */
static const char *column(const Draft *draft, Str name) {
        const Lister *lister = draft->lister;
        bool plus = draft->hidden && database_kind(lister->database) == DATABASE_SQLITE;
        return str_format(lister->arena, "%s%s", plus ? "+" : "", record_quoted(lister->arena, name).data).data;
}

/* What sorts, for a condition. */
static const char *sort_column(const Draft *draft) {
        const Lister *lister = draft->lister;
        return column(draft, lister->sort == NONE ? STR("_id") : lister->table->fields[lister->sort].name);
}

/* The table; with the index of the driver where SQLite, which knows a number's share of the rows and not that of a rare one,
 * would read the table instead. */
static const char *source(const Lister *lister, const Part *driver) {
        const RecordTable *table = lister->table;
        if (!driver || driver->kind != PART_FACETS || database_kind(lister->database) != DATABASE_SQLITE)
                return lister->name.data;
        uint32_t index = 0;
        while (!str_equal(table->indexes[index].expression, table->facets[driver->at].expression)) {
                index++;
                MUST(index < table->index_count);
        }
        return str_format(lister->arena, "%s INDEXED BY %s", lister->name.data,
                          record_quoted(lister->arena, table->indexes[index].name).data).data;
}

static Rc draft_prepare(Draft *draft, Statement **ret_statement) {
        Rc rc = database_prepare(draft->lister->database, str_copy(draft->lister->arena, buffer_str(&draft->sql)), ret_statement);
        buffer_free(&draft->sql);
        return rc;
}

/* Ends the draft. */
static Rc draft_count(Draft *draft, int64_t *ret_count) {
        Statement *statement;
        Cell count;
        Rc rc = draft_prepare(draft, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, draft->cells, draft->count, draft->lister->arena, &count);
        if (rc == RC_OK)
                *ret_count = count.integer;
        return rc;
}

/* ---- conditions -------------------------------------------------------------------------------------------- */

static void add_filter(Draft *draft, const Filter *filter) {
        static const char *const operators[] = { [FILTER_EQUAL] = "=", [FILTER_FROM] = ">=", [FILTER_TO] = "<=" };
        const char *name = column(draft, draft->lister->table->fields[filter->field].name);
        if (filter->kind == FILTER_UNKNOWN)
                buffer_format(&draft->sql, " AND %s IS NULL", name);
        else
                buffer_format(&draft->sql, " AND %s %s $%u", name, operators[filter->kind], add_cell(draft, filter->value));
}

/* What a search looks into: `at` counts from 0, the key, then the title and the fields with a check. */
static bool is_searched(const RecordTable *table, uint32_t at) {
        return at == 0 || at - 1 == table->title || table->fields[at - 1].check != CHECK_NONE;
}

/* Key or title begins with the text, or a number with a check is it: one condition, or, with a word that joins them, a SELECT for
 * each. */
static void add_search(Draft *draft, const char *join) {
        const Lister *lister = draft->lister;
        const RecordTable *table = lister->table;
        Str search = lister->query->search, end = str_format(lister->arena, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(search));
        uint32_t from = add_cell(draft, cell_text(search)), to = add_cell(draft, cell_text(end));
        for (uint32_t at = 0; at <= table->field_count; at++) {
                if (!is_searched(table, at))
                        continue;
                const char *name = column(draft, at ? table->fields[at - 1].name : STR("_key"));
                if (at)
                        buffer_format(&draft->sql, " %s ", join ? join : "OR");
                if (join)
                        buffer_format(&draft->sql, "SELECT _id FROM %s WHERE _city = $1 AND ", lister->name.data);
                if (at == 0 || at - 1 == table->title)
                        buffer_format(&draft->sql, "(%s >= $%u AND %s < $%u)", name, from, name, to);
                else
                        buffer_format(&draft->sql, "%s = $%u", name, from);
        }
}

static void add_ids(Draft *draft) {
        const RecordQuery *query = draft->lister->query;
        buffer_add(&draft->sql, STR(" AND _id IN ("));
        for (uint32_t i = 0; i < query->id_count; i++)
                buffer_format(&draft->sql, "%s%lld", i ? ", " : "", (long long) query->ids[i]);
        buffer_add(&draft->sql, query->id_count ? STR(")") : STR("NULL)"));
}

/* Whether the number of a group of facets is that of rows that pass its filters. */
static bool facets_pass(const Lister *lister, uint32_t part, uint32_t number) {
        const RecordFacets *facets = &lister->table->facets[lister->parts[part].at];
        for (uint32_t i = facets->field_count; i-- > 0;) {
                uint32_t radix = field_radix(lister->model->program, &lister->table->fields[facets->fields[i]]), digit = number % radix;
                number /= radix;
                for (uint32_t j = 0; j < lister->query->filter_count; j++) {
                        const Filter *filter = &lister->query->filters[j];
                        if (lister->part_of[j] == part && filter->field == facets->fields[i] &&
                            digit != (filter->kind == FILTER_UNKNOWN ? radix - 1 : (uint32_t) filter->value.integer))
                                return false;
                }
        }
        return true;
}

static void add_facets(Draft *draft, uint32_t part) {
        const Lister *lister = draft->lister;
        const RecordFacets *facets = &lister->table->facets[lister->parts[part].at];
        const char *between = "";
        buffer_format(&draft->sql, " AND (%.*s) IN (", STR_ARG(facets->expression));
        for (uint32_t number = 0; number < facets->size; number++)
                if (facets_pass(lister, part, number)) {
                        buffer_format(&draft->sql, "%s%u", between, number);
                        between = ", ";
                }
        buffer_add(&draft->sql, *between ? STR(")") : STR("NULL)"));
}

/* The driver, in the words that its index answers. */
static void add_driver(Draft *draft, const Part *driver) {
        const Lister *lister = draft->lister;
        uint32_t part = (uint32_t) (driver - lister->parts);
        draft->hidden = false;
        if (driver->kind == PART_FACETS)
                add_facets(draft, part);
        if (driver->kind == PART_SEARCH) {
                buffer_add(&draft->sql, STR(" AND _id IN ("));
                add_search(draft, "UNION");
                buffer_byte(&draft->sql, ')');
        }
        for (uint32_t i = 0; driver->kind == PART_FIELD && i < lister->query->filter_count; i++)
                if (lister->part_of[i] == part)
                        add_filter(draft, &lister->query->filters[i]);
        draft->hidden = true;
}

/* All conditions but the driver's. */
static void add_conditions(Draft *draft, const Part *driver) {
        const Lister *lister = draft->lister;
        const RecordQuery *query = lister->query;
        bool hidden = draft->hidden;
        if (query->within.length)
                buffer_format(&draft->sql, " AND _id IN (%.*s)", STR_ARG(query->within));
        for (uint32_t i = 0; i < query->filter_count; i++) {
                if (driver && lister->part_of[i] == (uint32_t) (driver - lister->parts))
                        continue;
                draft->hidden = hidden && (driver || query->filters[i].field != lister->sort);
                add_filter(draft, &query->filters[i]);
        }
        draft->hidden = hidden;
        if (query->search.length && (!driver || driver->kind != PART_SEARCH)) {
                buffer_add(&draft->sql, STR(" AND ("));
                add_search(draft, NULL);
                buffer_byte(&draft->sql, ')');
        }
        if (query->ids)
                add_ids(draft);
}

/* ---- how many rows, and what drives ------------------------------------------------------------------------ */

static bool is_choice(const Lister *lister, const Filter *filter) {
        const RecordField *field = &lister->table->fields[filter->field];
        if (field->kind != FIELD_TRUTH && field->kind != FIELD_CODE)
                return false;
        int64_t members = field_radix(lister->model->program, field) - 1;
        return filter->kind == FILTER_UNKNOWN ||
               (filter->kind == FILTER_EQUAL && filter->value.kind == CELL_INTEGER && filter->value.integer >= 0 &&
                filter->value.integer < members);
}

static uint32_t group_of(const RecordTable *table, uint32_t field) {
        uint32_t found = NONE;
        for (uint32_t i = 0; i < table->facets_count; i++)
                for (uint32_t j = 0; j < table->facets[i].field_count; j++)
                        if (table->facets[i].fields[j] == field)
                                found = i;
        MUST(found != NONE);
        return found;
}

static uint32_t add_part(Lister *lister, Part part) {
        for (uint32_t i = 0; i < lister->part_count; i++)
                if (lister->parts[i].kind == part.kind && lister->parts[i].at == part.at)
                        return i;
        lister->parts[lister->part_count] = part;
        return lister->part_count++;
}

static void find_parts(Lister *lister) {
        const RecordQuery *query = lister->query;
        const RecordTable *table = lister->table;
        uint32_t loose = 0;
        int64_t most = query->search.length ? COUNT_MAX : CARRIED_MOST;    /* the index of the day carries what pages filter by */
        lister->parts = ARENA_NEW(lister->arena, Part, query->filter_count + 2);
        lister->part_of = ARENA_NEW(lister->arena, uint32_t, query->filter_count + 1);
        for (uint32_t i = 0; i < query->filter_count; i++) {
                FieldKind kind = table->fields[query->filters[i].field].kind;
                if (kind != FIELD_TRUTH && kind != FIELD_CODE && kind != FIELD_DATE)
                        most = COUNT_MAX;
        }
        for (uint32_t i = 0; i < query->filter_count; i++) {
                uint32_t field = query->filters[i].field;
                lister->part_of[i] = NONE;
                if (is_choice(lister, &query->filters[i]))
                        lister->part_of[i] = add_part(lister, (Part){ PART_FACETS, group_of(table, field), COUNT_MAX });
                else if (table->fields[field].indexed)
                        lister->part_of[i] = add_part(lister, (Part){ PART_FIELD, field, field == table->day ? most : COUNT_MAX });
                else
                        loose++;
        }
        if (query->search.length)
                (void) add_part(lister, (Part){ PART_SEARCH, NONE, COUNT_MAX });
        lister->single = loose == 0 && lister->part_count <= 1;
        (void) add_part(lister, (Part){ PART_ALL, NONE, COUNT_MAX });
}

/* How many rows the part has, at most `most` and one; a row that a search finds twice counts twice. */
static Rc count_part(const Lister *lister, const Part *part, int64_t most, int64_t *ret_count) {
        Draft draft = draft_new(lister);
        buffer_add(&draft.sql, STR("SELECT count(*) FROM ("));
        if (part->kind == PART_SEARCH)
                add_search(&draft, "UNION ALL");
        else {
                buffer_format(&draft.sql, "SELECT 1 FROM %s WHERE _city = $1", source(lister, part));
                add_driver(&draft, part);
        }
        buffer_format(&draft.sql, " LIMIT $%u) few", add_cell(&draft, cell_integer(most + 1)));
        return draft_count(&draft, ret_count);
}

/* The smallest part that may drive; where one has few rows, nobody counts far into another. */
static Rc find_driver(Lister *lister, int64_t *ret_size) {
        static const int64_t rungs[] = { COUNT_MAX / 10, COUNT_MAX, CARRIED_MOST };
        Rc rc = RC_OK;
        for (size_t i = 0; rc == RC_OK && !lister->driver && i < (lister->query->uncounted ? 1 : ARRAY_LENGTH(rungs)); i++) {
                int64_t least = rungs[i] + 1, size;
                for (uint32_t j = 0; rc == RC_OK && j < lister->part_count; j++) {
                        const Part *part = &lister->parts[j];
                        if (part->most < rungs[i] || (lister->single && rungs[i] > COUNT_MAX))
                                continue;
                        rc = count_part(lister, part, rungs[i], &size);
                        if (rc == RC_OK && size < least) {
                                lister->driver = part;
                                *ret_size = least = size;
                        }
                }
        }
        return rc;
}

/* Rows that pass, at most COUNT_MAX and one. */
static Rc count_rows(const Lister *lister, int64_t *ret_count) {
        Draft draft = draft_new(lister);
        buffer_format(&draft.sql, "SELECT count(*) FROM (SELECT 1 FROM %s WHERE _city = $1", source(lister, lister->driver));
        if (lister->driver)
                add_driver(&draft, lister->driver);
        add_conditions(&draft, lister->driver);
        buffer_format(&draft.sql, " LIMIT $%u) few", add_cell(&draft, cell_integer(COUNT_MAX + 1)));
        return draft_count(&draft, ret_count);
}

/* Rows that pass among the newest; only what is tested is read, from the index of the day if there is no search. */
static Rc count_sample(const Lister *lister, int64_t *ret_count) {
        const RecordTable *table = lister->table;
        const RecordQuery *query = lister->query;
        Draft draft = draft_new(lister);
        Str day = table->day == NONE ? STR("_id") : table->fields[table->day].name;
        buffer_add(&draft.sql, STR("SELECT count(*) FROM (SELECT _id"));
        if (query->search.length)
                buffer_add(&draft.sql, STR(", _key"));
        for (uint32_t i = 0; i < table->field_count; i++) {
                bool tested = query->search.length && is_searched(table, i + 1);
                for (uint32_t j = 0; j < query->filter_count; j++)
                        tested = tested || query->filters[j].field == i;
                if (tested)
                        buffer_format(&draft.sql, ", %s", column(&draft, table->fields[i].name));
        }
        buffer_format(&draft.sql, " FROM %s WHERE _city = $1 AND %s IS NOT NULL ORDER BY %s DESC", lister->name.data, column(&draft, day),
                      column(&draft, day));
        if (table->day != NONE)
                buffer_add(&draft.sql, STR(", _id DESC"));
        buffer_format(&draft.sql, " LIMIT $%u) few WHERE _id = _id",
                      add_cell(&draft, cell_integer(query->search.length ? SAMPLE_MOST / 6 : SAMPLE_MOST)));
        add_conditions(&draft, NULL);
        return draft_count(&draft, ret_count);
}

/* Chooses between few and many. The total is what a page has. */
static Rc choose(Lister *lister, int64_t *ret_total) {
        const RecordQuery *query = lister->query;
        bool conditions = query->filter_count || query->search.length, sampled = false;
        int64_t count = COUNT_MAX + 1;
        Rc rc = RC_OK;
        if (!lister->free && conditions)
                rc = find_driver(lister, &count);
        if (rc == RC_OK && (lister->driver || ((lister->free || !conditions) && !query->uncounted)))
                rc = count_rows(lister, &count);
        else if (rc == RC_OK && !lister->single && !query->uncounted) {
                sampled = true;
                rc = count_sample(lister, &count);
        }
        if (rc != RC_OK)
                return rc;
        if (count > COUNT_MAX)                   /* many, after all */
                lister->driver = NULL;
        *ret_total = count > COUNT_MAX ? -COUNT_MAX : sampled ? -count : count;
        return RC_OK;
}

/* ---- pages ------------------------------------------------------------------------------------------------- */

/* The ids of a page in order: of rows with a known sort value behind the cursor (`known`), or of those without one. */
static void add_page(Draft *draft, bool known, const Cell *cursor, int64_t after_id, uint32_t limit) {
        const Lister *lister = draft->lister;
        Buffer *sql = &draft->sql;
        const char *order = lister->descending ? "DESC" : "ASC", *beyond = lister->descending ? "<" : ">";
        bool sorted = lister->sort != NONE, few = lister->driver != NULL;
        const char *name = sort_column(draft);
        if (few)
                buffer_format(sql, "SELECT _id FROM (SELECT _id%s%s FROM %s WHERE _city = $1", sorted ? ", " : "", sorted ? name : "",
                              source(lister, lister->driver));
        else
                buffer_format(sql, "SELECT _id FROM %s WHERE _city = $1", lister->name.data);
        draft->hidden = !lister->free;
        if (few)
                add_driver(draft, lister->driver);
        add_conditions(draft, lister->driver);
        draft->hidden = few;
        if (sorted)
                buffer_format(sql, " AND %s IS %sNULL", sort_column(draft), known ? "NOT " : "");
        if (known && cursor) {
                uint32_t value = add_cell(draft, *cursor), id = add_cell(draft, cell_integer(after_id));
                buffer_format(sql, " AND (%s, _id) %s ($%u, $%u)", sort_column(draft), beyond, value, id);
        } else if (after_id)
                buffer_format(sql, " AND %s %s $%u", column(draft, STR("_id")), beyond, add_cell(draft, cell_integer(after_id)));
        if (few)
                buffer_format(sql, " LIMIT $%u) few", add_cell(draft, cell_integer(COUNT_MAX)));
        buffer_add(sql, STR(" ORDER BY "));
        if (sorted && known)
                buffer_format(sql, "%s %s, ", name, order);
        /* a parameter: of a small number SQLite would conclude that sorting the whole table is cheap */
        buffer_format(sql, "_id %s LIMIT $%u", order, add_cell(draft, cell_integer(limit)));
}

static Rc read_part(const Lister *lister, bool known, const Cell *cursor, int64_t after_id, uint32_t limit, RecordPage *page,
                    uint32_t *capacity) {
        const char *order = lister->descending ? "DESC" : "ASC";
        Draft draft = draft_new(lister);
        Statement *statement;
        buffer_add(&draft.sql, record_select(lister->arena, lister->model, lister->table));
        buffer_add(&draft.sql, STR(" WHERE t._city = $1 AND t._id IN ("));
        add_page(&draft, known, cursor, after_id, limit);
        buffer_add(&draft.sql, STR(") ORDER BY "));
        /* an expression has no index: else SQLite would walk the whole order and look for the ids */
        if (known && lister->sort != NONE)
                buffer_format(&draft.sql, "COALESCE(t.%s, NULL) %s, ",
                              record_quoted(lister->arena, lister->table->fields[lister->sort].name).data, order);
        buffer_format(&draft.sql, "t._id + 0 %s", order);
        Rc rc = draft_prepare(&draft, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, draft.cells, draft.count);
        bool row = false;
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                record_read(statement, lister->table, lister->arena, ARENA_PUSH(lister->arena, page->records, page->count, *capacity));
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

static Rc read_page(const Lister *lister, RecordPage *page) {
        const RecordQuery *query = lister->query;
        uint32_t capacity = 0, limit = query->limit && query->limit < LIST_LIMIT_MAX ? query->limit : LIST_LIMIT_MAX;
        Record last = { 0 };
        Rc rc = RC_OK;
        if (query->after_id)
                rc = record_load(lister->database, lister->model, lister->table, query->city, query->after_id, lister->arena, &last);
        if (rc != RC_OK || page->total == 0)
                return rc;
        const Cell *cursor = query->after_id && lister->sort != NONE ? &last.cells[lister->sort] : NULL;
        bool in_known = !cursor || cursor->kind != CELL_NULL;
        if (in_known)
                rc = read_part(lister, true, cursor, query->after_id, limit + 1, page, &capacity);
        if (rc == RC_OK && lister->sort != NONE && page->count <= limit)
                rc = read_part(lister, false, NULL, in_known ? 0 : query->after_id, limit + 1 - page->count, page, &capacity);
        if (rc != RC_OK)
                return rc;
        page->more = page->count > limit;
        page->count -= page->more;
        if (page->total < 0 && !query->after_id && !page->more)          /* it was less than it seemed */
                page->total = page->count;
        else if (page->total < 0 && page->total > -(int64_t) page->count)
                page->total = -(int64_t) page->count;
        return RC_OK;
}

static Lister lister_new(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, Arena *arena) {
        Lister lister = {
                .database = database, .model = model, .table = table, .query = query, .arena = arena,
                .name = record_quoted(arena, table->name), .free = query->ids || query->within.length,
                .sort = query->sort == NONE ? table->day : query->sort, .descending = query->sort == NONE || query->descending,
        };
        for (uint32_t i = 0; i < query->filter_count; i++)
                MUST(query->filters[i].field < table->field_count);
        find_parts(&lister);
        return lister;
}

Rc record_list(Database *database, const Model *model, const RecordTable *table, const RecordQuery *query, Arena *arena,
               RecordPage *ret_page) {
        Lister lister = lister_new(database, model, table, query, arena);
        RecordPage page = { 0 };
        Rc rc = choose(&lister, &page.total);
        if (rc == RC_OK)
                rc = read_page(&lister, &page);
        if (rc == RC_OK)
                *ret_page = page;
        return rc;
}

static Rc read_counts(Draft *draft, uint32_t members, int64_t *counts) {
        Statement *statement;
        bool row = false;
        Rc rc = draft_prepare(draft, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, draft->cells, draft->count);
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
        Lister lister = lister_new(database, model, table, query, arena);
        Draft draft = draft_new(&lister);
        int64_t *counts = ARENA_NEW(arena, int64_t, members);
        const char *name = column(&draft, table->fields[field].name);
        buffer_format(&draft.sql, "SELECT %s, count(*) FROM %s WHERE _city = $1", name, lister.name.data);
        add_conditions(&draft, NULL);
        buffer_format(&draft.sql, " GROUP BY %s", name);
        Rc rc = read_counts(&draft, members, counts);
        if (rc == RC_OK)
                *ret_counts = counts;
        return rc;
}
