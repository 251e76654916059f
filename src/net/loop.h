/*
 * loop - the descriptors and timers of the watch thread: one epoll, one binary
 * heap. Part of client; watch thread only.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "net/client.h"

#define LOOP_BATCH 64

/* Embedded by whoever owns the descriptor. */
struct loop_fd {
	int fd;
	bool added;
	void (*ready)(struct loop_fd *fd, uint32_t events);
};

struct loop {
	int epfd;
	struct epoll_event batch[LOOP_BATCH]; /* what is ready and not yet told */
	int n_batch;
	struct client_timer **heap;
	size_t n_timers;
	size_t cap_timers;
};

int loop_init(struct loop *l, struct error *err);
void loop_release(struct loop *l);

/* Watches for EPOLL* events, or for others than before. */
void loop_watch(struct loop *l, struct loop_fd *fd, uint32_t events);
/* Before the descriptor is closed; ready() is not called any more. */
void loop_unwatch(struct loop *l, struct loop_fd *fd);

void loop_timer_set(struct loop *l, struct client_timer *timer, int64_t at);
void loop_timer_cancel(struct loop *l, struct client_timer *timer);
int64_t loop_next(const struct loop *l); /* INT64_MAX: no timer */

/* Waits (ms, -1 for ever) until something is ready; returns how many. */
int loop_poll(struct loop *l, int timeout);
/* Calls ready() for what loop_poll() found, and fire() for the timers that are
 * due; return how many. */
size_t loop_dispatch(struct loop *l);
size_t loop_fire(struct loop *l);

#endif
