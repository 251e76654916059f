/*
 * lister_internal - shared by lister.c (which chunks there are, and their rows) and
 * lister_judge.c (which entries pass).
 */
#ifndef CACHE_LISTER_INTERNAL_H
#define CACHE_LISTER_INTERNAL_H

#include "cache/lister.h"
#include "cache/ordering.h"
#include "cache/root.h"

#define WORDS (STORE_CHUNK / 64)

struct judged {
	uint64_t version; /* of the chunk */
	uint32_t count;	  /* of its entries */
	uint32_t matches;
	uint32_t pending; /* entries whose cells are not there yet */
	bool known;
	uint32_t n_fresh;	       /* entries to be judged again */
	uint32_t *slots;	       /* of its entries, when the ordering knows them */
	uint32_t health[HEALTH_KINDS]; /* of those that match; only with a filter */
	uint64_t bits[WORDS];
	uint64_t fresh[WORDS]; /* replaced since they were judged */
	uint64_t open[WORDS];  /* with an ordering: they may not be in their place */
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
	uint64_t *answers; /* by slot: see answer_of() */
	uint32_t n_answers;
	int64_t judged_at; /* clock_now() of when a timed filter began to judge */
	bool reverse;	   /* the store's order from its end; only without rows in another */
	struct ordering *ordering; /* NULL: the store's order */
	bool introduce;		   /* it does not know any of the chunks yet */
	bool spare;		   /* no order has been chosen yet */
	size_t waiting;		   /* rows that are not in their place */
};

/* What one update needs. */
struct update {
	const struct kind_root *kind;
	const struct labels *labels;
	bool asked_cells;
};

void lister_judge_chunk(
	struct lister *l, struct update *u, const struct chunk *c, struct judged *j);
/* Only what has been replaced; what was there is known by its answer. */
void lister_judge_fresh(
	struct lister *l, struct update *u, const struct chunk *c, struct judged *j);

#endif
