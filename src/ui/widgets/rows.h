/*
 * rows - a list whose cursor is an object or a heading, not a number: it stays
 * on it whatever moves around it, and a deleted object stays there, as a ghost,
 * until the cursor leaves it. What the rows are, their source says; all calls
 * need the root pinned. UI thread.
 */
#ifndef UI_WIDGETS_ROWS_H
#define UI_WIDGETS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/tree.h"
#include "ui/widgets/list.h"

struct entry;
struct ui;

struct rows_source {
	size_t (*count)(const struct ui *ui);
	bool (*at)(const struct ui *ui, size_t n, struct tree_row *ret);
	/* False when it is no row: *ret_n is where it would stand. */
	bool (*find)(const struct ui *ui, const struct tree_key *key, size_t *ret_n);
	/* Whether a deleted object has a place among the rows. */
	bool (*has_place)(const struct ui *ui, const struct tree_key *key);
	bool (*is_settled)(const struct ui *ui); /* every object has been judged */
};

struct rows {
	const struct rows_source *source;
	struct list list;
	struct tree_key key; /* of the row under the cursor */
	bool has_key;
	uint64_t seen;	/* the query under which the key's row was last there */
	bool hidden;	/* by the filter: no row is left for the cursor */
	bool moved;	/* until the user moves, the cursor stays at the top */
	bool has_ghost; /* the object under the cursor is deleted: a row of its own */
	size_t ghost;
	int64_t time; /* clock_now() of the last move */
};

void rows_init(struct rows *rows, const struct rows_source *source);
void rows_release(struct rows *rows);

/* With the ghost among them. */
size_t rows_count(const struct ui *ui, const struct rows *rows);
/* False: the row is the ghost, or past the end. */
bool rows_at(const struct ui *ui, const struct rows *rows, size_t n, struct tree_row *ret);
/* The source's own number of the row under the cursor, or of the one above it. */
size_t rows_cursor(const struct rows *rows);

/* The rows have changed: the cursor goes where its object is now. */
void rows_sync(struct ui *ui, struct rows *rows);
/* The object under the cursor was deleted there. */
bool rows_is_deleted(const struct ui *ui, const struct rows *rows);
/* The object under the cursor, if it is still in the cache. */
const struct entry *rows_entry(const struct ui *ui, const struct rows *rows);

/* The user has moved list.cursor. */
void rows_moved(struct ui *ui, struct rows *rows);
void rows_to(struct ui *ui, struct rows *rows, size_t n);
void rows_to_key(struct ui *ui, struct rows *rows, const struct tree_key *key);
/* The actions of a list; false: another one. */
bool rows_act(struct ui *ui, struct rows *rows, enum action action);
void rows_click(struct ui *ui, struct rows *rows, size_t line);
void rows_wheel(struct ui *ui, struct rows *rows, int by);

/* ---- keys ---- */

void rows_key_copy(struct tree_key *to, const struct tree_key *from); /* releases what to held */
bool rows_key_same(const struct tree_key *a, const struct tree_key *b);
/* The heading of a kind; borrows from it. */
struct kind_root;
struct tree_key rows_key_of_kind(const struct kind_root *kind);

#endif
