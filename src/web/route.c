/* From a request to a page: one place for everything that no page should have to think of. */
#include "web/route.h"

#include "base/date.h"
#include "web/asset.h"
#include "web/page/ask.h"
#include "web/page/city.h"
#include "web/page/elder.h"
#include "web/page/error.h"
#include "web/page/home.h"
#include "web/page/overview.h"
#include "web/page/policy.h"

const Route ROUTES[] = {
        { METHOD_GET, "/", page_home, NULL },
        { METHOD_POST, "/elder", page_elder, NULL },
        { METHOD_GET, "/asset/:/:", page_asset, NULL },
        { METHOD_GET, "/c/:city", page_city, page_city_json },
        { METHOD_GET, "/c/:city/p/:", page_policy, NULL },
        { METHOD_GET, "/c/:city/overview", page_overview, NULL },
        { METHOD_GET, "/c/:city/ask", page_ask_start, NULL },
        { METHOD_POST, "/c/:city/ask", page_ask, page_ask_json },
};
const uint32_t ROUTE_COUNT = ARRAY_LENGTH(ROUTES);

int32_t visit_date(const Visit *visit) {
        return visit->site->at == DATE_MIN ? visit->request->today : visit->site->at;
}

static const City *find_city(const Site *site, Str name) {
        for (uint32_t i = 0; i < site->city_count; i++)
                if (str_equal(site->cities[i].pack->name, name))
                        return &site->cities[i];
        return NULL;
}

/* One part of the path against one of the pattern. */
static bool part_matches(Visit *visit, Str part, Str pattern, uint32_t *parameter) {
        if (!str_starts(pattern, STR(":")))
                return str_equal(part, pattern);
        Str text;
        if (part.length == 0 || part_decode(visit->arena, part, false, &text) != RC_OK)
                return false;
        if (str_equal(pattern, STR(":city"))) {
                visit->city = find_city(visit->site, text);
                return visit->city != NULL;
        }
        MUST(*parameter < VISIT_PARAMETERS_MAX);
        visit->parameters[(*parameter)++] = text;
        return true;
}

static bool path_matches(Visit *visit, Str path, Str pattern) {
        uint32_t parameter = 0;
        for (;;) {
                size_t at;
                bool path_more = str_find(path, STR("/"), &at), pattern_more = str_find(pattern, STR("/"), &at);
                if (path_more != pattern_more ||
                    !part_matches(visit, str_cut(&path, '/'), str_cut(&pattern, '/'), &parameter))
                        return false;
                if (!path_more)
                        return true;
        }
}

/* The route for the path and the method; without one, *ret_allowed says which methods the path has. */
static const Route *find_route(Visit *visit, Str path, bool json, Str *ret_allowed) {
        bool get = false, post = false;
        for (uint32_t i = 0; i < ROUTE_COUNT; i++) {
                const Route *route = &ROUTES[i];
                if ((json ? !route->json : !route->page) || !path_matches(visit, path, str_from(route->pattern)))
                        continue;
                if (route->method == visit->request->method)
                        return route;
                get = get || route->method == METHOD_GET;
                post = post || route->method == METHOD_POST;
        }
        *ret_allowed = get && post ? STR("GET, HEAD, POST") : get ? STR("GET, HEAD") : post ? STR("POST") : (Str){ 0 };
        return NULL;
}

static uint16_t status_of(Rc rc) {
        switch (rc) {
        case RC_OK:
                return 200;
        case RC_INVALID:
                return 422;
        case RC_MISSING:
                return 404;
        case RC_DENIED:
                return 403;
        case RC_CONFLICT:
                return 409;
        case RC_TOOBIG:
                return 413;
        case RC_IO:
                return 503;
        }
        return 500;
}

static void answer_error(Visit *visit, uint16_t status, bool json) {
        Response *response = visit->response;
        buffer_clear(&response->body);
        response->status = status;
        (json ? error_json : error_page)(visit);
}

/* 0, or the status of a request that no page needs to see. */
static uint16_t read_fields(Visit *visit, Str query, bool json) {
        const Request *request = visit->request;
        Rc rc = form_parse(visit->arena, query, &visit->query);
        if (rc != RC_OK)
                return 400;
        if (request->method != METHOD_POST)
                return 0;
        if (request->body.length > REQUEST_BODY_MAX)
                return 413;
        if (!content_type_is(request->content_type, json ? STR("application/json")
                                                          : STR("application/x-www-form-urlencoded")))
                return 415;
        rc = json ? RC_OK : form_parse(visit->arena, request->body, &visit->form);
        return rc == RC_OK ? 0 : rc == RC_TOOBIG ? 413 : 400;
}

/* A target is printable ASCII; whatever else a browser means, it escapes. */
static bool is_plain(Str target) {
        for (size_t i = 0; i < target.length; i++)
                if (target.data[i] <= ' ' || target.data[i] >= 0x7f)
                        return false;
        return true;
}

static void dispatch(Visit *visit, Str path, Str query, bool json) {
        Response *response = visit->response;
        if (visit->request->target.length > REQUEST_TARGET_MAX || !is_plain(visit->request->target)) {
                answer_error(visit, visit->request->target.length > REQUEST_TARGET_MAX ? 414 : 400, json);
                return;
        }
        Str allowed = { 0 };
        const Route *route = find_route(visit, path, json, &allowed);
        if (!route) {
                response->allow = allowed;
                answer_error(visit, allowed.length ? 405 : 404, json);
                return;
        }
        response->route = str_from(route->pattern);
        uint16_t status = read_fields(visit, query, json);
        if (status == 0) {
                Rc rc = (json ? route->json : route->page)(visit);
                if (rc == RC_OK && !response->body.failed)
                        return;
                status = rc == RC_OK ? 500 : status_of(rc);
        }
        answer_error(visit, status, json);
}

void site_handle(const Site *site, const Request *request, Response *response) {
        Str query = request->target, path = str_cut(&query, '?');
        Visit visit = { .site = site, .request = request, .response = response, .arena = request->arena, .path = path,
                        .elder = str_equal(cookie_value(request->cookie, STR("elder")), STR("1")) };
        bool json = str_ends(path, STR(".json"));
        response->route = STR("-");
        dispatch(&visit, json ? str_slice(path, 0, path.length - 5) : path, query, json);
}
