/* From a request to a page: one place for everything that no page should have to think of. */
#include "web/route.h"

#include <errno.h>

#include "base/date.h"
#include "base/secret.h"
#include "base/log.h"
#include "web/asset.h"
#include "web/page/ask.h"
#include "web/page/city.h"
#include "web/page/directory.h"
#include "web/page/document.h"
#include "web/page/elder.h"
#include "web/page/error.h"
#include "web/page/home.h"
#include "web/page/import_home.h"
#include "web/page/import_job.h"
#include "web/page/import_sheet.h"
#include "web/page/office_board.h"
#include "web/page/office_figure.h"
#include "web/page/office_indicator.h"
#include "web/page/office_report.h"
#include "web/page/office_target.h"
#include "web/page/office_task.h"
#include "web/page/overview.h"
#include "web/page/policy.h"
#include "web/page/search.h"
#include "web/page/service.h"
#include "web/page/record_delete.h"
#include "web/page/record_form.h"
#include "web/page/record_kinds.h"
#include "web/page/record_list.h"
#include "web/page/record_show.h"


const Route ROUTES[] = {
        { METHOD_GET, "/", page_home, NULL, FOR_ALL, false },
        { METHOD_POST, "/elder", page_elder, NULL, FOR_ALL, false },
        { METHOD_GET, "/asset/:/:", page_asset, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city", page_city, page_city_json, FOR_ALL, false },
        { METHOD_GET, "/c/:city/p/:", page_policy, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/s/:", page_service, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/d", page_document_list, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/d/:", page_document, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/n", page_directory_list, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/n/:", page_directory, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/search", page_search, page_search_json, FOR_ALL, false },
        { METHOD_GET, "/c/:city/overview", page_overview, NULL, FOR_ALL, false },
        { METHOD_GET, "/c/:city/ask", page_ask_start, NULL, FOR_ALL, false },
        { METHOD_POST, "/c/:city/ask", page_ask, page_ask_json, FOR_ALL, false },
        { METHOD_GET, "/o/:city", page_office_board, page_office_board_json, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/t/:", page_office_target, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/t/:", page_office_target_form, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/i/:", page_office_indicator, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/tasks", page_office_tasks, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/task/:", page_office_task, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/task/:", page_office_task_form, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/due", page_office_due, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/figure/:", page_office_figure, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/figure/:", page_office_figure_form, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/correct/:", page_office_correct, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/correct/:", page_office_correct_form, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/close", page_office_close, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/close", page_office_close_form, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/report", page_office_reports, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/report/:", page_office_report, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/report/:/pdf", page_office_report_pdf, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/report/:/docx", page_office_report_docx, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r", page_record_kinds, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r/:", page_record_list, page_record_list_json, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r/:/export", page_record_export, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r/:/new", page_record_new, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/r/:/new", page_record_create, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r/:/:", page_record, page_record_json, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/r/:/:/unmask", page_record_unmask, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r/:/:/edit", page_record_edit, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/r/:/:/edit", page_record_save, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/r/:/:/delete", page_record_delete_ask, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/r/:/:/delete", page_record_delete, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/import", page_import_home, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/import/:", page_import_start, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/import/:", page_import_upload, NULL, FOR_OFFICE, true },
        { METHOD_GET, "/o/:city/import/:/template", page_import_template, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/import/:/map", page_import_map, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/import/:/check", page_import_check, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/import/:/run", page_import_run, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/job/:", page_job, page_job_json, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/job/:/sheet", page_job_sheet, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/job/:/stop", page_job_stop, NULL, FOR_OFFICE, false },
        { METHOD_GET, "/o/:city/batch/:", page_batch, NULL, FOR_OFFICE, false },
        { METHOD_POST, "/o/:city/batch/:", page_batch_undo, NULL, FOR_OFFICE, false },
};
const uint32_t ROUTE_COUNT = ARRAY_LENGTH(ROUTES);

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

/* An officers' page is not there on the public listener. */
static bool is_there(const Visit *visit, const Route *route, bool json) {
        return (json ? route->json : route->page) && (route->audience == FOR_ALL || visit->site->office);
}

/* The route for the path and the method; without one, *ret_allowed says which methods the path has. */
static const Route *find_route(Visit *visit, Str path, bool json, Str *ret_allowed) {
        bool get = false, post = false;
        for (uint32_t i = 0; i < ROUTE_COUNT; i++) {
                const Route *route = &ROUTES[i];
                if (!is_there(visit, route, json) || !path_matches(visit, path, str_from(route->pattern)))
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
static uint16_t read_fields(Visit *visit, const Route *route, Str query, bool json) {
        const Request *request = visit->request;
        Rc rc = form_parse(visit->arena, query, &visit->query);
        if (rc != RC_OK)
                return 400;
        if (request->method != METHOD_POST)
                return 0;
        if (request->body.length > (route->upload ? UPLOAD_BODY_MAX : REQUEST_BODY_MAX))
                return 413;
        if (route->upload)
                return multipart_parse(visit->arena, request->content_type, request->body, &visit->form, &visit->file) == RC_OK ? 0 : 400;
        if (!content_type_is(request->content_type, json ? STR("application/json")
                                                          : STR("application/x-www-form-urlencoded")))
                return 415;
        rc = json ? RC_OK : form_parse(visit->arena, request->body, &visit->form);
        return rc == RC_OK ? 0 : rc == RC_TOOBIG ? 413 : 400;
}

/* ---- what the machine cannot do ------------------------------------------------------------------------- */

/* Whether a page failed for want of room, by what the system said last; the database's own faults say it themselves. */
static bool is_full(DatabaseFault fault, int error) {
        return fault == FAULT_FULL || (fault == FAULT_NONE && (error == ENOSPC || error == EDQUOT || error == EFBIG));
}

/* The status of a failed page. An officer is told what it was, and gets what was typed back (error_page). */
static uint16_t judge_failure(Visit *visit, const Route *route, Rc rc, int error) {
        DatabaseFault fault = visit->database ? database_fault(visit->database) : FAULT_NONE;
        bool busy = rc == RC_CONFLICT && fault == FAULT_BUSY;
        if (rc == RC_IO && visit->database) {
                Str message = database_message(visit->database);
                log_event(LOG_ERROR, "database", "%.*s", STR_ARG(message));
        }
        if (rc != RC_IO && !busy)
                return status_of(rc);
        bool full = is_full(fault, error);
        if (route->audience == FOR_OFFICE)
                visit->trouble = full || fault != FAULT_NONE ? database_fault_text(full ? FAULT_FULL : fault)
                                                             : STR("打不开数据库或者要用的文件。请检查数据文件夹和磁盘，详情见日志。");
        return full ? 507 : 503;
}

/* ---- the local operator -------------------------------------------------------------------------------- */

/* What a form must send back: only a page of ours knows it. */
static Str form_key(Arena *arena, Str token) {
        Fingerprint *fingerprint = fingerprint_new(arena);
        fingerprint_add(fingerprint, STR("form:"));
        fingerprint_add(fingerprint, token);
        return fingerprint_end(fingerprint, arena);
}

static void recognise(Visit *visit) {
        const Site *site = visit->site;
        visit->actor = (Actor){ .kind = ACTOR_PUBLIC, .name = STR("访客") };
        if (site->office && secret_equal(cookie_value(visit->request->cookie, STR("office")), site->token)) {
                visit->actor = (Actor){ .kind = ACTOR_OPERATOR, .name = STR("本机操作员") };
                visit->form_key = form_key(visit->arena, site->token);
        }
}

/* The link that the program prints carries the token once: it becomes a cookie, and the address is clean again. */
static bool take_token(Visit *visit, Str path) {
        Str token = form_text(&visit->query, STR("token"));
        if (!visit->site->office || visit->request->method != METHOD_GET || !secret_equal(token, visit->site->token))
                return false;
        visit->response->status = 303;
        visit->response->location = path;
        visit->response->set_cookie = str_format(visit->arena, "office=%.*s; Path=/; HttpOnly; SameSite=Strict", STR_ARG(token));
        return true;
}

/* A form comes from a page of this very listener. */
static bool is_own_form(const Visit *visit) {
        const Request *request = visit->request;
        Str origin = request->origin;
        if (origin.length && !(str_starts(origin, STR("http://")) && str_equal(str_slice(origin, 7, origin.length), request->host)))
                return false;
        return secret_equal(form_text(&visit->form, STR("key")), visit->form_key);
}

/* 0, or the status of a request for an officers' page that it must not see. */
static uint16_t guard_office(const Visit *visit, const Route *route) {
        if (route->audience == FOR_ALL)
                return 0;
        bool known = visit->actor.kind == ACTOR_OPERATOR;
        return known && (visit->request->method == METHOD_GET || is_own_form(visit)) ? 0 : 403;
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
        uint16_t status = read_fields(visit, route, query, json);
        if (status == 0 && take_token(visit, path))
                return;
        if (status == 0)
                status = guard_office(visit, route);
        if (status == 0) {
                errno = 0;
                Rc rc = (json ? route->json : route->page)(visit);
                status = rc == RC_OK ? 500 : judge_failure(visit, route, rc, errno);
                if (visit->database)
                        pool_give(visit->city->pool, visit->database);
                if (rc == RC_OK && !response->body.failed)
                        return;
        }
        answer_error(visit, status, json);
}

void site_handle(const Site *site, const Request *request, Response *response) {
        Str query = request->target, path = str_cut(&query, '?');
        Visit visit = { .site = site, .request = request, .response = response, .arena = request->arena, .path = path,
                        .elder = str_equal(cookie_value(request->cookie, STR("elder")), STR("1")) };
        bool json = str_ends(path, STR(".json"));
        response->route = STR("-");
        recognise(&visit);
        dispatch(&visit, json ? str_slice(path, 0, path.length - 5) : path, query, json);
}

void site_refuse(const Site *site, const Request *request, uint16_t status, Response *response) {
        Visit visit = { .site = site, .request = request, .response = response, .arena = request->arena };
        Str path = request->target, allowed;
        recognise(&visit);
        visit.path = str_cut(&path, '?');
        if (request->target.length <= REQUEST_TARGET_MAX && is_plain(request->target))
                (void) find_route(&visit, visit.path, false, &allowed);  /* for the city's name on the page */
        response->route = STR("-");
        answer_error(&visit, status, false);
}

size_t site_body_max(const Site *site, Str target) {
        Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 1 << 20);
        Request request = { .arena = arena, .method = METHOD_POST, .target = target };
        Visit visit = { .site = site, .request = &request, .arena = arena };
        Str allowed;
        if (target.length > REQUEST_TARGET_MAX || !is_plain(target))
                return REQUEST_BODY_MAX;
        const Route *route = find_route(&visit, str_cut(&target, '?'), false, &allowed);
        return route && route->upload ? UPLOAD_BODY_MAX : REQUEST_BODY_MAX;
}
