/*
 * event - Events in the words of events.k8s.io/v1, in which they are stored, and
 * in those of core/v1 (pkg/apis/core/v1 and pkg/apis/events/v1 conversion.go). Pure.
 */
#ifndef DEMO_EVENT_H
#define DEMO_EVENT_H

#include "base/buf.h"
#include "base/str.h"

/* Append the event with its fields, apiVersion and managedFields' place renamed; -1
 * when it is no JSON object. */
int demo_event_to_core(struct str event, struct buf *out);
int demo_event_to_stored(struct str event, struct buf *out);

#endif
