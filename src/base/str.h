/*
 * str - a borrowed run of bytes with its length; not NUL-terminated.
 *
 * Valid as long as what it points into. Bytes from outside are handled as
 * struct str, never as C strings. Any thread.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t len;
};

/* A string literal as a struct str. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })

/* For printf: STR_FMT in the format, STR_ARG(s) in the arguments. */
#define STR_FMT	   "%.*s"
#define STR_ARG(s) (int)(s).len, (s).p

struct str str_of(const char *cstring); /* NULL gives the empty str */
struct str str_make(const char *p, size_t len);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *cstring);
int str_cmp(struct str a, struct str b); /* bytewise, a prefix first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str part);
struct str str_trim(struct str s); /* without white space at both ends */

/* Cuts *rest at the first sep: returns what stood before it and leaves what
 * stands behind it. Without sep the whole is returned and *rest has p NULL. */
struct str str_cut(struct str *rest, char sep);

/* Copies to the heap, with a NUL behind. */
char *str_dup(struct str s);

/* Decimal, whole, in range; -1 when it is not. No sign is a plus. */
int str_to_i64(struct str s, int64_t *ret_value);

/* FNV-1a with a final mix; good for tables, not against an attacker. */
uint64_t str_hash(struct str s);

#endif
