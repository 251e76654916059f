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
	free(b->values);
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

static void read_columns(
	struct ordering *o, struct batch *b, struct cells *cells, const struct kind_root *kind)
{
	const struct entry **entries;

	b->values = mem_alloc((b->n + 1) * sizeof(*b->values));
	buf_init(&b->texts, ORDERING_WORDS);
	if (cells && o->shown.column < kind->kind->columns->count) {
		entries = mem_alloc((b->n + 1) * sizeof(*entries));
		for (size_t i = 0; i < b->n; i++)
			entries[i] = o->places[b->slots[i]].e;
		cells_values(
			cells, kind, o->shown.column, o->as, entries, b->n, b->values, &b->texts);
		free(entries);
		return;
	}
	for (size_t i = 0; i < b->n; i++)
		b->values[i] = (struct cell_value){ .there = true, .missing = true };
}

void batch_read(
	struct batch *b, struct ordering *o, struct cells *cells, const struct kind_root *kind)
{
	b->rows = mem_alloc((b->n + 1) * sizeof(*b->rows));
	b->absent = mem_alloc((b->n + 1) * sizeof(*b->absent));
	if (ordering_by_strings(o))
		b->strings = mem_alloc((b->n + 1) * sizeof(*b->strings));
	if (o->shown.by == ORDER_COLUMN)
		read_columns(o, b, cells, kind);
	for (size_t i = 0; i < b->n; i++) {
		const struct cell_value *v = b->values ? &b->values[i] : NULL;
		const struct entry *e = o->places[b->slots[i]].e;
		bool present;
		uint64_t key = 0;

		if (!v && i + ENTRY_AHEAD < b->n)
			entry_prefetch(o->places[b->slots[i + ENTRY_AHEAD]].e);
		if (v && !v->there)
			continue;
		present = v ? !v->missing : ordering_key(o->shown.by, e, &key);
		if (v)
			key = v->key;
		if (b->strings && present)
			add_string(b,
				v ? str_make(buf_text(&b->texts) + v->at, v->len) : entry_name(e));
		add_row(o, b, i, present, key);
	}
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
