/*
 * health - is this object well? kstatus's rules, generalised: deletion,
 * observedGeneration behind, conditions with polarity, phase words. The rules
 * are a table. Pure.
 */
#ifndef KUBE_HEALTH_H
#define KUBE_HEALTH_H

#include <stdint.h>

#include "base/str.h"

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

struct health_verdict {
	enum health health;
	struct str
		field; /* what it was read from, such as "Ready"; borrowed from the object or static */
};

struct health_verdict health_of(const struct object *object);

const char *health_glyph(enum health health); /* UTF-8, one column; " " for unknown */
const char *health_word(enum health health);  /* "not ready" */

#endif
