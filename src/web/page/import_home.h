/* Where imports begin and end: the kinds one can import, the batches so far, one batch with its undoing. */
#pragma once

#include "web/page/record_view.h"

typedef struct BatchItem {
        Batch batch;
        Str   when, undone, created, updated, refused;          /* undone: when it was taken back, or empty */
} BatchItem;

typedef struct ImportHomeView {
        Layout       layout;
        const City  *city;
        const Model *model;
        BatchItem   *batches;
        uint32_t     batch_count;
} ImportHomeView;

typedef struct BatchView {
        Layout             layout;
        const City        *city;
        const RecordTable *table;        /* NULL: the pack has no such kind any more */
        BatchItem          item;
        Str                form_key, result, error;             /* result: of the undoing just done */
        bool               fresh;        /* the import was just now */
} BatchView;

Rc   page_import_home(Visit *visit);
Rc   page_batch(Visit *visit);
Rc   page_batch_undo(Visit *visit);
void template_import_home(Buffer *out, const ImportHomeView *view);
void template_import_batch(Buffer *out, const BatchView *view);
