#include "ui/views/detail/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "json/diff.h"
#include "ui/widgets/text.h"

#define NO_LINE	 UINT32_MAX
#define PATH_TOP UINT64_C(0x9e3779b97f4a7c15)
#define WAS_MAX	 4096

/* ---- folds ---- */

void folds_release(struct folds *folds)
{
	free(folds->paths);
	*folds = (struct folds){ 0 };
}

static size_t folds_place(const struct folds *folds, uint64_t path)
{
	size_t low = 0, high = folds->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (folds->paths[mid] < path)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool folds_has(const struct folds *folds, uint64_t path)
{
	size_t at = folds_place(folds, path);

	return at < folds->count && folds->paths[at] == path;
}

void folds_set(struct folds *folds, uint64_t path, bool folded)
{
	size_t at = folds_place(folds, path);
	bool there = at < folds->count && folds->paths[at] == path;

	if (there == folded)
		return;
	if (!folded) {
		folds->count--;
		memmove(folds->paths + at, folds->paths + at + 1,
			(folds->count - at) * sizeof(*folds->paths));
		return;
	}
	folds->paths =
		array_reserve(folds->paths, &folds->cap, folds->count + 1, sizeof(*folds->paths));
	memmove(folds->paths + at + 1, folds->paths + at,
		(folds->count - at) * sizeof(*folds->paths));
	folds->paths[at] = path;
	folds->count++;
}

/* ---- paths of lines ---- */

struct level {
	size_t column;
	bool item; /* of a list */
	uint64_t path;
	uint64_t items; /* seen below it */
	uint32_t line;
};

struct levels {
	struct level *items;
	size_t count, cap;
};

static uint64_t mix(uint64_t path, uint64_t part)
{
	path = (path ^ part) * UINT64_C(0xff51afd7ed558ccd);
	return path ^ (path >> 33);
}

static uint64_t mix_key(uint64_t path, struct str key)
{
	return mix(path, str_hash(key));
}

uint64_t document_path(const char *const *keys)
{
	uint64_t path = PATH_TOP;

	for (; *keys; keys++)
		path = mix_key(path, str_of(*keys));
	return path;
}

static void levels_pop(struct levels *levels, struct document *doc, uint32_t line)
{
	const struct level *top = &levels->items[--levels->count];

	if (top->line != NO_LINE && document_is_heading(doc, top->line) && !doc->ends[top->line])
		doc->ends[top->line] = line;
}

static struct level *levels_top(struct levels *levels)
{
	return &levels->items[levels->count - 1];
}

static void levels_push(
	struct levels *levels, size_t column, bool item, uint64_t path, uint32_t line)
{
	levels->items = array_reserve(
		levels->items, &levels->cap, levels->count + 1, sizeof(*levels->items));
	levels->items[levels->count++] =
		(struct level){ .column = column, .item = item, .path = path, .line = line };
}

/* A list item stands at its parent key's column or to the right of it. */
static void enter_item(struct levels *levels, struct document *doc, size_t column, uint32_t line)
{
	struct level *parent;

	while (levels->count > 1 &&
		(levels_top(levels)->column > column ||
			(levels_top(levels)->column == column && levels_top(levels)->item)))
		levels_pop(levels, doc, line);
	parent = levels_top(levels);
	parent->items++;
	levels_push(levels, column, true, mix(parent->path, parent->items), line);
}

static void enter_key(struct levels *levels, struct document *doc, size_t column, uint32_t line)
{
	const struct emit_line *l = &doc->lines.items[line];
	struct str key = str_make(doc->yaml.data + l->key_at, l->key_len);

	while (levels->count > 1 && levels_top(levels)->column >= column)
		levels_pop(levels, doc, line);
	levels_push(levels, column, false, mix_key(levels_top(levels)->path, key), line);
}

static void lay_line(struct levels *levels, struct document *doc, uint32_t line)
{
	const struct emit_line *l = &doc->lines.items[line];

	if (l->kind == EMIT_BLOCK && line > 0) {
		doc->paths[line] = doc->paths[line - 1];
		doc->parents[line] = doc->parents[line - 1];
		return;
	}
	for (unsigned i = 0; i < l->dashes; i++)
		enter_item(levels, doc, (size_t)l->indent + 2 * i, line);
	if (l->kind == EMIT_KEY)
		enter_key(levels, doc, (size_t)l->indent + 2 * (size_t)l->dashes, line);
	doc->paths[line] = levels_top(levels)->path;
	doc->parents[line] = NO_LINE;
	for (size_t i = levels->count; i-- > 0;) {
		if (levels->items[i].line != line) {
			doc->parents[line] = levels->items[i].line;
			break;
		}
	}
}

static void lay_out(struct document *doc)
{
	size_t n = doc->lines.count;
	struct levels levels = { NULL, 0, 0 };

	doc->paths = array_reserve(doc->paths, &doc->cap_paths, n + 1, sizeof(*doc->paths));
	doc->ends = array_reserve(doc->ends, &doc->cap_ends, n + 1, sizeof(*doc->ends));
	doc->parents = array_reserve(doc->parents, &doc->cap_parents, n + 1, sizeof(*doc->parents));
	memset(doc->ends, 0, (n + 1) * sizeof(*doc->ends));
	levels_push(&levels, 0, true, PATH_TOP, NO_LINE);
	for (size_t i = 0; i < n; i++)
		lay_line(&levels, doc, (uint32_t)i);
	while (levels.count > 1)
		levels_pop(&levels, doc, (uint32_t)n);
	free(levels.items);
}

/* ---- the document ---- */

void document_init(struct document *doc)
{
	*doc = (struct document){ 0 };
	buf_init(&doc->json, DOCUMENT_MAX);
	buf_init(&doc->yaml, DOCUMENT_MAX);
}

void document_release(struct document *doc)
{
	document_clear_marks(doc);
	buf_release(&doc->json);
	buf_release(&doc->yaml);
	emit_lines_release(&doc->lines);
	free(doc->paths);
	free(doc->ends);
	free(doc->parents);
	free(doc->shown);
	free(doc->marks);
}

static int load(struct document *doc, struct str json, const struct emit_options *options,
	const struct folds *folds, struct error *err)
{
	int result = 0;

	buf_reset(&doc->json);
	buf_reset(&doc->yaml);
	doc->lines.count = 0;
	if (buf_addstr(&doc->json, json) < 0)
		result = error_set(err, ERROR_TOO_LARGE, "the object is too large to be shown");
	else
		result = emit_yaml(buf_str(&doc->json), options, &doc->yaml, &doc->lines, err);
	if (result < 0)
		doc->lines.count = 0;
	lay_out(doc);
	document_refold(doc, folds);
	return result;
}

int document_load(struct document *doc, struct str json, bool managed_fields,
	const struct folds *folds, struct error *err)
{
	const struct emit_options options = { .managed_fields = managed_fields };

	return load(doc, json, &options, folds, err);
}

bool document_load_head(struct document *doc, struct str json, bool managed_fields,
	const struct folds *folds, size_t lines)
{
	const struct emit_options options = { .managed_fields = managed_fields,
		.lines_max = lines };
	struct error err = ERROR_INIT;
	int result = load(doc, json, &options, folds, &err);

	error_release(&err);
	return result == 0;
}

void document_refold(struct document *doc, const struct folds *folds)
{
	size_t n = doc->lines.count;

	doc->shown = array_reserve(doc->shown, &doc->cap_shown, n + 1, sizeof(*doc->shown));
	doc->n_shown = 0;
	for (size_t i = 0; i < n;) {
		doc->shown[doc->n_shown++] = (uint32_t)i;
		if (doc->ends[i] > i + 1 && folds_has(folds, doc->paths[i]))
			i = doc->ends[i];
		else
			i++;
	}
}

struct str document_line(const struct document *doc, size_t line)
{
	size_t at = doc->lines.items[line].at;
	size_t end = line + 1 < doc->lines.count ? doc->lines.items[line + 1].at : doc->yaml.len;

	while (end > at && (doc->yaml.data[end - 1] == '\n' || doc->yaml.data[end - 1] == '\r'))
		end--;
	return str_make(doc->yaml.data + at, end - at);
}

bool document_is_heading(const struct document *doc, size_t line)
{
	return doc->lines.items[line].kind == EMIT_KEY && doc->lines.items[line].json_len == 0;
}

size_t document_children(const struct document *doc, size_t line, bool *ret_items)
{
	size_t count = 0;

	*ret_items = line + 1 < doc->lines.count && doc->lines.items[line + 1].dashes > 0;
	for (size_t i = line + 1; i < doc->ends[line]; i++) {
		const struct emit_line *l = &doc->lines.items[i];
		bool starts = *ret_items ? l->dashes > 0 : l->kind == EMIT_KEY;

		/* what lies below an item has that item's first line as its parent */
		if (starts && doc->parents[i] == line)
			count++;
	}
	return count;
}

size_t document_row(const struct document *doc, size_t line)
{
	size_t low = 0, high = doc->n_shown;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (doc->shown[mid] <= line)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? low - 1 : 0;
}

size_t document_find_path(const struct document *doc, uint64_t path)
{
	for (size_t i = 0; i < doc->lines.count; i++) {
		if (doc->paths[i] == path)
			return i;
	}
	return doc->lines.count;
}

bool document_search(const struct document *doc, struct str needle, size_t line, int by, bool here,
	size_t *ret_line)
{
	size_t n = doc->lines.count;

	for (size_t i = here ? 0 : 1; i < n + (here ? 0 : 1); i++) {
		size_t at = (by > 0 ? line + i : line + n - i % n) % n;
		size_t found;

		if (text_find(document_line(doc, at), needle, 0, &found)) {
			*ret_line = at;
			return true;
		}
	}
	return false;
}

/* ---- marks ---- */

void document_clear_marks(struct document *doc)
{
	for (size_t i = 0; i < doc->n_marks; i++)
		free(doc->marks[i].was);
	doc->n_marks = 0;
}

const struct line_mark *document_mark_of(const struct document *doc, size_t line)
{
	if (doc->lines.items[line].kind == EMIT_BLOCK)
		return NULL;
	for (size_t i = 0; i < doc->n_marks; i++) {
		if (doc->marks[i].path == doc->paths[line])
			return &doc->marks[i];
	}
	return NULL;
}

size_t document_line_at(const struct document *doc, size_t offset)
{
	size_t low = 0, high = doc->lines.count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (doc->lines.items[mid].json_at < offset)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < doc->lines.count && doc->lines.items[low].json_at == offset)
		return low;
	return doc->lines.count;
}

struct marking {
	struct document *doc;
	int64_t time;
};

static bool mark_item(void *arg, const struct diff_item *item)
{
	struct marking *m = arg;
	struct document *doc = m->doc;
	struct line_mark mark = { .time = m->time };
	size_t line;

	if (item->noise || !item->new_value.p)
		return true;
	line = document_line_at(doc, (size_t)(item->new_value.p - doc->json.data));
	if (line == doc->lines.count)
		return true;
	mark.path = doc->paths[line];
	if (item->old_value.p)
		mark.was = str_dup(str_make(item->old_value.p,
			item->old_value.len < WAS_MAX ? item->old_value.len : WAS_MAX));
	for (size_t i = 0; i < doc->n_marks; i++) {
		if (doc->marks[i].path == mark.path) {
			free(doc->marks[i].was);
			doc->marks[i] = mark;
			return true;
		}
	}
	doc->marks =
		array_reserve(doc->marks, &doc->cap_marks, doc->n_marks + 1, sizeof(*doc->marks));
	doc->marks[doc->n_marks++] = mark;
	return doc->n_marks < DOCUMENT_MARKS;
}

void document_mark(struct document *doc, struct str old_json, int64_t time)
{
	struct marking m = { .doc = doc, .time = time };

	if (doc->n_marks < DOCUMENT_MARKS && doc->lines.count)
		diff_texts(old_json, buf_str(&doc->json), mark_item, &m);
}
