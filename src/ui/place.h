/*
 * place - what the main pane shows and has shown: a view and what it is of, as a
 * path that can be walked back and forward. Pure.
 */
#ifndef UI_PLACE_H
#define UI_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/tree.h"

struct view;

#define PLACES_MAX 64 /* the oldest are forgotten */

struct place {
	const struct view *view;
	char *arg;	     /* the table's "plural.group" ...; NULL: none */
	struct tree_key key; /* where its cursor was when it was left */
	bool has_key;
};

struct places {
	struct place items[PLACES_MAX];
	size_t count; /* at least 1 once there is a place */
	size_t at;
};

void places_release(struct places *places);

/* What is shown now; never NULL once there is one. */
struct place *places_now(struct places *places);
/* A new place behind the one that is shown: what was forward of it is forgotten.
 * The same place again is none. */
void places_go(struct places *places, const struct view *view, const char *arg);
/* -1 back, 1 forward; false: there is none. */
bool places_step(struct places *places, int by);

#endif
