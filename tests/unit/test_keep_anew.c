/* contents without texts, listed a namespace at a time: other columns are read anew in each of its parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/changes.h"
#include "cache/contents.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "cache/store.h"
#include "kube/columns.h"
#include "kube/object.h"

#define PARTS 3

static const char *const spaces[PARTS] = { "x", "y", "z" };

struct world {
	struct roots *roots;
	struct worker *worker;
	struct informer_context ctx;
	struct kind kind;
	struct contents contents;
	struct contents_part all, parts[PARTS];
	struct columns *columns;
	struct text_reader *reader;
};

static void no_wake(void *arg)
{
	(void)arg;
}

static void init_part(struct world *w, size_t i)
{
	memset(&w->parts[i], 0, sizeof(w->parts[i]));
	contents_part_init(&w->parts[i], &w->contents, spaces[i]);
}

static int setup(void **state)
{
	struct world *w = mem_zalloc(sizeof(*w));

	w->roots = roots_new();
	w->worker = worker_new();
	w->reader = text_reader_new();
	w->ctx.retire = roots_retire(w->roots);
	w->ctx.labels = labels_new(w->ctx.retire, 10);
	w->ctx.nursery = nursery_new(w->worker, w->ctx.retire, no_wake, NULL);
	w->ctx.changes = changes_new((size_t)1 << 20);
	w->kind = (struct kind){ .id = 1,
		.gvr = { .group = "example.com", .version = "v1", .resource = "widgets" },
		.kind = "Widget",
		.namespaced = true };
	contents_init(&w->contents, &w->ctx, &w->kind);
	contents_part_init(&w->all, &w->contents, NULL);
	for (size_t i = 0; i < PARTS; i++)
		init_part(w, i);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < PARTS; i++)
		contents_part_release(&w->parts[i]);
	contents_part_release(&w->all);
	contents_release(&w->contents);
	worker_free(w->worker);
	roots_free(w->roots);
	labels_free(w->ctx.labels);
	nursery_free(w->ctx.nursery);
	changes_free(w->ctx.changes);
	text_reader_free(w->reader);
	columns_free(w->columns);
	free(w);
	return 0;
}

/* Always the same object in each namespace. */
static void give(struct contents_part *part, const char *ns)
{
	char *text =
		mem_printf("{\"metadata\":{\"namespace\":\"%s\",\"name\":\"n\",\"uid\":\"u-%s\","
			   "\"resourceVersion\":\"1\"}}",
			ns, ns);
	struct error err = ERROR_INIT;
	struct object o;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	assert_int_equal(contents_item(part, &o, &err), 0);
	error_release(&err);
	free(text);
}

static void list(struct contents_part *part)
{
	contents_begin(part);
	for (size_t i = 0; i < PARTS; i++) {
		if (!part->ns || strcmp(part->ns, spaces[i]) == 0)
			give(part, spaces[i]);
	}
	contents_end(part);
}

static const struct entry *one_of(struct world *w, size_t i)
{
	return store_find(w->contents.store, str_of(spaces[i]), STR("n"));
}

/* What want_more() wants. */
static bool has_more(struct world *w, size_t i)
{
	struct str text = text_read_kept(w->reader, one_of(w, i)->text);

	return memmem(text.p, text.len, "resourceVersion", 15) != NULL;
}

/* Columns that want a part of the text that was not kept so far. */
static void want_more(struct world *w)
{
	w->columns = columns_new(STR("[{\"name\":\"R\",\"type\":\"string\","
				     "\"jsonPath\":\".metadata.resourceVersion\"}]"),
		NULL);
	w->kind.columns = w->columns;
	assert_true(contents_keep_anew(&w->contents));
}

/* Each part is read anew by a list of its own: neither what others list counts for it,
 * nor a list that was cut off. */
static void test_each(void **state)
{
	struct world *w = *state;
	struct contents_part *p = w->parts;

	contents_reduce(&w->contents);
	list(&p[0]);
	list(&p[1]);
	/* the third is in its first list */
	contents_begin(&p[2]);
	give(&p[2], "z");
	assert_false(contents_part_lags(&p[0]));
	want_more(w);
	for (size_t i = 0; i < PARTS; i++)
		assert_true(contents_part_lags(&p[i]));
	contents_abort(&p[2]);
	list(&p[0]);
	assert_true(has_more(w, 0));
	list(&p[0]);
	assert_false(contents_part_lags(&p[0]));
	assert_true(contents_part_lags(&p[1]));
	list(&p[1]);
	assert_true(has_more(w, 1));
	assert_false(has_more(w, 2));
	assert_true(contents_part_lags(&p[2]));
	/* cut off once more, and begun again */
	contents_begin(&p[2]);
	contents_abort(&p[2]);
	assert_true(contents_part_lags(&p[2]));
	list(&p[2]);
	assert_true(has_more(w, 2));
	assert_false(contents_part_lags(&p[2]));
}

/* A list that began under the columns before is not the one that is waited for. */
static void test_begun_before(void **state)
{
	struct world *w = *state;
	struct contents_part *part = &w->parts[0];

	contents_reduce(&w->contents);
	list(part);
	contents_begin(part);
	give(part, "x");
	want_more(w);
	contents_end(part);
	assert_false(has_more(w, 0));
	assert_true(contents_part_lags(part));
	list(part);
	assert_true(has_more(w, 0));
	assert_false(contents_part_lags(part));
}

/* All of it was listed once, then a namespace each, some of which are given up. */
static void test_parts_that_go(void **state)
{
	struct world *w = *state;
	struct contents_part *p = w->parts;
	uint64_t version;

	contents_reduce(&w->contents);
	list(&w->all);
	for (size_t i = 0; i < PARTS; i++)
		contents_part_follow(&p[i], &w->all);
	list(&p[0]);
	contents_part_release(&p[1]);
	contents_part_release(&p[2]);
	want_more(w);
	list(&p[0]);
	assert_true(has_more(w, 0));
	assert_false(contents_part_lags(&p[0]));
	/* and once is enough */
	version = one_of(w, 0)->version;
	list(&p[0]);
	assert_int_equal(one_of(w, 0)->version, version);
	/* one that comes back has not been read since */
	init_part(w, 1);
	init_part(w, 2);
	contents_part_follow(&p[1], &w->all);
	assert_true(contents_part_lags(&p[1]));
	list(&p[1]);
	assert_true(has_more(w, 1));
	assert_false(has_more(w, 2));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_each),
		TEST(test_begun_before),
		TEST(test_parts_that_go),
	};

	return cmocka_run_group_tests_name("keep_anew", tests, NULL, NULL);
}
