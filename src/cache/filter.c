#define PCRE2_CODE_UNIT_WIDTH 8
#include "cache/filter.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cache/entry.h"
#include "cache/filter_term.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/object.h"
#include "kube/selector.h"
#include "kube/value.h"

#define TEXT_MAX    4096
#define MATCH_LIMIT 20000
#define WORDS_MAX   ((size_t)64 << 10)

/* ---- text without regard to case ---- */

static bool same_text(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.p, b.p, a.len) == 0);
}

static bool is_at(const struct term *t, const char *p)
{
	for (size_t n = 1; n < t->len; n++) {
		if (filter_lower(p[n]) != (unsigned char)t->text[n])
			return false;
	}
	return true;
}

/* The first place at or behind from where the part stands, begun by this one
 * character; memchr is what makes 100,000 names quick. */
static bool find_begun_by(const struct term *t, char first, struct str text, size_t *at)
{
	size_t end = text.len - t->len + 1;

	while (*at < end) {
		const char *p = memchr(text.p + *at, first, end - *at);

		if (!p)
			return false;
		*at = (size_t)(p - text.p);
		if (is_at(t, p))
			return true;
		++*at;
	}
	return false;
}

static bool find_plain(const struct term *t, struct str text, size_t from, size_t *ret_start)
{
	char first = t->text[0];
	size_t small = from, large = from;
	bool found_small, found_large = false;

	if (text.len < t->len || from > text.len - t->len)
		return false;
	found_small = find_begun_by(t, first, text, &small);
	if (first >= 'a' && first <= 'z')
		found_large = find_begun_by(t, (char)(first - 'a' + 'A'), text, &large);
	if (!found_small && !found_large)
		return false;
	*ret_start = found_small && (!found_large || small < large) ? small : large;
	return true;
}

static bool is_said_at(const struct term *t, const char *p)
{
	for (size_t n = 0; n < t->len; n++) {
		bool divider = t->text[n] == '-' || t->text[n] == '_';

		if (filter_lower(p[n]) != filter_lower(t->text[n]) && !(divider && p[n] == ' '))
			return false;
	}
	return true;
}

/* Whether a sentence has the value somewhere. */
static bool is_said(const struct term *t, struct str text)
{
	for (size_t at = 0; at + t->len <= text.len; at++) {
		if (is_said_at(t, text.p + at))
			return true;
	}
	return false;
}

static bool is_fuzzy_match(const struct term *t, struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < t->len; i++)
		n += filter_lower(text.p[i]) == (unsigned char)t->text[n];
	return n == t->len;
}

int filter_new(struct str text, struct selector *selector, struct filter **ret, size_t *ret_at,
	struct error *err)
{
	struct filter *f = mem_zalloc(sizeof(*f));
	size_t at = 0;
	int result;

	f->selectors[0] = selector;
	f->limits = pcre2_match_context_create(NULL);
	if (!f->limits)
		abort();
	pcre2_set_match_limit(f->limits, MATCH_LIMIT);
	if (text.len > TEXT_MAX)
		result = error_set(err, ERROR_TOO_LARGE, "a filter of %zu bytes", text.len);
	else
		result = filter_parse(f, text, &at, err);
	if (result == 0)
		result = filter_check_values(f, &at, err);
	if (result < 0) {
		if (ret_at)
			*ret_at = at;
		filter_free(f);
		return -1;
	}
	for (size_t i = 0; i < 2; i++)
		f->n_labels += f->selectors[i] ? f->selectors[i]->n_terms : 0;
	*ret = f;
	return 0;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->n_terms; i++) {
		free(filter->terms[i].text);
		free(filter->terms[i].column);
		pcre2_code_free(filter->terms[i].code);
	}
	free(filter->terms);
	selector_free(filter->selectors[0]);
	selector_free(filter->selectors[1]);
	pcre2_match_context_free(filter->limits);
	texts_free(filter->namespaces, filter->n_namespaces);
	free(filter);
}

void filter_set_unwell(struct filter *filter, bool unwell)
{
	filter->unwell = unwell;
}

void filter_set_words(struct filter *filter, const struct filter_words *words, void *arg)
{
	filter->words = words;
	filter->words_arg = arg;
}

void filter_set_namespaces(struct filter *filter, const char *const *namespaces, size_t n)
{
	texts_free(filter->namespaces, filter->n_namespaces);
	filter->namespaces = mem_alloc((n + 1) * sizeof(*filter->namespaces));
	for (size_t i = 0; i < n; i++)
		filter->namespaces[i] = mem_strdup(namespaces[i]);
	filter->n_namespaces = n;
}

/* ---- columns ---- */

static struct str fixed_text(const struct kind *kind, const struct entry *e, size_t column)
{
	if (column == FIXED_KIND)
		return str_of(kind->kind);
	if (column == FIXED_NAME)
		return entry_name(e);
	if (column == FIXED_NAMESPACE)
		return entry_ns(e);
	return str_of(health_word((enum health)e->health));
}

static bool has_cells(const struct kind *kind)
{
	for (size_t i = 0; i < kind->columns->count; i++) {
		if (kind->columns->items[i].type != COLUMN_DATE)
			return true;
	}
	return false;
}

bool filter_is_empty(const struct filter *filter)
{
	return filter->n_terms == 0 && filter->n_labels == 0 && !filter->unwell &&
	       filter->n_namespaces == 0;
}

/* ---- judging text ---- */

static bool find_regex(const struct filter *f, const struct term *t, struct str text, size_t from,
	size_t *ret_start, size_t *ret_end)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	bool found = false;

	if (!data)
		abort();
	if (pcre2_match(t->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.len, from, 0, data,
		    f->limits) >= 0) {
		PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);

		*ret_start = at[0];
		*ret_end = at[1];
		found = at[0] <= at[1];
	}
	pcre2_match_data_free(data);
	return found;
}

static bool matches(const struct filter *f, const struct term *t, struct str text)
{
	size_t start, end;

	switch (t->kind) {
	case TERM_PLAIN:
		return find_plain(t, text, 0, &start);
	case TERM_FUZZY:
		return is_fuzzy_match(t, text);
	default:
		return find_regex(f, t, text, 0, &start, &end);
	}
}

static bool any_cell_matches(const struct filter *f, const struct term *t, struct str cells)
{
	while (cells.len) {
		if (matches(f, t, str_cut(&cells, '\0')))
			return true;
	}
	return false;
}

static enum filter_answer answer(bool found, bool inverse)
{
	return found != inverse ? FILTER_YES : FILTER_NO;
}

static struct str nth_cell(struct str cells, size_t n)
{
	struct str cell = str_cut(&cells, '\0');

	while (n--)
		cell = str_cut(&cells, '\0');
	return cell;
}

static bool holds(enum term_test test, int order)
{
	switch (test) {
	case TEST_LESS:
		return order < 0;
	case TEST_LESS_EQUAL:
		return order <= 0;
	case TEST_GREATER:
		return order > 0;
	case TEST_GREATER_EQUAL:
		return order >= 0;
	default:
		return order == 0;
	}
}

static bool text_holds(const struct term *t, struct str text)
{
	struct str value = str_make(t->text, t->len);
	int order;

	if (t->test == TEST_EQUAL)
		return same_text(text, value);
	return value_compare(text, value, &order) && holds(t->test, order);
}

static bool time_holds(const struct term *t, const struct entry *e)
{
	int64_t from = filter_fixed_column(t) == FIXED_SINCE ? e->since : e->created;
	double limit, age;

	if (from == OBJECT_NO_TIME || value_duration(str_make(t->text, t->len), &limit) < 0)
		return false;
	age = (double)(clock_wall() / CLOCK_S) - (double)from;
	return holds(t->test, (age > limit) - (age < limit));
}

static enum filter_answer judge_words(const struct filter *f, const struct term *t,
	const struct kind *kind, const struct entry *e)
{
	struct buf words = BUF_INIT(WORDS_MAX);
	enum filter_answer result = FILTER_LATER;

	if (t->kind == TERM_FUZZY)
		return answer(false, t->inverse);
	if (f->words->add(f->words_arg, kind, e, &words))
		result = answer(any_cell_matches(f, t, buf_str(&words)), t->inverse);
	buf_release(&words);
	return result;
}

/* A column that only the view has. */
static enum filter_answer judge_word(const struct filter *f, const struct term *t,
	const struct kind *kind, const struct entry *e)
{
	int column = filter_word_column(f, t->column);
	struct buf words = BUF_INIT(WORDS_MAX);
	enum filter_answer result = FILTER_LATER;

	if (column < 0)
		return answer(false, t->inverse);
	if (f->words->add(f->words_arg, kind, e, &words)) {
		struct str cell = nth_cell(buf_str(&words), (size_t)column);
		bool part = t->test == TEST_EQUAL && (size_t)column >= f->words->n_whole;

		result = answer(part ? is_said(t, cell) : text_holds(t, cell), t->inverse);
	}
	buf_release(&words);
	return result;
}

static enum filter_answer judge_column(const struct filter *f, const struct term *t,
	const struct kind *kind, const struct entry *e, const struct str *cells)
{
	size_t column = filter_own_column(kind, t->column), fixed = filter_fixed_column(t);
	bool by_time =
		filter_is_by_time(t) && (column == kind->columns->count ||
						kind->columns->items[column].type == COLUMN_DATE);

	if (by_time)
		return answer(time_holds(t, e), t->inverse);
	if (column < kind->columns->count) {
		if (!cells)
			return FILTER_NEEDS_CELLS;
		return answer(text_holds(t, nth_cell(*cells, column)), t->inverse);
	}
	if (fixed == FIXED_COLUMNS && f->words)
		return judge_word(f, t, kind, e);
	if (fixed == FIXED_HEALTH && t->test == TEST_EQUAL)
		return answer(filter_same_column(t->text, health_word((enum health)e->health)),
			t->inverse);
	return answer(
		fixed < FIXED_COLUMNS && text_holds(t, fixed_text(kind, e, fixed)), t->inverse);
}

static enum filter_answer judge_term(const struct filter *f, const struct term *t,
	const struct kind *kind, const struct entry *e, const struct str *cells)
{
	if (t->kind == TERM_COLUMN)
		return judge_column(f, t, kind, e, cells);
	if (matches(f, t, entry_name(e)) || matches(f, t, entry_ns(e)))
		return answer(true, t->inverse);
	if (f->words)
		return judge_words(f, t, kind, e);
	if (!cells && has_cells(kind))
		return FILTER_NEEDS_CELLS;
	return answer(cells && any_cell_matches(f, t, *cells), t->inverse);
}

/* What the object itself decides. */
static bool entry_passes(const struct filter *f, const struct entry *e)
{
	struct str ns = entry_ns(e);
	size_t i = 0;

	if (f->unwell && e->health != HEALTH_PROGRESSING && e->health != HEALTH_DELETING &&
		e->health != HEALTH_BAD)
		return false;
	if (f->n_namespaces == 0 || ns.len == 0)
		return true;
	while (i < f->n_namespaces && !str_is(ns, f->namespaces[i]))
		i++;
	return i < f->n_namespaces;
}

enum filter_answer filter_judge_text(const struct filter *filter, const struct kind *kind,
	const struct entry *e, const struct str *cells)
{
	enum filter_answer all = FILTER_YES;

	if (!entry_passes(filter, e))
		return FILTER_NO;
	for (size_t i = 0; i < filter->n_terms; i++) {
		enum filter_answer one = judge_term(filter, &filter->terms[i], kind, e, cells);

		if (one == FILTER_NO)
			return FILTER_NO;
		if (one != FILTER_YES && all != FILTER_LATER)
			all = one;
	}
	return all;
}

/* names NULL: any cell may be the value. */
static bool any_cell_is(const struct term *t, const char *const *names, struct str cells)
{
	struct str value = str_make(t->text, t->len);

	for (size_t i = 0; cells.len && (!names || names[i]); i++) {
		struct str cell = str_cut(&cells, '\0');

		if ((!names || filter_same_column(t->column, names[i])) && same_text(cell, value))
			return true;
	}
	return false;
}

bool filter_named_cells_match(
	const struct filter *filter, const char *const *names, struct str cells)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];
		bool found = t->kind == TERM_COLUMN ? any_cell_is(t, names, cells)
						    : any_cell_matches(filter, t, cells);

		if (found == t->inverse)
			return false;
	}
	return true;
}

bool filter_cells_match(const struct filter *filter, struct str cells)
{
	return filter_named_cells_match(filter, NULL, cells);
}

bool filter_find(const struct filter *filter, struct str text, size_t from, size_t *ret_start,
	size_t *ret_end)
{
	bool found = false;

	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];
		size_t start = 0, end = 0;
		bool hit = false;

		if (t->inverse || from > text.len)
			continue;
		if (t->kind == TERM_PLAIN) {
			hit = find_plain(t, text, from, &start);
			end = start + t->len;
		} else if (t->kind == TERM_REGEX) {
			hit = find_regex(filter, t, text, from, &start, &end) && end > start;
		}
		if (hit && (!found || start < *ret_start)) {
			*ret_start = start;
			*ret_end = end;
			found = true;
		}
	}
	return found;
}
