/* leye import: a sheet becomes records of one kind, or says row by row why not; and a batch is taken back. */
#include "cli/progress.h"
#include "cli/store.h"
#include "records/import.h"

#include <errno.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t) 64 << 20)
#define STOPPED 128                /* the exit code of a shell for what a signal ended */
#define FAULTS_SHOWN 100u          /* lines of text; --json and --return have them all */

typedef struct ImportCommand {
        Str     city, entity, file, folder, back;
        int64_t undo;
        bool    dry, partial, json;
} ImportCommand;

/* ---- what came out ---------------------------------------------------------------------------------------- */

/* What stands in a bad cell, masked where the field is. */
static Str fault_text(const Store *store, const ImportMapping *mapping, const ImportFault *fault) {
        uint32_t field = fault->column ? mapping->columns[fault->column - 1].field : NONE;
        if (field >= mapping->table->field_count || !mapping->table->fields[field].sensitive)
                return fault->text;
        Buffer text CLEAN(buffer_free) = buffer_new(OUTPUT_MAX);
        field_print(store->model->program, &mapping->table->fields[field], cell_text(fault->text), true, &text);
        return str_copy(store->arena, buffer_str(&text));
}

static void tell_faults(const Store *store, const ImportMapping *mapping, const ImportReport *report) {
        Buffer out CLEAN(buffer_free) = buffer_new(OUTPUT_MAX);
        for (uint32_t i = 0; i < report->fault_count && i < FAULTS_SHOWN; i++) {
                const ImportFault *fault = &report->faults[i];
                if (fault->sheet.length)
                        buffer_format(&out, "工作表“%.*s”", STR_ARG(fault->sheet));
                buffer_format(&out, "第 %u 行", fault->row);
                if (fault->column)
                        buffer_format(&out, " %.*s 列“%.*s”", STR_ARG(import_column_letters(store->arena, fault->column)),
                                      STR_ARG(fault->header));
                Str text = fault_text(store, mapping, fault);
                if (text.length)
                        buffer_format(&out, "（%.*s）", STR_ARG(text));
                buffer_format(&out, "：%.*s\n", STR_ARG(fault->message));
        }
        if (report->fault_total > FAULTS_SHOWN)
                buffer_format(&out, "还有 %llu 处没有列出；加 --return 文件.xlsx 得到标好原因的表\n", (unsigned long long) report->fault_total - FAULTS_SHOWN);
        if (report->skipped.length)
                buffer_format(&out, "没有读这些工作表，因为表头不同：%.*s\n", STR_ARG(report->skipped));
        cli_tell(&out);
}

/* The columns that are used, or the others. */
static void print_columns(const ImportMapping *mapping, bool used, Buffer *out) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < mapping->column_count; i++) {
                const ImportColumn *column = &mapping->columns[i];
                if (column->header.length == 0 || (column->field != NONE) != used)
                        continue;
                buffer_add(out, count++ ? STR("、") : used ? STR("对应的列：") : STR("没有用到的列："));
                buffer_add(out, column->header);
                Str name = column->field == IMPORT_KEY ? mapping->table->key_name
                           : used                       ? mapping->table->fields[column->field].name : column->header;
                if (!str_equal(name, column->header))
                        buffer_format(out, " → %.*s", STR_ARG(name));
        }
        if (count)
                buffer_byte(out, '\n');
}

static void print_text(const ImportCommand *import, const ImportMapping *mapping, const ImportReport *report, Buffer *out) {
        print_columns(mapping, true, out);
        print_columns(mapping, false, out);
        const char *could = report->batch || report->fault_total == 0 ? "" : "可";      /* nothing was done */
        buffer_format(out, "共 %llu 行：%s新增 %llu，%s更新 %llu，没有变化 %llu，有错 %llu\n", (unsigned long long) report->rows, could,
                      (unsigned long long) report->created, could, (unsigned long long) report->updated,
                      (unsigned long long) report->unchanged, (unsigned long long) report->refused);
        if (report->batch)
                buffer_format(out, "已导入，批次 %lld；要撤销：leye import %.*s --undo %lld，--folder 照旧\n", (long long) report->batch,
                              STR_ARG(import->city), (long long) report->batch);
        else if (import->dry)
                buffer_add(out, STR("这是试算，什么都没有写进去\n"));
        else if (report->fault_total)
                buffer_add(out, STR("一行也没有导入；改好有错的行再导入，或者加 --partial 先导入没有错的行\n"));
        else
                buffer_add(out, STR("库里已经都有，没有要改的\n"));
}

static void print_json(const Store *store, const ImportMapping *mapping, const ImportReport *report, Buffer *out) {
        const struct { const char *name; uint64_t number; } numbers[] = {
                { "rows", report->rows },           { "created", report->created }, { "updated", report->updated },
                { "unchanged", report->unchanged }, { "refused", report->refused }, { "faultTotal", report->fault_total },
        };
        Json json = json_begin(out);
        json_open_object(&json);
        for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
                json_key(&json, numbers[i].name);
                json_int(&json, (int64_t) numbers[i].number);
        }
        json_key(&json, "batch");
        json_int(&json, report->batch);
        json_key(&json, "skippedSheets");
        json_text(&json, report->skipped);
        json_key(&json, "faults");
        json_open_array(&json);
        for (uint32_t i = 0; i < report->fault_count; i++) {
                const ImportFault *fault = &report->faults[i];
                const struct { const char *name; Str text; } texts[] = {
                        { "sheet", fault->sheet }, { "header", fault->header }, { "text", fault_text(store, mapping, fault) },
                        { "message", fault->message },
                };
                json_open_object(&json);
                json_key(&json, "row");
                json_int(&json, fault->row);
                json_key(&json, "column");
                json_int(&json, fault->column);
                for (size_t j = 0; j < ARRAY_LENGTH(texts); j++) {
                        json_key(&json, texts[j].name);
                        json_text(&json, texts[j].text);
                }
                json_end(&json);
        }
        json_end(&json);
        json_end(&json);
        buffer_byte(out, '\n');
}

/* The sheet with its reasons; without faults there is nothing to send back. */
static int write_back(const Store *store, const ImportCommand *import, Str bytes, const ImportMapping *mapping,
                      const ImportReport *report) {
        if (import->back.length == 0 || report->fault_total == 0)
                return EXIT_DONE;
        bool only_bad = report->batch != 0;      /* the good rows are in: they must not come again */
        Str path = str_copy(store->arena, import->back);
        errno = 0;
        Rc rc = import_return_sheet(bytes, mapping, report, only_bad, path.data, store->arena);
        if (rc == RC_OK) {
                cli_say("标好原因的表：%s", path.data);
                return EXIT_DONE;
        }
        cli_say("写不了 %s：%s", path.data, cli_reason(errno ? errno : EIO));
        return EXIT_WORLD;
}

/* ---- importing --------------------------------------------------------------------------------------------- */

static int refuse(const Store *store, const char *what, Rc rc, Str why) {
        if (rc == RC_IO || why.length == 0)
                return store_failure(store, what, rc);
        cli_say("%s：%.*s", what, STR_ARG(why));
        return cli_exit(rc);
}

/* The code to end with: behind 128 stands the signal. */
static int stopped(const CliProgress *progress, const char *what) {
        cli_say("停下了：%s，库里和原来一样", what);
        return STOPPED + progress->stopped_by;
}

/* Maps and runs. EXIT_DONE with the report, or the code to end with. */
static int run_import(const Store *store, const ImportCommand *import, const RecordTable *table, Str bytes, ImportMapping *mapping,
                      ImportReport *report) {
        Str why = { 0 };
        CliProgress progress;
        Watch watch = { 0 };
        Rc rc = import_map(store->database, store->model, table, store->plan.city, bytes, store->arena, mapping, &why);
        if (rc != RC_OK)
                return refuse(store, "读不了这张表", rc, why);
        ImportOptions options = { .mapping = mapping, .change = store_change(store, STR("导入")), .file_name = import->file,
                                  .dry = import->dry, .partial = import->partial, .watch = &watch, .count = isatty(STDERR_FILENO) == 1 };
        cli_progress_watch(&progress, import->dry ? "试算" : "导入", &watch);
        rc = import_run(store->database, store->model, bytes, &options, store->arena, report, &why);
        cli_progress_end(&progress);
        if (rc == RC_DENIED)
                return stopped(&progress, "一行也没有导入");
        if (rc != RC_OK)
                return refuse(store, "没有导入", rc, why);
        if (report->rows == 0) {
                cli_say("“%.*s”里除了表头没有数据", STR_ARG(import->file));
                return EXIT_USER;
        }
        return EXIT_DONE;
}

static int import_file(const Store *store, const ImportCommand *import) {
        const RecordTable *table = store_table(store, import->entity);
        Str bytes, path = str_copy(store->arena, import->file);
        if (!table)
                return EXIT_USER;
        Rc rc = file_read(store->arena, path.data, SHEET_BYTES_MAX, &bytes);
        if (rc == RC_TOOBIG)
                cli_say("%s 超过 %u MB，请分成几个文件", path.data, SHEET_BYTES_MAX >> 20);
        else if (rc != RC_OK)
                cli_say("读不了 %s：%s", path.data, cli_reason(errno));
        if (rc != RC_OK)
                return cli_exit(rc);
        ImportMapping mapping = { 0 };
        ImportReport report = { 0 };
        int code = run_import(store, import, table, bytes, &mapping, &report);
        if (code != EXIT_DONE)
                return code;
        Buffer out CLEAN(buffer_free) = buffer_new(OUTPUT_MAX);
        if (import->json)
                print_json(store, &mapping, &report, &out);
        else {
                tell_faults(store, &mapping, &report);
                print_text(import, &mapping, &report, &out);
        }
        code = write_back(store, import, bytes, &mapping, &report);
        int printed = cli_output(&out);
        return code != EXIT_DONE ? code : printed != EXIT_DONE ? printed : report.fault_total ? EXIT_USER : EXIT_DONE;
}

/* ---- taking back --------------------------------------------------------------------------------------------- */

static int undo_batch(const Store *store, const ImportCommand *import) {
        Change change = store_change(store, STR("撤销导入"));
        UndoResult result;
        CliProgress progress;
        Watch watch = { 0 };
        cli_progress_watch(&progress, "撤销", &watch);
        Rc rc = record_undo(store->database, store->model, &change, import->undo, &watch, &result);
        cli_progress_end(&progress);
        if (rc == RC_DENIED)
                return stopped(&progress, "一条也没有撤销");
        if (rc == RC_MISSING || rc == RC_CONFLICT) {
                cli_say(rc == RC_MISSING ? "没有批次 %lld" : "批次 %lld 已经撤销过了", (long long) import->undo);
                return EXIT_USER;
        }
        if (rc != RC_OK)
                return store_failure(store, "没有撤销", rc);
        Buffer out CLEAN(buffer_free) = buffer_new(OUTPUT_MAX);
        unsigned long long deleted = result.deleted, restored = result.restored, kept = result.kept;
        if (import->json)
                buffer_format(&out, "{\"deleted\":%llu,\"restored\":%llu,\"kept\":%llu}\n", deleted, restored, kept);
        else
                buffer_format(&out, "已撤销：删去 %llu 条，改回 %llu 条%s\n", deleted, restored,
                              kept ? str_format(store->arena, "；%llu 条没有动，因为后来又改过，或者别的记录用到它", kept).data : "");
        return cli_output(&out);
}

int command_import(const Command *command, int argc, char **argv) {
        ImportCommand import = { .folder = STR("data") };
        Str words[3];
        uint32_t count;
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &import.folder },
                { .name = "--dry-run", .help = "只检查，不写入", .flag = &import.dry },
                { .name = "--partial", .help = "有错的行留下，没有错的行照样导入", .flag = &import.partial },
                { .name = "--return", .value = "FILE.xlsx", .help = "有错时把标好原因的表写到这里", .text = &import.back },
                { .name = "--json", .help = "结果用 JSON", .flag = &import.json },
                { .name = "--undo", .value = "批次", .help = "撤销一次导入", .number = &import.undo },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, words, &count);
        if (code >= 0)
                return code;
        if (count != (import.undo ? 1u : 3u)) {
                cli_say(import.undo ? "撤销时只写城市；用法见 leye %s --help" : "要写城市、实体和文件，或者城市和 --undo 批次；用法见 leye %s --help", command->name);
                return EXIT_USAGE;
        }
        import.city = words[0];
        if (count == 3) {
                import.entity = words[1];
                import.file = words[2];
        }
        if (count == 3 && str_equal(import.back, import.file)) {
                cli_say("--return 不能写回原来的文件“%.*s”，请换一个名字", STR_ARG(import.file));
                return EXIT_USAGE;
        }
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = import.city, .folder = import.folder, .fitting = true });
        if (code == EXIT_DONE)
                code = import.undo ? undo_batch(&store, &import) : import_file(&store, &import);
        store_close(&store);
        if (code > STOPPED)
                (void) raise(code - STOPPED);    /* a shell that runs many of these stops, too */
        return code;
}
