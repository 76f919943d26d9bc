/* A stack of idle connections under a lock; opening happens outside it. */
#include "web/pool.h"

#include <pthread.h>
#include <stdlib.h>

#define IDLE_MAX 16

struct Pool {
        Arena          *arena;
        DatabaseOptions options;
        pthread_mutex_t lock;
        Database       *idle[IDLE_MAX];
        uint32_t        idle_count;
};

Pool *pool_new(const DatabaseOptions *options) {
        Arena *arena = arena_new((size_t) 1 << 20);
        Pool *pool = ARENA_NEW(arena, Pool, 1);
        pool->arena = arena;
        pool->options = *options;
        pool->options.place = str_copy(arena, options->place);
        pool->options.space = str_copy(arena, options->space);
        MUST(pthread_mutex_init(&pool->lock, NULL) == 0);
        return pool;
}

void pool_free(Pool *pool) {
        if (!pool)
                return;
        while (pool->idle_count)
                database_close(pool->idle[--pool->idle_count]);
        MUST(pthread_mutex_destroy(&pool->lock) == 0);
        arena_free(pool->arena);
}

Str pool_place(const Pool *pool) {
        return pool->options.place;
}

Rc pool_take(Pool *pool, Arena *arena, Database **ret_database, Str *ret_why) {
        Database *database = NULL;
        MUST(pthread_mutex_lock(&pool->lock) == 0);
        if (pool->idle_count)
                database = pool->idle[--pool->idle_count];
        MUST(pthread_mutex_unlock(&pool->lock) == 0);
        if (!database)
                return database_open(&pool->options, arena, ret_database, ret_why);
        *ret_database = database;
        return RC_OK;
}

void pool_give(Pool *pool, Database *database) {
        DatabaseFault fault = database_fault(database);
        bool broken = fault == FAULT_GONE || fault == FAULT_DAMAGED;
        database_rollback(database);
        MUST(pthread_mutex_lock(&pool->lock) == 0);
        bool kept = !broken && pool->idle_count < IDLE_MAX;
        if (kept)
                pool->idle[pool->idle_count++] = database;
        MUST(pthread_mutex_unlock(&pool->lock) == 0);
        if (!kept)
                database_close(database);
}
