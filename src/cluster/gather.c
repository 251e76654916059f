#include "cluster/gather.h"

/* A turn follows: there it is due. */
static void on_time(struct client_timer *timer)
{
	(void)timer;
}

void gather_init(struct gather *g, struct client *client, bool in_tests)
{
	*g = (struct gather){ .client = client, .off = clock_is_test() && !in_tests };
	g->timer.fire = on_time;
}

void gather_stop(struct gather *g)
{
	client_timer_cancel(g->client, &g->timer);
}

bool gather_is_due(struct gather *g)
{
	if (g->off || clock_now() >= g->not_before)
		return true;
	client_timer_set(g->client, &g->timer, g->not_before);
	return false;
}

void gather_published(struct gather *g, uint64_t events)
{
	uint64_t n = events - g->events;
	int64_t wait = n < GATHER_MAX / GATHER_EACH ? (int64_t)n * GATHER_EACH : GATHER_MAX;

	g->events = events;
	g->not_before = clock_now() + wait;
}

void gather_hurry(struct gather *g)
{
	g->not_before = 0;
}
