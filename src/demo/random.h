/*
 * random - numbers that look random and are the same each run: one generator for
 * each thing that needs some, made from the seed and the thing's name, so that no
 * thing's numbers depend on what the others drew (splitmix64). Pure.
 */
#ifndef DEMO_RANDOM_H
#define DEMO_RANDOM_H

#include <stdint.h>

struct demo_random {
	uint64_t state;
};

void demo_random_init(struct demo_random *random, uint64_t seed, const char *name);

uint64_t demo_random_next(struct demo_random *random);

/* From low to high, both possible; low when high is not above it. */
int64_t demo_random_between(struct demo_random *random, int64_t low, int64_t high);

#endif
