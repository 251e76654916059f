/*
 * objects - the objects of the files that -f names. Main thread.
 */
#ifndef CMD_OBJECTS_H
#define CMD_OBJECTS_H

#include "base/error.h"
#include "base/str.h"
#include "cmd/changing.h"

/* Gone after the visit; "" for what the object does not say. */
struct object_text {
	struct str json;
	const char *file; /* its name for people */
	struct str ns, name, version;
	const struct changing_kind *kind;
};

/* Calls visit for each document of the files, and each item of a List, of a kind that is
 * served and in the namespace of the command line. What cannot be read or visited is a
 * failure of the command's (changing_failed()) and the others have their turn; where a
 * path is wrong that is the failure, and none is visited. A signal ends it: -1. */
int objects_each(struct changing *c,
	int (*visit)(struct changing *c, const struct object_text *o, struct error *err),
	struct error *err);

#endif
