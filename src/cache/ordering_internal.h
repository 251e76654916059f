/*
 * ordering_internal - shared by ordering.c (which rows there are), ordering_batch.c
 * (what is to be placed, and its values), ordering_place.c (where it goes) and
 * ordering_lazy.c (what is not sorted before it is looked at).
 */
#ifndef CACHE_ORDERING_INTERNAL_H
#define CACHE_ORDERING_INTERNAL_H

#include "base/buf.h"
#include "cache/cells.h"
#include "cache/order_sort.h"
#include "cache/ordering.h"

#define ORDERING_ABSENT 1u		  /* in order_row.index: it has no value */
#define ORDERING_WORDS	((size_t)1 << 30) /* bytes of a column's texts; past it they are cut */

enum row_state {
	ROW_NONE,
	ROW_PLACED,
	ROW_WAITS,
};

struct place {
	const struct entry *e; /* of the pinned root; NULL: nobody's */
	uint64_t version;      /* of e */
	uint64_t key;	       /* with keyed: of ordering.keys */
	uint32_t uid;	       /* part of it: whether the slot is still the same object's */
	bool wanted : 1;       /* it passes the filter */
	bool current : 1;      /* its row was placed for this version */
	bool keyed : 1;	       /* key and present are of e */
	bool present : 1;      /* it has a value */
	uint8_t row;	       /* enum row_state */
};

/* Keys that are read while the entries are looked at anyway: to come back to all of
 * them takes as long again. */
struct early_keys {
	enum order_by by; /* ORDER_KEY: none */
	char *prefix;	  /* ORDER_NAME: keys are of what is behind it */
	size_t prefix_len;
	size_t common; /* as much of it all names that were read begin with */
};

struct batch_word {
	uint32_t at, len; /* in texts */
};

/* What is to be placed, in the store's order. */
struct batch {
	uint32_t *slots;
	size_t n;
	size_t cap;
	struct order_row *rows;	  /* of those that have a value */
	size_t common;		  /* bytes that all strings begin with, where they order */
	struct batch_word *words; /* by row.index; NULL: the strings are names, if any */
	struct buf texts;	  /* of the words */
	size_t n_rows;
	struct order_row *absent;
	size_t n_absent;
};

/* Rows from start to the next one's, which stand before those behind it. */
struct order_span {
	size_t start;
	bool open; /* not sorted yet */
};

struct ordering {
	struct order order; /* that is wanted */
	struct order shown; /* that the rows are in */
	bool anew;	    /* all rows are to be placed */
	bool ready;
	bool dirty; /* a row may have to be taken out */
	enum cells_order as;
	char *prefix; /* that most names begin with; keys are of what is behind */
	size_t prefix_len;
	struct cells *cells;	    /* of column */
	struct cells_column column; /* that the rows are ordered by, if it is one */
	struct order_row *rows;
	size_t n_rows;
	size_t cap_rows;
	size_t waiting;
	struct order_span *spans; /* of the first n_spread rows; none: all are sorted */
	size_t n_spans;
	size_t cap_spans;
	size_t n_open;
	size_t n_spread;
	struct place *places; /* by slot */
	struct early_keys keys;
	uint64_t *suspects; /* a bit for each slot; clear: its row, if any, is right */
	size_t n_places;
};

static inline bool ordering_is_placed(const struct place *p)
{
	return p->row == ROW_PLACED && p->current;
}

static inline void ordering_suspect(struct ordering *o, uint32_t slot)
{
	o->suspects[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static inline void ordering_trust(struct ordering *o, uint32_t slot)
{
	o->suspects[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
}

static inline bool ordering_is_suspect(const struct ordering *o, uint32_t slot)
{
	return o->suspects[slot / 64] >> (slot % 64) & 1;
}

static inline bool ordering_by_strings(const struct ordering *o)
{
	return o->shown.by == ORDER_NAME || (o->shown.by == ORDER_COLUMN && o->as == CELLS_WORDS);
}

/* ---- ordering_batch.c ---- */

void batch_release(struct batch *b);
void batch_reserve(struct batch *b, size_t more); /* room for more slots */
/* Divides the batch into rows, those without a value, and those whose value is
 * not known, which stay out of both. */
void batch_read(
	struct batch *b, struct ordering *o, struct cells *cells, const struct kind_root *kind);
/* Its rows in their order, with the keys that they have among those that are placed. */
void batch_sort(struct batch *b, const struct ordering *o);
/* Reads what some rows of the present order are sorted by, in addition to their keys. */
void batch_read_span(struct batch *b, struct ordering *o, struct order_row *rows, size_t n);
/* Some of its rows, with the keys that they have in it. */
void batch_sort_rows(
	const struct batch *b, const struct ordering *o, struct order_row *rows, size_t n);
/* Its rows are all that there is: what they have in common is so for all from now on. */
void batch_set_prefix(const struct batch *b, struct ordering *o);
/* The string that one of its rows is ordered by. */
struct str batch_string(
	const struct batch *b, const struct ordering *o, const struct order_row *row);
/* Before there are rows: reads the key of p's entry. */
void ordering_read_early(struct ordering *o, struct place *p);
/* The key of an entry's own, not reversed; false when it has none. */
bool ordering_key(enum order_by by, const struct entry *e, uint64_t *ret);

/* ---- ordering_lazy.c ---- */

/* Makes the rows of b, which is all there is, the rows; takes them. */
void ordering_spread(struct ordering *o, struct batch *b);
/* Row n is the right one then. */
void ordering_settle(struct ordering *o, size_t n);
/* The same for the row that is found at n now; returns where it is then. */
size_t ordering_settle_slot(struct ordering *o, size_t n);
void ordering_settle_all(struct ordering *o);
/* A part of the rest. */
void ordering_settle_some(struct ordering *o);
/* All rows are sorted, or are no longer there. */
void ordering_settled(struct ordering *o);
/* Takes out the others; sorts nothing. */
void ordering_keep(struct ordering *o, bool (*keeps)(struct ordering *o, struct order_row row));

/* ---- ordering_place.c ---- */

void ordering_append(struct ordering *o, struct order_row row);
/* Makes the rows those of b, which is all there is and is read; takes them. */
void ordering_place_all(struct ordering *o, struct batch *b);
/* Places what is in b and takes out what is no longer right. */
void ordering_place_some(
	struct ordering *o, struct cells *cells, const struct kind_root *kind, struct batch *b);
/* Where e, of this key (or ORDERING_ABSENT), is or would be. */
size_t ordering_place_of(struct ordering *o, const struct entry *e, struct order_row row);

#endif
