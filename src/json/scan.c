/*
 * The cursor: from value to value, by structure. What its loops over many bytes
 * look for is in scan_bytes.c, what an escape stands for in scan_escape.c.
 */
#include "json/scan.h"

#include <stdint.h>
#include <string.h>

#include "json/scan_internal.h"

void scan_init(struct scan *s, struct str text)
{
	*s = (struct scan){
		.p = text.p, .end = text.len ? text.p + text.len : text.p, .start = text.p
	};
}

bool scan_failed(const struct scan *s)
{
	return s->error != NULL;
}

size_t scan_offset(const struct scan *s)
{
	return (size_t)(s->p - s->start);
}

int scan_fail(struct scan *s, const char *what)
{
	if (!s->error)
		s->error = what;
	return -1;
}

const unsigned char scan_types[256] = {
	['{'] = SCAN_OBJECT,
	['['] = SCAN_ARRAY,
	['"'] = SCAN_STRING,
	['t'] = SCAN_TRUE,
	['f'] = SCAN_FALSE,
	['n'] = SCAN_NULL,
	['-'] = SCAN_NUMBER,
	['0' ... '9'] = SCAN_NUMBER,
};

enum scan_type scan_type(struct scan *s)
{
	return scan_type_here(s);
}

static int open_bracket(struct scan *s, enum scan_type type, const char *what)
{
	if (scan_type_here(s) != type)
		return scan_fail(s, what);
	s->p++;
	s->first = true;
	return 0;
}

int scan_object(struct scan *s)
{
	return open_bracket(s, SCAN_OBJECT, "an object was expected");
}

int scan_array(struct scan *s)
{
	return open_bracket(s, SCAN_ARRAY, "an array was expected");
}

bool scan_next_member(struct scan *s, char close)
{
	bool first = s->first;

	s->first = false;
	scan_blanks(s);
	if (s->error)
		return false;
	if (s->p == s->end) {
		scan_fail(s, "unexpected end");
		return false;
	}
	if (*s->p == close) {
		s->p++;
		return false;
	}
	if (first)
		return true;
	if (*s->p != ',') {
		scan_fail(s, "a comma or a closing bracket was expected");
		return false;
	}
	s->p++;
	scan_blanks(s);
	return true;
}

bool scan_object_or_skip(struct scan *s)
{
	if (scan_type_here(s) == SCAN_OBJECT)
		return scan_object(s) == 0;
	scan_skip(s, NULL);
	return false;
}

bool scan_array_or_skip(struct scan *s)
{
	if (scan_type_here(s) == SCAN_ARRAY)
		return scan_array(s) == 0;
	scan_skip(s, NULL);
	return false;
}

bool scan_key(struct scan *s, struct str *ret_key)
{
	if (!scan_next_member(s, '}') || scan_string(s, ret_key) < 0)
		return false;
	scan_blanks(s);
	if (s->p == s->end || *s->p != ':') {
		scan_fail(s, "a colon was expected");
		return false;
	}
	s->p++;
	return true;
}

bool scan_item(struct scan *s)
{
	return scan_next_member(s, ']');
}

bool scan_item_text(struct scan *s, struct str *ret_text)
{
	return scan_item(s) && scan_skip(s, ret_text) == 0;
}

/* p stands behind the opening quote; returns the closing one, or NULL. */
static const char *string_end(const char *p, const char *end)
{
	while ((p = scan_find_quote(p, end)) < end) {
		if (*p == '"')
			return p;
		if (end - p < 2)
			return NULL;
		p += 2;
	}
	return NULL;
}

int scan_string(struct scan *s, struct str *ret_raw)
{
	const char *close;

	if (scan_type_here(s) != SCAN_STRING)
		return scan_fail(s, "a string was expected");
	close = string_end(s->p + 1, s->end);
	if (!close)
		return scan_fail(s, "a string without its end");
	if (ret_raw)
		*ret_raw = str_make(s->p + 1, (size_t)(close - s->p - 1));
	s->p = close + 1;
	return 0;
}

/* p stands at an opening bracket; steps behind its partner. */
static int skip_nested(struct scan *s)
{
	struct scan_nest nest = { 0 };

	if (scan_nested(&nest, &s->p, s->end, 0))
		return 0;
	if (nest.depth > SCAN_MAX_DEPTH)
		return scan_fail(s, "nested too deep");
	return scan_fail(s, nest.in_string ? "a string without its end" : "unexpected end");
}

static int skip_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return scan_fail(s, "a value was expected");
	s->p += n;
	return 0;
}

static bool is_number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

int scan_number(struct scan *s, struct str *ret_text)
{
	const char *start;

	if (scan_type_here(s) != SCAN_NUMBER)
		return scan_fail(s, "a number was expected");
	start = s->p;
	while (s->p < s->end && is_number_char(*s->p))
		s->p++;
	if (ret_text)
		*ret_text = str_make(start, (size_t)(s->p - start));
	return 0;
}

static int skip_value(struct scan *s, enum scan_type type)
{
	switch (type) {
	case SCAN_OBJECT:
	case SCAN_ARRAY:
		return skip_nested(s);
	case SCAN_STRING:
		return scan_string(s, NULL);
	case SCAN_NUMBER:
		return scan_number(s, NULL);
	case SCAN_TRUE:
		return skip_word(s, "true");
	case SCAN_FALSE:
		return skip_word(s, "false");
	case SCAN_NULL:
		return skip_word(s, "null");
	default:
		return scan_fail(s, "a value was expected");
	}
}

int scan_skip(struct scan *s, struct str *ret_text)
{
	enum scan_type type = scan_type_here(s);
	const char *start = s->p;

	if (skip_value(s, type) < 0)
		return -1;
	s->first = false;
	if (ret_text)
		*ret_text = str_make(start, (size_t)(s->p - start));
	return 0;
}

int scan_plain(struct scan *s, struct str *ret_value)
{
	struct str raw;

	if (scan_type_here(s) != SCAN_STRING)
		return scan_skip(s, NULL);
	if (scan_string(s, &raw) < 0)
		return -1;
	*ret_value = raw;
	return 0;
}

int scan_i64(struct scan *s, int64_t *ret_value)
{
	struct str text;

	if (scan_type_here(s) != SCAN_NUMBER)
		return scan_skip(s, NULL);
	if (scan_number(s, &text) < 0)
		return -1;
	str_to_i64(text, ret_value);
	return 0;
}

struct str scan_member(struct str object, const char *key)
{
	struct str found = str_make(NULL, 0);
	struct str name, value;
	struct scan s;

	scan_init(&s, object);
	if (scan_object(&s) < 0)
		return found;
	while (scan_key(&s, &name)) {
		if (scan_skip(&s, &value) < 0)
			break;
		if (scan_is(name, key))
			found = value;
	}
	return found;
}
