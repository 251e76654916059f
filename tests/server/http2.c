/*
 * HTTP/2 by nghttp2: many exchanges on one connection.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include "base/mem.h"

struct http2 {
	nghttp2_session *session;
	bool away;
};

/* A request whose pseudo headers are still coming. */
struct stream {
	char *method;
	char *path;
	struct buf headers;
	struct exchange *x;
};

static struct stream *stream_of(nghttp2_session *session, int32_t id)
{
	return nghttp2_session_get_stream_user_data(session, id);
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct stream *st = mem_zalloc(sizeof(*st));

	(void)arg;
	buf_init(&st->headers, SERVER_BUFFER);
	nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, st);
	return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
	size_t namelen, const uint8_t *value, size_t valuelen, uint8_t flags, void *arg)
{
	struct stream *st = stream_of(session, frame->hd.stream_id);
	struct str key = str_make((const char *)name, namelen);
	struct str text = str_make((const char *)value, valuelen);

	(void)flags;
	(void)arg;
	if (!st)
		return 0;
	if (str_is(key, ":method"))
		st->method = str_dup(text);
	else if (str_is(key, ":path"))
		st->path = str_dup(text);
	else if (str_is(key, ":authority"))
		buf_addf(&st->headers, "host: " STR_FMT "\n", STR_ARG(text));
	else
		buf_addf(&st->headers, STR_FMT ": " STR_FMT "\n", STR_ARG(key), STR_ARG(text));
	return 0;
}

static ssize_t read_out(nghttp2_session *session, int32_t id, uint8_t *p, size_t n, uint32_t *flags,
	nghttp2_data_source *source, void *arg)
{
	struct exchange *x = source->ptr;
	size_t take = x->out.len < n ? x->out.len : n;

	(void)session;
	(void)id;
	(void)arg;
	memcpy(p, x->out.data ? x->out.data : "", take);
	buf_consume(&x->out, take);
	if (x->out.len == 0 && x->ended)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	else if (take == 0)
		return NGHTTP2_ERR_DEFERRED;
	return (ssize_t)take;
}

static nghttp2_nv pair(char *name, struct str value)
{
	return (nghttp2_nv){
		.name = (uint8_t *)name,
		.value = (uint8_t *)value.p,
		.namelen = strlen(name),
		.valuelen = value.len,
	};
}

#define HEADERS_MAX 32

static void submit(struct http2 *h, struct exchange *x)
{
	nghttp2_data_provider body = { .source.ptr = x, .read_callback = read_out };
	nghttp2_nv nv[HEADERS_MAX];
	char *names[HEADERS_MAX] = { 0 };
	char *status = mem_printf("%d", x->status), *p;
	struct str rest = buf_str(&x->answer_headers), line, name;
	size_t n = 0, i;

	nv[n++] = pair(":status", str_of(status));
	if (!str_contains(rest, STR("Content-Type")))
		nv[n++] = pair("content-type", STR("application/json"));
	while (rest.p && rest.len > 0 && n < HEADERS_MAX) {
		line = str_cut(&rest, '\n');
		name = str_cut(&line, ':');
		names[n] = str_dup(name);
		for (p = names[n]; *p; p++)
			*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
		nv[n] = pair(names[n], str_trim(line));
		n++;
	}
	nghttp2_submit_response(h->session, x->stream, nv, n, &body);
	for (i = 0; i < n; i++)
		free(names[i]);
	free(status);
	x->head_sent = true;
}

static void complete(struct conn *conn, struct stream *st, int32_t id)
{
	struct exchange *x =
		exchange_new(conn, st->method ? st->method : "", st->path ? st->path : "/");

	st->x = x;
	x->stream = id;
	buf_addstr(&x->headers, buf_str(&st->headers));
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct conn *conn = arg;
	struct stream *st;

	if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
		return 0;
	st = stream_of(session, frame->hd.stream_id);
	if (!st)
		return 0;
	if (!st->x)
		complete(conn, st, frame->hd.stream_id);
	if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		exchange_answer(st->x);
	return 0;
}

static int on_chunk(
	nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *p, size_t n, void *arg)
{
	struct stream *st = stream_of(session, id);

	(void)flags;
	(void)arg;
	if (st && st->x)
		buf_add(&st->x->body, p, n);
	return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *arg)
{
	struct stream *st = stream_of(session, id);

	(void)code;
	(void)arg;
	if (!st)
		return 0;
	nghttp2_session_set_stream_user_data(session, id, NULL);
	if (st->x && st->x->conn)
		exchange_gone(st->x);
	free(st->method);
	free(st->path);
	buf_release(&st->headers);
	free(st);
	return 0;
}

void http2_start(struct conn *conn)
{
	unsigned max = conn->server->options.max_streams;
	nghttp2_settings_entry settings = { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
		max ? max : 100 };
	nghttp2_session_callbacks *cb;

	conn->http2 = mem_zalloc(sizeof(*conn->http2));
	nghttp2_session_callbacks_new(&cb);
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_chunk);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	nghttp2_session_server_new(&conn->http2->session, cb, conn);
	nghttp2_session_callbacks_del(cb);
	nghttp2_submit_settings(conn->http2->session, NGHTTP2_FLAG_NONE, &settings, 1);
}

void http2_input(struct conn *conn)
{
	ssize_t n = nghttp2_session_mem_recv(
		conn->http2->session, (const uint8_t *)conn->in.data, conn->in.len);

	if (n < 0)
		conn->dead = true;
	else
		buf_consume(&conn->in, (size_t)n);
}

static void go_on(struct conn *conn, struct exchange *x)
{
	struct http2 *h = conn->http2;

	if (x->want_reset) {
		nghttp2_submit_rst_stream(
			h->session, NGHTTP2_FLAG_NONE, x->stream, NGHTTP2_INTERNAL_ERROR);
		return;
	}
	if (x->want_goaway && !h->away) {
		h->away = true;
		nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE,
			nghttp2_session_get_last_proc_stream_id(h->session), NGHTTP2_NO_ERROR, NULL,
			0);
	}
	if (x->silent)
		return;
	if (!x->head_sent)
		submit(h, x);
	else
		nghttp2_session_resume_data(h->session, x->stream);
	if (x->want_cut)
		conn->close_after = true;
}

void http2_output(struct conn *conn)
{
	struct server *s = conn->server;
	const uint8_t *p;
	ssize_t n;
	size_t i;

	for (i = 0; i < s->n_exchanges; i++) {
		if (s->exchanges[i]->conn == conn && s->exchanges[i]->answered)
			go_on(conn, s->exchanges[i]);
	}
	while ((n = nghttp2_session_mem_send(conn->http2->session, &p)) > 0)
		buf_add(&conn->out, p, (size_t)n);
	if (!nghttp2_session_want_read(conn->http2->session) &&
		!nghttp2_session_want_write(conn->http2->session))
		conn->close_after = true;
}

void http2_free(struct conn *conn)
{
	struct server *s = conn->server;
	size_t i;

	for (i = 0; i < s->n_exchanges; i++) {
		struct exchange *x = s->exchanges[i];

		if (x->conn == conn)
			on_close(conn->http2->session, x->stream, 0, conn);
	}
	nghttp2_session_del(conn->http2->session);
	free(conn->http2);
	conn->http2 = NULL;
}
