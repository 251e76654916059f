/*
 * lister - the rows of one kind that pass a filter, in the store's order or another.
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

enum order_by {
	ORDER_KEY,	 /* namespace, then name: the store's */
	ORDER_NAME,	 /* name, then namespace */
	ORDER_NAMESPACE, /* as ORDER_KEY */
	ORDER_AGE,	 /* the youngest first */
	ORDER_HEALTH,	 /* the worst first */
	ORDER_CHANGED,	 /* the last change first; what was only listed has none */
	ORDER_COLUMN,	 /* see cells_order() for how values compare */
};

/* Equal rows are in the order of their keys, and those without a value stand last,
 * reversed or not. */
struct order {
	enum order_by by;
	size_t column; /* of kind->columns; one that the kind does not have orders nothing */
	bool reverse;
};

/* filter (may be NULL: all pass) is borrowed and outlives the lister, and so do
 * cells (may be NULL when neither filter nor order needs them). */
struct lister *lister_new(uint32_t kind, const struct filter *filter, struct cells *cells);
struct lister *lister_new_ordered(
	uint32_t kind, const struct filter *filter, const struct order *order, struct cells *cells);
void lister_free(struct lister *lister);

/* Another order. The rows stay as they are until an update has the new one. */
void lister_set_order(struct lister *lister, const struct order *order);

/* Brings the rows up to date with the pinned root, until deadline (clock_now())
 * at the latest. True when nothing is left to do; otherwise call again (cells
 * that are not there yet ring the reader's wake). */
bool lister_update(struct lister *lister, const struct root *root, int64_t deadline);

/* The same for a reader that has found the kind already. */
struct labels;
bool lister_update_kind(struct lister *lister, const struct labels *labels,
	const struct kind_root *kind, int64_t deadline);

/* Before an order is chosen: looks at what one needs of each object, until deadline,
 * so that the key that chooses it is answered at once. After an update with the same
 * root; true when nothing is left to do. */
bool lister_prepare(struct lister *lister, const struct kind_root *kind, int64_t deadline);

/* Only brings the rows known so far in line with the pinned root; cheap. */
void lister_align(struct lister *lister, const struct kind_root *kind);

size_t lister_count(const struct lister *lister);
/* How many of the rows are how well: HEALTH_KINDS numbers. */
const size_t *lister_health(const struct lister *lister);
/* How many objects have been judged and put in order, of how many: "matching 61 %". */
void lister_progress(const struct lister *lister, size_t *ret_done, size_t *ret_all);

/* Row n of the rows as of the last update, looked up in the same pinned root. */
const struct entry *lister_at(const struct lister *lister, const struct kind_root *kind, size_t n);

/* The row of an object, or of the first one behind where it would be; true when
 * it is a row itself. By an order that is not of names, what is in no row and has
 * no value that is known would be behind all. */
bool lister_find(const struct lister *lister, const struct kind_root *kind, struct str ns,
	struct str name, size_t *ret_row);

#endif
