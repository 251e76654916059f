/*
 * narrow - in which namespaces a kind may be listed by somebody who may not list it
 * everywhere: the context's namespace, those that the user has named, and those that
 * there are, as far as a SelfSubjectRulesReview of each does not say no (at most
 * NARROW_MAX of them). Asked once somebody wants to know, and again every five minutes,
 * and when told to. Watch thread.
 */
#ifndef CLUSTER_NARROW_H
#define CLUSTER_NARROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define NARROW_MAX 20 /* more would be as many watches for each kind */

struct asks;
struct client;
struct gvr;
struct narrow;

/* ns: the context's. */
struct narrow *narrow_new(struct client *client, struct asks *asks, const char *ns);
void narrow_free(struct narrow *narrow); /* NULL is fine */

/* Somebody wants to know: asks, unless that was done lately. */
void narrow_want(struct narrow *narrow);
void narrow_kick(struct narrow *narrow); /* it is to be asked again */
/* The user has named this one: it is among those that there are, also when nobody may
 * list them. Of more than NARROW_MAX - 1 the first is forgotten. */
void narrow_name(struct narrow *narrow, struct str ns);
/* Takes what has been answered; true: narrow_namespaces() says something else now. */
bool narrow_run(struct narrow *narrow);
bool narrow_is_known(const struct narrow *narrow);

/* Those in which this may be listed, perhaps; ret has room for NARROW_MAX, which borrow
 * until the next narrow_run(). */
size_t narrow_namespaces(
	const struct narrow *narrow, const struct gvr *gvr, const char *ret[NARROW_MAX]);

#endif
