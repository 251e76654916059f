/* contents: what happens to a kind when there is no room for the labels of one of its objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

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
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	contents_release(&w->contents);
	worker_free(w->worker);
	roots_free(w->roots);
	labels_free(w->ctx.labels);
	nursery_free(w->ctx.nursery);
	changes_free(w->ctx.changes);
	free(w);
	return 0;
}

typedef int take(struct contents *c, const struct object *o, struct error *err);

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
	rc = into(&w->contents, &o, &err);
	assert_int_equal(err.code, rc == 0 ? ERROR_NONE : ERROR_TOO_LARGE);
	error_release(&err);
	free(text);
	return rc;
}

static void list(struct world *w)
{
	contents_begin(&w->contents);
	assert_int_equal(give(w, contents_item, "x", "1", "\"app\":\"x\""), 0);
	assert_int_equal(give(w, contents_item, "y", "1", "\"app\":\"y\""), 0);
	contents_end(&w->contents);
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
	contents_begin(&w->contents);
	assert_int_equal(give(w, contents_item, "x", "2", "\"app\":\"x\""), 0);
	assert_int_equal(give(w, contents_item, "z", "2", "\"app\":\"z\""), -1);
	contents_abort(&w->contents);
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
	contents_begin(&w->contents);
	assert_int_equal(give(w, contents_item, "\\u0078", "1", ""), 0);
	assert_string_equal(seen, "a/x");
	contents_end(&w->contents);
	assert_int_equal(give(w, contents_put, "\\u0079", "1", ""), 0);
	assert_string_equal(seen, "a/y");
	contents_begin(&w->contents);
	assert_int_equal(give(w, contents_item, "\\u0078", "2", ""), 0);
	contents_end(&w->contents);
	assert_string_equal(seen, "a/x");
	assert_string_equal(rv_of(w, "x"), "2");
	free(seen);
	turn(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_event, setup, teardown),
		cmocka_unit_test_setup_teardown(test_relist, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
	};

	return cmocka_run_group_tests_name("contents", tests, NULL, NULL);
}
