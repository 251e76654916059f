/*
 * buf - bytes that grow up to a ceiling.
 *
 * Every buffer is given the most it may hold. What would go past it is not
 * added, the call returns -1 and the buffer stays marked as overflowed, so
 * that a long row of additions can be checked once at its end. The bytes have
 * a NUL behind them that is not counted. Any thread, one at a time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
	char *data; /* NULL while empty and never grown */
	size_t len;
	size_t cap;
	size_t max;
	bool overflow;
};

/* clang-format off */
#define BUF_INIT(max_bytes) { (char *)0, 0, 0, (max_bytes), false }
/* clang-format on */

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_reset(struct buf *b); /* empty again; keeps its memory */

int buf_add(struct buf *b, const void *p, size_t n);
int buf_addstr(struct buf *b, struct str s);
int buf_addc(struct buf *b, char c);
int buf_addz(struct buf *b, const char *cstring);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Room for n more bytes; NULL past the ceiling. buf_added() says how many of
 * them were filled. */
char *buf_room(struct buf *b, size_t n);
void buf_added(struct buf *b, size_t n);

void buf_truncate(struct buf *b, size_t len);
void buf_consume(struct buf *b, size_t n); /* drops n bytes at the front */

struct str buf_str(const struct buf *b);   /* valid until the next change */
const char *buf_text(const struct buf *b); /* NUL-terminated, never NULL */
char *buf_take(struct buf *b);		   /* the caller frees; b is empty */

#endif
