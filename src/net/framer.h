/*
 * framer - cuts a response body into objects while it arrives.
 *
 * Bytes may be split anywhere. A watch is a row of JSON objects; a list is one
 * object whose items are given out one by one, what remains of it being its
 * envelope (kind, metadata ... with "items":[]). Framing goes by brackets and
 * strings alone; what lies inside a value is for the caller to believe or not.
 * Watch thread.
 */
#ifndef NET_FRAMER_H
#define NET_FRAMER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define FRAMER_OBJECT_MAX   ((size_t)16 << 20) /* client-go's largest watch frame */
#define FRAMER_ENVELOPE_MAX ((size_t)1 << 20)
#define FRAMER_BLANKS_MAX   ((size_t)1 << 20) /* between two objects of a list */

enum framer_mode {
	FRAMER_WATCH,
	FRAMER_LIST
};

struct framer {
	enum framer_mode mode;
	/* One object, valid during the call; non-zero stops the feeding. */
	int (*value)(void *arg, struct str text);
	void *arg;
	size_t depth;
	bool in_string;
	bool escaped; /* the last byte was a backslash inside a string */
	bool in_items;
	bool in_value;
	bool ended;	     /* a list's closing bracket has been seen */
	size_t blanks;	     /* in a row, between two objects of a list */
	struct buf part;     /* of a value that goes on in the next bytes */
	struct buf envelope; /* lists only */
};

void framer_init(struct framer *f, enum framer_mode mode, int (*value)(void *arg, struct str text),
	void *arg);
void framer_release(struct framer *f);
void framer_reset(struct framer *f); /* for the next page or stream */

/* 0; 1 when value() said stop; -1 when the bytes are no such body. */
int framer_feed(struct framer *f, const char *p, size_t n, struct error *err);

/* A list has ended, or a watch stands between two values. */
bool framer_is_whole(const struct framer *f);

#endif
