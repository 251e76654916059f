#include "base/wake.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

void wake_init(struct wake *w)
{
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->fd < 0) {
		perror("crwatch: eventfd");
		abort();
	}
	atomic_init(&w->rung, false);
	w->party = clock_join(w);
}

void wake_release(struct wake *w)
{
	clock_leave(w->party);
	close(w->fd);
	w->fd = -1;
	w->party = NULL;
}

void wake_ring(struct wake *w)
{
	const uint64_t one = 1;

	if (atomic_exchange(&w->rung, true))
		return;
	clock_busy(w->party);
	/* A full counter cannot happen: it is cleared before it is rung again. */
	while (write(w->fd, &one, sizeof(one)) < 0)
		continue;
}

void wake_clear(struct wake *w)
{
	uint64_t count;

	/* One read takes the whole counter; there is nothing when nobody rang. */
	if (read(w->fd, &count, sizeof(count)) < 0) {
	}
	atomic_store(&w->rung, false);
}

void wake_also(struct wake *w, int fd)
{
	clock_also(w->party, fd);
}

void wake_idle(struct wake *w)
{
	clock_idle(w->party);
}

void wake_busy(struct wake *w)
{
	clock_busy(w->party);
}
