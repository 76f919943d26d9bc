/* A request and its response as plain values, and the reading of what a client sent: everything here is hostile until
 * checked. A request lives in an arena that ends with it. */
#pragma once

#include "base/buffer.h"

#define REQUEST_BODY_MAX 65536
#define UPLOAD_BODY_MAX ((size_t) 65 << 20)  /* of the routes that take a file */
#define REQUEST_TARGET_MAX 8192          /* path and query: a list of records has a filter for every field */
#define REQUEST_FIELDS_MAX 320           /* a sheet has up to 256 columns to map */
#define RESPONSE_BODY_MAX ((size_t) 8 << 20)

typedef enum Method { METHOD_GET, METHOD_POST, METHOD_OTHER } Method;

typedef struct Request {
        Arena  *arena;
        Method  method;
        bool    head;            /* HEAD: a GET of which only the headers are sent */
        Str     target;          /* path and query, as sent */
        Str     content_type, cookie, if_none_match, origin, host;
        Str     body;
        int32_t today;
} Request;

/* Texts are static, of the site, or in the request's arena; the body is owned. */
typedef struct Response {
        uint16_t status;
        Str      content_type;
        Str      location, set_cookie, allow, etag;
        Str      disposition;    /* "attachment; …": the browser saves it */
        bool     keep;           /* may be cached for good; everything else is no-store */
        int      file;           /* an open file that is sent instead of the body, and closed; -1: none */
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
/* A multipart/form-data body, as browsers send files: fields go to *ret_fields, at most one file to *ret_file with its name.
 * What a part says of its own type is not believed. RC_INVALID: not such a body, or over REQUEST_FIELDS_MAX parts. */
typedef struct FormFile {
        Str name, bytes;         /* name: without folders */
} FormFile;
Rc multipart_parse(Arena *arena, Str content_type, Str body, FormFields *ret_fields, FormFile *ret_file) CHECKED;
/* The value, trimmed; empty when there is no such field. */
Str  form_text(const FormFields *fields, Str name);
bool form_has(const FormFields *fields, Str name);

/* Percent-decoding of one path part ('+' stays). RC_INVALID as above. */
Rc part_decode(Arena *arena, Str text, bool plus_is_space, Str *ret_text) CHECKED;
/* The value of a cookie in a Cookie header; empty when it is not there. */
Str cookie_value(Str header, Str name);
/* Whether a Content-Type header names this type, with or without parameters. */
bool content_type_is(Str header, Str type);
