/*
 * Where the next byte that matters stands. Nearly all bytes of an object go
 * through these loops, so they look at 16 or 64 at a time on x86-64, with AVX2 where
 * the machine has it.
 */
#include "json/scan.h"

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* The first quote or backslash from p on, or end. */
const char *scan_find_quote(const char *p, const char *end)
{
#if defined(__x86_64__)
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
#if defined(__x86_64__)
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

#if defined(__x86_64__)
#define BLOCK	64
#define INLINED inline __attribute__((always_inline))
#define WIDE	__attribute__((target("avx2,pclmul")))

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
	const __m128i bit = _mm_set1_epi8(0x20);
	const __m128i *v = (const __m128i *)(const void *)p;
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

/* Bits from an opening quote up to before the closing one. */
static uint64_t inside(uint64_t quotes)
{
	for (int shift = 1; shift < BLOCK; shift *= 2)
		quotes ^= quotes << shift;
	return quotes;
}

/* hits(), look() and inside() for machines with AVX2. */
WIDE static uint64_t hits_wide(__m256i a, __m256i b, char what)
{
	const __m256i v = _mm256_set1_epi8(what);
	uint64_t high = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, v));

	return (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, v)) | high << 32;
}

WIDE static struct masks look_wide(const char *p)
{
	const __m256i bit = _mm256_set1_epi8(0x20);
	const __m256i *v = (const __m256i *)(const void *)p;
	__m256i a = _mm256_loadu_si256(v), b = _mm256_loadu_si256(v + 1);
	struct masks m = { .quote = hits_wide(a, b, '"'), .slash = hits_wide(a, b, '\\') };

	a = _mm256_or_si256(a, bit);
	b = _mm256_or_si256(b, bit);
	m.open = hits_wide(a, b, '{');
	m.close = hits_wide(a, b, '}');
	return m;
}

WIDE static uint64_t inside_wide(uint64_t quotes)
{
	__m128i ones = _mm_set1_epi8(-1), v = _mm_cvtsi64_si128((long long)quotes);

	return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(v, ones, 0));
}

/* The characters behind a backslash that is not itself behind one: of a run of
 * backslashes every second one, found by a subtraction that carries through it. */
static INLINED uint64_t behind_slash(uint64_t slash, bool *escaped)
{
	const uint64_t odd = 0xaaaaaaaaaaaaaaaau;
	uint64_t carry = *escaped;
	uint64_t start = slash & ~carry;
	uint64_t series = ((start << 1 | odd) - start) ^ odd;

	*escaped = (series & slash) >> 63;
	return series ^ (slash | carry);
}

/* What opens and is closed at once, as half of managedFields is, changes nothing. */
static INLINED uint64_t empty_pairs(const struct masks *m)
{
	uint64_t first = m->open & m->close >> 1;

	return first | first << 1;
}

/* The brackets of 64 characters outside of strings; the place behind the closing one,
 * or NULL. Too deep, the rest is left alone. */
static INLINED const char *pass_brackets(struct scan_nest *nest, const struct masks *m,
	uint64_t strings, const char *p, size_t floor)
{
	uint64_t brackets = (m->open | m->close) & ~strings;

	if (nest->depth > floor && nest->depth < SCAN_MAX_DEPTH - BLOCK)
		brackets &= ~empty_pairs(m);
	for (; brackets; brackets &= brackets - 1) {
		uint64_t bit = brackets & -brackets;

		if (m->open & bit && ++nest->depth > SCAN_MAX_DEPTH)
			return NULL;
		if (m->close & bit && --nest->depth == floor)
			return p + __builtin_ctzll(bit) + 1;
	}
	return NULL;
}

/* Whole blocks from *p on; true behind the closing bracket. */
static INLINED bool pass_blocks(
	struct scan_nest *nest, const char **p, const char *end, size_t floor, bool wide)
{
	struct scan_nest now = *nest; /* in registers */
	const char *at = *p, *behind = NULL;

	for (; !behind && end - at >= BLOCK && now.depth <= SCAN_MAX_DEPTH; at += BLOCK) {
		struct masks m = wide ? look_wide(at) : look(at);
		uint64_t strings = now.in_string ? ~(uint64_t)0 : 0;

		if (m.slash || now.escaped)
			m.quote &= ~behind_slash(m.slash, &now.escaped);
		strings ^= wide ? inside_wide(m.quote) : inside(m.quote);
		now.in_string = strings >> 63;
		behind = pass_brackets(&now, &m, strings, at, floor);
	}
	*nest = now;
	*p = behind ? behind : at;
	return behind != NULL;
}

static bool pass_narrow(struct scan_nest *nest, const char **p, const char *end, size_t floor)
{
	return pass_blocks(nest, p, end, floor, false);
}

WIDE static bool pass_wide(struct scan_nest *nest, const char **p, const char *end, size_t floor)
{
	return pass_blocks(nest, p, end, floor, true);
}

static bool has_wide(void)
{
#if defined(SCAN_NARROW) /* a test's */
	return false;
#else
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul");
#endif
}
#endif

bool scan_nested(struct scan_nest *nest, const char **p, const char *end, size_t floor)
{
	const char *at;

#if defined(__x86_64__)
	if (end - *p >= BLOCK &&
		(has_wide() ? pass_wide(nest, p, end, floor) : pass_narrow(nest, p, end, floor))) {
		nest->in_string = nest->escaped = false;
		return true;
	}
#endif
	for (at = *p; at < end && nest->depth <= SCAN_MAX_DEPTH;) {
		if (pass_char(nest, *at++, floor)) {
			*p = at;
			return true;
		}
	}
	*p = at;
	return false;
}
