/*
 * contents - the objects of one kind: its store, the list under way, and the
 * log of what changes. Watch thread.
 *
 * A first list shows what it has at once; a later one is collected beside the
 * store and replaces it at its end: what it lacks is deleted first, then what it
 * has comes in, in its order (client-go's Replace).
 *
 * What lists and watches is a part of it: all of it, or one namespace each where all
 * at once is forbidden. A list replaces what stands in its part only.
 */
#ifndef CACHE_CONTENTS_H
#define CACHE_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cache/turns.h"
#include "kube/health_rules.h"

struct entry;
struct error;
struct informer_context;
struct informer_handlers;
struct keep;
struct kind;
struct object;
struct shelf;
struct store;
struct store_root;

/* Where a walk over the store goes on: by key, since objects come and go in between. */
struct bookmark {
	struct buf key; /* namespace and name of the last one */
	size_t ns_len;
};

/* Embedded by who lists; zeroed before contents_part_init(). */
struct contents_part {
	struct contents *contents;
	const char *ns; /* borrowed; NULL: all of it */
	bool synced;	/* a list was complete once */
	/* What contents->keep_version was as its last complete list began, and as the one
	 * under way did: where they differ, what is unchanged is read anew, too. */
	uint64_t kept_for, lists_for;

	/* The list under way: */
	bool replacing;
	uint32_t list; /* its number: what has a smaller entry->seen, it has not had */
	bool relist_logged;
	struct entry **pending; /* what replaces or joins the store at its end */
	size_t n_pending;
	size_t cap_pending;
	size_t listed;
};

struct contents {
	struct informer_context *ctx;
	const struct kind *kind; /* the owner replaces it when the kind changes */
	bool logged;		 /* changes go to the log */
	const struct informer_handlers *handlers;
	void *arg;
	struct shelf *shelf;
	struct shelf *parts; /* the shelf of what is kept without texts */
	struct store *store;
	bool dirty;	/* not published yet; the owner clears it */
	bool synced;	/* some part of it was complete once */
	uint32_t list;	/* the number of the newest list */
	size_t listed;	/* by all lists under way */
	size_t pending; /* of all parts */

	struct health_context health; /* the kind's rules */
	struct turns turns;
	bool judging;	  /* all over, for other rules, and not at the end */
	bool judge_again; /* what a list has brought under the old ones */
	struct bookmark judged;

	/* It has been told to go without texts: */
	bool reduced;
	bool thinning; /* some entries still have theirs */
	struct bookmark thinned;
	struct keep *keep;     /* what stays of each; all of it when columns want that */
	uint64_t keep_version; /* more is to stay than what did: each part is listed anew */

	struct buf names; /* of an object whose text has them with escapes */
};

void contents_init(struct contents *c, struct informer_context *ctx, const struct kind *kind);
/* Retires all of it. */
void contents_release(struct contents *c);

void contents_part_init(struct contents_part *part, struct contents *c, const char *ns);
/* What all has listed stands in it already. */
void contents_part_follow(struct contents_part *part, const struct contents_part *all);
/* Less is kept of its objects than what is to be, until a list is complete. */
bool contents_part_lags(const struct contents_part *part);
void contents_part_release(struct contents_part *part); /* what it has brought stays */

void contents_begin(struct contents_part *part);
/* -1 when there is no room for the object: it is left out. */
int contents_item(struct contents_part *part, const struct object *o, struct error *err);
void contents_end(struct contents_part *part);
void contents_abort(struct contents_part *part); /* the store stays as it was */

/* Watch events. contents_put() fails as contents_item() does: what stands under
 * the object's name stays. */
int contents_put(struct contents_part *part, const struct object *o, struct error *err);
void contents_delete(struct contents_part *part, const struct object *o);

/* What is due by now (seconds since 1970) is bad, as new entries and not logged;
 * some of them when there are many. */
void contents_turn(struct contents *c, int64_t now);
/* When contents_turn() has something to do; INT64_MAX: never. */
int64_t contents_turns_at(const struct contents *c);

/* The context has other rules: where they concern the kind, judging begins anew,
 * and contents_judge_some() goes on with it while c->judging. Not logged. True when
 * what is kept is not enough for them: it must be listed anew, which judges. */
bool contents_judge_anew(struct contents *c);
void contents_judge_some(struct contents *c, int64_t now);

/* ---- without texts (ceiling.h) ---- */

/* What its texts take that are whole. */
size_t contents_whole_bytes(const struct contents *c);
/* It goes without texts now; not while columns want all of them. */
bool contents_is_reduced(const struct contents *c);
/* Whether its columns can be had from less than the whole. */
bool contents_can_reduce(const struct contents *c);
/* From now on only a part of each text is kept; contents_thin_some() takes away what
 * is there, most texts at a time; it returns how many of them are left to take. */
void contents_reduce(struct contents *c);
size_t contents_thin_some(struct contents *c, size_t most);
/* The kind has other columns, or rules. True when what is kept is not enough for them:
 * it must be listed anew. */
bool contents_keep_anew(struct contents *c);

/* Everything is deleted, and logged as such. */
void contents_clear(struct contents *c);

/* The object with its names as they are meant: two texts of one name are one
 * object. Valid until names changes. */
struct object contents_plain(const struct object *o, struct buf *names);

#endif
