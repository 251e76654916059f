/*
 * Curl's sockets in the loop. Watch thread only.
 *
 * Each time one of them is ready libcurl visits all streams of its connection,
 * and what arrived is published and painted. So a socket of the watches, once
 * it was read, rests for a moment: what comes meanwhile is taken in one go. The
 * first change after a quiet while is read at once, and so are answers that are
 * awaited, streams that have just begun, and more than a trickle. All rests end
 * together, so that several connections publish in step.
 *
 * With the tests' clock nothing rests: time stands still there, and what was
 * sent is to be read before "settled".
 */
#include "net/internal.h"

#include <stdlib.h>

#include "base/mem.h"

#define REST	(45 * CLOCK_MS)
#define TRICKLE ((uint64_t)128 << 10) /* bytes in the time of BEGUN, at most */
#define BEGUN	(250 * CLOCK_MS)      /* so long an answer has just begun */

#define OF(ptr) ((struct client *)((char *)(ptr)-offsetof(struct client, pace.timer)))

struct socket_watch {
	struct loop_fd fd;
	struct lane *lane;
	uint32_t events; /* that curl waits for */
	bool rests;
	struct socket_watch *next; /* that rests */
};

/* ---- rests ---- */

static void watch(struct socket_watch *sw)
{
	uint32_t events = sw->events;

	if (sw->rests)
		events &= ~(uint32_t)EPOLLIN;
	loop_watch(&sw->lane->client->loop, &sw->fd, events);
}

static void end_rests(struct client_timer *timer)
{
	struct client *c = OF(timer);
	struct socket_watch *sw;

	while ((sw = c->pace.resting)) {
		c->pace.resting = sw->next;
		sw->rests = false;
		watch(sw);
	}
}

static void begin_rest(struct socket_watch *sw)
{
	struct client *c = sw->lane->client;

	if (!c->pace.timer.heap_slot)
		loop_timer_set(&c->loop, &c->pace.timer, clock_now() + REST);
	sw->rests = true;
	sw->next = c->pace.resting;
	c->pace.resting = sw;
	watch(sw);
}

static void drop_rest(struct socket_watch *sw)
{
	struct socket_watch **at = &sw->lane->client->pace.resting;

	if (!sw->rests)
		return;
	while (*at != sw)
		at = &(*at)->next;
	*at = sw->next;
	sw->rests = false;
}

void sockets_hurry(struct client *c)
{
	c->pace.not_before = clock_now() + BEGUN;
	loop_timer_cancel(&c->loop, &c->pace.timer);
	end_rests(&c->pace.timer);
}

static bool all_answered(const struct client *c)
{
	const struct request *r;

	for (r = c->running.first; r; r = r->next) {
		if (r->lane == REQUEST_WATCH && !r->head_seen)
			return false;
	}
	return true;
}

/* More than a trickle is a list: its rests would add up. */
static void measure(struct client *c)
{
	struct pace *p = &c->pace;
	int64_t now = clock_now();

	if (c->bytes - p->bytes > TRICKLE)
		p->not_before = now + BEGUN;
	else if (now - p->since < BEGUN)
		return;
	p->since = now;
	p->bytes = c->bytes;
}

static bool may_rest(const struct socket_watch *sw)
{
	const struct client *c = sw->lane->client;

	return sw->lane == &c->lanes[REQUEST_WATCH] && !sw->rests && !(sw->events & EPOLLOUT) &&
	       !clock_is_test() && c->pace.not_before <= clock_now() && all_answered(c);
}

/* ---- sockets ---- */

static void on_ready(struct loop_fd *fd, uint32_t events)
{
	struct socket_watch *sw = (struct socket_watch *)fd;
	struct lane *lane = sw->lane;
	int mask = 0, running;

	if (events & EPOLLIN)
		mask |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		mask |= CURL_CSELECT_IN | CURL_CSELECT_ERR;
	lane->ready = sw;
	curl_multi_socket_action(lane->multi, fd->fd, mask, &running);
	measure(lane->client);
	/* Not when curl has closed it meanwhile. */
	if (lane->ready && may_rest(sw))
		begin_rest(sw);
	lane->ready = NULL;
}

static void forget(struct lane *lane, curl_socket_t fd, struct socket_watch *sw)
{
	if (!sw)
		return;
	if (lane->ready == sw)
		lane->ready = NULL;
	drop_rest(sw);
	loop_unwatch(&lane->client->loop, &sw->fd);
	curl_multi_assign(lane->multi, fd, NULL);
	free(sw);
}

int sockets_watch(CURL *easy, curl_socket_t fd, int what, void *lane_arg, void *socket_arg)
{
	struct lane *lane = lane_arg;
	struct socket_watch *sw = socket_arg;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		forget(lane, fd, sw);
		return 0;
	}
	if (!sw) {
		sw = mem_zalloc(sizeof(*sw));
		sw->fd = (struct loop_fd){ .fd = fd, .ready = on_ready };
		sw->lane = lane;
		curl_multi_assign(lane->multi, fd, sw);
	}
	sw->events = 0;
	if (what & CURL_POLL_IN)
		sw->events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		sw->events |= EPOLLOUT;
	watch(sw);
	return 0;
}

/* ---- life ---- */

void sockets_init(struct client *c)
{
	c->pace.timer.fire = end_rests;
}

void sockets_release(struct client *c)
{
	loop_timer_cancel(&c->loop, &c->pace.timer);
}
