/*
 * view - what every pane is to the rest of the browser: a set of callbacks.
 * All of them are called with the root pinned; those that are NULL a view does
 * not need. UI thread.
 *
 * The main pane shows one of several views (ui_main_views()); `:NAME` opens it,
 * and its command is in the completion. A new one is a file under views/, its
 * state in struct ui, and a line in view.c's table.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/term/draw.h"

struct key_event;
struct place;
struct rows;
struct sheet;
struct tree_key;
struct ui;

/* What may be typed behind a main view's name. */
enum view_words {
	VIEW_NO_WORDS,
	VIEW_NAMESPACES, /* and a selector, as behind a kind */
	VIEW_OWN_WORDS,	 /* they go to enter(), as the place's arg */
};

struct view {
	enum where where;
	const char *name;  /* of a main view: what opens it, and its crumb */
	const char *hints; /* keys for the last line */
	bool no_events;	   /* a main view that has all the room: it is the events itself */
	enum view_words words;
	bool wide; /* a main view that has the detail beside it only while that is used */

	/* A main view: it is shown from now on, as what this place says. */
	void (*enter)(struct ui *ui, const struct place *place);
	/* Brings what it shows up to date with the root; false: more to do. */
	bool (*update)(struct ui *ui);
	/* A key is about to act on it: its rows are to be those of the root. */
	void (*catch_up)(struct ui *ui);
	void (*draw)(struct ui *ui, struct area area, bool focused);
	bool (*act)(struct ui *ui, enum action action); /* false: not its own */
	void (*click)(struct ui *ui, int line);		/* a line of its area */
	void (*wheel)(struct ui *ui, int by);
	bool (*back)(struct ui *ui); /* esc: undoes one thing of its own, or false */

	/* The objects it shows: detail and events follow their cursor. */
	struct rows *(*rows)(struct ui *ui);
	/* What it is made of, if it is one of a sheet; see sheet.h. */
	struct sheet *(*sheet)(struct ui *ui);
	/* It waits for cells that are being made. */
	bool (*is_stuck)(const struct ui *ui);
	/* The query is another one; the filter before it may be freed after this. */
	void (*refilter)(struct ui *ui);

	/* Columns of its rows that no kind has, up to a NULL: what is compared with others that
	 * there are not is an error. */
	const char *const *columns;

	/* A text filter of its own for `/`, instead of the query's. On an error
	 * nothing changes, and *ret_at is its place. */
	const char *(*filter)(const struct ui *ui);
	int (*set_filter)(struct ui *ui, const char *text, size_t *ret_at, struct error *err);
};

/* ---- panes, places and focus ---- */
const struct view *ui_view(const struct ui *ui, enum pane pane);
const struct view *const *ui_main_views(size_t *ret_count);
const struct view *ui_main_view(struct str name); /* or NULL */
/* Until when a view may look through its objects: what a key has begun and the paint
 * behind it share one slice. */
int64_t ui_slice_end(const struct ui *ui);
void ui_focus(struct ui *ui, enum pane pane);
/* Where the panes are now; before what is in them is laid out. */
void ui_lay_out(struct ui *ui);
/* The main pane shows another view; arg: what of, or NULL. */
void ui_go(struct ui *ui, const struct view *view, const char *arg);
bool ui_step(struct ui *ui, int by); /* back or forward in what was visited */
/* Puts the cursor on an object where it is shown now, else in the tree; false:
 * it is in neither. */
bool ui_go_object(struct ui *ui, const struct tree_key *key);
/* The rows whose cursor detail and events follow. */
struct rows *ui_rows(struct ui *ui);
void ui_key(struct ui *ui, uint32_t key);
void ui_mouse_event(struct ui *ui, const struct key_event *event);
void ui_paste(struct ui *ui, struct str text);
/* Everything that is on the screen, as far as it differs. */
void ui_paint(struct ui *ui);
void ui_resize(struct ui *ui);

#endif
