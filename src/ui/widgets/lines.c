#include "ui/widgets/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "ui/widgets/text.h"

#define SCROLL	 8
#define LEFT_MAX 4000

void lines_release(struct lines *lines)
{
	facts_release(&lines->facts);
	free(lines->rows);
	*lines = (struct lines){ 0 };
}

void lines_forget(struct lines *lines)
{
	facts_clear(&lines->facts);
	lines->n_rows = 0;
	lines->left = 0;
	lines->has_id = false;
	lines->list = (struct list){ .height = lines->list.height };
}

/* ---- breaking ---- */

void lines_break(struct str text, size_t width, size_t hang,
	void (*row)(void *arg, size_t from, size_t len), void *arg)
{
	size_t from = 0;

	if (hang + 10 > width)
		hang = 0;
	if (width < 10)
		width = 10;
	/* bytes are never fewer than columns but for controls, which are none here */
	while (text.len - from > width - (from ? hang : 0)) {
		struct str rest = str_make(text.p + from, text.len - from);
		struct str line = utf8_prefix(rest, width - (from ? hang : 0), NULL);
		const char *blank;

		if (!line.len || line.len == rest.len)
			break;
		blank = memrchr(line.p, ' ', line.len);
		if (blank && blank > line.p && (size_t)(blank - line.p) > line.len / 2)
			line.len = (size_t)(blank - line.p) + 1;
		row(arg, from, line.len);
		from += line.len;
	}
	row(arg, from, text.len - from);
}

struct adding {
	struct lines *lines;
	uint32_t line;
};

static void add_row(void *arg, size_t from, size_t len)
{
	struct adding *a = arg;
	struct lines *l = a->lines;

	l->rows = array_reserve(l->rows, &l->cap_rows, l->n_rows + 1, sizeof(*l->rows));
	l->rows[l->n_rows++] = (struct line_row){ a->line, (uint32_t)from, (uint32_t)len };
}

/* ---- made anew ---- */

const struct fact *lines_current(const struct lines *lines)
{
	size_t row = lines->list.cursor;

	return row < lines->n_rows ? &lines->facts.items[lines->rows[row].line] : NULL;
}

void lines_begin(struct lines *lines)
{
	const struct fact *fact = lines_current(lines);

	lines->has_id = fact;
	lines->id = fact ? fact->id : 0;
	facts_clear(&lines->facts);
}

static size_t row_of(const struct lines *lines, size_t line)
{
	size_t low = 0, high = lines->n_rows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (lines->rows[mid].line < line)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool find_id(const struct lines *lines, uint64_t id, size_t *ret_line)
{
	for (size_t i = 0; i < lines->facts.count; i++) {
		if (lines->facts.items[i].id == id) {
			*ret_line = i;
			return true;
		}
	}
	return false;
}

void lines_end(struct lines *lines, size_t width, bool wrap)
{
	size_t line;

	lines->n_rows = 0;
	for (size_t i = 0; i < lines->facts.count; i++) {
		const struct fact *fact = &lines->facts.items[i];
		struct adding adding = { lines, (uint32_t)i };
		struct str text = str_of(fact->text);

		if (wrap)
			lines_break(text, width > 2 ? width - 2 : 0, fact->hang, add_row, &adding);
		else
			add_row(&adding, 0, text.len);
	}
	if (lines->has_id && find_id(lines, lines->id, &line))
		list_follow(&lines->list, row_of(lines, line), lines->n_rows);
	else
		list_resize(&lines->list, lines->n_rows, lines->list.height);
}

void lines_to(struct lines *lines, size_t line)
{
	list_resize(&lines->list, lines->n_rows, lines->list.height);
	list_to(&lines->list, row_of(lines, line));
}

bool lines_to_id(struct lines *lines, uint64_t id)
{
	size_t line;

	if (!find_id(lines, id, &line))
		return false;
	lines_to(lines, line);
	return true;
}

/* ---- drawing ---- */

void lines_put(struct draw *draw, enum role role, struct str text, const char *search, size_t *skip)
{
	struct str needle = str_of(search);
	size_t at = 0, found;

	if (*skip) {
		size_t columns = 0;
		struct str out = utf8_prefix(text, *skip, &columns);

		*skip -= columns < *skip ? columns : *skip;
		text = str_make(text.p + out.len, text.len - out.len);
	}
	while (draw_left(draw) > 0 && text_find(text, needle, at, &found)) {
		draw_text(draw, role, str_make(text.p + at, found - at));
		draw_text(draw, ROLE_MATCH, str_make(text.p + found, needle.len));
		at = found + needle.len;
	}
	draw_text(draw, role, str_make(text.p + at, text.len - at));
}

static void draw_row(struct draw *draw, const struct lines *lines, const struct line_row *row,
	const char *search)
{
	const struct fact *fact = &lines->facts.items[row->line];
	size_t skip = lines->left, end = row->from + row->len, lead = fact->lead;

	draw_to(draw, 1);
	if (row->from)
		draw_to(draw, 1 + fact->hang);
	if (row->from < lead) {
		size_t cut = lead < end ? lead : end;

		lines_put(draw, fact->lead_role, str_make(fact->text + row->from, cut - row->from),
			search, &skip);
	}
	if (lead < row->from)
		lead = row->from;
	if (lead < end)
		lines_put(draw, fact->role, str_make(fact->text + lead, end - lead), search, &skip);
}

void lines_draw(
	struct draw *draw, struct lines *lines, struct area area, bool focused, const char *search)
{
	list_resize(&lines->list, lines->n_rows, area.h > 0 ? (size_t)area.h : 0);
	for (int i = 0; i < area.h; i++) {
		size_t row = lines->list.top + (size_t)i;
		bool cursor = focused && row == lines->list.cursor && row < lines->n_rows;

		draw_begin(draw, area.y + i, area.x, area.w, cursor ? GROUND_CURSOR : GROUND_NONE);
		if (row < lines->n_rows)
			draw_row(draw, lines, &lines->rows[row], search);
		draw_end_marked(draw);
	}
}

/* ---- actions ---- */

bool lines_act(struct lines *lines, enum action action, bool wrap)
{
	switch (action) {
	case ACTION_SCROLL_LEFT:
		lines->left -= lines->left < SCROLL ? lines->left : SCROLL;
		return true;
	case ACTION_SCROLL_RIGHT:
		lines->left += !wrap && lines->left < LEFT_MAX ? SCROLL : 0;
		return true;
	default:
		list_resize(&lines->list, lines->n_rows, lines->list.height);
		return list_act(&lines->list, action);
	}
}

bool lines_search(struct lines *lines, const char *search, int by, bool here)
{
	size_t n = lines->facts.count;
	size_t from = lines->list.cursor < lines->n_rows ? lines->rows[lines->list.cursor].line : 0;

	for (size_t i = here ? 0 : 1; n && i < n + (here ? 0 : 1); i++) {
		size_t at = (by > 0 ? from + i : from + n - i % n) % n;
		size_t found;

		if (text_find(str_of(lines->facts.items[at].text), str_of(search), 0, &found)) {
			lines_to(lines, at);
			return true;
		}
	}
	return false;
}
