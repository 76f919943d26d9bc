/* The whole site without a socket: packs in, a response for a request out. The server, the tests and the fuzzer all
 * call site_handle. Immutable once its cities are added; safe to use from many threads. */
#pragma once

#include "city/pack.h"
#include "engine/batch.h"
#include "insight/series.h"
#include "web/message.h"
#include "web/pool.h"

#define SITE_CITIES_MAX 64

/* The rules over an invented population, computed once at start; shown with 「示范数值，非政策」. */
typedef struct Overview {
        const Pack        *pack;         /* the city's pack with its demonstration figures */
        const BatchResult *result;       /* by county, with conditions */
        uint64_t          *row_counts;   /* per entity of the pack */
        int32_t            day;          /* computed for */
} Overview;

typedef struct PackSearch PackSearch;    /* web/search_pack.h */
typedef struct Jobs Jobs;                /* web/job.h */

typedef struct City {
        const Pack     *pack;
        const Overview *overview;        /* NULL: there is none */
        const Document *document;        /* the pack's latest */
        const PackSearch *search;        /* every word of the pack; lives in the pack's arena */
        Str             name;            /* 济南市 */
        Str             phone;
        Pool           *pool;            /* the city's records; NULL: it has none */
        const Model    *model;           /* set with `pool` */
} City;

typedef struct Site {
        City     cities[SITE_CITIES_MAX];
        uint32_t city_count;
        int32_t  at;                     /* the day asked about; DATE_MIN: the day of the request */
        const WorkdayCalendar *workdays; /* for what is due; NULL: weekends only */
        bool     office;                 /* the loopback listener: officers' pages too, behind the token */
        Str      token;                  /* who has it is the local operator */
        Jobs    *jobs;                   /* long work; set with `office` */
} Site;

/* Adds a loaded pack, which must outlive the site. RC_INVALID: it has no 文件; RC_TOOBIG: over SITE_CITIES_MAX. */
Rc site_add(Site *site, const Pack *pack) CHECKED;

/* Gives the city's records to a city that was added. The pool and the model must outlive the site. */
void site_add_records(Site *site, uint32_t city, Pool *pool, const Model *model);

/* The largest body that the target of a POST may have: a page that takes a file says so in the table of routes. */
size_t site_body_max(const Site *site, Str target);

/* The page for a request that is refused before it was read. */
void site_refuse(const Site *site, const Request *request, uint16_t status, Response *response);

/* Never fails: what goes wrong is a response of its own. */
void site_handle(const Site *site, const Request *request, Response *response);
