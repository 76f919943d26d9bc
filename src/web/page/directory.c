/* Turns a directory of the pack and the records of the city into a page; only the columns that the pack names are read. */
#include "web/page/directory.h"

#include "base/date.h"
#include "city/outline.h"
#include "web/markup.h"

#define PAGE_ROWS 30
#define SHADES 4
#define CELL_MAX 65536

typedef struct Asker {
        Visit             *visit;
        DirectoryView     *view;
        const RecordTable *table;
        Filter            *filters;      /* those chosen */
        uint32_t           filter_count;
        int32_t            day;
} Asker;

/* Where invented records have a day of their own, they are shown as on that day. */
static int32_t directory_day(Visit *visit) {
        Str day;
        int32_t days;
        if (visit->demonstration_data && plan_setting(&visit->plan, STR("board_day"), visit->arena, &day) == RC_OK &&
            date_parse(day, &days))
                return days;
        return visit_date(visit);
}

/* RC_OK with *ret_open false: the city keeps no records, and the page says so. */
static Rc open_records(Visit *visit, bool *ret_open) {
        Rc rc = visit_plan(visit);
        *ret_open = rc == RC_OK;
        return rc == RC_MISSING ? RC_OK : rc;
}

static DirectoryQuery query_of(const Asker *asker, int64_t after) {
        return (DirectoryQuery){ .directory = asker->view->directory, .day = asker->day, .filters = asker->filters,
                                 .filter_count = asker->filter_count, .limit = PAGE_ROWS, .after_id = after };
}

static Str total_text(Arena *arena, int64_t total) {
        return total < 0 ? STR("超过 1 万") : str_format(arena, "%lld", (long long) total);
}

/* ---- filters ------------------------------------------------------------------------------------------- */

/* What the address asks of one filter. RC_INVALID: no member of its enumeration. */
static Rc read_filter(Asker *asker, DirectoryFilter *filter, const RecordField *field) {
        Str text = form_text(&asker->visit->query, filter->id);
        const Enumeration *enumeration = &asker->visit->city->pack->program.enumerations[field->type.of];
        filter->chosen = -1;
        if (text.length == 0)
                return RC_OK;
        if (!str_to_int(text, &filter->chosen) || filter->chosen < 0 || filter->chosen >= enumeration->member_count)
                return RC_INVALID;
        asker->filters[asker->filter_count++] = (Filter){ filter->field, FILTER_EQUAL, cell_integer(filter->chosen) };
        asker->view->filtered = true;
        return RC_OK;
}

static Rc read_filters(Asker *asker) {
        DirectoryView *view = asker->view;
        const Directory *directory = view->directory;
        Arena *arena = asker->visit->arena;
        view->filters = ARENA_NEW(arena, DirectoryFilter, directory->filter_count);
        asker->filters = ARENA_NEW(arena, Filter, directory->filter_count);
        for (uint32_t i = 0; i < directory->filter_count; i++) {
                uint32_t field = directory_field(asker->table, directory->filters[i]);
                if (field == NONE || asker->table->fields[field].kind != FIELD_CODE)
                        continue;
                DirectoryFilter *filter = &view->filters[view->filter_count++];
                *filter = (DirectoryFilter){
                        .name = asker->table->fields[field].name, .id = str_format(arena, "f%u", i + 1), .field = field,
                };
                Rc rc = read_filter(asker, filter, &asker->table->fields[field]);
                if (rc != RC_OK)
                        return rc;
        }
        return RC_OK;
}

/* Counts of one filter's members, under all other filters. */
static Rc count_choices(const Asker *asker, DirectoryFilter *filter) {
        Arena *arena = asker->visit->arena;
        const Enumeration *enumeration =
                &asker->visit->city->pack->program.enumerations[asker->table->fields[filter->field].type.of];
        Filter *others = ARENA_NEW(arena, Filter, asker->filter_count);
        DirectoryQuery query = query_of(asker, 0);
        int64_t *counts;
        query.filters = others;
        query.filter_count = 0;
        for (uint32_t i = 0; i < asker->filter_count; i++)
                if (asker->filters[i].field != filter->field)
                        others[query.filter_count++] = asker->filters[i];
        Rc rc = directory_counts(&asker->visit->plan, &query, filter->field, enumeration->member_count, arena, &counts);
        if (rc != RC_OK)
                return rc;
        filter->choices = ARENA_NEW(arena, FilterChoice, enumeration->member_count);
        for (uint32_t i = 0; i < enumeration->member_count; i++)
                if (counts[i] > 0 || filter->chosen == i || filter->field == asker->table->county)
                        filter->choices[filter->choice_count++] =
                                (FilterChoice){ enumeration->members[i], i, counts[i], filter->chosen == i };
        return RC_OK;
}

/* ---- the map ------------------------------------------------------------------------------------------- */

static void fill_map(Asker *asker, const DirectoryFilter *filter) {
        TileMap *map = &asker->view->map;
        int64_t most = 1;
        map->title = STR("各区县的条数");
        map->tiles = ARENA_NEW(asker->visit->arena, Tile, filter->choice_count);
        for (uint32_t i = 0; i < filter->choice_count; i++)
                most = filter->choices[i].count > most ? filter->choices[i].count : most;
        for (uint32_t i = 0; i < filter->choice_count; i++) {
                const FilterChoice *choice = &filter->choices[i];
                map->tiles[map->count++] = (Tile){
                        .name = choice->name, .figure = str_format(asker->visit->arena, "%lld 条", (long long) choice->count),
                        .code = choice->code, .chosen = choice->chosen, .shade = (uint32_t) ((choice->count * SHADES + most - 1) / most),
                };
        }
}

/* Where a tile leads: to its county, with all other filters. */
static Str map_query(const Asker *asker) {
        Buffer out CLEAN(buffer_free) = buffer_new(CELL_MAX);
        markup_url(&out, asker->visit->city->pack->name);
        buffer_add(&out, STR("/n/"));
        markup_url(&out, asker->view->directory->name);
        buffer_byte(&out, '?');
        Str county = { 0 };
        for (uint32_t i = 0; i < asker->view->filter_count; i++) {
                const DirectoryFilter *filter = &asker->view->filters[i];
                if (filter->field == asker->table->county)
                        county = filter->id;
                else if (filter->chosen >= 0)
                        buffer_format(&out, "%.*s=%lld&", STR_ARG(filter->id), (long long) filter->chosen);
        }
        buffer_format(&out, "%.*s=", STR_ARG(county));
        return str_copy(asker->visit->arena, buffer_str(&out));
}

static Rc fill_choices(Asker *asker) {
        Arena *arena = asker->visit->arena;
        for (uint32_t i = 0; i < asker->view->filter_count; i++) {
                DirectoryFilter *filter = &asker->view->filters[i];
                Rc rc = count_choices(asker, filter);
                if (rc != RC_OK)
                        return rc;
                if (filter->field == asker->table->county)
                        fill_map(asker, filter);
                if (filter->chosen >= 0)
                        asker->view->page_query = str_format(arena, "%.*s%.*s=%lld&", STR_ARG(asker->view->page_query), STR_ARG(filter->id),
                                                             (long long) filter->chosen);
        }
        asker->view->map.query = map_query(asker);
        return RC_OK;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

static Str cell_words(const Asker *asker, const Record *record, uint32_t field) {
        Buffer out CLEAN(buffer_free) = buffer_new(CELL_MAX);
        field_print(&asker->visit->city->pack->program, &asker->table->fields[field], record->cells[field], true, &out);
        return str_copy(asker->visit->arena, buffer_str(&out));
}

/* The first column names the entry. */
static DirectoryRow row_of(const Asker *asker, const Record *record) {
        const Directory *directory = asker->view->directory;
        DirectoryRow row = { .cells = ARENA_NEW(asker->visit->arena, DirectoryCell, directory->column_count) };
        for (uint32_t i = 0; i < directory->column_count; i++) {
                uint32_t field = directory_field(asker->table, directory->columns[i]);
                Str value = field == NONE ? (Str){ 0 } : cell_words(asker, record, field);
                if (row.title.length == 0 && i == 0)
                        row.title = value.length ? value : STR("（没有写名称）");
                else if (value.length)
                        row.cells[row.cell_count++] = (DirectoryCell){ asker->table->fields[field].name, value };
        }
        return row;
}

static Rc fill_rows(Asker *asker, int64_t after) {
        DirectoryView *view = asker->view;
        DirectoryQuery query = query_of(asker, after);
        RecordPage page;
        Rc rc = directory_load(&asker->visit->plan, &query, asker->visit->arena, &page);
        if (rc != RC_OK)
                return rc;
        view->rows = ARENA_NEW(asker->visit->arena, DirectoryRow, page.count);
        for (uint32_t i = 0; i < page.count; i++)
                view->rows[view->row_count++] = row_of(asker, &page.records[i]);
        view->total = total_text(asker->visit->arena, page.total);
        view->next = page.more ? page.records[page.count - 1].id : 0;
        return RC_OK;
}

static Rc fill(Asker *asker) {
        Visit *visit = asker->visit;
        DirectoryView *view = asker->view;
        Str after_text = form_text(&visit->query, STR("after"));
        int64_t after = 0;
        asker->table = directory_table(&visit->plan, view->directory);
        if (!asker->table || (after_text.length && (!str_to_int(after_text, &after) || after < 0)))
                return RC_MISSING;
        asker->day = directory_day(visit);
        view->counter = asker->table->counter;
        view->base_date = date_chinese(visit->arena, asker->day);
        view->later = after > 0;
        Rc rc = visit_allowed(visit, ACTION_READ_DIRECTORY, asker->table);
        if (rc == RC_OK)
                rc = read_filters(asker);
        if (rc == RC_OK)
                rc = fill_rows(asker, after);
        if (rc == RC_OK)
                rc = fill_choices(asker);
        return rc == RC_INVALID ? RC_MISSING : rc;
}

Rc page_directory(Visit *visit) {
        const Pack *pack = visit->city->pack;
        const Program *program = &pack->program;
        uint32_t index = find_named(program->directories, program->directory_count, visit->parameters[0]);
        if (index == NONE)
                return RC_MISSING;
        const Directory *directory = &program->directories[index];
        const DocumentClause *clause = &program->clauses[directory->clause];
        DirectoryView view = {
                .layout = layout_of(visit, directory->name, SECTION_DIRECTORIES), .city = visit->city, .directory = directory,
                .document = clause->document == NONE || !pack_is_own(pack, clause->at.file) ? NULL : &program->documents[clause->document],
                .anchor = clause_anchor(visit->arena, clause_key(pack, directory->clause, visit->arena)), .clause = clause->title,
        };
        Asker asker = { .visit = visit, .view = &view };
        Rc rc = open_records(visit, &view.has_records);
        if (rc == RC_OK && view.has_records)
                rc = fill(&asker);
        if (rc == RC_OK)
                template_directory(&visit->response->body, &view);
        return rc;
}

/* ---- the list ------------------------------------------------------------------------------------------ */

static Rc count_entries(Visit *visit, const Directory *directory, Str *ret_count) {
        RecordPage page;
        DirectoryQuery query = { .directory = directory, .day = directory_day(visit), .limit = 1 };
        Rc rc = directory_load(&visit->plan, &query, visit->arena, &page);
        if (rc == RC_OK)
                *ret_count = total_text(visit->arena, page.total);
        return rc;
}

Rc page_directory_list(Visit *visit) {
        const Program *program = &visit->city->pack->program;
        DirectoryListView view = { .layout = layout_of(visit, STR("公开名录"), SECTION_DIRECTORIES), .city = visit->city,
                                   .cards = ARENA_NEW(visit->arena, DirectoryCard, program->directory_count) };
        Rc rc = open_records(visit, &view.has_records);
        if (rc == RC_OK)
                rc = visit_allowed(visit, ACTION_READ_DIRECTORY, NULL);
        for (uint32_t i = 0; rc == RC_OK && i < program->directory_count; i++) {
                const Directory *directory = &program->directories[i];
                const DocumentClause *clause = &program->clauses[directory->clause];
                DirectoryCard *card = &view.cards[view.card_count++];
                *card = (DirectoryCard){ directory, clause->document == NONE ? (Str){ 0 } : program->documents[clause->document].name,
                                         clause->title, { 0 } };
                if (view.has_records)
                        rc = count_entries(visit, directory, &card->count);
        }
        if (rc == RC_OK)
                template_directory_list(&visit->response->body, &view);
        return rc;
}
