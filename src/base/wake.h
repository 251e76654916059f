/*
 * wake - lets any thread wake the one that owns it. One eventfd, coalesced:
 * rung many times before it is cleared, it wakes once.
 *
 * The owner polls wake.fd, calls wake_clear() and only then looks at what
 * there is to do. See clock.h for idle and busy.
 */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include <stdatomic.h>
#include <stdbool.h>

struct clock_party;

struct wake {
	int fd;
	atomic_bool rung;
	struct clock_party *party;
};

void wake_init(struct wake *w); /* aborts when there are no descriptors left */
void wake_release(struct wake *w);
void wake_ring(struct wake *w);	 /* any thread */
void wake_clear(struct wake *w); /* owner */

/* The owner polls fd (an epoll's, say) beside its wake: for the tests' clock it
 * has something to do while that is readable. -1: no longer; before it is closed. */
void wake_also(struct wake *w, int fd);

/* For the owner's loop: about to block with nothing ready; woken again. */
void wake_idle(struct wake *w);
void wake_busy(struct wake *w);

#endif
