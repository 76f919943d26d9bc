/* One list of cmocka tests made of cases × databases. */
#include "world.h"

#include <string.h>

#define CAP ((size_t) 1 << 30)
#define NAME_CAP 200

typedef struct Planned {
        const WorldCase *at;
        DatabaseKind     kind;
} Planned;

Database *world_open(World *world) {
        Database *database = NULL;
        Str why = { 0 };
        Rc rc = database_open(&world->options, world->arena, &database, &why);
        if (rc != RC_OK)
                fail_msg("%.*s", STR_ARG(why));
        return database;
}

static void forget_space(World *world) {
        World all = *world;
        all.options.space = STR("public");
        all.options.read_only = false;
        Database *database = world_open(&all);
        Str sql = str_format(world->arena, "DROP SCHEMA IF EXISTS \"%.*s\" CASCADE", STR_ARG(world->options.space));
        must_script(database, sql.data);
        (void) database_close(database);
}

static void run_planned(void **state) {
        const Planned *planned = *state;
        World world = { .kind = planned->kind, .arena = arena_new(CAP) };
        world.folder = folder_new(world.arena);
        const char *conninfo = getenv("LEYE_TEST_POSTGRES");
        world.options.busy_milliseconds = 300;
        world.options.place = planned->kind == DATABASE_SQLITE
                                      ? str_format(world.arena, "sqlite:%.*s/city.db", STR_ARG(world.folder))
                                      : str_format(world.arena, "postgres:%s", conninfo);
        world.options.space = str_format(world.arena, "t_%ld_%s", (long) getpid(), planned->at->name);
        if (world.options.space.length > 63)
                world.options.space.length = 63;
        world.database = world_open(&world);
        planned->at->body(&world);
        world.database = database_close(world.database);
        if (planned->kind == DATABASE_POSTGRES)
                forget_space(&world);
        folder_remove(world.folder);
        (void) arena_free(world.arena);
}

int world_run(const WorldCase *cases, int argc, char **argv) {
        static struct CMUnitTest tests[NAME_CAP];
        static Planned planned[NAME_CAP];
        static char names[NAME_CAP][NAME_CAP];
        size_t count = 0;
        bool postgres = getenv("LEYE_TEST_POSTGRES") != NULL;
        for (const WorldCase *at = cases; at->name; at++)
                for (DatabaseKind kind = DATABASE_SQLITE; kind <= DATABASE_POSTGRES; kind++) {
                        if (kind == DATABASE_SQLITE ? !at->on_sqlite : !at->on_postgres || !postgres)
                                continue;
                        MUST(count < NAME_CAP);
                        planned[count] = (Planned){ at, kind };
                        (void) snprintf(names[count], NAME_CAP, "%s_%s", at->name, kind == DATABASE_SQLITE ? "sqlite" : "postgres");
                        tests[count] = (struct CMUnitTest){ .name = names[count], .test_func = run_planned,
                                                            .initial_state = &planned[count] };
                        count++;
                }
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return _cmocka_run_group_tests("database", tests, count, NULL, NULL);
}

static void report(Database *database, const char *sql) {
        fail_msg("%s: %.*s", sql, STR_ARG(database_message(database)));
}

void must_script(Database *database, const char *sql) {
        if (database_script(database, str_from(sql)) != RC_OK)
                report(database, sql);
}

Statement *must_prepare(Database *database, const char *sql) {
        Statement *statement = NULL;
        if (database_prepare(database, str_from(sql), &statement) != RC_OK)
                report(database, sql);
        return statement;
}

void must_run(Database *database, const char *sql, const Cell *parameters, uint32_t count) {
        if (statement_run(must_prepare(database, sql), parameters, count, NULL) != RC_OK)
                report(database, sql);
}

int64_t must_count(Database *database, const char *sql) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(CAP);
        Cell cell = cell_null();
        if (statement_one(must_prepare(database, sql), NULL, 0, arena, &cell) != RC_OK)
                report(database, sql);
        assert_int_equal(cell.kind, CELL_INTEGER);
        return cell.integer;
}
