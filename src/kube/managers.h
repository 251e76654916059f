/*
 * managers - who wrote what of an object, by metadata.managedFields
 * (apimachinery, ManagedFieldsEntry). Pure; texts are borrowed from the
 * object's and raw.
 */
#ifndef KUBE_MANAGERS_H
#define KUBE_MANAGERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "json/scan.h"

struct object;

struct manager {
	struct str name;	/* "kubectl-client-side-apply" */
	struct str operation;	/* "Apply", "Update" */
	struct str subresource; /* "status", "" for the object itself */
	int64_t time;		/* seconds since 1970, OBJECT_NO_TIME when unknown */
	struct str fields;	/* the text of fieldsV1; p NULL when absent */
};

struct managers {
	struct scan scan;
	bool any;
};

void managers_init(struct managers *managers, const struct object *object);
bool managers_next(struct managers *managers, struct manager *ret);

/* Whose write of spec, or of status, is the newest of those that are recorded;
 * false when none is. An entry has the time of its manager's last write, which
 * need not have touched all that it owns: it may be later than the true one. */
bool managers_of_spec(const struct object *object, struct manager *ret);
bool managers_of_status(const struct object *object, struct manager *ret);

#endif
