/*
 * events - what just happened: every change of every kind, with the
 * paths that differ, and what Kubernetes Events say. Texts are made for the
 * lines on the screen, and once for each change while there is a filter. The
 * pane below all others, and a main view of its own: one and the same state.
 */
#ifndef UI_VIEWS_EVENTS_EVENTS_H
#define UI_VIEWS_EVENTS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cluster/tree.h"
#include "ui/term/draw.h"
#include "ui/widgets/list.h"

struct feed_item;
struct filter;
struct ui;
struct view;

extern const struct view events_view;
extern const struct view events_main_view;

#define EVENT_SLOTS 256

/* How the text of a change is made. */
enum event_form {
	EVENT_NOISE = 1, /* with noise */
	EVENT_LONG = 2,	 /* whole, as far as that is sensible */
};

/* What is written about one change. */
struct event_slot {
	uint64_t number;
	bool known;
	unsigned form; /* enum event_form */
	bool relisted;
	char *name;
	char *changes; /* or what an Event says; may hold NULs */
	size_t n_changes;
	char *manager;
};

/* A line: a change, or several of one object in a row with nothing but noise. */
struct event_row {
	uint64_t first, last; /* their numbers */
	uint32_t count;
	bool judged; /* whether it is noise is known */
	bool noise;
};

struct events_view {
	struct list list;
	bool following;
	bool noise;
	bool scoped;	       /* follows the tree's cursor */
	enum tree_level level; /* the narrowest scope, while scoped */
	struct tree_key scope;
	char *text;		/* of the filter; never NULL */
	struct filter *filter;	/* or NULL */
	struct event_row *rows; /* rows[head .. head + count) */
	size_t head, count, cap;
	uint64_t events;	    /* changes in these rows */
	uint64_t fresh;		    /* of these, since following ended */
	uint64_t read;		    /* the next number to be judged for rows */
	bool all;		    /* everything has been judged */
	size_t judged;		    /* changes whose texts were read by this update */
	unsigned char last_uid[16]; /* of the last row, */
	bool last_modified;	    /* if it is a change */
	uint64_t paused;	    /* the first number that came after following ended */
	uint64_t cursor;	    /* the first number of the row under the cursor */
	uint64_t drawn;		    /* that of the first line on the screen; 0: none */
	size_t left;		    /* columns of the changes that are scrolled away */
	struct area area;	    /* of the lines on the screen */
	struct buf cells;	    /* what is judged */
	struct event_slot slots[EVENT_SLOTS];
};

void events_view_init(struct ui *ui);
void events_view_release(struct ui *ui);

/* How many fields the last change of an object changed; 0: not known. */
unsigned events_view_fields(struct ui *ui, const unsigned char uid[16]);

/* ---- views/events_rows.c ---- */

const struct event_row *events_row_at(const struct ui *ui, size_t row); /* or NULL */
const struct feed_item *events_item_of(const struct ui *ui, const struct event_row *row);
/* The row that this number is in, or the first one behind it. */
size_t events_row_of(const struct ui *ui, uint64_t number);
/* Everything is judged anew. */
void events_rows_reset(struct events_view *v);
/* Judges what has come; false: the rest is for the next time. */
bool events_rows_read(struct ui *ui, int64_t deadline);
/* The heading of the pinned kinds, of which there is no group: all are in scope. */
bool events_rows_is_wide(const struct tree_key *scope);
/* The scope is that of the cursor, at most as narrow as level; true: another. */
bool events_rows_rescope(struct ui *ui);

/* ---- views/events_say.c ---- */

/* NULL: the log has dropped it. */
const struct event_slot *events_slot(struct ui *ui, uint64_t number);
const char *events_type_word(unsigned type); /* enum change_type */
bool events_is_noise(struct ui *ui, uint64_t number);
/* What a filter compares, in the order of the cells, up to NULL. */
extern const char *const events_cell_names[];
/* Whether it passes the filter, which there is. */
bool events_passes(struct ui *ui, const struct feed_item *item);
void events_say_release(struct events_view *v);

/* ---- views/events_title.c ---- */

void events_title_draw(struct ui *ui, struct area area, bool focused);

#endif
