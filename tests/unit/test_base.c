#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/texts.h"

static void test_buf(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	assert_string_equal(buf_text(&b), "");
	assert_int_equal(buf_addz(&b, "abc"), 0);
	assert_int_equal(buf_addf(&b, "%d", 1234), 0);
	assert_string_equal(buf_text(&b), "abc1234");
	assert_int_equal(buf_addz(&b, "5678"), -1);
	assert_true(b.overflow);
	assert_int_equal(buf_addc(&b, 'x'), -1); /* it stays so */
	assert_string_equal(buf_text(&b), "abc1234");
	buf_reset(&b);
	assert_int_equal(buf_addz(&b, "0123456789"), 0);
	buf_consume(&b, 4);
	assert_string_equal(buf_text(&b), "456789");
	buf_truncate(&b, 2);
	assert_string_equal(buf_text(&b), "45");
	buf_consume(&b, 100);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void test_str(void **state)
{
	static const struct {
		const char *text;
		int rc;
		int64_t value;
	} numbers[] = {
		{ "0", 0, 0 },
		{ "-1", 0, -1 },
		{ "+7", 0, 7 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "9223372036854775808", -1, 0 },
		{ "-9223372036854775809", -1, 0 },
		{ "", -1, 0 },
		{ "-", -1, 0 },
		{ "1x", -1, 0 },
		{ " 1", -1, 0 },
	};
	struct str rest = STR("a,b,");
	int64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		assert_int_equal(str_to_i64(str_of(numbers[i].text), &value), numbers[i].rc);
		if (numbers[i].rc == 0)
			assert_true(value == numbers[i].value);
	}
	assert_true(str_is(str_cut(&rest, ','), "a"));
	assert_true(str_is(str_cut(&rest, ','), "b"));
	assert_non_null(rest.p);
	assert_true(str_is(str_cut(&rest, ','), ""));
	assert_null(rest.p);
	assert_true(str_is(str_trim(STR(" \t a b \n")), "a b"));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_true(str_contains(STR("abc"), STR("")));
	assert_false(str_contains(STR(""), STR("a")));
}

static void test_map(void **state)
{
	enum {
		COUNT = 2000
	};
	static int values[COUNT];
	struct map m;
	char key[16];

	(void)state;
	map_init(&m);
	assert_null(map_get(&m, STR("x")));
	assert_null(map_remove(&m, STR("x")));
	for (int i = 0; i < COUNT; i++) {
		snprintf(key, sizeof(key), "key-%d", i);
		assert_null(map_put(&m, str_of(key), &values[i]));
	}
	for (int i = 0; i < COUNT; i += 3) {
		snprintf(key, sizeof(key), "key-%d", i);
		assert_ptr_equal(map_remove(&m, str_of(key)), &values[i]);
	}
	for (int i = 0; i < COUNT; i++) {
		snprintf(key, sizeof(key), "key-%d", i);
		assert_ptr_equal(map_get(&m, str_of(key)), i % 3 ? &values[i] : NULL);
	}
	assert_ptr_equal(map_put(&m, STR("key-1"), &values[0]), &values[1]);
	map_release(&m);
}

static void test_map_walk(void **state)
{
	const struct map_slot *slot;
	struct map m;
	size_t at = 0, n = 0;

	(void)state;
	map_init(&m);
	map_put(&m, STR("a"), &m);
	map_put(&m, STR(""), &m);
	while ((slot = map_next(&m, &at)))
		n += 1 + slot->len;
	assert_int_equal(n, 3);
	map_release(&m);
}

static void test_error(void **state)
{
	struct error err = ERROR_INIT, other = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set(NULL, ERROR_IO, "x"), -1);
	assert_int_equal(error_set(&err, ERROR_IO, "%s", "one"), -1);
	error_set(&err, ERROR_INVALID, "two");
	error_prefix(&err, "file %d", 1);
	assert_string_equal(err.text, "file 1: two");
	error_move(&other, &err);
	assert_null(err.text);
	assert_int_equal(other.code, ERROR_INVALID);
	error_move(NULL, &other);
	assert_null(other.text);
}

static void test_array(void **state)
{
	size_t cap = 1;
	int *items = mem_alloc(sizeof(*items));

	(void)state;
	items = array_reserve(items, &cap, 2, sizeof(*items));
	assert_true(cap >= 2);
	items = array_reserve(items, &cap, 1000, sizeof(*items));
	items[999] = 1;
	free(items);
}

static void test_texts(void **state)
{
	char **texts = NULL, **copy, *joined;
	size_t n = 0;

	(void)state;
	assert_null(texts_copy(texts, n));
	texts_free(texts, n);
	texts_add(&texts, &n, "a");
	texts_add(&texts, &n, "");
	assert_int_equal(n, 2);
	copy = texts_copy(texts, n);
	texts_free(texts, n);
	assert_string_equal(copy[0], "a");
	assert_string_equal(copy[1], "");
	joined = texts_join(copy, 2, ", ");
	assert_string_equal(joined, "a, ");
	free(joined);
	joined = texts_join(NULL, 0, ", ");
	assert_string_equal(joined, "");
	free(joined);
	texts_free(copy, n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf),
		cmocka_unit_test(test_str),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_walk),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
