/* All kinds of records of a city: how many there are, and what each is counted, published or kept for. */
#pragma once

#include "web/page/record_view.h"

typedef struct RecordKind {
        const RecordTable *table;
        Str                total;        /* "共 1,234 人" */
        bool               empty;
        Str                purpose;      /* "数“创业培训人次”等 5 项指标；名录“创业导师”" */
} RecordKind;

typedef struct RecordGroup {
        Str         name, note;
        RecordKind *kinds;
        uint32_t    kind_count;
} RecordGroup;

#define RECORD_GROUPS 3

typedef struct RecordKindsView {
        Layout      layout;
        const City *city;
        bool        all_empty;
        RecordGroup groups[RECORD_GROUPS];
} RecordKindsView;

Rc   page_record_kinds(Visit *visit);
void template_record_kinds(Buffer *out, const RecordKindsView *view);
