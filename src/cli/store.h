/* A city's records as a command sees them: the pack, its model, and an open database that fits them. */
#pragma once

#include "cli/cli.h"
#include "insight/series.h"
#include "records/record.h"

typedef struct Store {
        Arena    *arena;
        Pack     *pack;
        Model    *model;
        Database *database;
        Plan      plan;
} Store;

/* Where a city's records are: "postgres:…" as it is, a folder as "sqlite:FOLDER/CITY.db". */
Str store_place(Arena *arena, Str folder, Str city);

/* Opens the city's records; what is wrong is told on standard error with the way out. `make`: the database may be new. With
 * `fitting` a database that needs a migration is refused. EXIT_DONE, or the code to end with; store_close in any case. */
typedef struct StoreOptions {
        Str  city, folder;
        bool make, fitting, read_only;
} StoreOptions;
int  store_open(Store *store, const StoreOptions *options);
void store_close(Store *store);

/* Tells what the database said; the exit code. */
int store_failure(const Store *store, const char *what, Rc rc);

/* The table of an entity; NULL, told on standard error, when there is none. */
const RecordTable *store_table(const Store *store, Str entity);

/* A setting of the city, or empty. */
Rc store_setting(const Store *store, Str name, Str *ret_value) CHECKED;
Rc store_put_setting(const Store *store, Str name, Str value) CHECKED;

/* The operator of the command line, now. */
Change store_change(const Store *store, Str reason);
