/*
 * store - the objects of one kind, ordered by (namespace, name).
 *
 * The watch thread changes a struct store; readers see its published,
 * unchanging struct store_root. Entries stand in chunks of at most STORE_CHUNK
 * that are copied when they are changed after a publication. A chunk has a
 * version, unique in the process: a reader that remembers the versions knows
 * which chunks are new to it. A chunk knows what has been replaced since those that it
 * was made of; for the rest entry->version says which entries are new.
 */
#ifndef CACHE_STORE_H
#define CACHE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "kube/health.h"

#define STORE_CHUNK 512
#define CHUNK_PAST  4 /* publications that a reader may miss, and one */

struct entry;
struct retire;

/* A published chunk that had the same entries but for the changed ones, a bit each. */
struct chunk_past {
	uint64_t version; /* 0: none */
	uint64_t changed[STORE_CHUNK / 64];
};

struct chunk {
	uint64_t version;
	struct chunk_past past[CHUNK_PAST]; /* the newest first */
	uint32_t count;
	uint32_t cap; /* at most STORE_CHUNK */
	struct entry *entries[];
};

/* What readers see. Never changes; valid while the root is pinned. */
struct store_root {
	size_t count;
	size_t health[HEALTH_KINDS];
	uint64_t version; /* differs whenever anything differs */
	uint32_t slots;	  /* every entry->slot is below */
	size_t n_chunks;
	const struct chunk *const *chunks;
	const size_t *starts; /* index of the first entry of each chunk */
};

/* Entry by index in order; NULL past the end. */
const struct entry *store_root_at(const struct store_root *root, size_t index);

/* Finds by key; *ret_index (may be NULL) gets its place, or the place where it
 * would stand. */
const struct entry *store_root_find(
	const struct store_root *root, struct str ns, struct str name, size_t *ret_index);

/* ---- watch thread ---- */

struct store;

struct store *store_new(struct retire *retire);
/* Retires everything that it held. */
void store_free(struct store *store);

size_t store_count(const struct store *store);
struct entry *store_find(const struct store *store, struct str ns, struct str name);
struct entry *store_at(const struct store *store, size_t index);

/* Puts e in, taking it, in the place of one with the same key, which is
 * returned still alive (the caller retires it) or NULL. */
struct entry *store_put(struct store *store, struct entry *e);
/* Takes the entry out and returns it (the caller retires it), or NULL. */
struct entry *store_remove(struct store *store, struct str ns, struct str name);

/* The present content as an unchanging root, retired when the next one is made.
 * The same pointer as before when nothing has changed. */
const struct store_root *store_publish(struct store *store);

#endif
