/*
 * health - is this object well? kstatus's rules, generalised: deletion,
 * observedGeneration behind, conditions with polarity, phase words. The rules
 * are tables (health_table), and a user's (health_rules). Pure.
 */
#ifndef KUBE_HEALTH_H
#define KUBE_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct health_context;
struct object;

/* From the best to the worst: a heading shows the greatest below it. */
enum health {
	HEALTH_UNKNOWN, /* nothing to judge by: blank, not green */
	HEALTH_OK,
	HEALTH_PROGRESSING,
	HEALTH_DELETING,
	HEALTH_BAD,
	HEALTH_KINDS,
};

#define HEALTH_STUCK 300 /* seconds after deletionTimestamp a deletion is stuck */
#define HEALTH_STALE 60	 /* seconds a controller may be behind the generation */

struct health_verdict {
	enum health health;
	struct str field; /* what it was read from, such as "Ready"; borrowed from the object,
			     the context or static */
	int64_t since;	  /* seconds since 1970: the condition's lastTransitionTime,
			     deletionTimestamp, the lag's start; else OBJECT_NO_TIME */
	int64_t turns;	  /* when time alone makes it HEALTH_BAD; 0: never */
};

/* context: of the object's kind; NULL: only what holds for any kind. now in
 * seconds since 1970. */
struct health_verdict health_of(
	const struct object *object, const struct health_context *context, int64_t now);

/* Whether the controller has not looked at the generation yet; not asked of what
 * is being deleted. */
bool health_lags(const struct object *object);

/* A controller is behind the generation since its spec was written last, as
 * managedFields has it; where they do not tell (since is OBJECT_NO_TIME), since
 * somebody saw it first: who keeps that time gives it here. */
void health_lags_since(struct health_verdict *verdict, int64_t since, int64_t now);

const char *health_glyph(enum health health); /* UTF-8, one column; " " for unknown */
const char *health_word(enum health health);  /* "not ready" */

#endif
