/*
 * make_kind - a struct kind from what a CRD or discovery says, with the columns
 * that are to be shown. Pure.
 */
#ifndef CLUSTER_MAKE_KIND_H
#define CLUSTER_MAKE_KIND_H

#include <stdint.h>

struct column_choices;
struct columns;
struct crd;
struct crd_version;
struct kind;

/* version NULL: none is served. choices (everywhere here) may be NULL. */
struct kind *make_kind(const struct crd *crd, const struct crd_version *version, uint32_t id,
	const struct column_choices *choices);
/* The same kind without its id; takes own, its own columns. */
struct kind *make_kind_copy(
	const struct kind *from, struct columns *own, const struct column_choices *choices);
/* Gives a kind that has its own columns only those that are to be shown, and
 * returns it. */
struct kind *make_kind_dressed(struct kind *kind, const struct column_choices *choices);

#endif
