/*
 * Curl's sockets in the loop. Watch thread only.
 *
 * Each time one of them is ready libcurl visits all streams of its connection,
 * and what arrived is published and painted. So a socket of the watches, once
 * it was read, rests for a moment: what comes meanwhile is taken in one go. The
 * first change after a quiet while is read at once, and so are the heads of
 * watches and lists; while more than a trickle comes, the rests are short
 * (net/pace), and a Unix socket, whose buffer is small and never grows, has none:
 * its server would have to wait for us. Only a list that streams ends
 * the rests that are under way: for its rows somebody waits, while a watch that
 * is renewed has nothing new to show, and short requests have connections of
 * their own, which never rest. All rests end together, so that several
 * connections publish in step.
 *
 * With the tests' clock nothing rests: time stands still there, and what was
 * sent is to be read before "settled".
 *
 * epoll is given a descriptor of our own for each socket, since libcurl closes a
 * socket that is not connected yet before it says so, and its number may be that of
 * another thread's file by then.
 */
#include "net/internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define OF(ptr) ((struct client *)((char *)(ptr)-offsetof(struct client, rests.timer)))

struct socket_watch {
	struct loop_fd fd; /* our own, or curl's when there are no more to be had */
	curl_socket_t socket;
	struct lane *lane;
	uint32_t events; /* that curl waits for */
	bool rests;
	int64_t heard;		   /* clock_now() of when it brought something */
	struct socket_watch *next; /* that rests */
	struct socket_watch *lane_next;
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

	while ((sw = c->rests.first)) {
		c->rests.first = sw->next;
		sw->rests = false;
		watch(sw);
	}
	tls_again(&c->lanes[REQUEST_WATCH]);
}

static void begin_rest(struct socket_watch *sw, int64_t rest)
{
	struct client *c = sw->lane->client;
	int64_t end = clock_now() + rest;

	if (!c->rests.timer.heap_slot || end < c->rests.timer.at)
		loop_timer_set(&c->loop, &c->rests.timer, end);
	sw->rests = true;
	sw->next = c->rests.first;
	c->rests.first = sw;
	watch(sw);
}

static void drop_rest(struct socket_watch *sw)
{
	struct socket_watch **at = &sw->lane->client->rests.first;

	if (!sw->rests)
		return;
	while (*at != sw)
		at = &(*at)->next;
	*at = sw->next;
	sw->rests = false;
}

/* What comes now is read at once. */
static void hurry(struct client *c)
{
	pace_begin(&c->pace, clock_now());
	loop_timer_cancel(&c->loop, &c->rests.timer);
	end_rests(&c->rests.timer);
}

void sockets_await(struct request *r)
{
	struct client *c = r->client;

	if (r->lane != REQUEST_WATCH)
		return;
	pace_await(&c->pace, &r->wait, clock_now());
	if (r->is_stream)
		hurry(c);
}

void sockets_answered(struct request *r)
{
	pace_answered(&r->client->pace, &r->wait);
	if (r->is_stream)
		hurry(r->client);
}

/* 0: it may not rest. */
static int64_t rest_of(const struct socket_watch *sw)
{
	struct client *c = sw->lane->client;

	if (c->rests.off || sw->rests || sw->lane->unread || sw->events & EPOLLOUT ||
		c->slots_used[SLOT_LIST])
		return 0;
	return pace_rest(&c->pace, clock_now());
}

void sockets_was_read(struct client *c)
{
	pace_read(&c->pace, clock_now(), c->rests.bytes);
	c->rests.bytes = 0;
}

bool sockets_rests(const struct lane *lane, curl_socket_t socket)
{
	const struct socket_watch *sw = lane->client->rests.first;

	while (sw && (sw->lane != lane || sw->socket != socket))
		sw = sw->next;
	return sw;
}

/* The watches' multi has read what its sockets had; ready: and this one among them,
 * NULL when curl has closed it meanwhile. */
static void was_read(struct client *c, struct socket_watch *ready)
{
	int64_t rest;

	sockets_was_read(c);
	rest = ready ? rest_of(ready) : 0;
	if (rest)
		begin_rest(ready, rest);
}

/* ---- sockets ---- */

static void on_ready(struct loop_fd *fd, uint32_t events)
{
	struct socket_watch *sw = (struct socket_watch *)fd;
	struct lane *lane = sw->lane;
	int mask = 0;

	if (events & EPOLLIN) {
		mask |= CURL_CSELECT_IN;
		sw->heard = clock_now();
	}
	if (events & EPOLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		mask |= CURL_CSELECT_IN | CURL_CSELECT_ERR;
	lane->ready = sw;
	tls_act(lane, sw->socket, mask);
	if (lane == &lane->client->lanes[REQUEST_WATCH])
		was_read(lane->client, lane->ready);
	lane->ready = NULL;
}

static void unlink_socket(struct lane *lane, const struct socket_watch *sw)
{
	struct socket_watch **at = &lane->sockets;

	while (*at != sw)
		at = &(*at)->lane_next;
	*at = sw->lane_next;
}

static void take_copy(struct socket_watch *sw)
{
	int copy = fcntl(sw->socket, F_DUPFD_CLOEXEC, 0);

	sw->fd = (struct loop_fd){ .fd = copy >= 0 ? copy : sw->socket, .ready = on_ready };
}

static void drop_copy(struct socket_watch *sw)
{
	loop_unwatch(&sw->lane->client->loop, &sw->fd);
	if (sw->fd.fd != sw->socket)
		close(sw->fd.fd);
}

static void forget(struct lane *lane, struct socket_watch *sw)
{
	if (!sw)
		return;
	if (lane->ready == sw)
		lane->ready = NULL;
	drop_rest(sw);
	unlink_socket(lane, sw);
	drop_copy(sw);
	curl_multi_assign(lane->multi, sw->socket, NULL);
	free(sw);
}

static void open_again(struct lane *lane, curl_socket_t socket)
{
	for (struct socket_watch *sw = lane->sockets; sw; sw = sw->lane_next) {
		if (sw->socket != socket)
			continue;
		drop_copy(sw);
		take_copy(sw);
		watch(sw);
	}
}

void sockets_opened(struct client *c, curl_socket_t socket)
{
	open_again(&c->lanes[REQUEST_WATCH], socket);
	open_again(&c->lanes[REQUEST_SHORT], socket);
}

int sockets_watch(CURL *easy, curl_socket_t fd, int what, void *lane_arg, void *socket_arg)
{
	struct lane *lane = lane_arg;
	struct socket_watch *sw = socket_arg;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		forget(lane, sw);
		return 0;
	}
	if (!sw) {
		sw = mem_zalloc(sizeof(*sw));
		sw->socket = fd;
		sw->lane = lane;
		take_copy(sw);
		sw->heard = clock_now();
		sw->lane_next = lane->sockets;
		lane->sockets = sw;
		if (lane == &lane->client->lanes[REQUEST_WATCH])
			silence_begin(lane->client);
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

/* ---- silence ---- */

int64_t sockets_oldest(const struct client *c)
{
	int64_t oldest = INT64_MAX;

	for (const struct socket_watch *sw = c->lanes[REQUEST_WATCH].sockets; sw;
		sw = sw->lane_next)
		oldest = sw->heard < oldest ? sw->heard : oldest;
	return oldest;
}

bool sockets_hang_up(struct client *c, int64_t since)
{
	bool any = false;

	for (struct socket_watch *sw = c->lanes[REQUEST_WATCH].sockets; sw; sw = sw->lane_next) {
		if (sw->heard > since)
			continue;
		(void)shutdown(sw->fd.fd, SHUT_RDWR);
		any = true;
	}
	return any;
}

/* ---- life ---- */

void sockets_init(struct client *c)
{
	c->rests.off = clock_is_test();
	c->pace.small_buffers = c->config->unix_socket;
	c->rests.timer.fire = end_rests;
}

void sockets_release(struct client *c)
{
	loop_timer_cancel(&c->loop, &c->rests.timer);
}
