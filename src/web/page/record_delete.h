/* Deleting a record: first what it is and what names it, then the deed. */
#pragma once

#include "web/page/record_show.h"

typedef struct RecordDeleteView {
        Layout             layout;
        const City        *city;
        const RecordTable *table;
        int64_t            id, version;
        Str                title, form_key, error;
        RecordChildren    *children;     /* as long as there are any, it stays */
        uint32_t           child_count;
} RecordDeleteView;

Rc   page_record_delete_ask(Visit *visit);
Rc   page_record_delete(Visit *visit);
void template_record_delete(Buffer *out, const RecordDeleteView *view);
