/* The table of pages, and what is done alike for all of them: methods, decoding, cities, errors, HEAD, JSON twins. */
#pragma once

#include "web/visit.h"

typedef struct Route {
        Method       method;
        const char  *pattern;            /* parts: words, ":city" (a loaded city) and ":" (any text) */
        PageHandler *page, *json;        /* json: the twin under the same path with ".json"; either may be NULL */
        enum { FOR_ALL, FOR_OFFICE } audience;   /* OFFICE: only on the loopback listener, with the token */
        bool         upload;             /* takes a file: multipart/form-data up to UPLOAD_BODY_MAX */
} Route;

extern const Route    ROUTES[];
extern const uint32_t ROUTE_COUNT;
