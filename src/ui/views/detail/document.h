/*
 * document - one object as lines of YAML: what is folded, and what was
 * different before. A copy: nothing of the cache is kept. Pure. UI thread.
 *
 * A line is known over time by the hash of its path (keys and places in lists
 * from the top), so folds and marks stay where they are when the object changes.
 */
#ifndef UI_VIEWS_DETAIL_DOCUMENT_H
#define UI_VIEWS_DETAIL_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "json/emit.h"

#define DOCUMENT_MAX ((size_t)64 << 20)

/* Folded headings by path, sorted; shared by all objects that are shown. */
struct folds {
	uint64_t *paths;
	size_t count;
	size_t cap;
};

void folds_release(struct folds *folds);
bool folds_has(const struct folds *folds, uint64_t path);
void folds_set(struct folds *folds, uint64_t path, bool folded);

struct line_mark {
	uint64_t path;
	char *was;    /* JSON text; NULL: was not there */
	int64_t time; /* clock_wall() */
};

struct document {
	struct buf json;
	struct buf yaml;
	struct emit_lines lines;
	uint64_t *paths;   /* for each line */
	uint32_t *ends;	   /* headings: the line behind what is below; else 0 */
	uint32_t *parents; /* the heading above each line; UINT32_MAX: none */
	size_t cap_paths, cap_ends, cap_parents;
	uint32_t *shown; /* the lines that no fold hides */
	size_t n_shown, cap_shown;
	struct line_mark *marks;
	size_t n_marks, cap_marks;
};

#define DOCUMENT_MARKS 256

void document_init(struct document *doc);
void document_release(struct document *doc);

/* Copies and lays out a new text; marks stay. */
int document_load(struct document *doc, struct str json, bool managed_fields,
	const struct folds *folds, struct error *err);
/* Only its first lines, at once however large it is, and nothing is checked; json is
 * copied whole. False when that is not possible. */
bool document_load_head(struct document *doc, struct str json, bool managed_fields,
	const struct folds *folds, size_t lines);
/* The folds have changed. */
void document_refold(struct document *doc, const struct folds *folds);

/* Marks the lines that differ from the older text. */
void document_mark(struct document *doc, struct str old_json, int64_t time);
void document_clear_marks(struct document *doc);
const struct line_mark *document_mark_of(const struct document *doc, size_t line);

struct str document_line(const struct document *doc, size_t line);
bool document_is_heading(const struct document *doc, size_t line);
/* Direct members or items below a heading. */
size_t document_children(const struct document *doc, size_t line, bool *ret_items);

/* The shown row of a line, or of the heading that hides it. */
size_t document_row(const struct document *doc, size_t line);
/* The line with a path, or n_lines. */
size_t document_find_path(const struct document *doc, uint64_t path);
/* The line whose value begins at an offset of the JSON text, or n_lines. */
size_t document_line_at(const struct document *doc, size_t offset);
/* The next line (by: 1 or -1) from line on that contains needle, going round;
 * false: none. The line itself counts when here is set. */
bool document_search(const struct document *doc, struct str needle, size_t line, int by, bool here,
	size_t *ret_line);

/* The hash of a path from its keys, "metadata", "annotations", NULL. */
uint64_t document_path(const char *const *keys);

#endif
