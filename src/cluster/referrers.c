#include "cluster/referrers.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/references.h"

#define BEYOND_MAX  ((size_t)100000) /* objects of one kind that are counted, no more */
#define LOOK_AFTER  1024	     /* entries passed over between two looks at the clock, */
#define READ_WEIGHT 64		     /* and reading one is like so many */

/* Objects that refer to it and found no room, by the versions of their entries. */
struct beyond {
	uint64_t *versions; /* ordered when the walk has ended */
	size_t count, cap;
};

/* How far a kind has been read. */
struct walk {
	uint32_t kind;
	uint64_t read;	/* all entries of versions up to here have been read */
	uint64_t until; /* the walk under way: the store's version as it began; 0: none */
	bool any;	/* ns and name are those of the last entry that was read */
	char *ns, *name;
	size_t done;	      /* of the first walk */
	struct beyond beyond; /* as of the last whole walk, */
	struct beyond next;   /* and of the one under way */
};

struct referrers {
	struct tree_key key;
	char *kind_name;
	struct text_reader *reader;
	struct walk *walks;
	size_t n_walks, cap_walks;
	struct referrer *items;
	size_t count, cap;
	bool done;
};

struct referrers *referrers_new(
	const struct root *root, const struct tree_key *key, struct text_reader *reader)
{
	struct referrers *r = mem_zalloc(sizeof(*r));
	const struct kind_root *kind = root_kind(root, key->kind);

	r->key = *key;
	r->key.group = mem_strdup_or_null(key->group);
	r->key.ns = mem_strdup_or_null(key->ns);
	r->key.name = mem_strdup_or_null(key->name);
	r->kind_name = mem_strdup(kind ? kind->kind->kind : "");
	r->reader = reader;
	return r;
}

static void referrer_release(struct referrer *item)
{
	tree_key_release(&item->key);
	free(item->path);
}

void referrers_free(struct referrers *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		referrer_release(&r->items[i]);
	for (size_t i = 0; i < r->n_walks; i++) {
		free(r->walks[i].ns);
		free(r->walks[i].name);
		free(r->walks[i].beyond.versions);
		free(r->walks[i].next.versions);
	}
	tree_key_release(&r->key);
	free(r->kind_name);
	free(r->items);
	free(r->walks);
	free(r);
}

/* ---- what finds no room ---- */

static int compare_versions(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return one < other ? -1 : one > other;
}

static void beyond_add(struct beyond *beyond, uint64_t version)
{
	if (beyond->count == BEYOND_MAX)
		return;
	beyond->versions = array_reserve(
		beyond->versions, &beyond->cap, beyond->count + 1, sizeof(*beyond->versions));
	beyond->versions[beyond->count++] = version;
}

static bool beyond_has(const struct beyond *beyond, uint64_t version)
{
	return beyond->count && bsearch(&version, beyond->versions, beyond->count, sizeof(version),
					compare_versions);
}

/* The walk has ended: what it has counted is so, and gone is what it did not see. */
static void beyond_end(struct walk *w)
{
	struct beyond old = w->beyond;

	w->beyond = w->next;
	w->next = old;
	w->next.count = 0;
	if (w->beyond.count)
		qsort(w->beyond.versions, w->beyond.count, sizeof(*w->beyond.versions),
			compare_versions);
}

/* ---- one object ---- */

struct reading {
	struct referrers *r;
	struct walk *walk;
	const struct kind_root *kind;
	const struct entry *entry;
};

static bool refers(const struct reading *at, const struct reference *ref)
{
	const struct referrers *r = at->r;
	struct str ns = str_of(r->key.ns);
	unsigned char uid[16];

	if (!str_is(ref->name, r->key.name))
		return false;
	if (ref->uid.len) {
		entry_uid(ref->uid, uid);
		return !memcmp(uid, r->key.uid, sizeof(uid));
	}
	if (ref->kind.len && !str_is(ref->kind, r->kind_name))
		return false;
	if (ref->group.p && !ref->guessed && !str_is(ref->group, r->key.group))
		return false;
	if (!ns.len)
		return true;
	/* what has no namespace and names none means one that nothing tells */
	return str_eq(ref->ns.len ? ref->ns : entry_ns(at->entry), ns) ||
	       (!ref->ns.len && !entry_ns(at->entry).len);
}

/* It came while a walk was under way, which has read it already. */
static bool is_known(const struct referrers *r, const struct entry *e, struct str path)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->items[i].version == e->version && str_is(path, r->items[i].path))
			return true;
	}
	return false;
}

static bool take_reference(void *arg, const struct reference *ref)
{
	const struct reading *at = arg;
	struct referrers *r = at->r;
	struct referrer *item;
	struct tree_row row = { .level = TREE_OBJECT,
		.group = str_of(at->kind->kind->gvr.group),
		.kind = at->kind,
		.entry = at->entry };

	if (!refers(at, ref) || is_known(r, at->entry, ref->path))
		return true;
	if (r->count == REFERRERS_MAX) {
		beyond_add(&at->walk->next, at->entry->version);
		return false;
	}
	r->items = array_reserve(r->items, &r->cap, r->count + 1, sizeof(*r->items));
	item = &r->items[r->count++];
	*item = (struct referrer){ .version = at->entry->version,
		.path = str_dup(ref->path),
		.by_name = !ref->kind.len && !ref->uid.len };
	tree_key_of(&row, &item->key);
	return true;
}

static void read_entry(
	struct referrers *r, struct walk *w, const struct kind_root *kind, const struct entry *e)
{
	struct reading at = { r, w, kind, e };
	struct str text = text_read_kept(r->reader, e->text);

	/* most do not even have the name in them */
	if (!memcmp(e->uid, r->key.uid, sizeof(e->uid)) || !text.p ||
		!memmem(text.p, text.len, r->key.name, strlen(r->key.name)))
		return;
	references_each(text, take_reference, &at);
}

/* What has changed or gone since it was read no longer counts. */
static void drop_old(struct referrers *r, const struct root *root)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct tree_key *key = &r->items[i].key;
		const struct kind_root *kind = root_kind(root, key->kind);
		const struct entry *e = kind ? store_root_find(kind->store, str_of(key->ns),
						       str_of(key->name), NULL)
					     : NULL;

		if (e && e->version == r->items[i].version)
			r->items[kept++] = r->items[i];
		else
			referrer_release(&r->items[i]);
	}
	r->count = kept;
	for (size_t i = 0; i < r->n_walks; i++) {
		if (!root_kind(root, r->walks[i].kind))
			r->walks[i].beyond.count = r->walks[i].next.count = 0;
	}
}

/* ---- walking ---- */

static struct walk *walk_of(struct referrers *r, uint32_t kind)
{
	for (size_t i = 0; i < r->n_walks; i++) {
		if (r->walks[i].kind == kind)
			return &r->walks[i];
	}
	r->walks = array_reserve(r->walks, &r->cap_walks, r->n_walks + 1, sizeof(*r->walks));
	r->walks[r->n_walks] = (struct walk){ .kind = kind };
	return &r->walks[r->n_walks++];
}

static void walk_pause(struct walk *w, const struct entry *e)
{
	free(w->ns);
	free(w->name);
	w->any = e;
	w->ns = e ? str_dup(entry_ns(e)) : NULL;
	w->name = e ? str_dup(entry_name(e)) : NULL;
}

/* Where the walk goes on. */
static size_t walk_place(const struct walk *w, const struct store_root *store)
{
	size_t at = 0;

	if (!w->any)
		return 0;
	return store_root_find(store, str_of(w->ns), str_of(w->name), &at) ? at + 1 : at;
}

/* What is new is read, and what found no room, once there is some. False: passed
 * over. */
static bool visit(
	struct referrers *r, struct walk *w, const struct kind_root *kind, const struct entry *e)
{
	if (w->read == 0)
		w->done++;
	if (e->version <= w->read) {
		if (!beyond_has(&w->beyond, e->version))
			return false;
		if (r->count == REFERRERS_MAX) {
			beyond_add(&w->next, e->version);
			return false;
		}
	}
	read_entry(r, w, kind, e);
	return true;
}

static bool walk_kind(
	struct referrers *r, struct walk *w, const struct kind_root *kind, int64_t deadline)
{
	const struct store_root *store = kind->store;

	if (!w->until)
		w->until = store->version;
	for (size_t at = walk_place(w, store), work = 0; at < store->count; at++) {
		const struct entry *e = store_root_at(store, at);

		work += visit(r, w, kind, e) ? READ_WEIGHT : 1;
		if (work < LOOK_AFTER)
			continue;
		work = 0;
		if (clock_now() >= deadline) {
			walk_pause(w, e);
			return false;
		}
	}
	walk_pause(w, NULL);
	beyond_end(w);
	w->read = w->until;
	w->until = 0;
	return true;
}

/* Nothing is new, and nothing that waits for room can have it. */
static bool is_read(const struct referrers *r, const struct walk *w, const struct store_root *store)
{
	return w->read == store->version && !w->until &&
	       (!w->beyond.count || r->count == REFERRERS_MAX);
}

bool referrers_update(struct referrers *r, const struct root *root, int64_t deadline)
{
	drop_old(r, root);
	for (size_t i = 0; i < root->n_kinds; i++) {
		struct walk *w = walk_of(r, root->kinds[i]->kind->id);

		if (is_read(r, w, root->kinds[i]->store))
			continue;
		if (!walk_kind(r, w, root->kinds[i], deadline))
			return false;
		if (clock_now() >= deadline && i + 1 < root->n_kinds)
			return false;
	}
	r->done = true;
	return true;
}

void referrers_progress(
	const struct referrers *r, const struct root *root, size_t *ret_done, size_t *ret_all)
{
	*ret_done = *ret_all = 0;
	for (size_t i = 0; i < r->n_walks; i++)
		*ret_done += r->walks[i].done;
	for (size_t i = 0; i < root->n_kinds; i++)
		*ret_all += root->kinds[i]->store->count;
	if (*ret_done > *ret_all)
		*ret_done = *ret_all;
}

size_t referrers_unread(const struct root *root)
{
	size_t n = 0;

	for (size_t i = 0; i < root->n_kinds; i++)
		n += root->kinds[i]->on_demand ? root->kinds[i]->store->count : 0;
	return n;
}

bool referrers_done(const struct referrers *r)
{
	return r->done;
}

size_t referrers_count(const struct referrers *r)
{
	return r->count;
}

const struct referrer *referrers_at(const struct referrers *r, size_t n)
{
	return &r->items[n];
}

size_t referrers_more(const struct referrers *r)
{
	size_t more = 0;

	for (size_t i = 0; i < r->n_walks; i++)
		more += r->walks[i].read ? r->walks[i].beyond.count : r->walks[i].next.count;
	return more;
}
