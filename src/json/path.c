/*
 * The parser: client-go's grammar (util/jsonpath/parser.go), with its oddities,
 * because CRDs are written against it: a quoted key goes through the field
 * parser, so that an unescaped dot in it divides; a union divides at every
 * comma; a filter ends at the first bracket outside its one pair of quotes.
 */
#include "json/path.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/compact.h"
#include "json/number.h"
#include "json/path_node.h"

#define TEXT_MAX  4096
#define MAX_DEPTH 8 /* of paths in filters and unions */

struct parser {
	struct str text;
	size_t at;
	int depth;
	struct node_list *list;
	struct error *err;
};

static int parse_list(
	struct str text, int depth, struct node_list *list, size_t *at, struct error *err);

static int fail(struct parser *p, const char *what)
{
	return error_set(p->err, ERROR_INVALID, "%s", what);
}

/* '\0' at the end: no path holds one. */
static char peek(const struct parser *p)
{
	return p->at < p->text.len ? p->text.p[p->at] : '\0';
}

static struct str slice(struct str s, size_t from, size_t to)
{
	return str_make(s.p + from, to - from);
}

static bool is_word(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_terminator(char c)
{
	return c == '\0' || strchr(" \t\r\n.,[]$@{}", c) != NULL;
}

static struct node *add_node(struct parser *p, enum node_type type)
{
	struct node_list *list = p->list;

	list->nodes = array_reserve(list->nodes, &list->cap, list->count + 1, sizeof(*list->nodes));
	list->nodes[list->count] = (struct node){ .type = type };
	return &list->nodes[list->count++];
}

static struct node_list *add_lists(struct node *node, size_t n)
{
	node->lists = mem_zalloc(n * sizeof(*node->lists));
	node->n_lists = n;
	return node->lists;
}

/* ---- fields and words ---- */

static char *without_backslashes(struct str s)
{
	char *text = str_dup(s);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (text[i] != '\\')
			text[n++] = text[i];
	}
	text[n] = '\0';
	return text;
}

static int parse_field(struct parser *p)
{
	size_t start = p->at;
	struct str name;

	while (!is_terminator(peek(p)))
		p->at += peek(p) == '\\' && p->at + 1 < p->text.len ? 2 : 1;
	name = slice(p->text, start, p->at);
	if (str_is(name, "*"))
		add_node(p, NODE_WILDCARD);
	else
		add_node(p, NODE_FIELD)->text = without_backslashes(name);
	return 0;
}

static int parse_recursive(struct parser *p)
{
	if (p->list->count && p->list->nodes[p->list->count - 1].type == NODE_RECURSIVE)
		return fail(p, "invalid multiple recursive descent");
	p->at += 2;
	add_node(p, NODE_RECURSIVE);
	return is_word(peek(p)) ? parse_field(p) : 0;
}

static int parse_word(struct parser *p)
{
	size_t start = p->at;
	struct str word;
	bool literal;

	while (!is_terminator(peek(p)))
		p->at++;
	word = slice(p->text, start, p->at);
	literal = str_is(word, "true") || str_is(word, "false");
	add_node(p, literal ? NODE_LITERAL : NODE_UNKNOWN)->text = str_dup(word);
	return 0;
}

static int parse_number(struct parser *p)
{
	size_t start = p->at;
	struct str text;
	int64_t whole;
	double value;

	if (peek(p) == '+' || peek(p) == '-')
		p->at++;
	while (is_digit(peek(p)) || peek(p) == '.')
		p->at++;
	text = slice(p->text, start, p->at);
	if (!number_is_i64(text, &whole) && number_double(text, &value) < 0)
		return error_set(
			p->err, ERROR_INVALID, "cannot parse number " STR_FMT, STR_ARG(text));
	add_node(p, NODE_LITERAL)->text = str_dup(text);
	return 0;
}

/* ---- quoted text ---- */

static int hex_digits(struct str s, size_t at, size_t n, uint32_t *ret)
{
	uint32_t value = 0;

	if (at + n > s.len)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		const char *hex = "0123456789abcdef";
		const char *found = s.p[i] ? strchr(hex, s.p[i] | 0x20) : NULL;

		if (!found)
			return -1;
		value = value << 4 | (uint32_t)(found - hex);
	}
	*ret = value;
	return 0;
}

/* Go's escapes; returns how many bytes behind the backslash belong to it, 0
 * when it is none. */
static size_t unquote_escape(struct str s, size_t at, char quote, struct buf *out)
{
	static const char from[] = "abfnrtv\\";
	static const char to[] = "\a\b\f\n\r\t\v\\";
	const char *known;
	char bytes[4];
	uint32_t code;
	size_t digits;

	if (at >= s.len)
		return 0;
	known = s.p[at] ? strchr(from, s.p[at]) : NULL;
	if (known || s.p[at] == quote) {
		buf_addc(out, known ? to[known - from] : quote);
		return 1;
	}
	digits = s.p[at] == 'x' ? 2 : s.p[at] == 'u' ? 4 : s.p[at] == 'U' ? 8 : 0;
	if (!digits || hex_digits(s, at + 1, digits, &code) < 0 || code > 0x10ffff)
		return 0;
	buf_add(out, bytes, utf8_encode(code, bytes));
	return digits + 1;
}

static int unquote(struct str s, char quote, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		size_t used;

		if (s.p[i] != '\\') {
			buf_addc(out, s.p[i]);
			continue;
		}
		used = unquote_escape(s, i + 1, quote, out);
		if (!used)
			return -1;
		i += used;
	}
	return 0;
}

static int add_text(struct parser *p, struct str quoted, char quote)
{
	struct buf plain = BUF_INIT(8 * TEXT_MAX);
	struct buf json = BUF_INIT(64 * TEXT_MAX);
	int result = unquote(quoted, quote, &plain);

	if (result == 0) {
		compact_string(buf_str(&plain), false, &json);
		add_node(p, NODE_LITERAL)->text = buf_take(&json);
	} else {
		error_set(p->err, ERROR_INVALID, "unquote string " STR_FMT " error invalid syntax",
			STR_ARG(quoted));
	}
	buf_release(&plain);
	return result;
}

static int parse_quote(struct parser *p)
{
	char quote = peek(p);
	size_t start = ++p->at;

	while (p->at < p->text.len && peek(p) != '\n') {
		if (peek(p) == quote && (p->at == start || p->text.p[p->at - 1] != '\\'))
			return add_text(p, slice(p->text, start, p->at++), quote);
		p->at++;
	}
	return fail(p, "unterminated quoted string");
}

/* ---- brackets ---- */

static int parse_union(struct parser *p, struct str inside)
{
	struct node *node = add_node(p, NODE_UNION);
	struct node_list *lists;
	struct buf part = BUF_INIT(TEXT_MAX + 2);
	size_t n = 1;
	int result = 0;

	for (size_t i = 0; i < inside.len; i++)
		n += inside.p[i] == ',';
	lists = add_lists(node, n);
	for (size_t i = 0; i < n && result == 0; i++) {
		buf_reset(&part);
		buf_addc(&part, '[');
		buf_addstr(&part, str_trim(str_cut(&inside, ',')));
		buf_addc(&part, ']');
		result = parse_list(buf_str(&part), p->depth + 1, &lists[i], NULL, p->err);
	}
	buf_release(&part);
	return result;
}

/* A key in quotes is read as the path that it holds. */
static int parse_key(struct parser *p, struct str key)
{
	struct buf path = BUF_INIT(TEXT_MAX + 2);
	int result;

	buf_addc(&path, '.');
	buf_addstr(&path, key);
	result = parse_list(buf_str(&path), p->depth + 1, p->list, NULL, p->err);
	buf_release(&path);
	return result;
}

/* One of the three numbers of a slice; empty: unknown. */
static int parse_bound(struct parser *p, struct str text, struct node_bound *ret)
{
	struct str digits = text;

	*ret = (struct node_bound){ .known = text.len > 0 };
	if (!text.len)
		return 0;
	if (digits.p[0] == '-')
		digits = slice(digits, 1, digits.len);
	if (digits.len && is_digit(digits.p[0]) && str_to_i64(text, &ret->value) == 0 &&
		ret->value <= INT32_MAX && ret->value >= INT32_MIN)
		return 0;
	return error_set(
		p->err, ERROR_INVALID, "array index " STR_FMT " is not a number", STR_ARG(text));
}

static bool is_slice(struct str text)
{
	size_t colons = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool sign = text.p[i] == '-' && (i == 0 || text.p[i - 1] == ':');

		colons += text.p[i] == ':';
		if (text.p[i] != ':' && !is_digit(text.p[i]) && !sign)
			return false;
	}
	return colons <= 2;
}

static int parse_slice(struct parser *p, struct str text)
{
	struct node_bound bound[3];
	struct str rest = text;

	if (!is_slice(text))
		return error_set(
			p->err, ERROR_INVALID, "invalid array index " STR_FMT, STR_ARG(text));
	for (int i = 0; i < 3; i++) {
		bool absent = rest.p == NULL;

		if (parse_bound(p, str_cut(&rest, ':'), &bound[i]) < 0)
			return -1;
		if (i == 1 && absent)
			bound[1] = (struct node_bound){ true, true, bound[0].value + 1 };
	}
	memcpy(add_node(p, NODE_SLICE)->bound, bound, sizeof(bound));
	return 0;
}

static int parse_array(struct parser *p)
{
	size_t start = ++p->at;
	struct str inside;

	while (p->at < p->text.len && peek(p) != ']' && peek(p) != '\n')
		p->at++;
	if (peek(p) != ']')
		return fail(p, "unterminated array");
	inside = slice(p->text, start, p->at++);
	if (str_is(inside, "*"))
		inside = STR(":");
	if (str_contains(inside, STR(",")))
		return parse_union(p, inside);
	if (inside.len >= 2 && inside.p[0] == '\'' && inside.p[inside.len - 1] == '\'' &&
		!memchr(inside.p + 1, '\'', inside.len - 2))
		return parse_key(p, slice(inside, 1, inside.len - 1));
	return parse_slice(p, inside);
}

/* ---- filters ---- */

/* Where the filter's closing bracket stands, or the length of the text. */
static size_t filter_end(const struct parser *p)
{
	bool begun = false, ended = false;
	char pair = '\0';

	for (size_t i = p->at; i < p->text.len && p->text.p[i] != '\n'; i++) {
		char c = p->text.p[i];

		if ((c == '"' || c == '\'') && !begun) {
			begun = true;
			pair = c;
		} else if (c == '"' || c == '\'') {
			if (c == pair && p->text.p[i - 1] != '\\')
				ended = true;
		} else if (c == ')' && begun == ended) {
			return i;
		}
	}
	return p->text.len;
}

static bool is_operator(char c)
{
	return c == '!' || c == '<' || c == '>' || c == '=';
}

static int parse_operator(struct parser *p, struct str text, enum node_op *ret)
{
	static const char *const names[] = {
		[NODE_EQUAL] = "==",
		[NODE_NOT_EQUAL] = "!=",
		[NODE_LESS] = "<",
		[NODE_LESS_EQUAL] = "<=",
		[NODE_GREATER] = ">",
		[NODE_GREATER_EQUAL] = ">=",
	};

	for (size_t i = NODE_EQUAL; i <= NODE_GREATER_EQUAL; i++) {
		if (str_is(text, names[i])) {
			*ret = (enum node_op)i;
			return 0;
		}
	}
	return error_set(
		p->err, ERROR_INVALID, "unrecognized filter operator " STR_FMT, STR_ARG(text));
}

static int parse_comparison(struct parser *p, struct str text)
{
	struct node *node = add_node(p, NODE_FILTER);
	struct node_list *lists = add_lists(node, 2);
	size_t left = 0, right;

	while (left < text.len && !is_operator(text.p[left]))
		left++;
	right = left;
	while (right < text.len && is_operator(text.p[right]))
		right++;
	node->op = NODE_EXISTS;
	if (left == 0 || left == right || right == text.len)
		return parse_list(text, p->depth + 1, &lists[0], NULL, p->err);
	if (parse_operator(p, slice(text, left, right), &node->op) < 0 ||
		parse_list(slice(text, 0, left), p->depth + 1, &lists[0], NULL, p->err) < 0)
		return -1;
	return parse_list(slice(text, right, text.len), p->depth + 1, &lists[1], NULL, p->err);
}

static int parse_filter(struct parser *p)
{
	size_t start, end;

	p->at += strlen("[?(");
	start = p->at;
	end = filter_end(p);
	if (end == p->text.len)
		return fail(p, "unterminated filter");
	p->at = end + 1;
	if (peek(p) != ']')
		return fail(p, "unclosed array expect ]");
	p->at++;
	return parse_comparison(p, slice(p->text, start, end));
}

/* ---- the whole ---- */

static int parse_step(struct parser *p)
{
	struct str rest = slice(p->text, p->at, p->text.len);
	char c = rest.p[0];

	if (str_starts(rest, STR("[?(")))
		return parse_filter(p);
	if (str_starts(rest, STR("..")))
		return parse_recursive(p);
	if (c == ' ' || c == '@' || c == '$') {
		p->at++;
		return 0;
	}
	if (c == '[')
		return parse_array(p);
	if (c == '"' || c == '\'')
		return parse_quote(p);
	if (c == '.') {
		p->at++;
		return parse_field(p);
	}
	if (c == '+' || c == '-' || is_digit(c))
		return parse_number(p);
	if (is_word(c))
		return parse_word(p);
	if (c == '\n' || c == '\r')
		return fail(p, "unclosed action");
	return error_set(
		p->err, ERROR_INVALID, "unrecognized character in action: '%c'", c ? c : '?');
}

/* *at (may be NULL) is where the step begins that is read. */
static int parse_list(
	struct str text, int depth, struct node_list *list, size_t *at, struct error *err)
{
	struct parser p = { .text = text, .depth = depth, .list = list, .err = err };

	if (depth > MAX_DEPTH)
		return error_set(err, ERROR_TOO_LARGE, "a path nested too deep");
	while (p.at < p.text.len) {
		if (at)
			*at = p.at;
		if (parse_step(&p) < 0)
			return -1;
	}
	return 0;
}

int path_parse(struct str text, struct path **ret, struct error *err)
{
	return path_parse_at(text, ret, NULL, err);
}

int path_parse_at(struct str text, struct path **ret, size_t *ret_at, struct error *err)
{
	struct path *path;

	if (ret_at)
		*ret_at = 0;
	if (text.len > TEXT_MAX)
		return error_set(err, ERROR_TOO_LARGE, "a path of %zu bytes", text.len);
	path = mem_zalloc(sizeof(*path));
	if (parse_list(text, 0, &path->root, ret_at, err) < 0) {
		path_free(path);
		return -1;
	}
	*ret = path;
	return 0;
}

static void release_list(struct node_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct node *node = &list->nodes[i];

		for (size_t j = 0; j < node->n_lists; j++)
			release_list(&node->lists[j]);
		free(node->lists);
		free(node->text);
	}
	free(list->nodes);
}

void path_free(struct path *path)
{
	if (!path)
		return;
	release_list(&path->root);
	free(path);
}
