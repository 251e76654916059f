/* What the objects of a kind take, counted in slices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cluster_fixture.h"
#include "ui/views/stats.h"

static void test_slices(void **state)
{
	struct kind_cost once = { 0 }, sliced = { 0 };
	struct fixture f;
	struct fixture_kind *kind;
	const struct store_root *store;
	size_t steps = 1;
	char name[32];

	(void)state;
	fixture_init(&f);
	kind = fixture_add_kind(&f, "a.io", "apps", NULL);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "p%04d", i);
		fixture_put(&f, kind, "n", name, NULL, NULL);
	}
	store = fixture_publish(&f)->kinds[0]->store;
	assert_true(stats_count(&once, store, INT64_MAX));
	assert_true(once.known);
	assert_true(once.bytes > 3000 * 50);
	while (!stats_count(&sliced, store, 1)) {
		assert_false(sliced.known);
		assert_int_equal(sliced.bytes, 0);
		steps++;
	}
	assert_true(sliced.known);
	assert_int_equal(steps, store->n_chunks);
	assert_int_equal(sliced.bytes, once.bytes);
	assert_int_equal(sliced.changed, once.changed);
	/* and again, from the beginning */
	assert_true(stats_count(&sliced, store, INT64_MAX));
	assert_int_equal(sliced.bytes, once.bytes);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
