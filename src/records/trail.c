/* Batches of imports, and who looked at full numbers. (The old cells of a line are read where they are written: history.c.) */
#include "records/trail.h"

#include "database/named.h"

Rc record_note_unmasked(Database *database, const RecordTable *table, const Change *change, int64_t id, int64_t version) {
        Statement *statement;
        Cell parameters[] = {
                cell_text(change->city), cell_text(table->name), cell_integer(id), cell_integer(version), cell_integer(change->at),
                cell_text(change->actor), cell_text(change->reason),
        };
        Rc rc = database_named(database, SQL_HISTORY_UNMASKED, &statement);
        return rc == RC_OK ? statement_run(statement, parameters, ARRAY_LENGTH(parameters), NULL) : rc;
}

static Batch read_batch(const Statement *statement, Arena *arena) {
        return (Batch){
                .id = statement_cell(statement, 0).integer,
                .entity = str_copy(arena, statement_cell(statement, 1).text),
                .file_name = str_copy(arena, statement_cell(statement, 2).text),
                .at = statement_cell(statement, 3).integer,
                .actor = str_copy(arena, statement_cell(statement, 4).text),
                .created = statement_cell(statement, 5).integer,
                .updated = statement_cell(statement, 6).integer,
                .refused = statement_cell(statement, 7).integer,
                .undone_at = statement_cell(statement, 8).integer,
        };
}

Rc batch_list(Database *database, Str city, Arena *arena, Batch **ret_batches, uint32_t *ret_count) {
        Statement *statement;
        Batch *batches = NULL;
        uint32_t count = 0, capacity = 0;
        bool row = false;
        Rc rc = database_named(database, SQL_BATCH_LIST, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(city) }, 1);
        while (rc == RC_OK && (rc = statement_next(statement, &row)) == RC_OK && row)
                *ARENA_PUSH(arena, batches, count, capacity) = read_batch(statement, arena);
        if (rc != RC_OK)
                return rc;
        statement_end(statement);
        *ret_batches = batches;
        *ret_count = count;
        return RC_OK;
}

Rc batch_load(Database *database, Str city, int64_t id, Arena *arena, Batch *ret_batch) {
        Statement *statement;
        bool row = false;
        Rc rc = database_named(database, SQL_BATCH_ONE, &statement);
        if (rc == RC_OK)
                rc = statement_start(statement, (Cell[]){ cell_text(city), cell_integer(id) }, 2);
        if (rc == RC_OK)
                rc = statement_next(statement, &row);
        if (rc != RC_OK)
                return rc;
        if (row)
                *ret_batch = read_batch(statement, arena);
        statement_end(statement);
        return row ? RC_OK : RC_MISSING;
}
