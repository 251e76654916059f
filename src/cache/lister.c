/*
 * For each chunk of the store: the version that was judged, which of its entries
 * pass (a bit each) and how many. When the store changes, chunks whose versions
 * are known are taken over as they are; the others are judged again, where the
 * answers of unchanged entries are found by slot and version.
 */
#include "cache/lister.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/root.h"

#define WORDS (STORE_CHUNK / 64)

struct judged {
	uint64_t version; /* of the chunk */
	uint32_t count;	  /* of its entries */
	uint32_t matches;
	uint32_t pending; /* entries whose cells are not there yet */
	bool known;
	uint32_t health[HEALTH_KINDS]; /* of those that match */
	uint64_t bits[WORDS];
};

struct lister {
	uint32_t kind;
	const struct filter *filter;
	struct cells *cells;
	bool uses_cells;
	struct filter_memo *memo;
	uint64_t columns; /* struct kind.version of the columns the answers were given for */
	struct judged *chunks;
	size_t *starts; /* row of each chunk's first match */
	size_t n_chunks;
	size_t cap_chunks;
	uint64_t version; /* of the store that chunks stand for; 0: none */
	size_t rows;
	size_t health[HEALTH_KINDS]; /* of the rows */
	size_t all;
	size_t pending;	   /* not judged, or without cells */
	uint64_t *answers; /* by slot: version of the entry << 1 | whether it passes */
	uint32_t n_answers;
};

/* What one update needs. */
struct update {
	const struct kind_root *kind;
	const struct labels *labels;
	bool asked_cells;
};

struct lister *lister_new(uint32_t kind, const struct filter *filter, struct cells *cells)
{
	struct lister *l = mem_zalloc(sizeof(*l));

	l->kind = kind;
	l->filter = filter;
	l->cells = cells;
	l->memo = filter_memo_new(filter);
	return l;
}

void lister_free(struct lister *lister)
{
	if (!lister)
		return;
	filter_memo_free(lister->memo);
	free(lister->chunks);
	free(lister->starts);
	free(lister->answers);
	free(lister);
}

/* ---- judging ---- */

static bool is_set(const struct judged *j, size_t i)
{
	return j->bits[i / 64] >> (i % 64) & 1;
}

static enum filter_answer judge(struct lister *l, struct update *u, const struct entry *e)
{
	enum filter_answer answer;
	struct str cells;
	size_t done;

	if (!filter_labels_match_memo(l->filter, l->memo, e, u->labels))
		return FILTER_NO;
	answer = filter_judge_text(l->filter, u->kind->kind, e, NULL);
	if (answer != FILTER_NEEDS_CELLS || !l->cells)
		return answer;
	if (!u->asked_cells)
		cells_want(l->cells, u->kind, &done);
	u->asked_cells = l->uses_cells = true;
	if (!cells_get(l->cells, u->kind, e, &cells))
		return FILTER_NEEDS_CELLS;
	return filter_judge_text(l->filter, u->kind->kind, e, &cells);
}

static enum filter_answer remembered(struct lister *l, struct update *u, const struct entry *e)
{
	uint64_t *slot = e->slot < l->n_answers ? &l->answers[e->slot] : NULL;
	enum filter_answer answer;

	if (slot && *slot >> 1 == e->version)
		return *slot & 1 ? FILTER_YES : FILTER_NO;
	answer = judge(l, u, e);
	if (slot && answer != FILTER_NEEDS_CELLS)
		*slot = e->version << 1 | (answer == FILTER_YES);
	return answer;
}

static void judge_chunk(struct lister *l, struct update *u, const struct chunk *c, struct judged *j)
{
	memset(j->bits, 0, sizeof(j->bits));
	memset(j->health, 0, sizeof(j->health));
	j->matches = j->pending = 0;
	for (uint32_t i = 0; i < c->count; i++) {
		enum filter_answer answer = remembered(l, u, c->entries[i]);

		j->pending += answer == FILTER_NEEDS_CELLS;
		if (answer != FILTER_YES)
			continue;
		j->bits[i / 64] |= UINT64_C(1) << (i % 64);
		j->health[c->entries[i]->health]++;
		j->matches++;
	}
	j->known = true;
}

/* ---- following the store ---- */

static void count_rows(struct lister *l)
{
	l->rows = l->pending = 0;
	memset(l->health, 0, sizeof(l->health));
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct judged *j = &l->chunks[i];

		l->starts[i] = l->rows;
		l->rows += j->matches;
		l->pending += j->known ? j->pending : j->count;
		for (size_t h = 0; h < HEALTH_KINDS; h++)
			l->health[h] += j->health[h];
	}
}

/* The chunk judged under this version, at or behind *from; NULL when unknown.
 * Chunks keep their order, so *from only moves on. */
static const struct judged *find_judged(const struct lister *l, uint64_t version, size_t *from)
{
	for (size_t i = *from; i < l->n_chunks; i++) {
		if (l->chunks[i].version == version) {
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
	l->n_chunks = 0;
	l->version = 0;
	l->columns = kind->version;
}

void lister_align(struct lister *lister, const struct kind_root *kind)
{
	const struct store_root *store = kind->store;
	struct judged *chunks;
	size_t from = 0;

	if (lister->columns != kind->kind->version)
		forget(lister, kind->kind);
	if (lister->version == store->version)
		return;
	chunks = mem_alloc((store->n_chunks + 1) * sizeof(*chunks));
	for (size_t i = 0; i < store->n_chunks; i++) {
		const struct chunk *c = store->chunks[i];
		const struct judged *old = find_judged(lister, c->version, &from);

		if (old)
			chunks[i] = *old;
		else
			chunks[i] = (struct judged){ .version = c->version, .count = c->count };
	}
	free(lister->chunks);
	lister->chunks = chunks;
	lister->n_chunks = store->n_chunks;
	lister->starts =
		mem_realloc_array(lister->starts, store->n_chunks + 1, sizeof(*lister->starts));
	lister->version = store->version;
	lister->all = store->count;
	grow_answers(lister, store->slots);
	count_rows(lister);
}

/* New chunks, or those that wait for cells; at least one if there is any. */
static bool judge_chunks(struct lister *l, struct update *u, bool waiting, int64_t deadline)
{
	bool any = false;

	for (size_t i = 0; i < l->n_chunks; i++) {
		struct judged *j = &l->chunks[i];

		if (j->known != waiting || (waiting && !j->pending))
			continue;
		judge_chunk(l, u, u->kind->store->chunks[i], j);
		any = true;
		if (clock_now() >= deadline)
			break;
	}
	return any;
}

bool lister_update_kind(struct lister *lister, const struct labels *labels,
	const struct kind_root *kind, int64_t deadline)
{
	struct update u = { .kind = kind, .labels = labels };

	lister_align(lister, kind);
	if (lister->uses_cells)
		cells_touch(lister->cells, kind);
	if (lister->pending == 0)
		return true;
	filter_memo_reset(lister->memo);
	if (!judge_chunks(lister, &u, false, deadline))
		judge_chunks(lister, &u, true, deadline);
	count_rows(lister);
	return lister->pending == 0;
}

bool lister_update(struct lister *lister, const struct root *root, int64_t deadline)
{
	const struct kind_root *kind = root_kind(root, lister->kind);

	if (kind)
		return lister_update_kind(lister, root->labels, kind, deadline);
	lister->n_chunks = lister->all = 0;
	count_rows(lister);
	lister->version = 0;
	return true;
}

/* ---- rows ---- */

size_t lister_count(const struct lister *lister)
{
	return lister->rows;
}

const size_t *lister_health(const struct lister *lister)
{
	return lister->health;
}

void lister_progress(const struct lister *lister, size_t *ret_done, size_t *ret_all)
{
	*ret_done = lister->all - lister->pending;
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

	if (n >= lister->rows || store->version != lister->version)
		return NULL;
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

	*ret_row = 0;
	if (store->version != lister->version || store->n_chunks == 0)
		return false;
	e = store_root_find(store, ns, name, &index);
	chunk = chunk_of_index(store, index);
	place = index - store->starts[chunk];
	*ret_row = lister->starts[chunk] + matches_before(&lister->chunks[chunk], place);
	return e && is_set(&lister->chunks[chunk], place);
}
