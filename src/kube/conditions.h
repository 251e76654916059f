/*
 * conditions - those of one object, one after the other: status.conditions, then
 * those per parent, listener and ancestor (Gateway API). Pure.
 */
#ifndef KUBE_CONDITIONS_H
#define KUBE_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "json/scan.h"
#include "kube/health.h"

struct condition {
	struct str place; /* "" or whose it is: "parent public", "listener https" */
	struct str type;  /* these four unescaped, "" when absent */
	struct str status;
	struct str reason;
	struct str message;
	int64_t transition; /* lastTransitionTime in seconds since 1970, or OBJECT_NO_TIME */
	int64_t updated;    /* lastUpdateTime */
	int64_t observed;   /* observedGeneration, -1: absent */
	enum health health; /* what it says */
	unsigned weight;    /* of an object's conditions the heaviest speaks; 0: says nothing */
	size_t rank;	    /* and of equally heavy ones that of the smallest rank */
	bool user;	    /* by a user's rule */
};

struct conditions {
	const struct health_context *context;
	struct str status;
	size_t list; /* the next one to open */
	struct scan outer;
	struct scan inner;
	bool in_outer;
	bool in_inner;
	struct buf place;
	struct buf text;
};

/* Borrows the object's text and the context (may be NULL). */
void conditions_init(struct conditions *conditions, const struct object *object,
	const struct health_context *context);
void conditions_release(struct conditions *conditions);

/* What it sets is valid until the next call. */
bool conditions_next(struct conditions *conditions, struct condition *ret);

#endif
