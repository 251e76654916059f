/* What servers say instead of what was asked, and what objects can look like. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/framer.h"

#define LISTED(rv, items)                                                                          \
	"{\"kind\":\"WidgetList\",\"metadata\":{\"resourceVersion\":\"" rv "\"},\"items\":[" items \
	"]}"

static const struct scene_options by_pages = { .pages = true };

/* Widgets with a/x@11, and another kind that must not suffer. */
static struct collection *open_two(struct scene *sc, const struct scene_options *options)
{
	struct collection *c;

	scene_open(sc, options);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	collection_put(world_kind(sc->world, "others"), "a", "o", NULL, NULL);
	return c;
}

/* Moves on until the widgets are synced; no longer than that. */
static void recover(struct scene *sc, int seconds)
{
	scene_drive_state(sc, "widgets", KIND_SYNCED, seconds);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
}

/* ---- who may not ---- */

static void test_forbidden_kind(void **state)
{
	struct scene *sc = *state;

	open_two(sc, &by_pages);
	scene_refuse(sc, WIDGETS, NULL, 1, 403, "Forbidden",
		"widgets.example.com is forbidden: User \\\"u\\\" cannot list resource");
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FORBIDDEN, "cannot list resource");
	scene_wait_state(sc, "others", KIND_SYNCED, "");
	scene_let_stand(sc);
	advance(297 * CLOCK_S);
	assert_int_equal(server_count(sc->server, "/widgets"), 1);
	advance(CLOCK_S);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
}

static void test_forbidden_watch_is_polled(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_two(sc, &by_pages);

	scene_refuse(sc, WIDGETS, "watch=true", 2, 403, "Forbidden", "cannot watch resource");
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_POLLING, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
	collection_put(c, "a", "y", NULL, NULL);
	collection_delete(c, "a", "x");
	advance(24 * CLOCK_S);
	scene_wait_rows(sc, "widgets", "a/x@11");
	advance(12 * CLOCK_S);
	scene_wait_log(sc, "RELIST !-a/x@11 !+a/y@12");
	scene_wait_state(sc, "widgets", KIND_POLLING, "");
	assert_int_equal(server_count(sc->server, "/widgets?watch"), 1);
	/* Now and then it is tried whether watching is allowed: not yet; now. */
	for (int i = 0; i < 8; i++)
		advance(50 * CLOCK_S);
	scene_advance_asked(sc, "/widgets?watch", 2);
	advance(0);
	scene_wait_state(sc, "widgets", KIND_POLLING, "");
	scene_drive_state(sc, "widgets", KIND_SYNCED, 900);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	collection_put(c, "a", "z", NULL, NULL);
	scene_wait_rows(sc, "widgets", "a/y@12 a/z@14");
	assert_int_equal(server_count(sc->server, "/widgets?watch"), 3);
}

static bool has_problem(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	return root->problem && strstr(root->problem, arg);
}

static bool has_no_problem(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	return !root->problem && root->kinds_known;
}

static void refused_everywhere(struct scene *sc, int code, const char *reason, const char *text)
{
	open_two(sc, NULL);
	scene_refuse(sc, "/", NULL, 6, code, reason, "all of it");
	scene_start(sc, NULL);
	scene_wait(sc, has_problem, (void *)text, "the problem");
	scene_wait_link(sc, LINK_LIVE);
	scene_drive_state(sc, "widgets", KIND_SYNCED, 1000);
	scene_wait(sc, has_no_problem, NULL, "the problem to go");
	scene_wait_kinds(sc, 2);
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_close(sc);
}

static void test_refused_everywhere(void **state)
{
	refused_everywhere(*state, 403, "Forbidden", "all of it");
	refused_everywhere(*state, 401, "Unauthorized", "You must be logged in");
}

/* ---- not now ---- */

/* A date says no seconds: as if nothing had been asked for (client-go, too). */
static void test_too_many_until_a_date(void **state)
{
	struct scene *sc = *state;

	open_two(sc, &by_pages);
	scene_answer(sc, WIDGETS, NULL, 1,
		&(struct server_answer){ .status = 429,
			.headers = "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT\n",
			.body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"busy\","
				"\"reason\":\"TooManyRequests\",\"code\":429}" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "busy");
	advance(800 * CLOCK_MS - 1);
	assert_int_equal(server_count(sc->server, "/widgets"), 1);
	advance(800 * CLOCK_MS);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

static void test_too_many(void **state)
{
	struct scene *sc = *state;

	open_two(sc, &by_pages);
	scene_answer(sc, WIDGETS, NULL, 1,
		&(struct server_answer){ .status = 429,
			.headers = "Retry-After: 7\n",
			.body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"busy\","
				"\"reason\":\"TooManyRequests\",\"code\":429}" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "busy");
	advance(7 * CLOCK_S - 1);
	assert_int_equal(server_count(sc->server, "/widgets"), 1);
	advance(1);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
}

static void initializing(struct scene *sc, size_t times, const char *headers)
{
	open_two(sc, &by_pages);
	scene_answer(sc, WIDGETS, NULL, times,
		&(struct server_answer){ .status = 429,
			.headers = headers,
			.body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"storage is "
				"(re)initializing\",\"reason\":\"TooManyRequests\",\"code\":429}" });
	scene_start(sc, NULL);
	scene_asked(sc, "/widgets", 1);
	for (int i = 0; i < 9; i++) {
		advance(CLOCK_S);
		scene_wait_state(sc, "widgets", KIND_LISTING, "");
	}
	recover(sc, 60);
	scene_close(sc);
}

static void test_initializing_is_hushed(void **state)
{
	initializing(*state, 8, "Retry-After: 30\n");
	initializing(*state, 8, "Retry-After: 2\n");
	initializing(*state, 12, NULL);
}

/* ---- no list ---- */

static void no_list(struct scene *sc, const struct server_answer *answer, const char *message)
{
	for (int pages = 1; pages >= 0; pages--) {
		struct scene_options options = { .pages = pages };

		open_two(sc, &options);
		scene_answer(sc, WIDGETS, NULL, 3, answer);
		scene_start(sc, NULL);
		scene_drive_state(sc, "widgets", KIND_FAILING, 5);
		scene_wait_state(sc, "widgets", KIND_FAILING, message);
		scene_wait_state(sc, "others", KIND_SYNCED, "");
		recover(sc, 15);
		scene_wait_link(sc, LINK_LIVE);
		scene_close(sc);
	}
}

static void test_html(void **state)
{
	no_list(*state,
		&(struct server_answer){ .body = "<html><body>Please log in</body></html>",
			.headers = "Content-Type: text/html\n" },
		"unexpected '<'");
}

static void test_empty_answer(void **state)
{
	no_list(*state, &(struct server_answer){ .body = "" }, "ends early");
}

static void test_half_an_answer(void **state)
{
	no_list(*state, &(struct server_answer){ .body = "{\"kind\":\"WidgetList\",\"items\":[{" },
		NULL);
	no_list(*state,
		&(struct server_answer){ .cut = true,
			.body = "{\"kind\":\"WidgetList\",\"metadata\":{\"resourceVersion\":\"9\"},"
				"\"items\":[" OBJECT("x", "9") "," },
		NULL);
	no_list(*state, &(struct server_answer){ .body = LISTED("9", "") "garbage" }, NULL);
	no_list(*state, &(struct server_answer){ .body = "[1,2,3]" }, "unexpected '['");
}

/* Events that never come to an end are not asked for in a hot loop. */
static void test_stream_that_never_ends_its_list(void **state)
{
	struct scene *sc = *state;
	size_t asked;

	open_two(sc, NULL);
	scene_answer(sc, WIDGETS, "sendInitialEvents", 0,
		&(struct server_answer){ .body = EVENT("ADDED", OBJECT("ghost", "5")) });
	scene_start(sc, NULL);
	scene_wait_state(sc, "others", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/ghost@5");
	advance(0);
	asked = server_count(sc->server, "/widgets");
	assert_in_range(asked, 1, 3);
	recover(sc, 10);
}

static char *nested(size_t depth)
{
	struct buf out = BUF_INIT((size_t)1 << 20);

	for (size_t i = 0; i < depth; i++)
		buf_addz(&out, "{\"a\":");
	buf_addz(&out, "1");
	for (size_t i = 0; i < depth; i++)
		buf_addz(&out, "}");
	return buf_take(&out);
}

static void test_nesting(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_two(sc, NULL);
	char *deep = nested(3000), *too_deep = nested(11000), *rest;

	rest = mem_printf(",\"spec\":%s", deep);
	collection_put(c, "a", "deep", NULL, rest);
	free(rest);
	rest = mem_printf("{\"kind\":\"WidgetList\",\"items\":[%s]}", too_deep);
	scene_answer(sc, WIDGETS, NULL, 1, &(struct server_answer){ .body = rest });
	free(rest);
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "nested too deep");
	scene_drive_state(sc, "widgets", KIND_SYNCED, 5);
	scene_wait_rows(sc, "widgets", "a/deep@12 a/x@11");
	rest = scene_text(sc, "widgets", "a", "deep");
	assert_non_null(strstr(rest, deep));
	free(rest);
	free(deep);
	free(too_deep);
}

static char *spec_of(size_t size)
{
	struct buf out = BUF_INIT((size_t)64 << 20);

	buf_addz(&out, ",\"spec\":{\"t\":\"");
	while (out.len < size)
		buf_addz(&out, "0123456789abcdef0123456789abcdef");
	buf_addz(&out, "\"}");
	return buf_take(&out);
}

static void test_large_objects(void **state)
{
	struct scene *sc = *state;

	for (int pages = 0; pages < 2; pages++) {
		struct scene_options options = { .pages = pages };
		struct collection *c = open_two(sc, &options);
		char *rest = spec_of(1536 << 10), *text;

		collection_put(c, "a", "large", NULL, rest);
		free(rest);
		scene_start(sc, NULL);
		scene_wait_rows(sc, "widgets", "a/large@12 a/x@11");
		text = scene_text(sc, "widgets", "a", "large");
		assert_string_equal(text, collection_find(c, "a", "large"));
		free(text);
		/* One over the ceiling, and the kind says so; the others do not care. */
		rest = spec_of(FRAMER_OBJECT_MAX + 100);
		collection_put(world_add(sc->world, "giants", "v1"), "a", "g", NULL, rest);
		world_crd(sc->world, &(struct crd_text){ .plural = "giants" });
		free(rest);
		scene_drive_state(sc, "giants", KIND_FAILING, 5);
		scene_wait_state(sc, "giants", KIND_FAILING, "larger than 16 MiB");
		scene_wait_state(sc, "widgets", KIND_SYNCED, "");
		scene_close(sc);
	}
}

static void test_token_loop(void **state)
{
	struct scene *sc = *state;

	open_two(sc, &by_pages);
	scene_answer(sc, WIDGETS, "limit=", 2,
		&(struct server_answer){
			.body = "{\"kind\":\"WidgetList\",\"metadata\":{\"resourceVersion\":\"9\","
				"\"continue\":\"again\"},\"items\":[]}" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "same continue token");
	recover(sc, 4);
}

/* ---- objects that look odd ---- */

static void test_items_inside(void **state)
{
	struct scene *sc = *state;
	static const char odd[] =
		",\"items\":[{\"metadata\":{\"name\":\"no\"}},2],\"spec\":{\"items\":"
		"[[{\"items\":[]}]]}";

	for (int pages = 0; pages < 2; pages++) {
		struct scene_options options = { .pages = pages };
		struct collection *c = open_two(sc, &options);
		char *text;

		collection_put(c, "a", "odd", NULL, odd);
		scene_start(sc, NULL);
		scene_wait_rows(sc, "widgets", "a/odd@12 a/x@11");
		collection_put(c, "a", "odder", NULL, odd);
		scene_wait_rows(sc, "widgets", "a/odd@12 a/odder@13 a/x@11");
		text = scene_text(sc, "widgets", "a", "odd");
		assert_string_equal(text, collection_find(c, "a", "odd"));
		free(text);
		scene_close(sc);
	}
}

static void test_envelope_with_items_inside(void **state)
{
	struct scene *sc = *state;

	open_two(sc, &by_pages);
	scene_answer(sc, WIDGETS, "limit=", 1,
		&(struct server_answer){
			.body = "{\"other\":{\"items\":[{\"metadata\":{\"name\":\"no\"}}]},\"items\":[" OBJECT(
				"x",
				"11") "],\"metadata\":{\"x\":{\"items\":[1]},"
				      "\"resourceVersion\":\"11\"},\"kind\":\"WidgetList\"}" });
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 2);
	scene_wait_rows(sc, "widgets", "a/x@11");
}

static void test_names(void **state)
{
	struct scene *sc = *state;
	char longest[254], *want;

	memset(longest, 'n', 253);
	longest[253] = '\0';
	for (int pages = 0; pages < 2; pages++) {
		struct scene_options options = { .pages = pages };
		struct collection *c = open_two(sc, &options);

		collection_put(c, "a", longest, NULL, NULL);
		collection_put(c, "a", "y\\u001b[2J\\n", NULL, NULL);
		want = mem_printf("a/%s@12 a/x@11 a/y\033[2J\n@13", longest);
		scene_start(sc, NULL);
		scene_wait_rows(sc, "widgets", want);
		collection_delete(c, "a", longest);
		scene_wait_rows(sc, "widgets", "a/x@11 a/y\033[2J\n@13");
		free(want);
		scene_close(sc);
	}
}

/* They hide no other object; showing them is for whoever draws. */
static void test_control_bytes(void **state)
{
	struct scene *sc = *state;

	open_two(sc, &by_pages);
	scene_answer(sc, WIDGETS, "limit=", 1,
		&(struct server_answer){
			.body = LISTED("11",
				"{\"metadata\":{\"name\":\"b\033[2J\",\"resourceVersion\":"
				"\"3\"}}," OBJECT("x", "11") ",{\"metadata\":{}},{}") });
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 2);
	scene_wait_rows(sc, "widgets", "/b\033[2J@3 a/x@11");
}

/* ---- many kinds ---- */

static void many_kinds(struct scene *sc, unsigned n, const struct scene_options *options)
{
	size_t limit = (n + 1 + 79) / 80 + 1; /* of watches, and one for what is short */

	scene_open(sc, options);
	for (unsigned i = 0; i < n; i++) {
		char *plural = mem_printf("k%03us", i);

		collection_put(world_kind(sc->world, plural), "a", "x", NULL, NULL);
		free(plural);
	}
	scene_start(sc, NULL);
	scene_wait_kinds(sc, n);
	scene_let_stand(sc);
	assert_int_equal(scene_watches(sc), n + 1);
	assert_in_range(server_connections(sc->server), 1, limit);
	scene_close(sc);
}

static void test_case_49_many_kinds(void **state)
{
	many_kinds(*state, 200, &(struct scene_options){ .wire = WIRE_HTTP2 });
	many_kinds(*state, 200, &(struct scene_options){ .wire = WIRE_HTTP2, .pages = true });
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_forbidden_kind),
		scene_test(test_forbidden_watch_is_polled),
		scene_test(test_refused_everywhere),
		scene_test(test_too_many),
		scene_test(test_too_many_until_a_date),
		scene_test(test_initializing_is_hushed),
		scene_test(test_html),
		scene_test(test_empty_answer),
		scene_test(test_half_an_answer),
		scene_test(test_stream_that_never_ends_its_list),
		scene_test(test_nesting),
		scene_test(test_large_objects),
		scene_test(test_token_loop),
		scene_test(test_items_inside),
		scene_test(test_envelope_with_items_inside),
		scene_test(test_names),
		scene_test(test_control_bytes),
		scene_test(test_case_49_many_kinds),
	};

	return cmocka_run_group_tests_name(
		"errors", tests, scene_group_setup, scene_group_teardown);
}
