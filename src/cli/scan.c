/* leye scan: every person, household and firm of a data folder, by policy and county. */
#include "cli/scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/progress.h"
#include "engine/load.h"

#define SCAN_CAP ((size_t) 256 << 20)
#define SCAN_ARENA ((size_t) 64 << 30)

typedef struct ScanOptions {
        bool    json, demonstration, by_county;
        Str     data, out, save;
        int32_t date;
        int64_t threads;
        Str     sets[CLI_LIST_MAX];
        uint32_t set_count;
} ScanOptions;

static int load_folder(const Program *program, Arena *arena, Str data, uint32_t threads, bool quiet, ScanData *ret_data) {
        LoadReport report;
        Population *population;
        CliProgress progress;
        cli_progress_begin(&progress, "读取数据");
        Rc rc = population_load(arena, program, data, &(LoadOptions){ .threads = threads }, &report, &population);
        int error = errno;
        cli_progress_end(&progress);
        if (rc != RC_OK) {
                cli_say("读不了数据文件夹 %.*s：%s", STR_ARG(data), cli_reason(rc == RC_MISSING ? ENOENT : error));
                return cli_exit(rc);
        }
        if (!quiet) {
                Buffer text CLEAN(buffer_free) = buffer_new(SCAN_CAP);
                load_report_print(&report, &text);
                cli_tell(&text);
        }
        *ret_data = (ScanData){ .population = population };
        return EXIT_DONE;
}

static int open_snapshot(const Program *program, Arena *arena, Str data, ScanData *ret_data) {
        ScanData opened;
        Str why = { 0 };
        CliProgress progress;
        cli_progress_begin(&progress, "打开快照");
        Rc rc = population_open(arena, program, data, true, &opened.snapshot, &opened.population, &why);
        int error = errno;
        cli_progress_end(&progress);
        if (rc != RC_OK) {
                cli_say("打不开快照 %.*s：%.*s", STR_ARG(data), STR_ARG(why.length ? why : str_from(cli_reason(error))));
                return cli_exit(rc);
        }
        *ret_data = opened;
        return EXIT_DONE;
}

int scan_load(const Program *program, Arena *arena, Str data, uint32_t threads, bool quiet, ScanData *ret_data) {
        Str path = str_copy(arena, data);
        struct stat status;
        if (stat(path.data, &status) == 0 && S_ISREG(status.st_mode))
                return open_snapshot(program, arena, path, ret_data);
        return load_folder(program, arena, path, threads, quiet, ret_data);
}

const uint32_t *scan_policies(const Program *program, Arena *arena, uint32_t *ret_count) {
        uint32_t *policies = ARENA_NEW(arena, uint32_t, program->policy_count + 1), count = 0;
        for (uint32_t i = 0; i < program->policy_count; i++)
                if (program->policies[i].card.length == 0)
                        policies[count++] = i;
        *ret_count = count;
        return policies;
}

void scan_close(ScanData *data) {
        snapshot_close(&data->snapshot);
}

static int write_rows(const ScanOptions *scan, const Pack *pack, Arena *arena, const Population *population,
                      BatchOptions *options, ScanWriter **ret_writer) {
        *ret_writer = NULL;
        if (scan->out.length == 0)
                return EXIT_DONE;
        if (scan_writer_open(arena, pack, population, scan->out, ret_writer) != RC_OK) {
                cli_say("写不了文件夹 %.*s：%s", STR_ARG(scan->out), cli_reason(errno));
                return EXIT_WORLD;
        }
        options->sink = scan_writer_rows;
        options->sink_context = *ret_writer;
        return EXIT_DONE;
}

static int print_result(const ScanOptions *scan, const Pack *pack, const BatchResult *result, Arena *arena) {
        Buffer out CLEAN(buffer_free) = buffer_new(SCAN_CAP);
        if (scan->json) {
                Json json = json_begin(&out);
                scan_json(pack, result, arena, &json);
                buffer_byte(&out, '\n');
        } else
                scan_print(pack, result, scan->by_county, arena, &out);
        return cli_output(&out);
}

static int save_snapshot(const ScanOptions *scan, const Population *population, Arena *arena) {
        CliProgress progress;
        cli_progress_begin(&progress, "保存快照");
        Rc rc = population_save(population, str_copy(arena, scan->save));
        int error = errno;
        cli_progress_end(&progress);
        if (rc == RC_OK)
                return EXIT_DONE;
        cli_say("写不了快照 %.*s：%s", STR_ARG(scan->save), cli_reason(error));
        return EXIT_WORLD;
}

static int run_scan(const ScanOptions *scan, const Pack *pack) {
        Arena *arena CLEAN(arena_cleanup) = arena_new(SCAN_ARENA);
        ScanData data CLEAN(scan_close) = { 0 };
        int code = scan_load(&pack->program, arena, scan->data, (uint32_t) scan->threads, false, &data);
        if (code == EXIT_DONE && scan->save.length)
                code = save_snapshot(scan, data.population, arena);
        if (code != EXIT_DONE)
                return code;
        Run run = { .program = &pack->program, .base_date = scan->date, .apply_date = scan->date };
        BatchOptions options = { .threads = (uint32_t) scan->threads, .by_county = true, .by_condition = true,
                                 .by_order = true };
        options.policies = scan_policies(&pack->program, arena, &options.policy_count);
        ScanWriter *writer;
        code = write_rows(scan, pack, arena, data.population, &options, &writer);
        if (code != EXIT_DONE)
                return code;
        CliProgress progress;
        cli_progress_begin(&progress, "计算");
        const BatchResult *result = batch_run(batch_plan_new(arena, &run, &options), data.population, arena);
        cli_progress_end(&progress);
        int error;
        if (writer && scan_writer_close(writer, &error) != RC_OK) {
                cli_say("写不了 %.*s：%s；没有留下文件", STR_ARG(scan->out), cli_reason(error));
                return EXIT_WORLD;
        }
        return print_result(scan, pack, result, arena);
}

int command_scan(const Command *command, int argc, char **argv) {
        ScanOptions scan = { .date = date_today(), .threads = 2 };
        const CliOption options[] = {
                { .name = "--data", .value = "文件夹", .help = "CSV 文件夹，或 --save 存下的快照", .text = &scan.data },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &scan.date },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &scan.demonstration },
                { .name = "--set", .value = "参数=值", .help = "换一个参数的值，可以写多次", .list = scan.sets,
                  .list_count = &scan.set_count },
                { .name = "--by-county", .help = "按区县分开列", .flag = &scan.by_county },
                { .name = "--out", .value = "文件夹", .help = "逐个对象的结果写成 CSV，每类一个文件", .text = &scan.out },
                { .name = "--save", .value = "文件", .help = "把读到的数据存成快照，下次用 --data 打开更快", .text = &scan.save },
                { .name = "--threads", .value = "个数", .help = "用几个线程，默认 2", .number = &scan.threads },
                { .name = "--json", .help = "以 JSON 输出", .flag = &scan.json },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        if (scan.data.length == 0 || scan.threads < 1 || scan.threads > BATCH_THREADS_MAX) {
                cli_say(scan.data.length ? "--threads 要在 1 到 64 之间" : "请用 --data 指定数据文件夹");
                return EXIT_USAGE;
        }
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        ParameterSetting *settings;
        if (!cli_settings(pack->arena, scan.sets, scan.set_count, &settings))
                return EXIT_USAGE;
        code = cli_load(pack, city[0], &(PackOptions){ scan.demonstration, settings, scan.set_count }, false, true);
        return code == EXIT_DONE ? run_scan(&scan, pack) : code;
}
