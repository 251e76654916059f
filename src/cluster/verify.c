#include "cluster/verify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "cache/census.h"
#include "cache/contents.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cluster/crds.h"
#include "kube/answer.h"
#include "kube/gvr.h"
#include "kube/object.h"
#include "kube/status.h"
#include "net/client.h"
#include "net/framer.h"

#define FIRST_ROUND    (5 * CLOCK_S)
#define PACE	       (50 * CLOCK_MS) /* between two kinds */
#define PAGE	       500
#define NAMED_MAX      10 /* differences of one kind that are named in the log */
#define SILENT_MAX     (60 * CLOCK_S)
#define ERROR_BODY_MAX ((size_t)64 << 10)
#define NAMES_MAX      ((size_t)1 << 20)

static const char accept[] = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

struct verify {
	struct informer_context *ctx;
	struct crds *crds;
	int64_t period;
	struct client_timer timer;
	int64_t began; /* the round */
	bool in_round;
	struct map told; /* kinds of which it was said that they cannot be compared */

	/* The kind under way: */
	uint32_t kind;
	size_t part;	  /* which of those that list it */
	uint32_t counted; /* the last one that is among the round's kinds, */
	uint32_t skipped; /* and among those it has skipped */
	char *ns;	  /* "": all */
	char *name;	  /* plural.group */
	char *path;
	bool namespaced;
	char *rv;
	char *token; /* of the page under way; NULL on the first */
	struct census *census;
	struct request *request;
	int http_code;
	struct framer framer;
	struct buf body;  /* of an answer that is no 200 */
	struct buf names; /* of an object whose text has them with escapes */
	size_t wrong;	  /* of the objects seen so far */

	struct root_verify round;  /* counted so far */
	struct root_verify result; /* what is shown */
};

static void next_list(struct verify *v);

/* ---- the kind under way ---- */

static void forget_kind(struct verify *v)
{
	request_cancel(v->request);
	v->request = NULL;
	census_free(v->census);
	v->census = NULL;
	free(v->name);
	free(v->ns);
	free(v->path);
	free(v->rv);
	free(v->token);
	v->name = v->ns = v->path = v->rv = v->token = NULL;
}

static void end_kind(struct verify *v)
{
	forget_kind(v);
	v->ctx->dirty = true;
	client_timer_set(v->ctx->client, &v->timer, clock_now() + PACE);
}

/* A kind is counted once, however many of its namespaces cannot be compared. */
static void count_skipped(struct verify *v)
{
	if (v->skipped != v->kind)
		v->round.skipped++;
	v->skipped = v->kind;
}

static void skip_kind(struct verify *v)
{
	count_skipped(v);
	end_kind(v);
}

/* The same reason is not said again and again. */
static void cannot(struct verify *v, const char *why)
{
	if (!map_put(&v->told, str_of(v->name), v))
		log_line(LOG_WARNING, "%s cannot be verified: %s", v->name, why);
	skip_kind(v);
}

/* ---- what differs ---- */

static void name_one(struct verify *v, struct str ns, struct str name, const char *what)
{
	if (v->wrong++ < NAMED_MAX)
		log_line(LOG_ERROR, "verify: %s " STR_FMT "%s" STR_FMT " %s", v->name, STR_ARG(ns),
			ns.len ? "/" : "", STR_ARG(name), what);
}

/* What the server does not have. One that has gone since then has no name any more. */
static void name_unseen(struct verify *v, struct informer *inf)
{
	const struct store_root *all = informer_store(inf);
	size_t left = census_unseen(v->census);

	for (size_t i = 0; left && i < all->count; i++) {
		const struct entry *e = store_root_at(all, i);

		if (!census_is_unseen(v->census, e))
			continue;
		name_one(v, entry_ns(e), entry_name(e), "is in the cache, the server has none");
		left--;
	}
	v->wrong += left;
}

static void count(struct verify *v)
{
	if (v->counted != v->kind)
		v->round.kinds++;
	v->counted = v->kind;
	v->round.objects += census_count(v->census);
	v->result.differences += v->wrong;
}

/* Whose list it is, if that is still there. */
static struct informer *find_informer(const struct verify *v)
{
	struct informer *inf = crds_informer(v->crds, v->kind);

	inf = inf ? informer_part(inf, v->part) : NULL;
	return inf && strcmp(informer_ns(inf), v->ns) == 0 ? inf : NULL;
}

/* The list has ended. */
static void judge(struct verify *v)
{
	struct informer *inf = find_informer(v);

	if (!inf) {
		skip_kind(v);
		return;
	}
	name_unseen(v, inf);
	count(v);
	if (v->wrong) {
		log_line(LOG_ERROR,
			"verify: %s: %zu of %zu objects were wrong at resourceVersion %s: it is "
			"listed anew",
			v->name, v->wrong, census_count(v->census), v->rv);
		informer_distrust(inf);
	}
	end_kind(v);
}

static int on_object(void *arg, struct str text)
{
	static const char *const words[] = {
		[CENSUS_LOST] = "is missing in the cache",
		[CENSUS_STALE] = "is of another version in the cache",
	};
	struct verify *v = arg;
	struct object raw, o;
	struct census_object seen;
	enum census_verdict verdict;

	/* As the informer has it: what cannot be read is left out. */
	if (object_scan(text, &raw, NULL) < 0 || raw.name.len == 0)
		return 0;
	o = contents_plain(&raw, &v->names);
	seen = (struct census_object){ v->namespaced ? o.ns : STR(""), o.name, o.uid, o.rv };
	verdict = census_see(v->census, &seen);
	if (verdict == CENSUS_LOST || verdict == CENSUS_STALE)
		name_one(v, seen.ns, seen.name, words[verdict]);
	return 0;
}

/* ---- the list ---- */

static void send(struct verify *v);

static void page_done(struct verify *v)
{
	struct str envelope = buf_str(&v->framer.envelope);
	struct answer_list e;

	if (answer_read_list(envelope, &e) < 0 || !str_ends(e.kind, STR("List"))) {
		cannot(v, "the server's answer is no list");
	} else if (!v->token && !str_is(e.rv, v->rv)) {
		cannot(v, "the server lists another version than it was asked for");
	} else if (e.token.len == 0) {
		judge(v);
	} else if (v->token && str_is(e.token, v->token)) {
		cannot(v, "the server gives the same continue token twice");
	} else {
		free(v->token);
		v->token = str_dup(e.token);
		send(v);
	}
}

/* Forgotten, not there yet, or the server has no time: the next round may do. */
static bool is_passing(const struct status *st)
{
	return status_is_expired(st) || status_is_too_large_rv(st) || status_is_too_many(st) ||
	       status_is_not_found(st) || st->code >= 500;
}

static void refused(struct verify *v)
{
	struct status st;
	char *text;

	status_read(&st, v->http_code, buf_str(&v->body), v->name);
	text = status_text(&st);
	if (is_passing(&st))
		skip_kind(v);
	else
		cannot(v, text);
	status_release(&st);
	free(text);
}

static void on_head(struct request *request, void *arg, const struct request_head *head)
{
	struct verify *v = arg;

	(void)request;
	v->http_code = head->status;
}

static int on_data(struct request *request, void *arg, const char *p, size_t n)
{
	struct verify *v = arg;

	(void)request;
	if (v->http_code == 200)
		return framer_feed(&v->framer, p, n, NULL);
	if (n > ERROR_BODY_MAX - v->body.len)
		n = ERROR_BODY_MAX - v->body.len;
	buf_add(&v->body, p, n);
	return 0;
}

static void on_done(struct request *request, void *arg, const struct error *err)
{
	struct verify *v = arg;

	(void)request;
	v->request = NULL;
	if (err->code != ERROR_NONE)
		skip_kind(v);
	else if (v->http_code != 200 || status_is_failure(buf_str(&v->framer.envelope)))
		refused(v);
	else if (framer_is_whole(&v->framer))
		page_done(v);
	else
		cannot(v, "the list's answer ends early");
}

static void send(struct verify *v)
{
	static const struct request_ops ops = { on_head, on_data, on_done };
	struct buf path = BUF_INIT(64 << 10);
	struct request_spec spec = {
		.lane = REQUEST_SHORT,
		.slot = true,
		.accept = accept,
		.idle_timeout = SILENT_MAX,
	};

	buf_addf(&path, "%s?limit=%d", v->path, PAGE);
	if (v->token) {
		buf_addz(&path, "&continue=");
		gvr_escape(str_of(v->token), &path);
	} else {
		buf_addz(&path, "&resourceVersionMatch=Exact&resourceVersion=");
		gvr_escape(str_of(v->rv), &path);
	}
	spec.path = buf_text(&path);
	framer_reset(&v->framer);
	buf_reset(&v->body);
	v->http_code = 0;
	v->request = client_send(v->ctx->client, &spec, &ops, v);
	buf_release(&path);
}

/* ---- rounds ---- */

/* False when its store is not at rest. */
static bool begin_list(struct verify *v, struct informer *inf)
{
	const struct kind *kind = informer_kind(inf);
	const char *rv = informer_rv(inf);
	struct buf path = BUF_INIT(64 << 10);

	if (!rv)
		return false;
	informer_path(inf, &path);
	v->path = buf_take(&path);
	v->name = mem_printf("%s.%s", kind->gvr.resource, kind->gvr.group);
	v->ns = mem_strdup(informer_ns(inf));
	v->namespaced = kind->namespaced;
	v->rv = mem_strdup(rv);
	v->census = census_new(informer_store(inf), v->ns);
	v->wrong = 0;
	send(v);
	return true;
}

static void end_round(struct verify *v)
{
	int64_t next = v->began + v->period;

	v->in_round = false;
	v->result.objects = v->round.objects;
	v->result.kinds = v->round.kinds;
	v->result.skipped = v->round.skipped;
	v->result.rounds++;
	v->ctx->dirty = true;
	client_timer_set(v->ctx->client, &v->timer, next);
}

static void begin_round(struct verify *v)
{
	struct informer *definitions = crds_informer(v->crds, CRDS_DEFINITIONS);

	v->in_round = true;
	v->began = clock_now();
	v->round = (struct root_verify){ .on = true };
	v->kind = CRDS_DEFINITIONS;
	v->part = 0;
	v->counted = v->skipped = UINT32_MAX;
	if (begin_list(v, definitions))
		return;
	count_skipped(v);
	next_list(v);
}

/* The kind's next namespace, or the next kind's first. */
static struct informer *next_informer(struct verify *v)
{
	struct informer *kind = crds_informer(v->crds, v->kind);
	struct informer *inf = kind ? informer_part(kind, ++v->part) : NULL;

	if (inf)
		return inf;
	v->part = 0;
	kind = crds_informer_after(v->crds, v->kind);
	if (!kind)
		return NULL;
	v->kind = informer_kind(kind)->id;
	return informer_part(kind, 0);
}

static void next_list(struct verify *v)
{
	struct informer *inf;

	while ((inf = next_informer(v))) {
		if (begin_list(v, inf))
			return;
		count_skipped(v);
	}
	end_round(v);
}

static void fire(struct client_timer *timer)
{
	struct verify *v =
		(struct verify *)(void *)((char *)timer - offsetof(struct verify, timer));

	if (v->in_round)
		next_list(v);
	else
		begin_round(v);
}

/* ---- life ---- */

struct verify *verify_new(struct informer_context *ctx, struct crds *crds, int64_t period)
{
	struct verify *v = mem_zalloc(sizeof(*v));

	v->ctx = ctx;
	v->crds = crds;
	v->period = period;
	v->timer.fire = fire;
	v->result.on = true;
	map_init(&v->told);
	framer_init(&v->framer, FRAMER_LIST, on_object, v);
	buf_init(&v->body, ERROR_BODY_MAX);
	buf_init(&v->names, NAMES_MAX);
	return v;
}

void verify_start(struct verify *v)
{
	if (v)
		client_timer_set(v->ctx->client, &v->timer,
			clock_now() + (v->period < FIRST_ROUND ? v->period : FIRST_ROUND));
}

void verify_free(struct verify *v)
{
	if (!v)
		return;
	client_timer_cancel(v->ctx->client, &v->timer);
	forget_kind(v);
	map_release(&v->told);
	framer_release(&v->framer);
	buf_release(&v->body);
	buf_release(&v->names);
	free(v);
}

/* Until the first round has ended, what it has come to. */
struct root_verify verify_result(const struct verify *v)
{
	struct root_verify result = { .on = false };

	if (!v)
		return result;
	result = v->result;
	if (!result.rounds) {
		result.objects = v->round.objects;
		result.kinds = v->round.kinds;
		result.skipped = v->round.skipped;
	}
	return result;
}
