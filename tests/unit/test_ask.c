/* Questions that one thread puts and another one sends. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_fixture.h"
#include "cluster/ask.h"
#include "net/rest.h"
#include "server.h"

struct scene {
	struct server *server;
	struct rest_config config;
	struct fixture f;
	struct asks *asks;
};

static int setup(void **state)
{
	struct scene *sc = calloc(1, sizeof(*sc));
	struct server_route hello = { .path = "/hello$", .answer = { .body = "hello" } };
	struct server_route no = { .path = "/no$",
		.answer = { .status = 403,
			.body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Forbidden\","
				"\"code\":403,\"message\":\"you may not\"}" } };
	struct server_route held = { .path = "/held", .answer = { .body = "", .stream = true } };

	sc->server = server_new(NULL);
	server_route(sc->server, &hello);
	server_route(sc->server, &no);
	server_route(sc->server, &held);
	sc->config.server = (char *)server_url(sc->server);
	fixture_init(&sc->f, &sc->config);
	sc->asks = asks_new();
	*state = sc;
	return 0;
}

static void stop(void *arg)
{
	struct scene *sc = arg;

	asks_stop(sc->asks);
}

static int teardown(void **state)
{
	struct scene *sc = *state;

	fixture_do(&sc->f, stop, sc);
	fixture_release(&sc->f);
	asks_free(sc->asks);
	server_free(sc->server);
	free(sc);
	return 0;
}

static void run(void *arg)
{
	struct scene *sc = arg;

	asks_run(sc->asks, sc->f.client);
}

static uint64_t put(struct scene *sc, const char *path)
{
	uint64_t number = asks_put(sc->asks, &(struct ask_spec){ .path = path });

	fixture_do(&sc->f, run, sc);
	return number;
}

/* The test's runner ends one that waits in vain. */
static void take(struct scene *sc, uint64_t number, struct ask_answer *ret)
{
	while (!asks_take(sc->asks, number, ret))
		sched_yield();
}

static void test_answers(void **state)
{
	struct scene *sc = *state;
	struct ask_answer answer;
	uint64_t hello = put(sc, "/hello"), no = put(sc, "/no"), nothing = put(sc, "/nothing");

	take(sc, nothing, &answer);
	assert_true(answer.missing);
	assert_non_null(answer.error);
	ask_answer_release(&answer);
	take(sc, no, &answer);
	assert_true(answer.forbidden);
	assert_string_equal(answer.error, "you may not");
	ask_answer_release(&answer);
	take(sc, hello, &answer);
	assert_null(answer.error);
	assert_string_equal(buf_text(&answer.body), "hello");
	ask_answer_release(&answer);
	assert_false(asks_take(sc->asks, hello, &answer)); /* once */
}

/* Taken and forgotten while they are answered on the other thread. */
static void test_races(void **state)
{
	struct scene *sc = *state;
	struct ask_answer answer;

	for (int i = 0; i < 200; i++) {
		uint64_t kept = put(sc, "/hello"), forgotten = put(sc, "/hello");

		asks_forget(sc->asks, forgotten);
		take(sc, kept, &answer);
		ask_answer_release(&answer);
		assert_false(asks_take(sc->asks, forgotten, &answer));
	}
	asks_forget(sc->asks, 0);
}

/* What is under way as all ends has no answer any more. */
static void test_stop(void **state)
{
	struct scene *sc = *state;
	struct ask_answer answer;
	uint64_t held = put(sc, "/held");

	assert_int_not_equal(server_wait(sc->server, "GET /held", 1), 0);
	assert_false(asks_take(sc->asks, held, &answer));
	asks_put(sc->asks, &(struct ask_spec){ .path = "/never" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_races, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
	};

	return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
