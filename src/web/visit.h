/* What a page is given: the site, the checked request, and the response to fill. */
#pragma once

#include "web/site.h"

#define VISIT_PARAMETERS_MAX 2

typedef struct Visit {
        const Site    *site;
        const Request *request;
        Response      *response;
        Arena         *arena;
        const City    *city;             /* of a page under /c/:city */
        Str            parameters[VISIT_PARAMETERS_MAX]; /* decoded, behind the city */
        FormFields         query, form;      /* form: of a POST */
        Str            path;             /* as sent, without the query */
        bool           elder;            /* large type asked for */
} Visit;

/* A page: RC_OK with a filled response, or an Rc that becomes an error page. */
typedef Rc PageHandler(Visit *visit);

/* The day the visitor's questions are about. */
int32_t visit_date(const Visit *visit);
