/*
 * relations - who owns whom among all cached objects, and where a reference
 * leads. An index by chunks: what has not changed since the last look is not
 * looked at again. Belongs to one reader; every call that takes a root needs it
 * pinned, and what comes out of it is valid while it is.
 */
#ifndef CLUSTER_RELATIONS_H
#define CLUSTER_RELATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct entry;
struct kind_root;
struct reference;
struct relations;
struct root;

struct relation {
	const struct kind_root *kind;
	const struct entry *entry;
};

struct relations *relations_new(void);
void relations_free(struct relations *relations);

/* Looks at what is new until deadline (clock_now()). True when nothing is left;
 * before that, what follows knows only a part. */
bool relations_update(struct relations *relations, const struct root *root, int64_t deadline);

#define RELATIONS_OWNED 1000 /* nodes of one tree */
#define RELATIONS_DEPTH 10

struct owned_node {
	struct relation of;
	unsigned depth;	 /* 0: what the object itself owns */
	size_t children; /* all, shown or not */
};

/* What hangs below an object, a heading before what it owns; each object once,
 * so that a circle ends. *ret is the caller's to free. Returns how many; *ret_more:
 * how many a ceiling left out. */
size_t relations_owned(const struct relations *relations, const struct root *root,
	const unsigned char uid[16], struct owned_node **ret, size_t *ret_more);

enum relation_state {
	RELATION_EXISTS,
	RELATION_DANGLING,    /* its kind is watched, synced and readable there: it is not */
	RELATION_NOT_WATCHED, /* nobody knows */
	RELATION_UNKNOWN,     /* its kind is being listed, forbidden or stale */
};

/* Where a reference of an object in namespace ns leads; watched: the one namespace
 * that is watched, "" for all. */
enum relation_state relations_resolve(const struct root *root, const struct reference *reference,
	struct str ns, struct str watched, struct relation *ret);

#endif
