#include "cache/informer.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/archive.h"
#include "cache/changes.h"
#include "cache/entry.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "kube/columns.h"
#include "kube/object.h"
#include "kube/status.h"
#include "net/client.h"
#include "net/framer.h"

#define ERROR_BODY_MAX ((size_t)64 << 10)
#define SHORT_TIMEOUT  (60 * CLOCK_S) /* without a byte of a list's answer */

struct informer {
	struct informer_context *ctx;
	struct kind *kind;
	char *ns;
	bool logged;
	const struct informer_handlers *handlers;
	void *arg;
	struct shelf *shelf;
	struct store *store;
	struct reflector reflector;
	struct client_timer timer;

	struct request *request;
	bool watching; /* the request is a watch */
	int http_code; /* of the answer; 0: none yet */
	int64_t retry_after;
	struct framer framer;
	struct buf body; /* of an answer that is no 200 */

	/* The list under way: */
	bool replacing;
	uint32_t list;		/* its number: entry->seen */
	bool relist_logged;
	struct entry **pending; /* what replaces or joins the store at its end */
	size_t n_pending;
	size_t cap_pending;
	size_t listed;

	enum kind_state state;
	bool fixed_state; /* set from outside: the reflector's word does not count */
	char *message;
	int64_t since;
	struct kind_root *root; /* published last */
	bool dirty;
	unsigned flags; /* of that */
};

/* ---- small things ---- */

static void touch(struct informer *inf)
{
	inf->dirty = true;
	inf->ctx->dirty = true;
}

static void free_strings(char **strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(strings[i]);
	free(strings);
}

void kind_free(struct kind *kind)
{
	if (!kind)
		return;
	gvr_release(&kind->gvr);
	free(kind->kind);
	free(kind->singular);
	free_strings(kind->short_names, kind->n_short_names);
	free_strings(kind->categories, kind->n_categories);
	columns_free(kind->columns);
	free(kind->note);
	free(kind);
}

static void retire_kind(void *ptr, void *arg)
{
	(void)arg;
	kind_free(ptr);
}

static void retire_entry(void *ptr, void *arg)
{
	struct informer_context *ctx = arg;

	entry_free(ptr, ctx->labels);
}

static void retire_root(void *ptr, void *arg)
{
	struct kind_root *root = ptr;

	(void)arg;
	free((char *)root->message);
	free(root);
}

/* Lets go of an entry that was in the store: readers may still see it. */
static void bury(struct informer *inf, struct entry *e)
{
	if (!e)
		return;
	nursery_drop(inf->ctx->nursery, atomic_load(&e->text));
	retire_add(inf->ctx->retire, e, retire_entry, inf->ctx);
}

static struct entry *make_entry(struct informer *inf, const struct object *o)
{
	struct text *text = nursery_add(inf->ctx->nursery, inf->shelf, o->text);
	struct entry *e =
		entry_new(o, inf->kind->namespaced ? o->ns : STR(""), inf->ctx->labels, text);

	e->version = entry_next_version();
	nursery_own(text, e);
	return e;
}

static struct str key_ns(const struct informer *inf, const struct object *o)
{
	return inf->kind->namespaced ? o->ns : STR("");
}

static void set_state(struct informer *inf, enum kind_state state, const char *message)
{
	bool same = state == inf->state &&
		str_eq(str_of(inf->message), str_of(message)) && !inf->message == !message;

	if (same)
		return;
	if (state != inf->state)
		inf->since = clock_wall();
	inf->state = state;
	free(inf->message);
	inf->message = message ? mem_strdup(message) : NULL;
	touch(inf);
}

/* ---- changes ---- */

static void name_change(const struct informer *inf, struct change *change)
{
	change->time = clock_wall();
	change->kind = inf->kind->id;
	change->group = str_of(inf->kind->gvr.group);
	change->version = str_of(inf->kind->gvr.version);
	change->kind_name = str_of(inf->kind->kind);
}

/* Once before what a relist has found: it may be the sum of several changes. */
static void log_relist(struct informer *inf)
{
	struct change change = { .type = CHANGE_RELIST, .relisted = true };

	name_change(inf, &change);
	changes_append(inf->ctx->changes, &change);
	inf->relist_logged = true;
}

static void log_change(struct informer *inf, enum change_type type, const struct entry *old,
	const struct entry *e, struct str rv)
{
	const struct entry *any = e ? e : old;
	struct change change = {
		.type = type,
		.initial = !inf->reflector.synced,
		.relisted = inf->replacing && inf->reflector.synced,
		.health = any->health,
		.ns = entry_ns(any),
		.name = entry_name(any),
		.rv = rv,
		.old_text = old ? atomic_load(&old->text) : NULL,
		.new_text = e ? atomic_load(&e->text) : NULL,
	};

	name_change(inf, &change);
	memcpy(change.uid, any->uid, sizeof(change.uid));
	if (!inf->logged || (change.initial && !inf->ctx->log_initial))
		return;
	if (change.relisted && !inf->relist_logged)
		log_relist(inf);
	changes_append(inf->ctx->changes, &change);
}

static void tell(struct informer *inf, const struct entry *e, const struct object *o)
{
	if (inf->handlers && inf->handlers->changed)
		inf->handlers->changed(inf->arg, e, o);
}

static bool same_uid(const struct entry *a, const struct entry *b)
{
	return memcmp(a->uid, b->uid, sizeof(a->uid)) == 0;
}

/* Puts e into the store; o (may be NULL) is what it was made from. */
static void put(struct informer *inf, struct entry *e, const struct object *o)
{
	struct entry *old = store_put(inf->store, e);

	if (!old) {
		log_change(inf, CHANGE_ADDED, NULL, e, entry_rv(e));
	} else if (same_uid(old, e)) {
		log_change(inf, CHANGE_MODIFIED, old, e, entry_rv(e));
	} else {
		/* Deleted and made again under its name between two looks. */
		log_change(inf, CHANGE_DELETED, old, NULL, entry_rv(old));
		log_change(inf, CHANGE_ADDED, NULL, e, entry_rv(e));
	}
	touch(inf);
	if (o)
		tell(inf, e, o);
	bury(inf, old);
}

static void delete(struct informer *inf, struct str ns, struct str name, struct str rv)
{
	struct entry *old = store_remove(inf->store, ns, name);

	if (!old)
		return;
	log_change(inf, CHANGE_DELETED, old, NULL, rv.len ? rv : entry_rv(old));
	touch(inf);
	tell(inf, old, NULL);
	bury(inf, old);
}

/* ---- what the reflector wants done ---- */

static void op_replace_begin(void *arg)
{
	struct informer *inf = arg;

	inf->replacing = true;
	inf->relist_logged = false;
	inf->list++;
	inf->listed = 0;
	touch(inf);
}

static void op_replace_abort(void *arg)
{
	struct informer *inf = arg;

	for (size_t i = 0; i < inf->n_pending; i++)
		bury(inf, inf->pending[i]);
	inf->n_pending = 0;
	inf->replacing = false;
}

static bool is_unchanged(const struct entry *e, const struct object *o)
{
	unsigned char uid[16];

	entry_uid(o->uid, uid);
	return o->rv.len && str_eq(entry_rv(e), o->rv) && memcmp(uid, e->uid, sizeof(uid)) == 0;
}

static void op_replace_item(void *arg, const struct object *o)
{
	struct informer *inf = arg;
	struct entry *old = store_find(inf->store, key_ns(inf, o), o->name);
	struct entry *e;

	inf->listed++;
	if (old)
		old->seen = inf->list;
	if (old && is_unchanged(old, o))
		return;
	e = make_entry(inf, o);
	e->seen = inf->list;
	if (!inf->reflector.synced) {
		/* A first list shows what it has; what it lacks goes at its end. */
		put(inf, e, o);
		return;
	}
	inf->pending = array_reserve(
		inf->pending, &inf->cap_pending, inf->n_pending + 1, sizeof(*inf->pending));
	inf->pending[inf->n_pending++] = e;
}

/* What the list did not have is gone. */
static void sweep(struct informer *inf)
{
	const struct store_root *all = store_publish(inf->store);

	for (size_t i = 0; i < all->n_chunks; i++) {
		const struct chunk *c = all->chunks[i];

		for (size_t k = 0; k < c->count; k++) {
			const struct entry *e = c->entries[k];

			if (e->seen != inf->list)
				delete(inf, entry_ns(e), entry_name(e), STR(""));
		}
	}
}

static void put_pending(struct informer *inf, struct entry *e)
{
	struct text_reader *reader = text_reader_new();
	struct object o;
	bool scanned =
		object_scan(text_read(reader, atomic_load(&e->text)), &o, NULL) == 0;

	e->changed = clock_wall();
	put(inf, e, scanned ? &o : NULL);
	text_reader_free(reader);
}

static void op_replace_end(void *arg)
{
	struct informer *inf = arg;
	size_t n = inf->n_pending;

	/* The reflector calls itself synced by now: these are changes, not the start. */
	sweep(inf);
	inf->n_pending = 0;
	for (size_t i = 0; i < n; i++)
		put_pending(inf, inf->pending[i]);
	inf->replacing = false;
	inf->listed = 0;
	touch(inf);
	if (inf->handlers && inf->handlers->synced)
		inf->handlers->synced(inf->arg);
}

/* An object that a streaming list has just given is taken back by it. */
static void forget_pending(struct informer *inf, const struct object *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < inf->n_pending; i++) {
		struct entry *e = inf->pending[i];

		if (entry_cmp(e, key_ns(inf, o), o->name) == 0)
			bury(inf, e);
		else
			inf->pending[kept++] = e;
	}
	inf->n_pending = kept;
}

static void op_apply(void *arg, enum reflector_event event, const struct object *o)
{
	struct informer *inf = arg;
	struct str ns = key_ns(inf, o);
	struct entry *old, *e;

	inf->ctx->events++;
	if (event == REFLECTOR_DELETE) {
		if (inf->replacing)
			forget_pending(inf, o);
		delete(inf, ns, o->name, o->rv);
		return;
	}
	old = store_find(inf->store, ns, o->name);
	if (old && is_unchanged(old, o))
		return;
	e = make_entry(inf, o);
	e->seen = inf->list;
	e->changed = clock_wall();
	put(inf, e, o);
}

static void op_state(void *arg, enum kind_state state, const char *message)
{
	struct informer *inf = arg;

	if (!inf->fixed_state)
		set_state(inf, state, message);
}

static void op_timer(void *arg, int64_t at)
{
	struct informer *inf = arg;

	if (at == INT64_MAX)
		client_timer_cancel(inf->ctx->client, &inf->timer);
	else
		client_timer_set(inf->ctx->client, &inf->timer, at);
}

static void fire(struct client_timer *timer)
{
	struct informer *inf =
		(struct informer *)(void *)((char *)timer - offsetof(struct informer, timer));

	reflector_timer(&inf->reflector, clock_now());
}

static uint64_t op_random(void *arg)
{
	struct informer *inf = arg;
	uint64_t x = inf->ctx->seed += 0x9e3779b97f4a7c15u;

	/* splitmix64: good enough for jitter, and repeatable in tests */
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static void op_listed(void *arg)
{
	struct informer *inf = arg;

	if (inf->request)
		request_release_slot(inf->request);
}

/* ---- requests ---- */

static void on_head(struct request *request, void *arg, const struct request_head *head)
{
	struct informer *inf = arg;

	(void)request;
	inf->http_code = head->status;
	inf->retry_after = head->retry_after;
	touch(inf); /* one watch more, perhaps */
	if (head->status == 200)
		reflector_opened(&inf->reflector, clock_now());
}

static int on_value(void *arg, struct str text)
{
	struct informer *inf = arg;

	if (inf->watching)
		return reflector_frame(&inf->reflector, clock_now(), text);
	return reflector_item(&inf->reflector, clock_now(), text);
}

/* The reflector has turned to something else: what comes belongs to nobody. */
static int on_data(struct request *request, void *arg, const char *p, size_t n)
{
	struct informer *inf = arg;
	struct error err = ERROR_INIT;
	int rc;

	if (inf->http_code != 200) {
		if (inf->body.len < ERROR_BODY_MAX)
			buf_add(&inf->body, p, n < ERROR_BODY_MAX - inf->body.len ? n
					: ERROR_BODY_MAX - inf->body.len);
		return 0;
	}
	rc = framer_feed(&inf->framer, p, n, &err);
	if (inf->request != request) {
		error_release(&err);
		return -1;
	}
	if (rc < 0) {
		inf->request = NULL;
		request_cancel(request);
		reflector_broken(&inf->reflector, clock_now(), &err);
		error_release(&err);
		return -1;
	}
	if (rc > 0 && inf->request == request) {
		inf->request = NULL;
		request_cancel(request);
		return -1;
	}
	return 0;
}

static void answer_failed(struct informer *inf)
{
	const char *verb = inf->watching ? "watch" : "list";
	char *what = mem_printf("%s %s.%s", verb, inf->kind->gvr.resource, inf->kind->gvr.group);
	struct status st;

	status_read(&st, inf->http_code, buf_str(&inf->body), what);
	if (st.retry_after < 0)
		st.retry_after = inf->retry_after;
	reflector_failed(&inf->reflector, clock_now(), &st);
	status_release(&st);
	free(what);
}

/* A list that came as 200 but is a Status, or no list at all. */
static void list_done(struct informer *inf)
{
	struct str envelope = buf_str(&inf->framer.envelope);

	if (status_is_failure(envelope)) {
		buf_reset(&inf->body);
		buf_addstr(&inf->body, envelope);
		answer_failed(inf);
		return;
	}
	reflector_page(&inf->reflector, clock_now(), envelope);
}

static void on_done(struct request *request, void *arg, const struct error *err)
{
	struct informer *inf = arg;
	struct error cut = ERROR_INIT;

	if (inf->request != request)
		return;
	inf->request = NULL;
	touch(inf);
	if (err->code != ERROR_NONE) {
		reflector_broken(&inf->reflector, clock_now(), err);
	} else if (inf->http_code != 200) {
		answer_failed(inf);
	} else if (inf->watching) {
		/* Half an event at the end is dropped: it will come again. */
		reflector_closed(&inf->reflector, clock_now());
	} else if (framer_is_whole(&inf->framer)) {
		list_done(inf);
	} else {
		error_set(&cut, ERROR_CUT, "the list's answer ends early");
		reflector_broken(&inf->reflector, clock_now(), &cut);
		error_release(&cut);
	}
}

static const struct request_ops request_ops = { on_head, on_data, on_done };

static void send(struct informer *inf, const char *query, bool watch, struct request_spec *spec)
{
	struct buf path = BUF_INIT(64 << 10);
	struct str ns = inf->kind->namespaced ? str_of(inf->ns) : STR("");

	gvr_path(&inf->kind->gvr, ns, STR(""), &path);
	buf_addz(&path, query);
	spec->path = buf_text(&path);
	if (inf->request)
		request_cancel(inf->request);
	framer_release(&inf->framer);
	framer_init(&inf->framer, watch ? FRAMER_WATCH : FRAMER_LIST, on_value, inf);
	buf_reset(&inf->body);
	inf->watching = watch;
	inf->http_code = 0;
	inf->retry_after = -1;
	inf->request = client_send(inf->ctx->client, spec, &request_ops, inf);
	if (inf->ctx->paused)
		request_pause(inf->request);
	touch(inf);
	buf_release(&path);
}

static void op_list(void *arg, const char *query)
{
	struct request_spec spec = { .lane = REQUEST_SHORT, .slot = true, .idle_timeout = SHORT_TIMEOUT };

	send(arg, query, false, &spec);
}

static void op_watch(void *arg, const char *query, int64_t deadline, bool initial)
{
	struct request_spec spec = {
		.lane = REQUEST_WATCH,
		.slot = initial,
		.total_timeout = deadline,
	};

	send(arg, query, true, &spec);
}

static const struct reflector_ops reflector_ops = {
	.list = op_list,
	.watch = op_watch,
	.timer = op_timer,
	.replace_begin = op_replace_begin,
	.replace_item = op_replace_item,
	.replace_end = op_replace_end,
	.replace_abort = op_replace_abort,
	.apply = op_apply,
	.listed = op_listed,
	.state = op_state,
	.random = op_random,
};

/* ---- life ---- */

struct informer *informer_new(struct informer_context *ctx, struct kind *kind, struct str ns,
	bool logged, const struct informer_handlers *handlers, void *arg)
{
	struct informer *inf = mem_zalloc(sizeof(*inf));
	char *name = mem_printf("%s.%s", kind->gvr.resource, kind->gvr.group);

	kind->version = entry_next_version();
	inf->ctx = ctx;
	inf->kind = kind;
	inf->ns = str_dup(ns);
	inf->logged = logged;
	inf->handlers = handlers;
	inf->arg = arg;
	inf->shelf = nursery_shelf(ctx->nursery, str_of(name));
	inf->store = store_new(ctx->retire);
	inf->timer.fire = fire;
	inf->state = KIND_LISTING;
	inf->since = clock_wall();
	buf_init(&inf->body, ERROR_BODY_MAX + FRAMER_ENVELOPE_MAX);
	framer_init(&inf->framer, FRAMER_WATCH, on_value, inf);
	reflector_init(&inf->reflector, &reflector_ops, inf, &ctx->server);
	touch(inf);
	free(name);
	return inf;
}

void informer_start(struct informer *inf)
{
	reflector_start(&inf->reflector, clock_now());
}

void informer_kick(struct informer *inf)
{
	reflector_kick(&inf->reflector, clock_now());
}

void informer_stop(struct informer *inf)
{
	client_timer_cancel(inf->ctx->client, &inf->timer);
	request_cancel(inf->request);
	inf->request = NULL;
	if (inf->replacing)
		op_replace_abort(inf);
	inf->reflector.phase = REFLECTOR_IDLE;
}

void informer_clear(struct informer *inf)
{
	inf->list++;
	sweep(inf);
}

static void bury_all(struct informer *inf)
{
	const struct store_root *all = store_publish(inf->store);

	for (size_t i = 0; i < all->n_chunks; i++) {
		for (size_t k = 0; k < all->chunks[i]->count; k++)
			bury(inf, all->chunks[i]->entries[k]);
	}
}

void informer_free(struct informer *inf)
{
	if (!inf)
		return;
	informer_stop(inf);
	bury_all(inf);
	store_free(inf->store);
	if (inf->root)
		retire_add(inf->ctx->retire, inf->root, retire_root, NULL);
	retire_add(inf->ctx->retire, inf->kind, retire_kind, NULL);
	reflector_release(&inf->reflector);
	framer_release(&inf->framer);
	buf_release(&inf->body);
	free(inf->pending);
	free(inf->message);
	free(inf->ns);
	inf->ctx->dirty = true;
	free(inf);
}

const struct kind *informer_kind(const struct informer *inf)
{
	return inf->kind;
}

void informer_set_kind(struct informer *inf, struct kind *kind)
{
	kind->id = inf->kind->id;
	kind->version = entry_next_version();
	retire_add(inf->ctx->retire, inf->kind, retire_kind, NULL);
	inf->kind = kind;
	touch(inf);
}

void informer_set_state(struct informer *inf, enum kind_state state, const char *message)
{
	inf->fixed_state = true;
	set_state(inf, state, message);
}

enum kind_state informer_state(const struct informer *inf)
{
	return inf->state;
}

const char *informer_message(const struct informer *inf)
{
	return inf->message;
}

uint64_t informer_version(const struct informer *inf)
{
	return inf->root ? inf->root->store->version : 0;
}

bool informer_is_watching(const struct informer *inf)
{
	return inf->request && inf->watching && inf->http_code == 200;
}

void informer_pause(struct informer *inf, bool paused)
{
	if (!inf->request)
		return;
	if (paused)
		request_pause(inf->request);
	else
		request_resume(inf->request);
}

static bool can_be_stale(enum kind_state state)
{
	return state == KIND_SYNCED || state == KIND_FAILING || state == KIND_POLLING;
}

const struct kind_root *informer_publish(struct informer *inf, unsigned flags)
{
	struct kind_root *root;

	if (!inf->reflector.synced || !can_be_stale(inf->state))
		flags &= ~(unsigned)INFORMER_STALE;
	if (inf->root && !inf->dirty && flags == inf->flags)
		return inf->root;
	root = mem_zalloc(sizeof(*root));
	root->kind = inf->kind;
	root->state = flags & INFORMER_STALE ? KIND_STALE : inf->state;
	root->ever_synced = inf->reflector.synced;
	root->no_crd = (flags & INFORMER_NO_CRD) != 0;
	root->bare = (flags & INFORMER_BARE) != 0;
	root->listed = inf->listed;
	root->since = inf->since;
	root->message = inf->message ? mem_strdup(inf->message) : NULL;
	root->store = store_publish(inf->store);
	if (inf->root)
		retire_add(inf->ctx->retire, inf->root, retire_root, NULL);
	inf->root = root;
	inf->dirty = false;
	inf->flags = flags;
	return root;
}
