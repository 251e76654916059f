/*
 * crwatch delete: which objects, and the wait for their end.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screen/place.h"

#define WIDGET(version, name)                                                                      \
	"---\n{apiVersion: example.com/" version ", kind: Widget, metadata: {name: " name "}}\n"
#define SUCCESS "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}"
#define OPTIONS_OF(uid)                                                                            \
	"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":"                 \
	"\"Background\",\"preconditions\":{\"uid\":\"" uid "\"}}"
#define SOME(more, name, uid)                                                                      \
	"{\"kind\":\"WidgetList\",\"metadata\":{" more "},\"items\":[{\"metadata\":{"              \
	"\"namespace\":\"a\",\"name\":\"" name "\",\"uid\":\"" uid "\"}}]}"
#define WIDGETS "/apis/example.com/v1/namespaces/a/widgets"
#define LIST	"GET " WIDGETS "?limit=500"

static void test_deletions(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, NULL, BLUE "$", 0, 200,
		"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"blue\","
		"\"uid\":\"u1\",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\","
		"\"finalizers\":[\"a/b\",\"c\\u001b\"]}}");
	assert_int_equal(RUN(&place, "delete", "widget/nosuch", "widget/blue", "-n", "a",
				 "--grace-period=0", "--cascade=orphan"),
		1);
	play_expect(place.play, "Error from server (NotFound)");
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
	play_expect(place.play, "\"blue\" is there until its finalizers are removed: a/b, c^[");
	assert_int_equal(server_count(place.play->server, "DELETE "), 1);
	place_release(&place);
}

static void page(struct place *place, const char *query, const char *body)
{
	struct server_route route = {
		.method = "GET", .path = WIDGETS "$", .query = query, .answer = { .body = body }
	};

	server_route(place->play->server, &route);
}

/* All pages are read before anything goes, each object by the uid that it had there. */
static void test_selected(void **state)
{
	struct place place;

	place_init(&place, state);
	page(&place, "limit=500", SOME("\"continue\":\"n+1\"", "red", "u1"));
	page(&place, "continue=n%2B1", SOME("", "blue", "u2"));
	place_answer(&place, "DELETE", WIDGETS "/red$", 0, 200, SUCCESS);
	place_answer(&place, "DELETE", BLUE "$", 0, 200, SUCCESS);
	assert_int_equal(RUN(&place, "delete", "widget", "-l", "x in (y)", "-n", "a"), 0);
	screen_expect_row(
		place.play->screen, "^widget.example.com \"red\" deleted from a namespace");
	screen_expect_row(
		place.play->screen, "^widget.example.com \"blue\" deleted from a namespace");
	assert_int_equal(
		server_count(place.play->server, LIST "&labelSelector=x%20in%20%28y%29"), 2);
	place_expect_sent(&place, "DELETE " WIDGETS "/red", 1, OPTIONS_OF("u1"));
	place_expect_sent(&place, "DELETE " BLUE, 1, OPTIONS_OF("u2"));
	/* what is gone by then is no error, unless it is said to be one */
	page(&place, "limit=500", SOME("", "green", "u3"));
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 0);
	assert_int_equal(server_count(place.play->server, LIST "&labelSelector"), 2);
	assert_int_equal(
		RUN(&place, "delete", "widget", "--all", "-n", "a", "--ignore-not-found=false"), 1);
	play_expect(place.play, "Error from server (NotFound)");
	page(&place, "limit=500", "{\"kind\":\"WidgetList\",\"items\":[]}");
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 0);
	screen_expect_row(place.play->screen, "^No resources found");
	place_release(&place);
}

static void list_all(struct place *place, const char *items)
{
	struct server_route route = {
		.method = "GET",
		.path = PLAY_WIDGETS,
		.query = "limit=500",
		.answer = { .body = items },
	};

	server_route(place->play->server, &route);
}

/* Whose place is not known could be another object in the namespace of one's own. */
static void test_unnamed(void **state)
{
	static const char *const lists[][2] = {
		{ "{\"namespace\":\"a\",\"uid\":\"u2\"}", "without its name: nothing was done" },
		{ "{\"namespace\":\"a\",\"name\":\"red\"}", "without its uid: nothing" },
		{ "{\"name\":\"red\",\"uid\":\"u2\"}", "without its namespace: nothing" },
	};
	struct place place;
	char *list;

	place_init(&place, state);
	place_answer(&place, "DELETE", "/apis/example.com/", 0, 200, SUCCESS);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		list = mem_printf(
			"{\"items\":[{\"metadata\":{\"namespace\":\"a\",\"name\":\"blue\","
			"\"uid\":\"u1\"}},{\"metadata\":%s}]}",
			lists[i][0]);
		list_all(&place, list);
		free(list);
		assert_int_equal(RUN(&place, "delete", "widget", "--all", "-A"), 1);
		play_expect(place.play, "the server lists an object of widgets.example.com");
		play_expect(place.play, lists[i][1]);
	}
	assert_int_equal(server_count(place.play->server, "DELETE "), 0);
	/* in a namespace that is asked for an object is in it */
	page(&place, "limit=500",
		"{\"items\":[{\"metadata\":{\"name\":\"blue\",\"uid\":\"u1\"}}]}");
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 0);
	place_expect_sent(&place, "DELETE " BLUE, 1, OPTIONS_OF("u1"));
	place_release(&place);
}

#define EMPTY(next) "{\"metadata\":{\"continue\":\"" next "\"},\"items\":[]}"

static void test_empty_pages(void **state)
{
	struct place place;

	place_init(&place, state);
	page(&place, "limit=500", EMPTY("A"));
	page(&place, "continue=A", EMPTY("B"));
	page(&place, "continue=B", EMPTY("A"));
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 1);
	play_expect(place.play, "the server gives page after page without an object");
	assert_int_equal(server_count(place.play->server, LIST), 1000);
	place_release(&place);
}

#define HUGE ((size_t)33 << 20) /* more than an answer may be */

/* Fewer are asked for when the answer is too large: the same page again. */
static void test_large_pages(void **state)
{
	struct server_route large = { .method = "GET", .path = WIDGETS "$", .times = 1 };
	struct place place;
	char *body = mem_alloc(HUGE);

	place_init(&place, state);
	memset(body, ' ', HUGE);
	large.answer.body = body;
	large.answer.body_len = HUGE;
	page(&place, "limit=500", SOME("\"continue\":\"n\"", "red", "u1"));
	page(&place, "continue=n", SOME("", "blue", "u2"));
	large.query = "continue=n";
	server_route(place.play->server, &large);
	free(body);
	place_answer(&place, "DELETE", "/apis/example.com/", 0, 200, SUCCESS);
	assert_int_equal(RUN(&place, "delete", "widget", "--all", "-n", "a"), 0);
	assert_int_equal(
		server_count(place.play->server, "GET " WIDGETS "?limit=500&continue=n"), 1);
	assert_int_equal(
		server_count(place.play->server, "GET " WIDGETS "?limit=250&continue=n"), 1);
	assert_int_equal(server_count(place.play->server, "DELETE "), 2);
	place_release(&place);
}

/* What selects nothing in particular is more likely a mistake than --all. */
static void test_nothing_selected(void **state)
{
	struct place place;

	place_init(&place, state);
	page(&place, "limit=500", SOME("", "red", "u1"));
	assert_int_equal(RUN(&place, "delete", "widget", "-n", "a", "-l", ""), 2);
	play_expect(place.play, "-l is empty, which selects everything");
	assert_int_equal(RUN(&place, "delete", "widget", "-A", "-l", " "), 2);
	assert_int_equal(server_count(place.play->server, LIST), 0);
	assert_int_equal(server_count(place.play->server, "DELETE "), 0);
	place_release(&place);
}

/* Without a uid it may be another object by the time the deletion arrives. */
static void test_unsaid_uid(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "GET", BLUE "$", 0, 200, "{\"metadata\":{\"name\":\"blue\"}}");
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 1);
	play_expect(place.play, "error: the server does not say the uid of \"blue\"");
	assert_int_equal(server_count(place.play->server, "DELETE "), 0);
	place_release(&place);
}

static void test_not_found(void **state)
{
	struct place place;

	place_init(&place, state);
	assert_int_equal(RUN(&place, "delete", "widget", "nosuch", "--ignore-not-found"), 0);
	screen_expect_not(place.play->screen, "found");
	assert_int_equal(RUN(&place, "delete", "widget", "nosuch"), 1);
	play_expect(place.play, "Error from server (NotFound)");
	place_release(&place);
}

static void test_deleted_by_file(void **state)
{
	struct place place;
	char *path;

	place_init(&place, state);
	path = place_file(&place,
		"apiVersion: example.com/v1\nkind: Widget\n"
		"metadata: {name: blue, namespace: a, labels: {x: yes1}}\n" WIDGET("v1", "nosuch"));
	place_answer(&place, "GET", BLUE "$", 0, 200, OBJECT);
	place_answer(&place, "DELETE", BLUE "$", 0, 200, SUCCESS);
	assert_int_equal(RUN(&place, "delete", "-f", path), 1);
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
	play_expect(
		place.play, "Error from server (NotFound): error when deleting \"/tmp/changing-");
	place_expect_sent(&place, "DELETE " BLUE, 1, OPTIONS_OF("u1"));
	assert_int_equal(RUN(&place, "delete", "-f", path, "-l", "x=yes1"), 0);
	assert_int_equal(RUN(&place, "delete", "-f", path, "-l", "x=no1"), 0);
	play_expect(place.play, "No resources found");
	assert_int_equal(server_count(place.play->server, "DELETE "), 2);
	place_drop(path);
	place_release(&place);
}

#define STAYS                                                                                      \
	"{\"kind\":\"Widget\",\"metadata\":{\"name\":\"blue\",\"uid\":\"u1\","                     \
	"\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"}}"

#define ANOTHER "{\"metadata\":{\"name\":\"blue\",\"uid\":\"u2\"}}"

/* Until nothing is there, or another object. */
static void test_waited_for(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "DELETE", BLUE "$", 0, 200, STAYS);
	place_answer(&place, "GET", BLUE "$", 2, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 0);
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 3);
	/* a server that is busy, somebody else's object */
	place_answer(&place, "GET", BLUE "$", 0, 200, ANOTHER);
	place_answer(&place, "GET", BLUE "$", 1, 503, FAILURE("503", "ServiceUnavailable", ""));
	place_answer(&place, "GET", BLUE "$", 1, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 0);
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 6);
	/* who may not read does not wait */
	place_answer(&place, "GET", BLUE "$", 0, 403, FAILURE("403", "Forbidden", ""));
	place_answer(&place, "GET", BLUE "$", 1, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 0);
	place_answer(&place, "GET", BLUE "$", 0, 200, STAYS);
	assert_int_equal(
		RUN(&place, "delete", "widget", "blue", "-n", "a", "--timeout", "100ms"), 1);
	play_expect(place.play, "error: timed out waiting for the condition on widgets/blue");
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a", "--wait=false"), 0);
	place_release(&place);
}

/* The server takes the question and never says a word. */
static void test_timeout_without_answer(void **state)
{
	struct server_route silent = {
		.method = "GET", .path = BLUE "$", .answer = { .silent = true }
	};
	struct place place;

	place_init(&place, state);
	place_answer(&place, "DELETE", BLUE "$", 0, 200, STAYS);
	server_route(place.play->server, &silent);
	place_answer(&place, "GET", BLUE "$", 1, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a", "--timeout=1s"), 1);
	play_expect(place.play, "error: timed out waiting for the condition on widgets/blue");
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 2);
	place_release(&place);
}

/* That does not pass: the server's words, and nothing is asked again. */
static void test_wait_is_refused(void **state)
{
	struct place place;

	place_init(&place, state);
	place_answer(&place, "DELETE", BLUE "$", 0, 200, STAYS);
	place_answer(&place, "GET", BLUE "$", 0, 500, FAILURE("500", "InternalError", ""));
	place_answer(&place, "GET", BLUE "$", 1, 200, STAYS);
	assert_int_equal(RUN(&place, "delete", "widget", "blue", "-n", "a"), 1);
	play_expect(place.play, "the words of the server");
	assert_int_equal(server_count(place.play->server, "GET " BLUE), 2);
	place_release(&place);
}

static size_t advance_until_looked(struct place *place, size_t looks)
{
	for (int n = 0; server_count(place->play->server, "GET " BLUE) < looks; n++) {
		assert_true(n < 100);
		screen_advance(place->play->screen, PLAY_S / 2);
	}
	return server_wait(place->play->server, "GET " BLUE, looks);
}

/* Between two looks nobody is there, for longer than a request waits. */
static void test_outage_is_waited_out(void **state)
{
	static const char *const args[] = { "delete", "widget", "blue", "-n", "a", NULL };
	struct server_route last = {
		.method = "GET", .path = BLUE "$", .answer = { .stream = true, .body = ANOTHER }
	};
	struct place place;
	size_t number;

	place_init(&place, state);
	place_answer(&place, NULL, BLUE "$", 0, 200, STAYS);
	play_start(place.play, 40, 150, &(struct screen_options){ .args = args, .clock = true });
	assert_int_not_equal(server_wait(place.play->server, "GET /version", 1), 0);
	advance_until_looked(&place, 3);
	server_route(place.play->server, &last);
	server_down(place.play->server);
	for (int i = 0; i < 40; i++)
		screen_advance(place.play->screen, PLAY_S);
	server_up(place.play->server);
	number = advance_until_looked(&place, 4);
	server_end(place.play->server, number);
	assert_int_equal(screen_wait_exit(place.play->screen), 0);
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
	place_release(&place);
}

static void test_wait_is_interrupted(void **state)
{
	static const char *const args[] = { "delete", "widget", "blue", "-n", "a", NULL };
	struct place place;

	place_init(&place, state);
	place_answer(&place, NULL, BLUE "$", 0, 200, STAYS);
	play_start(place.play, 40, 150, &(struct screen_options){ .args = args });
	assert_int_not_equal(server_wait(place.play->server, "GET " BLUE, 3), 0);
	assert_int_equal(screen_kill(place.play->screen, SIGINT), 128 + SIGINT);
	play_expect(place.play, "widget.example.com \"blue\" deleted from a namespace");
	place_release(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		play_test(test_deletions),
		play_test(test_selected),
		play_test(test_nothing_selected),
		play_test(test_unsaid_uid),
		play_test(test_unnamed),
		play_test(test_empty_pages),
		play_test(test_large_pages),
		play_test(test_not_found),
		play_test(test_deleted_by_file),
		play_test(test_waited_for),
		play_test(test_timeout_without_answer),
		play_test(test_wait_is_refused),
		play_test(test_outage_is_waited_out),
		play_test(test_wait_is_interrupted),
	};

	return cmocka_run_group_tests_name("deleting", tests, NULL, NULL);
}
