/*
 * HTTP/1.1 by hand, because tests want the rules broken. One request at a time
 * on a connection.
 */
#include "internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void lower(char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (char)tolower((unsigned char)p[i]);
}

/* The block between the request line and the empty line. */
static size_t read_headers(struct exchange *x, struct str block)
{
	size_t length = 0;
	int64_t value;

	while (block.p && block.len > 0) {
		struct str line = str_trim(str_cut(&block, '\n'));
		struct str rest = line, name = str_cut(&rest, ':');
		size_t at = x->headers.len;

		if (!rest.p)
			continue;
		buf_addstr(&x->headers, line);
		buf_addc(&x->headers, '\n');
		lower(x->headers.data + at, name.len);
		if (str_is(str_make(x->headers.data + at, name.len), "content-length") &&
			str_to_i64(str_trim(rest), &value) == 0 && value >= 0)
			length = (size_t)value;
	}
	return length;
}

static void begin(struct conn *conn, size_t head)
{
	struct str block = str_make(conn->in.data, head);
	struct str line = str_trim(str_cut(&block, '\n'));
	char *method = str_dup(str_cut(&line, ' '));
	char *target = str_dup(str_cut(&line, ' '));

	conn->current = exchange_new(conn, method, target);
	/* Until the body is complete, length is what is missing of it. */
	conn->current->length = read_headers(conn->current, block);
	free(method);
	free(target);
	buf_consume(&conn->in, head);
}

static void read_body(struct conn *conn)
{
	struct exchange *x = conn->current;
	size_t n = x->length < conn->in.len ? x->length : conn->in.len;

	buf_add(&x->body, conn->in.data, n);
	buf_consume(&conn->in, n);
	x->length -= n;
	if (x->length == 0)
		exchange_answer(x);
}

void http1_input(struct conn *conn)
{
	char *end;

	while (!conn->dead) {
		if (conn->current && conn->current->answered)
			return;
		if (conn->current) {
			read_body(conn);
			if (!conn->current->answered)
				return;
			continue;
		}
		end = conn->in.len ? memmem(conn->in.data, conn->in.len, "\r\n\r\n", 4) : NULL;
		if (!end)
			return;
		begin(conn, (size_t)(end - conn->in.data) + 4);
	}
}

static void add_headers(struct conn *conn, struct str block)
{
	struct str line;

	while (block.p && block.len > 0) {
		line = str_cut(&block, '\n');
		buf_addf(&conn->out, STR_FMT "\r\n", STR_ARG(line));
	}
}

static void send_head(struct conn *conn, struct exchange *x)
{
	struct str more = buf_str(&x->answer_headers);

	buf_addf(&conn->out, "HTTP/1.1 %d Test\r\n", x->status);
	if (!str_contains(more, STR("Content-Type")))
		buf_addz(&conn->out, "Content-Type: application/json\r\n");
	add_headers(conn, more);
	if (x->length == SIZE_MAX)
		buf_addz(&conn->out, "Transfer-Encoding: chunked\r\n\r\n");
	else
		buf_addf(&conn->out, "Content-Length: %zu\r\n\r\n", x->length);
	x->head_sent = true;
}

static void send_body(struct conn *conn, struct exchange *x)
{
	bool chunked = x->length == SIZE_MAX;

	if (x->out.len > 0) {
		if (chunked)
			buf_addf(&conn->out, "%zx\r\n", x->out.len);
		buf_addstr(&conn->out, buf_str(&x->out));
		if (chunked)
			buf_addz(&conn->out, "\r\n");
		buf_reset(&x->out);
	}
	if (x->ended && chunked)
		buf_addz(&conn->out, "0\r\n\r\n");
}

void http1_output(struct conn *conn)
{
	struct exchange *x = conn->current;

	if (!x || !x->answered || x->silent)
		return;
	if (x->want_reset) {
		conn->rst = conn->dead = true;
		return;
	}
	if (!x->head_sent)
		send_head(conn, x);
	if (x->want_cut)
		x->ended = false;
	send_body(conn, x);
	if (x->want_cut)
		conn->close_after = true;
	if (!x->ended)
		return;
	conn->current = NULL;
	exchange_gone(x);
	http1_input(conn);
	http1_output(conn);
}
