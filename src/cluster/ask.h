/*
 * ask - single requests that a reader has the watch thread send: a CRD's text,
 * an access review. Each question has a number; its answer is fetched by it
 * after the wake of a publication. Answers nobody waits for any more are
 * dropped. The functions of cluster.h are for any thread, these for the watch
 * thread.
 */
#ifndef CLUSTER_ASK_H
#define CLUSTER_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct asks;
struct client;

#define ASK_BODY_MAX ((size_t)32 << 20)

struct ask_spec {
	const char *method;    /* NULL: GET */
	const char *path;      /* "/apis/..." with its query, escaped; copied */
	const char *accept;    /* NULL: application/json */
	struct str body;       /* JSON, copied; p NULL: none */
	const char *body_type; /* NULL: application/json */
	bool change;	       /* it changes something: sent once, and given more time */
};

struct ask_answer {
	struct buf body; /* of the answer, whatever its status */
	char *error;	 /* NULL: success; else the server's words, or why there was no answer */
	int status;	 /* HTTP's, once its head was there; else 0 */
	enum error_code code; /* of an answer that did not arrive whole */
	char **warnings;      /* values of Warning headers */
	size_t n_warnings;
	bool forbidden;
	bool missing; /* 404 */
};
void ask_answer_release(struct ask_answer *answer);

struct asks *asks_new(void);
/* The watch thread has ended. */
void asks_free(struct asks *asks);

/* ---- any thread ---- */

uint64_t asks_put(struct asks *asks, const struct ask_spec *spec);
/* True when the answer is there; it is the caller's then. */
bool asks_take(struct asks *asks, uint64_t number, struct ask_answer *ret);
void asks_forget(struct asks *asks, uint64_t number); /* 0 is fine */

/* ---- watch thread ---- */

/* Sends what has been put; true when answers have come since the last call. */
bool asks_run(struct asks *asks, struct client *client);
void asks_stop(struct asks *asks); /* cancels what is under way */

#endif
