/*
 * discover - the kinds that discovery names, read again every 30 s: what there
 * is where CRDs may not be listed. Watch thread.
 *
 * Groups that are Kubernetes' own are left out; of what remains those kinds
 * that can be listed and watched. Aggregated discovery is asked for; a server
 * that has none is read group by group.
 */
#ifndef CLUSTER_DISCOVER_H
#define CLUSTER_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

struct client;
struct discover;
struct kind;

/* found takes each of the kinds, not the array; their ids are not set. kinds is
 * NULL when discovery failed this time; partial: some may be missing. */
struct discover *discover_new(struct client *client,
	void (*found)(void *arg, struct kind **kinds, size_t n, bool partial), void *arg);
void discover_free(struct discover *d);

#endif
