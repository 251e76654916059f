/* Ages as kubectl writes them, and quantities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/format.h"

static const struct {
	int64_t seconds;
	const char *text;
} ages[] = {
	{ -2, "<invalid>" },
	{ INT64_MIN, "<invalid>" },
	{ -1, "0s" },
	{ 0, "0s" },
	{ 119, "119s" },
	{ 120, "2m" },
	{ 121, "2m1s" },
	{ 599, "9m59s" },
	{ 600, "10m" },
	{ 10799, "179m" },
	{ 10800, "3h" },
	{ 11100, "3h5m" },
	{ 28799, "7h59m" },
	{ 28800, "8h" },
	{ 172799, "47h" },
	{ 172800, "2d" },
	{ 176400, "2d1h" },
	{ 691199, "7d23h" },
	{ 691200, "8d" },
	{ 63071999, "729d" },
	{ 63072000, "2y" },
	{ 63158400, "2y1d" },
	{ 252287999, "7y364d" },
	{ 252288000, "8y" },
	{ INT64_MAX, "292y" },
};

static void test_ages(void **state)
{
	char out[FORMAT_AGE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		format_age(ages[i].seconds, out);
		assert_string_equal(out, ages[i].text);
	}
}

static const struct {
	const char *text;
	double value; /* -1: none */
} quantities[] = {
	{ "0", 0 },
	{ "100m", 0.1 },
	{ "1.5Gi", 1610612736.0 },
	{ "2e3", 2000 },
	{ "1E", 1e18 },
	{ "1E2", 100 },
	{ "1Ki", 1024 },
	{ "10k", 10000 },
	{ ".5", 0.5 },
	{ "5.", 5 },
	{ "+3", 3 },
	{ "5n", 5e-9 },
	{ "", -1 },
	{ ".", -1 },
	{ "Gi", -1 },
	{ "1gi", -1 },
	{ "1 ", -1 },
	{ "1e", -1 },
	{ "1e999999999999999999999", -1 },
	{ "abc", -1 },
};

static void test_quantities(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quantities) / sizeof(quantities[0]); i++) {
		double value = -1, expected = quantities[i].value;

		format_quantity(str_of(quantities[i].text), &value);
		if (value < expected - 1e-12 * (expected + 1) ||
			value > expected + 1e-12 * (expected + 1))
			fail_msg("%s: %g", quantities[i].text, value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_quantities),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
