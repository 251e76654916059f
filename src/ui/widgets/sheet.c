#include "ui/widgets/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/filter.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define CELL_MAX   4096 /* bytes of one cell */
#define WIDTH_MAX  60	/* columns of one that is not the last */
#define GAP	   2	/* between columns */
#define FIRST_MIN  24	/* columns that a first one keeps which gives way */
#define LAST_MIN   18	/* what a last one wants then */
#define SCROLL_BY  16
#define SCROLL_MAX 4000

void sheet_init(struct sheet *sheet, const struct sheet_column *columns, size_t n_columns)
{
	*sheet = (struct sheet){ .columns = columns, .n_columns = n_columns };
	sheet->text = mem_strdup("");
	sheet->widths = mem_zalloc(n_columns * sizeof(*sheet->widths));
	buf_init(&sheet->cells, SHEET_CELLS_MAX);
	buf_init(&sheet->roles, SHEET_CELLS_MAX);
}

void sheet_release(struct sheet *sheet)
{
	buf_release(&sheet->cells);
	buf_release(&sheet->roles);
	free(sheet->rows);
	free(sheet->shown);
	free(sheet->widths);
	free(sheet->text);
	free(sheet->note);
	free(sheet->about);
	filter_free(sheet->filter);
	*sheet = (struct sheet){ 0 };
}

/* ---- filling ---- */

void sheet_begin(struct sheet *sheet)
{
	buf_reset(&sheet->cells);
	buf_reset(&sheet->roles);
	sheet->cells.overflow = sheet->roles.overflow = false;
	sheet->n_rows = 0;
}

void sheet_row(struct sheet *sheet, uint64_t id)
{
	sheet->rows = array_reserve(
		sheet->rows, &sheet->cap_rows, sheet->n_rows + 1, sizeof(*sheet->rows));
	sheet->rows[sheet->n_rows++] = (struct sheet_row){
		.id = id, .cells = sheet->cells.len, .roles = sheet->roles.len
	};
}

void sheet_cell(struct sheet *sheet, enum role role, struct str text)
{
	const char *nul = text.len ? memchr(text.p, '\0', text.len) : NULL;

	if (nul)
		text.len = (size_t)(nul - text.p);
	if (text.len > CELL_MAX)
		text.len = CELL_MAX;
	buf_addstr(&sheet->cells, text);
	buf_addc(&sheet->cells, '\0');
	buf_addc(&sheet->roles, (char)role);
}

void sheet_cellf(struct sheet *sheet, enum role role, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	sheet_cell(sheet, role, str_of(text));
	free(text);
}

void sheet_note(struct sheet *sheet, const char *note)
{
	free(sheet->note);
	sheet->note = mem_strdup_or_null(note);
}

void sheet_about(struct sheet *sheet, enum role role, const char *about)
{
	free(sheet->about);
	sheet->about = mem_strdup_or_null(about);
	sheet->about_role = role;
}

static struct str row_cells(const struct sheet *sheet, size_t row)
{
	size_t end = row + 1 < sheet->n_rows ? sheet->rows[row + 1].cells : sheet->cells.len;

	return str_make(sheet->cells.data + sheet->rows[row].cells, end - sheet->rows[row].cells);
}

static bool passes(const struct sheet *sheet, size_t row)
{
	return !sheet->filter || filter_cells_match(sheet->filter, row_cells(sheet, row));
}

static void measure(struct ui *ui, struct sheet *sheet, size_t row)
{
	struct str cells = row_cells(sheet, row);

	for (size_t i = 0; i < sheet->n_columns && cells.len; i++) {
		int width = draw_width(ui->draw, str_cut(&cells, '\0'));

		if (i + 1 < sheet->n_columns && width > WIDTH_MAX)
			width = WIDTH_MAX;
		if (width > sheet->widths[i])
			sheet->widths[i] = width;
	}
}

static void take_cursor(struct sheet *sheet)
{
	sheet->has_cursor = sheet->list.cursor < sheet->n_shown;
	if (sheet->has_cursor)
		sheet->cursor = sheet->rows[sheet->shown[sheet->list.cursor]].id;
}

static void follow_cursor(struct sheet *sheet)
{
	for (size_t i = 0; sheet->has_cursor && i < sheet->n_shown; i++) {
		if (sheet->rows[sheet->shown[i]].id != sheet->cursor)
			continue;
		list_follow(&sheet->list, i, sheet->n_shown);
		return;
	}
	list_resize(&sheet->list, sheet->n_shown, sheet->list.height);
	take_cursor(sheet);
}

void sheet_end(struct ui *ui, struct sheet *sheet)
{
	if (sheet->cells.overflow && sheet->n_rows)
		sheet->n_rows--; /* the one that was cut */
	sheet->n_shown = 0;
	sheet->shown = array_reserve(
		sheet->shown, &sheet->cap_shown, sheet->n_rows + 1, sizeof(*sheet->shown));
	for (size_t i = 0; i < sheet->n_columns; i++)
		sheet->widths[i] = draw_width(ui->draw, str_of(sheet->columns[i].head));
	for (size_t i = 0; i < sheet->n_rows; i++) {
		if (!passes(sheet, i))
			continue;
		sheet->shown[sheet->n_shown++] = i;
		measure(ui, sheet, i);
	}
	follow_cursor(sheet);
}

/* ---- what the cursor is on ---- */

bool sheet_is_empty(const struct sheet *sheet)
{
	return sheet->list.cursor >= sheet->n_shown;
}

uint64_t sheet_id(const struct sheet *sheet)
{
	return sheet_is_empty(sheet) ? 0 : sheet->rows[sheet->shown[sheet->list.cursor]].id;
}

struct str sheet_text(const struct sheet *sheet, size_t i)
{
	struct str cells;

	if (sheet_is_empty(sheet))
		return STR("");
	cells = row_cells(sheet, sheet->shown[sheet->list.cursor]);
	while (i--)
		str_cut(&cells, '\0');
	return str_cut(&cells, '\0');
}

void sheet_to(struct sheet *sheet, uint64_t id)
{
	sheet->cursor = id;
	sheet->has_cursor = true;
	follow_cursor(sheet);
}

/* ---- for struct view ---- */

static struct sheet *sheet_of(const struct ui *ui)
{
	/* what is shown is the browser's own: only the callback's type is const */
	return ui_view(ui, PANE_MAIN)->sheet((struct ui *)ui);
}

static void draw_title(struct ui *ui, const struct sheet *sheet, struct area area, bool focused)
{
	const struct view *view = ui_view(ui, PANE_MAIN);
	char count[TEXT_NUMBER_MAX];

	text_number(sheet->n_shown, count);
	draw_begin(ui->draw, area.y, area.x, area.w, GROUND_BAR);
	draw_f(ui->draw, focused ? ROLE_TITLE : ROLE_HEAD, " %s", view->name);
	draw_f(ui->draw, ROLE_DIM, "   %s", count);
	if (sheet->filter) {
		text_number(sheet->n_rows, count);
		draw_f(ui->draw, ROLE_DIM, " of %s   filter ", count);
		draw_z(ui->draw, ROLE_MATCH, sheet->text);
	}
	if (sheet->about) {
		draw_z(ui->draw, ROLE_DIM, "   ");
		draw_z(ui->draw, sheet->about_role, sheet->about);
	}
	draw_end_marked(ui->draw);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Narrower gaps, then a shorter first column, before anything is cut off at the right:
 * what is then is reached by scrolling. */
static void fit(struct sheet *sheet, int width)
{
	int n = (int)sheet->n_columns, others = 1, room;

	sheet->gap = GAP;
	sheet->first = sheet->widths[0];
	if (!sheet->gives)
		return;
	for (int i = 1; i + 1 < n; i++)
		others += sheet->widths[i];
	others += least(sheet->widths[n - 1], LAST_MIN);
	if (sheet->first + others + GAP * (n - 1) <= width)
		return;
	sheet->gap = 1;
	room = width - others - (n - 1);
	if (room < sheet->first)
		sheet->first = least(sheet->first, room > FIRST_MIN ? room : FIRST_MIN);
}

static void draw_first(struct ui *ui, const struct sheet *sheet, enum role role, struct str cell)
{
	if (draw_width(ui->draw, cell) <= sheet->first || !sheet->gives)
		draw_field(ui->draw, role, cell, sheet->first, sheet->columns[0].right);
	else
		draw_middle(ui->draw, role, cell, sheet->first);
}

/* The first column stays; the others move to the left under it. */
static void draw_cells(
	struct ui *ui, const struct sheet *sheet, struct str cells, const char *roles)
{
	size_t gone = sheet->left, gap = (size_t)sheet->gap;

	draw_z(ui->draw, ROLE_TEXT, " ");
	for (size_t i = 0; i < sheet->n_columns; i++) {
		struct str cell = cells.p ? str_cut(&cells, '\0') : str_of(sheet->columns[i].head);
		enum role role = roles ? (enum role)roles[i] : ROLE_HEAD;
		size_t width = (size_t)sheet->widths[i];

		if (i && gone >= width + gap) {
			gone -= width + gap;
			continue;
		}
		if (i == 0 && sheet->n_columns > 1)
			draw_first(ui, sheet, role, cell);
		else if (i + 1 == sheet->n_columns && !sheet->columns[i].right)
			draw_text(ui->draw, role, cell);
		else
			draw_field(ui->draw, role, cell, sheet->widths[i], sheet->columns[i].right);
		draw_z(ui->draw, ROLE_TEXT, gap == 1 ? " " : "  ");
	}
}

static void draw_row(struct ui *ui, const struct sheet *sheet, size_t n)
{
	size_t row = sheet->shown[n];

	draw_cells(ui, sheet, row_cells(sheet, row), sheet->roles.data + sheet->rows[row].roles);
}

void sheet_view_draw(struct ui *ui, struct area area, bool focused)
{
	struct sheet *sheet = sheet_of(ui);
	size_t height = area.h > 2 ? (size_t)area.h - 2 : 0;

	list_resize(&sheet->list, sheet->n_shown, height);
	draw_title(ui, sheet, area, focused);
	if (area.h < 2)
		return;
	fit(sheet, area.w);
	draw_begin(ui->draw, area.y + 1, area.x, area.w, GROUND_NONE);
	draw_cells(ui, sheet, (struct str){ 0 }, NULL);
	draw_end_marked(ui->draw);
	for (size_t i = 0; i < height; i++) {
		size_t n = sheet->list.top + i;
		bool cursor = n == sheet->list.cursor && n < sheet->n_shown;

		draw_begin(ui->draw, area.y + 2 + (int)i, area.x, area.w,
			!cursor	  ? GROUND_NONE
			: focused ? GROUND_CURSOR
				  : GROUND_UNFOCUSED);
		if (n < sheet->n_shown)
			draw_row(ui, sheet, n);
		else if (n == 0)
			draw_f(ui->draw, ROLE_DIM, " %s",
				sheet->filter && sheet->n_rows ? "nothing matches"
				: sheet->note		       ? sheet->note
							       : "");
		draw_end_marked(ui->draw);
	}
}

bool sheet_view_act(struct ui *ui, enum action action)
{
	struct sheet *sheet = sheet_of(ui);

	switch (action) {
	case ACTION_LIST_LEFT:
		sheet->left -= sheet->left < SCROLL_BY ? sheet->left : SCROLL_BY;
		return true;
	case ACTION_LIST_RIGHT:
		sheet->left += sheet->left < SCROLL_MAX ? SCROLL_BY : 0;
		return true;
	default:
		if (!list_act(&sheet->list, action))
			return false;
		take_cursor(sheet);
		return true;
	}
}

void sheet_view_click(struct ui *ui, int line)
{
	struct sheet *sheet = sheet_of(ui);

	if (line < 2 || sheet->list.top + (size_t)line - 2 >= sheet->n_shown)
		return;
	list_to(&sheet->list, sheet->list.top + (size_t)line - 2);
	take_cursor(sheet);
}

void sheet_view_wheel(struct ui *ui, int by)
{
	struct sheet *sheet = sheet_of(ui);

	list_scroll(&sheet->list, 3 * (long)by);
	take_cursor(sheet);
}

const char *sheet_view_filter(const struct ui *ui)
{
	return sheet_of(ui)->text;
}

int sheet_view_set_filter(struct ui *ui, const char *text, size_t *ret_at, struct error *err)
{
	struct sheet *sheet = sheet_of(ui);
	struct query_own own = { .filter = &sheet->filter, .text = &sheet->text };

	if (query_take(&own, text, ret_at, err) < 0)
		return -1;
	sheet_end(ui, sheet);
	return 0;
}

bool sheet_view_back(struct ui *ui)
{
	if (!sheet_of(ui)->filter)
		return false;
	sheet_view_set_filter(ui, "", NULL, NULL);
	return true;
}
