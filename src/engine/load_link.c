/* What needs more than one row: keys that occur twice, entities derived from keys, partners of links, guards. */
#include "engine/load_table.h"

#include "engine/parallel.h"

#include <string.h>

#define PENDING (NONE - 1)           /* a partner that is still to be looked up */
#define BATCH ((uint32_t) 256)

static Str column_name(const LoadTable *table, const LoadBind *bind) {
        return table->names[bind->column];
}

/* ---- one row a key ------------------------------------------------------------------------------------- */

typedef struct RiseWork {
        const Str *keys;
        uint32_t   count;
        bool       rise[PARALLEL_MAX];
} RiseWork;

static void keys_rise_part(void *context, uint32_t part, uint32_t parts) {
        RiseWork *work = context;
        uint32_t from = load_part_start(work->count, part, parts), to = load_part_start(work->count, part + 1, parts);
        bool rise = true;
        for (uint32_t row = from; row < to && rise; row++)
                rise = work->keys[row].length > 0 &&
                       (row == 0 || key_compare(work->keys[row - 1], work->keys[row]) < 0);
        work->rise[part] = rise;
}

/* Keys in strictly rising order: none occurs twice, none is empty. */
static bool keys_rise(const Load *load, const Str *keys, uint32_t count) {
        RiseWork work = { .keys = keys, .count = count };
        uint32_t threads = load_threads(load, count);
        bool rise = true;
        parallel_run(threads, keys_rise_part, &work);
        for (uint32_t i = 0; i < threads; i++)
                rise &= work.rise[i];
        return rise;
}

static void remove_row(LoadTable *table, uint32_t to, uint32_t from) {
        for (uint32_t i = 0; i < table->bind_count; i++) {
                LoadBind *bind = &table->binds[i];
                if (bind->cells != NULL)
                        memcpy((char *) bind->cells + (size_t) to * bind->width,
                               (char *) bind->cells + (size_t) from * bind->width, bind->width);
                if (bind->numbers != NULL)
                        bind->numbers[to] = bind->numbers[from];
                if (bind->keys != NULL)
                        bind->keys[to] = bind->keys[from];
        }
}

void load_table_unique(Load *load, LoadTable *table) {
        if (table->key == NULL)
                return;
        Str *keys = table->keys = table->key->keys;
        if (keys_rise(load, keys, table->rows))
                return;
        uint32_t *numbers = ARENA_NEW(load->scratch, uint32_t, table->rows), next = 0, kept = 0, removed_capacity = 0;
        table->set = key_set_new(load->scratch, table->rows);
        key_set_add_all(&table->set, keys, table->rows, numbers);
        LoadTally tally = { .find_max = load->options.finds };
        uint32_t *removed = NULL, removed_count = 0;
        for (uint32_t row = 0; row < table->rows; row++) {
                bool again = numbers[row] != NONE && numbers[row] != next;
                next += numbers[row] == next;
                if (numbers[row] == NONE)
                        load_tally_add(&tally, load->scratch, LOAD_NO_KEY, load_table_row(table, row), STR(""));
                if (again) {
                        load_tally_add(&tally, load->scratch, LOAD_DUPLICATE, load_table_row(table, row), keys[row]);
                        *ARENA_PUSH(load->scratch, removed, removed_count, removed_capacity) = row;
                        continue;
                }
                if (kept != row)
                        remove_row(table, kept, row);
                kept++;
        }
        table->rows = kept;
        table->removed = removed;
        table->removed_count = removed_count;
        if (next != kept)
                table->set = (KeySet){ 0 };   /* rows without a key: numbers are not rows; load_links makes another */
        load_report_merge(load, load_report_column(load, table->file, column_name(table, table->key)), &tally);
}

/* A row per key in order; only the first of equal keys can be found. */
static void index_keys(Load *load, LoadTable *table) {
        if (table->set.keys != NULL || table->keys == NULL)
                return;
        uint32_t *numbers = ARENA_NEW(load->scratch, uint32_t, table->rows);
        Str *keys = ARENA_NEW(load->scratch, Str, table->rows);
        memcpy(keys, table->keys, sizeof(Str) * table->rows);
        for (uint32_t row = 0; row < table->rows; row++)
                if (keys[row].length == 0) /* a place holder that no cell can hold: it has a line end around nothing */
                        keys[row] = str_format(load->scratch, "\n%u\n", row);
        table->set = key_set_new(load->scratch, table->rows);
        key_set_add_all(&table->set, keys, table->rows, numbers);
}

/* ---- links -------------------------------------------------------------------------------------------- */

static LoadBind *find_link(LoadTable *table, uint32_t link) {
        for (uint32_t i = 0; i < table->bind_count; i++)
                if (table->binds[i].link == link)
                        return &table->binds[i];
        return NULL;
}

/* Numbers keys for as long as each is the one before it or sorts behind all before it, as in a file in the order of
 * its households: no table is needed to know that such a key is new. Returns how many keys that were. */
static uint32_t number_rising(const Str *keys, uint32_t count, uint32_t *numbers, Str *different, uint32_t *ret_count) {
        uint32_t found = 0, row = 0;
        for (; row < count; row++) {
                int order = keys[row].length == 0 || found == 0 ? 1 : key_compare(keys[row], different[found - 1]);
                if (order < 0)
                        break;
                if (order > 0 && keys[row].length > 0)
                        different[found++] = keys[row];
                numbers[row] = keys[row].length == 0 ? NONE : found - 1;
        }
        *ret_count = found;
        return row;
}

void load_derive(Load *load, uint16_t entity) {
        uint32_t link = load->program->entities[entity].derived_from;
        LoadTable *table = &load->tables[entity], *from = &load->tables[load->program->links[link].child];
        LoadBind *bind = find_link(from, link);
        if (bind == NULL)
                return;
        uint32_t *partner = ARENA_NEW(load->arena, uint32_t, from->rows);
        table->keys = ARENA_NEW(load->scratch, Str, from->rows);
        load_prefer_large_pages(partner, sizeof(uint32_t) * from->rows);
        load_prefer_large_pages(table->keys, sizeof(Str) * from->rows);
        uint32_t numbered = number_rising(bind->keys, from->rows, partner, table->keys, &table->rows);
        if (numbered < from->rows) {
                uint32_t *same = ARENA_NEW(load->scratch, uint32_t, table->rows);
                table->set = key_set_new(load->scratch, from->rows / 2);
                key_set_add_all(&table->set, table->keys, table->rows, same);
                key_set_add_all(&table->set, bind->keys + numbered, from->rows - numbered, partner + numbered);
                table->keys = table->set.keys;
                table->rows = table->set.count;
        }
        bind->numbers = partner;   /* the partners are known already */
}

typedef struct LinkWork {
        const LoadTable *child, *parent;
        const Str       *keys;
        uint32_t        *partner;
        bool             search;             /* look up what the guess left pending */
        uint32_t         pending[PARALLEL_MAX];
} LinkWork;

/* Files are mostly in the order of one another: the partner is the one before or the next. */
static void guess_partners(void *context, uint32_t part, uint32_t parts) {
        LinkWork *work = context;
        uint32_t from = load_part_start(work->child->rows, part, parts);
        uint32_t to = load_part_start(work->child->rows, part + 1, parts);
        uint32_t rows = work->parent->rows, near = 0, pending = 0;
        for (uint32_t row = from; row < to; row++) {
                Str key = work->keys[row];
                if (near < rows && key_compare(key, work->parent->keys[near]) == 0)
                        work->partner[row] = near;
                else if (near + 1 < rows && key_compare(key, work->parent->keys[near + 1]) == 0)
                        work->partner[row] = ++near;
                else {
                        work->partner[row] = key.length == 0 ? NONE : PENDING;
                        pending += key.length > 0;
                }
                if (key.length == 0)
                        work->partner[row] = NONE;
        }
        work->pending[part] = pending;
}

static void search_partners(void *context, uint32_t part, uint32_t parts) {
        LinkWork *work = context;
        uint32_t from = load_part_start(work->child->rows, part, parts);
        uint32_t to = load_part_start(work->child->rows, part + 1, parts);
        Str keys[BATCH];
        uint32_t rows[BATCH], numbers[BATCH], held = 0;
        for (uint32_t row = from; row < to || held > 0;) {
                for (; row < to && held < BATCH; row++)
                        if (work->partner[row] == PENDING) {
                                keys[held] = work->keys[row];
                                rows[held++] = row;
                        }
                key_set_find_all(&work->parent->set, keys, held, numbers);
                for (uint32_t i = 0; i < held; i++)
                        work->partner[rows[i]] = numbers[i];
                held = 0;
        }
}

static void report_dangling(Load *load, const LoadTable *child, const LoadBind *bind, const uint32_t *partner) {
        LoadTally tally = { .find_max = load->options.finds };
        for (uint32_t row = 0; row < child->rows; row++)
                if (partner[row] == NONE && bind->keys[row].length > 0)
                        load_tally_add(&tally, load->scratch, LOAD_DANGLING,
                                       tally.find_count < tally.find_max ? load_table_row(child, row) : 0,
                                       bind->keys[row]);
        load_report_merge(load, load_report_column(load, child->file, column_name(child, bind)), &tally);
}

static void resolve_link(Load *load, uint32_t link) {
        const Link *about = &load->program->links[link];
        LoadTable *child = &load->tables[about->child], *parent = &load->tables[about->parent];
        LoadBind *bind = find_link(child, link);
        if (bind == NULL || child->rows == 0)
                return;
        if (bind->numbers != NULL) {
                load->population->links[link].partner = bind->numbers;
                return;
        }
        LinkWork work = { .child = child, .parent = parent, .keys = bind->keys,
                          .partner = ARENA_NEW(load->arena, uint32_t, child->rows) };
        uint32_t threads = load_threads(load, child->rows);
        uint64_t pending = 0;
        parallel_run(threads, guess_partners, &work);
        for (uint32_t i = 0; i < threads; i++)
                pending += work.pending[i];
        if (pending > 0) {
                if (parent->keys == NULL)
                        parent->set = parent->set.keys != NULL ? parent->set : key_set_new(load->scratch, 0);
                index_keys(load, parent);
                parallel_run(threads, search_partners, &work);
                report_dangling(load, child, bind, work.partner);
        }
        load->population->links[link].partner = work.partner;
}

void load_links(Load *load) {
        for (uint32_t link = 0; link < load->program->link_count; link++)
                resolve_link(load, link);
        population_index(load->population);
}

/* ---- guards ------------------------------------------------------------------------------------------- */

/* Guards are looked at here when they are a fact compared with a constant, or a truth, and 且 或 非 of those; other
 * guards are left to the evaluators, which never read a fact outside its guard. */
static bool guard_is_plain(const Program *program, uint32_t at, uint32_t depth) {
        const Step *step = &program->steps[at];
        if (depth > 16)
                return false;
        if (step->op == OP_FACT || step->op == OP_CONSTANT)
                return true;
        OpClass class = op_class(step->op);
        if (class != CLASS_COMPARE && class != CLASS_LOGIC && step->op != OP_IN_SET)
                return false;
        return guard_is_plain(program, step->a, depth + 1) &&
               (step->b == NONE || guard_is_plain(program, step->b, depth + 1));
}

static int64_t compare(Op op, int64_t a, int64_t b) {
        if (a == UNKNOWN || b == UNKNOWN)
                return TRUTH_UNKNOWN;
        bool holds = op == OP_EQUAL       ? a == b
                     : op == OP_NOT_EQUAL ? a != b
                     : op == OP_LESS      ? a < b
                     : op == OP_AT_MOST   ? a <= b
                     : op == OP_MORE      ? a > b
                                          : a >= b;
        return holds ? TRUTH_YES : TRUTH_NO;
}

static int64_t guard_value(const Population *population, uint32_t at, uint32_t row) {
        const Step *step = &population->program->steps[at];
        if (step->op == OP_CONSTANT)
                return step->imm;
        if (step->op == OP_FACT)
                return population_cell(population, step->aux, row);
        int64_t a = guard_value(population, step->a, row);
        if (step->op == OP_IN_SET)
                return kernel_IN_SET(a, step->imm);
        if (step->op == OP_NOT)
                return TRUTH_YES - a;
        int64_t b = guard_value(population, step->b, row);
        if (step->op == OP_AND)
                return a < b ? a : b;
        if (step->op == OP_OR)
                return a > b ? a : b;
        return op_class(step->op) == CLASS_COMPARE ? compare(step->op, a, b) : TRUTH_UNKNOWN;
}

void load_guards(Load *load) {
        Population *population = load->population;
        for (uint32_t i = 0; i < load->program->fact_count; i++) {
                const Fact *fact = &load->program->facts[i];
                const LoadTable *table = &load->tables[fact->entity];
                if (fact->guard == NONE || population->columns[i].cells == NULL ||
                    !guard_is_plain(load->program, fact->guard, 0))
                        continue;
                LoadTally tally = { .find_max = load->options.finds };
                int64_t unknown = type_unknown(fact->type);
                for (uint32_t row = 0; row < table->rows; row++) {
                        int64_t cell = population_cell(population, i, row);
                        if (cell == unknown || guard_value(population, fact->guard, row) != TRUTH_NO)
                                continue;
                        if (!fact->blank_is_no || cell != 0)   /* an empty cell, or one that says no more */
                                load_tally_add(&tally, load->scratch, LOAD_GUARDED, load_table_row(table, row),
                                               STR(""));
                        population_set(population, i, row, unknown);
                }
                Str name = fact->column.length > 0 ? fact->column : fact->name;
                load_report_merge(load, load_report_column(load, table->file, name), &tally);
        }
}
