/* A made-up city with records behind the loopback listener, and its operator: requests carry the token, forms the key. */
#pragma once

#include <dirent.h>
#include <unistd.h>

#include "records/record.h"
#include "support/folder.h"
#include "web/job.h"
#include "web/support.h"

#define OFFICE_TOKEN "0123456789abcdef0123456789abcdef"
#define OFFICE_HOST "127.0.0.1:8081"

typedef struct Office {
        Arena *arena;
        Str    folder;
        Pack  *pack;
        Pool  *pool;
        Site   site;
        Str    key;              /* of forms */
} Office;

/* Makes the city "x" of this source in a new folder, with an empty SQLite database. */
static inline Office office_open(const char *source) {
        Office office = { .arena = arena_new((size_t) 1 << 30), .pack = pack_new(), .site = { .at = DATE_MIN } };
        office.folder = folder_new(office.arena);
        Str file = folder_write(office.arena, office.folder, "a.md", str_from(source));
        pack_free(office.pack);
        office.pack = load_pack(office.folder.data);
        assert_int_equal(unlink(file.data), 0);
        office.pack->name = STR("x");
        Model *model = model_new(&office.pack->program, office.arena);
        DatabaseOptions options = { .place = str_format(office.arena, "sqlite:%.*s/x.db", STR_ARG(office.folder)) };
        Database *database;
        Migration migration;
        Str why;
        assert_int_equal(database_open(&options, office.arena, &database, &why), RC_OK);
        assert_int_equal(migration_plan(database, model, office.pack->name, office.arena, &migration), RC_OK);
        assert_int_equal(migration_apply(database, model, &migration, false), RC_OK);
        database_close(database);
        office.pool = pool_new(&options);
        assert_int_equal(site_add(&office.site, office.pack), RC_OK);
        site_add_records(&office.site, 0, office.pool, model);
        office.site.office = true;
        office.site.token = STR(OFFICE_TOKEN);
        office.site.jobs = jobs_new(&office.site);
        return office;
}

static inline void office_close(Office *office) {
        jobs_free(office->site.jobs);
        pool_free(office->pool);
        pack_free(office->pack);
        Str spool = str_format(office->arena, "%.*s/x.db.spool", STR_ARG(office->folder));
        if (access(spool.data, F_OK) == 0)
                folder_remove(spool);
        folder_remove(office->folder);
        arena_free(office->arena);
}

/* What else a request says; NULL: what a browser of the operator would say. */
typedef struct Sender {
        const char *cookie, *origin, *type;
} Sender;

/* Targets are written in plain Chinese. */
static inline Str office_target(Arena *arena, const char *target) {
        CLEAN(buffer_free) Buffer out = buffer_new((size_t) 1 << 20);
        for (const char *at = target; *at; at++) {
                if ((unsigned char) *at < 0x80 && *at != ' ')
                        buffer_byte(&out, *at);
                else
                        buffer_format(&out, "%%%02X", (unsigned char) *at);
        }
        return str_copy(arena, buffer_str(&out));
}

static inline Exchange office_send(const Office *office, Method method, const char *target, Str body, const Sender *sender) {
        static const Sender operator = { "office=" OFFICE_TOKEN, "http://" OFFICE_HOST, FORM_TYPE };
        Exchange exchange = { .arena = arena_new(REQUEST_CAP), .response = response_new() };
        sender = sender ? sender : &operator;
        exchange.request = (Request){
                .arena = exchange.arena, .method = method, .target = office_target(exchange.arena, target),
                .content_type = method == METHOD_POST ? str_from(sender->type) : (Str){ 0 }, .cookie = str_from(sender->cookie),
                .origin = method == METHOD_POST ? str_from(sender->origin) : (Str){ 0 }, .host = STR(OFFICE_HOST), .body = body,
                .today = date_from_civil(2022, 9, 30),
        };
        site_handle(&office->site, &exchange.request, &exchange.response);
        return exchange;
}

static inline Exchange office_get(const Office *office, const char *target) {
        return office_send(office, METHOD_GET, target, (Str){ 0 }, NULL);
}

/* A form with the key; "+" and "&" in values are written as in a body. */
static inline Exchange office_post(const Office *office, const char *target, const char *fields) {
        Str body = str_format(office->arena, "key=%.*s&%s", STR_ARG(office->key), fields);
        return office_send(office, METHOD_POST, target, body, NULL);
}

/* A form that takes a file. */
static inline Exchange office_upload(const Office *office, const char *target, const char *name, Str bytes) {
        static const Sender sender = { "office=" OFFICE_TOKEN, "http://" OFFICE_HOST, "multipart/form-data; boundary=sheet" };
        CLEAN(buffer_free) Buffer body = buffer_new((size_t) 128 << 20);
        buffer_format(&body, "--sheet\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n%.*s\r\n", STR_ARG(office->key));
        buffer_format(&body,
                      "--sheet\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: text/csv\r\n\r\n", name);
        buffer_add(&body, bytes);
        buffer_add(&body, STR("\r\n--sheet--\r\n"));
        return office_send(office, METHOD_POST, target, buffer_str(&body), &sender);
}

/* The bytes of a file that a response sends. */
static inline Str sent_file(const Exchange *exchange) {
        CLEAN(buffer_free) Buffer out = buffer_new((size_t) 64 << 20);
        char piece[4096];
        assert_true(exchange->response.file >= 0);
        for (ssize_t length; (length = read(exchange->response.file, piece, sizeof piece)) > 0;)
                buffer_add(&out, (Str){ piece, (size_t) length });
        return str_copy(exchange->arena, buffer_str(&out));
}

/* ---- imports ----------------------------------------------------------------------------------------- */

/* The fields of a step's form behind the upload that answered with `page`. */
static inline Str step_fields(const Office *office, const Exchange *page, const char *columns) {
        return str_format(office->arena, "token=%.*s&name=a.csv&%s", STR_ARG(hidden(page, "token")), columns);
}

/* Files that wait. */
static inline uint32_t spool_count(const Office *office) {
        uint32_t count = 0;
        DIR *files = opendir(str_format(office->arena, "%.*s/x.db.spool", STR_ARG(office->folder)).data);
        for (const struct dirent *file = files ? readdir(files) : NULL; file; file = readdir(files))
                count += file->d_name[0] != '.';
        if (files)
                assert_int_equal(closedir(files), 0);
        return count;
}

/* The job that a form was answered with: its page, once it is over. */
static inline Exchange office_job(const Office *office, const Exchange *answer) {
        assert_int_equal(answer->response.status, 303);
        Str place = str_copy(office->arena, answer->response.location), rest = place, path = str_cut(&rest, '?');
        for (int turns = 0; turns < 6000; turns++) {
                CLEAN(exchange_free) Exchange state = office_get(office, str_format(office->arena, "%.*s.json", STR_ARG(path)).data);
                if (!has(&state, "\"over\":false"))
                        return office_get(office, place.data);
                assert_int_equal(usleep(10000), 0);
        }
        fail_msg("%.*s is not over", STR_ARG(place));
        return (Exchange){ 0 };
}
