/* How a store comes to be like the server's: lists by pages and as streams. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct scene_options by_pages = { .pages = true };
static const struct scene_options by_stream = { .pages = false };

/* A server with widgets, and nothing asked for yet. */
static struct collection *open_widgets(struct scene *sc, const struct scene_options *options)
{
	scene_open(sc, options);
	return world_kind(sc->world, "widgets");
}

static void start_synced(struct scene *sc)
{
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
}

static void fill(struct collection *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *name = mem_printf("w-%04zu", i);

		collection_put(c, i % 2 ? "a" : "b", name, NULL, ",\"spec\":{\"n\":1}");
		free(name);
	}
}

static char *rows_of_big_list(struct scene *sc, const struct scene_options *options)
{
	struct collection *c = open_widgets(sc, options);
	char *rows;

	fill(c, 1201);
	start_synced(sc);
	rows = scene_rows(sc, "widgets");
	assert_int_equal(scene_streams(sc, "widgets"), options->pages ? 0 : 1);
	assert_int_equal(scene_lists(sc, "widgets"), options->pages ? 3 : 0);
	scene_close(sc);
	return rows;
}

static void test_pages_and_stream_give_the_same(void **state)
{
	char *pages = rows_of_big_list(*state, &by_pages);
	char *stream = rows_of_big_list(*state, &by_stream);

	assert_string_equal(pages, stream);
	assert_int_equal(strncmp(pages, "a/w-0001@12 a/w-0003@14 ", 24), 0);
	free(pages);
	free(stream);
}

static void test_case_1_empty_list(void **state)
{
	static const char list[] =
		"{\"kind\":\"WidgetList\",\"metadata\":{\"resourceVersion\":\"5\"},\"items\":null}";
	struct scene *sc = *state;

	open_widgets(sc, &by_pages);
	scene_answer(sc, WIDGETS, "limit=500", 0, &(struct server_answer){ .body = list });
	scene_answer(sc, WIDGETS, "watch=true", 0,
		&(struct server_answer){ .body = "", .stream = true });
	start_synced(sc);
	scene_wait_rows(sc, "widgets", "");
	assert_true(scene_target_has(
		sc, scene_asked(sc, "/widgets?watch=true", 1), "resourceVersion=5"));
	scene_close(sc);
}

static void test_case_2_pages(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, &by_pages);

	fill(c, 1201);
	start_synced(sc);
	scene_wait_count(sc, "widgets", 1201);
	assert_false(scene_target_has(sc, scene_asked(sc, "/widgets?limit=500", 1), "continue"));
	for (size_t page = 2; page <= 3; page++) {
		size_t n = scene_asked(sc, "/widgets?limit=500", page);

		assert_true(scene_target_has(sc, n, "continue=1211."));
		assert_false(scene_target_has(sc, n, "resourceVersion"));
	}
	assert_true(scene_target_has(
		sc, scene_asked(sc, "/widgets?watch=true", 1), "resourceVersion=1211"));
	scene_close(sc);
}

static void test_case_3_token_expired(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, &by_pages);

	fill(c, 1201);
	scene_refuse(sc, WIDGETS, "continue=", 1, 410, "Expired", "the token is too old");
	start_synced(sc);
	scene_wait_count(sc, "widgets", 1201);
	/* The first page, the token that was refused, all in one, and the watch. */
	scene_asked(sc, "/widgets?watch=true", 1);
	assert_int_equal(server_count(sc->server, "/widgets?limit=500"), 2);
	assert_int_equal(server_count(sc->server, "/widgets"), 4);
	scene_wait_log(sc, "");
	scene_close(sc);
}

static void test_rows_while_the_list_runs(void **state)
{
	struct scene *sc = *state;
	size_t n;

	open_widgets(sc, &by_pages);
	scene_answer(sc, WIDGETS, "limit=500", 1,
		&(struct server_answer){ .stream = true, .body = "{\"kind\":\"WidgetList\"," });
	scene_start(sc, NULL);
	n = scene_asked(sc, "/widgets?limit=500", 1);
	server_pushz(sc->server, n, "\"metadata\":{\"resourceVersion\":\"12\"},\"items\":[");
	server_pushz(sc->server, n, OBJECT("x", "11") "," OBJECT("y", "12"));
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	assert_int_equal(scene_state(sc, "widgets"), KIND_LISTING);
	server_pushz(sc->server, n, "," OBJECT("b", "9"));
	scene_wait_rows(sc, "widgets", "a/b@9 a/x@11 a/y@12");
	server_pushz(sc->server, n, "]}");
	server_end(sc->server, n);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/b@9 a/x@11 a/y@12");
	scene_wait_log(sc, "");
	scene_close(sc);
}

static void test_case_35_36_streaming(void **state)
{
	struct scene *sc = *state;
	size_t n;

	open_widgets(sc, &by_stream);
	scene_answer(sc, WIDGETS, "sendInitialEvents=true", 0,
		&(struct server_answer){ .stream = true, .body = "" });
	scene_start(sc, NULL);
	n = scene_asked(sc, "/widgets?watch=true", 1);
	server_pushz(sc->server, n, EVENT("ADDED", OBJECT("x", "5")) BOOKMARK("7", ""));
	server_pushz(sc->server, n, EVENT("ADDED", OBJECT("y", "3")));
	scene_wait_rows(sc, "widgets", "a/x@5 a/y@3");
	assert_int_equal(scene_state(sc, "widgets"), KIND_LISTING);
	server_pushz(sc->server, n, EVENT("ADDED", OBJECT("z", "4")) BOOKMARK("9", END_MARK));
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	server_pushz(sc->server, n, EVENT("MODIFIED", OBJECT("y", "10")));
	scene_wait_rows(sc, "widgets", "a/x@5 a/y@10 a/z@4");
	scene_wait_log(sc, "~a/y@10");
	assert_int_equal(server_count(sc->server, "/widgets"), 1);
	scene_close(sc);
}

static void test_case_37_streaming_refused(void **state)
{
	struct scene *sc = *state;

	open_widgets(sc, &by_pages);
	world_kind(sc->world, "gadgets");
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 2);
	world_kind(sc->world, "gizmos");
	scene_wait_kinds(sc, 3);
	/* Only the first, which is the CRDs' own, tried. */
	assert_int_equal(scene_streams(sc, "customresourcedefinitions"), 1);
	assert_int_equal(scene_streams(sc, "widgets"), 0);
	assert_int_equal(scene_streams(sc, "gadgets"), 0);
	assert_int_equal(scene_streams(sc, "gizmos"), 0);
	scene_close(sc);
}

static void test_case_38_streaming_ignored(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, &by_stream);

	collection_put(c, "a", "x", NULL, NULL);
	scene_answer(sc, WIDGETS, "sendInitialEvents=true", 0,
		&(struct server_answer){ .stream = true, .body = "" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_LISTING, NULL);
	scene_asked(sc, "/widgets?watch=true", 1);
	assert_int_equal(scene_lists(sc, "widgets"), 0);
	scene_advance_asked(sc, "/widgets?limit=500", 1);
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_close(sc);
}

static void missed_changes(struct scene *sc, const struct scene_options *options)
{
	struct collection *c = open_widgets(sc, options);

	collection_put(c, "a", "x", NULL, NULL);
	collection_put(c, "a", "y", NULL, NULL);
	collection_put(c, "a", "z", NULL, NULL);
	start_synced(sc);
	collection_watch(c, 1);
	scene_let_stand(sc);
	collection_hush(c, true);
	collection_delete(c, "a", "x");
	collection_put(c, "a", "y", "another", NULL);
	collection_put(c, "a", "w", NULL, NULL);
	collection_put(c, "a", "q", NULL, NULL);
	collection_put(c, "a", "q", NULL, NULL);
	collection_compact(c);
	collection_hush(c, false);
	collection_end(c);
	scene_advance_asked(sc,
		options->pages ? "/widgets?resourceVersion=13&"
			       : "&resourceVersionMatch=NotOlderThan&"
				 "resourceVersion=13",
		1);
	scene_wait_log(sc, "RELIST !-a/x@11 !-a/y@12 !+a/y@15 !+a/w@16 !+a/q@18");
	scene_wait_rows(sc, "widgets", "a/q@18 a/w@16 a/y@15 a/z@13");
	/* And on from there. */
	collection_put(c, "a", "q", NULL, NULL);
	scene_wait_log(sc, "~a/q@19");
	scene_close(sc);
}

static void test_case_9_10_missed_changes_by_pages(void **state)
{
	missed_changes(*state, &by_pages);
}

static void test_case_9_10_missed_changes_by_stream(void **state)
{
	missed_changes(*state, &by_stream);
}

static void test_case_13_status_as_200(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, &by_pages);

	collection_put(c, "a", "x", NULL, NULL);
	scene_answer(sc, WIDGETS, "limit=500", 1,
		&(struct server_answer){
			.body = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
				"\"message\":\"etcd is on holiday\",\"code\":500}" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "etcd is on holiday");
	scene_wait_rows(sc, "widgets", "");
	advance(1600 * CLOCK_MS);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_rows(sc, "widgets", "a/x@11");
	scene_close(sc);
}

static void test_case_14_other_kind(void **state)
{
	struct scene *sc = *state;

	open_widgets(sc, &by_pages);
	scene_answer(sc, WIDGETS, "limit=500", 1,
		&(struct server_answer){
			.body = "{\"kind\":\"Table\",\"metadata\":{\"resourceVersion\":\"5\"},"
				"\"rows\":[]}" });
	scene_start(sc, NULL);
	scene_wait_state(sc, "widgets", KIND_FAILING, "unsupported list");
	advance(1600 * CLOCK_MS);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_close(sc);
}

static void test_case_31_32_events(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, &by_pages);
	size_t n;

	collection_put(c, "a", "x", "u-x", NULL);
	start_synced(sc);
	n = collection_watch(c, 1);
	n = scene_asked(sc, "/widgets?watch=true", 1);
	server_pushz(sc->server, n, EVENT("MODIFIED", OBJECT("new", "12")));
	server_pushz(sc->server, n, EVENT("ADDED", OBJECT("x", "13")));
	scene_wait_rows(sc, "widgets", "a/new@12 a/x@13");
	/* What leaves a selection comes as DELETED, with what it was before. */
	server_pushz(sc->server, n,
		EVENT("DELETED", "{\"metadata\":{\"namespace\":\"a\",\"name\":\"new\",\"uid\":"
				 "\"u-new\",\"labels\":{\"app\":\"old\"},"
				 "\"resourceVersion\":\"14\"}}"));
	server_pushz(sc->server, n, EVENT("DELETED", OBJECT("nobody", "15")));
	scene_wait_log(sc, "+a/new@12 ~a/x@13 -a/new@14");
	scene_wait_rows(sc, "widgets", "a/x@13");
	scene_let_stand(sc);
	server_end(sc->server, n);
	n = scene_asked(sc, "/widgets?watch=true", 2);
	assert_true(scene_target_has(sc, n, "resourceVersion=15"));
	scene_close(sc);
}

static void test_case_39_stream_ends_early(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc, &by_stream);
	size_t n;

	collection_put(c, "a", "x", NULL, NULL);
	collection_put(c, "a", "y", NULL, NULL);
	start_synced(sc);
	scene_let_stand(sc);
	collection_compact(c);
	collection_hush(c, true);
	collection_put(c, "a", "z", NULL, NULL);
	collection_compact(c);
	scene_answer(sc, WIDGETS, "sendInitialEvents=true", 1,
		&(struct server_answer){ .stream = true,
			.body = EVENT("ADDED", OBJECT("x", "99"))
				EVENT("ADDED", OBJECT("ghost", "98")) });
	collection_end(c);
	n = scene_advance_asked(sc,
		"sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=12", 1);
	scene_let_stand(sc);
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
	server_cut(sc->server, n);
	/* The next one is the world's own. */
	scene_wait_log(sc, "RELIST !+a/z@13");
	scene_wait_rows(sc, "widgets", "a/x@11 a/y@12 a/z@13");
	scene_close(sc);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_pages_and_stream_give_the_same),
		scene_test(test_case_1_empty_list),
		scene_test(test_case_2_pages),
		scene_test(test_case_3_token_expired),
		scene_test(test_rows_while_the_list_runs),
		scene_test(test_case_35_36_streaming),
		scene_test(test_case_37_streaming_refused),
		scene_test(test_case_38_streaming_ignored),
		scene_test(test_case_9_10_missed_changes_by_pages),
		scene_test(test_case_9_10_missed_changes_by_stream),
		scene_test(test_case_13_status_as_200),
		scene_test(test_case_14_other_kind),
		scene_test(test_case_31_32_events),
		scene_test(test_case_39_stream_ends_early),
	};

	return cmocka_run_group_tests_name("sync", tests, scene_group_setup, scene_group_teardown);
}
