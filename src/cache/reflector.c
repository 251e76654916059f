/*
 * What is next: now, after a wait, by a list or by a watch. The two ways are in
 * reflector_list.c and reflector_watch.c.
 */
#include "cache/reflector_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "kube/gvr.h"
#include "kube/status.h"

#define VERY_SHORT	  CLOCK_S
#define STOOD_FIRM	  (10 * CLOCK_S)
#define STREAM_PATIENCE	  (30 * CLOCK_S) /* without any event or the end of the list */
#define INITIALIZING_STEP (200 * CLOCK_MS)
#define INITIALIZING_HUSH (10 * CLOCK_S)
#define BAD_FRAMES_MAX	  3

void reflector_init(struct reflector *r, const struct reflector_ops *ops, void *arg,
	struct reflector_server *server)
{
	memset(r, 0, sizeof(*r));
	r->ops = ops;
	r->arg = arg;
	r->server = server;
	r->rv = mem_strdup("");
	buf_init(&r->query, 64 << 10);
}

void reflector_release(struct reflector *r)
{
	free(r->rv);
	free(r->token);
	free(r->list_rv);
	buf_release(&r->query);
}

void reflector_set(char **field, struct str value)
{
	char *copy = str_dup(value);

	free(*field);
	*field = copy;
}

void reflector_set_rv(struct reflector *r, struct str rv)
{
	if (rv.len == 0 || str_is(rv, r->rv))
		return;
	reflector_set(&r->rv, rv);
	r->bad_frames = 0;
}

/* ---- what is sent ---- */

void reflector_add_param(struct buf *query, const char *name, const char *value)
{
	buf_addf(query, "%c%s=", query->len ? '&' : '?', name);
	gvr_escape(str_of(value), query);
}

const char *reflector_known_rv(const struct reflector *r)
{
	return r->rv_unavailable ? "" : r->rv;
}

void reflector_begin(struct reflector *r, enum reflector_phase phase, int64_t now)
{
	r->phase = phase;
	r->opened = now;
	r->answered = false;
	r->n_events = 0;
}

/* ---- what is next ---- */

void reflector_relist(struct reflector *r, int64_t now)
{
	bool stream = !r->no_stream && !r->server->no_streaming && !r->polling;

	r->ops->timer(r->arg, INT64_MAX);
	r->no_stream = false;
	if (!stream) {
		reflector_list_start(r, now);
		return;
	}
	r->ops->replace_begin(r->arg);
	reflector_watch_start(r, now, true);
}

static void go_on(struct reflector *r, int64_t now)
{
	if (r->next == NEXT_WATCH && r->synced)
		reflector_watch_start(r, now, false);
	else
		reflector_relist(r, now);
}

void reflector_abandon(struct reflector *r)
{
	if (r->phase == REFLECTOR_LIST || r->phase == REFLECTOR_STREAM)
		r->ops->replace_abort(r->arg);
	r->phase = REFLECTOR_IDLE;
}

void reflector_wait(struct reflector *r, int64_t now, int64_t delay, enum reflector_next next)
{
	reflector_abandon(r);
	r->phase = REFLECTOR_WAIT;
	r->next = next;
	r->ops->timer(r->arg, now + delay);
}

static int64_t next_backoff(struct reflector *r, int64_t now)
{
	return backoff_next(&r->backoff, now, r->ops->random(r->arg));
}

void reflector_back_off(struct reflector *r, int64_t now, enum reflector_next next)
{
	reflector_wait(r, now, next_backoff(r, now), next);
}

void reflector_again(struct reflector *r, int64_t now)
{
	enum reflector_next next = r->phase == REFLECTOR_WATCH ? NEXT_WATCH : NEXT_LIST;

	reflector_abandon(r);
	r->next = next;
	go_on(r, now);
}

void reflector_start(struct reflector *r, int64_t now)
{
	r->started = now;
	reflector_relist(r, now);
}

void reflector_kick(struct reflector *r, int64_t now)
{
	if (r->phase != REFLECTOR_WAIT)
		return;
	r->ops->timer(r->arg, INT64_MAX);
	go_on(r, now);
}

bool reflector_rests(const struct reflector *r)
{
	bool rests = r->phase == REFLECTOR_WATCH || (r->phase == REFLECTOR_WAIT && r->polling);

	/* "0" names no version. */
	return rests && r->synced && !r->rv_unavailable && *r->rv && strcmp(r->rv, "0") != 0;
}

void reflector_distrust(struct reflector *r, int64_t now)
{
	if (r->phase == REFLECTOR_IDLE)
		return;
	reflector_abandon(r);
	r->rv_unavailable = true;
	reflector_relist(r, now);
}

/* ---- what comes ---- */

void reflector_opened(struct reflector *r, int64_t now)
{
	r->opened = r->progressed = now;
	r->answered = true;
	if (r->phase != REFLECTOR_WATCH && !r->synced)
		r->ops->state(r->arg, KIND_LISTING, NULL);
	if (r->phase == REFLECTOR_STREAM) {
		r->ops->timer(r->arg, now + STREAM_PATIENCE);
	} else if (r->phase == REFLECTOR_WATCH) {
		r->initializing = 0;
		r->polling = false;
		r->ops->state(r->arg, KIND_SYNCED, NULL);
	}
}

void reflector_synced(struct reflector *r, struct str rv)
{
	reflector_set_rv(r, rv);
	r->synced = true;
	r->rv_unavailable = false;
	r->initializing = 0;
	r->bad_frames = 0;
	r->cut_streams = 0;
	r->ops->replace_end(r->arg);
}

/* Nothing is wrong with a stream that stood for a while: the failures before it
 * do not make the next wait longer. */
static void forgive(struct reflector *r, int64_t now)
{
	if (now - r->opened >= STOOD_FIRM)
		backoff_reset(&r->backoff);
}

void reflector_closed(struct reflector *r, int64_t now)
{
	bool very_short = r->n_events == 0 && now - r->opened < VERY_SHORT;

	forgive(r, now);
	switch (r->phase) {
	case REFLECTOR_STREAM:
		reflector_stream_cut(r, now, very_short);
		break;
	case REFLECTOR_WATCH:
		/* Proxies have been seen to close a stale watch without a word: watching
		 * again for ever would never notice (client-go: "very short watch"). */
		if (very_short)
			reflector_back_off(r, now, NEXT_LIST);
		else
			reflector_again(r, now);
		break;
	default:
		break;
	}
}

/* ---- failure ---- */

static int64_t longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void reflector_tell_failure(struct reflector *r, enum kind_state state, const struct status *st)
{
	char *text = status_text(st);

	r->ops->state(r->arg, state, text);
	free(text);
}

int reflector_no_room(struct reflector *r, int64_t now, struct error *err)
{
	r->ops->state(r->arg, KIND_FAILING, err->text);
	error_release(err);
	reflector_wait(r, now, FORBIDDEN_RETRY, NEXT_LIST);
	return -1;
}

/* What the server asks for, in ns; nobody waits longer than for a right that was
 * refused. */
static int64_t retry_after(const struct status *st, int64_t otherwise)
{
	int64_t seconds = st->retry_after > 0 ? st->retry_after : otherwise;

	return seconds < FORBIDDEN_RETRY / CLOCK_S ? seconds * CLOCK_S : FORBIDDEN_RETRY;
}

/* The server's cache of this kind fills: soon and quietly again. */
static void initializing(
	struct reflector *r, int64_t now, const struct status *st, enum reflector_next next)
{
	unsigned n = r->initializing++;
	int64_t delay = n < 12 ? INITIALIZING_STEP << n : INITIALIZING_STEP << 12;
	int64_t asked = retry_after(st, 1);

	if (n == 0)
		r->initializing_since = now;
	if (now - r->initializing_since >= INITIALIZING_HUSH)
		reflector_tell_failure(r, KIND_FAILING, st);
	reflector_wait(r, now, delay < asked ? delay : asked, next);
}

void reflector_too_many(
	struct reflector *r, int64_t now, const struct status *st, enum reflector_next next)
{
	int64_t asked = retry_after(st, 0);

	if (status_is_initializing(st)) {
		initializing(r, now, st, next);
		return;
	}
	reflector_tell_failure(r, KIND_FAILING, st);
	reflector_wait(r, now, longer(next_backoff(r, now), asked), next);
}

void reflector_failed(struct reflector *r, int64_t now, const struct status *st)
{
	switch (r->phase) {
	case REFLECTOR_LIST:
		reflector_list_failed(r, now, st);
		break;
	case REFLECTOR_STREAM:
		reflector_stream_failed(r, now, st);
		break;
	case REFLECTOR_WATCH:
		reflector_watch_failed(r, now, st);
		break;
	default:
		break;
	}
}

static bool is_unreadable(const struct error *why)
{
	return why->code == ERROR_INVALID || why->code == ERROR_TOO_LARGE;
}

/* The connection's fault: nothing that was learnt is wrong. The client's gate
 * holds what is sent next while there is no connection; a server that takes
 * connections only to cut them is not asked in a hot loop. What the client has
 * cut itself is asked for again at once. */
static void cut_off(struct reflector *r, int64_t now, const struct error *why)
{
	bool very_short = r->n_events == 0 && now - r->opened < VERY_SHORT;
	bool lists = r->phase == REFLECTOR_LIST || r->phase == REFLECTOR_STREAM;

	forgive(r, now);
	if (why->code == ERROR_CUT && r->phase == REFLECTOR_STREAM) {
		reflector_stream_cut(r, now, very_short);
	} else if ((why->code == ERROR_CUT && r->phase == REFLECTOR_LIST) ||
		   (why->code == ERROR_TIMEOUT && lists && r->answered)) {
		/* What breaks a list in the middle may do so each time. */
		r->ops->state(r->arg, KIND_FAILING, why->text);
		reflector_back_off(r, now, NEXT_LIST);
	} else if (why->code == ERROR_CUT && very_short) {
		reflector_back_off(r, now, NEXT_WATCH);
	} else {
		reflector_again(r, now);
	}
}

void reflector_broken(struct reflector *r, int64_t now, const struct error *why)
{
	if (r->phase == REFLECTOR_IDLE || r->phase == REFLECTOR_WAIT)
		return;
	if (!is_unreadable(why)) {
		cut_off(r, now, why);
		return;
	}
	if (r->phase == REFLECTOR_WATCH && ++r->bad_frames < BAD_FRAMES_MAX) {
		if (r->bad_frames == 1)
			reflector_again(r, now);
		else
			reflector_back_off(r, now, NEXT_WATCH);
		return;
	}
	r->no_stream = r->phase == REFLECTOR_STREAM;
	r->ops->state(r->arg, KIND_FAILING, why->text);
	reflector_back_off(r, now, NEXT_LIST);
}

void reflector_timer(struct reflector *r, int64_t now)
{
	if (r->phase == REFLECTOR_WAIT) {
		go_on(r, now);
		return;
	}
	if (r->phase != REFLECTOR_STREAM)
		return;
	if (now - r->progressed < STREAM_PATIENCE) {
		r->ops->timer(r->arg, r->progressed + STREAM_PATIENCE);
		return;
	}
	/* A server that knows no streaming lists gives a plain watch. */
	r->server->no_streaming = true;
	reflector_abandon(r);
	reflector_relist(r, now);
}
