#include "cache/informer_internal.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/contents.h"
#include "cache/entry.h"
#include "kube/object.h"
#include "kube/status.h"
#include "net/client.h"
#include "net/framer.h"

#define TURN_WAIT_MAX (1000000 * CLOCK_S) /* what turns later is looked at again then */

/* ---- small things ---- */

void informer_touch(struct informer *inf)
{
	inf->contents->dirty = true;
	inf->ctx->dirty = true;
}

static void retire_kind(void *ptr, void *arg)
{
	(void)arg;
	kind_free(ptr);
}

static void retire_root(void *ptr, void *arg)
{
	struct kind_root *root = ptr;

	(void)arg;
	free((char *)root->message);
	free((char *)root->only);
	free(root);
}

void informer_say(struct informer *inf, enum kind_state state, const char *message)
{
	bool same = state == inf->state && str_eq(str_of(inf->message), str_of(message)) &&
		    !inf->message == !message;

	if (same)
		return;
	if (state != inf->state)
		inf->since = clock_wall();
	inf->state = state;
	free(inf->message);
	inf->message = message ? mem_strdup(message) : NULL;
	informer_touch(inf);
}

/* ---- verdicts that change without an event ---- */

/* The first turn is in seconds of the wall clock, a timer in those since start. */
void informer_set_turn_timer(struct informer *inf)
{
	int64_t at = inf->contents->judging ? 0 : contents_turns_at(inf->contents);
	int64_t wall, wait;

	if (at == inf->turns_at)
		return;
	wall = clock_wall();
	inf->turns_at = at;
	if (at == INT64_MAX) {
		client_timer_cancel(inf->ctx->client, &inf->turn_timer);
		return;
	}
	wait = at - wall / CLOCK_S > TURN_WAIT_MAX / CLOCK_S ? TURN_WAIT_MAX : at * CLOCK_S - wall;
	client_timer_set(inf->ctx->client, &inf->turn_timer, clock_now() + (wait > 0 ? wait : 0));
}

static void turn(struct client_timer *timer)
{
	struct informer *inf =
		(struct informer *)(void *)((char *)timer - offsetof(struct informer, turn_timer));
	int64_t now = clock_wall() / CLOCK_S;

	contents_turn(inf->contents, now);
	if (inf->contents->judging)
		contents_judge_some(inf->contents, now);
	inf->turns_at = INT64_MAX;
	informer_set_turn_timer(inf);
}

void informer_judge(struct informer *inf)
{
	if (contents_judge_anew(inf->contents))
		informer_distrust(inf);
	informer_set_turn_timer(inf);
}

/* ---- life ---- */

struct informer *informer_make(struct informer_context *ctx, struct str ns)
{
	struct informer *inf = mem_zalloc(sizeof(*inf));

	inf->ctx = ctx;
	inf->ns = str_dup(ns);
	inf->contents = &inf->own;
	inf->turn_timer.fire = turn;
	inf->turns_at = INT64_MAX;
	inf->state = KIND_LISTING;
	inf->since = clock_wall();
	informer_requests_init(inf);
	return inf;
}

struct informer *informer_new(struct informer_context *ctx, struct kind *kind, struct str ns,
	bool logged, const struct informer_handlers *handlers, void *arg)
{
	struct informer *inf = informer_make(ctx, ns);

	kind->version = entry_next_version();
	inf->kind = kind;
	contents_init(&inf->own, ctx, kind);
	contents_part_init(&inf->part, &inf->own, NULL);
	inf->own.logged = logged;
	inf->own.handlers = handlers;
	inf->own.arg = arg;
	/* who is told of objects needs them whole */
	if (logged && !handlers)
		ceiling_add(&ctx->ceiling, &inf->own);
	inf->pages.no_streaming = true;
	reflector_init(&inf->reflector, &informer_reflector_ops, inf,
		informer_has_store(inf) ? &ctx->server : &inf->pages);
	inf->reflector.optional = !informer_has_store(inf);
	return inf;
}

/* ---- its life ---- */

void informer_start(struct informer *inf)
{
	reflector_start(&inf->reflector, clock_now());
}

void informer_hurry(struct informer *inf)
{
	inf->hurried = true;
}

void informer_kick(struct informer *inf)
{
	reflector_kick(&inf->reflector, clock_now());
	for (size_t i = 0; i < inf->n_narrow; i++)
		informer_kick(inf->narrow[i]);
}

void informer_stop(struct informer *inf)
{
	client_timer_cancel(inf->ctx->client, &inf->timer);
	client_timer_cancel(inf->ctx->client, &inf->turn_timer);
	inf->turns_at = INT64_MAX;
	request_cancel(inf->request);
	inf->request = NULL;
	if (inf->part.replacing)
		contents_abort(&inf->part);
	inf->reflector.phase = REFLECTOR_IDLE;
	for (size_t i = 0; i < inf->n_narrow; i++)
		informer_stop(inf->narrow[i]);
}

void informer_clear(struct informer *inf)
{
	contents_clear(inf->contents);
}

void informer_free(struct informer *inf)
{
	if (!inf)
		return;
	informer_stop(inf);
	informer_free_narrow(inf);
	contents_part_release(&inf->part);
	if (!inf->of)
		contents_release(&inf->own);
	if (inf->root)
		retire_add(inf->ctx->retire, inf->root, retire_root, NULL);
	if (inf->kind)
		retire_add(inf->ctx->retire, inf->kind, retire_kind, NULL);
	reflector_release(&inf->reflector);
	framer_release(&inf->framer);
	buf_release(&inf->body);
	free(inf->message);
	free(inf->ns);
	free(inf);
}

const struct kind *informer_kind(const struct informer *inf)
{
	return inf->of ? inf->of->kind : inf->kind;
}

void informer_set_kind(struct informer *inf, struct kind *kind)
{
	kind->id = inf->kind->id;
	kind->version = entry_next_version();
	retire_add(inf->ctx->retire, inf->kind, retire_kind, NULL);
	inf->kind = kind;
	inf->contents->kind = kind;
	if (contents_keep_anew(inf->contents))
		informer_distrust(inf);
	informer_touch(inf);
}

void informer_set_state(struct informer *inf, enum kind_state state, const char *message)
{
	inf->fixed_state = true;
	informer_say(inf, state, message);
}

enum kind_state informer_state(const struct informer *inf)
{
	return informer_said_state(inf);
}

const char *informer_message(const struct informer *inf)
{
	return informer_speaker(inf)->message;
}

uint64_t informer_version(const struct informer *inf)
{
	return inf->root ? inf->root->store->version : 0;
}

size_t informer_watches(const struct informer *inf)
{
	size_t n = inf->request && inf->watching && inf->http_code == 200;

	for (size_t i = 0; i < inf->n_narrow; i++)
		n += informer_watches(inf->narrow[i]);
	return n;
}

const char *informer_ns(const struct informer *inf)
{
	return informer_kind(inf)->namespaced ? inf->ns : "";
}

const char *informer_rv(const struct informer *inf)
{
	return reflector_rests(&inf->reflector) ? inf->reflector.rv : NULL;
}

const struct store_root *informer_store(struct informer *inf)
{
	return store_publish(inf->contents->store);
}

void informer_distrust(struct informer *inf)
{
	if (!inf->n_narrow)
		reflector_distrust(&inf->reflector, clock_now());
	for (size_t i = 0; i < inf->n_narrow; i++)
		informer_distrust(inf->narrow[i]);
}

void informer_pause(struct informer *inf, bool paused)
{
	for (size_t i = 0; i < inf->n_narrow; i++)
		informer_pause(inf->narrow[i], paused);
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

static struct kind_root *make_root(struct informer *inf, unsigned flags)
{
	struct kind_root *root = mem_zalloc(sizeof(*root));
	const struct informer *says = informer_speaker(inf);

	root->kind = inf->kind;
	root->state = flags & INFORMER_STALE ? KIND_STALE : informer_said_state(inf);
	root->ever_synced = inf->contents->synced;
	root->no_crd = (flags & INFORMER_NO_CRD) != 0;
	root->bare = (flags & INFORMER_BARE) != 0;
	root->watched = informer_is_watched(inf);
	root->refreshing = informer_lags(inf);
	/* texts that columns want whole are there once they have been listed anew */
	root->on_demand = contents_is_reduced(inf->contents) || root->refreshing;
	root->listed = inf->contents->listed;
	root->since = says->since;
	root->message = says->message ? mem_strdup(says->message) : NULL;
	root->only = informer_only(inf);
	root->store = store_publish(inf->contents->store);
	return root;
}

const struct kind_root *informer_publish(struct informer *inf, unsigned flags)
{
	struct kind_root *root;

	if (!inf->contents->synced || !can_be_stale(informer_speaker(inf)->state))
		flags &= ~(unsigned)INFORMER_STALE;
	if (inf->root && !inf->contents->dirty && flags == inf->flags)
		return inf->root;
	root = make_root(inf, flags);
	if (inf->root)
		retire_add(inf->ctx->retire, inf->root, retire_root, NULL);
	inf->root = root;
	inf->contents->dirty = false;
	inf->flags = flags;
	return root;
}
