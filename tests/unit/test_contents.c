/* contents: what each part of it lists is in it; what happens to a kind when there is no room for the labels of one of its objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/worker.h"
#include "cache/changes.h"
#include "cache/contents.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "cache/store.h"
#include "kube/object.h"

#define LABELS 2

struct world {
	struct roots *roots;
	struct worker *worker;
	struct informer_context ctx;
	struct kind kind;
	struct contents contents;
	struct contents_part part;
};

static void no_wake(void *arg)
{
	(void)arg;
}

static void turn(struct world *w)
{
	nursery_run(w->ctx.nursery);
	roots_publish(w->roots, mem_zalloc(sizeof(struct root)));
	retire_run(w->ctx.retire);
}

static int setup(void **state)
{
	struct world *w = mem_zalloc(sizeof(*w));

	w->roots = roots_new();
	w->worker = worker_new();
	w->ctx.retire = roots_retire(w->roots);
	w->ctx.labels = labels_new(w->ctx.retire, LABELS);
	w->ctx.nursery = nursery_new(w->worker, w->ctx.retire, no_wake, NULL);
	w->ctx.changes = changes_new((size_t)1 << 20);
	w->kind = (struct kind){ .id = 1,
		.gvr = { .group = "example.com", .version = "v1", .resource = "widgets" },
		.kind = "Widget",
		.namespaced = true };
	contents_init(&w->contents, &w->ctx, &w->kind);
	contents_part_init(&w->part, &w->contents, NULL);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	contents_part_release(&w->part);
	contents_release(&w->contents);
	worker_free(w->worker);
	roots_free(w->roots);
	labels_free(w->ctx.labels);
	nursery_free(w->ctx.nursery);
	changes_free(w->ctx.changes);
	free(w);
	return 0;
}

typedef int take(struct contents_part *part, const struct object *o, struct error *err);

static int give(struct world *w, take *into, const char *name, const char *rv, const char *labels)
{
	char *text =
		mem_printf("{\"metadata\":{\"namespace\":\"a\",\"name\":\"%s\",\"uid\":\"u-%s\","
			   "\"resourceVersion\":\"%s\",\"labels\":{%s}}}",
			name, name, rv, labels);
	struct error err = ERROR_INIT;
	struct object o;
	int rc;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	rc = into(&w->part, &o, &err);
	assert_int_equal(err.code, rc == 0 ? ERROR_NONE : ERROR_TOO_LARGE);
	error_release(&err);
	free(text);
	return rc;
}

static void list(struct world *w)
{
	contents_begin(&w->part);
	assert_int_equal(give(w, contents_item, "x", "1", "\"app\":\"x\""), 0);
	assert_int_equal(give(w, contents_item, "y", "1", "\"app\":\"y\""), 0);
	contents_end(&w->part);
}

static const char *rv_of(struct world *w, const char *name)
{
	struct entry *e = store_find(w->contents.store, STR("a"), str_of(name));

	return !e ? NULL : str_is(entry_rv(e), "1") ? "1" : "2";
}

/* A change for which there is no room leaves what is there; any other is taken. */
static void test_event(void **state)
{
	struct world *w = *state;

	list(w);
	assert_int_equal(give(w, contents_put, "x", "2", "\"app\":\"new\""), -1);
	assert_string_equal(rv_of(w, "x"), "1");
	assert_int_equal(give(w, contents_put, "z", "2", "\"app\":\"x\",\"tier\":\"z\""), -1);
	assert_null(rv_of(w, "z"));
	assert_int_equal(give(w, contents_put, "z", "2", "\"app\":\"x\""), 0);
	assert_int_equal(give(w, contents_put, "y", "2", ""), 0);
	assert_int_equal(store_count(w->contents.store), 3);
	/* y's old entry goes first, then its pair, and with it the lack of room. */
	turn(w);
	turn(w);
	assert_int_equal(give(w, contents_put, "x", "2", "\"app\":\"new\""), 0);
	assert_string_equal(rv_of(w, "x"), "2");
}

/* A later list that is given up for it leaves the store as it was. */
static void test_relist(void **state)
{
	struct world *w = *state;

	list(w);
	contents_begin(&w->part);
	assert_int_equal(give(w, contents_item, "x", "2", "\"app\":\"x\""), 0);
	assert_int_equal(give(w, contents_item, "z", "2", "\"app\":\"z\""), -1);
	contents_abort(&w->part);
	assert_string_equal(rv_of(w, "x"), "1");
	assert_string_equal(rv_of(w, "y"), "1");
	assert_int_equal(store_count(w->contents.store), 2);
	turn(w);
}

static void note_name(void *arg, const struct entry *e, const struct object *o)
{
	char **seen = arg;

	(void)e;
	if (!o)
		return;
	free(*seen);
	*seen = mem_printf(STR_FMT "/" STR_FMT, STR_ARG(o->ns), STR_ARG(o->name));
}

/* Handlers get names as they are meant, whichever way an object came. */
static void test_names(void **state)
{
	static const struct informer_handlers handlers = { .changed = note_name };
	struct world *w = *state;
	char *seen = NULL;

	w->contents.handlers = &handlers;
	w->contents.arg = &seen;
	contents_begin(&w->part);
	assert_int_equal(give(w, contents_item, "\\u0078", "1", ""), 0);
	assert_string_equal(seen, "a/x");
	contents_end(&w->part);
	assert_int_equal(give(w, contents_put, "\\u0079", "1", ""), 0);
	assert_string_equal(seen, "a/y");
	contents_begin(&w->part);
	assert_int_equal(give(w, contents_item, "\\u0078", "2", ""), 0);
	contents_end(&w->part);
	assert_string_equal(seen, "a/x");
	assert_string_equal(rv_of(w, "x"), "2");
	free(seen);
	turn(w);
}

/* ---- what handlers see, and in which order (cache/changes.h) ---- */

static int give_as(struct world *w, take *into, const char *name, const char *uid, const char *rv)
{
	char *text = mem_printf("{\"metadata\":{\"namespace\":\"a\",\"name\":\"%s\",\"uid\":\"%s\","
				"\"resourceVersion\":\"%s\"}}",
		name, uid, rv);
	struct object o;
	int rc;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	rc = into(&w->part, &o, NULL);
	free(text);
	return rc;
}

static void delete_as(struct world *w, const char *name, const char *rv)
{
	struct object o = { .name = str_of(name), .ns = STR("a"), .rv = str_of(rv) };

	contents_delete(&w->part, &o);
}

/* The log since the last call, as "+x@1 ~x@2 -x@3 RELIST !+y@4 "; what is initial in
 * brackets. */
static void expect_log(struct world *w, uint64_t *at, const char *want)
{
	static const char marks[] = { '+', '~', '-' };
	struct change_copy copy = { .memory = NULL };
	struct buf out = BUF_INIT(1 << 16);

	for (; changes_read(w->ctx.changes, *at, &copy) == 0; ++*at) {
		const struct change *c = &copy.change;

		if (c->type == CHANGE_RELIST)
			buf_addz(&out, "RELIST ");
		else
			buf_addf(&out, "%s%s%c" STR_FMT "@" STR_FMT "%s ", c->initial ? "(" : "",
				c->relisted ? "!" : "", marks[c->type], STR_ARG(c->name),
				STR_ARG(c->rv), c->initial ? ")" : "");
	}
	assert_string_equal(buf_text(&out), want);
	change_copy_release(&copy);
	buf_release(&out);
}

static void list_two(struct world *w)
{
	contents_begin(&w->part);
	give_as(w, contents_item, "x", "1", "1");
	give_as(w, contents_item, "y", "2", "2");
	contents_end(&w->part);
}

static void test_log_of_events(void **state)
{
	struct world *w = *state;
	uint64_t at = 0;

	w->contents.logged = true;
	list_two(w);
	expect_log(w, &at, "");
	give_as(w, contents_put, "x", "1", "3");
	/* The same again is nothing, whichever way it comes: there is no resync. */
	give_as(w, contents_put, "x", "1", "3");
	expect_log(w, &at, "~x@3 ");
	delete_as(w, "x", "4");
	delete_as(w, "x", "4");
	delete_as(w, "never", "5");
	expect_log(w, &at, "-x@4 ");
	/* Events that a stream has left out: another object of the same name. */
	give_as(w, contents_put, "y", "9", "6");
	expect_log(w, &at, "-y@2 +y@6 ");
	turn(w);
}

static void test_log_of_a_relist(void **state)
{
	struct world *w = *state;
	uint64_t at = 0;

	w->contents.logged = true;
	list_two(w);
	give_as(w, contents_put, "z", "3", "3");
	expect_log(w, &at, "+z@3 ");
	list_two(w);
	/* The final state of what the list lacks is not known: the last one seen. */
	expect_log(w, &at, "RELIST !-z@3 ");
	list_two(w);
	expect_log(w, &at, "");
	contents_begin(&w->part);
	give_as(w, contents_item, "new", "4", "4");
	give_as(w, contents_item, "x", "8", "5");
	contents_end(&w->part);
	expect_log(w, &at, "RELIST !-y@2 !+new@4 !-x@1 !+x@5 ");
	contents_clear(&w->contents);
	expect_log(w, &at, "-new@4 -x@5 ");
	turn(w);
}

static void test_log_of_the_first_list(void **state)
{
	struct world *w = *state;
	uint64_t at = 0;

	w->contents.logged = true;
	w->ctx.log_initial = true;
	contents_begin(&w->part);
	give_as(w, contents_item, "x", "1", "1");
	contents_abort(&w->part);
	contents_begin(&w->part);
	give_as(w, contents_item, "y", "2", "2");
	contents_end(&w->part);
	/* What was shown and is not in the list that was complete has gone. */
	expect_log(w, &at, "(+x@1) (+y@2) RELIST !-x@1 ");
	turn(w);
}

static void note_all(void *arg, const struct entry *e, const struct object *o)
{
	struct buf *seen = arg;

	buf_addf(seen, "%s" STR_FMT "@" STR_FMT " ", o ? "" : "-", STR_ARG(entry_name(e)),
		STR_ARG(entry_rv(e)));
}

/* Handlers are told the same as the log. */
static void test_handlers(void **state)
{
	static const struct informer_handlers handlers = { .changed = note_all };
	struct world *w = *state;
	struct buf seen = BUF_INIT(1 << 16);

	w->contents.handlers = &handlers;
	w->contents.arg = &seen;
	list_two(w);
	give_as(w, contents_put, "x", "7", "3");
	contents_begin(&w->part);
	give_as(w, contents_item, "x", "8", "4");
	contents_end(&w->part);
	assert_string_equal(buf_text(&seen), "x@1 y@2 -x@1 x@3 -y@2 -x@3 x@4 ");
	buf_release(&seen);
	turn(w);
}

/* ---- verdicts that change without an event ---- */

#define MANY 100000

static void put_deleted(struct world *w, int i)
{
	/* In no order, one each second. */
	int second = (int)((int64_t)i * 7919 % MANY);
	char *text = mem_printf("{\"metadata\":{\"namespace\":\"a\",\"name\":\"n%06d\","
				"\"uid\":\"u\",\"resourceVersion\":\"1\",\"deletionTimestamp\":"
				"\"2100-01-%02dT%02d:%02d:%02dZ\"}}",
		i, 1 + second / 86400, second / 3600 % 24, second / 60 % 60, second % 60);
	struct object o;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	assert_int_equal(contents_put(&w->part, &o, NULL), 0);
	free(text);
}

static size_t how_many(struct world *w, enum health health)
{
	return store_publish(w->contents.store)->health[health];
}

static int64_t start_of_2100(void)
{
	int64_t start = 0;

	assert_int_equal(object_time(STR("2100-01-01T00:00:00Z"), &start), 0);
	return start;
}

/* Each turns in its second and not before. The work is one entry's each time: to
 * look at all of them would take hours. */
static void test_turns(void **state)
{
	struct world *w = *state;
	int64_t start = start_of_2100() + HEALTH_STUCK;

	for (int i = 0; i < MANY; i++)
		put_deleted(w, i);
	assert_int_equal(how_many(w, HEALTH_DELETING), MANY);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(contents_turns_at(&w->contents), start + i);
		contents_turn(&w->contents, start + i - 1);
		assert_int_equal(contents_turns_at(&w->contents), start + i);
		contents_turn(&w->contents, start + i);
		if (i % 10000)
			continue;
		assert_int_equal(how_many(w, HEALTH_BAD), i + 1);
		turn(w);
	}
	assert_int_equal(contents_turns_at(&w->contents), INT64_MAX);
	assert_int_equal(how_many(w, HEALTH_BAD), MANY);
	assert_int_equal(how_many(w, HEALTH_DELETING), 0);
}

/* All at once are done in pieces. */
static void test_turns_in_slices(void **state)
{
	struct world *w = *state;
	int64_t now = start_of_2100() + HEALTH_STUCK + MANY;
	int pieces = 0;

	for (int i = 0; i < MANY; i++)
		put_deleted(w, i);
	for (; contents_turns_at(&w->contents) <= now; pieces++)
		contents_turn(&w->contents, now);
	assert_in_range(pieces, 10, 1000);
	assert_int_equal(how_many(w, HEALTH_BAD), MANY);
}

/* What has gone, or was put anew, does not turn. */
static void test_turns_of_the_gone(void **state)
{
	struct world *w = *state;
	struct object o = { .name = STR("n000000"), .ns = STR("a"), .rv = STR("9") };

	put_deleted(w, 0);
	put_deleted(w, 1);
	assert_int_equal(w->contents.turns.count, 2);
	contents_delete(&w->part, &o);
	assert_int_equal(w->contents.turns.count, 1);
	assert_int_equal(give(w, contents_put, "n000001", "2", ""), 0);
	assert_int_equal(contents_turns_at(&w->contents), INT64_MAX);
	assert_int_equal(how_many(w, HEALTH_DELETING), 0);
}

/* The new entry holds the labels of the old one, which lets go of its own. */
static void test_turns_with_labels(void **state)
{
	static const char text[] =
		"{\"metadata\":{\"namespace\":\"a\",\"name\":\"x\",\"uid\":\"u\","
		"\"resourceVersion\":\"1\",\"labels\":{\"app\":\"x\",\"tier\":\"y\"},"
		"\"deletionTimestamp\":\"2100-01-01T00:00:00Z\"}}";
	struct world *w = *state;
	struct entry *e;
	struct object o;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	assert_int_equal(contents_put(&w->part, &o, NULL), 0);
	contents_turn(&w->contents, start_of_2100() + HEALTH_STUCK);
	turn(w);
	turn(w);
	e = store_find(w->contents.store, STR("a"), STR("x"));
	assert_int_equal(e->health, HEALTH_BAD);
	assert_int_equal(e->since, start_of_2100());
	assert_int_equal(e->turns, 0);
	assert_int_equal(e->n_labels, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct label *label = labels_get(w->ctx.labels, entry_labels(e)[i]);

		assert_int_equal(label->refs, 1);
	}
	assert_true(str_is(entry_health_field(e), "deletionTimestamp"));
	contents_delete(&w->part, &o);
	turn(w);
	turn(w);
	/* There is room for two others. */
	assert_int_equal(give(w, contents_put, "y", "1", "\"a\":\"1\",\"b\":\"2\""), 0);
}

#define JUDGED 1000

static void put_phase(struct world *w, int i, const char *rv, take *into)
{
	char *text = mem_printf("{\"metadata\":{\"namespace\":\"a\",\"name\":\"n%06d\","
				"\"uid\":\"u\",\"resourceVersion\":\"%s\"},"
				"\"status\":{\"phase\":\"Odd\"}}",
		i, rv);
	struct object o;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	assert_int_equal(into(&w->part, &o, NULL), 0);
	free(text);
}

static void set_rules(struct world *w)
{
	static const char *const bad[] = { "Odd" };
	struct health_rule rule = {
		.kind = "widgets.example.com", .path = ".status.phase", .bad = bad, .n_bad = 1
	};

	w->ctx.rules = health_rules_new();
	assert_int_equal(health_rules_add(w->ctx.rules, &rule, NULL), 0);
	contents_judge_anew(&w->contents);
}

static void drop_rules(struct world *w)
{
	health_rules_unref(w->ctx.rules);
	w->ctx.rules = NULL;
}

/* Objects that come and go between two slices do not keep others from being judged. */
static void test_judging_in_slices(void **state)
{
	struct world *w = *state;
	int slices = 0;

	for (int i = 0; i < JUDGED; i++)
		put_phase(w, 2 * i, "1", contents_put);
	assert_int_equal(how_many(w, HEALTH_UNKNOWN), JUDGED);
	set_rules(w);
	for (; w->contents.judging; slices++) {
		struct object o = { .ns = STR("a"), .rv = STR("9") };
		char *first = mem_printf("n%06d", 2 * slices);

		contents_judge_some(&w->contents, 0);
		o.name = str_of(first);
		contents_delete(&w->part, &o);
		put_phase(w, 2 * (JUDGED - slices) + 1, "1", contents_put);
		free(first);
	}
	assert_in_range(slices, 3, 10);
	assert_int_equal(how_many(w, HEALTH_UNKNOWN), 0);
	assert_int_equal(how_many(w, HEALTH_BAD), JUDGED);
	drop_rules(w);
}

/* What a list has brought under the old rules comes in at its end. */
static void test_judging_during_a_list(void **state)
{
	struct world *w = *state;

	contents_begin(&w->part);
	put_phase(w, 1, "1", contents_item);
	contents_end(&w->part);
	contents_begin(&w->part);
	put_phase(w, 1, "2", contents_item);
	put_phase(w, 2, "2", contents_item);
	set_rules(w);
	while (w->contents.judging)
		contents_judge_some(&w->contents, 0);
	assert_int_equal(how_many(w, HEALTH_BAD), 1);
	contents_end(&w->part);
	while (w->contents.judging)
		contents_judge_some(&w->contents, 0);
	assert_int_equal(how_many(w, HEALTH_BAD), 2);
	drop_rules(w);
}

/* ---- parts ---- */

static int give_in(struct contents_part *part, take *into, const char *ns, const char *name)
{
	char *text =
		mem_printf("{\"metadata\":{\"namespace\":\"%s\",\"name\":\"%s\",\"uid\":\"u-%s\","
			   "\"resourceVersion\":\"1\"}}",
			ns, name, name);
	struct object o;
	int rc;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	rc = into(part, &o, NULL);
	free(text);
	return rc;
}

static bool has(struct world *w, const char *ns, const char *name)
{
	return store_find(w->contents.store, str_of(ns), str_of(name));
}

/* A list of one namespace says nothing of another, though both are under way; and
 * nothing of what an event has brought meanwhile. */
static void test_parts(void **state)
{
	struct world *w = *state;
	struct contents_part a = { .contents = NULL }, b = { .contents = NULL };

	contents_part_init(&a, &w->contents, "a");
	contents_part_init(&b, &w->contents, "b");
	contents_begin(&a);
	contents_begin(&b);
	give_in(&a, contents_item, "a", "one");
	give_in(&a, contents_item, "a", "two");
	give_in(&b, contents_item, "b", "three");
	assert_int_equal(w->contents.listed, 3);
	contents_end(&a);
	contents_end(&b);
	assert_int_equal(w->contents.listed, 0);
	assert_int_equal(store_count(w->contents.store), 3);
	contents_begin(&a);
	give_in(&b, contents_put, "b", "four");
	give_in(&a, contents_item, "a", "two");
	give_in(&a, contents_item, "a", "new");
	contents_end(&a);
	assert_false(has(w, "a", "one"));
	assert_true(has(w, "a", "new"));
	assert_true(has(w, "b", "three") && has(w, "b", "four"));
	/* all of it, while a part goes on */
	contents_begin(&w->part);
	give_in(&w->part, contents_item, "a", "two");
	give_in(&b, contents_put, "b", "five");
	contents_abort(&b);
	contents_end(&w->part);
	assert_true(has(w, "a", "two") && has(w, "b", "five"));
	assert_int_equal(store_count(w->contents.store), 2);
	contents_part_release(&a);
	contents_part_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_event, setup, teardown),
		cmocka_unit_test_setup_teardown(test_relist, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_log_of_events, setup, teardown),
		cmocka_unit_test_setup_teardown(test_log_of_a_relist, setup, teardown),
		cmocka_unit_test_setup_teardown(test_log_of_the_first_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_handlers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turns, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turns_in_slices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turns_of_the_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turns_with_labels, setup, teardown),
		cmocka_unit_test_setup_teardown(test_judging_in_slices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_judging_during_a_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
	};

	return cmocka_run_group_tests_name("contents", tests, NULL, NULL);
}
