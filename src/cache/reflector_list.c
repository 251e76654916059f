/*
 * Lists: by pages, or whole at a known version; and what to do when one fails.
 */
#include "cache/reflector_internal.h"

#include <stdlib.h>

#include "base/clock.h"
#include "kube/answer.h"
#include "kube/object.h"
#include "kube/status.h"

#define PAGE	       500
#define POLL	       (30 * CLOCK_S)
#define NOT_FOUND_HUSH (10 * CLOCK_S)

/* A list at a known version is asked for unpaged and not older;
 * without one it is consistent and paged; pages after the first carry nothing
 * but their token. */
static void send_list(struct reflector *r, int64_t now)
{
	const char *rv = reflector_known_rv(r);

	buf_reset(&r->query);
	if (r->token) {
		buf_addf(&r->query, "?limit=%d", PAGE);
		reflector_add_param(&r->query, "continue", r->token);
	} else if (*rv) {
		reflector_add_param(&r->query, "resourceVersion", rv);
		reflector_add_param(&r->query, "resourceVersionMatch", "NotOlderThan");
	} else if (!r->whole_retry) {
		buf_addf(&r->query, "?limit=%d", PAGE);
	}
	reflector_begin(r, REFLECTOR_LIST, now);
	r->ops->list(r->arg, buf_text(&r->query));
}

void reflector_list_start(struct reflector *r, int64_t now)
{
	free(r->token);
	r->token = NULL;
	r->whole_retry = false;
	r->pages = 0;
	r->listed = 0;
	r->ops->replace_begin(r->arg);
	send_list(r, now);
}

int reflector_item(struct reflector *r, int64_t now, struct str text)
{
	struct object o;
	struct error err = ERROR_INIT;

	if (r->phase != REFLECTOR_LIST)
		return -1;
	r->listed += text.len;
	if (r->listed > REFLECTOR_LIST_MAX) {
		error_set(&err, ERROR_TOO_LARGE, "a list of more than %d GiB",
			(int)(REFLECTOR_LIST_MAX >> 30));
		return reflector_no_room(r, now, &err);
	}
	if (object_scan(text, &o, &err) < 0 || o.name.len == 0) {
		/* One object that cannot be read must not hide the others. */
		error_release(&err);
		return 0;
	}
	r->progressed = now;
	if (r->ops->replace_item(r->arg, &o, &err) < 0)
		return reflector_no_room(r, now, &err);
	return 0;
}

static void bad_list(struct reflector *r, int64_t now, const char *what)
{
	r->ops->state(r->arg, KIND_FAILING, what);
	reflector_back_off(r, now, NEXT_LIST);
}

static void list_ended(struct reflector *r, int64_t now)
{
	struct str rv = str_of(r->list_rv);

	r->phase = REFLECTOR_IDLE;
	reflector_synced(r, rv);
	if (r->polling) {
		r->ops->state(r->arg, KIND_POLLING, NULL);
		if (now - r->polling_since >= FORBIDDEN_RETRY) {
			reflector_watch_start(r, now, false);
			return;
		}
		reflector_wait(r, now, backoff_jitter(POLL, 20, r->ops->random(r->arg)), NEXT_LIST);
		return;
	}
	r->ops->state(r->arg, KIND_SYNCED, NULL);
	reflector_watch_start(r, now, false);
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
		reflector_set(&r->list_rv, e.rv);
	}
	if (e.token.len == 0) {
		list_ended(r, now);
		return;
	}
	if (r->token && str_is(e.token, r->token)) {
		bad_list(r, now, "the server gives the same continue token twice");
		return;
	}
	if (++r->pages >= REFLECTOR_PAGES_MAX) {
		struct error err = ERROR_INIT;

		error_set(
			&err, ERROR_TOO_LARGE, "a list of more than %u pages", REFLECTOR_PAGES_MAX);
		reflector_no_room(r, now, &err);
		return;
	}
	reflector_set(&r->token, e.token);
	send_list(r, now);
}

void reflector_list_failed(struct reflector *r, int64_t now, const struct status *st)
{
	bool expired = status_is_expired(st);

	if (r->token && expired) {
		/* The rest in one piece (client-go, tools/pager). */
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
		reflector_abandon(r);
		reflector_list_start(r, now);
		return;
	}
	if (status_is_too_many(st)) {
		reflector_too_many(r, now, st, NEXT_LIST);
		return;
	}
	if (status_is_forbidden(st)) {
		r->polling = false;
		reflector_tell_failure(r, KIND_FORBIDDEN, st);
		reflector_wait(r, now, FORBIDDEN_RETRY, NEXT_LIST);
		return;
	}
	if (r->optional && status_is_not_found(st)) {
		reflector_tell_failure(r, KIND_NOT_SERVED, st);
		reflector_wait(r, now, FORBIDDEN_RETRY, NEXT_LIST);
		return;
	}
	/* Each API server learns of a new CRD in its own time: another one may not
	 * know it yet (apiextensions-apiserver, customresource_handler.go). */
	if (!status_is_not_found(st) || now - r->started >= NOT_FOUND_HUSH)
		reflector_tell_failure(r, KIND_FAILING, st);
	reflector_back_off(r, now, NEXT_LIST);
}
