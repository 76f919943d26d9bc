/* Counted figures kept with the connection they were counted on, for as long as the tables they were counted from have not
 * changed: neither by this connection nor by another one. Inside a transaction nothing is kept or recalled: what a transaction
 * wrote may be taken back. The key says everything that decides the figures besides the rows, so that a stale one cannot be met.
 *
 * While the database says that nothing in it changed, everything holds. When something did, the tables' counters
 * (record_changed) say which; what else changes a table behind our back is noticed when a figure is a minute old. */
#include "insight/insight_inside.h"

#include "base/date.h"
#include "city/named.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_MAX 2048
#define KEPT_BYTES ((size_t) 32 << 20)
#define STATE_MAX 65536
#define TRUSTED_SECONDS 60

typedef struct Kept {
        Str           key;
        uint64_t      hash;
        const Figure *figures;
        uint32_t      count;             /* 0: forgotten */
        const bool   *reads;             /* by entity */
        int64_t       at;
} Kept;

typedef struct Recall {
        Arena   *arena;
        Buffer   state;                  /* of the database when it was last looked at */
        int64_t *numbers;                /* of changes, by entity, then */
        uint32_t entity_count;
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
        free(recall->numbers);
        free(recall);
}

static Recall *recall_of(const Plan *plan) {
        Recall *recall = database_kept(plan->database);
        uint32_t entities = plan->model->program->entity_count;
        if (recall && recall->entity_count == entities)
                return recall;
        recall = malloc(sizeof *recall);
        MUST(recall != NULL);
        *recall = (Recall){ .state = buffer_new(STATE_MAX), .numbers = calloc(entities + 1, sizeof(int64_t)), .entity_count = entities };
        MUST(recall->numbers != NULL);
        recall_start(recall);
        database_keep(plan->database, recall, recall_release);
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

/* Marks the entities whose counter is another than it was. */
static Rc read_changes(const Plan *plan, Recall *recall, bool *changed) {
        Statement *statement;
        bool row = false;
        Cell city = cell_text(plan->city);
        Rc rc = database_named(plan->database, SQL_CHANGE_LIST, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, &city, 1);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row) {
                const Program *program = plan->model->program;
                uint32_t entity = find_named(program->entities, program->entity_count, statement_cell(statement, 0).text);
                int64_t number = statement_cell(statement, 1).integer;
                if (entity == NONE)
                        continue;
                changed[entity] = recall->numbers[entity] != number;
                recall->numbers[entity] = number;
        }
        if (rc == RC_OK)
                statement_end(statement);
        return rc;
}

static bool holds(const Recall *recall, const Kept *kept, const bool *changed, int64_t now) {
        for (uint32_t i = 0; i < recall->entity_count; i++)
                if (changed[i] && kept->reads[i])
                        return false;
        return now - kept->at < TRUSTED_SECONDS;
}

/* Forgets what a change since the last look may have altered. */
static Rc look(const Plan *plan, Recall *recall, Arena *arena) {
        Statement *statement;
        Cell state;
        bool *changed = ARENA_NEW(arena, bool, recall->entity_count + 1);
        Rc rc = database_named(plan->database, SQL_DATA_STATE, &statement);
        if (rc == RC_OK)
                rc = statement_one(statement, NULL, 0, arena, &state);
        if (rc != RC_OK || str_equal(buffer_str(&recall->state), state.text))
                return rc;
        rc = read_changes(plan, recall, changed);
        if (rc != RC_OK) {
                recall_start(recall);
                return rc;
        }
        int64_t now = clock_seconds();
        for (uint32_t i = 0; i < recall->count; i++)
                if (!holds(recall, &recall->kept[i], changed, now))
                        recall->kept[i].count = 0;
        buffer_clear(&recall->state);
        buffer_add(&recall->state, state.text);
        return RC_OK;
}

Rc figures_recall(const Plan *plan, Str key, uint32_t count, Arena *arena, Figure *figures, bool *ret_found) {
        if (database_in_transaction(plan->database)) {
                *ret_found = false;
                return RC_OK;
        }
        Recall *recall = recall_of(plan);
        Rc rc = look(plan, recall, arena);
        if (rc != RC_OK)
                return rc;
        const Kept *kept = find(recall, key, count);
        if (kept)
                memcpy(figures, kept->figures, count * sizeof *figures);
        *ret_found = kept != NULL;
        return RC_OK;
}

/* The counters were read before the figures were counted: a change in between makes the next look forget them. */
void figures_keep(const Plan *plan, Str key, const bool *reads, uint32_t count, const Figure *figures) {
        uint32_t entities = plan->model->program->entity_count;
        size_t bytes = count * sizeof *figures + key.length + entities;
        if (database_in_transaction(plan->database) || bytes > KEPT_BYTES)
                return;
        Recall *recall = recall_of(plan);
        if (recall->count == KEPT_MAX || recall->bytes + bytes > KEPT_BYTES)
                recall_start(recall);
        Figure *copy = ARENA_NEW(recall->arena, Figure, count);
        bool *reading = ARENA_NEW(recall->arena, bool, entities + 1);
        memcpy(copy, figures, count * sizeof *figures);
        memcpy(reading, reads, entities);
        recall->kept[recall->count++] = (Kept){ str_copy(recall->arena, key), str_hash(key), copy, count, reading, clock_seconds() };
        recall->bytes += bytes;
}
