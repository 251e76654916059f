/*
 * One conversation for each request that MHD is at: its body while it comes in,
 * then its answer. A watch that has nothing to say is suspended; its news, its next
 * time and a look at it every few seconds resume it (MHD notices a client that
 * has gone only then). See http.h.
 */
#include "demo/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "demo/refuse.h"
#include "demo/serve.h"
#include "demo/watch.h"

#define PIECE	    ((size_t)64 << 10)
#define FRAMES_MAX  ((size_t)64 << 20)
#define LOOK_EVERY  (5 * CLOCK_S)
#define CONNECTIONS 4096

struct conversation {
	struct demo_http *http;
	struct MHD_Connection *connection;
	char *uri;
	struct buf body;
	struct demo_answer answer;
	bool started; /* the access handler has been called */
	bool answered;
	bool suspended;
	struct buf frames; /* of a watch: those from sent on are still to go */
	size_t sent;
	struct conversation *next; /* of those that watch */
};

struct demo_http {
	struct demo_server *server;
	struct MHD_Daemon *daemon;
	char *prefix;
	int epfd;
	struct conversation *watching;
	bool closing; /* watches end */
	int64_t look; /* when the watches are looked at next */
};

/* ---- watches ---- */

static void resume(struct conversation *c)
{
	if (!c->suspended)
		return;
	c->suspended = false;
	MHD_resume_connection(c->connection);
}

static void on_news(void *arg)
{
	resume(arg);
}

static ssize_t read_watch(void *cls, uint64_t pos, char *to, size_t max)
{
	struct conversation *c = cls;
	size_t n;
	bool more = true;

	(void)pos;
	if (c->sent == c->frames.len) {
		buf_reset(&c->frames);
		c->sent = 0;
		more = demo_watch_read(c->answer.watch, PIECE, &c->frames);
	}
	n = c->frames.len - c->sent;
	n = n < max ? n : max;
	memcpy(to, buf_text(&c->frames) + c->sent, n);
	c->sent += n;
	if (n > 0)
		return (ssize_t)n;
	if (!more || c->http->closing)
		return MHD_CONTENT_READER_END_OF_STREAM;
	c->suspended = true;
	MHD_suspend_connection(c->connection);
	return 0;
}

static void start_watching(struct conversation *c)
{
	int64_t next = demo_watch_next(c->answer.watch);

	buf_init(&c->frames, FRAMES_MAX);
	demo_watch_on_news(c->answer.watch, on_news, c);
	c->next = c->http->watching;
	c->http->watching = c;
	if (next < c->http->look)
		c->http->look = next;
}

static void stop_watching(struct conversation *c)
{
	for (struct conversation **at = &c->http->watching; *at; at = &(*at)->next) {
		if (*at == c) {
			*at = c->next;
			break;
		}
	}
}

static void look_at_watches(struct demo_http *http)
{
	int64_t now = clock_now();

	if (now < http->look)
		return;
	http->look = now + LOOK_EVERY;
	for (struct conversation *c = http->watching; c; c = c->next) {
		int64_t next = demo_watch_next(c->answer.watch);

		resume(c);
		if (next > now && next < http->look)
			http->look = next;
	}
}

/* ---- requests ---- */

static const char *header(struct conversation *c, const char *name)
{
	return MHD_lookup_connection_value(c->connection, MHD_HEADER_KIND, name);
}

static void ask(struct conversation *c, const char *method)
{
	size_t prefix = strlen(c->http->prefix);
	char *question = strchr(c->uri, '?');
	struct demo_request request = {
		.method = method,
		.query = question ? question + 1 : NULL,
		.accept = header(c, "Accept"),
		.content_type = header(c, "Content-Type"),
		.user_agent = header(c, "User-Agent"),
		.user = header(c, "Impersonate-User"),
		.body = buf_str(&c->body),
	};

	if (question)
		*question = '\0';
	request.path = c->uri + prefix;
	if (c->body.overflow)
		demo_refuse(&c->answer, 413, "RequestEntityTooLarge",
			"Request entity too large: limit is %zu", DEMO_BODY_MAX);
	else if (strncmp(c->uri, c->http->prefix, prefix) == 0)
		demo_serve(c->http->server, &request, &c->answer);
	else
		c->answer = (struct demo_answer){ .code = 404, .content_type = "text/plain" };
}

static struct MHD_Response *make_response(struct conversation *c)
{
	size_t len = c->answer.body.len;

	if (c->answer.watch) {
		start_watching(c);
		return MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, PIECE, read_watch, c, NULL);
	}
	if (len == 0)
		return MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_buffer(
		len, buf_take(&c->answer.body), MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result reply(struct conversation *c)
{
	struct MHD_Response *response = make_response(c);
	enum MHD_Result rc;

	if (!response)
		return MHD_NO;
	c->answered = true;
	MHD_add_response_header(response, "Content-Type", c->answer.content_type);
	MHD_add_response_header(response, "Cache-Control", "no-cache, private");
	if (c->answer.warning)
		MHD_add_response_header(response, "Warning", c->answer.warning);
	rc = MHD_queue_response(c->connection, (unsigned)c->answer.code, response);
	MHD_destroy_response(response);
	return rc;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_len,
	void **request)
{
	struct conversation *c = *request;

	(void)cls;
	(void)url;
	(void)version;
	if (!c->started) {
		c->started = true;
		c->connection = connection;
		return MHD_YES;
	}
	if (*upload_len > 0) {
		buf_add(&c->body, upload, *upload_len);
		*upload_len = 0;
		return MHD_YES;
	}
	if (c->answered)
		return MHD_YES;
	ask(c, method);
	return reply(c);
}

/* Comes before anything else of a request, with the URI as it was sent. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct conversation *c = mem_zalloc(sizeof(*c));

	c->http = cls;
	c->connection = connection;
	c->uri = mem_strdup(uri);
	buf_init(&c->body, DEMO_BODY_MAX);
	return c;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **request,
	enum MHD_RequestTerminationCode why)
{
	struct conversation *c = *request;

	(void)cls;
	(void)connection;
	(void)why;
	if (!c)
		return;
	stop_watching(c);
	demo_answer_release(&c->answer);
	buf_release(&c->frames);
	buf_release(&c->body);
	free(c->uri);
	free(c);
	*request = NULL;
}

/* ---- life ---- */

static void on_log(void *cls, const char *fmt, va_list args)
{
	char line[512];

	(void)cls;
	vsnprintf(line, sizeof(line), fmt, args);
	log_line(LOG_WARNING, "embedded cluster: %s", line);
}

static int take_epoll(struct demo_http *http, struct error *err)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	if (!info)
		return error_set(err, ERROR_UNSUPPORTED, "libmicrohttpd has no epoll here");
	http->epfd = info->epoll_fd;
	return 0;
}

int demo_http_new(struct demo_server *server, int listen_fd, const char *prefix,
	struct demo_http **ret, struct error *err)
{
	struct demo_http *http = mem_zalloc(sizeof(*http));

	http->server = server;
	http->prefix = mem_strdup(prefix);
	http->look = clock_now() + LOOK_EVERY;
	http->daemon =
		MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
			NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
			MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_URI_LOG_CALLBACK, on_uri,
			http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
			MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_END);
	if (!http->daemon)
		error_set(err, ERROR_IO, "the embedded cluster's HTTP server does not start");
	if (!http->daemon || take_epoll(http, err) < 0) {
		demo_http_free(http);
		return -1;
	}
	*ret = http;
	return 0;
}

void demo_http_free(struct demo_http *http)
{
	if (!http)
		return;
	/* A suspended connection would keep the daemon from stopping. */
	http->closing = true;
	for (struct conversation *c = http->watching; c; c = c->next)
		resume(c);
	if (http->daemon) {
		MHD_run(http->daemon);
		MHD_stop_daemon(http->daemon);
	}
	free(http->prefix);
	free(http);
}

int demo_http_fd(const struct demo_http *http)
{
	return http->epfd;
}

int64_t demo_http_next(const struct demo_http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(http->daemon, &ms) == MHD_YES && ms == 0)
		return clock_now();
	return http->look;
}

void demo_http_run(struct demo_http *http)
{
	look_at_watches(http);
	MHD_run(http->daemon);
}
