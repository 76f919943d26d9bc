/* One thing that can be done at an office: for whom, what to bring, step by step, where, and by which day it must be done;
 * and in plain words why it is not open yet. */
#pragma once

#include "web/markdown.h"
#include "web/page/layout.h"

/* By when a service is done that is handed in on a day: the terms that its steps say, one behind the other. */
typedef struct ServiceClock {
        Str      total;                  /* "15 个工作日", "6 个工作日和 5 天"; empty: no step says a term */
        Str      day, end;               /* 2026年11月22日（星期日）; end is empty when it lies beyond all calendars */
        Str      unknown_year;           /* "2027": holidays of this year are not known; empty: all are */
        Str     *step_ends;              /* by step; empty: it says no term */
        uint32_t open_steps;             /* those without a term */
        bool     working;                /* the first term counts working days */
        bool     past;                   /* the end lies behind today */
} ServiceClock;

ServiceClock service_clock(const Visit *visit, const ServiceItem *service, int32_t day);

typedef struct ServiceView {
        Layout             layout;
        const City        *city;
        const ServiceItem *service;
        const Document    *document;     /* NULL: of an import */
        const Policy      *policy;       /* what it applies for; NULL: none */
        Str                whom, clause, anchor, record;
        ServiceClock       clock;
        Str                handed_in;    /* as typed; empty: today */
        Str                example;      /* how to write a day */
        Str                error;        /* what is wrong with it */
} ServiceView;

Rc   page_service(Visit *visit);
void template_service(Buffer *out, const ServiceView *view);
