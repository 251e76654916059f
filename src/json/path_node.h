/*
 * path_node - a parsed JSONPath, shared by path.c (parses) and path_eval.c.
 */
#ifndef JSON_PATH_NODE_H
#define JSON_PATH_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_type {
	NODE_FIELD,
	NODE_WILDCARD,
	NODE_RECURSIVE, /* .. */
	NODE_SLICE,
	NODE_FILTER,
	NODE_UNION,
	NODE_LITERAL,
	NODE_UNKNOWN, /* a bare word: an error when it is evaluated */
};

enum node_op {
	NODE_EXISTS,
	NODE_EQUAL,
	NODE_NOT_EQUAL,
	NODE_LESS,
	NODE_LESS_EQUAL,
	NODE_GREATER,
	NODE_GREATER_EQUAL,
};

struct node;

/* Nodes that are applied one after another. */
struct node_list {
	struct node *nodes;
	size_t count;
	size_t cap;
};

struct node_bound {
	bool known;
	bool derived; /* the end of [n]: one past n */
	int64_t value;
};

struct node {
	enum node_type type;
	char *text;		    /* the field's name; a literal as JSON */
	struct node_bound bound[3]; /* start, end, step */
	enum node_op op;
	struct node_list *lists; /* filter: left, right; union: its members */
	size_t n_lists;
};

struct path {
	struct node_list root;
};

#endif
