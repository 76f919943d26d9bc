/* The order of a load: open and read every file, take duplicates out, derive entities, resolve links, look at guards. */
#include "engine/load_table.h"

#include "engine/parallel.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define ROWS_PER_THREAD ((size_t) 1 << 16)

/* ---- files -------------------------------------------------------------------------------------------- */

static void read_file(Load *load, uint16_t entity, Str folder) {
        const Entity *about = &load->program->entities[entity];
        LoadTable *table = &load->tables[entity];
        LoadFile *file = &load->report->files[table->file];
        Str path = str_format(load->scratch, "%.*s/%.*s", STR_ARG(folder), STR_ARG(file->name));
        CsvLevel level = load->options.plain ? CSV_PLAIN : csv_level_best();
        MUST(about->derived_from == NONE);
        Rc rc = csv_open(path.data, level, load->options.threads, &table->text);
        if (rc != RC_OK) {
                LoadFault fault = rc == RC_MISSING ? LOAD_FILE_MISSING : LOAD_FILE_UNREADABLE;
                load_report_add(load, table->file, STR(""), fault, 0, STR(""));
                return;
        }
        file->bytes = table->text.text.length;
        load->report->bytes += file->bytes;
        load_table_read(load, table);
}

void load_prefer_large_pages(void *memory, size_t size) {
        uintptr_t page = 4096, start = ((uintptr_t) memory + page - 1) / page * page;
        uintptr_t end = ((uintptr_t) memory + size) / page * page;
        if (end > start)
                (void) madvise((void *) start, end - start, MADV_HUGEPAGE);
}

/* ---- into the population ------------------------------------------------------------------------------ */

uint32_t load_threads(const Load *load, uint32_t rows) {
        return parallel_threads(load->options.threads, rows / ROWS_PER_THREAD + 1);
}

uint32_t load_part_start(uint32_t rows, uint32_t part, uint32_t parts) {
        return (uint32_t) ((uint64_t) rows * part / parts);
}

typedef struct PackWork {
        const Str *keys;
        char      *bytes;
        uint32_t   count;
} PackWork;

/* Keys of one length. */
static void pack_part(void *context, uint32_t part, uint32_t parts) {
        const PackWork *work = context;
        uint32_t from = load_part_start(work->count, part, parts), to = load_part_start(work->count, part + 1, parts);
        size_t width = work->keys[0].length;
        for (uint32_t row = from; row < to; row++)
                key_copy(work->bytes + row * width, work->keys[row]);
}

/* Copies the keys end to end, without ends when they are equally long. */
static void pack_keys(Load *load, const LoadTable *table, Rows *rows) {
        size_t total = 0, at = 0;
        bool even = true;
        for (uint32_t row = 0; row < table->rows; row++) {
                total += table->keys[row].length;
                even &= table->keys[row].length == table->keys[0].length;
        }
        if (table->rows == 0 || (total > UINT32_MAX && !even))
                return;   /* over 4 GiB of keys: rows stay without names */
        char *bytes = ARENA_NEW(load->arena, char, total + 1);
        load_prefer_large_pages(bytes, total);
        rows->key_bytes = bytes;
        if (even) {
                PackWork work = { table->keys, bytes, table->rows };
                rows->key_width = (uint32_t) table->keys[0].length;
                parallel_run(load_threads(load, table->rows), pack_part, &work);
                return;
        }
        uint32_t *ends = ARENA_NEW(load->arena, uint32_t, table->rows);
        rows->key_ends = ends;
        for (uint32_t row = 0; row < table->rows; row++) {
                key_copy(bytes + at, table->keys[row]);
                at += table->keys[row].length;
                ends[row] = (uint32_t) at;
        }
}

static void build_population(Load *load) {
        const Program *program = load->program;
        uint32_t *counts = ARENA_NEW(load->scratch, uint32_t, program->entity_count);
        for (uint16_t entity = 0; entity < program->entity_count; entity++)
                counts[entity] = load->tables[entity].rows;
        load->population = population_new(load->arena, program, counts);
        for (uint16_t entity = 0; entity < program->entity_count; entity++) {
                const LoadTable *table = &load->tables[entity];
                for (uint32_t i = 0; i < table->bind_count; i++)
                        if (table->binds[i].fact != NONE)
                                load->population->columns[table->binds[i].fact].cells = table->binds[i].cells;
                if (table->keys != NULL)
                        pack_keys(load, table, &load->population->entities[entity]);
        }
        load->population->texts = ARENA_NEW(load->arena, Str, load->texts.count + 1);
        memcpy(load->population->texts, load->texts.keys, sizeof(Str) * load->texts.count);
        load->population->text_count = load->texts.count;
        load->population->text_capacity = load->texts.count + 1;
}

static void load_begin(Load *load) {
        const Program *program = load->program;
        LoadReport *report = load->report;
        if (load->options.finds == 0)
                load->options.finds = FINDS_DEFAULT;
        load->tables = ARENA_NEW(load->scratch, LoadTable, program->entity_count);
        load->texts = key_set_new(load->scratch, 1024);
        report->files = ARENA_NEW(load->arena, LoadFile, program->entity_count);
        for (uint16_t entity = 0; entity < program->entity_count; entity++) {
                const Entity *about = &program->entities[entity];
                Str name = about->file.length > 0 ? about->file
                                                  : str_format(load->arena, "%.*s.csv", STR_ARG(about->name));
                load->tables[entity].entity = entity;
                load->tables[entity].file = report->file_count;
                report->files[report->file_count++] = (LoadFile){ .name = name, .entity = entity };
        }
}

static void load_end(Load *load) {
        for (uint16_t entity = 0; entity < load->program->entity_count; entity++) {
                LoadTable *table = &load->tables[entity];
                for (uint32_t i = 0; i < table->range_count; i++)
                        arena_free(table->ranges[i].arena);
                csv_close(&table->text);
        }
}

Rc population_load(Arena *arena, const Program *program, Str folder, const LoadOptions *options,
                   LoadReport *ret_report, Population **ret_population) {
        Arena *scratch CLEAN(arena_cleanup) = arena_new(SIZE_MAX / 2);
        LoadReport report = { 0 };
        Load load = { .arena = arena, .scratch = scratch, .program = program, .options = *options, .report = &report };
        struct stat status = { 0 };
        if (stat(str_copy(scratch, folder).data, &status) != 0)
                return errno == ENOENT || errno == ENOTDIR ? RC_MISSING : RC_IO;
        if (!S_ISDIR(status.st_mode))
                return RC_MISSING;
        load_begin(&load);
        for (uint16_t entity = 0; entity < program->entity_count; entity++)
                if (program->entities[entity].derived_from == NONE)
                        read_file(&load, entity, folder);
        for (uint16_t entity = 0; entity < program->entity_count; entity++)
                if (program->entities[entity].derived_from != NONE)
                        load_derive(&load, entity);
        build_population(&load);
        load_links(&load);
        load_guards(&load);
        load_end(&load);
        *ret_report = report;
        *ret_population = load.population;
        return RC_OK;
}
