#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "json/scan.h"

static void test_walk(void **state)
{
	struct str key, value = STR(""), raw;
	struct scan s;
	int64_t number = 0;
	size_t items = 0;

	(void)state;
	scan_init(&s, STR(" { \"a\" : [ 1 , {} , [ ] ] , \"b\\u0063\":\"x\\\"y\", \"n\": -12 } "));
	assert_int_equal(scan_object(&s), 0);
	assert_true(scan_key(&s, &key));
	assert_true(scan_is(key, "a"));
	assert_int_equal(scan_array(&s), 0);
	while (scan_item(&s)) {
		assert_int_equal(scan_skip(&s, &value), 0);
		items++;
	}
	assert_int_equal(items, 3);
	assert_true(str_is(value, "[ ]"));
	assert_true(scan_key(&s, &key));
	assert_true(scan_is(key, "bc"));
	assert_int_equal(scan_string(&s, &raw), 0);
	assert_true(str_is(raw, "x\\\"y"));
	assert_true(scan_key(&s, &key));
	assert_int_equal(scan_i64(&s, &number), 0);
	assert_int_equal(number, -12);
	assert_false(scan_key(&s, &key));
	assert_false(scan_failed(&s));
}

/* A value of another type is stepped over, and what follows is read. */
static void test_or_skip(void **state)
{
	struct str item = STR("");
	struct scan s;
	size_t objects = 0, arrays = 0;

	(void)state;
	scan_init(&s, STR("[{\"a\":[1]}, 7, \"{\", null, [2, 3], [], {}]"));
	assert_true(scan_array_or_skip(&s));
	while (scan_item(&s)) {
		if (scan_type(&s) == SCAN_ARRAY && scan_array_or_skip(&s)) {
			arrays++;
			while (scan_item_text(&s, &item))
				;
		} else if (scan_object_or_skip(&s)) {
			objects++;
			while (scan_key(&s, &item))
				assert_false(scan_object_or_skip(&s));
		}
	}
	assert_false(scan_failed(&s));
	assert_int_equal(objects, 2);
	assert_int_equal(arrays, 2);
	scan_init(&s, STR("[1, {\"a\"]"));
	scan_array(&s);
	assert_true(scan_item_text(&s, &item));
	assert_true(str_is(item, "1"));
	assert_true(scan_item(&s));
	assert_true(scan_object_or_skip(&s));
	assert_false(scan_key(&s, &item));
	assert_true(scan_failed(&s));
	scan_init(&s, STR(""));
	assert_false(scan_object_or_skip(&s));
	assert_true(scan_failed(&s));
}

static void test_errors_stick(void **state)
{
	static const char *const bad[] = { "", "[", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
		"{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":\"x", "{a:1}", "{\"a\":[1,}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct scan s;
		struct str key;
		int steps = 0;

		scan_init(&s, str_of(bad[i]));
		scan_object(&s);
		while (scan_key(&s, &key) && steps++ < 10)
			scan_skip(&s, NULL);
		assert_true(scan_failed(&s));
		assert_int_equal(scan_skip(&s, NULL), -1);
		assert_int_equal(scan_type(&s), SCAN_BAD);
	}
}

/* All lengths around the 16 and the 64 bytes that are looked at together; what is escaped
 * stands now behind such a block's last byte, too, and in a block that is whole. */
static void test_skip_at_every_length(void **state)
{
	(void)state;
	for (size_t n = 0; n < 140; n++) {
		struct buf text = BUF_INIT(1 << 10);
		struct str value;
		struct scan s;

		buf_addz(&text, "[\"");
		for (size_t i = 0; i < n; i++)
			buf_addc(&text, i % 5 ? '[' : '}');
		buf_addz(&text, "\\\\\\\"]\",{\"k\":[true]}");
		for (size_t i = 0; i < 64; i++)
			buf_addc(&text, ' ');
		buf_addc(&text, ']');
		/* a copy of its own size: reading past it is seen by the sanitizer */
		char *copy = malloc(text.len);

		memcpy(copy, text.data, text.len);
		scan_init(&s, str_make(copy, text.len));
		assert_int_equal(scan_skip(&s, &value), 0);
		assert_int_equal(value.len, text.len);
		free(copy);
		buf_release(&text);
	}
}

static void test_unescape(void **state)
{
	static const struct {
		const char *raw, *plain;
	} cases[] = {
		{ "plain", "plain" },
		{ "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
		{ "\\u00e9\\u4e2d", "é中" },
		{ "\\ud83d\\ude00", "😀" },
		{ "\\ud83d", "�" },
		{ "\\ude00x", "�x" },
		{ "\\ud83d\\u0041", "�A" },
		{ "\\u12", "�12" },
		{ "a\\", "a\\" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf out = BUF_INIT(100);

		assert_int_equal(scan_unescape(str_of(cases[i].raw), &out), 0);
		assert_string_equal(buf_text(&out), cases[i].plain);
		buf_release(&out);
	}
}

static void test_member(void **state)
{
	(void)state;
	assert_true(str_is(scan_member(STR("{\"a\":1,\"a\":2}"), "a"), "2")); /* the last counts */
	assert_null(scan_member(STR("{\"a\":1}"), "b").p);
	assert_null(scan_member(STR("[]"), "b").p);
}

static void test_validate(void **state)
{
	static const char *const good[] = { "0", "-0.5e+7", "\"\\u00e9\"", "[]", " {} ", "null",
		"[1,[2,{\"a\":[{}]}],\"x\"]", "{\"a\":{\"b\":{\"c\":[]}},\"d\":true}" };
	static const char *const bad[] = { "", "01", "1.", "-", "+1", "1e", ".5", "\"\x01\"",
		"\"\\x\"", "\"\\u12g4\"", "[1,]", "[,]", "{\"a\":1,}", "{\"a\"}", "{1:2}", "[1}",
		"{]", "nul", "tru", "{} {}", "\"a", "[[", "1 2" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_int_equal(scan_validate(str_of(good[i]), NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct error err = ERROR_INIT;

		assert_int_equal(scan_validate(str_of(bad[i]), &err), -1);
		assert_non_null(err.text);
		error_release(&err);
	}
}

static void test_depth(void **state)
{
	size_t n = SCAN_MAX_DEPTH + 10;
	char *text = mem_alloc(2 * n);
	struct scan s;

	(void)state;
	memset(text, '[', n);
	memset(text + n, ']', n);
	scan_init(&s, str_make(text, 2 * n));
	assert_int_equal(scan_skip(&s, NULL), -1);
	assert_int_equal(scan_validate(str_make(text, 2 * n), NULL), -1);
	scan_init(&s, str_make(text + 20, 2 * n - 40));
	assert_int_equal(scan_skip(&s, NULL), 0);
	assert_int_equal(scan_validate(str_make(text + 20, 2 * n - 40), NULL), 0);
	free(text);
}

/* A pair that opens and is closed at once counts where it is one too deep. */
static void test_depth_of_pairs(void **state)
{
	(void)state;
	for (size_t blanks = 0; blanks < 130; blanks++) {
		struct buf text = BUF_INIT(1 << 20);
		struct scan s;

		for (size_t i = 0; i < SCAN_MAX_DEPTH; i++)
			buf_addc(&text, '[');
		for (size_t i = 0; i < blanks; i++)
			buf_addc(&text, ' ');
		buf_addz(&text, "{}");
		for (size_t i = 0; i < SCAN_MAX_DEPTH; i++)
			buf_addc(&text, ']');
		scan_init(&s, buf_str(&text));
		assert_int_equal(scan_skip(&s, NULL), -1);
		buf_release(&text);
	}
}

/* Many at a time, as from behind the first bracket of a large value, and one by one. */
static void test_nested_in_pieces(void **state)
{
	static const char inner[] =
		"{\"f:a\":{},\"f:b\":{\".\":{},\"c\":[[],{},[{}]]},\"}{}\":\"{}\","
		"\"\\\"}\":{\"d\":{\"e\":{}},\"g\":[]}}";
	const size_t n = sizeof(inner) - 1;
	char text[256];

	(void)state;
	for (size_t pad = 0; pad < 130; pad++) {
		struct scan_nest whole = { 0 }, pieces = { 0 };
		const char *end = text + pad + n + 20, *p = text, *q = text;
		bool done = false;

		memset(text, ' ', sizeof(text));
		memcpy(text + pad, inner, n);
		memcpy(text + pad + n, "},{}]", 5);
		assert_true(scan_nested(&whole, &p, end, 0));
		assert_ptr_equal(p, text + pad + n);
		while (!done && q < end)
			done = scan_nested(&pieces, &q, q + 1, 0);
		assert_true(done);
		assert_ptr_equal(q, p);
		whole = (struct scan_nest){ .depth = 1 };
		p = text + pad + 1;
		assert_true(scan_nested(&whole, &p, end, 0));
		assert_ptr_equal(p, text + pad + n);
		whole = (struct scan_nest){ .depth = 2 };
		p = text + pad;
		assert_true(scan_nested(&whole, &p, end, 1));
		assert_ptr_equal(p, text + pad + n + 1);
	}
	memset(text, ' ', sizeof(text));
	memcpy(text, "{}", 2);
	for (size_t depth = 0; depth < 2; depth++) {
		struct scan_nest nest = { .depth = depth };
		const char *p = text + depth;

		assert_true(scan_nested(&nest, &p, text + 128, 0));
		assert_ptr_equal(p, text + 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_or_skip),
		cmocka_unit_test(test_errors_stick),
		cmocka_unit_test(test_skip_at_every_length),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_member),
		cmocka_unit_test(test_validate),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_of_pairs),
		cmocka_unit_test(test_nested_in_pieces),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
