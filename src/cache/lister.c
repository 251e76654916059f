/*
 * For each chunk of the store: the version that was judged, which of its entries
 * pass (a bit each) and how many. When the store changes, chunks whose versions
 * are known are taken over as they are; of those that were made of a known one only
 * what was replaced is looked at; the others are judged again, where the answers of
 * unchanged entries are found by slot and version.
 */
#include "cache/lister.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/lister_internal.h"

#define REJUDGE_EACH (5 * CLOCK_S) /* of a filter whose answers change with time */

struct lister *lister_new(uint32_t kind, const struct filter *filter, struct cells *cells)
{
	struct lister *l = mem_zalloc(sizeof(*l));

	l->kind = kind;
	l->filter = filter;
	l->cells = cells;
	l->memo = filter ? filter_memo_new(filter) : NULL;
	l->judged_at = clock_now();
	return l;
}

struct lister *lister_new_ordered(
	uint32_t kind, const struct filter *filter, const struct order *order, struct cells *cells)
{
	struct lister *l = lister_new(kind, filter, cells);

	lister_set_order(l, order);
	return l;
}

static bool is_store_order(const struct order *order)
{
	return order->by == ORDER_KEY || order->by == ORDER_NAMESPACE;
}

void lister_set_order(struct lister *lister, const struct order *order)
{
	lister->waiting = 0;
	if (is_store_order(order)) {
		if (lister->ordering)
			ordering_rest(lister->ordering);
		lister->spare = lister->ordering != NULL;
		lister->reverse = order->reverse;
		return;
	}
	lister->uses_cells |= order->by == ORDER_COLUMN && lister->cells;
	lister->waiting = 1;
	if (lister->ordering) {
		ordering_set(lister->ordering, order);
		lister->spare = false;
		return;
	}
	lister->ordering = ordering_new(order);
	lister->introduce = true;
}

static bool is_ordered(const struct lister *l)
{
	return l->ordering && ordering_is_ready(l->ordering);
}

/* None of the chunks is there any more. */
static void drop_chunks(struct lister *l)
{
	for (size_t i = 0; i < l->n_chunks; i++) {
		struct judged *j = &l->chunks[i];

		if (j->slots)
			ordering_drop(l->ordering, j->slots, j->count);
		free(j->slots);
	}
	l->n_chunks = 0;
	l->version = 0;
}

void lister_free(struct lister *lister)
{
	if (!lister)
		return;
	filter_memo_free(lister->memo);
	for (size_t i = 0; i < lister->n_chunks; i++)
		free(lister->chunks[i].slots);
	ordering_free(lister->ordering);
	free(lister->chunks);
	free(lister->starts);
	free(lister->answers);
	free(lister);
}

/* ---- following the store ---- */

static bool is_set(const struct judged *j, size_t i)
{
	return j->bits[i / 64] >> (i % 64) & 1;
}

/* Without a filter there is nothing to judge. */
static void accept(struct judged *j)
{
	for (uint32_t i = 0; i < j->count; i += 64)
		j->bits[i / 64] =
			j->count - i < 64 ? (UINT64_C(1) << (j->count - i)) - 1 : UINT64_MAX;
	j->matches = j->count;
	j->known = true;
}

static void count_rows(struct lister *l)
{
	l->rows = l->pending = 0;
	if (l->filter)
		memset(l->health, 0, sizeof(l->health));
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct judged *j = &l->chunks[i];

		l->starts[i] = l->rows;
		l->rows += j->matches;
		l->pending += j->known ? j->pending + j->n_fresh : j->count;
		for (size_t h = 0; h < HEALTH_KINDS && l->filter; h++)
			l->health[h] += j->health[h];
	}
}

static const struct chunk_past *past_of(const struct chunk *c, uint64_t version)
{
	for (size_t i = 0; i < CHUNK_PAST && c->past[i].version >= version; i++) {
		if (c->past[i].version == version)
			return &c->past[i];
	}
	return NULL;
}

/* What was judged under its version or one of its past, at or behind *from; NULL when
 * unknown. Chunks keep their order, so *from only moves on. */
static struct judged *find_judged(const struct lister *l, const struct chunk *c, size_t *from)
{
	for (size_t i = *from; i < l->n_chunks; i++) {
		if (l->chunks[i].version == c->version || past_of(c, l->chunks[i].version)) {
			*from = i + 1;
			return &l->chunks[i];
		}
	}
	return NULL;
}

static void grow_answers(struct lister *l, uint32_t slots)
{
	uint32_t n = slots + slots / 4 + 64;

	if (slots <= l->n_answers)
		return;
	l->answers = mem_realloc_array(l->answers, n, sizeof(*l->answers));
	memset(l->answers + l->n_answers, 0, (n - l->n_answers) * sizeof(*l->answers));
	l->n_answers = n;
}

/* Other columns: what was found in cells says nothing any more. */
static void forget(struct lister *l, const struct kind *kind)
{
	if (l->columns && l->n_answers)
		memset(l->answers, 0, l->n_answers * sizeof(*l->answers));
	drop_chunks(l);
	if (l->ordering)
		ordering_anew(l->ordering);
	l->columns = kind->version;
}

/* ---- what the ordering knows of the chunks ---- */

static void introduce(struct lister *l, struct judged *j, const struct chunk *c)
{
	j->slots = mem_alloc(((size_t)c->count + 1) * sizeof(*j->slots));
	memset(j->open, 0xff, sizeof(j->open));
	ordering_add(l->ordering, c, j->slots);
	if (j->known)
		ordering_judged(l->ordering, j->slots, j->count, j->bits);
}

static void align_ordering(struct lister *l, const struct store_root *store)
{
	if (!l->ordering)
		return;
	ordering_grow(l->ordering, store->slots);
	if (l->introduce && store->count)
		ordering_expect(l->ordering, store_root_at(store, 0),
			store_root_at(store, store->count - 1));
	l->introduce = false;
	for (size_t i = 0; i < l->n_chunks; i++) {
		struct judged *j = &l->chunks[i];

		/* Before there are rows, a chunk can wait until its entries are judged. */
		if (!j->slots && !l->spare && (j->known || is_ordered(l)))
			introduce(l, j, store->chunks[i]);
	}
	ordering_align(l->ordering);
}

static bool is_open(const struct judged *j)
{
	uint64_t open = 0;

	for (size_t i = 0; i < WORDS; i++)
		open |= j->open[i];
	return open != 0;
}

static bool next_chunk(void *arg, size_t *at, bool all, struct ordering_chunk *ret)
{
	const struct lister *l = arg;

	while (*at < l->n_chunks) {
		struct judged *j = &l->chunks[(*at)++];

		if (!j->known || (!all && !is_open(j)))
			continue;
		*ret = (struct ordering_chunk){ j->slots, j->bits, j->open, j->count };
		return true;
	}
	return false;
}

/* The chunks that are judged; false when the time did not suffice. */
static bool introduce_known(struct lister *l, const struct store_root *store, int64_t deadline)
{
	for (size_t i = 0; i < l->n_chunks; i++) {
		if (l->chunks[i].slots || !l->chunks[i].known)
			continue;
		introduce(l, &l->chunks[i], store->chunks[i]);
		if (clock_now() >= deadline)
			return false;
	}
	return true;
}

static void put_in_order(struct lister *l, const struct kind_root *kind)
{
	const struct ordering_source source = { next_chunk, l };

	if (!l->ordering || l->spare)
		return;
	introduce_known(l, kind->store, INT64_MAX);
	l->waiting = ordering_update(l->ordering, l->cells, kind, &source);
}

/* c has other entries in the place of some; j is of its past. */
static void renew(struct lister *l, struct judged *j, const struct chunk *c)
{
	const struct chunk_past *past = past_of(c, j->version);
	bool introduced = j->slots != NULL;

	j->version = c->version;
	j->n_fresh = 0;
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t changed = past->changed[i];

		if (l->filter)
			j->fresh[i] |= changed;
		j->n_fresh += (uint32_t)__builtin_popcountll(j->fresh[i]);
		for (; introduced && changed; changed &= changed - 1) {
			size_t at = i * 64 + (size_t)__builtin_ctzll(changed);

			ordering_renew(l->ordering, c->entries[at]);
			if (!l->filter)
				ordering_judge(l->ordering, j->slots[at], true);
		}
		j->open[i] |= past->changed[i];
	}
}

/* The judged chunks of this store; those that are not in it leave. */
static void take_chunks(struct lister *l, const struct store_root *store)
{
	struct judged *chunks = mem_alloc((store->n_chunks + 1) * sizeof(*chunks));
	size_t from = 0;

	for (size_t i = 0; i < store->n_chunks; i++) {
		const struct chunk *c = store->chunks[i];
		struct judged *old = find_judged(l, c, &from);

		/* What waits for cells is judged with its chunk. */
		if (old && (old->version == c->version || !old->pending)) {
			chunks[i] = *old;
			*old = (struct judged){ .version = 0 };
			if (chunks[i].version != c->version)
				renew(l, &chunks[i], c);
			continue;
		}
		chunks[i] = (struct judged){ .version = c->version, .count = c->count };
		if (!l->filter)
			accept(&chunks[i]);
	}
	drop_chunks(l);
	free(l->chunks);
	l->chunks = chunks;
	l->n_chunks = store->n_chunks;
}

void lister_align(struct lister *lister, const struct kind_root *kind)
{
	const struct store_root *store = kind->store;

	if (lister->columns != kind->kind->version)
		forget(lister, kind->kind);
	if (lister->version == store->version) {
		if (lister->introduce)
			align_ordering(lister, store);
		return;
	}
	take_chunks(lister, store);
	lister->starts =
		mem_realloc_array(lister->starts, store->n_chunks + 1, sizeof(*lister->starts));
	lister->version = store->version;
	lister->all = store->count;
	if (lister->filter)
		grow_answers(lister, store->slots);
	else
		memcpy(lister->health, store->health, sizeof(lister->health));
	align_ordering(lister, store);
	count_rows(lister);
}

static void judge_again(struct lister *l, struct update *u, size_t i)
{
	const struct chunk *c = u->kind->store->chunks[i];
	struct judged *j = &l->chunks[i];

	if (l->ordering && !j->slots)
		introduce(l, j, c);
	if (j->known && j->n_fresh && !j->pending)
		lister_judge_fresh(l, u, c, j);
	else
		lister_judge_chunk(l, u, c, j);
}

/* New and changed chunks, or those that wait for cells; at least one if there is any. */
static bool judge_chunks(struct lister *l, struct update *u, bool waiting, int64_t deadline)
{
	bool any = false;

	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct judged *j = &l->chunks[i];

		if (waiting ? !j->pending : j->known && !j->n_fresh)
			continue;
		judge_again(l, u, i);
		any = true;
		if (clock_now() >= deadline)
			break;
	}
	return any;
}

/* Time has passed: what was judged holds until it is judged again. */
static void rejudge(struct lister *l)
{
	if (!l->filter || !filter_is_timed(l->filter) || clock_now() - l->judged_at < REJUDGE_EACH)
		return;
	l->judged_at = clock_now();
	if (l->n_answers)
		memset(l->answers, 0, l->n_answers * sizeof(*l->answers));
	for (size_t i = 0; i < l->n_chunks; i++)
		l->chunks[i].known = false;
	count_rows(l);
}

bool lister_update_kind(struct lister *lister, const struct labels *labels,
	const struct kind_root *kind, int64_t deadline)
{
	struct update u = { .kind = kind, .labels = labels };

	lister_align(lister, kind);
	if (lister->uses_cells)
		cells_touch(lister->cells, kind);
	rejudge(lister);
	if (lister->pending) {
		filter_memo_reset(lister->memo);
		if (!judge_chunks(lister, &u, false, deadline))
			judge_chunks(lister, &u, true, deadline);
		count_rows(lister);
	}
	put_in_order(lister, kind);
	return lister->pending == 0 && lister->waiting == 0;
}

bool lister_update(struct lister *lister, const struct root *root, int64_t deadline)
{
	const struct kind_root *kind = root_kind(root, lister->kind);

	if (kind)
		return lister_update_kind(lister, root->labels, kind, deadline);
	drop_chunks(lister);
	memset(lister->health, 0, sizeof(lister->health));
	if (lister->ordering)
		ordering_align(lister->ordering);
	lister->all = lister->waiting = 0;
	count_rows(lister);
	return true;
}

bool lister_prepare(struct lister *lister, const struct kind_root *kind, int64_t deadline)
{
	if (!lister->ordering) {
		lister->ordering = ordering_new(&(struct order){ .by = ORDER_NAME });
		lister->introduce = lister->spare = true;
		align_ordering(lister, kind->store);
	}
	return !lister->spare || introduce_known(lister, kind->store, deadline);
}

/* ---- rows ---- */

size_t lister_count(const struct lister *lister)
{
	return is_ordered(lister) ? ordering_count(lister->ordering) : lister->rows;
}

const size_t *lister_health(const struct lister *lister)
{
	return lister->health;
}

void lister_progress(const struct lister *lister, size_t *ret_done, size_t *ret_all)
{
	size_t open = lister->pending > lister->waiting ? lister->pending : lister->waiting;

	*ret_done = open < lister->all ? lister->all - open : 0;
	*ret_all = lister->all;
}

/* The last chunk whose first row is not behind n; matches is not 0 there. */
static size_t chunk_of_row(const struct lister *l, size_t n)
{
	size_t low = 0, high = l->n_chunks;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (l->starts[middle] <= n)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The place of the n-th bit that is set. */
static size_t nth_match(const struct judged *j, size_t n)
{
	for (size_t word = 0; word < WORDS; word++) {
		uint64_t bits = j->bits[word];
		size_t count = (size_t)__builtin_popcountll(bits);

		if (n >= count) {
			n -= count;
			continue;
		}
		while (n--)
			bits &= bits - 1;
		return word * 64 + (size_t)__builtin_ctzll(bits);
	}
	return STORE_CHUNK;
}

const struct entry *lister_at(const struct lister *lister, const struct kind_root *kind, size_t n)
{
	const struct store_root *store = kind->store;
	size_t chunk, place;

	if (n >= lister_count(lister) || store->version != lister->version)
		return NULL;
	if (is_ordered(lister))
		return ordering_at(lister->ordering, n);
	if (lister->reverse)
		n = lister->rows - 1 - n;
	chunk = chunk_of_row(lister, n);
	place = nth_match(&lister->chunks[chunk], n - lister->starts[chunk]);
	return place < store->chunks[chunk]->count ? store->chunks[chunk]->entries[place] : NULL;
}

static size_t matches_before(const struct judged *j, size_t place)
{
	size_t n = 0;

	for (size_t word = 0; word < place / 64; word++)
		n += (size_t)__builtin_popcountll(j->bits[word]);
	if (place % 64)
		n += (size_t)__builtin_popcountll(
			j->bits[place / 64] & ((UINT64_C(1) << (place % 64)) - 1));
	return n;
}

static size_t chunk_of_index(const struct store_root *store, size_t index)
{
	size_t low = 0, high = store->n_chunks;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (store->starts[middle] <= index)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool lister_find(const struct lister *lister, const struct kind_root *kind, struct str ns,
	struct str name, size_t *ret_row)
{
	const struct store_root *store = kind->store;
	const struct entry *e;
	size_t index, chunk, place;
	bool found;

	*ret_row = 0;
	if (store->version != lister->version || store->n_chunks == 0)
		return false;
	e = store_root_find(store, ns, name, &index);
	if (is_ordered(lister))
		return ordering_find(lister->ordering, e, ns, name, ret_row);
	chunk = chunk_of_index(store, index);
	place = index - store->starts[chunk];
	*ret_row = lister->starts[chunk] + matches_before(&lister->chunks[chunk], place);
	found = e && is_set(&lister->chunks[chunk], place);
	if (lister->reverse)
		*ret_row = lister->rows - *ret_row - found;
	return found;
}
