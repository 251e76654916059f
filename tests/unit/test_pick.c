/* pick: members of an object by name, and what their values are as texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "json/pick.h"

static void test_members(void **state)
{
	static const char *const keys[] = { "a", "b", "c" };
	struct str v[3];

	(void)state;
	pick_members(STR("{\"b\":[1, 2],\"\\u0061\":\"x\",\"a\" : null,\"d\":1}"), keys, v, 3);
	assert_true(str_is(v[0], "null")); /* the last of equal ones */
	assert_true(str_is(v[1], "[1, 2]"));
	assert_null(v[2].p);
	pick_members(STR("[\"a\"]"), keys, v, 3);
	assert_null(v[0].p);
	pick_members(STR(""), keys, v, 3);
	assert_null(v[0].p);
}

static void expect_text(struct str value, const char *text)
{
	char *got = pick_text(value), *never_null = pick_text_or_empty(value);

	if (text)
		assert_string_equal(got, text);
	else
		assert_null(got);
	assert_string_equal(never_null, text ? text : "");
	assert_int_equal(pick_is_string(value, text ? text : ""), text != NULL);
	assert_false(pick_is_string(value, "another"));
	free(got);
	free(never_null);
}

static void test_text(void **state)
{
	(void)state;
	expect_text(STR("\"\""), "");
	expect_text(STR("\"a\\u00e9\\n\""), "a\xc3\xa9\n");
	expect_text(STR("null"), NULL);
	expect_text(STR("7"), NULL);
	expect_text(STR("\""), NULL);
	expect_text(str_make(NULL, 0), NULL);
	assert_int_equal(pick_i64(STR("-7"), 1), -7);
	assert_int_equal(pick_i64(STR("\"7\""), 1), 1);
}

static void test_sorted(void **state)
{
	struct pick_sorted m;

	(void)state;
	assert_int_equal(pick_sorted(STR("{\"b\":1,\"a\":2,\"\\u0062\":3}"), &m), 0);
	assert_int_equal(m.count, 2);
	assert_true(str_is(m.items[0].value, "2"));
	assert_true(str_is(m.items[1].value, "3"));
	pick_sorted_release(&m);
	assert_int_equal(pick_sorted(STR("{\"a\":1"), &m), -1);
	assert_int_equal(pick_sorted(STR("7"), &m), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_sorted),
	};

	return cmocka_run_group_tests_name("pick", tests, NULL, NULL);
}
