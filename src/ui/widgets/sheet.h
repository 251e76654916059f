/*
 * sheet - rows of cells in columns as wide as what stands in them: what every
 * view of other things than objects is made of. A view fills its sheet anew in
 * each update; the cursor stays on its row's id, and `/` filters by a filter of
 * the sheet's own. UI thread.
 *
 * A view names its sheet in struct view.sheet and takes the sheet_view_*
 * functions for the callbacks it has nothing to add to.
 */
#ifndef UI_WIDGETS_SHEET_H
#define UI_WIDGETS_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "ui/term/draw.h"
#include "ui/keymap.h"
#include "ui/widgets/list.h"

struct filter;
struct ui;

#define SHEET_CELLS_MAX ((size_t)16 << 20) /* bytes in all; rows past it are left out */

struct sheet_column {
	const char *head;
	bool right; /* figures */
};

struct sheet_row {
	uint64_t id;
	size_t cells; /* where they begin in the text, each followed by a NUL */
	size_t roles; /* where theirs begin */
};

struct sheet {
	const struct sheet_column *columns;
	size_t n_columns;
	struct buf cells;
	struct buf roles; /* a byte each */
	struct sheet_row *rows;
	size_t n_rows, cap_rows;
	size_t *shown; /* rows that pass the filter */
	size_t n_shown, cap_shown;
	int *widths;
	bool gives; /* the first column is narrower where the others would not fit */
	int first;  /* the width of the first column on the screen */
	int gap;    /* between columns */
	struct list list;
	uint64_t cursor; /* the id under it */
	bool has_cursor;
	size_t left; /* columns that are scrolled away; the first one stays */
	char *text;  /* of the filter; never NULL */
	struct filter *filter;
	char *note;  /* stands where there are no rows; or NULL */
	char *about; /* stands in the title; or NULL */
	enum role about_role;
};

void sheet_init(struct sheet *sheet, const struct sheet_column *columns, size_t n_columns);
void sheet_release(struct sheet *sheet);

/* ---- filling ---- */

void sheet_begin(struct sheet *sheet);
/* id is the row's for as long as it is the same thing: a kind's id, a hash. */
void sheet_row(struct sheet *sheet, uint64_t id);
void sheet_cell(struct sheet *sheet, enum role role, struct str text);
void sheet_cellf(struct sheet *sheet, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void sheet_end(struct ui *ui, struct sheet *sheet);
/* What to say when there are no rows, for as long as that is so; NULL: nothing. */
void sheet_note(struct sheet *sheet, const char *note);
/* What all rows are about, for the title; NULL: nothing. */
void sheet_about(struct sheet *sheet, enum role role, const char *about);

/* ---- what the cursor is on ---- */

bool sheet_is_empty(const struct sheet *sheet);
uint64_t sheet_id(const struct sheet *sheet);		    /* 0 when there are no rows */
struct str sheet_text(const struct sheet *sheet, size_t i); /* of a cell; until the next begin */
void sheet_to(struct sheet *sheet, uint64_t id);

/* ---- for struct view ---- */

void sheet_view_draw(struct ui *ui, struct area area, bool focused);
bool sheet_view_act(struct ui *ui, enum action action);
void sheet_view_click(struct ui *ui, int line);
void sheet_view_wheel(struct ui *ui, int by);
bool sheet_view_back(struct ui *ui);
const char *sheet_view_filter(const struct ui *ui);
int sheet_view_set_filter(struct ui *ui, const char *text, size_t *ret_at, struct error *err);

#endif
