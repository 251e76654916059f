/* conns: how many connections the watches share, and what happens when they do not suffice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "advance.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client_fixture.h"
#include "server.h"

static struct server *serve(const struct server_options *options)
{
	struct server_route hello = { .path = "/hello", .answer = { .body = "hello" } };
	struct server_route stream = { .path = "/stream",
		.answer = { .body = "", .stream = true } };
	struct server_route ready = { .path = "/readyz", .answer = { .body = "ok" } };
	struct server *s = server_new(options);

	server_route(s, &hello);
	server_route(s, &stream);
	server_route(s, &ready);
	return s;
}

#define WATCHES 300

/* Few connections however many watches. */
static void watch_many(bool http2, size_t watches, size_t at_most)
{
	struct server_options options = { .tls = true, .http2 = http2 };
	struct server *s = serve(&options);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s) };
	struct call *calls = calloc(watches, sizeof(*calls));
	struct fixture f;
	size_t i;

	fixture_init(&f, &config);
	for (i = 0; i < watches; i++) {
		call_init(&calls[i], &f, "/stream/w");
		calls[i].spec.lane = REQUEST_WATCH;
		call_send(&calls[i]);
	}
	assert_int_not_equal(server_wait(s, "/stream/w", watches), 0);
	for (i = 0; i < watches; i++)
		call_wait_head(&calls[i]);
	server_pushz(s, watches, "x");
	assert_int_equal(fixture_get(&f, "/hello"), 200);
	if (server_connections(s) > at_most)
		fail_msg("%zu connections", server_connections(s));
	for (i = 0; i < watches; i++)
		call_release(&calls[i]);
	fixture_release(&f);
	server_free(s);
	free(calls);
}

static void test_connections(void **state)
{
	(void)state;
	watch_many(true, WATCHES, 5);
	watch_many(false, 10, 11); /* HTTP/1.1 */
}

static void send_watches(struct call *calls, size_t n, struct fixture *f)
{
	size_t i;

	for (i = 0; i < n; i++) {
		call_init(&calls[i], f, "/stream/w");
		calls[i].spec.lane = REQUEST_WATCH;
		call_send(&calls[i]);
	}
}

/* A server that allows fewer streams than we share out gets one connection more
 * when a watch has waited two seconds. */
static void test_more_connections(void **state)
{
	struct server_options options = { .tls = true, .http2 = true, .max_streams = 2 };
	struct server *s = serve(&options);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s) };
	struct call calls[4];
	struct fixture f;
	size_t i;

	(void)state;
	fixture_init(&f, &config);
	send_watches(calls, 2, &f);
	call_wait_head(&calls[0]);
	call_wait_head(&calls[1]);
	send_watches(calls + 2, 2, &f);
	advance(CLOCK_S);
	assert_int_equal(server_count(s, "/stream/w"), 2);
	advance(CLOCK_S);
	call_wait_head(&calls[2]);
	call_wait_head(&calls[3]);
	assert_int_equal(server_connections(s), 2);
	for (i = 0; i < 4; i++)
		call_release(&calls[i]);
	fixture_release(&f);
	server_free(s);
}

/* All at once, before the limit is known: some may be held back unseen. */
static void test_stuck(void **state)
{
	struct server_options options = { .tls = true, .http2 = true, .max_streams = 1 };
	struct server *s = serve(&options);
	struct rest_config config = { .server = (char *)server_url(s),
		.ca_pem = (char *)server_ca_pem(s) };
	struct call calls[3];
	struct fixture f;
	size_t i;

	(void)state;
	fixture_init(&f, &config);
	send_watches(calls, 3, &f);
	assert_int_not_equal(server_wait(s, "/stream/w", 1), 0);
	for (i = 0; i < 50 && server_count(s, "/stream/w") < 3; i++)
		advance(2 * CLOCK_S);
	assert_int_not_equal(server_wait(s, "/stream/w", 3), 0);
	for (i = 0; i < 3; i++)
		call_release(&calls[i]);
	fixture_release(&f);
	server_free(s);
}

struct costs {
	struct fixture *f;
	uint64_t requests, bytes;
	size_t connections;
};

static void read_costs(void *arg)
{
	struct costs *costs = arg;

	client_costs(costs->f->client, &costs->requests, &costs->bytes, &costs->connections);
}

/* Accepts nothing, and its queue is full: to connect to it takes for ever. */
struct busy_port {
	int listener, waiting[2];
	char *url;
};

static void busy_port_init(struct busy_port *p)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(listen(p->listener, 0), 0);
	assert_int_equal(getsockname(p->listener, (struct sockaddr *)&addr, &len), 0);
	for (size_t i = 0; i < 2; i++) {
		p->waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(p->waiting[i], (struct sockaddr *)&addr, len);
	}
	p->url = mem_printf("https://127.0.0.1:%u", ntohs(addr.sin_port));
}

static void busy_port_release(struct busy_port *p)
{
	close(p->waiting[0]);
	close(p->waiting[1]);
	close(p->listener);
	free(p->url);
}

/* libcurl closes without a word a socket that is not connected yet: its number is
 * somebody else's from then on. */
static void test_given_up_connect(void **state)
{
	struct busy_port port;
	struct call call;
	struct fixture f;
	struct costs costs = { .f = &f };

	(void)state;
	busy_port_init(&port);
	fixture_init(&f, &(struct rest_config){ .server = port.url });
	call_init(&call, &f, "/hello");
	call_send(&call);
	while (costs.connections == 0)
		fixture_do(&f, read_costs, &costs);
	call_release(&call);
	fixture_do(&f, read_costs, &costs);
	assert_int_equal(costs.connections, 0);
	fixture_release(&f);
	busy_port_release(&port);
}

/* ---- records that were read ahead ---- */

#define MANY  ((size_t)40 << 10) /* bytes: three records, and less than is read at once */
#define FRAME 30		 /* of another record with a byte */

struct ahead {
	struct server *server;
	struct rest_config config;
	struct fixture f;
	struct call call, other;     /* streams of one connection */
	size_t number, other_number; /* 0: there is no other */
	size_t n;		     /* bytes for call, but for the first */
	char *text;		     /* what it is to have got in the end */
	bool pause;		     /* call, before it gets them */
};

/* Until one socket of this process has as much to read. */
static bool is_there(size_t n)
{
	for (int fd = 0; fd < 256; fd++) {
		int unread = 0;

		if (ioctl(fd, FIONREAD, &unread) == 0 && (size_t)unread > n)
			return true;
	}
	return false;
}

/* On the client's thread, which reads nothing meanwhile. */
static void push_all(void *arg)
{
	struct ahead *a = arg;
	int64_t end = clock_wall() + SERVER_PATIENCE * CLOCK_S;

	if (a->pause)
		request_pause(a->call.r);
	server_push(a->server, a->number, a->text, a->n);
	if (a->other_number)
		server_pushz(a->server, a->other_number, "y");
	while (!is_there(a->n + (a->other_number ? FRAME : 0)) && clock_wall() < end)
		;
}

static size_t open_stream(struct ahead *a, struct call *call, const char *path)
{
	size_t number;

	call_init(call, &a->f, path);
	call->spec.lane = REQUEST_WATCH;
	call_send(call);
	number = server_wait(a->server, path, 1);
	server_pushz(a->server, number, "x");
	call_wait_body(call, "x");
	return number;
}

static void ahead_init(struct ahead *a, bool http2, size_t n)
{
	struct server_options options = { .tls = true, .http2 = http2 };

	*a = (struct ahead){ .n = n, .server = serve(&options) };
	a->config.server = (char *)server_url(a->server);
	a->config.ca_pem = (char *)server_ca_pem(a->server);
	fixture_init(&a->f, &a->config);
	a->text = mem_alloc(n + 2);
	memset(a->text, 'x', n + 1);
	a->text[n + 1] = '\0';
	a->number = open_stream(a, &a->call, "/stream/w");
}

static void ahead_release(struct ahead *a)
{
	call_release(&a->call);
	if (a->other_number)
		call_release(&a->other);
	fixture_release(&a->f);
	server_free(a->server);
	free(a->text);
}

static void resume_call(void *arg)
{
	request_resume(((struct call *)arg)->r);
}

/* What the first look at the socket has taken comes without another byte. */
static void test_read_ahead(void **state)
{
	struct ahead a;

	(void)state;
	for (int http2 = 0; http2 < 2; http2++) {
		ahead_init(&a, http2, MANY);
		fixture_do(&a.f, push_all, &a);
		call_wait_body(&a.call, a.text);
		ahead_release(&a);
	}
}

/* Meanwhile the client is idle, or its clock would not go on. */
static void test_read_ahead_paused(void **state)
{
	struct ahead a;

	(void)state;
	for (int http2 = 0; http2 < 2; http2++) {
		ahead_init(&a, http2, MANY);
		a.pause = true;
		fixture_do(&a.f, push_all, &a);
		advance(10 * CLOCK_S);
		fixture_do(&a.f, resume_call, &a.call);
		call_wait_body(&a.call, a.text);
		ahead_release(&a);
	}
}

struct length {
	struct call *call;
	size_t n;
};

static void read_length(void *arg)
{
	struct length *length = arg;

	length->n = length->call->body.len;
}

/* A stream that is paused does not keep another of its connection from what is there,
 * however much of it libcurl and OpenSSL have taken; nor does one that is given up. */
static void other_stream(size_t n, bool cancel)
{
	struct ahead a;
	struct length length = { .call = &a.other };

	ahead_init(&a, true, n);
	a.other_number = open_stream(&a, &a.other, "/stream/v");
	a.pause = true;
	fixture_do(&a.f, push_all, &a);
	if (cancel)
		call_release(&a.call);
	for (int i = 0; i < 50 && length.n < 2; i++) {
		advance(20 * CLOCK_MS);
		fixture_do(&a.f, read_length, &length);
	}
	assert_int_equal(length.n, 2);
	if (cancel)
		call_init(&a.call, &a.f, "/stream/w");
	ahead_release(&a);
}

static void test_read_ahead_other(void **state)
{
	(void)state;
	for (size_t n = MANY + 1024; n < MANY + MANY / 2; n += 3500) {
		other_stream(n, false);
		other_stream(n, true);
	}
}

static int setup(void **state)
{
	(void)state;
	advance_init();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	advance_release();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_more_connections),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_given_up_connect),
		cmocka_unit_test(test_read_ahead),
		cmocka_unit_test(test_read_ahead_paused),
		cmocka_unit_test(test_read_ahead_other),
	};

	return cmocka_run_group_tests_name("conns", tests, setup, teardown);
}
