#include "cache/ordering.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/order_sort.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/object.h"
#include "kube/value.h"

#define WORDS_MAX   ((size_t)1 << 30) /* bytes of one column's texts; past it they count as empty */
#define ANEW_SHARE  8		      /* when one row in so many is to be placed, all are */
#define FLAG_ABSENT 1u		      /* in order_row.index: it has no value */

enum row_state {
	ROW_NONE,
	ROW_PLACED,
	ROW_WAITS,
};

struct place {
	const struct entry *e; /* of the pinned root; NULL: nobody's */
	uint64_t version;      /* of e */
	uint64_t placed;       /* of the entry that its row was placed for */
	uint32_t uid;	       /* part of it: whether the slot is still the same object's */
	bool wanted;	       /* it passes the filter */
	uint8_t row;	       /* enum row_state */
};

struct ordering {
	struct order order; /* that is wanted */
	struct order shown; /* that the rows are in */
	bool anew;	    /* all rows are to be placed */
	bool ready;
	bool dirty; /* a row may have to be taken out */
	enum cells_order as;
	char *prefix; /* that most texts begin with; keys are of what is behind */
	size_t prefix_len;
	struct order_row *rows;
	size_t n_rows;
	size_t cap_rows;
	size_t waiting;
	struct place *places; /* by slot */
	size_t n_places;
};

/* What is to be placed, in the store's order. */
struct batch {
	const struct entry **entries;
	size_t n;
	size_t cap;
	struct order_row *rows;	   /* of those that have a value */
	struct str *strings;	   /* by row.index; NULL: the keys say it all */
	struct cell_value *values; /* by entry; NULL: not from cells */
	struct buf texts;
	size_t n_rows;
	struct order_row *absent;
	size_t n_absent;
};

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
	free(o->rows);
	free(o->places);
	free(o);
}

void ordering_set(struct ordering *o, const struct order *order)
{
	o->order = *order;
	o->anew = true;
}

void ordering_anew(struct ordering *o)
{
	o->anew = true;
}

bool ordering_is_ready(const struct ordering *o)
{
	return o->ready;
}

bool ordering_uses_cells(const struct ordering *o)
{
	return o->order.by == ORDER_COLUMN;
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
	for (uint32_t i = 0; i < n; i++)
		o->places[slots[i]].e = NULL;
	o->dirty = true;
}

static void grow_places(struct ordering *o, size_t slots)
{
	size_t n = slots + slots / 4 + 64;

	if (slots <= o->n_places)
		return;
	o->places = mem_realloc_array(o->places, n, sizeof(*o->places));
	memset(o->places + o->n_places, 0, (n - o->n_places) * sizeof(*o->places));
	o->n_places = n;
}

void ordering_add(struct ordering *o, const struct chunk *c)
{
	for (uint32_t i = 0; i < c->count; i++) {
		const struct entry *e = c->entries[i];
		uint32_t uid = uid_of(e);
		struct place *p;

		grow_places(o, (size_t)e->slot + 1);
		p = &o->places[e->slot];
		if (p->uid != uid) {
			p->uid = uid;
			p->wanted = false;
		}
		p->e = e;
		p->version = e->version;
	}
	o->dirty = true;
}

static bool is_placed(const struct place *p)
{
	return p->row == ROW_PLACED && p->placed == p->version;
}

/* Takes the rows out that are nobody's. */
void ordering_align(struct ordering *o)
{
	size_t kept = 0;

	for (size_t i = 0; o->dirty && i < o->n_rows; i++) {
		struct place *p = &o->places[o->rows[i].slot];

		if (p->e && p->wanted)
			o->rows[kept++] = o->rows[i];
		else
			p->row = ROW_NONE;
	}
	if (o->dirty)
		o->n_rows = kept;
	o->dirty = false;
}

void ordering_judged(struct ordering *o, const struct chunk *c, const uint64_t *bits)
{
	for (uint32_t i = 0; i < c->count; i++) {
		struct place *p = &o->places[c->entries[i]->slot];
		bool wanted = bits[i / 64] >> (i % 64) & 1;

		o->dirty |= p->wanted && !wanted;
		p->wanted = wanted;
	}
}

/* ---- values ---- */

static void batch_release(struct batch *b)
{
	free(b->entries);
	free(b->rows);
	free(b->strings);
	free(b->values);
	free(b->absent);
	buf_release(&b->texts);
}

static void batch_entry(struct batch *b, const struct entry *e)
{
	if (b->n == b->cap)
		b->entries = array_reserve(b->entries, &b->cap, b->n + 1, sizeof(*b->entries));
	b->entries[b->n++] = e;
}

static bool by_strings(const struct ordering *o)
{
	return o->shown.by == ORDER_NAME || (o->shown.by == ORDER_COLUMN && o->as == CELLS_WORDS);
}

/* The key of an entry's own; false when it has none. */
static bool entry_key(enum order_by by, const struct entry *e, uint64_t *ret)
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
	struct order_row row = { .slot = b->entries[i]->slot };

	row.key = o->shown.reverse ? ~key : key;
	row.index = (uint32_t)b->n_rows;
	if (present)
		b->rows[b->n_rows++] = row;
	else
		b->absent[b->n_absent++] = (struct order_row){ UINT64_MAX, row.slot, FLAG_ABSENT };
}

static void read_columns(
	struct ordering *o, struct batch *b, struct cells *cells, const struct kind_root *kind)
{
	b->values = mem_zalloc((b->n + 1) * sizeof(*b->values));
	buf_init(&b->texts, WORDS_MAX);
	if (cells && o->shown.column < kind->kind->columns->count) {
		cells_values(cells, kind, o->shown.column, o->as, b->entries, b->n, b->values,
			&b->texts);
		return;
	}
	for (size_t i = 0; i < b->n; i++)
		b->values[i] = (struct cell_value){ .there = true, .missing = true };
}

/* Divides the batch into rows, those without a value, and those whose value is
 * not known, which stay out of both. */
static void read_batch(
	struct ordering *o, struct batch *b, struct cells *cells, const struct kind_root *kind)
{
	b->rows = mem_alloc((b->n + 1) * sizeof(*b->rows));
	b->absent = mem_alloc((b->n + 1) * sizeof(*b->absent));
	if (by_strings(o))
		b->strings = mem_alloc((b->n + 1) * sizeof(*b->strings));
	if (o->shown.by == ORDER_COLUMN)
		read_columns(o, b, cells, kind);
	for (size_t i = 0; i < b->n; i++) {
		const struct cell_value *v = b->values ? &b->values[i] : NULL;
		bool present;
		uint64_t key = 0;

		if (v && !v->there)
			continue;
		present = v ? !v->missing : entry_key(o->shown.by, b->entries[i], &key);
		if (v)
			key = v->key;
		if (b->strings && present)
			b->strings[b->n_rows] = v ? str_make(buf_text(&b->texts) + v->at, v->len)
						  : entry_name(b->entries[i]);
		add_row(o, b, i, present, key);
	}
}

/* ---- comparing ---- */

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
	size_t n = order_common_prefix(b->rows, b->n_rows, b->strings);

	free(o->prefix);
	o->prefix = n ? str_dup(str_make(b->strings[b->rows[0].index].p, n)) : NULL;
	o->prefix_len = n;
}

/* Only what is in order and known can be compared: else the rows are made anew. */
static int cmp_strings(struct ordering *o, struct cells *cells, const struct kind_root *kind,
	struct str s, const struct entry *e)
{
	struct cell_value value;
	struct buf texts;
	int order;

	if (o->shown.by == ORDER_NAME) {
		order = str_cmp(s, entry_name(e));
		return o->shown.reverse ? -order : order;
	}
	buf_init(&texts, WORDS_MAX);
	cells_values(cells, kind, o->shown.column, o->as, &e, 1, &value, &texts);
	order = str_cmp(s, buf_str(&texts));
	buf_release(&texts);
	if (!value.there)
		o->anew = true;
	return o->shown.reverse ? -order : order;
}

struct search {
	struct ordering *o;
	struct cells *cells;
	const struct kind_root *kind;
	struct order_row row;
	struct str string;
	struct str ns, name;
};

/* Whether what is searched stands behind this row. */
static bool is_behind(const struct search *s, const struct order_row *row)
{
	const struct entry *e = s->o->places[row->slot].e;
	int order;

	if ((s->row.index ^ row->index) & FLAG_ABSENT)
		return s->row.index & FLAG_ABSENT;
	if (s->row.key != row->key)
		return s->row.key > row->key;
	if (!(row->index & FLAG_ABSENT) && by_strings(s->o)) {
		order = cmp_strings(s->o, s->cells, s->kind, s->string, e);
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

		if (is_behind(s, &s->o->rows[middle]))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- placing ---- */

static void sort_batch(struct ordering *o, struct batch *b)
{
	if (!b->strings) {
		order_sort_keys(b->rows, b->n_rows);
		return;
	}
	if (o->anew)
		set_prefix(o, b);
	order_sort_strings(b->rows, b->n_rows, b->strings, o->shown.reverse);
	for (size_t i = 0; i < b->n_rows; i++)
		b->rows[i].key = string_key(o, b->strings[b->rows[i].index]);
}

static void mark(struct ordering *o, uint32_t slot, enum row_state state)
{
	struct place *p = &o->places[slot];

	p->row = (uint8_t)state;
	p->placed = p->version;
}

static void append(struct ordering *o, struct order_row row)
{
	o->rows = array_reserve(o->rows, &o->cap_rows, o->n_rows + 1, sizeof(*o->rows));
	o->rows[o->n_rows++] = row;
}

/* All rows, which are in b. */
static void place_all(struct ordering *o, struct batch *b)
{
	o->rows = array_reserve(o->rows, &o->cap_rows, b->n + 1, sizeof(*o->rows));
	for (size_t i = 0; i < o->n_rows; i++)
		o->places[o->rows[i].slot].row = ROW_NONE;
	o->n_rows = b->n_rows + b->n_absent;
	for (size_t i = 0; i < b->n_rows; i++) {
		o->rows[i] = b->rows[i];
		o->rows[i].index = 0;
	}
	memcpy(o->rows + b->n_rows, b->absent, b->n_absent * sizeof(*b->absent));
	for (size_t i = 0; i < o->n_rows; i++)
		mark(o, o->rows[i].slot, ROW_PLACED);
	o->anew = false;
	o->ready = true;
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
static void merge(struct ordering *o, struct cells *cells, const struct kind_root *kind,
	const struct batch *b, bool absent)
{
	struct search s = { .o = o, .cells = cells, .kind = kind };
	struct order_row *rows = absent ? b->absent : b->rows;
	size_t n = absent ? b->n_absent : b->n_rows;
	size_t *places = mem_alloc((n + 1) * sizeof(*places));
	size_t low = 0;

	for (size_t i = 0; i < n; i++) {
		const struct entry *e = o->places[rows[i].slot].e;

		if (b->strings && !absent)
			s.string = b->strings[rows[i].index];
		rows[i].index = absent ? FLAG_ABSENT : 0;
		s.row = rows[i];
		s.ns = entry_ns(e);
		s.name = entry_name(e);
		low = places[i] = search_rows(&s, low);
	}
	merge_at(o, rows, places, n);
	for (size_t i = 0; i < n; i++)
		mark(o, rows[i].slot, ROW_PLACED);
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

		if (p->e && p->wanted && is_placed(p)) {
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

		if (is_placed(p))
			continue;
		stale[kept] = stale[i];
		places[kept] = place_by_key(o, &stale[kept]);
		if (kept && places[kept] < places[kept - 1])
			places[kept] = places[kept - 1];
		kept++;
		p->row = ROW_WAITS;
	}
	merge_at(o, stale, places, kept);
	o->waiting = kept;
	for (size_t i = 0; i < b->n; i++) {
		struct place *p = &o->places[b->entries[i]->slot];

		if (p->row != ROW_NONE)
			continue;
		p->row = ROW_WAITS;
		append(o, (struct order_row){ UINT64_MAX, b->entries[i]->slot, FLAG_ABSENT });
		o->waiting++;
	}
	free(places);
}

/* ---- updating ---- */

/* Which rows are to be placed: all, or those that are not where they belong. */
static void gather(
	struct ordering *o, const struct ordering_source *source, bool all, struct batch *b)
{
	const uint64_t *bits;
	const struct chunk *c;
	size_t at = 0;

	b->n = 0;
	while ((c = source->next(source->arg, &at, all, &bits))) {
		for (uint32_t i = 0; i < c->count; i++) {
			bool match = bits[i / 64] >> (i % 64) & 1;

			if (i + 8 < c->count)
				__builtin_prefetch(c->entries[i + 8]);
			if (match && (all || !is_placed(&o->places[c->entries[i]->slot])))
				batch_entry(b, c->entries[i]);
		}
	}
}

static void say_placed(struct ordering *o, const struct ordering_source *source)
{
	const uint64_t *bits;
	const struct chunk *c;
	size_t at = 0;

	while ((c = source->next(source->arg, &at, true, &bits))) {
		bool whole = true;

		for (uint32_t i = 0; o->waiting && i < c->count; i++) {
			if (o->places[c->entries[i]->slot].row == ROW_WAITS)
				whole = false;
		}
		source->placed(source->arg, at, whole);
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
		struct place *p = &o->places[b->entries[i]->slot];

		if (p->row != ROW_NONE)
			continue;
		p->row = ROW_WAITS;
		append(o, (struct order_row){ UINT64_MAX, b->entries[i]->slot, FLAG_ABSENT });
	}
}

static void place_some(
	struct ordering *o, struct cells *cells, const struct kind_root *kind, struct batch *b)
{
	struct order_row *stale;
	size_t n_stale;

	read_batch(o, b, cells, kind);
	sort_batch(o, b);
	stale = take_out_stale(o, &n_stale);
	merge(o, cells, kind, b, false);
	merge(o, cells, kind, b, true);
	put_back(o, stale, n_stale, b);
	free(stale);
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
		read_batch(o, &b, cells, kind);
		sort_batch(o, &b);
		place_all(o, &b);
		put_back(o, NULL, 0, &b);
		say_placed(o, source);
	} else if (b.n || o->waiting) {
		place_some(o, cells, kind, &b);
		say_placed(o, source);
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
	return n < o->n_rows ? o->places[o->rows[n].slot].e : NULL;
}

/* By name only: what an object is worth that is no row nobody knows. */
static size_t place_of_name(const struct ordering *o, struct str ns, struct str name)
{
	size_t low = 0, high = o->n_rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct entry *e = o->places[o->rows[middle].slot].e;
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
	struct order_row row = { .key = UINT64_MAX, .index = FLAG_ABSENT };
	struct search s = { .o = (struct ordering *)o, .row = row };
	uint64_t key;

	if (entry_key(o->shown.by, e, &key)) {
		s.row.key = o->shown.reverse ? ~key : key;
		s.row.index = 0;
	}
	s.ns = entry_ns(e);
	s.name = entry_name(e);
	return search_rows(&s, 0);
}

bool ordering_find(const struct ordering *o, const struct entry *e, struct str ns, struct str name,
	size_t *ret_row)
{
	const struct place *p = e && e->slot < o->n_places ? &o->places[e->slot] : NULL;

	for (size_t i = 0; p && p->row != ROW_NONE && i < o->n_rows; i++) {
		if (o->rows[i].slot != e->slot)
			continue;
		*ret_row = i;
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
