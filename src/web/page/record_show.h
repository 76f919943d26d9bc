/* One record: its cells, the records that name it, and its history in words. */
#pragma once

#include "web/page/record_view.h"

typedef struct RecordChange {            /* one cell of a line of history */
        Str name, before, after;
} RecordChange;

typedef struct RecordEvent {
        Str           when, who, what, why;
        RecordChange *changes;
        uint32_t      change_count;
} RecordEvent;

/* The records of one kind that name this one by one field. */
typedef struct RecordChildren {
        RecordList list;
        Str        field;                /* the link's name on their side */
        Str        total, query;         /* query: to the whole list, and for a new one */
        bool       more;
} RecordChildren;

typedef struct RecordShowView {
        Layout             layout;
        const City        *city;
        const RecordTable *table;
        Record             record;
        Str                title, form_key, imported;   /* imported: with which batch it came, or empty */
        int64_t            batch;
        RecordCell        *known, *unknown;
        uint32_t           known_count, unknown_count;
        bool               masked, unmasked;            /* something is hidden; it is shown now */
        Str                purpose, error;              /* of the form that asks for full numbers */
        RecordChildren    *children;
        uint32_t           child_count;
        RecordEvent       *events;
        uint32_t           event_count;
} RecordShowView;

Rc   page_record(Visit *visit);
Rc   page_record_json(Visit *visit);
Rc   page_record_unmask(Visit *visit);
void template_record_show(Buffer *out, const RecordShowView *view);

/* The records that name this one, by kind; kinds without any are left out. */
Rc record_children(Visit *visit, const RecordTable *table, int64_t id, uint32_t most, RecordChildren **ret_children,
                   uint32_t *ret_count) CHECKED;
