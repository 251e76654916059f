/*
 * The columns that a filter compares: which there are, and what is no comparison.
 */
#include "cache/filter.h"

#include <string.h>

#include "base/buf.h"
#include "cache/filter_term.h"
#include "cache/root.h"
#include "kube/columns.h"
#include "kube/health.h"
#include "kube/value.h"

#define NAMES_MAX ((size_t)4096)

static const char *const fixed_columns[FIXED_COLUMNS][2] = {
	[FIXED_NAME] = { "name", "name" },
	[FIXED_NAMESPACE] = { "namespace", "ns" },
	[FIXED_HEALTH] = { "health", "health" },
	[FIXED_AGE] = { "age", "age" },
	[FIXED_SINCE] = { "since", "since" },
	[FIXED_KIND] = { "kind", "kind" },
};

/* Case does not matter, and - and _ may stand for what else divides words. */
bool filter_same_column(const char *typed, const char *name)
{
	size_t i = 0;

	for (; typed[i] && name[i]; i++) {
		bool divider = typed[i] == '-' || typed[i] == '_';

		if (filter_lower(typed[i]) != filter_lower(name[i]) &&
			!(divider && !filter_is_column_char(name[i])))
			return false;
	}
	return typed[i] == name[i];
}

/* Whatever it is compared by. */
static size_t fixed_named(const char *typed)
{
	size_t i = 0;

	while (i < FIXED_COLUMNS && !filter_same_column(typed, fixed_columns[i][0]) &&
		!filter_same_column(typed, fixed_columns[i][1]))
		i++;
	return i;
}

static bool is_time(size_t fixed)
{
	return fixed == FIXED_AGE || fixed == FIXED_SINCE;
}

size_t filter_fixed_column(const struct term *t)
{
	size_t fixed = fixed_named(t->column);

	return is_time(fixed) && t->test == TEST_EQUAL ? FIXED_COLUMNS : fixed;
}

/* A time is judged by the object itself, also where a column of dates shows it. */
bool filter_is_by_time(const struct term *t)
{
	size_t fixed = t->kind == TERM_COLUMN ? filter_fixed_column(t) : FIXED_COLUMNS;

	return t->test != TEST_EQUAL && is_time(fixed);
}

/* Its place among names (up to NULL); -1: it is none of them. */
int filter_named_column(const char *const *names, const char *typed)
{
	for (int i = 0; names && names[i]; i++) {
		if (filter_same_column(typed, names[i]))
			return i;
	}
	return -1;
}

int filter_word_column(const struct filter *f, const char *typed)
{
	return f->words ? filter_named_column(f->words->names, typed) : -1;
}

size_t filter_own_column(const struct kind *kind, const char *typed)
{
	size_t i = 0;

	while (i < kind->columns->count && !filter_same_column(typed, kind->columns->items[i].name))
		i++;
	return i;
}

bool filter_is_timed(const struct filter *filter)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		if (filter_is_by_time(&filter->terms[i]))
			return true;
	}
	return false;
}

bool filter_needs_cells(const struct filter *filter)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];

		if (t->kind != TERM_COLUMN || filter_fixed_column(t) == FIXED_COLUMNS)
			return true;
	}
	return false;
}

bool filter_cannot_match(const struct filter *filter, const struct kind *kind)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];

		if (t->kind == TERM_COLUMN && !t->inverse &&
			filter_own_column(kind, t->column) == kind->columns->count &&
			filter_fixed_column(t) == FIXED_COLUMNS &&
			filter_word_column(filter, t->column) < 0)
			return true;
	}
	return false;
}

/* What cannot be compared with anything is a mistake, not a filter. */
static int check_value(const struct term *t, size_t *ret_at, struct error *err)
{
	struct str value = str_make(t->text, t->len);
	double seconds;

	if (t->kind != TERM_COLUMN || t->test == TEST_EQUAL)
		return 0;
	*ret_at = t->at;
	if (filter_is_by_time(t) && (value_duration(value, &seconds) < 0 || seconds < 0))
		return error_set(err, ERROR_INVALID, "%s is compared with 90s, 5m, 2h, 3d, 1h30m",
			t->column);
	if (value_classes(value) == VALUE_MISSING)
		return error_set(err, ERROR_INVALID,
			"%s is compared with a number, a quantity, a duration or a word",
			t->column);
	return 0;
}

int filter_check_values(const struct filter *f, size_t *ret_at, struct error *err)
{
	for (size_t i = 0; i < f->n_terms; i++) {
		if (check_value(&f->terms[i], ret_at, err) < 0)
			return -1;
	}
	return 0;
}

/* Of a column of this type nothing compares with a word, or with anything. */
static const char *compares_with(const struct column *column, struct str value)
{
	if (column->type == COLUMN_DATE)
		return "dates are not compared, only age<2h is";
	if ((column->type == COLUMN_INTEGER || column->type == COLUMN_NUMBER) &&
		!value_classes(value))
		return "this column has numbers";
	return NULL;
}

/* Whether kinds have the column, and none of them one that compares. */
static const char *why_never(
	const struct term *t, const struct kind_root *const *kinds, size_t n_kinds)
{
	const char *why = NULL;

	for (size_t i = 0; i < n_kinds; i++) {
		const struct columns *columns = kinds[i]->kind->columns;
		size_t column = filter_own_column(kinds[i]->kind, t->column);

		if (column == columns->count)
			continue;
		why = compares_with(&columns->items[column], str_make(t->text, t->len));
		if (!why)
			return NULL;
	}
	return why;
}

/* Whether one of the kinds shows words of its own under this name. */
static bool any_has_words(const char *typed, const struct kind_root *const *kinds, size_t n_kinds)
{
	for (size_t i = 0; i < n_kinds; i++) {
		const struct columns *columns = kinds[i]->kind->columns;
		size_t column = filter_own_column(kinds[i]->kind, typed);

		if (column < columns->count && columns->items[column].type != COLUMN_DATE)
			return true;
	}
	return false;
}

static bool is_health(const char *typed)
{
	for (int i = 0; i < HEALTH_KINDS; i++) {
		if (filter_same_column(typed, health_word((enum health)i)))
			return true;
	}
	return false;
}

/* What all objects have is never empty, and nobody asks for a time to the second. */
static const char *why_never_equal(
	const struct term *t, const struct kind_root *const *kinds, size_t n_kinds)
{
	size_t fixed = fixed_named(t->column);
	const char *why = NULL;

	if (is_time(fixed))
		why = fixed == FIXED_AGE ? "an age needs < or >, as in age<5m"
					 : "an age needs < or >, as in since<5m";
	else if (t->len == 0 && fixed == FIXED_KIND)
		why = "a value is missing, as in kind=certificate";
	else if (fixed == FIXED_HEALTH && !is_health(t->text))
		why = "it is healthy, progressing, deleting, not-ready or unknown";
	else if (t->len == 0 && fixed == FIXED_NAME)
		why = "a value is missing, as in name=web";
	return why && !any_has_words(t->column, kinds, n_kinds) ? why : NULL;
}

int filter_check(const struct filter *filter, const struct kind_root *const *kinds, size_t n_kinds,
	size_t *ret_at, struct error *err)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];
		const char *why = NULL;

		if (t->kind != TERM_COLUMN)
			continue;
		if (t->test == TEST_EQUAL)
			why = why_never_equal(t, kinds, n_kinds);
		else if (filter_fixed_column(t) == FIXED_COLUMNS)
			why = why_never(t, kinds, n_kinds);
		if (!why)
			continue;
		*ret_at = t->at;
		return error_set(err, ERROR_INVALID, "%s: %s", t->column, why);
	}
	return 0;
}

static bool any_has_column(const char *typed, const struct kind_root *const *kinds, size_t n_kinds)
{
	for (size_t i = 0; i < n_kinds; i++) {
		const struct kind *kind = kinds[i]->kind;

		if (filter_own_column(kind, typed) < kind->columns->count)
			return true;
	}
	return false;
}

static int no_column(const struct term *t, const char *const *names, struct error *err)
{
	struct buf all = BUF_INIT(NAMES_MAX);

	for (size_t i = 0; i < FIXED_COLUMNS; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", fixed_columns[i][0]);
	for (size_t i = 0; names[i]; i++) {
		if (!strstr(buf_text(&all), names[i]))
			buf_addf(&all, ", %s", names[i]);
	}
	error_set(err, ERROR_INVALID, "there is no column %s: there are %s, and those of the kinds",
		t->column, buf_text(&all));
	buf_release(&all);
	return -1;
}

int filter_check_columns(const struct filter *filter, const char *const *names,
	const struct kind_root *const *kinds, size_t n_kinds, size_t *ret_at, struct error *err)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];

		if (t->kind != TERM_COLUMN || filter_fixed_column(t) < FIXED_COLUMNS ||
			any_has_column(t->column, kinds, n_kinds))
			continue;
		*ret_at = t->at;
		if (filter_named_column(names, t->column) < 0)
			return no_column(t, names, err);
		if (t->len == 0)
			return error_set(err, ERROR_INVALID,
				"%s: a value is missing, as in %s=failed", t->column, t->column);
	}
	return 0;
}

static int no_cell(const struct term *t, const char *const *names, struct error *err)
{
	struct buf all = BUF_INIT(NAMES_MAX);

	for (size_t i = 0; names[i]; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
	error_set(err, ERROR_INVALID, "there is no column %s here: there are %s", t->column,
		buf_text(&all));
	buf_release(&all);
	return -1;
}

int filter_check_cells(
	const struct filter *filter, const char *const *names, size_t *ret_at, struct error *err)
{
	for (size_t i = 0; i < filter->n_terms; i++) {
		const struct term *t = &filter->terms[i];

		if (t->kind != TERM_COLUMN)
			continue;
		*ret_at = t->at;
		if (names && filter_named_column(names, t->column) < 0)
			return no_cell(t, names, err);
		if (t->test != TEST_EQUAL)
			return error_set(err, ERROR_INVALID,
				"%s: nothing here is less or more, only %s=value and %s!=value are asked",
				t->column, t->column, t->column);
	}
	return 0;
}
