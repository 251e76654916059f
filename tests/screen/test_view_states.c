/*
 * Every view in the states of the cluster that it must not hide, as golden screens:
 * tests/screen/golden/STATE-VIEW.txt. The tree in these states is in the tests of
 * the states.
 */
#include <string.h>

#include "screen/golden.h"
#include "screen/play.h"

#define REVIEW "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews$"

/* How a view is reached from the tree, and what its first lines have. */
struct visit {
	const char *name;
	const char *keys;
	const char *title;
};

#define TABLE                                                                                      \
	{                                                                                          \
		"table", ":widgets\r", "^ widgets.example.com "                                    \
	}
#define PROBLEMS                                                                                   \
	{                                                                                          \
		"problems", ":problems\r", "^ problems( |$)"                                       \
	}
#define CRDS                                                                                       \
	{                                                                                          \
		"crds", ":crds\r", "^ crds( |$)"                                                   \
	}
#define ACCESS                                                                                     \
	{                                                                                          \
		"access", ":access\r", "^ access( |$)"                                             \
	}
#define CONTEXTS                                                                                   \
	{                                                                                          \
		"contexts", ":contexts\r", "^ contexts( |$)"                                       \
	}
#define NAMESPACES                                                                                 \
	{                                                                                          \
		"namespaces", ":namespaces\r", "^ namespaces( |$)"                                 \
	}
#define LOG                                                                                        \
	{                                                                                          \
		"log", ":log\r", "^ log( |$)"                                                      \
	}
#define STATS                                                                                      \
	{                                                                                          \
		"stats", ":stats\r", "^ stats( |$)"                                                \
	}
#define EVENTS                                                                                     \
	{                                                                                          \
		"events", ":events\r", "^ f scope"                                                 \
	}

/* Of the object under the tree's cursor; the next is one t further. */
#define YAML                                                                                       \
	{                                                                                          \
		"yaml", "\r", "\\[yaml\\]"                                                         \
	}
#define DESCRIBE                                                                                   \
	{                                                                                          \
		"describe", "\rt", "\\[describe\\]"                                                \
	}
#define CHANGES                                                                                    \
	{                                                                                          \
		"changes", "\rtt", "\\[changes\\]"                                                 \
	}
#define SCHEMA                                                                                     \
	{                                                                                          \
		"schema", "\rttt", "\\[schema\\]"                                                  \
	}

static void review(struct play *play)
{
	play_answer(play, REVIEW, NULL,
		&(struct server_answer){ .status = 201,
			.body = "{\"kind\":\"SelfSubjectRulesReview\",\"apiVersion\":"
				"\"authorization.k8s.io/v1\",\"status\":{\"resourceRules\":[{"
				"\"verbs\":[\"get\",\"list\",\"watch\"],\"apiGroups\":[\"*\"],"
				"\"resources\":[\"*\"]}],\"nonResourceRules\":[],"
				"\"incomplete\":false}}" });
}

/* With the tree shown; it is shown again then. */
static void visit(struct play *play, const char *state, const struct visit *visit)
{
	char name[128];

	snprintf(name, sizeof(name), "%s-%s", state, visit->name);
	play_type(play, visit->keys);
	screen_expect_row(play->screen, visit->title);
	golden(play->screen, name);
}

static void visit_views(
	struct play *play, const char *state, const struct visit *visits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		visit(play, state, &visits[i]);
		play_type(play, ":tree\r");
		screen_settle(play->screen);
	}
}

/* The object stands under the tree's cursor. */
static void visit_tabs(
	struct play *play, const char *state, const struct visit *visits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		visit(play, state, &visits[i]);
		/* the first tab again, and back to the tree */
		play_type(play, "yq");
		screen_settle(play->screen);
	}
}

#define VIEWS(play, state, ...)                                                                    \
	do {                                                                                       \
		static const struct visit visits_[] = { __VA_ARGS__ };                             \
		visit_views(play, state, visits_, sizeof(visits_) / sizeof(*visits_));             \
	} while (0)
#define TABS(play, state, ...)                                                                     \
	do {                                                                                       \
		static const struct visit visits_[] = { __VA_ARGS__ };                             \
		visit_tabs(play, state, visits_, sizeof(visits_) / sizeof(*visits_));              \
	} while (0)

static void to_object(struct play *play, const char *keys, const char *name)
{
	play_type(play, keys);
	play_expect_cursor(play, name);
	screen_settle(play->screen);
}

static void start(struct play *play)
{
	review(play);
	play_start(play, 24, 80, NULL);
}

static void test_live(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	start(play);
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_row(play->screen, "Gadget +1");
	play_put(play->widgets, "a", "blue", "\"labels\":{\"team\":\"x\"}",
		"\"spec\":{\"note\":\"other\",\"size\":1}," PLAY_READY("Unknown", "Starting"));
	play_expect(play, "1 kept");
	screen_advance(play->screen, 3 * PLAY_S);
	VIEWS(play, "live", TABLE, PROBLEMS, CRDS, ACCESS, CONTEXTS, NAMESPACES, LOG, STATS,
		EVENTS);
	to_object(play, ":tree\r:widgets\rqlj", "blue");
	TABS(play, "live", YAML, DESCRIBE, CHANGES, SCHEMA);
	play_finish(play);
}

static void test_connecting(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	server_stall(play->server, true);
	start(play);
	play_expect(play, "connecting");
	VIEWS(play, "connecting", PROBLEMS, CRDS, ACCESS, CONTEXTS, NAMESPACES, LOG, STATS, EVENTS);
	server_stall(play->server, false);
	play_expect(play, "live");
	play_finish(play);
}

static void test_refused(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	server_down(play->server);
	start(play);
	play_expect(play, "lost since 0s");
	VIEWS(play, "refused", PROBLEMS, CRDS, ACCESS, NAMESPACES, LOG, EVENTS);
	play_finish(play);
}

static void test_unauthorized(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, "/", 401, "Unauthorized", "Unauthorized");
	play_start(play, 24, 80, NULL);
	play_expect(play, "You must be logged in");
	VIEWS(play, "unauthorized", PROBLEMS, CRDS, ACCESS, NAMESPACES, LOG);
	play_finish(play);
}

static void test_forbidden_kind(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_WIDGETS, 403, "Forbidden", "tester may not list widgets");
	play_refuse(play, "/apis/example.com/v1/namespaces/", 403, "Forbidden", "nor there");
	start(play);
	screen_expect_row(play->screen, "Widget +–  +forbidden");
	screen_expect_row(play->screen, "Gadget +1");
	VIEWS(play, "forbidden-kind", TABLE, PROBLEMS, CRDS, ACCESS, NAMESPACES, STATS);
	play_finish(play);
}

static void test_no_crd_access(void **state)
{
	static const char discovery[] =
		"{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\","
		"\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"example.com\"},\"versions\":["
		"{\"version\":\"v1\",\"freshness\":\"Current\",\"resources\":[{\"resource\":"
		"\"widgets\",\"responseKind\":{\"group\":\"example.com\",\"version\":\"v1\","
		"\"kind\":\"Widget\"},\"scope\":\"Namespaced\",\"singularResource\":\"widget\","
		"\"verbs\":[\"get\",\"list\",\"watch\"]}]}]}]}";
	struct play *play = *state;

	play_open(play, NULL);
	play_refuse(play, PLAY_CRDS "$", 403, "Forbidden", "tester may not list CRDs");
	play_answer(play, "/apis$", NULL,
		&(struct server_answer){ .body = discovery,
			.headers = "Content-Type: "
				   "application/json;g=apidiscovery.k8s.io;v=v2;as="
				   "APIGroupDiscoveryList\n" });
	start(play);
	screen_expect_row(play->screen, "Widget +3 .*no CRD access");
	VIEWS(play, "no-crd-access", TABLE, CRDS, ACCESS);
	to_object(play, ":tree\r:widgets\rqlj", "blue");
	TABS(play, "no-crd-access", SCHEMA);
	play_finish(play);
}

static void test_no_crds(void **state)
{
	struct play *play = *state;

	play_open(play, &(struct play_options){ .empty = true });
	start(play);
	play_expect(play, "this cluster has no custom resource definitions");
	VIEWS(play, "no-crds", PROBLEMS, CRDS, ACCESS, NAMESPACES, LOG, STATS, EVENTS);
	play_finish(play);
}

/* Kinds without instances, not served, names not accepted, failing, listing. */
static void test_kinds(void **state)
{
	static const char version[] = "{\"name\":\"v1\",\"served\":true,\"storage\":true}";
	struct play *play = *state;

	play_open(play, NULL);
	play_crd(play, "olds.example.com", "{\"name\":\"v1\",\"served\":false,\"storage\":true}",
		NULL);
	play_crd(play, "twins.example.com", version,
		"{\"type\":\"NamesAccepted\",\"status\":\"False\",\"reason\":\"KindConflict\","
		"\"message\":\"Twin is in use\"},{\"type\":\"Established\",\"status\":\"False\"}");
	play_kind(play, "slows.example.com", NULL);
	play_answer(play, "/apis/example.com/v1/slows$", "watch=true",
		&(struct server_answer){ .stream = true });
	play_refuse(play, PLAY_WIDGETS, 500, "InternalError", "conversion webhook failed");
	start(play);
	screen_expect_row(play->screen, "Widget +– +failing");
	screen_expect_row(play->screen, "Old +– +not served");
	screen_expect_row(play->screen, "Slow +… +listing");
	screen_expect_row(play->screen, "Gadget +1");
	VIEWS(play, "kinds", CRDS, ACCESS, STATS, NAMESPACES,
		{ "table-failing", ":widgets\r", "^ widgets.example.com " },
		{ "table-empty", ":things\r", "^ things.other.org " },
		{ "table-not-served", ":olds\r", "^ olds.example.com " },
		{ "table-listing", ":slows\r", "^ slows.example.com " });
	play_finish(play);
}

static void test_stale(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	start(play);
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_row(play->screen, "Gadget +1");
	play_put(play->widgets, "a", "blue", NULL,
		"\"spec\":{\"note\":\"other\"}," PLAY_READY("Unknown", "Starting"));
	play_expect(play, "1 kept");
	server_down(play->server);
	play_expect(play, "lost since 0s");
	screen_advance(play->screen, 42 * PLAY_S);
	play_expect(play, "lost since 42s, retry in 1 s");
	VIEWS(play, "stale", TABLE, PROBLEMS, CRDS, ACCESS, CONTEXTS, NAMESPACES, STATS, EVENTS);
	to_object(play, ":tree\r:widgets\rqlj", "blue");
	TABS(play, "stale", YAML, DESCRIBE, CHANGES, SCHEMA);
	play_finish(play);
}

static void test_kind_gone(void **state)
{
	struct play *play = *state;

	play_open(play, NULL);
	start(play);
	screen_expect_row(play->screen, "Widget +3");
	screen_expect_row(play->screen, "Gadget +1");
	play_put(play->widgets, "a", "green", NULL, PLAY_READY("False", "Worse"));
	play_expect(play, "1 kept");
	to_object(play, ":widgets\rqljj", "green");
	play_kind_delete(play, "widgets.example.com");
	screen_expect_row(play->screen, "Widget +3 .*gone");
	TABS(play, "kind-gone", YAML, DESCRIBE, CHANGES, SCHEMA);
	play_finish(play);
}

/* It goes while its table, or another list, is on the screen. */
static void test_kind_goes_from_a_view(void **state)
{
	static const struct visit visits[] = { TABLE, PROBLEMS, CRDS, EVENTS };
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(visits) / sizeof(*visits); i++) {
		play_open(play, NULL);
		start(play);
		screen_expect_row(play->screen, "Widget +3");
		screen_expect_row(play->screen, "Gadget +1");
		play_put(play->widgets, "a", "green", NULL, PLAY_READY("False", "Worse"));
		play_expect(play, "1 kept");
		play_type(play, visits[i].keys);
		screen_expect_row(play->screen, visits[i].title);
		play_kind_delete(play, "widgets.example.com");
		play_expect(play, "2 kinds  1 object ");
		visit(play, "kind-gone", &(struct visit){ visits[i].name, "", visits[i].title });
		play_finish(play);
		play_close(play);
	}
}

/* The same text as name, namespace, label, cell, reason, message and key, once changed. */
static void put_text(struct play *play, const char *text, const char *note)
{
	char meta[2048], rest[2048], ns[64];

	/* no namespace is longer */
	snprintf(ns, sizeof(ns), "%s", text);
	snprintf(meta, sizeof(meta), "\"labels\":{\"%s\":\"%s\"},\"finalizers\":[\"%s\"]", text,
		text, text);
	snprintf(rest, sizeof(rest),
		"\"spec\":{\"note\":\"%s\",\"%s\":\"%s\"},\"status\":{\"conditions\":[{\"type\":"
		"\"Ready\",\"status\":\"False\",\"reason\":\"%s\",\"message\":\"%s\"}]}",
		note, text, text, text, text);
	play_put(play->widgets, ns, text, meta, rest);
}

/* keys: from the tree to its row, on which this is. */
static void visit_text(
	struct play *play, const char *state, const char *text, const char *keys, const char *row)
{
	play_open(play, NULL);
	put_text(play, text, "first");
	start(play);
	screen_expect_row(play->screen, "Widget +4");
	screen_expect_row(play->screen, "Gadget +1");
	put_text(play, text, text);
	play_expect(play, "1 kept");
	VIEWS(play, state, TABLE, PROBLEMS, NAMESPACES, EVENTS);
	to_object(play, keys, row);
	golden(play->screen, state);
	TABS(play, state, YAML, DESCRIBE, CHANGES);
	play_finish(play);
	play_check_output(play);
}

static void test_wide_characters(void **state)
{
	visit_text(*state, "wide", "日本語😀e\xcc\x81", ":tree\r:widgets\rqljjjj", "日本");
}

static void test_hostile_characters(void **state)
{
	visit_text(*state, "escapes", "\\u001b[2J\\u009b31m\\u202e\\t%n", ":tree\r:widgets\rqlj",
		"^[[2J");
}

static void test_long_texts(void **state)
{
	char text[254];

	memset(text, 'n', sizeof(text) - 1);
	memcpy(text, "head", 4);
	memcpy(text + 249, "tail", 5);
	/* the title of its detail has the name, the tab, and what of the namespace has room */
	visit_text(*state, "long", text, ":tree\r:widgets\rqljjjj", "tail");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_live),
		play_test(test_connecting),
		play_test(test_refused),
		play_test(test_unauthorized),
		play_test(test_forbidden_kind),
		play_test(test_no_crd_access),
		play_test(test_no_crds),
		play_test(test_kinds),
		play_test(test_stale),
		play_test(test_kind_gone),
		play_test(test_kind_goes_from_a_view),
		play_test(test_wide_characters),
		play_test(test_hostile_characters),
		play_test(test_long_texts),
	};

	return cmocka_run_group_tests_name("view_states", tests, NULL, NULL);
}
