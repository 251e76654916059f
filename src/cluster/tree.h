/*
 * tree - groups, kinds and instances as numbered rows that are never laid out.
 *
 * Each heading knows how many visible rows lie below it; row n is found by
 * walking the headings and then indexing one lister or store. Belongs to one
 * reader; every call that takes a root needs it pinned.
 */
#ifndef CLUSTER_TREE_H
#define CLUSTER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "kube/health.h"

struct tree;
struct cells;
struct filter;
struct entry;
struct kind_root;
struct root;

enum tree_level {
	TREE_GROUP,
	TREE_KIND,
	TREE_OBJECT
};

struct tree_row {
	enum tree_level level;
	bool folded;		      /* headings */
	struct str group;	      /* "" on the heading of the pinned kinds only */
	const struct kind_root *kind; /* NULL on a group's row */
	const struct entry *entry;    /* objects only */
	size_t count;		      /* headings: objects below that pass the filter */
	bool counting;		      /* the count is not known yet: show "..." */
	size_t health[HEALTH_KINDS];  /* headings: of these objects */
};

struct tree *tree_new(struct cells *cells); /* all groups unfolded, all kinds folded */
void tree_free(struct tree *tree);

/* filter is borrowed until the next call or tree_free(); NULL: none. Headings
 * without a match are then left out, and kinds with one count as unfolded. */
void tree_set_filter(struct tree *tree, const struct filter *filter);

/* Kinds ("plural.group") that stand first, in a group of their own, in this order;
 * copied. Holds from the next update on. */
void tree_set_pins(struct tree *tree, char *const *names, size_t n);

/* What was folded by hand, to be kept: for each heading "+group/plural" when it is
 * open, or "-group/plural"; and the same back. Holds from the next update on. */
void tree_each_fold(const struct tree *tree, void (*each)(void *arg, const char *fold), void *arg);
void tree_say_fold(struct tree *tree, const char *fold);

/* A kind whose heading stays although nothing of it passes; 0: none. Holds from
 * the next update on. */
void tree_keep_kind(struct tree *tree, uint32_t kind);

/* Brings counts up to date until deadline; true when nothing is left to do. */
bool tree_update(struct tree *tree, const struct root *root, int64_t deadline);
void tree_progress(const struct tree *tree, size_t *ret_done, size_t *ret_all);

size_t tree_rows(const struct tree *tree);
bool tree_row(const struct tree *tree, const struct root *root, size_t n, struct tree_row *ret);

/* Identity of a row over time. Heap strings, released with tree_key_release(). */
struct tree_key {
	enum tree_level level;
	uint32_t kind; /* struct kind.id; 0 on groups */
	char *group;
	char *ns;
	char *name;
	unsigned char uid[16];
};
void tree_key_of(const struct tree_row *row, struct tree_key *ret); /* releases what ret held */
void tree_key_release(struct tree_key *key);
/* The object that the key means, if it is there still: another of the same name is
 * none. NULL for headings, too. */
const struct entry *tree_key_entry(const struct root *root, const struct tree_key *key);

/* Where the row stands now. False when it is not visible (deleted, folded away,
 * filtered out): *ret_n is then where it would stand, or its nearest heading. */
bool tree_find(const struct tree *tree, const struct root *root, const struct tree_key *key,
	size_t *ret_n);

/* Row n must be a heading. */
void tree_fold(struct tree *tree, const struct root *root, size_t n, bool folded);
void tree_fold_below(struct tree *tree, const struct root *root, size_t n, bool folded);
/* The row of the heading above row n; n itself for a group. */
size_t tree_parent(const struct tree *tree, const struct root *root, size_t n);

#endif
