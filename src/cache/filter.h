/*
 * filter - which rows a user wants to see: label selector and text terms.
 *
 * Text: terms divided by blanks, all must hold; a term is a case-insensitive
 * regular expression over namespace, name and cells; !x inverse; column=value
 * compares one cell (case-insensitive, whole; of a column of sentences, any part of it,
 * in which - or _ may stand for a blank), column!=value inverse; column<value,
 * <=, > and >= compare numbers and quantities ("replicas>=3", "size>1.5Gi"),
 * durations ("took<90s") and else words, and never hold for a cell that is empty or
 * of another kind (with no value to compare with it is an error); a blank in a
 * column's name is typed as - or _; columns that every kind has: namespace, name,
 * health, kind, and, for < and its like, age, the time since the object was created
 * ("age<2h"), and since, that since it is as it is; other dates are not compared;
 * `-f word` asks for its letters in their order; `-l selector` is
 * a label selector (its blanks belong to it; terms may follow where it cannot go
 * on). A filter never changes. Any thread.
 */
#ifndef CACHE_FILTER_H
#define CACHE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct filter;
struct entry;
struct kind;
struct labels;
struct selector;

/* text as typed; *ret_at (may be NULL) gets the offset of an error. selector
 * (may be NULL) is taken, on an error as well: one that holds beside the text.
 * An empty filter lets everything through. */
int filter_new(struct str text, struct selector *selector, struct filter **ret, size_t *ret_at,
	struct error *err);
void filter_free(struct filter *filter);

/* Fails for a comparison that can hold for no object of these kinds, because what
 * was typed does not compare with their columns of that name (since=5m), or is nothing
 * where no cell is empty (name=); its place. */
struct kind_root;
int filter_check(const struct filter *filter, const struct kind_root *const *kinds, size_t n_kinds,
	size_t *ret_at, struct error *err);

/* Fails for a comparison with a column that neither these kinds have nor all kinds, and
 * that is none of names (up to NULL); its place. */
int filter_check_columns(const struct filter *filter, const char *const *names,
	const struct kind_root *const *kinds, size_t n_kinds, size_t *ret_at, struct error *err);

/* Before its first use. Lets through only what is not well: progressing, being
 * deleted or bad. */
void filter_set_unwell(struct filter *filter, bool unwell);
/* For rows that show other things than cells: what a text term is looked for in beside
 * namespace and name, but for -f, which would find its letters in any sentence. */
struct buf;
struct filter_words {
	/* Appends them to out, each followed by a NUL; false: not now, ask again. */
	bool (*add)(void *arg, const struct kind *kind, const struct entry *e, struct buf *out);
	const char *const *names; /* up to NULL: what they are called as columns */
	size_t n_whole;		  /* so many are compared whole; the others are sentences */
};
void filter_set_words(struct filter *filter, const struct filter_words *words, void *arg);
/* Lets through only what is in one of these namespaces (copied; none: in any), and
 * what is in no namespace: kinds of cluster scope stay visible. */
void filter_set_namespaces(struct filter *filter, const char *const *namespaces, size_t n);

bool filter_is_empty(const struct filter *filter);
/* Its answers change as time passes. */
bool filter_is_timed(const struct filter *filter);
bool filter_needs_cells(const struct filter *filter);
/* A column=value term names a column that this kind does not have. */
bool filter_cannot_match(const struct filter *filter, const struct kind *kind);

bool filter_labels_match(
	const struct filter *filter, const struct entry *e, const struct labels *labels);

/* What the names, the cells, health and namespace say; cells NULL: it is not known
 * yet what they are, and whether the names alone decide. */
enum filter_answer {
	FILTER_NO,
	FILTER_YES,
	FILTER_NEEDS_CELLS,
	FILTER_LATER, /* its words were not to be had now */
};
/* cells: what cells_get() gave, or empty when not needed. */
enum filter_answer filter_judge_text(const struct filter *filter, const struct kind *kind,
	const struct entry *e, const struct str *cells);

/* What labels were found to be, by id, so that each is compared once. Holds only
 * while the root is pinned: an id may come back for another label. One thread. */
struct filter_memo;
struct filter_memo *filter_memo_new(const struct filter *filter);
void filter_memo_free(struct filter_memo *memo);
void filter_memo_reset(struct filter_memo *memo); /* with each pin */
bool filter_labels_match_memo(const struct filter *filter, struct filter_memo *memo,
	const struct entry *e, const struct labels *labels);

/* For rows that are no objects: the text terms on their cells, each followed by a
 * NUL. There are no columns and no labels here: column=value asks whether a cell
 * is that value. */
bool filter_cells_match(const struct filter *filter, struct str cells);
/* The same where the cells have names (up to a NULL; of more cells the rest has
 * none): column=value asks the cells of that name. */
bool filter_named_cells_match(
	const struct filter *filter, const char *const *names, struct str cells);
/* Fails for a comparison that these two cannot make: by order, or, with names, of a
 * column that is none of them; its place. */
int filter_check_cells(
	const struct filter *filter, const char *const *names, size_t *ret_at, struct error *err);
/* And the label selectors, on the text of metadata.labels (p NULL: none). */
bool filter_has_labels(const struct filter *filter);
bool filter_labels_text_matches(const struct filter *filter, struct str labels);

/* For highlighting: the next match of any plain term in text from *at on;
 * false when there is none. */
bool filter_find(const struct filter *filter, struct str text, size_t from, size_t *ret_start,
	size_t *ret_end);

#endif
