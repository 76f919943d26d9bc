/* What pages with records share: the connection, who asks, and how a form is answered. */
#include "web/visit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"

int32_t visit_date(const Visit *visit) {
        return visit->site->at == DATE_MIN ? visit->request->today : visit->site->at;
}

Rc visit_plan(Visit *visit) {
        Str why = { 0 };
        const City *city = visit->city;
        if (!city || !city->pool)
                return RC_MISSING;
        if (visit->database)
                return RC_OK;
        Rc rc = pool_take(city->pool, visit->arena, &visit->database, &why);
        if (rc != RC_OK) {
                log_event(LOG_ERROR, "database", "%.*s", STR_ARG(why));
                return RC_IO;
        }
        visit->plan = plan_new(visit->database, city->model, city->pack->name, city->pack->hash);
        visit->plan.workdays = visit->site->workdays;
        Str demonstration;
        rc = plan_setting(&visit->plan, STR("demonstration"), visit->arena, &demonstration);
        if (rc == RC_OK)
                visit->demonstration_data = str_equal(demonstration, STR("1"));
        return rc;
}

Change visit_change(const Visit *visit, Str reason) {
        return (Change){ .city = visit->city->pack->name, .actor = visit->actor.name, .at = clock_seconds(), .reason = reason };
}

Rc visit_allowed(const Visit *visit, Action action, const RecordTable *table) {
        return permission_allows(&visit->actor, action, table, -1) ? RC_OK : RC_DENIED;
}

Rc visit_redirect(Visit *visit, Str place) {
        visit->response->status = 303;
        visit->response->location = place;
        return RC_OK;
}

/* A header value must be ASCII: RFC 6266 gives the name a second, encoded form. */
static Str attachment(Arena *arena, Str name) {
        Buffer text CLEAN(buffer_free) = buffer_new(4096);
        buffer_add(&text, STR("attachment; filename*=UTF-8''"));
        for (size_t i = 0; i < name.length; i++) {
                unsigned char byte = (unsigned char) name.data[i];
                bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
                bool plain = letter || (byte >= '0' && byte <= '9') || byte == '.' || byte == '-';
                if (plain)
                        buffer_byte(&text, (char) byte);
                else
                        buffer_format(&text, "%%%02X", byte);
        }
        return str_copy(arena, buffer_str(&text));
}

Rc visit_send_file(Visit *visit, const char *path, Str content_type, Str name) {
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
                return RC_IO;
        if (unlink(path) != 0)
                log_event(LOG_ERROR, "file", "a temporary file stays behind");
        visit->response->file = file;
        visit->response->content_type = content_type;
        visit->response->disposition = attachment(visit->arena, name);
        return RC_OK;
}
