/*
 * utf8 - text from outside, made safe and measured.
 *
 * Decoding is strict: overlong forms, surrogates and what is past U+10FFFF
 * come out as U+FFFD, one per bad byte. Any thread.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

/* One code point at s.p (s.len > 0); returns how many bytes it took. */
size_t utf8_decode(struct str s, uint32_t *ret_code);
size_t utf8_encode(uint32_t code, char out[4]);

/* Columns on a terminal: 0 for combining marks, 2 for wide, 1 otherwise. */
int utf8_width(uint32_t code);

/* Whether a terminal may get this code point as it is: no control, no
 * direction override, no invisible or private tag character. */
bool utf8_is_safe(uint32_t code);

enum utf8_mode {
	UTF8_CELL, /* one line: newline, return and tab are made visible, too */
	UTF8_TEXT, /* lines: newline and tab stay */
};

/* Appends text with every unsafe character made visible: controls as ^X,
 * others as <U+XXXX>; at most 8 combining marks stay on one character. This
 * is the only way bytes from outside reach a terminal. */
void utf8_escape(struct str text, enum utf8_mode mode, struct buf *out);

/* The columns that escaped text takes. */
size_t utf8_columns(struct str text);

/* The longest prefix that takes at most columns; *ret_columns (may be NULL)
 * gets what it takes. Combining marks stay with their character. */
struct str utf8_prefix(struct str text, size_t columns, size_t *ret_columns);

#endif
