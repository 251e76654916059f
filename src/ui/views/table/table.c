#include "ui/views/table/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/root.h"
#include "cluster/kinds.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/widgets/text.h"
#include "ui/views/table/columns.h"

#define SCRATCH_MAX ((size_t)256 << 10)
#define HEAD_LINES  2

const struct kind_root *table_view_kind(const struct ui *ui)
{
	return ui->table.kind ? root_kind(ui->root, ui->table.kind) : NULL;
}

/* ---- what the rows are ---- */

static size_t source_count(const struct ui *ui)
{
	const struct kind_root *kind = table_view_kind(ui);

	if (!kind)
		return 0;
	return ui->table.lister ? lister_count(ui->table.lister) : kind->store->count;
}

static bool source_at(const struct ui *ui, size_t n, struct tree_row *ret)
{
	const struct kind_root *kind = table_view_kind(ui);

	*ret = (struct tree_row){ .level = TREE_OBJECT, .kind = kind };
	if (!kind)
		return false;
	ret->group = str_of(kind->kind->gvr.group);
	ret->entry = ui->table.lister ? lister_at(ui->table.lister, kind, n)
				      : store_root_at(kind->store, n);
	return ret->entry != NULL;
}

static bool source_find(const struct ui *ui, const struct tree_key *key, size_t *ret_n)
{
	const struct kind_root *kind = table_view_kind(ui);
	struct str ns = str_of(key->ns), name = str_of(key->name);
	const struct entry *e;
	bool found;

	*ret_n = 0;
	if (!kind || key->level != TREE_OBJECT)
		return false;
	e = store_root_find(kind->store, ns, name, ret_n);
	found = ui->table.lister ? lister_find(ui->table.lister, kind, ns, name, ret_n) : e != NULL;
	return found && e && !memcmp(e->uid, key->uid, sizeof(e->uid));
}

static bool source_has_place(const struct ui *ui, const struct tree_key *key)
{
	return key->kind == ui->table.kind;
}

static bool source_is_settled(const struct ui *ui)
{
	return ui->table.settled;
}

static const struct rows_source source = {
	.count = source_count,
	.at = source_at,
	.find = source_find,
	.has_place = source_has_place,
	.is_settled = source_is_settled,
};

/* ---- life ---- */

void table_view_init(struct ui *ui)
{
	struct table_view *v = &ui->table;

	*v = (struct table_view){ 0 };
	rows_init(&v->rows, &source);
	cell_cache_init(&v->cells);
	v->cells.all_dates = true;
	buf_init(&v->scratch, SCRATCH_MAX);
}

static void forget_lister(struct table_view *v)
{
	lister_free(v->lister);
	v->lister = NULL;
}

void table_view_release(struct ui *ui)
{
	struct table_view *v = &ui->table;

	forget_lister(v);
	table_choices_release(v);
	table_seen_release(v);
	rows_release(&v->rows);
	cell_cache_release(&v->cells);
	buf_release(&v->scratch);
	free(v->name);
	free(v->columns);
	free(v->widths);
	free(v->texts);
}

void table_view_resize(struct ui *ui)
{
	table_forget_widths(&ui->table);
}

static void enter(struct ui *ui, const struct place *place)
{
	struct table_view *v = &ui->table;

	if (v->name && str_eq(str_of(v->name), str_of(place->arg)))
		return;
	free(v->name);
	v->name = mem_strdup(place->arg ? place->arg : "");
	v->now = table_choice_get(ui, v->name);
	v->kind = 0;
	table_forget_widths(v);
	forget_lister(v);
	rows_release(&v->rows);
	rows_init(&v->rows, &source);
}

/* ---- following the cluster ---- */

static void refilter(struct ui *ui)
{
	struct table_view *v = &ui->table;

	forget_lister(v);
	/* what was found stays under the cursor when everything is shown again */
	v->rows.moved = v->rows.moved || (v->filtered && !ui->query.filter);
	v->filtered = ui->query.filter != NULL;
}

static void find_kind(struct ui *ui)
{
	const struct kind_root *kind = kinds_named(ui->root, str_of(ui->table.name));
	uint32_t id = kind ? kind->kind->id : 0;

	if (id == ui->table.kind)
		return;
	forget_lister(&ui->table);
	ui->table.kind = id;
}

static void update_lister(struct ui *ui, const struct kind_root *kind, int64_t deadline)
{
	struct table_view *v = &ui->table;
	bool in_store_order = !table_is_ordered(ui);
	size_t done;

	v->settled = v->prepared = true;
	v->stuck = false;
	/* While a list is under way the store's own rows do. */
	if (!kind || (!ui->query.filter && in_store_order && kind->state != KIND_SYNCED)) {
		forget_lister(v);
		return;
	}
	v->prepared = v->lister != NULL; /* not before its first rows are painted */
	if (!v->lister)
		v->lister =
			lister_new_ordered(v->kind, ui->query.filter, &v->now->order, ui->cells);
	v->settled = lister_update_kind(v->lister, ui->root->labels, kind, deadline);
	lister_progress(v->lister, &done, &v->all);
	v->stuck = !v->settled && done == v->done;
	v->done = done;
	if (v->prepared && v->settled && in_store_order)
		v->prepared = lister_prepare(v->lister, kind, deadline);
}

static void update_until(struct ui *ui, int64_t deadline)
{
	struct table_view *v = &ui->table;

	if (!v->name)
		return;
	find_kind(ui);
	table_order_follow(ui);
	update_lister(ui, table_view_kind(ui), deadline);
	rows_sync(ui, &v->rows);
	marks_prune(&ui->marks, ui->root);
}

static bool update(struct ui *ui)
{
	update_until(ui, ui_slice_end(ui));
	return (ui->table.settled && ui->table.prepared) || ui->table.stuck;
}

static void catch_up(struct ui *ui)
{
	update_until(ui, ui->now);
}

static bool is_stuck(const struct ui *ui)
{
	return ui->table.stuck;
}

void table_view_show_in_tree(struct ui *ui)
{
	const struct kind_root *kind = table_view_kind(ui);
	const struct rows *rows = &ui->table.rows;
	struct tree_key key;
	size_t n;

	if (!kind)
		return;
	key = rows_key_of_kind(kind);
	if (rows->has_key && tree_find(ui->tree.tree, ui->root, &rows->key, &n))
		rows_to(ui, &ui->tree.rows, n);
	else if (tree_find(ui->tree.tree, ui->root, &key, &n))
		rows_to(ui, &ui->tree.rows, n);
}

/* ---- actions ---- */

static void scroll(struct ui *ui, int by)
{
	struct table_view *v = &ui->table;

	/* what the last key did may not have been drawn */
	table_place(ui, ui->layout.panes[PANE_MAIN].w);
	if (by > 0 && v->more)
		v->now->left++;
	else if (by < 0 && v->now->left)
		v->now->left--;
}

static bool sort(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_SORT_NAME:
		table_sort(ui, ORDER_NAME, 0);
		return true;
	case ACTION_SORT_AGE:
		table_sort(ui, ORDER_AGE, 0);
		return true;
	case ACTION_SORT_STATUS:
		table_sort(ui, ORDER_HEALTH, 0);
		return true;
	case ACTION_SORT_NAMESPACE:
		table_sort(ui, ORDER_NAMESPACE, 0);
		return true;
	case ACTION_SORT_PICKED:
		table_sort_picked(ui);
		return true;
	default:
		return false;
	}
}

static bool act_on_columns(struct ui *ui, enum action action)
{
	struct table_view *v = &ui->table;

	switch (action) {
	case ACTION_TABLE_LEFT:
	case ACTION_TABLE_RIGHT:
		scroll(ui, action == ACTION_TABLE_LEFT ? -1 : 1);
		return true;
	case ACTION_PICK_LEFT:
	case ACTION_PICK_RIGHT:
		table_pick(ui, action == ACTION_PICK_LEFT ? -1 : 1);
		return true;
	case ACTION_WIDE:
		v->now->wide = !v->now->wide;
		v->now->picked = TABLE_NONE;
		return true;
	case ACTION_COLUMNS:
		ui_go(ui, &columns_view, v->name);
		return true;
	default:
		return sort(ui, action);
	}
}

static bool act(struct ui *ui, enum action action)
{
	struct rows *rows = &ui->table.rows;

	if (action == ACTION_OPEN_OBJECT) {
		object_open(ui);
		return true;
	}
	if (act_on_columns(ui, action)) {
		if (action != ACTION_COLUMNS)
			update(ui);
		return true;
	}
	return marks_act(ui, rows, action) || rows_act(ui, rows, action);
}

static void click(struct ui *ui, int line)
{
	if (line >= HEAD_LINES)
		rows_click(ui, &ui->table.rows, (size_t)(line - HEAD_LINES));
}

static void wheel(struct ui *ui, int by)
{
	rows_wheel(ui, &ui->table.rows, by);
}

static struct rows *rows_of(struct ui *ui)
{
	return &ui->table.rows;
}

/* ---- drawing ---- */

static const char *empty_words(const struct ui *ui, const struct kind_root *kind)
{
	if (!kind)
		return ui->root->kinds_known ? "its definition is not there any more"
					     : "reading the kinds \xe2\x80\xa6";
	if (ui->query.filter && filter_cannot_match(ui->query.filter, kind->kind))
		return "nothing can match: this kind has no such column";
	if (ui->query.filter && kind->store->count)
		return ui->table.settled ? "nothing matches" : "matching \xe2\x80\xa6";
	if (kind->state == KIND_LISTING)
		return "listing \xe2\x80\xa6";
	if (kind->message)
		return kind->message;
	return kind->state == KIND_SYNCED || kind->state == KIND_POLLING ? "there are none" : "";
}

/* Why there are no rows, whole. */
static void draw_empty(struct ui *ui, size_t line, int width)
{
	struct str words = str_of(empty_words(ui, table_view_kind(ui)));
	struct str text = STR("");

	for (size_t i = 0; i <= line; i++)
		text = text_line(&words, width > 24 ? (size_t)width - 4 : 20);
	draw_z(ui->draw, ROLE_TEXT, "   ");
	draw_text(ui->draw, ROLE_DIM, text);
}

static void draw_line(struct ui *ui, struct area piece, size_t line, bool focused)
{
	const struct rows *rows = &ui->table.rows;
	size_t n = rows->list.top + line;
	bool cursor = n == rows->list.cursor && n < rows->list.rows;
	enum ground ground = !cursor ? GROUND_NONE : focused ? GROUND_CURSOR : GROUND_UNFOCUSED;
	struct tree_row row;

	if (rows_at(ui, rows, n, &row)) {
		if (!draw_begin_keyed(ui->draw, piece, ground, table_row_key(ui, &row)))
			return;
		table_draw_row(ui, &row, line);
	} else {
		draw_begin(ui->draw, piece.y, piece.x, piece.w, ground);
		if (rows->has_ghost && n == rows->ghost)
			table_draw_ghost(ui);
		else if (!rows->list.rows)
			draw_empty(ui, line, piece.w);
	}
	draw_end_marked(ui->draw);
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct rows *rows = &ui->table.rows;
	size_t height = area.h > HEAD_LINES ? (size_t)(area.h - HEAD_LINES) : 0;
	struct tree_row row;

	list_resize(&rows->list, rows_count(ui, rows), height);
	table_draw_title(ui, area, focused);
	if (area.h < HEAD_LINES)
		return;
	for (size_t i = 0; i < height; i++) {
		if (rows_at(ui, rows, rows->list.top + i, &row))
			table_measure(ui, &row);
	}
	table_place(ui, area.w);
	table_seen_resize(&ui->table, height);
	draw_begin(ui->draw, area.y + 1, area.x, area.w, GROUND_NONE);
	if (table_view_kind(ui))
		table_draw_heads(ui);
	draw_end(ui->draw);
	for (size_t i = 0; i < height; i++) {
		struct area piece = { .y = area.y + HEAD_LINES + (int)i, .x = area.x, .w = area.w };

		draw_line(ui, piece, i, focused);
	}
}

const struct view table_view = {
	.where = WHERE_TABLE,
	.name = "table",
	.hints = "<open-object> detail  <table-left> <table-right> sideways  "
		 "<show-yaml> yaml  <describe> describe  "
		 "<sort-name> <sort-age> <sort-status> <sort-namespace> sort  "
		 "<pick-left> <pick-right> <sort-picked> by a column  <wide> wide  "
		 "<columns> columns  <filter> filter  <mark> mark  <back> back  <help> help",
	.wide = true,
	.enter = enter,
	.update = update,
	.catch_up = catch_up,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.rows = rows_of,
	.is_stuck = is_stuck,
	.refilter = refilter,
};
