/* Namespaces of a cluster, counted and chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cluster_fixture.h"
#include "ui/namespaces.h"

static void test_counts(void **state)
{
	struct namespaces n = { 0 };
	struct fixture_kind *a, *b;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	a = fixture_add_kind(&f, "x.io", "as", NULL);
	b = fixture_add_kind(&f, "x.io", "bs", NULL);
	fixture_put(&f, a, "one", "1", NULL, NULL);
	fixture_put(&f, a, "one", "2", NULL, NULL);
	fixture_put(&f, b, "one", "1", NULL, NULL);
	fixture_put(&f, b, "two", "1", NULL, NULL);
	/* names that are no UTF-8, and one that begins as another */
	fixture_put(&f, b, "\xff\xff", "\xff\xff", NULL, NULL);
	fixture_put(&f, b, "one\x01", "1", NULL, NULL);
	namespaces_read(&n, fixture_publish(&f));
	assert_int_equal(n.count, 4);
	assert_string_equal(n.items[0].name, "one");
	assert_int_equal(n.items[0].objects, 3);
	assert_int_equal(n.items[0].kinds, 2);
	assert_string_equal(n.items[1].name, "one\x01");
	assert_string_equal(n.items[2].name, "two");
	assert_string_equal(n.items[3].name, "\xff\xff");
	namespaces_release(&n);
	fixture_release(&f);
}

static void check_text(const struct namespaces *n, const char *expected)
{
	char *text = namespaces_text(n);

	assert_string_equal(text, expected);
	free(text);
}

static void test_choosing(void **state)
{
	struct namespaces n = { 0 };
	char *text;

	(void)state;
	namespaces_show(&n, STR(" a,b a "));
	check_text(&n, "a b");
	text = namespaces_toggled(&n, "a");
	assert_string_equal(text, "b");
	free(text);
	text = namespaces_toggled(&n, "c");
	assert_string_equal(text, "a b c");
	free(text);
	namespaces_show(&n, STR(""));
	check_text(&n, "");
	/* each set has its key for as long as there is one */
	namespaces_show(&n, STR("a b"));
	assert_int_equal(n.n_recent, 1);
	for (char c = 'a'; c < 'a' + NAMESPACES_RECENT; c++)
		namespaces_show(&n, str_make(&c, 1));
	assert_int_equal(n.n_recent, NAMESPACES_RECENT);
	assert_string_equal(n.recent[0], "a");
	namespaces_release(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_choosing),
	};

	return cmocka_run_group_tests_name("namespaces", tests, NULL, NULL);
}
