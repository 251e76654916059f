/*
 * The watch thread's life, and what it publishes. Members say who may touch
 * them: main (before the thread starts and after it has ended), or watch.
 */
#include "cluster/cluster.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/worker.h"
#include "cache/informer.h"
#include "cache/labels.h"
#include "cache/nursery.h"
#include "cluster/ask.h"
#include "cluster/ceiling_words.h"
#include "cluster/choices.h"
#include "cluster/crds.h"
#include "cluster/gather.h"
#include "cluster/k8s_events.h"
#include "cluster/verify.h"
#include "json/scan.h"
#include "kube/health_rules.h"
#include "net/client.h"
#include "net/rest.h"

#define LOG_MARGIN  ((size_t)1 << 20) /* streams stop when so little of the log is left */
#define VERSION_MAX ((size_t)16 << 10)
#define SHRINK_EACH CLOCK_S

enum wish {
	WISH_NONE,
	WISH_ON,
	WISH_OFF
};

struct cluster {
	struct rest_config config; /* main, then unchanging */
	pthread_t thread;
	bool stopped; /* main */
	struct roots *roots;
	struct changes *changes;
	struct worker *worker;
	struct client *client;
	struct asks *asks; /* any thread */

	atomic_bool retry;			   /* any thread */
	atomic_bool wants_terminal;		   /* set by watch */
	atomic_int k8s_wish;			   /* any thread; enum wish */
	_Atomic(struct health_rules *) rules_wish; /* any thread; NULL: none */
	/* any thread; what cluster_set_choices() was told last, until it is done */
	_Atomic(struct column_choices *) choices_wish;
	_Atomic(char *) names_wish; /* any thread; namespaces, NULL: none */

	struct informer_context ctx; /* watch */
	struct crds *crds;	     /* watch */
	struct k8s_events *k8s;	     /* watch; NULL: not asked for */
	struct verify *verify;	     /* watch; NULL: not asked for */
	enum link_state link;	     /* watch, as the next five */
	int64_t link_since;
	int64_t link_retry;
	char *link_message;
	bool no_credentials;
	struct ceiling_words words; /* watch */
	struct gather gather;	    /* watch */
	struct client_timer thin;   /* watch: texts are to go, a slice a turn */
	struct client_timer shrink; /* watch: of the nursery */
	bool shrinks;		    /* watch: that timer is set */
	struct request *version_request;
	struct buf version_body;
	char *version;
};

/* ---- the server's version ---- */

static void ask_version(struct cluster *c);

static int on_version_data(struct request *request, void *arg, const char *p, size_t n)
{
	struct cluster *c = arg;

	(void)request;
	return buf_add(&c->version_body, p, n);
}

static void on_version_done(struct request *request, void *arg, const struct error *err)
{
	struct cluster *c = arg;
	struct str text;

	(void)request;
	c->version_request = NULL;
	text = scan_member(buf_str(&c->version_body), "gitVersion");
	if (err->code == ERROR_NONE && text.len > 2 && text.p[0] == '"') {
		free(c->version);
		c->version = str_dup(str_make(text.p + 1, text.len - 2));
		c->ctx.dirty = true;
	}
	buf_release(&c->version_body);
	if (err->code == ERROR_RENEWED)
		ask_version(c);
}

static void ask_version(struct cluster *c)
{
	static const struct request_ops ops = { NULL, on_version_data, on_version_done };
	struct request_spec spec = {
		.lane = REQUEST_SHORT,
		.path = "/version",
		.total_timeout = 30 * CLOCK_S,
	};

	if (c->version_request)
		return;
	buf_init(&c->version_body, VERSION_MAX);
	c->version_request = client_send(c->client, &spec, &ops, c);
}

/* ---- publishing ---- */

static char *dup_or_null(const char *s)
{
	return s ? mem_strdup(s) : NULL;
}

static struct root_costs count_costs(const struct cluster *c)
{
	size_t max = c->ctx.ceiling.max;
	struct root_costs costs = {
		.nursery = nursery_bytes(c->ctx.nursery),
		.let_go = k8s_events_let_go(c->k8s),
		.cache = ceiling_used(&c->ctx, max ? roots_held(c->roots) : 0),
		.cache_max = max,
	};

	client_costs(c->client, &costs.requests, &costs.bytes, &costs.connections);
	costs.log = changes_used(c->changes, &costs.log_max);
	return costs;
}

static void publish(struct cluster *c)
{
	struct root *root = mem_zalloc(sizeof(*root));
	uint64_t oldest;

	changes_range(c->changes, &oldest, &root->changes);
	root->link = c->link;
	root->link_since = c->link_since;
	root->link_retry = c->link_retry;
	root->link_message = dup_or_null(c->link_message);
	root->no_credentials = c->no_credentials;
	root->kinds = crds_publish(c->crds, c->link == LINK_LOST, &root->n_kinds, &root->crds);
	root->kinds_known = crds_known(c->crds);
	root->problem = dup_or_null(crds_problem(c->crds));
	root->forbidden = crds_forbidden(c->crds);
	root->server_version = dup_or_null(c->version);
	root->events = c->ctx.events;
	root->watches = crds_watches(c->crds) + k8s_events_watches(c->k8s);
	root->k8s_events = k8s_events_state(c->k8s);
	root->labels = c->ctx.labels;
	root->costs = count_costs(c);
	root->verify = verify_result(c->verify);
	c->ctx.dirty = false;
	roots_publish(c->roots, root);
	gather_published(&c->gather, c->ctx.events);
}

/* Streams stand still while a reader that must see everything is behind. */
static void check_pause(void *arg)
{
	struct cluster *c = arg;
	bool pause = changes_would_overrun(c->changes, LOG_MARGIN);

	if (pause == c->ctx.paused)
		return;
	c->ctx.paused = pause;
	crds_pause(c->crds, pause);
	k8s_events_pause(c->k8s, pause);
	if (pause)
		gather_hurry(&c->gather); /* who has to read on is rung */
}

/* ---- the ceiling of the caches ---- */

/* The next turn is at once. */
static void on_thin(struct client_timer *timer)
{
	(void)timer;
}

static void lower_caches(struct cluster *c)
{
	if (!ceiling_run(&c->ctx, roots_held(c->roots)))
		return;
	client_timer_set(c->client, &c->thin, clock_now());
	gather_hurry(&c->gather); /* without a root of these turns nothing is freed */
}

static void on_shrink(struct client_timer *timer)
{
	struct cluster *c = (struct cluster *)((char *)timer - offsetof(struct cluster, shrink));

	nursery_shrink(c->ctx.nursery);
	c->shrinks = false;
}

/* ---- the client's hooks ---- */

static void on_turn(void *arg)
{
	struct cluster *c = arg;

	if (nursery_run(c->ctx.nursery))
		c->ctx.dirty = true;
	if (asks_run(c->asks, c->client)) {
		c->ctx.dirty = true;
		gather_hurry(&c->gather);
	}
	check_pause(c);
	crds_run(c->crds);
	lower_caches(c);
	if (crds_known(c->crds))
		k8s_events_start(c->k8s);
	if (c->ctx.dirty && gather_is_due(&c->gather))
		publish(c);
	retire_run(c->ctx.retire);
	if (!c->shrinks && nursery_has_spare(c->ctx.nursery)) {
		c->shrinks = true;
		client_timer_set(c->client, &c->shrink, clock_now() + SHRINK_EACH);
	}
}

static void kick(struct cluster *c)
{
	crds_kick(c->crds);
	k8s_events_kick(c->k8s);
}

/* Another identity: who was refused need not wait to be asked for again. */
static void on_renewed(void *arg)
{
	kick(arg);
}

static void on_wake(void *arg)
{
	struct cluster *c = arg;
	int wish = atomic_exchange(&c->k8s_wish, WISH_NONE);
	struct health_rules *rules = atomic_exchange(&c->rules_wish, NULL);
	struct column_choices *choices = atomic_exchange(&c->choices_wish, NULL);
	char *names = atomic_exchange(&c->names_wish, NULL);
	bool retry = atomic_exchange(&c->retry, false);

	if (retry || rules || choices || names || wish != WISH_NONE)
		gather_hurry(&c->gather);
	if (retry) {
		client_retry(c->client);
		kick(c);
	}
	if (rules) {
		health_rules_unref(c->ctx.rules);
		c->ctx.rules = rules;
		crds_judge(c->crds);
	}
	if (wish != WISH_NONE)
		k8s_events_switch(c->k8s, wish == WISH_ON);
	if (choices)
		crds_set_choices(c->crds, choices);
	if (names)
		crds_name(c->crds, str_of(names));
	free(names);
}

static void on_link(void *arg, enum client_link link, const struct error *why, int64_t probe_at)
{
	struct cluster *c = arg;
	enum link_state state = link == CLIENT_LIVE   ? LINK_LIVE
				: link == CLIENT_LOST ? LINK_LOST
						      : LINK_CONNECTING;

	if (state != c->link) {
		c->link_since = clock_wall();
		log_line(state == LINK_LIVE ? LOG_INFO : LOG_WARNING, "%s: %s",
			client_server(c->client),
			state == LINK_LIVE ? "connected"
			: why && why->text ? why->text
					   : "connection lost");
		if (state == LINK_LIVE)
			ask_version(c);
		gather_hurry(&c->gather);
	}
	c->link = state;
	c->link_retry = probe_at;
	c->no_credentials = why && why->code == ERROR_CREDENTIALS;
	free(c->link_message);
	c->link_message = why && why->text ? mem_strdup(why->text) : NULL;
	c->ctx.dirty = true;
}

/* Publishing rings the readers. */
static void on_terminal(void *arg, bool wanted)
{
	struct cluster *c = arg;

	atomic_store(&c->wants_terminal, wanted);
	c->ctx.dirty = true;
	gather_hurry(&c->gather);
}

static void wake_client(void *arg)
{
	client_wake(arg);
}

/* ---- life ---- */

static void *run(void *arg)
{
	struct cluster *c = arg;

	crds_start(c->crds);
	verify_start(c->verify);
	on_turn(c);
	client_run(c->client);
	ceiling_words_stop(&c->words);
	gather_stop(&c->gather);
	client_timer_cancel(c->client, &c->thin);
	client_timer_cancel(c->client, &c->shrink);
	request_cancel(c->version_request);
	asks_stop(c->asks);
	verify_free(c->verify);
	k8s_events_free(c->k8s);
	crds_free(c->crds);
	return NULL;
}

static uint64_t seed(void)
{
	return clock_is_test() ? 1 : (uint64_t)clock_wall() ^ (uint64_t)clock_now() << 20;
}

/* What the informers share. */
static void set_context(struct cluster *c, const struct cluster_options *options)
{
	c->ctx.client = c->client;
	c->ctx.retire = roots_retire(c->roots);
	c->ctx.labels = labels_new(c->ctx.retire, LABELS_PAIRS_MAX);
	c->ctx.nursery = nursery_new(c->worker, c->ctx.retire, wake_client, c->client);
	c->ctx.changes = c->changes;
	c->ctx.rules = health_rules_ref(options->health_rules);
	c->ctx.seed = seed();
	c->ctx.log_initial = options->log_initial;
	c->ctx.ceiling.max = options->max_cache;
	c->ctx.ceiling.say = ceiling_words_add;
	c->ctx.ceiling.arg = &c->words;
	c->ctx.objects_max = options->objects_max;
	c->ctx.kinds_max = options->kinds_max;
	c->ctx.logged = options->hold_log ? check_pause : NULL;
	c->ctx.logged_arg = c;
	c->ctx.dirty = true;
}

int cluster_new(struct rest_config *config, const struct cluster_options *options,
	struct cluster **ret, struct error *err)
{
	static const struct client_hooks hooks = { .wake = on_wake,
		.turn = on_turn,
		.link = on_link,
		.terminal = on_terminal,
		.renewed = on_renewed };
	struct cluster *c = mem_zalloc(sizeof(*c));

	c->config = *config;
	memset(config, 0, sizeof(*config));
	c->config.once = options->once;
	c->client = client_new(&c->config, &hooks, c, err);
	if (!c->client) {
		*config = c->config;
		free(c);
		return -1;
	}
	c->link_since = clock_wall();
	c->roots = roots_new();
	c->changes = changes_new(options->history ? options->history : CLUSTER_HISTORY);
	if (options->hold_log)
		changes_hold(c->changes, 0);
	c->worker = worker_new();
	c->asks = asks_new();
	set_context(c, options);
	ceiling_words_init(&c->words, c->client, &c->ctx, c->roots);
	gather_init(&c->gather, c->client, options->gathers);
	c->thin.fire = on_thin;
	c->shrink.fire = on_shrink;
	c->crds = crds_new(&c->ctx, str_of(options->ns), options->wanted, options->wanted_arg);
	if (options->only_kinds)
		crds_only_kinds(c->crds);
	if (options->choices)
		crds_set_choices(c->crds, choices_ref(options->choices));
	crds_prefer(c->crds, options->preferred, options->n_preferred);
	if (!options->ns || !*options->ns)
		crds_narrow(c->crds, c->asks, c->config.ns);
	if (options->k8s_events)
		c->k8s = k8s_events_new(&c->ctx, str_of(options->ns), c->crds);
	if (options->verify)
		c->verify = verify_new(&c->ctx, c->crds, options->verify);
	publish(c);
	if (pthread_create(&c->thread, NULL, run, c) != 0)
		abort();
	*ret = c;
	return 0;
}

void cluster_stop(struct cluster *c)
{
	if (c->stopped)
		return;
	client_stop(c->client);
	pthread_join(c->thread, NULL);
	c->stopped = true;
}

void cluster_free(struct cluster *c)
{
	if (!c)
		return;
	cluster_stop(c);
	worker_free(c->worker);
	asks_free(c->asks);
	client_free(c->client);
	roots_free(c->roots);
	labels_free(c->ctx.labels);
	nursery_free(c->ctx.nursery);
	changes_free(c->changes);
	ceiling_release(&c->ctx.ceiling);
	health_rules_unref(c->ctx.rules);
	health_rules_unref(atomic_load(&c->rules_wish));
	rest_config_release(&c->config);
	choices_unref(atomic_load(&c->choices_wish));
	free(atomic_load(&c->names_wish));
	free(c->link_message);
	free(c->version);
	buf_release(&c->version_body);
	free(c);
}

struct roots *cluster_roots(struct cluster *c)
{
	return c->roots;
}

struct changes *cluster_changes(struct cluster *c)
{
	return c->changes;
}

struct worker *cluster_worker(struct cluster *c)
{
	return c->worker;
}

const struct rest_config *cluster_config(const struct cluster *c)
{
	return &c->config;
}

void cluster_retry(struct cluster *c)
{
	atomic_store(&c->retry, true);
	client_wake(c->client);
}

void cluster_k8s_events(struct cluster *c, bool on)
{
	atomic_store(&c->k8s_wish, on ? WISH_ON : WISH_OFF);
	client_wake(c->client);
}

uint64_t cluster_ask(struct cluster *c, const struct ask_spec *spec)
{
	uint64_t number = asks_put(c->asks, spec);

	client_wake(c->client);
	return number;
}

bool cluster_answer(struct cluster *c, uint64_t number, struct ask_answer *ret)
{
	return asks_take(c->asks, number, ret);
}

void cluster_forget(struct cluster *c, uint64_t number)
{
	asks_forget(c->asks, number);
}

void cluster_set_health_rules(struct cluster *c, struct health_rules *rules)
{
	/* A wish for none is an empty set: NULL says that nobody has a wish. */
	rules = rules ? health_rules_ref(rules) : health_rules_new();
	health_rules_unref(atomic_exchange(&c->rules_wish, rules));
	client_wake(c->client);
}

void cluster_set_choices(struct cluster *c, struct column_choices *choices)
{
	/* None is said by an empty one: NULL is nothing to do. */
	struct column_choices *wish = choices ? choices_ref(choices) : choices_new();

	choices_unref(atomic_exchange(&c->choices_wish, wish));
	client_wake(c->client);
}

void cluster_name_namespaces(struct cluster *c, const char *names)
{
	free(atomic_exchange(&c->names_wish, mem_strdup(names)));
	client_wake(c->client);
}

void cluster_resume(struct cluster *c)
{
	client_wake(c->client);
}

bool cluster_wants_terminal(const struct cluster *cluster)
{
	return atomic_load(&cluster->wants_terminal);
}

void cluster_lend_terminal(struct cluster *cluster)
{
	client_lend_terminal(cluster->client);
}
