/* --verify: the caches beside the server's list of the same version. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

#define EXACT  "resourceVersionMatch=Exact"
#define PERIOD (6 * CLOCK_S)

struct want {
	uint64_t rounds;
	struct root_verify got;
};

static bool has_rounds(struct scene *sc, const struct root *root, void *arg)
{
	struct want *want = arg;

	(void)sc;
	want->got = root->verify;
	return root->verify.rounds >= want->rounds;
}

static struct root_verify wait_round(struct scene *sc, uint64_t rounds)
{
	struct want want = { .rounds = rounds };

	scene_drive(sc, has_rounds, &want, 179, "a round");
	return want.got;
}

/* Widgets x, y and z in two namespaces; the CRD is verified, too. */
static struct collection *open_with(struct scene *sc, const struct scene_options *how)
{
	struct cluster_options options = { .verify = PERIOD };
	struct collection *c;

	scene_open(sc, how);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	collection_put(c, "a", "y", NULL, NULL);
	collection_put(c, "b", "z", NULL, NULL);
	scene_start(sc, &options);
	scene_wait_kinds(sc, 1);
	collection_watch(c, 1);
	return c;
}

static struct collection *open_widgets(struct scene *sc)
{
	return open_with(sc, NULL);
}

/* How many lines of the log have this in it since number. */
static size_t count_lines(uint64_t number, enum log_level want, const char *text)
{
	uint64_t first, end;
	size_t n = 0;

	log_range(&first, &end);
	for (; number < end; number++) {
		enum log_level level;
		int64_t wall;
		char *line = log_read(number, &level, &wall);

		n += line && level == want && strstr(line, text);
		free(line);
	}
	return n;
}

static uint64_t log_end(void)
{
	uint64_t first, end;

	log_range(&first, &end);
	return end;
}

static void test_same(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);
	struct root_verify v = wait_round(sc, 1);
	char *accept;
	size_t list;

	assert_int_equal(v.objects, 4);
	assert_int_equal(v.kinds, 2);
	assert_int_equal(v.differences, 0);
	assert_int_equal(v.skipped, 0);
	list = scene_asked(sc, "/widgets?limit=500&" EXACT "&resourceVersion=13", 1);
	accept = server_header(sc->server, list, "accept");
	assert_non_null(strstr(accept, "as=PartialObjectMetadataList"));
	free(accept);
	/* What comes between is compared in the next round. */
	collection_put(c, "b", "new", NULL, NULL);
	scene_wait_count(sc, "widgets", 4);
	assert_int_equal(wait_round(sc, 2).objects, 5);
	assert_int_equal(wait_round(sc, 3).differences, 0);
	assert_int_equal(scene_streams(sc, "widgets"), 1);
}

/* Nobody asks unless it is asked for. */
static void test_off(void **state)
{
	struct scene *sc = *state;
	struct collection *c;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	scene_start(sc, NULL);
	scene_wait_kinds(sc, 1);
	collection_watch(c, 1);
	scene_let_stand(sc);
	advance(200 * CLOCK_S);
	assert_int_equal(server_count(sc->server, EXACT), 0);
}

static void test_pages(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);

	for (int i = 0; i < 1200; i++) {
		char *name = mem_printf("n%04d", i);

		collection_put(c, "many", name, NULL, NULL);
		free(name);
	}
	scene_wait_count(sc, "widgets", 1203);
	assert_int_equal(wait_round(sc, 1).objects, 1204);
	assert_int_equal(wait_round(sc, 1).differences, 0);
	assert_int_equal(server_count(sc->server, "/widgets?limit=500&continue="), 2);
}

/* What happens in the hush is not told, but for the version. */
static void hushed_end(struct collection *c)
{
	collection_hush(c, false);
	collection_bookmark(c);
}

static void expect(struct scene *sc, const char *rows, const char *log, const char *line)
{
	uint64_t from = log_end();
	struct root_verify v = wait_round(sc, 1);

	assert_int_equal(v.differences, 1);
	assert_int_equal(count_lines(from, LOG_ERROR, line), 1);
	assert_int_equal(count_lines(from, LOG_ERROR, "listed anew"), 1);
	scene_wait_rows(sc, "widgets", rows);
	scene_wait_log(sc, log);
	/* By no known version, and the difference has gone. */
	assert_int_equal(scene_streams(sc, "widgets"), 2);
	assert_int_equal(wait_round(sc, 2).differences, 1);
	assert_int_equal(wait_round(sc, 2).skipped, 0);
}

static void test_invented(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);

	collection_hush(c, true);
	collection_delete(c, "a", "y");
	hushed_end(c);
	expect(sc, "a/x@11 b/z@13", "RELIST !-a/y@12",
		"verify: widgets.example.com a/y is in the cache, the server has none");
}

static void test_lost(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);

	collection_hush(c, true);
	collection_put(c, "c", "new", NULL, NULL);
	hushed_end(c);
	expect(sc, "a/x@11 a/y@12 b/z@13 c/new@14", "RELIST !+c/new@14",
		"verify: widgets.example.com c/new is missing in the cache");
}

/* A server without streaming lists: the list that mends is paged, by no version. */
static void test_lost_by_pages(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_with(sc, &(struct scene_options){ .pages = true });

	collection_hush(c, true);
	collection_put(c, "c", "new", NULL, NULL);
	hushed_end(c);
	assert_int_equal(wait_round(sc, 1).differences, 1);
	scene_wait_log(sc, "RELIST !+c/new@14");
	assert_int_equal(server_count(sc->server, "/widgets?resourceVersion"), 0);
	assert_int_equal(wait_round(sc, 2).differences, 1);
}

/* Where watching is forbidden the list of the last poll is compared. */
static void test_polling(void **state)
{
	struct scene *sc = *state;
	struct cluster_options options = { .verify = PERIOD };
	struct root_verify v;

	scene_open(sc, NULL);
	collection_put(world_kind(sc->world, "widgets"), "a", "x", NULL, NULL);
	scene_refuse(sc, WIDGETS, "watch=true", 0, 403, "Forbidden", "no watching");
	scene_start(sc, &options);
	scene_wait_state(sc, "widgets", KIND_POLLING, NULL);
	v = wait_round(sc, 1);
	assert_int_equal(v.objects, 2);
	assert_int_equal(v.differences, 0);
}

static void test_stale(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);

	collection_hush(c, true);
	collection_put(c, "a", "x", NULL, ",\"spec\":{}");
	hushed_end(c);
	expect(sc, "a/x@14 a/y@12 b/z@13", "RELIST !~a/x@14",
		"verify: widgets.example.com a/x is of another version in the cache");
}

/* The same name and another object. */
static void test_replaced(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);

	collection_hush(c, true);
	collection_put(c, "a", "x", "another", NULL);
	hushed_end(c);
	expect(sc, "a/x@14 a/y@12 b/z@13", "RELIST !-a/x@11 !+a/x@14",
		"verify: widgets.example.com a/x is of another version in the cache");
}

/* A version that the server has forgotten cannot be compared: another one can. */
static void test_expired(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_widgets(sc);
	struct root_verify v;

	collection_hush(c, true);
	collection_put(c, "c", "new", NULL, NULL);
	collection_hush(c, false);
	v = wait_round(sc, 1);
	assert_int_equal(v.skipped, 1);
	assert_int_equal(v.kinds, 1);
	assert_int_equal(v.differences, 0);
	assert_int_equal(scene_streams(sc, "widgets"), 1);
	collection_bookmark(c);
	v = wait_round(sc, 2);
	assert_int_equal(v.skipped, 0);
	assert_int_equal(v.differences, 1);
	scene_wait_count(sc, "widgets", 4);
}

static void test_forbidden(void **state)
{
	struct scene *sc = *state;
	uint64_t from = log_end();
	struct root_verify v;

	open_widgets(sc);
	scene_refuse(sc, WIDGETS, EXACT, 0, 403, "Forbidden", "widgets is forbidden");
	v = wait_round(sc, 1);
	assert_int_equal(v.kinds, 1);
	assert_int_equal(v.skipped, 1);
	v = wait_round(sc, 3);
	assert_int_equal(v.skipped, 1);
	assert_int_equal(v.differences, 0);
	assert_int_equal(count_lines(from, LOG_WARNING, "cannot be verified"), 1);
	scene_wait_state(sc, "widgets", KIND_SYNCED, "");
	scene_wait_count(sc, "widgets", 3);
}

/* A server that gives what it has, whatever it was asked for, proves nothing. */
static void test_other_version(void **state)
{
	struct scene *sc = *state;
	struct server_answer other = {
		.body = "{\"kind\":\"WidgetList\",\"apiVersion\":\"example.com/v1\","
			"\"metadata\":{\"resourceVersion\":\"99\"},\"items\":[]}",
	};
	struct root_verify v;

	open_widgets(sc);
	scene_answer(sc, WIDGETS, EXACT, 0, &other);
	v = wait_round(sc, 2);
	assert_int_equal(v.skipped, 1);
	assert_int_equal(v.differences, 0);
	scene_wait_count(sc, "widgets", 3);
}

/* The connection goes, or the kind does, in the middle of a comparison. */
static void test_in_the_middle(void **state)
{
	struct scene *sc = *state;
	struct server_answer silent = { .silent = true };
	struct collection *c = open_widgets(sc);
	size_t list;

	scene_answer(sc, WIDGETS, EXACT, 2, &silent);
	list = scene_advance_asked(sc, "/widgets?limit=500&" EXACT, 1);
	server_reset(sc->server, list);
	assert_int_equal(wait_round(sc, 1).skipped, 1);
	scene_advance_asked(sc, "/widgets?limit=500&" EXACT, 2);
	world_crd_delete(sc->world, "widgets");
	collection_serve(c, false);
	assert_int_equal(wait_round(sc, 3).kinds, 1);
	scene_wait_no_kind(sc, "widgets");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_same),
		scene_test(test_off),
		scene_test(test_pages),
		scene_test(test_invented),
		scene_test(test_lost),
		scene_test(test_lost_by_pages),
		scene_test(test_polling),
		scene_test(test_stale),
		scene_test(test_replaced),
		scene_test(test_expired),
		scene_test(test_forbidden),
		scene_test(test_other_version),
		scene_test(test_in_the_middle),
	};
	int rc;

	log_init();
	rc = cmocka_run_group_tests_name("verify", tests, scene_group_setup, scene_group_teardown);
	log_release();
	return rc;
}
