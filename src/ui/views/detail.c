#include "ui/views/detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "ui/state.h"

void detail_view_init(struct ui *ui)
{
	static const char *const annotations[] = { "metadata", "annotations", NULL };
	struct detail_view *v = &ui->detail;

	*v = (struct detail_view){ 0 };
	document_init(&v->doc);
	/* long, and seldom what somebody looks for */
	folds_set(&v->folds, document_path(annotations), true);
}

void detail_view_release(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	tree_key_release(&v->key);
	document_release(&v->doc);
	folds_release(&v->folds);
	facts_release(&v->facts);
	free(v->search);
	free(v->error);
}

/* ---- following the cursor ---- */

static bool wants_other(struct ui *ui)
{
	const struct rows *rows = ui_rows(ui);

	return rows->has_key &&
	       (!ui->detail.has_key || !rows_key_same(&ui->detail.key, &rows->key));
}

int64_t detail_view_deadline(struct ui *ui)
{
	return wants_other(ui) ? ui_rows(ui)->time + DETAIL_DELAY : INT64_MAX;
}

static bool is_due(struct ui *ui)
{
	/* The first move after a pause is followed at once. */
	return clock_is_test() || ui->now - ui->detail.shown_at >= DETAIL_DELAY * 4 ||
	       ui->now >= ui_rows(ui)->time + DETAIL_DELAY;
}

/* ---- loading ---- */

static void load_text(struct ui *ui, struct str json)
{
	struct detail_view *v = &ui->detail;
	uint64_t path =
		v->list.cursor < v->doc.n_shown ? v->doc.paths[v->doc.shown[v->list.cursor]] : 0;
	struct error err = ERROR_INIT;
	size_t line;

	free(v->error);
	v->error = NULL;
	if (document_load(&v->doc, json, v->managed, &v->folds, &err) < 0) {
		v->error = err.text ? mem_strdup(err.text) : NULL;
		error_release(&err);
	}
	line = v->loaded ? document_find_path(&v->doc, path) : v->doc.lines.count;
	if (line < v->doc.lines.count)
		list_follow(&v->list, document_row(&v->doc, line), v->doc.n_shown);
	v->loaded = true;
}

/* What the change log still knows of this version's predecessor. */
static void mark_last_change(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	const struct feed_last *last = feed_last_of(&ui->feed, v->key.uid);
	struct change_copy *copy = &ui->feed.copy;
	struct str text;

	if (!last || changes_read(cluster_changes(ui->cluster), last->number, copy) < 0 ||
		!copy->change.old_text || !copy->change.new_text)
		return;
	text = text_read(ui->new_texts, copy->change.new_text);
	if (str_eq(text, buf_str(&v->doc.json)))
		document_mark(&v->doc, text_read(ui->old_texts, copy->change.old_text),
			copy->change.time);
}

static void load_object(struct ui *ui, const struct entry *e)
{
	struct detail_view *v = &ui->detail;
	struct buf old = BUF_INIT(DOCUMENT_MAX);
	bool again = v->loaded;

	if (again) {
		buf_addstr(&old, buf_str(&v->doc.json));
		if (v->doc.n_marks == DOCUMENT_MARKS)
			document_clear_marks(&v->doc);
	}
	load_text(ui, text_read(ui->new_texts, e->text));
	v->version = e->version;
	if (again)
		document_mark(&v->doc, buf_str(&old), e->changed ? e->changed : ui->wall);
	else
		mark_last_change(ui);
	buf_release(&old);
}

static const struct entry *find_entry(const struct ui *ui, const struct kind_root *kind)
{
	const struct tree_key *key = &ui->detail.key;
	const struct entry *e;

	if (!kind)
		return NULL;
	e = store_root_find(kind->store, str_of(key->ns), str_of(key->name), NULL);
	return e && !memcmp(e->uid, key->uid, sizeof(e->uid)) ? e : NULL;
}

static void switch_key(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	rows_key_copy(&v->key, &ui_rows(ui)->key);
	v->has_key = true;
	v->is_object = v->key.level == TREE_OBJECT;
	v->loaded = v->deleted = false;
	v->version = 0;
	v->left = 0;
	v->shown_at = ui->now;
	document_clear_marks(&v->doc);
	v->list = (struct list){ .height = v->list.height };
	free(v->error);
	v->error = NULL;
}

static bool update(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	const struct kind_root *kind;
	const struct entry *e;

	if (wants_other(ui) && is_due(ui))
		switch_key(ui);
	if (!v->has_key)
		return true;
	kind = root_kind(ui->root, v->key.kind);
	if (v->key.level == TREE_GROUP) {
		facts_of_group(&v->facts, ui->root, str_of(v->key.group));
	} else if (v->key.level == TREE_KIND && kind) {
		facts_of_kind(&v->facts, kind, ui->wall, (size_t)ui->layout.panes[PANE_DETAIL].w);
	} else if (v->is_object) {
		e = find_entry(ui, kind);
		v->deleted = !e;
		if (e && (!v->loaded || e->version != v->version))
			load_object(ui, e);
	}
	return true;
}

/* ---- actions ---- */

static size_t current_line(const struct detail_view *v)
{
	return v->list.cursor < v->doc.n_shown ? v->doc.shown[v->list.cursor] : 0;
}

static void show_line(struct detail_view *v, size_t line)
{
	list_resize(&v->list, v->doc.n_shown, v->list.height);
	list_to(&v->list, document_row(&v->doc, line));
}

static bool can_fold(const struct document *doc, size_t line)
{
	return doc->ends[line] > line + 1;
}

static void fold_here(struct detail_view *v)
{
	size_t line = current_line(v);

	if (!v->loaded || !v->doc.lines.count)
		return;
	while (!can_fold(&v->doc, line)) {
		if (v->doc.parents[line] == UINT32_MAX)
			return;
		line = v->doc.parents[line];
	}
	folds_set(&v->folds, v->doc.paths[line], !folds_has(&v->folds, v->doc.paths[line]));
	document_refold(&v->doc, &v->folds);
	show_line(v, line);
}

static void fold_all(struct detail_view *v)
{
	size_t line = current_line(v);
	bool any = v->doc.n_shown < v->doc.lines.count;

	for (size_t i = 0; i < v->doc.lines.count; i++) {
		if (can_fold(&v->doc, i))
			folds_set(&v->folds, v->doc.paths[i], !any);
	}
	document_refold(&v->doc, &v->folds);
	show_line(v, line);
}

static void toggle_managed(struct detail_view *v)
{
	struct buf json = BUF_INIT(DOCUMENT_MAX);

	v->managed = !v->managed;
	if (!v->loaded)
		return;
	buf_addstr(&json, buf_str(&v->doc.json));
	document_load(&v->doc, buf_str(&json), v->managed, &v->folds, NULL);
	buf_release(&json);
	list_resize(&v->list, v->doc.n_shown, v->list.height);
}

/* Makes a line visible that folds may hide. */
static void reveal(struct detail_view *v, size_t line)
{
	for (uint32_t p = v->doc.parents[line]; p != UINT32_MAX; p = v->doc.parents[p])
		folds_set(&v->folds, v->doc.paths[p], false);
	document_refold(&v->doc, &v->folds);
	show_line(v, line);
}

static bool search(struct detail_view *v, int by, bool here)
{
	size_t line;

	if (!v->search || !v->loaded || !v->doc.lines.count ||
		!document_search(&v->doc, str_of(v->search), current_line(v), by, here, &line))
		return false;
	reveal(v, line);
	return true;
}

bool detail_view_search(struct ui *ui, const char *text)
{
	struct detail_view *v = &ui->detail;
	char *copy = text && *text ? mem_strdup(text) : NULL;

	free(v->search);
	v->search = copy;
	return !copy || search(v, 1, true);
}

static void search_again(struct ui *ui, int by)
{
	if (!ui->detail.search)
		statusline_say(&ui->status, ui->now, false, "nothing to search for: / first");
	else if (!search(&ui->detail, by, false))
		statusline_say(&ui->status, ui->now, true, "not found");
}

static bool act(struct ui *ui, enum action action)
{
	struct detail_view *v = &ui->detail;

	switch (action) {
	case ACTION_SEARCH:
		ui_prompt_open(ui, PROMPT_SEARCH);
		return true;
	case ACTION_SEARCH_NEXT:
	case ACTION_SEARCH_LAST:
		search_again(ui, action == ACTION_SEARCH_NEXT ? 1 : -1);
		return true;
	case ACTION_FOLD_HERE:
		fold_here(v);
		return true;
	case ACTION_FOLD_LINES:
		fold_all(v);
		return true;
	case ACTION_MANAGED:
		toggle_managed(v);
		return true;
	case ACTION_SCROLL_LEFT:
		v->left -= v->left < 8 ? v->left : 8;
		return true;
	case ACTION_SCROLL_RIGHT:
		v->left += v->left < 4000 ? 8 : 0;
		return true;
	default:
		return list_act(&v->list, action);
	}
}

static void click(struct ui *ui, int line)
{
	struct list *list = &ui->detail.list;

	if (line > 0 && list->top + (size_t)line - 1 < list->rows)
		list_to(list, list->top + (size_t)line - 1);
}

static void wheel(struct ui *ui, int by)
{
	list_scroll(&ui->detail.list, 3 * (long)by);
}

static bool back(struct ui *ui)
{
	return ui->detail.search && detail_view_search(ui, NULL);
}

/* ---- drawing ---- */

/* Nothing passes the filter: what is shown is what the cursor was on. */
static bool is_hidden(struct ui *ui)
{
	const struct rows *rows = ui_rows(ui);

	return rows->hidden && rows_key_same(&ui->detail.key, &rows->key);
}

static void draw_title(struct ui *ui, struct area area, bool focused)
{
	const struct detail_view *v = &ui->detail;
	const struct kind_root *kind = root_kind(ui->root, v->key.kind);
	struct draw *draw = ui->draw;
	enum role role = focused ? ROLE_TITLE : ROLE_HEAD;

	draw_begin(draw, area.y, area.x, area.w, GROUND_BAR);
	draw_z(draw, role, " ");
	if (v->has_key && v->key.level == TREE_GROUP)
		draw_z(draw, role, v->key.group);
	else if (v->has_key)
		draw_z(draw, role, kind ? kind->kind->kind : v->key.group);
	if (v->has_key && v->is_object) {
		const char *word = v->deleted			       ? "deleted"
				   : is_hidden(ui)		       ? "hidden by the filter"
				   : kind && kind->state == KIND_GONE  ? "its kind is gone"
				   : kind && kind->state == KIND_STALE ? "stale"
								       : "";

		draw_z(draw, role, " ");
		draw_z(draw, role, v->key.ns && *v->key.ns ? v->key.ns : "");
		draw_z(draw, role, v->key.ns && *v->key.ns ? "/" : "");
		draw_middle(draw, role, str_of(v->key.name),
			draw_left(draw) - 18 < draw_width(draw, str_of(v->key.name))
				? draw_left(draw) - 18
				: draw_width(draw, str_of(v->key.name)));
		draw_z(draw, ROLE_DIM, "   [yaml]");
		draw_z(draw, ROLE_WARNING, *word ? "  " : "");
		draw_z(draw, ROLE_WARNING, word);
	} else if (v->has_key && is_hidden(ui)) {
		draw_z(draw, ROLE_WARNING, "   hidden by the filter");
	}
	draw_end(draw);
}

static void draw_row(struct ui *ui, size_t row)
{
	const struct detail_view *v = &ui->detail;

	if (row >= v->list.rows)
		return;
	if (v->is_object) {
		detail_line_draw(ui, v->doc.shown[row]);
		return;
	}
	draw_z(ui->draw, ROLE_TEXT, " ");
	draw_z(ui->draw, v->facts.items[row].role, v->facts.items[row].text);
}

static void draw(struct ui *ui, struct area area, bool focused)
{
	struct detail_view *v = &ui->detail;
	size_t height = area.h > 0 ? (size_t)area.h - 1 : 0;
	size_t rows = !v->has_key     ? 0
		      : !v->is_object ? v->facts.count
		      : v->loaded     ? v->doc.n_shown
				      : 0;

	list_resize(&v->list, rows, height);
	draw_title(ui, area, focused);
	for (size_t i = 0; i < height; i++) {
		size_t row = v->list.top + i;
		enum ground ground = focused && row == v->list.cursor && row < rows ? GROUND_CURSOR
										    : GROUND_NONE;
		struct area line = { .y = area.y + 1 + (int)i, .x = area.x, .w = area.w };

		if (!v->is_object || !v->loaded || v->error || row >= rows)
			draw_begin(ui->draw, line.y, line.x, line.w, ground);
		else if (!draw_begin_keyed(
				 ui->draw, line, ground, detail_line_key(ui, v->doc.shown[row])))
			continue;
		if (i == 0 && v->is_object && v->error)
			draw_z(ui->draw, ROLE_WARNING, v->error);
		else if (i == 0 && v->is_object && !v->loaded)
			draw_z(ui->draw, ROLE_DIM, " no longer there");
		else
			draw_row(ui, row);
		draw_end_marked(ui->draw);
	}
}

const struct view detail_view = {
	.where = WHERE_DETAIL,
	.hints = "/ search  n N next  z Z fold  m managedFields  h l sideways  tab pane  esc back  "
		 "? help",
	.update = update,
	.draw = draw,
	.act = act,
	.click = click,
	.wheel = wheel,
	.back = back,
};
