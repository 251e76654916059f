/*
 * Chunks are found by binary search over their first entries. A chunk younger
 * than the last publication is the store's own and changed in place; an older
 * one is copied first.
 */
#include "cache/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"

#define CHUNK_FIRST 8u

struct store {
	struct retire *retire;
	struct chunk **chunks;
	size_t n_chunks;
	size_t cap_chunks;
	size_t count;
	size_t health[HEALTH_KINDS];
	uint64_t published; /* chunks with a version below have been seen by readers */
	struct store_root *root;
	bool dirty;
	uint32_t slots;
	uint32_t *idle_slots;
	size_t n_idle;
	size_t cap_idle;
};

/* ---- readers ---- */

const struct entry *store_root_at(const struct store_root *root, size_t index)
{
	size_t low = 0, high = root->n_chunks;

	if (index >= root->count)
		return NULL;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (root->starts[middle] <= index)
			low = middle;
		else
			high = middle;
	}
	return root->chunks[low]->entries[index - root->starts[low]];
}

/* The chunk where the key is or would stand: the last whose first entry is not
 * behind it. */
static size_t find_chunk(
	const struct chunk *const *chunks, size_t n, struct str ns, struct str name)
{
	size_t low = 0, high = n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (entry_cmp(chunks[middle]->entries[0], ns, name) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The place in a chunk; true when the key is there. While one entry is compared, the
 * two that may be next are on their way: most are in no cache of the processor. */
static bool find_in_chunk(const struct chunk *c, struct str ns, struct str name, size_t *ret_at)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order;

		entry_prefetch(c->entries[low + (middle - low) / 2]);
		entry_prefetch(c->entries[middle + (high - middle) / 2]);
		order = entry_cmp(c->entries[middle], ns, name);
		if (order == 0) {
			*ret_at = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_at = low;
	return false;
}

const struct entry *store_root_find(
	const struct store_root *root, struct str ns, struct str name, size_t *ret_index)
{
	size_t chunk, at = 0;
	bool found = false;

	if (root->n_chunks == 0) {
		if (ret_index)
			*ret_index = 0;
		return NULL;
	}
	chunk = find_chunk(root->chunks, root->n_chunks, ns, name);
	found = find_in_chunk(root->chunks[chunk], ns, name, &at);
	if (ret_index)
		*ret_index = root->starts[chunk] + at;
	return found ? root->chunks[chunk]->entries[at] : NULL;
}

/* ---- watch thread ---- */

static void free_plain(void *ptr, void *arg)
{
	(void)arg;
	free(ptr);
}

struct store *store_new(struct retire *retire)
{
	struct store *store = mem_zalloc(sizeof(*store));

	store->retire = retire;
	store->dirty = true;
	return store;
}

void store_free(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < store->n_chunks; i++)
		retire_add(store->retire, store->chunks[i], free_plain, NULL);
	if (store->root)
		retire_add(store->retire, store->root, free_plain, NULL);
	free(store->chunks);
	free(store->idle_slots);
	free(store);
}

size_t store_count(const struct store *store)
{
	return store->count;
}

struct spot {
	size_t chunk, at;
};

/* Where the key is or would stand. A list arrives in order: what is new is behind
 * all others, and each entry that is not looked at is a cache miss less. */
static bool look_up(const struct store *store, struct str ns, struct str name, struct spot *ret)
{
	const struct chunk *last;

	*ret = (struct spot){ 0, 0 };
	if (store->n_chunks == 0)
		return false;
	last = store->chunks[store->n_chunks - 1];
	if (entry_cmp(last->entries[last->count - 1], ns, name) < 0) {
		*ret = (struct spot){ store->n_chunks - 1, last->count };
		return false;
	}
	ret->chunk =
		find_chunk((const struct chunk *const *)store->chunks, store->n_chunks, ns, name);
	return find_in_chunk(store->chunks[ret->chunk], ns, name, &ret->at);
}

struct entry *store_find(const struct store *store, struct str ns, struct str name)
{
	struct spot spot;

	return look_up(store, ns, name, &spot) ? store->chunks[spot.chunk]->entries[spot.at] : NULL;
}

struct entry *store_at(const struct store *store, size_t index)
{
	for (size_t i = 0; i < store->n_chunks; i++) {
		if (index < store->chunks[i]->count)
			return store->chunks[i]->entries[index];
		index -= store->chunks[i]->count;
	}
	return NULL;
}

static struct chunk *chunk_new(uint32_t cap)
{
	struct chunk *c = mem_alloc(sizeof(*c) + cap * sizeof(c->entries[0]));

	c->version = entry_next_version();
	memset(c->past, 0, sizeof(c->past));
	c->count = 0;
	c->cap = cap;
	return c;
}

static struct chunk *chunk_copy(const struct chunk *from, uint32_t cap)
{
	struct chunk *c = chunk_new(cap);

	c->count = from->count;
	memcpy(c->entries, from->entries, from->count * sizeof(c->entries[0]));
	return c;
}

/* c is a copy of from, which readers have seen. */
static void remember_past(struct chunk *c, const struct chunk *from)
{
	c->past[0].version = from->version;
	memcpy(c->past + 1, from->past, sizeof(c->past) - sizeof(c->past[0]));
}

static void forget_past(struct chunk *c)
{
	memset(c->past, 0, sizeof(c->past));
}

static void drop_chunk(struct store *store, struct chunk *c)
{
	if (c->version < store->published)
		retire_add(store->retire, c, free_plain, NULL);
	else
		free(c);
}

/* The chunk, ours to change and with room for one more. */
static struct chunk *own_chunk(struct store *store, size_t i, bool room)
{
	struct chunk *c = store->chunks[i];
	uint32_t cap = c->cap;

	store->dirty = true;
	if (room && c->count == c->cap)
		cap = c->cap * 2;
	if (cap == c->cap && c->version >= store->published)
		return c;
	store->chunks[i] = chunk_copy(c, cap);
	if (c->version < store->published)
		remember_past(store->chunks[i], c);
	drop_chunk(store, c);
	return store->chunks[i];
}

static void insert_chunk(struct store *store, size_t at, struct chunk *c)
{
	store->chunks = array_reserve(
		store->chunks, &store->cap_chunks, store->n_chunks + 1, sizeof(*store->chunks));
	memmove(store->chunks + at + 1, store->chunks + at,
		(store->n_chunks - at) * sizeof(*store->chunks));
	store->chunks[at] = c;
	store->n_chunks++;
}

static void remove_chunk(struct store *store, size_t at)
{
	drop_chunk(store, store->chunks[at]);
	store->n_chunks--;
	memmove(store->chunks + at, store->chunks + at + 1,
		(store->n_chunks - at) * sizeof(*store->chunks));
}

/* Makes room in a full chunk; a list arrives in order, so a full last chunk
 * stays full and a new one follows. Moves *spot to the new place. */
static void split(struct store *store, struct spot *spot)
{
	struct chunk *c = store->chunks[spot->chunk];
	struct chunk *right;
	uint32_t keep = c->count / 2;

	if (spot->chunk == store->n_chunks - 1 && spot->at == c->count) {
		insert_chunk(store, spot->chunk + 1, chunk_new(CHUNK_FIRST));
		*spot = (struct spot){ spot->chunk + 1, 0 };
		return;
	}
	c = own_chunk(store, spot->chunk, false);
	right = chunk_new(STORE_CHUNK);
	right->count = c->count - keep;
	memcpy(right->entries, c->entries + keep, right->count * sizeof(c->entries[0]));
	c->count = keep;
	forget_past(c);
	insert_chunk(store, spot->chunk + 1, right);
	if (spot->at > keep)
		*spot = (struct spot){ spot->chunk + 1, spot->at - keep };
}

static uint32_t new_slot(struct store *store)
{
	return store->n_idle ? store->idle_slots[--store->n_idle] : store->slots++;
}

static void insert(struct store *store, struct entry *e, struct spot spot)
{
	struct chunk *c;

	if (store->n_chunks == 0)
		insert_chunk(store, 0, chunk_new(CHUNK_FIRST));
	if (store->chunks[spot.chunk]->count == STORE_CHUNK)
		split(store, &spot);
	c = own_chunk(store, spot.chunk, true);
	memmove(c->entries + spot.at + 1, c->entries + spot.at,
		(c->count - spot.at) * sizeof(c->entries[0]));
	c->entries[spot.at] = e;
	c->count++;
	forget_past(c);
	store->count++;
	e->slot = new_slot(store);
}

struct entry *store_put(struct store *store, struct entry *e)
{
	struct entry *old;
	struct spot spot;
	struct chunk *c;

	store->health[e->health]++;
	store->dirty = true;
	if (!look_up(store, entry_ns(e), entry_name(e), &spot)) {
		insert(store, e, spot);
		return NULL;
	}
	c = own_chunk(store, spot.chunk, false);
	old = c->entries[spot.at];
	c->entries[spot.at] = e;
	for (size_t i = 0; i < CHUNK_PAST; i++)
		c->past[i].changed[spot.at / 64] |= UINT64_C(1) << (spot.at % 64);
	e->slot = old->slot;
	store->health[old->health]--;
	return old;
}

/* Small neighbours become one, so that a long life does not leave crumbs. */
static void merge(struct store *store, size_t i)
{
	struct chunk *left, *right;

	if (i + 1 >= store->n_chunks)
		return;
	right = store->chunks[i + 1];
	if (store->chunks[i]->count + right->count > STORE_CHUNK / 2)
		return;
	left = chunk_copy(store->chunks[i], STORE_CHUNK);
	drop_chunk(store, store->chunks[i]);
	store->chunks[i] = left;
	memcpy(left->entries + left->count, right->entries,
		right->count * sizeof(left->entries[0]));
	left->count += right->count;
	remove_chunk(store, i + 1);
}

struct entry *store_remove(struct store *store, struct str ns, struct str name)
{
	struct spot spot;
	struct chunk *c;
	struct entry *e;

	if (!look_up(store, ns, name, &spot))
		return NULL;
	c = own_chunk(store, spot.chunk, false);
	e = c->entries[spot.at];
	c->count--;
	forget_past(c);
	memmove(c->entries + spot.at, c->entries + spot.at + 1,
		(c->count - spot.at) * sizeof(c->entries[0]));
	if (c->count == 0)
		remove_chunk(store, spot.chunk);
	else
		merge(store, spot.chunk);
	store->count--;
	store->health[e->health]--;
	store->idle_slots = array_reserve(
		store->idle_slots, &store->cap_idle, store->n_idle + 1, sizeof(*store->idle_slots));
	store->idle_slots[store->n_idle++] = e->slot;
	return e;
}

const struct store_root *store_publish(struct store *store)
{
	size_t n = store->n_chunks;
	struct store_root *root;
	const struct chunk **chunks;
	size_t *starts;
	size_t start = 0;

	if (!store->dirty)
		return store->root;
	root = mem_alloc(sizeof(*root) + n * (sizeof(*chunks) + sizeof(*starts)));
	chunks = (const struct chunk **)(root + 1);
	starts = (size_t *)(chunks + n);
	for (size_t i = 0; i < n; i++) {
		chunks[i] = store->chunks[i];
		starts[i] = start;
		start += chunks[i]->count;
	}
	root->count = store->count;
	memcpy(root->health, store->health, sizeof(root->health));
	root->version = entry_next_version();
	root->slots = store->slots;
	root->n_chunks = n;
	root->chunks = chunks;
	root->starts = starts;
	if (store->root)
		retire_add(store->retire, store->root, free_plain, NULL);
	store->root = root;
	store->published = entry_next_version();
	store->dirty = false;
	return root;
}
