/*
 * lister - the rows of one kind that pass a filter, in order.
 *
 * Belongs to the one reader that shows it. It is computed in slices and kept
 * current by comparing chunk versions with those it has seen: only what has
 * changed is looked at again. Used with the root pinned.
 */
#ifndef CACHE_LISTER_H
#define CACHE_LISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct lister;
struct cells;
struct filter;
struct entry;
struct kind_root;
struct root;

/* filter is borrowed and outlives the lister. */
struct lister *lister_new(uint32_t kind, const struct filter *filter, struct cells *cells);
void lister_free(struct lister *lister);

/* Brings the rows up to date with the pinned root, until deadline (clock_now())
 * at the latest. True when nothing is left to do; otherwise call again (cells
 * that are not there yet ring the reader's wake). */
bool lister_update(struct lister *lister, const struct root *root, int64_t deadline);

/* The same for a reader that has found the kind already. */
struct labels;
bool lister_update_kind(struct lister *lister, const struct labels *labels,
	const struct kind_root *kind, int64_t deadline);

/* Only brings the rows known so far in line with the pinned root; cheap. */
void lister_align(struct lister *lister, const struct kind_root *kind);

size_t lister_count(const struct lister *lister);
/* How many of the rows are how well: HEALTH_KINDS numbers. */
const size_t *lister_health(const struct lister *lister);
/* How many objects have been judged, of how many: "matching 61 %". */
void lister_progress(const struct lister *lister, size_t *ret_done, size_t *ret_all);

/* Row n of the rows as of the last update, looked up in the same pinned root. */
const struct entry *lister_at(const struct lister *lister, const struct kind_root *kind, size_t n);

/* The row of an object, or of the first one behind where it would be; true when
 * it is a row itself. */
bool lister_find(const struct lister *lister, const struct kind_root *kind, struct str ns,
	struct str name, size_t *ret_row);

#endif
