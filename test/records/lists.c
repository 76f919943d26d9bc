/* Lists against a plain reading of the same rows: every shape of a query, on more rows than lists count. */
#include "pack.h"

#include <stdlib.h>

#define ROWS 11500
#define QUERIES 120
#define FILTERS_MAX 3
#define PAGE_MOST 7
#define CHUNK 500

static const char *const truths[] = { "甲类", "乙类", "丙类", "丁类", "戊类", "己类", "庚类" };

typedef struct Crowd {
        Pack     pack;
        Record  *rows;
        uint32_t count;
        uint64_t random;
} Crowd;

static uint32_t draw(Crowd *crowd, uint32_t below) {
        crowd->random = crowd->random * 6364136223846793005u + 1442695040888963407u;
        return (uint32_t) (crowd->random >> 33) % below;
}

static Str wider_text(Arena *arena) {
        Buffer text CLEAN(buffer_free) = buffer_new(1u << 16);
        buffer_format(&text, "%.*s\n```leye\n事实 人.毕业日期：日期\n", STR_ARG(pack_text));
        for (size_t i = 0; i < ARRAY_LENGTH(truths); i++)
                buffer_format(&text, "事实 人.%s：真假\n", truths[i]);
        buffer_add(&text, STR("```\n"));
        return str_copy(arena, buffer_str(&text));
}

/* A cell of a row: some values are rare, some are missing, days and names have ties. */
static Cell cell_for(Crowd *crowd, const RecordField *field, uint32_t number) {
        Arena *arena = crowd->pack.world->arena;
        uint32_t drawn = draw(crowd, 1000);
        if (str_equal(field->name, STR("姓名")))
                return cell_text(str_format(arena, "甲%u", drawn / 4));
        if (str_equal(field->name, STR("手机号")))
                return drawn < 500 ? cell_text(str_format(arena, "138%08u", number / 2)) : cell_null();
        if (field->kind == FIELD_DATE)
                return drawn < 850 ? cell_integer(10000 + draw(crowd, 400)) : cell_null();
        if (field->kind == FIELD_CODE)
                return drawn < 3 ? cell_integer(2) : drawn < 990 ? cell_integer(drawn % 2) : cell_null();
        if (field->kind == FIELD_TRUTH)
                return drawn < 4 ? cell_null() : cell_integer(drawn > 30);
        return field->kind == FIELD_NUMBER ? cell_integer(drawn) : cell_null();
}

static void crowd_open(World *world, Crowd *crowd) {
        *crowd = (Crowd){ .random = 7, .rows = ARENA_NEW(world->arena, Record, ROWS), .count = ROWS };
        Pack *pack = &crowd->pack;
        pack_open(world, pack);
        /* the wider table is the old one, migrated */
        pack->model = pack_model(world->arena, wider_text(world->arena), &pack->compiled);
        assert_true(pack_migrate(world, pack->model, false) > 0);
        assert_int_equal(pack_migrate(world, pack->model, false), 0);
        const RecordTable *people = pack->people = model_table(pack->model, STR("人"));
        int64_t first = record_new_ids(ROWS);
        for (uint32_t i = 0; i < ROWS; i++) {
                Record *row = &crowd->rows[i];
                *row = (Record){ .id = first + i, .key = str_format(world->arena, "R%05u", i * 7919 % ROWS),
                                 .cells = ARENA_NEW(world->arena, Cell, people->field_count) };
                for (uint32_t j = 0; j < people->field_count; j++)
                        row->cells[j] = cell_for(crowd, &people->fields[j], i);
        }
        assert_int_equal(database_begin(world->database, true), RC_OK);
        for (uint32_t i = 0; i < ROWS; i += CHUNK)
                assert_int_equal(record_insert_many(world->database, people, &pack->change, crowd->rows + i, CHUNK, NULL), RC_OK);
        assert_int_equal(database_commit(world->database), RC_OK);
}

/* ---- the plain reading ------------------------------------------------------------------------------------------- */

static bool filter_passes(const Filter *filter, const Record *row) {
        Cell cell = row->cells[filter->field];
        if (filter->kind == FILTER_UNKNOWN || cell.kind == CELL_NULL)
                return filter->kind == FILTER_UNKNOWN && cell.kind == CELL_NULL;
        return filter->kind == FILTER_EQUAL  ? cell.integer == filter->value.integer
               : filter->kind == FILTER_FROM ? cell.integer >= filter->value.integer
                                             : cell.integer <= filter->value.integer;
}

static bool search_passes(const RecordTable *table, Str search, const Record *row) {
        bool found = search.length == 0 || str_starts(row->key, search);
        for (uint32_t i = 0; i < table->field_count; i++)
                if (row->cells[i].kind == CELL_TEXT)
                        found = found || (i == table->title && str_starts(row->cells[i].text, search)) ||
                                (table->fields[i].check != CHECK_NONE && str_equal(row->cells[i].text, search));
        return found;
}

typedef struct Order {
        uint32_t sort;
        bool     descending;
} Order;

static int compare_rows(const void *a, const void *b, void *context) {
        const Record *left = *(const Record *const *) a, *right = *(const Record *const *) b;
        const Order *order = context;
        Cell one = left->cells[order->sort], other = right->cells[order->sort];
        if ((one.kind == CELL_NULL) != (other.kind == CELL_NULL))
                return one.kind == CELL_NULL ? 1 : -1;
        int result = one.kind == CELL_TEXT ? str_compare(one.text, other.text)
                                           : (one.integer > other.integer) - (one.integer < other.integer);
        if (one.kind == CELL_NULL || result == 0)
                result = (left->id > right->id) - (left->id < right->id);
        return order->descending ? -result : result;
}

static uint32_t read_plainly(const Crowd *crowd, const RecordQuery *query, const Record **found) {
        const RecordTable *table = crowd->pack.people;
        uint32_t count = 0;
        for (uint32_t i = 0; i < crowd->count; i++) {
                bool passes = search_passes(table, query->search, &crowd->rows[i]);
                for (uint32_t j = 0; j < query->filter_count; j++)
                        passes = passes && filter_passes(&query->filters[j], &crowd->rows[i]);
                if (passes)
                        found[count++] = &crowd->rows[i];
        }
        Order order = { query->sort == NONE ? table->day : query->sort, query->sort == NONE || query->descending };
        qsort_r(found, count, sizeof *found, compare_rows, &order);
        return count;
}

/* ---- queries ------------------------------------------------------------------------------------------------------ */

/* The page behind the row `at` rows in (0: the first) is the plain reading's. */
static void expect_page(const Crowd *crowd, RecordQuery query, const Record *const *found, uint32_t count, uint32_t at) {
        const World *world = crowd->pack.world;
        RecordPage page;
        query.after_id = at ? found[at - 1]->id : 0;
        Rc rc = record_list(world->database, crowd->pack.model, crowd->pack.people, &query, world->arena, &page);
        if (rc != RC_OK)
                fail_msg("%s: %.*s", rc_name(rc), STR_ARG(database_message(world->database)));
        uint32_t wanted = count - at < query.limit ? count - at : query.limit;
        assert_int_equal(page.count, wanted);
        assert_int_equal(page.more, at + wanted < count);
        for (uint32_t i = 0; i < wanted; i++)
                assert_true(page.records[i].id == found[at + i]->id);
        /* what no small index answers may end with "so many and more" */
        bool counted = query.search.length == 0 || query.filter_count == 0;
        for (uint32_t i = 0; i < query.filter_count; i++)
                counted = counted && crowd->pack.people->fields[query.filters[i].field].kind != FIELD_NUMBER;
        if (query.uncounted)
                return;
        if (count > 10000 || (!counted && page.total < 0))
                assert_true(page.total < 0 && page.total >= -(int64_t) count);
        else
                assert_true(page.total == count);
}

static void expect_pages(const Crowd *crowd, RecordQuery query) {
        const Record **found = ARENA_NEW(crowd->pack.world->arena, const Record *, crowd->count);
        uint32_t count = read_plainly(crowd, &query, found), known = 0;
        uint32_t sort = query.sort == NONE ? crowd->pack.people->day : query.sort;
        while (known < count && found[known]->cells[sort].kind != CELL_NULL)
                known++;
        /* the front, around the last known value, the middle, the end */
        const uint32_t places[] = { 0, 1, known > 3 ? known - 3 : 0, known, known + 2, count / 3, count > 2 ? count - 2 : 0 };
        for (size_t i = 0; i < ARRAY_LENGTH(places); i++)
                if (places[i] <= count)
                        expect_page(crowd, query, found, count, places[i]);
        for (uint32_t at = 0; count <= 60 && at < count; at += query.limit)
                expect_page(crowd, query, found, count, at);
}

static Filter some_filter(Crowd *crowd) {
        const RecordTable *table = crowd->pack.people;
        Filter filter = { .field = draw(crowd, table->field_count) };
        const RecordField *field = &table->fields[filter.field];
        while (field->kind == FIELD_TEXT || field->kind == FIELD_LINK) {
                filter.field = draw(crowd, table->field_count);
                field = &table->fields[filter.field];
        }
        filter.kind = draw(crowd, 5) == 0 ? FILTER_UNKNOWN : FILTER_EQUAL;
        if (filter.kind == FILTER_EQUAL && (field->kind == FIELD_DATE || field->kind == FIELD_NUMBER))
                filter.kind = draw(crowd, 2) ? FILTER_FROM : FILTER_TO;
        filter.value = cell_integer(field->kind == FIELD_TRUTH  ? draw(crowd, 2)
                                    : field->kind == FIELD_CODE ? draw(crowd, 4)
                                    : field->kind == FIELD_DATE ? 10000 + draw(crowd, 400)
                                                                : draw(crowd, 1000));
        return filter;
}

static void case_queries(World *world) {
        static const char *const searches[] = { "", "", "", "甲", "甲1", "R", "R007", "R00042", "甲%", "13800000021", "没有这个" };
        Crowd crowd;
        crowd_open(world, &crowd);
        const RecordTable *table = crowd.pack.people;
        for (uint32_t i = 0; i < QUERIES; i++) {
                Filter filters[FILTERS_MAX];
                RecordQuery query = { .city = PACK_CITY, .filters = filters, .sort = NONE, .limit = 1 + draw(&crowd, PAGE_MOST) };
                query.filter_count = i % (FILTERS_MAX + 1);
                query.uncounted = draw(&crowd, 6) == 0;
                query.search = str_from(searches[draw(&crowd, ARRAY_LENGTH(searches))]);
                for (uint32_t j = 0; j < query.filter_count; j++)
                        filters[j] = some_filter(&crowd);
                if (draw(&crowd, 2)) {
                        query.sort = draw(&crowd, table->field_count);
                        query.descending = draw(&crowd, 2);
                }
                expect_pages(&crowd, query);
        }
}

/* Each value of each truth and code, and none: the indexes of facets know them all. */
static void case_values(World *world) {
        Crowd crowd;
        crowd_open(world, &crowd);
        const RecordTable *table = crowd.pack.people;
        assert_true(table->facets_count >= 2);
        for (uint32_t i = 0; i < table->field_count; i++) {
                const RecordField *field = &table->fields[i];
                if (field->kind != FIELD_TRUTH && field->kind != FIELD_CODE)
                        continue;
                for (int64_t value = -1; value <= 3; value++) {
                        Filter filter = { .field = i, .kind = value < 0 ? FILTER_UNKNOWN : FILTER_EQUAL, .value = cell_integer(value) };
                        if (value <= 1 || field->kind == FIELD_CODE)
                                expect_pages(&crowd, (RecordQuery){ .city = PACK_CITY, .filters = &filter, .filter_count = 1, .sort = NONE,
                                                                    .limit = 5 });
                }
        }
}

int main(int argc, char **argv) {
        static const WorldCase cases[] = {
                { "queries", case_queries, true, true },
                { "values", case_values, true, true },
                { NULL, NULL, false, false },
        };
        return world_run(cases, argc, argv);
}
