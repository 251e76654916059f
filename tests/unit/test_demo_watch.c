/* The embedded cluster's watches: frames, selectors, bookmarks, what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advance.h"
#include "base/clock.h"
#include "base/mem.h"
#include "demo/serve.h"
#include "demo/store.h"
#include "demo/watch.h"

#define CRDS	"/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
#define WIDGETS "/apis/shop.example/v1/namespaces/apps/widgets"

static struct demo_server *server;
static struct demo_answer answer;
static struct demo_answer watching;
static struct buf frames = BUF_INIT((size_t)1 << 20);
static int news;

static int ask(const char *method, const char *path, const char *query, const char *body)
{
	struct demo_request request = {
		.method = method,
		.path = path,
		.query = query,
		.content_type = strcmp(method, "PATCH") == 0 ? "application/merge-patch+json"
							     : "application/json",
		.body = str_of(body),
	};

	demo_answer_release(&answer);
	demo_serve(server, &request, &answer);
	return answer.code;
}

static const char widget_crd[] =
	"{\"metadata\":{\"name\":\"widgets.shop.example\"},\"spec\":{\"group\":\"shop.example\","
	"\"scope\":\"Namespaced\",\"names\":{\"plural\":\"widgets\",\"kind\":\"Widget\"},"
	"\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true}]}}";

static int set_up(void **state)
{
	(void)state;
	server = demo_server_new(1);
	ask("POST", "/api/v1/namespaces", NULL, "{\"metadata\":{\"name\":\"apps\"}}");
	return ask("POST", CRDS, NULL, widget_crd) == 201 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	demo_answer_release(&watching);
	demo_answer_release(&answer);
	buf_release(&frames);
	demo_server_free(server);
	return 0;
}

static void put(const char *name, const char *labels)
{
	char *body = mem_printf("{\"metadata\":{\"name\":\"%s\",\"labels\":{%s}}}", name, labels);
	char *path = mem_printf(WIDGETS "/%s", name);

	if (ask("PATCH", path, NULL, body) == 404)
		assert_int_equal(ask("POST", WIDGETS, NULL, body), 201);
	free(path);
	free(body);
}

static void count_news(void *arg)
{
	(*(int *)arg)++;
}

static void watch(const char *query)
{
	char *text = mem_printf("watch=true&%s", query);
	struct demo_request request = { .method = "GET", .path = WIDGETS, .query = text };

	demo_serve(server, &request, &watching);
	assert_non_null(watching.watch);
	news = 0;
	demo_watch_on_news(watching.watch, count_news, &news);
	free(text);
}

/* What is read next: each frame's type and name, "ADDED one, MODIFIED one". */
static bool assert_read(const char *wanted)
{
	struct buf said = BUF_INIT(4096);
	struct str rest, line;
	bool more;

	buf_reset(&frames);
	more = demo_watch_read(watching.watch, (size_t)1 << 16, &frames);
	rest = buf_str(&frames);
	while (rest.len > 0) {
		char *text;
		const char *type, *name;

		line = str_cut(&rest, '\n');
		text = str_dup(line);
		type = strstr(text, "\"type\":\"") + 8;
		name = strstr(text, "\"name\":\"");
		buf_addf(&said, "%s%.*s%s%.*s", said.len ? ", " : "", (int)strcspn(type, "\""),
			type, name ? " " : "", name ? (int)strcspn(name + 8, "\"") : 0,
			name ? name + 8 : "");
		free(text);
	}
	assert_string_equal(buf_text(&said), wanted);
	buf_release(&said);
	return more;
}

static void assert_frames_have(const char *text)
{
	if (!strstr(buf_text(&frames), text))
		fail_msg("no %s in %s", text, buf_text(&frames));
}

static void test_changes(void **state)
{
	(void)state;
	put("one", "");
	watch("resourceVersion=0");
	assert_read("ADDED one");
	assert_read("");
	put("one", "\"a\":\"b\"");
	put("two", "");
	assert_int_equal(news, 1);
	assert_read("MODIFIED one, ADDED two");
	ask("DELETE", WIDGETS "/one", NULL, NULL);
	assert_int_equal(news, 2);
	assert_read("DELETED one");
}

static void test_from_a_version(void **state)
{
	(void)state;
	put("one", "");
	put("two", "");
	/* Namespace, CRD, one, two. */
	watch("resourceVersion=3");
	assert_read("ADDED two");
}

static void test_selectors_bring_in_and_take_out(void **state)
{
	(void)state;
	put("one", "");
	watch("resourceVersion=3&labelSelector=a%3Db");
	assert_read("");
	put("one", "\"a\":\"b\"");
	assert_read("ADDED one");
	put("one", "\"a\":\"c\"");
	assert_read("DELETED one");
	put("one", "\"a\":\"d\"");
	assert_read("");
}

static void test_streaming_list(void **state)
{
	(void)state;
	put("one", "");
	put("two", "");
	watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
	/* The objects are of the moment at which they were asked for. */
	put("one", "\"a\":\"b\"");
	assert_read("ADDED one, ADDED two, BOOKMARK, MODIFIED one");
	assert_frames_have("\"k8s.io/initial-events-end\":\"true\"");
	assert_frames_have("\"resourceVersion\":\"4\",\"annotations\"");
}

static void test_bookmarks_and_the_end(void **state)
{
	(void)state;
	put("one", "");
	watch("resourceVersion=3&allowWatchBookmarks=true&timeoutSeconds=90");
	assert_read("");
	assert_true(demo_watch_next(watching.watch) == clock_now() + 60 * CLOCK_S);
	advance(60 * CLOCK_S);
	assert_true(assert_read("BOOKMARK"));
	assert_true(demo_watch_next(watching.watch) == clock_now() + 30 * CLOCK_S);
	advance(30 * CLOCK_S);
	assert_false(assert_read("BOOKMARK"));
}

static void test_what_is_forgotten_is_gone(void **state)
{
	(void)state;
	put("one", "");
	put("one", "\"a\":\"b\"");
	demo_store_expire(server->store, true);
	watch("resourceVersion=3");
	assert_false(assert_read("ERROR"));
	assert_frames_have("\"code\":410");
	assert_frames_have("too old resource version: 3 (4)");
}

static void test_records_live_a_minute(void **state)
{
	(void)state;
	put("one", "");
	advance(61 * CLOCK_S);
	demo_store_expire(server->store, false);
	watch("resourceVersion=2");
	assert_false(assert_read("ERROR"));
}

static void test_a_kind_goes(void **state)
{
	(void)state;
	put("one", "");
	watch("resourceVersion=0");
	assert_read("ADDED one");
	ask("DELETE", CRDS "/widgets.shop.example", NULL, NULL);
	assert_true(news > 0);
	assert_false(assert_read("DELETED one"));
}

static void test_a_crd_that_changes_ends_watches(void **state)
{
	(void)state;
	put("one", "");
	watch("resourceVersion=0");
	assert_int_equal(ask("PATCH", CRDS "/widgets.shop.example", NULL,
				 "{\"spec\":{\"names\":{\"shortNames\":[\"w\"]}}}"),
		200);
	assert_false(assert_read("ADDED one"));
}

static void test_bad_watches(void **state)
{
	static const char *const bad[] = { "watch=1&sendInitialEvents=true",
		"watch=1&resourceVersion=1&resourceVersionMatch=NotOlderThan" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(ask("GET", WIDGETS, bad[i], NULL), 422);
}

static void test_order_and_paging_of_the_store(void **state)
{
	static const char *const names[] = { "c", "a", "b" };
	struct demo_store *store = demo_store_new();
	struct demo_table *table = demo_store_table(store, STR("g"), STR("p"));
	const struct demo_object *at;
	struct buf seen = BUF_INIT(100);

	(void)state;
	for (size_t ns = 3; ns-- > 0;) {
		for (size_t i = 0; i < 3; i++) {
			struct demo_version_of of = { str_of(names[ns]), str_of(names[i]), STR("u"),
				demo_store_next_rv(store) };

			demo_table_put(table, &of, demo_text_new(STR("{}")));
		}
	}
	assert_int_equal(demo_table_count(table), 9);
	for (at = demo_table_after(table, str_make(NULL, 0), STR(""), STR("")); at;
		at = demo_table_after(table, str_make(NULL, 0), str_of(at->ns), str_of(at->name)))
		buf_addf(&seen, "%s%s ", at->ns, at->name);
	assert_string_equal(buf_text(&seen), "aa ab ac ba bb bc ca cb cc ");
	at = demo_table_after(table, STR("b"), STR("b"), STR("a"));
	assert_string_equal(at->name, "b");
	assert_null(demo_table_after(table, STR("b"), STR("b"), STR("c")));
	assert_null(demo_table_find(table, STR("b"), STR("d")));
	buf_release(&seen);
	demo_store_free(store);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static int stop_clock(void **state)
{
	(void)state;
	advance_init();
	return 0;
}

static int let_clock_go(void **state)
{
	(void)state;
	advance_release();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_changes),
		TEST(test_from_a_version),
		TEST(test_selectors_bring_in_and_take_out),
		TEST(test_streaming_list),
		TEST(test_bookmarks_and_the_end),
		TEST(test_what_is_forgotten_is_gone),
		TEST(test_records_live_a_minute),
		TEST(test_a_kind_goes),
		TEST(test_a_crd_that_changes_ends_watches),
		TEST(test_bad_watches),
		TEST(test_order_and_paging_of_the_store),
	};

	return cmocka_run_group_tests_name("demo_watch", tests, stop_clock, let_clock_go);
}
