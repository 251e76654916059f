/* What a cell's text says, and how two compare. */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/value.h"

static const struct {
	const char *text;
	unsigned classes;
} classes[] = {
	{ "", VALUE_MISSING },
	{ "<none>", VALUE_MISSING },
	{ "<no value>", VALUE_MISSING },
	{ "12", VALUE_NUMBER },
	{ "-1.5", VALUE_NUMBER },
	{ "1e+06", VALUE_NUMBER },
	{ "1500m", VALUE_NUMBER | VALUE_DURATION },
	{ "10Gi", VALUE_NUMBER },
	{ "12d", VALUE_DURATION },
	{ "3h20m", VALUE_DURATION },
	{ "2y35d", VALUE_DURATION },
	{ "1.5s", VALUE_DURATION },
	{ "100ms", VALUE_DURATION },
	{ "3h20", 0 },
	{ "20m3h", 0 },
	{ "3h3h", 0 },
	{ "h", 0 },
	{ "-", 0 },
	{ "1.2.3", 0 },
	{ "10.0.0.1", 0 },
	{ "2026-01-02", 0 },
	{ "True", 0 },
};

static void test_classes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (value_classes(str_of(classes[i].text)) != classes[i].classes)
			fail_msg("'%s': %u", classes[i].text,
				value_classes(str_of(classes[i].text)));
	}
}

static void test_durations(void **state)
{
	double value;

	(void)state;
	assert_int_equal(value_duration(STR("3h20m"), &value), 0);
	assert_true(value == 12000);
	assert_int_equal(value_duration(STR("2d"), &value), 0);
	assert_true(value == 2 * 86400);
	assert_int_equal(value_duration(STR("1.5s"), &value), 0);
	assert_true(value == 1.5);
	assert_int_equal(value_duration(STR(""), &value), -1);
}

static void test_keys(void **state)
{
	static const double sorted[] = { -1e300, -2, -1.5, -1e-9, 0, 1e-9, 0.5, 1, 1e300 };

	(void)state;
	for (size_t i = 1; i < sizeof(sorted) / sizeof(sorted[0]); i++)
		assert_true(value_key(sorted[i - 1]) < value_key(sorted[i]));
	assert_true(value_key(-0.0) == value_key(0));
	assert_true(value_key_i64(-5) < value_key_i64(3));
}

static const struct {
	const char *a, *b;
	int order;
} words[] = {
	{ "a", "b", -1 },
	{ "B", "a", 1 },
	{ "abc", "ABC", 0 },
	{ "a2", "a10", -1 },
	{ "a02", "a2", 0 },
	{ "v1.9.3", "v1.10.0", -1 },
	{ "a", "a1", -1 },
	{ "a9b", "a10", -1 },
	{ "1", "a", -1 },
	{ "", "a", -1 },
	{ "0", "00", 0 },
	{ "a0", "a1", -1 },
	{ "99999999999999999999", "100000000000000000000", -1 },
};

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Directly and by their collated forms. */
static void test_words(void **state)
{
	struct buf a = BUF_INIT(1024), b = BUF_INIT(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct str x = str_of(words[i].a), y = str_of(words[i].b);

		buf_reset(&a);
		buf_reset(&b);
		value_collate(x, &a);
		value_collate(y, &b);
		if (sign(value_cmp_words(x, y)) != words[i].order ||
			sign(value_cmp_words(y, x)) != -words[i].order ||
			sign(str_cmp(buf_str(&a), buf_str(&b))) != words[i].order)
			fail_msg("'%s' '%s'", words[i].a, words[i].b);
	}
	buf_release(&a);
	buf_release(&b);
}

/* A collated form's first eight bytes, also of what is cut within them. */
static void test_word_keys(void **state)
{
	static const char *const texts[] = { "", "a", "0", "000", "auth-000800-tls", "V1.10",
		"1234567890123456789", "12345678", "abcdefg1", "abcdefgh", "a1b22c333d4444", "-7" };
	struct buf a = BUF_INIT(4096);
	char run[600];

	(void)state;
	memset(run, '7', sizeof(run));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) + 1; i++) {
		struct str text = i ? str_of(texts[i - 1]) : str_make(run, sizeof(run));
		char first[8] = { 0 };
		uint64_t key = htobe64(value_collate_key(text));

		buf_reset(&a);
		value_collate(text, &a);
		memcpy(first, buf_text(&a), a.len < 8 ? a.len : 8);
		assert_memory_equal(&key, first, 8);
	}
	buf_release(&a);
}

static const struct {
	const char *cell, *typed;
	int order; /* 9: they cannot be compared */
} compared[] = {
	{ "1500m", "2", -1 },
	{ "10Gi", "9500Mi", 1 },
	{ "3", "3.0", 0 },
	{ "5m", "2h", -1 },
	{ "abc", "2", 9 },
	{ "", "2", 9 },
	{ "2", "", 9 },
	{ "<none>", "x", 9 },
	{ "v1.9", "v1.10", -1 },
	{ "12d", "3", 9 },
};

static void test_compare(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
		int order = 9;

		value_compare(str_of(compared[i].cell), str_of(compared[i].typed), &order);
		if (order != 9)
			order = sign(order);
		if (order != compared[i].order)
			fail_msg("'%s' '%s': %d", compared[i].cell, compared[i].typed, order);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_word_keys),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
