/*
 * What contents.c and contents_judge.c share.
 */
#ifndef CACHE_CONTENTS_INTERNAL_H
#define CACHE_CONTENTS_INTERNAL_H

#include "cache/contents.h"
#include "kube/health.h"

/* Something is to be published. */
void contents_touch(struct contents *c);
/* Frees an entry, not its text, once nobody can see it. */
void contents_retire(struct contents *c, struct entry *e);

void contents_judge_from_start(struct contents *c);

/* old: what stands under the object's name, or NULL. */
struct health_verdict contents_verdict(
	const struct contents *c, const struct object *o, const struct entry *old, int64_t now);

#endif
