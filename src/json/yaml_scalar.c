/*
 * Words and numbers of YAML 1.1 (see yaml_scalar.h). Where YAML 1.1 and the Go
 * reader differ, the Go reader is followed: y and n are booleans, dates and
 * base-60 numbers are strings.
 */
#include "json/yaml_scalar.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

static const struct {
	const char *word;
	const char *json; /* NULL: JSON has no such thing */
} words[] = {
	{ "", "null" },
	{ "~", "null" },
	{ "null", "null" },
	{ "Null", "null" },
	{ "NULL", "null" },
	{ "y", "true" },
	{ "Y", "true" },
	{ "yes", "true" },
	{ "Yes", "true" },
	{ "YES", "true" },
	{ "true", "true" },
	{ "True", "true" },
	{ "TRUE", "true" },
	{ "on", "true" },
	{ "On", "true" },
	{ "ON", "true" },
	{ "n", "false" },
	{ "N", "false" },
	{ "no", "false" },
	{ "No", "false" },
	{ "NO", "false" },
	{ "false", "false" },
	{ "False", "false" },
	{ "FALSE", "false" },
	{ "off", "false" },
	{ "Off", "false" },
	{ "OFF", "false" },
	{ ".nan", NULL },
	{ ".NaN", NULL },
	{ ".NAN", NULL },
	{ ".inf", NULL },
	{ ".Inf", NULL },
	{ ".INF", NULL },
	{ "+.inf", NULL },
	{ "+.Inf", NULL },
	{ "+.INF", NULL },
	{ "-.inf", NULL },
	{ "-.Inf", NULL },
	{ "-.INF", NULL },
};

#define WORD_MAX 5
#define N_NULL	 5

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Digits of a base other than ten; fails on others and past 64 bits. */
static bool write_based(struct str digits, int base, bool negative, struct buf *out)
{
	uint64_t value = 0;
	size_t i;
	int d;

	if (digits.len == 0)
		return false;
	for (i = 0; i < digits.len; i++) {
		d = digit_value(digits.p[i]);
		if (d >= base || value > (UINT64_MAX - (uint64_t)d) / (uint64_t)base)
			return false;
		value = value * (uint64_t)base + (uint64_t)d;
	}
	buf_addf(out, "%s%" PRIu64, negative ? "-" : "", value);
	return true;
}

static struct str str_from(struct str s, size_t at)
{
	return str_make(s.p + at, s.len - at);
}

static bool write_prefixed(struct str s, bool negative, struct buf *out)
{
	int base = 0;

	if (s.len < 2 || s.p[0] != '0')
		return false;
	switch (s.p[1]) {
	case 'x':
	case 'X':
		base = 16;
		break;
	case 'o':
	case 'O':
		base = 8;
		break;
	case 'b':
	case 'B':
		base = 2;
		break;
	default:
		return write_based(str_from(s, 1), 8, negative, out);
	}
	return write_based(str_from(s, 2), base, negative, out);
}

static size_t count_digits(struct str s, size_t at)
{
	size_t i = at;

	while (i < s.len && is_digit(s.p[i]))
		i++;
	return i - at;
}

/* The three parts of a decimal number, without its sign. */
struct decimal {
	struct str whole;
	struct str fraction;
	struct str exponent; /* with e and its sign; p NULL: none */
};

static bool read_decimal(struct str s, struct decimal *ret)
{
	size_t at = count_digits(s, 0);
	size_t n;

	*ret = (struct decimal){ .whole = str_make(s.p, at) };
	if (at < s.len && s.p[at] == '.') {
		n = count_digits(s, at + 1);
		ret->fraction = str_make(s.p + at + 1, n);
		at += 1 + n;
	}
	if (ret->whole.len + ret->fraction.len == 0)
		return false;
	if (at < s.len && (s.p[at] == 'e' || s.p[at] == 'E')) {
		size_t start = at++;

		if (at < s.len && (s.p[at] == '+' || s.p[at] == '-'))
			at++;
		n = count_digits(s, at);
		at += n;
		if (n == 0)
			return false;
		ret->exponent = str_make(s.p + start, at - start);
	}
	return at == s.len;
}

/* As JSON wants it: no plus, no leading zeros, digits around the point. */
static void write_decimal(struct decimal d, bool negative, struct buf *out)
{
	while (d.whole.len > 1 && d.whole.p[0] == '0')
		d.whole = str_from(d.whole, 1);
	if (negative)
		buf_addc(out, '-');
	buf_addstr(out, d.whole.len ? d.whole : STR("0"));
	if (d.fraction.len) {
		buf_addc(out, '.');
		buf_addstr(out, d.fraction);
	}
	if (d.exponent.len)
		buf_addstr(out, d.exponent);
}

static bool write_number(struct str s, struct buf *out)
{
	bool negative = s.len && s.p[0] == '-';
	struct decimal d;

	if (s.len && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_from(s, 1);
	if (write_prefixed(s, negative, out))
		return true;
	if (!read_decimal(s, &d))
		return false;
	write_decimal(d, negative, out);
	return true;
}

/* 1_000 is a number, too. */
static bool write_underscored(struct str s, struct buf *out)
{
	struct buf plain = BUF_INIT(s.len);
	bool ok;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] != '_')
			buf_addc(&plain, s.p[i]);
	}
	ok = write_number(buf_str(&plain), out);
	buf_release(&plain);
	return ok;
}

static bool could_be_number(struct str s)
{
	char c = s.p[0];

	return is_digit(c) || c == '+' || c == '-' || c == '.';
}

enum yaml_scalar yaml_scalar_write(struct str text, enum yaml_scalars scalars, struct buf *out)
{
	size_t n = scalars == YAML_TEXT ? N_NULL : sizeof(words) / sizeof(words[0]);
	size_t i;

	for (i = 0; i < n && text.len <= WORD_MAX; i++) {
		if (!str_is(text, words[i].word))
			continue;
		if (!words[i].json)
			return YAML_SCALAR_NO_JSON;
		buf_addz(out, words[i].json);
		return YAML_SCALAR_WRITTEN;
	}
	if (scalars == YAML_TEXT || text.len == 0 || !could_be_number(text))
		return YAML_SCALAR_STRING;
	return write_underscored(text, out) ? YAML_SCALAR_WRITTEN : YAML_SCALAR_STRING;
}
