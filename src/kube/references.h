/*
 * references - what an object points at: its owners, members that are named like
 * a reference (secretRef, parentRefs ...) and the few others whose meaning is
 * known (secretName ...; a table). Pure.
 */
#ifndef KUBE_REFERENCES_H
#define KUBE_REFERENCES_H

#include <stdbool.h>

#include "base/str.h"

#define REFERENCES_MAX	 1000 /* of one object */
#define REFERENCES_DEPTH 64   /* of nesting */

struct reference {
	struct str path; /* where it stands: "spec.rules[0].backendRefs[1]" */
	struct str name;
	struct str ns;	  /* "" when the object's own, or none */
	struct str kind;  /* "" when nothing tells */
	struct str group; /* "" for core; p NULL when nothing tells */
	struct str uid;	  /* "" when absent */
	bool implied;	  /* the kind is known by where the reference stands */
	bool guessed;	  /* the group is a known project's; another may use the same words */
	bool owner;	  /* of metadata.ownerReferences */
	bool controller;
};

/* Visits them in the order of the text, until visit returns false; the strs are
 * valid during the call. True when that was all of them; false when visit has
 * ended it, a ceiling was reached or the text is broken. */
bool references_each(
	struct str text, bool (*visit)(void *arg, const struct reference *reference), void *arg);

#endif
