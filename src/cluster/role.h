/*
 * role - the least ClusterRole with which crwatch shows everything that it knows
 * of: the definitions, Kubernetes Events, and every kind by its name; or what is
 * enough for one namespace. Pure.
 */
#ifndef CLUSTER_ROLE_H
#define CLUSTER_ROLE_H

#include "cache/root.h"

struct buf;

#define ROLE_NAME "crwatch"

struct role_spec {
	const char *name; /* NULL: ROLE_NAME */
	/* A Role in this namespace, without the definitions, since discovery has the kinds as
	 * well; beside it a ClusterRole only for kinds of cluster scope. NULL: a ClusterRole. */
	const char *ns;
	bool (*wanted)(void *arg, const struct kind *kind); /* NULL: all kinds */
	void *arg;
};

/* YAML, the same for the same kinds: groups and resources are ordered. The root is
 * pinned, or nobody else's. */
void role_write(const struct root *root, const struct role_spec *spec, struct buf *out);

#endif
