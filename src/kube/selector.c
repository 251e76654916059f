/*
 * The grammar, its tokens and the error texts are apimachinery's
 * (labels/selector.go, util/validation): "in" and "notin" are words like any
 * other where a key or value is due.
 */
#include "kube/selector.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"

#define TEXT_MAX ((size_t)64 << 10)

enum token {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_NOT,
	TOKEN_EQUALS,
	TOKEN_DOUBLE_EQUALS,
	TOKEN_NOT_EQUALS,
	TOKEN_GREATER,
	TOKEN_LESS,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
};

struct parser {
	struct str text;
	size_t at;	  /* behind the token */
	size_t start;	  /* of the token */
	enum token token; /* the one to be consumed next */
	struct str literal;
	struct selector *selector;
	size_t cap_terms;
	struct error *err;
};

/* ---- tokens ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_special(char c)
{
	return c != '\0' && strchr("=!(),><", c) != NULL;
}

static enum token special_token(struct parser *p)
{
	char c = p->text.p[p->at];
	bool equals = p->at + 1 < p->text.len && p->text.p[p->at + 1] == '=';

	switch (c) {
	case '=':
		p->at += equals ? 2 : 1;
		return equals ? TOKEN_DOUBLE_EQUALS : TOKEN_EQUALS;
	case '!':
		p->at += equals ? 2 : 1;
		return equals ? TOKEN_NOT_EQUALS : TOKEN_NOT;
	case '(':
		p->at++;
		return TOKEN_OPEN;
	case ')':
		p->at++;
		return TOKEN_CLOSE;
	case ',':
		p->at++;
		return TOKEN_COMMA;
	default:
		p->at++;
		return c == '>' ? TOKEN_GREATER : TOKEN_LESS;
	}
}

/* Steps to the next token. */
static void next(struct parser *p)
{
	while (p->at < p->text.len && is_blank(p->text.p[p->at]))
		p->at++;
	p->start = p->at;
	if (p->at == p->text.len) {
		p->token = TOKEN_END;
	} else if (is_special(p->text.p[p->at])) {
		p->token = special_token(p);
	} else {
		p->token = TOKEN_NAME;
		while (p->at < p->text.len && !is_blank(p->text.p[p->at]) &&
			!is_special(p->text.p[p->at]))
			p->at++;
	}
	p->literal = str_make(p->text.p + p->start, p->at - p->start);
}

static int unexpected(struct parser *p, const char *expected)
{
	return error_set(p->err, ERROR_INVALID, "found '" STR_FMT "', expected: %s",
		STR_ARG(p->literal), expected);
}

static int bad_requirement(struct parser *p, const char *expected)
{
	unexpected(p, expected);
	return error_prefix(p->err, "unable to parse requirement");
}

/* ---- validation ---- */

static bool is_alnum(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* [A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])? */
static bool is_name(struct str s)
{
	if (s.len == 0 || !is_alnum(s.p[0]) || !is_alnum(s.p[s.len - 1]))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '.')
			return false;
	}
	return true;
}

static bool is_dns_label(struct str s)
{
	if (s.len == 0 || s.p[0] == '-' || s.p[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool lower = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9');

		if (!lower && s.p[i] != '-')
			return false;
	}
	return true;
}

static bool is_subdomain(struct str s)
{
	do {
		if (!is_dns_label(str_cut(&s, '.')))
			return false;
	} while (s.p);
	return true;
}

#define NAME_RULE                                                                                  \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "   \
	"an alphanumeric character"
#define NAME_REGEX                                                                                 \
	"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "              \
	"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

/* What is wrong with a key, or NULL. */
static const char *key_fault(struct str key)
{
	struct str name = key;
	struct str prefix = str_cut(&name, '/');

	if (!name.p)
		name = prefix;
	else if (prefix.len == 0)
		return "prefix part must be non-empty";
	else if (prefix.len > 253)
		return "prefix part must be no more than 253 bytes";
	else if (!is_subdomain(prefix))
		return "prefix part a lowercase RFC 1123 subdomain must consist of lower case "
		       "alphanumeric characters, '-' or '.', and must start and end with an "
		       "alphanumeric character (e.g. 'example.com', regex used for validation is "
		       "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
	if (str_contains(name, STR("/")))
		return "a qualified name " NAME_RULE " " NAME_REGEX
		       " with an optional DNS subdomain prefix and '/' (e.g. "
		       "'example.com/MyName')";
	if (name.len == 0)
		return "name part must be non-empty";
	if (name.len > 63)
		return "name part must be no more than 63 bytes";
	return is_name(name) ? NULL : "name part " NAME_RULE " " NAME_REGEX;
}

static const char *value_fault(struct str value)
{
	if (value.len > 63)
		return "must be no more than 63 bytes";
	if (value.len == 0 || is_name(value))
		return NULL;
	return "a valid label must be an empty string or consist of alphanumeric characters, '-', "
	       "'_' or '.', and must start and end with an alphanumeric character (e.g. "
	       "'MyValue',  or 'my_value',  or '12345', regex used for validation is "
	       "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

static int bad_value(struct parser *p, const struct selector_term *term, const char *fault)
{
	return error_set(p->err, ERROR_INVALID,
		"unable to parse requirement: values[%zu][%s]: Invalid value: \"" STR_FMT "\": %s",
		term->n_values, term->key, STR_ARG(p->literal), fault);
}

/* ---- the grammar ---- */

/* Keeps the values sorted, each once. */
static int add_value(struct parser *p, struct selector_term *term, struct str value)
{
	const char *fault = value_fault(value);
	size_t at = 0;

	if (fault)
		return bad_value(p, term, fault);
	while (at < term->n_values && str_cmp(str_of(term->values[at]), value) < 0)
		at++;
	if (at < term->n_values && str_is(value, term->values[at]))
		return 0;
	term->values = mem_realloc_array(term->values, term->n_values + 1, sizeof(char *));
	memmove(term->values + at + 1, term->values + at, (term->n_values - at) * sizeof(char *));
	term->values[at] = str_dup(value);
	term->n_values++;
	return 0;
}

/* Between the brackets: names divided by commas; where one is missing, "". */
static int parse_list(struct parser *p, struct selector_term *term)
{
	bool after_name = false;

	for (;;) {
		if (p->token == TOKEN_NAME && !after_name) {
			if (add_value(p, term, p->literal) < 0)
				return -1;
			after_name = true;
		} else if (p->token == TOKEN_COMMA || p->token == TOKEN_CLOSE) {
			if (!after_name && add_value(p, term, STR("")) < 0)
				return -1;
			after_name = false;
		} else {
			return bad_requirement(
				p, after_name ? "',' or ')'" : "',', ')' or identifier");
		}
		if (p->token == TOKEN_CLOSE)
			break;
		next(p);
	}
	next(p);
	return 0;
}

static int parse_values(struct parser *p, struct selector_term *term)
{
	if (p->token != TOKEN_OPEN) {
		error_set(p->err, ERROR_INVALID,
			"unable to parse requirement: found '" STR_FMT "' expected: '('",
			STR_ARG(p->literal));
		return -1;
	}
	next(p);
	return parse_list(p, term);
}

static int parse_exact(struct parser *p, struct selector_term *term)
{
	if (p->token == TOKEN_END || p->token == TOKEN_COMMA)
		return add_value(p, term, STR(""));
	if (p->token != TOKEN_NAME)
		return bad_requirement(p, "identifier");
	if (add_value(p, term, p->literal) < 0)
		return -1;
	next(p);
	return 0;
}

static int parse_bound(struct parser *p, struct selector_term *term)
{
	size_t start = p->start;

	if (parse_exact(p, term) < 0)
		return -1;
	if (str_to_i64(str_of(term->values[0]), &term->bound) == 0)
		return 0;
	p->start = start;
	return error_set(p->err, ERROR_INVALID,
		"unable to parse requirement: values[0]: Invalid value: \"%s\": for 'Gt', 'Lt' "
		"operators, the value must be an integer",
		term->values[0]);
}

static int parse_operator(struct parser *p, struct selector_term *term)
{
	enum token token = p->token;
	bool in = token == TOKEN_NAME && str_is(p->literal, "in");
	bool not_in = token == TOKEN_NAME && str_is(p->literal, "notin");

	if (in || not_in) {
		term->op = in ? SELECTOR_IN : SELECTOR_NOT_IN;
		next(p);
		return parse_values(p, term);
	}
	if (token == TOKEN_GREATER || token == TOKEN_LESS) {
		term->op = token == TOKEN_GREATER ? SELECTOR_GREATER : SELECTOR_LESS;
		next(p);
		return parse_bound(p, term);
	}
	if (token != TOKEN_EQUALS && token != TOKEN_DOUBLE_EQUALS && token != TOKEN_NOT_EQUALS)
		return bad_requirement(p, "in, notin, =, ==, !=, gt, lt");
	term->op = token == TOKEN_NOT_EQUALS ? SELECTOR_NOT_IN : SELECTOR_IN;
	next(p);
	return parse_exact(p, term);
}

static struct selector_term *new_term(struct parser *p)
{
	struct selector *s = p->selector;

	s->terms = array_reserve(s->terms, &p->cap_terms, s->n_terms + 1, sizeof(*s->terms));
	s->terms[s->n_terms] = (struct selector_term){ .key = NULL };
	return &s->terms[s->n_terms++];
}

static int parse_requirement(struct parser *p)
{
	struct selector_term *term = new_term(p);
	bool absent = p->token == TOKEN_NOT;
	const char *fault;

	if (absent)
		next(p);
	if (p->token != TOKEN_NAME)
		return bad_requirement(p, "identifier");
	fault = key_fault(p->literal);
	if (fault)
		return error_set(p->err, ERROR_INVALID,
			"unable to parse requirement: key: Invalid value: \"" STR_FMT "\": %s",
			STR_ARG(p->literal), fault);
	term->key = str_dup(p->literal);
	term->op = absent ? SELECTOR_ABSENT : SELECTOR_EXISTS;
	next(p);
	if (absent || p->token == TOKEN_END || p->token == TOKEN_COMMA)
		return 0;
	return parse_operator(p, term);
}

static int parse(struct parser *p)
{
	next(p);
	if (p->token == TOKEN_END)
		return 0;
	if (p->token != TOKEN_NAME && p->token != TOKEN_NOT)
		return unexpected(p, "!, identifier, or 'end of string'");
	for (;;) {
		if (parse_requirement(p) < 0)
			return -1;
		if (p->token == TOKEN_END)
			return 0;
		if (p->token != TOKEN_COMMA)
			return unexpected(p, "',' or 'end of string'");
		next(p);
		if (p->token != TOKEN_NAME && p->token != TOKEN_NOT)
			return unexpected(p, "identifier after ','");
	}
}

static int cmp_terms(const void *a, const void *b)
{
	const struct selector_term *ta = a, *tb = b;

	return strcmp(ta->key, tb->key);
}

int selector_parse(struct str text, struct selector **ret, size_t *ret_at, struct error *err)
{
	struct parser p = { .text = text, .err = err };

	if (text.len > TEXT_MAX)
		return error_set(err, ERROR_TOO_LARGE, "a selector of %zu bytes", text.len);
	p.selector = mem_zalloc(sizeof(*p.selector));
	if (parse(&p) < 0) {
		if (ret_at)
			*ret_at = p.start;
		selector_free(p.selector);
		return -1;
	}
	if (p.selector->n_terms)
		qsort(p.selector->terms, p.selector->n_terms, sizeof(*p.selector->terms),
			cmp_terms);
	*ret = p.selector;
	return 0;
}

void selector_free(struct selector *selector)
{
	if (!selector)
		return;
	for (size_t i = 0; i < selector->n_terms; i++) {
		struct selector_term *term = &selector->terms[i];

		for (size_t j = 0; j < term->n_values; j++)
			free(term->values[j]);
		free(term->values);
		free(term->key);
	}
	free(selector->terms);
	free(selector);
}

/* ---- use ---- */

static void add_list(
	struct buf *out, const struct selector_term *term, const char *one, const char *many)
{
	if (term->n_values == 1) {
		buf_addf(out, "%s%s", one, term->values[0]);
		return;
	}
	buf_addz(out, many);
	for (size_t i = 0; i < term->n_values; i++)
		buf_addf(out, "%s%s", i ? "," : "", term->values[i]);
	buf_addc(out, ')');
}

static void add_term(struct buf *out, const struct selector_term *term)
{
	if (term->op == SELECTOR_ABSENT)
		buf_addc(out, '!');
	buf_addz(out, term->key);
	switch (term->op) {
	case SELECTOR_IN:
		add_list(out, term, "=", " in (");
		break;
	case SELECTOR_NOT_IN:
		add_list(out, term, "!=", " notin (");
		break;
	case SELECTOR_GREATER:
		buf_addf(out, ">%" PRId64, term->bound);
		break;
	case SELECTOR_LESS:
		buf_addf(out, "<%" PRId64, term->bound);
		break;
	default:
		break;
	}
}

char *selector_text(const struct selector *selector)
{
	struct buf out = BUF_INIT(4 * TEXT_MAX);

	for (size_t i = 0; i < selector->n_terms; i++) {
		if (i)
			buf_addc(&out, ',');
		add_term(&out, &selector->terms[i]);
	}
	return buf_take(&out);
}

static bool has_value(const struct selector_term *term, struct str value)
{
	for (size_t i = 0; i < term->n_values; i++) {
		if (str_is(value, term->values[i]))
			return true;
	}
	return false;
}

bool selector_term_holds(const struct selector_term *term, struct str value)
{
	int64_t number;

	switch (term->op) {
	case SELECTOR_EXISTS:
		return true;
	case SELECTOR_ABSENT:
		return false;
	case SELECTOR_IN:
		return has_value(term, value);
	case SELECTOR_NOT_IN:
		return !has_value(term, value);
	default:
		if (str_to_i64(value, &number) < 0)
			return false;
		return term->op == SELECTOR_GREATER ? number > term->bound : number < term->bound;
	}
}

bool selector_term_holds_absent(const struct selector_term *term)
{
	return term->op == SELECTOR_ABSENT || term->op == SELECTOR_NOT_IN;
}
