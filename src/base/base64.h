/*
 * base64 - RFC 4648's standard alphabet. Pure.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"
#include "base/str.h"

/* Appends text encoded, with padding. -1 past the ceiling of out. */
int base64_encode(struct str text, struct buf *out);

/* Appends what text stands for; blanks and newlines in it are skipped. -1 when it
 * is no base64 with its padding, or past the ceiling of out. */
int base64_decode(struct str text, struct buf *out);

#endif
