/* Where imports begin and end: the kinds one can import, what is being done, the batches so far, one batch with its undoing. */
#pragma once

#include "web/job.h"
#include "web/page/record_view.h"

typedef struct BatchItem {
        Batch batch;
        Str   when, undone, created, updated, refused;          /* undone: when it was taken back, or empty */
        bool  given;             /* nobody imported it here: divisions, invented records */
} BatchItem;

/* A job as a line of the list. */
typedef struct JobItem {
        int64_t id, batch;                      /* batch: to be taken back; 0: none */
        Str     what, file_name, state;
        bool    over;
} JobItem;

typedef struct ImportHomeView {
        Layout       layout;
        const City  *city;
        const Model *model;
        JobItem     *jobs;
        uint32_t     job_count, running_count, over_count;      /* running: and waiting */
        BatchItem   *batches;
        uint32_t     batch_count, given_count;
} ImportHomeView;

typedef struct BatchView {
        Layout             layout;
        const City        *city;
        const RecordTable *table;        /* NULL: the pack has no such kind any more */
        BatchItem          item;
        Str                form_key, result, error;             /* result: of what was just done */
        bool               fresh;        /* the import was just now */
} BatchView;

Rc   page_import_home(Visit *visit);
Rc   page_batch(Visit *visit);
Rc   page_batch_undo(Visit *visit);

/* The page of one batch. `fresh`: the import was just now. RC_MISSING: there is none. */
Rc import_show_batch(Visit *visit, int64_t id, bool fresh, Str result) CHECKED;

void template_import_home(Buffer *out, const ImportHomeView *view);
void template_import_batch(Buffer *out, const BatchView *view);
