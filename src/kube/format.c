#include "kube/format.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#define MINUTE	  60
#define HOUR	  (60 * MINUTE)
#define DAY	  (24 * HOUR)
#define YEAR_DAYS 365
#define AGE_LIMIT INT64_C(9223372036) /* where Go's time.Duration ends */

static void two_units(char *out, int64_t a, const char *unit_a, int64_t b, const char *unit_b)
{
	if (b == 0)
		snprintf(out, FORMAT_AGE_MAX, "%" PRId64 "%s", a, unit_a);
	else
		snprintf(out, FORMAT_AGE_MAX, "%" PRId64 "%s%" PRId64 "%s", a, unit_a, b, unit_b);
}

void format_age(int64_t seconds, char out[FORMAT_AGE_MAX])
{
	int64_t s = seconds > AGE_LIMIT ? AGE_LIMIT : seconds;
	int64_t hours = s / HOUR;

	if (s < -1)
		snprintf(out, FORMAT_AGE_MAX, "<invalid>");
	else if (s < 0)
		snprintf(out, FORMAT_AGE_MAX, "0s");
	else if (s < 2 * MINUTE)
		two_units(out, s, "s", 0, "");
	else if (s < 10 * MINUTE)
		two_units(out, s / MINUTE, "m", s % MINUTE, "s");
	else if (s < 3 * HOUR)
		two_units(out, s / MINUTE, "m", 0, "");
	else if (hours < 8)
		two_units(out, hours, "h", s / MINUTE % 60, "m");
	else if (hours < 48)
		two_units(out, hours, "h", 0, "");
	else if (hours < 8 * 24)
		two_units(out, hours / 24, "d", hours % 24, "h");
	else if (hours < 2 * 24 * YEAR_DAYS)
		two_units(out, hours / 24, "d", 0, "");
	else if (hours < 8 * 24 * YEAR_DAYS)
		two_units(out, hours / 24 / YEAR_DAYS, "y", hours / 24 % YEAR_DAYS, "d");
	else
		two_units(out, hours / 24 / YEAR_DAYS, "y", 0, "");
}

/* ---- quantities (apimachinery, api/resource) ---- */

struct suffix {
	const char *text;
	double factor;
};

static const struct suffix suffixes[] = {
	{ "", 1 },
	{ "n", 1e-9 },
	{ "u", 1e-6 },
	{ "m", 1e-3 },
	{ "k", 1e3 },
	{ "M", 1e6 },
	{ "G", 1e9 },
	{ "T", 1e12 },
	{ "P", 1e15 },
	{ "E", 1e18 },
	{ "Ki", 1024.0 },
	{ "Mi", 1048576.0 },
	{ "Gi", 1073741824.0 },
	{ "Ti", 1099511627776.0 },
	{ "Pi", 1125899906842624.0 },
	{ "Ei", 1152921504606846976.0 },
};

static double power_of_ten(int64_t exponent)
{
	double base = exponent < 0 ? 0.1 : 10;
	double value = 1;

	for (int64_t i = exponent < 0 ? -exponent : exponent; i > 0; i--)
		value *= base;
	return value;
}

static int suffix_factor(struct str suffix, double *ret)
{
	int64_t exponent;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (str_is(suffix, suffixes[i].text)) {
			*ret = suffixes[i].factor;
			return 0;
		}
	}
	if (suffix.p[0] != 'e' && suffix.p[0] != 'E')
		return -1;
	if (str_to_i64(str_make(suffix.p + 1, suffix.len - 1), &exponent) < 0 || exponent > 400 ||
		exponent < -400)
		return -1;
	*ret = power_of_ten(exponent);
	return 0;
}

/* Digits at *at added to *value; returns how many there were. */
static size_t take_digits(struct str text, size_t *at, double *value)
{
	size_t n = 0;

	while (*at < text.len && text.p[*at] >= '0' && text.p[*at] <= '9') {
		*value = *value * 10 + (text.p[(*at)++] - '0');
		n++;
	}
	return n;
}

int format_quantity(struct str text, double *ret_value)
{
	double value = 0, factor, scale = 1;
	size_t at = 0, whole, part = 0;
	bool negative;

	if (text.len == 0 || text.len > 300)
		return -1;
	negative = text.p[0] == '-';
	if (negative || text.p[0] == '+')
		at = 1;
	whole = take_digits(text, &at, &value);
	if (at < text.len && text.p[at] == '.') {
		at++;
		part = take_digits(text, &at, &value);
		for (size_t i = 0; i < part; i++)
			scale *= 10;
	}
	if (whole + part == 0 || suffix_factor(str_make(text.p + at, text.len - at), &factor) < 0)
		return -1;
	value = value == 0 ? 0 : value / scale * factor; /* 0e400: its factor is infinite */
	*ret_value = negative ? -value : value;
	return 0;
}
