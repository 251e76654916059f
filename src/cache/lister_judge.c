/*
 * An entry is judged once: what is remembered by slot and version answers for it as
 * long as it is the same.
 */
#include <string.h>

#include "cache/cells.h"
#include "cache/entry.h"
#include "cache/filter.h"
#include "cache/lister_internal.h"

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

/* What is remembered of an entry: its version, how well it is, whether it passes. */
static uint64_t answer_of(const struct entry *e, bool passes)
{
	return e->version << 4 | (uint64_t)e->health << 1 | passes;
}

static enum filter_answer remembered(struct lister *l, struct update *u, const struct entry *e)
{
	uint64_t *slot = &l->answers[e->slot];
	enum filter_answer answer;

	if (*slot >> 4 == e->version)
		return *slot & 1 ? FILTER_YES : FILTER_NO;
	answer = judge(l, u, e);
	if (answer == FILTER_YES || answer == FILTER_NO)
		*slot = answer_of(e, answer == FILTER_YES);
	return answer;
}

static void judge_entry(
	struct lister *l, struct update *u, const struct chunk *c, struct judged *j, uint32_t i)
{
	const struct entry *e = c->entries[i];
	enum filter_answer answer = remembered(l, u, e);

	j->pending += answer == FILTER_NEEDS_CELLS || answer == FILTER_LATER;
	if (answer != FILTER_YES)
		return;
	j->bits[i / 64] |= UINT64_C(1) << (i % 64);
	j->health[e->health]++;
	j->matches++;
}

void lister_judge_chunk(struct lister *l, struct update *u, const struct chunk *c, struct judged *j)
{
	memset(j->bits, 0, sizeof(j->bits));
	memset(j->health, 0, sizeof(j->health));
	memset(j->fresh, 0, sizeof(j->fresh));
	j->matches = j->pending = j->n_fresh = 0;
	for (uint32_t i = 0; i < c->count; i++) {
		if (i + ENTRY_AHEAD < c->count)
			entry_prefetch(c->entries[i + ENTRY_AHEAD]);
		judge_entry(l, u, c, j, i);
	}
	j->known = true;
	if (l->ordering) {
		ordering_judged(l->ordering, j->slots, j->count, j->bits);
		memset(j->open, 0xff, sizeof(j->open));
	}
}

void lister_judge_fresh(struct lister *l, struct update *u, const struct chunk *c, struct judged *j)
{
	for (uint32_t i = 0; i < c->count; i++) {
		uint64_t bit = UINT64_C(1) << (i % 64);

		if (i % 64 == 0 && !j->fresh[i / 64])
			i += 63;
		else if (j->fresh[i / 64] & bit) {
			if (j->bits[i / 64] & bit) {
				j->health[l->answers[c->entries[i]->slot] >> 1 & 7]--;
				j->matches--;
			}
			j->bits[i / 64] &= ~bit;
			judge_entry(l, u, c, j, i);
			if (l->ordering)
				ordering_judge(l->ordering, j->slots[i], j->bits[i / 64] & bit);
		}
	}
	for (size_t i = 0; i < WORDS; i++)
		j->open[i] |= j->fresh[i];
	memset(j->fresh, 0, sizeof(j->fresh));
	j->n_fresh = 0;
}
