#include "kube/value.h"

#include <endian.h>
#include <string.h>

#include "kube/format.h"

#define DURATION_MAX 64 /* bytes */
#define RUN_LONG     254

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* ---- reading ---- */

static bool is_missing(struct str text)
{
	return text.len == 0 || str_is(text, "<none>") || str_is(text, "<unknown>") ||
	       str_is(text, "<no value>") || str_is(text, "<invalid>");
}

int value_number(struct str text, double *ret)
{
	return format_quantity(text, ret);
}

struct unit {
	const char *text;
	double seconds;
};

/* From the largest: in a duration each is smaller than the one before it. */
static const struct unit units[] = {
	{ "y", 365.0 * 86400 },
	{ "w", 7.0 * 86400 },
	{ "d", 86400 },
	{ "h", 3600 },
	{ "m", 60 },
	{ "s", 1 },
	{ "ms", 1e-3 },
	{ "us", 1e-6 },
	{ "\xc2\xb5s", 1e-6 },
	{ "ns", 1e-9 },
};

#define UNITS (sizeof(units) / sizeof(units[0]))

static double take_number(struct str text, size_t *at)
{
	double value = 0, scale = 1;

	while (*at < text.len && is_digit(text.p[*at]))
		value = value * 10 + (text.p[(*at)++] - '0');
	if (*at + 1 >= text.len || text.p[*at] != '.' || !is_digit(text.p[*at + 1]))
		return value;
	for (++*at; *at < text.len && is_digit(text.p[*at]); ++*at) {
		scale /= 10;
		value += scale * (text.p[*at] - '0');
	}
	return value;
}

static size_t take_unit(struct str text, size_t *at)
{
	size_t end = *at, i = 0;
	struct str word;

	while (end < text.len && !is_digit(text.p[end]))
		end++;
	word = str_make(text.p + *at, end - *at);
	while (i < UNITS && !str_is(word, units[i].text))
		i++;
	*at = end;
	return i;
}

int value_duration(struct str text, double *ret)
{
	bool negative = text.len > 1 && text.p[0] == '-';
	size_t at = negative, last = 0;
	double sum = 0;

	if (text.len - at < 2 || text.len > DURATION_MAX || !is_digit(text.p[at]))
		return -1;
	while (at < text.len) {
		double value = take_number(text, &at);
		size_t unit = take_unit(text, &at);

		if (unit == UNITS || unit + 1 <= last)
			return -1;
		sum += value * units[unit].seconds;
		last = unit + 1;
	}
	*ret = negative ? -sum : sum;
	return 0;
}

unsigned value_classes(struct str text)
{
	unsigned classes = 0;
	double value;

	if (is_missing(text))
		return VALUE_MISSING;
	if (!is_digit(text.p[0]) && !strchr("+-.", text.p[0]))
		return 0;
	if (value_number(text, &value) == 0)
		classes |= VALUE_NUMBER;
	if (value_duration(text, &value) == 0)
		classes |= VALUE_DURATION;
	return classes;
}

/* ---- ordering ---- */

#define SIGN (UINT64_C(1) << 63)

uint64_t value_key(double number)
{
	double plain = number == 0 ? 0 : number; /* -0 is 0 */
	uint64_t bits;

	memcpy(&bits, &plain, sizeof(bits));
	return bits & SIGN ? ~bits : bits | SIGN;
}

uint64_t value_key_i64(int64_t number)
{
	return (uint64_t)number ^ SIGN;
}

/* As words compare: a NUL, which no collated text may hold, is a blank. */
static unsigned char word_char(char c)
{
	return c ? lower(c) : ' ';
}

/* The digits at *at without leading zeros; *at is then behind them. */
static struct str take_run(struct str text, size_t *at)
{
	size_t start;

	while (*at < text.len && text.p[*at] == '0')
		++*at;
	start = *at;
	while (*at < text.len && is_digit(text.p[*at]))
		++*at;
	return str_make(text.p + start, *at - start);
}

static int cmp_runs(struct str a, struct str b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len ? memcmp(a.p, b.p, a.len) : 0;
}

int value_cmp_words(struct str a, struct str b)
{
	size_t i = 0, j = 0;

	while (i < a.len && j < b.len) {
		unsigned char x = is_digit(a.p[i]) ? '0' : word_char(a.p[i]);
		unsigned char y = is_digit(b.p[j]) ? '0' : word_char(b.p[j]);
		int order;

		if (x != y)
			return x < y ? -1 : 1;
		if (x != '0') {
			i++;
			j++;
			continue;
		}
		order = cmp_runs(take_run(a, &i), take_run(b, &j));
		if (order)
			return order;
	}
	return (i < a.len) - (j < b.len);
}

/* The length of a run of digits, in at most RUN_HEAD bytes; returns behind it. */
#define RUN_HEAD 4
static char *put_length(char *p, struct str run)
{
	*p++ = '0';
	if (run.len < RUN_LONG) {
		*p++ = (char)(run.len + 1);
	} else {
		*p++ = (char)0xff;
		*p++ = (char)(1 + (run.len / 250 < 254 ? run.len / 250 : 254));
		*p++ = (char)(1 + run.len % 250);
	}
	return p;
}

/* Length, then the digits; returns behind them. */
static char *put_run(char *p, struct str run)
{
	p = put_length(p, run);
	if (run.len)
		memcpy(p, run.p, run.len);
	return p + run.len;
}

void value_collate(struct str text, struct buf *out)
{
	/* A digit alone takes three bytes. */
	char *start = buf_room(out, 3 * text.len + 4), *p = start;
	size_t i = 0;

	if (!start)
		return;
	while (i < text.len) {
		if (is_digit(text.p[i])) {
			p = put_run(p, take_run(text, &i));
			continue;
		}
		*p++ = (char)word_char(text.p[i]);
		i++;
	}
	buf_added(out, (size_t)(p - start));
}

uint64_t value_collate_key(struct str text)
{
	unsigned char out[8 + RUN_HEAD + 8] = { 0 };
	size_t i = 0, n = 0;
	uint64_t key;

	while (i < text.len && n < sizeof(key)) {
		struct str run;

		if (!is_digit(text.p[i])) {
			out[n++] = text.p[i] ? (unsigned char)lower(text.p[i]) : ' ';
			i++;
			continue;
		}
		run = take_run(text, &i);
		n = (size_t)(put_length((char *)out + n, run) - (char *)out);
		for (size_t j = 0; j < run.len && n < sizeof(key); j++)
			out[n++] = (unsigned char)run.p[j];
	}
	memcpy(&key, out, sizeof(key));
	return be64toh(key);
}

bool value_compare(struct str cell, struct str typed, int *ret)
{
	unsigned have = value_classes(cell), want = value_classes(typed);
	double a = 0, b = 0;

	if ((have | want) & VALUE_MISSING)
		return false;
	if (have & want & VALUE_NUMBER) {
		value_number(cell, &a);
		value_number(typed, &b);
	} else if (have & want & VALUE_DURATION) {
		value_duration(cell, &a);
		value_duration(typed, &b);
	} else if (want) {
		return false;
	} else {
		*ret = value_cmp_words(cell, typed);
		return true;
	}
	*ret = (a > b) - (a < b);
	return true;
}
