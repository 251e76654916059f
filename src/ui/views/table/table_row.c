/*
 * table_row - what the lines of a table say.
 */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/views/row.h"

#define UP   "\xe2\x96\xb2"
#define DOWN "\xe2\x96\xbc"
#define LEFT "\xe2\x80\xb9"
#define MORE "\xe2\x80\xba"

struct str table_cell(struct table_view *v, struct str cell)
{
	size_t len = 0;

	while (len < cell.len && cell.p[len] != '\f' && cell.p[len] != '\n' && cell.p[len] != '\r')
		len++;
	if (len == cell.len)
		return cell;
	buf_reset(&v->scratch);
	v->scratch.overflow = false;
	buf_addstr(&v->scratch, str_make(cell.p, len));
	buf_addz(&v->scratch, "...");
	return buf_str(&v->scratch);
}

/* ---- the title ---- */

static void draw_count(struct ui *ui, const struct kind_root *kind)
{
	const struct table_view *v = &ui->table;
	char count[TEXT_NUMBER_MAX], all[TEXT_NUMBER_MAX];

	text_number(v->lister ? lister_count(v->lister) : kind->store->count, count);
	text_number(kind->store->count, all);
	if (!row_kind_counts(kind) && !kind->store->count)
		draw_z(ui->draw, ROLE_DIM,
			kind->state == KIND_LISTING ? "  " ROW_DOTS : "  \xe2\x80\x93");
	else if (ui->query.filter)
		draw_f(ui->draw, ROLE_TEXT, "  %s of %s", count, all);
	else
		draw_f(ui->draw, ROLE_TEXT, "  %s%s", all, row_kind_counts(kind) ? "" : ROW_DOTS);
}

static void draw_badges(struct ui *ui, const struct kind_root *kind)
{
	const struct table_view *v = &ui->table;
	struct row_badge badges[ROW_BADGES];
	size_t n = row_badges(v->lister ? lister_health(v->lister) : kind->store->health, badges);

	for (size_t i = 0; i < n; i++)
		draw_f(ui->draw,
			kind->state == KIND_GONE ? ROLE_GONE : text_health_role(badges[i].health),
			"  %s", badges[i].text);
}

static void draw_order(struct ui *ui)
{
	const struct table_view *v = &ui->table;
	const char *word = table_order_word(ui);

	if (word)
		draw_f(ui->draw, ROLE_DIM, "   by %s %s", word, v->now->order.reverse ? DOWN : UP);
	if (v->now->wide)
		draw_z(ui->draw, ROLE_DIM, "   wide");
	if (!v->settled && v->all)
		draw_f(ui->draw, ROLE_PROGRESS, "   %s %zu %%",
			ui->query.filter ? "matching" : "sorting", v->done * 100 / v->all);
}

static void draw_state(struct ui *ui, const struct kind_root *kind)
{
	char words[ROW_WORDS_MAX];
	enum role role;

	if (kind->on_demand)
		draw_f(ui->draw, ROLE_PROGRESS, "   texts on demand%s",
			kind->refreshing ? ", reading columns" : "");
	row_kind_words(kind, words, sizeof(words), &role);
	if (!*words)
		return;
	draw_f(ui->draw, role, "   %s", words);
	if (kind->message && role == ROLE_WARNING)
		draw_f(ui->draw, role, ": %s", kind->message);
}

void table_draw_title(struct ui *ui, struct area area, bool focused)
{
	const struct kind_root *kind = table_view_kind(ui);

	draw_begin(ui->draw, area.y, area.x, area.w, GROUND_BAR);
	draw_f(ui->draw, focused ? ROLE_TITLE : ROLE_HEAD, " %s", ui->table.name);
	if (kind) {
		draw_count(ui, kind);
		draw_badges(ui, kind);
		draw_order(ui);
		draw_state(ui, kind);
	} else if (ui->root->kinds_known) {
		draw_z(ui->draw, ROLE_WARNING, "   gone");
	}
	draw_end_marked(ui->draw);
}

/* ---- heads ---- */

static void draw_head(struct ui *ui, size_t i)
{
	const struct table_view *v = &ui->table;
	const struct table_column *column = &v->columns[i];
	struct str head = str_of(table_head(ui, column));
	enum role role = i == v->now->picked ? ROLE_MATCH : ROLE_HEAD;
	bool ordered = table_orders(ui, column);
	int width = draw_width(ui->draw, head);

	draw_to(ui->draw, column->at);
	if (column->what == TABLE_CHANGED)
		draw_to(ui->draw, column->at + column->width - width - (ordered ? 1 : 0));
	draw_field(ui->draw, role, head, width < column->width ? width : column->width, false);
	if (ordered)
		draw_z(ui->draw, ROLE_MATCH, v->now->order.reverse ? DOWN : UP);
}

void table_draw_heads(struct ui *ui)
{
	const struct table_view *v = &ui->table;
	bool marked = !v->more;

	draw_z(ui->draw, ROLE_DIM, v->now->left ? LEFT : " ");
	for (size_t i = 0; i < v->n_columns; i++) {
		const struct table_column *column = &v->columns[i];

		if (!marked && column->what == TABLE_CHANGED && column->at >= 0) {
			draw_to(ui->draw, column->at - 1);
			draw_z(ui->draw, ROLE_DIM, MORE);
			marked = true;
		}
		if (column->at >= 0)
			draw_head(ui, i);
	}
	if (!marked && draw_left(ui->draw) > 0) {
		draw_to(ui->draw, draw_column(ui->draw) + draw_left(ui->draw) - 1);
		draw_z(ui->draw, ROLE_DIM, MORE);
	}
}

/* ---- rows ---- */

static uint64_t place_key(const struct table_view *v)
{
	uint64_t key = v->now->left;

	for (size_t i = 0; i < v->n_columns; i++)
		key = draw_key(key, (uint64_t)(uint32_t)v->columns[i].at << 32 |
					    (uint64_t)(uint32_t)v->columns[i].width);
	return key;
}

uint64_t table_row_key(struct ui *ui, const struct tree_row *row)
{
	uint64_t key = draw_key(row->entry->version, row->kind->kind->version);

	key = draw_key(key, (uint64_t)(ui->wall / CLOCK_S)); /* ages, and what was fresh */
	key = draw_key(key, (uint64_t)row->kind->state);
	key = draw_key(key, (uint64_t)row_role(row)); /* rights may be revoked */
	key = draw_key(key, ui->query.serial);
	key = draw_key(key, events_view_fields(ui, row->entry->uid));
	key = draw_key(key, marks_has(&ui->marks, row->kind->kind->id, row->entry->uid));
	return draw_key(key, place_key(&ui->table));
}

/* The cells of a row, each found by its column. */
static void read_cells(struct ui *ui, const struct tree_row *row)
{
	const struct kind *kind = row->kind->kind;
	struct table_view *v = &ui->table;
	struct str cells =
		cell_cache_get(&v->cells, kind, row->entry, ui->new_texts, ui->wall / CLOCK_S);
	size_t n = kind->columns->count;

	v->texts = array_reserve(v->texts, &v->cap_texts, n + 1, sizeof(*v->texts));
	for (size_t i = 0; i < n; i++)
		v->texts[i] = cells.p ? str_cut(&cells, '\0') : (struct str){ 0 };
}

static void draw_cell(
	struct ui *ui, const struct table_column *column, enum role role, struct str text)
{
	draw_to(ui->draw, column->at);
	if (column->what == TABLE_NAME && draw_width(ui->draw, text) > column->width)
		draw_middle(ui->draw, role, text, column->width);
	else if (role == ROLE_FRESH || draw_width(ui->draw, text) > column->width)
		draw_field(ui->draw, role, text, column->width, false);
	else
		row_draw_matched(ui, role, text);
}

void table_draw_row(struct ui *ui, const struct tree_row *row, size_t line)
{
	struct table_view *v = &ui->table;
	const struct entry *e = row->entry;
	const int64_t *changed = table_seen_row(ui, row, line);
	bool marked = marks_has(&ui->marks, row->kind->kind->id, e->uid);
	enum role role = row_role(row);

	read_cells(ui, row);
	row_draw_glyph(ui, row, marked);
	for (size_t i = 0; i < v->n_columns; i++) {
		const struct table_column *column = &v->columns[i];

		if (column->at < 0)
			continue;
		if (column->what == TABLE_NAMESPACE) {
			draw_cell(ui, column, role, entry_ns(e));
		} else if (column->what == TABLE_NAME) {
			draw_cell(ui, column, marked ? ROLE_MATCH : role, entry_name(e));
		} else if (column->what == TABLE_CELL) {
			int64_t at = changed[column->column];
			bool fresh = at && ui->wall - at < ROW_FRESH;

			draw_cell(ui, column, fresh ? ROLE_FRESH : role,
				table_cell(v, v->texts[column->column]));
		} else {
			row_draw_last_change(ui, e, column->at);
		}
	}
}

void table_draw_ghost(struct ui *ui)
{
	const struct table_view *v = &ui->table;
	const struct tree_key *key = &v->rows.key;

	draw_z(ui->draw, ROLE_GONE, " \xe2\x80\x93");
	for (size_t i = 0; i < v->n_columns; i++) {
		const struct table_column *column = &v->columns[i];

		if (column->at >= 0 && column->what == TABLE_NAMESPACE)
			draw_cell(ui, column, ROLE_GONE, str_of(key->ns));
		else if (column->at >= 0 && column->what == TABLE_NAME)
			draw_cell(ui, column, ROLE_GONE, str_of(key->name));
	}
	draw_z(ui->draw, ROLE_GONE, "  deleted");
}
