/* leye sql: the policies as a script for a bureau's own database. */
#include "engine/sql.h"

#include <stdio.h>

#include "cli/cli.h"

#define SQL_CAP ((size_t) 64 << 20)

static int print_sql(const Pack *pack, SqlOptions *options, bool tables) {
        Buffer out CLEAN(buffer_free) = buffer_new(SQL_CAP);
        Diagnostics diagnostics = pack->diagnostics;
        diagnostics.first = diagnostics.last = NULL;
        diagnostics.errors = diagnostics.warnings = 0;
        Rc rc = RC_OK;
        if (tables)
                sql_generate_tables(&pack->program, options, &out);
        else
                rc = sql_generate(&pack->program, options, &out, &diagnostics);
        Buffer problems CLEAN(buffer_free) = buffer_new(SQL_CAP);
        diagnostics_print(&diagnostics, &problems);
        (void) fwrite(problems.data, 1, problems.length, stderr);
        return rc == RC_OK ? cli_output(&out) : cli_exit(rc);
}

int command_sql(const Command *command, int argc, char **argv) {
        bool postgres = false, tables = false, demonstration = false, strict = false;
        Str policy_name = { 0 };
        int32_t date = date_today();
        const CliOption options[] = {
                { .name = "--postgres", .help = "用 PostgreSQL 的写法；默认 SQLite", .flag = &postgres },
                { .name = "--tables", .help = "只打印数据表的建表语句", .flag = &tables },
                { .name = "--policy", .value = "政策", .help = "只要这一项", .text = &policy_name },
                { .name = "--at", .value = "日期", .help = "基准日，默认今天", .date = &date },
                { .name = "--demo", .help = "带上示范数值（demo.md）", .flag = &demonstration },
                { .name = "--strict", .help = "有一项说不准就不生成；默认略去它并提示", .flag = &strict },
        };
        Str city[1];
        uint32_t count;
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Pack *pack CLEAN(pack_cleanup) = pack_new();
        code = cli_load(pack, city[0], &(PackOptions){ .demonstration = demonstration }, false, true);
        if (code != EXIT_DONE)
                return code;
        uint32_t policy = policy_name.length ? pack_policy(pack, policy_name) : NONE;
        if (policy_name.length && policy == NONE) {
                cli_say("没有“%.*s”这项政策", STR_ARG(policy_name));
                return EXIT_USER;
        }
        SqlOptions sql = { .dialect = postgres ? SQL_POSTGRES : SQL_SQLITE, .base_date = date, .apply_date = date,
                           .policies = policy == NONE ? NULL : &policy, .policy_count = policy != NONE,
                           .partial = !strict };
        return print_sql(pack, &sql, tables);
}
