/*
 * What a user types, made terms of.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cache/filter_term.h"
#include "kube/selector.h"

static char *lower_dup(struct str s)
{
	char *text = str_dup(s);

	for (size_t i = 0; i < s.len; i++)
		text[i] = (char)filter_lower(text[i]);
	return text;
}

static struct term *add_term(struct filter *f, enum term_kind kind, bool inverse)
{
	f->terms = array_reserve(f->terms, &f->cap_terms, f->n_terms + 1, sizeof(*f->terms));
	f->terms[f->n_terms] = (struct term){ .kind = kind, .inverse = inverse };
	return &f->terms[f->n_terms++];
}

/* What stands between column and value. Longer ones first. */
static const struct {
	const char *text;
	enum term_test test;
	bool inverse;
} comparisons[] = {
	{ "!=", TEST_EQUAL, true },
	{ "<=", TEST_LESS_EQUAL, false },
	{ ">=", TEST_GREATER_EQUAL, false },
	{ "=", TEST_EQUAL, false },
	{ "<", TEST_LESS, false },
	{ ">", TEST_GREATER, false },
};

/* column=value and the like: a term, or NULL when word is none. */
static struct term *add_comparison(struct filter *f, struct str word, bool inverse)
{
	size_t n = 0, i = 0;
	struct str rest;
	struct term *term;

	while (n < word.len && filter_is_column_char(word.p[n]))
		n++;
	rest = str_make(word.p + n, word.len - n);
	while (i < sizeof(comparisons) / sizeof(comparisons[0]) &&
		!str_starts(rest, str_of(comparisons[i].text)))
		i++;
	if (n == 0 || i == sizeof(comparisons) / sizeof(comparisons[0]))
		return NULL;
	term = add_term(f, TERM_COLUMN, inverse != comparisons[i].inverse);
	term->test = comparisons[i].test;
	term->column = str_dup(str_make(word.p, n));
	n += strlen(comparisons[i].text);
	term->len = word.len - n;
	term->text = str_dup(str_make(word.p + n, term->len));
	return term;
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
	struct term *term;

	*ret_at = 0;
	if (rest.len == 0)
		return 0; /* a lone "!", still being typed */
	if (add_comparison(f, rest, inverse))
		return 0;
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

int filter_parse(struct filter *f, struct str text, size_t *ret_at, struct error *err)
{
	size_t at = 0;

	for (;;) {
		struct str word = next_word(text, &at);
		size_t used = 0, inside = 0, before = f->n_terms;

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
		} else if (f->n_terms > before) {
			f->terms[before].at = at - f->terms[before].len;
		}
	}
}
