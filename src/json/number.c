#include "json/number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define DIGITS_MAX 17

bool number_is_i64(struct str text, int64_t *ret_value)
{
	int64_t value;

	if (str_to_i64(text, &value) < 0)
		return false;
	*ret_value = value;
	return true;
}

/* glibc and musl hand out their built-in C locale here, without allocation. */
static int parse(const char *text, double *ret_value)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	char *end;

	*ret_value = strtod_l(text, &end, c);
	freelocale(c);
	return *end == '\0' && isfinite(*ret_value) ? 0 : -1;
}

int number_double(struct str text, double *ret_value)
{
	char copy[400];

	if (text.len == 0 || text.len >= sizeof(copy))
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (!memchr("0123456789+-.eE", text.p[i], 15))
			return -1;
	}
	memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	return parse(copy, ret_value);
}

struct decimal {
	char digits[DIGITS_MAX + 1];
	int count;
	int exponent; /* of the first digit */
};

/* Whatever stands for the decimal point in this locale is stepped over. */
static void read_decimal(const char *text, struct decimal *ret)
{
	const char *e = strchr(text, 'e');

	ret->count = 0;
	for (const char *p = text; p < e; p++) {
		if (*p >= '0' && *p <= '9' && ret->count < DIGITS_MAX)
			ret->digits[ret->count++] = *p;
	}
	ret->exponent = (int)strtol(e + 1, NULL, 10);
}

static double decimal_value(const struct decimal *d)
{
	char text[DIGITS_MAX + 16];
	double value;

	snprintf(text, sizeof(text), "%.*se%d", d->count, d->digits, d->exponent - d->count + 1);
	parse(text, &value);
	return value;
}

static void shortest(double value, struct decimal *ret)
{
	char text[48];

	for (int precision = 0; precision < DIGITS_MAX; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		read_decimal(text, ret);
		if (decimal_value(ret) == value)
			return;
	}
}

static size_t put_plain(const struct decimal *d, char *out)
{
	int last = d->exponent > d->count - 1 ? d->exponent : d->count - 1;
	size_t n = 0;

	if (d->exponent < 0) {
		out[n++] = '0';
		out[n++] = '.';
		for (int i = d->exponent + 1; i < 0; i++)
			out[n++] = '0';
	}
	for (int i = 0; i <= last; i++) {
		out[n++] = i < d->count ? d->digits[i] : '0';
		if (i == d->exponent && i < last)
			out[n++] = '.';
	}
	return n;
}

static size_t put_exponent(const struct decimal *d, char *out)
{
	size_t n = 0;

	out[n++] = d->digits[0];
	if (d->count > 1)
		out[n++] = '.';
	for (int i = 1; i < d->count; i++)
		out[n++] = d->digits[i];
	return n + (size_t)snprintf(
			   out + n, 8, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
}

void number_format(double value, char out[NUMBER_TEXT_MAX])
{
	struct decimal d;
	size_t n = 0;

	if (value == 0) {
		snprintf(out, NUMBER_TEXT_MAX, "%s", signbit(value) ? "-0" : "0");
		return;
	}
	if (value < 0)
		out[n++] = '-';
	shortest(fabs(value), &d);
	if (d.exponent < -4 || d.exponent >= 6)
		n += put_exponent(&d, out + n);
	else
		n += put_plain(&d, out + n);
	out[n] = '\0';
}

/* ---- exact comparison ---- */

#define EXPONENT_MAX ((int64_t)1 << 60) /* past it only equal texts are the same */

struct exact {
	struct buf digits; /* without zeros at either end */
	bool negative;
	int64_t exponent; /* of the last digit */
};

static int read_exponent(struct str text, int64_t *ret)
{
	if (text.len && text.p[0] == '+')
		text = str_make(text.p + 1, text.len - 1);
	return str_to_i64(text, ret) == 0 && *ret<EXPONENT_MAX && * ret> - EXPONENT_MAX ? 0 : -1;
}

static void drop_zeros(struct exact *x)
{
	while (x->digits.len && x->digits.data[x->digits.len - 1] == '0') {
		buf_truncate(&x->digits, x->digits.len - 1);
		x->exponent++;
	}
	if (x->digits.len == 0) {
		x->negative = false;
		x->exponent = 0;
	}
}

static int read_exact(struct str text, struct exact *x)
{
	bool fraction = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		int64_t exponent;

		if (c == 'e' || c == 'E') {
			if (read_exponent(str_make(text.p + i + 1, text.len - i - 1), &exponent) <
				0)
				return -1;
			x->exponent += exponent;
			break;
		}
		if (c == '-')
			x->negative = true;
		else if (c == '.')
			fraction = true;
		else if (x->digits.len || c != '0')
			buf_addc(&x->digits, c);
		x->exponent -= fraction && c != '.';
	}
	drop_zeros(x);
	return 0;
}

bool number_same(struct str a, struct str b)
{
	struct exact x = { BUF_INIT(a.len), false, 0 }, y = { BUF_INIT(b.len), false, 0 };
	bool same = str_eq(a, b);

	if (!same && read_exact(a, &x) == 0 && read_exact(b, &y) == 0)
		same = x.negative == y.negative && x.exponent == y.exponent &&
		       str_eq(buf_str(&x.digits), buf_str(&y.digits));
	buf_release(&x.digits);
	buf_release(&y.digits);
	return same;
}
