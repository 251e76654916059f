/* doc: exact keys, the last of equal ones, what cJSON would let through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/doc.h"

static void test_reads(void **state)
{
	struct doc *d = doc_parse(STR("{\"a\":{\"s\":\"x\",\"n\":12,\"t\":true,\"z\":null},"
				      "\"S\":1,\"l\":[\"p\",\"q\"],\"k\":\"old\",\"k\":\"new\"}"),
		NULL);
	const struct doc *a = doc_get(d, "a");
	const struct doc *item = doc_first(doc_get(d, "l"));
	int64_t n = 0;

	(void)state;
	assert_string_equal(doc_string(a, "s"), "x");
	assert_null(doc_string(a, "n"));
	assert_int_equal(doc_i64(a, "n", &n), 0);
	assert_int_equal(n, 12);
	assert_true(doc_bool(a, "t"));
	assert_null(doc_get(a, "z"));
	assert_null(doc_get(d, "s"));
	assert_null(doc_get(NULL, "s"));
	assert_string_equal(doc_string(d, "k"), "new");
	assert_string_equal(doc_text(item), "p");
	assert_string_equal(doc_text(doc_next(item)), "q");
	assert_null(doc_next(doc_next(item)));
	doc_free(d);
}

static void test_refuses(void **state)
{
	static const char *const bad[] = { "", "{", "{} x", "\"a\\u0000b\"", "[1,]" };
	struct error err = ERROR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(doc_parse(str_of(bad[i]), &err));
		assert_int_equal(err.code, ERROR_INVALID);
	}
	error_release(&err);
	/* An escaped backslash before u0000 is text. */
	doc_free(doc_parse(STR("\"a\\\\u0000\""), &err));
	assert_int_equal(err.code, ERROR_NONE);
}

static void test_depth(void **state)
{
	struct buf b = BUF_INIT(100000);
	size_t i;

	(void)state;
	for (i = 0; i < 50000; i++)
		buf_addc(&b, '[');
	assert_null(doc_parse(buf_str(&b), NULL));
	buf_release(&b);
}

static void test_writes(void **state)
{
	struct doc *d = doc_new_object();
	struct doc *list = doc_add_array(d, "list");
	char *text;

	(void)state;
	doc_add_string(doc_add_object(d, "o"), "s", "a\"b");
	doc_add_bool(d, "t", false);
	doc_add_raw(d, "r", "{\"n\":12345678901234567890}");
	doc_append_string(list, "x");
	doc_add_string(doc_append_object(list), "y", "z");
	text = doc_print(d);
	assert_string_equal(text, "{\"list\":[\"x\",{\"y\":\"z\"}],\"o\":{\"s\":\"a\\\"b\"},"
				  "\"t\":false,\"r\":{\"n\":12345678901234567890}}");
	free(text);
	doc_free(d);
}

static void assert_printed(const struct doc *value, const char *text)
{
	char *printed = doc_print(value);

	assert_string_equal(printed, text);
	free(printed);
}

static struct doc *parsed(const char *text)
{
	struct error err = ERROR_INIT;
	struct doc *value = doc_parse(str_of(text), &err);

	assert_non_null(value);
	error_release(&err);
	return value;
}

static void test_members_are_edited(void **state)
{
	struct doc *object = parsed("{\"a\":1,\"b\":null,\"c\":{\"d\":2}}");
	struct doc *taken;

	(void)state;
	assert_null(doc_get(object, "b"));
	assert_non_null(doc_member(object, "b"));
	assert_null(doc_member(object, "x"));
	doc_set(object, "b", doc_new_string("two"));
	doc_set(object, "e", doc_new_i64(1234567890123));
	assert_printed(object, "{\"a\":1,\"b\":\"two\",\"c\":{\"d\":2},\"e\":1234567890123}");
	taken = doc_take(object, "c");
	assert_printed(taken, "{\"d\":2}");
	/* A value that had a name gets the one of its new place. */
	doc_set(object, "a", taken);
	doc_remove(object, "b");
	doc_remove(object, "b");
	assert_printed(object, "{\"a\":{\"d\":2},\"e\":1234567890123}");
	assert_null(doc_take(object, "c"));
	assert_int_equal(doc_count(object), 2);
	doc_free(object);
}

static void test_items_are_edited(void **state)
{
	struct doc *array = parsed("[1,2]");
	struct doc *taken;

	(void)state;
	doc_insert(array, 0, doc_new_i64(0));
	doc_insert(array, 9, doc_new_i64(3));
	assert_printed(array, "[0,1,2,3]");
	taken = doc_take_item(array, 1);
	assert_printed(taken, "1");
	doc_free(taken);
	assert_null(doc_take_item(array, 3));
	assert_printed(doc_item(array, 2), "3");
	assert_int_equal(doc_count(array), 3);
	doc_free(array);
}

static void test_values_are_compared(void **state)
{
	struct doc *a = parsed("{\"a\":[1,{\"b\":2}],\"c\":\"x\"}");
	struct doc *b = parsed("{\"c\":\"x\",\"a\":[1,{\"b\":2}]}");
	struct doc *copy = doc_dup(a);

	(void)state;
	assert_true(doc_equal(a, b));
	doc_set(copy, "c", doc_new_string("y"));
	assert_false(doc_equal(a, copy));
	doc_free(a);
	doc_free(b);
	doc_free(copy);
}

/* As long as there are levels, not twice as long for each. */
static void test_deep_values_are_compared(void **state)
{
	struct buf text = BUF_INIT(10000);
	struct doc *a, *b;

	(void)state;
	for (int i = 0; i < 200; i++)
		buf_addz(&text, "{\"x\":");
	buf_addc(&text, '1');
	for (int i = 0; i < 200; i++)
		buf_addc(&text, '}');
	a = parsed(buf_text(&text));
	b = parsed(buf_text(&text));
	assert_true(doc_equal(a, b));
	doc_free(a);
	doc_free(b);
	buf_release(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_members_are_edited),
		cmocka_unit_test(test_items_are_edited),
		cmocka_unit_test(test_values_are_compared),
		cmocka_unit_test(test_deep_values_are_compared),
	};

	return cmocka_run_group_tests_name("doc", tests, NULL, NULL);
}
