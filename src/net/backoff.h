/*
 * backoff - how long to wait before the next try (client-go's reflector:
 * 0.8 s, doubled up to 30 s, each stretched at random by up to as much again).
 * It starts over when the last wait was more than two minutes ago. Pure.
 */
#ifndef NET_BACKOFF_H
#define NET_BACKOFF_H

#include <stdint.h>

struct backoff {
	int64_t delay; /* ns, of the last wait; 0: none yet */
	int64_t last;  /* clock_now() of the last wait */
};

/* The next wait in ns; random is any 64 random bits. */
int64_t backoff_next(struct backoff *b, int64_t now, uint64_t random);
void backoff_reset(struct backoff *b);

/* base stretched by a random part of spread percent up or down. */
int64_t backoff_jitter(int64_t base, unsigned spread, uint64_t random);

#endif
