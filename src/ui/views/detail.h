/*
 * views/detail - what is under the cursor: an object as live YAML, a
 * kind or a group as facts. The object is copied, never kept by pointer.
 */
#ifndef UI_VIEWS_DETAIL_H
#define UI_VIEWS_DETAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/tree.h"
#include "ui/document.h"
#include "ui/list.h"
#include "ui/theme.h"
#include "ui/views/facts.h"

struct ui;
struct view;

extern const struct view detail_view;

/* Repeated moves of the cursor are followed this long after the last one. */
#define DETAIL_DELAY (30 * CLOCK_MS)

struct detail_view {
	struct tree_key key; /* what is shown */
	bool has_key;
	bool is_object;
	bool loaded;	  /* the document holds the object */
	bool deleted;	  /* it is no longer in the cache */
	uint64_t version; /* of its entry */
	char *error;	  /* why its text cannot be shown */
	struct document doc;
	struct folds folds;
	bool managed; /* managedFields are shown */
	struct facts facts;
	struct list list;
	size_t left;	  /* columns scrolled to the right */
	char *search;	  /* or NULL */
	int64_t shown_at; /* clock_now() of the last change of key */
};

void detail_view_init(struct ui *ui);
void detail_view_release(struct ui *ui);

/* When it wants to be updated without a key or data; INT64_MAX: never. */
int64_t detail_view_deadline(struct ui *ui);

/* A new search text, from the cursor on; NULL: none. False: not found. */
bool detail_view_search(struct ui *ui, const char *text);

/* ---- views/detail_line.c ---- */

void detail_line_draw(struct ui *ui, size_t line);
/* What it is drawn from: equal keys, equal rows. */
uint64_t detail_line_key(const struct ui *ui, size_t line);

#endif
