/* leye init, leye migrate: the city's database made with its divisions, and brought to what the pack says. */
#include "cli/facts.h"

#define PLAN_CAP ((size_t) 1 << 20)

static int apply(Store *store, bool only_plan, bool destructive) {
        Migration migration;
        Buffer out CLEAN(buffer_free) = buffer_new(PLAN_CAP);
        Rc rc = migration_plan(store->database, store->model, store->pack->name, store->arena, &migration);
        if (rc != RC_OK)
                return store_failure(store, "看不了数据库的结构", rc);
        migration_print(&migration, &out);
        int code = cli_output(&out);
        if (code != EXIT_DONE || only_plan || migration.step_count == 0)
                return code;
        rc = migration_apply(store->database, store->model, &migration, destructive);
        if (rc == RC_DENIED)
                return EXIT_USER;
        return rc == RC_OK ? EXIT_DONE : store_failure(store, "没有改成，数据库还是原来的样子", rc);
}

/* Tables and divisions in one transaction: who comes after a crash finds a city or none. What is wrong with the table of
 * divisions is told, and the city goes on without. */
static int make(Store *store, Str city) {
        Rc rc = database_begin(store->database, true);
        if (rc != RC_OK)
                return store_failure(store, "没有建成", rc);
        int code = apply(store, false, false);
        if (code == EXIT_DONE)
                code = facts_load_divisions(store, city);
        rc = database_finish(store->database, code == EXIT_WORLD ? RC_IO : RC_OK);
        return rc != RC_OK && code != EXIT_WORLD ? store_failure(store, "没有建成，数据库还是原来的样子", rc) : code;
}

int command_init(const Command *command, int argc, char **argv) {
        Str city[1], folder = STR("data");
        uint32_t count;
        const CliOption options[] = { { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &folder } };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = city[0], .folder = folder, .make = true });
        if (code == EXIT_DONE)
                code = make(&store, city[0]);
        store_close(&store);
        return code;
}

int command_migrate(const Command *command, int argc, char **argv) {
        Str city[1], folder = STR("data");
        bool plan = false, destructive = false;
        uint32_t count;
        const CliOption options[] = {
                { .name = "--folder", .value = "DIR", .help = "数据文件夹，或 postgres:连接串；缺省 data", .text = &folder },
                { .name = "--plan", .help = "只打印要改什么，不改", .flag = &plan },
                { .name = "--destructive", .help = "允许会丢数据的步骤", .flag = &destructive },
        };
        int code = cli_parse(command, options, ARRAY_LENGTH(options), argc, argv, city, &count);
        if (code >= 0)
                return code;
        Store store;
        code = store_open(&store, &(StoreOptions){ .city = city[0], .folder = folder });
        if (code == EXIT_DONE)
                code = apply(&store, plan, destructive);
        store_close(&store);
        return code;
}
