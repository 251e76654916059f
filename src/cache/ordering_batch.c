/*
 * Values come from entries or, for columns, from the cell table; strings are sorted
 * here and have keys of what stands behind the prefix that most begin with.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/ordering_internal.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/object.h"
#include "kube/value.h"

void batch_release(struct batch *b)
{
	free(b->slots);
	free(b->rows);
	free(b->strings);
	free(b->absent);
	buf_release(&b->texts);
}

void batch_slot(struct batch *b, uint32_t slot)
{
	if (b->n == b->cap)
		b->slots = array_reserve(b->slots, &b->cap, b->n + 1, sizeof(*b->slots));
	b->slots[b->n++] = slot;
}

bool ordering_key(enum order_by by, const struct entry *e, uint64_t *ret)
{
	switch (by) {
	case ORDER_AGE:
		*ret = ~value_key_i64(e->created);
		return e->created != OBJECT_NO_TIME;
	case ORDER_HEALTH:
		*ret = HEALTH_KINDS - (uint64_t)e->health;
		return e->health != HEALTH_UNKNOWN;
	case ORDER_CHANGED:
		*ret = ~value_key_i64(e->changed);
		return e->changed != 0;
	default:
		*ret = 0;
		return by == ORDER_NAME;
	}
}

static void add_row(struct ordering *o, struct batch *b, size_t i, bool present, uint64_t key)
{
	struct order_row row = { .slot = b->slots[i] };

	row.key = o->shown.reverse ? ~key : key;
	row.index = (uint32_t)b->n_rows;
	if (present)
		b->rows[b->n_rows++] = row;
	else
		b->absent[b->n_absent++] =
			(struct order_row){ UINT64_MAX, row.slot, ORDERING_ABSENT };
}

static void add_string(struct batch *b, struct str s)
{
	b->strings[b->n_rows] = s;
	b->common = b->n_rows ? order_common(b->strings[0], s, b->common) : s.len;
}

static void read_entries(struct ordering *o, struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct entry *e = o->places[b->slots[i]].e;
		uint64_t key;
		bool present;

		if (i + ENTRY_AHEAD < b->n)
			entry_prefetch(o->places[b->slots[i + ENTRY_AHEAD]].e);
		present = ordering_key(o->shown.by, e, &key);
		if (b->strings && present)
			add_string(b, entry_name(e));
		add_row(o, b, i, present, key);
	}
}

#define TAKE 256 /* cells at a time */

/* Texts move while they come: their places are kept and become pointers at last. */
static void read_columns(
	struct ordering *o, struct batch *b, struct cells *cells, const struct kind_root *kind)
{
	const struct entry *entries[TAKE];
	struct cell_value values[TAKE];
	size_t *places = b->strings ? mem_alloc((b->n + 1) * sizeof(*places)) : NULL;

	buf_init(&b->texts, ORDERING_WORDS);
	for (size_t start = 0; start < b->n; start += TAKE) {
		size_t n = b->n - start < TAKE ? b->n - start : TAKE;

		for (size_t i = 0; i < n; i++)
			entries[i] = o->places[b->slots[start + i]].e;
		cells_values(cells, kind, o->shown.column, o->as, entries, n, values, &b->texts);
		for (size_t i = 0; i < n; i++) {
			if (places && values[i].there && !values[i].missing) {
				places[b->n_rows] = values[i].at;
				b->strings[b->n_rows].len = values[i].len;
			}
			if (values[i].there)
				add_row(o, b, start + i, !values[i].missing, values[i].key);
		}
	}
	b->common = b->n_rows && places ? b->strings[0].len : 0;
	for (size_t i = 0; places && i < b->n_rows; i++) {
		b->strings[i].p = buf_text(&b->texts) + places[i];
		b->common = order_common(b->strings[0], b->strings[i], b->common);
	}
	free(places);
}

void batch_read(
	struct batch *b, struct ordering *o, struct cells *cells, const struct kind_root *kind)
{
	b->rows = mem_alloc((b->n + 1) * sizeof(*b->rows));
	b->absent = mem_alloc((b->n + 1) * sizeof(*b->absent));
	if (ordering_by_strings(o))
		b->strings = mem_alloc((b->n + 1) * sizeof(*b->strings));
	if (o->shown.by == ORDER_COLUMN && cells && o->shown.column < kind->kind->columns->count)
		read_columns(o, b, cells, kind);
	else
		read_entries(o, b);
}

/* ---- sorting ---- */

/* Orders as the string does, as far as eight bytes behind the prefix can. */
static uint64_t string_key(const struct ordering *o, struct str s)
{
	int order = 0;
	uint64_t key;

	if (o->prefix_len) {
		size_t n = s.len < o->prefix_len ? s.len : o->prefix_len;

		order = n ? memcmp(s.p, o->prefix, n) : 0;
		if (order == 0 && n < o->prefix_len)
			order = -1;
	}
	key = order < 0 ? 0 : order > 0 ? UINT64_MAX : order_key8(s, o->prefix_len);
	return o->shown.reverse ? ~key : key;
}

static void set_prefix(struct ordering *o, const struct batch *b)
{
	size_t n = b->common;

	free(o->prefix);
	o->prefix = n ? str_dup(str_make(b->strings[0].p, n)) : NULL;
	o->prefix_len = n;
}

void batch_sort(struct batch *b, struct ordering *o)
{
	if (!b->strings) {
		order_sort_keys(b->rows, b->n_rows);
		return;
	}
	if (o->anew)
		set_prefix(o, b);
	order_sort_strings(b->rows, b->n_rows, b->strings, b->common, o->shown.reverse);
	for (size_t i = 0; i < b->n_rows && !o->anew; i++)
		b->rows[i].key = string_key(o, b->strings[b->rows[i].index]);
}
