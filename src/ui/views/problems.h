/*
 * problems - everything that is not well, over all kinds: the worst first,
 * kind by kind, with why and since when.
 *
 * Each kind that has any has a lister of them, in the order of their health; row
 * n is found by walking the levels and the kinds, so that a change costs what it
 * costs its own kind.
 */
#ifndef UI_VIEWS_PROBLEMS_H
#define UI_VIEWS_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "kube/health_rules.h"
#include "ui/widgets/rows.h"

struct filter;
struct lister;
struct ui;
struct view;

extern const struct view problems_view;

#define PROBLEM_LEVELS 3
#define PROBLEM_SLOTS  256

struct problem_kind {
	uint32_t id;
	bool seen; /* in this update's root */
	struct lister *lister;
	size_t counts[PROBLEM_LEVELS]; /* of its rows; the worst level first */
	struct health_context context;
};

/* Why an object is not well, in words. */
struct problem_slot {
	uint64_t version; /* of its entry */
	int64_t second;	  /* the words hold ages */
	struct buf why;
};

struct problems_view {
	struct rows rows;
	struct filter *filter; /* the query's, and only what is not well */
	struct problem_kind *kinds;
	size_t n_kinds, cap_kinds;
	size_t counts[PROBLEM_LEVELS];
	bool settled;
	bool stuck;		    /* what is left waits for cells */
	int64_t deadline;	    /* of the update under way */
	size_t done;		    /* objects that were judged at the last update */
	int kind_width, name_width; /* so far; they only grow */
	int why_width;		    /* of the rows on the screen */
	size_t left;		    /* steps to the right: kind, since, then pieces of why */
	struct problem_slot slots[PROBLEM_SLOTS];
};

void problems_view_init(struct ui *ui);
void problems_view_release(struct ui *ui);
/* Other health rules: what the words were made by. */
void problems_view_rejudge(struct ui *ui);

/* ---- views/problem_row.c ---- */

void problem_row_measure(struct ui *ui, const struct tree_row *row);
/* A step to the right, or the left (by -1), while there is more to be seen. */
void problem_row_scroll(struct ui *ui, int by);
/* Back, when what is measured now ends before what is scrolled away. */
void problem_row_hold(struct ui *ui);
void problem_row_heads(struct ui *ui);
void problem_row_draw(struct ui *ui, const struct tree_row *row);
/* What the row of an object says beside its name, for filters, whose arg is the struct
 * ui; not past the update's deadline. */
struct filter_words;
extern const char *const problem_row_columns[]; /* what these words are called */
extern const struct filter_words problem_row_words;

#endif
