/*
 * referrers - which cached objects refer to one: all texts are read, a slice at a
 * time, then what changes. Belongs to one reader; calls need the root pinned.
 */
#ifndef CLUSTER_REFERRERS_H
#define CLUSTER_REFERRERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/tree.h"

struct referrers;
struct text_reader;

#define REFERRERS_MAX 1000

struct referrer {
	struct tree_key key;
	uint64_t version; /* of its entry as it was read */
	char *path;	  /* where: "spec.issuerRef" */
	bool by_name;	  /* only the name says so: no kind is given there */
};

/* key: of the object, which is copied. reader is borrowed. */
struct referrers *referrers_new(
	const struct root *root, const struct tree_key *key, struct text_reader *reader);
void referrers_free(struct referrers *referrers);

/* Reads on until deadline; true when nothing is left. */
bool referrers_update(struct referrers *referrers, const struct root *root, int64_t deadline);

/* Of the first walk: objects read, of so many. */
void referrers_progress(const struct referrers *referrers, const struct root *root,
	size_t *ret_done, size_t *ret_all);
bool referrers_done(const struct referrers *referrers); /* the first walk has ended */
/* Objects whose texts are not kept: only their owners were looked at. */
size_t referrers_unread(const struct root *root);
size_t referrers_count(const struct referrers *referrers);
const struct referrer *referrers_at(const struct referrers *referrers, size_t n);
/* Objects that refer to it and are past the ceiling. */
size_t referrers_more(const struct referrers *referrers);

#endif
