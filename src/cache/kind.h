/*
 * kind - what is fixed about a kind while its CRD does not change.
 *
 * Made by whoever finds the kind, then owned by its informer, which sets version
 * and retires it; from then on it never changes, and readers see it while the
 * root is pinned.
 */
#ifndef CACHE_KIND_H
#define CACHE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kube/gvr.h"

struct columns;

struct kind {
	uint32_t id;	  /* never used twice: the same kind under a re-created CRD has another */
	uint64_t version; /* unique: another whenever anything here (its columns ...) is */
	struct gvr gvr;
	char *kind;	/* "Certificate" */
	char *singular; /* "certificate" */
	char **short_names;
	size_t n_short_names;
	char **categories;
	size_t n_categories;
	bool namespaced;
	struct columns *columns; /* what is shown: chosen by the user, or own_columns */
	/* What its CRD or server says; NULL for a kind that nobody chooses columns for. */
	struct columns *own_columns;
	char *note; /* what is odd about it: a printer column that does not parse ...; or NULL */
	char *own_note; /* the same without what concerns chosen columns; or NULL */
};

/* One that no informer has taken; NULL is fine. */
void kind_free(struct kind *kind);

#endif
