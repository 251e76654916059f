/*
 * Evaluation, as client-go does it (util/jsonpath/jsonpath.go): each node turns
 * a list of values into the next list, so that the order of results and what
 * counts as an error are the same. Values are slices of the text. What a path
 * may cost is bounded: bytes read, values found, depth of descent.
 */
#include "json/path.h"

#include <stdlib.h>

#include "base/array.h"
#include "json/number.h"
#include "json/path_node.h"
#include "json/pick.h"
#include "json/scan.h"

#define BYTES_MAX  ((size_t)256 << 20)
#define VALUES_MAX ((size_t)1 << 20)
#define DEPTH_MAX  1000

struct values {
	struct str *items;
	size_t count;
	size_t cap;
};

/* Shared by all lists of one evaluation. */
struct budget {
	size_t bytes;
	size_t values;
};

static int spend(struct budget *b, struct str text)
{
	if (text.len > b->bytes)
		return -1;
	b->bytes -= text.len;
	return 0;
}

static int add(struct budget *b, struct values *v, struct str value)
{
	if (b->values == 0)
		return -1;
	b->values--;
	v->items = array_reserve(v->items, &v->cap, v->count + 1, sizeof(*v->items));
	v->items[v->count++] = value;
	return 0;
}

static void release(struct values *v)
{
	free(v->items);
	*v = (struct values){ NULL, 0, 0 };
}

static bool is_object(struct str value)
{
	return value.len && value.p[0] == '{';
}

static bool is_array(struct str value)
{
	return value.len && value.p[0] == '[';
}

static bool is_null(struct str value)
{
	return value.len && value.p[0] == 'n';
}

/* Elements of an array, or values of an object by key; nothing for others. */
static int add_children(struct budget *b, struct str value, struct values *out)
{
	struct pick_sorted members;
	struct str item;
	struct scan s;
	int result = 0;

	if (spend(b, value) < 0)
		return -1;
	if (is_array(value)) {
		scan_init(&s, value);
		scan_array(&s);
		while (result == 0 && scan_item_text(&s, &item))
			result = add(b, out, item);
		return result;
	}
	if (pick_sorted(value, &members) < 0)
		return 0;
	for (size_t i = 0; i < members.count && result == 0; i++)
		result = add(b, out, members.items[i].value);
	pick_sorted_release(&members);
	return result;
}

/* ---- one node ---- */

static int eval_field(
	struct budget *b, const struct node *node, const struct values *in, struct values *out)
{
	for (size_t i = 0; i < in->count; i++) {
		struct str value;

		if (!is_object(in->items[i]))
			continue;
		if (spend(b, in->items[i]) < 0)
			return -1;
		value = scan_member(in->items[i], node->text);
		if (value.p && add(b, out, value) < 0)
			return -1;
	}
	return 0;
}

static int eval_wildcard(struct budget *b, const struct values *in, struct values *out)
{
	for (size_t i = 0; i < in->count; i++) {
		if (add_children(b, in->items[i], out) < 0)
			return -1;
	}
	return 0;
}

/* Each value that has something in it, then the same for what is in it. A
 * string counts as a list of bytes there. */
static int descend(struct budget *b, const struct values *in, int depth, struct values *out)
{
	int result = 0;

	if (depth > DEPTH_MAX)
		return -1;
	for (size_t i = 0; i < in->count && result == 0; i++) {
		struct values children = { NULL, 0, 0 };
		struct str raw = pick_raw(in->items[i]);

		result = add_children(b, in->items[i], &children);
		if (result == 0 && (children.count || raw.len))
			result = add(b, out, in->items[i]);
		if (result == 0 && children.count)
			result = descend(b, &children, depth + 1, out);
		release(&children);
	}
	return result;
}

static size_t array_length(struct str array)
{
	struct scan s;
	size_t n = 0;

	scan_init(&s, array);
	scan_array(&s);
	while (scan_item(&s) && scan_skip(&s, NULL) == 0)
		n++;
	return n;
}

struct range {
	int64_t start;
	int64_t end;
	int64_t step;
};

/* 1: a range; 0: empty, which ends the whole node; -1: an error. */
static int resolve(const struct node_bound bound[3], int64_t length, struct range *ret)
{
	int64_t start = bound[0].known ? bound[0].value : 0;
	int64_t end = bound[1].known ? bound[1].value : length;

	if (start < 0)
		start += length;
	if (end < 0 || (end == 0 && bound[1].derived))
		end += length;
	if (start == end)
		return 0;
	if (start < 0 || start >= length || end < 0 || end > length || start > end)
		return -1;
	if (bound[2].known && bound[2].value <= 0)
		return -1;
	*ret = (struct range){ start, end, bound[2].known ? bound[2].value : 1 };
	return 1;
}

static int add_range(
	struct budget *b, struct str array, const struct range *range, struct values *out)
{
	struct str item;
	struct scan s;

	scan_init(&s, array);
	scan_array(&s);
	for (int64_t i = 0; i < range->end && scan_item(&s); i++) {
		if (scan_skip(&s, &item) < 0)
			break;
		if (i >= range->start && (i - range->start) % range->step == 0 &&
			add(b, out, item) < 0)
			return -1;
	}
	return 0;
}

static int eval_slice(
	struct budget *b, const struct node *node, const struct values *in, struct values *out)
{
	for (size_t i = 0; i < in->count; i++) {
		struct str array = in->items[i];
		struct range range;
		int found;

		if (is_null(array))
			continue;
		if (!is_array(array) || spend(b, array) < 0)
			return -1;
		found = resolve(node->bound, (int64_t)array_length(array), &range);
		if (found <= 0)
			return found;
		if (add_range(b, array, &range, out) < 0)
			return -1;
	}
	return 0;
}

static int eval_list(struct budget *b, const struct node_list *list, struct values *v);

static int eval_sublist(
	struct budget *b, const struct node_list *list, const struct values *in, struct values *out)
{
	struct values v = { NULL, 0, 0 };
	int result = 0;

	for (size_t i = 0; i < in->count && result == 0; i++)
		result = add(b, &v, in->items[i]);
	if (result == 0)
		result = eval_list(b, list, &v);
	for (size_t i = 0; i < v.count && result == 0; i++)
		result = add(b, out, v.items[i]);
	release(&v);
	return result;
}

static int eval_union(
	struct budget *b, const struct node *node, const struct values *in, struct values *out)
{
	for (size_t i = 0; i < node->n_lists; i++) {
		if (eval_sublist(b, &node->lists[i], in, out) < 0)
			return -1;
	}
	return 0;
}

/* ---- filters ---- */

enum kind {
	KIND_NONE,
	KIND_BOOL,
	KIND_INT,
	KIND_FLOAT,
	KIND_STRING
};

struct operand {
	enum kind kind;
	struct str raw;
	int64_t number; /* bool and int */
	double real;
};

static struct operand operand_of(struct str value)
{
	struct operand o = { .kind = KIND_NONE };

	if (value.len && value.p[0] == '"') {
		o.kind = KIND_STRING;
		o.raw = pick_raw(value);
	} else if (str_is(value, "true") || str_is(value, "false")) {
		o.kind = KIND_BOOL;
		o.number = value.p[0] == 't';
	} else if (number_is_i64(value, &o.number)) {
		o.kind = KIND_INT;
	} else if (number_double(value, &o.real) == 0) {
		o.kind = KIND_FLOAT;
	}
	return o;
}

static int order_of(const struct operand *a, const struct operand *b)
{
	switch (a->kind) {
	case KIND_STRING:
		return pick_cmp(a->raw, b->raw);
	case KIND_FLOAT:
		return (a->real > b->real) - (a->real < b->real);
	default:
		return (a->number > b->number) - (a->number < b->number);
	}
}

/* 1 holds, 0 does not, -1: these cannot be compared. */
static int compare(enum node_op op, struct str left, struct str right)
{
	struct operand a = operand_of(left), b = operand_of(right);
	int order;

	if (a.kind == KIND_NONE || a.kind != b.kind)
		return -1;
	if (a.kind == KIND_BOOL && op != NODE_EQUAL && op != NODE_NOT_EQUAL)
		return -1;
	order = order_of(&a, &b);
	switch (op) {
	case NODE_EQUAL:
		return order == 0;
	case NODE_NOT_EQUAL:
		return order != 0;
	case NODE_LESS:
		return order < 0;
	case NODE_LESS_EQUAL:
		return order <= 0;
	case NODE_GREATER:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* One side of a comparison for one element: 1 found, 0 nothing, -1 an error. */
static int side(struct budget *b, const struct node_list *list, struct str item, struct str *ret)
{
	struct values v = { NULL, 0, 0 };
	int found = -1;

	if (add(b, &v, item) == 0 && eval_list(b, list, &v) == 0)
		found = v.count > 1 ? -1 : (int)v.count;
	if (found == 1)
		*ret = v.items[0];
	release(&v);
	return found;
}

static int exists(struct budget *b, const struct node_list *list, struct str item)
{
	struct values v = { NULL, 0, 0 };
	int found = -1;

	/* An error leaves client-go with what it had so far, which is something. */
	if (add(b, &v, item) == 0)
		found = eval_list(b, list, &v) < 0 || v.count > 0;
	release(&v);
	return found;
}

static int passes(struct budget *b, const struct node *node, struct str item)
{
	struct str left, right;
	int found;

	if (node->op == NODE_EXISTS)
		return exists(b, &node->lists[0], item);
	found = side(b, &node->lists[0], item, &left);
	if (found <= 0)
		return found;
	found = side(b, &node->lists[1], item, &right);
	return found <= 0 ? found : compare(node->op, left, right);
}

static int eval_filter(
	struct budget *b, const struct node *node, const struct values *in, struct values *out)
{
	for (size_t i = 0; i < in->count; i++) {
		struct str item;
		struct scan s;

		scan_init(&s, in->items[i]);
		if (spend(b, in->items[i]) < 0 || scan_array(&s) < 0)
			return -1;
		while (scan_item_text(&s, &item)) {
			int pass = passes(b, node, item);

			if (pass < 0 || (pass && add(b, out, item) < 0))
				return -1;
		}
	}
	return 0;
}

/* ---- lists of nodes ---- */

static int eval_literal(
	struct budget *b, const struct node *node, const struct values *in, struct values *out)
{
	for (size_t i = 0; i < in->count; i++) {
		if (add(b, out, str_of(node->text)) < 0)
			return -1;
	}
	return 0;
}

static int eval_node(
	struct budget *b, const struct node *node, const struct values *in, struct values *out)
{
	switch (node->type) {
	case NODE_FIELD:
		return eval_field(b, node, in, out);
	case NODE_WILDCARD:
		return eval_wildcard(b, in, out);
	case NODE_RECURSIVE:
		return descend(b, in, 0, out);
	case NODE_SLICE:
		return eval_slice(b, node, in, out);
	case NODE_FILTER:
		return eval_filter(b, node, in, out);
	case NODE_UNION:
		return eval_union(b, node, in, out);
	case NODE_LITERAL:
		return eval_literal(b, node, in, out);
	default:
		return -1;
	}
}

/* Replaces the values of v by the results. */
static int eval_list(struct budget *b, const struct node_list *list, struct values *v)
{
	for (size_t i = 0; i < list->count; i++) {
		struct values out = { NULL, 0, 0 };
		int result = eval_node(b, &list->nodes[i], v, &out);

		release(v);
		*v = out;
		if (result < 0)
			return -1;
	}
	return 0;
}

/* The usual path, fields one below the other, needs no lists. From node *next
 * on: false when another node stands there or what *value has become is to go on
 * from; true when *value is the result, p NULL: missing. */
static bool follow_fields(const struct path *path, struct str *value, size_t *next)
{
	for (; *next < path->root.count; ++*next) {
		const struct node *node = &path->root.nodes[*next];

		if (node->type != NODE_FIELD)
			return false;
		*value = is_object(*value) ? scan_member(*value, node->text) : str_make(NULL, 0);
		if (!value->p)
			return true;
	}
	return true;
}

static int eval_rest(const struct path *path, struct str value, size_t next, struct values *ret)
{
	struct node_list rest = path->root;
	struct budget b = { BYTES_MAX, VALUES_MAX };

	if (next) { /* an empty path has no nodes to stand among */
		rest.nodes += next;
		rest.count -= next;
	}
	if (add(&b, ret, value) < 0)
		return -1;
	return eval_list(&b, &rest, ret);
}

static enum path_result first_from(
	const struct path *path, struct str value, size_t next, struct str *ret_value)
{
	struct values v = { NULL, 0, 0 };
	enum path_result result;

	if (follow_fields(path, &value, &next)) {
		if (value.p)
			*ret_value = value;
		return value.p ? PATH_FOUND : PATH_MISSING;
	}
	if (eval_rest(path, value, next, &v) < 0)
		result = PATH_ERROR;
	else
		result = v.count ? PATH_FOUND : PATH_MISSING;
	if (result == PATH_FOUND)
		*ret_value = v.items[0];
	release(&v);
	return result;
}

enum path_result path_first(const struct path *path, struct str object, struct str *ret_value)
{
	return first_from(path, str_trim(object), 0, ret_value);
}

size_t path_fields(const struct path *path, const char **ret, size_t max)
{
	size_t n = 0;

	while (n < max && n < path->root.count && path->root.nodes[n].type == NODE_FIELD) {
		ret[n] = path->root.nodes[n].text;
		n++;
	}
	return n;
}

const char *path_head(const struct path *path)
{
	bool begins = path->root.count && path->root.nodes[0].type == NODE_FIELD;

	return begins ? path->root.nodes[0].text : NULL;
}

enum path_result path_first_below(const struct path *path, struct str value, struct str *ret_value)
{
	return value.p ? first_from(path, value, 1, ret_value) : PATH_MISSING;
}

enum path_result path_each(const struct path *path, struct str object,
	bool (*visit)(void *arg, struct str value), void *arg)
{
	struct values v = { NULL, 0, 0 };
	enum path_result result = PATH_ERROR;

	if (eval_rest(path, str_trim(object), 0, &v) == 0) {
		result = v.count ? PATH_FOUND : PATH_MISSING;
		for (size_t i = 0; i < v.count && visit(arg, v.items[i]); i++)
			;
	}
	release(&v);
	return result;
}
