/*
 * object - what crwatch keeps of an unstructured object, found in one scan of
 * its text. Every str borrows from that text and is raw (escapes as they are;
 * names, uids and versions have none in a real cluster). Pure.
 */
#ifndef KUBE_OBJECT_H
#define KUBE_OBJECT_H

#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

#define OBJECT_NO_TIME INT64_MIN

struct object {
	struct str text; /* from its first bracket to its last */
	struct str api_version;
	struct str kind;
	struct str ns; /* "" for cluster scope */
	struct str name;
	struct str uid;
	struct str rv;
	int64_t created; /* seconds since 1970, or OBJECT_NO_TIME */
	int64_t deleted;
	int64_t generation; /* -1: absent */
	int64_t observed;   /* status.observedGeneration, -1: absent */
	struct str labels;  /* texts of these values; p NULL when absent */
	struct str annotations;
	struct str owners; /* metadata.ownerReferences */
	struct str finalizers;
	struct str spec;
	struct str status;
};

/* Fails when the text does not begin with a JSON object or metadata is not one; what
 * stands behind it is not looked at. A missing name
 * or resourceVersion is left for the caller to judge. */
int object_scan(struct str text, struct object *ret, struct error *err);

/* RFC 3339 to seconds since 1970 (fractions cut); -1 when it is none. */
int object_time(struct str text, int64_t *ret_seconds);

/* resourceVersions: digits, no leading zero, any length; 0 when not comparable
 * or equal. (apimachinery, util/resourceversion) */
int object_rv_cmp(struct str a, struct str b);

#endif
