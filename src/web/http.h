/* The site on a socket: the only file that knows libmicrohttpd. It guards against malformed and oversized requests, adds
 * the security headers and writes one log line a request: route, status, size and time; never the query, the body or a
 * cookie. Encryption and HTTP/2 belong to a proxy in front. */
#pragma once

#include "web/site.h"

#define HTTP_CONNECTIONS_MAX 512
#define HTTP_IDLE_SECONDS 15             /* a connection that says nothing for so long is closed */
#define HTTP_UPLOAD_SECONDS 30           /* a body that takes longer is given up */
#define HTTP_UPLOAD_MAX ((size_t) 512 << 20)  /* too large a file is heard out up to here: a browser that is cut off shows no page */

typedef struct Server Server;

typedef struct ServerOptions {
        const Site *site;                /* must outlive the server */
        Str         address;             /* "127.0.0.1", "::1", "0.0.0.0" */
        uint16_t    port;                /* 0: any free one */
        uint32_t    threads;
} ServerOptions;

/* Listens. RC_INVALID: not an address of this machine; RC_CONFLICT: the port is taken; RC_DENIED: not allowed to use it;
 * RC_IO otherwise. */
Rc server_start(const ServerOptions *options, Server **ret_server) CHECKED;
uint16_t server_port(const Server *server);
/* Takes no new connections, lets running requests finish (at most a few seconds), and ends. NULL is fine. */
void server_stop(Server *server);
