/*
 * What the files of the informer share. Nobody else includes this.
 *
 * informer.c		its life, what is published
 * informer_requests.c	what the reflector wants done: the store, requests, timers
 * informer_narrow.c	one namespace after another
 */
#ifndef CACHE_INFORMER_INTERNAL_H
#define CACHE_INFORMER_INTERNAL_H

#include "base/buf.h"
#include "cache/contents.h"
#include "cache/informer.h"
#include "net/client.h"
#include "net/framer.h"

#define INFORMER_BODY_MAX ((size_t)64 << 10) /* of an answer that is an error */

struct informer {
	struct informer_context *ctx;
	bool hurried;
	struct kind *kind;
	char *ns;
	struct contents *contents;
	struct contents own; /* unless it is one of another's namespaces */
	struct contents_part part;
	struct informer *of;	  /* whose namespace it is one of; or NULL */
	struct informer **narrow; /* its namespaces, while all at once are forbidden */
	size_t n_narrow;
	bool may_narrow; /* somebody finds out which, and has not told yet */
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

/* ---- informer.c ---- */

/* Without a kind, contents of its own and a reflector's server. */
struct informer *informer_make(struct informer_context *ctx, struct str ns);
void informer_touch(struct informer *inf); /* something is to be published */
void informer_say(struct informer *inf, enum kind_state state, const char *message);
void informer_set_turn_timer(struct informer *inf);

/* ---- informer_requests.c ---- */

extern const struct reflector_ops informer_reflector_ops;
bool informer_has_store(const struct informer *inf);
void informer_requests_init(struct informer *inf);

/* ---- informer_narrow.c ---- */

void informer_free_narrow(struct informer *inf);
/* The one whose state stands for all of them. */
const struct informer *informer_speaker(const struct informer *inf);
enum kind_state informer_said_state(const struct informer *inf);
bool informer_is_watched(const struct informer *inf); /* all that is synced is */
/* Something of it is being listed anew, since more of each object is to be kept. */
bool informer_lags(const struct informer *inf);
char *informer_only(const struct informer *inf); /* "a, b"; NULL: it is not read so */

#endif
