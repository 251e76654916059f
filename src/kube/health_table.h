/*
 * health_table - what conditions, words and reasons mean for any kind, and our
 * rules for kinds of which that would be wrong. Data; inside of health only.
 */
#ifndef KUBE_HEALTH_TABLE_H
#define KUBE_HEALTH_TABLE_H

#include <stddef.h>

#include "base/str.h"
#include "kube/health.h"
#include "kube/health_rules.h"

/* What a condition has to say; the heaviest of an object speaks. */
enum weight {
	WEIGHT_NONE,
	WEIGHT_GOOD,
	WEIGHT_UNSURE,
	WEIGHT_NOT_GOOD,
	WEIGHT_UNDER_WAY,
	WEIGHT_BAD,
};

struct condition_rule {
	const char *type;
	enum weight when_true;
	enum weight when_false;
	enum weight when_unknown;
};

struct word_rule {
	struct str word; /* lower case */
	enum health health;
};

/* Ordered: of equally heavy conditions the one that stands first speaks. */
const struct condition_rule *health_table_conditions(size_t *ret_n);
/* Ends of types that are bad when True, whatever stands before. */
const struct str *health_table_bad_ends(size_t *ret_n);
/* status.phase and the like */
const struct word_rule *health_table_words(size_t *ret_n);
/* Reasons with which a condition that is not good is still on its way. */
const char *const *health_table_reasons(size_t *ret_n);
const struct health_rule *health_table_kinds(size_t *ret_n);

#endif
