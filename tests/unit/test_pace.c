/* pace: how often a watch's socket is read. The clock is the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "client_fixture.h"
#include "server.h"

#define RESTED (40 * CLOCK_MS) /* it took no less because the socket rested */
#define TRIPS  10
#define MUCH   ((size_t)400 << 10)

struct scene {
	struct server *server;
	struct rest_config config;
	struct fixture f;
	struct call call;
	size_t number;
	struct buf sent;
};

static int setup(void **state)
{
	struct scene *sc = calloc(1, sizeof(*sc));
	struct server_route stream = { .path = "/stream",
		.answer = { .body = "", .stream = true } };
	struct server_route ready = { .path = "/readyz", .answer = { .body = "ok" } };

	sc->server = server_new(NULL);
	server_route(sc->server, &stream);
	server_route(sc->server, &ready);
	sc->config.server = (char *)server_url(sc->server);
	buf_init(&sc->sent, (size_t)1 << 20);
	fixture_init(&sc->f, &sc->config);
	*state = sc;
	return 0;
}

static int teardown(void **state)
{
	struct scene *sc = *state;

	fixture_release(&sc->f);
	server_free(sc->server);
	buf_release(&sc->sent);
	free(sc);
	return 0;
}

static void open_stream(struct scene *sc, enum request_lane lane)
{
	call_init(&sc->call, &sc->f, "/stream");
	sc->call.spec.lane = lane;
	call_send(&sc->call);
	sc->number = server_wait(sc->server, "/stream", 1);
	call_wait_head(&sc->call);
}

/* From sending a piece until it has been taken. */
static int64_t trip(struct scene *sc)
{
	int64_t start = clock_now();

	buf_addz(&sc->sent, "x");
	server_pushz(sc->server, sc->number, "x");
	call_wait_body(&sc->call, buf_text(&sc->sent));
	return clock_now() - start;
}

static int64_t fastest_of_some(struct scene *sc)
{
	int64_t fastest = INT64_MAX;

	for (int i = 0; i < TRIPS; i++) {
		int64_t time = trip(sc);

		fastest = time < fastest ? time : fastest;
	}
	return fastest;
}

static void settle(struct scene *sc)
{
	int64_t end = clock_now() + SERVER_PATIENCE * CLOCK_S;

	while (trip(sc) < RESTED)
		assert_true(clock_now() < end);
}

static void test_a_trickle_is_gathered(void **state)
{
	struct scene *sc = *state;

	open_stream(sc, REQUEST_WATCH);
	settle(sc);
	assert_true(trip(sc) + trip(sc) >= RESTED); /* one may come late, to a socket at rest */
	call_release(&sc->call);
}

static void test_what_has_begun_is_not(void **state)
{
	struct scene *sc = *state;

	open_stream(sc, REQUEST_WATCH);
	trip(sc);
	assert_true(fastest_of_some(sc) < RESTED);
	call_release(&sc->call);
}

/* Rests add up where there is much to read. */
static void test_much_is_not(void **state)
{
	struct scene *sc = *state;
	char *much = malloc(MUCH + 1);

	memset(much, 'y', MUCH);
	much[MUCH] = '\0';
	open_stream(sc, REQUEST_WATCH);
	settle(sc);
	buf_addz(&sc->sent, much);
	server_pushz(sc->server, sc->number, much);
	call_wait_body(&sc->call, buf_text(&sc->sent));
	assert_true(fastest_of_some(sc) < RESTED);
	free(much);
	call_release(&sc->call);
}

static void test_no_list_is(void **state)
{
	struct scene *sc = *state;
	int64_t end = clock_now() + CLOCK_S;

	open_stream(sc, REQUEST_SHORT);
	while (clock_now() < end)
		assert_true(fastest_of_some(sc) < RESTED);
	call_release(&sc->call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_trickle_is_gathered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_has_begun_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(test_much_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_list_is, setup, teardown),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
