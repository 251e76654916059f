/*
 * validate - whether a document is as a CRD's schema has it: required, type, enum.
 * Pure.
 */
#ifndef DEMO_VALIDATE_H
#define DEMO_VALIDATE_H

#include <stddef.h>

#include "demo/refuse.h"

struct doc;

struct demo_causes {
	struct demo_cause *items; /* their texts are owned */
	size_t count, cap;
};

/* Adds what is wrong, in the API server's words; metadata, apiVersion and kind of
 * the root are left out. */
void demo_validate(const struct doc *schema, const struct doc *value, struct demo_causes *ret);
void demo_causes_add(struct demo_causes *causes, const char *field, const char *reason,
	char *message); /* takes message over */
void demo_causes_release(struct demo_causes *causes);

#endif
