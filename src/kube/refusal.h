/*
 * refusal - why the API server refused a change, in kubectl's words. Pure.
 *
 * What is invalid is said field by field, the conflicts of a server-side apply
 * manager by manager; all else is one line with the reason (kubectl, cmd/util/
 * helpers.go).
 */
#ifndef KUBE_REFUSAL_H
#define KUBE_REFUSAL_H

#include <stdbool.h>

#include "base/str.h"

#define REFUSAL_CAUSES_MAX 200 /* so many are listed */

struct refusal {
	int code;      /* HTTP's, or that of the Status in the body */
	bool managers; /* an apply that would take fields from other managers */
	char *text;    /* lines; never NULL */
};

/* body: the whole answer. what: the path that was asked, for a body that is no
 * Status. during: such as "error when creating \"a.yaml\"", put before the
 * server's words; or NULL. */
void refusal_read(
	struct refusal *ret, int http_code, struct str body, const char *what, const char *during);
void refusal_release(struct refusal *refusal);

#endif
