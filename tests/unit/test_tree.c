/* The tree's rows, told as text, while kinds and objects come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cluster/tree.h"
#include "cluster_fixture.h"

struct setup {
	struct fixture f;
	struct tree *tree;
	const struct root *root;
	struct filter *filter;
	struct fixture_kind *certs, *issuers, *kafkas;
};

static void update(struct setup *s)
{
	s->root = fixture_publish(&s->f);
	assert_true(tree_update(s->tree, s->root, INT64_MAX));
}

static int set_up(void **state)
{
	struct setup *s = calloc(1, sizeof(*s));

	if (!s)
		return -1;
	fixture_init(&s->f);
	s->tree = tree_new(NULL);
	s->certs = fixture_add_kind(&s->f, "cert.io", "certs", NULL);
	s->issuers = fixture_add_kind(&s->f, "cert.io", "issuers", NULL);
	s->kafkas = fixture_add_kind(&s->f, "kafka.io", "kafkas", NULL);
	fixture_put(
		&s->f, s->certs, "a", "one", "\"uid\":\"u1\"", "\"status\":{\"phase\":\"Failed\"}");
	fixture_put(&s->f, s->certs, "a", "two", NULL, NULL);
	fixture_put(&s->f, s->certs, "b", "one", "\"labels\":{\"x\":\"y\"}", NULL);
	fixture_put(&s->f, s->kafkas, "a", "one", NULL, "\"status\":{\"phase\":\"Ready\"}");
	update(s);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *s = *state;

	tree_free(s->tree);
	filter_free(s->filter);
	fixture_release(&s->f);
	free(s);
	return 0;
}

static void describe(const struct tree_row *row, struct buf *out)
{
	if (row->level == TREE_OBJECT) {
		buf_addf(out, "    " STR_FMT "/" STR_FMT "\n", STR_ARG(entry_ns(row->entry)),
			STR_ARG(entry_name(row->entry)));
		return;
	}
	if (row->level == TREE_GROUP)
		buf_addf(out, "%c " STR_FMT, row->folded ? '>' : 'v', STR_ARG(row->group));
	else
		buf_addf(out, "  %c %s", row->folded ? '>' : 'v', row->kind->kind->kind);
	buf_addf(out, " %zu%s", row->count, row->counting ? "..." : "");
	if (row->health[HEALTH_BAD])
		buf_addf(out, " x%zu", row->health[HEALTH_BAD]);
	buf_addc(out, '\n');
}

static void check(const struct setup *s, const char *expected)
{
	struct buf out = BUF_INIT(10000);
	struct tree_row row;

	for (size_t n = 0; n < tree_rows(s->tree); n++) {
		assert_true(tree_row(s->tree, s->root, n, &row));
		describe(&row, &out);
	}
	assert_false(tree_row(s->tree, s->root, tree_rows(s->tree), &row));
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void set_filter(struct setup *s, const char *text)
{
	struct filter *old = s->filter;

	s->filter = NULL;
	if (text)
		assert_int_equal(filter_new(str_of(text), NULL, &s->filter, NULL, NULL), 0);
	tree_set_filter(s->tree, s->filter);
	filter_free(old);
	update(s);
}

static void test_folding(void **state)
{
	struct setup *s = *state;

	check(s, "v cert.io 3 x1\n  > Cert 3 x1\n  > Issuer 0\nv kafka.io 1\n  > Kafka 1\n");
	tree_fold(s->tree, s->root, 1, false);
	check(s, "v cert.io 3 x1\n  v Cert 3 x1\n    a/one\n    a/two\n    b/one\n  > Issuer 0\n"
		 "v kafka.io 1\n  > Kafka 1\n");
	assert_int_equal(tree_parent(s->tree, s->root, 0), 0);
	assert_int_equal(tree_parent(s->tree, s->root, 1), 0);
	assert_int_equal(tree_parent(s->tree, s->root, 4), 1);
	assert_int_equal(tree_parent(s->tree, s->root, 5), 0);
	assert_int_equal(tree_parent(s->tree, s->root, 7), 6);
	tree_fold(s->tree, s->root, 0, true);
	check(s, "> cert.io 3 x1\nv kafka.io 1\n  > Kafka 1\n");
	tree_fold_below(s->tree, s->root, 1, false);
	check(s, "> cert.io 3 x1\nv kafka.io 1\n  v Kafka 1\n    a/one\n");
	tree_fold_below(s->tree, s->root, 0, false);
	check(s, "v cert.io 3 x1\n  v Cert 3 x1\n    a/one\n    a/two\n    b/one\n  v Issuer 0\n"
		 "v kafka.io 1\n  v Kafka 1\n    a/one\n");
	tree_fold_below(s->tree, s->root, 0, true);
	check(s,
		"v cert.io 3 x1\n  > Cert 3 x1\n  > Issuer 0\nv kafka.io 1\n  v Kafka 1\n    a/one\n");
}

static void test_pins(void **state)
{
	static char issuers[] = "issuers.cert.io", kafkas[] = "kafkas.kafka.io", none[] = "no.such";
	char *const pins[] = { kafkas, none, issuers };
	struct setup *s = *state;
	struct tree_key key = { .level = TREE_KIND };
	struct tree_row row;
	size_t n;

	tree_set_pins(s->tree, pins, 3);
	update(s);
	check(s, "v  1\n"
		 "  > Kafka 1\n"
		 "  > Issuer 0\n"
		 "v cert.io 3 x1\n"
		 "  > Cert 3 x1\n");
	/* a pinned kind is of its own group, and is found where it is */
	assert_true(tree_row(s->tree, s->root, 1, &row));
	assert_true(str_is(row.group, "kafka.io"));
	key.kind = row.kind->kind->id;
	assert_true(tree_find(s->tree, s->root, &key, &n));
	assert_int_equal(n, 1);
	assert_int_equal(tree_parent(s->tree, s->root, 1), 0);
	tree_fold(s->tree, s->root, 1, false);
	check(s, "v  1\n"
		 "  v Kafka 1\n"
		 "    a/one\n"
		 "  > Issuer 0\n"
		 "v cert.io 3 x1\n"
		 "  > Cert 3 x1\n");
	tree_set_pins(s->tree, NULL, 0);
	update(s);
	check(s, "v cert.io 3 x1\n"
		 "  > Cert 3 x1\n"
		 "  > Issuer 0\n"
		 "v kafka.io 1\n"
		 "  v Kafka 1\n"
		 "    a/one\n");
}

static void collect(void *arg, const char *fold)
{
	buf_addf(arg, "%s ", fold);
}

static void test_folds_are_kept(void **state)
{
	struct setup *s = *state;
	struct buf folds = BUF_INIT(1000);

	tree_fold(s->tree, s->root, 1, false);
	tree_each_fold(s->tree, collect, &folds);
	assert_string_equal(buf_text(&folds), "+cert.io/certs ");
	buf_release(&folds);
	tree_say_fold(s->tree, "-cert.io");
	tree_say_fold(s->tree, "+kafka.io/kafkas");
	tree_say_fold(s->tree, "");
	tree_say_fold(s->tree, "nonsense");
	update(s);
	check(s, "> cert.io 3 x1\n"
		 "v kafka.io 1\n"
		 "  v Kafka 1\n"
		 "    a/one\n");
}

static void test_changes(void **state)
{
	struct setup *s = *state;

	tree_fold(s->tree, s->root, 1, false);
	fixture_remove(&s->f, s->certs, "a", "one");
	fixture_put(&s->f, s->certs, "a", "zzz", NULL, NULL);
	fixture_put(&s->f, s->issuers, "a", "i", NULL, NULL);
	s->kafkas->root.ever_synced = false;
	s->kafkas->root.state = KIND_LISTING;
	update(s);
	check(s, "v cert.io 4\n  v Cert 3\n    a/two\n    a/zzz\n    b/one\n  > Issuer 1\n"
		 "v kafka.io 1...\n  > Kafka 1...\n");
}

/* A kind that goes and comes back, with another id, is as it was left. */
static void test_kinds_come_and_go(void **state)
{
	struct setup *s = *state;

	tree_fold(s->tree, s->root, 1, false);
	tree_fold(s->tree, s->root, tree_rows(s->tree) - 2, true);
	fixture_remove_kind(&s->f, s->certs);
	fixture_remove_kind(&s->f, s->kafkas);
	update(s);
	check(s, "v cert.io 0\n  > Issuer 0\n");
	s->certs = fixture_add_kind(&s->f, "cert.io", "certs", NULL);
	s->kafkas = fixture_add_kind(&s->f, "kafka.io", "kafkas", NULL);
	fixture_put(&s->f, s->certs, "c", "new", NULL, NULL);
	fixture_add_kind(&s->f, "a.io", "atoms", NULL);
	update(s);
	check(s, "v a.io 0\n  > Atom 0\nv cert.io 1\n  v Cert 1\n    c/new\n  > Issuer 0\n"
		 "> kafka.io 0\n");
}

static void test_filter(void **state)
{
	struct setup *s = *state;

	set_filter(s, "one");
	check(s, "v cert.io 2 x1\n  v Cert 2 x1\n    a/one\n    b/one\nv kafka.io 1\n  v Kafka 1\n"
		 "    a/one\n");
	tree_fold(s->tree, s->root, 1, true);
	check(s, "v cert.io 2 x1\n  > Cert 2 x1\nv kafka.io 1\n  v Kafka 1\n    a/one\n");
	fixture_put(&s->f, s->issuers, "x", "one", NULL, NULL);
	update(s);
	check(s,
		"v cert.io 3 x1\n  > Cert 2 x1\n  v Issuer 1\n    x/one\nv kafka.io 1\n  v Kafka 1\n"
		"    a/one\n");
	/* folds of a filter end with it */
	set_filter(s, "two");
	check(s, "v cert.io 1\n  v Cert 1\n    a/two\n");
	set_filter(s, "-l x=y");
	check(s, "v cert.io 1\n  v Cert 1\n    b/one\n");
	set_filter(s, "nothing");
	check(s, "");
	set_filter(s, "nocolumn=x");
	check(s, "");
	set_filter(s, " ");
	check(s, "v cert.io 4 x1\n  > Cert 3 x1\n  > Issuer 1\nv kafka.io 1\n  > Kafka 1\n");
	set_filter(s, NULL);
	check(s, "v cert.io 4 x1\n  > Cert 3 x1\n  > Issuer 1\nv kafka.io 1\n  > Kafka 1\n");
}

static void test_filter_in_slices(void **state)
{
	struct setup *s = *state;
	size_t done, all;
	int slices = 0;

	for (int i = 0; i < 2000; i++) {
		char name[20];

		snprintf(name, sizeof(name), "o-%d", i);
		fixture_put(&s->f, i % 2 ? s->certs : s->kafkas, "n", name, NULL, NULL);
	}
	set_filter(s, "o-");
	tree_progress(s->tree, &done, &all);
	assert_int_equal(done, all);
	assert_int_equal(all, 2004);
	set_filter(s, NULL);
	assert_int_equal(filter_new(STR("o-"), NULL, &s->filter, NULL, NULL), 0);
	tree_set_filter(s->tree, s->filter);
	while (!tree_update(s->tree, s->root, 0)) {
		struct tree_row row;

		tree_progress(s->tree, &done, &all);
		assert_true(done < all);
		for (size_t n = 0; n < tree_rows(s->tree); n++)
			assert_true(tree_row(s->tree, s->root, n, &row));
		slices++;
	}
	assert_true(slices > 2);
	assert_int_equal(tree_rows(s->tree), 2004);
}

static void assert_found(const struct setup *s, const struct tree_key *key, bool found, size_t row)
{
	size_t n = 999;

	assert_int_equal(tree_find(s->tree, s->root, key, &n), found);
	assert_int_equal(n, row);
}

/* The keys of the first rows, with the certificates unfolded. */
static void find_keys(struct setup *s, struct tree_key keys[8])
{
	struct tree_row row;

	memset(keys, 0, 8 * sizeof(*keys));
	tree_fold(s->tree, s->root, 1, false);
	for (size_t n = 0; n < 8; n++) {
		assert_true(tree_row(s->tree, s->root, n, &row));
		tree_key_of(&row, &keys[n]);
		assert_found(s, &keys[n], true, n);
	}
}

static void release_keys(struct tree_key keys[8])
{
	for (size_t n = 0; n < 8; n++)
		tree_key_release(&keys[n]);
}

static void test_find_deleted(void **state)
{
	struct setup *s = *state;
	struct tree_key keys[8];

	find_keys(s, keys);
	assert_string_equal(keys[2].name, "one");
	/* the place of the one that follows; made again: not the same */
	fixture_remove(&s->f, s->certs, "a", "one");
	update(s);
	assert_found(s, &keys[2], false, 2);
	fixture_put(&s->f, s->certs, "a", "one", "\"uid\":\"other\"", NULL);
	update(s);
	assert_found(s, &keys[2], false, 2);
	release_keys(keys);
}

/* The last object of the last kind: a row that is not there. */
static void test_find_last(void **state)
{
	struct setup *s = *state;
	struct tree_key gone = { .level = TREE_GROUP };
	struct tree_row row;

	tree_fold(s->tree, s->root, 1, false);
	tree_fold(s->tree, s->root, 7, false);
	tree_row(s->tree, s->root, 8, &row);
	tree_key_of(&row, &gone);
	fixture_remove(&s->f, s->kafkas, "a", "one");
	update(s);
	assert_found(s, &gone, false, 8);
	assert_int_equal(tree_rows(s->tree), 8);
	tree_key_release(&gone);
}

static void test_find_hidden(void **state)
{
	struct setup *s = *state;
	struct tree_key keys[8];

	find_keys(s, keys);
	/* folded away: the heading that hides it */
	tree_fold(s->tree, s->root, 1, true);
	assert_found(s, &keys[3], false, 1);
	tree_fold(s->tree, s->root, 0, true);
	assert_found(s, &keys[3], false, 0);
	assert_found(s, &keys[1], false, 0);
	/* filtered out: where it would stand */
	set_filter(s, "two");
	assert_found(s, &keys[3], true, 2);
	assert_found(s, &keys[4], false, 3);
	assert_found(s, &keys[2], false, 2);
	assert_found(s, &keys[7], false, 2);
	release_keys(keys);
}

/* The kind is gone, then the group, then everything. */
static void test_find_without_kind(void **state)
{
	struct setup *s = *state;
	struct tree_key keys[8];

	find_keys(s, keys);
	fixture_remove_kind(&s->f, s->certs);
	update(s);
	assert_found(s, &keys[3], false, 0);
	assert_found(s, &keys[1], false, 0);
	s->certs = fixture_add_kind(&s->f, "cert.io", "certs", NULL);
	update(s);
	assert_found(s, &keys[1], true, 1);
	fixture_remove_kind(&s->f, s->certs);
	fixture_remove_kind(&s->f, s->issuers);
	update(s);
	assert_found(s, &keys[0], false, 0);
	fixture_remove_kind(&s->f, s->kafkas);
	update(s);
	assert_found(s, &keys[0], false, 0);
	assert_found(s, &keys[6], false, 0);
	release_keys(keys);
}

/* A root that is newer than the rows shows nothing that is not there. */
static void test_newer_root(void **state)
{
	struct setup *s = *state;
	struct tree_row row;

	tree_fold(s->tree, s->root, 1, false);
	fixture_remove(&s->f, s->certs, "a", "one");
	fixture_remove(&s->f, s->certs, "a", "two");
	fixture_remove_kind(&s->f, s->issuers);
	s->root = fixture_publish(&s->f);
	for (size_t n = 0; n < tree_rows(s->tree); n++)
		tree_row(s->tree, s->root, n, &row);
	assert_false(tree_row(s->tree, s->root, 5, &row));
	tree_fold(s->tree, s->root, 1, true);
	assert_true(tree_update(s->tree, s->root, INT64_MAX));
	check(s, "v cert.io 1\n  > Cert 1\nv kafka.io 1\n  > Kafka 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_folding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_folds_are_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kinds_come_and_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_in_slices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_find_deleted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_find_last, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_find_hidden, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_find_without_kind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_newer_root, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
