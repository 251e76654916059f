/*
 * gvr - group, version, resource: a kind's identity in the API. Pure.
 */
#ifndef KUBE_GVR_H
#define KUBE_GVR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

struct gvr {
	char *group; /* "" is the core group */
	char *version;
	char *resource; /* plural */
};

void gvr_init(struct gvr *gvr, struct str group, struct str version, struct str resource);
void gvr_release(struct gvr *gvr);

/* Appends "/apis/G/V[/namespaces/NS]/PLURAL[/NAME]", each segment escaped; ns
 * and name may be empty. */
void gvr_path(const struct gvr *gvr, struct str ns, struct str name, struct buf *out);

/* Appends text percent-escaped for a query value or path segment. */
void gvr_escape(struct str text, struct buf *out);

#endif
