/*
 * keymap - which action a key means, by where the focus is. The table is
 * action.def. Pure.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum where {
	WHERE_ANY,
	WHERE_OBJECT, /* wherever there is one under the cursor: tree, table, detail */
	WHERE_TREE,
	WHERE_TABLE,
	WHERE_LIST, /* views of other things than objects */
	WHERE_DETAIL,
	WHERE_EVENTS,
	WHERES
};

enum action {
	ACTION_NONE,
#define ACTION(name, where, keys, text) ACTION_##name,
#include "ui/action.def"
#undef ACTION
	ACTIONS,
};

struct action_entry {
	enum action action;
	enum where where;
	const char *keys;
	const char *text;
};

/* In the order of the table; NULL past its end. */
const struct action_entry *keymap_entry(size_t index);

/* The pane's own keys come before those that are valid everywhere. */
enum action keymap_find(enum where where, uint32_t key);

/* "ctrl-f" to a key; 0 when it names none. */
uint32_t keymap_key(struct str name);

const char *keymap_where(enum where where); /* a heading for people */

#endif
