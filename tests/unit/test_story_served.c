/*
 * story and server together: everything that the built-in story asks for is done,
 * and what it is meant to show can be seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "demo/serve.h"
#include "demo/store.h"
#include "demo/story_run.h"
#include "json/doc.h"

static int64_t now;

int64_t clock_now(void)
{
	return now;
}

int64_t clock_wall(void)
{
	return INT64_C(1767225600) * CLOCK_S + now;
}

struct played {
	struct demo_server *server;
	struct demo_story *story;
};

static struct played play(void)
{
	const struct demo_story_options options = { .seed = 1 };
	struct error err = ERROR_INIT;
	struct played played = { .server = demo_server_new(1) };

	now = 0;
	played.story = demo_story_new(played.server, &options, &err);
	if (!played.story)
		fail_msg("%s", err.text);
	return played;
}

static void stop(struct played *played)
{
	demo_story_free(played->story);
	demo_server_free(played->server);
}

static void pass(struct played *played, int64_t until)
{
	while (demo_story_next(played->story) <= until) {
		if (demo_story_next(played->story) > now)
			now = demo_story_next(played->story);
		demo_story_run(played->story);
	}
	now = until;
	demo_store_expire(played->server->store, false);
}

/* The answer's document (doc_free() it) when its code is the expected one. */
static struct doc *get(struct played *played, const char *path, int code)
{
	const struct demo_request request = { .method = "GET", .path = path };
	struct demo_answer answer;
	struct doc *doc;

	demo_serve(played->server, &request, &answer);
	if (answer.code != code)
		fail_msg("%s: %d %s", path, answer.code, buf_text(&answer.body));
	doc = doc_parse(buf_str(&answer.body), NULL);
	demo_answer_release(&answer);
	return doc;
}

#define CERTS "/apis/certs.lumenfold.example/v1/namespaces/payments/"

static void test_ten_minutes(void **state)
{
	struct played played = play();

	(void)state;
	for (int minute = 1; minute <= 10; minute++)
		pass(&played, minute * 60 * CLOCK_S);
	if (played.story->refused)
		fail_msg("%zu refused: %s", played.story->refused, played.story->refusal);
	stop(&played);
}

static void test_spoilt_certificate(void **state)
{
	struct played played = play();
	struct doc *cert = get(&played, CERTS "certificates/pay-gateway-tls", 200);
	const struct doc *ready = doc_first(doc_get(doc_get(cert, "status"), "conditions"));

	(void)state;
	assert_string_equal(doc_string(ready, "status"), "True");
	doc_free(cert);
	pass(&played, 20 * CLOCK_S);
	cert = get(&played, CERTS "certificates/pay-gateway-tls", 200);
	ready = doc_first(doc_get(doc_get(cert, "status"), "conditions"));
	assert_string_equal(doc_string(ready, "status"), "False");
	assert_string_equal(doc_string(ready, "reason"), "IssuerNotFound");
	doc_free(cert);
	stop(&played);
}

static void test_stuck_and_dead(void **state)
{
	struct played played = play();
	struct doc *bucket = get(&played,
		"/apis/storage.lumenfold.example/v1/namespaces/logistics/buckets/scans-2023", 200);
	struct doc *gateway;
	int64_t generation = 0, observed = 0;

	(void)state;
	assert_string_equal(doc_string(doc_get(bucket, "metadata"), "deletionTimestamp"),
		"2025-12-31T23:46:00Z");
	doc_free(bucket);
	pass(&played, 120 * CLOCK_S);
	gateway = get(&played,
		"/apis/network.lumenfold.example/v1/namespaces/edge/gateways/partners", 200);
	doc_i64(doc_get(gateway, "metadata"), "generation", &generation);
	doc_i64(doc_get(gateway, "status"), "observedGeneration", &observed);
	assert_int_equal(observed, 1);
	assert_true(generation >= 4);
	doc_free(gateway);
	stop(&played);
}

/* Who made it, and who has written its status since. */
static void test_managers(void **state)
{
	struct played played = play();
	struct doc *bucket = get(&played,
		"/apis/storage.lumenfold.example/v1/namespaces/insights/buckets/models", 200);
	struct doc *list = doc_member(doc_member(bucket, "metadata"), "managedFields");

	(void)state;
	assert_string_equal(doc_string(doc_item(list, 0), "manager"), "gitops-sync");
	assert_string_equal(doc_string(doc_item(list, 1), "manager"), "bucket-operator");
	assert_string_equal(doc_string(doc_item(list, 1), "subresource"), "status");
	assert_null(doc_item(list, 2));
	doc_free(bucket);
	stop(&played);
}

static void test_odd_kinds(void **state)
{
	struct played played = play();

	(void)state;
	doc_free(get(&played, "/apis/ledger.lumenfold.example/v1/ledgeraccounts", 500));
	doc_free(get(&played, "/apis/identity.lumenfold.example/v1/vaultentries", 403));
	doc_free(get(&played, "/apis/experiments.lumenfold.example/v1/experiments", 404));
	doc_free(get(&played, "/apis/chaos.lumenfold.example/v1/drills", 200));
	pass(&played, 70 * CLOCK_S);
	doc_free(get(&played, "/apis/experiments.lumenfold.example/v1/experiments", 200));
	pass(&played, 130 * CLOCK_S);
	doc_free(get(&played, "/apis/chaos.lumenfold.example/v1/drills", 404));
	pass(&played, 230 * CLOCK_S);
	doc_free(get(&played, "/apis/chaos.lumenfold.example/v1/drills", 200));
	stop(&played);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_minutes),
		cmocka_unit_test(test_spoilt_certificate),
		cmocka_unit_test(test_stuck_and_dead),
		cmocka_unit_test(test_managers),
		cmocka_unit_test(test_odd_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
