/*
 * census - which version of which object a store holds at one moment, for a
 * comparison with a list of the same moment.
 *
 * A copy of 16 bytes a slot, so that nothing of the store need be kept for it:
 * hashes of the key, and of uid and resourceVersion. Two different ones are
 * taken for the same once in 10^19 comparisons. Any thread, one at a time.
 */
#ifndef CACHE_CENSUS_H
#define CACHE_CENSUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct census;
struct entry;
struct store_root;

/* Of the objects of one namespace; "": of all. */
struct census *census_new(const struct store_root *all, const char *ns);
void census_free(struct census *census);

size_t census_count(const struct census *census);

enum census_verdict {
	CENSUS_SAME,
	CENSUS_LOST,  /* the store does not have it */
	CENSUS_STALE, /* the store has another version, or another object of that name */
	CENSUS_TWICE, /* the list has given it before */
};

/* What is to be said of an object of the list; names as the store has them. */
struct census_object {
	struct str ns; /* "" for cluster scope */
	struct str name;
	struct str uid;
	struct str rv;
};
enum census_verdict census_see(struct census *census, const struct census_object *o);

/* How many objects the list has not had so far. */
size_t census_unseen(const struct census *census);
/* Whether e has the name of one of these. */
bool census_is_unseen(const struct census *census, const struct entry *e);

#endif
