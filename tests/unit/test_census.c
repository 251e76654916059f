/* census: what a store holds, beside a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cache/census.h"
#include "cache/entry.h"
#include "cluster_fixture.h"

#define MANY 5000

struct world {
	struct fixture f;
	struct fixture_kind *kind;
	const struct store_root *store;
};

static int setup(void **state)
{
	struct world *w = mem_zalloc(sizeof(*w));

	fixture_init(&w->f);
	w->kind = fixture_add_kind(&w->f, "example.com", "widgets", NULL);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	fixture_release(&w->f);
	free(w);
	return 0;
}

static struct census *take(struct world *w)
{
	w->store = fixture_publish(&w->f)->kinds[0]->store;
	return census_new(w->store, "");
}

/* The object as the fixture has made it, or with another version. */
static struct census_object of(const struct entry *e, char uid[64], const char *rv)
{
	struct census_object o = { .ns = entry_ns(e), .name = entry_name(e), .rv = entry_rv(e) };
	int n = 0;

	for (size_t i = 0; i < 16; i++)
		n += snprintf(uid + n, 64 - (size_t)n,
			i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", e->uid[i]);
	o.uid = str_of(uid);
	if (rv)
		o.rv = str_of(rv);
	return o;
}

static const struct entry *at(struct world *w, size_t i)
{
	return store_root_at(w->store, i);
}

static void test_nothing(void **state)
{
	struct world *w = *state;
	struct census *c = take(w);
	struct census_object o = { STR("a"), STR("x"), STR("u"), STR("1") };

	assert_int_equal(census_count(c), 0);
	assert_int_equal(census_unseen(c), 0);
	assert_int_equal(census_see(c, &o), CENSUS_LOST);
	census_free(c);
	census_free(NULL);
}

static void test_verdicts(void **state)
{
	struct world *w = *state;
	struct census *c;
	struct census_object o;
	char uid[64];

	fixture_put(&w->f, w->kind, "a", "x", NULL, NULL);
	fixture_put(&w->f, w->kind, "a", "y", NULL, NULL);
	fixture_put(&w->f, w->kind, "b", "x", NULL, NULL);
	fixture_put(&w->f, w->kind, "b", "z", NULL, NULL);
	c = take(w);
	assert_int_equal(census_count(c), 4);
	o = of(at(w, 0), uid, NULL);
	assert_int_equal(census_see(c, &o), CENSUS_SAME);
	assert_int_equal(census_see(c, &o), CENSUS_TWICE);
	o = of(at(w, 1), uid, "other");
	assert_int_equal(census_see(c, &o), CENSUS_STALE);
	o = of(at(w, 2), uid, NULL);
	o.uid = STR("other");
	assert_int_equal(census_see(c, &o), CENSUS_STALE);
	/* "a" and "xy" are not "ax" and "y". */
	o = (struct census_object){ STR("ax"), STR(""), STR("u"), STR("1") };
	assert_int_equal(census_see(c, &o), CENSUS_LOST);
	assert_int_equal(census_unseen(c), 1);
	assert_false(census_is_unseen(c, at(w, 0)));
	assert_false(census_is_unseen(c, at(w, 1)));
	assert_true(census_is_unseen(c, at(w, 3)));
	census_free(c);
}

/* Every one of many is told from the others. */
static void test_many(void **state)
{
	struct world *w = *state;
	struct census *c;
	char uid[64];

	for (int i = 0; i < MANY; i++) {
		char *name = mem_printf("n%d", i);

		fixture_put(&w->f, w->kind, i % 2 ? "a" : "", name, NULL, NULL);
		free(name);
	}
	c = take(w);
	for (size_t i = 0; i < MANY; i += 2) {
		struct census_object o = of(at(w, i), uid, NULL);

		assert_int_equal(census_see(c, &o), CENSUS_SAME);
	}
	assert_int_equal(census_unseen(c), MANY / 2);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(census_is_unseen(c, at(w, i)), i % 2);
	census_free(c);
}

/* Of a namespace it has what is in it, and nothing of one whose name begins alike. */
static void test_one_namespace(void **state)
{
	static const char *const spaces[] = { "a", "aa", "a-b", "b" };
	struct world *w = *state;

	for (int i = 0; i < MANY; i++) {
		char *name = mem_printf("n%d", i);

		fixture_put(&w->f, w->kind, spaces[i % 4], name, NULL, NULL);
		free(name);
	}
	w->store = fixture_publish(&w->f)->kinds[0]->store;
	assert_true(w->store->n_chunks > 1);
	for (size_t k = 0; k < 4; k++) {
		struct census *c = census_new(w->store, spaces[k]);

		assert_int_equal(census_count(c), MANY / 4);
		for (size_t i = 0; i < MANY; i++)
			assert_int_equal(census_is_unseen(c, at(w, i)),
				str_is(entry_ns(at(w, i)), spaces[k]));
		census_free(c);
	}
	census_free(census_new(w->store, "none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_verdicts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_namespace, setup, teardown),
	};

	return cmocka_run_group_tests_name("census", tests, NULL, NULL);
}
