/*
 * keymap - which action a key means, by where the focus is. The actions and their
 * keys are action.def; the user's settings may give them others. Which keys are
 * in force is this file's state. UI thread.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum where {
	WHERE_ANY,
	WHERE_OBJECT, /* wherever there is one under the cursor: tree, table, problems, detail */
	WHERE_TREE,
	WHERE_TABLE,
	WHERE_PROBLEMS,
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

struct problems;
struct settings;

struct action_entry {
	enum action action;
	enum where where;
	const char *name; /* "page-down" */
	const char *keys; /* in force, divided by blanks; may be empty */
	const char *text;
};

/* Keys in force; those of the table at first. */
struct keymap;
struct keymap *keymap_new(void);
void keymap_free(struct keymap *map);

/* In the order of the table; NULL past its end. The keys are valid until the
 * next keymap_set(). */
const struct action_entry *keymap_entry(const struct keymap *map, size_t index);

/* Puts the keys of settings into force (NULL: those of the table). An action
 * that they name has those keys only. What is no action, no key, or the key of
 * two actions in one place becomes a problem (problems may be NULL); of two, the
 * action that the user names first has the key. ctrl-c quits whatever they say. */
void keymap_set(struct keymap *map, const struct settings *settings, struct problems *problems);

/* The keys in force of an action, as in its entry. */
const char *keymap_keys(const struct keymap *map, enum action action);

/* Hints, divided by two blanks, with the keys in force: each "<name>" becomes the
 * first key of the action of that name; a hint whose action has none is left out.
 * Appended to out. */
struct buf;
void keymap_hints(const struct keymap *map, const char *hints, struct buf *out);

/* The pane's own keys come before those that are valid everywhere. */
enum action keymap_find(const struct keymap *map, enum where where, uint32_t key);

/* "ctrl-f" to a key; 0 when it names none. "shift-g" is "G". */
uint32_t keymap_key(struct str name);

const char *keymap_where(enum where where); /* a heading for people */

#endif
