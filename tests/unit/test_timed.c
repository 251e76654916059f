/* Filters by age: rows come and go as time passes, without any change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advance.h"
#include "base/clock.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/lister.h"
#include "cluster_fixture.h"

#define HOUR (3600 * CLOCK_S)

static void put(struct fixture *f, const char *name, int64_t age)
{
	fixture_put(f, f->kinds[0], "a", name, NULL, NULL);
	store_find(f->kinds[0]->store, STR("a"), str_of(name))->created =
		(clock_wall() - age) / CLOCK_S;
	store_find(f->kinds[0]->store, STR("a"), str_of(name))->since =
		(clock_wall() - age) / CLOCK_S;
}

static void check(struct lister *l, const struct root *root, const char *names)
{
	char found[200] = "";

	while (!lister_update(l, root, 0))
		;
	for (size_t i = 0; i < lister_count(l); i++) {
		const struct entry *e = lister_at(l, root->kinds[0], i);
		size_t len = strlen(found);

		snprintf(found + len, sizeof(found) - len, STR_FMT " ", STR_ARG(entry_name(e)));
	}
	assert_string_equal(found, names);
}

static void follow(const char *text, const char *before, const char *after, bool ordered)
{
	const struct order order = { .by = ORDER_AGE };
	struct filter *filter;
	const struct root *root;
	struct fixture f;
	struct lister *l;

	fixture_init(&f);
	fixture_add_kind(&f, "e.c", "widgets", NULL);
	put(&f, "new", HOUR / 2);
	put(&f, "old", 3 * HOUR / 2);
	put(&f, "older", 9 * HOUR);
	root = fixture_publish(&f);
	assert_int_equal(filter_new(str_of(text), NULL, &filter, NULL, NULL), 0);
	l = ordered ? lister_new_ordered(f.kinds[0]->kind.id, filter, &order, NULL)
		    : lister_new(f.kinds[0]->kind.id, filter, NULL);
	check(l, root, before);
	advance(HOUR);
	check(l, root, after);
	lister_free(l);
	filter_free(filter);
	fixture_release(&f);
}

static void test_younger(void **state)
{
	(void)state;
	follow("age<2h", "new old ", "new ", false);
	follow("age<2h", "new old ", "new ", true);
	follow("since<2h", "new old ", "new ", false);
}

static void test_older(void **state)
{
	(void)state;
	follow("age>=2h", "older ", "old older ", false);
	follow("age>=2h", "older ", "old older ", true);
}

/* What does not ask for the time is not judged again. */
static void test_others(void **state)
{
	(void)state;
	follow("name!=old", "new older ", "new older ", false);
}

static int set_up(void **state)
{
	(void)state;
	advance_init();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	advance_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_younger),
		cmocka_unit_test(test_older),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("timed", tests, set_up, tear_down);
}
