/* Long work of the officers' pages: seen while it runs, stopped, pressed twice, looked for by the wrong people, cut off by the end of
 * the server; and uploads that are torn or too large, on a real socket. */
#include "web/office.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/log.h"
#include "web/http.h"

#define ROWS 40000
#define COLUMNS "c0=_key&c1=姓名&c2=收入&match=_key"
#define PRESSES 4
#define SHUTDOWN_NS INT64_C(3000000000)

static const char PACK[] =
        "# 试\n\n```leye\n文件 试验\n  标题：“试验文件”\n  机关：“某市”\n  成文：2022-01-01\n  有效：自 2022-01-01\n"
        "实体 人，量词 人\n"
        "事实 人.姓名：文本，必填\n事实 人.收入：金额，范围 0元 至 100万元\n```\n\n## 一、条\n";

static int set_up(void **state) {
        static Office office;
        office = office_open(PACK);
        CLEAN(exchange_free) Exchange page = office_get(&office, "/o/x/import");
        CLEAN(exchange_free) Exchange start = office_get(&office, "/o/x/import/人");
        office.key = str_copy(office.arena, hidden(&start, "key"));
        assert_int_equal(page.response.status, 200);
        *state = &office;
        return 0;
}

static int tear_down(void **state) {
        office_close(*state);
        return 0;
}

/* A sheet of so many people; `mark` stands in every key and name. */
static Str sheet(const Office *office, const char *mark, uint32_t rows) {
        CLEAN(buffer_free) Buffer out = buffer_new((size_t) 16 << 20);
        buffer_add(&out, STR("编号,姓名,收入\r\n"));
        for (uint32_t i = 0; i < rows; i++)
                buffer_format(&out, "%s%u,人%s%u,%u\r\n", mark, i, mark, i, i % 1000);
        return str_copy(office->arena, buffer_str(&out));
}

/* Uploads it; the fields of the next form. */
static Str upload(const Office *office, Str bytes) {
        CLEAN(exchange_free) Exchange map = office_upload(office, "/o/x/import/人", "大表.csv", bytes);
        assert_int_equal(map.response.status, 200);
        return step_fields(office, &map, COLUMNS);
}

static Str press(const Office *office, const char *step, Str fields) {
        CLEAN(exchange_free) Exchange answer = office_post(office, str_format(office->arena, "/o/x/import/人/%s", step).data, fields.data);
        assert_int_equal(answer.response.status, 303);
        return str_copy(office->arena, answer.response.location);
}

static Str stop(const Office *office, Str place) {
        Str path = str_cut(&place, '?');
        CLEAN(exchange_free) Exchange answer = office_post(office, str_format(office->arena, "%.*s/stop", STR_ARG(path)).data, "a=1");
        assert_int_equal(answer.response.status, 303);
        return str_copy(office->arena, answer.response.location);
}

static Exchange over(const Office *office, Str place) {
        Exchange answer = { .arena = office->arena, .response = { .status = 303, .location = place } };
        return office_job(office, &answer);
}

/* How many records have the mark. */
static void assert_people(const Office *office, const char *mark, const char *total) {
        CLEAN(exchange_free) Exchange list = office_get(office, str_format(office->arena, "/o/x/r/人.json?q=%s0", mark).data);
        assert_has(&list, str_format(office->arena, "\"total\":%s,", total).data);
}

/* Another program has the city's lock until the connection is given back: jobs that write wait for it. */
static Database *hold(const Office *office) {
        Database *database;
        Str why;
        assert_int_equal(pool_take(office->pool, office->arena, &database, &why), RC_OK);
        assert_int_equal(database_begin(database, true), RC_OK);
        return database;
}

/* ---- one sheet, all the way -------------------------------------------------------------------------- */

static void test_running(void **state) {
        const Office *office = *state;
        Str fields = upload(office, sheet(office, "a", ROWS));
        Database *database = hold(office);               /* however quick this machine is, the job runs still */
        Str place = press(office, "run", fields);
        CLEAN(exchange_free) Exchange page = office_get(office, place.data);
        assert_has(&page, "<h1>正在导入人</h1>");
        assert_has(&page, "<noscript><meta http-equiv=\"refresh\"");
        assert_has(&page, "<progress ");
        assert_has(&page, "role=\"status\"");
        Str states = str_format(office->arena, "%.*s.json", STR_ARG(place));
        for (bool counted = false; !counted;) {
                CLEAN(exchange_free) Exchange json = office_get(office, states.data);
                counted = has(&json, "\"total\":\"40,000 行\"");
                assert_true(str_equal(json.response.content_type, STR("application/json")));
                assert_has(&json, "\"state\":\"running\"");
                assert_has(&json, "\"over\":false");
        }
        CLEAN(exchange_free) Exchange home = office_get(office, "/o/x/import");
        assert_has(&home, "正在做</h2>");
        assert_has(&home, place.data);
        (void) stop(office, place);
        pool_give(office->pool, database);
        CLEAN(exchange_free) Exchange stopped = over(office, place);
        assert_has(&stopped, "导入停下了：人");
        assert_has(&stopped, "什么都没有存");
        assert_has(&stopped, "name=\"token\"");          /* the sheet is still there */
        assert_people(office, "a", "0");
        CLEAN(exchange_free) Exchange history = office_get(office, "/o/x/import");
        assert_has(&history, "还没有导入过");
        assert_has(&history, "刚做完的</h2>");
        assert_has(&history, "停下了，什么都没有存");
}

static void test_whole_and_undone(void **state) {
        const Office *office = *state;
        Str fields = upload(office, sheet(office, "b", ROWS)), place = press(office, "run", fields);
        CLEAN(exchange_free) Exchange done = over(office, place);
        assert_has(&done, "导入好了");
        assert_has(&done, "40,000 条");
        assert_people(office, "b", "1");
        Str late = stop(office, place);
        assert_true(str_ends(late, STR("?late=1")));
        CLEAN(exchange_free) Exchange told = office_get(office, late.data);
        assert_has(&told, "已经导入完了");
        assert_people(office, "b", "1");
        assert_true(str_equal(press(office, "run", fields), place));     /* pressed again: the same import */

        Str number = str_slice(place, STR("/o/x/job/").length, place.length);
        Str batch = str_format(office->arena, "/o/x/batch/%.*s", STR_ARG(number));
        Database *database = hold(office);
        CLEAN(exchange_free) Exchange undo = office_post(office, batch.data, "sure=1");
        CLEAN(exchange_free) Exchange again = office_post(office, batch.data, "sure=1");
        assert_int_equal(again.response.status, 303);
        assert_true(str_equal(again.response.location, undo.response.location));
        (void) stop(office, undo.response.location);
        pool_give(office->pool, database);
        CLEAN(exchange_free) Exchange kept = office_job(office, &undo);
        assert_has(&kept, "撤销停下了");
        assert_people(office, "b", "1");
        CLEAN(exchange_free) Exchange second = office_post(office, batch.data, "sure=1");
        CLEAN(exchange_free) Exchange undone = office_job(office, &second);
        assert_has(&undone, "删掉新增的 40,000 条");
        assert_people(office, "b", "0");
}

/* ---- presses ----------------------------------------------------------------------------------------- */

typedef struct Press {
        const Office *office;
        Str           body;
        Exchange      answer;
} Press;

static void *press_button(void *context) {
        Press *one = context;
        one->answer = office_send(one->office, METHOD_POST, "/o/x/import/人/run", one->body, NULL);
        return NULL;
}

static void test_parallel_presses(void **state) {
        const Office *office = *state;
        Press presses[PRESSES];
        pthread_t threads[PRESSES];
        Str fields = upload(office, sheet(office, "c", 20000));
        Str body = str_format(office->arena, "key=%.*s&%.*s", STR_ARG(office->key), STR_ARG(fields));
        for (size_t i = 0; i < PRESSES; i++) {
                presses[i] = (Press){ .office = office, .body = body };
                assert_int_equal(pthread_create(&threads[i], NULL, press_button, &presses[i]), 0);
        }
        for (size_t i = 0; i < PRESSES; i++)
                assert_int_equal(pthread_join(threads[i], NULL), 0);
        for (size_t i = 1; i < PRESSES; i++)
                assert_true(str_equal(presses[0].answer.response.location, presses[i].answer.response.location));
        CLEAN(exchange_free) Exchange done = office_job(office, &presses[0].answer);
        assert_has(&done, "20,000 条");
        for (size_t i = 0; i < PRESSES; i++)
                exchange_free(&presses[i].answer);
}

/* More than may wait are refused, and what waits is stopped at once. */
static void test_full_queue(void **state) {
        const Office *office = *state;
        Database *database = hold(office);
        Str waiting[JOBS_WAITING_MAX];
        Str running = press(office, "run", upload(office, sheet(office, "d", 2)));
        for (size_t i = 0; i < JOBS_WAITING_MAX; i++)
                waiting[i] = press(office, "check", upload(office, sheet(office, "e", 2)));
        CLEAN(exchange_free) Exchange first = office_get(office, waiting[0].data);
        assert_has(&first, "前面还有 1 项");
        CLEAN(exchange_free) Exchange refused = office_post(office, "/o/x/import/人/check", upload(office, sheet(office, "f", 2)).data);
        assert_int_equal(refused.response.status, 503);
        assert_has(&refused, "前面还有好几项没有做完");
        (void) stop(office, waiting[JOBS_WAITING_MAX - 1]);
        CLEAN(exchange_free) Exchange last = office_get(office, waiting[JOBS_WAITING_MAX - 1].data);
        assert_has(&last, "试到一半停下了");
        pool_give(office->pool, database);
        CLEAN(exchange_free) Exchange done = over(office, running);
        assert_has(&done, "导入好了");
        for (size_t i = 0; i + 1 < JOBS_WAITING_MAX; i++) {
                CLEAN(exchange_free) Exchange tried = over(office, waiting[i]);
                assert_has(&tried, "试过了");
        }
}

/* ---- strangers --------------------------------------------------------------------------------------- */

static void test_other_city(void **state) {
        Office *office = *state;
        Pack other = *office->pack;
        other.name = STR("y");
        office->site.cities[1] = office->site.cities[0];
        office->site.cities[1].pack = &other;
        office->site.city_count = 2;
        Str fields = upload(office, sheet(office, "g", ROWS));
        Database *database = hold(office);
        Str place = press(office, "run", fields);
        Str foreign = str_format(office->arena, "/o/y%.*s", STR_ARG(str_slice(place, 4, place.length)));
        CLEAN(exchange_free) Exchange page = office_get(office, foreign.data);
        assert_int_equal(page.response.status, 404);
        assert_false(has(&page, "大表"));
        CLEAN(exchange_free) Exchange json = office_get(office, str_format(office->arena, "%.*s.json", STR_ARG(foreign)).data);
        assert_int_equal(json.response.status, 404);
        CLEAN(exchange_free) Exchange home = office_get(office, "/o/y/import");
        assert_false(has(&home, "大表"));
        (void) stop(office, foreign);
        static const Sender stranger = { "office=0123456789abcdef0123456789abcdee", "http://" OFFICE_HOST, FORM_TYPE };
        static const Sender forged = { "office=" OFFICE_TOKEN, "http://evil.example", FORM_TYPE };
        Str address = str_format(office->arena, "%.*s/stop", STR_ARG(place));
        CLEAN(exchange_free) Exchange unseen = office_send(office, METHOD_GET, place.data, (Str){ 0 }, &stranger);
        CLEAN(exchange_free) Exchange unstopped = office_send(office, METHOD_POST, address.data, STR("a=1"), &forged);
        assert_int_equal(unseen.response.status, 403);
        assert_int_equal(unstopped.response.status, 403);
        pool_give(office->pool, database);
        CLEAN(exchange_free) Exchange done = over(office, place);
        assert_has(&done, "导入好了");                          /* nobody has stopped it */
        office->site.city_count = 1;
}

/* Longer than one waits. */
static void test_busy(void **state) {
        const Office *office = *state;
        Str fields = upload(office, sheet(office, "h", 3));
        Database *database = hold(office);
        Str place = press(office, "run", fields);
        CLEAN(exchange_free) Exchange failed = over(office, place);
        assert_has(&failed, "没有导入：人");
        assert_has(&failed, "什么都没有存");
        pool_give(office->pool, database);
        CLEAN(exchange_free) Exchange done = over(office, press(office, "run", fields));
        assert_has(&done, "导入好了");
}

/* ---- the end of a server, and the next one ----------------------------------------------------------- */

static void test_restart(void **state) {
        Office *office = *state;
        Str committed = press(office, "run", upload(office, sheet(office, "i", 5)));
        Str number = str_slice(committed, STR("/o/x/job/").length, committed.length);
        Str fields = upload(office, sheet(office, "j", ROWS)), waiting = upload(office, sheet(office, "k", 5));
        Database *database = hold(office);
        Str place = press(office, "run", fields), waits = press(office, "check", waiting);
        pool_give(office->pool, database);               /* now it reads its rows */
        int64_t begun = clock_ns();
        jobs_stop(office->site.jobs);
        assert_true(clock_ns() - begun < SHUTDOWN_NS);
        CLEAN(exchange_free) Exchange stopped = office_get(office, place.data);
        CLEAN(exchange_free) Exchange forgotten = office_get(office, waits.data);
        assert_has(&stopped, "什么都没有存");
        assert_has(&forgotten, "停下了");
        CLEAN(exchange_free) Exchange refused = office_post(office, "/o/x/import/人/check", fields.data);
        assert_int_equal(refused.response.status, 503);
        assert_true(spool_count(office) > 0);
        jobs_free(office->site.jobs);
        assert_int_equal(spool_count(office), 0);
        Str spool = str_format(office->arena, "%.*s/x.db.spool", STR_ARG(office->folder));       /* as after a crash: */
        const struct timespec long_ago[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
        Str old = folder_write(office->arena, spool, "0123456789abcdef0123456789abcdef", STR("编号\r\n"));
        (void) folder_write(office->arena, spool, "0123456789abcdef0123456789abcdee", STR("编号\r\n"));
        assert_int_equal(utimensat(AT_FDCWD, old.data, long_ago, 0), 0);

        office->site.jobs = jobs_new(&office->site);
        assert_int_equal(spool_count(office), 1);                /* somebody may go on with it */
        assert_people(office, "j", "0");
        CLEAN(exchange_free) Exchange gone = office_get(office, place.data);
        assert_int_equal(gone.response.status, 404);
        assert_has(&gone, "这一项没有做完");
        assert_has(&gone, "什么都没有存");
        assert_has(&gone, "重新上传这张表");
        CLEAN(exchange_free) Exchange there = office_get(office, committed.data);
        assert_int_equal(there.response.status, 303);
        assert_true(str_ends(there.response.location, str_format(office->arena, "/batch/%.*s", STR_ARG(number))));
        CLEAN(exchange_free) Exchange undoing =
                office_get(office, str_format(office->arena, "/o/x/job/7?batch=%.*s", STR_ARG(number)).data);
        assert_int_equal(undoing.response.status, 404);
        assert_has(&undoing, "再撤销一次");
        CLEAN(exchange_free) Exchange lost = office_post(office, "/o/x/import/人/run", fields.data);
        assert_int_equal(lost.response.status, 422);
        assert_has(&lost, "请重新选文件");
        Jobs *second = jobs_new(&office->site);                  /* another server with the same folder */
        Str kept = upload(office, sheet(office, "l", 3));
        jobs_free(second);
        second = jobs_new(&office->site);
        CLEAN(exchange_free) Exchange tried = over(office, press(office, "check", kept));
        assert_has(&tried, "试过了");                           /* its sheet was not taken for a leftover */
        jobs_free(second);
}

/* ---- on a socket ------------------------------------------------------------------------------------- */

static int connect_to(const Server *server) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(server_port(server)),
                                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        assert_true(client >= 0);
        assert_int_equal(connect(client, (const struct sockaddr *) &address, sizeof address), 0);
        return client;
}

static void send_all(int client, Str text) {
        while (text.length > 0) {
                ssize_t sent = send(client, text.data, text.length, MSG_NOSIGNAL);
                if (sent <= 0)
                        return;
                text = str_slice(text, (size_t) sent, text.length);
        }
}

static Str receive(Arena *arena, int client) {
        CLEAN(buffer_free) Buffer answer = buffer_new((size_t) 1 << 20);
        struct pollfd ready = { .fd = client, .events = POLLIN };
        char piece[4096];
        for (ssize_t got; poll(&ready, 1, 20000) == 1 && (got = recv(client, piece, sizeof piece, 0)) > 0;)
                buffer_add(&answer, (Str){ piece, (size_t) got });
        return str_copy(arena, buffer_str(&answer));
}

#define HEAD                                                                                     \
        "POST /o/x/import/%%E4%%BA%%BA HTTP/1.1\r\nHost: " OFFICE_HOST "\r\nConnection: close\r\n" \
        "Cookie: office=" OFFICE_TOKEN "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n"

static void test_torn_and_large_uploads(void **state) {
        const Office *office = *state;
        Server *server;
        size_t at;
        const ServerOptions options = { .site = &office->site, .address = STR("127.0.0.1"), .threads = 2 };
        assert_int_equal(server_start(&options, &server), RC_OK);
        uint32_t before = spool_count(office);
        int torn = connect_to(server);
        send_all(torn, str_format(office->arena, HEAD "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n", (size_t) 1000000));
        assert_int_equal(close(torn), 0);
        static const struct {
                size_t said, sent;
        } rows[] = {
                { UPLOAD_BODY_MAX + ((size_t) 1 << 20), UPLOAD_BODY_MAX + ((size_t) 1 << 20) },  /* heard out, then told */
                { HTTP_UPLOAD_MAX + 1, 0 },
        };
        char *zeros = ARENA_NEW(office->arena, char, UPLOAD_BODY_MAX + ((size_t) 1 << 20));
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                int client = connect_to(server);
                send_all(client, str_format(office->arena, HEAD, rows[i].said));
                send_all(client, (Str){ zeros, rows[i].sent });
                Str answer = receive(office->arena, client);
                assert_int_equal(close(client), 0);
                assert_true(str_starts(answer, STR("HTTP/1.1 413")));
                assert_true(str_find(answer, STR("这张表太大了"), &at) && str_find(answer, STR("leye import"), &at));
                assert_false(str_find(answer, STR("人数"), &at));
        }
        server_stop(server);
        assert_int_equal(spool_count(office), before);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_running),
                cmocka_unit_test(test_whole_and_undone),
                cmocka_unit_test(test_parallel_presses),
                cmocka_unit_test(test_full_queue),
                cmocka_unit_test(test_other_city),
                cmocka_unit_test(test_busy),
                cmocka_unit_test(test_restart),
                cmocka_unit_test(test_torn_and_large_uploads),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
