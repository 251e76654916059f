/* merge: the smallest patch between two texts, and when two values are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/merge.h"
#include "json/number.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void expect(const char *before, const char *after, const char *patch)
{
	struct buf out = BUF_INIT(100000);
	struct error err = ERROR_INIT;
	bool differs;

	if (merge_patch(str_of(before), str_of(after), &out, &differs, &err) < 0)
		fail_msg("%s: %s", after, err.text);
	assert_string_equal(buf_text(&out), patch);
	assert_int_equal(differs, strcmp(patch, "{}") != 0);
	buf_release(&out);
}

static void test_patches(void **state)
{
	static const char *const cases[][3] = {
		{ "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}", "{\"b\":{\"c\":2,\"d\":4},\"a\":1}",
			"{\"b\":{\"d\":4}}" },
		{ "{\"a\":1}", "{\"a\":1}", "{}" },
		{ "{\"a\":{\"b\":1}}", " { \"a\" : { \"b\" : 1 } } ", "{}" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2}", "{\"a\":null}" },
		{ "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{}}", "{\"a\":{\"b\":null,\"c\":null}}" },
		{ "{}", "{\"a\":{}}", "{\"a\":{}}" },
		{ "{\"a\":[1]}", "{\"a\":{}}", "{\"a\":{}}" },
		{ "{\"a\":{\"b\":1}}", "{\"a\":\"x\"}", "{\"a\":\"x\"}" },
		{ "{\"a\":1}", "{\"a\":\"1\"}", "{\"a\":\"1\"}" },
		/* lists are replaced whole, nulls inside of them are values */
		{ "{\"l\":[{\"a\":1},2]}", "{\"l\":[{\"a\":1},3]}", "{\"l\":[{\"a\":1},3]}" },
		{ "{\"l\":[1]}", "{\"l\":[null,{\"a\":null}]}", "{\"l\":[null,{\"a\":null}]}" },
		{ "{\"l\":[1, 2.0]}", "{\"l\":[1.0,2]}", "{}" },
		{ "{\"l\":[1]}", "{\"l\":[1,1]}", "{\"l\":[1,1]}" },
		/* a null that stays, and one that removes */
		{ "{\"a\":null}", "{\"a\":null}", "{}" },
		{ "{\"a\":1}", "{\"a\":null}", "{\"a\":null}" },
		/* numbers by their digits, with the new text's own */
		{ "{\"n\":9007199254740993}", "{\"n\":9007199254740992}",
			"{\"n\":9007199254740992}" },
		{ "{\"n\":1.0,\"m\":1e400}", "{\"n\":1,\"m\":10e399}", "{}" },
		{ "{\"n\":1e400}", "{\"n\":1.5e401}", "{\"n\":1.5e401}" },
		/* strings by what they say; of equal keys the last */
		{ "{\"s\":\"\\u0061\"}", "{\"s\":\"a\"}", "{}" },
		{ "{\"\\u0061\":1}", "{\"a\":1}", "{}" },
		{ "{\"a\":1,\"a\":2,\"b\":1}", "{\"a\":2,\"b\":2}", "{\"b\":2}" },
		{ "{\"z\":\"a\\u0000b\",\"l\":\"\\ud800\",\"c\":1}",
			"{\"z\":\"a\\u0000b\",\"l\":\"\\ud800\",\"c\":2}", "{\"c\":2}" },
		{ "{\"z\":\"a\\u0000b\"}", "{\"z\":\"a\\u0000c\"}", "{\"z\":\"a\\u0000c\"}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(cases[i][0], cases[i][1], cases[i][2]);
}

static void expect_error(
	const char *before, const char *after, enum error_code code, const char *part)
{
	struct buf out = BUF_INIT(100000);
	struct error err = ERROR_INIT;
	bool differs;

	assert_int_equal(merge_patch(str_of(before), str_of(after), &out, &differs, &err), -1);
	assert_int_equal(err.code, code);
	assert_non_null(strstr(err.text, part));
	error_release(&err);
	buf_release(&out);
}

static char *nested(unsigned depth, const char *inside)
{
	struct buf out = BUF_INIT(1 << 20);

	for (unsigned i = 0; i < depth; i++)
		buf_addz(&out, "{\"a\":");
	buf_addz(&out, inside);
	for (unsigned i = 0; i < depth; i++)
		buf_addc(&out, '}');
	return buf_take(&out);
}

static void test_cannot(void **state)
{
	char *one = nested(2000, "1"), *two = nested(2000, "2");

	(void)state;
	expect_error("{}", "{\"a\":null}", ERROR_UNSUPPORTED, "a: null");
	expect_error("{\"spec\":{}}", "{\"spec\":{\"x\":{\"y\":null}}}", ERROR_UNSUPPORTED,
		"spec.x.y: null");
	expect_error("{\"a\":1}", "{\"a\":{\"b\":null}}", ERROR_UNSUPPORTED, "a.b: null");
	expect_error("{}", "[]", ERROR_INVALID, "no object");
	expect_error("null", "{}", ERROR_INVALID, "no object");
	expect_error(one, two, ERROR_TOO_LARGE, "nested");
	expect_error("{}", one, ERROR_TOO_LARGE, "nested");
	free(one);
	free(two);
}

static void test_numbers(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "1", "1.0", true },
		{ "1", "10e-1", true },
		{ "100", "1E+2", true },
		{ "0.5", "5e-1", true },
		{ "0.05", "0.5", false },
		{ "0", "-0.0e7", true },
		{ "1", "-1", false },
		{ "1e400", "1e401", false },
		{ "1e400", "10E399", true },
		{ "9007199254740993", "9007199254740992", false },
		{ "9007199254740993", "9007199254740993.000", true },
		{ "1e99999999999999999999", "1e99999999999999999999", true },
		{ "1e99999999999999999999", "10e99999999999999999998", false },
		{ "10", "1", false },
		{ "1.10", "1.1", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (number_same(str_of(cases[i].a), str_of(cases[i].b)) != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
	}
	assert_true(merge_equal(STR("{\"a\":[1,{\"b\":2}]}"), STR("{\"a\": [1.0, {\"b\":2}]}")));
	assert_false(merge_equal(STR("{\"a\":1}"), STR("{\"a\":1,\"b\":null}")));
	assert_false(merge_equal(STR("true"), STR("false")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patches),
		cmocka_unit_test(test_cannot),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
