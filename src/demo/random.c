/*
 * splitmix64, by its published constants. See random.h.
 */
#include "demo/random.h"

#include "base/str.h"

void demo_random_init(struct demo_random *random, uint64_t seed, const char *name)
{
	random->state = seed * UINT64_C(0x9e3779b97f4a7c15) ^ str_hash(str_of(name));
}

uint64_t demo_random_next(struct demo_random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int64_t demo_random_between(struct demo_random *random, int64_t low, int64_t high)
{
	if (high <= low)
		return low;
	return low + (int64_t)(demo_random_next(random) % ((uint64_t)(high - low) + 1));
}
