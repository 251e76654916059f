#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void map_init(struct map *m)
{
	memset(m, 0, sizeof(*m));
}

void map_release(struct map *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->cap; i++)
		free(m->slots[i].key);
	free(m->slots);
	map_init(m);
}

/* The slot that holds key, or the empty one where it would go. */
static struct map_slot *find(const struct map *m, struct str key, uint64_t hash)
{
	size_t i = (size_t)hash & (m->cap - 1);

	while (m->slots[i].key) {
		struct map_slot *slot = &m->slots[i];

		if (slot->hash == hash && str_eq(str_make(slot->key, slot->len), key))
			return slot;
		i = (i + 1) & (m->cap - 1);
	}
	return &m->slots[i];
}

static void grow(struct map *m)
{
	struct map old = *m;

	m->cap = old.cap ? old.cap * 2 : 16;
	m->slots = mem_zalloc(m->cap * sizeof(*m->slots));
	for (size_t i = 0; i < old.cap; i++) {
		struct map_slot *slot = &old.slots[i];

		if (slot->key)
			*find(m, str_make(slot->key, slot->len), slot->hash) = *slot;
	}
	free(old.slots);
}

void *map_get(const struct map *m, struct str key)
{
	if (m->count == 0)
		return NULL;
	return find(m, key, str_hash(key))->value;
}

void *map_put(struct map *m, struct str key, void *value)
{
	uint64_t hash = str_hash(key);
	struct map_slot *slot;
	void *old;

	if ((m->count + 1) * 4 > m->cap * 3)
		grow(m);
	slot = find(m, key, hash);
	old = slot->value;
	if (!slot->key) {
		slot->key = str_dup(key);
		slot->len = key.len;
		slot->hash = hash;
		m->count++;
	}
	slot->value = value;
	return old;
}

/* Closes the hole at i: moves back whatever would no longer be found. */
static void close_hole(struct map *m, size_t i)
{
	size_t mask = m->cap - 1;

	for (size_t j = (i + 1) & mask; m->slots[j].key; j = (j + 1) & mask) {
		size_t home = (size_t)m->slots[j].hash & mask;

		if (((j - home) & mask) >= ((j - i) & mask)) {
			m->slots[i] = m->slots[j];
			i = j;
		}
	}
	memset(&m->slots[i], 0, sizeof(m->slots[i]));
}

void *map_remove(struct map *m, struct str key)
{
	struct map_slot *slot;
	void *value;

	if (m->count == 0)
		return NULL;
	slot = find(m, key, str_hash(key));
	if (!slot->key)
		return NULL;
	value = slot->value;
	free(slot->key);
	slot->key = NULL;
	m->count--;
	close_hole(m, (size_t)(slot - m->slots));
	return value;
}

const struct map_slot *map_next(const struct map *m, size_t *at)
{
	while (*at < m->cap) {
		const struct map_slot *slot = &m->slots[(*at)++];

		if (slot->key)
			return slot;
	}
	return NULL;
}
