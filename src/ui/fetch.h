/*
 * fetch - texts of several objects that an action waits for: those that are not kept
 * are asked for, some at a time. What fails is said in the server's words and ends it;
 * so does esc, and who goes elsewhere: what comes then is not put before them.
 * UI thread.
 */
#ifndef UI_FETCH_H
#define UI_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "cluster/tree.h"
#include "ui/keymap.h"

struct ui;
struct view;

#define FETCH_BYTES_MAX ((size_t)64 << 20) /* of all texts */

struct fetch_item {
	struct tree_key key;
	uint64_t ask; /* under way; 0: not yet, or not needed any more */
	bool done;
	struct buf text; /* JSON; empty: the cache or the detail has it */
};

struct fetch {
	enum action action; /* for which it is done */
	bool marked;	    /* what it is about are the marks */
	/* Where the user was: what has the focus, what the main pane shows and what of. */
	const struct view *view, *main;
	char *arg;
	struct fetch_item *items;
	size_t count, cap;
	size_t asked, bytes;
};

/* Begins one in the place of any other; keys are copied, one by one. */
void fetch_begin(struct ui *ui, enum action action, bool marked);
void fetch_add(struct ui *ui, const struct tree_key *key);
void fetch_end(struct ui *ui);
/* The user gives it up, which is said; false: there is none. */
bool fetch_cancel(struct ui *ui);

/* Once a turn: takes answers and asks on; hands over to object_fetched() at the end. */
void fetch_update(struct ui *ui);

#endif
