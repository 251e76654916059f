/*
 * An informer without a store brings them. What a list has is put in order of
 * time before it is logged; after a relist only what is younger than all that
 * was seen.
 */
#include "cluster/k8s_events.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cache/changes.h"
#include "cache/entry.h"
#include "cache/informer.h"
#include "cluster/crds.h"
#include "kube/columns.h"
#include "kube/event.h"
#include "kube/object.h"

#define LISTED_AGE 3600 /* seconds */
#define LISTED_MAX ((size_t)8 << 20)
#define REASON_MAX ((size_t)256)
#define NOTE_MAX   ((size_t)4096)
#define RV_MAX	   ((size_t)64)

/* One of a list that is not complete yet. */
struct listed {
	int64_t time; /* seconds */
	size_t order;
	char *text;
	size_t len;
};

struct k8s_events {
	struct informer_context *ctx;
	struct crds *crds;
	struct informer *informer;
	bool started;
	bool stopped;
	bool too_many;
	enum k8s_state told; /* to the log */
	struct buf seen;     /* the newest resourceVersion that was logged */
	struct listed *listed;
	size_t n_listed, cap_listed;
	size_t listed_bytes;
	size_t left_out;     /* of the list: there was no room */
	int64_t since;	     /* clock_now(), when counting of what is let go began */
	uint64_t let_go;     /* bytes since then */
	uint64_t all_let_go; /* since the start */
	struct buf reason, note;
};

/* ---- into the log ---- */

static void log_event(struct k8s_events *k, const struct kind *kind,
	const struct event_object *object, const struct event_words *words, int64_t time)
{
	struct change change = {
		.time = time,
		.kind = kind->id,
		.group = str_of(kind->gvr.group),
		.version = str_of(kind->gvr.version),
		.kind_name = str_of(kind->kind),
		.type = words->warning ? CHANGE_WARNING : CHANGE_NORMAL,
		.ns = object->ns,
		.name = object->name,
		.count = words->count < UINT32_MAX ? (uint32_t)words->count : UINT32_MAX,
	};

	buf_reset(&k->reason);
	buf_reset(&k->note);
	event_text(words->reason, REASON_MAX, &k->reason);
	event_text(words->note, NOTE_MAX, &k->note);
	change.reason = buf_str(&k->reason);
	change.note = buf_str(&k->note);
	entry_uid(object->uid, change.uid);
	changes_append(k->ctx->changes, &change);
	k->ctx->dirty = true;
	if (k->ctx->logged)
		k->ctx->logged(k->ctx->logged_arg);
}

static bool is_new(const struct k8s_events *k, struct str rv)
{
	return k->seen.len == 0 || object_rv_cmp(rv, buf_str(&k->seen)) > 0;
}

static void remember(struct k8s_events *k, struct str rv)
{
	if (rv.len > RV_MAX || !is_new(k, rv))
		return;
	buf_reset(&k->seen);
	buf_addstr(&k->seen, rv);
}

/* ---- lists ---- */

static void drop_listed(struct k8s_events *k)
{
	for (size_t i = 0; i < k->n_listed; i++)
		free(k->listed[i].text);
	k->n_listed = 0;
	k->listed_bytes = 0;
	k->left_out = 0;
}

static void begin(void *arg)
{
	drop_listed(arg);
}

/* What says no time has happened now, and nothing happens later. */
static int64_t time_of(const struct event_words *words)
{
	int64_t now = clock_wall() / CLOCK_S;

	return words->time == OBJECT_NO_TIME || words->time > now ? now : words->time;
}

static void keep_listed(struct k8s_events *k, const struct object *o)
{
	struct event_words words;
	int64_t time;

	if (!is_new(k, o->rv) || !event_words(o->text, &words))
		return;
	time = time_of(&words);
	if (time < clock_wall() / CLOCK_S - LISTED_AGE)
		return;
	if (o->text.len > LISTED_MAX - k->listed_bytes) {
		k->left_out++;
		return;
	}
	k->listed_bytes += o->text.len;
	k->listed = array_reserve(k->listed, &k->cap_listed, k->n_listed + 1, sizeof(*k->listed));
	k->listed[k->n_listed] = (struct listed){
		.time = time, .order = k->n_listed, .text = str_dup(o->text), .len = o->text.len
	};
	k->n_listed++;
}

static int cmp_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void log_listed(struct k8s_events *k, const struct listed *listed)
{
	struct str text = str_make(listed->text, listed->len);
	struct event_object object;
	struct event_words words;
	const struct kind *kind;
	struct object o;

	if (!event_regarding(text, &object) || !event_words(text, &words) ||
		object_scan(text, &o, NULL) < 0)
		return;
	kind = crds_kind(k->crds, object.group, object.kind);
	if (!kind)
		return;
	log_event(k, kind, &object, &words, listed->time * CLOCK_S);
	remember(k, o.rv);
}

static void synced(void *arg)
{
	struct k8s_events *k = arg;

	if (k->n_listed)
		qsort(k->listed, k->n_listed, sizeof(*k->listed), cmp_listed);
	for (size_t i = 0; i < k->n_listed; i++)
		log_listed(k, &k->listed[i]);
	if (k->left_out)
		log_line(LOG_WARNING, "Kubernetes Events: %zu of the list are left out",
			k->left_out);
	drop_listed(k);
}

/* ---- what comes ---- */

static void count_let_go(struct k8s_events *k, size_t bytes)
{
	int64_t now = clock_now();

	if (now - k->since >= K8S_EVENTS_SECONDS * CLOCK_S) {
		k->since = now;
		k->let_go = 0;
	}
	k->let_go += bytes;
	k->all_let_go += bytes;
	if (k->let_go <= (uint64_t)K8S_EVENTS_RATE * K8S_EVENTS_SECONDS)
		return;
	k->too_many = true;
	k8s_events_switch(k, false);
	log_line(LOG_WARNING,
		"Kubernetes Events: stopped, more than 1 MB/s regard no custom resource");
}

static void take(void *arg, const struct object *o, bool listed)
{
	struct k8s_events *k = arg;
	struct event_object object;
	struct event_words words;
	const struct kind *kind = NULL;

	if (event_regarding(o->text, &object) && object.group.len)
		kind = crds_kind(k->crds, object.group, object.kind);
	if (!kind) {
		if (!listed)
			count_let_go(k, o->text.len);
		return;
	}
	if (listed) {
		keep_listed(k, o);
	} else if (event_words(o->text, &words)) {
		log_event(k, kind, &object, &words, clock_wall());
		remember(k, o->rv);
	}
}

/* ---- life ---- */

/* The kind itself, which nobody sees. */
static struct kind *event_kind(void)
{
	struct kind *kind = mem_zalloc(sizeof(*kind));

	gvr_init(&kind->gvr, STR("events.k8s.io"), STR("v1"), STR("events"));
	kind->kind = mem_strdup("Event");
	kind->singular = mem_strdup("event");
	kind->namespaced = true;
	kind->columns = columns_new(str_make(NULL, 0), NULL);
	return kind;
}

struct k8s_events *k8s_events_new(struct informer_context *ctx, struct str ns, struct crds *crds)
{
	static const struct informer_handlers handlers = {
		.synced = synced, .begin = begin, .take = take
	};
	struct k8s_events *k = mem_zalloc(sizeof(*k));

	k->ctx = ctx;
	k->crds = crds;
	k->told = K8S_EVENTS_ON;
	buf_init(&k->seen, RV_MAX);
	buf_init(&k->reason, 2 * REASON_MAX);
	buf_init(&k->note, 2 * NOTE_MAX);
	k->informer = informer_new(ctx, event_kind(), ns, false, &handlers, k);
	return k;
}

void k8s_events_free(struct k8s_events *k)
{
	if (!k)
		return;
	informer_free(k->informer);
	drop_listed(k);
	free(k->listed);
	buf_release(&k->seen);
	buf_release(&k->reason);
	buf_release(&k->note);
	free(k);
}

static void run(struct k8s_events *k)
{
	k->since = clock_now();
	k->let_go = 0;
	informer_start(k->informer);
}

void k8s_events_start(struct k8s_events *k)
{
	if (!k || k->started)
		return;
	k->started = true;
	if (!k->stopped)
		run(k);
}

void k8s_events_kick(struct k8s_events *k)
{
	if (k && k->started && !k->stopped)
		informer_kick(k->informer);
}

void k8s_events_pause(struct k8s_events *k, bool paused)
{
	if (k)
		informer_pause(k->informer, paused);
}

void k8s_events_switch(struct k8s_events *k, bool on)
{
	if (!k || on != k->stopped)
		return;
	k->stopped = !on;
	k->ctx->dirty = true;
	if (on)
		k->too_many = false;
	if (!k->started)
		return;
	if (on)
		run(k);
	else
		informer_stop(k->informer);
}

static enum k8s_state state(const struct k8s_events *k)
{
	if (k->stopped)
		return k->too_many ? K8S_EVENTS_TOO_MANY : K8S_EVENTS_STOPPED;
	switch (informer_state(k->informer)) {
	case KIND_FORBIDDEN:
		return K8S_EVENTS_FORBIDDEN;
	case KIND_NOT_SERVED:
		return K8S_EVENTS_NOT_SERVED;
	case KIND_FAILING:
		return K8S_EVENTS_FAILING;
	default:
		return K8S_EVENTS_ON;
	}
}

enum k8s_state k8s_events_state(struct k8s_events *k)
{
	enum k8s_state now = k ? state(k) : K8S_EVENTS_OFF;
	const char *message = k ? informer_message(k->informer) : NULL;

	if (k && now != k->told && !k->stopped && message)
		log_line(LOG_WARNING, "Kubernetes Events: %s", message);
	if (k)
		k->told = now;
	return now;
}

size_t k8s_events_watches(const struct k8s_events *k)
{
	return k && informer_watches(k->informer) > 0;
}

uint64_t k8s_events_let_go(const struct k8s_events *k)
{
	return k ? k->all_let_go : 0;
}
