/* Reading one file: header to binds, ranges by threads, ranges moved together. Each thread writes its rows where they
 * will stand unless rows before them are left out, so in a good file nothing moves. */
#include "engine/load_table.h"

#include "base/utf8.h"
#include "engine/parallel.h"

#include <stdatomic.h>
#include <string.h>

#define RANGE_BYTES_MIN ((size_t) 2 << 20)
#define RANGES_PER_THREAD 4

/* ---- binding ------------------------------------------------------------------------------------------ */

static uint32_t find_column(const LoadTable *table, Str name) {
        for (uint32_t i = 0; i < table->columns; i++)
                if (str_equal(table->names[i], name))
                        return i;
        return NONE;
}

static void bind_add(LoadTable *table, bool *used, LoadBind bind) {
        used[bind.column] = true;
        table->binds[table->bind_count++] = bind;
}

static void bind_facts(Load *load, LoadTable *table, bool *used) {
        for (uint32_t i = 0; i < load->program->fact_count; i++) {
                const Fact *fact = &load->program->facts[i];
                if (fact->entity != table->entity || fact->type.kind == TYPE_ROW)
                        continue;
                Str name = fact->column.length > 0 ? fact->column : fact->name;
                uint32_t column = find_column(table, name);
                if (column == NONE) {
                        if (fact->step != NONE && !fact->manual)     /* a reviewer's judgement stands in no register */
                                load_report_add(load, table->file, name, LOAD_COLUMN_MISSING, 0, STR(""));
                        continue;
                }
                LoadBind bind = { .column = column, .fact = i, .link = NONE,
                                  .width = column_width(fact->type, fact->low, fact->high) };
                if (fact->type.kind != TYPE_TEXT)
                        bind.plan = cell_plan(load->scratch, load->program, fact, !load->options.plain);
                bind_add(table, used, bind);
        }
}

static void bind_keys(Load *load, LoadTable *table, bool *used) {
        const Program *program = load->program;
        for (uint32_t i = 0; i < program->link_count; i++) {
                const Link *link = &program->links[i];
                if (link->child != table->entity)
                        continue;
                uint32_t column = find_column(table, link->column);
                if (column == NONE)
                        load_report_add(load, table->file, link->column, LOAD_COLUMN_MISSING, 0, STR(""));
                else
                        bind_add(table, used, (LoadBind){ .column = column, .fact = NONE, .link = i });
        }
        const Entity *entity = &program->entities[table->entity];
        Str name = entity->key.length > 0 ? entity->key : STR("编号");
        uint32_t column = find_column(table, name);
        if (column == NONE)
                load_report_add(load, table->file, name, LOAD_COLUMN_MISSING, 0, STR(""));
        else
                bind_add(table, used, (LoadBind){ .column = column, .fact = NONE, .link = NONE });
}

static void bind_columns(Load *load, LoadTable *table) {
        bool *used = ARENA_NEW(load->scratch, bool, table->columns);
        table->binds = ARENA_NEW(load->scratch, LoadBind, load->program->fact_count + load->program->link_count + 1);
        bind_facts(load, table, used);
        bind_keys(load, table, used);
        LoadBind *last = table->bind_count > 0 ? &table->binds[table->bind_count - 1] : NULL;
        table->key = last != NULL && last->fact == NONE && last->link == NONE ? last : NULL;
        Map *seen = map_new(load->scratch);
        for (uint32_t i = 0; i < table->columns; i++) {
                if (!map_add(seen, table->names[i], i))
                        load_report_add(load, table->file, table->names[i], LOAD_COLUMN_TWICE, 0, STR(""));
                else if (!used[i])
                        load_report_add(load, table->file, table->names[i], LOAD_COLUMN_EXTRA, 0, STR(""));
        }
}

#define COLUMN_ALIGNMENT ((size_t) 64)

static size_t column_size(const LoadBind *bind, size_t rows) {
        size_t size = bind->fact == NONE ? rows * sizeof(Str) : rows * bind->width;
        return (size + COLUMN_ALIGNMENT - 1) / COLUMN_ALIGNMENT * COLUMN_ALIGNMENT;
}

/* Columns stand together, so that large pages can hold them. */
static void bind_memory(Load *load, LoadTable *table, size_t rows) {
        size_t cells = 0, keys = 0;
        for (uint32_t i = 0; i < table->bind_count; i++)
                *(table->binds[i].fact == NONE ? &keys : &cells) += column_size(&table->binds[i], rows);
        char *cell_memory = arena_alloc(load->arena, cells, COLUMN_ALIGNMENT);
        char *key_memory = arena_alloc(load->scratch, keys, COLUMN_ALIGNMENT);
        load_prefer_large_pages(cell_memory, cells);
        load_prefer_large_pages(key_memory, keys);
        for (uint32_t i = 0; i < table->bind_count; i++) {
                LoadBind *bind = &table->binds[i];
                size_t size = column_size(bind, rows);
                if (bind->fact == NONE) {
                        bind->keys = (Str *) (void *) key_memory;
                        key_memory += size;
                        continue;
                }
                bind->cells = cell_memory;
                cell_memory += size;
                if (load->program->facts[bind->fact].type.kind == TYPE_TEXT)
                        bind->numbers = ARENA_NEW(load->scratch, uint32_t, rows);
        }
}

/* ---- reading a range ---------------------------------------------------------------------------------- */

typedef struct RangeWork {
        const Load      *load;
        const LoadTable *table;
        _Atomic uint32_t next;
} RangeWork;

/* What one thread needs for a chunk. */
typedef struct ChunkWork {
        const RangeWork *work;
        LoadRange       *range;
        CsvChunk         chunk;
        int64_t         *cells;
        uint32_t        *odd;
        Arena           *arena;
} ChunkWork;

static void tell(const ChunkWork *work, uint32_t bind, LoadFault fault, uint32_t row, Str value) {
        uint32_t kept = work->chunk.row + row;
        load_tally_add(&work->range->tallies[bind], work->range->arena, fault,
                       (uint64_t) kept + csv_skipped_before(&work->range->reader, kept), value);
}

static void read_cells(const ChunkWork *work, uint32_t at) {
        const LoadBind *bind = &work->work->table->binds[at];
        uint32_t odds = cells_read_plain(&bind->plan, &work->chunk, bind->column, work->cells, work->odd);
        for (uint32_t i = 0; i < odds; i++) {
                uint32_t row = work->odd[i];
                Str raw = csv_raw(&work->chunk, row, bind->column), text = raw;
                int64_t cell = bind->plan.unknown;
                LoadFault fault = LOAD_QUOTE;
                if (csv_unquote(raw, work->arena, &text))
                        fault = cell_read(&bind->plan, text, work->arena, &cell);
                if (fault != LOAD_FINE)
                        tell(work, at, fault, row, text);
                work->cells[row] = fault == LOAD_FINE ? cell : bind->plan.unknown;
        }
        work->range->tallies[at].unknown += cells_narrow(work->cells, work->chunk.rows, bind->plan.unknown, bind->width,
                                                         bind->cells, work->range->base + work->chunk.row);
}

/* "3.7E+17": a spreadsheet has eaten the number. */
static bool is_scientific(Str text) {
        size_t at = 0;
        while (at < text.length && ((text.data[at] >= '0' && text.data[at] <= '9') || text.data[at] == '.'))
                at++;
        return at > 0 && at + 1 < text.length && (text.data[at] == 'E' || text.data[at] == 'e') &&
               text.data[at + 1] == '+';
}

/* A key or a text that is not simply right: trimmed, or empty when it is bad, which is told. */
static Str read_odd_text(const ChunkWork *work, uint32_t at, uint32_t row, Str raw, bool key) {
        const CsvSurvey *survey = &work->work->table->text.survey;
        size_t bad = 0;
        Str text = raw;
        LoadFault fault = csv_unquote(raw, work->range->arena, &text) ? LOAD_FINE : LOAD_QUOTE;
        text = str_trim(text);
        if (fault == LOAD_FINE && (!survey->valid || survey->nuls > 0) && !utf8_check(text, &bad))
                fault = LOAD_BYTES;
        if (fault == LOAD_FINE && key && is_scientific(text))
                fault = LOAD_SCIENTIFIC;
        work->range->tallies[at].unknown += text.length == 0 || fault != LOAD_FINE;
        if (fault == LOAD_FINE)
                return text;
        tell(work, at, fault, row, text);
        return STR("");
}

/* A key or a text as it is stored. */
static inline Str read_text(const ChunkWork *work, uint32_t at, uint32_t row, bool key) {
        Str text = csv_raw(&work->chunk, row, work->work->table->binds[at].column);
        const CsvSurvey *survey = &work->work->table->text.survey;
        bool plain = text.length > 4 && survey->valid && survey->nuls == 0 && text.data[0] != '"' &&
                     (unsigned char) text.data[0] > ' ' && (unsigned char) text.data[text.length - 1] > ' ' &&
                     text.data[text.length - 3] != '+' && text.data[text.length - 4] != '+';
        return plain ? text : read_odd_text(work, at, row, text, key);
}

/* The keys are copied out of the chunk while it is near, end to end: whoever looks at them later does not fetch the
 * whole file again. */
static void read_keys(const ChunkWork *work, uint32_t at) {
        Str *keys = work->work->table->binds[at].keys + work->range->base + work->chunk.row;
        size_t total = 0;
        for (uint32_t row = 0; row < work->chunk.rows; row++) {
                keys[row] = read_text(work, at, row, true);
                total += keys[row].length;
        }
        char *copy = arena_alloc(work->range->arena, total + 1, 1);
        for (uint32_t row = 0; row < work->chunk.rows; row++) {
                key_copy(copy, keys[row]);
                keys[row].data = copy;
                copy += keys[row].length;
        }
}

static void read_texts(const ChunkWork *work, uint32_t at) {
        uint32_t *numbers = work->work->table->binds[at].numbers + work->range->base + work->chunk.row;
        Str *texts = ARENA_NEW(work->arena, Str, work->chunk.rows);
        for (uint32_t row = 0; row < work->chunk.rows; row++)
                texts[row] = read_text(work, at, row, false);
        key_set_add_all(&work->range->texts[at], texts, work->chunk.rows, numbers);
}

static void read_range(const RangeWork *work, LoadRange *range) {
        const LoadTable *table = work->table;
        range->reader = csv_reader(&table->text, range->at, range->end, table->columns, table->header, range->arena);
        range->tallies = ARENA_NEW(range->arena, LoadTally, table->bind_count);
        range->texts = ARENA_NEW(range->arena, KeySet, table->bind_count);
        for (uint32_t i = 0; i < table->bind_count; i++) {
                range->tallies[i].find_max = work->load->options.finds;
                if (table->binds[i].numbers != NULL)
                        range->texts[i] = key_set_new(range->arena, 1024);
        }
        Arena *chunk_arena CLEAN(arena_cleanup) = arena_new(SIZE_MAX / 2);
        ChunkWork chunk = { .work = work, .range = range, .arena = chunk_arena,
                            .cells = ARENA_NEW(range->arena, int64_t, CSV_CHUNK_ROWS),
                            .odd = ARENA_NEW(range->arena, uint32_t, CSV_CHUNK_ROWS) };
        while (csv_next(&range->reader, &chunk.chunk)) {
                for (uint32_t i = 0; i < table->bind_count; i++) {
                        csv_fetch_ahead(&range->reader, i, table->bind_count);
                        if (table->binds[i].fact == NONE)
                                read_keys(&chunk, i);
                        else if (table->binds[i].numbers != NULL)
                                read_texts(&chunk, i);
                        else
                                read_cells(&chunk, i);
                }
                arena_reset(chunk_arena);
        }
}

static void read_ranges(void *context, uint32_t part, uint32_t parts) {
        RangeWork *work = context;
        (void) part;
        (void) parts;
        for (uint32_t i = atomic_fetch_add(&work->next, 1); i < work->table->range_count;
             i = atomic_fetch_add(&work->next, 1))
                read_range(work, &work->table->ranges[i]);
}

/* ---- the whole file ----------------------------------------------------------------------------------- */

static void cut_ranges(Load *load, LoadTable *table) {
        size_t length = table->text.text.length - table->data_at;
        uint32_t threads = parallel_threads(load->options.threads, length / RANGE_BYTES_MIN);
        uint32_t wanted = threads == 1 ? 1 : threads * RANGES_PER_THREAD;
        uint64_t before = csv_lines_before(&table->text, table->data_at);
        table->ranges = ARENA_NEW(load->scratch, LoadRange, wanted);
        size_t at = table->data_at;
        for (uint32_t i = 0; i < wanted; i++) {
                size_t end = i + 1 == wanted
                                     ? table->text.text.length
                                     : csv_row_start(&table->text, at, table->data_at + length / wanted * (i + 1));
                if (end == at)
                        continue;
                table->ranges[table->range_count++] =
                        (LoadRange){ .at = at, .end = end, .arena = arena_new(SIZE_MAX / 2),
                                     .base = (uint32_t) (csv_lines_before(&table->text, at) - before) };
                at = end;
        }
}

/* Moves rows [from, from + count) to `to` in every bind. */
static void move_rows(LoadTable *table, uint32_t to, uint32_t from, uint32_t count) {
        for (uint32_t i = 0; i < table->bind_count && to != from && count > 0; i++) {
                LoadBind *bind = &table->binds[i];
                if (bind->cells != NULL)
                        memmove((char *) bind->cells + (size_t) to * bind->width,
                                (char *) bind->cells + (size_t) from * bind->width, (size_t) count * bind->width);
                if (bind->numbers != NULL)
                        memmove(bind->numbers + to, bind->numbers + from, sizeof(uint32_t) * count);
                if (bind->keys != NULL)
                        memmove(bind->keys + to, bind->keys + from, sizeof(Str) * count);
        }
}

static void report_rejects(Load *load, const LoadTable *table, const LoadRange *range) {
        static const LoadFault as_load[CSV_FAULT_TOTAL] = {
                [CSV_FAULT_CELLS] = LOAD_ROW_CELLS,   [CSV_FAULT_QUOTE] = LOAD_ROW_QUOTE,
                [CSV_FAULT_LONG] = LOAD_ROW_LONG,     [CSV_FAULT_HEADER] = LOAD_ROW_HEADER,
                [CSV_FAULT_ENCODING] = LOAD_ROW_BYTES,
        };
        LoadTally tally = { .find_max = load->options.finds };
        uint64_t total = 0;
        for (int fault = 0; fault < CSV_FAULT_TOTAL; fault++)
                total += range->reader.faults[fault];
        if (total == 0)
                return;
        for (uint32_t i = 0; i < total && i < CSV_REJECTS_KEPT; i++) {
                const CsvReject *reject = &range->reader.rejects[i];
                Str cells = reject->fault == CSV_FAULT_CELLS
                                    ? str_format(load->scratch, "%u 格，应为 %u 格", reject->cells, table->columns)
                                    : STR("");
                load_tally_add(&tally, load->scratch, as_load[reject->fault], range->first + reject->row + 2, cells);
        }
        for (int fault = 0; fault < CSV_FAULT_TOTAL; fault++)
                tally.counts[as_load[fault]] = range->reader.faults[fault];
        load_report_merge(load, load_report_column(load, table->file, STR("")), &tally);
}

/* The range's texts get the population's numbers. */
static void merge_texts(Load *load, const LoadBind *bind, const KeySet *texts, uint32_t from, uint32_t count) {
        uint32_t *numbers = ARENA_NEW(load->scratch, uint32_t, texts->count);
        for (uint32_t i = 0; i < texts->count; i++) {
                uint32_t before = load->texts.count;
                numbers[i] = key_set_add(&load->texts, texts->keys[i]);
                if (load->texts.count > before)
                        load->texts.keys[before] = str_copy(load->arena, texts->keys[i]);
        }
        for (uint32_t row = from; row < from + count; row++)
                if (bind->numbers[row] != NONE)
                        bind->numbers[row] = numbers[bind->numbers[row]];
}

static void join_ranges(Load *load, LoadTable *table) {
        uint64_t records = 0;
        for (uint32_t i = 0; i < table->range_count; i++) {
                LoadRange *range = &table->ranges[i];
                range->first = records;
                records += (uint64_t) range->reader.kept + range->reader.skipped;
                move_rows(table, table->rows, range->base, range->reader.kept);
                range->base = table->rows;
                table->rows += range->reader.kept;
                report_rejects(load, table, range);
                for (uint32_t b = 0; b < table->bind_count; b++) {
                        LoadTally *tally = &range->tallies[b];
                        for (uint32_t f = 0; f < tally->find_count; f++)
                                tally->finds[f].row += range->first + 2;
                        load_report_merge(load,
                                          load_report_column(load, table->file, table->names[table->binds[b].column]),
                                          tally);
                        if (table->binds[b].numbers != NULL)
                                merge_texts(load, &table->binds[b], &range->texts[b], range->base, range->reader.kept);
                }
        }
}

static void write_texts(LoadTable *table) {
        for (uint32_t i = 0; i < table->bind_count; i++) {
                const LoadBind *bind = &table->binds[i];
                for (uint32_t row = 0; bind->numbers != NULL && row < table->rows; row++) {
                        int64_t cell = bind->numbers[row] == NONE ? UNKNOWN : bind->numbers[row];
                        cells_narrow(&cell, 1, UNKNOWN, bind->width, bind->cells, row);
                }
        }
}

void load_table_read(Load *load, LoadTable *table) {
        uint64_t lines = table->text.survey.newlines + 1;
        LoadFile *file = &load->report->files[table->file];
        if (lines >= UINT32_MAX - 1) {
                load_report_add(load, table->file, STR(""), LOAD_FILE_TOO_BIG, 0, STR(""));
                return;
        }
        if (csv_header(&table->text, load->scratch, &table->names, &table->columns, &table->header, &table->data_at) !=
            RC_OK) {
                load_report_add(load, table->file, STR(""), LOAD_FILE_EMPTY, 0, STR(""));
                return;
        }
        if (table->columns > LOAD_COLUMNS_MAX) {
                table->columns = 0;
                load_report_add(load, table->file, STR(""), LOAD_FILE_TOO_BIG, 0, STR(""));
                return;
        }
        file->read = true;
        file->gb18030 = table->text.gb18030;
        bind_columns(load, table);
        bind_memory(load, table, lines);
        cut_ranges(load, table);
        RangeWork work = { .load = load, .table = table };
        parallel_run(parallel_threads(load->options.threads, table->range_count), read_ranges, &work);
        join_ranges(load, table);
        load_table_unique(load, table);
        write_texts(table);
        file->rows = table->rows;
        load->report->cells += (uint64_t) table->rows * table->columns;
}

uint64_t load_table_row(const LoadTable *table, uint32_t row) {
        /* the row before duplicates were taken out */
        uint32_t low = 0, high = table->removed_count;
        while (low < high) {
                uint32_t middle = low + (high - low) / 2;
                if (table->removed[middle] - middle <= row)
                        low = middle + 1;
                else
                        high = middle;
        }
        uint32_t original = row + low, i = 0;
        while (i + 1 < table->range_count && table->ranges[i + 1].base <= original)
                i++;
        const LoadRange *range = &table->ranges[i];
        uint32_t kept = original - range->base;
        return range->first + kept + csv_skipped_before(&range->reader, kept) + 2;
}
