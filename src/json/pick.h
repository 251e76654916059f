/*
 * pick - several members of an object text in one walk. Pure.
 *
 * Values are borrowed slices of the text. Go's rule: of equal keys the last one
 * counts.
 */
#ifndef JSON_PICK_H
#define JSON_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Sets ret[i] to the text of the value of keys[i], p NULL when there is none
 * (or object is no object). */
void pick_members(struct str object, const char *const *keys, struct str *ret, size_t n);

/* scan_is(), quicker where the answer is mostly no. */
bool pick_is(struct str raw, const char *text);

/* What stands between the quotes of a JSON string; p NULL when it is none. */
struct str pick_raw(struct str value);
struct str pick_raw_or_empty(struct str value); /* "" when it is none */

/* Whether a value is a JSON string, and this one. */
bool pick_is_string(struct str value, const char *text);

/* A JSON string unescaped, on the heap; NULL, or "", when it is none. */
char *pick_text(struct str value);
char *pick_text_or_empty(struct str value);

/* A JSON integer, or fallback. */
int64_t pick_i64(struct str value, int64_t fallback);

/* The members of an object ordered by their unescaped keys, each key once: as
 * Go's encoder writes a map. Released with pick_sorted_release(). */
struct pick_member {
	struct str key; /* raw */
	struct str value;
	size_t place; /* in the text */
};

struct pick_sorted {
	struct pick_member *items;
	size_t count;
	size_t cap;
};

/* -1 when it is no object. */
int pick_sorted(struct str object, struct pick_sorted *ret);
void pick_sorted_release(struct pick_sorted *members);

/* Orders two raw strings as their unescaped texts, bytewise. */
int pick_cmp(struct str a, struct str b);

#endif
