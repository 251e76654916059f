/*
 * namespaces - those that have custom resources, those that are shown, and those
 * used last. UI thread.
 */
#ifndef UI_NAMESPACES_H
#define UI_NAMESPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct root;

#define NAMESPACES_RECENT 9 /* the keys 1 to 9 */

struct namespace_count {
	char *name;
	size_t objects;
	size_t kinds;
};

struct namespaces {
	struct namespace_count *items; /* by name */
	size_t count, cap;
	uint64_t root; /* the number of the one that was read; 0: none */
	int64_t read;  /* clock_now() of when */
	char **shown;  /* n_shown 0: all are */
	size_t n_shown;
	bool chosen;   /* by hand, one by one, in the view that is open */
	char **recent; /* sets as "a b", by the key that shows them */
	size_t n_recent;
};

void namespaces_release(struct namespaces *namespaces);

/* Counts what the pinned root has; anew once a second at most. */
void namespaces_read(struct namespaces *namespaces, const struct root *root);

bool namespaces_is_shown(const struct namespaces *namespaces, const char *name);
/* Whether anything was in it when it was read. */
bool namespaces_has(const struct namespaces *namespaces, const char *name);
/* Cuts the first of names that are divided by blanks or commas; empty between two of
 * these. */
struct str namespaces_next(struct str *names);
/* Such names become the ones that are shown, and the last
 * used; empty: all. */
void namespaces_show(struct namespaces *namespaces, struct str names);
/* The shown ones as "a b"; "" when all are. On the heap. */
char *namespaces_text(const struct namespaces *namespaces);
/* The same with one more, or one less. On the heap. */
char *namespaces_toggled(const struct namespaces *namespaces, const char *name);
/* Gives a set the next key; the oldest gives its own up when there is none. */
void namespaces_remember(struct namespaces *namespaces, const char *names);

#endif
