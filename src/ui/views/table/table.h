/*
 * table - one kind's objects with all its columns, as kubectl shows them,
 * in an order that the user chooses. What it is of is a name (plural.group): a
 * kind whose definition is made again is found again. UI thread.
 */
#ifndef UI_VIEWS_TABLE_TABLE_H
#define UI_VIEWS_TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cache/lister.h"
#include "ui/term/draw.h"
#include "ui/widgets/rows.h"
#include "ui/views/cellcache.h"

struct kind_root;
struct lister;
struct ui;
struct view;

extern const struct view table_view;

/* What is remembered of each table while crwatch runs. */
struct table_choice {
	char *name;
	struct order order;
	char *by; /* the name of the column that order.column is; or NULL */
	bool wide;
	size_t left;   /* columns that are scrolled away */
	size_t picked; /* of the columns shown; TABLE_NONE */
};

#define TABLE_NONE SIZE_MAX

enum table_what {
	TABLE_NAMESPACE,
	TABLE_NAME, /* does not scroll */
	TABLE_CELL,
	TABLE_CHANGED, /* at the right end; does not scroll */
};

/* One of the columns that are shown, from left to right. */
struct table_column {
	enum table_what what;
	size_t column; /* TABLE_CELL: of kind->columns */
	int at;	       /* where it begins; -1: it is not on the screen */
	int width;
};

/* The cells of a row that is on the screen, as they were, to tell what changes. */
struct table_seen {
	bool used;
	unsigned char uid[16];
	uint64_t version; /* of the entry */
	uint64_t columns; /* struct kind.version */
	struct buf texts; /* without dates */
	int64_t *times;	  /* of dates */
	int64_t *changed; /* clock_wall() of each cell's last change; 0 */
	size_t n;
};

struct table_view {
	char *name;	  /* plural.group */
	uint32_t kind;	  /* 0: there is none of this name */
	uint64_t version; /* struct kind.version, of the widths */
	struct rows rows;
	struct lister *lister; /* NULL: all, in the store's order */
	bool filtered;	       /* by the query, as of the last refilter() */
	bool settled;
	bool prepared; /* for an order to be chosen */
	bool stuck;    /* what is left to do waits for cells */
	size_t done, all;
	struct table_choice **choices;
	size_t n_choices, cap_choices;
	struct table_choice *now;

	struct cell_cache cells;
	struct table_column *columns;
	size_t n_columns, cap_columns;
	int *widths; /* of kind->columns; they only grow */
	size_t n_widths;
	int ns_width, name_width;
	bool more;	   /* columns to the right have no room */
	bool reveal;	   /* scroll to the column that is picked */
	struct str *texts; /* of the row that is drawn */
	size_t cap_texts;
	struct table_seen *seen; /* the first are the lines of the screen */
	size_t n_seen;
	size_t spare;
	struct buf scratch;
};

void table_view_init(struct ui *ui);
void table_view_release(struct ui *ui);
void table_view_resize(struct ui *ui);
/* The tree's cursor goes where the table's is: to the object if it is unfolded
 * there, else to the kind. */
void table_view_show_in_tree(struct ui *ui);
/* The kind that is shown; NULL: there is none of its name (any more). */
const struct kind_root *table_view_kind(const struct ui *ui);

/* ---- views/table_order.c ---- */

struct table_choice *table_choice_get(struct ui *ui, const char *name);
void table_choices_release(struct table_view *v);
/* By this from now on; the same again: reversed. column: of kind->columns. */
void table_sort(struct ui *ui, enum order_by by, size_t column);
void table_sort_picked(struct ui *ui);
void table_pick(struct ui *ui, int by);
/* The kind may have other columns: the one that orders the rows is found by name. */
void table_order_follow(struct ui *ui);
/* Whether there is another order than the store's. */
bool table_is_ordered(const struct ui *ui);
bool table_orders(const struct ui *ui, const struct table_column *column);
/* "name", "READY"; NULL: nothing was asked for. */
const char *table_order_word(const struct ui *ui);

/* ---- views/table_layout.c ---- */

/* Which columns there are; once a frame, and before they are counted. */
void table_columns_find(struct ui *ui);
void table_measure(struct ui *ui, const struct tree_row *row);
/* Where they are in a row so wide. */
void table_place(struct ui *ui, int width);
const char *table_head(const struct ui *ui, const struct table_column *column);
void table_forget_widths(struct table_view *v);

/* ---- views/table_row.c ---- */

/* A cell as kubectl shows it: up to the first line's end. Valid until the next call. */
struct str table_cell(struct table_view *v, struct str cell);
void table_draw_title(struct ui *ui, struct area area, bool focused);
void table_draw_heads(struct ui *ui);
uint64_t table_row_key(struct ui *ui, const struct tree_row *row);
/* line: of the screen. */
void table_draw_row(struct ui *ui, const struct tree_row *row, size_t line);
void table_draw_ghost(struct ui *ui);

/* ---- views/table_seen.c ---- */

void table_seen_resize(struct table_view *v, size_t lines);
void table_seen_release(struct table_view *v);
/* When the cells of the row in this line have changed, each; before the next
 * call. Lines are asked for from the top. */
const int64_t *table_seen_row(struct ui *ui, const struct tree_row *row, size_t line);

#endif
