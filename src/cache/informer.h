/*
 * informer - one kind's reflector, requests and store.
 *
 * Watch thread. What several informers share (the client, the log, the label
 * table, the nursery) is a struct informer_context that outlives them.
 */
#ifndef CACHE_INFORMER_H
#define CACHE_INFORMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "cache/ceiling.h"
#include "cache/reflector.h"
#include "cache/root.h"

struct buf;
struct changes;
struct client;
struct entry;
struct health_rules;
struct informer;
struct labels;
struct nursery;
struct object;
struct retire;

/* A server that has more is believed no longer. */
#define INFORMER_OBJECTS_MAX ((size_t)5000000) /* of one kind */
#define INFORMER_KINDS_MAX   ((size_t)10000)

struct informer_context {
	struct client *client;
	struct retire *retire;
	struct labels *labels;
	struct nursery *nursery;
	struct changes *changes;
	struct reflector_server server;
	struct health_rules *rules; /* a user's, or NULL */
	size_t objects_max;	    /* 0: the ceilings above, which tests lower */
	size_t kinds_max;
	struct ceiling ceiling; /* of bytes */
	uint64_t seed;		/* of the random numbers */
	uint64_t events;	/* watch events applied */
	bool log_initial;	/* first lists are changes, too */
	bool dirty;		/* something is to be published */
	/* The log must not overrun a reader: streams stand still until it is false. */
	bool paused;
	/* After each record of the log: the time to pause is now, not when the turn
	 * ends, in which one stream may bring any number of events. May be NULL. */
	void (*logged)(void *arg);
	void *logged_arg;
};

struct informer_handlers {
	/* After the store has changed, in the order of the log (changes.h), initial ones
	 * included; o is NULL when the object is gone (then e is its last state), also
	 * when another uid has taken its name, which is told next. May be NULL. */
	void (*changed)(void *arg, const struct entry *e, const struct object *o);
	/* A list was complete. May be NULL. */
	void (*synced)(void *arg);
	/* Instead of a store, for what is looked at and let go: a list begins (what one
	 * before it has brought counts only if that was complete), and there is an
	 * object, of a list or put by a watch. informer_stop() may be called from
	 * take() when it is not listed. Both or none; lists come by pages, and a
	 * server that has no such kind is asked rarely (KIND_NOT_SERVED). */
	void (*begin)(void *arg);
	void (*take)(void *arg, const struct object *o, bool listed);
};

/* kind is taken: it lives until nobody can see it. ns: "" for all namespaces.
 * Logs changes only when logged. */
struct informer *informer_new(struct informer_context *ctx, struct kind *kind, struct str ns,
	bool logged, const struct informer_handlers *handlers, void *arg);
void informer_start(struct informer *inf);
/* Before its start: its lists come before those of the others that wait. */
void informer_hurry(struct informer *inf);
void informer_kick(struct informer *inf);

/* Cancels its requests; the store stays until informer_free(). */
void informer_stop(struct informer *inf);
/* Everything in the store is deleted, and logged as such. */
void informer_clear(struct informer *inf);
/* Retires everything. */
void informer_free(struct informer *inf);

const struct kind *informer_kind(const struct informer *inf);
/* Other columns, short names ...; takes kind. The id stays the same. */
void informer_set_kind(struct informer *inf, struct kind *kind);

/* The context has other rules: what they concern is judged anew, by and by. */
void informer_judge(struct informer *inf);

/* Overrides what the reflector says (KIND_GONE, KIND_NOT_SERVED). */
void informer_set_state(struct informer *inf, enum kind_state state, const char *message);
enum kind_state informer_state(const struct informer *inf);
const char *informer_message(const struct informer *inf); /* or NULL */
/* Differs whenever the published store does. */
uint64_t informer_version(const struct informer *inf);
size_t informer_watches(const struct informer *inf); /* that are open */

/* Before its start: if all namespaces at once are forbidden, informer_narrow() will be
 * called; until then it is still listing. */
void informer_may_narrow(struct informer *inf);
/* All namespaces at once are forbidden (and it is for all, and namespaced). */
bool informer_is_forbidden(const struct informer *inf);
/* Then these are listed and watched one by one, until all at once is allowed again;
 * those of an earlier call go on, unless they are forbidden by now. */
void informer_narrow(struct informer *inf, const char *const *namespaces, size_t n);

/* Where it is read so, by now: up to max names, borrowed until anything comes. */
size_t informer_narrowed(const struct informer *inf, const char **ret, size_t max);

/* Who lists: the informer itself, or where it is read in single namespaces one after
 * another of theirs; NULL behind the last. For the four below. */
struct informer *informer_part(struct informer *inf, size_t i);
const char *informer_ns(const struct informer *inf); /* "": all, or cluster scope */

/* The resourceVersion that the store's content is of: exactly what a list at this
 * version has. NULL while it is not known: a first list is under way, a later one
 * has failed ... Valid until anything comes. */
const char *informer_rv(const struct informer *inf);
const struct store_root *informer_store(struct informer *inf);	 /* as it is now */
void informer_path(const struct informer *inf, struct buf *out); /* of the collection */
/* The store was found to be wrong: lists anew, by no known version. */
void informer_distrust(struct informer *inf);

/* The flow of bytes; used when the log would be overrun. */
void informer_pause(struct informer *inf, bool paused);

enum informer_flags {
	INFORMER_STALE = 1,  /* the connection is lost */
	INFORMER_NO_CRD = 2, /* kind_root.no_crd */
	INFORMER_BARE = 4,   /* kind_root.bare */
};

/* What readers are to see: a new kind_root when anything has changed, else the
 * same as before. */
const struct kind_root *informer_publish(struct informer *inf, unsigned flags);

#endif
