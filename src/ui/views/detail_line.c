/*
 * views/detail_line - one line of YAML: its colours, its fold, what it was
 * before, and the age of a timestamp.
 */
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "kube/format.h"
#include "kube/object.h"
#include "ui/state.h"
#include "ui/text.h"

#define AGE_WIDTH 7
#define WAS_WIDTH 40
#define MARK_TIME (60 * CLOCK_S)

struct pen {
	struct ui *ui;
	size_t skip; /* columns that are scrolled out to the left */
};

/* Text with what is searched for marked. */
static void pen_put(struct pen *pen, enum role role, struct str text)
{
	struct draw *draw = pen->ui->draw;
	struct str needle = str_of(pen->ui->detail.search);
	size_t at = 0, found;

	if (pen->skip) {
		size_t columns = 0;
		struct str out = utf8_prefix(text, pen->skip, &columns);

		pen->skip -= columns < pen->skip ? columns : pen->skip;
		text = str_make(text.p + out.len, text.len - out.len);
	}
	while (draw_left(draw) > 0 && text_find(text, needle, at, &found)) {
		draw_text(draw, role, str_make(text.p + at, found - at));
		draw_text(draw, ROLE_MATCH, str_make(text.p + found, needle.len));
		at = found + needle.len;
	}
	draw_text(draw, role, str_make(text.p + at, text.len - at));
}

static enum role value_role(const struct document *doc, const struct emit_line *l)
{
	char c = l->json_at < doc->json.len ? doc->json.data[l->json_at] : '"';

	if (c == '"')
		return ROLE_STRING;
	if (c == '-' || (c >= '0' && c <= '9'))
		return ROLE_NUMBER;
	return c == '{' || c == '[' ? ROLE_DIM : ROLE_WORD;
}

static void put_line(struct pen *pen, size_t line)
{
	const struct document *doc = &pen->ui->detail.doc;
	const struct emit_line *l = &doc->lines.items[line];
	struct str text = document_line(doc, line);
	size_t start = l->at + l->indent;
	size_t end = l->at + text.len;
	const char *yaml = doc->yaml.data;

	if (start > end)
		start = end;
	if (l->kind == EMIT_BLOCK) {
		pen_put(pen, ROLE_STRING, str_make(yaml + start, end - start));
		return;
	}
	if (l->kind == EMIT_KEY && l->key_at >= start && l->key_at + l->key_len <= end) {
		pen_put(pen, ROLE_DIM, str_make(yaml + start, l->key_at - start));
		pen_put(pen, ROLE_KEY, str_make(yaml + l->key_at, l->key_len));
		start = l->key_at + l->key_len;
	}
	if (l->value_at >= start && l->value_at <= end) {
		pen_put(pen, ROLE_DIM, str_make(yaml + start, l->value_at - start));
		start = l->value_at;
		pen_put(pen, value_role(doc, l), str_make(yaml + start, end - start));
		return;
	}
	pen_put(pen, ROLE_DIM, str_make(yaml + start, end - start));
}

static void put_mark(struct ui *ui, const struct line_mark *mark)
{
	struct buf was = BUF_INIT(4096);
	char age[FORMAT_AGE_MAX];

	format_age((ui->wall - mark->time) / CLOCK_S, age);
	if (mark->was) {
		struct str text = str_of(mark->was);

		if (text.len > WAS_WIDTH * 4)
			text.len = WAS_WIDTH * 4;
		buf_addz(&was, "was ");
		buf_addstr(&was, utf8_prefix(text, WAS_WIDTH, NULL));
	} else {
		buf_addz(&was, "new");
	}
	draw_z(ui->draw, ROLE_WAS, "  \xe2\x97\x82 ");
	draw_text(ui->draw, ROLE_WAS, buf_str(&was));
	draw_f(ui->draw, ROLE_WAS, ", %s ago", age);
	buf_release(&was);
}

/* The age of a value that is a time. */
static void put_age(struct ui *ui, const struct emit_line *l)
{
	const struct document *doc = &ui->detail.doc;
	char age[FORMAT_AGE_MAX];
	int64_t seconds;

	if (l->json_len < 20 || l->json_len > 40 || doc->json.data[l->json_at] != '"' ||
		object_time(str_make(doc->json.data + l->json_at + 1, l->json_len - 2), &seconds) <
			0)
		return;
	if (draw_left(ui->draw) < AGE_WIDTH + 1)
		return;
	format_age(ui->wall / CLOCK_S - seconds, age);
	draw_to(ui->draw, draw_column(ui->draw) + draw_left(ui->draw) - AGE_WIDTH - 1);
	draw_field(ui->draw, ROLE_DIM, str_of(age), AGE_WIDTH, true);
}

static void put_children(struct ui *ui, size_t line)
{
	bool items;
	size_t n = document_children(&ui->detail.doc, line, &items);

	draw_f(ui->draw, ROLE_DIM, " %zu %s%s", n, items ? "item" : "key", n == 1 ? "" : "s");
}

void detail_line_draw(struct ui *ui, size_t line)
{
	const struct detail_view *v = &ui->detail;
	const struct document *doc = &v->doc;
	const struct emit_line *l = &doc->lines.items[line];
	bool foldable = doc->ends[line] > line + 1;
	bool folded = foldable && folds_has(&v->folds, doc->paths[line]);
	const struct line_mark *mark = document_mark_of(doc, line);
	struct pen pen = { .ui = ui };
	size_t margin = (size_t)l->indent;

	if (mark && ui->wall - mark->time >= MARK_TIME)
		mark = NULL;
	if (v->left > margin) {
		pen.skip = v->left - margin;
		margin = 0;
	} else {
		margin -= v->left;
	}
	draw_to(ui->draw, 1 + (int)margin);
	draw_z(ui->draw, ROLE_DIM, folded ? "\xe2\x96\xb8 " : foldable ? "\xe2\x96\xbe " : "  ");
	put_line(&pen, line);
	if (folded)
		put_children(ui, line);
	if (mark)
		put_mark(ui, mark);
	else
		put_age(ui, l);
}

uint64_t detail_line_key(const struct ui *ui, size_t line)
{
	const struct detail_view *v = &ui->detail;
	uint64_t key = draw_key(v->version, line);

	key = draw_key(key, (uint64_t)(ui->wall / CLOCK_S)); /* ages and marks */
	key = draw_key(key, v->left);
	key = draw_key(key, v->search ? str_hash(str_of(v->search)) : 0);
	key = draw_key(key, (uint64_t)v->managed << 1 | v->deleted);
	return draw_key(key, folds_has(&v->folds, v->doc.paths[line]));
}
