/*
 * What the reflector wants done: the store, requests and their answers, timers.
 */
#include "cache/informer_internal.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "kube/object.h"
#include "kube/status.h"

#define SHORT_TIMEOUT (60 * CLOCK_S) /* without a byte of a list's answer */

/* ---- what the reflector wants done ---- */

static struct informer *owner(struct informer *inf)
{
	return inf->of ? inf->of : inf;
}

bool informer_has_store(const struct informer *inf)
{
	return !inf->contents->handlers || !inf->contents->handlers->take;
}

static void take(struct informer *inf, const struct object *o, bool listed)
{
	inf->contents->handlers->take(inf->contents->arg, o, listed);
}

static void op_begin(void *arg)
{
	struct informer *inf = arg;

	if (informer_has_store(inf))
		contents_begin(&inf->part);
	else
		inf->contents->handlers->begin(inf->contents->arg);
}

static int op_item(void *arg, const struct object *o, struct error *err)
{
	struct informer *inf = arg;
	int rc;

	if (informer_has_store(inf)) {
		rc = contents_item(&inf->part, o, err);
		informer_set_turn_timer(owner(inf));
		return rc;
	}
	take(inf, o, true);
	return 0;
}

static void op_end(void *arg)
{
	struct informer *inf = arg;

	if (informer_has_store(inf)) {
		contents_end(&inf->part);
		informer_free_narrow(inf); /* all at once is allowed now */
		informer_set_turn_timer(owner(inf));
	} else if (inf->contents->handlers->synced) {
		inf->contents->handlers->synced(inf->contents->arg);
	}
}

static void op_abort(void *arg)
{
	struct informer *inf = arg;

	if (informer_has_store(inf))
		contents_abort(&inf->part);
}

static int op_apply(
	void *arg, enum reflector_event event, const struct object *o, struct error *err)
{
	struct informer *inf = arg;
	int rc = 0;

	if (!informer_has_store(inf)) {
		if (event != REFLECTOR_DELETE)
			take(inf, o, false);
		return 0;
	}
	inf->ctx->events++;
	if (event != REFLECTOR_DELETE)
		rc = contents_put(&inf->part, o, err);
	else
		contents_delete(&inf->part, o);
	informer_set_turn_timer(owner(inf));
	return rc;
}

static void op_state(void *arg, enum kind_state state, const char *message)
{
	struct informer *inf = arg;

	if (!inf->fixed_state)
		informer_say(inf, state, message);
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
	informer_touch(inf); /* one watch more, perhaps */
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

static void answer_failed(struct informer *inf)
{
	const char *verb = inf->watching ? "watch" : "list";
	const struct gvr *gvr = &inf->contents->kind->gvr;
	char *what = mem_printf("%s %s.%s", verb, gvr->resource, gvr->group);
	struct status st;

	status_read(&st, inf->http_code, buf_str(&inf->body), what);
	if (st.retry_after < 0)
		st.retry_after = inf->retry_after;
	reflector_failed(&inf->reflector, clock_now(), &st);
	status_release(&st);
	free(what);
}

/* What is past the ceiling is not waited for: it may never end. */
static int error_body(struct informer *inf, struct request *request, const char *p, size_t n)
{
	size_t room = INFORMER_BODY_MAX - inf->body.len;

	buf_add(&inf->body, p, n < room ? n : room);
	if (inf->body.len < INFORMER_BODY_MAX)
		return 0;
	inf->request = NULL;
	request_cancel(request);
	answer_failed(inf);
	return -1;
}

/* The reflector has turned to something else: what comes belongs to nobody. */
static int on_data(struct request *request, void *arg, const char *p, size_t n)
{
	struct informer *inf = arg;
	struct error err = ERROR_INIT;
	int rc;

	if (inf->http_code != 200)
		return error_body(inf, request, p, n);
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
	informer_touch(inf);
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
		error_set(&cut, ERROR_INVALID, "the list's answer ends early");
		reflector_broken(&inf->reflector, clock_now(), &cut);
		error_release(&cut);
	}
}

static const struct request_ops request_ops = { on_head, on_data, on_done };

void informer_path(const struct informer *inf, struct buf *out)
{
	const struct kind *kind = inf->contents->kind;

	gvr_path(&kind->gvr, kind->namespaced ? str_of(inf->ns) : STR(""), STR(""), out);
}

static void send(struct informer *inf, const char *query, bool watch, struct request_spec *spec)
{
	struct buf path = BUF_INIT(64 << 10);

	informer_path(inf, &path);
	buf_addz(&path, query);
	spec->path = buf_text(&path);
	spec->first = inf->hurried && spec->slot;
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
	informer_touch(inf);
	buf_release(&path);
}

static void op_list(void *arg, const char *query)
{
	struct request_spec spec = {
		.lane = REQUEST_SHORT, .slot = true, .idle_timeout = SHORT_TIMEOUT
	};

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

const struct reflector_ops informer_reflector_ops = {
	.list = op_list,
	.watch = op_watch,
	.timer = op_timer,
	.replace_begin = op_begin,
	.replace_item = op_item,
	.replace_end = op_end,
	.replace_abort = op_abort,
	.apply = op_apply,
	.listed = op_listed,
	.state = op_state,
	.random = op_random,
};

void informer_requests_init(struct informer *inf)
{
	inf->timer.fire = fire;
	buf_init(&inf->body, INFORMER_BODY_MAX + FRAMER_ENVELOPE_MAX);
	framer_init(&inf->framer, FRAMER_WATCH, on_value, inf);
}
