/* Connections to one city's database, kept open between requests. Safe to use from many threads. */
#pragma once

#include "database/database.h"

typedef struct Pool Pool;

/* Opens nothing yet. `options` is copied. pool_free closes what is not out; NULL is fine. */
Pool *pool_new(const DatabaseOptions *options);
void  pool_free(Pool *pool);

/* "sqlite:PATH" or "postgres:…", as it was given. */
Str pool_place(const Pool *pool);

/* A connection of one's own until it is given back. *ret_why is for the page. */
Rc   pool_take(Pool *pool, Arena *arena, Database **ret_database, Str *ret_why) CHECKED;
/* An open transaction is rolled back; a connection that broke is closed instead of kept. */
void pool_give(Pool *pool, Database *database);
