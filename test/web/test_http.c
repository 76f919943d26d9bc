/* The server on a real socket: the header guard, bodies and methods byte by byte, what is logged, and stopping. */
#include "web/support.h"

#include "web/http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#define ANSWER_CAP ((size_t) 1 << 20)
#define WAIT_MS 5000

typedef struct Fixture {
        Pack   *pack;
        Site    site;
        Server *server;
} Fixture;

static int set_up(void **state) {
        static Fixture fixture;
        fixture = (Fixture){ .pack = load_jinan(), .site = { .at = DATE_MIN } };
        assert_int_equal(site_add(&fixture.site, fixture.pack), RC_OK);
        assert_int_equal(server_start(&(ServerOptions){ .site = &fixture.site, .address = STR("127.0.0.1"), .threads = 2 },
                                      &fixture.server), RC_OK);
        *state = &fixture;
        return 0;
}

static int tear_down(void **state) {
        Fixture *fixture = *state;
        server_stop(fixture->server);
        pack_free(fixture->pack);
        return 0;
}

static int connect_to(const Server *server) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(server_port(server)),
                                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        assert_true(client >= 0);
        if (connect(client, (const struct sockaddr *) &address, sizeof address) == 0)
                return client;
        assert_int_equal(close(client), 0);
        return -1;
}

static void send_all(int client, Str text) {
        while (text.length > 0) {
                ssize_t sent = send(client, text.data, text.length, MSG_NOSIGNAL);
                if (sent <= 0)
                        return;          /* the server has hung up: its answer is read below */
                text = str_slice(text, (size_t) sent, text.length);
        }
}

/* Everything until the server closes; the requests say Connection: close. */
static Str receive(Arena *arena, int client) {
        CLEAN(buffer_free) Buffer answer = buffer_new(ANSWER_CAP);
        char piece[4096];
        struct pollfd ready = { .fd = client, .events = POLLIN };
        while (poll(&ready, 1, WAIT_MS) == 1) {
                ssize_t got = recv(client, piece, sizeof piece, 0);
                if (got <= 0)
                        break;
                buffer_add(&answer, (Str){ piece, (size_t) got });
        }
        return str_copy(arena, buffer_str(&answer));
}

static Str talk(void **state, Arena *arena, Str text) {
        int client = connect_to(((Fixture *) *state)->server);
        assert_true(client >= 0);
        send_all(client, text);
        Str answer = receive(arena, client);
        assert_int_equal(close(client), 0);
        return answer;
}

static void assert_status(const char *request, Str answer, const char *status) {
        if (!str_starts(answer, str_from("HTTP/1.1 ")) || !str_starts(str_slice(answer, 9, answer.length), str_from(status)))
                fail_msg("%s\nanswers %.*s", request, STR_ARG(str_slice(answer, 0, 200)));
}

#define HOST "Host: x\r\nConnection: close\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static void test_guard(void **state) {
        static const struct {
                const char *request, *status;
        } rows[] = {
                { "GET / HTTP/1.1\r\n" HOST "\r\n", "200" },
                { "HEAD / HTTP/1.1\r\n" HOST "\r\n", "200" },
                { "GET / HTTP/1.0\r\n\r\n", "200" },
                { "PUT / HTTP/1.1\r\n" HOST "\r\n", "405" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 17\r\n\r\nsubject=%E4%BA%BA", "200" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 17\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 17\r\nContent-Length: 17\r\n\r\nsubject=%E4%BA%BA", "400" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 17\r\nContent-Length: 3\r\n\r\nsubject=%E4%BA%BA", "400" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "411" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "411" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: +3\r\n\r\na=b", "400" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 99999999999999999999\r\n\r\n", "4" },
                { "POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 65537\r\n\r\n", "413" },
                { "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "400" },
                { "GET / HTTP/1.1\r\nConnection: close\r\nHost : x\r\n\r\n", "400" },
                { "GET / HTTP/1.1\r\n" HOST "Host: y\r\n\r\n", "400" },
                { "GET / HTTP/1.1\r\n" HOST "X Y: z\r\n\r\n", "400" },
                { "GET /c/jinan/p/%ff HTTP/1.1\r\n" HOST "\r\n", "404" },
                { "GET /..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" HOST "\r\n", "404" },
        };
        for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
                CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
                assert_status(rows[i].request, talk(state, arena, str_from(rows[i].request)), rows[i].status);
        }
}

static void test_big_headers(void **state) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        CLEAN(buffer_free) Buffer request = buffer_new(ANSWER_CAP);
        buffer_add(&request, STR("GET / HTTP/1.1\r\n" HOST "X: "));
        buffer_repeat(&request, 'x', 70000);
        buffer_add(&request, STR("\r\n\r\n"));
        assert_status("70 KB of header", talk(state, arena, buffer_str(&request)), "431");
}

static void test_body_longer_than_said(void **state) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        Str answer = talk(state, arena, STR("POST /c/jinan/ask HTTP/1.1\r\n" HOST FORM "Content-Length: 17\r\n\r\n"
                                            "subject=%E4%BA%BAGET /smuggled HTTP/1.1\r\n" HOST "\r\n"));
        size_t at;
        assert_status("a second request behind the body", answer, "200");
        answer = str_slice(answer, 9, answer.length);
        assert_false(str_find(answer, STR("HTTP/1.1 "), &at));
}

static void test_headers(void **state) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        Str answer = talk(state, arena, STR("GET /c/jinan/ask HTTP/1.1\r\n" HOST "\r\n"));
        static const char *const wanted[] = {
                "Content-Security-Policy: default-src 'none'; style-src 'self'", "X-Content-Type-Options: nosniff",
                "Referrer-Policy: same-origin", "Cache-Control: no-store", "Content-Type: text/html; charset=utf-8",
        };
        for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
                size_t at;
                if (!str_find(answer, str_from(wanted[i]), &at))
                        fail_msg("no %s in %.*s", wanted[i], STR_ARG(str_slice(answer, 0, 900)));
        }
}

static void test_head_has_no_body(void **state) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        Str answer = talk(state, arena, STR("HEAD / HTTP/1.1\r\n" HOST "\r\n"));
        size_t at;
        assert_true(str_ends(answer, STR("\r\n\r\n")));
        assert_true(str_find(answer, STR("Content-Length: "), &at));
        assert_false(str_find(answer, STR("<html"), &at));
}

/* Runs one request with standard error going to a file, and returns what was logged. */
static Str logged(void **state, Arena *arena, Str request) {
        char path[] = "/tmp/leye-web-log-XXXXXX";
        int file = mkstemp(path), kept = dup(STDERR_FILENO);
        assert_true(file >= 0 && kept >= 0 && dup2(file, STDERR_FILENO) >= 0);
        Str answer = talk(state, arena, request);
        assert_true(dup2(kept, STDERR_FILENO) >= 0);
        assert_true(answer.length > 0);
        Str log;
        assert_int_equal(file_read(arena, path, ANSWER_CAP, &log), RC_OK);
        assert_int_equal(close(kept) + close(file) + unlink(path), 0);
        return log;
}

static void test_log_is_silent_about_people(void **state) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        Str log = logged(state, arena,
                         STR("POST /c/jinan/ask?secret=1 HTTP/1.1\r\n" HOST FORM "Cookie: elder=1; private=2\r\n"
                             "Content-Length: 28\r\n\r\nsubject=%E4%BA%BA&hidden=333"));
        size_t at, second;
        assert_true(str_find(log, STR("POST /c/:city/ask 200"), &at));
        Str rest = str_slice(log, at + 1, log.length);
        assert_false(str_find(rest, STR("\"event\""), &second));
        static const char *const silent[] = { "secret", "private", "333", "%E4", "人" };
        for (size_t i = 0; i < ARRAY_LENGTH(silent); i++)
                assert_false(str_find(log, str_from(silent[i]), &at));
}

static void test_taken_port_and_bad_address(void **state) {
        const Fixture *fixture = *state;
        Server *other;
        ServerOptions options = { .site = &fixture->site, .address = STR("127.0.0.1"), .port = server_port(fixture->server),
                                  .threads = 1 };
        assert_int_equal(server_start(&options, &other), RC_CONFLICT);
        options.address = STR("not an address");
        assert_int_equal(server_start(&options, &other), RC_INVALID);
        options.address = STR("203.0.113.1");
        assert_int_equal(server_start(&options, &other), RC_INVALID);
}

static void test_stop(void **state) {
        const Fixture *fixture = *state;
        Server *server;
        assert_int_equal(server_start(&(ServerOptions){ .site = &fixture->site, .address = STR("127.0.0.1"), .threads = 1 },
                                      &server), RC_OK);
        CLEAN(arena_cleanup) Arena *arena = arena_new(REQUEST_CAP);
        int client = connect_to(server);
        send_all(client, STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
        assert_status("before the end", receive(arena, client), "200");
        assert_int_equal(close(client), 0);
        uint16_t port = server_port(server);
        server_stop(server);
        Server *again;
        assert_int_equal(server_start(&(ServerOptions){ .site = &fixture->site, .address = STR("127.0.0.1"), .port = port,
                                                        .threads = 1 }, &again), RC_OK);
        server_stop(again);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_guard),
                cmocka_unit_test(test_big_headers),
                cmocka_unit_test(test_body_longer_than_said),
                cmocka_unit_test(test_headers),
                cmocka_unit_test(test_head_has_no_body),
                cmocka_unit_test(test_log_is_silent_about_people),
                cmocka_unit_test(test_taken_port_and_bad_address),
                cmocka_unit_test(test_stop),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
