#include "cache/reflector.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "json/scan.h"
#include "kube/answer.h"
#include "kube/gvr.h"
#include "kube/object.h"
#include "kube/status.h"

#define PAGE		  500
#define WATCH_MIN	  300 /* seconds; client-go asks for [300, 600) */
#define WATCH_GRACE	  (30 * CLOCK_S)
#define VERY_SHORT	  CLOCK_S
#define STREAM_PATIENCE	  (30 * CLOCK_S) /* without any event or the end of the list */
#define POLL		  (30 * CLOCK_S)
#define FORBIDDEN_RETRY	  (300 * CLOCK_S)
#define INITIALIZING_STEP (200 * CLOCK_MS)
#define INITIALIZING_HUSH (10 * CLOCK_S)
#define NOT_FOUND_HUSH	  (10 * CLOCK_S)
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

static void set(char **field, struct str value)
{
	char *copy = str_dup(value);

	free(*field);
	*field = copy;
}

static void set_rv(struct reflector *r, struct str rv)
{
	if (rv.len == 0 || str_is(rv, r->rv))
		return;
	set(&r->rv, rv);
	r->bad_frames = 0;
}

/* ---- requests ---- */

static void add_param(struct buf *query, const char *name, const char *value)
{
	buf_addf(query, "%c%s=", query->len ? '&' : '?', name);
	gvr_escape(str_of(value), query);
}

static const char *known_rv(const struct reflector *r)
{
	return r->rv_unavailable ? "" : r->rv;
}

static void begin(struct reflector *r, enum reflector_phase phase, int64_t now)
{
	r->phase = phase;
	r->opened = now;
	r->n_events = 0;
}

/* engine.md 1.3: a list at a known version is asked for unpaged and not older;
 * without one it is consistent and paged; pages after the first carry nothing
 * but their token. */
static void send_list(struct reflector *r, int64_t now)
{
	const char *rv = known_rv(r);

	buf_reset(&r->query);
	if (r->token) {
		buf_addf(&r->query, "?limit=%d", PAGE);
		add_param(&r->query, "continue", r->token);
	} else if (*rv) {
		add_param(&r->query, "resourceVersion", rv);
		add_param(&r->query, "resourceVersionMatch", "NotOlderThan");
	} else if (!r->whole_retry) {
		buf_addf(&r->query, "?limit=%d", PAGE);
	}
	begin(r, REFLECTOR_LIST, now);
	r->ops->list(r->arg, buf_text(&r->query));
}

static void start_list(struct reflector *r, int64_t now)
{
	free(r->token);
	r->token = NULL;
	r->whole_retry = false;
	r->ops->replace_begin(r->arg);
	send_list(r, now);
}

static void send_watch(struct reflector *r, int64_t now, bool initial)
{
	int seconds = WATCH_MIN + (int)(r->ops->random(r->arg) % WATCH_MIN);
	const char *rv = known_rv(r);

	buf_reset(&r->query);
	buf_addf(&r->query, "?watch=true&allowWatchBookmarks=true&timeoutSeconds=%d", seconds);
	if (initial)
		buf_addz(&r->query, "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
	if (*rv)
		add_param(&r->query, "resourceVersion", rv);
	begin(r, initial ? REFLECTOR_STREAM : REFLECTOR_WATCH, now);
	r->ops->timer(r->arg, INT64_MAX);
	r->ops->watch(r->arg, buf_text(&r->query), seconds * CLOCK_S + WATCH_GRACE, initial);
}

/* A list by whichever way the server has. */
static void relist(struct reflector *r, int64_t now)
{
	bool stream = !r->no_stream && !r->server->no_streaming && !r->polling;

	r->ops->timer(r->arg, INT64_MAX);
	r->no_stream = false;
	if (!stream) {
		start_list(r, now);
		return;
	}
	r->ops->replace_begin(r->arg);
	send_watch(r, now, true);
}

static void go_on(struct reflector *r, int64_t now)
{
	if (r->next == NEXT_WATCH && r->synced)
		send_watch(r, now, false);
	else
		relist(r, now);
}

/* Gives up the list under way, if there is one: the store stays as it was. */
static void abandon(struct reflector *r)
{
	if (r->phase == REFLECTOR_LIST || r->phase == REFLECTOR_STREAM)
		r->ops->replace_abort(r->arg);
	r->phase = REFLECTOR_IDLE;
}

static void wait_for(struct reflector *r, int64_t now, int64_t delay, enum reflector_next next)
{
	abandon(r);
	r->phase = REFLECTOR_WAIT;
	r->next = next;
	r->ops->timer(r->arg, now + delay);
}

static int64_t next_backoff(struct reflector *r, int64_t now)
{
	return backoff_next(&r->backoff, now, r->ops->random(r->arg));
}

static void back_off(struct reflector *r, int64_t now, enum reflector_next next)
{
	wait_for(r, now, next_backoff(r, now), next);
}

/* What was under way is tried again at once. */
static void again(struct reflector *r, int64_t now)
{
	enum reflector_next next = r->phase == REFLECTOR_WATCH ? NEXT_WATCH : NEXT_LIST;

	abandon(r);
	r->next = next;
	go_on(r, now);
}

void reflector_start(struct reflector *r, int64_t now)
{
	r->started = now;
	relist(r, now);
}

void reflector_kick(struct reflector *r, int64_t now)
{
	if (r->phase != REFLECTOR_WAIT)
		return;
	r->ops->timer(r->arg, INT64_MAX);
	go_on(r, now);
}

/* ---- success ---- */

void reflector_opened(struct reflector *r, int64_t now)
{
	r->opened = r->progressed = now;
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

static void synced(struct reflector *r, struct str rv)
{
	set_rv(r, rv);
	r->synced = true;
	r->rv_unavailable = false;
	r->initializing = 0;
	r->bad_frames = 0;
	r->cut_streams = 0;
	r->ops->replace_end(r->arg);
}

int reflector_item(struct reflector *r, int64_t now, struct str text)
{
	struct object o;
	struct error err = ERROR_INIT;

	if (r->phase != REFLECTOR_LIST)
		return -1;
	if (object_scan(text, &o, &err) < 0 || o.name.len == 0) {
		/* One object that cannot be read must not hide the others. */
		error_release(&err);
		return 0;
	}
	r->progressed = now;
	r->ops->replace_item(r->arg, &o);
	return 0;
}

static void bad_list(struct reflector *r, int64_t now, const char *what)
{
	r->ops->state(r->arg, KIND_FAILING, what);
	back_off(r, now, NEXT_LIST);
}

static void list_ended(struct reflector *r, int64_t now)
{
	struct str rv = str_of(r->list_rv);

	r->phase = REFLECTOR_IDLE;
	synced(r, rv);
	if (r->polling) {
		r->ops->state(r->arg, KIND_POLLING, NULL);
		if (now - r->polling_since >= FORBIDDEN_RETRY) {
			send_watch(r, now, false);
			return;
		}
		wait_for(r, now, backoff_jitter(POLL, 20, r->ops->random(r->arg)), NEXT_LIST);
		return;
	}
	r->ops->state(r->arg, KIND_SYNCED, NULL);
	send_watch(r, now, false);
}

void reflector_page(struct reflector *r, int64_t now, struct str envelope)
{
	struct answer_list e;

	if (r->phase != REFLECTOR_LIST)
		return;
	if (answer_read_list(envelope, &e) < 0) {
		bad_list(r, now, "the list's answer is no JSON object");
		return;
	}
	if (!str_ends(e.kind, STR("List"))) {
		bad_list(r, now, "unsupported list: the answer is of another kind");
		return;
	}
	if (!r->token) {
		if (e.rv.len == 0) {
			bad_list(r, now, "the list has no resourceVersion");
			return;
		}
		set(&r->list_rv, e.rv);
	}
	if (e.token.len == 0) {
		list_ended(r, now);
		return;
	}
	if (r->token && str_is(e.token, r->token)) {
		bad_list(r, now, "the server gives the same continue token twice");
		return;
	}
	set(&r->token, e.token);
	send_list(r, now);
}

/* ---- events ---- */

static void stream_error(struct reflector *r, int64_t now, struct str object)
{
	struct status st;

	status_read(&st, 500, object, NULL);
	reflector_failed(r, now, &st);
	status_release(&st);
}

static bool ends_initial(const struct object *o)
{
	struct str mark;

	if (!o->annotations.p)
		return false;
	mark = scan_member(o->annotations, "k8s.io/initial-events-end");
	return str_is(mark, "\"true\"");
}

static void bookmark(struct reflector *r, const struct object *o)
{
	if (r->phase == REFLECTOR_WATCH) {
		set_rv(r, o->rv);
		return;
	}
	if (!ends_initial(o))
		return;
	r->phase = REFLECTOR_WATCH;
	r->ops->timer(r->arg, INT64_MAX);
	synced(r, o->rv);
	r->ops->state(r->arg, KIND_SYNCED, NULL);
	r->ops->listed(r->arg);
}

static int object_event(struct reflector *r, int64_t now, struct str type, struct str text)
{
	bool removed = str_is(type, "DELETED");
	struct error err = ERROR_INIT;
	struct object o;

	if (object_scan(text, &o, &err) < 0 || o.rv.len == 0) {
		struct error why = ERROR_INIT;

		error_release(&err);
		error_set(&why, ERROR_INVALID, "an event's object has no resourceVersion");
		reflector_broken(r, now, &why);
		error_release(&why);
		return -1;
	}
	if (str_is(type, "BOOKMARK")) {
		bookmark(r, &o);
		return 0;
	}
	if (o.name.len == 0)
		return 0;
	if (r->phase == REFLECTOR_STREAM && !removed) {
		r->ops->replace_item(r->arg, &o);
		return 0;
	}
	r->ops->apply(r->arg, removed ? REFLECTOR_DELETE : REFLECTOR_PUT, &o);
	if (r->phase == REFLECTOR_WATCH)
		set_rv(r, o.rv);
	return 0;
}

static bool is_event_type(struct str type)
{
	return str_is(type, "ADDED") || str_is(type, "MODIFIED") || str_is(type, "DELETED") ||
	       str_is(type, "BOOKMARK");
}

int reflector_frame(struct reflector *r, int64_t now, struct str text)
{
	struct answer_event e;
	const char *bad;

	if (r->phase != REFLECTOR_STREAM && r->phase != REFLECTOR_WATCH)
		return -1;
	bad = answer_read_event(text, &e);
	r->progressed = now;
	r->n_events++;
	if (bad) {
		struct error why = ERROR_INIT;

		error_set(&why, ERROR_INVALID, "a watch event cannot be read: %s", bad);
		reflector_broken(r, now, &why);
		error_release(&why);
		return -1;
	}
	if (is_event_type(e.type) && e.object.p)
		return object_event(r, now, e.type, e.object);
	if (str_is(e.type, "ERROR") && e.object.p) {
		stream_error(r, now, e.object);
		return -1;
	}
	/* client-go makes a 500 of what it does not know: list again. */
	r->ops->state(r->arg, KIND_FAILING, "unknown type of watch event");
	back_off(r, now, NEXT_LIST);
	return -1;
}

/* Once it is begun afresh at once; a server, or a proxy, that never lets one come
 * to its end is asked by pages, and not in a hot loop. */
static void stream_cut(struct reflector *r, int64_t now, bool very_short)
{
	if (!very_short && r->cut_streams++ == 0) {
		again(r, now);
		return;
	}
	r->no_stream = true;
	back_off(r, now, NEXT_LIST);
}

void reflector_closed(struct reflector *r, int64_t now)
{
	bool very_short = r->n_events == 0 && now - r->opened < VERY_SHORT;

	switch (r->phase) {
	case REFLECTOR_STREAM:
		stream_cut(r, now, very_short);
		break;
	case REFLECTOR_WATCH:
		/* Proxies have been seen to close a stale watch without a word: watching
		 * again for ever would never notice (engine.md 1.5.3). */
		if (very_short)
			back_off(r, now, NEXT_LIST);
		else
			again(r, now);
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

/* In kubectl's words. */
static void tell_failure(struct reflector *r, enum kind_state state, const struct status *st)
{
	char *text = status_text(st);

	r->ops->state(r->arg, state, text);
	free(text);
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
		tell_failure(r, KIND_FAILING, st);
	wait_for(r, now, delay < asked ? delay : asked, next);
}

static void too_many(
	struct reflector *r, int64_t now, const struct status *st, enum reflector_next next)
{
	int64_t asked = retry_after(st, 0);

	if (status_is_initializing(st)) {
		initializing(r, now, st, next);
		return;
	}
	tell_failure(r, KIND_FAILING, st);
	wait_for(r, now, longer(next_backoff(r, now), asked), next);
}

static void list_failed(struct reflector *r, int64_t now, const struct status *st)
{
	bool expired = status_is_expired(st);

	if (r->token && expired) {
		/* The rest in one piece: engine.md 1.3, pager. */
		free(r->token);
		r->token = NULL;
		r->whole_retry = true;
		r->ops->replace_abort(r->arg);
		r->ops->replace_begin(r->arg);
		send_list(r, now);
		return;
	}
	if ((expired || status_is_too_large_rv(st)) && !r->rv_unavailable && *r->rv) {
		r->rv_unavailable = true;
		abandon(r);
		start_list(r, now);
		return;
	}
	if (status_is_too_many(st)) {
		too_many(r, now, st, NEXT_LIST);
		return;
	}
	if (status_is_forbidden(st)) {
		r->polling = false;
		tell_failure(r, KIND_FORBIDDEN, st);
		wait_for(r, now, FORBIDDEN_RETRY, NEXT_LIST);
		return;
	}
	/* Other API servers may not know a new CRD yet (engine.md 2.5). */
	if (!status_is_not_found(st) || now - r->started >= NOT_FOUND_HUSH)
		tell_failure(r, KIND_FAILING, st);
	back_off(r, now, NEXT_LIST);
}

static void stream_failed(struct reflector *r, int64_t now, const struct status *st)
{
	bool retry_at_once = (status_is_expired(st) || status_is_too_large_rv(st)) &&
			     !r->rv_unavailable && *r->rv;

	if (status_is_too_many(st)) {
		too_many(r, now, st, NEXT_LIST);
		return;
	}
	abandon(r);
	if (retry_at_once) {
		r->rv_unavailable = true;
		relist(r, now);
		return;
	}
	if (status_is_invalid(st))
		r->server->no_streaming = true;
	r->no_stream = true;
	relist(r, now);
}

static void watch_failed(struct reflector *r, int64_t now, const struct status *st)
{
	if (status_is_too_many(st)) {
		too_many(r, now, st, NEXT_WATCH);
	} else if (status_is_expired(st) || status_is_too_large_rv(st)) {
		back_off(r, now, NEXT_LIST);
	} else if (status_is_forbidden(st) || status_is_method_not_allowed(st)) {
		/* Whether listing still works decides what it is: polling or forbidden. */
		r->polling = true;
		r->polling_since = now;
		r->phase = REFLECTOR_IDLE;
		relist(r, now);
	} else if (r->n_events || status_is_not_found(st)) {
		/* An ERROR on the stream, or a path that is no longer there. */
		tell_failure(r, KIND_FAILING, st);
		back_off(r, now, NEXT_LIST);
	} else {
		tell_failure(r, KIND_FAILING, st);
		back_off(r, now, NEXT_WATCH);
	}
}

void reflector_failed(struct reflector *r, int64_t now, const struct status *st)
{
	switch (r->phase) {
	case REFLECTOR_LIST:
		list_failed(r, now, st);
		break;
	case REFLECTOR_STREAM:
		stream_failed(r, now, st);
		break;
	case REFLECTOR_WATCH:
		watch_failed(r, now, st);
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
 * connections only to cut them is not asked in a hot loop. */
static void cut_off(struct reflector *r, int64_t now, const struct error *why)
{
	bool very_short = r->n_events == 0 && now - r->opened < VERY_SHORT;

	if (why->code == ERROR_CUT && r->phase == REFLECTOR_STREAM) {
		stream_cut(r, now, very_short);
	} else if (why->code == ERROR_CUT && r->phase == REFLECTOR_LIST) {
		/* What breaks a list in the middle may do so each time. */
		r->ops->state(r->arg, KIND_FAILING, why->text);
		back_off(r, now, NEXT_LIST);
	} else if (why->code == ERROR_CUT && very_short) {
		back_off(r, now, NEXT_WATCH);
	} else {
		again(r, now);
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
			again(r, now);
		else
			back_off(r, now, NEXT_WATCH);
		return;
	}
	r->no_stream = r->phase == REFLECTOR_STREAM;
	r->ops->state(r->arg, KIND_FAILING, why->text);
	back_off(r, now, NEXT_LIST);
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
	/* A server that knows no streaming lists gives a plain watch (engine.md 1.4). */
	r->server->no_streaming = true;
	abandon(r);
	relist(r, now);
}
