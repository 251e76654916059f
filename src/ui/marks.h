/*
 * marks - objects that the user has marked, of any kinds: a set that lasts while
 * they do. What is done to several objects is done to these. UI thread; calls
 * that take a root need it pinned.
 */
#ifndef UI_MARKS_H
#define UI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "cluster/tree.h"
#include "ui/keymap.h"

struct root;
struct rows;
struct ui;

#define MARKS_MAX ((size_t)10000)

struct marks {
	struct map map;		/* a kind's id and an uid, to the key */
	struct tree_key **keys; /* in the order in which they were marked */
	size_t count, cap;
	size_t looked; /* the place that marks_prune() looks at next */
};

void marks_init(struct marks *marks);
void marks_release(struct marks *marks);

size_t marks_count(const struct marks *marks);
bool marks_has(const struct marks *marks, uint32_t kind, const unsigned char uid[16]);
/* The n-th one, in the order in which they were marked; valid until the next change. */
const struct tree_key *marks_at(const struct marks *marks, size_t n);

/* key is that of an object and is copied. False: there are MARKS_MAX. */
bool marks_add(struct marks *marks, const struct tree_key *key);
void marks_remove(struct marks *marks, const struct tree_key *key);
bool marks_toggle(struct marks *marks, const struct tree_key *key); /* as marks_add() */
void marks_clear(struct marks *marks);

/* Forgets objects that are not there any more: a part of many, by and by. */
void marks_prune(struct marks *marks, const struct root *root);

/* MARK and MARK_RANGE on the row under a cursor; false: another action. */
bool marks_act(struct ui *ui, struct rows *rows, enum action action);

#endif
