/*
 * layout - where the panes are, by the size of the screen. Pure.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/term/draw.h"

enum pane {
	PANE_MAIN,
	PANE_DETAIL,
	PANE_EVENTS,
	PANES
};

#define LAYOUT_MIN_COLS	 40
#define LAYOUT_MIN_ROWS	 10
#define LAYOUT_WIDE_COLS 110 /* from here on the detail stands beside it */

struct layout {
	int rows, cols;
	bool too_small;
	struct area header;	  /* two rows */
	struct area notice;	  /* what concerns the whole cluster; h 0: nothing */
	struct area panes[PANES]; /* h 0: not on the screen */
	int rule;		  /* the column between main pane and detail; -1: none */
	struct area footer;
};

struct layout_wish {
	bool notice;
	enum pane focus; /* on the screen in any case */
	enum pane main;	 /* the one of main pane and detail shown when there is room for one */
	bool wide;	 /* the main pane has all the room until the detail is used */
	bool full;	 /* the one with the focus has the screen */
	bool no_detail;	 /* what the main pane shows has none */
	bool no_events;	 /* it shows the events itself */
};

void layout_compute(int rows, int cols, const struct layout_wish *wish, struct layout *ret);

#endif
