/*
 * views/events - what just happened: every change of every kind, with the
 * paths that differ. They are computed for the lines on the screen only.
 */
#ifndef UI_VIEWS_EVENTS_H
#define UI_VIEWS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/tree.h"
#include "ui/draw.h"
#include "ui/list.h"

struct ui;
struct view;

extern const struct view events_view;

#define EVENT_SLOTS 256

/* What is written about one change. */
struct event_slot {
	uint64_t number;
	bool known;
	bool noise; /* with noise, too */
	bool relisted;
	char *name;
	char *changes; /* may hold NULs */
	size_t n_changes;
	char *manager;
};

struct events_view {
	struct list list;
	bool following;
	bool noise;
	bool scoped; /* follows the tree's cursor */
	struct tree_key scope;
	uint64_t *rows; /* the numbers in scope; used when scoped */
	size_t head, count, cap;
	uint64_t read;	  /* the next number to be judged for rows */
	uint64_t paused;  /* the first number that came after following ended */
	uint64_t cursor;  /* the number under the cursor */
	uint64_t drawn;	  /* the number in the first line on the screen; 0: none */
	struct area area; /* of the lines on the screen */
	struct event_slot slots[EVENT_SLOTS];
};

void events_view_init(struct ui *ui);
void events_view_release(struct ui *ui);

/* How many fields the last change of an object changed; 0: not known. */
unsigned events_view_fields(struct ui *ui, const unsigned char uid[16]);

/* The rows in scope, and the row that this number has, or would have. */
size_t events_view_count(const struct ui *ui);
size_t events_view_row_of(const struct ui *ui, uint64_t number);

/* ---- views/events_title.c ---- */

void events_title_draw(struct ui *ui, struct area area, bool focused);

#endif
