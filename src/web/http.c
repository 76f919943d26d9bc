/* The adapter between libmicrohttpd and site_handle. A request's memory is one arena (Exchange), from its first line to
 * its end. */
#include "web/http.h"

#include "base/date.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXCHANGE_CAP ((size_t) 1 << 30)      /* an arena grows by need; this only stops a runaway */
#define CONNECTION_MEMORY ((size_t) 24 << 10) /* request line and headers */
#define BACKLOG 256
#define STOP_WAIT_MS 5000
#define STOP_STEP_MS 20

struct Server {
        struct MHD_Daemon *daemon;
        const Site        *site;
        uint16_t           port;
};

typedef struct Exchange {
        Arena  *arena;
        Str     target;
        Buffer  body;
        size_t  body_max;
        bool    begun;           /* the headers were looked at */
        int64_t started_ns;
} Exchange;

/* ---- the header guard -------------------------------------------------------------------------------- */

typedef struct Guard {
        uint32_t lengths, hosts;
        uint64_t length;
        bool     encoded;        /* a Transfer-Encoding */
        bool     malformed;
} Guard;

static bool is_token(Str name) {
        for (size_t i = 0; i < name.length; i++) {
                char byte = name.data[i];
                if (byte <= ' ' || byte >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", byte))
                        return false;
        }
        return name.length > 0;
}

static bool is_length(Str text) {
        if (text.length == 0 || text.length > 18)
                return false;
        for (size_t i = 0; i < text.length; i++)
                if (text.data[i] < '0' || text.data[i] > '9')
                        return false;
        return true;
}

static enum MHD_Result guard_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
        Guard *guard = context;
        (void) kind;             /* only headers are iterated */
        if (!is_token(str_from(name)))
                guard->malformed = true;
        else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
                int64_t length = 0;
                guard->lengths++;
                if (!value || !is_length(str_from(value)) || !str_to_int(str_from(value), &length))
                        guard->malformed = true;
                guard->length = (uint64_t) length;
        } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0)
                guard->encoded = true;
        else if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0)
                guard->hosts++;
        return MHD_YES;
}

/* 0, or the status with which a request is refused before anything else looks at it. A body of unknown length is not
 * taken: a form never needs one, and two readings of a length are how requests are smuggled. */
static uint16_t guard_request(struct MHD_Connection *connection, const char *version, size_t most) {
        Guard guard = { 0 };
        (void) MHD_get_connection_values(connection, MHD_HEADER_KIND, guard_header, &guard);
        if (guard.malformed || guard.lengths > 1 || guard.hosts > 1 || (guard.lengths && guard.encoded) ||
            (guard.hosts == 0 && strcmp(version, MHD_HTTP_VERSION_1_0) != 0))
                return 400;
        if (guard.encoded)
                return 411;
        return guard.length > most ? 413 : 0;
}

/* ---- responses --------------------------------------------------------------------------------------- */

static const struct {
        const char *name, *value;
} security_headers[] = {
        { "Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
                                     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "X-Frame-Options", "DENY" },
        { "Referrer-Policy", "same-origin" },     /* under no-referrer a form of ours would say "Origin: null" */
        { "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
};

static void add_header(struct MHD_Response *response, Arena *arena, const char *name, Str value) {
        if (value.length)
                (void) MHD_add_response_header(response, name, str_copy(arena, value).data); /* fails only without memory */
}

/* Sends the body, which then belongs to the library. */
static enum MHD_Result send_response(struct MHD_Connection *connection, Exchange *exchange, Response *from) {
        struct stat about;
        bool file = from->file >= 0 && fstat(from->file, &about) == 0;
        struct MHD_Response *response =
                file ? MHD_create_response_from_fd64((uint64_t) about.st_size, from->file)
                     : MHD_create_response_from_buffer(from->body.length, from->body.data, MHD_RESPMEM_MUST_FREE);
        if (!response)
                return MHD_NO;
        if (file)
                from->file = -1;         /* closed with the response */
        else
                from->body = (Buffer){ 0 };
        for (size_t i = 0; i < ARRAY_LENGTH(security_headers); i++)
                (void) MHD_add_response_header(response, security_headers[i].name, security_headers[i].value);
        Arena *arena = exchange->arena;
        add_header(response, arena, "Content-Type", from->content_type);
        add_header(response, arena, "Location", from->location);
        add_header(response, arena, "Set-Cookie", from->set_cookie);
        add_header(response, arena, "Allow", from->allow);
        add_header(response, arena, "ETag", from->etag);
        add_header(response, arena, "Content-Disposition", from->disposition);
        add_header(response, arena, "Cache-Control", from->keep ? STR("public, max-age=31536000, immutable")
                                                                : STR("no-store"));
        enum MHD_Result result = MHD_queue_response(connection, from->status, response);
        MHD_destroy_response(response);
        return result;
}

static void log_request(const Exchange *exchange, const char *method, const Response *response) {
        log_event(LOG_INFO, "request", "%s %.*s %u %zu %lld us", method, STR_ARG(response->route), response->status,
                  response->body.length, (long long) ((clock_ns() - exchange->started_ns) / 1000));
}

/* ---- requests ---------------------------------------------------------------------------------------- */

static Str header(struct MHD_Connection *connection, const char *name) {
        const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
        return value ? str_from(value) : (Str){ 0 };
}

static Request request_of(struct MHD_Connection *connection, const Exchange *exchange, const char *method) {
        bool head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
        return (Request){
                .arena = exchange->arena,
                .method = head || strcmp(method, MHD_HTTP_METHOD_GET) == 0   ? METHOD_GET
                          : strcmp(method, MHD_HTTP_METHOD_POST) == 0 ? METHOD_POST
                                                                      : METHOD_OTHER,
                .head = head,
                .target = exchange->target,
                .content_type = header(connection, "Content-Type"),
                .cookie = header(connection, "Cookie"),
                .if_none_match = header(connection, "If-None-Match"),
                .origin = header(connection, "Origin"),
                .host = header(connection, "Host"),
                .body = buffer_str(&exchange->body),
                .today = date_today(),
        };
}

/* What is too large for its place is told by a page; what is no request at all, in a line. */
static enum MHD_Result refuse(const Server *server, struct MHD_Connection *connection, Exchange *exchange, const char *method,
                              uint16_t status) {
        Response response = response_new();
        response.status = status;
        response.route = STR("-");
        if (status == 413) {
                Request request = request_of(connection, exchange, method);
                site_refuse(server->site, &request, status, &response);
        } else {
                response.content_type = STR("text/plain; charset=utf-8");
                buffer_add(&response.body, STR("这次请求的格式不对。\n"));
        }
        log_request(exchange, strlen(method) < 16 ? method : "-", &response);
        enum MHD_Result result = send_response(connection, exchange, &response);
        response_free(&response);
        return result;
}

static enum MHD_Result answer(Server *server, struct MHD_Connection *connection, Exchange *exchange, const char *method) {
        Request request = request_of(connection, exchange, method);
        Response response = response_new();
        site_handle(server->site, &request, &response);
        log_request(exchange, request.head ? "HEAD" : request.method == METHOD_GET ? "GET"
                              : request.method == METHOD_POST              ? "POST"
                                                                           : "-", &response);
        enum MHD_Result result = send_response(connection, exchange, &response);
        response_free(&response);
        return result;
}

/* Called once the request line is there, before the headers: keeps the target as it was sent. */
static void *begin_exchange(void *context, const char *target, struct MHD_Connection *connection) {
        const Server *server = context;
        (void) connection;
        Arena *arena = arena_new(EXCHANGE_CAP);
        Exchange *exchange = ARENA_NEW(arena, Exchange, 1);
        *exchange = (Exchange){ .arena = arena, .target = str_copy(arena, str_from(target)),
                                .started_ns = clock_ns() };
        exchange->body_max = site_body_max(server->site, exchange->target);
        exchange->body = buffer_new(exchange->body_max);
        return exchange;
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why) {
        (void) context;
        (void) connection;
        (void) why;
        Exchange *exchange = *state;
        if (exchange) {
                buffer_free(&exchange->body);
                arena_free(exchange->arena);
        }
        *state = NULL;
}

/* Called when the headers are there, for each piece of the body, and at its end.
 * NOLINTNEXTLINE(readability-function-size): the library's signature */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state) {
        (void) url;              /* the exchange has the target as it was sent */
        Exchange *exchange = *state;
        if (!exchange->begun) {
                exchange->begun = true;
                size_t most = exchange->body_max > REQUEST_BODY_MAX ? HTTP_UPLOAD_MAX : exchange->body_max;
                uint16_t status = guard_request(connection, version, most);
                return status ? refuse(context, connection, exchange, method, status) : MHD_YES;
        }
        if (*upload_size > 0) {
                if ((clock_ns() - exchange->started_ns) / 1000000000 >= HTTP_UPLOAD_SECONDS)
                        return MHD_NO;
                buffer_add(&exchange->body, (Str){ upload, *upload_size });
                *upload_size = 0;
                return MHD_YES;
        }
        return exchange->body.failed ? refuse(context, connection, exchange, method, 413)
                                     : answer(context, connection, exchange, method);
}

/* Percent-decoding is ours (web/message.h). */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
        (void) context;
        (void) connection;
        return strlen(text);
}

/* ---- starting and stopping --------------------------------------------------------------------------- */

static Rc rc_of_errno(void) {
        switch (errno) {
        case EADDRINUSE:
                return RC_CONFLICT;
        case EACCES:
        case EPERM:
                return RC_DENIED;
        case EADDRNOTAVAIL:
                return RC_INVALID;
        default:
                return RC_IO;
        }
}

static Rc bind_socket(int listener, const struct addrinfo *at, uint16_t *ret_port) {
        const int yes = 1;
        if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
            bind(listener, at->ai_addr, at->ai_addrlen) != 0 || listen(listener, BACKLOG) != 0)
                return rc_of_errno();
        struct sockaddr_in6 bound = { 0 };   /* large enough for both families, whose ports stand at the same place */
        socklen_t length = sizeof bound;
        if (getsockname(listener, (struct sockaddr *) &bound, &length) != 0)
                return RC_IO;
        *ret_port = ntohs(bound.sin6_port);
        return RC_OK;
}

static Rc open_listener(Str address, uint16_t port, int *ret_socket, uint16_t *ret_port) {
        Arena *arena CLEAN(arena_cleanup) = arena_new((size_t) 1 << 16);
        const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                        .ai_socktype = SOCK_STREAM };
        struct addrinfo *at = NULL;
        if (getaddrinfo(str_copy(arena, address).data, str_format(arena, "%u", port).data, &hints, &at) != 0)
                return RC_INVALID;
        int listener = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        Rc rc = listener < 0 ? RC_IO : bind_socket(listener, at, ret_port);
        freeaddrinfo(at);
        if (rc == RC_OK)
                *ret_socket = listener;
        else if (listener >= 0)
                (void) close(listener);  /* nothing was written to it */
        return rc;
}

Rc server_start(const ServerOptions *options, Server **ret_server) {
        int listener;
        uint16_t port;
        Rc rc = open_listener(options->address, options->port, &listener, &port);
        if (rc != RC_OK)
                return rc;
        Server *server = calloc(1, sizeof *server);
        MUST(server);
        *server = (Server){ .site = options->site, .port = port };
        server->daemon = MHD_start_daemon(
                MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, port, NULL, NULL, handle, server,
                MHD_OPTION_LISTEN_SOCKET, listener,
                MHD_OPTION_THREAD_POOL_SIZE, options->threads > 1 ? options->threads : 0u,
                MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, server,
                MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL,
                MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
                MHD_OPTION_CONNECTION_LIMIT, (unsigned) HTTP_CONNECTIONS_MAX,
                MHD_OPTION_CONNECTION_TIMEOUT, (unsigned) HTTP_IDLE_SECONDS,
                MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
                MHD_OPTION_STRICT_FOR_CLIENT, 1,
                MHD_OPTION_END);
        if (!server->daemon) {
                (void) close(listener);
                free(server);
                return RC_IO;
        }
        *ret_server = server;
        return RC_OK;
}

uint16_t server_port(const Server *server) {
        return server->port;
}

void server_stop(Server *server) {
        if (!server)
                return;
        MHD_socket listener = MHD_quiesce_daemon(server->daemon);
        for (int waited = 0; waited < STOP_WAIT_MS; waited += STOP_STEP_MS) {
                const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
                if (!info || info->num_connections == 0)
                        break;
                (void) poll(NULL, 0, STOP_STEP_MS);      /* sleeps */
        }
        MHD_stop_daemon(server->daemon);
        if (listener != MHD_INVALID_SOCKET)
                (void) close(listener);
        free(server);
}
