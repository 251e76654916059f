/* The change log: what is in it from the start, and a reader that must not miss any. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define CHANGES 600
#define SIZE	20000 /* of an object */

static void test_initial_or_not(void **state)
{
	struct scene *sc = *state;

	for (int i = 0; i < 4; i++) {
		struct scene_options options = { .pages = i & 1 };
		struct cluster_options co = { .log_initial = i & 2 };
		struct collection *c;

		scene_open(sc, &options);
		c = world_kind(sc->world, "widgets");
		collection_put(c, "a", "x", NULL, NULL);
		collection_put(c, "a", "y", NULL, NULL);
		scene_start(sc, &co);
		scene_wait_kinds(sc, 1);
		scene_wait_rows(sc, "widgets", "a/x@11 a/y@12");
		scene_wait_log(sc, co.log_initial ? "+a/x@11 +a/y@12" : "");
		collection_put(c, "a", "x", NULL, NULL);
		scene_wait_log(sc, "~a/x@13");
		scene_close(sc);
	}
}

static char *large_rest(int n)
{
	struct buf out = BUF_INIT(1 << 20);

	buf_addf(&out, ",\"spec\":{\"n\":%d,\"t\":\"", n);
	while (out.len < SIZE)
		buf_addz(&out, "0123456789abcdef");
	buf_addz(&out, "\"}");
	return buf_take(&out);
}

static void change_often(struct collection *c)
{
	for (int i = 0; i < CHANGES; i++) {
		char *rest = large_rest(i);

		collection_put(c, "a", "x", NULL, rest);
		free(rest);
	}
}

static bool has_more(struct scene *sc, const struct root *root, void *arg)
{
	uint64_t first, next;

	(void)root;
	(void)arg;
	changes_range(cluster_changes(sc->cluster), &first, &next);
	return next > sc->log_at;
}

/* Everything there is now, in order and without a gap; returns how many. */
static size_t read_all(struct scene *sc, uint64_t *rv)
{
	struct changes *changes = cluster_changes(sc->cluster);
	struct change_copy copy = { .memory = NULL };
	uint64_t first, next, from = sc->log_at;

	changes_range(changes, &first, &next);
	assert_true(first <= sc->log_at);
	for (; sc->log_at < next; sc->log_at++) {
		char *text;

		assert_int_equal(changes_read(changes, sc->log_at, &copy), 0);
		assert_int_equal(copy.change.type, CHANGE_MODIFIED);
		assert_false(copy.change.relisted);
		text = str_dup(copy.change.rv);
		assert_int_equal(strtoull(text, NULL, 10), ++*rv);
		free(text);
	}
	change_copy_release(&copy);
	changes_hold(changes, sc->log_at);
	cluster_resume(sc->cluster);
	return sc->log_at - from;
}

static void slow_reader(struct scene *sc, enum wire wire)
{
	struct scene_options options = { .wire = wire };
	struct cluster_options co = { .hold_log = true, .history = (size_t)8 << 20 };
	struct collection *c;
	uint64_t rv = 11, first, next;
	size_t read = 0;

	scene_open(sc, &options);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, &co);
	scene_wait_kinds(sc, 1);
	collection_watch(c, 1);
	change_often(c);
	scene_wait(sc, has_more, NULL, "the first changes");
	for (int i = 0; i < 5; i++)
		advance(0);
	/* Nobody reads: it stands still long before it is overrun. */
	changes_range(cluster_changes(sc->cluster), &first, &next);
	assert_in_range(next, 10, CHANGES / 2);
	while (read < CHANGES) {
		scene_wait(sc, has_more, NULL, "more changes");
		read += read_all(sc, &rv);
	}
	assert_int_equal(read, CHANGES);
	scene_wait_link(sc, LINK_LIVE);
	assert_int_equal(server_count(sc->server, "/widgets"), 1);
	scene_close(sc);
}

static void test_slow_reader(void **state)
{
	slow_reader(*state, WIRE_PLAIN);
	slow_reader(*state, WIRE_TLS);
	slow_reader(*state, WIRE_HTTP2);
}

/* A watch that begins while all stand still waits, too. */
static void test_begins_while_paused(void **state)
{
	struct scene *sc = *state;
	struct cluster_options co = { .hold_log = true, .history = (size_t)8 << 20 };
	struct collection *c;
	uint64_t rv = 11, first, next;
	size_t read = 0;

	scene_open(sc, NULL);
	c = world_kind(sc->world, "widgets");
	collection_put(c, "a", "x", NULL, NULL);
	scene_start(sc, &co);
	scene_wait_kinds(sc, 1);
	scene_let_stand(sc);
	change_often(c);
	scene_wait(sc, has_more, NULL, "the first changes");
	for (int i = 0; i < 5; i++)
		advance(0);
	collection_cut(c);
	for (int i = 0; i < 5; i++)
		advance(CLOCK_S);
	changes_range(cluster_changes(sc->cluster), &first, &next);
	assert_in_range(next, 10, CHANGES / 2);
	while (read < CHANGES) {
		scene_wait(sc, has_more, NULL, "more changes");
		read += read_all(sc, &rv);
		advance(0);
	}
	assert_int_equal(read, CHANGES);
	scene_wait_rows(sc, "widgets", "a/x@611");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_initial_or_not),
		scene_test(test_slow_reader),
		scene_test(test_begins_while_paused),
	};

	return cmocka_run_group_tests_name(
		"history", tests, scene_group_setup, scene_group_teardown);
}
