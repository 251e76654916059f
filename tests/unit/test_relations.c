/* Who owns whom, where references lead, and who refers, while objects change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cluster/referrers.h"
#include "cluster/relations.h"
#include "cluster_fixture.h"
#include "kube/references.h"

struct setup {
	struct fixture f;
	struct relations *relations;
	struct text_reader *reader;
	const struct root *root;
	struct fixture_kind *apps, *parts;
};

static int set_up(void **state)
{
	struct setup *s = calloc(1, sizeof(*s));

	if (!s)
		return -1;
	fixture_init(&s->f);
	s->relations = relations_new();
	s->reader = text_reader_new();
	s->apps = fixture_add_kind(&s->f, "a.io", "apps", NULL);
	s->parts = fixture_add_kind(&s->f, "b.io", "parts", NULL);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *s = *state;

	relations_free(s->relations);
	text_reader_free(s->reader);
	fixture_release(&s->f);
	free(s);
	return 0;
}

static void update(struct setup *s)
{
	s->root = fixture_publish(&s->f);
	assert_true(relations_update(s->relations, s->root, INT64_MAX));
}

static void put(struct setup *s, struct fixture_kind *kind, const char *name, const char *uid,
	const char *owner)
{
	struct buf meta = BUF_INIT(1000);

	buf_addf(&meta, "\"uid\":\"%s\"", uid);
	if (owner)
		buf_addf(&meta,
			",\"ownerReferences\":[{\"apiVersion\":\"a.io/v1\",\"kind\":\"App\","
			"\"name\":\"one\",\"uid\":\"%s\"}]",
			owner);
	fixture_put(&s->f, kind, "n", name, buf_text(&meta), NULL);
	buf_release(&meta);
}

static void check(const struct setup *s, const char *uid, const char *expected)
{
	struct buf out = BUF_INIT(10000);
	struct owned_node *nodes;
	unsigned char bytes[16];
	size_t more, n;

	entry_uid(str_of(uid), bytes);
	n = relations_owned(s->relations, s->root, bytes, &nodes, &more);
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%u" STR_FMT "(%zu) ", nodes[i].depth,
			STR_ARG(entry_name(nodes[i].of.entry)), nodes[i].children);
	if (more)
		buf_addf(&out, "+%zu", more);
	assert_string_equal(buf_text(&out), expected);
	free(nodes);
	buf_release(&out);
}

static void test_owned(void **state)
{
	struct setup *s = *state;

	put(s, s->apps, "top", "u1", NULL);
	put(s, s->parts, "left", "u2", "u1");
	put(s, s->parts, "right", "u3", "u1");
	put(s, s->parts, "leaf", "u4", "u3");
	put(s, s->parts, "other", "u5", "u9");
	update(s);
	check(s, "u1", "0left(0) 0right(1) 1leaf(0) ");
	check(s, "u4", "");
	/* a change is seen, and what was not looked at is not shown as it was */
	put(s, s->parts, "leaf", "u4", "u2");
	fixture_remove(&s->f, s->parts, "n", "right");
	update(s);
	check(s, "u1", "0left(1) 1leaf(0) ");
	fixture_remove_kind(&s->f, s->parts);
	update(s);
	check(s, "u1", "");
}

static void test_circles(void **state)
{
	struct setup *s = *state;
	char name[32], uid[32], owner[32];

	put(s, s->apps, "one", "c1", "c2");
	put(s, s->apps, "two", "c2", "c1");
	put(s, s->apps, "self", "c3", "c3");
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "d%02d", i);
		snprintf(uid, sizeof(uid), "deep%d", i);
		snprintf(owner, sizeof(owner), "deep%d", i - 1);
		put(s, s->parts, name, uid, owner);
	}
	update(s);
	check(s, "c1", "0two(1) ");
	check(s, "c3", "");
	check(s, "deep0",
		"0d01(1) 1d02(1) 2d03(1) 3d04(1) 4d05(1) 5d06(1) 6d07(1) 7d08(1) 8d09(1) 9d10(0) ");
}

/* All in steps of nothing: what is not whole is not wrong. */
static void test_slices(void **state)
{
	struct setup *s = *state;
	char name[32], uid[32];
	struct owned_node *nodes;
	unsigned char top[16];
	size_t n, more = 0, steps = 0;

	put(s, s->apps, "top", "u1", NULL);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "p%04d", i);
		snprintf(uid, sizeof(uid), "part-%d", i);
		put(s, s->parts, name, uid, "u1");
	}
	s->root = fixture_publish(&s->f);
	entry_uid(STR("u1"), top);
	while (!relations_update(s->relations, s->root, 1)) {
		n = relations_owned(s->relations, s->root, top, &nodes, &more);
		assert_int_equal(n, 0);
		free(nodes);
		assert_true(++steps < 100);
		if (steps > 20)
			break;
	}
	assert_true(relations_update(s->relations, s->root, INT64_MAX));
	n = relations_owned(s->relations, s->root, top, &nodes, &more);
	assert_int_equal(n, RELATIONS_OWNED);
	assert_int_equal(n + more, 3000);
	free(nodes);
}

static enum relation_state resolve(
	const struct setup *s, const char *kind, const char *ns, const char *name, const char *only)
{
	struct reference ref = {
		.name = str_of(name), .ns = str_of(ns), .kind = str_of(kind), .group = { NULL, 0 }
	};
	struct relation of;

	return relations_resolve(s->root, &ref, STR("n"), str_of(only), &of);
}

static void test_references(void **state)
{
	struct setup *s = *state;

	put(s, s->apps, "one", "u1", NULL);
	update(s);
	assert_int_equal(resolve(s, s->apps->kind.kind, "", "one", ""), RELATION_EXISTS);
	assert_int_equal(resolve(s, "Secret", "", "one", ""), RELATION_NOT_WATCHED);
	assert_int_equal(resolve(s, "", "", "one", ""), RELATION_NOT_WATCHED);
	s->apps->root.state = KIND_SYNCED;
	update(s);
	assert_int_equal(resolve(s, s->apps->kind.kind, "", "two", ""), RELATION_DANGLING);
	assert_int_equal(resolve(s, s->apps->kind.kind, "m", "two", "n"), RELATION_NOT_WATCHED);
	s->apps->root.state = KIND_LISTING;
	update(s);
	assert_int_equal(resolve(s, s->apps->kind.kind, "", "two", ""), RELATION_UNKNOWN);
}

static void check_referrers(struct setup *s, struct referrers *r, const char *expected)
{
	struct buf out = BUF_INIT(1000);

	s->root = fixture_publish(&s->f);
	while (!referrers_update(r, s->root, 1))
		;
	for (size_t i = 0; i < referrers_count(r); i++)
		buf_addf(&out, "%s:%s%s ", referrers_at(r, i)->key.name, referrers_at(r, i)->path,
			referrers_at(r, i)->by_name ? "?" : "");
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void put_ref(struct setup *s, const char *name, const char *spec)
{
	char rest[256];

	snprintf(rest, sizeof(rest), "\"spec\":{%s}", spec);
	fixture_put(&s->f, s->parts, "n", name, NULL, rest);
}

static void test_referrers(void **state)
{
	struct setup *s = *state;
	struct tree_row row = { .level = TREE_OBJECT };
	struct tree_key key = { 0 };
	struct referrers *r;
	size_t done, all;
	char ref[128];

	put(s, s->apps, "one", "u1", NULL);
	snprintf(ref, sizeof(ref), "\"appRef\":{\"kind\":\"%s\",\"name\":\"one\"}",
		s->apps->kind.kind);
	put_ref(s, "good", ref);
	put_ref(s, "wrong", "\"appRef\":{\"kind\":\"Secret\",\"name\":\"one\"}");
	put_ref(s, "bare", "\"someRef\":{\"name\":\"one\"}");
	put(s, s->parts, "owned", "u2", "u1");
	update(s);
	row.kind = s->root->kinds[0];
	row.group = STR("a.io");
	row.entry = store_root_at(row.kind->store, 0);
	tree_key_of(&row, &key);
	r = referrers_new(s->root, &key, s->reader);
	check_referrers(
		s, r, "bare:spec.someRef? good:spec.appRef owned:metadata.ownerReferences[0] ");
	assert_true(referrers_done(r));
	referrers_progress(r, s->root, &done, &all);
	assert_int_equal(done, all);
	put_ref(s, "bare", "\"other\":1");
	put_ref(s, "wrong", ref);
	fixture_remove(&s->f, s->parts, "n", "owned");
	check_referrers(s, r, "good:spec.appRef wrong:spec.appRef ");
	referrers_free(r);
	tree_key_release(&key);
}

static void check_more(struct setup *s, struct referrers *r, size_t count, size_t more)
{
	s->root = fixture_publish(&s->f);
	while (!referrers_update(r, s->root, 1))
		;
	assert_int_equal(referrers_count(r), count);
	assert_int_equal(referrers_more(r), more);
}

/* The app "one" is what they refer to; the caller's to free. */
static struct referrers *referrers_of_one(struct setup *s)
{
	struct tree_row row = { .level = TREE_OBJECT, .group = STR("a.io") };
	struct tree_key key = { 0 };
	struct referrers *r;

	put(s, s->apps, "one", "u1", NULL);
	update(s);
	row.kind = s->root->kinds[0];
	row.entry = store_root_at(row.kind->store, 0);
	tree_key_of(&row, &key);
	r = referrers_new(s->root, &key, s->reader);
	tree_key_release(&key);
	return r;
}

static void put_refs(struct setup *s, int from, int to, const char *spec)
{
	char name[32];

	for (int i = from; i < to; i++) {
		snprintf(name, sizeof(name), "p%04d", i);
		put_ref(s, name, spec);
	}
}

/* What is past the ceiling is counted once, comes in when there is room, and goes. */
static void test_more_referrers(void **state)
{
	struct setup *s = *state;
	struct referrers *r = referrers_of_one(s);
	static const char ref[] = "\"someRef\":{\"name\":\"one\"}";

	put_refs(s, 0, REFERRERS_MAX + 20, ref);
	check_more(s, r, REFERRERS_MAX, 20);
	put_refs(s, REFERRERS_MAX + 5, REFERRERS_MAX + 8, ref); /* changed, as many */
	check_more(s, r, REFERRERS_MAX, 20);
	put_refs(s, REFERRERS_MAX + 15, REFERRERS_MAX + 20, "\"other\":1");
	check_more(s, r, REFERRERS_MAX, 15);
	fixture_remove(&s->f, s->parts, "n", "p1000");
	check_more(s, r, REFERRERS_MAX, 14);
	put_refs(s, 100, 104, "\"other\":1");
	check_more(s, r, REFERRERS_MAX, 10);
	put_refs(s, 200, 220, "\"other\":1");
	check_more(s, r, REFERRERS_MAX - 10, 0);
	fixture_remove_kind(&s->f, s->parts);
	check_more(s, r, 0, 0);
	referrers_free(r);
}

/* One change among many: the others are passed over in slices, too. */
static void test_referrer_slices(void **state)
{
	struct setup *s = *state;
	struct referrers *r = referrers_of_one(s);

	put_refs(s, 0, 4000, "\"other\":1");
	check_more(s, r, 0, 0);
	put_refs(s, 0, 1, "\"someRef\":{\"name\":\"one\"}");
	s->root = fixture_publish(&s->f);
	assert_false(referrers_update(r, s->root, 1));
	check_more(s, r, 1, 0);
	referrers_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_owned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_circles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_references, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_referrers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_more_referrers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_referrer_slices, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
