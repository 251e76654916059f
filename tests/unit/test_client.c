/* client: requests, slots, the gate, pausing and timers, over plain HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advance.h"
#include "base/clock.h"
#include "base/mem.h"
#include "client_fixture.h"
#include "server.h"

struct scene {
	struct server *server;
	struct rest_config config;
	struct fixture f;
};

static int setup(void **state)
{
	struct scene *sc = calloc(1, sizeof(*sc));
	struct server_route stream = { .path = "/stream",
		.answer = { .body = "", .stream = true } };
	struct server_route ready = { .path = "/readyz", .answer = { .body = "ok" } };
	struct server_route hello = { .path = "/hello$",
		.answer = { .body = "hello",
			.headers = "Content-Type: text/plain\nRetry-After: 7\n" } };

	sc->server = server_new(NULL);
	server_route(sc->server, &stream);
	server_route(sc->server, &ready);
	server_route(sc->server, &hello);
	sc->config.server = (char *)server_url(sc->server);
	fixture_init(&sc->f, &sc->config);
	*state = sc;
	return 0;
}

static int teardown(void **state)
{
	struct scene *sc = *state;

	fixture_release(&sc->f);
	server_free(sc->server);
	free(sc);
	return 0;
}

static void test_get(void **state)
{
	struct scene *sc = *state;
	struct call call;

	call_init(&call, &sc->f, "/hello");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_NONE);
	assert_int_equal(call.heads, 1);
	assert_int_equal(call.status, 200);
	assert_int_equal(call.retry_after, 7);
	assert_string_equal(call.content_type, "text/plain");
	assert_string_equal(buf_text(&call.body), "hello");
	call_release(&call);
	assert_int_equal(fixture_get(&sc->f, "/nothing"), 404);
	assert_int_equal(sc->f.link, CLIENT_LIVE);
	assert_string_equal(client_server(sc->f.client), server_url(sc->server));
}

/* Seconds only: client-go reads no dates either (rest/with_retry.go). */
static void test_retry_after(void **state)
{
	static const struct {
		const char *header;
		int64_t seconds;
	} cases[] = {
		{ "Retry-After: 0\n", 0 },
		{ "retry-after:  120 \n", 120 },
		{ "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT\n", -1 },
		{ "Retry-After: Wednesday, 21-Oct-99 07:28:00 GMT\n", -1 },
		{ "Retry-After: 7 Oct\n", -1 },
		{ "Retry-After: -7\n", -1 },
		{ "Retry-After: 7.5\n", -1 },
		{ "Retry-After: 99999999999999999999\n", -1 },
		{ "Retry-After:\n", -1 },
	};
	struct scene *sc = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct server_route busy = { .path = "/busy$",
			.answer = { .status = 429, .headers = cases[i].header, .body = "" } };
		struct call call;

		server_route(sc->server, &busy);
		call_init(&call, &sc->f, "/busy");
		call_send(&call);
		call_wait_done(&call);
		assert_int_equal(call.status, 429);
		assert_int_equal(call.retry_after, cases[i].seconds);
		call_release(&call);
	}
}

static void test_body_and_headers(void **state)
{
	struct scene *sc = *state;
	struct call call;
	size_t n;
	char *text;

	call_init(&call, &sc->f, "/hello?x=1");
	call.spec.method = "PATCH";
	call.spec.accept = "text/x";
	call.spec.body = STR("{\"a\":1}");
	call.spec.body_type = "application/merge-patch+json";
	call_send(&call);
	call_wait_done(&call);
	n = server_wait(sc->server, "PATCH /hello?x=1", 1);
	text = server_body(sc->server, n);
	assert_string_equal(text, "{\"a\":1}");
	free(text);
	text = server_header(sc->server, n, "content-type");
	assert_string_equal(text, "application/merge-patch+json");
	free(text);
	text = server_header(sc->server, n, "accept");
	assert_string_equal(text, "text/x");
	free(text);
	text = server_header(sc->server, n, "accept-encoding");
	assert_string_equal(text, "gzip");
	free(text);
	assert_null(server_header(sc->server, n, "expect"));
	call_release(&call);
}

/* Multi-member gzip on a watch cannot be decoded: it is never asked for. */
static void test_watch_has_no_gzip(void **state)
{
	struct scene *sc = *state;
	struct call call;
	size_t n;

	call_init(&call, &sc->f, "/stream/w");
	call.spec.lane = REQUEST_WATCH;
	call_send(&call);
	n = server_wait(sc->server, "/stream/w", 1);
	assert_null(server_header(sc->server, n, "accept-encoding"));
	server_pushz(sc->server, n, "abc");
	call_wait_body(&call, "abc");
	server_end(sc->server, n);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_NONE);
	call_release(&call);
}

static void test_cut(void **state)
{
	struct scene *sc = *state;
	struct call call;
	size_t n;

	call_init(&call, &sc->f, "/stream/c");
	call_send(&call);
	n = server_wait(sc->server, "/stream/c", 1);
	server_pushz(sc->server, n, "abc");
	call_wait_body(&call, "abc");
	server_reset(sc->server, n);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_CUT);
	assert_int_equal(sc->f.link, CLIENT_LIVE);
	call_release(&call);
}

static void test_slots(void **state)
{
	static const char *const paths[CLIENT_LIST_SLOTS + 3] = { "/stream/0", "/stream/1",
		"/stream/2", "/stream/3", "/stream/4", "/stream/5", "/stream/6", "/stream/7",
		"/stream/8", "/stream/9", "/stream/10" };
	struct scene *sc = *state;
	struct call calls[CLIENT_LIST_SLOTS + 3];
	size_t i;

	for (i = 0; i < CLIENT_LIST_SLOTS + 3; i++) {
		call_init(&calls[i], &sc->f, paths[i]);
		calls[i].spec.slot = true;
		calls[i].spec.first = i == CLIENT_LIST_SLOTS + 1;
		call_send(&calls[i]);
	}
	assert_int_not_equal(server_wait(sc->server, "/stream/", CLIENT_LIST_SLOTS), 0);
	/* Without a slot nothing waits. */
	assert_int_equal(fixture_get(&sc->f, "/hello"), 200);
	assert_int_equal(server_count(sc->server, "/stream/"), CLIENT_LIST_SLOTS);
	/* The end of one lets the next one go. */
	server_end(sc->server, server_wait(sc->server, "/stream/3", 1));
	/* Who is in a hurry goes before who came earlier. */
	assert_int_not_equal(server_wait(sc->server, "/stream/9", 1), 0);
	assert_int_equal(server_count(sc->server, "/stream/8"), 0);
	/* Two seconds without a byte, too, but the request goes on. */
	advance(CLOCK_S);
	assert_int_equal(server_count(sc->server, "/stream/8"), 0);
	advance(CLOCK_S);
	assert_int_not_equal(server_wait(sc->server, "/stream/10", 1), 0);
	server_pushz(sc->server, server_wait(sc->server, "/stream/0", 1), "late");
	call_wait_body(&calls[0], "late");
	for (i = 0; i < CLIENT_LIST_SLOTS + 3; i++)
		call_release(&calls[i]);
}

static void release_slots(void *arg)
{
	struct call *calls = arg;
	size_t i;

	for (i = 0; i < CLIENT_LIST_SLOTS; i++)
		request_release_slot(calls[i].r);
}

static void test_release_slot(void **state)
{
	struct scene *sc = *state;
	struct call calls[CLIENT_LIST_SLOTS + 1];
	size_t i;

	for (i = 0; i < CLIENT_LIST_SLOTS + 1; i++) {
		call_init(&calls[i], &sc->f, i < CLIENT_LIST_SLOTS ? "/stream/a" : "/stream/b");
		calls[i].spec.slot = true;
		call_send(&calls[i]);
	}
	assert_int_not_equal(server_wait(sc->server, "/stream/a", CLIENT_LIST_SLOTS), 0);
	assert_int_equal(server_count(sc->server, "/stream/b"), 0);
	fixture_do(&sc->f, release_slots, calls);
	assert_int_not_equal(server_wait(sc->server, "/stream/b", 1), 0);
	for (i = 0; i < CLIENT_LIST_SLOTS + 1; i++)
		call_release(&calls[i]);
}

/* Watches whose heads are kept back let the others go after two seconds only. */
static void test_watch_starts(void **state)
{
	enum {
		MORE = 3,
		ALL = CLIENT_WATCH_STARTS + MORE
	};
	struct server_route mute = { .path = "/mute", .answer = { .silent = true } };
	struct scene *sc = *state;
	struct call calls[ALL];

	server_route(sc->server, &mute);
	for (size_t i = 0; i < ALL; i++) {
		call_init(&calls[i], &sc->f, i < CLIENT_WATCH_STARTS ? "/mute" : "/stream/w");
		calls[i].spec.lane = REQUEST_WATCH;
		call_send(&calls[i]);
	}
	assert_int_not_equal(server_wait(sc->server, "/mute", CLIENT_WATCH_STARTS), 0);
	assert_int_equal(fixture_get(&sc->f, "/hello"), 200);
	advance(CLOCK_S);
	assert_int_equal(server_count(sc->server, "/stream/w"), 0);
	advance(CLOCK_S);
	assert_int_not_equal(server_wait(sc->server, "/stream/w", MORE), 0);
	for (size_t i = 0; i < ALL; i++)
		call_release(&calls[i]);
}

static void cancel_both(struct call *call)
{
	request_cancel(call->r);
	request_cancel(call->other->r);
	call->r = call->other->r = NULL;
	call_send_here(call->other->other);
}

static int cancel_both_at_data(struct call *call)
{
	cancel_both(call);
	return 0;
}

static int refuse(struct call *call)
{
	(void)call;
	return 1;
}

/* From within head(), data() and done(): itself, another, and a new one sent. */
static void cancel_from(struct scene *sc, int where)
{
	struct call a, b, third;

	call_init(&a, &sc->f, "/hello");
	call_init(&b, &sc->f, "/stream/b");
	call_init(&third, &sc->f, "/hello");
	a.other = &b;
	b.other = &third;
	a.on_head = where == 0 ? cancel_both : NULL;
	a.on_data = where == 1 ? cancel_both_at_data : NULL;
	a.on_done = where == 2 ? cancel_both : NULL;
	call_send(&b);
	call_wait_head(&b);
	call_send(&a);
	call_wait_done(&third);
	assert_int_equal(a.done, where == 2);
	assert_false(b.done);
	assert_int_equal(third.status, 200);
	call_release(&a);
	call_release(&b);
	call_release(&third);
}

static void test_cancel(void **state)
{
	struct scene *sc = *state;
	struct call call;

	cancel_from(sc, 0);
	cancel_from(sc, 1);
	cancel_from(sc, 2);
	call_init(&call, &sc->f, "/hello");
	call.on_data = refuse;
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_CANCELLED);
	call_release(&call);
	assert_int_equal(fixture_get(&sc->f, "/hello"), 200);
}

static void test_gate(void **state)
{
	struct scene *sc = *state;
	struct server_route sick = { .path = "/readyz", .answer = { .status = 503 }, .times = 1 };
	struct call first, second;

	server_route(sc->server, &sick);
	server_down(sc->server);
	call_init(&first, &sc->f, "/hello");
	call_send(&first);
	call_wait_done(&first);
	assert_int_equal(first.err.code, ERROR_CONNECT);
	assert_int_equal(strncmp(first.err.text, "The connection to the server 127.0.0.1:", 39), 0);
	assert_non_null(
		strstr(first.err.text, " was refused - did you specify the right host or port?"));
	fixture_wait_link(&sc->f, CLIENT_LOST);
	assert_string_equal(sc->f.why.text, first.err.text);
	call_init(&second, &sc->f, "/hello");
	call_send(&second);
	advance(250 * CLOCK_MS); /* a probe that is refused */
	server_up(sc->server);
	assert_int_equal(sc->f.link, CLIENT_LOST);
	advance(1200 * CLOCK_MS); /* one that is answered with 503 */
	assert_int_not_equal(server_wait(sc->server, "GET /readyz", 1), 0);
	advance(0);
	assert_int_equal(sc->f.link, CLIENT_LOST);
	assert_non_null(strstr(sc->f.why.text, "503"));
	assert_int_equal(server_count(sc->server, "/hello"), 0);
	advance(1200 * CLOCK_MS);
	call_wait_done(&second);
	assert_int_equal(second.status, 200);
	assert_int_equal(sc->f.link, CLIENT_LIVE);
	assert_string_equal(sc->f.why.text, "");
	assert_int_equal(server_count(sc->server, "/readyz"), 2);
	call_release(&first);
	call_release(&second);
}

/* A server that takes connections and closes them must not be asked in a loop. */
static void test_gate_closes_without_answer(void **state)
{
	struct scene *sc = *state;
	struct server_route reset = { .path = "/reset", .answer = { .reset = true } };
	struct call call;

	server_route(sc->server, &reset);
	call_init(&call, &sc->f, "/reset");
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_CUT);
	assert_int_equal(sc->f.link, CLIENT_LOST);
	call_release(&call);
}

static void pause_job(void *arg)
{
	request_pause(((struct call *)arg)->r);
}

static void resume_job(void *arg)
{
	request_resume(((struct call *)arg)->r);
}

struct received {
	struct client *client;
	uint64_t bytes;
};

static void read_received(void *arg)
{
	struct received *received = arg;
	uint64_t requests;
	size_t connections;

	client_costs(received->client, &requests, &received->bytes, &connections);
}

static void test_pause(void **state)
{
	struct scene *sc = *state;
	struct received received = { .client = sc->f.client };
	struct call call;
	size_t n;

	call_init(&call, &sc->f, "/stream/p");
	call.spec.lane = REQUEST_WATCH;
	call.spec.idle_timeout = CLOCK_S;
	call_send(&call);
	n = server_wait(sc->server, "/stream/p", 1);
	server_pushz(sc->server, n, "a");
	call_wait_body(&call, "a");
	fixture_do(&sc->f, pause_job, &call);
	server_pushz(sc->server, n, "b");
	while (received.bytes < strlen("ab"))
		fixture_do(&sc->f, read_received, &received);
	assert_int_equal(fixture_get(&sc->f, "/hello"), 200);
	advance(10 * CLOCK_S); /* who is paused is not timed out */
	assert_string_equal(buf_text(&call.body), "a");
	assert_false(call.done);
	fixture_do(&sc->f, resume_job, &call);
	call_wait_body(&call, "ab");
	server_pushz(sc->server, n, "c");
	call_wait_body(&call, "abc");
	call_release(&call);
}

static void test_timeouts(void **state)
{
	struct scene *sc = *state;
	struct call idle, total, mute;
	struct server_route silent = { .path = "/mute", .answer = { .silent = true } };

	server_route(sc->server, &silent);
	call_init(&idle, &sc->f, "/stream/idle");
	idle.spec.idle_timeout = 3 * CLOCK_S;
	call_init(&total, &sc->f, "/stream/total");
	total.spec.total_timeout = 5 * CLOCK_S;
	call_init(&mute, &sc->f, "/mute");
	mute.spec.idle_timeout = 9 * CLOCK_S;
	call_send(&idle);
	call_send(&total);
	call_send(&mute);
	call_wait_head(&idle);
	call_wait_head(&total);
	advance(2 * CLOCK_S);
	server_pushz(sc->server, server_wait(sc->server, "/idle", 1), "x");
	call_wait_body(&idle, "x");
	advance(2 * CLOCK_S);
	assert_false(idle.done);
	advance(CLOCK_S);
	assert_true(idle.done);
	assert_true(total.done);
	assert_int_equal(idle.err.code, ERROR_TIMEOUT);
	assert_int_equal(total.err.code, ERROR_TIMEOUT);
	/* The server has answered: it is there. */
	assert_int_equal(sc->f.link, CLIENT_LIVE);
	advance(4 * CLOCK_S);
	assert_int_equal(mute.err.code, ERROR_TIMEOUT);
	assert_int_equal(sc->f.link, CLIENT_LOST);
	call_release(&idle);
	call_release(&total);
	call_release(&mute);
}

struct timers;

struct named_timer {
	struct client_timer timer;
	struct timers *all;
	char name;
};

struct timers {
	struct client *client;
	struct named_timer each[5];
	char order[16];
	size_t n;
};

static void on_timer(struct client_timer *timer)
{
	struct named_timer *t = (struct named_timer *)timer;

	t->all->order[t->all->n++] = t->name;
	if (t->name == 'a') /* b, due as well, is cancelled */
		client_timer_cancel(t->all->client, &t->all->each[3].timer);
}

static void set_timers(void *arg)
{
	static const struct {
		char name;
		int seconds;
	} plan[5] = { { 'e', 5 }, { 'c', 3 }, { 'a', 1 }, { 'b', 2 }, { 'd', 4 } };
	struct timers *t = arg;
	int64_t now = clock_now();
	size_t i;

	for (i = 0; i < 5; i++) {
		t->each[i] = (struct named_timer){ .all = t, .name = plan[i].name };
		t->each[i].timer.fire = on_timer;
		client_timer_set(t->client, &t->each[i].timer, now + plan[i].seconds * CLOCK_S);
	}
	client_timer_set(t->client, &t->each[0].timer, now + 60 * CLOCK_S); /* moved */
}

static void test_timers(void **state)
{
	struct scene *sc = *state;
	struct timers t = { .client = sc->f.client };

	fixture_do(&sc->f, set_timers, &t);
	advance(CLOCK_S / 2);
	assert_string_equal(t.order, "");
	advance(10 * CLOCK_S);
	assert_string_equal(t.order, "acd");
	advance(60 * CLOCK_S);
	assert_string_equal(t.order, "acde");
}

/* Everything under way ends without a callback. */
static void test_end(void **state)
{
	struct scene *sc = *state;
	struct call running, queued;
	struct fixture f;

	fixture_init(&f, &sc->config);
	call_init(&running, &f, "/stream/x");
	call_init(&queued, &f, "/hello");
	call_send(&running);
	call_wait_head(&running);
	server_down(sc->server);
	call_wait_done(&running);
	call_send(&queued);
	call_wait_done(&queued);
	queued.done = false;
	call_send(&queued);
	fixture_release(&f);
	assert_false(queued.done);
	buf_release(&running.body);
	error_release(&running.err);
	error_release(&queued.err);
}

/* A head that never ends is given up. libcurl of some versions does it before us. */
static void test_endless_head(void **state)
{
	struct scene *sc = *state;
	struct buf headers = BUF_INIT(1 << 20);
	struct call call;

	while (headers.len < 400 << 10)
		buf_addf(
			&headers, "X-%zu: 0123456789012345678901234567890123456789\n", headers.len);
	server_route(
		sc->server, &(struct server_route){ .path = "/head$",
				    .answer = { .headers = buf_text(&headers), .body = "hello" } });
	buf_release(&headers);
	call_init(&call, &sc->f, "/head");
	call_send(&call);
	call_wait_done(&call);
	assert_int_not_equal(call.err.code, ERROR_NONE);
	if (call.err.code == ERROR_TOO_LARGE)
		assert_string_equal(call.err.text, "an answer with more than 256 KiB of headers");
	assert_int_equal(call.body.len, 0);
	call_release(&call);
	assert_int_equal(fixture_get(&sc->f, "/hello"), 200);
}

/* Where a server points to is never asked for: our credentials are for it alone. */
static void test_redirects(void **state)
{
	static const int codes[] = { 301, 302, 303, 307, 308 };
	struct server *other = server_new(NULL);
	struct scene *sc = *state;
	char *headers = mem_printf("Location: %s/hello\n", server_url(other));

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct server_route moved = { .path = "/moved$",
			.answer = { .status = codes[i], .headers = headers, .body = "" } };

		server_route(sc->server, &moved);
		assert_int_equal(fixture_get(&sc->f, "/moved"), codes[i]);
		moved.answer.headers = "Location: /hello\n";
		server_route(sc->server, &moved);
		assert_int_equal(fixture_get(&sc->f, "/moved"), codes[i]);
	}
	assert_int_equal(server_connections(other), 0);
	assert_int_equal(server_count(sc->server, "/hello"), 0);
	free(headers);
	server_free(other);
}

/* A connection that has been used before breaks without an answer: libcurl sends what
 * it carried over another one, as often as not after the server has done it. */
static void test_once(void **state)
{
	struct scene *sc = *state;
	struct server_route cut = { .path = "/break$", .answer = { .reset = true } };
	struct call call;

	server_route(sc->server, &cut);
	assert_int_equal(fixture_get(&sc->f, "/hello"), 200);
	call_init(&call, &sc->f, "/break");
	call.spec.method = "POST";
	call.spec.body = STR("{}");
	call.spec.once = true;
	call_send(&call);
	call_wait_done(&call);
	assert_int_equal(call.err.code, ERROR_CUT);
	assert_int_equal(server_count(sc->server, "POST /break"), 1);
	call_release(&call);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_get, setup, teardown),
		cmocka_unit_test_setup_teardown(test_retry_after, setup, teardown),
		cmocka_unit_test_setup_teardown(test_body_and_headers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_watch_has_no_gzip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slots, setup, teardown),
		cmocka_unit_test_setup_teardown(test_release_slot, setup, teardown),
		cmocka_unit_test_setup_teardown(test_watch_starts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gate, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gate_closes_without_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pause, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timeouts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_endless_head, setup, teardown),
		cmocka_unit_test_setup_teardown(test_redirects, setup, teardown),
		cmocka_unit_test_setup_teardown(test_once, setup, teardown),
	};
	int rc;

	advance_init();
	rc = cmocka_run_group_tests_name("client", tests, NULL, NULL);
	advance_release();
	return rc;
}
