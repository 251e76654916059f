/*
 * k8s_events - Kubernetes Events (events.k8s.io/v1) that regard a custom resource,
 * on their way into the change log. Watch thread.
 *
 * One list of what has happened within the last hour, then a watch. An Event of
 * anything else is let go as soon as it is read what it regards; when of those
 * that a watch brings there are more than a megabyte a second for 10 s, watching
 * ends until k8s_events_switch(). Where Events may not be read, or are not
 * served, there are none. Every function takes NULL.
 */
#ifndef CLUSTER_K8S_EVENTS_H
#define CLUSTER_K8S_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "cache/root.h"

#define K8S_EVENTS_RATE	   1000000 /* bytes a second that are let go */
#define K8S_EVENTS_SECONDS 10

struct crds;
struct informer_context;
struct k8s_events;

/* ns "" means all. */
struct k8s_events *k8s_events_new(struct informer_context *ctx, struct str ns, struct crds *crds);
void k8s_events_free(struct k8s_events *k);

/* The kinds are known: begins, once. */
void k8s_events_start(struct k8s_events *k);
void k8s_events_kick(struct k8s_events *k);
void k8s_events_pause(struct k8s_events *k, bool paused);
void k8s_events_switch(struct k8s_events *k, bool on);

/* How it is; the first time that there are none it is logged. */
enum k8s_state k8s_events_state(struct k8s_events *k);
size_t k8s_events_watches(const struct k8s_events *k);

/* Bytes of Events that regarded no custom resource, since the start. */
uint64_t k8s_events_let_go(const struct k8s_events *k);

#endif
