/* Kubernetes Events that regard custom resources, on their way into the log. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define EVENTS_PATH WORLD_EVENTS "$"
#define NOTE_SIZE   ((size_t)100000)

static const struct cluster_options asked = { .k8s_events = true };

/* The tests' clock begins at 2026-01-01T00:00:00Z. */
static char *regarding(const char *api_version, const char *kind, const char *words)
{
	return mem_printf(",\"regarding\":{\"apiVersion\":\"%s\",\"kind\":\"%s\","
			  "\"namespace\":\"a\",\"name\":\"x\",\"uid\":\"u\"}%s%s",
		api_version, kind, *words ? "," : "", words);
}

static void put(struct collection *events, const char *name, const char *api_version,
	const char *kind, const char *words)
{
	char *rest = regarding(api_version, kind, words);

	collection_put(events, "a", name, NULL, rest);
	free(rest);
}

static void put_widget(struct collection *events, const char *name, const char *words)
{
	put(events, name, "example.com/v1", "Widget", words);
}

static bool is_in_state(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	return root->k8s_events == *(enum k8s_state *)arg;
}

static void wait_for(struct scene *sc, enum k8s_state state)
{
	scene_wait(sc, is_in_state, &state, "a state of Kubernetes Events");
}

static void open_with_widgets(struct scene *sc, struct collection **ret_events)
{
	scene_open(sc, NULL);
	world_kind(sc->world, "widgets");
	*ret_events = world_events(sc->world);
}

/* Until the watch is there. */
static void start(struct scene *sc, struct collection *events)
{
	scene_start(sc, &asked);
	scene_wait_kinds(sc, 1);
	assert_true(collection_watch(events, 1));
}

static void test_list_and_watch(void **state)
{
	struct scene *sc = *state;
	struct collection *events;

	open_with_widgets(sc, &events);
	put_widget(events, "1", "\"reason\":\"Late\",\"eventTime\":\"2025-12-31T23:59:59.5Z\"");
	put_widget(events, "2", "\"reason\":\"Old\",\"eventTime\":\"2025-12-31T22:59:00Z\"");
	put_widget(events, "3",
		"\"reason\":\"Early\",\"note\":\"n\",\"type\":\"Warning\",\"eventTime\":\"2025-12-"
		"31T23:00:00Z\",\"series\":{\"count\":7,\"lastObservedTime\":\"2025-12-31T23:01:"
		"00Z\"}");
	put(events, "4", "v1", "Pod", "\"reason\":\"Pod\"");
	start(sc, events);
	scene_wait_log(sc, "warning a/x Early:n*7 normal a/x Late:");
	assert_int_equal(server_count(sc->server, "events?limit"), 1);
	put_widget(events, "5", "\"reason\":\"New\",\"note\":\"\\u001b[2J \\\"q\\\"\"");
	scene_wait_log(sc, "normal a/x New:\033[2J \"q\"");
	put_widget(events, "5", "\"reason\":\"New\",\"deprecatedCount\":2,\"type\":\"Warning\"");
	scene_wait_log(sc, "warning a/x New:*2");
	collection_delete(events, "a", "5");
	put_widget(events, "6", "\"reason\":\"Last\"");
	scene_wait_log(sc, "normal a/x Last:");
	/* The CRDs' watch, the widgets' and the Events'. */
	assert_int_equal(scene_watches(sc), 3);
}

static void test_not_asked_for(void **state)
{
	struct scene *sc = *state;
	struct collection *events;

	open_with_widgets(sc, &events);
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	scene_let_stand(sc);
	wait_for(sc, K8S_EVENTS_OFF);
	assert_int_equal(server_count(sc->server, WORLD_EVENTS), 0);
}

/* What regards no custom resource, or nothing that can be made out. */
static void test_others_are_let_go(void **state)
{
	struct scene *sc = *state;
	struct collection *events;

	open_with_widgets(sc, &events);
	start(sc, events);
	put(events, "1", "v1", "Pod", "");
	put(events, "2", "apps/v1", "Deployment", "");
	put(events, "3", "example.com/v1", "Gadget", "");
	put(events, "4", "example.org/v1", "Widget", "");
	put(events, "5", "example.com/v1", "Wid\\u0067et", "");
	collection_put(events, "a", "6", NULL, NULL);
	collection_put(events, "a", "7", NULL, ",\"regarding\":[]");
	put_widget(events, "8", "\"reason\":\"Mine\"");
	scene_wait_log(sc, "normal a/x Mine:");
	/* A CRD that comes later counts from then on. */
	world_kind(sc->world, "gadgets");
	scene_wait_kinds(sc, 2);
	put(events, "3", "example.com/v1", "Gadget", "\"reason\":\"Now\"");
	scene_wait_log(sc, "normal a/x Now:");
}

static void test_namespace(void **state)
{
	struct scene *sc = *state;
	struct cluster_options options = { .k8s_events = true, .ns = "a" };

	scene_open(sc, NULL);
	scene_start(sc, &options);
	scene_asked(sc, "GET /apis/events.k8s.io/v1/namespaces/a/events?limit", 1);
}

/* After 410 there is a list again, of which only what is new is told. */
static void test_expired(void **state)
{
	struct scene *sc = *state;
	struct collection *events;

	open_with_widgets(sc, &events);
	put_widget(events, "1", "\"reason\":\"One\"");
	start(sc, events);
	scene_wait_log(sc, "normal a/x One:");
	put_widget(events, "2", "\"reason\":\"Two\"");
	scene_wait_log(sc, "normal a/x Two:");
	collection_hush(events, true);
	put_widget(events, "1", "\"reason\":\"One\",\"deprecatedCount\":2");
	put_widget(events, "3", "\"reason\":\"Three\"");
	collection_compact(events);
	collection_hush(events, false);
	collection_end(events);
	scene_advance_asked(sc, "v1/events?resourceVersion", 1);
	scene_wait_log(sc, "normal a/x One:*2 normal a/x Three:");
}

static void check_refused(struct scene *sc, int code, enum k8s_state state)
{
	struct collection *events;

	open_with_widgets(sc, &events);
	scene_refuse(sc, EVENTS_PATH, NULL, 0, code, code == 403 ? "Forbidden" : "NotFound",
		"not for you");
	scene_start(sc, &asked);
	scene_wait_kinds(sc, 1);
	wait_for(sc, state);
	assert_int_equal(scene_watches(sc), 2);
	for (int i = 0; i < 4; i++)
		advance(60 * CLOCK_S);
	assert_int_equal(server_count(sc->server, WORLD_EVENTS), 1);
	scene_answer(sc, EVENTS_PATH, "limit", 0,
		&(struct server_answer){ .body = "{\"kind\":\"EventList\",\"apiVersion\":\"events."
						 "k8s.io/v1\",\"metadata\":{\"resourceVersion\":"
						 "\"9\"},\"items\":[]}" });
	scene_answer(sc, EVENTS_PATH, "watch=true", 0, &(struct server_answer){ .stream = true });
	cluster_retry(sc->cluster);
	scene_asked(sc, "v1/events?limit", 2);
	scene_asked(sc, "v1/events?watch=true", 1);
	wait_for(sc, K8S_EVENTS_ON);
	scene_close(sc);
}

static void test_refused(void **state)
{
	check_refused(*state, 403, K8S_EVENTS_FORBIDDEN);
	check_refused(*state, 404, K8S_EVENTS_NOT_SERVED);
}

static char *large_words(void)
{
	struct buf out = BUF_INIT(2 * NOTE_SIZE);

	buf_addz(&out, "\"reason\":\"Large\",\"note\":\"");
	while (out.len < NOTE_SIZE)
		buf_addz(&out, "0123456789abcdef");
	buf_addc(&out, '"');
	return buf_take(&out);
}

static bool has_two(struct scene *sc, const struct root *root, void *arg)
{
	uint64_t first, next;

	(void)root;
	(void)arg;
	changes_range(cluster_changes(sc->cluster), &first, &next);
	return next == sc->log_at + 2;
}

/* A note of any size costs the log little. */
static void test_large_note(void **state)
{
	struct scene *sc = *state;
	struct change_copy copy = { .memory = NULL };
	struct collection *events;
	char *words = large_words();

	open_with_widgets(sc, &events);
	start(sc, events);
	put_widget(events, "1", words);
	put_widget(events, "2", "\"reason\":\"End\"");
	scene_wait(sc, has_two, NULL, "two Events");
	assert_int_equal(changes_read(cluster_changes(sc->cluster), sc->log_at, &copy), 0);
	assert_true(str_is(copy.change.reason, "Large"));
	assert_int_equal(copy.change.note.len, 4096 + 3);
	assert_true(str_ends(copy.change.note, STR("f\xe2\x80\xa6")));
	change_copy_release(&copy);
	free(words);
}

static void flood(struct collection *events, const char *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(events, "pod", "v1", "Pod", words);
}

/* 1 MB/s of what regards no custom resource is enough. */
static void test_flood(void **state)
{
	struct scene *sc = *state;
	struct collection *events;
	char *words = large_words();

	open_with_widgets(sc, &events);
	start(sc, events);
	flood(events, words, 95);
	put_widget(events, "1", "\"reason\":\"One\"");
	scene_wait_log(sc, "normal a/x One:");
	advance(10 * CLOCK_S);
	flood(events, words, 95);
	put_widget(events, "2", "\"reason\":\"Two\"");
	scene_wait_log(sc, "normal a/x Two:");
	wait_for(sc, K8S_EVENTS_ON);
	flood(events, words, 10);
	wait_for(sc, K8S_EVENTS_TOO_MANY);
	assert_int_equal(scene_watches(sc), 2);
	put_widget(events, "3", "\"reason\":\"Three\"");
	cluster_retry(sc->cluster);
	advance(60 * CLOCK_S);
	scene_wait_log(sc, "");
	/* A word starts it again: what was missed is in the list. */
	cluster_k8s_events(sc->cluster, true);
	scene_wait_log(sc, "normal a/x Three:");
	wait_for(sc, K8S_EVENTS_ON);
	cluster_k8s_events(sc->cluster, false);
	wait_for(sc, K8S_EVENTS_STOPPED);
	assert_int_equal(scene_watches(sc), 2);
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_list_and_watch),
		scene_test(test_not_asked_for),
		scene_test(test_others_are_let_go),
		scene_test(test_namespace),
		scene_test(test_expired),
		scene_test(test_refused),
		scene_test(test_large_note),
		scene_test(test_flood),
	};

	return cmocka_run_group_tests(tests, scene_group_setup, scene_group_teardown);
}
