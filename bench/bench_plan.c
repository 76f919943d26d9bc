/* Usage: bench_plan [--rounds N] [--json] [--cpu] [--each] [--only boards | targets | lists] CITY_FOLDER DATABASE
 *
 * Measures what the pages of the plan wait for, on a city's records in SQLite (leye init, leye demo): the board of the city and
 * of a county as a page loads it, everything the board can show, a target in full, list pages of the largest table by every
 * sort and filter a page offers, near the front and deep inside, searches, and a period close that is taken back. Medians, and
 * for lists the 95th percentile, by the clock or, with --cpu, in
 * processor time. --each says how long every target takes. */
#include "city/pack.h"
#include "database/named.h"
#include "insight/board.h"
#include "insight/ledger.h"
#include "records/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 99
#define TIMES_MAX 20000
#define ARENA_MAX ((size_t) 2 << 30)
#define PAGE 50

typedef struct Bench {
        Plan     plan;
        int32_t  day;
        uint32_t rounds;
        bool     json, each;
        clockid_t clock;
        const char *only;                /* NULL: everything */
        int64_t *times;
        uint32_t time_count;
} Bench;

static int64_t clock_now(const Bench *bench) {
        struct timespec time = { 0 };
        MUST(clock_gettime(bench->clock, &time) == 0);
        return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

static int compare_times(const void *a, const void *b) {
        const int64_t *left = a, *right = b;
        return (*left > *right) - (*left < *right);
}

static void take_time(Bench *bench, int64_t started) {
        MUST(bench->time_count < TIMES_MAX);
        bench->times[bench->time_count++] = clock_now(bench) - started;
}

/* Says the median and the 95th percentile of the times taken, and starts anew. */
static void tell(Bench *bench, const char *name) {
        uint32_t count = bench->time_count;
        MUST(count > 0);
        qsort(bench->times, count, sizeof *bench->times, compare_times);
        long long median = bench->times[count / 2] / 1000, high = bench->times[(count * 95 - 1) / 100] / 1000;
        long long most = bench->times[count - 1] / 1000;
        if (bench->json)
                printf("{\"plan\": \"%s\", \"times\": %u, \"median_us\": %lld, \"p95_us\": %lld, \"most_us\": %lld}\n", name, count, median,
                       high, most);
        else
                printf("%-48s %6u  median %8lld us  p95 %8lld us  most %8lld us\n", name, count, median, high, most);
        bench->time_count = 0;
        (void) fflush(stdout);
}

/* ---- figures ----------------------------------------------------------------------------------------------- */

static uint32_t counties_of(const Bench *bench) {
        return bench->plan.counties == NONE ? 0 : bench->plan.model->program->enumerations[bench->plan.counties].member_count;
}

static void load_board(const Bench *bench, int64_t county) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(ARENA_MAX);
        Board board;
        MUST(board_load(&bench->plan, NONE, bench->day, county, arena, &board) == RC_OK && board.state_count > 0);
}

/* As if rows of the table had been changed (NONE: of all tables): what was counted from them is old. */
static void touch(const Bench *bench, uint32_t table) {
        for (uint32_t i = 0; i < bench->plan.model->table_count; i++)
                if (table == NONE || table == i)
                        MUST(record_changed(bench->plan.database, bench->plan.city, &bench->plan.model->tables[i]) == RC_OK);
}

static void measure_city(Bench *bench) {
        for (uint32_t round = 0; round < bench->rounds; round++) {
                touch(bench, NONE);
                int64_t started = clock_now(bench);
                load_board(bench, -1);
                take_time(bench, started);
        }
        tell(bench, "board of the city, all counted");
}

/* One county after another: all counted, after a change in one of the tables (each in turn), and with nothing changed. */
static void measure_counties(Bench *bench) {
        uint32_t counties = counties_of(bench), tables = bench->plan.model->table_count;
        for (uint32_t county = 0; county < counties; county++) {
                touch(bench, NONE);
                int64_t started = clock_now(bench);
                load_board(bench, county);
                take_time(bench, started);
        }
        tell(bench, "board of a county, all counted");
        for (uint32_t table = 0; table < tables; table++)
                for (uint32_t round = 0; round < bench->rounds; round++) {
                        uint32_t county = round % counties;
                        load_board(bench, county);
                        touch(bench, table);
                        int64_t started = clock_now(bench);
                        load_board(bench, county);
                        take_time(bench, started);
                }
        tell(bench, "board of a county, a table just changed");
        for (uint32_t county = 0; county < counties; county++) {
                load_board(bench, county);
                int64_t started = clock_now(bench);
                load_board(bench, county);
                take_time(bench, started);
        }
        tell(bench, "board of a county, nothing changed");
}

static void measure_boards(Bench *bench) {
        load_board(bench, -1);
        measure_city(bench);
        for (uint32_t round = 0; round < bench->rounds; round++) {
                touch(bench, NONE);
                int64_t started = clock_now(bench);
                for (int64_t county = -1; county < counties_of(bench); county++)
                        load_board(bench, county);
                take_time(bench, started);
        }
        tell(bench, "boards of the city and of every county");
        if (counties_of(bench))
                measure_counties(bench);
}

static void measure_targets(Bench *bench, bool each) {
        const Program *program = bench->plan.model->program;
        for (uint32_t i = 0; i < program->target_count; i++) {
                for (uint32_t round = 0; round < (each ? bench->rounds : 1); round++) {
                        Arena *arena CLEAN(arena_cleanup) = arena_new(ARENA_MAX);
                        TargetDetail detail;
                        int64_t started = clock_now(bench);
                        MUST(target_load(&bench->plan, i, bench->day, arena, &detail) == RC_OK);
                        take_time(bench, started);
                }
                if (each) {
                        const Target *target = &program->targets[i];
                        printf("%.*s / %.*s: ", STR_ARG(target->name), STR_ARG(program->indicators[target->indicator].name));
                        tell(bench, "");
                }
        }
        if (!each)
                tell(bench, "a target in full");
}

/* ---- lists ------------------------------------------------------------------------------------------------- */

typedef struct Lists {
        Bench             *bench;
        const RecordTable *table;
        int64_t           *deep;         /* ids of rows spread over the table */
        uint32_t           deep_count;
        int64_t            worst;
        char               worst_name[300];
} Lists;

static void read_page(Lists *lists, RecordQuery query, const char *what, Str field) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(ARENA_MAX);
        RecordPage page;
        query.city = lists->bench->plan.city;
        query.limit = PAGE;
        int64_t started = clock_now(lists->bench);
        MUST(record_list(lists->bench->plan.database, lists->bench->plan.model, lists->table, &query, arena, &page) == RC_OK);
        take_time(lists->bench, started);
        int64_t taken = lists->bench->times[lists->bench->time_count - 1];
        if (taken > lists->worst) {
                lists->worst = taken;
                (void) snprintf(lists->worst_name, sizeof lists->worst_name, "%s %.*s", what, STR_ARG(field));
        }
}

static void read_pages(Lists *lists, RecordQuery query, const char *what, Str field) {
        query.after_id = 0;
        read_page(lists, query, what, field);
        for (uint32_t i = 0; i < lists->deep_count; i++) {
                query.after_id = lists->deep[i];
                read_page(lists, query, what, field);
        }
}

/* Rows a list may stop at: some near the front, some deep, some without the value it is sorted by. */
static void choose_deep(Lists *lists, uint32_t sort) {
        static const uint64_t parts[] = { 1, 300, 700, 995 };
        const Bench *bench = lists->bench;
        const RecordTable *table = lists->table;
        Arena *arena CLEAN(arena_cleanup) = arena_new(ARENA_MAX);
        Statement *statement;
        Cell id, rows;
        Str name = sort == NONE ? STR("_id") : table->fields[sort].name;
        Str count = str_format(arena, "SELECT count(*) FROM \"%.*s\"", STR_ARG(table->name));
        Str sql = str_format(arena, "SELECT _id FROM \"%.*s\" WHERE _city = $1 ORDER BY \"%.*s\" LIMIT 1 OFFSET $2",
                         STR_ARG(table->name), STR_ARG(name));
        MUST(database_prepare(bench->plan.database, count, &statement) == RC_OK &&
                     statement_one(statement, NULL, 0, arena, &rows) == RC_OK);
        lists->deep_count = 0;
        for (uint32_t i = 0; i < ARRAY_LENGTH(parts); i++) {
                Cell cells[] = { cell_text(bench->plan.city), cell_integer((int64_t) ((uint64_t) rows.integer * parts[i] / 1000)) };
                MUST(database_prepare(bench->plan.database, sql, &statement) == RC_OK);
                if (statement_one(statement, cells, ARRAY_LENGTH(cells), arena, &id) == RC_OK)
                        lists->deep[lists->deep_count++] = id.integer;
        }
}

static const RecordTable *largest_table(const Bench *bench) {
        const RecordTable *largest = NULL;
        int64_t most = -1;
        for (uint32_t i = 0; i < bench->plan.model->table_count; i++) {
                Arena *arena CLEAN(arena_cleanup) = arena_new(1u << 20);
                const RecordTable *table = &bench->plan.model->tables[i];
                Statement *statement;
                Cell rows;
                Str sql = str_format(arena, "SELECT count(*) FROM \"%.*s\"", STR_ARG(table->name));
                MUST(database_prepare(bench->plan.database, sql, &statement) == RC_OK &&
                     statement_one(statement, NULL, 0, arena, &rows) == RC_OK);
                if (rows.integer > most) {
                        most = rows.integer;
                        largest = table;
                }
        }
        MUST(largest != NULL);
        (void) fprintf(stderr, "bench_plan: lists of %.*s, %lld rows\n", STR_ARG(largest->name), (long long) most);
        return largest;
}

static void read_sorts(Lists *lists) {
        read_pages(lists, (RecordQuery){ .sort = NONE }, "newest first", (Str){ 0 });
        for (uint32_t i = 0; i < lists->table->field_count; i++) {
                const RecordField *field = &lists->table->fields[i];
                if (!field->indexed || field->kind == FIELD_LINK)
                        continue;
                choose_deep(lists, i);
                read_pages(lists, (RecordQuery){ .sort = i }, "sorted by", field->name);
                read_pages(lists, (RecordQuery){ .sort = i, .descending = true }, "sorted down by", field->name);
        }
        choose_deep(lists, NONE);
}

/* What the page of a list offers: every member of an enumeration, truths, unknown, spans of days. */
static void read_filters(Lists *lists) {
        const Program *program = lists->bench->plan.model->program;
        for (uint32_t i = 0; i < lists->table->field_count; i++) {
                const RecordField *field = &lists->table->fields[i];
                Filter filters[2] = { { .field = i, .kind = FILTER_UNKNOWN }, { .field = i, .kind = FILTER_TO } };
                RecordQuery query = { .filters = filters, .filter_count = 1, .sort = NONE };
                if (field->kind != FIELD_DATE && field->kind != FIELD_CODE && field->kind != FIELD_TRUTH)
                        continue;
                read_pages(lists, query, "unknown", field->name);
                int64_t members = field->kind == FIELD_TRUTH ? 2 : 0;
                if (field->kind == FIELD_CODE)
                        members = program->enumerations[field->type.of].member_count;
                filters[0].kind = FILTER_EQUAL;
                for (int64_t member = 0; member < members; member++) {
                        filters[0].value = cell_integer(member);
                        read_pages(lists, query, "filtered by", field->name);
                }
                if (field->kind != FIELD_DATE)
                        continue;
                filters[0].kind = FILTER_FROM;
                query.filter_count = 2;
                for (int32_t span = 7; span < 30000; span *= 8) {
                        filters[0].value = cell_integer(lists->bench->day - span);
                        filters[1].value = cell_integer(lists->bench->day - span / 2);
                        read_pages(lists, query, "days of", field->name);
                }
        }
}

static void read_searches(Lists *lists) {
        static const char *const texts[] = { "张", "王小", "李", "R", "R1", "330302", "没有这个人", "𰻝" };
        for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
                read_pages(lists, (RecordQuery){ .search = str_from(texts[i]), .sort = NONE }, "search", str_from(texts[i]));
}

/* Some filter of a page, drawn; false for a field that has none. */
static bool draw_filter(const Lists *lists, uint64_t *random, Filter *filter) {
        *random = *random * 6364136223846793005u + 1442695040888963407u;
        uint64_t drawn = *random >> 20;
        *filter = (Filter){ .field = (uint32_t) (drawn % lists->table->field_count), .kind = FILTER_EQUAL };
        const RecordField *field = &lists->table->fields[filter->field];
        drawn = (drawn / lists->table->field_count) % 1000;
        if (drawn < 100)
                filter->kind = FILTER_UNKNOWN;
        else if (field->kind == FIELD_DATE) {
                filter->kind = drawn % 2 ? FILTER_FROM : FILTER_TO;
                filter->value = cell_integer(lists->bench->day - (int32_t) drawn * 20);
        } else {
                const Program *program = lists->bench->plan.model->program;
                uint32_t members = field->kind == FIELD_CODE ? program->enumerations[field->type.of].member_count : 2;
                filter->value = cell_integer((int64_t) (drawn % members));
        }
        return field->kind == FIELD_DATE || field->kind == FIELD_CODE || field->kind == FIELD_TRUTH;
}

#define PAIRS 50

/* Two or three filters at once. */
static void read_filter_pairs(Lists *lists) {
        uint64_t random = 1;
        for (uint32_t i = 0; i < PAIRS; i++) {
                Filter filters[3];
                uint32_t count = 0;
                while (count < 2 + i % 2)
                        count += draw_filter(lists, &random, &filters[count]);
                read_pages(lists, (RecordQuery){ .filters = filters, .filter_count = count, .sort = NONE }, "filters, the last",
                           lists->table->fields[filters[count - 1].field].name);
        }
}

static void read_filter_sorts(Lists *lists) {
        uint64_t random = 2;
        for (uint32_t i = 0; i < lists->table->field_count; i++)
                for (uint32_t j = 0; lists->table->fields[i].indexed && lists->table->fields[i].kind != FIELD_LINK && j < PAIRS / 7; j++) {
                        Filter filter;
                        while (!draw_filter(lists, &random, &filter))
                                ;
                        read_pages(lists, (RecordQuery){ .filters = &filter, .filter_count = 1, .sort = i, .descending = j % 2 },
                                   "filtered and sorted by", lists->table->fields[i].name);
                }
}

static void read_search_filters(Lists *lists) {
        static const char *const texts[] = { "张", "王小", "R", "SF000", "没有这个人" };
        uint64_t random = 3;
        for (uint32_t i = 0; i < PAIRS; i++) {
                Filter filter;
                while (!draw_filter(lists, &random, &filter))
                        ;
                Str text = str_from(texts[i % ARRAY_LENGTH(texts)]);
                read_pages(lists, (RecordQuery){ .filters = &filter, .filter_count = 1, .search = text, .sort = NONE }, "filter and search",
                           text);
        }
}

static void measure_lists(Bench *bench) {
        static const struct {
                const char *name;
                void (*read)(Lists *lists);
        } kinds[] = { { "list, every sort", read_sorts }, { "list, every filter", read_filters }, { "list, searches", read_searches },
                    { "list, several filters", read_filter_pairs }, { "list, a filter and a sort", read_filter_sorts },
                    { "list, a filter and a search", read_search_filters } };
        Lists lists = { .bench = bench, .table = largest_table(bench), .deep = calloc(8, sizeof(int64_t)) };
        MUST(lists.deep != NULL);
        choose_deep(&lists, NONE);
        for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
                lists.worst = 0;
                kinds[i].read(&lists);           /* a first round warms up */
                bench->time_count = 0;
                lists.worst = 0;
                for (uint32_t round = 0; round < 2; round++)
                        kinds[i].read(&lists);
                tell(bench, kinds[i].name);
                (void) fprintf(stderr, "bench_plan: slowest: %s, %lld us\n", lists.worst_name, (long long) lists.worst / 1000);
        }
        free(lists.deep);
}

/* ---- the whole --------------------------------------------------------------------------------------------- */

static bool is_wanted(const Bench *bench, const char *part) {
        return bench->only == NULL || strcmp(bench->only, part) == 0;
}

static void measure(Bench *bench, Str city_folder, Str file) {
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        Arena *arena CLEAN(arena_cleanup) = arena_new(ARENA_MAX);
        Database *database CLEAN(database_cleanup) = NULL;
        Str why, day;
        MUST(pack_load(pack, city_folder, &(PackOptions){ .demonstration = false }) == RC_OK);
        DatabaseOptions opening = { .place = str_format(arena, "sqlite:%.*s", STR_ARG(file)) };
        MUST(database_open(&opening, arena, &database, &why) == RC_OK);
        bench->plan = plan_new(database, model_new(&pack->program, arena), pack->name, pack->hash);
        MUST(plan_setting(&bench->plan, STR("board_day"), arena, &day) == RC_OK && date_parse(day, &bench->day));
        if (is_wanted(bench, "boards"))
                measure_boards(bench);
        if (is_wanted(bench, "targets"))
                measure_targets(bench, bench->each);
        if (is_wanted(bench, "lists"))
                measure_lists(bench);
}

int main(int count, char **arguments) {
        const char *places[2] = { NULL, NULL };
        int64_t     rounds = 7;
        bool        good = true;
        uint32_t    place_count = 0;
        Bench       bench = { .times = calloc(TIMES_MAX, sizeof(int64_t)), .clock = CLOCK_MONOTONIC };
        for (int i = 1; i < count && good; i++) {
                if (strcmp(arguments[i], "--json") == 0)
                        bench.json = true;
                else if (strcmp(arguments[i], "--each") == 0)
                        bench.each = true;
                else if (strcmp(arguments[i], "--cpu") == 0)
                        bench.clock = CLOCK_PROCESS_CPUTIME_ID;
                else if (strcmp(arguments[i], "--only") == 0 && i + 1 < count)
                        bench.only = arguments[++i];
                else if (strcmp(arguments[i], "--rounds") == 0 && i + 1 < count)
                        good = str_to_int(str_from(arguments[++i]), &rounds) && rounds > 0 && rounds <= ROUNDS_MAX;
                else if (arguments[i][0] != '-' && place_count < 2)
                        places[place_count++] = arguments[i];
                else
                        good = false;
        }
        if (!good || place_count != 2) {
                (void) fprintf(stderr, "usage: bench_plan [--rounds N] [--json] [--cpu] [--each] [--only PART] CITY_FOLDER DATABASE\n");
                return 2;
        }
        MUST(bench.times != NULL);
        bench.rounds = (uint32_t) rounds;
        measure(&bench, str_from(places[0]), str_from(places[1]));
        free(bench.times);
        return EXIT_SUCCESS;
}
