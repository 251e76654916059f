/* The gate: a server that is not there, goes away, and comes back. */
#include "fixture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define KINDS 20

/* Moves the clock on in steps of 50 ms until there has been one probe more;
 * returns how long that took. */
static int64_t until_probe(struct scene *sc, int64_t max)
{
	size_t before = server_count(sc->server, "GET /readyz");
	int64_t from = clock_now();

	while (server_count(sc->server, "GET /readyz") == before && clock_now() - from < max)
		advance(50 * CLOCK_MS);
	return clock_now() - from;
}

struct retry {
	int64_t after; /* a probe that is planned, and later than this */
	int64_t at;
};

static bool has_retry(struct scene *sc, const struct root *root, void *arg)
{
	struct retry *retry = arg;

	(void)sc;
	retry->at = root->link_retry;
	return root->link == LINK_LOST && root->link_retry > retry->after;
}

static int64_t next_probe(struct scene *sc, int64_t after)
{
	struct retry retry = { .after = after };

	scene_wait(sc, has_retry, &retry, "the next probe's time");
	return retry.at;
}

static bool has_message(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	return root->link_message && strstr(root->link_message, arg);
}

/* Refused at once; then each probe at its time, and nothing but probes. */
static void test_down_at_the_start(void **state)
{
	struct scene *sc = *state;
	int64_t start = clock_now(), at;

	scene_open(sc, NULL);
	world_kind(sc->world, "widgets");
	server_down(sc->server);
	scene_start(sc, NULL);
	scene_wait_link(sc, LINK_LOST);
	scene_wait(sc, has_message, "was refused - did you specify the right host or port?",
		"the reason");
	at = next_probe(sc, 0);
	assert_int_equal(at - start, 250 * CLOCK_MS);
	for (int i = 0; i < 5; i++) {
		int64_t last = at;

		advance(at - clock_now());
		at = next_probe(sc, last);
		assert_in_range(at - last, 800 * CLOCK_MS, 1200 * CLOCK_MS);
	}
	server_up(sc->server);
	assert_int_equal(server_count(sc->server, "/"), 0);
	advance(at - clock_now() - 1);
	assert_int_equal(server_count(sc->server, "/"), 0);
	advance(1);
	scene_wait_link(sc, LINK_LIVE);
	scene_wait_kinds(sc, 1);
	assert_int_equal(server_count(sc->server, "GET /readyz"), 1);
}

static struct collection *kinds[KINDS];

static void start_kinds(struct scene *sc, const struct scene_options *options)
{
	scene_open(sc, options);
	for (size_t i = 0; i < KINDS; i++) {
		char *plural = mem_printf("k%02zus", i);

		kinds[i] = world_kind(sc->world, plural);
		collection_put(kinds[i], "a", "x", NULL, NULL);
		free(plural);
	}
	scene_start(sc, NULL);
	scene_wait_kinds(sc, KINDS);
	scene_let_stand(sc);
}

static bool all_stale(struct scene *sc, const struct root *root, void *arg)
{
	size_t n = 0;

	(void)sc;
	(void)arg;
	for (size_t i = 0; i < root->n_kinds; i++)
		n += root->kinds[i]->state == KIND_STALE && root->kinds[i]->store->count == 1;
	return root->link == LINK_LOST && n == KINDS && root->link_retry;
}

static void change_all(void)
{
	for (size_t i = 0; i < KINDS; i++) {
		collection_hush(kinds[i], true);
		collection_put(kinds[i], "a", "x", NULL, ",\"spec\":{\"n\":2}");
		collection_hush(kinds[i], false);
	}
}

/* Whether each kind has resumed, at the version it had. */
static void assert_resumed(struct scene *sc)
{
	for (size_t i = 0; i < KINDS; i++) {
		char *watch = mem_printf("%s?watch=true", collection_path(kinds[i]));
		char *plural = mem_printf("k%02zus", i);
		size_t n = server_count(sc->server, watch);
		char *last;

		scene_wait_rows(sc, plural, "a/x@12");
		last = server_target(sc->server, server_wait(sc->server, watch, n));
		assert_non_null(strstr(last, "&resourceVersion=11"));
		assert_null(strstr(last, "sendInitialEvents"));
		free(last);
		free(watch);
		free(plural);
	}
}

static size_t all_lists(struct scene *sc)
{
	return server_count(sc->server, "?limit=") + server_count(sc->server, "?resourceVersion=") +
	       server_count(sc->server, "sendInitialEvents=true");
}

static void killed_and_back(struct scene *sc, const struct scene_options *options)
{
	size_t requests, lists;
	int64_t at, last;

	start_kinds(sc, options);
	lists = all_lists(sc);
	server_down(sc->server);
	scene_wait(sc, all_stale, NULL, "every kind to be stale");
	requests = server_count(sc->server, "/");
	change_all();
	at = next_probe(sc, 0);
	for (int i = 0; i < 4; i++) {
		last = at;
		advance(at - clock_now());
		at = next_probe(sc, last);
		assert_in_range(at - last, 800 * CLOCK_MS, 1200 * CLOCK_MS);
	}
	assert_int_equal(server_count(sc->server, "/"), requests);
	server_up(sc->server);
	advance(at - clock_now());
	scene_wait_link(sc, LINK_LIVE);
	scene_wait_kinds(sc, KINDS);
	assert_resumed(sc);
	assert_int_equal(all_lists(sc), lists);
	assert_int_equal(server_count(sc->server, "GET /readyz"), 1);
	scene_close(sc);
}

static void test_killed_and_back(void **state)
{
	killed_and_back(*state, &(struct scene_options){ .wire = WIRE_PLAIN });
	killed_and_back(*state, &(struct scene_options){ .wire = WIRE_TLS, .pages = true });
	killed_and_back(*state, &(struct scene_options){ .wire = WIRE_HTTP2 });
}

/* It is there again but not ready: only probes until it is. */
static void test_not_ready(void **state)
{
	struct scene *sc = *state;
	size_t requests;
	int64_t wait;

	start_kinds(sc, NULL);
	server_down(sc->server);
	scene_wait(sc, all_stale, NULL, "every kind to be stale");
	change_all();
	scene_answer(sc, "/readyz$", NULL, 3,
		&(struct server_answer){ .status = 503, .body = "not yet" });
	requests = server_count(sc->server, "/");
	server_up(sc->server);
	assert_true(until_probe(sc, 2 * CLOCK_S) <= 250 * CLOCK_MS);
	scene_wait(sc, has_message, "503", "the reason");
	for (int i = 2; i <= 3; i++) {
		int64_t at = next_probe(sc, clock_now());

		assert_in_range(at - clock_now(), 800 * CLOCK_MS, 1200 * CLOCK_MS);
		wait = until_probe(sc, 2 * CLOCK_S);
		assert_in_range(wait, 800 * CLOCK_MS, 1250 * CLOCK_MS);
		scene_asked(sc, "GET /readyz", (size_t)i);
		assert_int_equal(server_count(sc->server, "/"), requests + (size_t)i);
	}
	next_probe(sc, clock_now());
	until_probe(sc, 2 * CLOCK_S);
	scene_wait_link(sc, LINK_LIVE);
	assert_resumed(sc);
}

/* Its connection stands and every byte is acknowledged, but nobody speaks: not
 * for ever. */
static void test_stopped_server_is_noticed(void **state)
{
	struct scene *sc = *state;
	int64_t at;

	start_kinds(sc, &(struct scene_options){ .wire = WIRE_HTTP2 });
	server_stall(sc->server, true);
	change_all();
	advance(30 * CLOCK_S);
	scene_wait_link(sc, LINK_LIVE);
	advance(14 * CLOCK_S);
	scene_wait_link(sc, LINK_LIVE);
	advance(1 * CLOCK_S);
	scene_wait_link(sc, LINK_LOST);
	server_stall(sc->server, false);
	at = next_probe(sc, 0);
	advance(at - clock_now());
	scene_wait_link(sc, LINK_LIVE);
	scene_wait_kinds(sc, KINDS);
	assert_resumed(sc);
}

static void test_silent_server_is_asked(void **state)
{
	struct scene *sc = *state;
	size_t connections;

	start_kinds(sc, &(struct scene_options){ .wire = WIRE_HTTP2 });
	connections = server_connections(sc->server);
	for (size_t i = 1; i <= 4; i++)
		scene_advance_asked(sc, "GET /version", i);
	scene_wait_link(sc, LINK_LIVE);
	assert_int_equal(server_connections(sc->server), connections);
}

/* A user who will not wait: the probe goes at once. */
static void test_retry_now(void **state)
{
	struct scene *sc = *state;

	start_kinds(sc, NULL);
	server_down(sc->server);
	scene_wait(sc, all_stale, NULL, "every kind to be stale");
	advance(next_probe(sc, 0) - clock_now());
	next_probe(sc, clock_now());
	server_up(sc->server);
	change_all();
	cluster_retry(sc->cluster);
	advance(0);
	scene_wait_link(sc, LINK_LIVE);
	assert_resumed(sc);
}

/* What broke once heals by itself: no gate for one connection of many. */
static void test_one_connection_is_not_the_server(void **state)
{
	struct scene *sc = *state;

	start_kinds(sc, NULL);
	collection_reset(kinds[3]);
	collection_put(kinds[3], "a", "y", NULL, NULL);
	scene_wait_rows(sc, "k03s", "a/x@11 a/y@12");
	scene_wait_link(sc, LINK_LIVE);
	assert_int_equal(server_count(sc->server, "/readyz"), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_down_at_the_start),
		scene_test(test_killed_and_back),
		scene_test(test_stopped_server_is_noticed),
		scene_test(test_silent_server_is_asked),
		scene_test(test_not_ready),
		scene_test(test_retry_now),
		scene_test(test_one_connection_is_not_the_server),
	};

	return cmocka_run_group_tests_name("gate", tests, scene_group_setup, scene_group_teardown);
}
