/*
 * cells - the cell texts of a kind's objects, for filters and sorting.
 *
 * Built by the worker in slices and kept current by it; a reader uses what is
 * there and asks how far it is. The texts of dates are left out: they change by
 * time alone. Beside its text each cell has eight bytes that order it: a number, a
 * duration, a time. One table a kind; dropped after 5 minutes unused.
 */
#ifndef CACHE_CELLS_H
#define CACHE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/wake.h"

#define CELLS_TEXT_MAX 1024

struct buf;
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

/* How the values of a column compare. */
enum cells_order {
	CELLS_WORDS,
	CELLS_NUMBERS,	 /* every value there is is a number or a quantity */
	CELLS_DURATIONS, /* or a duration, as a text column may hold them */
	CELLS_TIMES,	 /* dates; the latest, whose age is the smallest, is first */
};

/* False while the kind's table has never been whole. */
bool cells_order(
	struct cells *cells, const struct kind_root *kind, size_t column, enum cells_order *ret);

struct cell_value {
	bool there;   /* the cells of this entry are known */
	bool missing; /* it has no value in this column, or none of this order */
	uint64_t key;
	size_t at; /* words: where its text is in texts */
	size_t len;
};

/* A column of a kind, and how its values are compared. */
struct cells_column {
	uint32_t kind;
	uint64_t version; /* struct kind.version of its columns */
	size_t column;
	enum cells_order order;
};

/* An entry, by what is known of it without looking at it. */
struct cells_entry {
	uint64_t version;
	uint32_t slot;
};

/* The values of n entries in a column. Words are appended to texts, as value_collate()
 * makes them, unless that is NULL; their keys are value_collate_key()'s. */
void cells_values(struct cells *cells, const struct cells_column *column,
	const struct cells_entry *entries, size_t n, struct cell_value *ret, struct buf *texts);

/* Says that kind's table, if there is one, is still of use. */
void cells_touch(struct cells *cells, const struct kind_root *kind);
/* Lets go of tables that have been of no use for 5 minutes; called now and then. */
void cells_sweep(struct cells *cells);

#endif
