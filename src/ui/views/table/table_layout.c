/*
 * table_layout - which columns a table has and where they stand. Their
 * widths fit what has been on the screen, and only grow.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "kube/columns.h"
#include "net/rest.h"
#include "ui/state.h"
#include "ui/views/row.h"

#define CELLS_AT  3 /* behind mark and glyph */
#define GAP	  2
#define DATE_MIN  6 /* "3y241d" */
#define NAME_MIN  24
#define CELL_MIN  4  /* of one that is cut by the right end */
#define NARROW	  50 /* there is no LAST CHANGE */
#define WIDTH_MAX 2000

/* ---- which ---- */

static void add(struct table_view *v, enum table_what what, size_t column)
{
	v->columns =
		array_reserve(v->columns, &v->cap_columns, v->n_columns + 1, sizeof(*v->columns));
	v->columns[v->n_columns++] = (struct table_column){ .what = what, .column = column };
}

static bool shows_namespace(const struct ui *ui, const struct kind *kind)
{
	return kind->namespaced && ui->namespaces.n_shown != 1 &&
	       !cluster_config(ui->cluster)->ns_given;
}

void table_columns_find(struct ui *ui)
{
	const struct kind_root *kind = table_view_kind(ui);
	struct table_view *v = &ui->table;

	v->n_columns = 0;
	if (!kind)
		return;
	if (shows_namespace(ui, kind->kind))
		add(v, TABLE_NAMESPACE, 0);
	add(v, TABLE_NAME, 0);
	for (size_t i = 0; i < kind->kind->columns->count; i++) {
		if (v->now->wide || kind->kind->columns->items[i].priority == 0)
			add(v, TABLE_CELL, i);
	}
	add(v, TABLE_CHANGED, 0);
}

const char *table_head(const struct ui *ui, const struct table_column *column)
{
	switch (column->what) {
	case TABLE_NAMESPACE:
		return "NAMESPACE";
	case TABLE_NAME:
		return "NAME";
	case TABLE_CHANGED:
		return "CHANGED";
	default:
		return table_view_kind(ui)->kind->columns->items[column->column].head;
	}
}

/* ---- widths ---- */

void table_forget_widths(struct table_view *v)
{
	v->version = 0;
	cell_cache_forget_widths(&v->cells);
}

static void begin_widths(struct ui *ui, const struct kind *kind)
{
	struct table_view *v = &ui->table;
	size_t n = kind->columns->count;

	if (v->version == kind->version)
		return;
	table_forget_widths(v);
	v->version = kind->version;
	v->n_widths = n;
	v->widths = mem_realloc_array(v->widths, n + 1, sizeof(*v->widths));
	v->ns_width = (int)strlen("NAMESPACE");
	v->name_width = (int)strlen("NAME");
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &kind->columns->items[i];

		v->widths[i] = draw_width(ui->draw, str_of(column->head));
		if (column->type == COLUMN_DATE && v->widths[i] < DATE_MIN)
			v->widths[i] = DATE_MIN;
	}
}

static void widen(int *width, int wanted)
{
	if (wanted > WIDTH_MAX)
		wanted = WIDTH_MAX;
	if (wanted > *width)
		*width = wanted;
}

void table_measure(struct ui *ui, const struct tree_row *row)
{
	const struct kind *kind = row->kind->kind;
	struct table_view *v = &ui->table;
	struct str cells;

	begin_widths(ui, kind);
	if (cell_cache_measured(&v->cells, kind, row->entry))
		return;
	widen(&v->ns_width, draw_width(ui->draw, entry_ns(row->entry)));
	widen(&v->name_width, draw_width(ui->draw, entry_name(row->entry)));
	cells = cell_cache_get(&v->cells, kind, row->entry, ui->new_texts, ui->wall / CLOCK_S);
	for (size_t i = 0; i < v->n_widths && cells.p; i++)
		widen(&v->widths[i], draw_width(ui->draw, table_cell(v, str_cut(&cells, '\0'))));
}

/* ---- places ---- */

static int width_of(const struct table_view *v, const struct table_column *column)
{
	switch (column->what) {
	case TABLE_NAMESPACE:
		return v->ns_width;
	case TABLE_NAME:
		return v->name_width;
	case TABLE_CELL:
		return v->widths[column->column];
	default:
		return 0;
	}
}

static int cut_width(const struct table_column *column, int width)
{
	int most = column->what == TABLE_NAME ? width * 2 / 5 : width / 3;

	if (most < NAME_MIN)
		most = NAME_MIN;
	return column->width < most ? column->width : most;
}

static int width_of_all(const struct table_view *v)
{
	int all = CELLS_AT;

	for (size_t i = 0; i < v->n_columns; i++) {
		if (v->columns[i].what != TABLE_CHANGED)
			all += v->columns[i].width + GAP;
	}
	return all;
}

/* As wide as what is in them; when that is too much, long ones are shortened. What
 * is left after that is the name's. */
static void size_columns(struct table_view *v, int width)
{
	int left;

	for (size_t i = 0; i < v->n_columns; i++)
		v->columns[i].width = width_of(v, &v->columns[i]);
	if (width_of_all(v) <= width)
		return;
	for (size_t i = 0; i < v->n_columns; i++)
		v->columns[i].width = cut_width(&v->columns[i], width);
	left = width - width_of_all(v);
	for (size_t i = 0; i < v->n_columns && left > 0; i++) {
		struct table_column *column = &v->columns[i];

		if (column->what != TABLE_NAME)
			continue;
		column->width += left;
		if (column->width > v->name_width)
			column->width = v->name_width;
	}
}

/* False: what is behind it has no room. */
static bool place(struct table_column *column, int *at, int end)
{
	int room = end - *at;

	if (room < column->width && room < CELL_MIN)
		return false;
	column->at = *at;
	*at += column->width + GAP;
	if (room >= column->width)
		return true;
	column->width = room;
	return false;
}

static void place_from(struct table_view *v, size_t left, int width)
{
	int end = width >= NARROW ? width - ROW_LAST_WIDTH : width;
	int at = CELLS_AT;
	bool room = true;

	v->more = false;
	size_columns(v, end);
	for (size_t i = 0; i < v->n_columns; i++) {
		struct table_column *column = &v->columns[i];

		column->at = -1;
		if (column->what == TABLE_CHANGED) {
			column->at = width >= NARROW ? end : -1;
			column->width = ROW_LAST_WIDTH - 1;
		} else if (column->what != TABLE_NAME && left) {
			left--;
		} else {
			room = room && place(column, &at, end);
			v->more = v->more || !room;
		}
	}
}

static size_t scrolling(const struct table_view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n_columns; i++)
		n += v->columns[i].what == TABLE_NAMESPACE || v->columns[i].what == TABLE_CELL;
	return n;
}

/* How many of the columns that scroll are before the one that is picked. */
static size_t before_picked(const struct table_view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->now->picked && i < v->n_columns; i++)
		n += v->columns[i].what == TABLE_NAMESPACE || v->columns[i].what == TABLE_CELL;
	return n;
}

static void reveal_picked(struct table_view *v, int width)
{
	size_t *left = &v->now->left;
	const struct table_column *picked;

	if (v->now->picked >= v->n_columns)
		return;
	picked = &v->columns[v->now->picked];
	if (picked->what != TABLE_NAMESPACE && picked->what != TABLE_CELL)
		return;
	if (before_picked(v) < *left)
		*left = before_picked(v);
	place_from(v, *left, width);
	while (*left < before_picked(v) &&
		(picked->at < 0 || picked->width < width_of(v, picked))) {
		++*left;
		place_from(v, *left, width);
	}
}

void table_place(struct ui *ui, int width)
{
	const struct kind_root *kind = table_view_kind(ui);
	struct table_view *v = &ui->table;
	size_t n;

	table_columns_find(ui);
	if (!kind)
		return;
	begin_widths(ui, kind->kind);
	n = scrolling(v);
	if (n && v->now->left >= n)
		v->now->left = n - 1;
	if (!n)
		v->now->left = 0;
	place_from(v, v->now->left, width);
	if (v->reveal)
		reveal_picked(v, width);
	v->reveal = false;
}
