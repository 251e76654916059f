/*
 * Rows by number and by what stands there: a binary search over the headings,
 * then one look into a lister or a store.
 */
#include "cluster/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/entry.h"
#include "cache/lister.h"
#include "cache/root.h"
#include "cache/store.h"
#include "cluster/tree_node.h"

const struct group_node *tree_group_at(const struct tree *tree, size_t n)
{
	size_t low = 0, high = tree->n_groups;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (tree->groups[middle].row <= n)
			low = middle;
		else
			high = middle;
	}
	/* Those that are left out share the row of the one that follows them. */
	while (low > 0 && !tree->groups[low].shown)
		low--;
	return &tree->groups[low];
}

size_t tree_kind_at(const struct tree *tree, const struct group_node *g, size_t n)
{
	size_t low = g->first, high = g->end;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (tree->kinds[middle].row <= n)
			low = middle;
		else
			high = middle;
	}
	while (low > g->first && !tree->kinds[low].shown)
		low--;
	return low;
}

const struct kind_root *tree_kind_root(const struct tree *tree, const struct root *root, size_t i)
{
	size_t at = tree->order[i];

	if (at < root->n_kinds && root->kinds[at]->kind->id == tree->kinds[i].id)
		return root->kinds[at];
	return root_kind(root, tree->kinds[i].id);
}

static const struct entry *object_at(
	const struct kind_node *node, const struct kind_root *kind, size_t n)
{
	return node->lister ? lister_at(node->lister, kind, n) : store_root_at(kind->store, n);
}

static void group_row(const struct group_node *g, struct tree_row *ret)
{
	*ret = (struct tree_row){ .level = TREE_GROUP,
		.folded = g->folded,
		.group = str_of(g->name),
		.count = g->count,
		.counting = g->counting };
	memcpy(ret->health, g->health, sizeof(ret->health));
}

bool tree_row(const struct tree *tree, const struct root *root, size_t n, struct tree_row *ret)
{
	const struct group_node *g;
	const struct kind_node *node;
	struct tree_row row;
	size_t k;

	if (n >= tree->rows)
		return false;
	g = tree_group_at(tree, n);
	if (g->row == n) {
		group_row(g, ret);
		return true;
	}
	k = tree_kind_at(tree, g, n);
	node = &tree->kinds[k];
	row = (struct tree_row){ .level = TREE_KIND,
		.folded = node->folded,
		.group = str_of(g->name),
		.kind = tree_kind_root(tree, root, k),
		.count = node->count,
		.counting = node->counting };
	if (!row.kind)
		return false;
	row.group = str_of(row.kind->kind->gvr.group); /* pinned or not */
	if (n > node->row) {
		row.level = TREE_OBJECT;
		row.count = 0;
		row.counting = false;
		row.entry = object_at(node, row.kind, n - node->row - 1);
		if (!row.entry)
			return false;
	} else {
		memcpy(row.health, node->health, sizeof(row.health));
	}
	*ret = row;
	return true;
}

void tree_key_of(const struct tree_row *row, struct tree_key *ret)
{
	struct tree_key key = { .level = row->level, .group = str_dup(row->group) };

	if (row->kind)
		key.kind = row->kind->kind->id;
	if (row->entry) {
		memcpy(key.uid, row->entry->uid, sizeof(key.uid));
		key.ns = str_dup(entry_ns(row->entry));
		key.name = str_dup(entry_name(row->entry));
	} else {
		key.ns = mem_strdup("");
		key.name = mem_strdup(row->kind ? row->kind->kind->gvr.resource : "");
	}
	tree_key_release(ret);
	*ret = key;
}

const struct entry *tree_key_entry(const struct root *root, const struct tree_key *key)
{
	const struct kind_root *kind = root_kind(root, key->kind);
	const struct entry *e = NULL;

	if (kind && key->level == TREE_OBJECT)
		e = store_root_find(kind->store, str_of(key->ns), str_of(key->name), NULL);
	return e && !memcmp(e->uid, key->uid, sizeof(e->uid)) ? e : NULL;
}

void tree_key_release(struct tree_key *key)
{
	if (!key)
		return;
	free(key->group);
	free(key->ns);
	free(key->name);
	*key = (struct tree_key){ .level = TREE_GROUP };
}

/* The first group that is not before name; n_groups when all are. */
static size_t group_place(const struct tree *tree, const char *name)
{
	size_t i = 0;

	while (i < tree->n_groups && strcmp(tree->groups[i].name, name ? name : "") < 0)
		i++;
	return i;
}

/* The node of a kind: by its id, or by its names when it came back with another. */
static size_t kind_place(
	const struct tree *tree, const struct root *root, const struct tree_key *key)
{
	size_t i = 0;

	while (i < tree->n_kinds && tree->kinds[i].id != key->kind)
		i++;
	if (i < tree->n_kinds || key->level != TREE_KIND || !key->group || !key->name)
		return i;
	for (i = 0; i < tree->n_kinds; i++) {
		const struct kind_root *kind = tree_kind_root(tree, root, i);

		if (kind && strcmp(kind->kind->gvr.group, key->group) == 0 &&
			strcmp(kind->kind->gvr.resource, key->name) == 0)
			break;
	}
	return i;
}

static size_t last_row(const struct tree *tree, size_t n)
{
	return n < tree->rows ? n : tree->rows ? tree->rows - 1 : 0;
}

static bool find_group(const struct tree *tree, const char *name, size_t *ret_n)
{
	size_t i = group_place(tree, name);
	const struct group_node *g;

	if (i == tree->n_groups) {
		*ret_n = last_row(tree, tree->rows);
		return false;
	}
	g = &tree->groups[i];
	*ret_n = last_row(tree, g->row);
	return g->shown && name && strcmp(g->name, name) == 0;
}

static bool find_object(const struct kind_node *node, const struct kind_root *kind,
	const struct tree_key *key, size_t *ret_n)
{
	struct str ns = str_of(key->ns), name = str_of(key->name);
	const struct entry *e = store_root_find(kind->store, ns, name, ret_n);
	bool found = e != NULL;

	if (node->lister)
		found = lister_find(node->lister, kind, ns, name, ret_n);
	*ret_n += node->row + 1;
	return found && memcmp(e->uid, key->uid, sizeof(key->uid)) == 0;
}

bool tree_find(
	const struct tree *tree, const struct root *root, const struct tree_key *key, size_t *ret_n)
{
	const struct kind_root *kind;
	const struct kind_node *node;
	size_t i;

	if (key->level == TREE_GROUP)
		return find_group(tree, key->group, ret_n);
	i = kind_place(tree, root, key);
	if (i == tree->n_kinds) {
		find_group(tree, key->group, ret_n);
		return false;
	}
	node = &tree->kinds[i];
	kind = tree_kind_root(tree, root, i);
	if (!node->shown || !kind) {
		/* Its group is folded: that heading; left out: where it would stand. */
		const struct group_node *g = &tree->groups[node->group];

		*ret_n = last_row(tree, g->shown && g->folded ? g->row : node->row);
		return false;
	}
	*ret_n = node->row;
	if (key->level == TREE_KIND)
		return true;
	return !node->folded && find_object(node, kind, key, ret_n);
}

size_t tree_parent(const struct tree *tree, const struct root *root, size_t n)
{
	const struct group_node *g;
	size_t k;

	(void)root;
	if (n >= tree->rows)
		return n;
	g = tree_group_at(tree, n);
	if (g->row == n)
		return n;
	k = tree_kind_at(tree, g, n);
	return tree->kinds[k].row == n ? g->row : tree->kinds[k].row;
}
