/*
 * Where the next byte that matters stands. Nearly all bytes of an object go
 * through these loops, so they look at 16 or 64 at a time where the machine has
 * SSE2.
 */
#include "json/scan.h"

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/* What opens and is closed at once, as half of managedFields is, changes nothing. */
static uint64_t empty_pairs(const struct masks *m, uint64_t strings)
{
	uint64_t first = m->open & m->close >> 1 & ~strings;

	return first | first << 1;
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
	brackets = (m.open | m.close) & ~strings;
	if (nest->depth > floor && nest->depth < SCAN_MAX_DEPTH - BLOCK)
		brackets &= ~empty_pairs(&m, strings);
	for (; brackets; brackets &= brackets - 1) {
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
