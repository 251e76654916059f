/*
 * order_sort - sorts rows by 64-bit keys and by strings, keeping the order of
 * equal ones. Pure.
 */
#ifndef CACHE_ORDER_SORT_H
#define CACHE_ORDER_SORT_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

struct order_row {
	uint64_t key;
	uint32_t slot;
	uint32_t index; /* of its string while it is sorted */
};

void order_sort_keys(struct order_row *rows, size_t n);

/* What rows are sorted by; the strings stay where they are meanwhile. */
struct order_strings {
	struct str (*at)(const void *arg, const struct order_row *row);
	const void *arg;
};

/* By their strings, bytewise; strings have no NUL, and all begin with the same prefix
 * bytes. The keys are set: order_key8() at prefix, inverse when reversed. */
void order_sort_strings(struct order_row *rows, size_t n, const struct order_strings *strings,
	size_t prefix, bool reverse);

/* Puts rows into to by the first bits of their keys that differ, equal ones in their
 * order: into spans that are in order among each other, of which ret_starts has where
 * they begin. Returns how many; 1, and to is not written, when all keys are equal. */
#define ORDER_SPREAD 2048
size_t order_spread(const struct order_row *rows, size_t n, struct order_row *to,
	uint32_t ret_starts[ORDER_SPREAD]);

/* How many of the first most bytes of a and b are the same. */
size_t order_common(struct str a, struct str b, size_t most);

/* Eight bytes of a string from at on, NULs behind its end. */
static inline uint64_t order_key8(struct str s, size_t at)
{
	uint64_t key = 0;

	if (at < s.len)
		memcpy(&key, s.p + at, s.len - at < sizeof(key) ? s.len - at : sizeof(key));
	return be64toh(key);
}

#endif
