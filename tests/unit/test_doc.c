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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_writes),
	};

	return cmocka_run_group_tests_name("doc", tests, NULL, NULL);
}
