/* What pages tell about changes: the old cells of a line of history, who looked at full numbers, and the batches of imports. */
#pragma once

#include "records/record.h"

/* What one cell was before a change. */
typedef struct HistoryCell {
        uint32_t field;          /* NONE: the key, or a field that the pack no longer has */
        Str      name;           /* of the field as it was; the key: "_key" */
        Cell     before;
} HistoryCell;
/* The old cells of a line, in the model's words of today: a member that is gone is NULL. */
void history_cells(const Model *model, const RecordTable *table, const HistoryLine *line, Arena *arena, HistoryCell **ret_cells,
                   uint32_t *ret_count);

/* Writes that somebody was shown the full sensitive cells of a record; change->reason says what for. */
Rc record_note_unmasked(Database *database, const RecordTable *table, const Change *change, int64_t id, int64_t version) CHECKED;

/* One import. */
typedef struct Batch {
        int64_t id, at, undone_at;       /* undone_at 0: it stands */
        Str     entity, file_name, actor;
        int64_t created, updated, refused;
} Batch;
/* The last fifty, newest first. */
Rc batch_list(Database *database, Str city, Arena *arena, Batch **ret_batches, uint32_t *ret_count) CHECKED;
Rc batch_load(Database *database, Str city, int64_t id, Arena *arena, Batch *ret_batch) CHECKED;
