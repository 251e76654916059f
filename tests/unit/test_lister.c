/* Rows that pass a filter, kept current while the store changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/wake.h"
#include "base/worker.h"
#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/lister.h"
#include "cluster_fixture.h"

#define COLUMNS "[{\"name\":\"V\",\"type\":\"string\",\"jsonPath\":\".v\"}]"
#define LONG	INT64_MAX

static struct filter *parse(const char *text)
{
	struct filter *filter;

	assert_int_equal(filter_new(str_of(text), NULL, &filter, NULL, NULL), 0);
	return filter;
}

static void put(struct fixture *f, int n, const char *metadata, const char *v)
{
	char ns[20], name[20], rest[300];

	snprintf(ns, sizeof(ns), "ns-%d", n % 3);
	snprintf(name, sizeof(name), "obj-%05d", n);
	snprintf(rest, sizeof(rest), "\"v\":\"%s\"", v);
	fixture_put(f, f->kinds[0], ns, name, metadata, rest);
}

static void take_out(struct fixture *f, int n)
{
	char ns[20], name[20];

	snprintf(ns, sizeof(ns), "ns-%d", n % 3);
	snprintf(name, sizeof(name), "obj-%05d", n);
	fixture_remove(f, f->kinds[0], ns, name);
}

/* The lister against a walk over the whole store. */
static void check(struct lister *l, const struct filter *filter, const struct root *root)
{
	const struct kind_root *kind = root->kinds[0];
	size_t n = 0, row;

	for (size_t i = 0; i < kind->store->count; i++) {
		const struct entry *e = store_root_at(kind->store, i);
		bool pass = filter_labels_match(filter, e, root->labels) &&
			    filter_judge_text(filter, kind->kind, e, NULL) == FILTER_YES;

		assert_int_equal(lister_find(l, kind, entry_ns(e), entry_name(e), &row), pass);
		assert_int_equal(row, n);
		if (pass)
			assert_ptr_equal(lister_at(l, kind, n++), e);
	}
	assert_int_equal(lister_count(l), n);
	assert_null(lister_at(l, kind, n));
}

static void test_follows_changes(void **state)
{
	struct fixture f;
	struct filter *filter = parse("name!=x -l a");
	const struct root *root;
	struct lister *l;

	(void)state;
	fixture_init(&f);
	fixture_add_kind(&f, "e.c", "widgets", COLUMNS);
	l = lister_new(f.kinds[0]->kind.id, filter, NULL);
	assert_true(lister_update(l, fixture_publish(&f), LONG));
	assert_int_equal(lister_count(l), 0);
	srand(7);
	for (int step = 0; step < 60; step++) {
		for (int i = 0; i < 100; i++) {
			int n = rand() % 3000;

			if (rand() % 4 == 0)
				take_out(&f, n);
			else
				put(&f, n, rand() % 2 ? "\"labels\":{\"a\":\"1\"}" : NULL, "x");
		}
		root = fixture_publish(&f);
		assert_true(lister_update(l, root, LONG));
		check(l, filter, root);
	}
	lister_free(l);
	filter_free(filter);
	fixture_release(&f);
}

static void test_find_outside(void **state)
{
	struct fixture f;
	struct filter *filter = parse("name!=obj-00004");
	const struct root *root;
	struct lister *l;
	size_t row;

	(void)state;
	fixture_init(&f);
	fixture_add_kind(&f, "e.c", "widgets", COLUMNS);
	for (int i = 1; i < 4; i++)
		put(&f, 3 * i + 1, NULL, "x"); /* ns-1/4, 7, 10 */
	root = fixture_publish(&f);
	l = lister_new(f.kinds[0]->kind.id, filter, NULL);
	/* not updated yet: nothing to find */
	assert_false(lister_find(l, root->kinds[0], STR("ns-1"), STR("obj-00007"), &row));
	assert_true(lister_update(l, root, LONG));
	assert_int_equal(lister_count(l), 2);
	assert_false(lister_find(l, root->kinds[0], STR("ns-1"), STR("obj-00004"), &row));
	assert_int_equal(row, 0);
	assert_false(lister_find(l, root->kinds[0], STR("ns-1"), STR("obj-00008"), &row));
	assert_int_equal(row, 1);
	assert_false(lister_find(l, root->kinds[0], STR("zz"), STR("a"), &row));
	assert_int_equal(row, 2);
	/* a root of later: no row is looked up in the wrong place */
	put(&f, 0, NULL, "x");
	root = fixture_publish(&f);
	assert_null(lister_at(l, root->kinds[0], 0));
	lister_free(l);
	filter_free(filter);
	fixture_release(&f);
}

static void test_in_slices(void **state)
{
	struct fixture f;
	struct filter *filter = parse("obj");
	const struct root *root;
	struct lister *l;
	size_t done, all, last = 0;
	int slices = 1;

	(void)state;
	fixture_init(&f);
	fixture_add_kind(&f, "e.c", "widgets", NULL);
	for (int i = 0; i < 3000; i++)
		put(&f, i, NULL, "x");
	root = fixture_publish(&f);
	l = lister_new(f.kinds[0]->kind.id, filter, NULL);
	while (!lister_update(l, root, 0)) {
		lister_progress(l, &done, &all);
		assert_int_equal(all, 3000);
		assert_true(done > last && done < all);
		assert_int_equal(lister_count(l), done);
		last = done;
		slices++;
	}
	assert_true(slices > 4);
	assert_int_equal(lister_count(l), 3000);
	lister_free(l);
	filter_free(filter);
	fixture_release(&f);
}

static void test_kind_gone(void **state)
{
	struct fixture f;
	struct filter *filter = parse("obj");
	struct lister *l;

	(void)state;
	fixture_init(&f);
	fixture_add_kind(&f, "e.c", "widgets", NULL);
	put(&f, 1, NULL, "x");
	l = lister_new(f.kinds[0]->kind.id, filter, NULL);
	lister_update(l, fixture_publish(&f), LONG);
	assert_int_equal(lister_count(l), 1);
	fixture_remove_kind(&f, f.kinds[0]);
	assert_true(lister_update(l, fixture_publish(&f), LONG));
	assert_int_equal(lister_count(l), 0);
	lister_free(l);
	filter_free(filter);
	fixture_release(&f);
}

/* ---- with cells, made by the worker ---- */

struct with_cells {
	struct fixture f;
	struct worker *worker;
	struct wake wake;
	struct cells *cells;
	struct filter *filter;
	struct lister *lister;
};

static void begin(struct with_cells *w, const char *text, int count)
{
	char v[20];

	fixture_init(&w->f);
	fixture_add_kind(&w->f, "e.c", "widgets", COLUMNS);
	for (int i = 0; i < count; i++) {
		snprintf(v, sizeof(v), "value-%d", i % 10);
		put(&w->f, i, NULL, v);
	}
	w->worker = worker_new();
	wake_init(&w->wake);
	w->cells = cells_new(w->f.roots, w->worker, &w->wake);
	w->filter = parse(text);
	w->lister = lister_new(w->f.kinds[0]->kind.id, w->filter, w->cells);
}

static void end(struct with_cells *w)
{
	lister_free(w->lister);
	filter_free(w->filter);
	cells_free(w->cells);
	worker_free(w->worker);
	wake_release(&w->wake);
	fixture_release(&w->f);
}

static void settle(struct with_cells *w, const struct root *root)
{
	struct pollfd pfd = { .fd = w->wake.fd, .events = POLLIN };

	while (!lister_update(w->lister, root, LONG)) {
		if (poll(&pfd, 1, 10000) != 1)
			fail_msg("nothing came from the worker");
		wake_clear(&w->wake);
	}
}

static void test_cells(void **state)
{
	struct with_cells w;
	const struct root *root;
	struct str cells;
	size_t done;

	(void)state;
	begin(&w, "v=value-3", 3000);
	root = fixture_publish(&w.f);
	settle(&w, root);
	assert_int_equal(lister_count(w.lister), 300);
	assert_true(cells_want(w.cells, root->kinds[0], &done));
	assert_int_equal(done, 3000);
	assert_true(cells_get(
		w.cells, root->kinds[0], store_root_at(root->kinds[0]->store, 0), &cells));
	assert_true(str_eq(cells, STR("value-0\0")));

	put(&w.f, 0, NULL, "value-3");
	put(&w.f, 3, NULL, "value-4");
	put(&w.f, 13, NULL, "value-5");
	root = fixture_publish(&w.f);
	settle(&w, root);
	assert_int_equal(lister_count(w.lister), 299);
	end(&w);
}

/* Names decide at once; only what they leave open waits. */
static void test_names_first(void **state)
{
	struct with_cells w;
	const struct root *root;

	(void)state;
	begin(&w, "obj-00001|value-7", 100);
	root = fixture_publish(&w.f);
	lister_update(w.lister, root, LONG);
	assert_true(lister_count(w.lister) >= 1);
	settle(&w, root);
	assert_int_equal(lister_count(w.lister), 11);
	end(&w);
}

static void test_other_columns(void **state)
{
	struct with_cells w;
	const struct root *root;
	struct fixture_kind other;

	(void)state;
	begin(&w, "v=value-3", 100);
	root = fixture_publish(&w.f);
	settle(&w, root);
	assert_int_equal(lister_count(w.lister), 10);
	/* the same kind with another set of columns: V is the name now */
	other = *w.f.kinds[0];
	other.kind.columns = NULL;
	{
		struct fixture_kind *made = fixture_add_kind(&w.f, "e.d", "others",
			"[{\"name\":\"V\",\"type\":\"string\",\"jsonPath\":\".metadata.name\"}]");

		made->kind.id = other.kind.id;
		made->root.kind = &made->kind;
		w.f.kinds[0]->root.kind = &made->kind;
		put(&w.f, 5, NULL, "x");
		root = fixture_publish(&w.f);
		settle(&w, root);
		assert_int_equal(lister_count(w.lister), 0);
		w.f.kinds[0]->root.kind = &w.f.kinds[0]->kind;
	}
	end(&w);
}

static void test_long_cells(void **state)
{
	struct with_cells w;
	const struct root *root;
	struct str cells;
	size_t done;

	(void)state;
	begin(&w, "v=x", 0);
	{
		char v[3001];
		char rest[3100];

		memset(v, 'y', 3000);
		v[3000] = '\0';
		snprintf(rest, sizeof(rest), "\"v\":\"%s\"", v);
		fixture_put(&w.f, w.f.kinds[0], "a", "b", NULL, rest);
	}
	root = fixture_publish(&w.f);
	settle(&w, root);
	cells_want(w.cells, root->kinds[0], &done);
	assert_true(cells_get(
		w.cells, root->kinds[0], store_root_at(root->kinds[0]->store, 0), &cells));
	assert_int_equal(cells.len, CELLS_TEXT_MAX);
	assert_int_equal(cells.p[cells.len - 1], '\0');
	end(&w);
}

/* Freed while the worker is at it. */
static void test_early_end(void **state)
{
	struct with_cells w;

	(void)state;
	for (int i = 0; i < 20; i++) {
		begin(&w, "v=value-3", 300);
		lister_update(w.lister, fixture_publish(&w.f), LONG);
		end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_changes),
		cmocka_unit_test(test_find_outside),
		cmocka_unit_test(test_in_slices),
		cmocka_unit_test(test_kind_gone),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_names_first),
		cmocka_unit_test(test_other_columns),
		cmocka_unit_test(test_long_cells),
		cmocka_unit_test(test_early_end),
	};

	return cmocka_run_group_tests_name("lister", tests, NULL, NULL);
}
