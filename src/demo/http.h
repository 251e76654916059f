/*
 * http - the embedded cluster's door: HTTP on a Unix socket or a loopback port, by
 * libmicrohttpd in the calling thread (external epoll; the library gets no
 * thread of its own, so there are no locks). Demo thread only.
 */
#ifndef DEMO_HTTP_H
#define DEMO_HTTP_H

#include <stdint.h>

#include "base/error.h"

struct demo_http;
struct demo_server;

/* listen_fd: bound and listening, taken over. prefix: "/4f0c..." that every path
 * must start with (others get 404 with nothing in it), or "". */
int demo_http_new(struct demo_server *server, int listen_fd, const char *prefix,
	struct demo_http **ret, struct error *err);
void demo_http_free(struct demo_http *http);

int demo_http_fd(const struct demo_http *http);	      /* readable: call demo_http_run() */
int64_t demo_http_next(const struct demo_http *http); /* call it then at the latest */
void demo_http_run(struct demo_http *http);

#endif
