/* A ceiling of the caches: lists larger than it, changes that keep coming, texts on demand. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cluster/ask.h"
#include "cluster/choices.h"
#include "kube/column_spec.h"
#include "kube/columns.h"
#include "kube/health_rules.h"

#define OBJECTS 2000
#define NOISE	2000 /* bytes of each */
#define CEILING ((size_t)2 << 20)

static char *rest_of(int i, const char *state)
{
	static uint64_t random = 1;
	struct buf out = BUF_INIT(1 << 16);

	buf_addf(&out, ",\"spec\":{\"v\":\"v%d\",\"other\":\"o%d\",\"noise\":\"", i, i);
	for (int n = 0; n < NOISE; n++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		buf_addc(&out, (char)('a' + (random >> 33) % 26));
	}
	buf_addf(&out, "\"},\"status\":{\"state\":\"%s\"}", state);
	return buf_take(&out);
}

static void put(struct collection *c, int i, const char *state)
{
	char *name = mem_printf("n%05d", i), *rest = rest_of(i, state);

	collection_put(c, "a", name, NULL, rest);
	free(name);
	free(rest);
}

static bool is_low(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");

	(void)sc;
	(void)arg;
	return k && k->state == KIND_SYNCED && k->on_demand && root->costs.cache <= CEILING;
}

static uint64_t log_from; /* the first line of the scene */

static void open_scene(struct scene *sc, const struct scene_options *how)
{
	uint64_t first;

	log_range(&first, &log_from);
	scene_open(sc, how);
}

static struct collection *open_large(struct scene *sc, const struct scene_options *how)
{
	struct cluster_options options = { .max_cache = CEILING, .verify = 6 * CLOCK_S };
	struct collection *c;

	open_scene(sc, how);
	world_crd(sc->world,
		&(struct crd_text){ .plural = "widgets",
			.columns =
				"[{\"name\":\"V\",\"type\":\"string\",\"jsonPath\":\".spec.v\"}]" });
	c = world_add(sc->world, "widgets", "v1");
	for (int i = 0; i < OBJECTS; i++)
		put(c, i, "Active");
	scene_start(sc, &options);
	scene_wait(sc, is_low, NULL, "caches below their ceiling");
	return c;
}

/* While so many events come that they wait for each other: what goes is freed at once. */
static void test_busy(void **state)
{
	struct scene *sc = *state;
	struct cluster_options options = { .max_cache = CEILING, .gathers = true };
	struct collection *c;

	open_scene(sc, NULL);
	c = world_kind(sc->world, "widgets");
	scene_start(sc, &options);
	scene_wait_kinds(sc, 1);
	collection_watch(c, 1);
	for (int i = 0; i < OBJECTS; i++)
		put(c, i, "Active");
	scene_wait(sc, is_low, NULL, "caches below their ceiling");
	scene_close(sc);
}

/* Since the scene began. */
static bool log_has(const char *text)
{
	uint64_t number, end;
	size_t n = 0;

	log_range(&number, &end);
	for (number = number > log_from ? number : log_from; number < end; number++) {
		enum log_level level;
		int64_t wall;
		char *line = log_read(number, &level, &wall);

		n += line && strstr(line, text) != NULL;
		free(line);
	}
	return n > 0;
}

struct cell_wish {
	const char *name, *cell;
	enum health health;
};

static bool has_cell(struct scene *sc, const struct root *root, void *arg)
{
	const struct cell_wish *wish = arg;
	const struct kind_root *k = scene_kind(root, "widgets");
	const struct entry *e =
		k ? store_root_find(k->store, STR("a"), str_of(wish->name), NULL) : NULL;
	struct text_reader *reader = text_reader_new();
	struct buf cells = BUF_INIT(1 << 16);
	bool same = false;

	(void)sc;
	if (e) {
		columns_cells(k->kind->columns, text_read_kept(reader, e->text), 0, false, &cells);
		same = !strcmp(buf_text(&cells), wish->cell) && e->health == wish->health &&
		       !text_read(reader, e->text).p;
	}
	text_reader_free(reader);
	buf_release(&cells);
	return same;
}

static void wait_cell(struct scene *sc, const char *name, const char *cell, enum health health)
{
	struct cell_wish wish = { name, cell, health };

	scene_drive(sc, has_cell, &wish, 100, cell);
}

static bool names_widgets(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)root;
	(void)arg;
	return log_has("max-cache: the texts of widgets.example.com are not kept, they are read "
		       "on demand: without them the caches hold ");
}

static void large_list(struct scene *sc, bool pages)
{
	struct scene_options how = { .pages = pages };
	const struct root *root;

	open_large(sc, &how);
	scene_wait_count(sc, "widgets", OBJECTS);
	wait_cell(sc, "n00000", "v0", HEALTH_OK);
	wait_cell(sc, "n01999", "v1999", HEALTH_OK);
	scene_drive(sc, names_widgets, NULL, 10, "a line of the ceiling");
	root = root_pin(sc->reader);
	assert_int_equal(root->costs.cache_max, CEILING);
	/* what is not compressed yet cannot be much either */
	assert_true(root->costs.nursery < (size_t)8 << 20);
	root_unpin(sc->reader);
	scene_close(sc);
}

static void test_large_list(void **state)
{
	large_list(*state, true);
	large_list(*state, false);
}

/* What the log has of the last change. */
static void read_last(struct scene *sc, struct change_copy *copy)
{
	struct changes *changes = cluster_changes(sc->cluster);
	uint64_t first, next;

	changes_range(changes, &first, &next);
	assert_int_equal(changes_read(changes, next - 1, copy), 0);
}

static void test_changes(void **state)
{
	struct scene *sc = *state;
	struct collection *c = open_large(sc, NULL);
	struct change_copy copy = { .memory = NULL };
	struct text_reader *reader = text_reader_new();

	scene_let_stand(sc);
	collection_put(c, "a", "n00003", NULL,
		",\"spec\":{\"v\":\"new\"},\"status\":{\"state\":\"Failed\"}");
	wait_cell(sc, "n00003", "new", HEALTH_BAD);
	scene_wait_log(sc, "~a/n00003@2011");
	read_last(sc, &copy);
	assert_null(copy.change.old_text);
	assert_true(
		str_is(text_read(reader, copy.change.new_text), collection_find(c, "a", "n00003")));
	collection_put(c, "a", "n00003", NULL, ",\"spec\":{\"v\":\"newer\"}");
	scene_wait_log(sc, "~a/n00003@2012");
	read_last(sc, &copy);
	assert_null(copy.change.old_text);
	collection_delete(c, "a", "n00003");
	collection_put(c, "a", "more", NULL, ",\"spec\":{\"v\":\"more\"}");
	scene_wait_log(sc, "-a/n00003@2013 +a/more@2014");
	wait_cell(sc, "more", "more", HEALTH_UNKNOWN);
	scene_wait_count(sc, "widgets", OBJECTS);
	change_copy_release(&copy);
	text_reader_free(reader);
}

static bool has_answer(struct scene *sc, const struct root *root, void *arg)
{
	(void)root;
	return cluster_answer(sc->cluster, *(uint64_t *)((void **)arg)[0], ((void **)arg)[1]);
}

static void ask(struct scene *sc, const char *path, struct ask_answer *ret)
{
	uint64_t number = cluster_ask(sc->cluster, &(struct ask_spec){ .path = path });
	void *args[] = { &number, ret };

	scene_wait(sc, has_answer, args, "an answer");
}

static void test_on_demand(void **state)
{
	static const char there[] = "/apis/example.com/v1/namespaces/a/widgets/n00001";
	static const char gone[] = "/apis/example.com/v1/namespaces/a/widgets/n00002";
	struct scene *sc = *state;
	struct collection *c = open_large(sc, NULL);
	struct ask_answer answer;

	scene_answer(sc, there, NULL, 0,
		&(struct server_answer){ .body = collection_find(c, "a", "n00001") });
	scene_refuse(sc, gone, NULL, 0, 404, "NotFound", "the words of the server");
	ask(sc, there, &answer);
	assert_null(answer.error);
	assert_true(str_is(buf_str(&answer.body), collection_find(c, "a", "n00001")));
	ask_answer_release(&answer);
	ask(sc, gone, &answer);
	assert_true(answer.missing);
	assert_non_null(strstr(answer.error, "the words of the server"));
	ask_answer_release(&answer);
}

/* Columns that want more than is kept are listed anew. */
static void test_columns(void **state)
{
	struct scene *sc = *state;
	struct column_spec spec = {
		.source = COLUMN_PATH, .name = (char *)"Other", .what = (char *)".spec.other"
	};
	struct column_choices *choices = choices_new();
	size_t lists;

	open_large(sc, NULL);
	lists = scene_lists(sc, "widgets") + scene_streams(sc, "widgets");
	choices_add(choices, "widgets.example.com", &spec, 1);
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
	wait_cell(sc, "n00007", "o7", HEALTH_OK);
	wait_cell(sc, "n01999", "o1999", HEALTH_OK);
	assert_int_equal(scene_lists(sc, "widgets") + scene_streams(sc, "widgets"), lists + 1);
	/* nothing has changed */
	scene_wait_log(sc, "");
	/* what was kept before still is */
	cluster_set_choices(sc->cluster, NULL);
	wait_cell(sc, "n00007", "v7", HEALTH_OK);
	assert_int_equal(scene_lists(sc, "widgets") + scene_streams(sc, "widgets"), lists + 1);
}

static bool is_whole(struct scene *sc, const struct root *root, void *arg)
{
	const struct kind_root *k = scene_kind(root, "widgets");
	const struct entry *e = k ? store_root_find(k->store, STR("a"), STR("n01999"), NULL) : NULL;

	(void)sc;
	(void)arg;
	return e && text_is_whole(e->text) && !k->on_demand && !k->refreshing;
}

static bool has_said(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)root;
	(void)arg;
	return log_has("no texts are left that could go");
}

/* A column that may be anywhere wants whole texts: they are there again, which is said. */
static void test_wants_all(void **state)
{
	struct scene *sc = *state;
	struct column_spec spec = {
		.source = COLUMN_PATH, .name = (char *)"Image", .what = (char *)"..image"
	};
	struct column_choices *choices = choices_new();

	open_large(sc, NULL);
	choices_add(choices, "widgets.example.com", &spec, 1);
	cluster_set_choices(sc->cluster, choices);
	choices_unref(choices);
	scene_wait(sc, is_whole, NULL, "whole texts");
	scene_drive(sc, has_said, NULL, 100, "that the ceiling is too low");
	cluster_set_choices(sc->cluster, NULL);
	scene_wait(sc, is_low, NULL, "caches below their ceiling again");
	wait_cell(sc, "n00007", "v7", HEALTH_OK);
}

static void test_rules(void **state)
{
	static const char *const bad[] = { "o7" };
	const struct health_rule rule = {
		.kind = "widgets.example.com", .path = ".spec.other", .bad = bad, .n_bad = 1
	};
	struct scene *sc = *state;
	struct health_rules *rules = health_rules_new();

	open_large(sc, NULL);
	assert_int_equal(health_rules_add(rules, &rule, NULL), 0);
	cluster_set_health_rules(sc->cluster, rules);
	health_rules_unref(rules);
	wait_cell(sc, "n00007", "v7", HEALTH_BAD);
	wait_cell(sc, "n00008", "v8", HEALTH_OK);
	scene_wait_log(sc, "");
	cluster_set_health_rules(sc->cluster, NULL);
	wait_cell(sc, "n00007", "v7", HEALTH_OK);
}

static bool has_rounds(struct scene *sc, const struct root *root, void *arg)
{
	(void)sc;
	(void)arg;
	return root->verify.rounds >= 2;
}

/* A comparison with the server needs no texts. */
static void test_verify(void **state)
{
	struct scene *sc = *state;
	const struct root *root;

	open_large(sc, NULL);
	scene_drive(sc, has_rounds, NULL, 179, "two rounds");
	root = root_pin(sc->reader);
	assert_int_equal(root->verify.differences, 0);
	assert_in_range(root->verify.objects, OBJECTS, OBJECTS + 10);
	root_unpin(sc->reader);
}

/* A ceiling below what must stay is said, and all goes on. */
static void test_too_low(void **state)
{
	struct scene *sc = *state;
	struct cluster_options options = { .max_cache = 1 << 10 };
	struct collection *c;

	open_scene(sc, NULL);
	c = world_kind(sc->world, "widgets");
	for (int i = 0; i < 20; i++)
		put(c, i, "Active");
	scene_start(sc, &options);
	scene_drive(sc, has_said, NULL, 100, "that the ceiling is too low");
	scene_wait_count(sc, "widgets", 20);
	collection_put(c, "a", "n00003", NULL, NULL);
	scene_wait_log(sc, "~a/n00003@31");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		scene_test(test_busy),
		scene_test(test_large_list),
		scene_test(test_changes),
		scene_test(test_on_demand),
		scene_test(test_columns),
		scene_test(test_wants_all),
		scene_test(test_rules),
		scene_test(test_verify),
		scene_test(test_too_low),
	};

	return cmocka_run_group_tests_name(
		"maxcache", tests, scene_group_setup, scene_group_teardown);
}
