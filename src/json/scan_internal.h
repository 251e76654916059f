/*
 * scan_internal - what the files of the cursor share. Nobody else includes this.
 *
 * scan.c          from value to value
 * scan_bytes.c    the loops over many bytes
 * scan_escape.c   what escapes stand for
 * scan_validate.c strict validation
 */
#ifndef JSON_SCAN_INTERNAL_H
#define JSON_SCAN_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "json/scan.h"

/* Keeps the first error; -1. what is a static sentence. */
int scan_fail(struct scan *s, const char *what);

/* Steps over the comma to the next member; false behind the closing bracket,
 * which is consumed, or on an error. */
bool scan_next_member(struct scan *s, char close);

/* Four hexadecimal digits at p, or -1. */
int scan_hex4(const char *p, const char *end, uint32_t *ret);

/* Here, and not in scan.c, because it is called between any two tokens. */
static inline void scan_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

/* scan_type() for the steps of the cursor, which ask before each token. */
extern const unsigned char scan_types[256]; /* enum scan_type by a value's first byte */

static inline enum scan_type scan_type_here(struct scan *s)
{
	scan_blanks(s);
	if (s->error || s->p == s->end)
		return SCAN_BAD;
	return (enum scan_type)scan_types[(unsigned char)*s->p];
}

#endif
