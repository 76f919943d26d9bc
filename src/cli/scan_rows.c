/* Per-subject results of a scan: one CSV file an entity, a line a subject and policy. Amounts are exact decimals in the
 * unit of the figure. Keys stand as the data has them. Files are written beside their place and renamed at the end. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/scan.h"

#define ROWS_CAP ((size_t) 64 << 20)

/* The file of one entity while it is written. */
typedef struct RowFile {
        FILE *file;                      /* NULL until the entity has a row */
        Str   path, temporary;
} RowFile;

struct ScanWriter {
        const Pack       *pack;
        const Population *population;
        RowFile          *files;         /* per entity */
        Buffer            text;
        Str               folder;
        Arena            *arena;
        int               error;         /* errno of the first failure, or 0 */
};

Rc scan_writer_open(Arena *arena, const Pack *pack, const Population *population, Str folder, ScanWriter **ret) {
        Str path = str_copy(arena, folder);
        struct stat status;
        if (mkdir(path.data, 0777) != 0 && errno != EEXIST)
                return RC_IO;
        if (stat(path.data, &status) != 0)
                return RC_IO;
        if (!S_ISDIR(status.st_mode)) {
                errno = ENOTDIR;
                return RC_IO;
        }
        ScanWriter *writer = ARENA_NEW(arena, ScanWriter, 1);
        *writer = (ScanWriter){ .pack = pack, .population = population, .folder = path, .arena = arena,
                                .files = ARENA_NEW(arena, RowFile, pack->program.entity_count),
                                .text = buffer_new(ROWS_CAP) };
        *ret = writer;
        return RC_OK;
}

static void remember_error(ScanWriter *writer) {
        if (writer->error == 0)
                writer->error = errno ? errno : EIO;
}

static void open_file(ScanWriter *writer, uint16_t entity) {
        RowFile *rows = &writer->files[entity];
        Str name = writer->pack->program.entities[entity].name;
        rows->path = str_format(writer->arena, "%.*s/%.*s.csv", STR_ARG(writer->folder), STR_ARG(name));
        rows->temporary = str_format(writer->arena, "%.*s.%ld.tmp", STR_ARG(rows->path), (long) getpid());
        rows->file = fopen(rows->temporary.data, "we");
        if (!rows->file || fputs("编号,政策,回答,不满足,未确定,待遇\n", rows->file) < 0)
                remember_error(writer);
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

static void add_row(ScanWriter *writer, const Policy *policy, const BatchRows *rows, uint32_t i) {
        Buffer *out = &writer->text;
        Str key = rows_key(&writer->population->entities[policy->entity], rows->first + i);
        Str answer = answer_text((Answer) rows->answers[i]);
        if (key.length > 0)
                add_quoted(out, key);
        else
                buffer_format(out, "%u", rows->first + i + 1);
        buffer_format(out, ",%.*s,%.*s,", STR_ARG(policy->name), STR_ARG(answer));
        add_mask(out, &rows->failed[(size_t) i * rows->mask_words], policy->condition_count);
        buffer_byte(out, ',');
        add_mask(out, &rows->undecided[(size_t) i * rows->mask_words], policy->condition_count);
        buffer_byte(out, ',');
        add_amounts(writer, policy, rows, i, out);
        buffer_byte(out, '\n');
}

void scan_writer_rows(void *context, const BatchRows *rows) {
        ScanWriter *writer = context;
        const Policy *policy = &writer->pack->program.policies[rows->policy];
        if (writer->error == 0 && !writer->files[policy->entity].file)
                open_file(writer, policy->entity);
        if (writer->error != 0)
                return;
        buffer_clear(&writer->text);
        for (uint32_t i = 0; i < rows->count; i++)
                add_row(writer, policy, rows, i);
        MUST(!writer->text.failed);
        errno = 0;
        if (fwrite(writer->text.data, 1, writer->text.length, writer->files[policy->entity].file) != writer->text.length)
                remember_error(writer);
}

Rc scan_writer_close(ScanWriter *writer, int *ret_error) {
        for (uint32_t i = 0; i < writer->pack->program.entity_count; i++)
                if (writer->files[i].file && fclose(writer->files[i].file) != 0)
                        remember_error(writer);
        for (uint32_t i = 0; i < writer->pack->program.entity_count; i++) {
                const RowFile *rows = &writer->files[i];
                if (rows->file && writer->error == 0 && rename(rows->temporary.data, rows->path.data) != 0)
                        remember_error(writer);
                if (rows->file && writer->error != 0)
                        (void) unlink(rows->temporary.data);     /* the first failure is the one to report */
        }
        buffer_free(&writer->text);
        if (ret_error)
                *ret_error = writer->error;
        return writer->error ? RC_IO : RC_OK;
}
