/*
 * Going without texts: of each object only the part stays that rows, verdicts and
 * owners are made of. What is kept depends on the kind's columns and on the rules of
 * health; when they want more, the kind is listed anew (see contents_begin()).
 */
#include <stdlib.h>

#include "cache/archive.h"
#include "cache/contents_internal.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "cache/store.h"
#include "kube/keep.h"
#include "kube/object.h"

static struct keep *make_keep(const struct contents *c)
{
	struct keep *keep = keep_new();

	keep_columns(keep, c->kind->columns);
	keep_columns(keep, c->kind->own_columns);
	keep_health(keep, &c->health);
	return keep;
}

/* ---- one text ---- */

struct text *contents_text(struct contents *c, struct str raw)
{
	struct nursery *nursery = c->ctx->nursery;
	struct buf part = BUF_INIT(raw.len + 1);
	struct text *text;

	if (!contents_is_reduced(c))
		return nursery_add(nursery, c->shelf, raw, false);
	keep_write(c->keep, raw, &part);
	text = nursery_add(nursery, c->parts, buf_str(&part), true);
	buf_release(&part);
	return text;
}

void contents_drop_text(struct contents *c, struct text *text)
{
	if (text)
		nursery_drop(c->ctx->nursery, text->part ? c->parts : c->shelf, text);
}

/* Readers may have the old one; what they see of it does not change. */
void contents_swap_text(struct contents *c, struct entry *e, struct text *text)
{
	struct text *old = atomic_load(&e->text);

	atomic_store_explicit(&e->text, text, memory_order_release);
	nursery_own(text, e);
	contents_drop_text(c, old);
	c->ctx->dirty = true; /* what is retired goes with the next root */
}

/* ---- all of them ---- */

size_t contents_whole_bytes(const struct contents *c)
{
	return nursery_shelf_texts(c->shelf);
}

bool contents_is_reduced(const struct contents *c)
{
	return c->reduced && !keep_is_all(c->keep);
}

bool contents_can_reduce(const struct contents *c)
{
	struct keep *keep = make_keep(c);
	bool can = !keep_is_all(keep);

	keep_free(keep);
	return can;
}

static void thin_from_start(struct contents *c)
{
	c->thinning = true;
	bookmark_reset(&c->thinned);
}

void contents_reduce(struct contents *c)
{
	c->reduced = true;
	keep_free(c->keep);
	c->keep = make_keep(c);
	thin_from_start(c);
	contents_touch(c);
}

static void thin(struct contents *c, struct entry *e, struct text_reader *reader)
{
	const struct text *text = atomic_load(&e->text);

	if (text_is_whole(text))
		contents_swap_text(c, e, contents_text(c, text_read(reader, text)));
}

void contents_thin_pending(struct contents *c, struct entry *e, struct text_reader *reader)
{
	if (contents_is_reduced(c))
		thin(c, e, reader);
}

size_t contents_thin_some(struct contents *c, size_t most)
{
	const struct store_root *all;
	struct text_reader *reader;
	size_t at;

	if (!c->thinning || !contents_is_reduced(c)) {
		c->thinning = false;
		return most;
	}
	all = store_publish(c->store);
	reader = text_reader_new();
	for (at = bookmark_place(&c->thinned, all); at < all->count && most; at++, most--) {
		struct entry *e = store_at(c->store, at);

		bookmark_set(&c->thinned, e);
		thin(c, e, reader);
	}
	c->thinning = at < all->count;
	text_reader_free(reader);
	return most;
}

/* ---- other columns, other rules ---- */

bool contents_keep_anew(struct contents *c)
{
	struct keep *keep;
	bool covered;

	if (!c->reduced)
		return false;
	keep = make_keep(c);
	covered = keep_covers(c->keep, keep);
	if (covered) {
		keep_free(keep);
		return false;
	}
	keep_free(c->keep);
	c->keep = keep;
	c->keep_version++;
	contents_touch(c);
	return true;
}

void contents_refresh(struct contents *c, struct entry *old, const struct object *o)
{
	struct text *text = contents_text(c, o->text);

	if (text->part || !text_is_whole(atomic_load(&old->text))) {
		contents_swap_text(c, old, text);
		contents_rejudge(c, old, o);
	} else {
		contents_drop_text(c, text);
	}
}
