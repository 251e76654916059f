/*
 * kinds - which resources the embedded cluster serves: the built-in ones and
 * those of its CRDs, with what is needed to answer for them. Demo thread only.
 */
#ifndef DEMO_KINDS_H
#define DEMO_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct columns;
struct demo_server;
struct demo_table;
struct doc;

struct demo_version {
	char *name;
	bool served, storage, deprecated;
	char *warning; /* deprecationWarning, or NULL */
	bool has_status, has_scale;
	char *replicas_path; /* specReplicasPath ".spec.replicas"; NULL without scale */
	char *status_replicas_path;
	char *selector_path;	 /* or NULL */
	struct columns *columns; /* for as=Table; never NULL */
	char *columns_text; /* JSON of additionalPrinterColumns, or NULL: descriptions are in it */
	char **selectable;  /* selectableFields: "spec.color" */
	size_t n_selectable;
	struct doc *schema; /* openAPIV3Schema, or NULL */
};

struct demo_kind {
	char *group; /* "" for core */
	char *plural, *singular, *kind, *list_kind;
	char **short_names;
	size_t n_short_names;
	char **categories;
	size_t n_categories;
	bool namespaced;
	bool builtin;
	bool webhook;		       /* conversion strategy Webhook: its webhook is never there */
	struct demo_version *versions; /* best first */
	size_t n_versions;
	struct demo_table *table; /* shared by events and events.events.k8s.io */
};

struct demo_kinds;

/* With the built-in kinds: namespaces and events of v1, events of events.k8s.io/v1,
 * customresourcedefinitions of apiextensions.k8s.io/v1. */
struct demo_kinds *demo_kinds_new(struct demo_server *server);
void demo_kinds_free(struct demo_kinds *kinds);

/* Follows the CRD table: called after each write of a CRD, with its new text, and
 * with its last one and gone set after its deletion (objects and table go). */
int demo_kinds_follow(struct demo_kinds *kinds, struct str crd, bool gone, struct error *err);

size_t demo_kinds_count(const struct demo_kinds *kinds);
struct demo_kind *demo_kinds_at(const struct demo_kinds *kinds, size_t i); /* by group, plural */
struct demo_kind *demo_kinds_find(
	const struct demo_kinds *kinds, struct str group, struct str plural);

/* A served version by name, NULL when there is none. */
const struct demo_version *demo_kind_version(const struct demo_kind *kind, struct str name);
bool demo_kind_is_crd(const struct demo_kind *kind); /* CustomResourceDefinition itself */
const struct demo_version *demo_kind_storage(const struct demo_kind *kind);

#endif
