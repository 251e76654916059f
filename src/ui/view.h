/*
 * view - what every pane is to the rest of the browser: a set of callbacks.
 * All of them are called with the root pinned. UI thread.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>

#include "ui/draw.h"
#include "ui/keymap.h"

struct ui;

struct view {
	enum where where;
	/* Brings what it shows up to date with the root; false: more to do. */
	bool (*update)(struct ui *ui);
	void (*draw)(struct ui *ui, struct area area, bool focused);
	bool (*act)(struct ui *ui, enum action action); /* false: not its own */
	void (*click)(struct ui *ui, int line);		/* a line of its area */
	void (*wheel)(struct ui *ui, int by);
	bool (*back)(struct ui *ui); /* esc: undoes one thing of its own, or false */
};

#endif
