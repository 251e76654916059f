#include "cluster/relations.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/root.h"
#include "kube/references.h"

/* One chunk of a store: the hashes of its entries' owners. */
struct part {
	uint64_t version;
	uint32_t n_owned;
	uint64_t *owners;
	uint16_t *owned; /* for each owner: which entry it owns */
};

struct member {
	uint32_t kind;
	uint64_t store; /* version of the store root it is of; 0: not complete */
	struct part **parts;
	size_t count;
};

struct relations {
	struct member *members; /* by kind */
	size_t count;
};

struct relations *relations_new(void)
{
	return mem_zalloc(sizeof(struct relations));
}

static void part_free(struct part *part)
{
	if (!part)
		return;
	free(part->owners);
	free(part->owned);
	free(part);
}

static void member_release(struct member *member)
{
	for (size_t i = 0; i < member->count; i++)
		part_free(member->parts[i]);
	free(member->parts);
}

void relations_free(struct relations *relations)
{
	if (!relations)
		return;
	for (size_t i = 0; i < relations->count; i++)
		member_release(&relations->members[i]);
	free(relations->members);
	free(relations);
}

/* Both halves: some uids differ at their end only. What is equal here is compared
 * in full. */
static uint64_t hash_of(const unsigned char uid[16])
{
	uint64_t half[2];

	memcpy(half, uid, sizeof(half));
	return half[0] * UINT64_C(0xff51afd7ed558ccd) ^ half[1];
}

/* ---- keeping up ---- */

static struct part *make_part(const struct chunk *chunk)
{
	struct part *part = mem_zalloc(sizeof(*part));
	size_t owners = 0, at = 0;

	part->version = chunk->version;
	for (uint32_t i = 0; i < chunk->count; i++) {
		if (i + ENTRY_AHEAD < chunk->count)
			entry_prefetch(chunk->entries[i + ENTRY_AHEAD]);
		owners += chunk->entries[i]->n_owners;
	}
	part->owners = mem_realloc_array(NULL, owners + 1, sizeof(*part->owners));
	part->owned = mem_realloc_array(NULL, owners + 1, sizeof(*part->owned));
	for (uint32_t i = 0; owners && i < chunk->count; i++) {
		for (size_t k = 0; k < chunk->entries[i]->n_owners; k++) {
			part->owners[at] = hash_of(entry_owner(chunk->entries[i], k));
			part->owned[at++] = (uint16_t)i;
		}
	}
	part->n_owned = (uint32_t)at;
	return part;
}

static int compare_parts(const void *a, const void *b)
{
	const struct part *one = *(struct part *const *)a, *other = *(struct part *const *)b;

	return one->version < other->version ? -1 : one->version > other->version;
}

/* Takes the part of a chunk out of the old ones, which are ordered by version. */
static struct part *take_part(struct part **old, bool *taken, size_t n, uint64_t version)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (old[mid]->version < version)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == n || old[low]->version != version || taken[low])
		return NULL;
	taken[low] = true;
	return old[low];
}

/* The parts that nobody has taken: kept when the walk goes on later, else freed. */
static void leave_parts(struct member *m, struct part **old, const bool *taken, size_t n, bool keep)
{
	for (size_t i = 0; i < n; i++) {
		if (taken[i])
			continue;
		if (keep)
			m->parts[m->count++] = old[i];
		else
			part_free(old[i]);
	}
}

static bool update_member(struct member *m, const struct store_root *store, int64_t deadline)
{
	struct part **old = m->parts;
	size_t n = m->count;
	bool *taken = mem_zalloc(n + 1);
	bool all = true;

	if (n)
		qsort(old, n, sizeof(*old), compare_parts);
	m->parts = mem_realloc_array(NULL, n + store->n_chunks + 1, sizeof(*m->parts));
	m->count = 0;
	for (size_t i = 0; all && i < store->n_chunks; i++) {
		struct part *part = take_part(old, taken, n, store->chunks[i]->version);

		if (!part) {
			part = make_part(store->chunks[i]);
			all = i + 1 == store->n_chunks || clock_now() < deadline;
		}
		m->parts[m->count++] = part;
	}
	leave_parts(m, old, taken, n, !all);
	m->store = all ? store->version : 0;
	free(old);
	free(taken);
	return all;
}

static int compare_members(const void *a, const void *b)
{
	const struct member *one = a, *other = b;

	return one->kind < other->kind ? -1 : one->kind > other->kind;
}

static struct member *find_member(const struct relations *r, uint32_t kind)
{
	struct member wanted = { .kind = kind };

	return r->count ? bsearch(&wanted, r->members, r->count, sizeof(wanted), compare_members)
			: NULL;
}

static bool same_kinds(const struct relations *r, const struct root *root)
{
	if (r->count != root->n_kinds)
		return false;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (!find_member(r, root->kinds[i]->kind->id))
			return false;
	}
	return true;
}

static void take_kinds(struct relations *r, const struct root *root)
{
	struct member *members = mem_zalloc((root->n_kinds + 1) * sizeof(*members));

	for (size_t i = 0; i < root->n_kinds; i++) {
		struct member *old = find_member(r, root->kinds[i]->kind->id);

		members[i] = (struct member){ .kind = root->kinds[i]->kind->id };
		if (!old)
			continue;
		members[i] = *old;
		old->parts = NULL;
		old->count = 0;
	}
	for (size_t i = 0; i < r->count; i++)
		member_release(&r->members[i]);
	free(r->members);
	r->members = members;
	r->count = root->n_kinds;
	qsort(members, r->count, sizeof(*members), compare_members);
}

bool relations_update(struct relations *r, const struct root *root, int64_t deadline)
{
	bool all = true;

	if (!same_kinds(r, root))
		take_kinds(r, root);
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct store_root *store = root->kinds[i]->store;
		struct member *m = find_member(r, root->kinds[i]->kind->id);

		if (m->store == store->version)
			continue;
		if (!all || clock_now() >= deadline) {
			m->store = 0;
			all = false;
			continue;
		}
		all = update_member(m, store, deadline);
	}
	return all;
}

/* ---- questions ---- */

/* The parts of a member match the chunks of the root's store only then. */
static const struct member *whole_member(const struct relations *r, const struct kind_root *kind)
{
	const struct member *m = find_member(r, kind->kind->id);

	return m && m->store && m->store == kind->store->version ? m : NULL;
}

/* ---- what is owned ---- */

#define TABLE_SIZE 4096 /* a power of two, more than twice RELATIONS_OWNED */

struct found {
	struct relation of;
	size_t parent; /* among the found; SIZE_MAX: the object itself */
	size_t children;
	unsigned depth;
};

struct owning {
	const struct root *root;
	struct found items[RELATIONS_OWNED];
	size_t count;
	size_t more;
	unsigned char top[16];
	/* the found by uid, in slots: number + 1, the object itself is count + 1 */
	uint32_t seen[TABLE_SIZE];
};

static const unsigned char *uid_at(const struct owning *o, uint32_t number)
{
	return number == RELATIONS_OWNED ? o->top : o->items[number].of.entry->uid;
}

/* The slot of an uid, or the empty one where it would be. */
static size_t seen_slot(const struct owning *o, const unsigned char uid[16])
{
	size_t at = (size_t)(hash_of(uid) * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (TABLE_SIZE - 1);

	while (o->seen[at] && memcmp(uid_at(o, o->seen[at] - 1), uid, 16) != 0)
		at = (at + 1) & (TABLE_SIZE - 1);
	return at;
}

static void add_owned(struct owning *o, const struct relation *of, size_t parent, unsigned depth)
{
	size_t slot = seen_slot(o, of->entry->uid);

	if (parent != SIZE_MAX)
		o->items[parent].children++;
	if (o->seen[slot])
		return; /* a circle, or two owners */
	if (o->count == RELATIONS_OWNED) {
		o->more++;
		return;
	}
	o->items[o->count] = (struct found){ .of = *of, .parent = parent, .depth = depth };
	o->seen[slot] = (uint32_t)++o->count;
}

/* The entries of one part that those found at the depth before own. */
static void own_part(struct owning *o, const struct kind_root *kind, size_t p,
	const struct part *part, unsigned depth)
{
	const struct chunk *chunk = kind->store->chunks[p];

	for (uint32_t i = 0; i < part->n_owned; i++) {
		size_t at = (size_t)(part->owners[i] * UINT64_C(0x9e3779b97f4a7c15) >> 40) &
			    (TABLE_SIZE - 1);
		const struct entry *e;

		if (!o->seen[at])
			continue;
		e = chunk->entries[part->owned[i]];
		for (size_t k = 0; k < e->n_owners; k++) {
			uint32_t number = o->seen[seen_slot(o, entry_owner(e, k))];
			bool top = number == RELATIONS_OWNED + 1;
			struct relation of = { kind, e };

			if (!number || hash_of(entry_owner(e, k)) != part->owners[i] ||
				(top ? depth != 0 : o->items[number - 1].depth + 1 != depth))
				continue;
			add_owned(o, &of, top ? SIZE_MAX : number - 1, depth);
		}
	}
}

static void own_level(const struct relations *r, struct owning *o, unsigned depth)
{
	for (size_t k = 0; k < o->root->n_kinds; k++) {
		const struct member *m = whole_member(r, o->root->kinds[k]);

		for (size_t p = 0; m && p < m->count; p++)
			own_part(o, o->root->kinds[k], p, m->parts[p], depth);
	}
}

/* Found level by level; shown depth first. */
static size_t lay_out(const struct owning *o, size_t parent, struct owned_node *out)
{
	size_t n = 0;

	for (size_t i = parent == SIZE_MAX ? 0 : parent + 1; i < o->count; i++) {
		const struct found *f = &o->items[i];

		if (f->parent != parent)
			continue;
		out[n++] = (struct owned_node){ f->of, f->depth, f->children };
		if (f->children)
			n += lay_out(o, i, out + n);
	}
	return n;
}

size_t relations_owned(const struct relations *r, const struct root *root,
	const unsigned char uid[16], struct owned_node **ret, size_t *ret_more)
{
	struct owning *o = mem_zalloc(sizeof(*o));
	size_t before, n;

	o->root = root;
	memcpy(o->top, uid, sizeof(o->top));
	o->seen[seen_slot(o, uid)] = RELATIONS_OWNED + 1;
	for (unsigned depth = 0; depth < RELATIONS_DEPTH; depth++) {
		before = o->count;
		own_level(r, o, depth);
		if (o->count == before)
			break;
	}
	*ret = mem_zalloc((o->count + 1) * sizeof(**ret));
	n = lay_out(o, SIZE_MAX, *ret);
	*ret_more = o->more;
	free(o);
	return n;
}

/* ---- references ---- */

/* The one kind of this name, in the reference's group when that is to count. */
static const struct kind_root *only_kind(
	const struct root *root, const struct reference *r, bool group)
{
	const struct kind_root *found = NULL;

	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind *kind = root->kinds[i]->kind;

		if (!str_is(r->kind, kind->kind) || (group && !str_is(r->group, kind->gvr.group)))
			continue;
		if (found)
			return NULL; /* nothing tells which */
		found = root->kinds[i];
	}
	return found;
}

/* A guessed group that has no such kind was a wrong guess. */
static const struct kind_root *kind_of(const struct root *root, const struct reference *r)
{
	const struct kind_root *found = only_kind(root, r, r->group.p != NULL);

	return found || !r->guessed ? found : only_kind(root, r, false);
}

enum relation_state relations_resolve(const struct root *root, const struct reference *reference,
	struct str ns, struct str watched, struct relation *ret)
{
	const struct kind_root *kind = reference->kind.len ? kind_of(root, reference) : NULL;
	const struct entry *e;

	*ret = (struct relation){ .kind = kind };
	if (!kind)
		return RELATION_NOT_WATCHED;
	if (reference->ns.len)
		ns = reference->ns;
	if (!kind->kind->namespaced)
		ns = STR("");
	e = store_root_find(kind->store, ns, reference->name, NULL);
	ret->entry = e;
	if (e)
		return RELATION_EXISTS;
	if (ns.len && watched.len && !str_eq(ns, watched))
		return RELATION_NOT_WATCHED;
	if (kind->kind->namespaced && !ns.len)
		return RELATION_UNKNOWN;
	return kind->state == KIND_SYNCED || kind->state == KIND_POLLING ? RELATION_DANGLING
									 : RELATION_UNKNOWN;
}
