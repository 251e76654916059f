#include "ui/views/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "net/rest.h"
#include "ui/state.h"

#define SCRATCH_MAX ((size_t)64 << 10)

void tree_view_init(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	*v = (struct tree_view){ .tree = tree_new(ui->cells) };
	cell_cache_init(&v->cells);
	buf_init(&v->scratch, SCRATCH_MAX);
}

void tree_view_release(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	tree_free(v->tree);
	tree_key_release(&v->key);
	tree_key_release(&v->saved);
	cell_cache_release(&v->cells);
	buf_release(&v->scratch);
	free(v->rows);
}

/* ---- rows, with the ghost of a deleted object among them ---- */

/* False: the row is the ghost, or past the end. */
static bool row_at(const struct ui *ui, size_t n, struct tree_row *ret)
{
	const struct tree_view *v = &ui->tree;

	if (v->has_ghost && n == v->ghost)
		return false;
	return tree_row(v->tree, ui->root, v->has_ghost && n > v->ghost ? n - 1 : n, ret);
}

static size_t row_count(const struct tree_view *v)
{
	return tree_rows(v->tree) + (v->has_ghost ? 1 : 0);
}

/* The tree's own number of the row under the cursor, or of the one above it. */
static size_t tree_n(const struct tree_view *v)
{
	size_t n = v->list.cursor;

	return v->has_ghost && n >= v->ghost && n > 0 ? n - 1 : n;
}

static void drop_ghost(struct tree_view *v)
{
	size_t n = v->list.cursor;

	if (!v->has_ghost)
		return;
	v->has_ghost = false;
	if (n > v->ghost)
		n--;
	list_follow(&v->list, n, tree_rows(v->tree));
}

static void take_key(struct ui *ui)
{
	struct tree_view *v = &ui->tree;
	struct tree_row row;

	if (!row_at(ui, v->list.cursor, &row))
		return;
	tree_key_of(&row, &v->key);
	v->has_key = true;
	v->seen = ui->query.serial;
}

/* ---- following the cluster ---- */

static struct tree_key kind_key(const struct kind_root *kind)
{
	static char empty[] = "";

	return (struct tree_key){ .level = TREE_KIND,
		.kind = kind->kind->id,
		.group = kind->kind->gvr.group,
		.ns = empty,
		.name = empty };
}

/* The object under the cursor, if it is still in the cache. */
static const struct entry *key_entry(const struct ui *ui)
{
	const struct tree_key *key = &ui->tree.key;
	const struct kind_root *kind = root_kind(ui->root, key->kind);
	const struct entry *e = NULL;

	if (kind)
		e = store_root_find(kind->store, str_of(key->ns), str_of(key->name), NULL);
	return e && !memcmp(e->uid, key->uid, sizeof(e->uid)) ? e : NULL;
}

/* The object under the cursor was deleted there: under another filter than
 * this one it would be seen only if it matched, which nobody can tell any more. */
static bool is_deleted(const struct ui *ui)
{
	const struct tree_view *v = &ui->tree;

	return v->has_key && v->moved && v->key.level == TREE_OBJECT &&
	       root_kind(ui->root, v->key.kind) && !key_entry(ui) &&
	       (!ui->query.filter || v->seen == ui->query.serial);
}

/* It is, and its place is on display. */
static bool leaves_ghost(const struct ui *ui)
{
	const struct tree_view *v = &ui->tree;
	struct tree_key key;
	struct tree_row row;
	size_t n;

	if (!is_deleted(ui))
		return false;
	key = kind_key(root_kind(ui->root, v->key.kind));
	return tree_find(v->tree, ui->root, &key, &n) && tree_row(v->tree, ui->root, n, &row) &&
	       !row.folded;
}

/* It may still pass the filter: not all objects have been judged. */
static bool is_not_judged(const struct ui *ui)
{
	const struct tree_view *v = &ui->tree;

	return ui->query.filter && !v->settled && v->key.level == TREE_OBJECT && key_entry(ui);
}

static void sync_cursor(struct ui *ui)
{
	struct tree_view *v = &ui->tree;
	size_t rows = tree_rows(v->tree);
	size_t n = 0;

	v->has_ghost = false;
	v->hidden = ui->query.filter && v->has_key && !rows;
	if (!v->has_key || !v->moved) {
		list_follow(&v->list, 0, rows);
		take_key(ui);
		return;
	}
	if (tree_find(v->tree, ui->root, &v->key, &n)) {
		v->seen = ui->query.serial;
		list_follow(&v->list, n, rows);
		return;
	}
	v->has_ghost = leaves_ghost(ui);
	if (v->has_ghost) {
		v->hidden = false;
		v->ghost = n < rows ? n : rows;
		list_follow(&v->list, v->ghost, rows + 1);
		return;
	}
	list_follow(&v->list, n < rows ? n : rows ? rows - 1 : 0, rows);
	if (!is_not_judged(ui))
		take_key(ui);
}

/* Rows that a filter has put elsewhere begin at the top, or at the headings of
 * the cursor's, as far as the cursor stays on the screen. */
static void fit_top(struct ui *ui)
{
	struct tree_view *v = &ui->tree;
	struct list *list = &v->list;
	size_t top = list->cursor;

	if (list->cursor < list->height) {
		list->top = 0;
		return;
	}
	for (size_t n = tree_n(v), up; list->height; n = up) {
		up = tree_parent(v->tree, ui->root, n);
		if (up >= top || list->cursor - up >= list->height)
			break;
		top = up;
	}
	if (top < list->top)
		list->top = top;
}

/* Objects that pass the filter: what the groups' rows say. */
static size_t count_matches(const struct ui *ui)
{
	static char empty[] = "";
	const char *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < ui->root->n_kinds; i++) {
		char *group = ui->root->kinds[i]->kind->gvr.group;
		struct tree_key key = {
			.level = TREE_GROUP, .group = group, .ns = empty, .name = empty
		};
		struct tree_row row;
		size_t n;

		if (last && !strcmp(last, group))
			continue;
		last = group;
		if (tree_find(ui->tree.tree, ui->root, &key, &n) &&
			tree_row(ui->tree.tree, ui->root, n, &row))
			count += row.count;
	}
	return count;
}

static void update_until(struct ui *ui, int64_t deadline)
{
	struct tree_view *v = &ui->tree;
	size_t done, all;

	v->number = ui->root->number;
	tree_keep_kind(v->tree, is_deleted(ui) ? v->key.kind : 0);
	v->settled = tree_update(v->tree, ui->root, deadline);
	tree_progress(v->tree, &done, &all);
	v->stuck = !v->settled && done == v->done;
	v->done = done;
	sync_cursor(ui);
	if (v->refit)
		fit_top(ui);
	v->refit = v->refit && !v->settled;
	if (ui->query.filter)
		v->matches = count_matches(ui);
}

static bool update(struct ui *ui)
{
	update_until(ui, clock_now() + UI_SLICE);
	return ui->tree.settled || ui->tree.stuck;
}

void tree_view_catch_up(struct ui *ui)
{
	if (ui->tree.number != ui->root->number)
		update_until(ui, ui->now);
}

void tree_view_filter(struct ui *ui, const struct filter *filter)
{
	tree_set_filter(ui->tree.tree, filter);
	ui->tree.moved = ui->tree.moved || !filter;
	ui->tree.refit = true;
	update(ui);
}

static void copy_key(struct tree_key *to, const struct tree_key *from)
{
	tree_key_release(to);
	*to = *from;
	to->group = from->group ? mem_strdup(from->group) : NULL;
	to->ns = from->ns ? mem_strdup(from->ns) : NULL;
	to->name = from->name ? mem_strdup(from->name) : NULL;
}

void tree_view_save(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	v->has_saved = v->has_key;
	if (v->has_key)
		copy_key(&v->saved, &v->key);
}

void tree_view_restore(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	if (!v->has_saved)
		return;
	v->moved = true;
	copy_key(&v->key, &v->saved);
	sync_cursor(ui);
}

static void unfold_key(struct ui *ui, const struct tree_key *key)
{
	struct tree_row row;
	size_t n;

	if (tree_find(ui->tree.tree, ui->root, key, &n) &&
		tree_row(ui->tree.tree, ui->root, n, &row) && row.folded)
		tree_fold(ui->tree.tree, ui->root, n, false);
}

void tree_view_reveal(struct ui *ui)
{
	struct tree_view *v = &ui->tree;
	const struct kind_root *kind = root_kind(ui->root, v->saved.kind);
	struct tree_key key;

	if (!v->has_saved || v->saved.level != TREE_OBJECT || !kind)
		return;
	key = kind_key(kind);
	key.level = TREE_GROUP;
	key.kind = 0;
	unfold_key(ui, &key);
	key = kind_key(kind);
	unfold_key(ui, &key);
	tree_update(v->tree, ui->root, clock_now() + UI_SLICE);
	tree_view_restore(ui);
}

/* ---- moving ---- */

static void moved(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	v->moved = true;
	v->refit = false;
	if (v->has_ghost && v->list.cursor == v->ghost)
		return;
	drop_ghost(v);
	take_key(ui);
	v->cursor_time = ui->now;
}

static void go_to_row(struct ui *ui, size_t n)
{
	ui->tree.has_ghost = false;
	list_resize(&ui->tree.list, tree_rows(ui->tree.tree), ui->tree.list.height);
	list_to(&ui->tree.list, n);
	moved(ui);
}

/* Nothing below a heading is there as long as it is still being listed. */
static bool has_child(const struct ui *ui, size_t n)
{
	const struct tree_view *v = &ui->tree;

	return n + 1 < row_count(v) && tree_parent(v->tree, ui->root, n + 1) == n;
}

static void fold(struct ui *ui, bool folded)
{
	struct tree_view *v = &ui->tree;
	struct tree_row row;

	if (!row_at(ui, v->list.cursor, &row) || row.level == TREE_OBJECT) {
		if (folded)
			go_to_row(ui, tree_parent(v->tree, ui->root, tree_n(v)));
		return;
	}
	v->moved = true;
	if (row.folded != folded)
		tree_fold(v->tree, ui->root, v->list.cursor, folded);
	else if (folded)
		go_to_row(ui, tree_parent(v->tree, ui->root, v->list.cursor));
	else if (has_child(ui, v->list.cursor))
		go_to_row(ui, v->list.cursor + 1);
	update(ui);
}

static void fold_below(struct ui *ui, bool folded)
{
	struct tree_view *v = &ui->tree;
	size_t n = tree_n(v);
	struct tree_row row;

	if (!tree_row(v->tree, ui->root, n, &row))
		return;
	if (row.level == TREE_OBJECT)
		n = tree_parent(v->tree, ui->root, n);
	v->moved = true;
	tree_fold_below(v->tree, ui->root, n, folded);
	update(ui);
}

static void open_row(struct ui *ui)
{
	struct tree_row row;

	if (row_at(ui, ui->tree.list.cursor, &row) && row.level != TREE_OBJECT)
		fold(ui, !row.folded);
	else if (ui->tree.has_key)
		ui_focus(ui, PANE_DETAIL);
}

static bool act(struct ui *ui, enum action action)
{
	list_resize(&ui->tree.list, row_count(&ui->tree), ui->tree.list.height);
	switch (action) {
	case ACTION_UNFOLD:
		fold(ui, false);
		return true;
	case ACTION_FOLD:
		fold(ui, true);
		return true;
	case ACTION_UNFOLD_ALL:
		fold_below(ui, false);
		return true;
	case ACTION_FOLD_ALL:
		fold_below(ui, true);
		return true;
	case ACTION_OPEN:
		open_row(ui);
		return true;
	default:
		if (!list_act(&ui->tree.list, action))
			return false;
		moved(ui);
		return true;
	}
}

bool tree_view_go_kind(struct ui *ui, uint32_t id)
{
	const struct kind_root *kind = root_kind(ui->root, id);
	struct tree_key key, group;
	size_t n;

	if (!kind)
		return false;
	key = group = kind_key(kind);
	group.level = TREE_GROUP;
	group.kind = 0;
	unfold_key(ui, &group);
	unfold_key(ui, &key);
	tree_update(ui->tree.tree, ui->root, clock_now() + UI_SLICE);
	if (!tree_find(ui->tree.tree, ui->root, &key, &n))
		return false;
	go_to_row(ui, n);
	return true;
}

bool tree_view_go(struct ui *ui, const struct tree_key *key)
{
	size_t n;

	if (!tree_view_go_kind(ui, key->kind))
		return false;
	if (!tree_find(ui->tree.tree, ui->root, key, &n))
		return false;
	go_to_row(ui, n);
	return true;
}

static void click(struct ui *ui, int line)
{
	struct tree_view *v = &ui->tree;
	size_t n = v->list.top + (size_t)line;
	struct tree_row row;

	if (n >= row_count(v))
		return;
	/* a second click on a heading folds it */
	if (n == v->list.cursor && row_at(ui, n, &row) && row.level != TREE_OBJECT) {
		fold(ui, !row.folded);
		return;
	}
	list_to(&v->list, n);
	moved(ui);
}

static void wheel(struct ui *ui, int by)
{
	list_scroll(&ui->tree.list, 3 * (long)by);
	moved(ui);
}

/* ---- drawing ---- */

static void draw_note(struct ui *ui, struct area area, int line, enum role role, const char *text)
{
	if (line >= area.h)
		return;
	draw_begin(ui->draw, area.y + line, area.x, area.w, GROUND_NONE);
	draw_z(ui->draw, ROLE_TEXT, " ");
	draw_z(ui->draw, role, text ? text : "");
	draw_end(ui->draw);
}

/* Why there is nothing to see. */
static void draw_empty(struct ui *ui, struct area area)
{
	const struct root *root = ui->root;
	char *text;

	draw_blank(ui->draw, (struct area){ area.y + 2, area.x, area.h - 2, area.w });
	draw_note(ui, area, 0, ROLE_TEXT, "");
	if (ui->query.filter && root->n_kinds) {
		draw_note(ui, area, 1, ROLE_DIM,
			query_cannot_match(&ui->query, root)
				? "nothing can match: no kind has such a column"
			: ui->tree.settled ? "nothing matches"
					   : "matching \xe2\x80\xa6");
		return;
	}
	if (root->link == LINK_LIVE && root->kinds_known && !root->problem) {
		draw_note(ui, area, 1, ROLE_DIM, "this cluster has no custom resource definitions");
		return;
	}
	if (root->link == LINK_LIVE && !root->problem) {
		draw_note(ui, area, 1, ROLE_DIM, "reading the kinds \xe2\x80\xa6");
		return;
	}
	text = mem_printf("%s %s",
		root->link == LINK_LIVE	  ? "connected to"
		: root->link == LINK_LOST ? "no connection to"
					  : "connecting to",
		cluster_config(ui->cluster)->server);
	draw_note(ui, area, 1, root->link == LINK_LOST ? ROLE_WARNING : ROLE_DIM, text);
	free(text);
	draw_note(ui, area, 2, ROLE_TEXT, root->link_message ? root->link_message : root->problem);
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct tree_view *v = &ui->tree;
	struct tree_columns columns;
	size_t n = 0, height = (size_t)area.h;

	list_resize(&v->list, row_count(v), height);
	if (!v->list.rows) {
		draw_empty(ui, area);
		return;
	}
	v->rows = array_reserve(v->rows, &v->cap_rows, height, sizeof(*v->rows));
	for (; n < height; n++) {
		memset(&v->rows[n], 0, sizeof(*v->rows));
		if (!row_at(ui, v->list.top + n, &v->rows[n]))
			v->rows[n].group.p = NULL; /* the ghost, or nothing */
	}
	tree_columns_measure(ui, v->rows, height, area.w, &columns);
	for (n = 0; n < height; n++) {
		size_t row = v->list.top + n;
		bool cursor = row == v->list.cursor;
		bool ghost = v->has_ghost && row == v->ghost;
		struct area line = { .y = area.y + (int)n, .x = area.x, .w = area.w };
		enum ground ground = !cursor   ? GROUND_NONE
				     : focused ? GROUND_CURSOR
					       : GROUND_UNFOCUSED;

		if (!ghost && v->rows[n].entry) {
			if (!draw_begin_keyed(ui->draw, line, ground,
				    tree_row_key(ui, &v->rows[n], &columns)))
				continue;
		} else {
			draw_begin(ui->draw, line.y, line.x, line.w, ground);
		}
		if (ghost)
			tree_row_draw_ghost(ui, &columns);
		else if (v->rows[n].group.p)
			tree_row_draw(ui, &v->rows[n], &columns);
		draw_end(ui->draw);
	}
}

const struct view tree_view = {
	.where = WHERE_TREE,
	.update = update,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
};
