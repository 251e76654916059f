#include "cache/contents_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/changes.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "cache/root.h"
#include "json/scan.h"
#include "kube/keep.h"
#include "kube/object.h"

#define NAMES_MAX ((size_t)1 << 20) /* what is behind is cut off */

void contents_touch(struct contents *c)
{
	c->dirty = true;
	c->ctx->dirty = true;
}

static void retire_entry(void *ptr, void *arg)
{
	struct informer_context *ctx = arg;

	ctx->ceiling.entries -= entry_bytes(ptr);
	entry_free(ptr, ctx->labels);
}

void contents_retire(struct contents *c, struct entry *e)
{
	retire_add(c->ctx->retire, e, retire_entry, c->ctx);
}

/* Lets go of an entry that was in the store: readers may still see it. */
static void bury(struct contents *c, struct entry *e)
{
	if (!e)
		return;
	contents_drop_text(c, atomic_load(&e->text));
	turns_remove(&c->turns, e);
	contents_retire(c, e);
}

static struct str key_ns(const struct contents *c, const struct object *o)
{
	return c->kind->namespaced ? o->ns : STR("");
}

/* What a list under way has brought is there beside what it will replace. */
static bool is_full(const struct contents *c, struct error *err)
{
	size_t max = c->ctx->objects_max ? c->ctx->objects_max : INFORMER_OBJECTS_MAX;

	if (store_count(c->store) + c->pending < max)
		return false;
	error_set(err, ERROR_TOO_LARGE, "more than %zu objects of one kind", max);
	return true;
}

/* old: what stands under the name, or NULL. */
static struct entry *make_entry(
	struct contents *c, const struct object *o, const struct entry *old, struct error *err)
{
	struct entry_facts facts = { key_ns(c, o),
		contents_verdict(c, o, old, clock_wall() / CLOCK_S) };
	struct text *text;
	struct entry *e;

	if (!old && is_full(c, err))
		return NULL;
	text = contents_text(c, o->text);
	e = entry_new(o, &facts, c->ctx->labels, text, err);
	if (!e) {
		contents_drop_text(c, text);
		return NULL;
	}
	c->ctx->ceiling.entries += entry_bytes(e);
	e->version = entry_next_version();
	nursery_own(text, e);
	return e;
}

/* Appends raw unescaped; a NUL, which would end it for some, as U+FFFD. */
static void add_plain(struct buf *out, struct str raw)
{
	struct buf plain = BUF_INIT(NAMES_MAX);
	struct str text, part;

	scan_unescape(raw, &plain);
	text = buf_str(&plain);
	while (text.p) {
		part = str_cut(&text, '\0');
		buf_addstr(out, part);
		buf_addz(out, text.p ? "\xef\xbf\xbd" : "");
	}
	buf_release(&plain);
}

struct object contents_plain(const struct object *o, struct buf *names)
{
	struct object plain = *o;
	size_t at;

	if (!scan_has_escape(o->name) && !scan_has_escape(o->ns))
		return plain;
	buf_reset(names);
	add_plain(names, o->ns);
	at = names->len;
	add_plain(names, o->name);
	plain.ns = str_make(names->data, at);
	plain.name = str_make(names->data + at, names->len - at);
	return plain;
}

/* Valid until the next call. */
static struct object plain_names(struct contents *c, const struct object *o)
{
	return contents_plain(o, &c->names);
}

/* ---- changes ---- */

static void name_change(const struct contents *c, struct change *change)
{
	change->time = clock_wall();
	change->kind = c->kind->id;
	change->group = str_of(c->kind->gvr.group);
	change->version = str_of(c->kind->gvr.version);
	change->kind_name = str_of(c->kind->kind);
}

/* Once before what a relist has found: it may be the sum of several changes. */
static void log_relist(struct contents_part *part)
{
	struct contents *c = part->contents;
	struct change change = { .type = CHANGE_RELIST, .relisted = true };

	name_change(c, &change);
	changes_append(c->ctx->changes, &change);
	part->relist_logged = true;
}

static const struct text *whole_of(const struct entry *e)
{
	const struct text *text = e ? atomic_load(&e->text) : NULL;

	return text_is_whole(text) ? text : NULL;
}

/* A change as it came: what of its text is not kept goes into the log all the same. */
struct news {
	enum change_type type;
	const struct entry *old, *e; /* before and now; NULL: not there */
	struct str rv;
	struct str text; /* of the object: now, or as it was deleted; p NULL: not at hand */
};

static bool is_logged(
	const struct contents *c, const struct contents_part *part, const struct news *news)
{
	bool initial = !part->synced && !news->old;

	return c->logged && (!initial || c->ctx->log_initial);
}

static void log_change(struct contents_part *part, const struct news *news)
{
	struct contents *c = part->contents;
	const struct entry *old = news->old, *e = news->e;
	const struct entry *any = e ? e : old;
	struct text *raw = NULL;
	struct change change = {
		.type = news->type,
		.initial = !part->synced && !old,
		.relisted = part->replacing && (part->synced || old),
		.health = any->health,
		.ns = entry_ns(any),
		.name = entry_name(any),
		.rv = news->rv,
		.old_text = whole_of(old),
		.new_text = whole_of(e),
	};

	if (!is_logged(c, part, news))
		return;
	name_change(c, &change);
	memcpy(change.uid, any->uid, sizeof(change.uid));
	if (news->text.p && !whole_of(any)) {
		raw = text_new_raw(news->text);
		*(e ? &change.new_text : &change.old_text) = raw;
	}
	if (change.relisted && !part->relist_logged)
		log_relist(part);
	changes_append(c->ctx->changes, &change);
	free(raw);
	if (c->ctx->logged)
		c->ctx->logged(c->ctx->logged_arg);
}

static void tell(struct contents *c, const struct entry *e, const struct object *o)
{
	if (c->handlers && c->handlers->changed)
		c->handlers->changed(c->arg, e, o);
}

static bool same_uid(const struct entry *a, const struct entry *b)
{
	return memcmp(a->uid, b->uid, sizeof(a->uid)) == 0;
}

static bool has_uid(const struct entry *e, const struct object *o)
{
	unsigned char uid[16];

	entry_uid(o->uid, uid);
	return memcmp(uid, e->uid, sizeof(uid)) == 0;
}

/* Deleted and made again under its name between two looks. */
static void log_replaced(struct contents_part *part, const struct entry *old)
{
	struct news gone = { .type = CHANGE_DELETED, .old = old, .rv = entry_rv(old) };

	log_change(part, &gone);
	tell(part->contents, old, NULL);
}

/* Puts e into the store; o (may be NULL) is what it was made from. */
static void put(struct contents_part *part, struct entry *e, const struct object *o)
{
	struct contents *c = part->contents;
	struct entry *old = store_put(c->store, e);
	struct news news = { .type = CHANGE_ADDED, .e = e, .rv = entry_rv(e) };

	if (o)
		news.text = o->text;
	turns_add(&c->turns, e);
	if (old && same_uid(old, e)) {
		news.type = CHANGE_MODIFIED;
		news.old = old;
	} else if (old) {
		log_replaced(part, old);
	}
	log_change(part, &news);
	contents_touch(c);
	if (o)
		tell(c, e, o);
	bury(c, old);
}

/* o: as it was deleted; NULL: not known. */
static void delete (
	struct contents_part *part, struct str ns, struct str name, const struct object *o)
{
	struct contents *c = part->contents;
	struct entry *old = store_remove(c->store, ns, name);
	struct news news = { .type = CHANGE_DELETED, .old = old };

	if (!old)
		return;
	news.rv = o && o->rv.len ? o->rv : entry_rv(old);
	if (o && has_uid(old, o))
		news.text = o->text;
	log_change(part, &news);
	contents_touch(c);
	tell(c, old, NULL);
	bury(c, old);
}

/* ---- lists ---- */

/* Numbers go round: which of the two lists is the newer one. */
static bool is_older(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

void contents_begin(struct contents_part *part)
{
	struct contents *c = part->contents;

	part->replacing = true;
	part->relist_logged = false;
	part->list = ++c->list;
	part->lists_for = c->keep_version;
	c->listed -= part->listed;
	part->listed = 0;
	contents_touch(c);
}

static void bury_pending(struct contents_part *part)
{
	for (size_t i = 0; i < part->n_pending; i++)
		bury(part->contents, part->pending[i]);
	part->contents->pending -= part->n_pending;
	part->n_pending = 0;
}

void contents_abort(struct contents_part *part)
{
	bury_pending(part);
	part->replacing = false;
}

static bool is_unchanged(const struct entry *e, const struct object *o)
{
	return o->rv.len && str_eq(entry_rv(e), o->rv) && has_uid(e, o);
}

static void add_pending(struct contents_part *part, struct entry *e)
{
	part->pending = array_reserve(
		part->pending, &part->cap_pending, part->n_pending + 1, sizeof(*part->pending));
	part->pending[part->n_pending++] = e;
	part->contents->pending++;
}

int contents_item(struct contents_part *part, const struct object *raw, struct error *err)
{
	struct contents *c = part->contents;
	const struct object plain = plain_names(c, raw), *o = &plain;
	struct entry *old = store_find(c->store, key_ns(c, o), o->name);
	struct entry *e;

	part->listed++;
	c->listed++;
	if (old && is_older(old->seen, part->list))
		old->seen = part->list;
	if (old && is_unchanged(old, o)) {
		if (part->lists_for != part->kept_for)
			contents_refresh(c, old, o);
		return 0;
	}
	e = make_entry(c, o, old, err);
	if (!e)
		return -1;
	e->seen = part->list;
	/* A first list shows what it has; what it lacks goes at its end. */
	if (!part->synced)
		put(part, e, o);
	else
		add_pending(part, e);
	return 0;
}

static bool is_in(const struct contents_part *part, const struct entry *e)
{
	return !part->ns || str_is(entry_ns(e), part->ns);
}

/* What the list did not have is gone; an event may have brought it since. */
static void sweep(struct contents_part *part)
{
	const struct store_root *all = store_publish(part->contents->store);

	for (size_t i = 0; i < all->n_chunks; i++) {
		const struct chunk *chunk = all->chunks[i];

		for (size_t k = 0; k < chunk->count; k++) {
			const struct entry *e = chunk->entries[k];

			if (is_older(e->seen, part->list) && is_in(part, e))
				delete (part, entry_ns(e), entry_name(e), NULL);
		}
	}
}

static void put_pending(struct contents_part *part, struct entry *e, struct text_reader *reader)
{
	struct contents *c = part->contents;
	struct object o;
	bool scanned =
		c->handlers && object_scan(text_read(reader, atomic_load(&e->text)), &o, NULL) == 0;

	if (scanned)
		o = plain_names(c, &o);
	e->changed = clock_wall();
	put(part, e, scanned ? &o : NULL);
	contents_thin_pending(c, e, reader);
}

void contents_end(struct contents_part *part)
{
	struct contents *c = part->contents;
	struct text_reader *reader = text_reader_new();
	size_t n = part->n_pending;

	/* What a first list has already shown and then lacks is a change, not the start. */
	part->synced = c->synced = true;
	sweep(part);
	part->n_pending = 0;
	c->pending -= n;
	for (size_t i = 0; i < n; i++)
		put_pending(part, part->pending[i], reader);
	text_reader_free(reader);
	part->replacing = false;
	c->listed -= part->listed;
	part->listed = 0;
	contents_touch(c);
	part->kept_for = part->lists_for;
	if (c->judge_again)
		contents_judge_from_start(c);
	if (c->handlers && c->handlers->synced)
		c->handlers->synced(c->arg);
}

/* An object that a streaming list has just given is taken back by it. */
static void forget_pending(struct contents_part *part, const struct object *o)
{
	struct contents *c = part->contents;
	size_t kept = 0;

	for (size_t i = 0; i < part->n_pending; i++) {
		struct entry *e = part->pending[i];

		if (entry_cmp(e, key_ns(c, o), o->name) == 0)
			bury(c, e);
		else
			part->pending[kept++] = e;
	}
	c->pending -= part->n_pending - kept;
	part->n_pending = kept;
}

void contents_delete(struct contents_part *part, const struct object *raw)
{
	struct contents *c = part->contents;
	const struct object plain = plain_names(c, raw), *o = &plain;

	if (part->replacing)
		forget_pending(part, o);
	delete (part, key_ns(c, o), o->name, o);
}

int contents_put(struct contents_part *part, const struct object *raw, struct error *err)
{
	struct contents *c = part->contents;
	const struct object plain = plain_names(c, raw), *o = &plain;
	struct entry *old = store_find(c->store, key_ns(c, o), o->name);
	struct entry *e;

	if (old && is_unchanged(old, o))
		return 0;
	e = make_entry(c, o, old, err);
	if (!e)
		return -1;
	e->seen = c->list;
	e->changed = clock_wall();
	put(part, e, o);
	return 0;
}

void contents_clear(struct contents *c)
{
	struct contents_part all = { .contents = c, .synced = c->synced, .list = ++c->list };

	sweep(&all);
}

/* ---- life ---- */

void contents_init(struct contents *c, struct informer_context *ctx, const struct kind *kind)
{
	char *name = mem_printf("%s.%s", kind->gvr.resource, kind->gvr.group);
	char *parts = mem_printf("%s/parts", name);

	memset(c, 0, sizeof(*c));
	c->ctx = ctx;
	c->kind = kind;
	c->shelf = nursery_shelf(ctx->nursery, str_of(name));
	c->parts = nursery_shelf(ctx->nursery, str_of(parts));
	c->store = store_new(ctx->retire);
	buf_init(&c->names, NAMES_MAX);
	buf_init(&c->judged.key, NAMES_MAX);
	buf_init(&c->thinned.key, NAMES_MAX);
	health_context_init(
		&c->health, ctx->rules, str_of(kind->gvr.group), str_of(kind->gvr.resource));
	free(parts);
	free(name);
	contents_touch(c);
}

void contents_part_init(struct contents_part *part, struct contents *c, const char *ns)
{
	part->contents = c;
	part->ns = ns;
}

void contents_part_follow(struct contents_part *part, const struct contents_part *all)
{
	part->synced = all->synced;
	part->kept_for = all->kept_for;
}

bool contents_part_lags(const struct contents_part *part)
{
	return part->kept_for != part->contents->keep_version;
}

void contents_part_release(struct contents_part *part)
{
	bury_pending(part);
	part->contents->listed -= part->listed;
	free(part->pending);
	*part = (struct contents_part){ 0 };
}

void contents_release(struct contents *c)
{
	const struct store_root *all = store_publish(c->store);

	for (size_t i = 0; i < all->n_chunks; i++) {
		for (size_t k = 0; k < all->chunks[i]->count; k++)
			bury(c, all->chunks[i]->entries[k]);
	}
	store_free(c->store);
	turns_release(&c->turns);
	health_context_release(&c->health);
	buf_release(&c->judged.key);
	buf_release(&c->thinned.key);
	keep_free(c->keep);
	ceiling_remove(&c->ctx->ceiling, c);
	buf_release(&c->names);
	c->ctx->dirty = true;
}
