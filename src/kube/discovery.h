/*
 * discovery - what the API server says it serves. Pure.
 */
#ifndef KUBE_DISCOVERY_H
#define KUBE_DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* What GET /apis is asked for; the answer's Content-Type tells what came. */
#define DISCOVERY_ACCEPT                                                                           \
	"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"

struct discovery_resource {
	char *group;
	char *version;
	char *plural;
	char *singular;
	char *kind;
	char **short_names;
	size_t n_short_names;
	bool namespaced;
	bool listable; /* list and watch are among its verbs */
};

struct discovery {
	struct discovery_resource *items;
	size_t count;
	size_t cap;
	bool partial; /* a version is stale or did not answer: what is missing may be there */
};

void discovery_release(struct discovery *d);

/* Whether a Content-Type says APIGroupDiscoveryList v2, its parameters in any
 * order. */
bool discovery_is_aggregated(struct str content_type);

/* Adds the resources of an aggregated answer, each once, in the first version
 * that has it (versions come in order of preference; stale ones are left out). */
int discovery_read_aggregated(struct str body, struct discovery *d, struct error *err);

/* A plain APIGroupList: calls visit with each "group/version", preferred first. */
int discovery_each_version(struct str body, void (*visit)(void *arg, struct str group_version),
	void *arg, struct error *err);

/* Adds the resources of an APIResourceList that are not there yet. */
int discovery_read_version(struct str body, struct discovery *d, struct error *err);

/* Groups that ship with Kubernetes and hold no custom resources. */
bool discovery_is_builtin(struct str group);

#endif
