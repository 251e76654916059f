#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>

#include "base/buf.h"
#include "base/utf8.h"

static void check_escape(struct str text, enum utf8_mode mode, const char *expected)
{
	struct buf out = BUF_INIT(1 << 16);

	utf8_escape(text, mode, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_release(&out);
}

static void test_escape(void **state)
{
	(void)state;
	check_escape(STR("plain, größer 中文 😀"), UTF8_CELL, "plain, größer 中文 😀");
	check_escape(STR("\x1b[2J\x1b]52;c;eA==\x07"), UTF8_CELL, "^[[2J^[]52;c;eA==^G");
	check_escape(STR("a\tb\nc\r"), UTF8_CELL, "a^Ib^Jc^M");
	check_escape(STR("a\tb\nc\r"), UTF8_TEXT, "a\tb\nc^M");
	check_escape(STR("\0\x7f"), UTF8_CELL, "^@^?");
	check_escape(STR("\xc2\x9b"
			 "2J"),
		UTF8_CELL, "<U+009B>2J");
	check_escape(STR("\xe2\x80\xae"
			 "abc"),
		UTF8_CELL, "<U+202E>abc");
	check_escape(
		STR("\xe2\x80\x8d\xef\xbb\xbf\xc2\xad"), UTF8_CELL, "<U+200D><U+FEFF><U+00AD>");
	check_escape(STR("\xf3\xa0\x81\x81"), UTF8_CELL, "<U+E0041>");
}

static void test_bad_bytes(void **state)
{
	(void)state;
	check_escape(STR("\xff\xc0\x80"), UTF8_CELL, "���");
	check_escape(STR("\xed\xa0\x80"), UTF8_CELL, "���"); /* a surrogate */
	check_escape(STR("\xe2\x82"), UTF8_CELL, "��");	     /* cut */
	check_escape(STR("\xf4\x90\x80\x80"), UTF8_CELL, "����");
}

static void test_combining_marks_are_limited(void **state)
{
	struct buf text = BUF_INIT(1 << 10), out = BUF_INIT(1 << 10);

	(void)state;
	buf_addc(&text, 'a');
	for (int i = 0; i < 50; i++)
		buf_addz(&text, "\xcc\x81");
	buf_addc(&text, 'b');
	utf8_escape(buf_str(&text), UTF8_CELL, &out);
	assert_int_equal(out.len, 1 + 8 * 2 + 1);
	assert_int_equal(utf8_columns(buf_str(&out)), 2);
	buf_release(&text);
	buf_release(&out);
}

static void test_columns(void **state)
{
	size_t used;

	(void)state;
	assert_int_equal(utf8_columns(STR("abc")), 3);
	assert_int_equal(utf8_columns(STR("中文")), 4);
	assert_int_equal(utf8_columns(STR("e\xcc\x81x")), 2);
	assert_int_equal(utf8_prefix(STR("中文"), 3, &used).len, 3);
	assert_int_equal(used, 2);
	assert_int_equal(utf8_prefix(STR("ae\xcc\x81x"), 2, &used).len, 4); /* the mark stays */
	assert_int_equal(utf8_prefix(STR("abc"), 0, NULL).len, 0);
}

static void test_round_trip(void **state)
{
	char bytes[4];

	(void)state;
	for (uint32_t code = 1; code < 0x110000; code += 37) {
		uint32_t back;
		size_t n;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		n = utf8_encode(code, bytes);
		assert_int_equal(utf8_decode(str_make(bytes, n), &back), n);
		assert_int_equal(back, code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_bad_bytes),
		cmocka_unit_test(test_combining_marks_are_limited),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_round_trip),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
