/*
 * What contents.c, contents_judge.c and contents_texts.c share.
 */
#ifndef CACHE_CONTENTS_INTERNAL_H
#define CACHE_CONTENTS_INTERNAL_H

#include "cache/contents.h"
#include "kube/health.h"

struct text;
struct text_reader;

/* Something is to be published. */
void contents_touch(struct contents *c);
/* Frees an entry, not its text, once nobody can see it. */
void contents_retire(struct contents *c, struct entry *e);

void contents_judge_from_start(struct contents *c);

/* old: what stands under the object's name, or NULL. */
struct health_verdict contents_verdict(
	const struct contents *c, const struct object *o, const struct entry *old, int64_t now);

/* The same object, judged now, as an entry of another version. */
void contents_rejudge(struct contents *c, struct entry *old, const struct object *o);

void bookmark_reset(struct bookmark *bookmark);
void bookmark_set(struct bookmark *bookmark, const struct entry *e);
/* The place behind it in a published store. */
size_t bookmark_place(const struct bookmark *bookmark, const struct store_root *all);

/* ---- contents_texts.c ---- */

/* What is kept of an object's text, for an entry that is about to be made. */
struct text *contents_text(struct contents *c, struct str raw);
/* No entry has it any more. */
void contents_drop_text(struct contents *c, struct text *text);
void contents_swap_text(struct contents *c, struct entry *e, struct text *text);
/* An entry that a list has brought maybe before the kind went without texts. */
void contents_thin_pending(struct contents *c, struct entry *e, struct text_reader *reader);
/* An object that has not changed is there again: what is to be kept of it is. */
void contents_refresh(struct contents *c, struct entry *old, const struct object *o);

#endif
