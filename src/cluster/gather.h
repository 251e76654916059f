/*
 * gather - how long what has changed waits before it is published, so that many
 * changes a second are shown together. Watch thread.
 *
 * The more events a publication has brought, the later the next one: each makes the
 * stores copy the chunks that change next, and readers paint. So 2,000 events a second
 * are about the most that are published as they come, and GATHER_MAX is the longest
 * wait. What somebody has asked for, and the connection's state, do not wait.
 *
 * With the tests' clock nothing waits unless a test asks for it: time stands still
 * there, and what came is to be seen before "settled".
 */
#ifndef CLUSTER_GATHER_H
#define CLUSTER_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "net/client.h"

#define GATHER_EACH (CLOCK_MS / 2) /* for each event of a publication */
#define GATHER_MAX  (CLOCK_S / 30)

struct gather {
	struct client *client;
	struct client_timer timer;
	bool off;
	uint64_t events; /* published so far */
	int64_t not_before;
};

void gather_init(struct gather *g, struct client *client, bool in_tests);
void gather_stop(struct gather *g);

/* Whether to publish now; if not, there will be a turn when it is time. */
bool gather_is_due(struct gather *g);
/* events: of all that there have been, now published. */
void gather_published(struct gather *g, uint64_t events);
/* Somebody waits: it is due. */
void gather_hurry(struct gather *g);

#endif
