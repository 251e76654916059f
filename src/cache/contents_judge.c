/*
 * Verdicts that change without an event: by time, and by other rules. The object
 * stays as it was, so its text goes over to the new entry and nothing is logged.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/contents_internal.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "cache/store.h"
#include "kube/object.h"

#define TURN_SLICE  4096 /* entries a turn of the loop */
#define JUDGE_SLICE 256	 /* texts read and judged */
#define NOTHING_YET SIZE_MAX

/* Since when a controller is behind this generation, as far as we have seen. */
static int64_t seen_lagging(const struct object *o, const struct entry *old, int64_t now)
{
	unsigned char uid[sizeof(old->uid)];

	if (!old || old->deleted != OBJECT_NO_TIME || old->since == OBJECT_NO_TIME ||
		old->generation != o->generation || old->observed < 0 ||
		old->observed >= old->generation)
		return now;
	entry_uid(o->uid, uid);
	return memcmp(uid, old->uid, sizeof(uid)) == 0 ? old->since : now;
}

struct health_verdict contents_verdict(
	const struct contents *c, const struct object *o, const struct entry *old, int64_t now)
{
	struct health_verdict verdict = health_of(o, &c->health, now);

	if (verdict.since == OBJECT_NO_TIME && health_lags(o))
		health_lags_since(&verdict, seen_lagging(o, old, now), now);
	return verdict;
}

/* ---- where a walk goes on ---- */

void bookmark_reset(struct bookmark *b)
{
	b->ns_len = NOTHING_YET;
	buf_reset(&b->key);
}

void bookmark_set(struct bookmark *b, const struct entry *e)
{
	buf_reset(&b->key);
	buf_addstr(&b->key, entry_ns(e));
	b->ns_len = b->key.len;
	buf_addstr(&b->key, entry_name(e));
}

size_t bookmark_place(const struct bookmark *b, const struct store_root *all)
{
	struct str key = buf_str(&b->key);
	struct str ns, name;
	size_t at = 0;

	if (b->ns_len == NOTHING_YET)
		return 0;
	ns = str_make(key.p, b->ns_len);
	name = str_make(key.p + b->ns_len, key.len - b->ns_len);
	return store_root_find(all, ns, name, &at) ? at + 1 : at;
}

/* ---- one verdict ---- */

static void replace(struct contents *c, struct entry *old, const struct health_verdict *verdict)
{
	struct entry *e = entry_rejudged(old, verdict, c->ctx->labels);
	struct text *text = atomic_load(&e->text);

	c->ctx->ceiling.entries += entry_bytes(e);
	if (text && text->home == TEXT_NURSERY)
		nursery_own(text, e);
	turns_remove(&c->turns, old);
	store_put(c->store, e);
	turns_add(&c->turns, e);
	contents_retire(c, old);
	contents_touch(c);
}

void contents_rejudge(struct contents *c, struct entry *old, const struct object *o)
{
	struct health_verdict verdict = contents_verdict(c, o, old, clock_wall() / CLOCK_S);

	replace(c, old, &verdict);
}

/* ---- time ---- */

int64_t contents_turns_at(const struct contents *c)
{
	const struct entry *first = turns_first(&c->turns);

	return first ? first->turns : INT64_MAX;
}

void contents_turn(struct contents *c, int64_t now)
{
	struct entry *e;

	for (int i = 0; i < TURN_SLICE && contents_turns_at(c) <= now; i++) {
		struct health_verdict verdict = { .health = HEALTH_BAD };

		e = turns_first(&c->turns);
		verdict.field = entry_health_field(e);
		verdict.since = e->since;
		replace(c, e, &verdict);
	}
}

/* ---- other rules ---- */

void contents_judge_from_start(struct contents *c)
{
	c->judging = true;
	c->judge_again = c->pending > 0;
	bookmark_reset(&c->judged);
	contents_touch(c);
}

bool contents_judge_anew(struct contents *c)
{
	struct str group = str_of(c->kind->gvr.group), plural = str_of(c->kind->gvr.resource);
	struct health_rules *rules = c->ctx->rules, *old = c->health.rules;
	bool concerned, relist;

	if (rules == old)
		return false;
	concerned = health_rules_concern(rules, group, plural) ||
		    health_rules_concern(old, group, plural);
	health_context_release(&c->health);
	health_context_init(&c->health, rules, group, plural);
	relist = contents_keep_anew(c);
	if (concerned && !relist)
		contents_judge_from_start(c);
	return relist;
}

static bool is_same(const struct entry *e, const struct health_verdict *verdict)
{
	return e->health == verdict->health && e->since == verdict->since &&
	       e->turns == verdict->turns && str_eq(entry_health_field(e), verdict->field);
}

static void judge(struct contents *c, struct entry *e, struct str text, int64_t now)
{
	struct health_verdict verdict;
	struct object o;

	if (object_scan(text, &o, NULL) < 0)
		return;
	verdict = contents_verdict(c, &o, e, now);
	if (!is_same(e, &verdict))
		replace(c, e, &verdict);
}

void contents_judge_some(struct contents *c, int64_t now)
{
	const struct store_root *all = store_publish(c->store);
	struct text_reader *reader = text_reader_new();
	size_t at = bookmark_place(&c->judged, all);
	size_t end = all->count - at < JUDGE_SLICE ? all->count : at + JUDGE_SLICE;

	for (; at < end; at++) {
		/* The chunks of a published root keep their order as entries are replaced. */
		struct entry *e = store_at(c->store, at);

		bookmark_set(&c->judged, e);
		judge(c, e, text_read_kept(reader, atomic_load(&e->text)), now);
	}
	c->judging = end < all->count;
	text_reader_free(reader);
}
