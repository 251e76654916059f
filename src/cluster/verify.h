/*
 * verify - compares the caches with what the server says they should hold.
 *
 * One kind after another, and where one is read in single namespaces one of these
 * after another: what its store holds, at the resourceVersion that its
 * watch has come to, against a list of exactly that version (names, uids and
 * versions only, by pages, through the list slots). Such a list is refused once
 * the server has forgotten the version (410); the kind's next chance is the next
 * round. What differs is an error in the log, and the kind is listed anew.
 * Watch thread. Every function takes NULL.
 */
#ifndef CLUSTER_VERIFY_H
#define CLUSTER_VERIFY_H

#include <stdint.h>

#include "cache/root.h"

struct crds;
struct informer_context;
struct verify;

/* Every period ns there is a round; the first is earlier. */
struct verify *verify_new(struct informer_context *ctx, struct crds *crds, int64_t period);
void verify_start(struct verify *v);
void verify_free(struct verify *v); /* before the crds */

struct root_verify verify_result(const struct verify *v);

#endif
