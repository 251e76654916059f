/*
 * Open addressing, at most three quarters full.
 */
#include "cache/census.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/store.h"

#define MIX 0x9e3779b97f4a7c15u

struct slot {
	uint64_t key;	  /* 0: empty */
	uint64_t version; /* 0: seen */
};

struct census {
	struct slot *slots;
	size_t mask;
	size_t count;
	size_t seen;
};

static uint64_t not_zero(uint64_t hash)
{
	return hash ? hash : 1;
}

/* An entry cuts what is longer. */
static struct str cut(struct str s)
{
	return str_make(s.p, s.len < UINT16_MAX ? s.len : UINT16_MAX);
}

static uint64_t key_of(struct str ns, struct str name)
{
	return not_zero(str_hash(cut(ns)) * MIX ^ str_hash(cut(name)));
}

static uint64_t version_of(const unsigned char uid[16], struct str rv)
{
	uint64_t id = str_hash(str_make((const char *)uid, 16));

	return not_zero(id * MIX ^ str_hash(cut(rv)));
}

/* The slot of key, or the empty one where it would stand. */
static struct slot *find(const struct census *c, uint64_t key)
{
	size_t at = (size_t)key & c->mask;

	while (c->slots[at].key && c->slots[at].key != key)
		at = (at + 1) & c->mask;
	return &c->slots[at];
}

struct range {
	size_t first, end;
};

/* Namespaces stand together. */
static struct range range_of(const struct store_root *all, const char *ns)
{
	struct range r = { 0, all->count };

	if (!*ns)
		return r;
	store_root_find(all, str_of(ns), STR(""), &r.first);
	/* what comes next after a text is the text with a NUL */
	store_root_find(all, str_make(ns, strlen(ns) + 1), STR(""), &r.end);
	return r;
}

static void add(struct census *c, const struct entry *e)
{
	uint64_t key = key_of(entry_ns(e), entry_name(e));

	*find(c, key) = (struct slot){ key, version_of(e->uid, entry_rv(e)) };
}

/* By chunks: to find each by its index would take a search. */
static void add_all(struct census *c, const struct store_root *all, struct range r)
{
	for (size_t i = 0; i < all->n_chunks && all->starts[i] < r.end; i++) {
		const struct chunk *chunk = all->chunks[i];
		size_t start = all->starts[i];
		size_t from = r.first > start ? r.first - start : 0;

		for (size_t k = from; k < chunk->count && start + k < r.end; k++)
			add(c, chunk->entries[k]);
	}
}

struct census *census_new(const struct store_root *all, const char *ns)
{
	struct census *c = mem_zalloc(sizeof(*c));
	struct range r = range_of(all, ns);
	size_t cap = 16;

	c->count = r.end - r.first;
	while (cap * 3 / 4 < c->count)
		cap *= 2;
	c->slots = mem_zalloc(cap * sizeof(*c->slots));
	c->mask = cap - 1;
	add_all(c, all, r);
	return c;
}

void census_free(struct census *c)
{
	if (!c)
		return;
	free(c->slots);
	free(c);
}

size_t census_count(const struct census *c)
{
	return c->count;
}

enum census_verdict census_see(struct census *c, const struct census_object *o)
{
	struct slot *slot = find(c, key_of(o->ns, o->name));
	unsigned char uid[16];
	bool same;

	if (!slot->key)
		return CENSUS_LOST;
	if (!slot->version)
		return CENSUS_TWICE;
	entry_uid(o->uid, uid);
	same = slot->version == version_of(uid, o->rv);
	slot->version = 0;
	c->seen++;
	return same ? CENSUS_SAME : CENSUS_STALE;
}

size_t census_unseen(const struct census *c)
{
	return c->count - c->seen;
}

bool census_is_unseen(const struct census *c, const struct entry *e)
{
	const struct slot *slot = find(c, key_of(entry_ns(e), entry_name(e)));

	return slot->key && slot->version;
}
