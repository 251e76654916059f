/*
 * The cursor. Skipping, where nearly all bytes of an object go, looks at 16
 * bytes at a time where the machine has SSE2.
 */
#include "json/scan.h"

#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"

void scan_init(struct scan *s, struct str text)
{
	*s = (struct scan){ .p = text.p, .end = text.p + text.len, .start = text.p };
}

bool scan_failed(const struct scan *s)
{
	return s->error != NULL;
}

size_t scan_offset(const struct scan *s)
{
	return (size_t)(s->p - s->start);
}

static int fail(struct scan *s, const char *what)
{
	if (!s->error)
		s->error = what;
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && is_blank(*s->p))
		s->p++;
}

enum scan_type scan_type(struct scan *s)
{
	skip_blanks(s);
	if (s->error || s->p == s->end)
		return SCAN_BAD;
	switch (*s->p) {
	case '{':
		return SCAN_OBJECT;
	case '[':
		return SCAN_ARRAY;
	case '"':
		return SCAN_STRING;
	case 't':
		return SCAN_TRUE;
	case 'f':
		return SCAN_FALSE;
	case 'n':
		return SCAN_NULL;
	default:
		return *s->p == '-' || (*s->p >= '0' && *s->p <= '9') ? SCAN_NUMBER : SCAN_BAD;
	}
}

static int open_bracket(struct scan *s, enum scan_type type, const char *what)
{
	if (scan_type(s) != type)
		return fail(s, what);
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

/* Steps over the comma to the next member; false at the closing bracket. */
static bool next_member(struct scan *s, char close)
{
	bool first = s->first;

	s->first = false;
	skip_blanks(s);
	if (s->error)
		return false;
	if (s->p == s->end) {
		fail(s, "unexpected end");
		return false;
	}
	if (*s->p == close) {
		s->p++;
		return false;
	}
	if (first)
		return true;
	if (*s->p != ',') {
		fail(s, "a comma or a closing bracket was expected");
		return false;
	}
	s->p++;
	skip_blanks(s);
	return true;
}

bool scan_key(struct scan *s, struct str *ret_key)
{
	if (!next_member(s, '}') || scan_string(s, ret_key) < 0)
		return false;
	skip_blanks(s);
	if (s->p == s->end || *s->p != ':') {
		fail(s, "a colon was expected");
		return false;
	}
	s->p++;
	return true;
}

bool scan_item(struct scan *s)
{
	return next_member(s, ']');
}

/* The first quote or backslash from p on, or end. */
const char *scan_find_quote(const char *p, const char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i slash = _mm_set1_epi8('\\');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		int hits = _mm_movemask_epi8(
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));

		if (hits)
			return p + __builtin_ctz((unsigned)hits);
	}
#endif
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
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

	if (scan_type(s) != SCAN_STRING)
		return fail(s, "a string was expected");
	close = string_end(s->p + 1, s->end);
	if (!close)
		return fail(s, "a string without its end");
	if (ret_raw)
		*ret_raw = str_make(s->p + 1, (size_t)(close - s->p - 1));
	s->p = close + 1;
	return 0;
}

/* The first quote or bracket from p on, or end. '{' and '[', '}' and ']' differ
 * from each other in one bit only, which is masked away. */
const char *scan_find_structural(const char *p, const char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i bit = _mm_set1_epi8(0x20);
	const __m128i open = _mm_set1_epi8('{');
	const __m128i close = _mm_set1_epi8('}');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i low = _mm_or_si128(v, bit);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote),
			_mm_or_si128(_mm_cmpeq_epi8(low, open), _mm_cmpeq_epi8(low, close)));
		int hits = _mm_movemask_epi8(hit);

		if (hits)
			return p + __builtin_ctz((unsigned)hits);
	}
#endif
	while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}')
		p++;
	return p;
}

/* ---- nested values ---- */

/* One character; true when it closes the last bracket above floor. */
static bool pass_char(struct scan_nest *nest, char c, size_t floor)
{
	bool escaped = nest->escaped;

	nest->escaped = !escaped && c == '\\';
	if (c == '"' && !escaped)
		nest->in_string = !nest->in_string;
	else if (!nest->in_string && (c | 0x20) == '{')
		nest->depth++;
	else if (!nest->in_string && (c | 0x20) == '}')
		return --nest->depth == floor;
	return false;
}

#if defined(__SSE2__)
#define BLOCK 64

/* What stands where in 64 bytes, the first in the lowest bit. */
struct masks {
	uint64_t quote, slash, open, close;
};

static uint64_t hits(__m128i a, __m128i b, __m128i c, __m128i d, char what)
{
	const __m128i v = _mm_set1_epi8(what);
	uint64_t low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, v)) |
		       (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(b, v)) << 16;
	uint64_t high = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(c, v)) |
			(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(d, v)) << 16;

	return low | high << 32;
}

/* '{' and '[', '}' and ']' differ from each other in one bit only. */
static struct masks look(const char *p)
{
	const __m128i *v = (const __m128i *)(const void *)p;
	const __m128i bit = _mm_set1_epi8(0x20);
	__m128i a = _mm_loadu_si128(v), b = _mm_loadu_si128(v + 1);
	__m128i c = _mm_loadu_si128(v + 2), d = _mm_loadu_si128(v + 3);
	struct masks m = { .quote = hits(a, b, c, d, '"'), .slash = hits(a, b, c, d, '\\') };

	a = _mm_or_si128(a, bit);
	b = _mm_or_si128(b, bit);
	c = _mm_or_si128(c, bit);
	d = _mm_or_si128(d, bit);
	m.open = hits(a, b, c, d, '{');
	m.close = hits(a, b, c, d, '}');
	return m;
}

/* The characters behind a backslash that is not itself behind one: of a run of
 * backslashes every second one, found by a subtraction that carries through it. */
static uint64_t behind_slash(uint64_t slash, bool *escaped)
{
	const uint64_t odd = 0xaaaaaaaaaaaaaaaau;
	uint64_t carry = *escaped;
	uint64_t start = slash & ~carry;
	uint64_t series = ((start << 1 | odd) - start) ^ odd;

	*escaped = (series & slash) >> 63;
	return series ^ (slash | carry);
}

/* Bits from an opening quote up to before the closing one. */
static uint64_t inside(uint64_t quotes)
{
	for (int shift = 1; shift < BLOCK; shift *= 2)
		quotes ^= quotes << shift;
	return quotes;
}

/* 64 characters; the place behind the closing bracket, or NULL. Too deep, the rest
 * is left alone. */
static const char *pass_block(struct scan_nest *nest, const char *p, size_t floor)
{
	struct masks m = look(p);
	uint64_t quotes = m.quote, strings, brackets;

	if (m.slash || nest->escaped)
		quotes &= ~behind_slash(m.slash, &nest->escaped);
	strings = inside(quotes) ^ (nest->in_string ? ~(uint64_t)0 : 0);
	nest->in_string = strings >> 63;
	for (brackets = (m.open | m.close) & ~strings; brackets; brackets &= brackets - 1) {
		uint64_t bit = brackets & -brackets;

		if (m.open & bit && ++nest->depth > SCAN_MAX_DEPTH)
			return NULL;
		if (m.close & bit && --nest->depth == floor)
			return p + __builtin_ctzll(bit) + 1;
	}
	return NULL;
}
#endif

bool scan_nested(struct scan_nest *nest, const char **p, const char *end, size_t floor)
{
	const char *at = *p;

#if defined(__SSE2__)
	for (; end - at >= BLOCK && nest->depth <= SCAN_MAX_DEPTH; at += BLOCK) {
		const char *behind = pass_block(nest, at, floor);

		if (behind) {
			*p = behind;
			nest->in_string = nest->escaped = false;
			return true;
		}
	}
#endif
	while (at < end && nest->depth <= SCAN_MAX_DEPTH) {
		if (pass_char(nest, *at++, floor)) {
			*p = at;
			return true;
		}
	}
	*p = at;
	return false;
}

/* p stands at an opening bracket; steps behind its partner. */
static int skip_nested(struct scan *s)
{
	struct scan_nest nest = { 0 };

	if (scan_nested(&nest, &s->p, s->end, 0))
		return 0;
	if (nest.depth > SCAN_MAX_DEPTH)
		return fail(s, "nested too deep");
	return fail(s, nest.in_string ? "a string without its end" : "unexpected end");
}

static int skip_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, "a value was expected");
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

	if (scan_type(s) != SCAN_NUMBER)
		return fail(s, "a number was expected");
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
		return fail(s, "a value was expected");
	}
}

int scan_skip(struct scan *s, struct str *ret_text)
{
	enum scan_type type = scan_type(s);
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

	if (scan_type(s) != SCAN_STRING)
		return scan_skip(s, NULL);
	if (scan_string(s, &raw) < 0)
		return -1;
	*ret_value = raw;
	return 0;
}

int scan_i64(struct scan *s, int64_t *ret_value)
{
	struct str text;

	if (scan_type(s) != SCAN_NUMBER)
		return scan_skip(s, NULL);
	if (scan_number(s, &text) < 0)
		return -1;
	str_to_i64(text, ret_value);
	return 0;
}

bool scan_has_escape(struct str raw)
{
	return raw.len && memchr(raw.p, '\\', raw.len) != NULL;
}

bool scan_is(struct str raw, const char *text)
{
	struct buf plain;
	bool same;

	if (!scan_has_escape(raw))
		return str_is(raw, text);
	/* An escape is never shorter than what it stands for, and at most 6 times as long. */
	buf_init(&plain, raw.len);
	same = scan_unescape(raw, &plain) == 0 && str_is(buf_str(&plain), text);
	buf_release(&plain);
	return same;
}

static int hex4(const char *p, const char *end, uint32_t *ret)
{
	uint32_t value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value << 4 | (uint32_t)digit;
	}
	*ret = value;
	return 0;
}

/* p stands behind "\u"; returns how many bytes belong to the escape. */
static size_t unescape_unicode(const char *p, const char *end, struct buf *out)
{
	char bytes[4];
	uint32_t code, low;
	size_t used = 4;

	if (hex4(p, end, &code) < 0) {
		code = 0xfffd;
		used = 0;
	} else if (code >= 0xd800 && code <= 0xdbff && end - p >= 10 && p[4] == '\\' &&
		   p[5] == 'u' && hex4(p + 6, end, &low) == 0 && low >= 0xdc00 && low <= 0xdfff) {
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		used = 10;
	} else if (code >= 0xd800 && code <= 0xdfff) {
		code = 0xfffd;
	}
	buf_add(out, bytes, utf8_encode(code, bytes));
	return used;
}

int scan_unescape(struct str raw, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *p = raw.p;
	const char *end = raw.p + raw.len;

	while (p < end) {
		const char *slash = memchr(p, '\\', (size_t)(end - p));
		const char *known;

		if (!slash || end - slash < 2)
			return buf_add(out, p, (size_t)(end - p));
		buf_add(out, p, (size_t)(slash - p));
		p = slash + 2;
		known = memchr(from, slash[1], sizeof(from) - 1);
		if (slash[1] == 'u')
			p += unescape_unicode(p, end, out);
		else
			buf_addc(out, known ? to[known - from] : slash[1]);
	}
	return out->overflow ? -1 : 0;
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

/* ---- strict validation ---- */

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
		return fail(s, "a string without its end");
	if (*s->p == 'u') {
		if (hex4(s->p + 1, s->end, &code) < 0)
			return fail(s, "\\u needs four hexadecimal digits");
		s->p += 5;
		return 0;
	}
	if (!memchr("\"\\/bfnrt", *s->p, 8))
		return fail(s, "an unknown escape");
	s->p++;
	return 0;
}

static int check_string(struct scan *s)
{
	if (s->p == s->end || *s->p != '"')
		return fail(s, "a string was expected");
	s->p++;
	while (s->p < s->end && *s->p != '"') {
		if ((unsigned char)*s->p < 0x20)
			return fail(s, "a control character in a string");
		if (*s->p != '\\')
			s->p++;
		else if (check_escape(s) < 0)
			return -1;
	}
	if (s->p == s->end)
		return fail(s, "a string without its end");
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
		return fail(s, "a digit was expected");
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (digits(s) == 0)
			return fail(s, "a digit was expected");
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (digits(s) == 0)
			return fail(s, "a digit was expected");
	}
	return 0;
}

static int check_scalar(struct scan *s, enum scan_type type)
{
	if (type == SCAN_STRING)
		return check_string(s);
	if (type == SCAN_NUMBER)
		return check_number(s);
	return skip_value(s, type);
}

static bool in_object(const struct checker *c)
{
	return c->objects[c->depth >> 3] >> (c->depth & 7) & 1;
}

static int push(struct checker *c, bool object)
{
	unsigned char bit;

	if (++c->depth > SCAN_MAX_DEPTH - 1)
		return fail(&c->s, "nested too deep");
	bit = (unsigned char)(1u << (c->depth & 7));
	c->objects[c->depth >> 3] = (unsigned char)(object ? c->objects[c->depth >> 3] | bit
							   : c->objects[c->depth >> 3] & ~bit);
	return object ? scan_object(&c->s) : scan_array(&c->s);
}

static int check_key(struct scan *s)
{
	if (check_string(s) < 0)
		return -1;
	skip_blanks(s);
	if (s->p == s->end || *s->p != ':')
		return fail(s, "a colon was expected");
	s->p++;
	return 0;
}

/* Opens or consumes the value at the cursor. */
static int check_value(struct checker *c)
{
	enum scan_type type = scan_type(&c->s);

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
		fail(&c.s, "unexpected end");
	else
		check_value(&c);
	while (!c.s.error && c.depth) {
		bool object = in_object(&c);

		if (!next_member(&c.s, object ? '}' : ']'))
			c.depth--;
		else if (!object || check_key(&c.s) == 0)
			check_value(&c);
	}
	skip_blanks(&c.s);
	if (!c.s.error && c.s.p < c.s.end)
		fail(&c.s, "something stands behind the value");
	if (!c.s.error)
		return 0;
	return error_set(
		err, ERROR_INVALID, "invalid JSON at byte %zu: %s", scan_offset(&c.s), c.s.error);
}
