/*
 * scan - a cursor over JSON text that allocates nothing.
 *
 * The text is borrowed and must outlive the slices that come out of it. A
 * caller walks what it wants and skips the rest:
 *
 *	struct scan s;
 *	struct str key, name;
 *
 *	scan_init(&s, text);
 *	scan_object(&s);
 *	while (scan_key(&s, &key)) {
 *		if (scan_is(key, "name") && scan_type(&s) == SCAN_STRING)
 *			scan_string(&s, &name);
 *		else
 *			scan_skip(&s, NULL);
 *	}
 *	if (scan_failed(&s)) ...
 *
 * Each loop body consumes exactly one value. The first error sticks: every
 * call after it fails, so it can be checked once at the end. Skipping looks
 * only for the end of a value and believes what lies inside (the API server
 * wrote it); scan_validate() believes nothing. Any thread.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define SCAN_MAX_DEPTH 10000 /* Go's decoder stops there, too */

struct buf;
struct error;

enum scan_type {
	SCAN_BAD, /* the end, or no JSON */
	SCAN_OBJECT,
	SCAN_ARRAY,
	SCAN_STRING,
	SCAN_NUMBER,
	SCAN_TRUE,
	SCAN_FALSE,
	SCAN_NULL,
};

struct scan {
	const char *p;
	const char *end;
	const char *start;
	const char *error; /* a static sentence; NULL while all is well */
	bool first;	   /* nothing consumed since the last opening bracket */
};

void scan_init(struct scan *s, struct str text);
bool scan_failed(const struct scan *s);
size_t scan_offset(const struct scan *s); /* where the cursor or the error is */

/* The type of the value at the cursor, by its first byte. */
enum scan_type scan_type(struct scan *s);

/* Consumes the opening bracket; fails when the value is of another type. */
int scan_object(struct scan *s);
int scan_array(struct scan *s);
/* The same for what may be of any type: another value is skipped whole. True
 * when there are members, or elements, to walk. */
bool scan_object_or_skip(struct scan *s);
bool scan_array_or_skip(struct scan *s);

/* The next member's key (raw, between its quotes), the cursor at its value;
 * false behind the closing bracket, which is consumed, or on an error. */
bool scan_key(struct scan *s, struct str *ret_key);
bool scan_item(struct scan *s);
/* scan_item() and scan_skip() in one: the text of the next element. */
bool scan_item_text(struct scan *s, struct str *ret_text);

/* Consumes any value; *ret_text (may be NULL) gets its text, blanks cut. */
int scan_skip(struct scan *s, struct str *ret_text);

/* Consumes a string: its raw text between the quotes, escapes as they are. */
int scan_string(struct scan *s, struct str *ret_raw);
/* Consumes a number: its text. */
int scan_number(struct scan *s, struct str *ret_text);
/* Consumes any value; *ret_value is set when it is a string without escapes
 * (a raw slice), otherwise left alone. For the fields whose type is known. */
int scan_plain(struct scan *s, struct str *ret_value);
/* Consumes any value; *ret_value is set when it is an integer in range. */
int scan_i64(struct scan *s, int64_t *ret_value);

/* Whether a raw string, unescaped, is this text. */
bool scan_is(struct str raw, const char *text);

/* Appends the raw string unescaped; a lone surrogate becomes U+FFFD. Returns
 * -1 past the ceiling of out. */
int scan_unescape(struct str raw, struct buf *out);
bool scan_has_escape(struct str raw);

/* The member of an object text, or p NULL. Go's rule: the last one counts. */
struct str scan_member(struct str object, const char *key);

/* Where a walk over nested text stands, so that it may go on with the next piece. */
struct scan_nest {
	size_t depth;
	bool in_string;
	bool escaped; /* the next character stands behind a backslash */
};

/* Moves *p behind the bracket that brings the depth down to floor: true. False
 * at the end, or when depth exceeds SCAN_MAX_DEPTH. */
bool scan_nested(struct scan_nest *nest, const char **p, const char *end, size_t floor);

/* For framers: the first quote or backslash, and the first quote or bracket of
 * any kind, from p on; end when there is none. */
const char *scan_find_quote(const char *p, const char *end);
const char *scan_find_structural(const char *p, const char *end);

/* Strict RFC 8259: one value, nothing behind it but blanks. */
int scan_validate(struct str text, struct error *err);

#endif
