/*
 * event - what is read of a Kubernetes Event of events.k8s.io/v1: first what it
 * regards, which most often ends the matter, then what it says. Every str
 * borrows from the text and is raw (escapes as they are; names have none in a real
 * cluster). Pure.
 */
#ifndef KUBE_EVENT_H
#define KUBE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* regarding */
struct event_object {
	struct str group; /* "" for what is of core/v1 */
	struct str kind;
	struct str ns;
	struct str name;
	struct str uid;
};

struct event_words {
	bool warning; /* the type is Warning; every other counts as Normal */
	struct str reason;
	struct str note;
	int64_t count; /* how often it has happened; 1 when nothing is said */
	int64_t time;  /* of the last time, seconds since 1970, or OBJECT_NO_TIME */
};

/* False: it is no object, or regards nothing that has a name. */
bool event_regarding(struct str text, struct event_object *ret);
bool event_words(struct str text, struct event_words *ret);

/* Appends a raw string unescaped; of one longer than max bytes its beginning, whole
 * characters, and an ellipsis. */
void event_text(struct str raw, size_t max, struct buf *out);

#endif
