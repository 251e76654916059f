/* Verdicts that change without an event: by time, and by other rules. */
#include "fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/store.h"
#include "kube/health_rules.h"

struct want {
	enum health health;
	size_t count;
};

static bool has_verdicts(struct scene *sc, const struct root *root, void *arg)
{
	const struct want *want = arg;
	const struct kind_root *k = scene_kind(root, "widgets");

	(void)sc;
	return k && k->store->health[want->health] == want->count;
}

static void wait_for(struct scene *sc, enum health health, size_t count)
{
	struct want want = { health, count };

	scene_wait(sc, has_verdicts, &want, health_word(health));
}

static size_t how_many(struct scene *sc, enum health health)
{
	const struct root *root = root_pin(sc->reader);
	size_t n = scene_kind(root, "widgets")->store->health[health];

	root_unpin(sc->reader);
	return n;
}

/* The clock's second, as the API writes it. */
static char *rfc3339(int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm;
	char text[32];

	gmtime_r(&time, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return mem_strdup(text);
}

/* The members of an object whose metadata have more than the world writes. */
static void put(struct collection *c, const char *name, const char *metadata, const char *rest)
{
	char *members = mem_printf(",\"metadata\":{\"namespace\":\"a\",\"name\":\"%s\","
				   "\"uid\":\"u-%s\",\"resourceVersion\":\"%" PRIu64 "\"%s}%s",
		name, name, collection_rv(c) + 1, metadata, rest);

	collection_put(c, "a", name, NULL, members);
	free(members);
}

static void put_deleted(struct collection *c, const char *name)
{
	char *time = rfc3339(clock_wall() / CLOCK_S);
	char *metadata = mem_printf(
		",\"deletionTimestamp\":\"%s\",\"finalizers\":[\"example.com/wait\"]", time);

	put(c, name, metadata, "");
	free(metadata);
	free(time);
}

static struct collection *open_widgets(struct scene *sc, const struct cluster_options *options)
{
	struct collection *c;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	put(c, "well", "", ",\"status\":{\"phase\":\"Running\"}");
	scene_start(sc, options);
	scene_wait_kinds(sc, 1);
	collection_watch(c, 1);
	return c;
}

static uint64_t version_of(struct scene *sc, const char *name)
{
	const struct root *root = root_pin(sc->reader);
	const struct entry *e =
		store_root_find(scene_kind(root, "widgets")->store, STR("a"), str_of(name), NULL);
	uint64_t version = e->version;

	root_unpin(sc->reader);
	return version;
}

/* A deletion that a finalizer holds is bad after five minutes, with no event. */
static void test_stuck(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, NULL);
	uint64_t version, other;

	put_deleted(c, "x");
	wait_for(sc, HEALTH_DELETING, 1);
	scene_wait_log(sc, "+a/x@12");
	version = version_of(sc, "x");
	other = version_of(sc, "well");
	advance(298 * CLOCK_S);
	assert_int_equal(how_many(sc, HEALTH_DELETING), 1);
	advance(2 * CLOCK_S);
	wait_for(sc, HEALTH_BAD, 1);
	assert_int_equal(how_many(sc, HEALTH_DELETING), 0);
	assert_int_equal(how_many(sc, HEALTH_OK), 1);
	assert_true(version_of(sc, "x") != version);
	assert_int_equal(version_of(sc, "well"), other);
	/* Nothing of it is a change of the object, whose text is still there. */
	scene_wait_log(sc, "");
	collection_delete(c, "a", "x");
	wait_for(sc, HEALTH_BAD, 0);
	scene_wait_log(sc, "-a/x@13");
}

#define SEEN(generation) ",\"status\":{\"observedGeneration\":" #generation "}"

/* A controller may be behind for a minute, counted from when that was seen first. */
static void test_stale(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, NULL);

	put(c, "slow", ",\"generation\":2", SEEN(1));
	put(c, "quick", ",\"generation\":2", SEEN(1));
	wait_for(sc, HEALTH_PROGRESSING, 2);
	advance(30 * CLOCK_S);
	/* Another change of what lags does not begin it anew. */
	put(c, "slow", ",\"generation\":2,\"labels\":{\"a\":\"b\"}", SEEN(1));
	put(c, "quick", ",\"generation\":2", SEEN(2));
	wait_for(sc, HEALTH_PROGRESSING, 1);
	wait_for(sc, HEALTH_UNKNOWN, 1);
	advance(28 * CLOCK_S);
	assert_int_equal(how_many(sc, HEALTH_BAD), 0);
	advance(3 * CLOCK_S);
	wait_for(sc, HEALTH_BAD, 1);
	assert_int_equal(how_many(sc, HEALTH_PROGRESSING), 0);
	/* A new generation has its own minute. */
	put(c, "slow", ",\"generation\":3", SEEN(1));
	wait_for(sc, HEALTH_PROGRESSING, 1);
	advance(61 * CLOCK_S);
	wait_for(sc, HEALTH_BAD, 1);
	put(c, "slow", ",\"generation\":3", SEEN(3));
	wait_for(sc, HEALTH_BAD, 0);
}

/* ---- rules ---- */

#define WIDGETS_MANY 2000 /* several slices of judging */

static struct health_rules *rules_of(const char *kind, const char *bad)
{
	struct health_rules *rules = health_rules_new();
	struct health_rule rule = {
		.kind = kind, .path = ".status.phase", .bad = &bad, .n_bad = 1
	};

	assert_int_equal(health_rules_add(rules, &rule, NULL), 0);
	return rules;
}

static void set_rules(struct scene *sc, const char *kind, const char *bad)
{
	struct health_rules *rules = rules_of(kind, bad);

	cluster_set_health_rules(sc->cluster, rules);
	health_rules_unref(rules);
}

static void test_rules(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, NULL);
	uint64_t version;
	char name[16];

	for (int i = 0; i < WIDGETS_MANY; i++) {
		snprintf(name, sizeof(name), "n%04d", i);
		put(c, name, "", ",\"status\":{\"phase\":\"Odd\"}");
	}
	wait_for(sc, HEALTH_UNKNOWN, WIDGETS_MANY);
	scene_skip_log(sc);
	version = version_of(sc, "well");
	set_rules(sc, "widgets.example.com", "odd");
	wait_for(sc, HEALTH_BAD, WIDGETS_MANY);
	assert_int_equal(how_many(sc, HEALTH_UNKNOWN), 0);
	assert_int_equal(version_of(sc, "well"), version);
	/* What comes now is judged by them, too. */
	put(c, "new", "", ",\"status\":{\"phase\":\"Odd\"}");
	wait_for(sc, HEALTH_BAD, WIDGETS_MANY + 1);
	scene_wait_log(sc, "+a/new@2012");
	/* Other ones, for another kind; then none. */
	set_rules(sc, "gadgets.example.com", "running");
	wait_for(sc, HEALTH_UNKNOWN, WIDGETS_MANY + 1);
	set_rules(sc, "*", "running");
	wait_for(sc, HEALTH_BAD, 1);
	cluster_set_health_rules(sc->cluster, NULL);
	wait_for(sc, HEALTH_BAD, 0);
	assert_int_equal(how_many(sc, HEALTH_OK), 1);
	scene_wait_log(sc, "");
	assert_int_equal(server_count(sc->server, "/widgets"), 1);
}

static void test_initial_rules(void **state)
{
	struct scene *sc = *state;
	struct cluster_options options = { .health_rules = rules_of("*.example.com", "Running") };

	open_widgets(sc, &options);
	health_rules_unref(options.health_rules);
	wait_for(sc, HEALTH_BAD, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_stuck),
		scene_test(test_stale),
		scene_test(test_rules),
		scene_test(test_initial_rules),
	};

	return cmocka_run_group_tests_name(
		"verdicts", tests, scene_group_setup, scene_group_teardown);
}
