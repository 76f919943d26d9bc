/* A request and its response as plain values, and the reading of what a client sent: everything here is hostile until
 * checked. A request lives in an arena that ends with it. */
#pragma once

#include "base/buffer.h"

#define REQUEST_BODY_MAX 65536
#define REQUEST_TARGET_MAX 4096          /* path and query */
#define REQUEST_FIELDS_MAX 128
#define RESPONSE_BODY_MAX ((size_t) 8 << 20)

typedef enum Method { METHOD_GET, METHOD_POST, METHOD_OTHER } Method;

typedef struct Request {
        Arena  *arena;
        Method  method;
        bool    head;            /* HEAD: a GET of which only the headers are sent */
        Str     target;          /* path and query, as sent */
        Str     content_type, cookie, if_none_match;
        Str     body;
        int32_t today;
} Request;

/* Texts are static, of the site, or in the request's arena; the body is owned. */
typedef struct Response {
        uint16_t status;
        Str      content_type;
        Str      location, set_cookie, allow, etag;
        bool     keep;           /* may be cached for good; everything else is no-store */
        Str      route;          /* pattern of the route, for the log */
        Buffer   body;
} Response;

Response response_new(void);
void     response_free(Response *response);

/* ---- fields of a query or a form --------------------------------------------------------------------- */

typedef struct FormField {
        Str name, value;
} FormField;

typedef struct FormFields {
        FormField   *items;
        uint32_t count;
} FormFields;

/* "a=1&b=2", percent- and plus-encoded. RC_INVALID: not UTF-8 once decoded, a NUL, a broken escape or a name twice;
 * RC_TOOBIG: over REQUEST_FIELDS_MAX. */
Rc form_parse(Arena *arena, Str text, FormFields *ret_fields) CHECKED;
/* The value, trimmed; empty when there is no such field. */
Str  form_text(const FormFields *fields, Str name);
bool form_has(const FormFields *fields, Str name);

/* Percent-decoding of one path part ('+' stays). RC_INVALID as above. */
Rc part_decode(Arena *arena, Str text, bool plus_is_space, Str *ret_text) CHECKED;
/* The value of a cookie in a Cookie header; empty when it is not there. */
Str cookie_value(Str header, Str name);
/* Whether a Content-Type header names this type, with or without parameters. */
bool content_type_is(Str header, Str type);
