/*
 * map - strings to pointers, open addressing.
 *
 * Keys are copied, values belong to the caller. Any thread, one at a time.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>

#include "base/str.h"

struct map_slot {
	char *key; /* NULL: empty */
	size_t len;
	uint64_t hash;
	void *value;
};

struct map {
	struct map_slot *slots;
	size_t cap; /* 0 or a power of two */
	size_t count;
};

void map_init(struct map *m);
void map_release(struct map *m); /* values are not touched */

void *map_get(const struct map *m, struct str key);

/* Sets key to value and returns the value that was there, or NULL. */
void *map_put(struct map *m, struct str key, void *value);

/* Forgets key and returns its value, or NULL. */
void *map_remove(struct map *m, struct str key);

/* Walks the map in no order: start with *at 0, ends with NULL. The map must
 * not change meanwhile. */
const struct map_slot *map_next(const struct map *m, size_t *at);

#endif
