/*
 * ordering - the rows of a lister in another order than the store's; used by
 * lister.c only.
 *
 * For each slot of the store it knows whose it is and whether it has a row. Rows
 * that were put in their place stay there until their object changes; what has
 * changed is taken out and put in again, by binary search. An object whose new
 * value is not known yet waits at its old place.
 */
#ifndef CACHE_ORDERING_H
#define CACHE_ORDERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "cache/lister.h"

struct chunk;
struct ordering;

struct ordering *ordering_new(const struct order *order);
void ordering_free(struct ordering *o);
/* Another order: the rows stay as they are until ordering_update() has it. */
void ordering_set(struct ordering *o, const struct order *order);
/* None: there are no rows until another one is set. */
void ordering_rest(struct ordering *o);
/* Other columns: the same. */
void ordering_anew(struct ordering *o);

/* Following the store: room for its slots; chunks that are no longer there, then
 * those that are new, whose slots are written down; then ordering_align(). */
void ordering_grow(struct ordering *o, size_t slots);
/* What it begins with: probably all names are between those of first and last. */
void ordering_expect(struct ordering *o, const struct entry *first, const struct entry *last);
void ordering_drop(struct ordering *o, const uint32_t *slots, uint32_t n);
void ordering_add(struct ordering *o, const struct chunk *c, uint32_t *slots);
/* An entry in the place of another one of its key. */
void ordering_renew(struct ordering *o, const struct entry *e);
void ordering_align(struct ordering *o);

/* Whether one entry is to be a row. */
void ordering_judge(struct ordering *o, uint32_t slot, bool wanted);
/* Which of a chunk's entries are to be rows, a bit each. */
void ordering_judged(struct ordering *o, const uint32_t *slots, uint32_t n, const uint64_t *bits);

/* What of the store is judged: all, or what may not be in its place yet. next() gives
 * the chunk at *at or behind it and moves *at behind it. */
struct ordering_chunk {
	const uint32_t *slots;
	const uint64_t *bits;
	uint64_t *open; /* clear: it is in its place; cleared by the ordering */
	uint32_t count;
};

struct ordering_source {
	bool (*next)(void *arg, size_t *at, bool all, struct ordering_chunk *ret);
	void *arg;
};

/* Puts in order what can be. Returns how many rows wait for their values. */
size_t ordering_update(struct ordering *o, struct cells *cells, const struct kind_root *kind,
	const struct ordering_source *source);

/* There are rows in an order; until then the lister's are in the store's. */
bool ordering_is_ready(const struct ordering *o);
size_t ordering_count(const struct ordering *o);
const struct entry *ordering_at(const struct ordering *o, size_t n);
/* The row of e (may be NULL), or where an object of this name would stand. */
bool ordering_find(const struct ordering *o, const struct entry *e, struct str ns, struct str name,
	size_t *ret_row);

#endif
