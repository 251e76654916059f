/*
 * Selectors over interned labels: each id is compared once and then remembered.
 */
#include "cache/filter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/filter_term.h"
#include "cache/labels.h"
#include "json/pick.h"
#include "json/scan.h"
#include "kube/selector.h"

#define MEMO_MAX ((size_t)1 << 24) /* bytes */

enum mark {
	MARK_UNKNOWN,
	MARK_OTHER_KEY,
	MARK_HOLDS,
	MARK_FAILS
};

struct filter_memo {
	uint8_t *marks; /* enum mark, n_terms for each label id */
	size_t n_terms;
	size_t ids; /* with marks */
};

struct filter_memo *filter_memo_new(const struct filter *filter)
{
	struct filter_memo *memo = mem_zalloc(sizeof(*memo));

	memo->n_terms = filter->n_labels;
	return memo;
}

void filter_memo_free(struct filter_memo *memo)
{
	if (!memo)
		return;
	free(memo->marks);
	free(memo);
}

void filter_memo_reset(struct filter_memo *memo)
{
	if (memo->ids)
		memset(memo->marks, 0, memo->ids * memo->n_terms);
}

/* Where the marks of a label begin, or NULL when there are too many labels. */
static uint8_t *marks_of(struct filter_memo *memo, uint32_t id)
{
	size_t ids = memo->ids ? memo->ids : 1024;

	if (id < memo->ids)
		return memo->marks + id * memo->n_terms;
	while (ids <= id)
		ids *= 2;
	if (ids * memo->n_terms > MEMO_MAX)
		return NULL;
	memo->marks = mem_realloc(memo->marks, ids * memo->n_terms);
	memset(memo->marks + memo->ids * memo->n_terms, 0, (ids - memo->ids) * memo->n_terms);
	memo->ids = ids;
	return memo->marks + id * memo->n_terms;
}

static enum mark mark_label(const struct selector_term *term, const struct label *label)
{
	if (!str_is(label_key(label), term->key))
		return MARK_OTHER_KEY;
	return selector_term_holds(term, label_value(label)) ? MARK_HOLDS : MARK_FAILS;
}

/* n: the term's place among those of both selectors. */
static bool term_matches(const struct selector_term *term, size_t n, struct filter_memo *memo,
	const struct entry *e, const struct labels *labels)
{
	const uint32_t *ids = entry_labels(e);

	for (size_t i = 0; i < e->n_labels; i++) {
		uint8_t *marks = memo ? marks_of(memo, ids[i]) : NULL;
		enum mark mark = marks ? (enum mark)marks[n] : MARK_UNKNOWN;

		if (mark == MARK_UNKNOWN)
			mark = mark_label(term, labels_get(labels, ids[i]));
		if (marks)
			marks[n] = (uint8_t)mark;
		if (mark != MARK_OTHER_KEY)
			return mark == MARK_HOLDS;
	}
	return selector_term_holds_absent(term);
}

bool filter_labels_match_memo(const struct filter *filter, struct filter_memo *memo,
	const struct entry *e, const struct labels *labels)
{
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct selector *selector = filter->selectors[i];

		for (size_t j = 0; selector && j < selector->n_terms; j++, n++) {
			if (!term_matches(&selector->terms[j], n, memo, e, labels))
				return false;
		}
	}
	return true;
}

bool filter_labels_match(
	const struct filter *filter, const struct entry *e, const struct labels *labels)
{
	return filter_labels_match_memo(filter, NULL, e, labels);
}

/* ---- labels as they stand in an object's text ---- */

bool filter_has_labels(const struct filter *filter)
{
	return filter->n_labels > 0;
}

static bool holds_in_text(const struct selector_term *term, struct str labels)
{
	char *value = labels.p ? pick_text(scan_member(labels, term->key)) : NULL;
	bool holds =
		value ? selector_term_holds(term, str_of(value)) : selector_term_holds_absent(term);

	free(value);
	return holds;
}

bool filter_labels_text_matches(const struct filter *filter, struct str labels)
{
	for (size_t i = 0; i < 2; i++) {
		const struct selector *selector = filter->selectors[i];

		for (size_t j = 0; selector && j < selector->n_terms; j++) {
			if (!holds_in_text(&selector->terms[j], labels))
				return false;
		}
	}
	return true;
}
