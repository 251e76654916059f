/*
 * Keys: a radix sort from the last byte, which passes over bytes that are all the
 * same. Strings: by the eight bytes behind what all have in common, then each run
 * of equal ones by the next; a handful is inserted one by one.
 */
#include "cache/order_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SMALL 32

static void insert_keys(struct order_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct order_row row = rows[i];
		size_t j = i;

		for (; j > 0 && rows[j - 1].key > row.key; j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
}

static void count_bytes(const struct order_row *rows, size_t n, size_t counts[8][256])
{
	memset(counts, 0, 8 * sizeof(counts[0]));
	for (size_t i = 0; i < n; i++) {
		for (unsigned byte = 0; byte < 8; byte++)
			counts[byte][rows[i].key >> (8 * byte) & 255]++;
	}
}

/* Counts become the places where each value's rows begin. */
static void to_places(size_t counts[256])
{
	size_t place = 0;

	for (size_t i = 0; i < 256; i++) {
		size_t n = counts[i];

		counts[i] = place;
		place += n;
	}
}

/* scratch has room for n rows. */
static void radix(struct order_row *rows, size_t n, struct order_row *scratch)
{
	struct order_row *from = rows, *to = scratch;
	size_t counts[8][256];

	count_bytes(rows, n, counts);
	for (unsigned byte = 0; byte < 8; byte++) {
		struct order_row *swap = from;

		if (counts[byte][from[0].key >> (8 * byte) & 255] == n)
			continue;
		to_places(counts[byte]);
		for (size_t i = 0; i < n; i++)
			to[counts[byte][from[i].key >> (8 * byte) & 255]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != rows)
		memcpy(rows, from, n * sizeof(*rows));
}

void order_sort_keys(struct order_row *rows, size_t n)
{
	struct order_row *scratch;

	if (n <= SMALL) {
		insert_keys(rows, n);
		return;
	}
	scratch = mem_alloc(n * sizeof(*scratch));
	radix(rows, n, scratch);
	free(scratch);
}

/* How far the keys are to be moved so that their first bits that differ remain; 64
 * when they are equal. */
static unsigned spread_shift(const struct order_row *rows, size_t n)
{
	uint64_t differ = 0;
	unsigned bits;

	for (size_t i = 1; i < n; i++)
		differ |= rows[i].key ^ rows[0].key;
	if (!differ)
		return 64;
	bits = 64 - (unsigned)__builtin_clzll(differ);
	return bits > 11 ? bits - 11 : 0;
}

size_t order_spread(const struct order_row *rows, size_t n, struct order_row *to,
	uint32_t ret_starts[ORDER_SPREAD])
{
	uint32_t places[ORDER_SPREAD] = { 0 }, place = 0;
	unsigned shift = spread_shift(rows, n);
	size_t spans = 0;

	if (shift == 64)
		return 1;
	for (size_t i = 0; i < n; i++)
		places[rows[i].key >> shift & (ORDER_SPREAD - 1)]++;
	for (size_t i = 0; i < ORDER_SPREAD; i++) {
		uint32_t count = places[i];

		if (count)
			ret_starts[spans++] = place;
		places[i] = place;
		place += count;
	}
	for (size_t i = 0; i < n; i++)
		to[places[rows[i].key >> shift & (ORDER_SPREAD - 1)]++] = rows[i];
	return spans;
}

static size_t common(struct str a, struct str b, size_t from, size_t most)
{
	size_t end = a.len < b.len ? a.len : b.len, n = from;

	end = end < most ? end : most;
	while (n < end && a.p[n] == b.p[n])
		n++;
	return n;
}

size_t order_common(struct str a, struct str b, size_t most)
{
	/* mostly it is known already */
	if (most <= a.len && most <= b.len && (most == 0 || memcmp(a.p, b.p, most) == 0))
		return most;
	return common(a, b, 0, most);
}

struct sort {
	const struct order_strings *strings;
	struct order_row *scratch;
	bool reverse;
};

static struct str string_of(const struct sort *s, const struct order_row *row)
{
	return s->strings->at(s->strings->arg, row);
}

/* Nothing below from differs. */
static size_t common_from(const struct sort *s, const struct order_row *rows, size_t n, size_t from)
{
	struct str first = string_of(s, &rows[0]);
	size_t most = first.len;

	for (size_t i = 1; i < n && most > from; i++)
		most = common(first, string_of(s, &rows[i]), from, most);
	return most > from ? most : from;
}

static void insert_strings(const struct sort *s, struct order_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct order_row row = rows[i];
		struct str text = string_of(s, &row);
		size_t j = i;

		for (; j > 0; j--) {
			int order = str_cmp(string_of(s, &rows[j - 1]), text);

			if (s->reverse ? order >= 0 : order <= 0)
				break;
			rows[j] = rows[j - 1];
		}
		rows[j] = row;
	}
}

static void set_keys(const struct sort *s, struct order_row *rows, size_t n, size_t depth)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t key = order_key8(string_of(s, &rows[i]), depth);

		rows[i].key = s->reverse ? ~key : key;
	}
}

static void sort_run(const struct sort *s, struct order_row *rows, size_t n, size_t depth);

/* By their keys, made at depth; then each run of equal ones by what is behind, and
 * has its key again. */
static void sort_by_key(const struct sort *s, struct order_row *rows, size_t n, size_t depth)
{
	size_t start = 0;

	radix(rows, n, s->scratch);
	for (size_t i = 1; i <= n; i++) {
		uint64_t key = rows[start].key;

		if (i < n && rows[i].key == key)
			continue;
		/* A key that ends in NUL is that of strings that end. */
		if (i - start > 1 && (s->reverse ? ~key : key) & 255)
			sort_run(s, rows + start, i - start, depth + 8);
		for (size_t j = start; j < i; j++)
			rows[j].key = key;
		start = i;
	}
}

/* Nothing below depth differs. Each level is at least eight bytes deeper, and the
 * strings end. */
static void sort_run(const struct sort *s, struct order_row *rows, size_t n, size_t depth)
{
	if (n <= SMALL) {
		insert_strings(s, rows, n);
		return;
	}
	depth = common_from(s, rows, n, depth);
	set_keys(s, rows, n, depth);
	sort_by_key(s, rows, n, depth);
}

void order_sort_strings(struct order_row *rows, size_t n, const struct order_strings *strings,
	size_t prefix, bool reverse)
{
	struct sort s = { strings, NULL, reverse };

	if (n <= SMALL) {
		insert_strings(&s, rows, n);
		return;
	}
	s.scratch = mem_alloc(n * sizeof(*s.scratch));
	sort_by_key(&s, rows, n, prefix);
	free(s.scratch);
}
