/*
 * feed - what the browser has read of the change log: one small record a
 * change, and for each object its last change, of which Kubernetes Events are
 * none. The texts stay in the log.
 * UI thread.
 */
#ifndef UI_FEED_H
#define UI_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "cache/changes.h"

struct root;
struct text_reader;

struct feed_item {
	uint64_t number;
	int64_t time;
	uint32_t kind;
	uint8_t type; /* enum change_type */
	unsigned char uid[16];
	uint64_t place; /* feed_place() of its names */
};

/* What a kind is called; kept, because its changes outlive it. */
struct feed_kind {
	uint32_t id;
	char *kind;
	char *group;
};

/* The last change of an object; a table of fixed size that forgets. */
struct feed_last {
	unsigned char uid[16];
	uint64_t number;
	uint32_t fields; /* that changed, once counted */
	bool known;
	bool counted;
};

struct feed {
	struct feed_item *items;
	size_t head, count, cap; /* items[head .. head + count) */
	uint64_t next;		 /* the number to read next */
	uint64_t missed;	 /* changes that the log dropped before they were read */
	uint64_t dropped;	 /* changes that were read and are no longer kept */
	struct feed_kind *kinds; /* ordered by id */
	size_t n_kinds, cap_kinds;
	struct feed_last *last;
	struct change_copy copy;
};

void feed_init(struct feed *feed);
void feed_release(struct feed *feed);

/* Reads on until deadline (clock_now()); the root is pinned. True when all has
 * been read. */
bool feed_read(
	struct feed *feed, struct changes *changes, const struct root *root, int64_t deadline);

const struct feed_item *feed_at(const struct feed *feed, size_t index);
/* Other names have nearly always another place. */
uint64_t feed_place(struct str ns, struct str name);
/* The index of a number, or where it would stand. */
size_t feed_find(const struct feed *feed, uint64_t number);
const struct feed_kind *feed_kind(const struct feed *feed, uint32_t id);	      /* or NULL */
struct feed_last *feed_last_of(const struct feed *feed, const unsigned char uid[16]); /* or NULL */

#endif
