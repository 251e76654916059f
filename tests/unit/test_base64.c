/* base64 there and back, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64.h"

static void check(const char *plain, const char *encoded)
{
	struct buf out = BUF_INIT(1000);

	assert_int_equal(base64_encode(str_of(plain), &out), 0);
	assert_string_equal(buf_text(&out), encoded);
	buf_reset(&out);
	assert_int_equal(base64_decode(str_of(encoded), &out), 0);
	assert_string_equal(buf_text(&out), plain);
	buf_release(&out);
}

static void test_there_and_back(void **state)
{
	(void)state;
	check("", "");
	check("a", "YQ==");
	check("ab", "YWI=");
	check("abc", "YWJj");
	check("\xff\xfe~", "//5+");
	check("\033[2Jevil text", "G1sySmV2aWwgdGV4dA==");
}

static void test_none(void **state)
{
	static const char *const bad[] = { "a", "YQ=", "Y===", "====", "YQ==YQ==", "Y!==", "YQ=a" };
	struct buf out = BUF_INIT(1000), small = BUF_INIT(2);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(base64_decode(str_of(bad[i]), &out), -1);
	buf_reset(&out);
	assert_int_equal(base64_decode(STR("YW\nJj \r\n"), &out), 0);
	assert_string_equal(buf_text(&out), "abc");
	assert_int_equal(base64_decode(STR("YWJj"), &small), -1);
	assert_int_equal(base64_encode(STR("abc"), &small), -1);
	buf_release(&out);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
