/*
 * tree - groups, kinds and instances. The cursor is an object: it stays
 * on it whatever moves, and a deleted one stays visible until it is left.
 */
#ifndef UI_VIEWS_TREE_TREE_H
#define UI_VIEWS_TREE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/tree.h"
#include "ui/widgets/rows.h"
#include "ui/views/cellcache.h"

struct filter;
struct ui;
struct view;

extern const struct view tree_view;

struct tree_view {
	struct tree *tree;
	struct rows rows;
	uint64_t number; /* of the root that the rows are of */
	bool refit;	 /* the filter is new: show what is above the cursor, too */
	bool settled;	 /* nothing is left to count */
	bool stuck;	 /* what is left waits for cells */
	size_t done;
	size_t matches; /* objects that pass the filter */
	struct cell_cache cells;
	struct tree_row *shown; /* on the screen, while they are drawn */
	size_t cap_shown;
	struct buf scratch;
};

void tree_view_init(struct ui *ui);
void tree_view_release(struct ui *ui);

/* Goes to an object and unfolds what is above it. */
void tree_view_reveal(struct ui *ui, const struct tree_key *object);
/* Puts the cursor on a kind and unfolds it; false: it is not visible. */
bool tree_view_go_kind(struct ui *ui, uint32_t kind);
/* Puts the cursor on an object; false: it is not there. */
bool tree_view_go(struct ui *ui, const struct tree_key *key);

/* ---- views/tree_row.c ---- */

/* Where the columns are, for all rows of one frame. */
struct tree_columns {
	int name; /* width of the name column */
	int age;  /* where these begin */
	int cells;
	int last; /* where the cells end and LAST CHANGE begins */
};

void tree_columns_measure(
	struct ui *ui, const struct tree_row *rows, size_t n, int width, struct tree_columns *ret);
void tree_row_draw(struct ui *ui, const struct tree_row *row, const struct tree_columns *columns);
/* What an object's row is made from: equal keys, equal rows. */
uint64_t tree_row_key(
	struct ui *ui, const struct tree_row *row, const struct tree_columns *columns);
void tree_row_draw_ghost(struct ui *ui, const struct tree_columns *columns);

#endif
