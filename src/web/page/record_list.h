/* One kind of record as a list: search, filters of the model, pages by key, JSON and export of the same query. */
#pragma once

#include "web/page/record_view.h"

typedef struct FilterOption {
        Str  value, name;
        bool chosen;
} FilterOption;

/* One filter of the form: a choice, or the two ends of a range of days. */
typedef struct FilterInput {
        const RecordField *field;
        bool               range;
        Str                from_name, to_name, from, to;
        FilterOption      *options;
        uint32_t           option_count;
        bool               active;
        Str                chip;         /* a link: "班级：甲班" */
        Str                value;        /* of a link, to be kept by the form */
        Str                error;
} FilterInput;

typedef struct RecordListView {
        Layout             layout;
        const City        *city;
        const RecordTable *table;
        Str                search, total;
        FilterInput       *filters;      /* choices and ranges first, then links that are set */
        uint32_t           filter_count, choice_count, active_count;
        FilterOption      *sorts;
        uint32_t           sort_count;
        RecordList         list;
        bool               narrowed;     /* searched or filtered: an empty list says so */
        bool               paged;        /* not the first page */
        uint32_t           error_count;
        Str                first, next, xlsx, csv;       /* queries; next empty: the last page */
        Str                add;          /* query for a new record that has the same partner */
} RecordListView;

Rc   page_record_list(Visit *visit);
Rc   page_record_list_json(Visit *visit);
Rc   page_record_export(Visit *visit);
void template_record_list(Buffer *out, const RecordListView *view);
