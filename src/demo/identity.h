/*
 * identity - what of an object's metadata is the server's and not the writer's: name,
 * uid, times, generation. Part of writing.
 */
#ifndef DEMO_IDENTITY_H
#define DEMO_IDENTITY_H

#include "demo/call.h"

struct doc;

/* Of a new object; with request->past what the draft says of it counts. */
void demo_identity_give(struct demo_call *call, struct doc *draft);

/* Of the next version of before: its identity, and what this subresource must not
 * change. */
void demo_identity_keep(struct demo_call *call, struct doc *draft, struct doc *before);

#endif
