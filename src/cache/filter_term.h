/*
 * filter_term - a parsed filter, shared by filter.c, filter_columns.c,
 * filter_labels.c and filter_parse.c.
 */
#ifndef CACHE_FILTER_TERM_H
#define CACHE_FILTER_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct selector;
struct filter_words;
struct kind;
struct pcre2_real_code_8;
struct pcre2_real_match_context_8;

enum term_kind {
	TERM_PLAIN, /* letters without meaning: searched without an expression */
	TERM_REGEX,
	TERM_FUZZY,
	TERM_COLUMN,
};

enum term_test {
	TEST_EQUAL,
	TEST_LESS,
	TEST_LESS_EQUAL,
	TEST_GREATER,
	TEST_GREATER_EQUAL,
};

struct term {
	enum term_kind kind;
	enum term_test test; /* column */
	bool inverse;
	char *text; /* plain, fuzzy: lower case; column: the value */
	size_t len;
	char *column;
	size_t at; /* column: where the value stands in what was typed */
	struct pcre2_real_code_8 *code;
};

struct filter {
	struct term *terms;
	size_t n_terms;
	size_t cap_terms;
	struct selector *selectors[2]; /* given beside the text, and in it */
	size_t n_labels;	       /* terms of both selectors */
	bool unwell;
	char **namespaces;
	size_t n_namespaces;
	struct pcre2_real_match_context_8 *limits;
	const struct filter_words *words; /* filter_set_words() */
	void *words_arg;
};

static inline unsigned char filter_lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static inline bool filter_is_column_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '/';
}

/* ---- filter_columns.c ---- */

/* Columns that every kind has. */
enum filter_fixed {
	FIXED_NAME,
	FIXED_NAMESPACE,
	FIXED_HEALTH,
	FIXED_AGE,   /* only for what is less or greater, */
	FIXED_SINCE, /* as this one */
	FIXED_KIND,
	FIXED_COLUMNS
};

bool filter_same_column(const char *typed, const char *name);
size_t filter_fixed_column(const struct term *t); /* FIXED_COLUMNS: it is none of them */
bool filter_is_by_time(const struct term *t);
int filter_named_column(const char *const *names, const char *typed);
int filter_word_column(const struct filter *f, const char *typed);    /* -1: it is none */
size_t filter_own_column(const struct kind *kind, const char *typed); /* their count: none */
/* What cannot be compared with anything is an error. */
int filter_check_values(const struct filter *f, size_t *ret_at, struct error *err);

/* ---- filter_parse.c ---- */

/* Appends the terms of text. */
int filter_parse(struct filter *f, struct str text, size_t *ret_at, struct error *err);

#endif
