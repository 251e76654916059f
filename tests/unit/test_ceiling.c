/* ceiling: a store above it keeps parts of the largest kind's texts, and what rows are made of stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/worker.h"
#include "cache/archive.h"
#include "cache/ceiling.h"
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

#define COUNT 300
#define NOISE 3000 /* bytes of an object that nobody needs */

enum {
	LARGE,
	SMALL,
	KINDS
};

struct said {
	size_t kinds, nothing_left;
	const struct kind *last;
};

struct world {
	struct roots *roots;
	struct worker *worker;
	struct informer_context ctx;
	struct kind kinds[KINDS];
	struct contents contents[KINDS];
	struct contents_part parts[KINDS];
	struct columns *columns;
	struct text_reader *reader, *other;
	struct said said;
	uint64_t random;
};

static void no_wake(void *arg)
{
	(void)arg;
}

static void say(void *arg, const struct kind *kind)
{
	struct said *said = arg;

	said->last = kind;
	said->kinds += kind != NULL;
	said->nothing_left += !kind;
}

static void turn(struct world *w)
{
	nursery_run(w->ctx.nursery);
	roots_publish(w->roots, mem_zalloc(sizeof(struct root)));
	retire_run(w->ctx.retire);
}

static size_t used(const struct world *w)
{
	return ceiling_used(&w->ctx, roots_held(w->roots));
}

static void lower(struct world *w)
{
	while (ceiling_run(&w->ctx, roots_held(w->roots)))
		turn(w);
	turn(w);
	turn(w);
}

static int setup(void **state)
{
	struct world *w = mem_zalloc(sizeof(*w));
	static const char *const names[KINDS][2] = { { "larges", "Large" }, { "smalls", "Small" } };

	w->random = 1;
	w->roots = roots_new();
	w->worker = worker_new();
	w->reader = text_reader_new();
	w->other = text_reader_new();
	w->ctx.retire = roots_retire(w->roots);
	w->ctx.labels = labels_new(w->ctx.retire, 1000);
	w->ctx.nursery = nursery_new(w->worker, w->ctx.retire, no_wake, NULL);
	w->ctx.changes = changes_new((size_t)1 << 20);
	w->ctx.ceiling.say = say;
	w->ctx.ceiling.arg = &w->said;
	w->columns = columns_new(
		STR("[{\"name\":\"V\",\"type\":\"string\",\"jsonPath\":\".spec.v\"}]"), NULL);
	for (size_t i = 0; i < KINDS; i++) {
		w->kinds[i] = (struct kind){ .id = (uint32_t)i,
			.gvr = { .group = (char *)"example.com",
				.version = (char *)"v1",
				.resource = (char *)names[i][0] },
			.kind = (char *)names[i][1],
			.namespaced = true,
			.columns = w->columns };
		contents_init(&w->contents[i], &w->ctx, &w->kinds[i]);
		w->contents[i].logged = true;
		contents_part_init(&w->parts[i], &w->contents[i], NULL);
		ceiling_add(&w->ctx.ceiling, &w->contents[i]);
	}
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < KINDS; i++) {
		contents_part_release(&w->parts[i]);
		contents_release(&w->contents[i]);
	}
	assert_int_equal(w->ctx.ceiling.count, 0);
	assert_int_equal(nursery_texts(w->ctx.nursery), 0);
	worker_free(w->worker);
	roots_free(w->roots);
	/* every entry and text that came has gone */
	assert_int_equal(w->ctx.ceiling.entries, 0);
	labels_free(w->ctx.labels);
	nursery_free(w->ctx.nursery);
	changes_free(w->ctx.changes);
	ceiling_release(&w->ctx.ceiling);
	text_reader_free(w->reader);
	text_reader_free(w->other);
	columns_free(w->columns);
	free(w);
	return 0;
}

/* Digits that no compression makes much smaller. */
static void add_noise(struct world *w, struct buf *out, size_t n)
{
	while (n--) {
		w->random = w->random * 6364136223846793005u + 1442695040888963407u;
		buf_addc(out, (char)('0' + (w->random >> 33) % 64));
	}
}

typedef int take(struct contents_part *part, const struct object *o, struct error *err);

struct thing {
	int number, rv;
	bool ill;
	size_t noise;
};

static char *text_of(struct world *w, const struct thing *t)
{
	struct buf out = BUF_INIT(1 << 20);

	buf_addf(&out,
		"{\"metadata\":{\"namespace\":\"a\",\"name\":\"n%04d\",\"uid\":\"u-%d\","
		"\"resourceVersion\":\"%d\",\"labels\":{\"app\":\"x%d\"},\"ownerReferences\":["
		"{\"name\":\"o\",\"uid\":\"u-o\"}]},\"spec\":{\"v\":\"v%d-%d\",\"noise\":\"",
		t->number, t->number, t->rv, t->number % 7, t->number, t->rv);
	add_noise(w, &out, t->noise);
	for (char *p = out.data; *p; p++)
		*p = *p == '\\' ? '/' : *p;
	buf_addf(&out, "\"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\"}]}}",
		t->ill ? "False" : "True");
	return buf_take(&out);
}

static void give(struct world *w, size_t kind, take *into, const struct thing *t)
{
	char *text = text_of(w, t);
	struct error err = ERROR_INIT;
	struct object o;

	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	assert_int_equal(into(&w->parts[kind], &o, &err), 0);
	error_release(&err);
	free(text);
}

static void list(struct world *w, size_t kind, int rv, size_t noise)
{
	contents_begin(&w->parts[kind]);
	for (int i = 0; i < COUNT; i++) {
		struct thing t = { i, rv, i % 3 == 0, noise };

		give(w, kind, contents_item, &t);
		/* what is too much goes while the list is still coming */
		ceiling_run(&w->ctx, 0);
	}
	contents_end(&w->parts[kind]);
	lower(w);
}

static void list_both(struct world *w)
{
	list(w, SMALL, 1, 200);
	list(w, LARGE, 1, NOISE);
}

static const struct entry *at(struct world *w, size_t kind, int number)
{
	char name[16];

	snprintf(name, sizeof(name), "n%04d", number);
	return store_find(w->contents[kind].store, STR("a"), str_of(name));
}

static void check_cell(struct world *w, const struct entry *e, const char *want)
{
	struct buf cell = BUF_INIT(1000);

	columns_cells(w->columns, text_read_kept(w->reader, e->text), 0, false, &cell);
	assert_string_equal(buf_text(&cell), want);
	buf_release(&cell);
}

/* All that its row is made of. */
static void check_rows(struct world *w, size_t kind, int rv)
{
	for (int i = 0; i < COUNT; i++) {
		const struct entry *e = at(w, kind, i);
		unsigned char owner[16];
		char want[32];

		snprintf(want, sizeof(want), "v%d-%d", i, rv);
		check_cell(w, e, want);
		assert_int_equal(e->health, i % 3 == 0 ? HEALTH_BAD : HEALTH_OK);
		assert_int_equal(e->n_labels, 1);
		snprintf(want, sizeof(want), "x%d", i % 7);
		assert_true(
			str_is(label_value(labels_get(w->ctx.labels, entry_labels(e)[0])), want));
		entry_uid(STR("u-o"), owner);
		assert_int_equal(e->n_owners, 1);
		assert_memory_equal(entry_owner(e, 0), owner, 16);
	}
}

static void test_none(void **state)
{
	struct world *w = *state;

	list_both(w);
	assert_false(w->contents[LARGE].reduced);
	assert_true(text_is_whole(at(w, LARGE, 1)->text));
	assert_true(used(w) > (size_t)COUNT * NOISE / 2);
	check_rows(w, LARGE, 1);
}

static void test_the_largest_goes(void **state)
{
	struct world *w = *state;
	const size_t max = (size_t)500 << 10;

	w->ctx.ceiling.max = max;
	list_both(w);
	assert_true(w->contents[LARGE].reduced);
	assert_false(w->contents[SMALL].reduced);
	assert_in_range(used(w), 1, max);
	assert_int_equal(contents_whole_bytes(&w->contents[LARGE]), 0);
	assert_int_equal(w->said.kinds, 1);
	assert_ptr_equal(w->said.last, &w->kinds[LARGE]);
	assert_int_equal(w->said.nothing_left, 0);
	for (int i = 0; i < COUNT; i++) {
		assert_null(text_read(w->reader, at(w, LARGE, i)->text).p);
		assert_non_null(strstr(text_read(w->reader, at(w, SMALL, i)->text).p, "noise"));
	}
	check_rows(w, LARGE, 1);
	check_rows(w, SMALL, 1);
}

/* With a list that is under way nothing waits for its end. */
static void test_while_it_comes(void **state)
{
	struct world *w = *state;
	size_t most = 0;

	w->ctx.ceiling.max = (size_t)400 << 10;
	contents_begin(&w->parts[LARGE]);
	for (int i = 0; i < 4 * COUNT; i++) {
		struct thing t = { i, 1, false, NOISE };

		give(w, LARGE, contents_item, &t);
		ceiling_run(&w->ctx, 0);
		most = used(w) > most ? used(w) : most;
	}
	contents_end(&w->parts[LARGE]);
	lower(w);
	/* one object's text, and what stays of all */
	assert_in_range(most, 1, ((size_t)400 << 10) + 4 * COUNT * 600);
}

/* A list that comes again is collected beside the store, without texts, too. */
static void test_again(void **state)
{
	struct world *w = *state;

	list_both(w);
	w->ctx.ceiling.max = (size_t)500 << 10;
	lower(w);
	assert_true(w->contents[LARGE].reduced);
	list(w, LARGE, 2, NOISE);
	check_rows(w, LARGE, 2);
	assert_int_equal(contents_whole_bytes(&w->contents[LARGE]), 0);
}

/* The kind is told while a later list is under way: what it has brought goes, too. */
static void test_pending(void **state)
{
	struct world *w = *state;

	list_both(w);
	contents_begin(&w->parts[LARGE]);
	for (int i = 0; i < COUNT; i++) {
		struct thing t = { i, 2, i % 3 == 0, NOISE };

		give(w, LARGE, contents_item, &t);
		if (i == COUNT / 2)
			w->ctx.ceiling.max = (size_t)500 << 10;
		ceiling_run(&w->ctx, 0);
	}
	contents_end(&w->parts[LARGE]);
	lower(w);
	check_rows(w, LARGE, 2);
	assert_int_equal(contents_whole_bytes(&w->contents[LARGE]), 0);
}

static void read_last(struct world *w, struct change_copy *copy)
{
	uint64_t first, next;

	changes_range(w->ctx.changes, &first, &next);
	assert_int_equal(changes_read(w->ctx.changes, next - 1, copy), 0);
}

/* An event has its own text, and an earlier one only when that was kept. */
static void test_events(void **state)
{
	struct world *w = *state;
	struct change_copy copy = { .memory = NULL };
	struct thing t = { 5, 2, true, NOISE };
	struct object o;
	char *text;

	w->ctx.ceiling.max = (size_t)500 << 10;
	list_both(w);
	give(w, LARGE, contents_put, &t);
	read_last(w, &copy);
	assert_int_equal(copy.change.type, CHANGE_MODIFIED);
	assert_null(copy.change.old_text);
	assert_non_null(strstr(text_read(w->reader, copy.change.new_text).p, "noise"));
	assert_true(str_is(copy.change.rv, "2"));
	check_cell(w, at(w, LARGE, 5), "v5-2");
	assert_int_equal(at(w, LARGE, 5)->health, HEALTH_BAD);
	assert_null(text_read(w->reader, at(w, LARGE, 5)->text).p);
	give(w, SMALL, contents_put, &t);
	read_last(w, &copy);
	assert_non_null(text_read(w->other, copy.change.old_text).p);
	/* as it was deleted */
	t.rv = 3;
	text = text_of(w, &t);
	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	contents_delete(&w->parts[LARGE], &o);
	read_last(w, &copy);
	assert_int_equal(copy.change.type, CHANGE_DELETED);
	assert_true(str_is(text_read(w->reader, copy.change.old_text), text));
	assert_null(copy.change.new_text);
	assert_null(at(w, LARGE, 5));
	free(text);
	/* what is told of another object of its name is not it */
	t = (struct thing){ 99, 4, false, NOISE };
	text = text_of(w, &t);
	assert_int_equal(object_scan(str_of(text), &o, NULL), 0);
	o.name = STR("n0006");
	contents_delete(&w->parts[LARGE], &o);
	read_last(w, &copy);
	assert_int_equal(copy.change.type, CHANGE_DELETED);
	assert_true(str_is(copy.change.name, "n0006"));
	assert_null(copy.change.old_text);
	free(text);
	/* and of what a list lacks nothing is known */
	contents_begin(&w->parts[LARGE]);
	contents_end(&w->parts[LARGE]);
	read_last(w, &copy);
	assert_int_equal(copy.change.type, CHANGE_DELETED);
	assert_null(copy.change.old_text);
	change_copy_release(&copy);
}

/* Other columns want more than is kept: a list brings it, of what is unchanged, too. */
static void test_columns(void **state)
{
	struct world *w = *state;
	struct columns *other = columns_new(
		STR("[{\"name\":\"N\",\"type\":\"string\",\"jsonPath\":\".spec.other\"}]"), NULL);
	struct contents *c = &w->contents[LARGE];
	uint64_t version;

	w->ctx.ceiling.max = (size_t)500 << 10;
	list_both(w);
	assert_false(contents_keep_anew(c));
	w->kinds[LARGE].columns = other;
	assert_true(contents_keep_anew(c));
	assert_true(contents_part_lags(&w->parts[LARGE]));
	version = at(w, LARGE, 7)->version;
	list(w, LARGE, 1, NOISE);
	assert_false(contents_part_lags(&w->parts[LARGE]));
	assert_true(at(w, LARGE, 7)->version > version);
	assert_int_equal(at(w, LARGE, 9)->health, HEALTH_BAD);
	/* the same again is no reason for anything */
	version = at(w, LARGE, 7)->version;
	assert_false(contents_keep_anew(c));
	list(w, LARGE, 1, NOISE);
	assert_int_equal(at(w, LARGE, 7)->version, version);
	w->kinds[LARGE].columns = w->columns;
	columns_free(other);
}

/* A column may want the whole text after all: the kind is one that keeps texts again, so
 * others go without theirs, and so does it once the column is no longer there. */
static void test_wants_all(void **state)
{
	struct world *w = *state;
	struct columns *all = columns_new(
		STR("[{\"name\":\"I\",\"type\":\"string\",\"jsonPath\":\"..image\"}]"), NULL);
	struct contents *c = &w->contents[LARGE];

	w->ctx.ceiling.max = (size_t)500 << 10;
	list_both(w);
	assert_true(contents_is_reduced(c));
	assert_int_equal(w->said.kinds, 1);
	w->kinds[LARGE].columns = all;
	assert_true(contents_keep_anew(c));
	assert_false(contents_is_reduced(c));
	list(w, LARGE, 1, NOISE);
	assert_true(text_is_whole(at(w, LARGE, 1)->text));
	assert_true(contents_is_reduced(&w->contents[SMALL]));
	assert_int_equal(w->said.kinds, 2);
	assert_ptr_equal(w->said.last, NULL);
	assert_int_equal(w->said.nothing_left, 1);
	w->kinds[LARGE].columns = w->columns;
	contents_keep_anew(c);
	lower(w);
	assert_true(contents_is_reduced(c));
	assert_int_equal(w->said.kinds, 3);
	assert_int_equal(contents_whole_bytes(c), 0);
	assert_in_range(used(w), 1, w->ctx.ceiling.max);
	check_rows(w, LARGE, 1);
	columns_free(all);
}

static void test_nothing_left(void **state)
{
	struct world *w = *state;

	w->ctx.ceiling.max = (size_t)64 << 10;
	list_both(w);
	assert_int_equal(w->said.kinds, 2);
	assert_int_equal(w->said.nothing_left, 1);
	assert_true(used(w) > w->ctx.ceiling.max);
	check_rows(w, LARGE, 1);
	check_rows(w, SMALL, 1);
	lower(w);
	assert_int_equal(w->said.nothing_left, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_none),
		TEST(test_the_largest_goes),
		TEST(test_while_it_comes),
		TEST(test_again),
		TEST(test_pending),
		TEST(test_events),
		TEST(test_columns),
		TEST(test_wants_all),
		TEST(test_nothing_left),
	};

	return cmocka_run_group_tests_name("ceiling", tests, NULL, NULL);
}
