/*
 * Streams: watches, and lists that come as the beginning of one; and what to do
 * when one fails.
 */
#include "cache/reflector_internal.h"

#include "base/clock.h"
#include "json/scan.h"
#include "kube/answer.h"
#include "kube/object.h"
#include "kube/status.h"

#define WATCH_MIN   300 /* seconds; client-go asks for [300, 600) */
#define WATCH_GRACE (30 * CLOCK_S)
#define EXPIRED_MIN (10 * CLOCK_S)

void reflector_watch_start(struct reflector *r, int64_t now, bool initial)
{
	int seconds = WATCH_MIN + (int)(r->ops->random(r->arg) % WATCH_MIN);
	const char *rv = reflector_known_rv(r);

	buf_reset(&r->query);
	buf_addf(&r->query, "?watch=true&allowWatchBookmarks=true&timeoutSeconds=%d", seconds);
	if (initial)
		buf_addz(&r->query, "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
	if (*rv)
		reflector_add_param(&r->query, "resourceVersion", rv);
	reflector_begin(r, initial ? REFLECTOR_STREAM : REFLECTOR_WATCH, now);
	r->ops->timer(r->arg, INT64_MAX);
	r->ops->watch(r->arg, buf_text(&r->query), seconds * CLOCK_S + WATCH_GRACE, initial);
}

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
		reflector_set_rv(r, o->rv);
		return;
	}
	if (!ends_initial(o))
		return;
	r->phase = REFLECTOR_WATCH;
	r->ops->timer(r->arg, INT64_MAX);
	reflector_synced(r, o->rv);
	r->ops->state(r->arg, KIND_SYNCED, NULL);
	r->ops->listed(r->arg);
}

static int object_event(struct reflector *r, int64_t now, struct str type, struct str text)
{
	bool removed = str_is(type, "DELETED");
	struct error err = ERROR_INIT;
	struct object o;
	int rc;

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
	if (r->phase == REFLECTOR_STREAM && !removed)
		rc = r->ops->replace_item(r->arg, &o, &err);
	else
		rc = r->ops->apply(r->arg, removed ? REFLECTOR_DELETE : REFLECTOR_PUT, &o, &err);
	if (rc < 0)
		return reflector_no_room(r, now, &err);
	if (r->phase == REFLECTOR_WATCH) {
		reflector_set_rv(r, o.rv);
		backoff_reset(&r->backoff); /* it works */
	}
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
	reflector_back_off(r, now, NEXT_LIST);
	return -1;
}

/* Once it is begun afresh at once; a server, or a proxy, that never lets one come
 * to its end is asked by pages, and not in a hot loop. */
void reflector_stream_cut(struct reflector *r, int64_t now, bool very_short)
{
	if (!very_short && r->cut_streams++ == 0) {
		reflector_again(r, now);
		return;
	}
	r->no_stream = true;
	reflector_back_off(r, now, NEXT_LIST);
}

void reflector_stream_failed(struct reflector *r, int64_t now, const struct status *st)
{
	bool retry_at_once = (status_is_expired(st) || status_is_too_large_rv(st)) &&
			     !r->rv_unavailable && *r->rv;

	if (status_is_too_many(st)) {
		reflector_too_many(r, now, st, NEXT_LIST);
		return;
	}
	reflector_abandon(r);
	if (retry_at_once) {
		r->rv_unavailable = true;
		reflector_relist(r, now);
		return;
	}
	if (status_is_invalid(st))
		r->server->no_streaming = true;
	r->no_stream = true;
	reflector_relist(r, now);
}

/* A server that was restarted has forgotten what came before: that is said of every
 * watch, once, and is nobody's fault. One that says so again and again is not asked
 * in a hot loop. */
static void expired(struct reflector *r, int64_t now)
{
	bool again = r->expired && now - r->expired < EXPIRED_MIN;

	r->expired = now;
	if (again)
		reflector_back_off(r, now, NEXT_LIST);
	else
		reflector_relist(r, now);
}

void reflector_watch_failed(struct reflector *r, int64_t now, const struct status *st)
{
	if (status_is_too_many(st)) {
		reflector_too_many(r, now, st, NEXT_WATCH);
	} else if (status_is_expired(st)) {
		expired(r, now);
	} else if (status_is_too_large_rv(st)) {
		reflector_back_off(r, now, NEXT_LIST);
	} else if (status_is_forbidden(st) || status_is_method_not_allowed(st)) {
		/* Whether listing still works decides what it is: polling or forbidden. */
		r->polling = true;
		r->polling_since = now;
		r->phase = REFLECTOR_IDLE;
		reflector_relist(r, now);
	} else if (r->n_events || status_is_not_found(st)) {
		/* An ERROR on the stream, or a path that is no longer there. */
		reflector_tell_failure(r, KIND_FAILING, st);
		reflector_back_off(r, now, NEXT_LIST);
	} else {
		reflector_tell_failure(r, KIND_FAILING, st);
		reflector_back_off(r, now, NEXT_WATCH);
	}
}
