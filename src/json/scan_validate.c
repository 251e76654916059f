/*
 * Strict validation: a walk that believes nothing, without recursion. The
 * cursor's own steps over brackets and commas are as strict, and used here.
 */
#include "json/scan.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "json/scan_internal.h"

struct checker {
	struct scan s;
	size_t depth;
	unsigned char objects[SCAN_MAX_DEPTH / 8 + 1]; /* bit set: that level is an object */
};

static int check_escape(struct scan *s)
{
	uint32_t code;

	s->p++;
	if (s->p == s->end)
		return scan_fail(s, "a string without its end");
	if (*s->p == 'u') {
		if (scan_hex4(s->p + 1, s->end, &code) < 0)
			return scan_fail(s, "\\u needs four hexadecimal digits");
		s->p += 5;
		return 0;
	}
	if (!memchr("\"\\/bfnrt", *s->p, 8))
		return scan_fail(s, "an unknown escape");
	s->p++;
	return 0;
}

static int check_string(struct scan *s)
{
	if (s->p == s->end || *s->p != '"')
		return scan_fail(s, "a string was expected");
	s->p++;
	while (s->p < s->end && *s->p != '"') {
		if ((unsigned char)*s->p < 0x20)
			return scan_fail(s, "a control character in a string");
		if (*s->p != '\\')
			s->p++;
		else if (check_escape(s) < 0)
			return -1;
	}
	if (s->p == s->end)
		return scan_fail(s, "a string without its end");
	s->p++;
	return 0;
}

static size_t digits(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return (size_t)(s->p - start);
}

static int check_number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (digits(s) == 0)
		return scan_fail(s, "a digit was expected");
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (digits(s) == 0)
			return scan_fail(s, "a digit was expected");
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (digits(s) == 0)
			return scan_fail(s, "a digit was expected");
	}
	return 0;
}

static int check_scalar(struct scan *s, enum scan_type type)
{
	if (type == SCAN_STRING)
		return check_string(s);
	if (type == SCAN_NUMBER)
		return check_number(s);
	return scan_skip(s, NULL);
}

static bool in_object(const struct checker *c)
{
	return c->objects[c->depth >> 3] >> (c->depth & 7) & 1;
}

static int push(struct checker *c, bool object)
{
	unsigned char bit;

	if (++c->depth > SCAN_MAX_DEPTH - 1)
		return scan_fail(&c->s, "nested too deep");
	bit = (unsigned char)(1u << (c->depth & 7));
	c->objects[c->depth >> 3] = (unsigned char)(object ? c->objects[c->depth >> 3] | bit
							   : c->objects[c->depth >> 3] & ~bit);
	return object ? scan_object(&c->s) : scan_array(&c->s);
}

static int check_key(struct scan *s)
{
	if (check_string(s) < 0)
		return -1;
	scan_blanks(s);
	if (s->p == s->end || *s->p != ':')
		return scan_fail(s, "a colon was expected");
	s->p++;
	return 0;
}

/* Opens or consumes the value at the cursor. */
static int check_value(struct checker *c)
{
	enum scan_type type = scan_type_here(&c->s);

	if (type == SCAN_OBJECT || type == SCAN_ARRAY)
		return push(c, type == SCAN_OBJECT);
	if (check_scalar(&c->s, type) < 0)
		return -1;
	c->s.first = false;
	return 0;
}

int scan_validate(struct str text, struct error *err)
{
	struct checker c = { .depth = 0 };

	scan_init(&c.s, text);
	if (text.len == 0)
		scan_fail(&c.s, "unexpected end");
	else
		check_value(&c);
	while (!c.s.error && c.depth) {
		bool object = in_object(&c);

		if (!scan_next_member(&c.s, object ? '}' : ']'))
			c.depth--;
		else if (!object || check_key(&c.s) == 0)
			check_value(&c);
	}
	scan_blanks(&c.s);
	if (!c.s.error && c.s.p < c.s.end)
		scan_fail(&c.s, "something stands behind the value");
	if (!c.s.error)
		return 0;
	return error_set(
		err, ERROR_INVALID, "invalid JSON at byte %zu: %s", scan_offset(&c.s), c.s.error);
}
