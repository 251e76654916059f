/*
 * A node for each group and kind of the root, in the root's order, with the row
 * at which it stands: the rows are laid out anew when the root, a fold or a
 * count has changed (a few nanoseconds a kind), objects never. What is folded is
 * kept by name beside the nodes, so that a kind that goes and comes back is
 * found as it was left.
 */
#include "cluster/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/texts.h"
#include "cache/cells.h"
#include "cache/filter.h"
#include "cache/lister.h"
#include "cache/root.h"
#include "cache/store.h"
#include "cluster/tree_node.h"

#define NAME_MAX_BYTES ((size_t)4096)

/* What is said of a heading by name; values of a map are never NULL. */
static char said_folded, said_open;

struct tree *tree_new(struct cells *cells)
{
	struct tree *tree = mem_zalloc(sizeof(*tree));

	tree->cells = cells;
	map_init(&tree->said);
	map_init(&tree->said_filtered);
	return tree;
}

static void free_nodes(struct tree *tree)
{
	for (size_t i = 0; i < tree->n_kinds; i++)
		lister_free(tree->kinds[i].lister);
	for (size_t i = 0; i < tree->n_groups; i++)
		free(tree->groups[i].name);
	free(tree->kinds);
	free(tree->groups);
	free(tree->order);
	tree->kinds = NULL;
	tree->groups = NULL;
	tree->order = NULL;
	tree->n_kinds = tree->n_groups = 0;
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	free_nodes(tree);
	map_release(&tree->said);
	map_release(&tree->said_filtered);
	texts_free(tree->pins, tree->n_pins);
	free(tree);
}

/* ---- what is folded ---- */

/* Groups begin open and kinds folded; with a filter both are open. */
static bool is_folded(const struct tree *tree, struct str group, struct str plural)
{
	const struct map *said = tree->filter ? &tree->said_filtered : &tree->said;
	struct buf name = BUF_INIT(NAME_MAX_BYTES);
	const char *word;

	buf_addstr(&name, group);
	if (plural.len) {
		buf_addc(&name, '/');
		buf_addstr(&name, plural);
	}
	word = map_get(said, buf_str(&name));
	buf_release(&name);
	if (word)
		return word == &said_folded;
	return plural.len && !tree->filter;
}

static void say_folded(struct tree *tree, struct str group, struct str plural, bool folded)
{
	struct map *said = tree->filter ? &tree->said_filtered : &tree->said;
	struct buf name = BUF_INIT(NAME_MAX_BYTES);

	buf_addstr(&name, group);
	if (plural.len) {
		buf_addc(&name, '/');
		buf_addstr(&name, plural);
	}
	map_put(said, buf_str(&name), folded ? &said_folded : &said_open);
	buf_release(&name);
}

void tree_each_fold(const struct tree *tree, void (*each)(void *arg, const char *fold), void *arg)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&tree->said, &at))) {
		char *fold = mem_printf("%c%s", slot->value == &said_folded ? '-' : '+', slot->key);

		each(arg, fold);
		free(fold);
	}
}

void tree_say_fold(struct tree *tree, const char *fold)
{
	if ((*fold != '+' && *fold != '-') || !fold[1])
		return;
	map_put(&tree->said, str_of(fold + 1), *fold == '-' ? &said_folded : &said_open);
	tree->stale = true;
}

static void read_folds(struct tree *tree, const struct root *root)
{
	for (size_t i = 0; i < tree->n_groups; i++)
		tree->groups[i].folded = is_folded(tree, str_of(tree->groups[i].name), STR(""));
	for (size_t i = 0; i < tree->n_kinds; i++) {
		const struct kind *kind = root->kinds[tree->order[i]]->kind;

		tree->kinds[i].folded =
			is_folded(tree, str_of(kind->gvr.group), str_of(kind->gvr.resource));
	}
}

/* ---- nodes ---- */

static bool same_kinds(const struct tree *tree, const struct root *root)
{
	if (tree->n_kinds != root->n_kinds || tree->stale)
		return false;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (tree->kinds[i].id != root->kinds[tree->order[i]]->kind->id)
			return false;
	}
	return true;
}

static struct lister *take_lister(struct kind_node *nodes, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++) {
		struct lister *lister = nodes[i].lister;

		if (nodes[i].id != id)
			continue;
		nodes[i].lister = NULL;
		return lister;
	}
	return NULL;
}

static void add_group(struct tree *tree, size_t *cap, const char *name, size_t first)
{
	tree->groups = array_reserve(tree->groups, cap, tree->n_groups + 1, sizeof(*tree->groups));
	tree->groups[tree->n_groups++] =
		(struct group_node){ .name = mem_strdup(name), .first = first, .end = first };
}

/* Whether the kind's name is this pin. */
static bool is_pin(const struct kind *kind, const char *pin)
{
	struct str group = str_of(pin);
	struct str plural = str_cut(&group, '.');

	return str_is(plural, kind->gvr.resource) && str_is(group, kind->gvr.group);
}

static bool is_pinned(const struct tree *tree, const struct kind *kind)
{
	for (size_t i = 0; i < tree->n_pins; i++) {
		if (is_pin(kind, tree->pins[i]))
			return true;
	}
	return false;
}

/* Pinned kinds as they were pinned, then the others as the root has them. */
static size_t make_order(struct tree *tree, const struct root *root)
{
	size_t n = 0, pinned;

	tree->order = mem_alloc((root->n_kinds + 1) * sizeof(*tree->order));
	for (size_t p = 0; p < tree->n_pins; p++) {
		for (size_t i = 0; i < root->n_kinds; i++) {
			if (is_pin(root->kinds[i]->kind, tree->pins[p]))
				tree->order[n++] = i;
		}
	}
	pinned = n;
	for (size_t i = 0; i < root->n_kinds; i++) {
		if (!is_pinned(tree, root->kinds[i]->kind))
			tree->order[n++] = i;
	}
	return pinned;
}

static void make_nodes(struct tree *tree, const struct root *root)
{
	size_t pinned = make_order(tree, root);
	size_t cap = 0;

	tree->n_kinds = root->n_kinds;
	tree->kinds = mem_zalloc((root->n_kinds + 1) * sizeof(*tree->kinds));
	for (size_t i = 0; i < root->n_kinds; i++) {
		const struct kind *kind = root->kinds[tree->order[i]]->kind;
		const char *group = i < pinned ? "" : kind->gvr.group;

		if (!tree->n_groups || strcmp(tree->groups[tree->n_groups - 1].name, group) != 0)
			add_group(tree, &cap, group, i);
		tree->groups[tree->n_groups - 1].end = i + 1;
		tree->kinds[i].id = kind->id;
		tree->kinds[i].group = tree->n_groups - 1;
	}
	tree->stale = false;
}

static void sync_nodes(struct tree *tree, const struct root *root)
{
	struct tree old = *tree;

	if (same_kinds(tree, root))
		return;
	tree->kinds = NULL;
	tree->groups = NULL;
	tree->order = NULL;
	tree->n_kinds = tree->n_groups = 0;
	make_nodes(tree, root);
	for (size_t i = 0; tree->filter && i < tree->n_kinds; i++)
		tree->kinds[i].lister = take_lister(old.kinds, old.n_kinds, tree->kinds[i].id);
	free_nodes(&old);
	read_folds(tree, root);
}

void tree_set_filter(struct tree *tree, const struct filter *filter)
{
	tree->filter = filter && !filter_is_empty(filter) ? filter : NULL;
	map_release(&tree->said_filtered);
	map_init(&tree->said_filtered);
	/* Made anew with the next update: no lister of the old filter is left. */
	free_nodes(tree);
	tree->rows = 0;
}

void tree_set_pins(struct tree *tree, char *const *names, size_t n)
{
	texts_free(tree->pins, tree->n_pins);
	tree->pins = texts_copy(names, n);
	tree->n_pins = n;
	tree->stale = true;
}

void tree_keep_kind(struct tree *tree, uint32_t kind)
{
	tree->kept = kind;
}

/* ---- counts and rows ---- */

static bool is_counting(const struct kind_root *kind)
{
	return !kind->ever_synced && (kind->state == KIND_LISTING || kind->state == KIND_STALE);
}

/* Judges rows of one kind unless it is late; true when it is done. *late is set
 * once there was work and the time is up. */
static bool update_lister(
	struct tree *tree, const struct root *root, size_t i, int64_t deadline, bool *late)
{
	struct kind_node *node = &tree->kinds[i];
	const struct kind_root *kind = root->kinds[tree->order[i]];
	size_t done, all;
	bool had_work;

	if (filter_cannot_match(tree->filter, kind->kind)) {
		node->count = 0;
		node->counting = false;
		memset(node->health, 0, sizeof(node->health));
		return true;
	}
	if (!node->lister)
		node->lister = lister_new(node->id, tree->filter, tree->cells);
	lister_align(node->lister, kind);
	lister_progress(node->lister, &done, &all);
	had_work = done < all;
	if (!*late)
		lister_update_kind(node->lister, root->labels, kind, deadline);
	if (had_work && clock_now() >= deadline)
		*late = true;
	lister_progress(node->lister, &done, &all);
	tree->done += done;
	tree->all += all;
	node->count = lister_count(node->lister);
	memcpy(node->health, lister_health(node->lister), sizeof(node->health));
	node->counting = done < all || is_counting(kind);
	return done == all;
}

static bool update_listers(struct tree *tree, const struct root *root, int64_t deadline)
{
	bool whole = true, late = false;

	for (size_t i = 0; i < tree->n_kinds; i++) {
		if (!update_lister(tree, root, i, deadline, &late))
			whole = false;
	}
	return whole;
}

static void update_counts(struct tree *tree, const struct root *root)
{
	for (size_t i = 0; i < tree->n_kinds; i++) {
		const struct kind_root *kind = root->kinds[tree->order[i]];

		tree->kinds[i].count = kind->store->count;
		tree->kinds[i].counting = is_counting(kind);
		memcpy(tree->kinds[i].health, kind->store->health, sizeof(tree->kinds[i].health));
		tree->all += tree->kinds[i].count;
	}
	tree->done = tree->all;
}

static void sum_group(struct tree *tree, struct group_node *g)
{
	g->count = 0;
	g->counting = false;
	g->shown = !tree->filter;
	memset(g->health, 0, sizeof(g->health));
	for (size_t i = g->first; i < g->end; i++) {
		struct kind_node *node = &tree->kinds[i];

		node->shown = !tree->filter || node->count > 0 || node->id == tree->kept;
		g->shown = g->shown || node->shown;
		if (node->gone)
			continue;
		g->count += node->count;
		g->counting = g->counting || node->counting;
		for (size_t h = 0; h < HEALTH_KINDS; h++)
			g->health[h] += node->health[h];
	}
}

static void lay_out(struct tree *tree)
{
	size_t row = 0;

	for (size_t i = 0; i < tree->n_groups; i++) {
		struct group_node *g = &tree->groups[i];
		bool open;

		sum_group(tree, g);
		open = g->shown && !g->folded;
		g->row = row;
		row += g->shown;
		for (size_t k = g->first; k < g->end; k++) {
			struct kind_node *node = &tree->kinds[k];

			node->row = row;
			node->shown = node->shown && open;
			row += node->shown;
			row += node->shown && !node->folded ? node->count : 0;
		}
	}
	tree->rows = row;
}

bool tree_update(struct tree *tree, const struct root *root, int64_t deadline)
{
	bool whole = true;

	sync_nodes(tree, root);
	for (size_t i = 0; i < tree->n_kinds; i++)
		tree->kinds[i].gone = root->kinds[tree->order[i]]->state == KIND_GONE;
	tree->done = tree->all = 0;
	if (tree->filter)
		whole = update_listers(tree, root, deadline);
	else
		update_counts(tree, root);
	lay_out(tree);
	if (tree->cells)
		cells_sweep(tree->cells);
	return whole;
}

void tree_progress(const struct tree *tree, size_t *ret_done, size_t *ret_all)
{
	*ret_done = tree->done;
	*ret_all = tree->all;
}

size_t tree_rows(const struct tree *tree)
{
	return tree->rows;
}

/* ---- folding ---- */

static void fold_group(struct tree *tree, struct group_node *g, bool folded)
{
	g->folded = folded;
	say_folded(tree, str_of(g->name), STR(""), folded);
}

static void fold_kind(struct tree *tree, const struct root *root, size_t k, bool folded)
{
	const struct kind_root *kind = tree_kind_root(tree, root, k);

	tree->kinds[k].folded = folded;
	if (kind)
		say_folded(tree, str_of(kind->kind->gvr.group), str_of(kind->kind->gvr.resource),
			folded);
}

/* The heading at row n: the group's node, and the kind's place unless the row
 * is the group's own (then SIZE_MAX). */
static struct group_node *heading_at(struct tree *tree, size_t n, size_t *ret_kind)
{
	const struct group_node *g = tree_group_at(tree, n);

	*ret_kind = g->row == n ? SIZE_MAX : tree_kind_at(tree, g, n);
	return &tree->groups[g - tree->groups];
}

/* With a root that has other kinds than the rows: they come with the next update. */
static void lay_out_again(struct tree *tree, const struct root *root)
{
	if (same_kinds(tree, root))
		lay_out(tree);
}

void tree_fold(struct tree *tree, const struct root *root, size_t n, bool folded)
{
	struct group_node *g;
	size_t k;

	if (n >= tree->rows)
		return;
	g = heading_at(tree, n, &k);
	if (k == SIZE_MAX)
		fold_group(tree, g, folded);
	else
		fold_kind(tree, root, k, folded);
	lay_out_again(tree, root);
}

void tree_fold_below(struct tree *tree, const struct root *root, size_t n, bool folded)
{
	struct group_node *g;
	size_t k;

	if (n >= tree->rows)
		return;
	g = heading_at(tree, n, &k);
	if (k != SIZE_MAX) {
		fold_kind(tree, root, k, folded);
	} else {
		if (!folded)
			fold_group(tree, g, false);
		for (k = g->first; k < g->end; k++)
			fold_kind(tree, root, k, folded);
	}
	lay_out_again(tree, root);
}
