/*
 * turns - the entries of one kind that time alone will make bad, the earliest
 * first. Watch thread. Entries are borrowed: one that leaves the store is taken
 * out before.
 */
#ifndef CACHE_TURNS_H
#define CACHE_TURNS_H

#include <stddef.h>

struct entry;

struct turns {
	struct entry **heap; /* by entry->turns; entry->turn_slot is the place + 1 */
	size_t count;
	size_t cap;
};

void turns_release(struct turns *turns);

void turns_add(struct turns *turns, struct entry *e);	 /* nothing when it never turns */
void turns_remove(struct turns *turns, struct entry *e); /* nothing when it is not there */
struct entry *turns_first(const struct turns *turns);	 /* or NULL */

#endif
