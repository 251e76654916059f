/*
 * gone - the end of what is deleted. Main thread.
 */
#ifndef CMD_GONE_H
#define CMD_GONE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct changing;
struct mutate;
struct gone_object;

struct gone {
	struct gone_object *objects;
	size_t count, cap;
};

/* Remembers the object of a deletion that has been answered, by its uid in the change;
 * not when the answer says that it is no more. */
void gone_add(struct gone *gone, const struct changing *c, const struct mutate *deletion);

/* Returns once nothing with these uids is there, and what has another one is another
 * object; asks again and again, every second at last, and waits an outage out. Who may
 * not read does not wait (kubectl, cmd/delete). After timeout ns (0: none) -1 with
 * kubectl's words (cmd/wait), though a request is under way then; also -1 with any other
 * refusal of the server's, and on a signal. err is not NULL. */
int gone_wait(const struct gone *gone, struct changing *c, int64_t timeout, struct error *err);

void gone_release(struct gone *gone);

#endif
