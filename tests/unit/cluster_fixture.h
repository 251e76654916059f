/*
 * cluster_fixture - a cluster of kinds and objects without a server: the test
 * is its watch thread and its reader at once.
 */
#ifndef CLUSTER_FIXTURE_H
#define CLUSTER_FIXTURE_H

#include "cache/root.h"

#define FIXTURE_KINDS 16

struct labels;

struct fixture_kind {
	struct kind kind;
	struct kind_root root;
	struct store *store;
};

struct fixture {
	struct roots *roots;
	struct root_reader *reader;
	struct labels *labels;
	struct fixture_kind *kinds[FIXTURE_KINDS]; /* in the root's order */
	size_t n_kinds;
	uint32_t next_id;
};

void fixture_init(struct fixture *f);
void fixture_release(struct fixture *f);

/* Adds a kind at its place; columns: additionalPrinterColumns, or NULL. */
struct fixture_kind *fixture_add_kind(
	struct fixture *f, const char *group, const char *plural, const char *columns);
void fixture_remove_kind(struct fixture *f, struct fixture_kind *kind);

/* rest: further members of metadata and of the object, such as
 * "\"labels\":{...}" and "\"status\":{...}"; either may be NULL. The uid is
 * made from the text of uid. */
void fixture_put(struct fixture *f, struct fixture_kind *kind, const char *ns, const char *name,
	const char *metadata, const char *rest);
void fixture_remove(struct fixture *f, struct fixture_kind *kind, const char *ns, const char *name);

/* Publishes what there is and pins it; what was pinned before is not, any more. */
const struct root *fixture_publish(struct fixture *f);

#endif
