#include "net/backoff.h"

#include "base/clock.h"

#define FIRST	(800 * CLOCK_MS)
#define LONGEST (30 * CLOCK_S)
#define FORGET	(120 * CLOCK_S)

int64_t backoff_next(struct backoff *b, int64_t now, uint64_t random)
{
	if (b->delay == 0 || now - b->last > FORGET)
		b->delay = FIRST;
	else
		b->delay = b->delay * 2 > LONGEST ? LONGEST : b->delay * 2;
	b->last = now;
	return b->delay + (int64_t)(random % (uint64_t)b->delay);
}

void backoff_reset(struct backoff *b)
{
	b->delay = 0;
}

int64_t backoff_jitter(int64_t base, unsigned spread, uint64_t random)
{
	int64_t part = base / 100 * spread;

	return part ? base - part + (int64_t)(random % (uint64_t)(2 * part + 1)) : base;
}
