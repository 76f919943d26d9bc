/* Per-subject results of a scan: one CSV file an entity, a line a subject and policy. Amounts are exact decimals in the
 * unit of the figure; a cell that would look like a formula to a spreadsheet cannot occur except in keys, which are quoted. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/scan.h"

#define ROWS_CAP ((size_t) 64 << 20)

struct ScanWriter {
        const Pack       *pack;
        const Population *population;
        FILE            **files;         /* per entity, NULL until it has a row */
        Buffer            text;
        Str               folder;
        Arena            *arena;
        bool              failed;
};

Rc scan_writer_open(Arena *arena, const Pack *pack, const Population *population, Str folder, ScanWriter **ret) {
        Str path = str_copy(arena, folder);
        if (mkdir(path.data, 0777) != 0 && errno != EEXIST)
                return RC_IO;
        ScanWriter *writer = ARENA_NEW(arena, ScanWriter, 1);
        *writer = (ScanWriter){ .pack = pack, .population = population, .folder = path, .arena = arena,
                                .files = ARENA_NEW(arena, FILE *, pack->program.entity_count),
                                .text = buffer_new(ROWS_CAP) };
        *ret = writer;
        return RC_OK;
}

static FILE *entity_file(ScanWriter *writer, uint16_t entity) {
        if (writer->files[entity])
                return writer->files[entity];
        Str name = writer->pack->program.entities[entity].name;
        Str path = str_format(writer->arena, "%.*s/%.*s.csv", STR_ARG(writer->folder), STR_ARG(name));
        FILE *file = fopen(path.data, "w");
        if (file && fputs("编号,政策,回答,不满足,未确定,待遇\n", file) < 0)
                writer->failed = true;
        writer->failed |= !file;
        return writer->files[entity] = file;
}

static void add_quoted(Buffer *out, Str text) {
        buffer_byte(out, '"');
        for (size_t i = 0; i < text.length; i++) {
                if (text.data[i] == '"')
                        buffer_byte(out, '"');
                buffer_byte(out, text.data[i]);
        }
        buffer_byte(out, '"');
}

/* The numbers (from 1) of the conditions whose bit is set. */
static void add_mask(Buffer *out, const uint64_t *words, uint32_t condition_count) {
        bool first = true;
        for (uint32_t i = 0; i < condition_count; i++) {
                if (!(words[i / 64] >> (i % 64) & 1))
                        continue;
                buffer_format(out, first ? "%u" : " %u", i + 1);
                first = false;
        }
}

/* "创业补贴.金额=12000元；…" for the figures that are due. */
static void add_amounts(const ScanWriter *writer, const Policy *policy, const BatchRows *rows, uint32_t i, Buffer *out) {
        uint32_t number = 0;
        bool first = true;
        for (uint32_t b = 0; b < policy->benefit_count; b++)
                for (uint32_t o = 0; o < policy->benefits[b].output_count; o++, number++) {
                        int64_t cell = rows->amounts[number][i];
                        if (cell == BATCH_NOTHING)
                                continue;
                        const Output *output = &policy->benefits[b].outputs[o];
                        buffer_format(out, "%s%.*s.%.*s=", first ? "" : "；", STR_ARG(policy->benefits[b].name),
                                      STR_ARG(output->label));
                        value_print(&writer->pack->program, writer->pack->program.steps[output->step].type, cell, out);
                        first = false;
                }
}

void scan_writer_rows(void *context, const BatchRows *rows) {
        ScanWriter *writer = context;
        const Policy *policy = &writer->pack->program.policies[rows->policy];
        FILE *file = entity_file(writer, policy->entity);
        const Str *keys = writer->population->entities[policy->entity].keys;
        buffer_clear(&writer->text);
        for (uint32_t i = 0; i < rows->count; i++) {
                Str answer = answer_text((Answer) rows->answers[i]);
                if (keys)
                        add_quoted(&writer->text, keys[rows->first + i]);
                else
                        buffer_format(&writer->text, "%u", rows->first + i + 1);
                buffer_format(&writer->text, ",%.*s,%.*s,", STR_ARG(policy->name), STR_ARG(answer));
                add_mask(&writer->text, &rows->failed[(size_t) i * rows->mask_words], policy->condition_count);
                buffer_byte(&writer->text, ',');
                add_mask(&writer->text, &rows->undecided[(size_t) i * rows->mask_words], policy->condition_count);
                buffer_byte(&writer->text, ',');
                add_amounts(writer, policy, rows, i, &writer->text);
                buffer_byte(&writer->text, '\n');
        }
        if (!file || writer->text.failed || fwrite(writer->text.data, 1, writer->text.length, file) != writer->text.length)
                writer->failed = true;
}

Rc scan_writer_close(ScanWriter *writer) {
        for (uint32_t i = 0; i < writer->pack->program.entity_count; i++)
                if (writer->files[i] && fclose(writer->files[i]) != 0)
                        writer->failed = true;
        buffer_free(&writer->text);
        return writer->failed ? RC_IO : RC_OK;
}
