#define PCRE2_CODE_UNIT_WIDTH 8
#include "cache/filter.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/mem.h"
#include "cache/entry.h"
#include "cache/filter_term.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/selector.h"

#define TEXT_MAX    4096
#define MATCH_LIMIT 20000

/* ---- text without regard to case ---- */

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static char *lower_dup(struct str s)
{
	char *text = str_dup(s);

	for (size_t i = 0; i < s.len; i++)
		text[i] = (char)lower(text[i]);
	return text;
}

static bool same_text(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.p, b.p, a.len) == 0);
}

static bool is_at(const struct term *t, const char *p)
{
	for (size_t n = 1; n < t->len; n++) {
		if (lower(p[n]) != (unsigned char)t->text[n])
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

static bool is_fuzzy_match(const struct term *t, struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < t->len; i++)
		n += lower(text.p[i]) == (unsigned char)t->text[n];
	return n == t->len;
}

/* ---- reading ---- */

static struct term *add_term(struct filter *f, enum term_kind kind, bool inverse)
{
	f->terms = array_reserve(f->terms, &f->cap_terms, f->n_terms + 1, sizeof(*f->terms));
	f->terms[f->n_terms] = (struct term){ .kind = kind, .inverse = inverse };
	return &f->terms[f->n_terms++];
}

static bool is_column_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '/';
}

/* column=value or column!=value: sets where the column ends, and the value. */
static bool is_comparison(struct str word, size_t *ret_end, size_t *ret_value)
{
	size_t n = 0;

	while (n < word.len && is_column_char(word.p[n]))
		n++;
	if (n == 0 || n == word.len)
		return false;
	*ret_end = n;
	if (word.p[n] == '!' && n + 1 < word.len)
		n++;
	*ret_value = n + 1;
	return word.p[n] == '=';
}

static bool is_plain_text(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		if ((unsigned char)word.p[i] >= 0x80 || strchr("\\^$.[|()?*+{", word.p[i]))
			return false;
	}
	return true;
}

static int compile(struct term *term, struct str word, size_t *ret_at, struct error *err)
{
	uint32_t options = PCRE2_CASELESS | PCRE2_UTF;
	PCRE2_UCHAR message[256];
	PCRE2_SIZE at = 0;
	int code = 0;

#ifdef PCRE2_MATCH_INVALID_UTF
	options |= PCRE2_MATCH_INVALID_UTF;
#endif
	term->code = pcre2_compile((PCRE2_SPTR)word.p, word.len, options, &code, &at, NULL);
	if (term->code) {
		pcre2_jit_compile(term->code, PCRE2_JIT_COMPLETE);
		return 0;
	}
	*ret_at = at;
	pcre2_get_error_message(code, message, sizeof(message));
	return error_set(err, ERROR_INVALID, "%s", (const char *)message);
}

static int add_word(struct filter *f, struct str word, size_t *ret_at, struct error *err)
{
	bool inverse = word.p[0] == '!';
	struct str rest = str_make(word.p + inverse, word.len - inverse);
	size_t end, value;
	struct term *term;

	*ret_at = 0;
	if (rest.len == 0)
		return 0; /* a lone "!", still being typed */
	if (is_comparison(rest, &end, &value)) {
		term = add_term(f, TERM_COLUMN, inverse != (rest.p[end] == '!'));
		term->column = str_dup(str_make(rest.p, end));
		term->len = rest.len - value;
		term->text = str_dup(str_make(rest.p + value, term->len));
		return 0;
	}
	if (is_plain_text(rest)) {
		term = add_term(f, TERM_PLAIN, inverse);
		term->text = lower_dup(rest);
		term->len = rest.len;
		return 0;
	}
	if (compile(add_term(f, TERM_REGEX, inverse), rest, ret_at, err) == 0)
		return 0;
	*ret_at += inverse;
	return -1;
}

/* The selector at the start of text: the whole of it, or as much as can be one
 * when words follow that it has no place for. */
static int add_selector(
	struct filter *f, struct str text, size_t *ret_used, size_t *ret_at, struct error *err)
{
	struct error first = ERROR_INIT;

	if (f->selectors[1])
		return error_set(err, ERROR_INVALID, "-l may stand only once");
	*ret_used = text.len;
	if (selector_parse(text, &f->selectors[1], ret_at, &first) == 0)
		return 0;
	if (*ret_at > 0 && *ret_at < text.len && strchr(" \t", text.p[*ret_at - 1]) &&
		str_trim(str_make(text.p, *ret_at)).len > 0 &&
		selector_parse(str_make(text.p, *ret_at), &f->selectors[1], NULL, NULL) == 0) {
		*ret_used = *ret_at;
		error_release(&first);
		return 0;
	}
	return error_move(err, &first);
}

static struct str next_word(struct str text, size_t *at)
{
	size_t start;

	while (*at < text.len && strchr(" \t", text.p[*at]))
		++*at;
	start = *at;
	while (*at < text.len && !strchr(" \t", text.p[*at]))
		++*at;
	return str_make(text.p + start, *at - start);
}

static void add_fuzzy(struct filter *f, struct str word)
{
	struct term *term;

	if (word.len == 0)
		return;
	term = add_term(f, TERM_FUZZY, false);
	term->text = lower_dup(word);
	term->len = word.len;
}

static int parse(struct filter *f, struct str text, size_t *ret_at, struct error *err)
{
	size_t at = 0;

	for (;;) {
		struct str word = next_word(text, &at);
		size_t used = 0, inside = 0;

		if (word.len == 0)
			return 0;
		if (str_is(word, "-l")) {
			if (add_selector(f, str_make(text.p + at, text.len - at), &used, &inside,
				    err) < 0) {
				*ret_at = at + inside;
				return -1;
			}
			at += used;
		} else if (str_is(word, "-f")) {
			add_fuzzy(f, next_word(text, &at));
		} else if (add_word(f, word, &inside, err) < 0) {
			*ret_at = (size_t)(word.p - text.p) + inside;
			return -1;
		}
	}
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
		result = parse(f, text, &at, err);
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
	free(filter);
}

/* ---- columns ---- */

enum {
	FIXED_NAME,
	FIXED_NAMESPACE,
	FIXED_HEALTH,
	FIXED_COLUMNS
};

static const char *const fixed_columns[FIXED_COLUMNS][2] = {
	[FIXED_NAME] = { "name", "name" },
	[FIXED_NAMESPACE] = { "namespace", "ns" },
	[FIXED_HEALTH] = { "health", "health" },
};

/* Case does not matter, and - and _ may stand for what else divides words. */
static bool same_column(const char *typed, const char *name)
{
	size_t i = 0;

	for (; typed[i] && name[i]; i++) {
		bool divider = typed[i] == '-' || typed[i] == '_';

		if (lower(typed[i]) != lower(name[i]) && !(divider && !is_column_char(name[i])))
			return false;
	}
	return typed[i] == name[i];
}

static size_t fixed_column(const char *typed)
{
	for (size_t i = 0; i < FIXED_COLUMNS; i++) {
		if (same_column(typed, fixed_columns[i][0]) ||
			same_column(typed, fixed_columns[i][1]))
			return i;
	}
	return FIXED_COLUMNS;
}

static size_t own_column(const struct kind *kind, const char *typed)
{
	size_t i = 0;

	while (i < kind->columns->count && !same_column(typed, kind->columns->items[i].name))
		i++;
	return i;
}

static struct str fixed_text(const struct entry *e, size_t column)
{
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
	return filter->n_terms == 0 && filter->n_labels == 0;
}

bool filter_needs_cells(const struct filter *filter)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];

		if (t->kind != TERM_COLUMN || fixed_column(t->column) == FIXED_COLUMNS)
			return true;
	}
	return false;
}

bool filter_cannot_match(const struct filter *filter, const struct kind *kind)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];

		if (t->kind == TERM_COLUMN && !t->inverse &&
			own_column(kind, t->column) == kind->columns->count &&
			fixed_column(t->column) == FIXED_COLUMNS)
			return true;
	}
	return false;
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

static enum filter_answer judge_column(const struct term *t, const struct kind *kind,
	const struct entry *e, const struct str *cells)
{
	struct str value = str_make(t->text, t->len);
	size_t column = own_column(kind, t->column);

	if (column < kind->columns->count) {
		if (!cells)
			return FILTER_NEEDS_CELLS;
		return answer(same_text(nth_cell(*cells, column), value), t->inverse);
	}
	column = fixed_column(t->column);
	if (column == FIXED_HEALTH)
		return answer(
			same_column(t->text, health_word((enum health)e->health)), t->inverse);
	return answer(
		column < FIXED_COLUMNS && same_text(fixed_text(e, column), value), t->inverse);
}

static enum filter_answer judge_term(const struct filter *f, const struct term *t,
	const struct kind *kind, const struct entry *e, const struct str *cells)
{
	if (t->kind == TERM_COLUMN)
		return judge_column(t, kind, e, cells);
	if (matches(f, t, entry_name(e)) || matches(f, t, entry_ns(e)))
		return answer(true, t->inverse);
	if (!cells && has_cells(kind))
		return FILTER_NEEDS_CELLS;
	return answer(cells && any_cell_matches(f, t, *cells), t->inverse);
}

enum filter_answer filter_judge_text(const struct filter *filter, const struct kind *kind,
	const struct entry *e, const struct str *cells)
{
	enum filter_answer all = FILTER_YES;

	for (size_t i = 0; i < filter->n_terms; i++) {
		enum filter_answer one = judge_term(filter, &filter->terms[i], kind, e, cells);

		if (one == FILTER_NO)
			return FILTER_NO;
		if (one == FILTER_NEEDS_CELLS)
			all = FILTER_NEEDS_CELLS;
	}
	return all;
}

bool filter_text_matches(const struct filter *filter, const struct kind *kind,
	const struct entry *e, struct str cells)
{
	return filter_judge_text(filter, kind, e, &cells) == FILTER_YES;
}

/* names NULL: any cell may be the value. */
static bool any_cell_is(const struct term *t, const char *const *names, struct str cells)
{
	struct str value = str_make(t->text, t->len);

	for (size_t i = 0; cells.len && (!names || names[i]); i++) {
		struct str cell = str_cut(&cells, '\0');

		if ((!names || same_column(t->column, names[i])) && same_text(cell, value))
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
