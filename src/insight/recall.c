/* Counted figures kept with the connection they were counted on, for as long as nothing in the database has changed: neither by
 * this connection nor by another one. Inside a transaction nothing is kept or recalled: what a transaction wrote may be taken
 * back. The key says everything that decides the figures, so that a stale one cannot be met; a change forgets all of them. */
#include "insight/insight_inside.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_MAX 1024
#define KEPT_BYTES ((size_t) 32 << 20)
#define STATE_MAX 65536

typedef struct Kept {
        Str           key;
        uint64_t      hash;
        const Figure *figures;
        uint32_t      count;
} Kept;

typedef struct Recall {
        Arena   *arena;
        Buffer   state;                  /* of the database when the figures were counted */
        Kept    *kept;
        uint32_t count;
        size_t   bytes;
} Recall;

static void recall_start(Recall *recall) {
        arena_free(recall->arena);
        recall->arena = arena_new(2 * KEPT_BYTES);
        recall->kept = ARENA_NEW(recall->arena, Kept, KEPT_MAX);
        recall->count = 0;
        recall->bytes = 0;
}

static void recall_release(void *kept) {
        Recall *recall = kept;
        arena_free(recall->arena);
        buffer_free(&recall->state);
        free(recall);
}

static Recall *recall_of(Database *database) {
        Recall *recall = database_kept(database);
        if (recall)
                return recall;
        recall = malloc(sizeof *recall);
        MUST(recall != NULL);
        *recall = (Recall){ .state = buffer_new(STATE_MAX) };
        recall_start(recall);
        database_keep(database, recall, recall_release);
        return recall;
}

static const Kept *find(const Recall *recall, Str key, uint32_t count) {
        uint64_t hash = str_hash(key);
        for (uint32_t i = 0; i < recall->count; i++) {
                const Kept *kept = &recall->kept[i];
                if (kept->hash == hash && kept->count == count && str_equal(kept->key, key))
                        return kept;
        }
        return NULL;
}

Rc figures_recall(const Plan *plan, Str key, uint32_t count, Arena *arena, Figure *figures, bool *ret_found) {
        Statement *statement;
        Cell state;
        bool within = database_in_transaction(plan->database);
        Rc rc = within ? RC_OK : database_named(plan->database, SQL_DATA_STATE, &statement);
        if (rc == RC_OK && !within)
                rc = statement_one(statement, NULL, 0, arena, &state);
        if (rc != RC_OK)
                return rc;
        *ret_found = false;
        if (within)
                return RC_OK;
        Recall *recall = recall_of(plan->database);
        if (!str_equal(buffer_str(&recall->state), state.text)) {
                recall_start(recall);
                buffer_clear(&recall->state);
                buffer_add(&recall->state, state.text);
        }
        const Kept *kept = find(recall, key, count);
        if (kept)
                memcpy(figures, kept->figures, count * sizeof *figures);
        *ret_found = kept != NULL;
        return RC_OK;
}

/* The state was read before the figures were counted: a change in between makes the next look forget them. */
void figures_keep(const Plan *plan, Str key, uint32_t count, const Figure *figures) {
        size_t bytes = count * sizeof *figures + key.length;
        if (database_in_transaction(plan->database) || bytes > KEPT_BYTES)
                return;
        Recall *recall = recall_of(plan->database);
        if (recall->count == KEPT_MAX || recall->bytes + bytes > KEPT_BYTES)
                recall_start(recall);
        Figure *copy = ARENA_NEW(recall->arena, Figure, count);
        memcpy(copy, figures, count * sizeof *figures);
        recall->kept[recall->count++] = (Kept){ str_copy(recall->arena, key), str_hash(key), copy, count };
        recall->bytes += bytes;
}
