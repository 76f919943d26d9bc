/* What a page is given: the site, the checked request, and the response to fill. */
#pragma once

#include "records/permission.h"
#include "records/record.h"
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
        FormFile           file;             /* of a route that takes one */
        Actor              actor;
        Str                form_key;         /* stands in every form of an officers' page, as the field "key" */
        Database          *database;         /* visit_plan opened it; given back behind the page */
        Plan               plan;
        bool               demonstration_data;   /* the city's records are invented; known behind visit_plan */
        Str            path;             /* as sent, without the query */
        bool           elder;            /* large type asked for */
        Str            trouble;          /* why the machine could not do what an officer asked, and the way out */
} Visit;

/* A page: RC_OK with a filled response, or an Rc that becomes an error page. */
typedef Rc PageHandler(Visit *visit);

/* The city's records, opened once a request: fills visit->database and visit->plan. RC_MISSING: the city has none. */
Rc visit_plan(Visit *visit) CHECKED;
/* Who changes something now. */
Change visit_change(const Visit *visit, Str reason);
/* RC_DENIED unless the actor may. */
Rc visit_allowed(const Visit *visit, Action action, const RecordTable *table) CHECKED;
/* 303 to a place, after a form was taken. */
Rc visit_redirect(Visit *visit, Str place);
/* Sends a file that was written for this request and removes it: it lives until it is sent. */
Rc visit_send_file(Visit *visit, const char *path, Str content_type, Str name) CHECKED;

/* The day the visitor's questions are about. */
int32_t visit_date(const Visit *visit);
