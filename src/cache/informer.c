#include "cache/informer.h"

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

#define ERROR_BODY_MAX ((size_t)64 << 10)
#define TURN_WAIT_MAX  (1000000 * CLOCK_S) /* what turns later is looked at again then */
#define SHORT_TIMEOUT  (60 * CLOCK_S)	   /* without a byte of a list's answer */

struct informer {
	struct informer_context *ctx;
	bool hurried;
	struct kind *kind;
	char *ns;
	struct contents contents;
	struct reflector reflector;
	struct reflector_server pages; /* instead of the context's, without a store */
	struct client_timer timer;
	struct client_timer turn_timer; /* for verdicts that change by themselves */
	int64_t turns_at;		/* what it is set for; INT64_MAX: it is not */

	struct request *request;
	bool watching; /* the request is a watch */
	int http_code; /* of the answer; 0: none yet */
	int64_t retry_after;
	struct framer framer;
	struct buf body; /* of an answer that is no 200 */

	enum kind_state state;
	bool fixed_state; /* set from outside: the reflector's word does not count */
	char *message;
	int64_t since;
	struct kind_root *root; /* published last */
	unsigned flags;		/* of that */
};

/* ---- small things ---- */

static void touch(struct informer *inf)
{
	inf->contents.dirty = true;
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
	free(root);
}

static void set_state(struct informer *inf, enum kind_state state, const char *message)
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
	touch(inf);
}

/* ---- verdicts that change without an event ---- */

/* The first turn is in seconds of the wall clock, a timer in those since start. */
static void set_turn_timer(struct informer *inf)
{
	int64_t at = inf->contents.judging ? 0 : contents_turns_at(&inf->contents);
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

	contents_turn(&inf->contents, now);
	if (inf->contents.judging)
		contents_judge_some(&inf->contents, now);
	inf->turns_at = INT64_MAX;
	set_turn_timer(inf);
}

void informer_judge(struct informer *inf)
{
	contents_judge_anew(&inf->contents);
	set_turn_timer(inf);
}

/* ---- what the reflector wants done ---- */

static bool has_store(const struct informer *inf)
{
	return !inf->contents.handlers || !inf->contents.handlers->take;
}

static void take(struct informer *inf, const struct object *o, bool listed)
{
	inf->contents.handlers->take(inf->contents.arg, o, listed);
}

static void op_begin(void *arg)
{
	struct informer *inf = arg;

	if (has_store(inf))
		contents_begin(&inf->contents);
	else
		inf->contents.handlers->begin(inf->contents.arg);
}

static int op_item(void *arg, const struct object *o, struct error *err)
{
	struct informer *inf = arg;
	int rc;

	if (has_store(inf)) {
		rc = contents_item(&inf->contents, o, err);
		set_turn_timer(inf);
		return rc;
	}
	take(inf, o, true);
	return 0;
}

static void op_end(void *arg)
{
	struct informer *inf = arg;

	if (has_store(inf)) {
		contents_end(&inf->contents);
		set_turn_timer(inf);
	} else if (inf->contents.handlers->synced) {
		inf->contents.handlers->synced(inf->contents.arg);
	}
}

static void op_abort(void *arg)
{
	struct informer *inf = arg;

	if (has_store(inf))
		contents_abort(&inf->contents);
}

static int op_apply(
	void *arg, enum reflector_event event, const struct object *o, struct error *err)
{
	struct informer *inf = arg;
	int rc = 0;

	if (!has_store(inf)) {
		if (event != REFLECTOR_DELETE)
			take(inf, o, false);
		return 0;
	}
	inf->ctx->events++;
	if (event != REFLECTOR_DELETE)
		rc = contents_put(&inf->contents, o, err);
	else
		contents_delete(&inf->contents, o);
	set_turn_timer(inf);
	return rc;
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

/* What is past the ceiling is not waited for: it may never end. */
static int error_body(struct informer *inf, struct request *request, const char *p, size_t n)
{
	size_t room = ERROR_BODY_MAX - inf->body.len;

	buf_add(&inf->body, p, n < room ? n : room);
	if (inf->body.len < ERROR_BODY_MAX)
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
		error_set(&cut, ERROR_INVALID, "the list's answer ends early");
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
	touch(inf);
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

static const struct reflector_ops reflector_ops = {
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

/* ---- life ---- */

struct informer *informer_new(struct informer_context *ctx, struct kind *kind, struct str ns,
	bool logged, const struct informer_handlers *handlers, void *arg)
{
	struct informer *inf = mem_zalloc(sizeof(*inf));

	kind->version = entry_next_version();
	inf->ctx = ctx;
	inf->kind = kind;
	inf->ns = str_dup(ns);
	contents_init(&inf->contents, ctx, kind);
	inf->contents.logged = logged;
	inf->contents.handlers = handlers;
	inf->contents.arg = arg;
	inf->timer.fire = fire;
	inf->turn_timer.fire = turn;
	inf->turns_at = INT64_MAX;
	inf->state = KIND_LISTING;
	inf->since = clock_wall();
	buf_init(&inf->body, ERROR_BODY_MAX + FRAMER_ENVELOPE_MAX);
	framer_init(&inf->framer, FRAMER_WATCH, on_value, inf);
	inf->pages.no_streaming = true;
	reflector_init(
		&inf->reflector, &reflector_ops, inf, has_store(inf) ? &ctx->server : &inf->pages);
	inf->reflector.optional = !has_store(inf);
	return inf;
}

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
}

void informer_stop(struct informer *inf)
{
	client_timer_cancel(inf->ctx->client, &inf->timer);
	client_timer_cancel(inf->ctx->client, &inf->turn_timer);
	inf->turns_at = INT64_MAX;
	request_cancel(inf->request);
	inf->request = NULL;
	if (inf->contents.replacing)
		contents_abort(&inf->contents);
	inf->reflector.phase = REFLECTOR_IDLE;
}

void informer_clear(struct informer *inf)
{
	contents_clear(&inf->contents);
}

void informer_free(struct informer *inf)
{
	if (!inf)
		return;
	informer_stop(inf);
	contents_release(&inf->contents);
	if (inf->root)
		retire_add(inf->ctx->retire, inf->root, retire_root, NULL);
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
	return inf->kind;
}

void informer_set_kind(struct informer *inf, struct kind *kind)
{
	kind->id = inf->kind->id;
	kind->version = entry_next_version();
	retire_add(inf->ctx->retire, inf->kind, retire_kind, NULL);
	inf->kind = kind;
	inf->contents.kind = kind;
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
	if (inf->root && !inf->contents.dirty && flags == inf->flags)
		return inf->root;
	root = mem_zalloc(sizeof(*root));
	root->kind = inf->kind;
	root->state = flags & INFORMER_STALE ? KIND_STALE : inf->state;
	root->ever_synced = inf->reflector.synced;
	root->no_crd = (flags & INFORMER_NO_CRD) != 0;
	root->bare = (flags & INFORMER_BARE) != 0;
	root->listed = inf->contents.listed;
	root->since = inf->since;
	root->message = inf->message ? mem_strdup(inf->message) : NULL;
	root->store = store_publish(inf->contents.store);
	if (inf->root)
		retire_add(inf->ctx->retire, inf->root, retire_root, NULL);
	inf->root = root;
	inf->contents.dirty = false;
	inf->flags = flags;
	return root;
}
