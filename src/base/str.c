#include "base/str.h"

#include <string.h>

#include "base/mem.h"

struct str str_of(const char *cstring)
{
	return str_make(cstring, cstring ? strlen(cstring) : 0);
}

struct str str_make(const char *p, size_t len)
{
	return (struct str){ p, len };
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool str_is(struct str a, const char *cstring)
{
	return str_eq(a, str_of(cstring));
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
	if (s.len < suffix.len)
		return false;
	return suffix.len == 0 || memcmp(s.p + s.len - suffix.len, suffix.p, suffix.len) == 0;
}

bool str_contains(struct str s, struct str part)
{
	if (part.len == 0)
		return true;
	return s.len >= part.len && memmem(s.p, s.len, part.p, part.len) != NULL;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

struct str str_cut(struct str *rest, char sep)
{
	struct str head = *rest;
	const char *at = rest->len ? memchr(rest->p, sep, rest->len) : NULL;

	if (!at) {
		*rest = str_make(NULL, 0);
		return head;
	}
	head.len = (size_t)(at - head.p);
	rest->p = at + 1;
	rest->len -= head.len + 1;
	return head;
}

char *str_dup(struct str s)
{
	return mem_dup(s.p, s.len);
}

int str_to_i64(struct str s, int64_t *ret_value)
{
	bool negative = s.len && s.p[0] == '-';
	size_t i = negative || (s.len && s.p[0] == '+') ? 1 : 0;
	int64_t value = 0;

	if (i == s.len)
		return -1;
	for (; i < s.len; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9)
			return -1;
		/* counted downwards: the negative range is the larger one */
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, digit, &value))
			return -1;
	}
	if (!negative && value == INT64_MIN)
		return -1;
	*ret_value = negative ? value : -value;
	return 0;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ (h >> 32);
}
