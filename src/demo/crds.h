/*
 * crds - what the API server writes into a CustomResourceDefinition that was made or
 * changed: accepted names, conditions, stored versions. Pure.
 */
#ifndef DEMO_CRDS_H
#define DEMO_CRDS_H

struct doc;
struct demo_causes;

/* What must be there (names, scope, one storage version, scale's paths), and what must
 * stay as it was before (NULL: a new one). */
void demo_crds_check(struct doc *crd, struct doc *before, struct demo_causes *ret);

/* Fills in defaults and status; time: for new conditions. */
void demo_crds_accept(struct doc *crd, const char *time);

#endif
