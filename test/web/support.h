/* What the tests of the web layer share: the Jinan pack, a made-up pack full of hostile texts, and requests as one-liners. */
#pragma once

#include "unit/unit.h"

#include "base/date.h"
#include "web/site.h"

#define REQUEST_CAP ((size_t) 64 << 20)
#define FORM_TYPE "application/x-www-form-urlencoded"

typedef struct Exchange {
        Arena   *arena;
        Request  request;
        Response response;
} Exchange;

static inline void exchange_free(Exchange *exchange) {
        response_free(&exchange->response);
        arena_free(exchange->arena);
}

/* Handles one request; the body is the response's text. */
static inline Exchange exchange_with(const Site *site, Method method, const char *target, const char *type, Str body) {
        Exchange exchange = { .arena = arena_new(REQUEST_CAP), .response = response_new() };
        exchange.request = (Request){ .arena = exchange.arena, .method = method, .target = str_from(target),
                                      .content_type = str_from(type), .body = body,
                                      .today = date_from_civil(2018, 6, 10) };
        site_handle(site, &exchange.request, &exchange.response);
        return exchange;
}

static inline Exchange get(const Site *site, const char *target) {
        return exchange_with(site, METHOD_GET, target, "", (Str){ 0 });
}

static inline Exchange post(const Site *site, const char *target, const char *body) {
        return exchange_with(site, METHOD_POST, target, FORM_TYPE, str_from(body));
}

static inline bool has(const Exchange *exchange, const char *text) {
        size_t at;
        return str_find(buffer_str(&exchange->response.body), str_from(text), &at);
}

#define assert_has(exchange, text)                                                                  \
        do {                                                                                        \
                if (!has((exchange), (text)))                                                       \
                        fail_msg("no \"%s\" in:\n%.*s", (text), STR_ARG(buffer_str(&(exchange)->response.body))); \
        } while (0)

/* The value of a hidden field; empty when it is not there. */
static inline Str hidden(const Exchange *exchange, const char *name) {
        Str page = buffer_str(&exchange->response.body);
        Str needle = str_format(exchange->arena, "<input type=\"hidden\" name=\"%s\" value=\"", name);
        size_t from;
        if (!str_find(page, needle, &from))
                return (Str){ 0 };
        Str rest = str_slice(page, from + needle.length, page.length);
        return str_cut(&rest, '"');
}

static inline Pack *load_pack(const char *folder) {
        Pack *pack = pack_new();
        Rc rc = pack_load(pack, str_from(folder), &(PackOptions){ 0 });
        if (rc != RC_OK) {
                CLEAN(buffer_free) Buffer out = buffer_new((size_t) 1 << 20);
                diagnostics_print(&pack->diagnostics, &out);
                print_error("%s: %.*s\n", rc_name(rc), STR_ARG(buffer_str(&out)));
        }
        assert_int_equal(rc, RC_OK);
        return pack;
}

static inline Pack *load_jinan(void) {
        CLEAN(arena_cleanup) Arena *arena = arena_new((size_t) 1 << 16);
        const char *source = getenv("LEYE_SOURCE");
        return load_pack(str_format(arena, "%s/cities/jinan", source ? source : ".").data);
}
