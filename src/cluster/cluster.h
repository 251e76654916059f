/*
 * cluster - one kubeconfig context: the watch thread with its informers, and
 * what the other threads hold of it.
 */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cache/changes.h"
#include "cache/root.h"

struct ask_answer;
struct ask_spec;
struct cluster;
struct health_rules;
struct column_choices;
struct rest_config;
struct worker;

struct cluster_options {
	const char *ns;		/* watch only this namespace; NULL or "": all */
	char *const *preferred; /* kinds ("plural.group") that are listed first */
	size_t n_preferred;
	size_t history;	  /* bytes of the change log; 0: CLUSTER_HISTORY */
	size_t max_cache; /* bytes of the caches, see cache/ceiling.h; 0: no ceiling */
	bool log_initial; /* the first list's objects are changes, too (events --initial) */
	bool k8s_events;  /* Kubernetes Events go into the log, too */
	bool hold_log;	  /* a reader will say with changes_hold() what it has read */
	bool once; /* nobody waits for more than the first lists: --request-timeout is theirs */
	struct health_rules *health_rules; /* a user's, or NULL; a reference is kept */
	/* Watch only kinds that match (`crwatch get` and `events KIND`); NULL: all. */
	bool (*wanted)(void *arg, const struct kind *kind);
	void *wanted_arg;
	bool only_kinds; /* which kinds there are, and no object of any: for a change */
	int64_t verify;	 /* ns between two comparisons of the caches with the server; 0: none */
	struct column_choices *choices; /* of columns; the cluster holds them, too. NULL: none */
	size_t objects_max; /* for tests: lower ceilings than cache/informer.h has; 0: those */
	size_t kinds_max;
	bool gathers; /* for a test: events wait for others with the tests' clock, too */
};

#define CLUSTER_HISTORY ((size_t)16 << 20)

/* Starts the watch thread and its worker. Takes config's content. Does not wait
 * for the server. */
int cluster_new(struct rest_config *config, const struct cluster_options *options,
	struct cluster **ret, struct error *err);

/* Ends the watch thread (within 200 ms): nothing changes any more, and a root
 * that is pinned may stay so for as long as somebody takes to print it. */
void cluster_stop(struct cluster *cluster);

/* Ends the watch thread and frees everything; every root_reader
 * has been freed before. */
void cluster_free(struct cluster *cluster);

struct roots *cluster_roots(struct cluster *cluster);
struct changes *cluster_changes(struct cluster *cluster);
struct worker *cluster_worker(struct cluster *cluster);
const struct rest_config *cluster_config(const struct cluster *cluster);

/* Any thread: try again now what waits (a kind's back-off, the gate's probe). */
void cluster_retry(struct cluster *cluster);
/* UI thread: a credential plugin wants the terminal, or has it; a reader is rung when
 * that changes. It runs once cluster_lend_terminal() was called, and has it until this
 * is false again. With REST_TERMINAL_SCREEN only. */
bool cluster_wants_terminal(const struct cluster *cluster);
void cluster_lend_terminal(struct cluster *cluster);
/* Any thread: the user wants to see these namespaces ("a b"): what may not be read in all
 * is tried there. */
void cluster_name_namespaces(struct cluster *cluster, const char *names);
/* Any thread: Kubernetes Events are watched again, or no longer. */
void cluster_k8s_events(struct cluster *cluster, bool on);
/* Any thread: one request, see ask.h. An answer rings the readers as a
 * publication does. */
uint64_t cluster_ask(struct cluster *cluster, const struct ask_spec *spec);
bool cluster_answer(struct cluster *cluster, uint64_t number, struct ask_answer *ret);
void cluster_forget(struct cluster *cluster, uint64_t number);
/* Any thread: judge by these rules (NULL: only ours), of which a reference is
 * kept. Objects of the kinds that they, or those before them, concern are judged
 * anew by and by; the change log has no record of that. */
void cluster_set_health_rules(struct cluster *cluster, struct health_rules *rules);
/* Any thread: other columns are chosen (NULL: none any more). The kinds concerned
 * get another struct kind, with another version; choices are held as needed. */
void cluster_set_choices(struct cluster *cluster, struct column_choices *choices);
/* Any thread: a reader that holds the log has caught up. */
void cluster_resume(struct cluster *cluster);

#endif
