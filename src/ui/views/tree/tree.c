#include "ui/views/tree/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "cluster/kinds.h"
#include "config/config_file.h"
#include "net/rest.h"
#include "ui/object_actions.h"
#include "ui/state.h"
#include "ui/header.h"
#include "ui/widgets/text.h"
#include "ui/ui.h"
#include "ui/command.h"
#include "ui/configure.h"

#define SCRATCH_MAX ((size_t)64 << 10)

/* ---- what the rows are ---- */

static size_t source_count(const struct ui *ui)
{
	return tree_rows(ui->tree.tree);
}

static bool source_at(const struct ui *ui, size_t n, struct tree_row *ret)
{
	return tree_row(ui->tree.tree, ui->root, n, ret);
}

static bool source_find(const struct ui *ui, const struct tree_key *key, size_t *ret_n)
{
	return tree_find(ui->tree.tree, ui->root, key, ret_n);
}

static bool source_has_place(const struct ui *ui, const struct tree_key *key)
{
	struct tree_key kind = rows_key_of_kind(root_kind(ui->root, key->kind));
	struct tree_row row;
	size_t n;

	return source_find(ui, &kind, &n) && source_at(ui, n, &row) && !row.folded;
}

static bool source_is_settled(const struct ui *ui)
{
	return ui->tree.settled;
}

static const struct rows_source source = {
	.count = source_count,
	.at = source_at,
	.find = source_find,
	.has_place = source_has_place,
	.is_settled = source_is_settled,
};

void tree_view_init(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	*v = (struct tree_view){ .tree = tree_new(ui->cells) };
	rows_init(&v->rows, &source);
	cell_cache_init(&v->cells);
	buf_init(&v->scratch, SCRATCH_MAX);
}

void tree_view_release(struct ui *ui)
{
	struct tree_view *v = &ui->tree;

	tree_free(v->tree);
	rows_release(&v->rows);
	cell_cache_release(&v->cells);
	buf_release(&v->scratch);
	free(v->shown);
}

/* ---- following the cluster ---- */

/* Rows that a filter has put elsewhere begin at the top, or at the headings of
 * the cursor's, as far as the cursor stays on the screen. */
static void fit_top(struct ui *ui)
{
	struct tree_view *v = &ui->tree;
	struct list *list = &v->rows.list;
	size_t top = list->cursor;

	if (list->cursor < list->height) {
		list->top = 0;
		return;
	}
	for (size_t n = rows_cursor(&v->rows), up; list->height; n = up) {
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

	marks_prune(&ui->marks, ui->root);
	v->number = ui->root->number;
	tree_keep_kind(v->tree, rows_is_deleted(ui, &v->rows) ? v->rows.key.kind : 0);
	v->settled = tree_update(v->tree, ui->root, deadline);
	tree_progress(v->tree, &done, &all);
	v->stuck = !v->settled && done == v->done;
	v->done = done;
	rows_sync(ui, &v->rows);
	if (v->refit)
		fit_top(ui);
	v->refit = v->refit && !v->settled;
	if (ui->query.filter)
		v->matches = count_matches(ui);
}

static bool update(struct ui *ui)
{
	update_until(ui, ui_slice_end(ui));
	return ui->tree.settled || ui->tree.stuck;
}

static void catch_up(struct ui *ui)
{
	if (ui->tree.number != ui->root->number)
		update_until(ui, ui->now);
}

static bool is_stuck(const struct ui *ui)
{
	return ui->tree.stuck;
}

static void refilter(struct ui *ui)
{
	tree_set_filter(ui->tree.tree, ui->query.filter);
	ui->tree.rows.moved = ui->tree.rows.moved || !ui->query.filter;
	ui->tree.refit = true;
}

static void unfold_key(struct ui *ui, const struct tree_key *key)
{
	struct tree_row row;
	size_t n;

	if (tree_find(ui->tree.tree, ui->root, key, &n) &&
		tree_row(ui->tree.tree, ui->root, n, &row) && row.folded)
		tree_fold(ui->tree.tree, ui->root, n, false);
}

void tree_view_reveal(struct ui *ui, const struct tree_key *object)
{
	struct tree_view *v = &ui->tree;
	const struct kind_root *kind = root_kind(ui->root, object->kind);
	struct tree_key key;

	if (object->level != TREE_OBJECT || !kind)
		return;
	key = rows_key_of_kind(kind);
	key.level = TREE_GROUP;
	key.kind = 0;
	unfold_key(ui, &key);
	key = rows_key_of_kind(kind);
	unfold_key(ui, &key);
	tree_update(v->tree, ui->root, clock_now() + UI_SLICE);
	rows_to_key(ui, &v->rows, object);
}

/* ---- moving ---- */

static void go_to_row(struct ui *ui, size_t n)
{
	ui->tree.refit = false;
	rows_to(ui, &ui->tree.rows, n);
}

/* Nothing below a heading is there as long as it is still being listed. */
static bool has_child(const struct ui *ui, size_t n)
{
	const struct tree_view *v = &ui->tree;

	return n + 1 < rows_count(ui, &v->rows) && tree_parent(v->tree, ui->root, n + 1) == n;
}

static void say(struct ui *ui, const char *text)
{
	statusline_say(&ui->status, ui->now, false, "%s", text);
}

static void fold(struct ui *ui, bool folded)
{
	struct tree_view *v = &ui->tree;
	struct tree_row row;

	if (!rows_at(ui, &v->rows, v->rows.list.cursor, &row) || row.level == TREE_OBJECT) {
		if (folded)
			go_to_row(ui, tree_parent(v->tree, ui->root, rows_cursor(&v->rows)));
		else
			say(ui, "only groups and kinds unfold");
		return;
	}
	v->rows.moved = true;
	if (row.folded != folded)
		tree_fold(v->tree, ui->root, v->rows.list.cursor, folded);
	else if (folded)
		go_to_row(ui, tree_parent(v->tree, ui->root, v->rows.list.cursor));
	else if (has_child(ui, v->rows.list.cursor))
		go_to_row(ui, v->rows.list.cursor + 1);
	update(ui);
}

static void fold_below(struct ui *ui, bool folded)
{
	struct tree_view *v = &ui->tree;
	size_t n = rows_cursor(&v->rows), before = tree_rows(v->tree);
	struct tree_row row;

	if (!tree_row(v->tree, ui->root, n, &row)) {
		say(ui, "there is nothing here");
		return;
	}
	if (row.level == TREE_OBJECT)
		n = tree_parent(v->tree, ui->root, n);
	v->rows.moved = true;
	tree_fold_below(v->tree, ui->root, n, folded);
	update(ui);
	if (tree_rows(v->tree) == before)
		say(ui, folded ? "there is nothing more to fold"
			       : "there is nothing more to unfold");
}

static void open_row(struct ui *ui)
{
	struct tree_row row;

	if (rows_at(ui, &ui->tree.rows, ui->tree.rows.list.cursor, &row) && row.level == TREE_GROUP)
		fold(ui, !row.folded);
	else if (ui->tree.rows.has_key && ui->tree.rows.key.level == TREE_KIND)
		ui_go_kind(ui, ui->tree.rows.key.kind);
	else
		object_open(ui);
}

static bool is_fixed(const struct ui *ui, const char *name)
{
	const struct setting_texts *pins = &ui->options->config->settings->pins;

	for (size_t i = 0; i < pins->count; i++) {
		if (!strcmp(pins->items[i], name))
			return true;
	}
	return false;
}

/* Takes a pin away; false: there is none. */
static bool unpin(struct ui *ui, const char *name)
{
	for (size_t i = 0; i < ui->n_pins; i++) {
		if (strcmp(ui->pins[i], name) != 0)
			continue;
		free(ui->pins[i]);
		ui->n_pins--;
		memmove(ui->pins + i, ui->pins + i + 1, (ui->n_pins - i) * sizeof(*ui->pins));
		return true;
	}
	return false;
}

static void pin(struct ui *ui)
{
	struct buf name = BUF_INIT(SCRATCH_MAX);
	struct tree_row row;

	if (!rows_at(ui, &ui->tree.rows, ui->tree.rows.list.cursor, &row) || !row.kind) {
		statusline_say(&ui->status, ui->now, false, "p pins a kind, not a group");
		return;
	}
	kinds_full_name(row.kind->kind, &name);
	if (is_fixed(ui, buf_text(&name)))
		statusline_say(&ui->status, ui->now, true,
			"%s is pinned by the settings: take it out of config.yaml",
			buf_text(&name));
	else if (!unpin(ui, buf_text(&name)))
		texts_add(&ui->pins, &ui->n_pins, buf_text(&name));
	buf_release(&name);
	ui->tree.rows.moved = true;
	ui_set_pins(ui);
	update(ui);
}

static bool act(struct ui *ui, enum action action)
{
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
	case ACTION_PIN:
		pin(ui);
		return true;
	default:
		if (!marks_act(ui, &ui->tree.rows, action) && !rows_act(ui, &ui->tree.rows, action))
			return false;
		ui->tree.refit = false;
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
	key = group = rows_key_of_kind(kind);
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
	size_t n = v->rows.list.top + (size_t)line;
	struct tree_row row;

	/* a second click on a heading folds it */
	if (n == v->rows.list.cursor && rows_at(ui, &v->rows, n, &row) &&
		row.level != TREE_OBJECT) {
		fold(ui, !row.folded);
		return;
	}
	ui->tree.refit = false;
	rows_click(ui, &v->rows, (size_t)line);
}

static void wheel(struct ui *ui, int by)
{
	ui->tree.refit = false;
	rows_wheel(ui, &ui->tree.rows, by);
}

static struct rows *rows_of(struct ui *ui)
{
	return &ui->tree.rows;
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

/* The notice whole, on as many lines as it takes, when it has not room above. */
static void draw_notice(struct ui *ui, struct area area, int line)
{
	struct str words = str_of(ui_notice(ui) ? ui_notice(ui) : "");
	struct buf safe = BUF_INIT(words.len * 8 + 1);
	struct str rest;

	utf8_escape(words, UTF8_TEXT, &safe);
	rest = buf_str(&safe);
	while (utf8_columns(buf_str(&safe)) > (size_t)area.w - 3 && rest.len && line < area.h) {
		struct str part = text_line(&rest, (size_t)area.w - 2);

		draw_begin(ui->draw, area.y + line++, area.x, area.w, GROUND_NONE);
		draw_z(ui->draw, ROLE_TEXT, " ");
		draw_text(ui->draw, ROLE_TEXT, part);
		draw_end(ui->draw);
	}
	buf_release(&safe);
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
			query_cannot_match(ui->query.filter, root)
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
	draw_notice(ui, area, 2);
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct tree_view *v = &ui->tree;
	struct tree_columns columns;
	size_t n = 0, height = (size_t)area.h;

	list_resize(&v->rows.list, rows_count(ui, &v->rows), height);
	if (!v->rows.list.rows) {
		draw_empty(ui, area);
		return;
	}
	v->shown = array_reserve(v->shown, &v->cap_shown, height, sizeof(*v->shown));
	for (; n < height; n++) {
		memset(&v->shown[n], 0, sizeof(*v->shown));
		if (!rows_at(ui, &v->rows, v->rows.list.top + n, &v->shown[n]))
			v->shown[n].group.p = NULL; /* the ghost, or nothing */
	}
	tree_columns_measure(ui, v->shown, height, area.w, &columns);
	for (n = 0; n < height; n++) {
		size_t row = v->rows.list.top + n;
		bool cursor = row == v->rows.list.cursor;
		bool ghost = v->rows.has_ghost && row == v->rows.ghost;
		struct area line = { .y = area.y + (int)n, .x = area.x, .w = area.w };
		enum ground ground = !cursor   ? GROUND_NONE
				     : focused ? GROUND_CURSOR
					       : GROUND_UNFOCUSED;

		if (!ghost && v->shown[n].entry) {
			if (!draw_begin_keyed(ui->draw, line, ground,
				    tree_row_key(ui, &v->shown[n], &columns)))
				continue;
		} else {
			draw_begin(ui->draw, line.y, line.x, line.w, ground);
		}
		if (ghost)
			tree_row_draw_ghost(ui, &columns);
		else if (v->shown[n].group.p)
			tree_row_draw(ui, &v->shown[n], &columns);
		draw_end(ui->draw);
	}
}

const struct view tree_view = {
	.where = WHERE_TREE,
	.name = "tree",
	.words = VIEW_NAMESPACES,
	.hints =
		"<open> open  <unfold> unfold  <fold> fold  <show-yaml> yaml  <describe> describe  "
		"<filter> filter  <selector> labels  <command> go to  <next-pane> pane  "
		"<leave> quit  <help> help",
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
