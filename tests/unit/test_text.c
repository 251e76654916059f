#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "ui/widgets/text.h"

static void test_numbers(void **state)
{
	char out[TEXT_NUMBER_MAX];

	(void)state;
	text_number(0, out);
	assert_string_equal(out, "0");
	text_number(999, out);
	assert_string_equal(out, "999");
	text_number(41203, out);
	assert_string_equal(out, "41,203");
	text_number(1234567, out);
	assert_string_equal(out, "1,234,567");
}

static void check_value(const char *json, size_t columns, const char *expected)
{
	struct buf out;

	buf_init(&out, 1000);
	text_value(str_of(json), columns, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void test_values(void **state)
{
	(void)state;
	check_value("\"True\"", 10, "True");
	check_value("\"\"", 10, "\"\"");
	check_value("12", 10, "12");
	check_value("null", 10, "null");
	check_value("\"a\\nb\"", 10, "a\nb");
	check_value("\"0123456789abc\"", 10, "012345678\xe2\x80\xa6");
	check_value("{\"a\":1}", 4, "{\"a\xe2\x80\xa6");
	check_value("\"\\u00e9\\u00e9\"", 2, "\xc3\xa9\xc3\xa9");
}

static void test_find(void **state)
{
	size_t at = 99;

	(void)state;
	assert_true(text_find(STR("Hello World"), STR("world"), 0, &at));
	assert_int_equal(at, 6);
	assert_false(text_find(STR("Hello world"), STR("World"), 0, &at));
	assert_true(text_find(STR("aXaX"), STR("X"), 2, &at));
	assert_int_equal(at, 3);
	assert_false(text_find(STR("abc"), STR(""), 0, &at));
	assert_false(text_find(STR("abc"), STR("c"), 4, &at));
}

static void test_lines(void **state)
{
	struct str text = STR("one two  three\nfour \xe4\xb8\xad\xe6\x96\x87"
			      "five");

	(void)state;
	assert_true(str_is(text_line(&text, 8), "one two"));
	assert_true(str_is(text_line(&text, 8), "three"));
	assert_true(str_is(text_line(&text, 8), "four"));
	/* without a blank it is cut where it must be, and where nothing fits not at all */
	assert_true(str_is(text_line(&text, 5), "\xe4\xb8\xad\xe6\x96\x87"
						"f"));
	assert_true(str_is(text_line(&text, 0), "ive"));
	assert_int_equal(text.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_lines),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
