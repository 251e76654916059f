/*
 * layout - where the panes are, by the size of the screen. Pure.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/draw.h"

enum pane {
	PANE_TREE,
	PANE_DETAIL,
	PANE_EVENTS,
	PANES
};

#define LAYOUT_MIN_COLS	 40
#define LAYOUT_MIN_ROWS	 10
#define LAYOUT_WIDE_COLS 110 /* from here on the detail stands beside the tree */

struct layout {
	int rows, cols;
	bool too_small;
	struct area header;	  /* two rows */
	struct area notice;	  /* what concerns the whole cluster; h 0: nothing */
	struct area panes[PANES]; /* h 0: not on the screen */
	int rule;		  /* the column between tree and detail; -1: none */
	struct area footer;
};

/* focus is on the screen in any case; main is the one of tree and detail that
 * is shown when there is room for one. */
void layout_compute(
	int rows, int cols, bool notice, enum pane focus, enum pane main, struct layout *ret);

#endif
