/*
 * yaml_tree - one YAML document as a tree that knows where everything stands,
 * for files that people write: each problem can be said with its line and column,
 * and the file can be edited without touching the rest of it.
 *
 * All scalars are text. Aliases stay what they are (YAML_NODE_ALIAS): nothing is
 * expanded. A tree never changes and borrows nothing. Any thread.
 */
#ifndef JSON_YAML_TREE_H
#define JSON_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

#define YAML_TREE_DEPTH 50
#define YAML_TREE_NODES 100000

enum yaml_kind {
	YAML_NODE_SCALAR,
	YAML_NODE_MAP,
	YAML_NODE_LIST,
	YAML_NODE_ALIAS,
};

struct yaml_place {
	size_t line, column; /* from 1, in characters */
};

struct yaml_node {
	enum yaml_kind kind;
	bool plain; /* a scalar without quotes: an empty one is null, as are ~ and null */
	bool flow;  /* a map in {} or a list in [] */
	struct yaml_place place;
	size_t start, end;	     /* bytes of the text; of comments behind it nothing */
	struct str text;	     /* of a scalar; NUL behind it */
	const struct yaml_node *key; /* of a map's value: always a scalar */
	const struct yaml_node *first;
	const struct yaml_node *next; /* in its map or list */
};

struct yaml_tree;

/* On failure *ret_place (which may be NULL) says where: text that is no YAML or
 * no UTF-8, a second document, a key that is no scalar (ERROR_INVALID), or one
 * of the ceilings above (ERROR_TOO_LARGE). */
int yaml_tree_parse(
	struct str text, struct yaml_tree **ret, struct yaml_place *ret_place, struct error *err);
void yaml_tree_free(struct yaml_tree *tree);

/* NULL for a text without a document. */
const struct yaml_node *yaml_tree_root(const struct yaml_tree *tree);
/* Where the document's text ends: the end of the text, or its "..." line. */
size_t yaml_tree_end(const struct yaml_tree *tree);

bool yaml_node_is_null(const struct yaml_node *node);
/* The value of the first member with this key, or NULL. Accepts NULL. */
const struct yaml_node *yaml_node_get(const struct yaml_node *map, struct str key);

#endif
