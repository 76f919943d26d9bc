/* The whole site without a socket: packs in, a response for a request out. The server, the tests and the fuzzer all
 * call site_handle. Immutable once its cities are added; safe to use from many threads. */
#pragma once

#include "city/pack.h"
#include "engine/batch.h"
#include "web/message.h"

#define SITE_CITIES_MAX 64

/* The rules over an invented population, computed once at start; shown with 「示范数值，非政策」. */
typedef struct Overview {
        const Pack        *pack;         /* the city's pack with its demonstration figures */
        const BatchResult *result;       /* by county, with conditions */
        uint64_t          *row_counts;   /* per entity of the pack */
} Overview;

typedef struct City {
        const Pack     *pack;
        const Overview *overview;        /* NULL: there is none */
        const Document *document;        /* the pack's first */
        Str             name;            /* 济南市 */
        Str             phone;
} City;

typedef struct Site {
        City     cities[SITE_CITIES_MAX];
        uint32_t city_count;
        int32_t  at;                     /* the day asked about; DATE_MIN: the day of the request */
} Site;

/* Adds a loaded pack, which must outlive the site. RC_INVALID: it has no 文件; RC_TOOBIG: over SITE_CITIES_MAX. */
Rc site_add(Site *site, const Pack *pack) CHECKED;

/* Never fails: what goes wrong is a response of its own. */
void site_handle(const Site *site, const Request *request, Response *response);
