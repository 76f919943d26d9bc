/* Opening a city's records for a command. */
#include "cli/store.h"

#include "cli/facts.h"

#include "database/named.h"

#include <errno.h>
#include <sys/stat.h>

#define STORE_ARENA ((size_t) 1 << 30)

Str store_place(Arena *arena, Str folder, Str city) {
        if (str_starts(folder, STR("postgres:")))
                return folder;
        return str_format(arena, "sqlite:%.*s/%.*s.db", STR_ARG(folder), STR_ARG(city));
}

int store_failure(const Store *store, const char *what, Rc rc) {
        DatabaseFault fault = store->database ? database_fault(store->database) : FAULT_NONE;
        if (fault != FAULT_NONE) {
                Str text = database_fault_text(fault), own = database_message(store->database);
                cli_say("%s：%.*s（%.*s）", what, STR_ARG(text), STR_ARG(own));
                return EXIT_WORLD;
        }
        cli_say("%s（%s）", what, rc_name(rc));
        return cli_exit(rc);
}

/* The folder of the database files, made when it may be. */
static int make_folder(Str folder, Arena *arena) {
        if (str_starts(folder, STR("postgres:")) || mkdir(str_copy(arena, folder).data, 0700) == 0 || errno == EEXIST)
                return EXIT_DONE;
        cli_say("建不了文件夹 %.*s：%s", STR_ARG(folder), cli_reason(errno));
        return EXIT_WORLD;
}

static bool is_missing(Str folder, Str place, Arena *arena) {
        struct stat about;
        if (str_starts(folder, STR("postgres:")))
                return false;
        Str file = str_slice(place, STR("sqlite:").length, place.length);
        return stat(str_copy(arena, file).data, &about) != 0;
}

/* What stands in the database before anything is done with it: ours, empty (leye init was about to fill it when it ended), or
 * another program's. */
static int check_own(const Store *store, bool make) {
        Statement *statement;
        Cell ours, all;
        Str name = store->pack->name;
        Rc rc = database_named(store->database, SQL_TABLE_EXISTS, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(STR("leye_field")) }, 1, store->arena, &ours);
        if (rc == RC_OK)
                rc = database_named(store->database, SQL_TABLE_COUNT, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, NULL, 0, store->arena, &all);
        if (rc != RC_OK)
                return store_failure(store, "打不开数据库", rc);
        if (ours.integer > 0 || (make && all.integer == 0))
                return EXIT_DONE;
        if (all.integer > 0)
                cli_say("放%.*s数据的库里是别的程序的表，没有动它；请核对 --folder，换一个地方", STR_ARG(name));
        else
                cli_say("%.*s的数据库是空的；先运行 leye init %.*s，--folder 照旧", STR_ARG(name), STR_ARG(name));
        return EXIT_USER;
}

static int check_fitting(Store *store) {
        Migration migration;
        Rc rc = migration_plan(store->database, store->model, store->pack->name, store->arena, &migration);
        if (rc != RC_OK)
                return store_failure(store, "看不了数据库的结构", rc);
        if (migration.step_count == 0)
                return EXIT_DONE;
        cli_say("%.*s的数据库和城市文件对不上，差 %u 步；先运行 leye migrate %.*s，--folder 照旧", STR_ARG(store->pack->name), migration.step_count,
                STR_ARG(store->pack->name));
        return EXIT_USER;
}

int store_open(Store *store, const StoreOptions *options) {
        Str why;
        *store = (Store){ .arena = arena_new(STORE_ARENA), .pack = pack_new() };
        int code = cli_load(store->pack, options->city, &(PackOptions){ 0 }, false, true);
        if (code != EXIT_DONE)
                return code;
        Str name = store->pack->name, place = store_place(store->arena, options->folder, name);
        if (options->make)
                code = make_folder(options->folder, store->arena);
        else if (is_missing(options->folder, place, store->arena)) {
                cli_say("%.*s 里还没有%.*s的数据；先运行 leye init %.*s --folder %.*s", STR_ARG(options->folder), STR_ARG(name), STR_ARG(name),
                        STR_ARG(options->folder));
                code = EXIT_USER;
        }
        if (code != EXIT_DONE)
                return code;
        DatabaseOptions opening = {
                .place = place, .space = str_format(store->arena, "leye_%.*s", STR_ARG(name)), .read_only = options->read_only,
        };
        if (database_open(&opening, store->arena, &store->database, &why) != RC_OK) {
                cli_say("%.*s", STR_ARG(why));
                return EXIT_WORLD;
        }
        code = check_own(store, options->make);
        if (code != EXIT_DONE)
                return code;
        store->model = model_new(&store->pack->program, store->arena);
        store->plan = plan_new(store->database, store->model, name, store->pack->hash);
        store->plan.workdays = facts_workdays(options->city, store->arena);
        return options->fitting ? check_fitting(store) : EXIT_DONE;
}

void store_close(Store *store) {
        database_close(store->database);
        pack_free(store->pack);
        arena_free(store->arena);
        *store = (Store){ 0 };
}

const RecordTable *store_table(const Store *store, Str entity) {
        const RecordTable *table = model_table(store->model, entity);
        uint32_t count = store->model->table_count;
        Str *names = ARENA_NEW(store->arena, Str, count + 1), near;
        if (table)
                return table;
        for (uint32_t i = 0; i < count; i++)
                names[i] = store->model->tables[i].name;
        if (nearest_name(entity, names, count, &near)) {
                cli_say("没有“%.*s”这一类记录，是否想写 %.*s", STR_ARG(entity), STR_ARG(near));
                return NULL;
        }
        Str list = { 0 };
        for (uint32_t i = 0; i < count; i++)
                list = i ? str_format(store->arena, "%.*s、%.*s", STR_ARG(list), STR_ARG(names[i])) : names[0];
        cli_say("没有“%.*s”这一类记录；有：%.*s", STR_ARG(entity), STR_ARG(list));
        return NULL;
}

Rc store_setting(const Store *store, Str name, Str *ret_value) {
        Statement *statement;
        Cell value;
        Rc rc = database_named(store->database, SQL_SETTING_GET, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, (Cell[]){ cell_text(store->plan.city), cell_text(name) }, 2, store->arena, &value);
        if (rc == RC_OK || rc == RC_MISSING)
                *ret_value = rc == RC_OK ? value.text : (Str){ 0 };
        return rc == RC_MISSING ? RC_OK : rc;
}

Rc store_put_setting(const Store *store, Str name, Str value) {
        Statement *statement;
        Rc rc = database_named(store->database, SQL_SETTING_PUT, &statement);
        if (rc != RC_OK)
                return rc;
        return statement_run(statement, (Cell[]){ cell_text(store->plan.city), cell_text(name), cell_text(value) }, 3, NULL);
}

Change store_change(const Store *store, Str reason) {
        return (Change){ .city = store->plan.city, .actor = STR("本机操作员"), .at = clock_seconds(), .reason = reason };
}
