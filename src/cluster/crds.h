/*
 * crds - which informers exist: one for each kind that a CRD makes, as the CRD
 * informer tells. Watch thread.
 *
 * A kind starts when its CRD is Established, in the version that kubectl would
 * choose, by its accepted names; it follows changes of columns and versions,
 * starts over when the CRD's uid changes, and when the CRD goes it is marked as
 * gone for CRDS_GONE and then leaves. A CRD that serves nothing is there as a
 * kind without rows that says why. Where CRDs may not be listed the kinds come
 * from discovery; where a kind may not be listed in all namespaces at once, it is
 * read in each where that is allowed.
 */
#ifndef CLUSTER_CRDS_H
#define CLUSTER_CRDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/str.h"
#include "cache/informer.h"
#include "cache/root.h"

#define CRDS_GONE (5 * CLOCK_S)

struct asks;
struct column_choices;
struct crds;

/* wanted (may be NULL) says which kinds are of interest; ns "" means all. */
struct crds *crds_new(struct informer_context *ctx, struct str ns,
	bool (*wanted)(void *arg, const struct kind *kind), void *arg);
/* Kinds ("plural.group") whose lists come first; copied, before the start. */
void crds_prefer(struct crds *crds, char *const *names, size_t n);
/* Before the start: a kind that may not be read in all namespaces at once is read in
 * those where that is allowed; ns: the context's. */
void crds_narrow(struct crds *crds, struct asks *asks, const char *ns);
/* And in these, "a b": the user wants to see them. */
void crds_name(struct crds *crds, struct str namespaces);
/* Before the start: kinds are found, their objects are not read. */
void crds_only_kinds(struct crds *crds);
void crds_run(struct crds *crds); /* once a turn */
void crds_free(struct crds *crds);

/* Which columns are shown from now on; takes choices (NULL: each kind's own). */
void crds_set_choices(struct crds *crds, struct column_choices *choices);

void crds_start(struct crds *crds);
void crds_kick(struct crds *crds);
void crds_judge(struct crds *crds); /* the context has other health rules */
void crds_pause(struct crds *crds, bool paused);

/* The kinds for a root, in its order (heap array), and how they stand; the
 * definitions themselves in *ret_crds. */
const struct kind_root *const *crds_publish(
	struct crds *crds, bool stale, size_t *ret_n, const struct kind_root **ret_crds);
bool crds_known(const struct crds *crds);
/* What is wrong with the CRD list in the server's words, or NULL. */
const char *crds_problem(const struct crds *crds);
bool crds_forbidden(const struct crds *crds); /* it may not be read */
#define CRDS_DEFINITIONS 0		      /* the id of the kind that CRDs themselves are of */
/* The informer of the kind with this id, and that of the next higher id; or NULL. */
struct informer *crds_informer(const struct crds *crds, uint32_t id);
struct informer *crds_informer_after(const struct crds *crds, uint32_t id);
size_t crds_watches(const struct crds *crds);
/* The kind of this name that a CRD makes now, or NULL. */
const struct kind *crds_kind(const struct crds *crds, struct str group, struct str kind);

#endif
