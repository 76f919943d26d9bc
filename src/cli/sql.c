/* leye sql: the policies as a script for a bureau's own database, and with --data the tables and rows it reads. */
#include "engine/sql.h"

#include "cli/scan.h"

#define SQL_CAP ((size_t) 256 << 20)
#define SQL_ARENA ((size_t) 64 << 30)
#define ROWS_A_CHUNK 5000

typedef struct SqlCommand {
        bool     postgres, tables, demonstration, strict;
        Str      policy, data;
        int32_t  date;
        Str      sets[CLI_LIST_MAX];
        uint32_t set_count;
} SqlCommand;

static void print_findings(const Diagnostics *diagnostics) {
        Buffer problems CLEAN(buffer_free) = buffer_new(SQL_CAP);
        diagnostics_print(diagnostics, &problems);
        cli_tell(&problems);
}

static int print_rows(const Population *population, const SqlOptions *options) {
        const Program *program = population->program;
        Buffer out CLEAN(buffer_free) = buffer_new(SQL_CAP);
        int code = EXIT_DONE;
        for (uint16_t entity = 0; entity < program->entity_count; entity++) {
                uint32_t rows = population->entities[entity].count;
                for (uint32_t first = 0; first < rows && code == EXIT_DONE; first += ROWS_A_CHUNK) {
                        uint32_t count = rows - first < ROWS_A_CHUNK ? rows - first : ROWS_A_CHUNK;
                        buffer_clear(&out);
                        sql_generate_rows(population, options, entity, first, count, &out);
                        code = cli_output(&out);
                }
        }
        return code;
}

static int print_tables(const SqlCommand *command, const Program *program, const SqlOptions *options) {
        Buffer tables CLEAN(buffer_free) = buffer_new(SQL_CAP);
        sql_generate_tables(program, options, &tables);
        if (command->data.length == 0)
                return cli_output(&tables);
        Arena *arena CLEAN(arena_cleanup) = arena_new(SQL_ARENA);
        ScanData data CLEAN(scan_close) = { 0 };
        int code = scan_load(program, arena, command->data, 0, false, &data);
        if (code != EXIT_DONE)
                return code;
        Buffer begin CLEAN(buffer_free) = buffer_new(SQL_CAP), commit CLEAN(buffer_free) = buffer_new(SQL_CAP);
        buffer_add(&begin, STR("BEGIN;\n"));     /* one transaction: many times faster */
        buffer_add(&commit, STR("COMMIT;\n"));
        if ((code = cli_output(&begin)) == EXIT_DONE && (code = cli_output(&tables)) == EXIT_DONE &&
            (code = print_rows(data.population, options)) == EXIT_DONE)
                code = cli_output(&commit);
        return code;
}

/* The script is made first: what is refused stops everything before a line is printed. */
static int print_sql(const SqlCommand *command, const Pack *pack, const SqlOptions *options) {
        Buffer script CLEAN(buffer_free) = buffer_new(SQL_CAP);
        Diagnostics diagnostics = pack->diagnostics;
        diagnostics.first = diagnostics.last = NULL;
        diagnostics.errors = diagnostics.warnings = 0;
        Rc rc = command->tables ? RC_OK : sql_generate(&pack->program, options, &script, &diagnostics);
        print_findings(&diagnostics);
        if (rc != RC_OK)
                return cli_exit(rc);
        int code = EXIT_DONE;
        if (command->tables || command->data.length > 0)
                code = print_tables(command, &pack->program, options);
        return code == EXIT_DONE && !command->tables ? cli_output(&script) : code;
}

static int sql_pack(const SqlCommand *command, Str city) {
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        ParameterSetting *settings;
        if (!cli_settings(pack->arena, command->sets, command->set_count, &settings))
                return EXIT_USAGE;
        int code = cli_load(pack, city, &(PackOptions){ command->demonstration, settings, command->set_count }, false, true);
        uint32_t policy;
        if (code != EXIT_DONE)
                return code;
        if (!cli_find_policy(pack, command->policy, &policy))
                return EXIT_USER;
        SqlOptions options = { .dialect = command->postgres ? SQL_POSTGRES : SQL_SQLITE, .base_date = command->date,
                               .apply_date = command->date, .partial = !command->strict };
        options.policies = scan_policies(&pack->program, pack->arena, &options.policy_count);
        if (policy != NONE) {
                options.policies = &policy;
                options.policy_count = 1;
        }
        return print_sql(command, pack, &options);
}

int command_sql(const Command *command, int argc, char **argv) {
        SqlCommand sql = { .date = date_today() };
        const CliOption options[] = {
                { .name = "--postgres", .help = "用 PostgreSQL 的写法；默认 SQLite", .flag = &sql.postgres },
                { .name = "--data", .value = "文件夹", .help = "先建表并写入这些数据，再是脚本", .text = &sql.data },
                { .name = "--tables", .help = "只要建表语句（和 --data 的数据），不要脚本", .flag = &sql.tables },
                { .name = "--policy", .value = "政策", .help = "只要这一项", .text = &sql.policy },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &sql.date },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &sql.demonstration },
                { .name = "--set", .value = "参数=值", .help = "换一个参数的值，可以写多次", .list = sql.sets,
                  .list_count = &sql.set_count },
                { .name = "--strict", .help = "有一项 SQL 说不准就不生成；默认略去它并提示", .flag = &sql.strict },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        return code >= 0 ? code : sql_pack(&sql, city[0]);
}
