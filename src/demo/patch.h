/*
 * patch - RFC 7386 merge patches and RFC 6902 JSON patches. Pure.
 */
#ifndef DEMO_PATCH_H
#define DEMO_PATCH_H

#include "base/error.h"

struct doc;

/* Changes target as the patch says; a patch that is no object has no meaning for an
 * object of the API and fails. */
int demo_patch_merge(struct doc *target, const struct doc *patch, struct error *err);

/* All operations or none count: target is of no use after a failure. */
int demo_patch_json(struct doc *target, const struct doc *patch, struct error *err);

#endif
