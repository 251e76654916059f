/*
 * compact - JSON text as Go's encoder writes a decoded document: no blanks,
 * keys sorted, each once, <, > and & escaped. Pure.
 */
#ifndef JSON_COMPACT_H
#define JSON_COMPACT_H

#include <stdbool.h>

#include "base/str.h"

struct buf;

/* Appends; -1 when json cannot be read, is nested past 1,000 levels, or the
 * ceiling of out is reached: what was appended is then of no use. */
int compact_json(struct str json, struct buf *out);

/* Appends text as a string literal with its quotes. html: also escapes <, > and
 * &. Bad UTF-8 becomes U+FFFD. */
void compact_string(struct str text, bool html, struct buf *out);

#endif
