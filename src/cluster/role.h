/*
 * role - the least ClusterRole with which crwatch shows everything that it knows
 * of: the definitions, Kubernetes Events, and every kind by its name. Pure.
 */
#ifndef CLUSTER_ROLE_H
#define CLUSTER_ROLE_H

#include "cache/root.h"

struct buf;

/* YAML, the same for the same kinds: groups and resources are ordered. Of the kinds
 * only those that are wanted (NULL: all). The root is pinned, or nobody else's. */
void role_write(const struct root *root, bool (*wanted)(void *arg, const struct kind *kind),
	void *arg, struct buf *out);

#endif
