/*
 * The events of libyaml, kept as nodes. See yaml_tree.h.
 */
#include "json/yaml_tree.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/array.h"
#include "base/mem.h"

struct open_node {
	struct yaml_node *node;
	struct yaml_node *last; /* its last child */
	struct yaml_node *key;	/* a map's key whose value is still to come */
};

struct yaml_tree {
	struct yaml_node *root;
	struct yaml_node **nodes; /* all of them, for their end */
	size_t count, cap;
	size_t end;
};

struct builder {
	struct yaml_tree *tree;
	struct str text;
	size_t at_index, at_byte; /* how far characters have been counted */
	struct open_node open[YAML_TREE_DEPTH];
	size_t depth;
	size_t documents;
	struct yaml_place place;
	struct error *err;
};

static bool is_inside(struct str text, size_t byte)
{
	return byte < text.len && (text.p[byte] & 0xc0) == 0x80;
}

/* libyaml counts characters; its marks go forward, but for a step back now and
 * then. */
static size_t byte_of(struct builder *b, size_t index)
{
	for (; b->at_index < index && b->at_byte < b->text.len; b->at_index++) {
		do
			b->at_byte++;
		while (is_inside(b->text, b->at_byte));
	}
	for (; b->at_index > index && b->at_byte > 0; b->at_index--) {
		do
			b->at_byte--;
		while (b->at_byte > 0 && is_inside(b->text, b->at_byte));
	}
	return b->at_byte;
}

static struct yaml_place place_of(const yaml_mark_t *mark)
{
	return (struct yaml_place){ mark->line + 1, mark->column + 1 };
}

static int fail(struct builder *b, enum error_code code, const char *what)
{
	return error_set(b->err, code, "%s", what);
}

static struct open_node *top(struct builder *b)
{
	return b->depth ? &b->open[b->depth - 1] : NULL;
}

/* Hangs a node where it belongs: the root, a list's item, a key or its value. */
static int attach(struct builder *b, struct yaml_node *node)
{
	struct open_node *o = top(b);

	if (!o) {
		b->tree->root = node;
		return 0;
	}
	if (o->node->kind == YAML_NODE_MAP && !o->key) {
		if (node->kind != YAML_NODE_SCALAR)
			return fail(b, ERROR_INVALID, "a key that is no plain text");
		o->key = node;
		return 0;
	}
	node->key = o->key;
	o->key = NULL;
	if (o->last)
		o->last->next = node;
	else
		o->node->first = node;
	o->last = node;
	return 0;
}

static struct yaml_node *add(struct builder *b, enum yaml_kind kind, const yaml_event_t *ev)
{
	struct yaml_tree *tree = b->tree;
	struct yaml_node *node;

	if (tree->count == YAML_TREE_NODES) {
		fail(b, ERROR_TOO_LARGE, "too many values");
		return NULL;
	}
	node = mem_zalloc(sizeof(*node));
	tree->nodes = array_reserve(tree->nodes, &tree->cap, tree->count + 1, sizeof(*tree->nodes));
	tree->nodes[tree->count++] = node;
	node->kind = kind;
	node->place = b->place;
	node->start = byte_of(b, ev->start_mark.index);
	node->end = byte_of(b, ev->end_mark.index);
	return attach(b, node) < 0 ? NULL : node;
}

static int on_scalar(struct builder *b, const yaml_event_t *ev)
{
	struct yaml_node *node = add(b, YAML_NODE_SCALAR, ev);
	size_t len = ev->data.scalar.length;

	if (!node)
		return -1;
	node->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !ev->data.scalar.tag;
	node->text = str_make(mem_dup(ev->data.scalar.value, len), len);
	return 0;
}

static int open_node(struct builder *b, enum yaml_kind kind, bool flow, const yaml_event_t *ev)
{
	struct yaml_node *node;

	if (b->depth == YAML_TREE_DEPTH)
		return fail(b, ERROR_TOO_LARGE, "nested too deeply");
	node = add(b, kind, ev);
	if (!node)
		return -1;
	node->flow = flow;
	b->open[b->depth++] = (struct open_node){ .node = node };
	return 0;
}

static void close_node(struct builder *b, const yaml_event_t *ev)
{
	struct open_node *o = top(b);

	/* A block's end is told at the next thing, behind blanks and comments. */
	if (o->node->flow)
		o->node->end = byte_of(b, ev->end_mark.index);
	else if (o->last)
		o->node->end = o->last->end;
	b->depth--;
}

static int on_event(struct builder *b, const yaml_event_t *ev)
{
	b->place = place_of(&ev->start_mark);
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		return b->documents++ ? fail(b, ERROR_INVALID, "more than one document") : 0;
	case YAML_DOCUMENT_END_EVENT:
		if (!ev->data.document_end.implicit)
			b->tree->end = byte_of(b, ev->start_mark.index);
		return 0;
	case YAML_SCALAR_EVENT:
		return on_scalar(b, ev);
	case YAML_ALIAS_EVENT:
		return add(b, YAML_NODE_ALIAS, ev) ? 0 : -1;
	case YAML_SEQUENCE_START_EVENT:
		return open_node(b, YAML_NODE_LIST,
			ev->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE, ev);
	case YAML_MAPPING_START_EVENT:
		return open_node(b, YAML_NODE_MAP,
			ev->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE, ev);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_node(b, ev);
		return 0;
	default:
		return 0;
	}
}

static int parse_failed(struct builder *b, const yaml_parser_t *parser)
{
	/* The reader says where in bytes, and only that. */
	if (parser->error == YAML_READER_ERROR)
		b->place = place_of(&parser->mark);
	else
		b->place = place_of(&parser->problem_mark);
	return fail(b, ERROR_INVALID, parser->problem ? parser->problem : "invalid YAML");
}

static int build(struct builder *b, yaml_parser_t *parser)
{
	yaml_event_t ev;
	bool end = false;
	int rc = 0;

	while (!end && rc == 0) {
		if (!yaml_parser_parse(parser, &ev))
			return parse_failed(b, parser);
		end = ev.type == YAML_STREAM_END_EVENT;
		rc = on_event(b, &ev);
		yaml_event_delete(&ev);
	}
	return rc;
}

int yaml_tree_parse(
	struct str text, struct yaml_tree **ret, struct yaml_place *ret_place, struct error *err)
{
	struct yaml_tree *tree = mem_zalloc(sizeof(*tree));
	struct builder b = { .tree = tree, .text = text, .err = err };
	yaml_parser_t parser;
	int rc;

	tree->end = text.len;
	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.len);
	rc = build(&b, &parser);
	yaml_parser_delete(&parser);
	if (rc == 0) {
		*ret = tree;
		return 0;
	}
	yaml_tree_free(tree);
	if (ret_place)
		*ret_place = b.place;
	return -1;
}

void yaml_tree_free(struct yaml_tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->count; i++) {
		free((char *)tree->nodes[i]->text.p);
		free(tree->nodes[i]);
	}
	free(tree->nodes);
	free(tree);
}

const struct yaml_node *yaml_tree_root(const struct yaml_tree *tree)
{
	return tree->root;
}

size_t yaml_tree_end(const struct yaml_tree *tree)
{
	return tree->end;
}

bool yaml_node_is_null(const struct yaml_node *node)
{
	return node->kind == YAML_NODE_SCALAR && node->plain &&
	       (node->text.len == 0 || str_is(node->text, "~") || str_is(node->text, "null"));
}

const struct yaml_node *yaml_node_get(const struct yaml_node *map, struct str key)
{
	const struct yaml_node *node;

	if (!map || map->kind != YAML_NODE_MAP)
		return NULL;
	for (node = map->first; node; node = node->next) {
		if (str_eq(node->key->text, key))
			return node;
	}
	return NULL;
}
