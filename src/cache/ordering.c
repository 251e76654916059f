#include "cache/ordering.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/ordering_internal.h"
#include "cache/root.h"
#include "kube/columns.h"

#define ANEW_SHARE 8 /* when one row in so many is to be placed, all are */

struct ordering *ordering_new(const struct order *order)
{
	struct ordering *o = mem_zalloc(sizeof(*o));

	o->order = *order;
	o->anew = true;
	return o;
}

void ordering_free(struct ordering *o)
{
	if (!o)
		return;
	free(o->prefix);
	free(o->keys.prefix);
	free(o->spans);
	free(o->rows);
	free(o->places);
	free(o->suspects);
	free(o);
}

void ordering_set(struct ordering *o, const struct order *order)
{
	o->order = *order;
	o->anew = true;
}

void ordering_rest(struct ordering *o)
{
	for (size_t i = 0; i < o->n_places; i++)
		o->places[i].row = ROW_NONE;
	ordering_settled(o);
	o->n_rows = o->n_spread = 0;
	o->order.by = o->keys.by;
	o->anew = true;
	o->ready = false;
}

void ordering_anew(struct ordering *o)
{
	o->anew = true;
}

bool ordering_is_ready(const struct ordering *o)
{
	return o->ready;
}

size_t ordering_count(const struct ordering *o)
{
	return o->n_rows;
}

/* ---- following the store ---- */

static uint32_t uid_of(const struct entry *e)
{
	uint32_t part;

	memcpy(&part, e->uid, sizeof(part));
	return part;
}

void ordering_drop(struct ordering *o, const uint32_t *slots, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		o->places[slots[i]].e = NULL;
		ordering_suspect(o, slots[i]);
	}
	o->dirty = true;
}

void ordering_grow(struct ordering *o, size_t slots)
{
	size_t n = (slots + slots / 4 + 64) / 64 * 64, words = o->n_places / 64;

	if (slots <= o->n_places)
		return;
	if (o->places) {
		o->places = mem_realloc_array(o->places, n, sizeof(*o->places));
		memset(o->places + o->n_places, 0, (n - o->n_places) * sizeof(*o->places));
	} else {
		o->places = mem_zalloc(n * sizeof(*o->places)); /* its end is not touched */
	}
	o->suspects = mem_realloc_array(o->suspects, n / 64, sizeof(*o->suspects));
	memset(o->suspects + words, 0, (n / 64 - words) * sizeof(*o->suspects));
	o->n_places = n;
}

void ordering_expect(struct ordering *o, const struct entry *first, const struct entry *last)
{
	struct early_keys *k = &o->keys;
	struct str name = entry_name(first);

	free(k->prefix);
	*k = (struct early_keys){ .by = o->order.by == ORDER_COLUMN ? ORDER_KEY : o->order.by };
	k->common = k->prefix_len = order_common(name, entry_name(last), name.len);
	k->prefix = str_dup(str_make(name.p, k->common));
}

void ordering_renew(struct ordering *o, const struct entry *e)
{
	struct place *p = &o->places[e->slot];
	uint32_t uid = uid_of(e);

	if (p->uid != uid) {
		p->uid = uid;
		p->wanted = false;
	}
	p->e = e;
	p->current = p->current && p->version == e->version;
	p->version = e->version;
	p->keyed = false;
	if (!o->ready && o->keys.by == o->order.by)
		ordering_read_early(o, p);
	if (p->wanted && ordering_is_placed(p))
		ordering_trust(o, e->slot);
	else
		ordering_suspect(o, e->slot);
	o->dirty |= !p->wanted;
}

void ordering_add(struct ordering *o, const struct chunk *c, uint32_t *slots)
{
	for (uint32_t i = 0; i < c->count; i++) {
		if (i + ENTRY_AHEAD < c->count)
			entry_prefetch(c->entries[i + ENTRY_AHEAD]);
		slots[i] = c->entries[i]->slot;
		ordering_renew(o, c->entries[i]);
	}
	o->dirty = true;
}

static bool is_somebodys(struct ordering *o, struct order_row row)
{
	struct place *p = &o->places[row.slot];

	if (!ordering_is_suspect(o, row.slot) || (p->e && p->wanted))
		return true;
	p->row = ROW_NONE;
	return false;
}

void ordering_align(struct ordering *o)
{
	if (o->dirty)
		ordering_keep(o, is_somebodys);
	o->dirty = false;
}

void ordering_judge(struct ordering *o, uint32_t slot, bool wanted)
{
	struct place *p = &o->places[slot];

	if (p->wanted && !wanted) {
		ordering_suspect(o, slot);
		o->dirty = true;
	}
	p->wanted = wanted;
}

void ordering_judged(struct ordering *o, const uint32_t *slots, uint32_t n, const uint64_t *bits)
{
	for (uint32_t i = 0; i < n; i++)
		ordering_judge(o, slots[i], bits[i / 64] >> (i % 64) & 1);
}

/* ---- updating ---- */

/* Which rows are to be placed: all, or those that are not where they belong. */
static void gather(
	struct ordering *o, const struct ordering_source *source, bool all, struct batch *b)
{
	struct ordering_chunk c;
	size_t at = 0;

	b->n = 0;
	while (source->next(source->arg, &at, all, &c)) {
		batch_reserve(b, c.count);
		for (uint32_t i = 0; i < c.count; i++) {
			uint64_t bits = c.bits[i / 64] & (all ? UINT64_MAX : c.open[i / 64]);

			if (i % 64 == 0 && !bits)
				i += 63;
			else if ((bits >> (i % 64) & 1) &&
				 (all || !ordering_is_placed(&o->places[c.slots[i]])))
				b->slots[b->n++] = c.slots[i];
		}
	}
}

/* Of what was gathered only what waits is still to be placed. */
static void say_placed(struct ordering *o, const struct ordering_source *source, bool all)
{
	struct ordering_chunk c;
	size_t at = 0;

	while (source->next(source->arg, &at, all, &c)) {
		uint64_t open[STORE_CHUNK / 64] = { 0 };

		for (uint32_t i = 0; o->waiting && i < c.count; i++) {
			if (o->places[c.slots[i]].row == ROW_WAITS)
				open[i / 64] |= UINT64_C(1) << (i % 64);
		}
		memcpy(c.open, open, sizeof(open));
	}
}

static bool is_from_cells(
	const struct ordering *o, const struct cells *cells, const struct kind_root *kind)
{
	return o->order.by == ORDER_COLUMN && cells && o->order.column < kind->kind->columns->count;
}

/* Whether enough is known to place all rows; *ret_behind: how many it is not known of. */
static bool may_place_all(
	struct ordering *o, struct cells *cells, const struct kind_root *kind, size_t *ret_behind)
{
	size_t count = kind->store->count, done;
	bool whole;

	*ret_behind = 0;
	if (!is_from_cells(o, cells, kind))
		return true;
	whole = cells_want(cells, kind, &done);
	*ret_behind = whole ? 0 : count > done ? count - done : 1;
	return cells_order(cells, kind, o->order.column, &o->as) &&
	       *ret_behind <= count / ANEW_SHARE;
}

/* Rows stay as they are, and those that there were not stand at the end. */
static void stay(struct ordering *o, const struct ordering_source *source, struct batch *b)
{
	if (!o->ready)
		return;
	gather(o, source, false, b);
	for (size_t i = 0; i < b->n; i++) {
		struct place *p = &o->places[b->slots[i]];

		if (p->row != ROW_NONE)
			continue;
		p->row = ROW_WAITS;
		ordering_suspect(o, b->slots[i]);
		ordering_append(o, (struct order_row){ UINT64_MAX, b->slots[i], ORDERING_ABSENT });
	}
}

/* Whether rows are not to be placed one by one: many have changed, or how the
 * values compare has. */
static bool is_anew(struct ordering *o, struct cells *cells, const struct kind_root *kind,
	const struct batch *b)
{
	enum cells_order as = o->as;

	if (is_from_cells(o, cells, kind))
		cells_order(cells, kind, o->order.column, &as);
	return o->anew || as != o->as || (b->n > 64 && b->n > o->n_rows / ANEW_SHARE);
}

size_t ordering_update(struct ordering *o, struct cells *cells, const struct kind_root *kind,
	const struct ordering_source *source)
{
	struct batch b = { .texts = BUF_INIT(0) };
	size_t behind = 0;

	ordering_align(o);
	if (!o->anew)
		ordering_settle_some(o);
	if (!o->anew)
		gather(o, source, false, &b);
	o->anew = is_anew(o, cells, kind, &b);
	if (o->anew && !may_place_all(o, cells, kind, &behind)) {
		stay(o, source, &b);
		batch_release(&b);
		return behind ? behind : 1;
	}
	if (o->anew) {
		gather(o, source, true, &b);
		o->shown = o->order;
		batch_read(&b, o, cells, kind);
		ordering_place_all(o, &b);
		say_placed(o, source, true);
	} else if (b.n || o->waiting) {
		ordering_place_some(o, cells, kind, &b);
		say_placed(o, source, false);
	}
	batch_release(&b);
	/* What the worker has yet to look at may say that the values compare otherwise. */
	if (is_from_cells(o, cells, kind) && !cells_want(cells, kind, &behind))
		return o->waiting + 1;
	return o->waiting + o->anew;
}

/* ---- rows ---- */

const struct entry *ordering_at(const struct ordering *o, size_t n)
{
	ordering_settle((struct ordering *)o, n); /* which rows there are stays the same */
	return n < o->n_rows ? o->places[o->rows[n].slot].e : NULL;
}

/* By name only: what an object is worth that is no row nobody knows. */
static size_t place_of_name(const struct ordering *o, struct str ns, struct str name)
{
	size_t low = 0, high = o->n_rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct entry *e = ordering_at(o, middle);
		int order = str_cmp(entry_name(e), name);

		order = o->shown.reverse ? -order : order;
		if (order < 0 || (order == 0 && entry_cmp(e, ns, name) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first row whose key is not smaller. */
static size_t place_of_key(const struct ordering *o, const struct entry *e)
{
	struct order_row row = { .key = UINT64_MAX, .index = ORDERING_ABSENT };
	uint64_t key;

	if (ordering_key(o->shown.by, e, &key)) {
		row.key = o->shown.reverse ? ~key : key;
		row.index = 0;
	}
	return ordering_place_of((struct ordering *)o, e, row);
}

bool ordering_find(const struct ordering *o, const struct entry *e, struct str ns, struct str name,
	size_t *ret_row)
{
	const struct place *p = e && e->slot < o->n_places ? &o->places[e->slot] : NULL;

	for (size_t i = 0; p && p->row != ROW_NONE && i < o->n_rows; i++) {
		if (o->rows[i].slot != e->slot)
			continue;
		*ret_row = ordering_settle_slot((struct ordering *)o, i);
		return true;
	}
	if (o->shown.by == ORDER_NAME)
		*ret_row = place_of_name(o, ns, name);
	else if (e && o->shown.by != ORDER_COLUMN)
		*ret_row = place_of_key(o, e);
	else
		*ret_row = o->n_rows;
	return false;
}
