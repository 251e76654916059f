/*
 * select - which objects of a table a request means: namespace, labelSelector
 * and fieldSelector. Pure.
 *
 * Field selectors of custom resources know metadata.name and metadata.namespace
 * and the CRD version's selectableFields; Events know involvedObject.* (or
 * regarding.*), reason, type, source and reportingComponent.
 */
#ifndef DEMO_SELECT_H
#define DEMO_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct demo_kind;
struct demo_version;
struct selector;

struct demo_field {
	char *path; /* "metadata.name", in the stored version's words */
	char *value;
	bool differs; /* != */
};

struct demo_select {
	char *ns;		 /* NULL: all */
	struct selector *labels; /* NULL: all */
	struct demo_field *fields;
	size_t n_fields;
};

/* What a request says, decoded; p NULL where it says nothing. */
struct demo_select_texts {
	struct str ns;
	struct str labels;
	struct str fields;
};

/* Errors have the API server's words. */
int demo_select_init(struct demo_select *ret, const struct demo_kind *kind,
	const struct demo_version *version, const struct demo_select_texts *texts,
	struct error *err);
void demo_select_release(struct demo_select *select);

/* Whether an object's canonical text is meant. */
bool demo_select_holds(const struct demo_select *select, struct str object);

#endif
