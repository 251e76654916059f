/*
 * One epoll and one heap. A descriptor that is unwatched in the middle of a
 * batch is taken out of the batch, so its owner may free it at once.
 */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"

int loop_init(struct loop *l, struct error *err)
{
	*l = (struct loop){ .epfd = epoll_create1(EPOLL_CLOEXEC) };
	if (l->epfd < 0)
		return error_set(err, ERROR_IO, "epoll: %s", strerror(errno));
	return 0;
}

void loop_release(struct loop *l)
{
	if (l->epfd >= 0)
		close(l->epfd);
	free(l->heap);
	*l = (struct loop){ .epfd = -1 };
}

void loop_watch(struct loop *l, struct loop_fd *fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = fd };
	int op = fd->added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	epoll_ctl(l->epfd, op, fd->fd, &ev);
	fd->added = true;
}

void loop_unwatch(struct loop *l, struct loop_fd *fd)
{
	int i;

	for (i = 0; i < l->n_batch; i++) {
		if (l->batch[i].data.ptr == fd)
			l->batch[i].data.ptr = NULL;
	}
	if (fd->added)
		epoll_ctl(l->epfd, EPOLL_CTL_DEL, fd->fd, NULL);
	fd->added = false;
}

/* ---- timers ---- */

static void put(struct loop *l, size_t slot, struct client_timer *timer)
{
	l->heap[slot - 1] = timer;
	timer->heap_slot = slot;
}

static void sift_up(struct loop *l, size_t slot, struct client_timer *timer)
{
	while (slot > 1 && l->heap[slot / 2 - 1]->at > timer->at) {
		put(l, slot, l->heap[slot / 2 - 1]);
		slot /= 2;
	}
	put(l, slot, timer);
}

static void sift_down(struct loop *l, size_t slot, struct client_timer *timer)
{
	size_t child;

	while ((child = slot * 2) <= l->n_timers) {
		if (child < l->n_timers && l->heap[child]->at < l->heap[child - 1]->at)
			child++;
		if (l->heap[child - 1]->at >= timer->at)
			break;
		put(l, slot, l->heap[child - 1]);
		slot = child;
	}
	put(l, slot, timer);
}

void loop_timer_set(struct loop *l, struct client_timer *timer, int64_t at)
{
	assert(timer->fire);
	loop_timer_cancel(l, timer);
	timer->at = at;
	l->heap = array_reserve(
		l->heap, &l->cap_timers, l->n_timers + 1, sizeof(struct client_timer *));
	l->n_timers++;
	sift_up(l, l->n_timers, timer);
}

void loop_timer_cancel(struct loop *l, struct client_timer *timer)
{
	size_t slot = timer->heap_slot;
	struct client_timer *last;

	if (slot == 0)
		return;
	assert(l->heap[slot - 1] == timer);
	timer->heap_slot = 0;
	last = l->heap[--l->n_timers];
	if (last == timer)
		return;
	if (slot > 1 && l->heap[slot / 2 - 1]->at > last->at)
		sift_up(l, slot, last);
	else
		sift_down(l, slot, last);
}

int64_t loop_next(const struct loop *l)
{
	return l->n_timers ? l->heap[0]->at : INT64_MAX;
}

/* ---- turns ---- */

int loop_poll(struct loop *l, int timeout)
{
	int n = epoll_wait(l->epfd, l->batch, LOOP_BATCH, timeout);

	l->n_batch = n > 0 ? n : 0;
	return l->n_batch;
}

size_t loop_dispatch(struct loop *l)
{
	struct loop_fd *fd;
	size_t told = 0;
	int i;

	for (i = 0; i < l->n_batch; i++) {
		fd = l->batch[i].data.ptr;
		if (!fd)
			continue;
		fd->ready(fd, l->batch[i].events);
		told++;
	}
	l->n_batch = 0;
	return told;
}

size_t loop_fire(struct loop *l)
{
	int64_t now = clock_now();
	struct client_timer *timer;
	size_t fired = 0;

	/* A timer that is set again for now waits for the next turn's clock. */
	while (l->n_timers > 0 && l->heap[0]->at <= now && fired < 100000) {
		timer = l->heap[0];
		loop_timer_cancel(l, timer);
		timer->fire(timer);
		fired++;
	}
	return fired;
}
