/*
 * selection - the objects that -l and --all choose. Main thread.
 */
#ifndef CMD_SELECTION_H
#define CMD_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct changing;
struct changing_kind;
struct selector;

#define SELECTION_MAX ((size_t)1 << 20)

struct selection_object {
	char *ns, *name, *uid; /* "" for what it has not */
};

struct selection {
	struct selection_object *objects;
	size_t count, cap;
};

/* Those of a kind that are there now, in the command line's namespace or all of them
 * (-A), with the labels that it asks for; page by page, metadata alone.
 * ERROR_TOO_LARGE past SELECTION_MAX, and when a page of one object is too large;
 * ERROR_INVALID for an object without a name, a uid or, in all namespaces, its own, and
 * for pages without objects that do not end. */
int selection_read(struct changing *c, const struct changing_kind *kind, struct selection *ret,
	struct error *err);
void selection_release(struct selection *selection);

/* Whether an object's text has the labels that selector asks for; NULL: any. */
bool selection_matches(const struct selector *selector, struct str json);

#endif
