/*
 * tab_yaml - the tab that shows the object itself: live, folded, wrapped, with
 * what a value holds encoded.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "cluster/cluster.h"
#include "kube/schema.h"
#include "ui/state.h"

#define LARGE		((size_t)64 << 10) /* bytes of an object */
#define HEAD_LINES	1000		   /* of a large one on its first paint */
#define CHECK_STEP	1000		   /* members between two looks at the clock */
#define NOTHING_TO_FOLD "there is nothing to fold here"

void yaml_init(struct ui *ui)
{
	static const char *const annotations[] = { "metadata", "annotations", NULL };
	struct detail_view *v = &ui->detail;

	document_init(&v->doc);
	buf_init(&v->decoded, DETAIL_DECODED_MAX);
	/* long, and seldom what somebody looks for */
	folds_set(&v->folds, document_path(annotations), true);
}

void yaml_release(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	document_release(&v->doc);
	folds_release(&v->folds);
	buf_release(&v->decoded);
	schema_check_free(v->check);
	free(v->rows);
	free(v->unknown);
}

void yaml_forget(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	v->left = 0;
	v->held = v->partial = false;
	v->decoded_path = 0;
	schema_check_free(v->check);
	v->check = NULL;
	v->n_unknown = 0;
	v->checked_schema = 0;
	document_clear_marks(&v->doc);
	v->list = (struct list){ .height = v->list.height };
}

/* ---- rows ---- */

struct laying {
	struct detail_view *v;
	uint32_t line;
	size_t base; /* of the text in its buffer's part */
	bool decoded;
};

static void add_row(void *arg, size_t from, size_t len)
{
	struct laying *l = arg;
	struct detail_view *v = l->v;

	v->rows = array_reserve(v->rows, &v->cap_rows, v->n_rows + 1, sizeof(*v->rows));
	v->rows[v->n_rows++] =
		(struct yaml_row){ l->line, (uint32_t)(l->base + from), (uint32_t)len, l->decoded };
}

static void add_decoded(struct detail_view *v, uint32_t line)
{
	struct str rest = buf_str(&v->decoded);
	struct laying l = { v, line, 0, true };

	while (rest.p) {
		struct str part = str_cut(&rest, '\n');

		l.base = (size_t)(part.p - v->decoded.data);
		add_row(&l, 0, part.len);
	}
}

static void lay_rows(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	size_t margin = detail_line_margin(ui) + 3;
	size_t width = detail_view_width(ui);

	v->n_rows = 0;
	v->width = (int)width;
	v->serial++;
	for (size_t i = 0; i < v->doc.n_shown; i++) {
		uint32_t line = v->doc.shown[i];
		size_t indent = v->doc.lines.items[line].indent;
		struct str text = document_line(&v->doc, line);
		struct laying l = { v, line, indent, false };
		size_t room = width > margin + indent ? width - margin - indent : 0;

		if (indent > text.len)
			l.base = indent = text.len;
		text = str_make(text.p + indent, text.len - indent);
		if (v->wrap)
			lines_break(text, room, 0, add_row, &l);
		else
			add_row(&l, 0, text.len);
		if (v->decoded_path && v->doc.paths[line] == v->decoded_path &&
			v->doc.lines.items[line].kind != EMIT_BLOCK)
			add_decoded(v, line);
	}
}

/* The first row of a line, or of the heading that hides it. */
static size_t row_of(const struct detail_view *v, size_t line)
{
	size_t low = 0, high = v->n_rows;

	if (v->doc.n_shown)
		line = v->doc.shown[document_row(&v->doc, line)];
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->rows[mid].line < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t current_line(const struct detail_view *v)
{
	return v->list.cursor < v->n_rows ? v->rows[v->list.cursor].line : 0;
}

/* The rows are laid anew, the cursor stays on this line. */
static void relay(struct ui *ui, size_t line)
{
	struct detail_view *v = &ui->detail;

	lay_rows(ui);
	if (line < v->doc.lines.count)
		list_follow(&v->list, row_of(v, line), v->n_rows);
	else
		list_resize(&v->list, v->n_rows, v->list.height);
}

size_t yaml_offset(const struct ui *ui)
{
	const struct detail_view *v = &ui->detail;
	size_t line = current_line(v);

	return v->loaded && line < v->doc.lines.count ? v->doc.lines.items[line].json_at : 0;
}

/* ---- what a value holds encoded ---- */

static void decode_again(struct detail_view *v)
{
	size_t line =
		v->decoded_path ? document_find_path(&v->doc, v->decoded_path) : v->doc.lines.count;

	if (line == v->doc.lines.count || !yaml_decode_line(v, line))
		v->decoded_path = 0;
}

static void toggle_decoded(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	size_t line = current_line(v);

	if (!v->loaded || !v->doc.lines.count)
		return;
	while (line && v->doc.lines.items[line].kind == EMIT_BLOCK)
		line--;
	if (v->decoded_path && v->decoded_path == v->doc.paths[line]) {
		v->decoded_path = 0;
	} else if (yaml_decode_line(v, line)) {
		v->decoded_path = v->doc.paths[line];
	} else {
		v->decoded_path = 0;
		statusline_say(&ui->status, ui->now, true, "this value is not base64");
	}
	relay(ui, line);
}

/* ---- what the schema does not know ---- */

static void add_unknown(void *arg, size_t offset)
{
	struct detail_view *v = arg;
	size_t line = document_line_at(&v->doc, offset);

	if (line == v->doc.lines.count)
		return;
	v->unknown =
		array_reserve(v->unknown, &v->cap_unknown, v->n_unknown + 1, sizeof(*v->unknown));
	v->unknown[v->n_unknown++] = (uint32_t)line;
}

static void stop_check(struct detail_view *v)
{
	schema_check_free(v->check);
	v->check = NULL;
}

/* What a large object has that is unknown can be said after it has been painted.
 * False: there is more to check. */
static bool check(struct ui *ui, const struct kind_root *kind, bool fresh)
{
	struct detail_view *v = &ui->detail;
	struct str schema = schema_known(ui, kind);
	int64_t deadline = clock_now() + UI_SLICE / 2;
	bool done = false;

	if (v->loaded && v->checked_schema != v->schema.source.serial) {
		stop_check(v);
		v->checked_schema = v->schema.source.serial;
		v->n_unknown = 0;
		v->serial++;
		v->check = schema_check_new(schema, buf_str(&v->doc.json), add_unknown, v);
	}
	if (!v->check)
		return true;
	if (fresh && v->doc.json.len > LARGE)
		return false;
	while (!done) {
		size_t known = v->n_unknown;

		done = schema_check_step(v->check, CHECK_STEP);
		v->serial += v->n_unknown != known;
		if (clock_now() >= deadline)
			break;
	}
	if (done)
		stop_check(v);
	return done;
}

/* ---- loading ---- */

static void load_text(struct ui *ui, struct str json)
{
	struct detail_view *v = &ui->detail;
	size_t at = current_line(v);
	uint64_t path = v->loaded && at < v->doc.lines.count ? v->doc.paths[at] : 0;
	struct error err = ERROR_INIT;
	size_t line;

	free(v->error);
	v->error = NULL;
	v->partial = false;
	stop_check(v);
	if (document_load(&v->doc, json, v->managed, &v->folds, &err) < 0) {
		v->error = err.text ? mem_strdup(err.text) : NULL;
		error_release(&err);
	}
	line = v->loaded ? document_find_path(&v->doc, path) : v->doc.lines.count;
	v->checked_schema = 0;
	v->n_unknown = 0;
	decode_again(v);
	relay(ui, line);
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

/* Of a large object that was not shown before, what is seen of it. False: that is not
 * all that would be seen. */
static bool load_head(struct ui *ui, struct str json)
{
	struct detail_view *v = &ui->detail;
	int height = ui->layout.panes[PANE_DETAIL].h;

	if (v->loaded || json.len < LARGE || v->numbers)
		return false;
	if (!document_load_head(&v->doc, json, v->managed, &v->folds, HEAD_LINES))
		return false;
	relay(ui, SIZE_MAX);
	/* The last row may be of a heading whose end is not known. */
	v->partial = v->loaded = height > 0 && v->n_rows > (size_t)height;
	return v->partial;
}

bool yaml_settle(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	struct buf json = BUF_INIT(DOCUMENT_MAX);

	if (!v->partial)
		return false;
	buf_addstr(&json, buf_str(&v->doc.json));
	load_text(ui, buf_str(&json));
	mark_last_change(ui);
	buf_release(&json);
	return true;
}

/* False: its text is not here. */
static bool load_object(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct detail_view *v = &ui->detail;
	struct buf old = BUF_INIT(DOCUMENT_MAX);
	struct str text;
	bool again = v->loaded;

	v->text_state = object_text_get(ui, &v->text, kind, e, &text);
	if (v->text_state != OBJECT_TEXT_HERE)
		return false;
	if (again) {
		buf_addstr(&old, buf_str(&v->doc.json));
		if (v->doc.n_marks == DOCUMENT_MARKS)
			document_clear_marks(&v->doc);
	}
	v->version = e->version;
	if (load_head(ui, text)) {
		buf_release(&old);
		return true;
	}
	load_text(ui, text);
	if (again)
		document_mark(&v->doc, buf_str(&old), e->changed ? e->changed : ui->wall);
	else
		mark_last_change(ui);
	buf_release(&old);
	return true;
}

/* False: it stays as it was, and what comes is counted. */
static bool takes(struct detail_view *v, const struct entry *e)
{
	if (!v->held || !v->loaded)
		return true;
	if (e->version != v->held_version && e->version != v->version)
		v->held_count++;
	v->held_version = e->version;
	return false;
}

static bool update(struct ui *ui, const struct kind_root *kind, const struct entry *e)
{
	struct detail_view *v = &ui->detail;

	bool fresh = e && (!v->loaded || e->version != v->version) && takes(v, e);

	if (fresh && kind)
		fresh = load_object(ui, kind, e);
	if (fresh)
		v->text_state = OBJECT_TEXT_HERE;
	else if (yaml_settle(ui))
		fresh = true;
	else if (v->loaded && v->width != (int)detail_view_width(ui))
		relay(ui, current_line(v));
	return !v->partial && check(ui, kind, fresh);
}

/* ---- actions ---- */

static void show_line(struct ui *ui, size_t line)
{
	struct detail_view *v = &ui->detail;

	lay_rows(ui);
	list_resize(&v->list, v->n_rows, v->list.height);
	list_to(&v->list, row_of(v, line));
}

static bool can_fold(const struct document *doc, size_t line)
{
	return doc->ends[line] > line + 1;
}

static void say(struct ui *ui, const char *text)
{
	statusline_say(&ui->status, ui->now, false, "%s", text);
}

static void fold_here(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	size_t line = current_line(v);

	if (!v->loaded || !v->doc.lines.count) {
		say(ui, NOTHING_TO_FOLD);
		return;
	}
	while (!can_fold(&v->doc, line)) {
		if (v->doc.parents[line] == UINT32_MAX) {
			say(ui, NOTHING_TO_FOLD);
			return;
		}
		line = v->doc.parents[line];
	}
	folds_set(&v->folds, v->doc.paths[line], !folds_has(&v->folds, v->doc.paths[line]));
	document_refold(&v->doc, &v->folds);
	show_line(ui, line);
}

static void fold_all(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	size_t line = current_line(v);
	bool any = v->doc.n_shown < v->doc.lines.count;

	for (size_t i = 0; i < v->doc.lines.count; i++) {
		if (can_fold(&v->doc, i))
			folds_set(&v->folds, v->doc.paths[i], !any);
	}
	document_refold(&v->doc, &v->folds);
	show_line(ui, line);
}

static void toggle_managed(struct ui *ui)
{
	struct detail_view *v = &ui->detail;
	struct buf json = BUF_INIT(DOCUMENT_MAX);

	v->managed = !v->managed;
	say(ui, v->managed ? "managedFields are shown, where there are any"
			   : "managedFields are hidden");
	if (!v->loaded)
		return;
	buf_addstr(&json, buf_str(&v->doc.json));
	stop_check(v);
	document_load(&v->doc, buf_str(&json), v->managed, &v->folds, NULL);
	buf_release(&json);
	v->checked_schema = 0;
	v->n_unknown = 0;
	decode_again(v);
	relay(ui, SIZE_MAX);
}

/* Makes a line visible that folds may hide. */
static void reveal(struct ui *ui, size_t line)
{
	struct detail_view *v = &ui->detail;

	for (uint32_t p = v->doc.parents[line]; p != UINT32_MAX; p = v->doc.parents[p])
		folds_set(&v->folds, v->doc.paths[p], false);
	document_refold(&v->doc, &v->folds);
	show_line(ui, line);
}

bool yaml_search(struct ui *ui, int by, bool here)
{
	struct detail_view *v = &ui->detail;
	size_t line;

	if (!v->search || !v->loaded || !v->doc.lines.count ||
		!document_search(&v->doc, str_of(v->search), current_line(v), by, here, &line))
		return false;
	reveal(ui, line);
	return true;
}

static void toggle_held(struct ui *ui)
{
	struct detail_view *v = &ui->detail;

	v->held = !v->held && v->loaded;
	v->held_count = 0;
	v->held_version = v->version;
	statusline_say(
		&ui->status, ui->now, false, v->held ? "paused: r follows again" : "following");
}

static bool act(struct ui *ui, enum action action)
{
	struct detail_view *v = &ui->detail;

	switch (action) {
	case ACTION_FOLD_HERE:
	case ACTION_GO_LINE:
		fold_here(ui);
		return true;
	case ACTION_FOLD_LINES:
		fold_all(ui);
		return true;
	case ACTION_MANAGED:
		toggle_managed(ui);
		return true;
	case ACTION_NUMBERS:
		v->numbers = !v->numbers;
		relay(ui, current_line(v));
		return true;
	case ACTION_DECODE:
		toggle_decoded(ui);
		return true;
	case ACTION_HOLD:
		toggle_held(ui);
		return true;
	case ACTION_SCROLL_LEFT:
		v->left -= v->left < 8 ? v->left : 8;
		return true;
	case ACTION_SCROLL_RIGHT:
		v->left += !v->wrap && v->left < 4000 ? 8 : 0;
		return true;
	default:
		return list_act(&v->list, action);
	}
}

/* ---- drawing ---- */

static void draw_why_not(struct ui *ui)
{
	const struct detail_view *v = &ui->detail;

	if (v->text_state == OBJECT_TEXT_FAILED)
		draw_z(ui->draw, ROLE_WARNING, object_text_error(&v->text));
	else if (v->text_state == OBJECT_TEXT_READING && !v->deleted)
		draw_z(ui->draw, ROLE_DIM, " reading \xe2\x80\xa6");
	else
		draw_z(ui->draw, ROLE_DIM, " no longer there");
}

void yaml_draw(struct ui *ui, struct area area, bool focused)
{
	struct detail_view *v = &ui->detail;
	size_t rows = v->loaded && !v->error ? v->n_rows : 0;

	list_resize(&v->list, rows, area.h > 0 ? (size_t)area.h : 0);
	for (int i = 0; i < area.h; i++) {
		size_t row = v->list.top + (size_t)i;
		bool cursor = focused && row == v->list.cursor && row < rows;
		enum ground ground = cursor ? GROUND_CURSOR : GROUND_NONE;
		struct area line = { .y = area.y + i, .x = area.x, .w = area.w };

		if (row >= rows)
			draw_begin(ui->draw, line.y, line.x, line.w, ground);
		else if (!draw_begin_keyed(
				 ui->draw, line, ground, detail_line_key(ui, &v->rows[row])))
			continue;
		if (i == 0 && v->error)
			draw_z(ui->draw, ROLE_WARNING, v->error);
		else if (i == 0 && !v->loaded)
			draw_why_not(ui);
		else if (row < rows)
			detail_line_draw(ui, &v->rows[row]);
		draw_end_marked(ui->draw);
	}
}

const struct tab yaml_tab = {
	.name = "yaml",
	.update = update,
	.act = act,
};
