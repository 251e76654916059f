/*
 * cells - the cell texts of a kind's objects, for filters and sorting.
 *
 * Built by the worker in slices and kept current by it; a reader uses what is
 * there and asks how far it is. Dates are left out: their text changes by time
 * alone. One table a kind; dropped after 5 minutes unused.
 */
#ifndef CACHE_CELLS_H
#define CACHE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/wake.h"

#define CELLS_TEXT_MAX 1024

struct cells;
struct entry;
struct kind_root;
struct roots;
struct worker;

/* All tables of a cluster; owned by one reader. wake is rung when more cells
 * are there. */
struct cells *cells_new(struct roots *roots, struct worker *worker, struct wake *wake);
void cells_free(struct cells *cells);

/* Asks for kind's table to be there and current with the pinned root; *ret_done
 * gets how many of its objects are. True when all are. */
bool cells_want(struct cells *cells, const struct kind_root *kind, size_t *ret_done);

/* The cells of an entry of the pinned root, each followed by a NUL and at most
 * CELLS_TEXT_MAX bytes long; false while they are not there. Valid until the
 * next cells_get(). */
bool cells_get(
	struct cells *cells, const struct kind_root *kind, const struct entry *e, struct str *ret);

/* Says that kind's table, if there is one, is still of use. */
void cells_touch(struct cells *cells, const struct kind_root *kind);
/* Lets go of tables that have been of no use for 5 minutes; called now and then. */
void cells_sweep(struct cells *cells);

#endif
