/*
 * health_weigh - what one condition, field or word says. Inside of health,
 * conditions and explain. Pure.
 */
#ifndef KUBE_HEALTH_WEIGH_H
#define KUBE_HEALTH_WEIGH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "kube/health.h"
#include "kube/health_table.h"

struct weighed {
	enum weight weight;
	size_t rank; /* of equal weights the smaller one speaks */
	bool user;   /* a user's rule has said it */
};

/* text: the condition; type, status and reason: the raw strings in it (p NULL:
 * absent). */
struct weighed weigh_condition(const struct health_context *context, struct str text,
	struct str type, struct str status, struct str reason);
enum health weight_health(enum weight weight);

/* What the paths of the user's, or of our, rules for the kind say: the worst. */
struct health_verdict weigh_paths(
	const struct health_context *context, const struct object *object, bool user);

enum health weigh_word(struct str raw);

/* Where an object has conditions: those of its status, and those that stand in
 * a list of the Gateway API and of policies made like it. */
#define WEIGH_LISTS 3
struct weigh_list {
	const char *member; /* of status */
	const char *word;   /* for one of it */
};
extern const struct weigh_list weigh_lists[WEIGH_LISTS];

#endif
