/*
 * draft - an object that is about to be written, as a document. Part of writing.
 */
#ifndef DEMO_DRAFT_H
#define DEMO_DRAFT_H

#include <stdbool.h>

#include "demo/call.h"
#include "demo/store.h"
#include "json/doc.h"

/* The object under call->ns and call->name, or NULL. */
const struct demo_object *demo_draft_find(const struct demo_call *call);

/* The body as an object of the call's kind, in its stored version; NULL: refused. */
struct doc *demo_draft_body(struct demo_call *call);

/* The stored text as a document, in the version that the call is in, and back into
 * the stored one: what a patch is applied to. */
struct doc *demo_draft_shown(struct demo_call *call, const struct demo_object *object);
struct doc *demo_draft_stored(struct demo_call *call, struct doc *shown); /* takes shown over */

struct doc *demo_draft_metadata(struct doc *draft); /* made when there is none */

/* Writes the draft (taken over) as the new version of old, or as a new object when
 * old is NULL: checks, managedFields, generation, resourceVersion, what follows
 * from it; and answers with it. */
void demo_draft_write(struct demo_call *call, const struct demo_object *old, struct doc *draft);

/* Deletes the object, or marks it as being deleted while it has finalizers; what it
 * owns goes, too. Returns its last text, which the caller unrefs. */
struct demo_text *demo_draft_delete(struct demo_call *call, const struct demo_object *object);

/* The canonical text under this resourceVersion (which is put in); NULL when it is too
 * large. And which version that is; its texts are the draft's. */
struct demo_text *demo_draft_text(struct doc *draft, int64_t rv);
struct demo_version_of demo_draft_version(struct doc *draft, int64_t rv);

/* object[key] = text, which is freed; or = from[key], absent when it is absent there. */
void demo_draft_set(struct doc *object, const char *key, char *text);
void demo_draft_keep(struct doc *to, struct doc *from, const char *key);

/* "2026-11-22T10:00:00Z", now. free() it. */
char *demo_draft_now(void);

#endif
