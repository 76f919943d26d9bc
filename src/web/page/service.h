/* One thing that can be done at an office: for whom, what to bring, step by step, where; and in plain words why it is not open yet. */
#pragma once

#include "web/markdown.h"
#include "web/page/layout.h"

typedef struct ServiceView {
        Layout             layout;
        const City        *city;
        const ServiceItem *service;
        const Document    *document;     /* NULL: of an import */
        const Policy      *policy;       /* what it applies for; NULL: none */
        Str                whom, clause, anchor, record;
} ServiceView;

Rc   page_service(Visit *visit);
void template_service(Buffer *out, const ServiceView *view);
