/* Rows in every order, against a sort of all of them each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/wake.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/lister.h"
#include "cluster_fixture.h"
#include "kube/columns.h"
#include "kube/object.h"
#include "kube/value.h"

#define LONG		 INT64_MAX
#define TEXT(name, path) "{\"name\":\"" name "\",\"type\":\"string\",\"jsonPath\":\"" path "\"}"
#define COLUMNS                                                                                    \
	"[" TEXT("Word", ".w") "," TEXT("Size", ".q") "," TEXT("Took", ".t") "," TEXT(             \
		"Mixed", ".m") ",{\"name\":\"N\",\"type\":\"integer\",\"jsonPath\":\".n\"},"       \
			       "{\"name\":\"D\",\"type\":\"date\",\"jsonPath\":\".d\"}]"

enum which {
	WORD,
	SIZE,
	TOOK,
	MIXED,
	NUMBER,
	DATE,
	COLUMN_COUNT
};

struct test {
	struct fixture f;
	struct fixture_kind *kind;
	struct worker *worker;
	struct wake wake;
	struct cells *cells;
	struct filter *filter;
	const struct root *root;
};

static void begin(struct test *t)
{
	unsigned seed = (unsigned)time(NULL);

	if (getenv("ORDER_SEED"))
		seed = (unsigned)strtoul(getenv("ORDER_SEED"), NULL, 10);
	print_message("ORDER_SEED=%u\n", seed);
	srand(seed);
	fixture_init(&t->f);
	t->kind = fixture_add_kind(&t->f, "e.c", "widgets", COLUMNS);
	t->worker = worker_new();
	wake_init(&t->wake);
	t->cells = cells_new(t->f.roots, t->worker, &t->wake);
	t->filter = NULL;
}

static void end(struct test *t)
{
	filter_free(t->filter);
	cells_free(t->cells);
	worker_free(t->worker);
	wake_release(&t->wake);
	fixture_release(&t->f);
}

static const char *pick(const char *const *texts, size_t n)
{
	return texts[(size_t)rand() % n];
}

#define PICK(texts) pick(texts, sizeof(texts) / sizeof(texts[0]))

static void random_rest(char *out, size_t size)
{
	static const char *const sizes[] = { "1500m", "2", "10Gi", "9500Mi", "0.5", "1e3", "" };
	static const char *const took[] = { "12d", "3h20m", "5m", "90s", "2y35d", "" };
	static const char *const mixed[] = { "v1.9", "v1.10", "12", "5m", "V1.9", "" };
	static const char *const phases[] = { "Failed", "Running", "Pending", "" };
	static const char *const words[] = { "Alpha", "a-long-common-beginning-", "beta",
		"\xc3\xa9" };
	char n[40] = "", d[60] = "";

	if (rand() % 5)
		snprintf(n, sizeof(n), "\"n\":%d,", rand() % 200 - 100);
	if (rand() % 5)
		snprintf(d, sizeof(d), "\"d\":\"2026-0%d-1%dT00:00:%02dZ\",", rand() % 9 + 1,
			rand() % 10, rand() % 60);
	snprintf(out, size,
		"\"w\":\"%s%d\",\"q\":\"%s\",\"t\":\"%s\",\"m\":\"%s\",%s%s\"status\":{\"phase\":"
		"\"%s\"}",
		PICK(words), rand() % 50, PICK(sizes), PICK(took), PICK(mixed), n, d, PICK(phases));
}

static void put(struct test *t, int n)
{
	char ns[20], name[60], metadata[200], rest[500];
	struct entry *e;

	snprintf(ns, sizeof(ns), "ns-%d", n % 7);
	snprintf(name, sizeof(name), "%s%d", n % 3 ? "widget-with-a-name-" : "x", n / 2);
	snprintf(metadata, sizeof(metadata), "\"uid\":\"u-%d\"%s", n, "");
	if (rand() % 10)
		snprintf(metadata, sizeof(metadata),
			"\"uid\":\"u-%d\",\"creationTimestamp\":\"2026-0%d-1%dT00:00:0%dZ\"", n,
			rand() % 9 + 1, rand() % 10, rand() % 10);
	random_rest(rest, sizeof(rest));
	fixture_put(&t->f, t->kind, ns, name, metadata, rest);
	e = store_find(t->kind->store, str_of(ns), str_of(name));
	e->changed = rand() % 3 ? rand() % 1000 : 0;
}

static void take_out(struct test *t, int n)
{
	char ns[20], name[60];

	snprintf(ns, sizeof(ns), "ns-%d", n % 7);
	snprintf(name, sizeof(name), "%s%d", n % 3 ? "widget-with-a-name-" : "x", n / 2);
	fixture_remove(&t->f, t->kind, ns, name);
}

static void change(struct test *t, int count, int most)
{
	for (int i = 0; i < count; i++) {
		int n = rand() % most;

		if (rand() % 4 == 0)
			take_out(t, n);
		else
			put(t, n);
	}
}

/* ---- what is expected ---- */

struct expected {
	const struct entry *e;
	size_t place; /* by key */
	bool missing;
	double number;
	int64_t time;
	char *text;
};

static struct order by;
static unsigned as; /* enum value_class that all values of the column have; 0: words */

static int cmp_values(const struct expected *a, const struct expected *b)
{
	switch (by.by) {
	case ORDER_NAME:
		return str_cmp(entry_name(a->e), entry_name(b->e));
	case ORDER_AGE:
	case ORDER_CHANGED:
		return (a->time < b->time) - (a->time > b->time);
	case ORDER_HEALTH:
		return b->e->health - a->e->health;
	case ORDER_COLUMN:
		if (by.column == DATE)
			return (a->time < b->time) - (a->time > b->time);
		if (as)
			return (a->number > b->number) - (a->number < b->number);
		return value_cmp_words(str_of(a->text), str_of(b->text));
	default:
		return 0;
	}
}

static int cmp_expected(const void *x, const void *y)
{
	const struct expected *a = x, *b = y;
	int order = a->missing || b->missing ? 0 : cmp_values(a, b);

	if (a->missing != b->missing)
		return a->missing ? 1 : -1;
	if (by.by == ORDER_KEY && by.reverse)
		return a->place < b->place ? 1 : -1;
	if (order)
		return by.reverse ? -order : order;
	return (a->place > b->place) - (a->place < b->place);
}

static void read_column(struct test *t, struct text_reader *reader, struct expected *x)
{
	const struct columns *columns = t->kind->kind.columns;
	struct str object = text_read(reader, x->e->text);
	struct buf cells = BUF_INIT(1 << 20);
	int64_t times[COLUMN_COUNT];

	if (by.column >= columns->count) {
		x->missing = true;
		return;
	}
	columns_values(columns, object, times, &cells);
	x->time = times[by.column];
	buf_reset(&cells);
	columns_cell(columns, by.column, object, 0, &cells);
	x->text = mem_strdup(buf_text(&cells));
	x->missing = by.column == DATE ? x->time == COLUMNS_NO_TIME
				       : value_classes(str_of(x->text)) == VALUE_MISSING;
	if (!x->missing)
		as &= value_classes(str_of(x->text));
	buf_release(&cells);
}

static void read_value(struct test *t, struct text_reader *reader, struct expected *x)
{
	x->text = NULL;
	x->missing = false;
	if (by.by == ORDER_AGE || by.by == ORDER_CHANGED) {
		x->time = by.by == ORDER_AGE ? x->e->created : x->e->changed;
		x->missing = x->time == (by.by == ORDER_AGE ? OBJECT_NO_TIME : 0);
	}
	if (by.by == ORDER_HEALTH)
		x->missing = x->e->health == HEALTH_UNKNOWN;
	if (by.by == ORDER_COLUMN)
		read_column(t, reader, x);
}

static struct expected *expect(struct test *t, const struct order *order, size_t *ret_n)
{
	const struct kind_root *kind = t->root->kinds[0];
	struct expected *all = mem_zalloc((kind->store->count + 1) * sizeof(*all));
	struct text_reader *reader = text_reader_new();
	size_t n = 0;

	by = *order;
	as = VALUE_NUMBER | VALUE_DURATION;
	for (size_t i = 0; i < kind->store->count; i++) {
		const struct entry *e = store_root_at(kind->store, i);

		if (t->filter && filter_judge_text(t->filter, kind->kind, e, NULL) != FILTER_YES)
			continue;
		all[n].e = e;
		all[n].place = n;
		read_value(t, reader, &all[n]);
		n++;
	}
	for (size_t i = 0; i < n && by.by == ORDER_COLUMN && as; i++) {
		if (all[i].missing || by.column == DATE)
			continue;
		if (as & VALUE_NUMBER)
			value_number(str_of(all[i].text), &all[i].number);
		else
			value_duration(str_of(all[i].text), &all[i].number);
	}
	qsort(all, n, sizeof(*all), cmp_expected);
	text_reader_free(reader);
	*ret_n = n;
	return all;
}

static void check(struct test *t, struct lister *l, const struct order *order, size_t step)
{
	const struct kind_root *kind = t->root->kinds[0];
	struct expected *all;
	size_t n, row;

	all = expect(t, order, &n);
	assert_int_equal(lister_count(l), n);
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = lister_at(l, kind, i);

		if (e != all[i].e)
			fail_msg("order %d column %zu reverse %d: row %zu is " STR_FMT
				 ", not " STR_FMT,
				order->by, order->column, order->reverse, i, STR_ARG(entry_name(e)),
				STR_ARG(entry_name(all[i].e)));
		if (i % step == 0) {
			assert_true(lister_find(l, kind, entry_ns(e), entry_name(e), &row));
			assert_int_equal(row, i);
		}
	}
	assert_null(lister_at(l, kind, n));
	for (size_t i = 0; i < n; i++)
		free(all[i].text);
	free(all);
}

static void settle(struct test *t, struct lister *l)
{
	struct pollfd pfd = { .fd = t->wake.fd, .events = POLLIN };

	while (!lister_update(l, t->root, LONG)) {
		if (poll(&pfd, 1, 30000) != 1)
			fail_msg("nothing came from the worker");
		wake_clear(&t->wake);
	}
}

/* ---- tests ---- */

static const struct order orders[] = {
	{ .by = ORDER_KEY },
	{ .by = ORDER_NAME },
	{ .by = ORDER_AGE },
	{ .by = ORDER_HEALTH },
	{ .by = ORDER_CHANGED },
	{ .by = ORDER_COLUMN, .column = WORD },
	{ .by = ORDER_COLUMN, .column = SIZE },
	{ .by = ORDER_COLUMN, .column = TOOK },
	{ .by = ORDER_COLUMN, .column = MIXED },
	{ .by = ORDER_COLUMN, .column = NUMBER },
	{ .by = ORDER_COLUMN, .column = DATE },
	{ .by = ORDER_COLUMN, .column = COLUMN_COUNT },
};

#define ORDERS (sizeof(orders) / sizeof(orders[0]))

static void follow(struct test *t, int steps, int most)
{
	struct lister *listers[2 * ORDERS];
	struct order order[2 * ORDERS];

	for (size_t i = 0; i < 2 * ORDERS; i++) {
		order[i] = orders[i / 2];
		order[i].reverse = i % 2;
		listers[i] = lister_new_ordered(t->kind->kind.id, t->filter, &order[i], t->cells);
	}
	for (int step = 0; step < steps; step++) {
		change(t, step % 3 == 0 ? most / 2 : 10, most);
		t->root = fixture_publish(&t->f);
		for (size_t i = 0; i < 2 * ORDERS; i++) {
			settle(t, listers[i]);
			check(t, listers[i], &order[i], 7);
		}
	}
	for (size_t i = 0; i < 2 * ORDERS; i++)
		lister_free(listers[i]);
}

static void test_orders(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	follow(&t, 12, 3000);
	end(&t);
}

static void test_filtered(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	assert_int_equal(filter_new(STR("namespace!=ns-3"), NULL, &t.filter, NULL, NULL), 0);
	follow(&t, 6, 1500);
	end(&t);
}

/* Few rows: nothing is ever made anew but the first time. */
static void test_one_by_one(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	follow(&t, 8, 120);
	end(&t);
}

static void test_many(void **state)
{
	static const size_t which[] = { 1, 2, 3, 5, 6 };
	struct test t;

	(void)state;
	begin(&t);
	for (int i = 0; i < 100000; i++)
		put(&t, i);
	t.root = fixture_publish(&t.f);
	for (size_t i = 0; i < sizeof(which) / sizeof(which[0]); i++) {
		const struct order *order = &orders[which[i]];
		struct lister *l = lister_new_ordered(t.kind->kind.id, NULL, order, t.cells);

		settle(&t, l);
		check(&t, l, order, 20011);
		change(&t, 500, 100000);
		t.root = fixture_publish(&t.f);
		settle(&t, l);
		check(&t, l, order, 20011);
		lister_free(l);
	}
	end(&t);
}

/* One lister through all orders: its rows stay until the next is there. */
static void test_set_order(void **state)
{
	struct test t;
	struct lister *l;

	(void)state;
	begin(&t);
	change(&t, 2000, 2000);
	t.root = fixture_publish(&t.f);
	l = lister_new(t.kind->kind.id, NULL, t.cells);
	settle(&t, l);
	for (size_t i = 0; i < 40; i++) {
		struct order order = orders[(size_t)rand() % ORDERS];
		size_t count = lister_count(l), done, all;

		order.reverse = rand() % 2;
		lister_set_order(l, &order);
		assert_int_equal(lister_count(l), count);
		assert_non_null(lister_at(l, t.root->kinds[0], 0));
		settle(&t, l);
		lister_progress(l, &done, &all);
		assert_int_equal(done, all);
		check(&t, l, &order, 7);
		change(&t, rand() % 50, 2000);
		t.root = fixture_publish(&t.f);
		lister_align(l, t.root->kinds[0]);
		for (size_t n = 0; n < lister_count(l); n++)
			assert_non_null(lister_at(l, t.root->kinds[0], n));
		settle(&t, l);
	}
	lister_free(l);
	end(&t);
}

/* Prepared as far as there was time, while objects change: the rows stay in the
 * store's order, and any order that is chosen then is right. */
static void test_prepared(void **state)
{
	struct test t;
	struct lister *l;

	(void)state;
	begin(&t);
	change(&t, 3000, 3000);
	t.root = fixture_publish(&t.f);
	l = lister_new(t.kind->kind.id, NULL, t.cells);
	settle(&t, l);
	assert_false(lister_prepare(l, t.root->kinds[0], 0));
	while (!lister_prepare(l, t.root->kinds[0], 0))
		check(&t, l, &orders[0], 7);
	for (size_t i = 0; i < 40; i++) {
		struct order order = orders[(size_t)rand() % ORDERS];

		for (int slice = rand() % 4; slice > 0; slice--) {
			change(&t, rand() % 50, 3000);
			t.root = fixture_publish(&t.f);
			settle(&t, l);
			lister_prepare(l, t.root->kinds[0], 0);
			check(&t, l, &orders[0], 7);
		}
		lister_set_order(l, &order);
		settle(&t, l);
		check(&t, l, &order, 7);
		lister_set_order(l, &orders[0]);
		settle(&t, l);
		check(&t, l, &orders[0], 7);
	}
	lister_free(l);
	end(&t);
}

/* Cells that are not there yet: rows in the store's order, and it says so. */
static void test_before_cells(void **state)
{
	struct test t;
	struct lister *l;
	size_t done, all;

	(void)state;
	begin(&t);
	for (int i = 0; i < 3000; i++)
		put(&t, i);
	t.root = fixture_publish(&t.f);
	l = lister_new_ordered(t.kind->kind.id, NULL, &orders[6], t.cells);
	assert_false(lister_update(l, t.root, LONG));
	lister_progress(l, &done, &all);
	assert_true(done < all);
	assert_int_equal(lister_count(l), 3000);
	assert_ptr_equal(
		lister_at(l, t.root->kinds[0], 0), store_root_at(t.root->kinds[0]->store, 0));
	settle(&t, l);
	check(&t, l, &orders[6], 7);
	/* a changed object keeps its place, and its row, until its cells are there */
	for (int i = 0; i < 20; i++)
		put(&t, i);
	t.root = fixture_publish(&t.f);
	lister_update(l, t.root, LONG);
	assert_int_equal(lister_count(l), 3000);
	settle(&t, l);
	check(&t, l, &orders[6], 7);
	lister_free(l);
	end(&t);
}

/* One value that is no number makes words of all, and back when it is gone. */
static void test_column_changes_its_kind(void **state)
{
	struct test t;
	struct lister *l;

	(void)state;
	begin(&t);
	for (int i = 0; i < 500; i++)
		put(&t, i);
	t.root = fixture_publish(&t.f);
	l = lister_new_ordered(t.kind->kind.id, NULL, &orders[6], t.cells);
	settle(&t, l);
	fixture_put(&t.f, t.kind, "ns-0", "odd", "\"uid\":\"odd\"", "\"q\":\"plenty\"");
	t.root = fixture_publish(&t.f);
	settle(&t, l);
	check(&t, l, &orders[6], 7);
	fixture_remove(&t.f, t.kind, "ns-0", "odd");
	t.root = fixture_publish(&t.f);
	settle(&t, l);
	check(&t, l, &orders[6], 7);
	lister_free(l);
	end(&t);
}

static void test_find_outside(void **state)
{
	const struct order by_name = { .by = ORDER_NAME };
	const struct order by_size = { .by = ORDER_COLUMN, .column = SIZE };
	const struct order by_key = { .by = ORDER_KEY, .reverse = true };
	struct test t;
	struct lister *l;
	size_t row;

	(void)state;
	begin(&t);
	fixture_put(&t.f, t.kind, "b", "one", NULL, "\"q\":\"3\"");
	fixture_put(&t.f, t.kind, "a", "two", NULL, "\"q\":\"1\"");
	fixture_put(&t.f, t.kind, "c", "zero", NULL, "\"q\":\"2\"");
	t.root = fixture_publish(&t.f);
	l = lister_new_ordered(t.kind->kind.id, NULL, &by_name, t.cells);
	settle(&t, l);
	assert_false(lister_find(l, t.root->kinds[0], STR("z"), STR("one"), &row));
	assert_int_equal(row, 1);
	assert_false(lister_find(l, t.root->kinds[0], STR("a"), STR("one"), &row));
	assert_int_equal(row, 0);
	lister_set_order(l, &by_size);
	settle(&t, l);
	assert_true(lister_find(l, t.root->kinds[0], STR("b"), STR("one"), &row));
	assert_int_equal(row, 2);
	assert_false(lister_find(l, t.root->kinds[0], STR("b"), STR("none"), &row));
	assert_int_equal(row, 3);
	lister_set_order(l, &by_key);
	settle(&t, l);
	assert_true(lister_find(l, t.root->kinds[0], STR("c"), STR("zero"), &row));
	assert_int_equal(row, 0);
	assert_false(lister_find(l, t.root->kinds[0], STR("b"), STR("a"), &row));
	assert_int_equal(row, 2);
	lister_free(l);
	end(&t);
}

/* Judged in slices, the rows that are there are in order. */
static void test_in_slices(void **state)
{
	const struct order order = { .by = ORDER_NAME };
	struct test t;
	struct lister *l;
	size_t last = 0;

	(void)state;
	begin(&t);
	for (int i = 0; i < 3000; i++)
		put(&t, i);
	t.root = fixture_publish(&t.f);
	l = lister_new_ordered(t.kind->kind.id, NULL, &order, t.cells);
	while (!lister_update(l, t.root, 0)) {
		assert_true(lister_count(l) > last);
		last = lister_count(l);
		for (size_t i = 1; i < last; i++)
			assert_true(str_cmp(entry_name(lister_at(l, t.root->kinds[0], i - 1)),
					    entry_name(lister_at(l, t.root->kinds[0], i))) <= 0);
	}
	check(&t, l, &order, 7);
	lister_free(l);
	end(&t);
}

static void check_health(const struct test *t, const struct lister *l)
{
	size_t health[HEALTH_KINDS] = { 0 };

	for (size_t i = 0; i < lister_count(l); i++)
		health[lister_at(l, t->root->kinds[0], i)->health]++;
	assert_memory_equal(health, lister_health(l), sizeof(health));
}

/* Who looks now and then finds all that has been replaced since, and only that is
 * looked at: objects come and go seldom here. */
static void follow_seldom(struct test *t, int most)
{
	struct order order = { .by = ORDER_HEALTH };
	struct lister *plain, *ordered;

	for (int i = 0; i < most; i++)
		put(t, i);
	t->root = fixture_publish(&t->f);
	plain = lister_new(t->kind->kind.id, t->filter, t->cells);
	ordered = lister_new_ordered(t->kind->kind.id, t->filter, &order, t->cells);
	for (int step = 0; step < 60; step++) {
		settle(t, plain);
		settle(t, ordered);
		check(t, plain, &orders[0], 31);
		check(t, ordered, &order, 31);
		check_health(t, plain);
		check_health(t, ordered);
		for (int missed = rand() % 7; missed >= 0; missed--) {
			for (int i = rand() % 20; i > 0; i--)
				put(t, rand() % most);
			if (rand() % 8 == 0)
				change(t, 3, most);
			t->root = fixture_publish(&t->f);
		}
		if (step % 3 == 0) {
			lister_align(plain, t->root->kinds[0]);
			lister_align(ordered, t->root->kinds[0]);
		}
	}
	lister_free(plain);
	lister_free(ordered);
}

static void test_seldom(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	follow_seldom(&t, 3000);
	assert_int_equal(filter_new(STR("health!=ok"), NULL, &t.filter, NULL, NULL), 0);
	follow_seldom(&t, 3000);
	end(&t);
}

/* Rows here and there, which are right before those between them have been sorted. */
static void check_some(struct test *t, struct lister *l, const struct order *order)
{
	const struct kind_root *kind = t->root->kinds[0];
	struct expected *all;
	size_t n, row;

	all = expect(t, order, &n);
	for (int i = 0; i < 20; i++) {
		size_t at = (size_t)rand() % n;
		const struct entry *e = all[(size_t)rand() % n].e;

		assert_ptr_equal(lister_at(l, kind, at), all[at].e);
		assert_true(lister_find(l, kind, entry_ns(e), entry_name(e), &row));
		assert_ptr_equal(all[row].e, e);
		assert_ptr_equal(lister_at(l, kind, row), e);
	}
	for (size_t i = 0; i < n; i++)
		free(all[i].text);
	free(all);
}

static void test_looked_at(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	for (int i = 0; i < 6000; i++)
		put(&t, i);
	t.root = fixture_publish(&t.f);
	for (size_t i = 0; i < 2 * ORDERS; i++) {
		struct order order = orders[i / 2];
		struct lister *l;

		order.reverse = i % 2;
		l = lister_new_ordered(t.kind->kind.id, NULL, &order, t.cells);
		settle(&t, l);
		check_some(&t, l, &order);
		change(&t, 40, 6000);
		t.root = fixture_publish(&t.f);
		lister_align(l, t.root->kinds[0]);
		for (size_t n = 0; n < lister_count(l); n += 97)
			assert_non_null(lister_at(l, t.root->kinds[0], n));
		settle(&t, l);
		check(&t, l, &order, 31);
		lister_free(l);
	}
	end(&t);
}

/* Nothing but deletions, in bulk, and of rows at either end, which nobody has looked
 * at since: what is left of a span that is empty has no rows. */
static void test_only_deletions(void **state)
{
	struct test t;

	(void)state;
	for (size_t i = 0; i < 2 * ORDERS; i++) {
		struct order order = orders[i / 2];
		struct lister *l;
		int left = 3000;

		begin(&t);
		for (int n = 0; n < left; n++)
			put(&t, n);
		t.root = fixture_publish(&t.f);
		order.reverse = i % 2;
		l = lister_new_ordered(t.kind->kind.id, NULL, &order, t.cells);
		settle(&t, l);
		for (int round = 0; round < 8; round++) {
			size_t count;
			struct expected *all = expect(&t, &order, &count);
			size_t from = round % 2 ? 0 : count - 300;

			for (size_t n = from; n < from + 300; n++) {
				char *ns = str_dup(entry_ns(all[n].e));
				char *name = str_dup(entry_name(all[n].e));

				fixture_remove(&t.f, t.kind, ns, name);
				free(ns);
				free(name);
			}
			for (size_t n = 0; n < count; n++)
				free(all[n].text);
			free(all);
			t.root = fixture_publish(&t.f);
			settle(&t, l);
			assert_non_null(lister_at(l, t.root->kinds[0], lister_count(l) - 1));
		}
		check(&t, l, &order, 1);
		lister_free(l);
		end(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_deletions),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_filtered),
		cmocka_unit_test(test_one_by_one),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_set_order),
		cmocka_unit_test(test_prepared),
		cmocka_unit_test(test_before_cells),
		cmocka_unit_test(test_column_changes_its_kind),
		cmocka_unit_test(test_find_outside),
		cmocka_unit_test(test_in_slices),
		cmocka_unit_test(test_seldom),
		cmocka_unit_test(test_looked_at),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
