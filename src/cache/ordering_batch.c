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
	free(b->words);
	free(b->absent);
	buf_release(&b->texts);
}

void batch_reserve(struct batch *b, size_t more)
{
	b->slots = array_reserve(b->slots, &b->cap, b->n + more, sizeof(*b->slots));
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

void ordering_read_early(struct ordering *o, struct place *p)
{
	struct early_keys *k = &o->keys;

	p->keyed = true;
	if (k->by != ORDER_NAME) {
		p->present = ordering_key(k->by, p->e, &p->key);
		return;
	}
	k->common = order_common(str_make(k->prefix, k->prefix_len), entry_name(p->e), k->common);
	p->key = order_key8(entry_name(p->e), k->prefix_len);
	p->present = true;
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

struct str batch_string(
	const struct batch *b, const struct ordering *o, const struct order_row *row)
{
	const struct batch_word *word;

	if (!b->words)
		return entry_name(o->places[row->slot].e);
	word = &b->words[row->index];
	return str_make(buf_text(&b->texts) + word->at, word->len);
}

/* Keys of what stands behind the bytes that all strings begin with. */
static void set_keys(struct ordering *o, struct batch *b)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		uint64_t key = order_key8(batch_string(b, o, &b->rows[i]), b->common);

		b->rows[i].key = o->shown.reverse ? ~key : key;
	}
}

/* False when not all have been read, or other bytes of names. */
static bool read_early(struct ordering *o, struct batch *b)
{
	if (o->keys.by != o->shown.by || o->keys.common != o->keys.prefix_len)
		return false;
	for (size_t i = 0; i < b->n; i++) {
		const struct place *p = &o->places[b->slots[i]];

		if (!p->keyed) {
			b->n_rows = b->n_absent = 0;
			return false;
		}
		add_row(o, b, i, p->present, p->key);
	}
	b->common = o->keys.common;
	return true;
}

/* Names are far from each other in memory: what the first and the last have in
 * common is what all will have, and if so they are looked at once. */
static void read_names(struct ordering *o, struct batch *b)
{
	struct str first = b->n ? entry_name(o->places[b->slots[0]].e) : STR("");
	struct str last = b->n ? entry_name(o->places[b->slots[b->n - 1]].e) : STR("");
	size_t guess = order_common(first, last, first.len);

	b->common = guess;
	for (size_t i = 0; i < b->n; i++) {
		struct str name;

		if (i + ENTRY_AHEAD < b->n)
			entry_prefetch(o->places[b->slots[i + ENTRY_AHEAD]].e);
		name = entry_name(o->places[b->slots[i]].e);
		b->common = order_common(first, name, b->common);
		add_row(o, b, i, true, order_key8(name, guess));
	}
	if (b->common != guess)
		set_keys(o, b);
}

static void read_entries(struct ordering *o, struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		uint64_t key;
		bool present;

		if (i + ENTRY_AHEAD < b->n)
			entry_prefetch(o->places[b->slots[i + ENTRY_AHEAD]].e);
		present = ordering_key(o->shown.by, o->places[b->slots[i]].e, &key);
		add_row(o, b, i, present, key);
	}
}

static void read_words(struct ordering *o, struct batch *b)
{
	struct str first;

	if (!b->n_rows)
		return;
	first = batch_string(b, o, &b->rows[0]);
	b->common = first.len;
	for (size_t i = 1; i < b->n_rows; i++)
		b->common = order_common(first, batch_string(b, o, &b->rows[i]), b->common);
	set_keys(o, b);
}

static struct cells_entry cells_entry_of(const struct ordering *o, uint32_t slot)
{
	return (struct cells_entry){ o->places[slot].version, slot };
}

#define TAKE 256 /* cells at a time */

static void take_value(
	struct ordering *o, struct batch *b, size_t i, const struct cell_value *value)
{
	if (b->words && value->there && !value->missing)
		b->words[b->n_rows] =
			(struct batch_word){ (uint32_t)value->at, (uint32_t)value->len };
	if (value->there)
		add_row(o, b, i, !value->missing, value->key);
}

/* When all are to be placed, the keys of words do until their rows are looked at. */
static void read_columns(
	struct ordering *o, struct batch *b, struct cells *cells, const struct kind_root *kind)
{
	bool words = o->as == CELLS_WORDS && !o->anew;
	struct cells_entry entries[TAKE];
	struct cell_value values[TAKE];

	o->cells = cells;
	o->column = (struct cells_column){ kind->kind->id, kind->kind->version, o->shown.column,
		o->as };
	if (words)
		b->words = mem_alloc((b->n + 1) * sizeof(*b->words));
	for (size_t start = 0; start < b->n; start += TAKE) {
		size_t n = b->n - start < TAKE ? b->n - start : TAKE;

		for (size_t i = 0; i < n; i++)
			entries[i] = cells_entry_of(o, b->slots[start + i]);
		cells_values(cells, &o->column, entries, n, values, words ? &b->texts : NULL);
		for (size_t i = 0; i < n; i++)
			take_value(o, b, start + i, &values[i]);
	}
	if (words)
		read_words(o, b);
}

void batch_read(
	struct batch *b, struct ordering *o, struct cells *cells, const struct kind_root *kind)
{
	buf_init(&b->texts, ORDERING_WORDS);
	b->rows = mem_alloc((b->n + 1) * sizeof(*b->rows));
	b->absent = mem_alloc((b->n + 1) * sizeof(*b->absent));
	if (o->shown.by == ORDER_COLUMN && cells && o->shown.column < kind->kind->columns->count)
		read_columns(o, b, cells, kind);
	else if (read_early(o, b))
		return;
	else if (o->shown.by == ORDER_NAME)
		read_names(o, b);
	else
		read_entries(o, b);
}

/* A word that is not known any more: what is known of it; all are placed again then,
 * but when its row is to be placed anyway. */
static void add_lost(struct ordering *o, const struct order_row *row, struct buf *texts)
{
	uint64_t key = htobe64(o->shown.reverse ? ~row->key : row->key);
	const char *bytes = (const char *)&key;

	buf_add(texts, bytes, strnlen(bytes, sizeof(key)));
	if (!ordering_is_suspect(o, row->slot))
		o->anew = true;
}

void batch_read_span(struct batch *b, struct ordering *o, struct order_row *rows, size_t n)
{
	*b = (struct batch){ .common = o->prefix_len };
	buf_init(&b->texts, ORDERING_WORDS);
	if (o->shown.by == ORDER_NAME || !ordering_by_strings(o))
		return;
	b->words = mem_alloc(n * sizeof(*b->words));
	for (size_t i = 0; i < n; i++) {
		struct cells_entry entry = cells_entry_of(o, rows[i].slot);
		size_t at = b->texts.len;
		struct cell_value value;

		cells_values(o->cells, &o->column, &entry, 1, &value, &b->texts);
		if (!value.there)
			add_lost(o, &rows[i], &b->texts);
		b->words[i] = (struct batch_word){ (uint32_t)at, (uint32_t)(b->texts.len - at) };
		rows[i].index = (uint32_t)i;
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

void batch_set_prefix(const struct batch *b, struct ordering *o)
{
	free(o->prefix);
	o->prefix = NULL;
	o->prefix_len = 0;
	if (o->shown.by != ORDER_NAME || !b->n_rows || !b->common)
		return;
	o->prefix_len = b->common;
	o->prefix = str_dup(str_make(batch_string(b, o, &b->rows[0]).p, b->common));
}

struct strings_of {
	const struct batch *b;
	const struct ordering *o;
};

static struct str string_at(const void *arg, const struct order_row *row)
{
	const struct strings_of *of = arg;

	return batch_string(of->b, of->o, row);
}

void batch_sort_rows(
	const struct batch *b, const struct ordering *o, struct order_row *rows, size_t n)
{
	const struct strings_of of = { b, o };
	const struct order_strings strings = { string_at, &of };

	if (ordering_by_strings(o))
		order_sort_strings(rows, n, &strings, b->common, o->shown.reverse);
	else
		order_sort_keys(rows, n);
}

void batch_sort(struct batch *b, const struct ordering *o)
{
	batch_sort_rows(b, o, b->rows, b->n_rows);
	for (size_t i = 0; i < b->n_rows && ordering_by_strings(o); i++)
		b->rows[i].key = string_key(o, batch_string(b, o, &b->rows[i]));
}
