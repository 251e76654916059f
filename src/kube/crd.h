/*
 * crd - what a CustomResourceDefinition makes of itself. Pure.
 *
 * Names are status.acceptedNames', never spec.names'; versions are ordered as
 * the API server orders them (v10 v2 v1 v11beta2 ... foo1).
 */
#ifndef KUBE_CRD_H
#define KUBE_CRD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct columns;

struct crd_version {
	char *name;
	bool served;
	bool storage;
	bool deprecated;
	bool status, scale; /* its subresources */
	struct str columns; /* text of additionalPrinterColumns; borrows from the CRD's text */
};

struct crd {
	char *name; /* plural.group */
	char *uid;
	char *rv;
	char *group;
	char *plural, *singular, *kind, *list_kind; /* accepted; "" when none */
	char **short_names;
	size_t n_short_names;
	char **categories;
	size_t n_categories;
	bool namespaced;
	bool established;
	bool names_accepted;
	bool terminating;
	bool webhook;		      /* conversion strategy Webhook */
	char *not_accepted;	      /* message of NamesAccepted=False, or NULL */
	struct crd_version *versions; /* best first, served or not */
	size_t n_versions;
};

/* text is borrowed for as long as versions' columns are read. */
int crd_parse(struct str text, struct crd *ret, struct error *err);
void crd_release(struct crd *crd);

/* The version to watch: the best served one; where a webhook converts, the
 * storage version when it is served, which needs no conversion; NULL when none is. */
const struct crd_version *crd_version(const struct crd *crd);

/* The version of this name, or NULL. */
const struct crd_version *crd_version_named(const struct crd *crd, const char *name);

/* Kube-aware version order: < 0 when a comes first (is better). */
int crd_version_cmp(struct str a, struct str b);

#endif
