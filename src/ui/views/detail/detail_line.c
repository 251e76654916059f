/*
 * detail_line - one line of YAML: its colours, its fold, what it was
 * before, and the age of a timestamp.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "kube/format.h"
#include "kube/object.h"
#include "ui/state.h"
#include "ui/widgets/text.h"

#define AGE_WIDTH 7
#define WAS_WIDTH 40
#define MARK_TIME (60 * CLOCK_S)

struct pen {
	struct ui *ui;
	size_t skip;	       /* columns that are scrolled out to the left */
	const char *from, *to; /* of the YAML: what this row shows */
};

/* What of the text belongs to the row, with what is searched for marked. */
static void pen_put(struct pen *pen, enum role role, struct str text)
{
	const char *from = text.p > pen->from ? text.p : pen->from;
	const char *to = text.p + text.len < pen->to ? text.p + text.len : pen->to;

	if (from < to)
		lines_put(pen->ui->draw, role, str_make(from, (size_t)(to - from)),
			pen->ui->detail.search, &pen->skip);
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
	char age[FORMAT_AGE_MAX + 3];
	int64_t seconds, past;

	if (l->json_len < 20 || l->json_len > 40 || doc->json.data[l->json_at] != '"' ||
		object_time(str_make(doc->json.data + l->json_at + 1, l->json_len - 2), &seconds) <
			0)
		return;
	if (draw_left(ui->draw) < AGE_WIDTH + 1)
		return;
	past = ui->wall / CLOCK_S - seconds;
	if (past < 0)
		memcpy(age, "in ", 3);
	format_age(past < 0 ? -past : past, age + (past < 0 ? 3 : 0));
	draw_to(ui->draw, draw_column(ui->draw) + draw_left(ui->draw) - AGE_WIDTH - 1);
	draw_field(ui->draw, ROLE_DIM, str_of(age), AGE_WIDTH, true);
}

static void put_children(struct ui *ui, size_t line)
{
	bool items;
	size_t n = document_children(&ui->detail.doc, line, &items);

	draw_f(ui->draw, ROLE_DIM, " %zu %s%s", n, items ? "item" : "key", n == 1 ? "" : "s");
}

size_t detail_line_margin(const struct ui *ui)
{
	const struct detail_view *v = &ui->detail;
	size_t digits = 1;

	for (size_t n = v->doc.lines.count; n >= 10; n /= 10)
		digits++;
	return 1 + (v->numbers ? digits + 1 : 0);
}

static bool is_unknown(const struct detail_view *v, uint32_t line)
{
	size_t low = 0, high = v->n_unknown;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->unknown[mid] < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low < v->n_unknown && v->unknown[low] == line;
}

/* Whether the row is the line's first, and its last. */
static bool is_first(const struct detail_view *v, const struct yaml_row *row)
{
	return row == v->rows || row[-1].line != row->line;
}

static bool is_last(const struct detail_view *v, const struct yaml_row *row)
{
	return row + 1 == v->rows + v->n_rows || row[1].line != row->line || row[1].decoded;
}

static void put_margin(struct ui *ui, const struct yaml_row *row)
{
	const struct detail_view *v = &ui->detail;
	bool first = is_first(v, row);

	draw_z(ui->draw, ROLE_WARNING, first && is_unknown(v, row->line) ? "?" : " ");
	if (v->numbers && first)
		draw_f(ui->draw, ROLE_DIM, "%*" PRIu32 " ", (int)detail_line_margin(ui) - 2,
			row->line + 1);
	draw_to(ui->draw, (int)detail_line_margin(ui));
}

static void draw_decoded(struct ui *ui, const struct yaml_row *row)
{
	const struct detail_view *v = &ui->detail;
	size_t skip = v->left;
	size_t indent = v->doc.lines.items[row->line].indent + 4u;

	indent -= v->left < indent ? v->left : indent;
	draw_to(ui->draw, (int)(detail_line_margin(ui) + indent));
	draw_z(ui->draw, ROLE_DIM, "\xe2\x94\x82 ");
	lines_put(ui->draw, ROLE_WAS, str_make(v->decoded.data + row->from, row->len), v->search,
		&skip);
}

static void draw_ends(struct ui *ui, uint32_t line, bool folded)
{
	const struct document *doc = &ui->detail.doc;
	const struct line_mark *mark = document_mark_of(doc, line);

	if (folded)
		put_children(ui, line);
	if (mark && ui->wall - mark->time < MARK_TIME)
		put_mark(ui, mark);
	else
		put_age(ui, &doc->lines.items[line]);
}

void detail_line_draw(struct ui *ui, const struct yaml_row *row)
{
	const struct detail_view *v = &ui->detail;
	const struct document *doc = &v->doc;
	uint32_t line = row->line;
	size_t at = doc->lines.items[line].at;
	size_t margin = doc->lines.items[line].indent;
	bool foldable = doc->ends[line] > line + 1;
	bool folded = foldable && folds_has(&v->folds, doc->paths[line]);
	struct pen pen = { .ui = ui, .from = doc->yaml.data + at + row->from };

	put_margin(ui, row);
	if (row->decoded) {
		draw_decoded(ui, row);
		return;
	}
	pen.to = pen.from + row->len;
	if (v->left > margin) {
		pen.skip = v->left - margin;
		margin = 0;
	} else {
		margin -= v->left;
	}
	draw_to(ui->draw, (int)(detail_line_margin(ui) + margin));
	draw_z(ui->draw, ROLE_DIM,
		!is_first(v, row) || !foldable ? "  "
		: folded		       ? "\xe2\x96\xb8 "
					       : "\xe2\x96\xbe ");
	put_line(&pen, line);
	if (is_last(v, row))
		draw_ends(ui, line, folded);
}

uint64_t detail_line_key(const struct ui *ui, const struct yaml_row *row)
{
	const struct detail_view *v = &ui->detail;
	uint64_t key = draw_key(v->version, row->line);

	key = draw_key(key, (uint64_t)row->from << 1 | row->decoded);
	key = draw_key(key, (uint64_t)(ui->wall / CLOCK_S)); /* ages and marks */
	key = draw_key(key, v->left);
	key = draw_key(key, v->search ? str_hash(str_of(v->search)) : 0);
	return draw_key(key, v->serial << 1 | v->deleted);
}
