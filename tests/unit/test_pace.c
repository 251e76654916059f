/* pace: how often a watch's socket is read. */
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
#include "net/internal.h"
#include "server.h"

#define START (1000 * CLOCK_S)

/* ---- the decision, at invented times ---- */

static void test_begun(void **state)
{
	struct pace p = { 0 };

	(void)state;
	assert_int_equal(PACE_REST, pace_rest(&p, START));
	pace_begin(&p, START);
	assert_int_equal(0, pace_rest(&p, START));
	assert_int_equal(0, pace_rest(&p, START + PACE_BEGUN - 1));
	assert_int_equal(PACE_REST, pace_rest(&p, START + PACE_BEGUN));
}

static void test_trickle(void **state)
{
	struct pace p = { .since = START };
	int64_t now = START;

	(void)state;
	/* Just a trickle, for long. */
	for (int i = 0; i < 100; i++, now += PACE_REST) {
		pace_read(&p, now, PACE_TRICKLE / 8);
		assert_int_equal(PACE_REST, pace_rest(&p, now));
	}
	/* More in one read, and more in several at once. */
	pace_read(&p, now, PACE_TRICKLE + 1);
	assert_int_equal(PACE_SHORT, pace_rest(&p, now));
	assert_int_equal(PACE_SHORT, pace_rest(&p, now + PACE_BEGUN - 1));
	now += PACE_BEGUN;
	assert_int_equal(PACE_REST, pace_rest(&p, now));
	pace_read(&p, now, 1);
	for (int i = 0; i < 3; i++)
		pace_read(&p, now, PACE_TRICKLE / 3 + 1);
	assert_int_equal(PACE_SHORT, pace_rest(&p, now));
	p.small_buffers = true;
	assert_int_equal(0, pace_rest(&p, now));
	/* What it was then does not count for ever. */
	now += PACE_BEGUN;
	pace_read(&p, now, PACE_TRICKLE);
	assert_int_equal(PACE_REST, pace_rest(&p, now));
}

static void test_awaited(void **state)
{
	struct pace p = { 0 };
	struct pace_wait one = { 0 }, two = { 0 }, three = { 0 };

	(void)state;
	pace_await(&p, &one, START);
	pace_await(&p, &two, START + CLOCK_S);
	pace_await(&p, &three, START + 2 * CLOCK_S);
	assert_int_equal(0, pace_rest(&p, START + 3 * CLOCK_S));
	pace_answered(&p, &two);
	pace_answered(&p, &two);
	assert_int_equal(0, pace_rest(&p, START + 3 * CLOCK_S));
	pace_answered(&p, &three);
	pace_answered(&p, &one);
	assert_int_equal(PACE_REST, pace_rest(&p, START + 3 * CLOCK_S));
}

/* One that is never answered costs the others' rests for a while only, however many
 * are asked and answered after it. */
static void test_never_answered(void **state)
{
	struct pace p = { 0 };
	struct pace_wait never = { 0 }, other = { 0 };
	int64_t now = START;

	(void)state;
	pace_await(&p, &never, now);
	for (; now < START + PACE_AWAIT; now += CLOCK_S) {
		pace_await(&p, &other, now);
		pace_answered(&p, &other);
		assert_int_equal(0, pace_rest(&p, now));
	}
	assert_int_equal(PACE_REST, pace_rest(&p, now));
	pace_await(&p, &other, now);
	assert_int_equal(0, pace_rest(&p, now));
	pace_answered(&p, &never);
	assert_int_equal(0, pace_rest(&p, now));
	pace_answered(&p, &other);
	assert_int_equal(PACE_REST, pace_rest(&p, now));
}

/* ---- sockets; time goes on when the test says so ---- */

struct scene {
	struct server *server;
	struct rest_config config;
	struct fixture f;
	struct call watch;
	struct call marker; /* of the other lane, which never rests */
	size_t number;	    /* of the watch's request */
	size_t marks;
	struct buf marked;
};

static void let_rest(void *arg)
{
	((struct client *)arg)->rests.off = false;
}

static size_t open_stream(struct scene *sc, struct call *call, enum request_lane lane)
{
	size_t number;

	call_init(call, &sc->f, "/stream");
	call->spec.lane = lane;
	number = server_count(sc->server, "/stream") + 1;
	call_send(call);
	number = server_wait(sc->server, "/stream", number);
	call_wait_head(call);
	return number;
}

static int setup(void **state)
{
	struct scene *sc = calloc(1, sizeof(*sc));
	struct server_route stream = { .path = "/stream",
		.answer = { .body = "", .stream = true } };

	sc->server = server_new(NULL);
	server_route(sc->server, &stream);
	sc->config.server = (char *)server_url(sc->server);
	buf_init(&sc->marked, (size_t)1 << 10);
	fixture_init(&sc->f, &sc->config);
	fixture_do(&sc->f, let_rest, sc->f.client);
	sc->marks = open_stream(sc, &sc->marker, REQUEST_SHORT);
	sc->number = open_stream(sc, &sc->watch, REQUEST_WATCH);
	*state = sc;
	return 0;
}

static int teardown(void **state)
{
	struct scene *sc = *state;

	call_release(&sc->watch);
	call_release(&sc->marker);
	fixture_release(&sc->f);
	server_free(sc->server);
	buf_release(&sc->marked);
	free(sc);
	return 0;
}

static void nothing(void *arg)
{
	(void)arg;
}

/* Until the client has seen all that was pushed before: the server writes in the order
 * of the pushes, and the marker is read at once; then two turns. */
static void catch_up(struct scene *sc)
{
	buf_addz(&sc->marked, "m");
	server_pushz(sc->server, sc->marks, "m");
	call_wait_body(&sc->marker, buf_text(&sc->marked));
	fixture_do(&sc->f, nothing, NULL);
	fixture_do(&sc->f, nothing, NULL);
}

static void push(struct scene *sc, const char *text)
{
	server_pushz(sc->server, sc->number, text);
	catch_up(sc);
}

static void expect_read(struct scene *sc, const char *text)
{
	char *got;

	pthread_mutex_lock(&sc->f.lock);
	got = mem_strdup(buf_text(&sc->watch.body));
	pthread_mutex_unlock(&sc->f.lock);
	if (strcmp(got, text) != 0)
		fail_msg("read: \"%s\", not \"%s\"", got, text);
	free(got);
}

/* From here on the socket is read, and then rests. */
static void end_rest(struct scene *sc)
{
	catch_up(sc);
	advance(PACE_REST);
}

static void test_gathered(void **state)
{
	struct scene *sc = *state;

	end_rest(sc);
	push(sc, "a"); /* after a quiet while: at once */
	expect_read(sc, "a");
	for (int i = 0; i < 10; i++)
		push(sc, "b");
	advance(PACE_REST - 1);
	expect_read(sc, "a");
	advance(1);
	expect_read(sc, "abbbbbbbbbb");
	push(sc, "c");
	expect_read(sc, "abbbbbbbbbb");
	advance(PACE_REST);
	expect_read(sc, "abbbbbbbbbbc");
}

/* While much comes it is gathered for less long. */
static void test_gathered_briefly(void **state)
{
	struct scene *sc = *state;
	struct buf much = BUF_INIT(PACE_TRICKLE + 8);

	end_rest(sc);
	while (much.len <= PACE_TRICKLE)
		buf_addc(&much, 'a');
	push(sc, buf_text(&much));
	for (int i = 0; i < 3; i++)
		advance(PACE_REST); /* it may have come in pieces */
	expect_read(sc, buf_text(&much));
	push(sc, "b");
	buf_addc(&much, 'b');
	expect_read(sc, buf_text(&much));
	push(sc, "c");
	advance(PACE_SHORT - 1);
	expect_read(sc, buf_text(&much));
	advance(1);
	buf_addc(&much, 'c');
	expect_read(sc, buf_text(&much));
	buf_release(&much);
}

static void much_came(void *arg)
{
	pace_read(&((struct client *)arg)->pace, clock_now(), PACE_TRICKLE + 1);
}

/* The shortest rest is the one of all that are under way. */
static void test_shortest(void **state)
{
	struct scene *sc = *state;
	struct call other;
	size_t number = open_stream(sc, &other, REQUEST_WATCH);

	end_rest(sc);
	push(sc, "a"); /* rests for long */
	push(sc, "b");
	expect_read(sc, "a");
	fixture_do(&sc->f, much_came, sc->f.client);
	server_pushz(sc->server, number, "x");
	call_wait_body(&other, "x");
	advance(PACE_SHORT);
	expect_read(sc, "ab");
	call_release(&other);
}

static void end_list(void *arg)
{
	request_release_slot(arg);
}

/* A list that streams ends the rests as it begins, and there are none until it ends. */
static void test_a_list_begins(void **state)
{
	struct scene *sc = *state;
	struct call list;

	end_rest(sc);
	push(sc, "a");
	push(sc, "b");
	expect_read(sc, "a");
	call_init(&list, &sc->f, "/stream");
	list.spec.lane = REQUEST_WATCH;
	list.spec.slot = true;
	call_send(&list);
	call_wait_body(&sc->watch, "ab");
	call_wait_head(&list);
	push(sc, "c");
	push(sc, "d");
	expect_read(sc, "abcd");
	/* nor later, while it is under way */
	advance(PACE_BEGUN);
	push(sc, "e");
	push(sc, "f");
	expect_read(sc, "abcdef");
	fixture_do(&sc->f, end_list, list.r);
	push(sc, "g");
	push(sc, "h");
	expect_read(sc, "abcdefg");
	call_release(&list);
}

/* A watch that is renewed shows nothing new, and short requests have other sockets. */
static void test_others_begin(void **state)
{
	struct scene *sc = *state;
	struct call other;

	for (int lane = REQUEST_WATCH; lane <= REQUEST_SHORT; lane++) {
		end_rest(sc);
		push(sc, "a");
		push(sc, "b");
		open_stream(sc, &other, (enum request_lane)lane);
		catch_up(sc);
		expect_read(sc, lane == REQUEST_WATCH ? "a" : "aba");
		advance(PACE_REST);
		expect_read(sc, lane == REQUEST_WATCH ? "ab" : "abab");
		call_release(&other);
	}
}

/* The answer of one is awaited: the others do not rest until it comes, or for long. */
static void test_waits(void **state)
{
	struct scene *sc = *state;
	struct server_route silent = { .path = "/silent", .answer = { .silent = true } };
	struct call call;

	server_route(sc->server, &silent);
	call_init(&call, &sc->f, "/silent");
	call.spec.lane = REQUEST_WATCH;
	call_send(&call);
	assert_int_not_equal(server_wait(sc->server, "/silent", 1), 0);
	end_rest(sc);
	push(sc, "a");
	push(sc, "b");
	expect_read(sc, "ab");
	advance(PACE_AWAIT);
	push(sc, "c");
	push(sc, "d");
	expect_read(sc, "abc");
	call_release(&call);
}

/* Closed while it rests: it is forgotten, and the others' rests end as ever. */
static void test_closed_at_rest(void **state)
{
	struct scene *sc = *state;
	struct call other;

	for (int i = 0; i < 2; i++) {
		size_t number = open_stream(sc, &other, REQUEST_WATCH);

		end_rest(sc);
		/* The other rests first, or last. */
		server_pushz(sc->server, i == 0 ? sc->number : number, i == 0 ? "a" : "x");
		catch_up(sc);
		server_pushz(sc->server, i == 0 ? number : sc->number, i == 0 ? "x" : "a");
		catch_up(sc);
		call_release(&other);
		assert_true(server_wait_closed(sc->server, number));
		push(sc, "b");
		expect_read(sc, i == 0 ? "a" : "aba");
		advance(PACE_REST);
		expect_read(sc, i == 0 ? "ab" : "abab");
	}
}

static int start_clock(void **state)
{
	(void)state;
	advance_init();
	return 0;
}

static int stop_clock(void **state)
{
	(void)state;
	advance_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begun),
		cmocka_unit_test(test_trickle),
		cmocka_unit_test(test_awaited),
		cmocka_unit_test(test_never_answered),
		cmocka_unit_test_setup_teardown(test_gathered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gathered_briefly, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shortest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_list_begins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_others_begin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_closed_at_rest, setup, teardown),
	};

	return cmocka_run_group_tests_name("pace", tests, start_clock, stop_clock);
}
