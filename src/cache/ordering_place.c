/*
 * Rows that are where they belong are never moved past each other: what is new is
 * put between them by binary search, what waits is put back by its old key.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/ordering_internal.h"

/* ---- comparing ---- */

/* Only what is in order and known can be compared: else the rows are made anew. */
static int cmp_strings(struct ordering *o, struct cells *cells, struct str s, const struct entry *e)
{
	const struct cells_entry which = { e->version, e->slot };
	struct cell_value value;
	struct buf texts;
	int order;

	if (o->shown.by == ORDER_NAME) {
		order = str_cmp(s, entry_name(e));
		return o->shown.reverse ? -order : order;
	}
	buf_init(&texts, ORDERING_WORDS);
	cells_values(cells, &o->column, &which, 1, &value, &texts);
	order = str_cmp(s, buf_str(&texts));
	buf_release(&texts);
	if (!value.there)
		o->anew = true;
	return o->shown.reverse ? -order : order;
}

struct search {
	struct ordering *o;
	struct cells *cells;
	struct order_row row;
	struct str string;
	struct str ns, name;
};

/* Whether what is searched stands behind this row. */
static bool is_behind(const struct search *s, const struct order_row *row)
{
	const struct entry *e = s->o->places[row->slot].e;
	int order;

	if ((s->row.index ^ row->index) & ORDERING_ABSENT)
		return s->row.index & ORDERING_ABSENT;
	if (s->row.key != row->key)
		return s->row.key > row->key;
	if (!(row->index & ORDERING_ABSENT) && ordering_by_strings(s->o)) {
		order = cmp_strings(s->o, s->cells, s->string, e);
		if (order)
			return order > 0;
	}
	return entry_cmp(e, s->ns, s->name) < 0;
}

static size_t search_rows(const struct search *s, size_t low)
{
	size_t high = s->o->n_rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		ordering_settle(s->o, middle);
		if (is_behind(s, &s->o->rows[middle]))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- placing ---- */

static void mark_placed(struct ordering *o, uint32_t slot)
{
	struct place *p = &o->places[slot];

	p->row = ROW_PLACED;
	p->current = true;
	ordering_trust(o, slot);
}

void ordering_append(struct ordering *o, struct order_row row)
{
	o->rows = array_reserve(o->rows, &o->cap_rows, o->n_rows + 1, sizeof(*o->rows));
	o->rows[o->n_rows++] = row;
}

/* Where each row of sorted list goes: merged in place, from the end. places are
 * indices of the rows as they are. */
static void merge_at(
	struct ordering *o, const struct order_row *list, const size_t *places, size_t n)
{
	size_t end = o->n_rows, total = o->n_rows + n;

	o->rows = array_reserve(o->rows, &o->cap_rows, total, sizeof(*o->rows));
	for (size_t i = n; i-- > 0;) {
		size_t moved = end - places[i];

		memmove(o->rows + places[i] + i + 1, o->rows + places[i], moved * sizeof(*o->rows));
		o->rows[places[i] + i] = list[i];
		end = places[i];
	}
	o->n_rows = total;
}

/* Puts sorted rows in: those of b, or those of it without a value. */
static void merge(struct ordering *o, struct cells *cells, const struct batch *b, bool absent)
{
	struct search s = { .o = o, .cells = cells };
	struct order_row *rows = absent ? b->absent : b->rows;
	size_t n = absent ? b->n_absent : b->n_rows;
	size_t *places = mem_alloc((n + 1) * sizeof(*places));
	size_t low = 0;

	for (size_t i = 0; i < n; i++) {
		const struct entry *e = o->places[rows[i].slot].e;

		if (ordering_by_strings(o) && !absent)
			s.string = batch_string(b, o, &rows[i]);
		rows[i].index = absent ? ORDERING_ABSENT : 0;
		s.row = rows[i];
		s.ns = entry_ns(e);
		s.name = entry_name(e);
		low = places[i] = search_rows(&s, low);
	}
	merge_at(o, rows, places, n);
	for (size_t i = 0; i < n; i++)
		mark_placed(o, rows[i].slot);
	free(places);
}

/* Rows that are not those of present values leave; they are returned (heap), in
 * their order. */
static struct order_row *take_out_stale(struct ordering *o, size_t *ret_n)
{
	struct order_row *stale = NULL;
	size_t kept = 0, n = 0, cap = 0;

	for (size_t i = 0; i < o->n_rows; i++) {
		struct place *p = &o->places[o->rows[i].slot];

		if (!ordering_is_suspect(o, o->rows[i].slot) ||
			(p->e && p->wanted && ordering_is_placed(p))) {
			o->rows[kept++] = o->rows[i];
		} else if (p->e && p->wanted) {
			stale = array_reserve(stale, &cap, n + 1, sizeof(*stale));
			stale[n++] = o->rows[i];
		} else {
			p->row = ROW_NONE;
		}
	}
	o->n_rows = kept;
	*ret_n = n;
	return stale;
}

/* Behind all whose key is not greater. */
static size_t place_by_key(const struct ordering *o, const struct order_row *row)
{
	size_t low = 0, high = o->n_rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct order_row *at = &o->rows[middle];

		if (at->index < row->index || (at->index == row->index && at->key <= row->key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What has no new value yet stands where it stood, what had none at the end. */
static void put_back(struct ordering *o, struct order_row *stale, size_t n, const struct batch *b)
{
	size_t *places = mem_alloc((n + b->n + 1) * sizeof(*places));
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct place *p = &o->places[stale[i].slot];

		if (ordering_is_placed(p))
			continue;
		stale[kept] = stale[i];
		places[kept] = place_by_key(o, &stale[kept]);
		if (kept && places[kept] < places[kept - 1])
			places[kept] = places[kept - 1];
		kept++;
		p->row = ROW_WAITS;
		ordering_suspect(o, stale[i].slot);
	}
	merge_at(o, stale, places, kept);
	o->waiting = kept;
	for (size_t i = 0; i < b->n; i++) {
		struct place *p = &o->places[b->slots[i]];

		if (p->row != ROW_NONE)
			continue;
		p->row = ROW_WAITS;
		ordering_suspect(o, b->slots[i]);
		ordering_append(o, (struct order_row){ UINT64_MAX, b->slots[i], ORDERING_ABSENT });
		o->waiting++;
	}
	free(places);
}

/* Before they are sorted: their places are passed from the first to the last. */
static void mark_all(struct ordering *o, const struct batch *b)
{
	for (size_t i = 0; i < o->n_rows; i++)
		o->places[o->rows[i].slot].row = ROW_NONE;
	for (size_t i = 0; i < b->n_rows; i++)
		mark_placed(o, b->rows[i].slot);
	for (size_t i = 0; i < b->n_absent; i++)
		mark_placed(o, b->absent[i].slot);
}

void ordering_place_all(struct ordering *o, struct batch *b)
{
	mark_all(o, b);
	batch_set_prefix(b, o);
	ordering_spread(o, b);
	memcpy(o->rows + o->n_rows, b->absent, b->n_absent * sizeof(*b->absent));
	o->n_rows += b->n_absent;
	o->anew = false;
	o->ready = true;
	if (o->n_rows < b->n)
		put_back(o, NULL, 0, b);
	else
		o->waiting = 0;
}

void ordering_place_some(
	struct ordering *o, struct cells *cells, const struct kind_root *kind, struct batch *b)
{
	struct order_row *stale;
	size_t n_stale;

	ordering_settle_all(o);
	batch_read(b, o, cells, kind);
	batch_sort(b, o);
	stale = take_out_stale(o, &n_stale);
	merge(o, cells, b, false);
	merge(o, cells, b, true);
	put_back(o, stale, n_stale, b);
	free(stale);
}

size_t ordering_place_of(struct ordering *o, const struct entry *e, struct order_row row)
{
	struct search s = { .o = o, .row = row };

	s.ns = entry_ns(e);
	s.name = entry_name(e);
	return search_rows(&s, 0);
}
