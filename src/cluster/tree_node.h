/*
 * tree_node - the headings of a tree, shared by tree.c (makes and counts them)
 * and tree_rows.c (finds rows by them).
 */
#ifndef CLUSTER_TREE_NODE_H
#define CLUSTER_TREE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "kube/health.h"

struct cells;
struct filter;
struct kind_root;
struct lister;
struct root;

struct kind_node {
	uint32_t id;
	bool folded;
	bool shown;		     /* false: left out by the filter */
	bool counting;		     /* the count is not known yet */
	bool gone;		     /* does not count for its group */
	size_t row;		     /* of the heading, or where it would stand */
	size_t count;		     /* objects that pass */
	size_t health[HEALTH_KINDS]; /* of these */
	size_t group;		     /* its node */
	struct lister *lister;	     /* with a filter */
};

struct group_node {
	char *name;
	size_t first; /* kind nodes [first, end) */
	size_t end;
	bool folded;
	bool shown;
	bool counting;
	size_t row;
	size_t count;
	size_t health[HEALTH_KINDS];
};

struct tree {
	struct cells *cells;
	const struct filter *filter;
	char **pins; /* "plural.group" */
	size_t n_pins;
	size_t *order;		  /* for each kind's node its place among the root's */
	bool stale;		  /* the nodes are to be made anew */
	uint32_t kept;		  /* a kind that is shown whatever passes; 0: none */
	struct map said;	  /* "group" and "group/plural" to what was said of it */
	struct map said_filtered; /* the same while the filter is on */
	struct kind_node *kinds;
	size_t n_kinds;
	struct group_node *groups;
	size_t n_groups;
	size_t rows;
	size_t done, all;
};

/* The last group that is shown at or before row n, which is below tree->rows. */
const struct group_node *tree_group_at(const struct tree *tree, size_t n);
/* The same for the kinds of a group: its place; n is behind the group's row. */
size_t tree_kind_at(const struct tree *tree, const struct group_node *g, size_t n);

/* What root says of kind i of the tree; NULL when it has none like it. */
const struct kind_root *tree_kind_root(const struct tree *tree, const struct root *root, size_t i);

#endif
