/* leye export: all records of one kind as a sheet; sensitive cells are masked. */
#include "cli/progress.h"
#include "cli/store.h"
#include "records/import.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define MESSAGE_MAX 8192

static bool kind_of(Str path, ExportKind *ret_kind) {
        bool csv = str_ends(path, STR(".csv"));
        *ret_kind = csv ? EXPORT_CSV : EXPORT_XLSX;
        return csv || str_ends(path, STR(".xlsx"));
}

/* Writes to a neighbour first, so that a file that is there already stays whole until the new one is. */
static int export_table(const Store *store, Str entity, Str path, ExportKind kind) {
        const RecordTable *table = store_table(store, entity);
        if (!table)
                return EXIT_USER;
        Str final = str_copy(store->arena, path), part = str_format(store->arena, "%s.part", final.data);
        RecordQuery query = { .city = store->plan.city, .sort = NONE };
        CliProgress progress;
        cli_progress_begin(&progress, "导出");
        errno = 0;
        Rc rc = records_export(store->database, store->model, table, &query, kind, part.data, store->arena);
        if (rc == RC_OK && rename(part.data, final.data) != 0)
                rc = RC_IO;
        int error = errno;
        cli_progress_end(&progress);
        if (rc != RC_OK) {
                (void) unlink(part.data);        /* it may not be there */
                if (database_fault(store->database) != FAULT_NONE)
                        return store_failure(store, "没有导出", rc);
                cli_say("写不了 %s：%s", final.data, cli_reason(error ? error : EIO));
                return EXIT_WORLD;
        }
        Buffer out CLEAN(buffer_free) = buffer_new(MESSAGE_MAX);
        buffer_format(&out, "已写出 %s\n", final.data);
        return cli_output(&out);
}

int command_export(const Command *command, int argc, char **argv) {
        Str words[2], folder = STR("data"), path = { 0 };
        uint32_t count;
        ExportKind kind;
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &folder },
                { .name = "--out", .value = "FILE", .help = "写到哪里，以 .xlsx 或 .csv 结尾", .text = &path },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, words, &count);
        if (code >= 0)
                return code;
        if (!kind_of(path, &kind)) {
                cli_say("要写 --out 文件，以 .xlsx 或 .csv 结尾");
                return EXIT_USAGE;
        }
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = words[0], .folder = folder, .fitting = true, .read_only = true });
        if (code == EXIT_DONE)
                code = export_table(&store, words[1], path, kind);
        store_close(&store);
        return code;
}
