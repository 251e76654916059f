/*
 * diff - which paths differ between two versions of an object, from text to
 * text. Elements of lists that have a type, name or key are matched by it
 * (conditions by type), others by place. Pure.
 */
#ifndef JSON_DIFF_H
#define JSON_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum diff_op {
	DIFF_ADDED,
	DIFF_REMOVED,
	DIFF_CHANGED
};

struct diff_item {
	enum diff_op op;
	struct str path; /* ".status.conditions[Ready].status", unescaped; valid during the call */
	struct str old_value; /* JSON text inside the old document; p NULL when added */
	struct str new_value; /* p NULL when removed */
	bool noise; /* resourceVersion, managedFields, generation, heartbeat times: folded by panes */
};

/* Calls visit for each differing leaf (a value that was added or removed whole
 * is one item), in document order; stops when it returns false. Either text may
 * be empty (p NULL): then there is nothing to compare and nothing is called.
 * Returns the number of items, noise not counted. */
size_t diff_texts(struct str old_text, struct str new_text,
	bool (*visit)(void *arg, const struct diff_item *item), void *arg);

/* The field manager that wrote last according to managedFields of the object
 * (the entry with the newest time; the later one on a tie); raw, p NULL when
 * unknown. */
struct str diff_manager(struct str object);

/* Who made the new version of the old: of the managers that wrote last the one
 * whose entry the old version does not have. managedFields' times are whole
 * seconds, so several may have written last. The same as diff_manager() when the
 * old version is not known. */
struct str diff_author(struct str old_object, struct str new_object);

#endif
