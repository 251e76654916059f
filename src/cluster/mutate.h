/*
 * mutate - one change of one object: what is asked for as a value, the request that
 * says it, and what its answer means (client-go, dynamic/simple.go; apimachinery,
 * meta/v1 types.go). Browsing never comes here.
 *
 * A change is sent once: what the server may have read is never repeated. Pure but
 * for mutate_send(), which is for any thread.
 */
#ifndef CLUSTER_MUTATE_H
#define CLUSTER_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "kube/gvr.h"

struct ask_answer;
struct cluster;

#define MUTATE_BODY_MAX	   ((size_t)16 << 20) /* the server takes 3 MiB */
#define MUTATE_NAME_MAX	   253
#define MUTATE_MANAGER_MAX 128
#define MUTATE_MANAGER	   "crwatch"
#define MUTATE_PAGE	   500 /* as kubectl */
#define MUTATE_UNKNOWN	   "whether the change was made is not known"

enum mutate_verb {
	MUTATE_READ, /* for the sake of a change: its uid, its version, its scale */
	MUTATE_LIST, /* for that, too: the metadata of some, a page of them */
	MUTATE_CREATE,
	MUTATE_REPLACE,
	MUTATE_MERGE_PATCH,
	MUTATE_JSON_PATCH,
	MUTATE_APPLY, /* on the server */
	MUTATE_DELETE,
};

enum mutate_subresource {
	MUTATE_WHOLE,
	MUTATE_STATUS,
	MUTATE_SCALE,
};

/* What the server does about fields that it does not know, or that stand twice. */
enum mutate_validation {
	MUTATE_VALIDATION_UNSAID, /* its own preset: it warns */
	MUTATE_STRICT,
	MUTATE_WARN,
	MUTATE_IGNORE,
};

enum mutate_propagation {
	MUTATE_PROPAGATION_UNSAID,
	MUTATE_BACKGROUND,
	MUTATE_FOREGROUND,
	MUTATE_ORPHAN,
};

struct mutate {
	enum mutate_verb verb;
	enum mutate_subresource subresource;
	const struct gvr *gvr;
	struct str ns;	 /* empty: cluster scope */
	struct str name; /* not with MUTATE_CREATE, where it is in the body, and MUTATE_LIST */
	struct str body; /* the object or the patch, as JSON */
	bool dry_run;
	bool force;	     /* MUTATE_APPLY: takes fields of others; only after consent */
	const char *manager; /* NULL: MUTATE_MANAGER */
	enum mutate_validation validation;
	/* What must still be so, else 409; empty: anything. An object or a merge patch
	 * that says them itself is left as it is. */
	struct str uid, version;
	enum mutate_propagation propagation; /* MUTATE_DELETE, as the next one */
	const int64_t *grace;		     /* seconds; NULL: unsaid */
	struct str selector, page; /* MUTATE_LIST: of labels; what metadata.continue said */
	int limit;		   /* MUTATE_LIST: objects of a page; 0: MUTATE_PAGE */
};

struct mutate_call {
	const char *method;
	const char *type;   /* of the body */
	const char *accept; /* NULL: JSON */
	struct buf path;    /* with its query */
	struct buf body;
};

/* ERROR_INVALID for what cannot be sent: names that are no path segments or too
 * long, a field manager that is too long or not printable, and a patch that has not
 * the form for what must be so. */
int mutate_prepare(const struct mutate *m, struct mutate_call *ret, struct error *err);
void mutate_call_release(struct mutate_call *call);

/* The number of the question, for cluster_answer(). */
uint64_t mutate_send(struct cluster *cluster, const struct mutate_call *call);

/* 0: it was done, and answer->body is valid JSON: the object, or a Status. Else what
 * to tell people, and *ret_code is the server's (409: somebody else was there) or 0
 * when it has not said anything: then nobody knows whether it was done. during: as in
 * kube/refusal.h. */
int mutate_judge(const struct mutate_call *call, const struct ask_answer *answer,
	const char *during, int *ret_code, struct error *err);

#endif
